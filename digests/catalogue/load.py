"""Load and people: what will come, how many people each half hour needs, and what happens with those there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from digests.catalogue.declared import Declared, ReportPicture
from digests.model import Analysis, AnalysisSpec, Choice, FigureSpec, Findings, Group, ReportSpec, Section, Slice
from metrics.answers import Answer, Question
from metrics.model import Test
from metrics.periods import days, to_local, week_after
from warehouse.messages import N_, Message, UserError, note

if TYPE_CHECKING:
    from digests.load.plan import LoadPlan
    from digests.load.what_if import WhatIf
    from digests.result import ReportResult, Session

_TAUGHT = timedelta(days=55)
_FORECAST = N_(
    "A weekday's median and shape of its last eight days, raised by the level of the last days; published only where "
    "it was more exact than last week and than the mean of eight weeks."
)
_STAFFING = N_(
    "The least people with the promised service level and no more than the highest occupancy (Erlang); on the roster "
    "with those who are away from contacts."
)
_EXPECTED = N_(
    "The queue is carried from half hour to half hour with the people there: it does not end at the half hour."
)

CHANNELS = ("call", "chat", "desk")


def _of_channel(spec: ReportSpec, channel: str) -> ReportSpec:
    """The report with its figures of a channel's roster; of the desk with its backlog instead of half hours."""
    sections = []
    for section in spec.sections:
        parts = tuple(
            replace(part, figures=tuple(replace(each, filters=(Test("channel", (channel,)),)) for each in part.figures))
            if isinstance(part, Group)
            else part
            for part in section.parts
            if channel != "desk" or not isinstance(part, AnalysisSpec) or part.key not in _BY_HALF_HOUR
        )
        if channel == "desk" and section is spec.sections[0]:
            parts = (*parts, AnalysisSpec("backlog", N_("Back office"), _BACKLOG))
        sections.append(replace(section, parts=parts))
    pictures = spec.pictures if channel != "desk" else ("load-forecast",)
    return replace(spec, sections=tuple(sections), pictures=pictures)


def _with_what_if(spec: ReportSpec, _: str) -> ReportSpec:
    """The report with what becomes of its days if something changes, at its beginning."""
    first = Section(N_("What if"), (AnalysisSpec("whatif", N_("Before and after"), _EXPECTED),))
    return replace(spec, sections=(first, *spec.sections), pictures=("load-whatif", *spec.pictures))


_BY_HALF_HOUR = ("expected", "staffing")
_BACKLOG = N_(
    "The smallest constant hours of work a day with nothing late: the most, over the days, of what is due by then over "
    "the working days until then. Of the tickets open as many are still to be closed as were of those of four weeks "
    "before."
)


SPEC = _of_channel(
    ReportSpec(
        "load",
        N_("Load and people"),
        (
            Section(
                N_("People and queue"),
                (
                    Group(
                        (
                            FigureSpec("hours_planned", "hours_planned", None, N_("Hours on the roster"), alone=True),
                            FigureSpec(
                                "people_planned", "people_planned", None, N_("People on the roster"), alone=True
                            ),
                        )
                    ),
                    AnalysisSpec("expected", N_("Day by day"), _EXPECTED),
                    AnalysisSpec("staffing", N_("People by half-hour"), _STAFFING),
                ),
            ),
            Section(
                N_("Forecast"),
                (
                    AnalysisSpec("accuracy", N_("How far forecasts were off")),
                    AnalysisSpec("forecast", N_("Forecast by half-hour"), _FORECAST),
                    AnalysisSpec("taught", N_("Records: half-hours that taught")),
                ),
            ),
            Section(N_("How it is computed"), (AnalysisSpec("assumptions", N_("What it rests on")),)),
        ),
        question=N_("What will come, how many people does it need, and what happens with those there?"),
        aliases=("нагрузка", "нагрузка и люди", "workforce", "staffing"),
        pictures=("load-week", "load-forecast"),
        short=("hours_planned", "people_planned"),
        choices=(
            Choice("channel", "call", CHANNELS, shaped=_of_channel),
            Choice("weeks", "", ("1", "2", "3", "4", "5", "6", "7", "8")),
            Choice("what-if", shaped=_with_what_if),
        ),
        usual=lambda calculator: week_after(calculator.now, calculator.centre.timezone),
        ahead=True,
    ),
    "call",
)


