"""What a series shows, by rules: by how much and in which parts the plan was missed, else what changed, else extremes.

A level names the parts beyond its norm, a volume how much of its plan was made and since when it is behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from digests.pictures import numbers, timeline, wording
from digests.pictures.names import metric_said
from digests.pictures.setting import Setting, as_of
from digests.pictures.slots import Part
from digests.pictures.target_traffic import ahead_from, behind_from, execution
from digests.wording import Words
from metrics.answers import Answer
from metrics.model import Better, Metric
from metrics.verdict import Verdict
from warehouse.messages import N_

_SAME_SPAN = timedelta(hours=2)
"""Periods are as long as each other though the clocks changed in one of them."""
_EVERY = 2
"""From so many days on «every day» says something."""


@dataclass(frozen=True)
class Row:
    """A line with its answer, its parts, and the period before: the value of each part, and its answer."""

    name: str
    answer: Answer
    parts: list[Part]
    earlier: tuple[float | None, ...] = ()
    before: Answer | None = None

    @property
    def metric(self) -> Metric:
        return self.answer.metric

    @property
    def by(self) -> str:
        return self.answer.question.by or "day"

    @property
    def verdicts(self) -> list[Verdict]:
        return [part.judged(self.metric) for part in self.parts]

    @property
    def misses(self) -> int:
        return self.verdicts.count(Verdict.MISSED)

    @property
    def execution(self) -> float | None:
        """Of a volume."""
        return self.answer.execution if self.metric.spread else None

    @property
    def changing(self) -> bool:
        """A level's plan that is not the same in all parts."""
        return not self.metric.spread and self.answer.plan is None and any(p.plan is not None for p in self.parts)

    @property
    def comparable(self) -> float | None:
        """The period before in one figure. While a period goes on, only one as long as the part that is over."""
        if self.before is None:
            return None
        ours, theirs = self.answer, self.before
        if ours.in_progress:
            until = min(ours.as_of or ours.period.start, ours.period.end)
            if abs((until - ours.period.start) - (theirs.period.end - theirs.period.start)) > _SAME_SPAN:
                return None
        return None if theirs.in_progress else theirs.fact.value


def worst(rows: Sequence[Row], count: int) -> list[Row]:
    """Those furthest on the bad side of their plan, or the largest, in the order given."""

    def margin(row: Row) -> tuple[float, float]:
        fact, plan = row.answer.fact.value or 0.0, row.answer.plan
        sign = -1 if row.metric.better is Better.CEILING else 1
        return (sign * (fact / plan - 1) if plan and row.metric.better is not Better.NEUTRAL else 0.0, -fact)

    chosen = sorted(range(len(rows)), key=lambda index: margin(rows[index]))[:count]
    return [rows[index] for index in sorted(chosen)]


def plan_name(metric: Metric) -> str:
    """The message that names a plan: a limit, a target or a plan."""
    if metric.bound:
        return N_("limit {plan}")
    return N_("target {plan}") if _norm(metric) else N_("plan {plan}")


def of_plan(metric: Metric) -> str:
    """The message of a volume's execution."""
    return N_("{share} of the month's plan") if metric.plan_span == "month" else N_("{share} of plan")


def _norm(metric: Metric) -> bool:
    """A level that is to be at least so much has a norm; everything else has a plan."""
    return metric.better is Better.FLOOR and not metric.spread


def headline(setting: Setting, rows: Sequence[Row]) -> str:
    """Two lines: the figure, and what is the matter with it."""
    first, second = _one(setting, rows[0]) if len(rows) == 1 else _several(setting, rows)
    return f"{first},\n{second}" if second else first


def titled(metric_name: str, line: str) -> str:
    """«SL Inhouse», «Входящие звонки, Продажи»."""
    if not line:
        return metric_name
    return f"{metric_name} {line}" if metric_name == metric_name.upper() else f"{metric_name}, {line}"


def _one(setting: Setting, row: Row) -> tuple[str, str]:
    words, answer = setting.words, row.answer
    name = wording.capital(metric_said(words, row.metric))
    value = numbers.fact(words, answer)
    if row.execution is not None:
        value = words(of_plan(row.metric), share=setting.percent(row.execution))
    at = wording.until(words, answer.period, answer.as_of)
    first = f"{titled(name, row.name)}: {f'{value} {at}' if at else value}"
    return first, _judged(setting, row) or _compared(setting, row) or _extreme(setting, row)


