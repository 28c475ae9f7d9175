"""Subscriptions and alerts together, as the program runs them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from bot.alerts import store as alerts
from bot.alerts.commands import AlertCommands
from bot.alerts.early import EarlyWarnings
from bot.alerts.notifier import AlertNotifier
from bot.alerts.watch import Alerts
from bot.channels.protocol import AnyChannel
from bot.chat.answering import Answering
from bot.delivery.notices import Notifier
from bot.delivery.poster import Poster
from bot.project import Project
from bot.state.store import State
from bot.subscriptions import store as subscriptions
from bot.subscriptions.commands import SubscriptionCommands
from bot.subscriptions.posting import Subscriptions
from bot.subscriptions.wishes import Wishes
from digests.document import Block, FactRow, Facts
from digests.localizer import Localizer
from metrics.answers import Verdict
from warehouse.messages import N_


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
