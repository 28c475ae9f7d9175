"""What people say of alerts: set one, list them, turn one off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.alerts import book, wording
from bot.alerts.book import Alert
from bot.alerts.episodes import Condition, Reading
from bot.alerts.measuring import Watched, measured
from bot.answering.answering import Answering, Asking
from bot.commands.alerting import ALERT, AlertOff, ListAlerts, NoCondition, SetAlert, alerting
from bot.commands.parse import Unclear, understand
from bot.config import Config
from bot.heard import Reply
from bot.state.store import State
from bot.subscriptions.asked import check_owner, check_right, unclear
from bot.subscriptions.owner import owner_of
from bot.subscriptions.wording import sentence
from digests.document import Document
from digests.enquiry import Enquiry, Shape, Verb
from warehouse.messages import Message, Mistake, note

SHORTEST, LONGEST = 5, 24 * 60
"""Minutes of a window."""


class AlertCommands:
    """Carries out what is said; Answering calls it before it reads a question."""

    def __init__(self, config: Config, state: State, answering: Answering, clock: Callable[[], datetime]) -> None:
        self._settings = config.alerts
        self._state, self._answering, self._clock = state, answering, clock

    async def __call__(self, asking: Asking) -> Reply | None:
        """What to answer; None, if it is not about alerts. Raises Mistake for what cannot be."""
        match alerting(asking.heard.text):
            case SetAlert() as asked:
                return Reply(await self._set(asking, asked))
            case NoCondition(question, why):
                return Reply(self._no_condition(asking, question, why))
            case ListAlerts():
                return Reply(await self._list(asking))
            case AlertOff(number):
                return Reply(await self._off(asking, number))
            case None:
                return None
            case asked:
                assert_never(asked)

    async def _set(self, asking: Asking, asked: SetAlert) -> Document:
        check_right(self._answering, asking)
        found = self._figure(asking, asked.question)
        if isinstance(found, Unclear):
            return unclear(asking, found, lambda each: asked_again(asked, each))
        metric = asking.board.catalogue.get(found.metric)
        threshold = wording.threshold_of(metric, asked.number, asked.unit)
        minutes = self._settings.for_m if asked.minutes is None else asked.minutes
        if not SHORTEST <= minutes <= LONGEST:
            raise Mistake("An alert is over {least} minutes to 24 hours of the records.", least=SHORTEST)
        quiet = self._settings.quiet if asked.quiet is None else asked.quiet.replace("off", "")
        owner = owner_of(asking.heard, asking.words.language)
        line = found.lines[0] if found.lines else None
        alert = Alert(0, owner, metric.key, line, Condition(asked.operator, threshold, minutes), quiet, self._clock())
        reading = (await self._readings(asking, [alert]))[0]
        if isinstance(reading, Mistake):
            raise reading
        alert = await self._made(asking, alert)
        return await self._answering.work(
            lambda: wording.made(
                asking.board.workplace().reckoner, alert, reading, self._settings.min_events, asking.words
            )
        )

    def _figure(self, asking: Asking, question: str) -> Enquiry | Unclear:
        """The figure that is to be watched. Raises Mistake for what is not one."""
        found = understand(f"/{question}", asking.board.vocabulary(asking.role), self._clock()) if question else None
        if isinstance(found, Unclear):
            # Of readings only those that could be watched.
            one = tuple(each for each in found.readings if each.enquiry and _is_one_figure(each.enquiry))
            return replace(found, readings=one)
        enquiry = found.enquiry if found and found.verb is Verb.FIGURE else None
        if enquiry is None or not _is_one_figure(enquiry):
            raise Mistake(wording.ONE_FIGURE.id, **wording.ONE_FIGURE.params)
        return enquiry

    async def _made(self, asking: Asking, alert: Alert) -> Alert:
        """A new alert; the one that is there, if it is the same."""
        here = await self._here(asking)
        for each in here:
            if replace(alert, id=each.id, owner=each.owner, created_at=each.created_at) == each:
                return each
        if len(here) >= self._settings.per_chat:
            raise Mistake("There are {n} alerts here, and no more can be: turn one off first.", n=len(here))
        return await self._state.run(lambda c: book.add(c, alert))

    async def _list(self, asking: Asking) -> Document:
        alerts = await self._here(asking)
        if not alerts:
            return wording.none_here(asking.words)
        readings = await self._readings(asking, alerts)
        going_on = {each.alert: each for each in await self._state.run(book.episodes)}
        return await self._answering.work(
            lambda: wording.listed(asking.board.workplace().reckoner, alerts, readings, going_on, asking.words)
        )

    async def _off(self, asking: Asking, number: int | None) -> Document:
        found = next((each for each in await self._here(asking) if each.id == number), None)
        if found is None:
            return await self._list(asking)
        check_owner(self._answering, asking, found.owner.person)
        await self._state.run(lambda c: book.end(c, found.id, asking.heard.person, self._clock()))
        return sentence(
            note('Alert {number} on "{metric}" is off.', number=found.id, metric=found.metric), asking.words
        )

    async def _here(self, asking: Asking) -> list[Alert]:
        return await self._state.run(lambda c: book.of_chat(c, asking.heard.platform, asking.heard.chat))

    async def _readings(self, asking: Asking, alerts: list[Alert]) -> Mapping[int, Reading | Mistake]:
        watched = [Watched(each, asking.role, asking.words) for each in alerts]
        now = self._clock()

        def read() -> Mapping[int, Reading | Mistake]:
            at = asking.board.workplace()
            return measured(at.reckoner, at.book, watched, self._settings, now)

        return await self._answering.work(read)

    def _no_condition(self, asking: Asking, question: str, why: Message) -> Document:
        """What was not understood, and how it is written: of the metric that was."""
        example = wording.EXAMPLE
        try:
            found = self._figure(asking, question)
        except Mistake as mistake:
            why = mistake.message
        else:
            if isinstance(found, Unclear):
                why = found.message
            else:
                example = wording.example(asking.board.catalogue.get(found.metric), found.lines)
        return sentence(note("{why} Write it like {example}.", why=why, example=example), asking.words)


def asked_again(asked: SetAlert, question: str) -> str:
    """The same alert on another figure, in words."""
    window = f"for {asked.minutes}m" if asked.minutes is not None else ""
    quiet = f"quiet {asked.quiet}" if asked.quiet else ""
    bound = f"{asked.operator} {asked.number:g}{asked.unit or ''}"
    figure = question.removesuffix(" today")
    return " ".join(filter(None, (ALERT, figure, bound, window, quiet)))


def _is_one_figure(enquiry: Enquiry) -> bool:
    """A metric of a line or of the whole centre, as it is now: nothing but that was said."""
    by = enquiry.by if enquiry.by != "line" or enquiry.lines else None
    plain = enquiry.shape is Shape.AUTO and not (by or enquiry.versus or enquiry.top or enquiry.filters)
    return plain and len(enquiry.lines) <= 1 and enquiry.when.words == "today"
