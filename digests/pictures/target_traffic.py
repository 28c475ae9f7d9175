"""When did we fall behind and by how much? Days in their plan frames, and execution from the period's start."""

from __future__ import annotations

from collections.abc import Sequence

from charts.forms.panels import Columns, Execution, Panels, Turning
from charts.model import Amount
from digests.pictures import timeline, wording
from digests.pictures.setting import Setting, known
from digests.pictures.timeline import (
    MARKS,
    REACHED,
    PeriodPart,
    days_off,
    drawn,
    highest,
    lowest,
    plan_met,
    points,
    printer,
)
from digests.pictures.wording import SeriesNumbers
from metrics.answers import Answer, Question, Verdict, share
from warehouse.messages import N_

_METRIC = "target_in"


def questions(setting: Setting) -> list[Question]:
    return [setting.parts_asked(figure) for figure in setting.of(_METRIC)[:1] if known(figure)]


def build(setting: Setting) -> Panels | None:
    figures = setting.of(_METRIC)[:1]
    if not figures or not known(figures[0]):
        return None
    localizer, zone = setting.localizer, setting.period.timezone
    answer = setting.in_parts(figures[0])
    (parts,) = drawn(setting, answer)
    text = printer(localizer, answer.metric, parts)
    sums = execution(parts)
    turned = turning(sums)
    unit = timeline.per(setting, thousands=text.thousands)
    measured = localizer(
        N_("Calls, leads and chats flagged as target, {unit}, {dates}"), unit=unit, dates=setting.dates
    )
    frame = (
        localizer(N_("Frame: plan, bar: actual")) if answer.plan is not None else localizer(N_("Bar: actual, no plan"))
    )
    shade = days_off(localizer, setting.span.days if setting.by == "day" else (), setting.calculator.centre.is_holiday)
    note = f"{frame}, {shade}" if shade else frame
    titles = wording.titles(
        _headline(setting, answer, parts, sums),
        measured,
        wording.sentences(note, wording.data_as_of(localizer, setting.as_of(answer))),
        _alternative(setting, answer, parts, text),
    )
    reached = Execution(
        localizer(_since(setting)),
        tuple(None if each is None else Amount(each, setting.percent(each)) for each in sums),
        Amount(100, localizer(N_("plan {plan}"), plan=setting.percent(100))) if answer.plan else None,
        None
        if turned is None
        else Turning(
            turned,
            f"{timeline.named(localizer, setting.by, parts[turned], zone)}: "
            f"{wording.on_plan(localizer, sums[turned] or 0.0)}",
        ),
        MARKS[answer.verdict],
    )
    days = Columns("", points(answer.metric, parts, text))
    return Panels(titles, wording.chart_labels(localizer), timeline.drawn_slots(setting, parts), (days, reached))


def _since(setting: Setting) -> str:
    """From when execution is reckoned."""
    first, last = setting.period.first_day, min(setting.period.last_day, setting.span.last_day)
    if first == last:
        return N_("Plan attainment since the day's start, %")
    in_month = first.day == 1 and (first.year, first.month) == (last.year, last.month)
    return (
        N_("Plan attainment since the month's start, %")
        if in_month
        else N_("Plan attainment since the period's start, %")
    )


def execution(parts: Sequence[PeriodPart]) -> list[float | None]:
    """Fact over plan in per cent from the first day to each; none from a day of which something is unknown."""
    fact = plan = 0.0
    made: list[float | None] = []
    for part in parts:
        if part.before:
            made.append(None)
            continue
        if part.fact is None or part.plan is None:
            made += [None] * (len(parts) - len(made))
            break
        fact, plan = fact + part.fact, plan + part.plan
        made.append(share(fact, plan))
    return made


def turning(sums: Sequence[float | None]) -> int | None:
    """The last day on plan before all days behind it; none while on plan, or if it never was."""
    behind = behind_from(sums)
    return behind - 1 if behind and sums[behind - 1] is not None else None


