"""How far is handling time from plan, and since when?"""

from __future__ import annotations

from charts.forms.deviations import Deviations
from digests.pictures import levels, timeline, wording
from digests.pictures.levels import LevelRow
from digests.pictures.setting import Setting
from metrics.answers import Question, Verdict
from metrics.periods import to_local
from warehouse.messages import N_

_METRIC = "aht"
_RUN = 3
"""Every day over plan for so many days, up to the last one, is worth a headline."""
_BOTH = 2
"""So many lines are told by their figures in the order of the picture; more of them by their names, the worst first."""
_ROOM = 40
"""Characters of the headline for lines."""


def questions(setting: Setting) -> list[Question]:
    return levels.questions(setting, _METRIC)


def build(setting: Setting) -> Deviations | None:
    rows = levels.rows(setting, _METRIC)
    if not rows:
        return None
    localizer = setting.localizer
    planned = any(row.planned for row in rows)
    titles = wording.titles(
        _headline(setting, rows),
        localizer(
            N_("Average handling time of a call {parts}, seconds, {dates}"),
            parts=timeline.by_said(localizer, setting.by),
            dates=setting.dates,
        ),
        levels.footnote(
            setting,
            rows,
            localizer(N_("Up: longer than plan, down: quicker")) if planned else "",
            levels.left_out(setting, rows),
        ),
        levels.lines_told(setting, rows, N_("over plan {when}")),
    )
    return levels.picture(setting, rows, titles, N_("plan {plan}"), form=Deviations)


def _headline(setting: Setting, rows: list[LevelRow]) -> str:
    localizer = setting.localizer
    at = levels.moment(setting, rows)
    over = [row for row in rows if row.missed]
    over = levels.furthest(over) if len(rows) > _BOTH else over
    if not over:
        if len(rows) > levels.NAMED:
            first = localizer.counted("{name}: {n} line", "{name}: {n} lines", len(rows), name="AHT")
            first = f"{first} {at}" if at else first
        else:
            values = levels.values(setting, rows)
            first = localizer(N_("AHT: {values}"), values=f"{values} {at}" if at else values)
        return f"{first},\n{_calm(setting, rows)}"
    by = [
        wording.signed(localizer, row.answer.metric, row.answer.fact.value or 0.0, row.answer.plan or 0.0)
        for row in over
    ]
    if len(rows) == 1:
        fact, plan = wording.fact(localizer, rows[0].answer), levels.common_plan(setting, rows)
        first = localizer(N_("AHT: {fact} against {plan}"), fact=fact, plan=plan)
        second = localizer(N_("{difference} to plan"), difference=by[0])
    elif len(over) == len(rows) == _BOTH:
        first, second = localizer(N_("AHT over plan on both lines")), wording.listed(localizer, by, _ROOM)
    else:
        everywhere = len(over) == len(rows)
        first = localizer(N_("AHT over plan on all lines") if everywhere else N_("AHT over plan"))
        told = [f"{row.name} {difference}" for row, difference in zip(over, by, strict=True)]
        second = wording.listed(localizer, told, _ROOM)
    run = _over_since(over)
    if run is not None and setting.by == "day" and len(second) < 28:
        day = to_local(over[0].parts[run].start, setting.period.timezone).date()
        since = localizer(N_("every day since {day}"), day=localizer.day(day))
        second = f"{second}, {since}"
    return f"{first} {at}:\n{second}" if at else f"{first}:\n{second}"


def _calm(setting: Setting, rows: list[LevelRow]) -> str:
    """Where no line is over its plan: which of them are within it."""
    localizer = setting.localizer
    met = [row for row in rows if row.met]
    if len(met) == len(rows):
        return localizer(N_("the plan is met"))
    if met:
        return localizer(
            N_("the plan is met: {lines}"), lines=wording.listed(localizer, [row.name for row in met], _ROOM)
        )
    if not any(row.planned for row in rows):
        return localizer(N_("no plan"))
    low = levels.worst(rows)
    if low.missed_days:
        what = localizer(N_("over plan {when}"), when=levels.missed_said(setting, low))
        return what if len(rows) == 1 else localizer(N_("{line} {what}"), line=low.name, what=what)
    met_in_all = N_("the plan is met every day") if setting.by == "day" else N_("the plan is met")
    return levels.unjudged(localizer, rows, met_in_all)


def _over_since(over: list[LevelRow]) -> int | None:
    """The first of the days, at least three, on which all these lines were over plan, every one to the last full one.

    Days without data pass; a day that was not over plan, or is not judged, ends the run.
    """
    metric = over[0].answer.metric
    days = [
        {part.judged(metric) for row in over if (part := row.parts[index]).fact is not None and part.elapsed >= 1}
        for index in range(len(over[0].parts))
    ]
    kept = [index for index, found in enumerate(days) if found - {Verdict.MISSED}]
    since = kept[-1] + 1 if kept else 0
    run = [index for index in range(since, len(days)) if days[index]]
    return run[0] if kept and len(run) >= _RUN else None
