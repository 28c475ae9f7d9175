"""From a request to its numbers: what must be asked, all at once, and what came of it.

What the asker may not see is refused or left out here, so that texts, files and scripts all see the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from digests.answers.view import PeriodPair, View, day_of, lowest_of, moment
from digests.answers.weekdays import by_hour, by_week_hour, by_weekday, check
from digests.figures import Figure, figure_of, line_title
from digests.request import Overview, Request, Selection, Verb, Versus, When
from metrics.answers import (
    PLAN_OF_MONTH,
    Answer,
    BreakdownPart,
    Question,
    ask,
    is_split,
    may_lack_lines,
    ordered,
    plan_period,
    ranking,
)
from metrics.causes import Beside, beside
from metrics.clock import BY_THE_CLOCK, condition_on
from metrics.coverage import refusal, unnarrowed
from metrics.dimensions import HOUR_OF_DAY, LINE, PEOPLE, TIME_PARTS, WEEK_HOURS, WEEKDAY, breakdown_title
from metrics.model import Better, Metric, Test, Where
from metrics.people import names_of
from metrics.periods import Period, to_local
from metrics.why import Why, against_period, against_plan, harm, worst_first
from warehouse.messages import N_, Message, NotOpen, UserError, note

_UNKNOWN = note("in the records of this period, what it counts has none of them, or hardly ever")

_OVERVIEW = ("calls", "chats", "sl", "lcr", "aht", "target_in")
_RESERVED = ("reserves_m2", "reserves")
"""Reservations as the digest plans them; where it does not, in pieces."""

_NO_PLAN = note("There is no plan for this: it is compared with the usual moment before.")

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Result:
    """A figure with what it is compared with; the parts of a breakdown are its answer's points, as they are shown."""

    figure: Figure
    reference: Answer | None = None
    """The same figure at another moment."""
    beside: Answer | None = None
    """The other moment by the same parts, as they stand beside those of the answer: weekdays by the same weekdays."""
    to_plan: Figure | None = None
    """The month to date against its plan, where the plan is a month's and the fact is of another period."""
    left_out: int = 0
    """Parts that a `top` leaves out."""
    ranked: bool = True
    """Whether any of the parts has cases enough to be ranked."""
    few: int = 0
    """How many have too few cases to be ranked."""


@dataclass(frozen=True)
class AnswerSet:
    """A request with all its numbers; what is no question of numbers has none."""

    request: Request
    results: tuple[Result, ...] = ()
    moment: PeriodPair | None = None
    """What the results are compared with."""
    why: Why | Message | None = None
    unnamed: Figure | None = None
    """What is of no line, beside the lines of a list."""
    remark: Message | None = None
    """Why it is not told as it was asked."""
    beside: Beside | None = None
    """What moved together with what a why is about."""


def evaluate(view: View, request: Request) -> AnswerSet:
    """Ask for everything that a request needs. Raises UserError for what cannot or may not be asked."""
    selection = request.selection
    if request.verb in (Verb.OVERVIEW, Verb.BRIEF):
        return _overview(view, request)
    if selection is None or request.verb not in (Verb.FIGURE, Verb.EXPLAIN, Verb.WHY):
        return AnswerSet(request)
    metric = view.metric(selection.metric)
    if selection.also and request.verb is not Verb.FIGURE:
        raise UserError(
            "This is told of one metric at a time: name one of {known}.",
            known=tuple(view.calculator.catalogue.get(key).keyed_title for key in selection.metrics),
        )
    if request.verb is Verb.EXPLAIN:
        selection = replace(selection, by=None, filters=(), versus=None, top=None)
        if not (selection.lines or view.sees_whole(metric) or view.lines_of(metric)):
            return AnswerSet(replace(request, selection=selection))  # the definition is open to everybody
    if request.verb is Verb.WHY:
        return _why(view, request, selection, metric)
    prepared = [
        _prepared(view, request.verb, replace(selection, metric=key, also=()), view.metric(key))
        for key in selection.metrics
    ]
    found = _found(view, prepared)
    sets = [_answered(view, replace(request, selection=selection), each, found) for each in prepared]
    return sets[0] if len(sets) == 1 else _together(sets)


