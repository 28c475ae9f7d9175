"""The funnel: how far the deals of the period came, what the period passed, and where they stand still."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from digests import numbers
from digests.catalogue.declared import Declared
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
from metrics.dimensions import DIMENSIONS, STAGE, STEP
from metrics.model import Unit
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.result import AnalysisResult, ReportResult, Session

STEPS = ("created", "phone", "booked", "came", "contract")
ASIDE = ("no_answer", "not_booked", "no_show", "lost")
FEW = 30
FALL = 2.0
"""Percentage points from which on a step fell."""

SPEC = ReportSpec(
    "funnel",
    N_("Funnel"),
    (
        Section(
            N_("Funnel"),
            (
                Group(
                    (
                        FigureSpec("deals", "deals", None, N_("Deals")),
                        FigureSpec("contracts", "contracts", None, N_("Contracts")),
                        FigureSpec("deals_open", "deals_open", None, N_("Deals in work")),
                        FigureSpec("deals_stuck", "deals_stuck", None, N_("Deals that are stuck")),
                    )
                ),
                AnalysisSpec(
                    "created",
                    N_("Deals created in the period: how far they came"),
                    N_("Each deal once, as of now. A later step proves those before it, a sale taken back none."),
                ),
                AnalysisSpec(
                    "passed",
                    N_("Steps passed in the period"),
                    N_("Each deal once a step, whenever it was created; a jump passes what it skips."),
                ),
                AnalysisSpec(
                    "funnel.change",
                    N_("Which cities changed the step"),
                    N_(
                        "The share that went on against the comparable period, city by city: its own share at the mean "
                        "weight of both periods, and the shift between cities. The parts add up to the change exactly."
                    ),
                ),
            ),
        ),
        Section(
            N_("By city"),
            (
                TableSpec("created_by_city", N_("How far the created came"), ("deals_reached",), ("city", STEP)),
                TableSpec("by_city", N_("Passed in the period"), ("deals_passed",), ("city", STEP)),
                TableSpec("growth", N_("Created by week"), ("deals",), ("week", "city"), limit=27),
            ),
        ),
        Section(
            N_("Where they stand"),
            (
                AnalysisSpec(
                    "stuck",
                    N_("Stages where deals are stuck"),
                    N_("At the end of the period, or now. The limit is the stage's own, else what nine of ten take."),
                ),
                TableSpec("status", N_("Deals in work by stage"), ("deals_open",), (STAGE, "city"), limit=20),
                TableSpec("loss", N_("Why they were closed, by step"), ("deals_here_lost",), (STEP, "loss_reason")),
            ),
        ),
    ),
    question=N_("How far do deals come, and where do they stand still?"),
    aliases=("воронка", "воронки", "sales funnel"),
    pictures=("funnel",),
    short=("deals", "contracts"),
    compared=True,
)


def _counts(answer: Answer) -> dict[str | None, float]:
    return {point.values[0]: point.fact.value or 0.0 for point in answer.points}


def _share(part: float | None, whole: float | None) -> float | None:
    return 100 * part / whole if part is not None and whole else None


def _created_asked(within: Slice) -> Sequence[Question]:
    keys = ("deals_reached", "deals_here_open", "deals_here_lost")
    return [*(within.question(key, STEP) for key in keys), within.question("deals_now", STAGE)]


def _created(within: Slice, answers: Sequence[Answer]) -> Findings:
    """How far the deals of the period came."""
    reached, is_open, lost = (_counts(answer) for answer in answers[:3])
    steps = [step for step in STEPS if step in reached]
    rows: list[tuple[Value, ...]] = []
    for n, step in enumerate(steps):
        following = reached[steps[n + 1]] if n + 1 < len(steps) else None
        here = None if step == "contract" else is_open.get(step, 0.0)
        rows.append((step, reached[step], _share(following, reached[step]), here, lost.get(step, 0.0)))
    columns = (
        Column("step", N_("Step"), of=STEP),
        Column("reached", N_("Reached it"), Unit.COUNT),
        Column("to_next", N_("Went on"), Unit.PERCENT, 1),
        Column("here_open", N_("Stand here"), Unit.COUNT),
        Column("here_lost", N_("Closed here"), Unit.COUNT),
    )
    now = {f"now_{stage}": n for stage, n in _counts(answers[3]).items()}
    stages = ", ".join(f"{stage} {int(n)}" for stage, n in _most_first(answers[3]))
    said = (note("Now they stand in: {stages}.", stages=stages),) if now else ()
    return Findings(said, columns, tuple(rows), dict(now))


def _most_first(answer: Answer) -> list[tuple[str | None, float]]:
    """Return the stages that deals stand in, those of most deals first."""
    return sorted(((stage, n) for stage, n in _counts(answer).items() if n), key=lambda each: -each[1])


def _passed_asked(within: Slice) -> Sequence[Question]:
    before = within.before("deals_passed")
    return [
        within.question("deals_passed", STEP),
        within.question("deals_passed", STEP, period=before),
        within.question("sales_taken_back"),
    ]


def _passed(within: Slice, answers: Sequence[Answer]) -> Findings:
    """What the period passed, with the share that went on now and before."""
    now, before = (_counts(answer) for answer in answers[:2])
    steps = [step for step in STEPS if step in now or step in before]
    rows: list[tuple[Value, ...]] = []
    for n, step in enumerate(steps):
        following = steps[n + 1] if n + 1 < len(steps) else None
        share = _share(now.get(following, 0.0), now.get(step)) if following else None
        was = _share(before.get(following, 0.0), before.get(step)) if following else None
        rows.append((step, now.get(step, 0.0), share, before.get(step, 0.0), was))
    rows += [(step, now.get(step, 0.0), None, before.get(step, 0.0), None) for step in ASIDE if step in now]
    columns = (
        Column("step", N_("Step"), of=STEP),
        Column("deals", N_("Deals"), Unit.COUNT),
        Column("to_next", N_("Went on"), Unit.PERCENT, 1),
        Column("before", N_("Before"), Unit.COUNT),
        Column("to_next_before", N_("Went on before"), Unit.PERCENT, 1),
    )
    taken_back = answers[2].fact.value or 0.0
    said = (note("{n} sale was taken back", "{n} sales were taken back", n=int(taken_back)),) if taken_back else ()
    return Findings(said, columns, tuple(rows), {"taken_back": taken_back})


@dataclass(frozen=True)
class Fall:
    """The step whose share fell most, or lost most: from where to where, now and before (per cent)."""

    step: str
    to: str
    share: float
    before: float | None

    @property
    def fell(self) -> bool:
        return self.before is not None and self.before - self.share >= FALL


def weakest(now: Mapping[str | None, float], before: Mapping[str | None, float]) -> Fall | None:
    """Return the step that fell most, by 2 points at least with enough deals on both sides; none: the largest loss."""
    steps = [step for step in STEPS if now.get(step)]
    pairs = [(a, b) for a, b in pairwise(steps) if now.get(a, 0.0) >= FEW]
    found = []
    for step, to in pairs:
        share = _share(now.get(to, 0.0), now[step]) or 0.0
        was = _share(before.get(to, 0.0), before.get(step)) if before.get(step, 0.0) >= FEW else None
        found.append(Fall(step, to, share, was))
    fallen = [each for each in found if each.fell]
    if fallen:
        return max(fallen, key=lambda each: (each.before or 0.0) - each.share)
    return min(found, key=lambda each: each.share, default=None)


def _change_asked(within: Slice) -> Sequence[Question]:
    before = within.before("deals_passed")
    periods = (within.period, before)
    return [
        *(within.question("deals_passed", STEP, period=period) for period in periods),
        *(within.question("deals_passed", STEP, "city", period=period) for period in periods),
        within.question("deals_reached", STEP, "city"),
    ]


def _change(within: Slice, answers: Sequence[Answer]) -> Findings:
    """City by city, of the step that the headline is about; for it alone."""
    found = weakest(_counts(answers[0]), _counts(answers[1]))
    if found is None:
        return Findings(missing=note("too few deals: {least} of a step are needed", least=FEW))
    now, before, created = (
        {(point.values[0], point.values[1]): point.fact.value or 0.0 for point in answer.points}
        for answer in answers[2:]
    )
    cities = list(dict.fromkeys(city for (_, city) in now))
    whole = [sum(n for (step, _), n in of.items() if step == found.step) for of in (now, before)]
    level = [
        sum(n for (step, _), n in of.items() if step == found.to) / total if total else 0.0
        for of, total in zip((now, before), whole, strict=True)
    ]
    rows: list[tuple[Value, ...]] = []
    for city in cities:
        n1, n0 = now.get((found.step, city), 0.0), before.get((found.step, city), 0.0)
        r1 = now.get((found.to, city), 0.0) / n1 if n1 else None
        r0 = before.get((found.to, city), 0.0) / n0 if n0 else None
        born = created.get((found.step, city), 0.0)
        young = _share(created.get((found.to, city), 0.0), born)
        part = None
        if all(whole) and (r1 is not None or r0 is not None):
            w1, w0 = n1 / whole[0], n0 / whole[1]
            own1, own0 = (r1 if r1 is not None else r0 or 0.0), (r0 if r0 is not None else r1 or 0.0)
            part = 100 * ((w1 + w0) / 2 * (own1 - own0) + (w1 - w0) * ((own1 + own0) / 2 - (level[0] + level[1]) / 2))
        rows.append((city, n1, None if r1 is None else 100 * r1, None if r0 is None else 100 * r0, part, young))
    rows.sort(key=lambda row: (row[4] is None, row[4] if isinstance(row[4], float) else 0.0))
    columns = (
        Column("city", N_("City"), of="city"),
        Column("deals", N_("Deals"), Unit.COUNT),
        Column("share", N_("Went on"), Unit.PERCENT, 1),
        Column("before", N_("Went on before"), Unit.PERCENT, 1),
        Column("part", N_("Part of the change, pp"), None, 1),
        Column("created_share", N_("Of the created"), Unit.PERCENT, 1),
    )
    values: dict[str, Value] = {"step": found.step, "to": found.to, "share": found.share, "share_before": found.before}
    return Findings((), columns, tuple(rows), values)


def _stuck_asked(within: Slice) -> Sequence[Question]:
    keys = ("deals_open", "deals_limit_days", "deals_stuck", "deals_oldest_days")
    return [within.question(key, STAGE) for key in keys]


def _stuck(_: Slice, answers: Sequence[Answer]) -> Findings:
    """The stages that open deals stand in."""
    of = [{point.values[0]: point.fact.value for point in answer.points} for answer in answers]
    rows: list[tuple[Value, ...]] = [
        (stage, n, *(each.get(stage) for each in of[1:])) for stage, n in of[0].items() if n
    ]
    rows.sort(key=lambda row: (-(row[3] if isinstance(row[3], float) else 0.0), -(row[1] or 0.0)))  # type: ignore[operator]
    columns = (
        Column("stage", N_("Stage"), of=STAGE),
        Column("open", N_("In work"), Unit.COUNT),
        Column("limit_days", N_("Limit, days"), None, 1),
        Column("stuck", N_("Stuck"), Unit.COUNT),
        Column("oldest_days", N_("The oldest, days"), None, 1),
    )
    return Findings((), columns, tuple(rows))


def part(result: ReportResult, key: str) -> AnalysisResult | None:
    return next((each for each in result.analyses if each.spec.key == key), None)


def as_rows(found: AnalysisResult | None) -> list[dict[str, Value]]:
    """Return the rows of an analysis by the keys of their columns."""
    if found is None:
        return []
    keys = [column.key for column in found.findings.columns]
    return [dict(zip(keys, row, strict=True)) for row in found.findings.rows]


def fall_of(found: AnalysisResult | None) -> Fall | None:
    """Return the step that the report's finding is about."""
    values = found.findings.values if found else {}
    step, to, share, before = (values.get(key) for key in ("step", "to", "share", "share_before"))
    if not isinstance(step, str) or not isinstance(to, str) or not isinstance(share, float):
        return None
    return Fall(step, to, share, before if isinstance(before, float) else None)


