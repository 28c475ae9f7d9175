"""What several lines show together: on how many the plan was missed, and which is worst off."""

from __future__ import annotations

from collections.abc import Sequence

from digests.localizer import Localizer
from digests.pictures import numbers, wording
from digests.pictures.names import metric_said
from digests.pictures.row import Row, beyond, missed_when, normed, plan_met, value_of, verdict_said, worst
from digests.pictures.setting import Setting, as_of
from digests.pictures.slots import highest, lowest
from metrics.model import Metric
from metrics.verdict import Verdict, margin
from warehouse.messages import N_

_NAMED = 30
"""Characters of the headline for the names of equals."""


def several(setting: Setting, rows: Sequence[Row]) -> tuple[str, str]:
    localizer, metric = setting.localizer, rows[0].metric
    name = wording.capital(metric_said(localizer, metric))
    at = wording.until(localizer, setting.period, as_of(*(row.answer for row in rows)))
    judged = [row for row in rows if row.answer.verdict is not Verdict.NONE]
    if len(rows) == 2:
        first = f"{name}: {wording.joined(localizer, [f'{row.name} {value_of(setting, row)}' for row in rows])}"
        second = _two(setting, rows, judged) if judged else _most(setting, rows)
    elif judged:
        first = verdicts_said(localizer, metric, name, [row.answer.verdict for row in judged])
        second = _beyond_said(setting, judged) or _worst(setting, judged)
    else:
        first = localizer.counted("{name}: {n} line", "{name}: {n} lines", len(rows), name=name)
        second = _most(setting, rows)
    return (f"{first} {at}" if at else first), second


def verdicts_said(localizer: Localizer, metric: Metric, name: str, verdicts: Sequence[Verdict]) -> str:
    """On how many lines of how many the plan was missed; on how many it was met, if on all."""
    missed, behind = verdicts.count(Verdict.MISSED), verdicts.count(Verdict.BEHIND)
    n, told = missed or behind or len(verdicts), {"name": name, "all": len(verdicts)}
    if missed and normed(metric):
        return localizer.counted(
            "{name}: target missed on {n} line of {all}", "{name}: target missed on {n} lines of {all}", n, **told
        )
    if missed:
        return localizer.counted(
            "{name}: plan missed on {n} line of {all}", "{name}: plan missed on {n} lines of {all}", n, **told
        )
    if behind:
        return localizer.counted(
            "{name}: behind on {n} line of {all}", "{name}: behind on {n} lines of {all}", n, **told
        )
    if normed(metric):
        return localizer.counted(
            "{name}: target met on {n} line of {all}", "{name}: target met on {n} lines of {all}", n, **told
        )
    return localizer.counted(
        "{name}: plan met on {n} line of {all}", "{name}: plan met on {n} lines of {all}", n, **told
    )


def worst_said(localizer: Localizer, names: Sequence[str], value: str) -> str:
    return _extreme_said(localizer, N_("the worst: {line}, {value}"), names, value)


def most_said(localizer: Localizer, names: Sequence[str], value: str) -> str:
    return _extreme_said(localizer, N_("the most: {line}, {value}"), names, value)


def _extreme_said(localizer: Localizer, form: str, names: Sequence[str], value: str) -> str:
    """Who is first in something, and who are as far; nothing where all are."""
    return localizer(form, line=wording.listed(localizer, names, _NAMED), value=value)


def _most(setting: Setting, rows: Sequence[Row]) -> str:
    tops = highest([row.answer.fact.value for row in rows])
    if not tops:
        return ""
    return most_said(setting.localizer, [rows[index].name for index in tops], value_of(setting, rows[tops[0]]))


def _worst(setting: Setting, judged: Sequence[Row]) -> str:
    """Whoever is furthest on the bad side; nothing where all are as far."""
    apart = [margin(row.metric.better, row.answer.fact.value, row.answer.plan) or 0.0 for row in judged]
    furthest = lowest(apart)
    if not furthest:
        return ""
    return worst_said(
        setting.localizer, [judged[index].name for index in furthest], value_of(setting, judged[furthest[0]])
    )


def _two(setting: Setting, rows: Sequence[Row], judged: Sequence[Row]) -> str:
    localizer = setting.localizer
    if said := _beyond_said(setting, judged):
        return said
    if len(judged) == len(rows):
        met = all(row.answer.verdict is Verdict.MET for row in judged)
        return localizer(plan_met(judged[0].answer)) if met else _worst(setting, judged)
    return localizer(N_("{line}: {what}"), line=judged[0].name, what=localizer(verdict_said(judged[0].answer)))


def _beyond_said(setting: Setting, judged: Sequence[Row]) -> str:
    """The line of a level that is worst off and in which parts: one that missed, else that with the most misses."""
    shown = worst(judged, 1)[0]
    if not shown.misses or shown.metric.spread:
        return ""
    what = setting.localizer(beyond(shown.metric), when=missed_when(setting, shown))
    return setting.localizer(N_("{line} {what}"), line=shown.name, what=what)


def line_told(setting: Setting, row: Row) -> str:
    localizer, plan = setting.localizer, row.answer.plan
    fact = numbers.fact(localizer, row.answer)
    if plan is None:
        return localizer(N_("{name}: {value}"), name=row.name, value=fact)
    due = numbers.plan(localizer, row.metric, plan)
    form = N_("{name}: {fact} with a target of {plan}") if normed(row.metric) else N_("{name}: {fact} against {plan}")
    text = localizer(form, name=row.name, fact=fact, plan=due)
    if row.misses and not row.metric.spread:
        return f"{text}, {localizer(beyond(row.metric), when=missed_when(setting, row))}"
    return text