@dataclass(frozen=True)
class _Prepared:
    """A metric with everything that must be asked of it."""

    metric: Metric
    selection: Selection
    lines: Sequence[str | None]
    then: PeriodPair | None
    by: tuple[str, ...]
    asked: Sequence[_Questions]
    told_apart: Mapping[str, Question]

    @property
    def questions(self) -> Iterator[Question]:
        for each in self.asked:
            yield from each.questions
        yield from self.told_apart.values()


def _found(view: View, prepared: Sequence[_Prepared]) -> Mapping[Question, Answer]:
    """The answers to everything that must be asked, all at once."""
    questions = list(dict.fromkeys(question for each in prepared for question in each.questions))
    return dict(zip(questions, ask(view.calculator, view.plans, questions), strict=True))


def _prepared(view: View, verb: Verb, selection: Selection, metric: Metric) -> _Prepared:
    lines = _lines(view, metric, selection)
    by = () if selection.by == "line" else _by(view, metric, selection)
    then = _then(view, metric, selection, compared=len(lines) == 1 and not by and verb is Verb.FIGURE)
    return _asked_of(view, metric, selection, lines, by, then)


def _asked_of(
    view: View,
    metric: Metric,
    selection: Selection,
    lines: Sequence[str | None],
    by: tuple[str, ...] = (),
    then: PeriodPair | None = None,
) -> _Prepared:
    filters = _filters(view, metric, selection)
    period = then.asked if then else selection.when.period
    known_to = view.calculator.coverage.as_of(metric)
    asked = [_questions_of(metric, Question(metric.key, period, line, by, filters), then, known_to) for line in lines]
    told_apart = _told_apart(view, metric, selection, lines, period)
    return _Prepared(metric, selection, lines, then, by, asked, told_apart)


def _answered(view: View, request: Request, prepared: _Prepared, found: Mapping[Question, Answer]) -> AnswerSet:
    """What came of one metric. Raises UserError where a dimension that is asked for does not split it."""
    metric, selection, lines, by, asked = (
        prepared.metric,
        prepared.selection,
        prepared.lines,
        prepared.by,
        prepared.asked,
    )
    by_dimension = {dimension: found[question] for dimension, question in prepared.told_apart.items()}
    of_lines, remark = by_dimension.get("line"), None
    parted = [(dimension, [each]) for dimension, each in by_dimension.items()]
    mine = [found[each.figure] for each in asked]
    for dimension, each in [*parted, *((each, mine) for each in by[:1] if _is_by_segment(each))]:
        if any(_splits(answer) for answer in each):
            continue
        remark = _not_split(view, metric, dimension)
        if dimension != "line" or selection.lines or None not in lines:
            raise refusal(remark)
        asked, of_lines = asked[-1:], None  # the whole centre, which is the last
    results = [_result(view, selection, each, found) for each in asked]
    if selection.by == "line" and selection.top and remark is None:
        results = _best(results, selection)
    unnamed = _unnamed(view, of_lines) if of_lines and not selection.lines and None in lines else None
    return AnswerSet(request, tuple(results), prepared.then, unnamed=unnamed, remark=remark)


def _together(sets: Sequence[AnswerSet]) -> AnswerSet:
    """Several metrics in one answer, metric by metric."""
    first = sets[0]
    results = tuple(result for each in sets for result in each.results)
    return AnswerSet(first.request, results, first.moment, remark=next((s.remark for s in sets if s.remark), None))


def _overview(view: View, request: Request) -> AnswerSet:
    """The figures of an overview, each line's beside those of the same moment before."""
    asked = request.overview or Overview(When("today", day_of(view)))  # of a brief the words say yesterday
    view.check_lines(asked.lines)
    prepared = []
    for key in overview_metrics(view):
        metric = view.calculator.catalogue.get(key)
        selection = Selection(key, asked.when, versus=asked.versus)
        lines = _overview_lines(view, metric, asked.lines)
        if lines:
            then = _then(view, metric, selection, compared=True)
            prepared.append(_asked_of(view, metric, selection, lines, then=then))
    found = _found(view, prepared)
    results = [_result(view, each.selection, questions, found) for each in prepared for questions in each.asked]
    moment = next((each.then for each in prepared if each.then), None)
    return AnswerSet(replace(request, overview=asked), tuple(results), moment)


