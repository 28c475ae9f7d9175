"""`/alert load`: a line's day of calls or chats is looked at as it goes, and what it comes to is said an hour ahead.

The alert is one on the service level that is expected: its reading is that of the worst miss foreseen, or of the rest
of the day where there is none. Its episodes are followed, told and kept like all others; each is of one day.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import date, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from bot.alerts.episodes import AlertReading, Condition
from bot.alerts.store import NOBODY, Alert
from bot.config import Config
from bot.config.model import AlertsConfig
from bot.schedule.jobs import target_of
from bot.subscriptions.store import Owner
from metrics.calculator import Calculator
from metrics.centre import Centre
from metrics.load import CALL, CHAT, ENTRIES
from metrics.periods import to_local
from warehouse.messages import Message, note

if TYPE_CHECKING:
    from metrics.load.day_so_far import DaySoFar, Morning
    from metrics.load.warning import Miss

LOAD, CHAT_LOAD = "load", "load_chats"
"""Stand where others have their metric."""
CHANNELS = {LOAD: CALL, CHAT_LOAD: CHAT}
LEVEL = "sl"
"""The metric whose unit and bounds it has."""
NOBODY_KNOWN = note("neither a roster nor statuses tell who is there")
_MINUTES = 30
_KEPT = 64
_HALF_HOUR = timedelta(minutes=30)


def load_of(channel: str) -> str:
    """What an alert of a channel's load has for its metric."""
    return next(metric for metric, each in CHANNELS.items() if each == channel)


def condition_of(centre: Centre, line: str, channel: str) -> Condition:
    """What is out of bounds: less than the service level that people are planned for."""
    of_chats = centre.load.chat_sl if channel == CHAT else None
    return Condition("<", round(100 * (of_chats or centre.load.of(line).sl), 2), _MINUTES)


def configured(config: Config, now: datetime) -> list[Alert]:
    """Return the alerts that the configuration has; nobody in particular has set them. Raises UserError."""
    centre = config.centre_of_lines(frozenset())
    found: list[Alert] = []
    for each in config.alerts.load:
        quiet = config.alerts.quiet if each.quiet is None else each.quiet
        for chat in each.chats:
            target = target_of("alerts.load", chat)
            owner = Owner(
                target.platform, NOBODY, target.place.chat, target.place.thread, False, config.centre.language
            )
            bound = condition_of(centre, each.line, each.channel)
            found.append(Alert(0, owner, load_of(each.channel), each.line, bound, quiet, now))
    return found


class EarlyWarnings:
    """Looks at the days of lines. What is known before a day is computed once for it. For any threads."""

    def __init__(self, settings: AlertsConfig) -> None:
        self._stale = timedelta(minutes=settings.stale_m)
        self._mornings: OrderedDict[tuple[str, str, date], Morning] = OrderedDict()
        self._lock = Lock()

    def look(self, calculator: Calculator, line: str, channel: str) -> DaySoFar | Message:
        """Return the line's day of a channel as it stands now, or why nothing can be said of it."""
        from metrics.load.day_so_far import so_far  # forecasts are not worth loading before one is asked for

        zone, now = calculator.centre.timezone, calculator.now
        day = to_local(now, zone).date()
        morning = self._morning(calculator, line, channel, day)
        if morning is None:
            return note("nothing is forecast for the line")
        hours = morning.hours
        if hours is None:
            return note("the line is closed today")
        as_of = calculator.coverage.as_of(calculator.catalogue.get(ENTRIES[channel]))
        opens, closes = _instants(day, zone, hours)
        if now < opens + _HALF_HOUR or now >= closes:
            # Nothing has come yet, or nothing comes any more.
            as_of = min(now, opens) if now < closes else closes
            return so_far(calculator, morning, as_of) or NOBODY_KNOWN
        if as_of is None or now - as_of > self._stale:
            return note("records end at {moment}", moment=as_of) if as_of else note("there are no records")
        return so_far(calculator, morning, as_of) or NOBODY_KNOWN

    def reading(self, calculator: Calculator, alert: Alert) -> AlertReading:
        """The service level of the worst miss ahead, or of the rest of the day, per cent."""
        assert alert.line is not None
        now = calculator.now
        found = self.look(calculator, alert.line, CHANNELS[alert.metric])
        if isinstance(found, Message):
            return AlertReading(now, hold=found)
        foreseen = found.foreseen
        if foreseen.misses:
            return AlertReading(now, 100 * worst(foreseen.misses).level)
        rest = foreseen.queue.level(slice(foreseen.today.over, None))
        value = alert.condition.threshold if rest != rest else 100 * rest  # nothing comes any more
        return AlertReading(now, max(value, alert.condition.threshold))

    def _morning(self, calculator: Calculator, line: str, channel: str, day: date) -> Morning | None:
        key = (line, channel, day)
        with self._lock:
            if key in self._mornings:
                return self._mornings[key]
        from metrics.load.day_so_far import morning_of
        from metrics.load.line_load import line_loads

        loads = line_loads(calculator, channel, [line], 1)
        found = morning_of(calculator, loads[0], day) if loads else None
        with self._lock:
            if found is not None:
                self._mornings[key] = found
                while len(self._mornings) > _KEPT:
                    self._mornings.popitem(last=False)
        return found


def worst(misses: tuple[Miss, ...]) -> Miss:
    """The one that is furthest under the promise."""
    return min(misses, key=lambda miss: miss.level)


def _instants(day: date, zone: str, hours: tuple[int, int]) -> tuple[datetime, datetime]:
    """When a line opens and closes, UTC."""
    from metrics.load.counts import half_hours_of

    starts = {place: start for start, place in half_hours_of(day, zone)}
    return starts[hours[0]], starts[hours[1] - 1] + _HALF_HOUR
