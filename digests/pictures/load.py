"""A volume and the rate that the load may have cost, of one line: calls with lost calls, chats with their time."""

from __future__ import annotations

from dataclasses import dataclass

from charts.model import Amount, Load, Titles
from digests.figures import Figure
from digests.pictures import numbers, timeline, wording
from digests.pictures.setting import Setting, known
from digests.pictures.slots import cases_said, drawn, few_said, highest, points, printer
from metrics.answers import Answer, Question
from warehouse.messages import N_


@dataclass(frozen=True)
class Pair:
    """The volume and the rate of a line."""

    volume: Answer
    rate: Answer
    line: str
    figures: tuple[Figure, Figure]


def chosen(setting: Setting, volume: str, rate: str) -> tuple[Figure, Figure] | None:
    """The first line that has figures of both, with data."""
    rates = {figure.spec.line: figure for figure in reversed(setting.of(rate)) if known(figure)}
    for figure in setting.of(volume):
        if known(figure) and figure.spec.line in rates:
            return figure, rates[figure.spec.line]
    return None


def questions(setting: Setting, volume: str, rate: str) -> list[Question]:
    return [setting.parts_asked(figure) for figure in chosen(setting, volume, rate) or ()]


def pair(setting: Setting, volume: str, rate: str) -> Pair | None:
    figures = chosen(setting, volume, rate)
    if figures is None:
        return None
    both = setting.in_parts(figures[0]), setting.in_parts(figures[1])
    return Pair(*both, setting.line_title(figures[0]), figures)


def picture(setting: Setting, both: Pair, titles: Titles, rate_title: str, volume_title: str) -> Load:
    """`volume_title` takes the unit of the days."""
    localizer = setting.localizer
    volumes, rates = drawn(setting, both.volume, both.rate)
    text = printer(localizer, both.volume.metric, volumes)
    unit = timeline.per(setting, thousands=text.thousands)
    return Load(
        titles,
        wording.chart_labels(localizer),
        timeline.drawn_slots(setting, volumes),
        localizer(rate_title),
        points(both.rate.metric, rates, printer(localizer, both.rate.metric, rates)),
        limit(setting, both.rate),
        localizer(volume_title, unit=unit),
        points(both.volume.metric, volumes, text),
    )


def limit(setting: Setting, answer: Answer) -> Amount | None:
    """The ceiling of a rate: a limit, or a plan."""
    if answer.plan is None:
        return None
    name = N_("limit {plan}") if answer.metric.bound else N_("plan {plan}")
    return Amount(
        answer.plan, setting.localizer(name, plan=numbers.plan(setting.localizer, answer.metric, answer.plan))
    )


def footnote(setting: Setting, both: Pair, *parts: str) -> str:
    """The totals, with what the frames are."""
    localizer, volume = setting.localizer, both.volume
    assert volume.fact.value is not None
    total = numbers.value(localizer, volume.metric, volume.fact.value)
    told = localizer(N_("Total {total}"), total=total)
    if volume.plan is not None:
        plan = numbers.plan(localizer, volume.metric, volume.plan)
        told = localizer(N_("Total {total}, plan (frame) {plan}"), total=total, plan=plan)
    elif both.figures[0].spec.plan:
        told = f"{told}, {localizer(N_('no plan'))}"
    _, rates = drawn(setting, both.volume, both.rate)
    few = few_said(localizer, setting.calculator.centre, rates)
    if both.rate.few and both.rate.plan is not None:
        few = localizer(N_("Not judged: {cases}"), cases=cases_said(localizer, both.rate.fact))
    return wording.sentences(told, *parts, few, wording.data_as_of(localizer, setting.as_of(both.volume, both.rate)))


def volume_said(setting: Setting, both: Pair, *, planned: str, unplanned: str) -> str:
    """«Продажи: звонков 112 % плана», or how many they were; with the time, while the period goes on."""
    localizer, volume = setting.localizer, both.volume
    assert volume.fact.value is not None
    if volume.execution is not None:
        text = localizer(planned, share=setting.percent(volume.execution))
    else:
        text = localizer(unplanned, value=numbers.value(localizer, volume.metric, volume.fact.value))
    at = wording.until(localizer, setting.period, setting.as_of(both.volume, both.rate))
    text = f"{text} {at}" if at else text
    return f"{both.line}: {text}" if both.line else wording.capital(text)


def told(setting: Setting, both: Pair, worst: str, never: str | None = None) -> list[str]:
    """Totals, and the worst day of the rate; `never` says that there was nothing bad at all, instead of a worst day."""
    localizer, volume, rate = setting.localizer, both.volume, both.rate
    assert volume.fact.value is not None
    total = numbers.value(localizer, volume.metric, volume.fact.value)
    made = [localizer(N_("Total {total}"), total=total)]
    if volume.plan is not None:
        plan = numbers.plan(localizer, volume.metric, volume.plan)
        made = [localizer(N_("Total {total} against a plan of {plan}"), total=total, plan=plan)]
    _, parts = drawn(setting, volume, rate)
    facts = timeline.comparable(rate.metric, setting.by, parts, setting.span.timezone)
    most = highest(facts)
    if never is not None and not rate.fact.numerator:
        made.append(localizer(never))
    elif most:
        among = sum(fact is not None for fact in facts)
        when = timeline.parts_when(localizer, setting.by, parts, most, among, setting.span)
        made.append(localizer(worst, value=numbers.value(localizer, rate.metric, facts[most[0]] or 0.0), when=when))
    return made
