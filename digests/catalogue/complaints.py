"""Complaints: where it burns, by type, topic and subtopic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum
from typing import TYPE_CHECKING

from digests import numbers
from digests.catalogue.declared import Declared
from digests.model import (
    PERIOD,
    Analysis,
    AnalysisSpec,
    Column,
    FigureSpec,
    Findings,
    Group,
    ReportSpec,
    Section,
    Slice,
    TableSpec,
    Value,
)
from metrics.answers import Answer, Question, exact
from metrics.facts import Fact
from metrics.marks import day_marks, left_out_said
from metrics.model import Unit
from metrics.peaks import chance, is_finding
from metrics.periods import Period, days, earlier
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.localizer import Localizer
    from digests.result import ReportResult, Session

PERIODS = 6
"""Periods of the same shape before that say what is usual."""
_LEAST_PERIODS = 2
_NEW = 3
"""Complaints from which on a branch that never was is a new one."""
_FELL = 3
"""What a sibling usually had that fell to nothing at the same time: then a new branch looks like a new name."""
_LEVELS = {"type": N_("Type"), "topic": N_("Topic"), "subtopic": N_("Subtopic")}
Path = tuple[str, ...]
_CHANNEL = "desk"
"""Whose marked days teach nothing."""
NOTHING = "—"
"""A level that a ticket does not say."""

SPEC = ReportSpec(
    "complaints",
    N_("The tree of complaints"),
    (
        Section(
            N_("Complaints"),
            (
                Group(
                    (
                        FigureSpec("complaints", "complaints", None, N_("Complaints")),
                        FigureSpec("rate", "complaint_rate", None, N_("Of contacts handled")),
                        FigureSpec("time_to_close", "time_to_close_median", None, N_("Tickets: time to close, median")),
                    )
                ),
                AnalysisSpec(
                    "complaints.tree",
                    N_("Where it burns"),
                    N_(
                        "Usually: the mean rate per contact handled of the last six periods of the same shape, for as "
                        "many contacts as now. Growth is told of at least 10 complaints that chance explains less than "
                        "once in 100 times, by an exact test; a branch is new that had none in those periods and "
                        "has 3 now."
                    ),
                ),
                TableSpec("by_day", N_("By day"), ("complaints",), ("day",), limit=31),
                TableSpec("desks", N_("Desks"), ("complaints",), ("desk",)),
                TableSpec("trend", N_("Six periods"), ("complaints", "complaint_rate"), (PERIOD,), limit=6),
            ),
        ),
    ),
    question=N_("Where does it burn, by type, topic and subtopic?"),
    aliases=("жалобы", "дерево жалоб", "complaints", "complaint tree"),
    pictures=("complaints",),
    drawn=("complaints.tree",),
    short=("complaints", "rate"),
    compared=True,
)


@dataclass(frozen=True)
class Node:
    """A branch of the tree, now and usually; no `usual`: there are too few periods to say."""

    path: Path
    n: float
    before: float
    usual: float | None
    p: float
    new: bool
    renamed: Path | None = None
    """What fell to nothing beside it at the same time."""

    @property
    def level(self) -> int:
        return len(self.path) - 1

    @property
    def growth(self) -> float | None:
        """Against the usual, per cent."""
        return 100 * (self.n / self.usual - 1) if self.usual else None

    @property
    def finding(self) -> bool:
        """Whether it grew, and not by chance."""
        more = self.usual is not None and self.n > self.usual
        return more and is_finding(self.n, self.p) and not self.renamed


def _asked(within: Slice) -> Sequence[Question]:
    """The leaves and the contacts of this period and of those before, and of days that teach nothing."""
    every = _periods(within)
    return [
        *(within.question("complaints", *_LEVELS, period=period) for period in every),
        *(within.question("complaint_rate", period=period) for period in every),
        within.question("time_to_close", *_LEVELS),
        *(question for _, day in _left_out(within) for question in _of_day(within, day)),
    ]


def _periods(within: Slice) -> list[Period]:
    """This period and those before that it is compared with."""
    before = [within.before("complaints"), *(earlier(within.period, n) for n in range(2, PERIODS + 1))]
    return [within.period, *before]


def _left_out(within: Slice) -> list[tuple[int, date]]:
    """The days that are marked to teach nothing, each with the place of the period before that it is in."""
    marks = day_marks(within.calculator)
    before = list(enumerate(_periods(within)))[1:]
    return [(n, day) for n, period in before for day in sorted(marks.left_out(within.line, _CHANNEL, period))]


def _of_day(within: Slice, day: date) -> list[Question]:
    of = days(day, day, within.period.timezone)
    return [within.question("complaints", *_LEVELS, period=of), within.question("complaint_rate", period=of)]


@dataclass(frozen=True)
class BranchCounts:
    """Complaints by branch and contacts handled, of this period first and then of those before, the latest first."""

    complaints: Sequence[Mapping[Path, float]]
    contacts: Sequence[float]
    told: Sequence[bool]
    """Of which there are records."""


def _counted(within: Slice, answers: Sequence[Answer]) -> BranchCounts:
    """What the answers to `_asked` count, without the days that teach nothing."""
    n = PERIODS + 1
    of_periods, of_contacts, of_days = answers[:n], answers[n : 2 * n], answers[2 * n + 1 :]
    complaints = [dict(_counts(answer)) for answer in of_periods]
    contacts = [answer.fact.denominator or 0.0 for answer in of_contacts]
    for (place, _), leaves, rate in zip(_left_out(within), of_days[::2], of_days[1::2], strict=True):
        for path, count in _counts(leaves).items():
            complaints[place][path] -= count
        contacts[place] -= rate.fact.denominator or 0.0
    return BranchCounts(complaints, contacts, [answer.fact.value is not None for answer in of_periods])


def nodes_of(counted: BranchCounts) -> list[Node]:
    """The whole, and every branch below it, each before its own branches and the largest first."""
    counts, contacts = counted.complaints, counted.contacts
    known = [n for n in range(1, len(counts)) if counted.told[n] and contacts[n]]
    usable = len(known) >= _LEAST_PERIODS and bool(contacts[0])
    exposure = fsum(contacts[n] for n in known)
    now = counts[0]
    paths = {path for each in counts for path in each}
    before = {path: fsum(counts[n].get(path, 0.0) for n in known) for path in paths}
    rates = {path: fsum(counts[n].get(path, 0.0) / contacts[n] for n in known) / max(len(known), 1) for path in paths}

    def node(path: Path) -> Node:
        n = now.get(path, 0.0)
        usual = rates[path] * contacts[0] if usable else None
        p = chance(n, contacts[0], before[path], exposure) if usable else 1.0
        is_new = usable and len(known) == PERIODS and not before[path] and n >= _NEW and len(path) > 1
        fell = None
        if is_new:
            siblings = [each for each in paths if len(each) == len(path) and each[:-1] == path[:-1]]
            gone = [each for each in siblings if not now.get(each) and rates[each] * contacts[0] >= _FELL]
            fell = max(gone, key=lambda each: before[each], default=None)
        return Node(path, n, before[path], usual, p, is_new and fell is None, fell)

    found: list[Node] = []

    def grow(path: Path) -> None:
        below = sorted(
            (each for each in paths if len(each) == len(path) + 1 and each[: len(path)] == path),
            key=lambda each: (-now.get(each, 0.0), each),
        )
        for each in below:
            if now.get(each) or before[each]:
                found.append(node(each))
                grow(each)

    grow(())
    return found


def _counts(answer: Answer) -> Mapping[Path, float]:
    """Complaints of every branch, by its path."""
    return _summed(answer, lambda fact: fact.value)


def _summed(answer: Answer, of: Callable[[Fact], float | None]) -> Mapping[Path, float]:
    """A number of every branch, that of the branches below it among it."""
    found: dict[Path, float] = {}
    for point in answer.points:
        path = tuple(value or NOTHING for value in point.values)
        while path and path[-1] == NOTHING:
            path = path[:-1]
        for depth in range(1, len(path) + 1):
            found[path[:depth]] = found.get(path[:depth], 0.0) + (of(point.fact) or 0.0)
    return {path: n for path, n in found.items() if n}


def _closed(answer: Answer) -> Mapping[Path, float]:
    """The mean time to close of every branch, by its path, in seconds."""
    spent, n = _summed(answer, lambda fact: fact.numerator), _summed(answer, lambda fact: fact.denominator)
    return {path: spent.get(path, 0.0) / of for path, of in n.items()}


def _tree(within: Slice, answers: Sequence[Answer]) -> Findings:
    """Every branch with its usual number, its growth, how likely it is by chance, and how long it takes to close."""
    if not any(answer.fact.value for answer in answers[: PERIODS + 1]):
        return Findings(missing=note("there are no complaints"))
    counted, closed = _counted(within, answers), answers[2 * (PERIODS + 1)]
    nodes, contacts = nodes_of(counted), counted.contacts[0]
    of = {node.path: node.n for node in nodes}
    total = fsum(node.n for node in nodes if not node.level)
    to_close = _closed(closed)
    rows: list[tuple[Value, ...]] = [
        (
            " → ".join(node.path),
            tuple(_LEVELS)[node.level],
            node.n,
            100 * node.n / whole if (whole := of.get(node.path[:-1], total)) else None,
            1000 * node.n / contacts if contacts else None,
            node.usual,
            node.growth,
            node.n - node.usual if node.usual is not None else None,
            node.p if node.usual is not None else None,
            to_close.get(node.path),
            _mark(node),
        )
        for node in nodes
    ]
    columns = (
        Column("node", N_("Branch")),
        Column("level", N_("Level"), titles=_LEVELS),
        Column("n", N_("Complaints"), Unit.COUNT),
        Column("share", N_("Of the branch above"), Unit.PERCENT, 0),
        Column("per_1000", N_("Per 1,000 contacts"), None, 1),
        Column("usual", N_("Usually"), None, 1),
        Column("growth", N_("Growth, %"), None, 0),
        Column("excess", N_("More than usual"), None, 1),
        Column("p", N_("By chance"), None, 3),
        Column("time_to_close", N_("Time to close"), Unit.DURATION),
        Column("new", N_("Finding")),
    )
    periods = sum(counted.told[1:])
    said = list(left_out_said([day for _, day in _left_out(within)], within.period.timezone))
    if periods < PERIODS:
        said.append(
            note(
                "Compared with {n} period: there are no more.",
                "Compared with {n} periods: there are no more.",
                n=periods,
            )
        )
    return Findings(tuple(said), columns, tuple(rows), {"total": total, "contacts": contacts})


def _mark(node: Node) -> Message | None:
    if node.renamed:
        return note("looks like a new name: {before} → {now}", before=node.renamed[-1], now=node.path[-1])
    return note("new branch") if node.new else note("grew") if node.finding else None


def _summary(session: Session, result: ReportResult) -> Iterator[Message]:
    """Yield what the numbers below bear."""
    localizer = session.localizer
    n = result.fact("complaints").value
    tree = next((each for each in result.analyses if each.spec.key == "complaints.tree"), None)
    if n is None or tree is None or tree.findings.missing:
        return
    contacts = tree.findings.values.get("contacts")
    rows = [dict(zip((c.key for c in tree.findings.columns), row, strict=True)) for row in tree.findings.rows]
    tops = [row for row in rows if row["level"] == "type"]
    usual = [row["usual"] for row in tops if isinstance(row["usual"], float)]
    per = 1000 * n / contacts if isinstance(contacts, float) and contacts else 0.0
    said = {
        "n": int(n),
        "number": numbers.plain(localizer, exact(n), 0),
        "per": numbers.plain(localizer, exact(per), 1),
    }
    expected = fsum(usual)
    if usual and expected:
        yield note(
            "{number} complaint, {per} per 1,000 contacts: {growth} to the usual.",
            "{number} complaints, {per} per 1,000 contacts: {growth} to the usual.",
            growth=signed(localizer, 100 * (n / expected - 1)),
            **said,
        )
    else:
        yield note(
            "{number} complaint, {per} per 1,000 contacts.", "{number} complaints, {per} per 1,000 contacts.", **said
        )
    for row in rows:
        if row["new"] == note("grew") and row["level"] == "subtopic":
            yield note(
                "It burns at “{node}”: {count}, usually {usual}.",
                node=_short(str(row["node"])),
                count=_plain(localizer, row["n"]),
                usual=_plain(localizer, row["usual"]),
            )
    for row in rows:
        if row["new"] == note("new branch") and row["level"] == "subtopic":
            yield note(
                "A new branch: “{node}”, {count}.", node=_short(str(row["node"])), count=_plain(localizer, row["n"])
            )


def _short(path: str) -> str:
    """A branch without its type."""
    return " → ".join(path.split(" → ")[1:]) or path


def _plain(localizer: object, value: Value) -> str:
    return numbers.plain(localizer, exact(value), 0) if isinstance(value, float) else ""  # type: ignore[arg-type]


def signed(localizer: Localizer, percent: float) -> str:
    """A growth with its sign; what is rounded to nothing has none."""
    rounded = round(percent)
    sign = "+" if rounded > 0 else "\N{MINUS SIGN}" if rounded < 0 else ""
    return f"{sign}{numbers.in_unit(localizer, Unit.PERCENT, abs(rounded), 0)}"


def _picture(session: Session, result: ReportResult) -> object:
    from digests.pictures.complaints import tree  # charts are not worth loading for a text

    return tree(session, result)


COMPLAINTS = Declared(
    SPEC, analyses={"complaints.tree": Analysis(_asked, _tree)}, pictures={"complaints": _picture}, summary=_summary
)
