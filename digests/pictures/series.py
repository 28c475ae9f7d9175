"""One metric of one line or of several, part by part of any period: what it was, where it missed, and before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from charts.forms.multiples import MAX_LINES, LinePanel
from charts.forms.series import Series
from charts.model import Amount
from digests import numbers as text_numbers
from digests.document import Picture
from digests.figures import line_title
from digests.localizer import Localizer
from digests.numbers import capital, metric_said
from digests.pictures import findings, timeline, wording
from digests.pictures.setting import LONG, Setting, alone, as_of, render
from digests.pictures.timeline import (
    BY_CLOCK,
    PeriodPart,
    SeriesRow,
    cases_said,
    days_off,
    few_said,
    in_use,
    of_plan,
    parts_of,
    plan_name,
    points,
    printer,
    usual_said,
    worst,
)
from metrics.answers import Answer, exact
from metrics.calculator import Calculator
from metrics.dimensions import HOUR_OF_DAY
from metrics.model import Better, Metric
from metrics.periods import HOUR, to_local
from metrics.plans.plans import Plans
from warehouse.messages import N_

KEY = "series"


def picture(
    calculator: Calculator,
    plans: Plans,
    answers: Answer | Sequence[Answer],
    localizer: Localizer,
    *,
    before: Answer | Sequence[Answer] | None = None,
    beside: Sequence[Answer] = (),
    about: str = "",
) -> Picture | None:
    """The picture of answers to one metric's questions `by` hour, day, week or month; None if there is no data.

    `before` has the answers for the period to compare with, asked by the same parts: line by line they are found by
    their question's line. `beside` has what is drawn of it, where that is other days. `about` names what the questions
    are narrowed to, if they have filters.
    """
    asked = [answers] if isinstance(answers, Answer) else list(answers)
    compared = [before] if isinstance(before, Answer) else list(before or ())
    return render(
        localizer, KEY, plain(calculator, plans, asked, localizer, before=compared, beside=beside, about=about)
    )


def plain(
    calculator: Calculator,
    plans: Plans,
    answers: Sequence[Answer],
    localizer: Localizer,
    *,
    before: Sequence[Answer] = (),
    beside: Sequence[Answer] = (),
    about: str = "",
) -> Series | None:
    """The picture as plain data."""
    known = [answer for answer in answers if answer.fact.value is not None and answer.points]
    if not known:
        return None
    setting = alone(calculator, plans, known[0].period, localizer)
    rows = [
        _row(setting, answer, before, beside or before, about) for answer in known if answer.metric == known[0].metric
    ]
    silent = sum(answer.metric == known[0].metric for answer in answers) - len(rows)
    rows = _in_use(setting, rows)
    if not rows[0].parts:
        return None
    shown = worst(rows, MAX_LINES)
    text = printer(localizer, known[0].metric, [part for row in shown for part in row.parts])
    metric, by, zone = shown[0].metric, shown[0].by, known[0].period.timezone
    slots = timeline.slots_of(localizer, by, shown[0].parts, zone, calculator.centre.is_holiday)
    told = next((row.beside for row in shown if row.beside), None)
    charted = wording.chart_labels(localizer)
    if known[0].in_progress and known[0].period.first_day == known[0].period.last_day:
        charted = replace(charted, period=charted.so_far)
    if any(row.changing for row in shown):
        charted = replace(charted, no_plan=localizer(N_("the plan changed")))
    elif metric.better is Better.NEUTRAL:
        charted = replace(charted, no_plan="")
    elif shown[0].answer.planned.remark:
        charted = replace(charted, no_plan=localizer.say(shown[0].answer.planned.remark))
    return Series(
        wording.titles(
            findings.headline(setting, rows),
            _subtitle(setting, shown, text.axis),
            _footnote(setting, shown, wording.lines_left_out(localizer, len(rows) - len(shown), silent)),
            findings.told(setting, rows),
        ),
        charted,
        tuple(slots),
        tuple(_line(setting, row, text, len(shown)) for row in shown),
        metric.spread,
        timeline.dates(localizer, told) if told else "",
    )


def _row(setting: Setting, answer: Answer, before: Sequence[Answer], beside: Sequence[Answer], about: str) -> SeriesRow:
    line = answer.question.line
    title = line_title(setting.calculator, line) if line else ""
    compared, drawn = (
        next((each for each in those if each.question.line == line and each.points), None) for those in (before, beside)
    )
    earlier = _aligned(setting, answer, drawn) if drawn else ()
    name = ", ".join(filter(None, (title, about)))
    known = any(value is not None for value in earlier)
    parts = parts_of(setting, answer)
    if not known or drawn is None:
        return SeriesRow(name, answer, parts)
    return SeriesRow(name, answer, parts, earlier, compared, drawn.period)


def _in_use(setting: Setting, rows: list[SeriesRow]) -> list[SeriesRow]:
    """The hours of a day from the first to the last in which there was anything, or is planned, in either period."""
    period = rows[0].answer.period
    if rows[0].by != HOUR_OF_DAY and (rows[0].by not in BY_CLOCK or period.first_day != period.last_day):
        return rows
    earlier = [index for row in rows for index, value in enumerate(row.earlier) if value]
    hours = in_use(setting, [row.answer for row in rows], [row.parts for row in rows], earlier)
    return [replace(row, parts=row.parts[hours], earlier=row.earlier[hours]) for row in rows]


def _aligned(setting: Setting, answer: Answer, before: Answer) -> tuple[float | None, ...]:
    """What was before in each part: by its number; hours by the clock, since the clocks may change."""
    ours, theirs = parts_of(setting, answer), parts_of(setting, before)
    if answer.question.part not in BY_CLOCK:
        facts = [part.fact if _alike(answer, mine, part) else None for mine, part in zip(ours, theirs, strict=False)]
        return (*facts, *[None] * (len(ours) - len(facts)))
    found = {_clock(part, before): part.fact for part in theirs}
    return tuple(found.get(_clock(part, answer)) for part in ours)


def _alike(answer: Answer, mine: PeriodPart, other: PeriodPart) -> bool:
    """Whether two parts are as long as each other: a week cut short by a month's end is not a whole one."""
    cut = mine.elapsed < 1 or other.elapsed < 1 or answer.question.part == "month"
    return cut or abs((mine.end - mine.start) - (other.end - other.start)) <= HOUR


