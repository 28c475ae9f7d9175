"""Writing to people in private, unasked: who owes a column is reminded once, some days before its publication."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

import sqlalchemy as sa

from bot.channels.protocol import Address, DeliveryFailed, DeliveryUnknown
from bot.config.model import DepartmentConfig
from bot.editorial import publications, store
from bot.editorial.commands import Rights
from bot.editorial.model import PublicationKey, StoryStatus
from bot.editorial.publications import Upcoming
from bot.editorial.store import REMINDERS
from bot.operations.operators import Speaker
from bot.project import Project
from bot.schedule.rules import instant_of
from bot.schedule.runner import RunNotifier
from bot.state.store import State
from digests.document import Action, Actions, Document, Paragraph, plain
from metrics.periods import to_local
from warehouse.messages import N_, note

LOG = logging.getLogger(__name__)


class Mail:
    """The platforms, to write to people by."""

    def __init__(self, speakers: Sequence[Speaker]) -> None:
        self._speakers = {speaker.key: speaker for speaker in speakers}

    async def write(self, to: str, document: Document) -> bool | None:
        """Say it to `telegram:123`: whether it may have been heard; None, if that cannot be just now. Never raises."""
        platform, _, chat = to.partition(":")
        speaker = self._speakers.get(platform)
        if speaker is None:
            return False
        for part in speaker.parts(document):
            try:
                await speaker.send(Address(chat), part)
            except DeliveryUnknown as unknown:
                LOG.warning("%s may have been written to: %s", to, unknown)
            except DeliveryFailed as failure:
                LOG.warning("%s cannot be written to: %s", to, failure)
                return False if failure.permanent else None
        return True


def remind_at(due_at: datetime, days: int, at: time, timezone: str) -> datetime:
    """When those are reminded who owe something for an issue."""
    day = to_local(due_at, timezone).date() - timedelta(days=days)
    return instant_of(datetime.combine(day, at), timezone)


class Reminders:
    """What was said stands in the state before it is said: who may have heard is not told twice."""

    def __init__(
        self,
        project: Project,
        state: State,
        rights: Rights,
        mail: Mail,
        editors: RunNotifier,
        tongue: Callable[[str], str],
        works: Callable[[sa.Connection], bool] = lambda _: True,
    ) -> None:
        """`tongue` gives the language of a person."""
        self._project, self._state, self._rights = project, state, rights
        self._mail, self._editors, self._tongue, self._works = mail, editors, tongue, works

    async def tick(self, coming: Upcoming) -> None:
        """Remind whoever is to be reminded now and was not."""
        settings, now = self._project.config.editorial, self._project.clock()
        at = time.fromisoformat(settings.remind_at)
        begins = remind_at(coming.due.at, settings.remind_days, at, self._project.timezone)
        if not settings.remind_days or not begins <= now < coming.due.at:
            return
        for person, owed in (await self._state.run(self._owed, coming.key)).items():
            if not await self._state.run(self._begun, coming.key, person, now):
                continue
            reached = await self._mail.write(person, self._words_for(person, owed, coming))
            await self._state.run(_ended, coming.key, person, reached)
        if missed := await self._state.run(_not_reached, coming.key):
            text = note(
                "Could not be reminded of their columns, since I may not write to them: {people}.",
                people=", ".join(map(self._rights.name, missed)),
            )
            await self._editors.tell(f"not reached {coming.key.digest} {coming.key.period}", text)

    def _owed(self, connection: sa.Connection, issue: PublicationKey) -> dict[str, list[DepartmentConfig]]:
        """What each person owes, of those that were not reminded."""
        known = set(connection.scalars(sa.select(REMINDERS.c.person).where(*_of(issue))))
        columns = store.columns(connection, issue)
        # Who had one returned heard of it then.
        known |= {column.author for column in columns if column.status is StoryStatus.RETURNED}
        owed: dict[str, list[DepartmentConfig]] = {}
        for department in publications.owing(self._rights.departments, columns):
            for person in department.people:
                if person not in known:
                    owed.setdefault(person, []).append(department)
        return owed

    def _begun(self, connection: sa.Connection, issue: PublicationKey, person: str, now: datetime) -> bool:
        """Whether this process may remind them: from now on nobody else does."""
        if not self._works(connection):
            return False
        values = {"digest": issue.digest, "period": issue.period, "person": person, "at": now}
        connection.execute(REMINDERS.insert().values(values))
        return True

    def _words_for(self, person: str, owed: list[DepartmentConfig], coming: Upcoming) -> Document:
        today = to_local(self._project.clock(), self._project.timezone).date()
        localizer = self._project.localizer_of(self._tongue(person), today)
        text = localizer(
            N_("The issue of {days} is posted on {moment}, and your column is not there yet: {departments}."),
            days=localizer.days(coming.period),
            moment=coming.due.at,
            departments=", ".join(each.title for each in owed),
        )
        write = tuple(
            Action(localizer(N_("Write: {department}"), department=each.title), f"story {each.key}") for each in owed
        )
        return Document(text, (Paragraph(plain(text)), Actions(write)), localizer.language)


def _of(issue: PublicationKey) -> tuple[sa.ColumnElement[bool], ...]:
    return REMINDERS.c.digest == issue.digest, REMINDERS.c.period == issue.period


def _ended(connection: sa.Connection, issue: PublicationKey, person: str, reached: bool | None) -> None:
    """Whether they were reached; if that is still to be tried, nothing was begun."""
    same = (*_of(issue), REMINDERS.c.person == person)
    if reached is None:
        connection.execute(REMINDERS.delete().where(*same))
    else:
        connection.execute(REMINDERS.update().where(*same).values(reached=reached))


def _not_reached(connection: sa.Connection, issue: PublicationKey) -> list[str]:
    asked = sa.select(REMINDERS.c.person).where(*_of(issue), REMINDERS.c.reached.is_(False))
    return sorted(connection.scalars(asked))
