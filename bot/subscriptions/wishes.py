"""Wishes in ordinary words: what is to be sent, watched or reminded of, each carried out when it is confirmed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from cachetools import LRUCache

from bot.alerts import store as alerts
from bot.alerts.commands import AlertCommands
from bot.alerts.early import EarlyWarnings
from bot.alerts.messages import EXAMPLE
from bot.alerts.notifier import AlertNotifier
from bot.alerts.watch import Alerts
from bot.channels.protocol import AnyChannel
from bot.chat import actions
from bot.chat.actions import Remind, Send
from bot.chat.answering import Answering
from bot.chat.context import MessageContext, Response
from bot.chat.message import Reply
from bot.chat.questions.recurring import ListSubscriptions, NoCondition, SetAlert
from bot.chat.questions.text import utterance
from bot.chat.understanding import earlier_question
from bot.delivery.notices import Notifier
from bot.delivery.poster import Poster
from bot.project import Project
from bot.state.audit import AuditOutcome, UnansweredReason
from bot.state.store import State
from bot.subscriptions import store as subscriptions
from bot.subscriptions.commands import SubscriptionCommands
from bot.subscriptions.posting import Subscriptions
from digests.document import Actions, Block, Document, FactRow, Facts
from digests.localizer import Localizer
from digests.request import Verb, quoted
from metrics.answers import Verdict
from metrics.periods import to_local
from warehouse.messages import N_, UserError, note

_FRESH = timedelta(minutes=10)
_REMEMBERED = 1000
_YES = frozenset(
    ("yes", "yep", "sure", "ok", "okay", "do it", "please do", "go ahead", "да", "ага", "давай", "ок", "подтверждаю")
)
OF_WHAT = note("Ask for a figure first, or name one: {example}.", example="/subscribe sl daily 09:30")
WHEN = note("Say when: {example}.", example="remind me at 18:00, напомни завтра в 9")


class Wishes:
    """Says how a wish was understood, with a button that carries it out; «да» does so as well."""

    def __init__(self, subscriptions: SubscriptionCommands, alerts: AlertCommands, timezone: str) -> None:
        self._subscriptions, self._alerts, self._timezone = subscriptions, alerts, timezone
        self._proposed: LRUCache[tuple[str, str, str], tuple[str, datetime]] = LRUCache(_REMEMBERED)

    async def __call__(self, message: MessageContext) -> Response | None:
        """Ask back what is to be done; None, if nothing is. Raises UserError for what cannot be."""
        incoming = message.incoming
        if incoming.pressed:
            return None
        key = (incoming.platform, incoming.chat, incoming.person)
        before = self._proposed.pop(key, None)
        if before and message.at - before[1] <= _FRESH and _is_yes(message):
            return await self._carried_out(message, before[0])
        wanted = actions.wish(message.utterance, to_local(message.at, self._timezone))
        if wanted is None:
            return None
        document = await self._asked_back(message, wanted)
        buttons = [action for block in document.blocks if isinstance(block, Actions) for action in block.actions]
        if not buttons and not isinstance(wanted, ListSubscriptions):
            return Response(
                Reply(document, quiet=True), AuditOutcome.UNCLEAR, document.title, miss=UnansweredReason.WORDS
            )
        if len(buttons) == 1 and not isinstance(wanted, ListSubscriptions):
            self._proposed[key] = (buttons[0].command, message.at)
        return Response(Reply(document), how="wish")

    async def _carried_out(self, message: MessageContext, words: str) -> Response | None:
        said = utterance(f"/{words}")
        context = await message.request_context()
        done = await self._subscriptions.carried_out(context, said) or await self._alerts.carried_out(context, said)
        return Response(Reply(done), how="wish") if done else None

    async def _asked_back(self, message: MessageContext, wanted: actions.Wish) -> Document:
        context = await message.request_context()
        match wanted:
            case ListSubscriptions():
                found = await self._subscriptions.carried_out(context, utterance("/subscriptions"))
                assert found is not None
                return found
            case Send(question, repeat):
                # Of today becomes of the usual day: in the morning, of the day before.
                said = question or re.sub(r" today(?! \d)", "", await self._question(message, question))
                return await self._subscriptions.proposed(context, said, repeat)
            case Remind(question, repeat):
                if repeat is None:
                    raise UserError(WHEN.id, **WHEN.params)
                return await self._subscriptions.proposed(context, await self._question(message, question), repeat)
            case SetAlert() | NoCondition():
                return await self._alerts.proposed(context, await self._watched(message, wanted))

    async def _question(self, message: MessageContext, question: str) -> str:
        """The words of a question; where there are none, those of the answer before. Raises UserError without one."""
        if question:
            return question
        previous = await message.previous()
        if previous is None:
            raise UserError(OF_WHAT.id, **OF_WHAT.params)
        return previous.question

    async def _watched(self, message: MessageContext, asked: SetAlert | NoCondition) -> SetAlert | NoCondition:
        """An alert with its figure; where none is named, it is that of the answer before."""
        if asked.question or isinstance(asked, NoCondition):
            return asked
        previous = await message.previous()
        earlier = earlier_question(previous, await message.vocabulary(), message.at) if previous else None
        selection = earlier.selection if earlier and earlier.verb in (Verb.FIGURE, Verb.WHY) else None
        if selection is None:
            raise UserError(OF_WHAT.id, example=EXAMPLE)
        words = " ".join((selection.metric, *map(quoted, selection.lines)))
        return SetAlert(words, asked.operator, asked.number, asked.unit, asked.minutes, asked.quiet)


def _is_yes(message: MessageContext) -> bool:
    return " ".join(word.folded for word in message.utterance.words) in _YES


class StandingQuestions:
    """What people let themselves be told: the commands, what runs beside the answers, and its line in /status."""

    def __init__(
        self,
        project: Project,
        state: State,
        answering: Answering,
        poster: Poster,
        channels: Sequence[AnyChannel],
        operators: Notifier,
        works: Callable[[sa.Connection], bool] = lambda _: True,
    ) -> None:
        config, clock = project.config, project.clock
        self._state = state
        subscribing = SubscriptionCommands(config, state, answering, clock)
        early = EarlyWarnings(config.alerts)
        alerting = AlertCommands(config, state, answering, clock, early)
        self.commands = (subscribing, alerting, Wishes(subscribing, alerting, config.centre.timezone))
        self.subscriptions = Subscriptions(config, state, answering, poster, operators, clock, works)
        telling = AlertNotifier(config, state, answering, poster, channels, operators, clock, early)
        self.alerts = Alerts(config, state, answering, telling, clock, early, works)

    async def blocks(self, localizer: Localizer) -> tuple[Block, ...]:
        """How many there are and how many alerts go on; nothing, where there are none."""

        def counted(connection: sa.Connection) -> tuple[int, int, int]:
            going_on = [each for each in alerts.episodes(connection) if each.over_at is None]
            return len(subscriptions.active(connection)), len(alerts.active(connection)), len(going_on)

        subscribed, watched, going_on = await self._state.run(counted)
        if not (subscribed or watched):
            return ()
        remark = localizer(N_("beyond their bounds now: {n}"), n=going_on)
        return (
            Facts(
                (
                    FactRow(localizer(N_("Subscriptions")), str(subscribed), Verdict.NONE),
                    FactRow(localizer(N_("Alerts")), str(watched), Verdict.NONE, remarks=(remark,) if watched else ()),
                )
            ),
        )
