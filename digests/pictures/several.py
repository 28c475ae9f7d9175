"""What several lines show together: on how many the plan was missed, and which is worst off."""

from __future__ import annotations

from collections.abc import Sequence

from digests.pictures import numbers, wording
from digests.pictures.names import metric_said
from digests.pictures.row import Row, beyond, missed_when, normed, value_of, worst
from digests.pictures.setting import Setting, as_of
from digests.wording import Words
from metrics.model import Metric
from metrics.verdict import Verdict
from warehouse.messages import N_


def several(setting: Setting, rows: Sequence[Row]) -> tuple[str, str]:
    words, metric = setting.words, rows[0].metric
    name = wording.capital(metric_said(words, metric))
    at = wording.until(words, setting.period, as_of(*(row.answer for row in rows)))
    judged = [row for row in rows if row.answer.verdict is not Verdict.NONE]
    if len(rows) == 2:
        first = f"{name}: {wording.joined(words, [f'{row.name} {value_of(setting, row)}' for row in rows])}"
        second = _two(setting, judged) if judged else _most(setting, rows)
    elif judged:
        first = verdicts_said(words, metric, name, [row.answer.verdict for row in judged])
        second = _beyond_said(setting, judged) or worst_said(words, *_worst(setting, judged))
    else:
        first = words.counted("{name}: {n} line", "{name}: {n} lines", len(rows), name=name)
        second = _most(setting, rows)
    return (f"{first} {at}" if at else first), second


def verdicts_said(words: Words, metric: Metric, name: str, verdicts: Sequence[Verdict]) -> str:
    """On how many lines of how many the plan was missed; on how many it was met, if on all."""
    missed, behind = verdicts.count(Verdict.MISSED), verdicts.count(Verdict.BEHIND)
    n, told = missed or behind or len(verdicts), {"name": name, "all": len(verdicts)}
    if missed and normed(metric):
        return words.counted(
            "{name}: target missed on {n} line of {all}", "{name}: target missed on {n} lines of {all}", n, **told
        )
    if missed:
        return words.counted(
            "{name}: plan missed on {n} line of {all}", "{name}: plan missed on {n} lines of {all}", n, **told
        )
    if behind:
        return words.counted("{name}: behind on {n} line of {all}", "{name}: behind on {n} lines of {all}", n, **told)
    if normed(metric):
        return words.counted(
            "{name}: target met on {n} line of {all}", "{name}: target met on {n} lines of {all}", n, **told
        )
    return words.counted("{name}: plan met on {n} line of {all}", "{name}: plan met on {n} lines of {all}", n, **told)


def worst_said(words: Words, line: str, value: str) -> str:
    return words(N_("the worst: {line}, {value}"), line=line, value=value)


def most_said(words: Words, line: str, value: str) -> str:
    return words(N_("the most: {line}, {value}"), line=line, value=value)


def _most(setting: Setting, rows: Sequence[Row]) -> str:
    top = max(rows, key=lambda row: row.answer.fact.value or 0.0)
    return most_said(setting.words, top.name, value_of(setting, top))


def _worst(setting: Setting, judged: Sequence[Row]) -> tuple[str, str]:
    (low,) = worst(judged, 1)
    return low.name, value_of(setting, low)


def _two(setting: Setting, judged: Sequence[Row]) -> str:
    words, metric = setting.words, judged[0].metric
    if said := _beyond_said(setting, judged):
        return said
    if any(row.answer.verdict in (Verdict.MISSED, Verdict.BEHIND) for row in judged):
        return worst_said(words, *_worst(setting, judged))
    return words(N_("the target is met") if normed(metric) else N_("the plan is met"))


def _beyond_said(setting: Setting, judged: Sequence[Row]) -> str:
    """The line of a level that is worst off and in which parts: one that missed, else that with the most misses."""
    metric = judged[0].metric
    (low,) = worst(judged, 1)
    most = max(judged, key=lambda row: row.misses)
    if metric.spread or not most.misses:
        return ""
    shown = low if low.misses and low.answer.verdict is Verdict.MISSED else most
    what = setting.words(beyond(metric), when=missed_when(setting, shown))
    return setting.words(N_("{line} {what}"), line=shown.name, what=what)


def line_told(setting: Setting, row: Row) -> str:
    words, plan = setting.words, row.answer.plan
    fact = numbers.fact(words, row.answer)
    if plan is None:
        return words(N_("{name}: {value}"), name=row.name, value=fact)
    due = numbers.plan(words, row.metric, plan)
    form = N_("{name}: {fact} with a target of {plan}") if normed(row.metric) else N_("{name}: {fact} against {plan}")
    text = words(form, name=row.name, fact=fact, plan=due)
    if row.misses and not row.metric.spread:
        return f"{text}, {words(beyond(row.metric), when=missed_when(setting, row))}"
    return text
