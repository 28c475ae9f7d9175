"""The tables of load and people: what each analysis of the report finds, from the plan of its period."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from digests.load.plan import LinePlan, LoadPlan
from digests.load.remarks import remarks
from digests.load.supposed import before_and_after, told
from digests.load.what_if import WhatIf
from digests.load.wording import (
    METHODS,
    SOURCES,
    accuracy,
    at,
    expected,
    finding,
    of_desk,
    percent,
    rounded,
    short,
    spare_beside,
)
from digests.model import Column, Findings, Value
from metrics.dimensions import LINE
from metrics.load import CHAT
from metrics.load.back_office import Desk
from metrics.load.backtest import Errors
from metrics.load.forecast import DAY_MODEL, NAIVE
from metrics.load.line_load import DEFAULT, GIVEN, MEASURED, UNKNOWN, DayLoad
from metrics.model import Unit
from warehouse.messages import N_, Message, note

_DAY = Column("day", N_("Day"))
_TIME = Column("half_hour", N_("Half-hour"))
_TAUGHT_DAYS = 56


def _line(plan: LoadPlan) -> Column:
    return Column("line", N_("Line"), of=LINE, titles=plan.titles, told=len(plan.lines) > 1)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def forecast(plan: LoadPlan) -> Findings:
    """Every half hour of the weeks ahead: value, bounds, handling time, method."""
    columns = (
        _line(plan),
        _DAY,
        _TIME,
        Column("value", N_("Forecast"), Unit.COUNT, 1),
        Column("low", N_("From"), Unit.COUNT, 1),
        Column("high", N_("To"), Unit.COUNT, 1),
        Column("aht", N_("AHT"), Unit.SECONDS),
        Column("method", N_("Method"), titles={key: str(said.id) for key, said in METHODS.items()}),
        Column("checked", N_("Checked")),
    )
    rows: list[tuple[Value, ...]] = []
    for line in plan.lines:
        load = line.load
        for ahead in load.outlook.days[: 7 * plan.weeks]:
            day = load.counted.history.calendar.day(ahead.day)
            values, aht = load.within_hours(day, ahead.values), load.aht(day) if load.handling else None
            for n in np.flatnonzero((values > 0) | load.open_hours(day)).tolist():
                bounds = (None, None) if ahead.low is None or ahead.high is None else (ahead.low[n], ahead.high[n])
                rows.append(
                    (
                        line.line,
                        day,
                        at(n),
                        float(values[n]),
                        *(None if bound is None else float(bound) for bound in bounds),
                        None if aht is None else float(aht[n]),
                        ahead.method,
                        _yes(ahead.checked),
                    )
                )
    problems = tuple(_of_line(plan, line, line.problem) for line in plan.lines if line.problem)
    if not rows:
        return Findings(missing=problems[0] if problems else note("no data"))
    return Findings(problems, columns, tuple(rows), told=0)


def _yes(value: bool) -> Message:
    return note("yes") if value else note("no")


def _of_line(plan: LoadPlan, line: LinePlan, said: Message) -> Message:
    """A sentence of a line, which is named where there are several."""
    return (
        note("{line}: {said}", line=plan.titles.get(line.line or "", line.line or "-"), said=said)
        if len(plan.lines) > 1
        else said
    )


def accuracy_of(plan: LoadPlan) -> Findings:
    """The back-test: a row for each group of leads, and one for holidays."""
    share = (Unit.PERCENT, 1)
    columns = (
        Column("lead", N_("Days ahead")),
        _line(plan),
        Column("method", N_("Method"), titles={key: str(said.id) for key, said in METHODS.items()}),
        Column("wape_half_hour", N_("Off a half-hour"), *share),
        Column("wape_day", N_("Off a day"), *share),
        Column("bias", N_("Bias"), *share),
        Column("naive", N_("As last week"), *share),
        Column("day_model", N_("Mean of eight weeks"), *share),
        Column("floor", N_("Chance alone"), *share),
        Column("coverage", N_("Within the band"), *share),
        Column("pairs", N_("Checks"), Unit.COUNT),
    )
    rows: list[tuple[Value, ...]] = []
    for line in plan.lines:
        found = line.load.outlook.accuracy
        if found is None:
            continue
        for group in found.groups:
            rows.append(
                (
                    f"{group.first}" if group.first == group.last else f"{group.first}–{group.last}",
                    line.line,
                    group.method if group.checked else note("{method}, not checked", method=METHODS[group.method]),
                    *_errors(group.published),
                    _percent(group.errors[NAIVE].half_hour),
                    _percent(group.errors[DAY_MODEL].half_hour),
                    _percent(group.floor),
                    _percent(group.coverage),
                    group.pairs,
                )
            )
        if line.promised:
            wape, bias = line.promised
            rest = (None,) * 5
            rows.append((note("as promised, 4 weeks"), line.line, note("as kept"), wape, None, bias, *rest))
        if found.holiday_pairs:
            rivals = (_percent(found.holidays[key].half_hour) for key in (NAIVE, DAY_MODEL))
            held = (None, None, found.holiday_pairs)
            method = next(iter(found.holidays))
            rows.append((note("holidays"), line.line, method, *_errors(found.holidays[method]), *rivals, *held))
    if not rows:
        return Findings(missing=note("not checked yet: under 28 days teach"))
    return Findings((), columns, tuple(rows))


def _errors(errors: Errors) -> tuple[float | None, float | None, float | None]:
    return _percent(errors.half_hour), _percent(errors.day), _percent(errors.bias)


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def staffing(plan: LoadPlan) -> Findings:
    """Every half hour of the period: what comes, how many people it needs, and how many there are."""
    columns = (
        _line(plan),
        _DAY,
        _TIME,
        Column("calls", N_("Contacts"), Unit.COUNT, 1),
        Column("load", N_("Load, Erlang"), Unit.COUNT, 2),
        Column("people", N_("People needed"), Unit.COUNT),
        Column("low", N_("From"), Unit.COUNT),
        Column("high", N_("To"), Unit.COUNT),
        Column("sl", N_("SL with them"), Unit.PERCENT, 1),
        Column("occupancy", N_("Occupancy"), Unit.PERCENT, 1),
        Column("rostered", N_("Roster needed"), Unit.COUNT),
        Column("planned", N_("People there"), Unit.COUNT, 1),
        Column("gap", N_("Gap"), Unit.COUNT, 1, apart=True),
    )
    rows = tuple(row for line in plan.known for day in line.days for row in _half_hours(line, day))
    return Findings((), columns, rows, told=0) if rows else Findings(missing=note("no data"))


def _half_hours(line: LinePlan, day: DayLoad) -> Iterator[tuple[Value, ...]]:
    need, scenario, comparison = day.outcome.need, day.scenario, day.outcome.comparison
    low, high = day.between or (None, None)
    for n in np.flatnonzero(scenario.open_hours | (need.people > 0)).tolist():
        yield (
            line.line,
            day.day,
            at(n),
            float(day.contacts[n]),
            float(need.load[n]),
            int(need.people[n]),
            None if low is None else int(low.people[n]),
            None if high is None else int(high.people[n]),
            100 * float(need.level[n]),
            100 * float(need.load[n] / need.slots[n]) if need.slots[n] else None,
            int(need.rostered[n]),
            None if scenario.roster is None else float(scenario.roster[n]),
            None if comparison is None else float(comparison.gap[n]),
        )


def days(plan: LoadPlan) -> Findings:
    """The days of the period: what comes, hours needed and there, and the service level with the people there."""
    columns = (
        _DAY,
        _line(plan),
        Column("calls", N_("Contacts"), Unit.COUNT),
        Column("hours_needed", N_("Hours needed"), Unit.HOURS, 1),
        Column("hours_planned", N_("Hours there"), Unit.HOURS, 1),
        Column("short", N_("Short"), Unit.HOURS, 1),
        Column("spare", N_("Spare"), Unit.HOURS, 1),
        Column("sl", N_("SL expected"), Unit.PERCENT),
        Column("wait", N_("Wait"), Unit.SECONDS),
        Column("occupancy", N_("Occupancy"), Unit.PERCENT),
        Column("people_from", N_("People known from"), titles=SOURCES),
    )
    rows: list[tuple[Value, ...]] = []
    for line in plan.known:
        for day in line.days:
            queue, comparison = day.outcome.queue, day.outcome.comparison
            there = day.scenario.roster
            rows.append(
                (
                    day.day,
                    line.line,
                    day.total,
                    day.outcome.need.hours,
                    None if there is None else float(there[day.scenario.open_hours].sum()) / 2,
                    comparison.short_hours if comparison else None,
                    comparison.spare_hours if comparison else None,
                    _number(100 * queue.level()) if queue else None,
                    _number(queue.wait_s) if queue else None,
                    _number(100 * queue.occupancy) if queue else None,
                    day.source,
                )
            )
    if not rows:
        return Findings(missing=next((line.problem for line in plan.lines if line.problem), note("no data")))
    said = [_of_line(plan, line, each) for line in plan.known for each in _said(plan, line)]
    values: dict[str, Value] = {
        "hours_needed": sum(line.need_hours for line in plan.known),
        "short_hours": sum(line.short_hours for line in plan.known if line.people_known),
        "spare_hours": sum(line.spare_hours for line in plan.known if line.people_known),
        "fte_needed": sum(line.need_hours for line in plan.known) * 7 / len(plan.period.days) / plan.week_hours,
    }
    return Findings(tuple(said), columns, tuple(rows), values)


def backlog(plan: LoadPlan) -> Findings:
    """The back office by working days: what comes, and what is open at the pace that leaves nothing late, and now."""
    desk = plan.desk
    if not isinstance(desk, Desk):
        return Findings(missing=desk or note("no data"))
    columns = (
        _DAY,
        Column("tickets", N_("Tickets to close"), Unit.COUNT),
        Column("hours", N_("Hours these take"), Unit.HOURS, 1),
        Column("backlog", N_("Open at that pace"), Unit.HOURS, 1),
        Column("backlog_present", N_("Open with the people there"), Unit.HOURS, 1),
    )
    present: Sequence[float | None] = desk.work.at_present or (None,) * len(desk.days)
    rows = tuple(zip(desk.days, desk.tickets.tolist(), desk.brought.tolist(), desk.work.backlog, present, strict=True))
    values: dict[str, Value] = {
        "open_tickets": desk.open_tickets,
        "ticket_s": desk.ticket_s,
        "closed_share": 100 * desk.closed_share,
        "hours_a_day": desk.work.hours,
        "people": desk.people,
        "hours_present": desk.present_hours,
    }
    return Findings(tuple(of_desk(desk)), columns, rows, values)


def supposed(found: WhatIf) -> Findings:
    """What becomes of the days if something changes: numbers before and after."""
    numbers = list(before_and_after(found))
    columns = (
        Column("measure", N_("Of the days asked for"), titles={each.key: each.title for each in numbers}),
        Column("before", N_("before"), Unit.COUNT, 1),
        Column("after", N_("after"), Unit.COUNT, 1),
    )
    rows = tuple((each.key, each.before, each.after) for each in numbers)
    return Findings(tuple(told(found)), columns, rows, {"what_if": found.asked.words})


def _said(plan: LoadPlan, line: LinePlan) -> Iterator[Message]:
    """What is said of a line under the table of days: its finding where it is not in the headline, and remarks."""
    if line is not plan.worst:
        yield finding(plan, line)
    yield from remarks(plan, line)


def summary(plan: LoadPlan) -> Iterator[Message]:
    """What stands above everything, of the line to look at first."""
    if isinstance(plan.desk, Desk):
        yield from of_desk(plan.desk)
    line = plan.worst
    if line is None:
        return
    yield finding(plan, line)
    if line.people_known:
        missing = short(line, plan.period) if rounded(line.short_hours, 1) > 0 else None
        yield from (said for said in (missing, spare_beside(line)) if said and said != finding(plan, line))
    yield from expected(plan, line)
    said = accuracy(line)
    if said:
        yield said


def taught(plan: LoadPlan) -> Findings:
    """The half hours that taught: what came in each of the last 56 complete days, and whether the day counts."""
    columns = (
        _line(plan),
        _DAY,
        _TIME,
        Column("entries", N_("Contacts"), Unit.COUNT),
        Column("teaches", N_("Teaches")),
    )
    rows: list[tuple[Value, ...]] = []
    for line in plan.lines:
        history = line.load.counted.history
        for day in range(max(0, history.days - _TAUGHT_DAYS), history.days):
            counts, of_day = history.counts[day], history.calendar.day(day)
            teaches = _yes(bool(history.teaches[day]))
            shown = np.flatnonzero(history.counts[day] > 0).tolist()
            rows += [(line.line, of_day, at(n), float(counts[n]), teaches) for n in shown]
            if not shown:
                rows.append((line.line, of_day, None, 0, teaches))
    return Findings((), columns, tuple(rows), told=0) if rows else Findings(missing=note("no data"))


_ORIGINS = {
    MEASURED: N_("measured"),
    GIVEN: N_("set"),
    DEFAULT: N_("default"),
    UNKNOWN: N_("not known: taken as none"),
}
_AHT_METHODS = {
    "four_weeks": N_("four weeks, by hour"),
    "last_week": N_("last week"),
    "plan": N_("plan"),
}


def assumptions(plan: LoadPlan) -> Findings:
    """Every setting that the numbers rest on, with where it comes from."""
    columns = (
        Column("setting", N_("Setting")),
        _line(plan),
        Column("value", N_("Value")),
        Column("source", N_("Comes from"), titles=_ORIGINS),
    )
    rows: list[tuple[Value, ...]] = [row for line in plan.lines for row in _settings(plan, line)]
    return Findings((_limits(),), columns, tuple(rows))


def _of_desk(desk: Desk) -> Iterator[tuple[Value, ...]]:
    seconds = note("{n} minute", "{n} minutes", n=rounded(desk.ticket_s / 60, 1))
    over = note("{n} day", "{n} days", n=desk.measured_days)
    yield note("Working time of a ticket, over {days}", days=over), None, seconds, MEASURED
    yield note("Tickets closed within four weeks"), None, percent(desk.closed_share, 1), MEASURED
    yield note("Working days until a ticket is due"), None, f"{desk.due_days}", GIVEN
    yield note("Hours of a person on a working day"), None, f"{rounded(desk.person_hours, 1):g}", MEASURED


def _settings(plan: LoadPlan, line: LinePlan) -> Iterator[tuple[Value, ...]]:
    load = line.load
    rules, of = load.rules, load.sources
    if isinstance(plan.desk, Desk):
        yield from _of_desk(plan.desk)
        yield note("Shrinkage"), line.line, percent(rules.shrinkage, 1), of["shrinkage"]
        return
    if rules.waits:
        yield note("Service level"), line.line, percent(rules.service.target, 1), of["sl"]
        seconds = note(Unit.SECONDS.words.text, number=rules.service.threshold_s)
        yield note("Threshold"), line.line, seconds, of["threshold_s"]
    yield note("Highest occupancy"), line.line, percent(rules.occupancy_max), of["occupancy_max"]
    yield note("Lowest occupancy"), line.line, percent(rules.occupancy_min), of["occupancy_min"]
    yield note("Shrinkage"), line.line, percent(rules.shrinkage, 1), of["shrinkage"]
    yield note("Fewest people"), line.line, f"{rules.min_people}", of["min_people"]
    if rules.waits:
        model = note("Erlang C: nobody hangs up")
        if rules.patience_s is not None:
            model = note("Erlang A: patience {patience} s", patience=round(rules.patience_s, 1))
        yield note("Model"), line.line, model, of["patience_s"]
    if plan.channel == CHAT:
        yield note("Chats at once"), line.line, f"{rules.at_once:g}", of["at_once"]
    if load.handling:
        method = load.handling.method
        value = note(Unit.SECONDS.words.text, number=rounded(load.handling.mean_s))
        yield note("AHT by {method}", method=note(_AHT_METHODS[method])), line.line, value, MEASURED
    yield note("Hours a week of one full-time person"), line.line, f"{plan.week_hours:g}", DEFAULT
    known = load.counted
    yield note("Contacts that need somebody"), line.line, percent(known.reached_share, 1), MEASURED
    hours = np.flatnonzero(load.open_hours_usual)
    if len(hours):
        span = f"{at(int(hours[0]))}–{at(int(hours[-1]) + 1)}"
        yield note("Open on working days"), line.line, span, GIVEN if load.given_hours else MEASURED


def _limits() -> Message:
    return note(
        "Handling times are taken as exponential: real ones scatter less or more. Who leaves at the half hour "
        "hands over the conversation, so that queues are up to one handling time too long. Everybody on a line "
        "takes all of it. Nobody redials."
    )