def behind_from(sums: Sequence[float | None]) -> int | None:
    """The day after the last day on plan; none if that is the latest day."""
    known_days = [index for index, each in enumerate(sums) if each is not None]
    on_plan = [index for index in known_days if (sums[index] or 0.0) >= REACHED]
    if not known_days:
        return None
    # A day before anything was planned is not behind.
    since = on_plan[-1] + 1 if on_plan else known_days[0]
    return since if since <= known_days[-1] else None


def ahead_from(sums: Sequence[float | None]) -> int | None:
    """The day a plan was caught up with: from it on execution is 100 %, and the day before it was behind."""
    short = [index for index, each in enumerate(sums) if each is not None and each < 100]
    was_behind = any(each is not None and each < REACHED for each in sums)
    last = max((index for index, each in enumerate(sums) if each is not None), default=-1)
    return short[-1] + 1 if was_behind and short and short[-1] < last else None


def _headline(setting: Setting, answer: Answer, parts: list[PeriodPart], sums: list[float | None]) -> str:
    localizer, by, zone = setting.localizer, setting.by, setting.period.timezone
    moment = wording.until(localizer, setting.period, setting.as_of(answer))
    if answer.execution is None:
        assert answer.fact.value is not None
        value = wording.value(localizer, answer.metric, answer.fact.value)
        first = localizer(N_("Target traffic: {value}"), value=_at(value, moment))
        # A plan of 0 is a plan, of which there is no per cent.
        return f"{first},\n{localizer(N_('no plan') if answer.plan is None else plan_met(answer))}"
    reached = localizer(N_("{share} of plan"), share=setting.percent(answer.execution))
    first = localizer(N_("Target traffic: {value}"), value=_at(reached, moment))
    since, caught = behind_from(sums), ahead_from(sums)
    if answer.verdict is Verdict.MET:
        if caught is None:
            return f"{first},\n{localizer(plan_met(answer))}"
        when = timeline.when(localizer, by, parts[caught], setting.span)
        return f"{first},\n{localizer(N_('caught up {when}'), when=when)}"
    if answer.verdict is Verdict.BEHIND and (since is None or parts[since].elapsed < 1):
        return f"{first},\n{localizer(N_('behind the plan to date'))}"
    if since is not None and sum(not part.before for part in parts) > 1:
        return f"{first},\n{localizer(N_('behind since {day}'), day=timeline.since(localizer, by, parts[since], zone))}"
    assert answer.fact.value is not None
    assert answer.plan is not None
    short = wording.value(localizer, answer.metric, answer.plan - answer.fact.value)
    return f"{first},\n{localizer(N_('short by {gap}'), gap=short)}"


def _alternative(setting: Setting, answer: Answer, parts: list[PeriodPart], text: SeriesNumbers) -> list[str]:
    localizer = setting.localizer
    assert answer.fact.value is not None
    fact = wording.value(localizer, answer.metric, answer.fact.value)
    told = [localizer(N_("{dates}: {value}"), dates=setting.dates, value=fact)]
    if answer.plan is not None:
        plan = wording.plan(localizer, answer.metric, answer.plan)
        told = [localizer(N_("{dates}: {fact} against a plan of {plan}"), dates=setting.dates, fact=fact, plan=plan)]
    facts = timeline.comparable(answer.metric, setting.by, parts, setting.span.timezone)
    least, most = lowest(facts), highest(facts)
    if least and most:
        among = sum(fact is not None for fact in facts)
        told.append(
            localizer(
                N_("Least {when}: {value}, most {other}: {more}"),
                value=wording.value(localizer, answer.metric, facts[least[0]] or 0.0),
                when=timeline.parts_when(localizer, setting.by, parts, least, among, setting.span),
                more=wording.value(localizer, answer.metric, facts[most[0]] or 0.0),
                other=timeline.parts_when(localizer, setting.by, parts, most, among, setting.span),
            )
        )
    return told


def _at(value: str, moment: str) -> str:
    return f"{value} {moment}" if moment else value
