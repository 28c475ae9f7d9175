"""Is each line above its floor, and on which days not?"""

from __future__ import annotations

from charts.forms.multiples import Levels
from digests import numbers as text_numbers
from digests.pictures import levels, timeline, wording
from digests.pictures.levels import LevelRow
from digests.pictures.setting import Setting
from metrics.answers import Question, exact
from warehouse.messages import N_

_METRIC = "sl"
_DAYS = 2
"""From so many days on «every day» says something."""
_ROOM = 30
"""Characters of the headline for lines."""
_CONVENTIONS = {
    "abandons_as_met": N_("Calls lost within {seconds} s count as met"),
    "answered_only": N_("Lost calls are not counted"),
    "abandons_as_missed": N_("All lost calls count as missed"),
    "abandons_in_threshold_ignored": N_("Calls lost within {seconds} s are not counted"),
    "short_abandons_as_met": N_("Calls lost within {short} s count as met"),
    "short_abandons_ignored": N_("Calls lost within {short} s are not counted"),
}


def questions(setting: Setting) -> list[Question]:
    return levels.questions(setting, _METRIC)


def build(setting: Setting) -> Levels | None:
    rows = levels.rows(setting, _METRIC)
    if not rows:
        return None
    localizer, centre = setting.localizer, setting.calculator.centre
    dates, parts = setting.dates, timeline.by_said(localizer, setting.by)
    thresholds = {centre.threshold(row.answer.question.line) for row in rows}
    threshold = next(iter(thresholds)) if len(thresholds) == 1 else None
    seconds = text_numbers.plain(localizer, exact(threshold), 1) if threshold is not None else ""
    subtitle = (
        localizer(
            N_("Share of calls answered within {seconds} s, {parts}, %, {dates}"),
            seconds=seconds,
            parts=parts,
            dates=dates,
        )
        if seconds
        else localizer(N_("Share of calls answered in time, {parts}, %, {dates}"), parts=parts, dates=dates)
    )
    convention = _CONVENTIONS.get(centre.service_level.formula, "")
    short = text_numbers.plain(localizer, exact(centre.service_level.short_abandon_s), 1)
    told = localizer(convention, seconds=seconds, short=short) if seconds and convention else ""
    titles = wording.titles(
        _headline(setting, rows),
        subtitle,
        levels.footnote(setting, rows, told, levels.left_out(setting, rows)),
        levels.lines_told(setting, rows, N_("below target {when}")),
    )
    return levels.picture(setting, rows, titles, N_("target {plan}"), form=Levels)


def _headline(setting: Setting, rows: list[LevelRow]) -> str:
    localizer = setting.localizer
    first = _first(setting, rows)
    at = levels.moment(setting, rows)
    first = f"{first} {at}" if at else first
    if not any(row.planned for row in rows):
        return f"{first},\n{localizer(N_('no plan'))}"
    return f"{first},\n{_second(setting, rows)}"


def _first(setting: Setting, rows: list[LevelRow]) -> str:
    localizer = setting.localizer
    judged = sum(row.met or row.missed for row in rows)
    if len(rows) > 2 and judged:
        return localizer.counted(
            "SL: target met on {n} line of {all}",
            "SL: target met on {n} lines of {all}",
            sum(row.met for row in rows),
            all=judged,
        )
    if len(rows) > levels.NAMED:
        return localizer.counted("{name}: {n} line", "{name}: {n} lines", len(rows), name="SL")
    values = levels.values(setting, rows)
    plan = levels.common_plan(setting, rows)
    calm = not any(row.missed or row.missed_days for row in rows)
    if plan and not calm:
        return localizer(N_("SL: {values} with a target of {plan}"), values=values, plan=plan)
    return localizer(N_("SL: {values}"), values=values)


def _second(setting: Setting, rows: list[LevelRow]) -> str:
    """The line that is worst off: below its floor in all, else on most days; else that all is well."""
    localizer = setting.localizer
    missed, met = [row for row in rows if row.missed], [row for row in rows if row.met]
    if len(missed) == len(rows) == 2:
        return localizer(N_("both lines are below target"))
    worst = levels.worst(rows)
    if worst.missed_days:
        when = levels.missed_said(setting, worst)
        if len(rows) == 1:
            return localizer(N_("below target {when}"), when=when)
        return localizer(N_("{line} below target {when}"), line=worst.name, when=when)
    if missed:
        names = wording.listed(localizer, [row.name for row in levels.furthest(missed)], _ROOM)
        several = N_("the target is missed: {lines}")
        return localizer(N_("the target is missed")) if len(rows) == 1 else localizer(several, lines=names)
    by_day = setting.by == "day"
    if not met:
        return levels.unjudged(
            localizer, rows, N_("the target is met every day") if by_day else N_("the target is met")
        )
    if len(met) < len(rows):
        names = wording.listed(localizer, [row.name for row in met], _ROOM)
        return localizer(N_("the target is met: {lines}"), lines=names)
    plan = levels.common_plan(setting, met)
    throughout = all(row.met_throughout for row in met) and max(row.judged_days for row in met) >= _DAYS
    if by_day and throughout:
        every = N_("the target of {plan} is met every day") if plan else N_("the target is met every day")
        return localizer(every, plan=plan)
    return localizer(N_("the target of {plan} is met") if plan else N_("the target is met"), plan=plan)