def plan_of(within: Slice) -> LoadPlan:
    """The plan that a report is of. Raises UserError for what there can be none of."""
    from digests.load.plan import load_plan  # numpy is not worth loading for a list of reports

    if within.filters:
        raise UserError("Load is planned for whole lines: it is narrowed by a line and a channel alone.")
    weeks = within.chosen.get("weeks", "")
    channel = within.chosen.get("channel", "call")
    return load_plan(within.calculator, channel, within.line, within.period, int(weeks) if weeks else None)


def _asked(within: Slice) -> Sequence[Question]:
    """What the records are known by: the contacts of the days that teach."""
    from metrics.load import ENTRIES

    metric = ENTRIES[within.chosen.get("channel", "call")]
    zone = within.period.timezone
    known = within.calculator.coverage.as_of(within.calculator.catalogue.get(metric)) or within.calculator.now
    last = to_local(known, zone).date()
    line = (
        within.line
        if "line" in within.calculator.catalogue.dimensions(within.calculator.catalogue.get(metric))
        else None
    )
    return [Question(metric, days(last - _TAUGHT, last, zone), line, planned=False)]


def _analysis(table: str) -> Analysis:
    def conclude(within: Slice, _: Sequence[Answer]) -> Findings:
        from digests.load import tables

        try:
            plan = plan_of(within)
        except UserError as error:
            return Findings(missing=error.message)
        make: Callable[[LoadPlan], Findings] = getattr(tables, table)
        return make(plan)

    return Analysis(_asked, conclude)


def _what_if(within: Slice) -> WhatIf:
    """What becomes of the report's days if what was chosen changes. Raises UserError for what cannot be."""
    from digests.load.reading import read
    from digests.load.what_if import what_if

    calculator, said = within.calculator, within.chosen["what-if"]
    asked = read(said, calculator.centre, to_local(calculator.now, within.period.timezone).date())
    if not asked.changes:
        raise UserError('Nothing is supposed in "{given}": say it as in “+7000 clients aht +30”.', given=said)
    channel = within.chosen.get("channel", "call")
    asked = replace(asked, channel=channel, line=within.line or asked.line, period=within.period)
    return calculator.once(("what-if", within.line, within.period, said, channel), lambda: what_if(calculator, asked))


def _supposed(within: Slice, _: Sequence[Answer]) -> Findings:
    from digests.load import tables

    try:
        return tables.supposed(_what_if(within))
    except UserError as error:
        return Findings(missing=error.message)


def _drawn_what_if(session: Session, result: ReportResult) -> object:
    from digests.pictures.load_whatif import supposed  # charts are not worth loading for a text

    within = Slice(session.calculator, result.period, result.line, result.filters, result.spec.chosen)
    try:
        return supposed(session, _what_if(within))
    except UserError:
        return None


def _plan_of_result(session: Session, result: ReportResult) -> LoadPlan | None:
    within = Slice(session.calculator, result.period, result.line, result.filters, result.spec.chosen)
    try:
        return plan_of(within)
    except UserError:
        return None


def _summary(session: Session, result: ReportResult) -> Iterable[Message]:
    from digests.figures import line_title
    from digests.load.tables import summary

    plan = _plan_of_result(session, result)
    if plan is None:
        return
    if plan.worst and plan.worst.line is not None and (result.line is None or len(plan.lines) > 1):
        yield note("{line}:", line=line_title(session.calculator, plan.worst.line))
    yield from summary(plan)


def _drawn(build: str) -> ReportPicture:
    def picture(session: Session, result: ReportResult) -> object:
        from digests.pictures.load_forecast import forecast  # charts are not worth loading for a text
        from digests.pictures.load_week import week

        plan = _plan_of_result(session, result)
        if plan is None or plan.shown is None:
            return None
        return {"week": week, "forecast": forecast}[build](session, plan, plan.shown)

    return picture


LOAD = Declared(
    SPEC,
    analyses={
        "expected": _analysis("days"),
        "backlog": _analysis("backlog"),
        "whatif": Analysis(_asked, _supposed),
        "staffing": _analysis("staffing"),
        "accuracy": _analysis("accuracy_of"),
        "forecast": _analysis("forecast"),
        "taught": _analysis("taught"),
        "assumptions": _analysis("assumptions"),
    },
    pictures={"load-week": _drawn("week"), "load-forecast": _drawn("forecast"), "load-whatif": _drawn_what_if},
    summary=_summary,
)
