"""What figures are counted in, and all that a unit is called: in a sentence, a picture, a workbook, a plan, an alert.

Values are kept in the unit's base: percentages as 0-100, points as -100 to 100, durations in seconds, money in the
centre's currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from warehouse.messages import N_, Message, note


class Unit(Enum):
    """What a figure is counted in."""

    COUNT = "count"
    PERCENT = "percent"
    POINTS = "points"
    """An index from -100 to 100, always with its sign."""
    SECONDS = "seconds"
    DURATION = "duration"
    """Seconds, printed in the unit that suits: seconds, minutes, hours or days."""
    MINUTES = "minutes"
    M2 = "m2"
    HOURS = "hours"
    TIMES = "times"
    MONEY = "money"

    @property
    def words(self) -> UnitWords:
        return _WORDS[self]

    @property
    def step(self) -> float:
        """The smallest part of a plan: square metres are planned to 0.01, pieces to 1."""
        return 0.01 if self.has_hundredths else 1.0

    @property
    def has_hundredths(self) -> bool:
        """Whether amounts of it are exact to 0.01."""
        return self in (Unit.M2, Unit.HOURS, Unit.MONEY)

    @property
    def is_volume(self) -> bool:
        """Whether large amounts of it are printed in thousands."""
        return self in (Unit.COUNT, Unit.M2, Unit.HOURS, Unit.MINUTES, Unit.MONEY)

    @property
    def scale(self) -> int:
        """What a ratio is multiplied by."""
        return 100 if self in (Unit.PERCENT, Unit.POINTS) else 1


@dataclass(frozen=True)
class UnitWords:
    """What one unit is called: message ids, `{number}` being the number before it."""

    name: str
    """In a column of units: «штуки»."""
    planned: str
    """In the list of what can be planned."""
    typed: Message
    """How a bound in it is typed."""
    bound: str
    """A bound as an example."""
    text: str = ""
    """Behind a number in a sentence; empty: nothing stands there, or more than one form does."""
    picture: str = ""
    """The same in a picture."""
    apart: str = ""
    """Behind a difference, where that is in another unit."""
    axis: str = ""
    """Over numbers that stand without it."""
    axis_thousands: str = ""
    """The same over thousands."""
    suffixes: Mapping[str | None, float] = field(default_factory=lambda: {None: 1.0})
    """What may be typed behind a bound, with what it is multiplied by."""


_TIME: Mapping[str | None, float] = {"s": 1.0, "m": 60.0, "h": 3600.0}

_WORDS: Mapping[Unit, UnitWords] = {
    Unit.COUNT: UnitWords(
        N_("pieces"),
        N_("pieces"),
        note("pieces, as 50"),
        "50",
        axis_thousands=N_("thousand"),
        suffixes={None: 1.0, "k": 1000.0},
    ),
    Unit.PERCENT: UnitWords(
        N_("per cent"),
        N_("per cent, 0-100"),
        note("per cent, as 80%"),
        "80%",
        N_("{number}%"),
        N_("{number} %"),
        N_("{number} pp"),
        N_("%"),
        N_("%"),
        {None: 1.0, "%": 1.0},
    ),
    Unit.POINTS: UnitWords(
        N_("points"),
        N_("points, -100 to 100"),
        note("points, as 40"),
        "40",
        axis=N_("points"),
        axis_thousands=N_("points"),
    ),
    Unit.SECONDS: UnitWords(
        N_("seconds"),
        N_("seconds"),
        note("seconds, as 300s or 5m"),
        "60s",
        N_("{number} s"),
        N_("{number} sec."),
        axis=N_("seconds"),
        axis_thousands=N_("seconds"),
        suffixes={None: 1.0, **_TIME},
    ),
    Unit.DURATION: UnitWords(
        N_("seconds"),
        N_("seconds"),
        note("seconds, minutes or hours, as 90s, 15m or 2h"),
        "15m",
        suffixes={None: 1.0, **_TIME},
    ),
    Unit.M2: UnitWords(
        N_("square metres"),
        N_("square metres"),
        note("square metres, as 500"),
        "500",
        N_("{number} m²"),
        N_("{number} sq. m"),
        axis=N_("m²"),
        axis_thousands=N_("thousand m²"),
        suffixes={None: 1.0, "k": 1000.0},
    ),
    Unit.HOURS: UnitWords(
        N_("hours"),
        N_("hours"),
        note("hours, as 2h"),
        "2h",
        N_("{number} h"),
        N_("{number} h"),
        axis=N_("hours"),
        axis_thousands=N_("thousand hours"),
        suffixes={None: 1.0, "h": 1.0, "m": 1 / 60},
    ),
    Unit.MINUTES: UnitWords(
        N_("minutes"),
        N_("minutes"),
        note("minutes, as 90"),
        "90",
        N_("{number} min"),
        N_("{number} min"),
        axis=N_("minutes"),
        axis_thousands=N_("thousand minutes"),
        suffixes={None: 1.0, "m": 1.0, "h": 60.0},
    ),
    Unit.TIMES: UnitWords(N_("times"), N_("times"), note("times, as 1.5"), "1.5"),
    Unit.MONEY: UnitWords(
        N_("money"),
        N_("money, in the centre's currency"),
        note("the centre's currency, as 500 or 20k"),
        "500",
        suffixes={None: 1.0, "k": 1000.0},
    ),
}


@dataclass(frozen=True)
class TimeUnit:
    """A unit that durations are printed in: `seconds` of it, for durations below `below`."""

    seconds: float
    below: float
    text: Message
    """Behind `{number}`, in the form that goes with `n`."""
    picture: str
    axis: str


_DAY = 86400.0
_SECOND = TimeUnit(1.0, 90.0, note("{number} sec."), N_("{number} sec."), N_("seconds"))

TIME_UNITS = (
    _SECOND,
    TimeUnit(60.0, 90 * 60.0, note("{number} min"), N_("{number} min"), N_("minutes")),
    TimeUnit(3600.0, 36 * 3600.0, note("{number} h"), N_("{number} h"), N_("hours")),
    TimeUnit(_DAY, float("inf"), note("{number} day", "{number} days", n=0), N_("{number} d"), N_("days")),
)
"""From the smallest."""


def time_unit(seconds: float) -> TimeUnit:
    """Return the unit that a duration is printed in: seconds under 90 s, minutes under 90 min, hours under 36 h."""
    return next(unit for unit in TIME_UNITS if abs(seconds) < unit.below)


DEFAULT_CURRENCY = "RUB"

SIGNS = {
    "RUB": "₽", "USD": "$", "EUR": "€", "GBP": "£", "KZT": "₸", "BYN": "Br", "UAH": "₴", "AMD": "֏", "GEL": "₾",
    "AZN": "₼", "TRY": "₺", "ILS": "₪", "INR": "₹", "CNY": "¥", "JPY": "¥",
}  # fmt: skip
"""The signs of currencies; those without one are named by their code."""
