"""What people say of alerts: set one, list them, turn one off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.alerts import messages, store
from bot.alerts.early import LOAD, EarlyWarnings, condition_of, load_of
from bot.alerts.episodes import AlertReading, Condition
from bot.alerts.store import Alert
from bot.alerts.watch import Watched, measured
from bot.chat.answering import Answering, RequestContext
from bot.chat.context import MessageContext, Response
from bot.chat.message import Reply
from bot.chat.questions.interpret import interpret
from bot.chat.questions.missing import Missing
from bot.chat.questions.parse import understand
from bot.chat.questions.problems import Unclear
from bot.chat.questions.reading import Understood
from bot.chat.questions.recurring import ALERT, AlertOff, ListAlerts, NoCondition, SetAlert, WatchLoad, alerting
from bot.chat.questions.text import Utterance
from bot.config import Config
from bot.state.store import State
from bot.subscriptions.commands import check_owner, check_right, unclear
from bot.subscriptions.messages import sentence
from bot.subscriptions.store import owner_of
from digests.document import Document
from digests.request import Request, Selection, Shape, Verb, command
from metrics.load import CALL, CHAT, ENTRIES
from warehouse.messages import Message, UserError, note

SHORTEST, LONGEST = 5, 24 * 60
"""Minutes of a window."""


class AlertCommands:
    """Carries out what is said."""

    def __init__(
        self,
        config: Config,
        state: State,
        answering: Answering,
        clock: Callable[[], datetime],
        early: EarlyWarnings,
    ) -> None:
        self._settings, self._early = config.alerts, early
        self._state, self._answering, self._clock = state, answering, clock

    async def __call__(self, message: MessageContext) -> Response | None:
        """What to answer; None, if it is not about alerts. Raises UserError for what cannot be."""
        if alerting(message.utterance) is None:
            return None
        done = await self.carried_out(await message.request_context(), message.utterance)
        return Response(Reply(done)) if done else None

    async def carried_out(self, context: RequestContext, said: Utterance) -> Document | None:
        """Return what to say to a command; None, if words are none. Raises UserError for what cannot be."""
        asked = alerting(said)
        return await self._done(context, asked) if asked else None

    async def _done(
        self, context: RequestContext, asked: SetAlert | WatchLoad | NoCondition | ListAlerts | AlertOff
    ) -> Document:
        match asked:
            case SetAlert():
                return await self._set(context, asked)
            case WatchLoad():
                return await self._watch_load(context, asked)
            case NoCondition(question, why):
                return self._no_condition(context, question, why)
            case ListAlerts():
                return await self._list(context)
            case AlertOff(number):
                return await self._off(context, number)
            case _:
                assert_never(asked)

    async def proposed(self, context: RequestContext, asked: SetAlert | NoCondition) -> Document:
        """Ask whether a figure is to be watched, as it was understood. Raises UserError for what cannot be."""
        if isinstance(asked, NoCondition):
            return self._no_condition(context, asked.question, asked.why)
        return await self._set(context, asked, confirmed=False)

    async def _set(self, context: RequestContext, asked: SetAlert, *, confirmed: bool = True) -> Document:
        check_right(self._answering, context)
        found = self._figure(context, asked.question, exactly=confirmed)
        if isinstance(found, Unclear):
            return unclear(context, found, lambda each: asked_again(asked, each))
        metric = context.snapshot.catalogue.get(found.metric)
        threshold = messages.threshold_of(metric, asked.number, asked.unit)
        minutes = self._settings.for_m if asked.minutes is None else asked.minutes
        if not SHORTEST <= minutes <= LONGEST:
            raise UserError("An alert is over {least} minutes to 24 hours of the records.", least=SHORTEST)
        quiet = self._settings.quiet if asked.quiet is None else asked.quiet.replace("off", "")
        owner = owner_of(context.incoming, context.localizer.language)
        line = found.lines[0] if found.lines else None
        alert = Alert(0, owner, metric.key, line, Condition(asked.operator, threshold, minutes), quiet, self._clock())
        reading = (await self._readings(context, [alert]))[0]
        if isinstance(reading, UserError):
            raise reading
        if not confirmed:
            again = asked_again(asked, command(Request(Verb.FIGURE, found)))
            return await self._answering.work(
                lambda: messages.proposed(
                    context.snapshot.workplace(context.localizer.language).calculator,
                    alert,
                    reading,
                    again,
                    context.localizer,
                )
            )
        alert = await self._made(context, alert)
        return await self._answering.work(
            lambda: messages.made(
                context.snapshot.workplace(context.localizer.language).calculator,
                alert,
                reading,
                self._settings.min_events,
                context.localizer,
            )
        )

    async def _watch_load(self, context: RequestContext, asked: WatchLoad) -> Document:
        """Have a line's days looked at as they go."""
        check_right(self._answering, context)
        channel = CHAT if asked.chats else CALL
        found = self._figure(context, f"{ENTRIES[channel]} {asked.line}")
        said = " chats" if asked.chats else ""
        if isinstance(found, Unclear):
            return unclear(
                context, found, lambda each: f"{ALERT} {LOAD} {each.partition(' ')[2].removesuffix(' today')}{said}"
            )
        if not found.lines:
            raise UserError("Name the line whose days are to be watched: {example}.", example=f"/{ALERT} {LOAD} LINE")
        (line,) = found.lines
        quiet = self._settings.quiet if asked.quiet is None else asked.quiet
        owner = owner_of(context.incoming, context.localizer.language)

        bound = condition_of(context.snapshot.centre, line, channel)
        alert = Alert(0, owner, load_of(channel), line, bound, quiet, self._clock())
        reading = (await self._readings(context, [alert]))[0]
        if isinstance(reading, UserError):
            raise reading
        alert = await self._made(context, alert)
        from bot.alerts import early_messages

        return await self._answering.work(
            lambda: early_messages.made(
                context.snapshot.workplace(context.localizer.language).calculator, alert, reading, context.localizer
            )
        )

    def _figure(self, context: RequestContext, question: str, *, exactly: bool = True) -> Selection | Unclear:
        """The figure that is to be watched. Raises UserError for what is not one.

        Not `exactly`: in words as people write them, since what they are taken for is said, and confirmed.
        """
        vocabulary, now = context.snapshot.vocabulary(context.role), self._clock()
        read = understand if exactly else interpret
        found = read(f"/{question}", vocabulary, now) if question else None
        if isinstance(found, Understood):
            found = found.request
        if isinstance(found, Missing):
            found = Unclear(found.message)
        if isinstance(found, Unclear):
            # Of readings only those that could be watched.
            one = tuple(each for each in found.readings if each.selection and _is_one_figure(each.selection))
            return replace(found, readings=one)
        selection = found.selection if found and found.verb is Verb.FIGURE else None
        if selection is None or not _is_one_figure(selection):
            raise UserError(messages.ONE_FIGURE.id, **messages.ONE_FIGURE.params)
        return selection

    async def _made(self, context: RequestContext, alert: Alert) -> Alert:
        """A new alert; the one that is there, if it is the same."""
        here = await self._here(context)
        for each in here:
            if replace(alert, id=each.id, owner=each.owner, created_at=each.created_at) == each:
                return each
        if len(here) >= self._settings.per_chat:
            raise UserError("There are {n} alerts here, and no more can be: turn one off first.", n=len(here))
        return await self._state.run(store.add, alert)

    async def _list(self, context: RequestContext) -> Document:
        alerts = await self._here(context)
        if not alerts:
            return messages.none_here(context.localizer)
        readings = await self._readings(context, alerts)
        going_on = {each.alert: each for each in await self._state.run(store.episodes)}
        return await self._answering.work(
            lambda: messages.listed(
                context.snapshot.workplace(context.localizer.language).calculator,
                alerts,
                readings,
                going_on,
                context.localizer,
            )
        )

    async def _off(self, context: RequestContext, number: int | None) -> Document:
        found = next((each for each in await self._here(context) if each.id == number), None)
        if found is None:
            return await self._list(context)
        check_owner(self._answering, context, found.owner.person)
        await self._state.run(store.end, found.id, context.incoming.person, self._clock())
        return sentence(messages.turned_off(context.snapshot.catalogue, found), context.localizer)

    async def _here(self, context: RequestContext) -> list[Alert]:
        return await self._state.run(store.of_chat, context.incoming.platform, context.incoming.chat)

    async def _readings(self, context: RequestContext, alerts: list[Alert]) -> Mapping[int, AlertReading | UserError]:
        watched = [Watched(each, context.role, context.localizer) for each in alerts]
        now = self._clock()

        def read() -> Mapping[int, AlertReading | UserError]:
            at = context.snapshot.workplace(context.localizer.language)
            return measured(at.calculator, at.plans, watched, self._settings, self._early, now)

        return await self._answering.work(read)

    def _no_condition(self, context: RequestContext, question: str, why: Message) -> Document:
        """What was not understood, and how it is written: of the metric that was."""
        example = messages.EXAMPLE
        try:
            found = self._figure(context, question)
        except UserError as error:
            why = error.message
        else:
            if isinstance(found, Unclear):
                why = found.message
            else:
                example = messages.example(context.snapshot.catalogue.get(found.metric), found.lines)
        return sentence(note("{why} Write it like {example}.", why=why, example=example), context.localizer)


def asked_again(asked: SetAlert, question: str) -> str:
    """The same alert on another figure, in words."""
    window = f"for {asked.minutes}m" if asked.minutes is not None else ""
    quiet = f"quiet {asked.quiet}" if asked.quiet else ""
    bound = f"{asked.operator} {asked.number:g}{asked.unit or ''}"
    figure = question.removesuffix(" today")
    return " ".join(filter(None, (ALERT, figure, bound, window, quiet)))


def _is_one_figure(selection: Selection) -> bool:
    """A metric of a line or of the whole centre, as it is now: nothing but that was said."""
    by = selection.by if selection.by != "line" or selection.lines else None
    plain = selection.shape is Shape.AUTO and not (by or selection.versus or selection.top or selection.filters)
    return plain and len(selection.lines) <= 1 and selection.when.words == "today"
