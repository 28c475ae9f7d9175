"""Those who owe a column are reminded once, some days before its issue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

import sqlalchemy as sa

from bot.config.editorial import DepartmentConfig
from bot.editorial import arrange, store
from bot.editorial.issues import Coming
from bot.editorial.mail import Mail
from bot.editorial.model import IssueKey, StoryStatus
from bot.editorial.rights import Rights
from bot.editorial.tables import REMINDERS
from bot.project import Project
from bot.schedule.ports import Operators
from bot.schedule.rules import instant_of
from bot.state.store import State
from digests.document import Action, Actions, Document, Paragraph, plain
from digests.wording import Words
from metrics.periods import to_local
from warehouse.messages import N_, note


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
        editors: Operators,
        tongue: Callable[[str], str],
        works: Callable[[sa.Connection], bool] = lambda _: True,
    ) -> None:
        """`tongue` gives the language of a person."""
        self._project, self._state, self._rights = project, state, rights
        self._mail, self._editors, self._tongue, self._works = mail, editors, tongue, works

    async def tick(self, coming: Coming) -> None:
        """Remind whoever is to be reminded now and was not."""
        settings, now = self._project.config.editorial, self._project.clock()
        at = time.fromisoformat(settings.remind_at)
        begins = remind_at(coming.due.at, settings.remind_days, at, self._project.timezone)
        if not settings.remind_days or not begins <= now < coming.due.at:
            return
        for person, owed in (await self._state.run(lambda c: self._owed(c, coming.key))).items():
            if not await self._state.run(lambda c, p=person: self._begun(c, coming.key, p, now)):  # type: ignore[misc]
                continue
            reached = await self._mail.write(person, self._words_for(person, owed, coming))
            await self._state.run(lambda c, p=person, r=reached: _ended(c, coming.key, p, r))  # type: ignore[misc]
        if missed := await self._state.run(lambda c: _not_reached(c, coming.key)):
            text = note(
                "Could not be reminded of their columns, since I may not write to them: {people}.",
                people=", ".join(map(self._rights.name, missed)),
            )
            await self._editors.tell(f"not reached {coming.key.digest} {coming.key.period}", text)

    def _owed(self, connection: sa.Connection, issue: IssueKey) -> dict[str, list[DepartmentConfig]]:
        """What each person owes, of those that were not reminded."""
        known = set(connection.scalars(sa.select(REMINDERS.c.person).where(*_of(issue))))
        columns = store.columns(connection, issue)
        # Who had one returned heard of it then.
        known |= {column.author for column in columns if column.status is StoryStatus.RETURNED}
        owed: dict[str, list[DepartmentConfig]] = {}
        for department in arrange.owing(self._rights.departments, columns):
            for person in department.people:
                if person not in known:
                    owed.setdefault(person, []).append(department)
        return owed

    def _begun(self, connection: sa.Connection, issue: IssueKey, person: str, now: datetime) -> bool:
        """Whether this process may remind them: from now on nobody else does."""
        if not self._works(connection):
            return False
        values = {"digest": issue.digest, "period": issue.period, "person": person, "at": now}
        connection.execute(REMINDERS.insert().values(values))
        return True

    def _words_for(self, person: str, owed: list[DepartmentConfig], coming: Coming) -> Document:
        today = to_local(self._project.clock(), self._project.timezone).date()
        words = Words(self._tongue(person), self._project.timezone, today)
        text = words(
            N_("The issue of {days} is posted on {moment}, and your column is not there yet: {departments}."),
            days=words.days(coming.period),
            moment=coming.due.at,
            departments=", ".join(each.title for each in owed),
        )
        write = tuple(
            Action(words(N_("Write: {department}"), department=each.title), f"story {each.key}") for each in owed
        )
        return Document(text, (Paragraph(plain(text)), Actions(write)), words.language)


def _of(issue: IssueKey) -> tuple[sa.ColumnElement[bool], ...]:
    return REMINDERS.c.digest == issue.digest, REMINDERS.c.period == issue.period


def _ended(connection: sa.Connection, issue: IssueKey, person: str, reached: bool | None) -> None:
    """Whether they were reached; if that is still to be tried, nothing was begun."""
    same = (*_of(issue), REMINDERS.c.person == person)
    if reached is None:
        connection.execute(REMINDERS.delete().where(*same))
    else:
        connection.execute(REMINDERS.update().where(*same).values(reached=reached))


def _not_reached(connection: sa.Connection, issue: IssueKey) -> list[str]:
    asked = sa.select(REMINDERS.c.person).where(*_of(issue), REMINDERS.c.reached.is_(False))
    return sorted(connection.scalars(asked))
