"""Touches: how soon, how often, with what pauses; and after how many somebody gives up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
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
from metrics.dimensions import OWNER, TOUCH_NO, TOUCHES_MADE
from metrics.model import Unit
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.result import ReportResult, Session

FEW = 30
MOST = 12
_GROWS = 1.5
"""A pause so many times as long as the one before is worth saying."""

_SIXTEEN = (
    *("first_touch_median", "first_touch_15m", "first_contact_median", "touches_to_contract", "touches_to_disposal"),
    *("calls_to_disposal", "sms_to_disposal", "touches_after_no_show", "touch_gap", "touch_to_stage"),
    *("calls_per_client", "sms_per_client", "deals_no_answer", "deals_not_booked", "touches_no_answer"),
    *("talk_no_answer", "tasks_per_manager"),
)
_TITLES = (
    *(N_("First touch, median"), N_("Touched within 15 minutes"), N_("First conversation, median")),
    *(N_("Touches to a contract"), N_("Touches to a closing without a sale"), N_("Calls to a closing without a sale")),
    *(N_("SMS to a closing without a sale"), N_("Touches between a missed visit and the closing")),
    *(N_("Pause between touches"), N_("From touch to stage"), N_("Calls per client"), N_("SMS per client")),
    *(N_("Do not answer"), N_("Did not book"), N_("Touches of who cannot be reached")),
    *(N_("Conversations of who cannot be reached"), N_("Tasks per manager")),
)
_OF_DEALS = tuple(key for key in _SIXTEEN if key != "tasks_per_manager")

SPEC = ReportSpec(
    "touches",
    N_("Touches"),
    (
        Section(
            N_("Touches"),
            (
                Group(tuple(FigureSpec(key, key, None, title) for key, title in zip(_SIXTEEN, _TITLES, strict=True))),
                AnalysisSpec(
                    "counts",
                    N_("Deals by the number of their touches"),
                    N_("Touches up to the contract or the closing, robots' among them; one call written twice is one."),
                ),
                AnalysisSpec(
                    "gaps",
                    N_("The pause before each touch"),
                    N_("Between neighbouring touches of a deal by people, by the later one; robots' are left out."),
                ),
            ),
        ),
        Section(
            N_("Side by side"),
            (
                TableSpec("by_city", N_("Cities"), _OF_DEALS, ("city",)),
                TableSpec("by_owner", N_("Managers"), _SIXTEEN, (OWNER,)),
            ),
        ),
    ),
    question=N_("How soon and how often are clients touched, and when does somebody give up?"),
    aliases=("касания", "отчет по касаниям", "contacts with deals"),
    pictures=("touches",),
    short=("first_contact_median", "touches_to_contract"),
    compared=True,
)


def _counts_asked(within: Slice) -> Sequence[Question]:
    keys = ("touched_contracts", "touched_disposals", "touched_no_answer")
    return [*(within.question(key, TOUCHES_MADE) for key in keys), within.question("touches_to_giving_up")]


def _order(n: str) -> int:
    return MOST if n.endswith("+") else int(n)


def _counts(_: Slice, answers: Sequence[Answer]) -> Findings:
    """How many contracts, closings and closings of who does not answer had so many touches."""
    of = [{point.values[0]: point.fact.value or 0.0 for point in answer.points} for answer in answers[:3]]
    if not any(any(each.values()) for each in of):
        return Findings(missing=note("no contract and no closing in the period"))
    numbers_ = [*(str(n) for n in range(MOST)), f"{MOST}+"]
    rows: list[tuple[Value, ...]] = [(n, *(each.get(n, 0.0) for each in of)) for n in numbers_]
    columns = (
        Column("touches", N_("Touches")),
        Column("contracts", N_("Contracts"), Unit.COUNT),
        Column("disposals", N_("Closed without a sale"), Unit.COUNT),
        Column("no_answer", N_("Closed, no answer"), Unit.COUNT),
    )
    return Findings((), columns, tuple(rows), {"touches_to_giving_up": answers[3].fact.value})


def _gaps_asked(within: Slice) -> Sequence[Question]:
    return [within.question("touch_gap_median", TOUCH_NO), within.question("touch_gaps", TOUCH_NO)]


def _gaps(_: Slice, answers: Sequence[Answer]) -> Findings:
    """The median pause before the second touch, the third, and so on."""
    medians, n = ({point.values[0]: point.fact.value for point in answer.points} for answer in answers)
    places = sorted((place for place in medians if place), key=_place)
    rows: list[tuple[Value, ...]] = [(place, n.get(place), medians[place]) for place in places]
    columns = (
        Column("touch", N_("Before the touch")),
        Column("n", N_("Cases"), Unit.COUNT),
        Column("median", N_("Median pause"), Unit.DURATION),
    )
    return Findings((), columns, tuple(rows)) if rows else Findings(missing=note("no deal was touched twice"))


def _place(number: str) -> int:
    return int(number.removesuffix("+"))


def growth(result: ReportResult) -> tuple[int, float, float] | None:
    """Return before which touch the pause grows most, how many times, and to how long; None where none grows."""
    rows = [row for row in as_rows(part(result, "gaps")) if isinstance(row["n"], float) and row["n"] >= FEW]
    found = []
    for before, row in pairwise(rows):
        was, now = before["median"], row["median"]
        if isinstance(was, float) and isinstance(now, float) and was and now / was >= _GROWS:
            found.append((_place(str(row["touch"])), now / was, now))
    return max(found, key=lambda each: each[1], default=None)


def given_up(result: ReportResult) -> tuple[float, float]:
    """Return the touches to the closing of those who do not answer, and how many such closings there are."""
    counts = part(result, "counts")
    n = sum(value for row in as_rows(counts) if isinstance(value := row["no_answer"], float))
    mean = counts.findings.values.get("touches_to_giving_up") if counts else None
    return (mean if isinstance(mean, float) else 0.0), n


def _summary(session: Session, result: ReportResult) -> Iterator[Message]:
    localizer = session.localizer

    def times(value: float) -> str:
        return numbers.plain(localizer, exact(value), 1)

    contracts = result.fact("touches_to_contract")
    mean, closings = given_up(result)
    if contracts.value is not None and (contracts.denominator or 0.0) >= FEW and closings >= FEW:
        yield note(
            "{number} touch to a contract; those who do not answer are given up after {mean}.",
            "{number} touches to a contract; those who do not answer are given up after {mean}.",
            n=numbers.agreeing(exact(contracts.value), 1),
            number=times(contracts.value),
            mean=times(mean),
        )
    if not result.asks("first_touch_15m"):
        return
    soon, grows = result.fact("first_touch_15m"), growth(result)
    if soon.value is not None and (soon.denominator or 0.0) >= FEW:
        yield note("Touched within 15 minutes: {share}.", share=numbers.in_unit(localizer, Unit.PERCENT, soon.value, 0))
    if grows:
        yield note(
            "The pause before touch {place} is {times} times as long as the one before: {pause}.",
            place=grows[0],
            times=times(grows[1]),
            pause=numbers.duration(localizer, grows[2]),
        )
    calls, sms = result.fact("calls_per_client"), result.fact("sms_per_client")
    if calls.value is not None and sms.value is not None and (calls.denominator or 0.0) >= FEW:
        yield note("Per client {calls} calls and {sms} SMS.", calls=times(calls.value), sms=times(sms.value))


def _picture(session: Session, result: ReportResult) -> object:
    from digests.pictures.touches import pairs  # charts are not worth loading for a text

    return pairs(session, result)


TOUCHES = Declared(
    SPEC,
    analyses={"counts": Analysis(_counts_asked, _counts), "gaps": Analysis(_gaps_asked, _gaps)},
    pictures={"touches": _picture},
    summary=_summary,
)
