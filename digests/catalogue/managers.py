"""Managers: load, windows, calls and results side by side; only differences that chance does not make are named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from digests import numbers
from digests.catalogue.declared import Declared
from digests.catalogue.funnel import as_rows, part
from digests.model import (
    MOST_ROWS,
    Analysis,
    AnalysisSpec,
    Choice,
    Column,
    FigureSpec,
    Findings,
    Group,
    ReportSpec,
    Section,
    Slice,
    Value,
    others,
)
from metrics.answers import Answer, Question, exact
from metrics.dimensions import OWNER
from metrics.intervals import wilson
from metrics.model import Unit
from metrics.periods import Period
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.result import ReportResult, Session

FEW = 30
IDLE = 20.0
"""Per cent of open deals without a task from which on it is worth saying."""
_ASKED = {
    "open": "deals_open",
    "no_task": "deals_no_task",
    "overdue": "tasks_overdue",
    "received": "deals_received",
    "contracts": "contracts",
    "revenue": "revenue",
    "calls": "deal_calls",
    "answered": "calls_answered_crm",
    "minutes": "deal_minutes",
    "days": "work_days",
    "tasks_done": "tasks_done",
    "late": "tasks_late",
    "window": "task_window",
    "window_done": "task_window_done",
    "first_touch_median": "first_touch_median",
    "bookings": "bookings",
    "came": "came",
}

SPEC = ReportSpec(
    "managers",
    N_("Managers"),
    (
        Section(
            N_("Managers"),
            (
                Group(
                    (
                        FigureSpec("deals_open", "deals_open", None, N_("Deals in work")),
                        FigureSpec("deals_no_task", "deals_no_task", None, N_("Deals without a task")),
                        FigureSpec("task_window", "task_window", None, N_("Window between tasks")),
                        FigureSpec("deal_calls", "deal_calls", None, N_("Calls of managers")),
                        FigureSpec("contracts", "contracts", None, N_("Contracts")),
                    )
                ),
                AnalysisSpec(
                    "managers",
                    N_("Side by side"),
                    N_(
                        "Received: deals that became theirs in the period; the share is of contracts over those, with "
                        "Wilson's 95% interval. Calls are of who made them. By open deals, which is no ranking."
                    ),
                ),
            ),
        ),
        Section(
            N_("By time"),
            (
                AnalysisSpec("calls", N_("Calls of managers by time"), N_("Calls are of who made them.")),
                AnalysisSpec(
                    "windows",
                    N_("Windows between tasks"),
                    N_("Gaps between the tasks that somebody planned on a day; those of a whole day are left out."),
                ),
            ),
        ),
    ),
    question=N_("Who has how much on the desk, and what comes of it?"),
    aliases=("менеджеры", "нагрузка менеджеров", "sales managers"),
    pictures=("managers",),
    short=("deals_open", "deals_no_task"),
    drawn=("managers",),
    compared=True,
    choices=(Choice("by", "week", ("day", "week", "month")),),
)

_COLUMNS = (
    Column("owner", N_("Manager"), of=OWNER),
    Column("open", N_("In work"), Unit.COUNT),
    Column("no_task", N_("No task"), Unit.COUNT),
    Column("overdue", N_("Overdue"), Unit.COUNT),
    Column("received", N_("Received"), Unit.COUNT),
    Column("contracts", N_("Contracts"), Unit.COUNT),
    Column("share", N_("Of the received"), Unit.PERCENT, 0),
    Column("low", N_("From"), Unit.PERCENT, 0),
    Column("high", N_("To"), Unit.PERCENT, 0),
    Column("revenue", N_("Revenue of contracts"), Unit.MONEY),
    Column("calls", N_("Calls"), Unit.COUNT),
    Column("answered", N_("Conversations"), Unit.COUNT),
    Column("minutes", N_("Minutes"), Unit.MINUTES),
    Column("days", N_("Days with work"), Unit.COUNT),
    Column("calls_per_day", N_("Calls a day"), Unit.TIMES, 1),
    Column("tasks_done", N_("Tasks done"), Unit.COUNT),
    Column("late", N_("Tasks done late"), Unit.PERCENT, 0),
    Column("window", N_("Window"), Unit.DURATION),
    Column("window_done", N_("Window, done"), Unit.DURATION),
    Column("first_touch_median", N_("First touch, median"), Unit.DURATION),
    Column("bookings", N_("Booked"), Unit.COUNT),
    Column("came", N_("Came"), Unit.COUNT),
)


def _managers_asked(within: Slice) -> Sequence[Question]:
    return [within.question(key, OWNER) for key in _ASKED.values()]


def _managers(_: Slice, answers: Sequence[Answer]) -> Findings:
    """Everybody who has an open deal or did anything in the period; robots are no people."""
    of = {
        name: {point.values[0]: point.fact.value for point in answer.points}
        for name, answer in zip(_ASKED, answers, strict=True)
    }
    whole = {name: answer.fact.value for name, answer in zip(_ASKED, answers, strict=True)}
    people = dict.fromkeys(who for each in of.values() for who in each if who)
    active = [who for who in people if any(each.get(who) for each in of.values())]
    active.sort(key=lambda who: (-(of["open"].get(who) or 0.0), str(who)))
    rows = tuple(_row(who, {name: each.get(who) for name, each in of.items()}) for who in active)
    if not rows:
        return Findings(missing=note("no deal has an owner, and nobody did anything in the period"))
    total = _row(note("Total"), whole)
    values = {f"total_{column.key}": each for column, each in zip(_COLUMNS[1:], total[1:], strict=True)}
    rest = active[MOST_ROWS:]
    summed = {name: sum(of[name].get(who) or 0.0 for who in rest) for name in (*_COUNTED, *_SUMMED)}
    under = _row(others(len(rest)), summed) if rest else ()
    return Findings((), _COLUMNS, rows, values, told=MOST_ROWS, rest=under, total=total)


def _calls_asked(within: Slice) -> Sequence[Question]:
    time = within.chosen.get("by") or "week"
    return [within.question(key, OWNER, time) for key in ("deal_calls", "deal_minutes")]


def _calls(within: Slice, answers: Sequence[Answer]) -> Findings:
    """Calls and minutes of each person in each part of the period that they called in."""
    columns = (
        Column("owner", N_("Manager"), of=OWNER),
        Column("part", N_("Period")),
        Column("calls", N_("Calls"), Unit.COUNT),
        Column("minutes", N_("Minutes"), Unit.MINUTES),
    )
    return _by_time(within, within.chosen.get("by") or "week", answers, columns)


def _windows_asked(within: Slice) -> Sequence[Question]:
    return [within.question(key, OWNER, "day") for key in ("task_windows_n", "task_windows_sum")]


def _windows(within: Slice, answers: Sequence[Answer]) -> Findings:
    """How many windows each person had on each day, and how long they were together."""
    columns = (
        Column("owner", N_("Manager"), of=OWNER),
        Column("day", N_("Day")),
        Column("windows", N_("Windows"), Unit.COUNT),
        Column("sum", N_("Together"), Unit.DURATION),
    )
    return _by_time(within, "day", answers, columns)


def _by_time(within: Slice, time: str, answers: Sequence[Answer], columns: tuple[Column, ...]) -> Findings:
    """A row for each person and part of the period in which there was anything, by person; two measures of each."""
    borders = within.period.borders(time)
    ends = dict(pairwise(borders))
    of = [{(point.values[0], point.start): point.fact.value for point in answer.points} for answer in answers]
    keys = [key for key, n in of[0].items() if n and key[0] is not None and key[1] is not None]
    rows: list[tuple[Value, ...]] = []
    for who, start in sorted(keys, key=lambda key: (str(key[0]), key[1] or within.period.start)):
        assert start is not None
        part = Period(start, ends[start], within.period.timezone)
        when: Value = part.first_day if time == "day" else part
        rows.append((who, when, *(each.get((who, start)) for each in of)))
    return Findings((), columns, tuple(rows), told=_TOLD) if rows else Findings(missing=note("no data"))


_TOLD = 12
"""So many rows of people by time a text tells."""
_SUMMED = ("revenue", "minutes", "bookings", "came")
_COUNTED = ("open", "no_task", "overdue", "received", "contracts", "calls", "answered", "days", "tasks_done")


def _row(who: str | Message, of: Mapping[str, float | None]) -> tuple[Value, ...]:
    value = {**of, **{key: of.get(key) or 0.0 for key in (*_COUNTED, "bookings", "came")}}
    received, contracts = value["received"] or 0.0, value["contracts"] or 0.0
    share = wilson(min(contracts, received), received)
    days = value["days"] or 0.0
    more = {
        "owner": who,
        "share": 100 * contracts / received if received else None,
        "low": 100 * share.low if share else None,
        "high": 100 * share.high if share else None,
        "calls_per_day": (value["calls"] or 0.0) / days if days else None,
        "minutes": of.get("minutes") or 0.0,
        "revenue": of.get("revenue"),
    }
    return tuple(more[column.key] if column.key in more else value.get(column.key) for column in _COLUMNS)


@dataclass(frozen=True)
class Manager:
    """A row, for sentences and the picture. Percentages are 0-100, times seconds."""

    name: str
    open: float
    no_task: float
    calls_per_day: float | None
    window: float | None
    received: float
    contracts: float
    share: float | None
    low: float | None
    high: float | None

    @property
    def idle(self) -> bool:
        """Whether a fifth of enough open deals have no task."""
        return self.open >= FEW and 100 * self.no_task >= IDLE * self.open

    def apart(self, total: float | None) -> bool:
        """Whether the interval of the share leaves out everybody's, of enough received deals."""
        if self.received < FEW or total is None or self.low is None or self.high is None:
            return False
        return not self.low <= total <= self.high


