"""Stages: how long each step takes, whole distributions and not means alone, and what still waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digests import numbers
from digests.catalogue.declared import Declared
from digests.catalogue.funnel import as_rows, part
from digests.model import (
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
from metrics.dimensions import DIMENSIONS, FROM_STAGE, MOMENT, PLACE, SPAN, STAGE
from metrics.model import Unit
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.result import ReportResult, Session

FEW = 30
BINS = ("15m", "1h", "4h", "1d", "3d", "7d", "14d", "30d", "more")
_OWN = ("consultation", "contract", "disposal", "no_answer")
_MOMENTS = ("first_contact", *_OWN, "rebooking")
_METHOD = N_(
    "From the last entry into the one to the entry into the other; who skipped the one has no time. Mean, median and "
    "the time that nine of ten take; what is open is in none of them and counted as waiting."
)

SPEC = ReportSpec(
    "stages",
    N_("Time between stages"),
    (
        Section(
            N_("Time between stages"),
            (
                Group(
                    (
                        FigureSpec(
                            "first_contact_median", "first_contact_median", None, N_("First conversation, median")
                        ),
                        FigureSpec(
                            "time_to_consultation", "time_to_consultation", None, N_("From phone to consultation")
                        ),
                        FigureSpec("time_to_contract", "time_to_contract", None, N_("From deal to contract")),
                        FigureSpec("no_answer", "no_answer_to_disposal", None, N_("From no answer to the closing")),
                        FigureSpec("rebooking", "rebooking", None, N_("From a missed booking to the next one")),
                    )
                ),
                AnalysisSpec("transitions", N_("From stage to stage"), _METHOD),
                AnalysisSpec("moments", N_("What takes time"), _METHOD),
                AnalysisSpec("distribution", N_("How long it takes: shares"), _METHOD),
            ),
        ),
        Section(
            N_("By city"),
            (
                TableSpec(
                    "by_city",
                    N_("Cities"),
                    ("first_contacts", "first_contact_median", "time_to_consultation", "time_to_contract"),
                    ("city",),
                    headers=("n", "first_contact_median", "time_to_consultation", "time_to_contract"),
                ),
                AnalysisSpec("returns", N_("Moved back"), N_("Moves to an earlier stage of the same pipeline.")),
            ),
        ),
    ),
    question=N_("How long does each step take, and where do deals wait?"),
    aliases=("этапы", "время между этапами", "stage times"),
    pictures=("stages",),
    short=("first_contact_median", "time_to_contract"),
    compared=True,
)

_TIMES = (
    Column("n", N_("Cases"), Unit.COUNT),
    Column("mean", N_("Mean"), Unit.DURATION),
    Column("median", N_("Median"), Unit.DURATION),
    Column("p90", N_("Nine of ten within"), Unit.DURATION),
)


def _transitions_asked(within: Slice) -> Sequence[Question]:
    keys = ("moves_n", "moves_mean", "moves_median", "moves_p90", "moves_deals", "moves_timed_deals")
    return [
        *(within.question(key, FROM_STAGE, STAGE) for key in keys),
        within.question("moves_n", PLACE, FROM_STAGE, STAGE),
    ]


def _transitions(_: Slice, answers: Sequence[Answer]) -> Findings:
    """From each stage of the path to the next, in their order."""
    n, mean, median, p90, deals, timed = (
        {point.values: point.fact.value for point in answer.points} for answer in answers[:6]
    )
    places: dict[tuple[str | None, ...], int] = {}
    for point in answers[6].points:
        place = int(point.values[0] or 0)
        places[point.values[1:]] = min(place, places.get(point.values[1:], place))
    rows: list[tuple[Value, ...]] = []
    for key in sorted(deals, key=lambda key: (places.get(key, 0), str(key))):
        jumped = (deals[key] or 0.0) - (timed.get(key) or 0.0)
        rows.append((*key, n.get(key) or 0.0, mean.get(key), median.get(key), p90.get(key), jumped))
    columns = (
        Column("from", N_("From the stage"), of=STAGE),
        Column("to", N_("To the stage"), of=STAGE),
        *_TIMES,
        Column("jumped", N_("Another way"), Unit.COUNT),
    )
    return Findings((), columns, tuple(rows))


def _returns_asked(within: Slice) -> Sequence[Question]:
    return [within.question("deals_returned", FROM_STAGE, STAGE)]


def _returns(_: Slice, answers: Sequence[Answer]) -> Findings:
    """From which stage deals were moved back to which, most first."""
    found = [(point.values, n) for point in answers[0].points if (n := point.fact.value)]
    rows = tuple((*stages, n) for stages, n in sorted(found, key=lambda each: (-each[1], str(each[0]))))
    columns = (
        Column("from", N_("From the stage"), of=STAGE),
        Column("to", N_("To the stage"), of=STAGE),
        Column("deals", N_("Deals"), Unit.COUNT),
    )
    return Findings((), columns, rows) if rows else Findings(missing=note("no deal was moved back"))


_FIRST = ("first_contacts", "first_contact", "first_contact_median", "first_contact_p90")
_AGAIN = ("rebooked", "rebooking", "rebooking_median", "rebooking_p90")
_WAITING = {
    "first_contact": "first_contact_waiting",
    "consultation": "deals_before_consultation",
    "contract": "deals_open",
    "no_answer": "deals_no_answer",
}


def _moments_asked(within: Slice) -> Sequence[Question]:
    own = ("durations_n", "durations_mean", "durations_median", "durations_p90")
    return [
        *(within.question(key, MOMENT) for key in own),
        *(within.question(key) for key in (*_FIRST, *_AGAIN, *_WAITING.values())),
    ]


def _moments(_: Slice, answers: Sequence[Answer]) -> Findings:
    """The times that have names, with how many still wait."""
    own = [{point.values[0]: point.fact.value for point in answer.points} for answer in answers[:4]]
    whole = [answer.fact.value for answer in answers[4:]]
    first, again, waiting = whole[:4], whole[4:8], dict(zip(_WAITING, whole[8:], strict=True))
    rows: list[tuple[Value, ...]] = []
    for moment in _MOMENTS:
        times = (
            first if moment == "first_contact" else again if moment == "rebooking" else [of.get(moment) for of in own]
        )
        if times[0]:
            rows.append((moment, *times, waiting.get(moment)))
    columns = (
        Column("moment", N_("What took time"), of=MOMENT),
        *_TIMES,
        Column("waiting", N_("Still wait"), Unit.COUNT),
    )
    return Findings((), columns, tuple(rows))


def _distribution_asked(within: Slice) -> Sequence[Question]:
    return [
        within.question("durations_n", MOMENT, SPAN),
        within.question("first_contacts", SPAN),
        within.question("rebooked", SPAN),
        within.question("moves_n", FROM_STAGE, STAGE, SPAN),
    ]


def _distribution(_: Slice, answers: Sequence[Answer]) -> Findings:
    """The share of each span, of the times that have names and of the moves from stage to stage."""
    counts: dict[str, dict[str | None, float]] = {}
    for point in answers[0].points:
        counts.setdefault(str(point.values[0]), {})[point.values[1]] = point.fact.value or 0.0
    for moment, answer in (("first_contact", answers[1]), ("rebooking", answers[2])):
        counts[moment] = {point.values[0]: point.fact.value or 0.0 for point in answer.points}
    moves: dict[str, dict[str | None, float]] = {}
    for point in answers[3].points:
        moves.setdefault(f"{point.values[0]} → {point.values[1]}", {})[point.values[2]] = point.fact.value or 0.0
    ordered = {moment: counts[moment] for moment in _MOMENTS if moment in counts}
    rows: list[tuple[Value, ...]] = []
    for name, of in (*ordered.items(), *moves.items()):
        total = sum(of.get(span, 0.0) for span in BINS)
        if total:
            rows.append((name, total, *(100 * of.get(span, 0.0) / total for span in BINS)))
    columns = (
        Column("moment", N_("What took time"), of=MOMENT),
        Column("n", N_("Cases"), Unit.COUNT),
        *(Column(span, DIMENSIONS[SPAN].titles[span], Unit.PERCENT, 0) for span in BINS),
    )
    return Findings((), columns, tuple(rows))


@dataclass(frozen=True)
class StageTime:
    """What takes time: its name as scripts have it, how many cases, and their times in seconds."""

    key: str
    n: float
    median: float | None
    p90: float | None
    waiting: float | None = None


def moments_of(result: ReportResult) -> list[StageTime]:
    """Return the times that have names and the moves from stage to stage, in the order one lives through them."""
    named = [_moment(str(row["moment"]), row) for row in as_rows(part(result, "moments"))]
    moves = [_moment(f"{row['from']} → {row['to']}", row) for row in as_rows(part(result, "transitions")) if row["n"]]
    first = [each for each in named if each.key == "first_contact"]
    last = [each for each in named if each.key in ("rebooking", "no_answer")]
    return [*first, *moves[1:], *last] if len(moves) > 1 else [*first, *moves, *last]


def _moment(key: str, row: Mapping[str, Value]) -> StageTime:
    def number(name: str) -> float | None:
        value = row.get(name)
        return value if isinstance(value, float) else None

    return StageTime(key, number("n") or 0.0, number("median"), number("p90"), number("waiting"))


def farthest(moments: Sequence[StageTime]) -> StageTime | None:
    """Return that whose tenth case takes longest against its median, of those with enough cases."""
    enough = [each for each in moments if each.n >= FEW and each.median and each.p90]
    return max(enough, key=lambda each: (each.p90 or 0.0) / (each.median or 1.0), default=None)


def moment_title(session: Session, key: str) -> str:
    title = DIMENSIONS[MOMENT].titles.get(key)
    return session.localizer(title) if title else key


def _summary(session: Session, result: ReportResult) -> Iterator[Message]:
    localizer = session.localizer

    def time(seconds: object) -> str:
        return numbers.duration(localizer, seconds) if isinstance(seconds, float) else ""

    moments = {each.key: each for each in moments_of(result)}
    first = moments.get("first_contact")
    if first and first.n >= FEW and first.median is not None:
        said = {"median": time(first.median), "p90": time(first.p90)}
        if first.waiting:
            yield note(
                "First conversation after {median} (median), nine of ten within {p90}; {n} still wait.",
                n=int(first.waiting),
                **said,
            )
        else:
            yield note("First conversation after {median} (median), nine of ten within {p90}.", **said)
    moves = [each for each in moments.values() if " → " in each.key and each.n >= FEW and each.median]
    whole = next((row for row in as_rows(part(result, "moments")) if row["moment"] == "contract"), None)
    told = [f"{each.key} {time(each.median)}" for each in moves[-2:]]
    if whole and isinstance(whole["n"], float) and whole["n"] >= FEW:
        told.append(f"{moment_title(session, 'contract')} {time(whole['median'])}")
    if told:
        yield note("Medians: {moves}.", moves=", ".join(told))
    again, given_up = moments.get("rebooking"), moments.get("no_answer")
    if again and again.n >= FEW and again.median:
        yield note(
            "Missed and booked again: {n}, after {median}.",
            n=numbers.plain(localizer, exact(again.n), 0),
            median=time(again.median),
        )
    if given_up and given_up.n >= FEW and given_up.median:
        yield note("Those who do not answer are closed after {median}.", median=time(given_up.median))


def _picture(session: Session, result: ReportResult) -> object:
    from digests.pictures.stages import spreads  # charts are not worth loading for a text

    return spreads(session, result)


STAGES = Declared(
    SPEC,
    analyses={
        "returns": Analysis(_returns_asked, _returns),
        "transitions": Analysis(_transitions_asked, _transitions),
        "moments": Analysis(_moments_asked, _moments),
        "distribution": Analysis(_distribution_asked, _distribution),
    },
    pictures={"stages": _picture},
    summary=_summary,
)
