"""What a series shows, by rules: by how much and in which parts the plan was missed, else what changed, else extremes.

A level names the parts beyond its norm, a volume how much of its plan was made and since when it is behind.
"""

from __future__ import annotations

from collections.abc import Sequence

from digests.figures import no_plan
from digests.pictures import numbers, timeline, wording
from digests.pictures.names import metric_said
from digests.pictures.row import Row, beyond, missed_when, normed, of_plan, plan_met, titled, verdict_said
from digests.pictures.setting import Setting
from digests.pictures.several import line_told, several
from digests.pictures.slots import highest, lowest
from digests.pictures.target_traffic import ahead_from, behind_from, execution
from metrics.answers import Answer
from metrics.model import Better
from metrics.verdict import Verdict
from warehouse.messages import N_

_EVERY = 2
"""From so many days on «every day» says something."""


def headline(setting: Setting, rows: Sequence[Row]) -> str:
    """Two lines: the figure, and what is the matter with it."""
    first, second = _one(setting, rows[0]) if len(rows) == 1 else several(setting, rows)
    return f"{first},\n{second}" if second else first


def _one(setting: Setting, row: Row) -> tuple[str, str]:
    localizer, answer = setting.localizer, row.answer
    name = wording.capital(metric_said(localizer, row.metric))
    value = numbers.fact(localizer, answer)
    if row.execution is not None:
        value = localizer(of_plan(row.metric), share=setting.percent(row.execution))
    at = wording.until(localizer, answer.period, answer.as_of)
    first = f"{titled(name, row.name)}: {f'{value} {at}' if at else value}"
    return first, _judged(setting, row) or _compared(setting, row) or _extreme(setting, row)


def _judged(setting: Setting, row: Row) -> str:
    """Against the plan; nothing where there is none."""
    localizer, answer = setting.localizer, row.answer
    if row.metric.better is Better.NEUTRAL:
        return ""
    if row.metric.spread:
        return _volume(setting, row) if answer.verdict is not Verdict.NONE else ""
    if row.misses:
        return localizer(beyond(row.metric), when=missed_when(setting, row))
    if answer.verdict is Verdict.MISSED:
        return localizer(verdict_said(answer))
    if answer.verdict is Verdict.NONE:
        return ""
    if row.comparable is not None and row.before:
        met = localizer(plan_met(answer))
        value = numbers.value(localizer, row.metric, row.comparable)
        period = row.before.period
        was = localizer(N_("on {dates} it was {value}"), dates=wording.span(localizer, period), value=value)
        if row.later:
            return f"{met}, {localizer(N_('later {value}'), value=value)}"
        return f"{met}, {was if period.whole_days else localizer(N_('was {value}'), value=value)}"
    plan = numbers.plan(localizer, row.metric, answer.plan or 0.0)
    judged = sum(verdict is not Verdict.NONE for verdict in row.verdicts)
    every = row.by == "day" and judged >= _EVERY and row.met_throughout
    if normed(row.metric):
        met = N_("the target of {plan} is met every day") if every else N_("the target of {plan} is met")
        return localizer(met, plan=plan)
    return localizer(N_("the plan is met every day") if every else N_("the plan is met"))


def _volume(setting: Setting, row: Row) -> str:
    localizer, answer = setting.localizer, row.answer
    fact, plan = answer.fact.value or 0.0, answer.plan or 0.0
    dated = row.by == "day" and row.metric.plan_span == "period" and len(row.parts) > 1
    sums = execution(row.parts) if dated and row.metric.better is Better.FLOOR else []
    since, caught = behind_from(sums), ahead_from(sums)
    days = answer.period.days
    if answer.verdict is Verdict.MET:
        if caught is not None:
            return localizer(N_("caught up on {day}"), day=localizer.day(days[caught]))
        return localizer(plan_met(answer))
    if answer.verdict is Verdict.BEHIND and (since is None or row.parts[since].elapsed < 1):
        return localizer(N_("behind the plan to date"))
    if since is not None:
        return localizer(N_("behind since {day}"), day=localizer.day(days[since]))
    gap = numbers.value(localizer, row.metric, abs(plan - fact))
    return localizer(N_("short by {gap}") if fact < plan else N_("{gap} over plan"), gap=gap)