def _judged(setting: Setting, row: Row) -> str:
    """Against the plan; nothing where there is none."""
    words, answer = setting.words, row.answer
    if row.metric.better is Better.NEUTRAL:
        return ""
    if row.metric.spread:
        return _volume(setting, row) if answer.verdict is not Verdict.NONE else ""
    if row.misses:
        return words(_beyond(row.metric), when=_missed_when(setting, row))
    if answer.verdict is Verdict.MISSED:
        return words(N_("the target is missed") if _norm(row.metric) else N_("the plan is missed"))
    if answer.verdict is Verdict.NONE:
        return ""
    if row.comparable is not None and row.before:
        met = words(N_("the target is met") if _norm(row.metric) else N_("the plan is met"))
        value = numbers.value(words, row.metric, row.comparable)
        period = row.before.period
        was = words(N_("on {dates} it was {value}"), dates=wording.span(words, period), value=value)
        return f"{met}, {was if period.whole_days else words(N_('was {value}'), value=value)}"
    plan = numbers.plan(words, row.metric, answer.plan or 0.0)
    every = row.by == "day" and sum(verdict is not Verdict.NONE for verdict in row.verdicts) >= _EVERY
    if _norm(row.metric):
        met = N_("the target of {plan} is met every day") if every else N_("the target of {plan} is met")
        return words(met, plan=plan)
    return words(N_("the plan is met every day") if every else N_("the plan is met"))


def _beyond(metric: Metric) -> str:
    if metric.bound:
        return N_("over the limit {when}") if metric.better is Better.CEILING else N_("below the limit {when}")
    if metric.better is Better.CEILING:
        return N_("over plan {when}")
    return N_("below target {when}")


def _missed_when(setting: Setting, row: Row) -> str:
    return timeline.missed_said(setting.words, row.by, row.parts, row.verdicts, row.answer.period.timezone)


def _volume(setting: Setting, row: Row) -> str:
    words, answer = setting.words, row.answer
    fact, plan = answer.fact.value or 0.0, answer.plan or 0.0
    dated = row.by == "day" and row.metric.plan_span == "period" and len(row.parts) > 1
    sums = execution(row.parts) if dated and row.metric.better is Better.FLOOR else []
    since, caught = behind_from(sums), ahead_from(sums)
    days = answer.period.days
    if answer.verdict is Verdict.MET:
        if caught is not None:
            return words(N_("caught up on {day}"), day=words.day(days[caught]))
        return words(N_("the plan is met"))
    if answer.verdict is Verdict.BEHIND and (since is None or row.parts[since].elapsed < 1):
        return words(N_("behind the plan to date"))
    if since is not None:
        return words(N_("behind since {day}"), day=words.day(days[since]))
    gap = numbers.value(words, row.metric, abs(plan - fact))
    return words(N_("short by {gap}") if fact < plan else N_("{gap} over plan"), gap=gap)


def _compared(setting: Setting, row: Row) -> str:
    """«больше, чем 17–31 мая: 89 %»: the figure itself, since a difference of rounded figures looks wrong."""
    earlier, fact, words = row.comparable, row.answer.fact.value, setting.words
    if earlier is None or fact is None or row.before is None:
        return ""
    value = numbers.value(words, row.metric, earlier)
    dates = _before_said(setting, row.before)
    if value == numbers.value(words, row.metric, fact):
        return words(N_("as on {dates}: {value}"), dates=dates, value=value)
    form = N_("more than on {dates}: {value}") if fact > earlier else N_("less than on {dates}: {value}")
    return words(form, dates=dates, value=value)


def _before_said(setting: Setting, before: Answer) -> str:
    """Its dates; of one that was cut, that it is up to the same time."""
    dates = wording.span(setting.words, before.period)
    return dates if before.period.whole_days else setting.words(N_("{dates} by the same time"), dates=dates)


def _extreme(setting: Setting, row: Row) -> str:
    words, metric = setting.words, row.metric
    full = _full(row)
    if len(full) < 2:
        return "" if row.answer.plan is not None or metric.better is Better.NEUTRAL else words(N_("no plan"))
    most = max(full, key=lambda part: part.fact or 0.0)
    value = numbers.value(words, metric, most.fact or 0.0)
    return words(N_("most {when}: {value}"), when=_when(setting, row, most), value=value)


def _full(row: Row) -> list[Part]:
    return [part for part in row.parts if part.fact is not None and part.elapsed >= 1]


def _when(setting: Setting, row: Row, part: Part) -> str:
    return timeline.when(setting.words, row.by, part, row.answer.period)


