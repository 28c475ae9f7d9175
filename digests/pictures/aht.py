"""How far is handling time from plan, and since when?"""

from __future__ import annotations

from charts.model import Levels
from digests.pictures import levels, numbers, timeline, wording
from digests.pictures.levels import Row
from digests.pictures.setting import Setting
from metrics.answers import Question
from metrics.verdict import Verdict
from warehouse.messages import N_

_METRIC = "aht"
_RUN = 3
"""Every day over plan for so many days, up to the last one, is worth a headline."""


def questions(setting: Setting) -> list[Question]:
    return levels.questions(setting, _METRIC)


def build(setting: Setting) -> Levels | None:
    rows = levels.rows(setting, _METRIC)
    if not rows:
        return None
    words = setting.words
    planned = any(row.answer.plan is not None for row in rows)
    titles = wording.titles(
        _headline(setting, rows),
        words(
            N_("Average handling time of a call {parts}, seconds, {dates}"),
            parts=timeline.by_said(words, setting.by),
            dates=setting.dates,
        ),
        levels.footnote(
            setting,
            rows,
            words(N_("Up: longer than plan, down: quicker")) if planned else "",
            levels.left_out(setting, _METRIC),
        ),
        levels.lines_told(setting, rows, N_("over plan {when}")),
    )
    return levels.picture(setting, rows, titles, N_("plan {plan}"), deviations=True)


def _headline(setting: Setting, rows: list[Row]) -> str:
    words = setting.words
    at = levels.moment(setting, rows)
    judged = [row for row in rows if row.answer.plan is not None]
    over = [row for row in judged if row.missed]
    if not over:
        values = levels.values(setting, rows[:3])
        first = words(N_("AHT: {values}"), values=f"{values} {at}" if at else values)
        return f"{first},\n{words(N_('the plan is met')) if judged else words(N_('no plan'))}"
    by = [
        numbers.signed(words, row.answer.metric, row.answer.fact.value or 0.0, row.answer.plan or 0.0) for row in over
    ]
    if len(rows) == 1:
        fact, plan = numbers.fact(words, rows[0].answer), levels.common_plan(setting, rows)
        first = words(N_("AHT: {fact} against {plan}"), fact=fact, plan=plan)
        second = words(N_("{difference} to plan"), difference=by[0])
    elif len(over) == len(judged):
        both = N_("AHT over plan on both lines") if len(over) == 2 else N_("AHT over plan on all lines")
        first, second = words(both), wording.joined(words, by[:3])
    else:
        first = words(N_("AHT over plan"))
        told = [f"{row.name} {difference}" for row, difference in zip(over, by, strict=True)]
        second = wording.listed(words, told, 40)
    run = _over_since(over)
    if run is not None and setting.by == "day" and len(second) < 28:
        since = words(N_("every day since {day}"), day=words.day(setting.period.days[run]))
        second = f"{second}, {since}"
    return f"{first} {at}:\n{second}" if at else f"{first}:\n{second}"


def _over_since(over: list[Row]) -> int | None:
    """The day from which on all these lines were over plan every day to the last full one; days without data pass."""
    metric = over[0].answer.metric
    verdicts = [[part.judged(metric) for part in row.parts] for row in over]
    kept = [i for i in range(len(verdicts[0])) if any(each[i] is Verdict.MET for each in verdicts)]
    since = kept[-1] + 1 if kept else 0
    run = [i for i in range(since, len(verdicts[0])) if any(each[i] is Verdict.MISSED for each in verdicts)]
    return since if kept and len(run) >= _RUN else None