def overview_metrics(view: View) -> list[str]:
    """The metrics of an overview, those of the role or the usual, that can be computed and are open to who asks."""
    planned = {figure.metric for figure in view.figures.values() if figure.plan}
    reserved = next((key for key in _RESERVED if key in planned), _RESERVED[-1])
    calculator, found = view.calculator, []
    for key in view.overview or (*_OVERVIEW, reserved):
        metric = calculator.catalogue.get(key) if key in calculator.catalogue.keys else None
        if metric and view.answers(metric) and calculator.coverage.knows(metric):
            found.append(key)
    return found


def _overview_lines(view: View, metric: Metric, lines: Sequence[str]) -> list[str | None]:
    """The lines of a metric among those asked for, members of a group too; where none is, all and the whole centre."""
    known = view.lines_of(metric)
    members = view.calculator.centre.members
    wanted = {member for line in lines for member in (line, *members(line))}
    if lines:
        return [line for line in known if line in wanted]
    if len(known) == 1 and view.sees_whole(metric) and not may_lack_lines(metric, view.calculator.catalogue):
        return list(known)
    return [*known, *([None] if view.sees_whole(metric) else [])]


def _is_by_segment(by: str | None) -> bool:
    return by is not None and by not in TIME_PARTS


def _told_apart(
    view: View, metric: Metric, selection: Selection, lines: Sequence[str | None], period: Period
) -> Mapping[str, Question]:
    """What must be known besides, to tell whether a dimension that is asked for splits the metric at all."""
    found = dict.fromkeys(dimension for dimension, _ in selection.filters if dimension not in BY_THE_CLOCK)
    whole = Question(metric.key, period, None, planned=False)
    asked = {dimension: replace(whole, line=lines[0], by=(dimension,)) for dimension in found}
    if any(line is not None for line in lines) and may_lack_lines(metric, view.calculator.catalogue):
        asked["line"] = replace(whole, by=(LINE,), filters=_filters(view, metric, selection))
    return asked


def _splits(answer: Answer) -> bool:
    """Whether the parts say anything of the whole, as far as there is anything."""
    return answer.fact.value is None or is_split(answer)


def _not_split(view: View, metric: Metric, dimension: str) -> Message:
    others = [each for each in view.calculator.catalogue.dimensions(metric) if each != dimension]
    return note(
        'The metric "{metric}" cannot be told apart {by}: {reason}. It can be {known}.',
        metric=metric.keyed_title,
        by=breakdown_title(dimension),
        reason=_UNKNOWN,
        known=tuple(map(breakdown_title, (*TIME_PARTS, *others))),
    )


def _unnamed(view: View, of_lines: Answer) -> Figure | None:
    """What is of no line, as a figure beside those of the lines."""
    nobodys = next((point for point in of_lines.points if not point.segment), None)
    if nobodys is None or not (nobodys.fact.numerator or nobodys.fact.denominator):
        return None
    alone = replace(of_lines, fact=nobodys.fact, points=())
    return figure_of(view.calculator, view.spec(of_lines.metric, None), alone, view.localizer, full=True)


@dataclass(frozen=True)
class _Questions:
    """A question, and those whose answers stand beside its own."""

    figure: Question
    reference: Question | None
    beside: Question | None
    to_plan: Question | None

    @property
    def questions(self) -> Iterator[Question]:
        return (each for each in (self.figure, self.reference, self.beside, self.to_plan) if each)


def _questions_of(metric: Metric, question: Question, then: PeriodPair | None, known_to: datetime | None) -> _Questions:
    reference = replace(question, period=then.period, planned=False) if then else None
    part = question.by[0] if question.by else None
    beside = replace(reference, period=then.beside(part)) if then and reference else None
    if plan_period(metric, question.period) == question.period or question.filters or known_to is None:
        return _Questions(question, reference, beside, None)
    # Of a week that has part in two months, the plan of the one that the records have come to.
    until = min(max(known_to, question.period.start + _INSTANT), question.period.end)
    month = question.period.in_month_of(to_local(until - _INSTANT, question.period.timezone).date())
    return _Questions(question, reference, beside, replace(question, period=plan_period(metric, month), by=()))