def _several(setting: Setting, rows: Sequence[Row]) -> tuple[str, str]:
    words, metric = setting.words, rows[0].metric
    name = wording.capital(metric_said(words, metric))
    at = wording.until(words, setting.period, as_of(*(row.answer for row in rows)))
    judged = [row for row in rows if row.answer.verdict is not Verdict.NONE]
    if len(rows) == 2:
        first = f"{name}: {wording.joined(words, [f'{row.name} {_value(setting, row)}' for row in rows])}"
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
    if missed and _norm(metric):
        return words.counted(
            "{name}: target missed on {n} line of {all}", "{name}: target missed on {n} lines of {all}", n, **told
        )
    if missed:
        return words.counted(
            "{name}: plan missed on {n} line of {all}", "{name}: plan missed on {n} lines of {all}", n, **told
        )
    if behind:
        return words.counted("{name}: behind on {n} line of {all}", "{name}: behind on {n} lines of {all}", n, **told)
    if _norm(metric):
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
    return most_said(setting.words, top.name, _value(setting, top))


def _worst(setting: Setting, judged: Sequence[Row]) -> tuple[str, str]:
    (low,) = worst(judged, 1)
    return low.name, _value(setting, low)


def _two(setting: Setting, judged: Sequence[Row]) -> str:
    words, metric = setting.words, judged[0].metric
    if beyond := _beyond_said(setting, judged):
        return beyond
    if any(row.answer.verdict in (Verdict.MISSED, Verdict.BEHIND) for row in judged):
        return worst_said(words, *_worst(setting, judged))
    return words(N_("the target is met") if _norm(metric) else N_("the plan is met"))


def _beyond_said(setting: Setting, judged: Sequence[Row]) -> str:
    """The line of a level that is worst off and in which parts: one that missed, else that with the most misses."""
    metric = judged[0].metric
    (low,) = worst(judged, 1)
    most = max(judged, key=lambda row: row.misses)
    if metric.spread or not most.misses:
        return ""
    shown = low if low.misses and low.answer.verdict is Verdict.MISSED else most
    what = setting.words(_beyond(metric), when=_missed_when(setting, shown))
    return setting.words(N_("{line} {what}"), line=shown.name, what=what)


def _value(setting: Setting, row: Row) -> str:
    if row.execution is not None and row.metric.better is not Better.NEUTRAL:
        return setting.words(of_plan(row.metric), share=setting.percent(row.execution))
    return numbers.fact(setting.words, row.answer)


def told(setting: Setting, rows: Sequence[Row]) -> list[str]:
    """The figures for who does not see the picture: one line with its extremes, or each of several."""
    if len(rows) > 1:
        return [_line_told(setting, row) for row in rows[:3]]
    row = rows[0]
    words, metric = setting.words, row.metric
    made = []
    if row.answer.plan is not None:
        fact, plan = numbers.fact(words, row.answer), numbers.plan(words, metric, row.answer.plan)
        form = N_("{fact} with a target of {plan}") if _norm(metric) else N_("{fact} against a plan of {plan}")
        text = words(form, fact=fact, plan=plan)
        made.append(words(N_("{dates}: {value}"), dates=timeline.dates(words, row.answer.period), value=text))
    if row.comparable is not None and row.before:
        value = numbers.value(words, metric, row.comparable)
        made.append(words(N_("{dates}: {value}"), dates=timeline.dates(words, row.before.period), value=value))
    full = _full(row)
    if len(full) > 1 and row.metric.spread and row.by == "hour":
        made.append(wording.capital(_extreme(setting, row)))  # a night without calls says nothing
    elif len(full) > 1:
        least, most = (choice(full, key=lambda part: part.fact or 0.0) for choice in (min, max))
        made.append(
            words(
                N_("Least {when}: {value}, most {other}: {more}"),
                when=_when(setting, row, least),
                value=numbers.value(words, metric, least.fact or 0.0),
                other=_when(setting, row, most),
                more=numbers.value(words, metric, most.fact or 0.0),
            )
        )
    return made


def _line_told(setting: Setting, row: Row) -> str:
    words, plan = setting.words, row.answer.plan
    fact = numbers.fact(words, row.answer)
    if plan is None:
        return words(N_("{name}: {value}"), name=row.name, value=fact)
    due = numbers.plan(words, row.metric, plan)
    form = N_("{name}: {fact} with a target of {plan}") if _norm(row.metric) else N_("{name}: {fact} against {plan}")
    text = words(form, name=row.name, fact=fact, plan=due)
    if row.misses and not row.metric.spread:
        beyond = words(_beyond(row.metric), when=_missed_when(setting, row))
        return f"{text}, {beyond}"
    return text
