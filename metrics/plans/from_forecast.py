"""Forecasts as plans: the volumes of days ahead and the handling time of a period, beside the plans there are.

A volume is planned by the day, in whole contacts that make the period's rounded sum; a handling time for the period.
What a person has planned for the same cells, or for a period around them, is left alone unless it is to be replaced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
import sqlalchemy as sa

from metrics.calculator import Calculator
from metrics.load import ENTRIES, HANDLING
from metrics.load.counts import lines_with
from metrics.load.forecast import CHECKED_DAYS
from metrics.load.history import Floats
from metrics.load.line_load import LONGEST_WEEKS, LineLoad, line_loads
from metrics.load.record import made_now
from metrics.periods import Period
from metrics.plans.cells import parse_period
from metrics.plans.plans import remainders, weekday_of
from warehouse.lake import Lake
from warehouse.messages import Message, UserError, nearest, note
from warehouse.plans import Plan, PlanKey, Saved, Shares, load_plans, save_forecasts, save_plans, save_weights
from warehouse.schema import PLANS

AUTHOR = "forecast"
"""Who answers for these plans."""
_CHANNELS: Mapping[str, str] = {
    **{metric: channel for channel, metric in ENTRIES.items()},
    **{metric: channel for channel, metric in HANDLING.items()},
}
"""The channel of each metric that can be planned so."""


@dataclass(frozen=True)
class PlanFromForecast:
    """One plan that a forecast makes, beside the one in force."""

    plan: Plan
    method: str
    checked: bool
    before: float | None = None
    author: str | None = None
    """Whose the plan in force is."""
    hours: tuple[float, ...] = ()
    """The share of the day that comes in each hour."""

    @property
    def is_anothers(self) -> bool:
        """Whether somebody has planned the same cell."""
        return self.before is not None and self.author != AUTHOR

    def shares(self, weekday: int) -> Shares:
        return {(weekday, hour): share for hour, share in enumerate(self.hours)}


@dataclass(frozen=True)
class ForecastPlans:
    """All that is proposed for a period, and what it rests on."""

    plans: tuple[PlanFromForecast, ...]
    loads: tuple[LineLoad, ...]
    notes: tuple[Message, ...] = ()


def plans_from_forecast(
    calculator: Calculator, metrics: Sequence[str], period: Period, lines: Sequence[str], *, unchecked: bool = False
) -> ForecastPlans:
    """Return the plans that forecasts make for the days of a period that are ahead. Raises UserError.

    `lines`: all that there are, if none is named. `unchecked`: also where nothing has checked the forecast.
    """
    granularity = _granularity(period)
    known, authors = _in_force(calculator)
    found: list[PlanFromForecast] = []
    loads: list[LineLoad] = []
    notes: list[Message] = []
    for metric in metrics:
        channel = _channel_of(metric)
        for load in line_loads(calculator, channel, _lines(calculator, channel, lines), LONGEST_WEEKS):
            days = _days(load, period, unchecked=unchecked)
            if metric in ENTRIES.values():
                made = list(_volumes(load, metric, days))
            else:
                made = [_handling(load, metric, days, granularity, period)]
            found += [_beside(each, known, authors) for each in made]
            loads.append(load)
            if days[0] > period.first_day:
                notes.append(note("Days up to {day} are over and are not planned.", day=load.last_day))
    return ForecastPlans(tuple(found), tuple(loads), _once(notes))


def to_write(calculator: Calculator, proposed: ForecastPlans, *, overwrite: bool) -> list[PlanFromForecast]:
    """Return those that may be written: not over anybody's plans, unless these are to be replaced.

    Raises UserError where days would not fit a wider plan around them.
    """
    wanted = [each for each in proposed.plans if overwrite or not each.is_anothers]
    existing = load_plans(calculator.records)
    for metric, line in dict.fromkeys((each.plan.metric, each.plan.line) for each in wanted):
        declared = calculator.catalogue.get(metric)
        if not declared.spread:
            continue
        mine = {each.plan.key: each.plan for each in wanted if (each.plan.metric, each.plan.line) == (metric, line)}
        others = [plan for plan in existing if (plan.metric, plan.line) == (metric, line) and plan.key not in mine]
        for remainder in remainders([*others, *mine.values()], declared.unit.step):
            concerned = {part.key for part in remainder.parts} & set(mine)
            if concerned and not remainder.fits:
                raise UserError(
                    "{problem} Plan other days, or change that plan first.",
                    problem=remainder.misfit(declared.unit.step),
                )
    return wanted


def write_plans(
    lake: Lake,
    calculator: Calculator,
    proposed: ForecastPlans,
    wanted: Sequence[PlanFromForecast],
    now: datetime,
    by: str | None = None,
) -> Saved:
    """Write plans with the profile of their days, and the forecasts that they are made of; what is in force stays.

    `by`: who approved them. Raises UserError if another process is writing.
    """
    centre = calculator.centre
    methods = ", ".join(dict.fromkeys(each.method for each in wanted))
    source = f"{methods}; {now:%Y-%m-%dT%H:%M}Z" + (f"; approved by {by}" if by else "")
    saved = save_plans(lake, [each.plan for each in wanted], author=AUTHOR, now=now, source=source)
    if not saved.added:
        return saved
    in_force = {plan.key: plan for plan in load_plans(lake.open())}
    weights = {
        in_force[each.plan.key].version: each.shares(weekday_of(each.plan.starts_on, centre.is_holiday))
        for each in wanted
        if each.hours
    }
    save_weights(lake, weights)
    planned = list(dict.fromkeys(each.plan.starts_on for each in wanted if each.plan.granularity == "day"))
    loads = {load.stream: load for load in proposed.loads}.values()
    save_forecasts(lake, [each for load in loads for each in made_now(load, planned, now, centre.timezone)])
    return saved


def _once(notes: Sequence[Message]) -> tuple[Message, ...]:
    return tuple({str(each): each for each in notes}.values())


def _granularity(period: Period) -> str | None:
    """What kind of period it is, as plans have them; None: none of these."""
    text = f"{period.first_day.isoformat()}..{period.last_day.isoformat()}"
    try:
        return parse_period(text if period.first_day != period.last_day else period.first_day.isoformat())[0]
    except UserError:
        return None


def _channel_of(metric: str) -> str:
    if metric not in _CHANNELS:
        raise UserError(
            'No plan is made of a forecast of "{given}". There are: {known}.',
            given=metric,
            known=nearest(metric, tuple(_CHANNELS)),
        )
    return _CHANNELS[metric]


def _lines(calculator: Calculator, channel: str, wanted: Sequence[str]) -> tuple[str | None, ...]:
    known = lines_with(calculator, channel)
    for line in wanted:
        if line not in known:
            names = [name for name in known if name is not None]
            raise UserError(
                'There is no line "{given}" with such contacts. There are: {known}.',
                given=line,
                known=nearest(line, names) if names else "-",
            )
    return tuple(line for line in known if line in wanted) if wanted else known


def _days(load: LineLoad, period: Period, *, unchecked: bool) -> list[date]:
    """The days of a period that are forecast. Raises UserError where some that are ahead are not."""
    line = load.stream.line or "-"
    if load.outlook.known_days < CHECKED_DAYS and not unchecked:
        raise UserError(
            "The line {line} is known for {n} days, and nothing has checked its forecast: say --unchecked to plan by "
            "it all the same.",
            line=line,
            n=load.outlook.known_days,
        )
    ahead = [day for day in period.days if not load.is_over(day)]
    if not ahead:
        raise UserError("All of {period} is over on {line}: there is nothing to forecast.", period=period, line=line)
    missing = [day for day in ahead if load.day(day) is None]
    if missing:
        raise UserError(
            "{line} is forecast for {n} weeks ahead, and {day} is later.", line=line, n=LONGEST_WEEKS, day=missing[0]
        )
    return ahead


def _volumes(load: LineLoad, metric: str, days: Sequence[date]) -> Iterator[PlanFromForecast]:
    contacts = [load.contacts(day) for day in days]
    whole = _whole(np.array([0.0 if each is None else float(each.sum()) for each in contacts]))
    for day, each, value in zip(days, contacts, whole, strict=True):
        ahead = load.day(day)
        assert ahead is not None
        assert each is not None
        hours = each.reshape(24, 2).sum(axis=1)
        share = tuple((hours / hours.sum()).tolist()) if hours.sum() > 0 else ()
        plan = Plan(metric, load.stream.line, "day", day, float(value))
        yield PlanFromForecast(plan, ahead.method, ahead.checked, hours=share)


def _whole(values: Floats) -> list[int]:
    """Whole numbers that make the rounded sum, by the largest remainder."""
    floors = np.floor(values + 1e-9)
    left = int(np.floor(values.sum() + 0.5 + 1e-9)) - int(floors.sum())
    order = np.argsort(floors - values, kind="stable")
    floors[order[:left]] += 1
    return [int(each) for each in floors]


def _handling(
    load: LineLoad, metric: str, days: Sequence[date], granularity: str | None, period: Period
) -> PlanFromForecast:
    """The handling time of a period: that of its contacts, each with its hour's."""
    if granularity is None:
        raise UserError(
            "{period} is no day, half month, month or quarter: a handling time is planned for these.", period=period
        )
    contacts = np.concatenate([np.zeros(48) if (each := load.contacts(day)) is None else each for day in days])
    seconds = np.concatenate([load.aht(day) for day in days])
    total = float(contacts.sum())
    aht_s = float((contacts * seconds).sum()) / total if total else float(seconds.mean())
    method = load.handling.method if load.handling else ""
    plan = Plan(metric, load.stream.line, granularity, period.first_day, float(round(aht_s)))
    return PlanFromForecast(plan, method, bool(load.handling and load.handling.errors))