def _by(view: View, metric: Metric, selection: Selection) -> tuple[str, ...]:
    """The parts asked for; hours of several days are those of the clock, all days together."""
    several, catalogue = len(selection.when.period.days) > 1, view.calculator.catalogue
    match selection.by:
        case WEEKDAY.key:
            check(view, metric)
            return ("day",)
        case WEEK_HOURS.key:
            check(view, metric)
            if selection.also:
                raise UserError("Days of the week by hours are told of one metric at a time: name one.")
            if not catalogue.of_events(metric) and not catalogue.of_time(metric):
                raise UserError(
                    'The metric "{metric}" is not told by hours of several days.', metric=metric.keyed_title
                )
            return ("hour",) if catalogue.of_time(metric) else ("day", HOUR_OF_DAY)
        case "half-hour" if several:
            raise UserError("Half-hours are told of one day: name the day, or ask by hour.")
        case "hour" if several and catalogue.of_events(metric):
            return (HOUR_OF_DAY,)
        case None:
            return ()
        case by:
            return (by,)


def _why(view: View, request: Request, selection: Selection, metric: Metric) -> AnswerSet:
    """The first breakdown whose parts make the whole; the one asked for, whatever comes of it."""
    line = _one_line(view, metric, selection)
    cuts = [selection.by] if selection.by else _cuts(view, metric, line, selection)
    tried = [_taken_apart(view, request, metric, line, replace(selection, by=by, top=None)) for by in cuts[:1]]
    for by in cuts[1:]:
        if isinstance(tried[-1].why, Why):
            break
        tried.append(_taken_apart(view, request, metric, line, replace(selection, by=by, top=None)))
    found = tried[-1]
    if not isinstance(found.why, Why) or not found.why.parts:
        return found
    # What went well asks for no causes.
    went_well = metric.better is not Better.NEUTRAL and harm(metric, found.why, found.why.difference) <= 0
    answer = found.results[0].figure.answer
    return found if went_well else replace(found, beside=beside(view.calculator, answer, found.why, _allowed(view)))


def _allowed(view: View) -> Callable[[str], bool]:
    """Which metrics are open to who asks."""
    return lambda key: view.metrics is None or key in view.metrics


def _cuts(view: View, metric: Metric, line: str | None, selection: Selection) -> list[str | None]:
    members = [each for each in view.lines_of(metric) if each in view.calculator.centre.members(each)]
    inside = view.calculator.centre.members(line) if line else ()
    several = len(members) > 1 if line is None else inside != (line,) and all(map(view.sees, inside))
    time = "hour" if len(selection.when.period.days) == 1 else "day"
    return ["line", time] if several else [time]


def _taken_apart(view: View, request: Request, metric: Metric, line: str | None, selection: Selection) -> AnswerSet:
    if selection.by == "line" and line:
        view.check_lines(view.calculator.centre.members(line))
    then = _then(view, metric, selection, compared=True)
    period = then.asked if then else selection.when.period
    question = Question(
        metric.key, period, line, (selection.by,) if selection.by else (), _filters(view, metric, selection)
    )
    (answer,) = ask(view.calculator, view.plans, [question])
    remark = None
    if selection.versus is Versus.PLAN and answer.planned.to_date is None:
        then = _then(view, metric, replace(selection, versus=None), compared=True)
        of_month = answer.planned.remark is PLAN_OF_MONTH
        remark = _NO_PLAN if then and not of_month else None
    elif selection.versus is None and answer.planned.to_date is not None:
        then = None
    reference = None
    if then:
        (earlier,) = ask(view.calculator, view.plans, [replace(question, period=then.period, planned=False)])
        reference = replace(earlier, points=())
        found = against_period(view.calculator, answer, earlier)
    else:
        found = against_plan(view.calculator, answer)
    if _is_by_segment(selection.by) and not _splits(answer):
        found = _UNKNOWN
    if isinstance(found, Why) and selection.by not in TIME_PARTS:
        parts = worst_first(metric, found)
        if selection.by in PEOPLE:
            called = _called(view, [part.segment for part in parts])
            parts = tuple(replace(part, segment=name) for part, name in zip(parts, called, strict=True))
        found = replace(found, parts=parts)
    figure = figure_of(view.calculator, view.spec(metric, line), replace(answer, points=()), view.localizer, full=True)
    return AnswerSet(replace(request, selection=selection), (Result(figure, reference),), then, found, remark=remark)


