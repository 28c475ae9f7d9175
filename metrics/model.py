"""What a metric is: a few declarative lines from which the figure, its help and its documentation derive.

An aggregation is a type, never a lambda; it names columns of a relation (`metrics.relations`), and percentages
are never averaged, since a ratio is divided once, after its parts were summed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from metrics.units import Unit as Unit
from warehouse.messages import KeyedTitle, Message


class Better(Enum):
    """Which way is good: `floor` is met at or above the plan, `ceiling` at or below, `neutral` never judged."""

    FLOOR = "floor"
    CEILING = "ceiling"
    NEUTRAL = "neutral"


Values = tuple[str | float | bool, ...]


@dataclass(frozen=True)
class Test:
    """A condition on one column: equal to one of the values, or compared with the only one."""

    column: str
    values: Values
    operator: str = "="
    """`=`, `!=`, `<`, `<=`, `>` or `>=`."""


Where = tuple[Test, ...]


def where(*flags: str, **columns: str | float | bool | tuple[str, ...]) -> Where:
    """Rows for which every flag is set and every column has its value (or one of its values)."""
    tests = [Test(flag, (True,)) for flag in flags]
    for column, value in columns.items():
        tests.append(Test(column, value if isinstance(value, tuple) else (value,)))
    return tuple(tests)


@dataclass(frozen=True)
class Count:
    """How many rows."""

    where: Where = ()


@dataclass(frozen=True)
class Distinct:
    """How many different values of a column."""

    of: str
    where: Where = ()


@dataclass(frozen=True)
class Sum:
    """The sum of a column; rows where it is null add nothing."""

    of: str
    where: Where = ()


@dataclass(frozen=True)
class Mean:
    """Sum over count of the rows where the column is not null."""

    of: str
    where: Where = ()


@dataclass(frozen=True)
class Quantile:
    """The continuous quantile of a column over the rows where it is not null."""

    share: float
    of: str
    where: Where = ()


@dataclass(frozen=True)
class PerTime:
    """The sum of a column of seconds over the seconds of the period, as far as it is known: how many at once."""

    of: str
    where: Where = ()


Term = Count | Distinct | Sum


@dataclass(frozen=True)
class Ratio:
    """One sum over another, each over the whole of what is asked for."""

    numerator: Term
    denominator: Term


@dataclass(frozen=True)
class SumOf:
    """The sum of other metrics."""

    metrics: tuple[str, ...]


Aggregation = Count | Distinct | Sum | Mean | Quantile | PerTime | Ratio | SumOf


@dataclass(frozen=True)
class Remark:
    """Rows that the reader must know of, counted beside the figure."""

    where: Where
    text: Message
    """`{n}` is how many; the centre's conventions are parameters too."""
    blocks: bool = False
    """Whether such rows make the figure impossible rather than annotated."""
    aside: bool = False
    """Whether it is told only to those who ask for an explanation."""
    needed: bool = False
    """Whether nothing can be said without such rows: money of a time that no cost is written down for is no zero."""


@dataclass(frozen=True)
class ShortNames:
    """What a metric is called where its title is too long: message ids."""

    row: str
    """At the head of a row or a column."""
    of_line: str
    """The same of a line, `{line}`."""
    said: str
    """Within a sentence."""


@dataclass(frozen=True)
class Metric:
    """One metric. `title`, `about` and the remarks are message ids of the catalogues."""

    key: str
    title: str
    about: str
    """The formula in words, as people would have it explained."""
    unit: Unit
    better: Better
    relation: str
    fact: Aggregation
    needs: tuple[str, ...] = ()
    """What it cannot be computed without: `table.column`, or `table.column=word|word` of which one must occur."""
    remarks: tuple[Remark, ...] = ()
    aliases: tuple[str, ...] = ()
    """Other names, each of one word, wherever a key may stand."""
    phrases: tuple[str, ...] = ()
    """What people call it in a question, in both languages, in any form of the words; no other metric's."""
    short: ShortNames | None = None
    spread: bool = True
    """A volume, whose plan is spread over its days; a level (SL, AHT, LCR) has the period's plan every day."""
    bound: bool = False
    """Its plan is a bound that may be used up ("no more than 3 %") rather than a target."""
    plan_span: str = "period"
    """`month`: to be compared with its plan a fact runs from the month's first day, and the plan is the month's."""
    noun: tuple[str, str] | None = None
    """What a count counts, singular and plural, where the figure says so."""
    threshold: bool = False
    """Whether it is printed with the service level's threshold."""
    decimals: int = 0
    """Decimals a percentage is printed with, at most."""
    listed: bool = True
    """Whether platforms' menus have it; else it is a column of a report, and asked for by who knows its name."""
    above_zero: bool = False
    """Whether nothing, or less, over something says nothing: a cost of what nobody paid for is unknown."""

    @property
    def keyed_title(self) -> KeyedTitle:
        """Return what a sentence calls it: its title, with the key for who writes keys."""
        return KeyedTitle(self.title, key=self.key)
