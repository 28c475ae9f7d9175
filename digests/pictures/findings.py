"""What several lines show together: on how many the plan was missed, and which is worst off."""

from __future__ import annotations

from collections.abc import Sequence

from digests.figures import no_plan
from digests.localizer import Localizer
from digests.numbers import capital, metric_said
from digests.pictures import timeline, wording
from digests.pictures.setting import Setting, as_of
from digests.pictures.target_traffic import ahead_from, behind_from, execution
from digests.pictures.timeline import (
    SeriesRow,
    beyond,
    highest,
    lowest,
    missed_when,
    normed,
    of_plan,
    plan_met,
    titled,
    value_of,
    verdict_said,
    worst,
)
from metrics.answers import Answer, Verdict, margin
from metrics.model import Better, Metric
from warehouse.messages import N_

_NAMED = 30
"""Characters of the headline for the names of equals."""


def several(setting: Setting, rows: Sequence[SeriesRow]) -> tuple[str, str]:
    localizer, metric = setting.localizer, rows[0].metric
    name = capital(metric_said(localizer, metric))
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


def _most(setting: Setting, rows: Sequence[SeriesRow]) -> str:
    tops = highest([row.answer.fact.value for row in rows])
    if not tops:
        return ""
    return most_said(setting.localizer, [rows[index].name for index in tops], value_of(setting, rows[tops[0]]))


def _worst(setting: Setting, judged: Sequence[SeriesRow]) -> str:
    """Whoever is furthest on the bad side; nothing where all are as far."""
    apart = [margin(row.metric.better, row.answer.fact.value, row.answer.plan) or 0.0 for row in judged]
    furthest = lowest(apart)
    if not furthest:
        return ""
    return worst_said(
        setting.localizer, [judged[index].name for index in furthest], value_of(setting, judged[furthest[0]])
    )


def _two(setting: Setting, rows: Sequence[SeriesRow], judged: Sequence[SeriesRow]) -> str:
    localizer = setting.localizer
    if said := _beyond_said(setting, judged):
        return said
    if len(judged) == len(rows):
        met = all(row.answer.verdict is Verdict.MET for row in judged)
        return localizer(plan_met(judged[0].answer)) if met else _worst(setting, judged)
    return localizer(N_("{line}: {what}"), line=judged[0].name, what=localizer(verdict_said(judged[0].answer)))


def _beyond_said(setting: Setting, judged: Sequence[SeriesRow]) -> str:
    """The line of a level that is worst off and in which parts: one that missed, else that with the most misses."""
    shown = worst(judged, 1)[0]
    if not shown.misses or shown.metric.spread:
        return ""
    what = setting.localizer(beyond(shown.metric), when=missed_when(setting, shown))
    return setting.localizer(N_("{line} {what}"), line=shown.name, what=what)


def line_told(setting: Setting, row: SeriesRow) -> str:
    localizer, plan = setting.localizer, row.answer.plan
    fact = wording.fact(localizer, row.answer)
    if plan is None:
        return localizer(N_("{name}: {value}"), name=row.name, value=fact)
    due = wording.plan(localizer, row.metric, plan)
    form = N_("{name}: {fact} with a target of {plan}") if normed(row.metric) else N_("{name}: {fact} against {plan}")
    text = localizer(form, name=row.name, fact=fact, plan=due)
    if row.misses and not row.metric.spread:
        return f"{text}, {localizer(beyond(row.metric), when=missed_when(setting, row))}"
    return text


_EVERY = 2
"""From so many days on «every day» says something."""


def headline(setting: Setting, rows: Sequence[SeriesRow]) -> str:
    """Two lines: the figure, and what is the matter with it."""
    first, second = _one(setting, rows[0]) if len(rows) == 1 else several(setting, rows)
    return f"{first},\n{second}" if second else first


def _one(setting: Setting, row: SeriesRow) -> tuple[str, str]:
    localizer, answer = setting.localizer, row.answer
    name = capital(metric_said(localizer, row.metric))
    value = wording.fact(localizer, answer)
    if row.execution is not None:
        value = localizer(of_plan(row.metric), share=setting.percent(row.execution))
    at = wording.until(localizer, answer.period, answer.as_of)
    first = f"{titled(name, row.name)}: {f'{value} {at}' if at else value}"
    return first, _judged(setting, row) or _compared(setting, row) or _extreme(setting, row)


