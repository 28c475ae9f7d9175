"""What a relation is: the rows that metrics aggregate, with the facts of each row named.

A relation is one `Select` over the canonical tables. Its columns are dimensions (line, agent, topic, ...),
numbers, and flags: integers 1 or 0, never null, since not every engine lets a boolean stand alone. Every relation
has a column `bucket`, the index of the part of the period that a row falls into, and where its rows are events,
`at`, the instant that puts them there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.expression import ColumnElement

from metrics.centre import Centre
from metrics.dimensions import LINE, OF_AGENTS, PEOPLE
from warehouse.sql import bucket_of, instant, seconds_later

OPEN_FOR_S = 4 * 3600.0
"""A contact open for longer is unknown and in no figure."""
OPEN_FOR = timedelta(seconds=OPEN_FOR_S)

TALKING, HANDLED, LOST, FLOW_OUT, OPEN = range(1, 6)
"""What may have become of a contact as of a moment; nothing of these: 0."""

ABOUT = timedelta(days=31)
"""What is said of a contact is said this soon after it."""
CONTACT_LASTS = timedelta(days=1)
"""A contact is answered and over in less than this."""


def moments_of(
    borders: Sequence[datetime],
    until: datetime,
    as_of: datetime,
    *,
    begins: datetime | None = None,
    reach_days: int = 7,
    days_over: datetime | None = None,
) -> dict[str, datetime]:
    """What the parameters of a scope stand for, by name. All instants are UTC.

    `borders` lie between the parts of the period, its own ends included; it is known up to and with `until`, and
    `as_of` is the moment at which the state of every contact is taken. `begins` is the records' first instant, and
    `reach_days` how far around the period contacts of one chain are looked for. Local days are over up to `days_over`.
    """
    start, *_, end = borders
    named = {"start": start, "end": end, "until": until, "now": as_of, "open_since": as_of - OPEN_FOR}
    named |= {"contacts_began": start - CONTACT_LASTS, "contacts_over": end + CONTACT_LASTS, "about": start - ABOUT}
    # A contact may have begun a day before its first row in reach.
    reach = timedelta(days=reach_days + 1)
    named |= {"back": start - reach, "ahead": end + reach, "begins": begins or LONG_AGO}
    named |= {"days_over": days_over or until}
    return named | {f"border_{i}": border for i, border in enumerate(borders)}


def moments_of_month(start: datetime, end: datetime, moments: Mapping[str, datetime]) -> Mapping[str, datetime]:
    """Return the moments of the rows of one month, those of a statement given.

    When all contacts are over that matter to it, nothing that is known later changes what it says.
    """
    reach = moments["start"] - moments["back"]
    now = min(moments["now"], end + reach + CONTACT_LASTS)
    return {
        "start": start,
        "end": end,
        "until": end,
        "now": now,
        "open_since": now - OPEN_FOR,
        "contacts_began": start - CONTACT_LASTS,
        "contacts_over": end + CONTACT_LASTS,
        "back": start - reach,
        "ahead": end + reach,
    }


@dataclass(frozen=True)
class Scope:
    """What rows are asked for: [start, end) up to and with the as-of time, cut at the borders.

    The moments themselves are parameters (`moments_of`), so that a statement can be kept and run again later.
    """

    centre: Centre
    parts: int = 1
    """How many parts the period is cut into."""
    lines: tuple[str, ...] | None = None
    """The lines asked for, where all figures of the statement are over the same ones."""
    by: tuple[str, ...] = ()
    """The dimensions asked for; given only to relations that need them inside."""
    offsets: tuple[tuple[datetime, int], ...] = ()
    """How far local time is from UTC, as `Period.offsets` gives it; needed for the hour of the day."""
    derived: bool = False
    """Whether the records keep what is made of them alone, as of now: it is then named as a table."""
    monthly: bool = False
    """Whether they keep what is made of a month's records alone: it is then named as a table too."""
    wanted: frozenset[str] | None = None
    """The columns that somebody looks at: what only others are made of need not be joined. None: all."""

    def wants(self, *columns: str) -> bool:
        """Whether somebody looks at one of these columns."""
        return self.wanted is None or not self.wanted.isdisjoint(columns)

    def has(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether an instant lies in the period, as far as it is known."""
        return sa.and_(column >= self.start, column < self.end, column <= self.until)

    def on_lines(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        return column.in_(self.lines) if self.lines is not None else sa.true()

    def bucket(self, column: ColumnElement[Any]) -> ColumnElement[int]:
        return bucket_of(column, self.borders).label("bucket")

    def segments(self, source: sa.FromClause) -> list[ColumnElement[Any]]:
        """The columns of the dimensions asked for."""
        return [source.c[key] for key in self.by]

    @property
    def start(self) -> ColumnElement[datetime]:
        return instant("start")

    @property
    def end(self) -> ColumnElement[datetime]:
        return instant("end")

    @property
    def until(self) -> ColumnElement[datetime]:
        """Up to when the period is known: its end, or the as-of time where that cuts it short."""
        return instant("until")

    @property
    def now(self) -> ColumnElement[datetime]:
        """The moment at which the state of every contact is taken."""
        return instant("now")

    @property
    def open_since(self) -> ColumnElement[datetime]:
        """Since when contacts began that may still be open; what is open and began before is unknown."""
        return instant("open_since")

    @property
    def contacts_began(self) -> ColumnElement[datetime]:
        """Since when contacts began that may go on in the period."""
        return instant("contacts_began")

    @property
    def days_over(self) -> ColumnElement[datetime]:
        """Up to when whole local days of the period are over."""
        return instant("days_over")

    @property
    def about(self) -> ColumnElement[datetime]:
        """Since when contacts are looked for that something is said of in the period."""
        return instant("about")

    @property
    def contacts_over(self) -> ColumnElement[datetime]:
        """When every contact is over that began in the period."""
        return instant("contacts_over")

    @property
    def back(self) -> ColumnElement[datetime]:
        """Since when contacts may belong to the chains of the period's."""
        return instant("back")

    @property
    def ahead(self) -> ColumnElement[datetime]:
        """Until when contacts may belong to the chains of the period's."""
        return instant("ahead")

    @property
    def begins(self) -> ColumnElement[datetime]:
        """The first instant of the records."""
        return instant("begins")

    @property
    def borders(self) -> list[ColumnElement[datetime]]:
        """What the period's parts lie between, one more than there are parts."""
        return [instant(f"border_{i}") for i in range(self.parts + 1)]


@dataclass(frozen=True)
class Unsplit:
    """What a dimension says nothing of: flags whose rows never have a value of it, or columns that it decides itself.

    A metric one of whose parts is made of these alone would be nought, or all, for every value that there is.
    """

    dimension: str
    columns: tuple[str, ...]
    reason: str
    """A message id. Told after the metric and the dimension, as the rest of their sentence."""


@dataclass(frozen=True)
class Relation:
    """A named relation over one or more tables; the first is the one whose events it holds."""

    key: str
    tables: tuple[str, ...]
    rows: Callable[[Scope], sa.Select[Any]]
    dimensions: tuple[str, ...] = ()
    """The columns one may filter and break down by."""
    unsplit: tuple[Unsplit, ...] = ()
    """What of the rows some dimensions cannot tell apart."""
    beside: tuple[str, ...] = ()
    """Tables whose rows it has too, where there are any."""
    derived: bool = False
    """Whether its dimensions have the values of another relation over the same table."""
    by_day: bool = False
    """Whether its rows know local days, for which the scope tells how far the clock is ahead."""
    lines_from: tuple[str, ...] = ()
    """The tables whose lines its rows may have, where those are not the first table's alone."""
    told: tuple[str, ...] = ()
    """Columns that explain a row to who looks at it, besides those that decide."""
    standing: bool = False
    """Whether its rows are what stands at a moment: each part of a period reads all that was before it."""
    costly: bool = False
    """Whether its rows are so dear that all that is asked of them over a period is asked by all dimensions at once."""
    lasting: bool = False
    """Whether its rows last, and are cut at the borders of the period's parts: no clock tells them apart."""
    ahead: bool = False
    """Whether its rows tell of what is planned, so that they are known beyond now."""
    inside: bool = False
    """Whether the lines and the dimensions asked for change the rows themselves, not only which are summed."""
    tells_apart: tuple[str, ...] = ()
    """Of these dimensions of one whose rows others change: those that change none, so that sums add up over them."""

    whole: tuple[str, ...] = ()
    """Where deals are limited by one of these for who asks, it says nothing: what it sets beside them has none."""

    @property
    def of_events(self) -> bool:
        """Whether its rows are events, which the clock tells apart."""
        return not (self.inside or self.lasting or self.by_day)

    @property
    def has_lines(self) -> bool:
        return LINE in self.dimensions

    @property
    def line_tables(self) -> tuple[str, ...]:
        """The tables whose lines its rows may have."""
        return self.lines_from or self.tables[:1]

    @property
    def person(self) -> str | None:
        """The dimension that says whose its rows are; None where nobody's."""
        return next((key for key in PEOPLE if key in self.dimensions), None)

    @property
    def all_dimensions(self) -> tuple[str, ...]:
        """Its own, and those of its agents."""
        return (*self.dimensions, *(OF_AGENTS if self.person and not self.inside else ()))


def only(rows: sa.Select[Any], names: Collection[str]) -> sa.Select[Any]:
    """The rows with some of their columns: what nobody looks at is neither put into words nor planned."""
    columns = [column for column in rows.selected_columns if column.key in names]
    # Not even a constant bucket alone makes them other rows.
    kept = rows.with_only_columns(*columns, maintain_column_froms=True)
    source = rows.columns_clause_froms[0]
    if not isinstance(source, sa.Subquery) or source.name != _ONCE:
        return kept

    def is_of_source(element: Any) -> bool:
        return isinstance(element, sa.ColumnClause) and element.table is source

    looked_at = {getattr(each, "name", "") for each in visitors.iterate(kept) if is_of_source(each)}
    inner = cast("sa.Select[Any]", source.element)
    less = inner.with_only_columns(*(column for column in inner.selected_columns if column.key in looked_at))
    narrow = less.subquery(_ONCE)

    def narrowed(element: Any, **_: Any) -> Any:
        return narrow if element is source else narrow.c[element.name] if is_of_source(element) else None

    return cast("sa.Select[Any]", visitors.replacement_traverse(kept, {}, narrowed))


_ONCE = "once"


def once(rows: sa.Select[Any]) -> sa.Subquery:
    """Return rows as a source whose columns are computed once a row, however often they are looked at.

    PostgreSQL would put a column's expression in each place that names the column, and compute it there anew.
    """
    return rows.suffix_with("OFFSET '0'", dialect="postgresql").subquery(_ONCE)


class Flag(sa.Case[int]):
    """1 where a condition holds, 0 where it does not or cannot be told."""

    inherit_cache = True

    @property
    def condition(self) -> ColumnElement[bool]:
        return self.whens[0][0]


def flag(condition: ColumnElement[bool]) -> Flag:
    """Return 1 where the condition holds, 0 where it does not or cannot be told."""
    return Flag((condition, 1), else_=0)


def either(
    condition: ColumnElement[bool], then: ColumnElement[bool], otherwise: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Return one of two conditions, by a third that is never null: T-SQL knows no CASE of conditions."""
    return sa.or_(sa.and_(condition, then), sa.and_(sa.not_(condition), otherwise))


def least(one: ColumnElement[datetime], other: ColumnElement[datetime]) -> ColumnElement[datetime]:
    """Return the earlier of two moments."""
    return sa.case((one < other, one), else_=other)


def greatest(one: ColumnElement[datetime], other: ColumnElement[datetime]) -> ColumnElement[datetime]:
    """Return the later of two moments."""
    return sa.case((one > other, one), else_=other)


LONG_AGO, FOREVER = datetime(1970, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001 - the records' instants are naive UTC
"""Since when and until when something is that has no beginning or no end."""


def until_next(following: ColumnElement[datetime]) -> ColumnElement[datetime]:
    """Return when something ends that lasts until the next one, or for ever: an end is never null.

    A join on comparisons alone is hashed; on an OR, an outer one compares every row with every other.
    """
    return sa.func.coalesce(following, instant(FOREVER))


def or_zero(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return sa.func.coalesce(column, 0.0)


def happened(
    scope: Scope,
    began: ColumnElement[datetime],
    lasted: ColumnElement[float],
    ended: ColumnElement[datetime] | None = None,
) -> ColumnElement[bool]:
    """Whether something that began, and lasted so many seconds or until `ended`, was over as of then.

    What is not known to have lasted is taken to have been over at once.
    """
    # Of nearly all that is asked the first comparison tells, which is cheaper than to add.
    long_ago = sa.and_(began <= scope.open_since, or_zero(lasted) <= OPEN_FOR_S)
    by_duration = sa.or_(long_ago, seconds_later(began, or_zero(lasted)) <= scope.now)
    return by_duration if ended is None else either(ended.is_not(None), ended <= scope.now, by_duration)