def _result(view: View, selection: Selection, asked: _Questions, found: Mapping[Question, Answer]) -> Result:
    answer = found[asked.figure]
    reference, beside = (found[each] if each else None for each in (asked.reference, asked.beside))
    if selection.by in (WEEKDAY.key, WEEK_HOURS.key):
        together = by_weekday if selection.by == WEEKDAY.key else by_week_hour
        answer, reference, beside = together(view, answer), None, None
    elif selection.by == "hour" and len(answer.period.days) > 1 and view.calculator.catalogue.of_time(answer.metric):
        answer, reference, beside = by_hour(view, answer), None, None
    points, left_out, few, ranked = answer.points, 0, 0, True
    if selection.by == WEEK_HOURS.key or (selection.by == WEEKDAY.key and not selection.top):
        pass  # from Monday on
    elif selection.by in (*TIME_PARTS, WEEKDAY.key) and selection.top:
        best = ordered(answer.metric, points, lowest=lowest_of(answer.metric, selection.end))
        points, left_out = best[: selection.top], max(len(best) - selection.top, 0)
    elif selection.by and selection.by not in TIME_PARTS:
        lowest = lowest_of(answer.metric, selection.end)
        order = ranking(answer.metric, points, people=selection.by == "agent", lowest=lowest)
        shown = order.top(selection.top) if selection.top is not None and selection.by != "line" else order
        points, left_out, few = shown.points, len(order.ranked) - len(shown.ranked), len(order.few)
        ranked = bool(order.ranked or not order.few)
    if selection.by in PEOPLE:
        called = _called(view, [point.segment for point in points])
        named = dict(zip((point.segment for point in points), called, strict=True))
        points = _renamed(points, named)
        # Whoever is not among those shown is not told of.
        before = tuple(point for point in reference.points if point.segment in named) if reference else ()
        reference = beside = reference and replace(reference, points=_renamed(before, named))
    spec = view.spec(answer.metric, answer.question.line)
    figure = figure_of(view.calculator, spec, replace(answer, points=points), view.localizer, full=True)
    return Result(figure, reference, beside, _to_plan(view, asked, found), left_out, ranked, few)


def _to_plan(view: View, asked: _Questions, found: Mapping[Question, Answer]) -> Figure | None:
    answer = found[asked.to_plan] if asked.to_plan else None
    if answer is None or answer.plan is None:
        return None
    return figure_of(view.calculator, view.spec(answer.metric, answer.question.line), answer, view.localizer, full=True)


def _called(view: View, agents: Sequence[str | None]) -> list[str | None]:
    """Agents by their names; by their places, for those who may not see names."""
    if view.names:
        names = names_of(view.calculator.records)
        return [names.get(agent, agent) if agent else None for agent in agents]
    places = {agent: n for n, agent in enumerate((agent for agent in agents if agent), start=1)}
    return [view.localizer(N_("No. {n}"), n=places[agent]) if agent else None for agent in agents]


def _renamed(points: Sequence[BreakdownPart], named: Mapping[str | None, str | None]) -> tuple[BreakdownPart, ...]:
    return tuple(replace(point, values=(named[point.segment],)) for point in points)


def _best(results: Sequence[Result], selection: Selection) -> list[Result]:
    """The lines that stand out, and how many others there are; the whole centre is no line."""
    top = selection.top or len(results)
    lines = [result for result in results if result.figure.spec.line]
    values = {result.figure.spec.line: result for result in lines}
    points = (
        ordered(
            lines[0].figure.answer.metric,
            [BreakdownPart(None, (line,), r.figure.answer.fact, None) for line, r in values.items()],
            lowest=lowest_of(lines[0].figure.answer.metric, selection.end),
        )
        if lines
        else ()
    )
    shown = [values[point.segment] for point in points[:top]]
    left_out = max(len(lines) - top, 0)
    return [*shown[:-1], replace(shown[-1], left_out=left_out)] if shown else list(results)