def _judged(setting: Setting, row: SeriesRow) -> str:
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
        value = wording.value(localizer, row.metric, row.comparable)
        period = row.before.period
        was = localizer(N_("on {dates} it was {value}"), dates=wording.span(localizer, period), value=value)
        if row.later:
            return f"{met}, {localizer(N_('later {value}'), value=value)}"
        return f"{met}, {was if period.whole_days else localizer(N_('was {value}'), value=value)}"
    plan = wording.plan(localizer, row.metric, answer.plan or 0.0)
    judged = sum(verdict is not Verdict.NONE for verdict in row.verdicts)
    every = row.by == "day" and judged >= _EVERY and row.met_throughout
    if normed(row.metric):
        met = N_("the target of {plan} is met every day") if every else N_("the target of {plan} is met")
        return localizer(met, plan=plan)
    return localizer(N_("the plan is met every day") if every else N_("the plan is met"))


def _volume(setting: Setting, row: SeriesRow) -> str:
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
    gap = wording.value(localizer, row.metric, abs(plan - fact))
    return localizer(N_("short by {gap}") if fact < plan else N_("{gap} over plan"), gap=gap)


def _compared(setting: Setting, row: SeriesRow) -> str:
    """«больше, чем 17–31 мая: 89 %»: the figure itself, since a difference of rounded figures looks wrong."""
    earlier, fact, localizer = row.comparable, row.answer.fact.value, setting.localizer
    if earlier is None or fact is None or row.before is None:
        return ""
    value = wording.value(localizer, row.metric, earlier)
    dates = _before_said(setting, row.before)
    if value == wording.value(localizer, row.metric, fact):
        return localizer(N_("as on {dates}: {value}"), dates=dates, value=value)
    form = N_("more than on {dates}: {value}") if fact > earlier else N_("less than on {dates}: {value}")
    return localizer(form, dates=dates, value=value)


def _before_said(setting: Setting, before: Answer) -> str:
    """Its dates; of one that was cut, that it is up to the same time."""
    dates = wording.span(setting.localizer, before.period)
    return dates if before.period.whole_days else setting.localizer(N_("{dates} by the same time"), dates=dates)


def _extreme(setting: Setting, row: SeriesRow) -> str:
    """Where the most was; why nothing is judged, where there is too little to say even that."""
    localizer, metric = setting.localizer, row.metric
    facts = _comparable(row)
    if most := highest(facts):
        value = wording.value(localizer, metric, facts[most[0]] or 0.0)
        form = N_("most {when}: {value}") if len(most) == 1 else N_("the most, {value}, {when}")
        return localizer(form, when=_when(setting, row, most), value=value)
    if row.answer.few and row.planned:
        return localizer(N_("too few cases to judge"))
    return "" if row.planned or metric.better is Better.NEUTRAL else no_plan(row.answer, localizer)


def _comparable(row: SeriesRow) -> list[float | None]:
    return timeline.comparable(row.metric, row.by, row.parts, row.answer.period.timezone)


def _when(setting: Setting, row: SeriesRow, chosen: Sequence[int]) -> str:
    """A part by its date or time; several of them by their dates, or by their number."""
    among = sum(fact is not None for fact in _comparable(row))
    return timeline.parts_when(setting.localizer, row.by, row.parts, chosen, among, row.answer.period)


def told(setting: Setting, rows: Sequence[SeriesRow]) -> list[str]:
    """The figures for who does not see the picture: one line with its extremes, or each of several."""
    if len(rows) > 1:
        return [line_told(setting, row) for row in rows[:3]]
    row = rows[0]
    localizer, metric = setting.localizer, row.metric
    made = []
    _, second = _one(setting, row)
    if row.answer.plan is not None:
        fact, plan = wording.fact(localizer, row.answer), wording.plan(localizer, metric, row.answer.plan)
        form = N_("{fact} with a target of {plan}") if normed(metric) else N_("{fact} against a plan of {plan}")
        text = localizer(form, fact=fact, plan=plan)
        made.append(localizer(N_("{dates}: {value}"), dates=timeline.dates(localizer, row.answer.period), value=text))
    if row.comparable is not None and row.before:
        value = wording.value(localizer, metric, row.comparable)
        if value not in second:  # else the finding has said it
            dates = timeline.dates(localizer, row.before.period)
            made.append(localizer(N_("{dates}: {value}"), dates=dates, value=value))
    facts = _comparable(row)
    least, most = lowest(facts), highest(facts)
    if most and row.metric.spread and row.by in timeline.BY_CLOCK:
        made.append(capital(_extreme(setting, row)))  # a night without calls says nothing
    elif least and most:
        low, high = facts[least[0]] or 0.0, facts[most[0]] or 0.0
        made.append(
            localizer(
                N_("Least {when}: {value}, most {other}: {more}"),
                when=_when(setting, row, least),
                value=wording.value(localizer, metric, low),
                other=_when(setting, row, most),
                more=wording.value(localizer, metric, high),
            )
        )
    return made