def _clock(part: PeriodPart, answer: Answer) -> tuple[int, int, int]:
    local = to_local(part.start, answer.period.timezone)
    return (local.date() - answer.period.first_day).days, local.hour, local.minute


def _line(setting: Setting, row: SeriesRow, text: wording.SeriesNumbers, among: int) -> LinePanel:
    localizer, answer, metric = setting.localizer, row.answer, row.metric
    fact = answer.fact.value or 0.0
    plan = answer.plan
    reference = None
    if plan is not None:
        name = plan_name(metric)
        reference = Amount(plan, localizer(name, plan=wording.plan(localizer, metric, plan)))
    earlier = row.comparable
    share = row.execution
    if answer.few and row.planned and among > 1:
        note = cases_said(localizer, answer.fact)
    elif earlier is not None:
        form = N_("later {value}") if row.later else N_("was {value}")
        note = localizer(form, value=wording.value(localizer, metric, earlier))
    elif share is not None:
        note = localizer(of_plan(metric), share=setting.percent(share))
    else:
        note = ""
    return LinePanel(
        (row.name or capital(metric_said(localizer, metric))) if among > 1 else "",
        points(metric, row.parts, text),
        reference,
        Amount(fact, wording.fact(localizer, answer)),
        note,
        before=row.earlier,
    )


def _subtitle(setting: Setting, rows: list[SeriesRow], said: str) -> str:
    """«Service level за 30 с, %, по дням, 1–15 июня»."""
    localizer, metric = setting.localizer, rows[0].metric
    measured = measured_as(setting.calculator, localizer, metric, [row.answer.question.line for row in rows])
    said = "" if said.lower() in measured.lower() else said  # «Отработанные часы», «% сорвавшихся звонков»
    parts = (measured, said, timeline.by_said(localizer, rows[0].by))
    return ", ".join([*filter(None, parts), timeline.dates(localizer, setting.period)])


def measured_as(calculator: Calculator, localizer: Localizer, metric: Metric, lines: Sequence[str | None]) -> str:
    """The metric's title, with the threshold that it was measured against."""
    title = localizer(metric.title)
    thresholds = {calculator.centre.threshold(line) for line in lines} if metric.threshold else {None}
    threshold = next(iter(thresholds)) if len(thresholds) == 1 else None
    if threshold is None:
        return title
    seconds = text_numbers.plain(localizer, exact(threshold), 1)
    return localizer(N_("{title} in {seconds} s"), title=title, seconds=seconds)


def _lighter(localizer: Localizer, row: SeriesRow) -> str:
    """Which days the lighter line is of; if they are not those compared in all, that their weekdays are the same."""
    assert row.beside is not None
    dates = timeline.dates(localizer, row.beside)
    if row.before is None or row.before.period == row.beside:
        return localizer(N_("Lighter line: {dates}"), dates=dates)
    return localizer(N_("Lighter line: {dates}, the same weekdays"), dates=dates)


def _footnote(setting: Setting, rows: list[SeriesRow], left_out: str) -> str:
    localizer, metric = setting.localizer, rows[0].metric
    answers = [row.answer for row in rows]
    parts = [part for row in rows for part in row.parts]
    told = next((row for row in rows if row.beside), None)
    crowd = len(rows[0].parts) > LONG
    planned = metric.spread and any(part.plan is not None for part in parts)
    frame = "" if not planned else localizer(N_("Line: plan")) if crowd else localizer(N_("Frame: plan, bar: actual"))
    days = setting.period.days if rows[0].by == "day" and len(rows[0].parts) <= LONG else ()
    shade = days_off(localizer, days, setting.calculator.centre.is_holiday) if frame else ""
    lighter = _lighter(localizer, told) if told else ""
    gaps = any(part.fact is None and part.elapsed > 0 for part in parts)
    remarks = [capital(localizer.say(remark)) for answer in answers for remark in answer.fact.remarks]
    return wording.sentences(
        f"{frame}, {shade}" if shade else frame,
        lighter,
        left_out,
        localizer(N_("n/a: no data")) if gaps else "",
        usual_said(localizer, metric, parts) if len(rows) == 1 else "",
        few_said(localizer, setting.calculator.centre, parts),
        *(remarks[:1] if len(rows) == 1 else ()),
        wording.data_as_of(localizer, as_of(*answers)),
    )