def managers_of(result: ReportResult) -> list[Manager]:
    found = part(result, "managers")
    keys = ("no_task", "calls_per_day", "window", "received", "contracts", "share", "low", "high")
    return [
        Manager(text[0], row["open"], *(row[key] for key in keys))  # type: ignore[arg-type] # as the columns say
        for row, text in zip(as_rows(found), found.text if found else (), strict=True)
    ]


def total_share(result: ReportResult) -> float | None:
    found = part(result, "managers")
    value = found.findings.values.get("total_share") if found else None
    return value if isinstance(value, float) else None


def _summary(session: Session, result: ReportResult) -> Iterator[Message]:
    localizer = session.localizer
    people = managers_of(result)

    def whole(value: float | None) -> str:
        return numbers.plain(localizer, exact(value or 0.0), 0)

    if (is_open := result.fact("deals_open").value) and people:
        yield note(
            "{n} deals in work with {people} people, {no_task} of them without a task.",
            n=whole(is_open),
            people=len(people),
            no_task=whole(result.fact("deals_no_task").value),
        )
    idle = [each for each in people if each.idle]
    if idle and len(people) > 1:
        yield note("{n} has a fifth without a task.", "{n} have a fifth without a task each.", n=len(idle))
    found = part(result, "managers")
    values = found.findings.values if found else {}
    days, calls = values.get("total_calls_per_day"), result.fact("task_window").value
    if isinstance(days, float) and calls is not None:
        yield note(
            "Window between tasks {window}, {calls} calls a person and day.",
            window=numbers.duration(localizer, calls),
            calls=numbers.plain(localizer, exact(days), 0),
        )
    total = total_share(result)
    enough = [each for each in people if each.received >= FEW]
    if total is None or len(enough) < 2:
        return
    far = [each for each in enough if each.apart(total)]
    share = numbers.in_unit(localizer, Unit.PERCENT, total, 0)
    if not far:
        yield note("Contracts: {share} of the received; people differ by no more than chance.", share=share)
    elif session.names:
        named = ", ".join(
            f"{each.name} {numbers.in_unit(localizer, Unit.PERCENT, each.share or 0.0, 0)}" for each in far
        )
        yield note("Contracts: {share} of the received; off it by more than chance: {names}.", share=share, names=named)
    else:
        yield note("Contracts: {share} of the received; {n} are off it by more than chance.", share=share, n=len(far))


def _picture(session: Session, result: ReportResult) -> object:
    from digests.pictures.managers import crew  # charts are not worth loading for a text

    return crew(session, result)


MANAGERS = Declared(
    SPEC,
    analyses={
        "managers": Analysis(_managers_asked, _managers),
        "calls": Analysis(_calls_asked, _calls),
        "windows": Analysis(_windows_asked, _windows),
    },
    pictures={"managers": _picture},
    summary=_summary,
)