def _lines(view: View, metric: Metric, selection: Selection) -> list[str | None]:
    """The lines to answer for: those named, or all of them and the whole centre last (None)."""
    view.check_lines(selection.lines)
    whole: list[str | None] = [None] if view.sees_whole(metric) else []
    if selection.lines and selection.by == "line":
        members: dict[str, None] = dict.fromkeys(
            m for line in selection.lines for m in (*view.calculator.centre.members(line), line)
        )
        view.check_lines(tuple(members))
        return list(members)
    if selection.by == "agent" and not metric.spread and view.has_lines(metric):
        return _of_people(view, metric, selection)
    if selection.lines:
        return list(selection.lines)
    lines = view.lines_of(metric)
    listed = selection.by == "line" or (selection.by is None and not selection.filters)
    # One line is the whole centre, but where there may be something of no line besides.
    if listed and lines and (len(lines) > 1 or not whole or may_lack_lines(metric, view.calculator.catalogue)):
        centre = view.calculator.centre
        # Of groups and their members only the members can be ranked.
        ranked = [line for line in lines if centre.members(line) == (line,)] if selection.top else lines
        return [*ranked, *whole]
    if selection.by == "line" and not view.has_lines(metric):
        raise UserError('The metric "{metric}" has no lines: ask for it without one.', metric=metric.keyed_title)
    return [_one_line(view, metric, selection)]


def _of_people(view: View, metric: Metric, selection: Selection) -> list[str | None]:
    """The lines within which people are compared: the work of one line is not that of another."""
    centre = view.calculator.centre
    if may_lack_lines(metric, view.calculator.catalogue):  # the time of a person is of all lines
        return list(selection.lines) or [_one_line(view, metric, selection)]
    view.check_lines(selection.lines)
    named = selection.lines or view.lines_of(metric)
    members = dict.fromkeys(member for line in named for member in centre.members(line))
    view.check_lines(tuple(members))
    present = [line for line in view.lines_of(metric) if line in members]
    return list(present) or list(selection.lines) or [_one_line(view, metric, selection)]


def _one_line(view: View, metric: Metric, selection: Selection) -> str | None:
    """The one line that a question is about; None is the whole centre."""
    view.check_lines(selection.lines)
    if len(selection.lines) > 1:
        raise UserError(
            "This is told of one line at a time: name one of {known}.",
            known=tuple(line_title(view.calculator, each) for each in selection.lines),
        )
    if selection.lines:
        return selection.lines[0]
    if view.sees_whole(metric):
        return None
    lines = view.lines_of(metric)
    if len(lines) == 1:
        return lines[0]
    raise view.refuse_whole()


def _then(view: View, metric: Metric, selection: Selection, *, compared: bool) -> PeriodPair | None:
    """What to compare with: what is asked for, or the comparable moment of a single figure."""
    known_to = view.calculator.coverage.as_of(metric)
    if known_to is None or known_to <= selection.when.period.start or not (compared or selection.versus):
        return None
    return moment(selection.when.period, known_to, selection.versus, selection.when.words)


def _filters(view: View, metric: Metric, selection: Selection) -> Where:
    """The conditions on dimensions. Raises UserError for one it does not have, or that may not be asked."""
    found = narrowed(view, selection.filters)
    for test in found:
        if test.column in BY_THE_CLOCK:
            continue  # the calculator says where the clock tells nothing apart
        if test.column not in view.calculator.catalogue.dimensions(metric):
            raise refusal(unnarrowed(view.calculator.catalogue, metric, test.column))
    return found


def narrowed(view: View, filters: Sequence[tuple[str, str]]) -> Where:
    """Values of dimensions as conditions, any of those of one. Raises UserError for what may not be asked."""
    wanted: dict[str, list[str]] = {}
    for dimension, value in filters:
        wanted.setdefault(dimension, []).append(value)
    if any(key in wanted for key in PEOPLE) and not view.names:
        raise NotOpen("Single agents are not open to you: ask by agent, and they come without names.")
    return tuple(
        condition_on(dimension, values) if dimension in BY_THE_CLOCK else Test(dimension, tuple(values))
        for dimension, values in wanted.items()
    )
