"""The funnel: how far the deals of the period came, what the period passed, and where they stand still."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from digests import numbers
from digests.catalogue.declared import Declared
from digests.model import (
    MOST_ROWS,
    Analysis,
    AnalysisSpec,
    Choice,
    Column,
    FigureSpec,
    Findings,
    Group,
    Part,
    ReportSpec,
    Section,
    Slice,
    TableSpec,
    Value,
)
from metrics.answers import Answer, Question, exact
from metrics.dimensions import DIMENSIONS, OWNER, PLACE, STAGE, STEP
from metrics.model import Unit, Where
from metrics.periods import days
from warehouse.messages import N_, Message, UserError, note

if TYPE_CHECKING:
    from digests.result import AnalysisResult, ReportResult, Session

STEPS = ("created", "phone", "booked", "came", "contract")
ASIDE = ("no_answer", "not_booked", "no_show", "lost")
FEW = 30
FALL = 2.0
"""Percentage points from which on a step fell."""

_BY = ("city", "pipeline", OWNER)


def by_of(chosen: Mapping[str, str]) -> str:
    """Return by what the funnel is told apart."""
    return chosen.get("by") or "city"


def _told_apart(spec: ReportSpec, by: str) -> ReportSpec:
    """The report by another dimension than the city."""

    def of(part: Part) -> Part:
        if not isinstance(part, TableSpec) or "city" not in part.by:
            return part
        key = part.key.replace("city", by)
        return replace(part, key=key, by=tuple(by if each == "city" else each for each in part.by))

    return _with_parts(spec, of)


def _growing(spec: ReportSpec, time: str) -> ReportSpec:
    """The report with its growth by other parts of time than weeks."""

    def of(part: Part) -> Part:
        is_growth = isinstance(part, TableSpec) and part.key == "growth"
        return replace(part, by=(time, part.by[1])) if is_growth and isinstance(part, TableSpec) else part

    return _with_parts(spec, of)


def _with_parts(spec: ReportSpec, of: Callable[[Part], Part]) -> ReportSpec:
    sections = (replace(section, parts=tuple(map(of, section.parts))) for section in spec.sections)
    return replace(spec, sections=tuple(sections))


def _on(spec: ReportSpec, day: str) -> ReportSpec:
    """The report with where deals stood at the end of a day. Raises UserError for what is no day."""
    try:
        date.fromisoformat(day)
    except ValueError:
        raise UserError('"{given}" is no day: write it as 2026-06-08.', given=day[:40]) from None
    return spec


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
                TableSpec("growth", N_("Created, one after another"), ("deals",), ("week", "city"), limit=31),
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
                AnalysisSpec(
                    "status",
                    N_("Deals in work by stage"),
                    N_("At the end of the period, or of the day that is chosen (on), or now."),
                ),
                TableSpec("loss", N_("Why they were closed, by step"), ("deals_here_lost",), (STEP, "loss_reason")),
            ),
        ),
    ),
    question=N_("How far do deals come, and where do they stand still?"),
    aliases=("воронка", "воронки", "sales funnel"),
    pictures=("funnel",),
    short=("deals", "contracts"),
    compared=True,
    choices=(
        Choice("by", "city", _BY, shaped=_told_apart),
        Choice("growth", "week", ("day", "week", "month", "year"), shaped=_growing),
        Choice("on", shaped=_on),
    ),
)


def _counts(answer: Answer) -> dict[str | None, float]:
    return {point.values[0]: point.fact.value or 0.0 for point in answer.points}


def _share(part: float | None, whole: float | None) -> float | None:
    return 100 * part / whole if part is not None and whole else None


def by_stages(filters: Where) -> bool:
    """Return whether the funnel is of one pipeline: its rows are then the stages of that."""
    return any(test.column == "pipeline" and len(test.values) == 1 for test in filters)


def _created_asked(within: Slice) -> Sequence[Question]:
    keys: tuple[str, ...] = ("deals_reached", "deals_here_open", "deals_here_lost")
    by: tuple[str, ...] = (STEP,)
    if by_stages(within.filters):
        keys, by = ("stages_reached", "stages_here_open", "stages_here_lost"), (PLACE, STAGE)
    return [*(within.question(key, *by) for key in keys), within.question("deals_now", STAGE)]


def _on_path(answer: Answer) -> dict[str | None, float]:
    """The values of an answer by the stages of a path, in their order; those at its side have no place."""
    points = [point for point in answer.points if point.values[0] is not None]
    return {
        point.values[1]: point.fact.value or 0.0 for point in sorted(points, key=lambda each: int(each.values[0] or 0))
    }


def _created(within: Slice, answers: Sequence[Answer]) -> Findings:
    """How far the deals of the period came."""
    stages = by_stages(within.filters)
    reached, is_open, lost = (_on_path(answer) if stages else _counts(answer) for answer in answers[:3])
    steps: list[str | None] = [*reached] if stages else [step for step in STEPS if step in reached]
    rows: list[tuple[Value, ...]] = []
    for n, step in enumerate(steps):
        following = reached[steps[n + 1]] if n + 1 < len(steps) else None
        here = None if step == "contract" else is_open.get(step, 0.0)
        rows.append((step, reached[step], _share(following, reached[step]), here, lost.get(step, 0.0)))
    columns = (
        Column("step", N_("Step"), of=STAGE if stages else STEP),
        Column("reached", N_("Reached it"), Unit.COUNT),
        Column("to_next", N_("Went on"), Unit.PERCENT, 1),
        Column("here_open", N_("Stand here"), Unit.COUNT),
        Column("here_lost", N_("Closed here"), Unit.COUNT),
    )
    now = {f"now_{stage}": n for stage, n in _counts(answers[3]).items()}
    told = ", ".join(f"{stage} {int(n)}" for stage, n in _most_first(answers[3]))
    said = (note("Now they stand in: {stages}.", stages=told),) if now else ()
    return Findings(said, columns, tuple(rows), dict(now))


def _most_first(answer: Answer) -> list[tuple[str | None, float]]:
    """Return the stages that deals stand in, those of most deals first."""
    return sorted(((stage, n) for stage, n in _counts(answer).items() if n), key=lambda each: -each[1])


def _passed_asked(within: Slice) -> Sequence[Question]:
    before = within.before("deals_passed")
    stages = by_stages(within.filters)
    asked = ("stages_passed", PLACE, STAGE) if stages else ("deals_passed", STEP)
    return [within.question(*asked), within.question(*asked, period=before), within.question("sales_taken_back")]


def _passed(within: Slice, answers: Sequence[Answer]) -> Findings:
    """What the period passed, with the share that went on now and before."""
    stages = by_stages(within.filters)
    steps: list[str | None]
    if stages:
        now, before = (_on_path(answer) for answer in answers[:2])
        places = {point.values[1]: int(point.values[0]) for a in answers[:2] for point in a.points if point.values[0]}
        steps = sorted(places, key=lambda stage: places[stage])
        found = [(point.values[1], point.fact.value or 0.0) for point in answers[0].points if point.values[0] is None]
        aside: list[tuple[str | None, float, float]] = [(stage, n, 0.0) for stage, n in found]
    else:
        now, before = (_counts(answer) for answer in answers[:2])
        steps = [step for step in STEPS if step in now or step in before]
        aside = [(step, now.get(step, 0.0), before.get(step, 0.0)) for step in ASIDE if step in now]
    rows: list[tuple[Value, ...]] = []
    for n, step in enumerate(steps):
        following = steps[n + 1] if n + 1 < len(steps) else None
        share = _share(now.get(following, 0.0), now.get(step)) if following else None
        was = _share(before.get(following, 0.0), before.get(step)) if following else None
        rows.append((step, now.get(step, 0.0), share, before.get(step, 0.0), was))
    rows += [(step, n, None, was, None) for step, n, was in aside]
    columns = (
        Column("step", N_("Step"), of=STAGE if stages else STEP),
        Column("deals", N_("Deals"), Unit.COUNT),
        Column("to_next", N_("Went on"), Unit.PERCENT, 1),
        Column("before", N_("Before"), Unit.COUNT),
        Column("to_next_before", N_("Went on before"), Unit.PERCENT, 1),
    )
    taken_back = answers[2].fact.value or 0.0
    said = (note("{n} sale was taken back", "{n} sales were taken back", n=int(taken_back)),) if taken_back else ()
    values: dict[str, Value] = {"taken_back": taken_back, **({"on_path": float(len(steps))} if stages else {})}
    return Findings(said, columns, tuple(rows), values)


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


@dataclass(frozen=True)
class Sides:
    """A share now and before: over how many, and how large (0-1); None of none."""

    n: float
    share: float | None
    n_before: float
    before: float | None


def contributions(parts: Sequence[Sides]) -> list[float | None]:
    """Return what each part adds to the change of the share of all, in percentage points, which they add up to.

    Its own change at the mean of its weights, and the change of its weight at the mean of its distance from all.
    """
    whole, whole_before = sum(each.n for each in parts), sum(each.n_before for each in parts)
    if not whole or not whole_before:
        return [None for _ in parts]
    level = sum(each.n * (each.share or 0.0) for each in parts) / whole
    level_before = sum(each.n_before * (each.before or 0.0) for each in parts) / whole_before
    found: list[float | None] = []
    for each in parts:
        now = each.share if each.share is not None else each.before
        was = each.before if each.before is not None else each.share
        if now is None or was is None:
            found.append(None)
            continue
        weight, weight_before = each.n / whole, each.n_before / whole_before
        own = (weight + weight_before) / 2 * (now - was)
        shift = (weight - weight_before) * ((now + was) / 2 - (level + level_before) / 2)
        found.append(100 * (own + shift))
    return found


def _change_asked(within: Slice) -> Sequence[Question]:
    before, by = within.before("deals_passed"), by_of(within.chosen)
    periods = (within.period, before)
    return [
        *(within.question("deals_passed", STEP, period=period) for period in periods),
        *(within.question("deals_passed", STEP, by, period=period) for period in periods),
        within.question("deals_reached", STEP, by),
    ]


def _change(within: Slice, answers: Sequence[Answer]) -> Findings:
    """City by city, or by what is chosen, of the step that the headline is about; for it alone."""
    by = by_of(within.chosen)
    found = weakest(_counts(answers[0]), _counts(answers[1]))
    if found is None:
        return Findings(missing=note("too few deals: {least} of a step are needed", least=FEW))
    now, before, created = (
        {(point.values[0], point.values[1]): point.fact.value or 0.0 for point in answer.points}
        for answer in answers[2:]
    )
    values = list(dict.fromkeys(value for (_, value) in (*now, *before)))

    def sides(value: str | None) -> Sides:
        n, n_before = now.get((found.step, value), 0.0), before.get((found.step, value), 0.0)
        share = now.get((found.to, value), 0.0) / n if n else None
        return Sides(n, share, n_before, before.get((found.to, value), 0.0) / n_before if n_before else None)

    parts = [sides(value) for value in values]
    rows: list[tuple[Value, ...]] = []
    for value, each, added in zip(values, parts, contributions(parts), strict=True):
        young = _share(created.get((found.to, value), 0.0), created.get((found.step, value), 0.0))
        shares = (None if share is None else 100 * share for share in (each.share, each.before))
        rows.append((value, each.n, *shares, added, young))
    rows.sort(key=lambda row: (row[4] is None, row[4] if isinstance(row[4], float) else 0.0))
    columns = (
        Column(by, DIMENSIONS[by].title, of=by),
        Column("deals", N_("Deals"), Unit.COUNT),
        Column("share", N_("Went on"), Unit.PERCENT, 1),
        Column("before", N_("Went on before"), Unit.PERCENT, 1),
        Column("part", N_("Part of the change, pp"), None, 1),
        Column("created_share", N_("Of the created"), Unit.PERCENT, 1),
    )
    told: dict[str, Value] = {"step": found.step, "to": found.to, "share": found.share, "share_before": found.before}
    return Findings((), columns, tuple(rows), told)


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


def _status_asked(within: Slice) -> Sequence[Question]:
    day = within.chosen.get("on")
    on = date.fromisoformat(day) if day else None
    period = days(on, on, within.period.timezone) if on else None
    return [within.question("deals_open", STAGE, by_of(within.chosen), period=period)]


def _status(within: Slice, answers: Sequence[Answer]) -> Findings:
    """How many deals stand in each stage, a column for each city or what is chosen."""
    by, (answer,) = by_of(within.chosen), answers
    of: dict[str | None, dict[str | None, float]] = {}
    sizes: dict[str | None, float] = defaultdict(float)
    for point in answer.points:
        if n := point.fact.value:
            of.setdefault(point.values[0], {})[point.values[1]] = n
            sizes[point.values[1]] += n
    names = sorted(sizes, key=lambda name: (name is None, -sizes[name], str(name)))
    shown, left = names[:MOST_ROWS], names[MOST_ROWS:]
    rows: list[tuple[Value, ...]] = []
    for stage in sorted(of, key=lambda stage: (-sum(of[stage].values()), str(stage))):
        mine = of[stage]
        rest = (sum(mine.get(name, 0.0) for name in left),) if left else ()
        rows.append((stage, *(mine.get(name, 0.0) for name in shown), *rest, sum(mine.values())))
    known = DIMENSIONS[by]
    columns = (
        Column("stage", N_("Stage"), of=STAGE),
        *(Column(name or "", known.titles.get(name or "") or name or known.nothing, Unit.COUNT) for name in shown),
        *((Column("others", N_("Others"), Unit.COUNT),) if left else ()),
        Column("total", N_("Total"), Unit.COUNT),
    )
    return (
        Findings((), columns, tuple(rows), {"total": sum(sizes.values())})
        if rows
        else Findings(missing=note("no data"))
    )


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


GO_ON: Mapping[tuple[str, str], str] = {
    ("created", "phone"): N_("Of the deals {share} have a phone number"),
    ("phone", "booked"): N_("Of those with a phone number {share} book"),
    ("booked", "came"): N_("Of the booked {share} come"),
    ("came", "contract"): N_("Of those who came {share} sign"),
}


def going_on(session: Session, fall: Fall, share: str) -> str:
    """Return how many go on from a step: in its own words where the steps follow one another."""
    localizer = session.localizer
    if own := GO_ON.get((fall.step, fall.to)):
        return localizer(own, share=share)
    step, to = step_title(session, fall.step), step_title(session, fall.to)
    return localizer(N_("{step} → {to}: {share}"), step=step, to=to, share=share)


def step_title(session: Session, step: str) -> str:
    return session.localizer(DIMENSIONS[STEP].titles.get(step, step))


def _summary(session: Session, result: ReportResult) -> Iterator[Message]:
    localizer = session.localizer
    steps = {str(row["step"]): row for row in as_rows(part(result, "passed"))}

    def whole(value: object) -> str:
        return numbers.plain(localizer, exact(float(value)), 0) if isinstance(value, float) else "0"

    if "created" in steps and steps["created"]["deals"]:
        told = [(step_title(session, step), whole(row["deals"])) for step, row in steps.items() if step in STEPS]
        passed = (localizer(N_("{name} {n}"), name=name[:1].lower() + name[1:], n=n) for name, n in told)
        yield note("Passed in the period: {steps}.", steps=", ".join(passed))
    change = part(result, "funnel.change")
    fall = fall_of(change)
    if fall is not None and change is not None:
        said = going_on(session, fall, numbers.in_unit(localizer, Unit.PERCENT, fall.share, 0))
        by = by_of(result.spec.chosen)
        city = next((row for row in as_rows(change) if isinstance(row["part"], float) and row["part"] < 0), None)
        if fall.fell and fall.before is not None:
            was = numbers.in_unit(localizer, Unit.PERCENT, fall.before, 0)
            yield note("{said}, before {was}.", was=was, said=said)
            if city and isinstance(city["share"], float) and isinstance(city["before"], float):
                yield note(
                    "Most of the fall: {city}, {share} after {was}.",
                    city=value_name(session, city[by], by),
                    share=numbers.in_unit(localizer, Unit.PERCENT, city["share"], 0),
                    was=numbers.in_unit(localizer, Unit.PERCENT, city["before"], 0),
                )
        else:
            yield note("Most are lost here: {said}.", said=said[:1].lower() + said[1:])
    stages = as_rows(part(result, "stuck"))
    if (stuck := result.fact("deals_stuck").value) and stages and stages[0]["stuck"]:
        yield note(
            "{n} of {all} deals in work are stuck, most in “{stage}”.",
            n=whole(stuck),
            all=whole(result.fact("deals_open").value),
            stage=stages[0]["stage"],
        )


def value_name(session: Session, value: Value, by: str = "city") -> str:
    """Return what a city or another value is called, the centre's own deals and those of none among them."""
    if not isinstance(value, str):
        return session.localizer(DIMENSIONS[by].nothing)
    title = DIMENSIONS[by].titles.get(value)
    return session.localizer(title) if title else value


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
        "status": Analysis(_status_asked, _status),
    },
    pictures={"funnel": _picture},
    summary=_summary,
)