def _compared(setting: Setting, row: Row) -> str:
    """«больше, чем 17–31 мая: 89 %»: the figure itself, since a difference of rounded figures looks wrong."""
    earlier, fact, localizer = row.comparable, row.answer.fact.value, setting.localizer
    if earlier is None or fact is None or row.before is None:
        return ""
    value = numbers.value(localizer, row.metric, earlier)
    dates = _before_said(setting, row.before)
    if value == numbers.value(localizer, row.metric, fact):
        return localizer(N_("as on {dates}: {value}"), dates=dates, value=value)
    form = N_("more than on {dates}: {value}") if fact > earlier else N_("less than on {dates}: {value}")
    return localizer(form, dates=dates, value=value)


def _before_said(setting: Setting, before: Answer) -> str:
    """Its dates; of one that was cut, that it is up to the same time."""
    dates = wording.span(setting.localizer, before.period)
    return dates if before.period.whole_days else setting.localizer(N_("{dates} by the same time"), dates=dates)


def _extreme(setting: Setting, row: Row) -> str:
    """Where the most was; why nothing is judged, where there is too little to say even that."""
    localizer, metric = setting.localizer, row.metric
    facts = _comparable(row)
    if most := highest(facts):
        value = numbers.value(localizer, metric, facts[most[0]] or 0.0)
        form = N_("most {when}: {value}") if len(most) == 1 else N_("the most, {value}, {when}")
        return localizer(form, when=_when(setting, row, most), value=value)
    if row.answer.few and row.planned:
        return localizer(N_("too few cases to judge"))
    return "" if row.planned or metric.better is Better.NEUTRAL else no_plan(row.answer, localizer)


def _comparable(row: Row) -> list[float | None]:
    return timeline.comparable(row.metric, row.by, row.parts, row.answer.period.timezone)


def _when(setting: Setting, row: Row, chosen: Sequence[int]) -> str:
    """A part by its date or time; several of them by their dates, or by their number."""
    among = sum(fact is not None for fact in _comparable(row))
    return timeline.parts_when(setting.localizer, row.by, row.parts, chosen, among, row.answer.period)


def told(setting: Setting, rows: Sequence[Row]) -> list[str]:
    """The figures for who does not see the picture: one line with its extremes, or each of several."""
    if len(rows) > 1:
        return [line_told(setting, row) for row in rows[:3]]
    row = rows[0]
    localizer, metric = setting.localizer, row.metric
    made = []
    if row.answer.plan is not None:
        fact, plan = numbers.fact(localizer, row.answer), numbers.plan(localizer, metric, row.answer.plan)
        form = N_("{fact} with a target of {plan}") if normed(metric) else N_("{fact} against a plan of {plan}")
        text = localizer(form, fact=fact, plan=plan)
        made.append(localizer(N_("{dates}: {value}"), dates=timeline.dates(localizer, row.answer.period), value=text))
    if row.comparable is not None and row.before:
        value = numbers.value(localizer, metric, row.comparable)
        made.append(localizer(N_("{dates}: {value}"), dates=timeline.dates(localizer, row.before.period), value=value))
    facts = _comparable(row)
    least, most = lowest(facts), highest(facts)
    if most and row.metric.spread and row.by == "hour":
        made.append(wording.capital(_extreme(setting, row)))  # a night without calls says nothing
    elif least and most:
        low, high = facts[least[0]] or 0.0, facts[most[0]] or 0.0
        made.append(
            localizer(
                N_("Least {when}: {value}, most {other}: {more}"),
                when=_when(setting, row, least),
                value=numbers.value(localizer, metric, low),
                other=_when(setting, row, most),
                more=numbers.value(localizer, metric, high),
            )
        )
    return made