def step_title(session: Session, step: str) -> str:
    return session.localizer(DIMENSIONS[STEP].titles.get(step, step))


def _summary(session: Session, result: ReportResult) -> Iterator[Message]:
    localizer = session.localizer
    steps = {str(row["step"]): row for row in as_rows(part(result, "passed"))}

    def whole(value: object) -> str:
        return numbers.plain(localizer, exact(float(value)), 0) if isinstance(value, float) else "0"

    if "created" in steps and steps["created"]["deals"]:
        told = [(step_title(session, step), whole(row["deals"])) for step, row in steps.items() if step in STEPS]
        yield note("Passed in the period: {steps}.", steps=", ".join(f"{name} {n}" for name, n in told))
    change = part(result, "funnel.change")
    fall = fall_of(change)
    if fall is not None and change is not None:
        said = {
            "step": step_title(session, fall.step),
            "to": step_title(session, fall.to),
            "share": numbers.in_unit(localizer, Unit.PERCENT, fall.share, 0),
        }
        city = next((row for row in as_rows(change) if isinstance(row["part"], float) and row["part"] < 0), None)
        if fall.fell and fall.before is not None:
            was = numbers.in_unit(localizer, Unit.PERCENT, fall.before, 0)
            yield note("{step} → {to}: {share}, before {was}.", was=was, **said)
            if city and isinstance(city["share"], float) and isinstance(city["before"], float):
                yield note(
                    "Most of the fall: {city}, {share} after {was}.",
                    city=city_title(session, city["city"]),
                    share=numbers.in_unit(localizer, Unit.PERCENT, city["share"], 0),
                    was=numbers.in_unit(localizer, Unit.PERCENT, city["before"], 0),
                )
        else:
            yield note("Most are lost at {step} → {to}: {share} go on.", **said)
    stages = as_rows(part(result, "stuck"))
    if (stuck := result.fact("deals_stuck").value) and stages and stages[0]["stuck"]:
        yield note(
            "{n} of {all} deals in work are stuck, most in “{stage}”.",
            n=whole(stuck),
            all=whole(result.fact("deals_open").value),
            stage=stages[0]["stage"],
        )


def city_title(session: Session, city: Value) -> str:
    """Return what a city is called, the centre's own deals and those of none among them."""
    if not isinstance(city, str):
        return session.localizer(DIMENSIONS["city"].nothing)
    title = DIMENSIONS["city"].titles.get(city)
    return session.localizer(title) if title else city


def _picture(session: Session, result: ReportResult) -> object:
    from digests.pictures.funnel import wings  # charts are not worth loading for a text

    return wings(session, result)


FUNNEL = Declared(
    SPEC,
    analyses={
        "created": Analysis(_created_asked, _created),
        "passed": Analysis(_passed_asked, _passed),
        "funnel.change": Analysis(_change_asked, _change),
        "stuck": Analysis(_stuck_asked, _stuck),
    },
    pictures={"funnel": _picture},
    summary=_summary,
)
