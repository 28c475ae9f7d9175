"""Losses: how many calls and clients were lost, when, and who was won back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from digests import numbers
from digests.catalogue.declared import Declared
from digests.figures import line_title
from digests.model import (
    CLIENT,
    PERIOD,
    Analysis,
    AnalysisSpec,
    Column,
    FigureSpec,
    Findings,
    Group,
    ReportSpec,
    Section,
    Slice,
    TableSpec,
    Value,
)
from metrics.answers import Answer, Question, exact
from metrics.dimensions import CALLBACK, HOUR_OF_DAY, IN_A_ROW, LINE, LOST_HOUR, PATIENCE
from metrics.facts import Query
from metrics.marks import day_marks, left_out_said
from metrics.model import Unit
from metrics.peaks import episodes, weeks_around
from metrics.periods import to_local
from metrics.signals import LOST
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.result import ReportResult, Session

_FEW = 30
MOST_TO_CALL = 1000
"""Clients that are listed to be called."""
_TOLD = 10
"""Clients not won back from which on they are the finding."""
_CLIENTS = ("clients_with_loss", "clients_recovered", "clients_won_back", "clients_alone")

SPEC = ReportSpec(
    "losses",
    N_("Losses"),
    (
        Section(
            N_("Calls and clients"),
            (
                Group(
                    (
                        FigureSpec("losses", "losses", None, N_("Lost calls")),
                        FigureSpec("lcr", "lcr", None, N_("Of all calls")),
                        FigureSpec("clients", "clients_with_loss", None, N_("Clients with a loss")),
                        FigureSpec("recovered", "clients_recovered", None, N_("Of them won back")),
                        FigureSpec("not_recovered", "clients_not_recovered", None, N_("Clients not won back")),
                        FigureSpec("lcr_clients", "lcr_clients", None, N_("Of the clients who called")),
                        FigureSpec("pending", "clients_pending", None, N_("Still to be called back")),
                        FigureSpec("callback", "callback_speed_median", None, N_("Call-back, median")),
                        FigureSpec("callback_mean", "callback_speed", None, N_("Call-back, mean")),
                        FigureSpec("twice", "lost_twice", None, N_("Clients lost twice in a row")),
                    )
                ),
                TableSpec(
                    "lines",
                    N_("Lines"),
                    (
                        *("calls", "calls_answered", "losses", "losses_short", "lcr"),
                        *("clients_called", "clients_with_loss", "clients_back", "clients_won_back", "clients_alone"),
                        *("clients_pending", "clients_not_recovered", "lcr_clients"),
                        *("losses_anonymous", "clients_wrote"),
                    ),
                    (LINE,),
                    headers=(
                        *("entered", "answered", "lost", "short", "lcr"),
                        *("clients", "with_loss", "recovered", "by_us", "alone", "pending", "lost_clients"),
                        *("lcr_clients", "anonymous", "wrote"),
                    ),
                    remark=N_("A client of several lines counts on each, and once in the centre."),
                ),
            ),
        ),
        Section(
            N_("When"),
            (
                AnalysisSpec(
                    "losses.hours", N_("By hour"), N_("Calls by the hour of entry, clients by their last loss.")
                ),
                AnalysisSpec(
                    "losses.weekdays", N_("By day of the week"), N_("All days of the period, and a day of it.")
                ),
                AnalysisSpec("losses.grid", N_("By day of the week and hour")),
                AnalysisSpec(
                    "losses.peaks",
                    N_("Out of the usual"),
                    N_(
                        "A quarter of an hour with at least 5 lost calls that chance explains less than once "
                        "in 1,000 times, against the same one of the 8 weeks before; neighbours are one episode, "
                        "which is listed if all of it is less likely than one in a million. An exact test."
                    ),
                ),
            ),
        ),
        Section(
            N_("What followed"),
            (
                TableSpec(
                    "ways",
                    N_("How the last losses ended"),
                    ("clients_won_back", "clients_alone", "clients_pending", "clients_not_recovered", "clients_wrote"),
                    (PERIOD,),
                    limit=1,
                    headers=("by_us", "alone", "pending", "lost_clients", "wrote"),
                ),
                AnalysisSpec(
                    "losses.list",
                    N_("Whom to call now"),
                    N_("Clients whose time is not over, those with the least of it left first."),
                ),
                TableSpec(
                    "waits", N_("How long the lost waited"), ("losses_by_patience",), (PATIENCE,), headers=("lost",)
                ),
                TableSpec(
                    "callbacks",
                    N_("How soon we called back"),
                    ("clients_with_loss", "clients_back", "clients_reached"),
                    (CALLBACK,),
                    headers=("clients", "recovered", "reached"),
                ),
                TableSpec(
                    "twice",
                    N_("Losses in a row"),
                    ("clients_with_loss", "clients_not_recovered"),
                    (IN_A_ROW,),
                    headers=("clients", "unrecovered"),
                ),
                TableSpec(
                    "trend",
                    N_("Six periods"),
                    ("losses", "lcr", "clients_with_loss", "lcr_clients", "clients_recovered"),
                    (PERIOD,),
                    limit=6,
                ),
            ),
        ),
    ),
    question=N_("How many calls and clients were lost, when, and who was won back?"),
    aliases=("потери", "сорвавшиеся", "потерянные", "losses", "lost calls"),
    pictures=("losses",),
    drawn=("losses.hours", "ways"),
    short=("losses", "lcr", "not_recovered"),
    compared=True,
)


def _hours_asked(within: Slice) -> Sequence[Question]:
    return [within.question("lcr", HOUR_OF_DAY), within.question("clients_with_loss", LOST_HOUR)]


def _hours(_: Slice, answers: Sequence[Answer]) -> Findings:
    calls, clients = answers
    of_clients = {int(float(p.segment)): p.fact.value or 0 for p in clients.points if p.segment is not None}
    rows: list[tuple[Value, ...]] = []
    for point in calls.points:
        hour = int(str(point.segment)[:2])
        lost, entered = point.fact.numerator or 0.0, point.fact.denominator or 0.0
        rows.append(
            (str(point.segment), lost, entered, 100 * lost / entered if entered else None, of_clients.get(hour, 0.0))
        )
    columns = (
        Column("hour", N_("Hour")),
        Column("lost", N_("Lost"), Unit.COUNT),
        Column("of", N_("Answered and lost"), Unit.COUNT),
        Column("lcr", N_("LCR"), Unit.PERCENT, 1),
        Column("clients", N_("Clients"), Unit.COUNT),
    )
    half = half_of(rows)
    values = {"half_from": half[0], "half_to": half[1]} if half else {}
    said = note("Half of the losses lie between {first} and {last}.", first=half[0], last=half[1]) if half else None
    enough = sum(float(row[1]) for row in rows if isinstance(row[1], float)) >= _FEW
    return Findings((said,) if said and enough else (), columns, tuple(rows), values)


def half_of(rows: Sequence[Sequence[Value]]) -> tuple[str, str] | None:
    """The fewest hours in a row that hold half of the losses, from and until; None without any."""
    lost = [0.0] * 24
    for row in rows:
        if isinstance(row[0], str) and isinstance(row[1], float):
            lost[int(row[0][:2])] = row[1]
    total = sum(lost)
    if not total:
        return None
    for length in range(1, 25):
        windows = [(sum(lost[first : first + length]), -first) for first in range(25 - length)]
        most, first = max(windows)
        if 2 * most >= total:
            return f"{-first:02}:00", f"{-first + length:02}:00"
    return None


WEEKDAYS = (
    *(N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday")),
)


def _days_asked(within: Slice) -> Sequence[Question]:
    return [within.question("lcr", "day")]


def _weekdays(within: Slice, answers: Sequence[Answer]) -> Findings:
    (by_day,) = answers
    zone = within.period.timezone
    lost, of, days = ([0.0] * 7 for _ in range(3))
    for point in by_day.points:
        assert point.start is not None
        weekday = to_local(point.start, zone).weekday()
        days[weekday] += 1
        lost[weekday] += point.fact.numerator or 0.0
        of[weekday] += point.fact.denominator or 0.0
    columns = (
        Column("weekday", N_("Day of the week")),
        Column("days", N_("Days"), Unit.COUNT),
        Column("lost", N_("Lost"), Unit.COUNT),
        Column("per_day", N_("A day"), None, 1),
        Column("lcr", N_("LCR"), Unit.PERCENT, 1),
    )
    rows = tuple(
        (_weekday_name(n), days[n], lost[n], lost[n] / days[n], 100 * lost[n] / of[n] if of[n] else None)
        for n in range(7)
        if days[n]
    )
    return Findings((), columns, rows)


def _weekday_name(weekday: int) -> Message:
    return note(WEEKDAYS[weekday])


def _grid_asked(within: Slice) -> Sequence[Question]:
    return [within.question("losses", "hour")]


def _grid(within: Slice, answers: Sequence[Answer]) -> Findings:
    found: dict[tuple[int, int], float] = defaultdict(float)
    for point in answers[0].points:
        assert point.start is not None
        local = to_local(point.start, within.period.timezone)
        found[local.weekday(), local.hour] += point.fact.value or 0.0
    used = [hour for hour in range(24) if any(found[day, hour] for day in range(7))]
    hours = list(range(used[0], used[-1] + 1)) if used else []
    columns = (Column("weekday", N_("Day of the week")), *(Column(str(h), str(h), Unit.COUNT) for h in hours))
    rows: list[tuple[Value, ...]] = []
    if hours:
        rows += [(_weekday_name(day), *(found[day, hour] for hour in hours)) for day in range(7)]
    return Findings((), columns, tuple(rows))


def _peaks_asked(within: Slice) -> Sequence[Question]:
    return [within.question(LOST.metric)]


def _peaks(within: Slice, answers: Sequence[Answer]) -> Findings:
    """Episodes of losses out of the usual, line by line."""
    (answer,) = answers
    around, marks = weeks_around(within.period), day_marks(within.calculator)
    counts = LOST.by_line(within.calculator, within.line, within.filters, around)
    begins, known_to = within.calculator.coverage.first_event(answer.metric), answer.as_of or within.period.end
    left_out = {line: marks.left_out(line, "call", around) for line in counts}
    found = [
        (line, episode)
        for line, of in counts.items()
        for episode in episodes(of, within.period, begins, known_to, left_out[line])
    ]
    found.sort(key=lambda each: (each[1].start, str(each[0])))
    columns = (
        Column("line", N_("Line")),
        Column("start", N_("From")),
        Column("end", N_("Until")),
        Column("lost", N_("Lost"), Unit.COUNT),
        Column("usual", N_("Usually"), None, 1),
    )
    rows = tuple(
        (line_title(within.calculator, line) if line else None, e.start, e.end, e.cases, e.usual) for line, e in found
    )
    marked = frozenset[date]().union(*left_out.values())
    return Findings(tuple(left_out_said(marked, within.period.timezone)), columns, rows)


def _list_asked(within: Slice) -> Sequence[Question]:
    return [within.question("clients_pending")]


def _list(within: Slice, answers: Sequence[Answer]) -> Findings:
    """The clients who may still be won back, each by the latest loss, with what is left of the time for it."""
    calculator, known_to = within.calculator, answers[0].as_of or within.calculator.now
    lines = calculator.centre.members(within.line) if within.line else None
    query = Query(answers[0].metric, within.period, lines, (LINE,), within.filters)
    of_client: dict[str, dict[str, Any]] = {}
    for behind in calculator.rows_behind([query], MOST_TO_CALL):
        for values in behind.rows:
            row = dict(zip(behind.columns, values, strict=False))
            known = of_client.get(row["client_id"])
            if known is None or row["at"] > known["at"]:
                of_client[row["client_id"]] = row
    window_s = calculator.centre.recovery_hours * 3600
    rows: list[tuple[Value, ...]] = []
    for client, row in sorted(of_client.items(), key=lambda each: (each[1]["at"], each[0])):
        left_s = window_s - (known_to - row["at"]).total_seconds()
        line = line_title(calculator, row["line"]) if row["line"] else None
        rows.append((client, line, row["at"], float(row["losses"]), float(row["attempts"]), left_s))
    columns = (
        Column("client", N_("Client"), of=CLIENT),
        Column("line", N_("Line")),
        Column("lost_at", N_("Lost at")),
        Column("losses", N_("Losses"), Unit.COUNT),
        Column("attempts", N_("Attempts"), Unit.COUNT),
        Column("left", N_("Time left"), Unit.DURATION),
    )
    return Findings((), columns, tuple(rows))


def _summary(session: Session, result: ReportResult) -> Iterator[Message]:
    """Yield what the numbers below bear."""
    localizer = session.localizer
    lost, lcr = result.fact("losses").value, result.fact("lcr").value
    if lost is None or lcr is None:
        return
    if not lost:
        yield note("No call was lost.")
        return
    calls = note(
        "{number} call was lost ({share})",
        "{number} calls were lost ({share})",
        n=int(lost),
        number=numbers.plain(localizer, exact(lost), 0),
        share=result.figure("lcr").fact,
    )
    clients, left = result.fact("clients").value, result.fact("not_recovered").value
    if not result.asks("clients", "not_recovered"):
        yield note("{calls}.", calls=calls)
    elif clients is None or left is None:
        yield note("{calls}; clients are not written down.", calls=calls)
    else:
        known = result.fact("lcr_clients").value is not None
        yield note(
            "{calls}: {clients} clients, {left} not won back ({share} of those who called), {pending} still waiting.",
            calls=calls,
            clients=int(clients),
            left=int(left),
            share=result.figure("lcr_clients").fact if known else "—",
            pending=int(result.fact("pending").value or 0),
        )
    hours = next((each for each in result.analyses if each.spec.key == "losses.hours"), None)
    if hours:
        yield from hours.findings.sentences
    speed, twice = result.fact("callback").value, result.fact("twice").value
    if speed is not None and twice is not None:
        yield note(
            "We call back within {minutes} min (median); lost twice in a row: {n}.",
            minutes=numbers.plain(localizer, exact(speed / 60), 0),
            n=int(twice),
        )


def _picture(session: Session, result: ReportResult) -> object:
    from digests.pictures.losses import outcomes  # charts are not worth loading for a text

    return outcomes(session, result)


LOSSES = Declared(
    SPEC,
    analyses={
        "losses.hours": Analysis(_hours_asked, _hours),
        "losses.weekdays": Analysis(_days_asked, _weekdays),
        "losses.grid": Analysis(_grid_asked, _grid),
        "losses.peaks": Analysis(_peaks_asked, _peaks),
        "losses.list": Analysis(_list_asked, _list),
    },
    pictures={"losses": _picture},
    summary=_summary,
)