def _in_force(calculator: Calculator) -> tuple[Mapping[PlanKey, Plan], Mapping[PlanKey, str | None]]:
    """The plans there are, and whose they are, by key."""
    known = {plan.key: plan for plan in load_plans(calculator.records)}
    c = PLANS.c
    rows = calculator.records.rows(
        sa.select(c.metric, c.line, c.granularity, c.starts_on, c.author).order_by(c.revision)
    )
    return known, {(row[0], row[1], row[2], row[3]): row[4] for row in rows}


def _beside(
    made: PlanFromForecast, known: Mapping[PlanKey, Plan], authors: Mapping[PlanKey, str | None]
) -> PlanFromForecast:
    before = known.get(made.plan.key)
    return replace(made, before=before.value, author=authors.get(made.plan.key)) if before else made


def evidence(load: LineLoad) -> Iterator[Message]:
    """Yield what a line's forecast rests on, lead by lead."""
    for group in load.outlook.accuracy.groups if load.outlook.accuracy else ():
        error = group.published.day
        if group.checked and error is not None:
            yield note(
                "{line}, {first} to {last} days ahead: {method}, off by {error}% a day on the mean of {n} checked.",
                line=load.stream.line or "-",
                first=group.first,
                last=group.last,
                method=group.method,
                error=round(100 * error, 1),
                n=group.pairs,
            )
