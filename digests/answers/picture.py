"""The picture of an answer, where there is one. The only place that asks for pictures of single answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from digests import numbers
from digests.answers import grid as grids
from digests.answers import heatmap
from digests.answers.evaluate import AnswerSet, Result
from digests.answers.view import PeriodPair, View, narrowed, period_said
from digests.contributions import part_said
from digests.document import Picture
from digests.figures import line_title, part_name
from digests.images import attempt
from digests.localizer import Localizer
from digests.numbers import capital, signed
from digests.request import Selection, Shape, Verb, Versus
from metrics.answers import Answer, BreakdownPart, Verdict, ask
from metrics.dimensions import HOUR_OF_DAY, LINE, TIME_PARTS, WEEK_HOURS, WEEKDAY, by_said
from metrics.facts import Fact
from metrics.model import Metric, Unit
from metrics.periods import days, series_of, to_local
from metrics.plans.plans import NO_PLAN
from metrics.why import Why
from warehouse.messages import N_

_TWO = 2
_PARTS = 31
_LINES = 6
"""More lines than this are not legible beside each other."""


def picture_of(view: View, answered: AnswerSet) -> Picture | None:
    """A series where the answer is about time, a ranking where it is about who, contributions for a why.

    None where words say it all: a list of lines has a picture only if one is asked for. None, too, where it cannot be
    drawn: the words stand without it.
    """
    return attempt("of an answer", lambda: _picture(view, answered), None)


def _picture(view: View, answered: AnswerSet) -> Picture | None:
    selection = answered.request.selection
    if answered.request.verb in (Verb.OVERVIEW, Verb.BRIEF) and answered.request.overview:
        return _overview(view, answered)
    if selection is None or not answered.results:
        return None
    if selection.also and answered.request.verb is Verb.FIGURE:
        return _several(view, answered, selection)
    if answered.request.verb is Verb.WHY:
        return _contributions(view, answered, selection)
    if answered.request.verb is not Verb.FIGURE:
        return None
    if selection.by == "line" or (selection.by is None and len(answered.results) > 1 and not selection.lines):
        return _lines(view, answered) if selection.shape is Shape.CHART else None
    if selection.by == WEEKDAY.key:
        return None
    if selection.by == WEEK_HOURS.key:
        return heatmap.picture(view, answered)
    if selection.by and selection.by not in TIME_PARTS:
        return _ranking(view, answered, selection)
    if selection.top or len(answered.results) > _LINES:
        return None
    answer = answered.results[0].figure.answer
    by_yesterday = selection.versus in (None, Versus.PLAN, Versus.DAY)  # what the picture of a day compares it with
    of_a_day = _is_today(answer) and selection.by in (None, "hour") and not selection.filters
    if len(answered.results) == 1 and of_a_day and by_yesterday:
        from digests.pictures import answer_today  # matplotlib is not worth loading for a text

        return answer_today(view.calculator, view.plans, answer.metric.key, answer.question.line, view.localizer)
    return _series(view, answered, selection)


def _overview(view: View, answered: AnswerSet) -> Picture | None:
    """The lines in the order of the words; of one line the words say it all."""
    from digests.answers.overview import worst_first

    results = grids.known(answered)
    asked = answered.request.overview
    assert asked is not None
    order = worst_first(view, results)
    if asked.shape in (Shape.TEXT, Shape.XLSX) or len(order) < _TWO:
        return None
    brief = answered.request.verb is Verb.BRIEF
    name = view.localizer(N_("Morning brief") if brief else N_("How things stand"))
    return _of_lines(view, answered, results, order, f"{name}, {period_said(view, asked.when.period)}")


def _several(view: View, answered: AnswerSet, selection: Selection) -> Picture | None:
    """A table as a picture, where it has rows and columns enough to be one."""
    results = grids.known(answered)
    lines = list(dict.fromkeys(result.figure.spec.line for result in results))
    period = period_said(view, selection.when.period)
    if not selection.by or selection.by == "line":
        return _of_lines(view, answered, results, lines, period) if len(lines) >= _TWO else None
    if len(lines) == 1 and selection.by in (*TIME_PARTS, HOUR_OF_DAY):
        return _of_parts(view, results, selection, lines[0], period)
    return None


def _of_lines(
    view: View, answered: AnswerSet, results: Sequence[Result], lines: Sequence[str | None], subtitle: str
) -> Picture | None:
    from digests.pictures import grid

    asked = answered.request.overview
    compared = asked is not None and asked.versus is not None
    metrics = list({result.figure.spec.metric: result.figure.answer.metric for result in results}.values())
    found = {(result.figure.spec.line, result.figure.spec.metric): result for result in results}

    def cell(line: str | None, metric: str) -> grid.GridCell | None:
        result = found.get((line, metric))
        if result is None:
            return None
        month = result.to_plan.answer if result.to_plan else None
        note = grids.month_pace(view, month.pace) if month and month.pace is not None else ""
        apart = grids.moved(view, result) if compared else ""
        return grid.GridCell(result.figure.answer, grids.judged(result), note, apart)

    rows = []
    for line, member in grids.under_groups(view, lines):
        name = line_title(view.calculator, line) if line else capital(view.localizer(N_("the whole centre")))
        rows.append((f"\N{EN DASH} {name}" if member else name, [cell(line, metric.key) for metric in metrics]))
    told = grids.changes(view, results) if compared else grids.verdict(view, answered, most=1)
    heading = grid.GridHeading(capital(told or subtitle), subtitle, _known_to(view, results))
    return grid.of_lines(view.localizer, heading, [grids.column_head(view, metric) for metric in metrics], rows)


def _of_parts(
    view: View, results: Sequence[Result], selection: Selection, line: str | None, period: str
) -> Picture | None:
    from digests.pictures import grid

    localizer, answers = view.localizer, [result.figure.answer for result in results]
    used = [
        point.start or point.segment
        for answer in answers
        for point in answer.points
        if point.fact.value or point.fact.denominator
    ]
    names = {
        point.start or point.segment: _slot(part_name(answer, point.start, point.segment, localizer))
        for answer in answers
        for point in answer.points
        if (point.start or point.segment) in used
    }
    columns = list(names)[-_PARTS:]
    rows = []
    for answer in answers:
        by_place = {point.start or point.segment: point for point in answer.points}
        name = grids.column_head(view, answer.metric)
        rows.append((name, answer.metric, [by_place.get(place) for place in columns]))
    where = line_title(view.calculator, line) if line else capital(localizer(N_("the whole centre")))
    finding = f"{', '.join(name for name, *_ in rows)}: {where}"
    subtitle = f"{capital(localizer.say(by_said(selection.by or '')))}, {period}"
    heading = grid.GridHeading(finding, subtitle, _known_to(view, results))
    return grid.of_parts(localizer, heading, [names[place] for place in columns], rows)


def _slot(name: str) -> str:
    """A part at the head of a narrow column: «10» of «10:00»."""
    return name.removesuffix(":00")


def _known_to(view: View, results: Sequence[Result]) -> str:
    moments = [result.figure.answer.as_of for result in results if result.figure.answer.as_of]
    return view.localizer(N_("Data as of {moment}"), moment=min(moments)) if moments else ""


def _is_today(answer: Answer) -> bool:
    """Whether the period is the day that the records end in; one that ends with them is over."""
    if answer.as_of is None or answer.period.start >= answer.as_of:
        return False
    day = to_local(answer.period.start, answer.period.timezone).date()
    return answer.period == days(day, day, answer.period.timezone) and answer.as_of <= answer.period.end


def _series(view: View, answered: AnswerSet, selection: Selection) -> Picture | None:
    """The parts of the period, asked for now if the words did without; the other moment as a second line."""
    from digests.pictures import series

    by = _parts(view, answered, selection)
    answers = [result.figure.answer for result in answered.results if result.figure.answer.fact.value is not None]
    if not answers or (by != HOUR_OF_DAY and len(answers[0].period.borders(by)) <= 2):
        return None
    moment = answered.moment
    references = [result.reference for result in answered.results if result.reference and moment]
    beside = [result.beside for result in answered.results if result.beside]
    if answers[0].question.part != by:
        asked = [replace(answer.question, by=(by,)) for answer in answers]
        earlier = [replace(reference.question, by=(by,)) for reference in references]
        aligned = [replace(each, period=moment.beside(by)) for each in earlier] if moment else []
        found = ask(view.calculator, view.plans, [*asked, *earlier, *aligned])
        answers, references = found[: len(asked)], found[len(asked) : len(asked) + len(earlier)]
        beside = found[len(asked) + len(earlier) :]
    about = narrowed(view, selection)
    return series.picture(
        view.calculator, view.plans, answers, view.localizer, before=references, beside=beside, about=about
    )


def _parts(view: View, answered: AnswerSet, selection: Selection) -> str:
    """The parts that are drawn: those asked for or those one reads a period by, coarser where they are too many."""
    from digests.pictures.setting import fitting

    asked = answered.results[0].figure.answer.question.part
    if asked == HOUR_OF_DAY:
        return asked
    if asked == "half-hour":
        return asked  # of one day, and drawn from the first to the last in which there was anything
    return fitting(selection.when.period, asked or series_of(selection.when.period))


def _ranking(view: View, answered: AnswerSet, selection: Selection) -> Picture | None:
    from digests.pictures import ranking

    if len(answered.results) != 1:
        return None
    (result,) = answered.results
    answer = result.figure.answer
    if result.ranked:
        # Whoever has too few cases is in no rank, so in no picture of it.
        few = result.few and selection.top is None
        named = [point for point in answer.points if point.segment][: -result.few if few else None]
        unnamed = [point for point in answer.points if not point.segment]
        answer = replace(answer, points=(*named, *unnamed))
    # What a `top` leaves out was left out of the answer, where the order is that of the words.
    return ranking.picture(
        view.calculator, answer, view.localizer, about=narrowed(view, selection), judged=result.ranked
    )


def _lines(view: View, answered: AnswerSet) -> Picture | None:
    """The lines as rows; the whole centre is no line."""
    from digests.pictures import ranking

    of_lines = [result.figure for result in answered.results if result.figure.spec.line]
    if not of_lines:
        return None
    points = tuple(
        BreakdownPart(None, (each.spec.line,), each.answer.fact, each.answer.plan, each.answer.few) for each in of_lines
    )
    centre = next((result.figure.answer for result in answered.results if not result.figure.spec.line), None)
    if centre is None:
        # The lines alone have no figure in common.
        centre = replace(of_lines[0].answer, fact=Fact(None, None, None), planned=NO_PLAN, few=False)
    known = [each.answer.as_of for each in of_lines if each.answer.as_of is not None]
    question = replace(centre.question, line=None, by=(LINE,))
    whole = replace(centre, question=question, points=points, as_of=min(known, default=None))
    return ranking.picture(view.calculator, whole, view.localizer)


def _contributions(view: View, answered: AnswerSet, selection: Selection) -> Picture | None:
    from digests.numbers import metric_said
    from digests.pictures import contributions

    why, result = answered.why, answered.results[0]
    if not isinstance(why, Why) or len(why.parts) < 2:
        return None
    localizer, answer, line = view.localizer, result.figure.answer, result.figure.spec.line
    name, about = capital(metric_said(localizer, answer.metric)), narrowed(view, selection)
    decimals = 0 if answer.metric.unit is Unit.COUNT else 1

    def given(label: str, value: float) -> contributions.ContributionBar:
        return contributions.ContributionBar(label, signed(localizer, answer.metric, value, decimals), value)

    whole = given(localizer(N_("Overall")), why.difference)
    title = localizer(
        N_("{subject}: {difference} {against}"),
        subject=" ".join(filter(None, (name, line_title(view.calculator, line) if line else "", about))),
        difference=whole.text,
        against=_against(view, answered.moment, result),
    )
    known_to = localizer(N_("Data as of {moment}"), moment=answer.as_of) if answer.as_of else ""
    return contributions.picture(
        localizer,
        answer.metric,
        title,
        [given(part_said(view.calculator, view.localizer, answer, why, part), part.value) for part in why.parts],
        whole,
        subtitle=localizer(N_("Contributions to the difference, {period}"), period=period_said(view, answer.period)),
        footnote=known_to,
        verdict=answer.verdict if result.reference is None else Verdict.NONE,
        ordered=why.by in TIME_PARTS,
        ends=_ends(localizer, answer.metric, why, planned=result.reference is None) if answer.metric.spread else None,
    )


def _ends(localizer: Localizer, metric: Metric, why: Why, *, planned: bool) -> tuple[str, str]:
    """«план 28,4 тыс.» and «факт 22,9 тыс.», between which the parts of a volume are a bridge."""
    reference, fact = (numbers.value(localizer, metric, value, full=True) for value in (why.reference, why.fact))
    first = localizer(N_("Plan {value}") if planned else N_("Before {value}"), value=reference)
    return first, localizer(N_("Actual {value}") if planned else N_("After {value}"), value=fact)


def _against(view: View, moment: PeriodPair | None, result: Result) -> str:
    if moment is None or result.reference is None:
        return view.localizer(N_("vs. the plan"))
    return view.localizer(N_("vs. {period}"), period=period_said(view, result.reference.period))
