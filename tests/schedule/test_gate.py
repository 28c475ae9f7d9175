"""May it be posted? A centre of forty calls a day, Monday to Friday, on lines of 28 and 12, for eight weeks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from digests.engine import evaluate
from digests.gate import gaps, marked
from digests.localizer import Localizer
from digests.model import FigureSpec, Group, ReportSpec, Section
from digests.result import ReportResult, Session
from metrics.centre import Centre
from metrics.periods import parse
from metrics.plans.plans import Plans
from tests.kit import MOSCOW, House, answered

HALF = "2026-06-01..2026-06-15"
CALLS = FigureSpec("calls", "calls", None, "Calls")
SALES = FigureSpec("sales", "calls", "sales", "Calls, sales")
SERVICE = FigureSpec("service", "sl", "service", "Service level")
HOLIDAY = date(2026, 6, 12)
CENTRE = Centre(timezone=MOSCOW, extra_holidays=frozenset({HOLIDAY}))
PER_DAY = {"sales": 28, "service": 12}
# Half of a day's calls come by the end of the tenth hour, half of the twentieth.
HOURS = ("10:59", "20:59")


def house(tmp_path: Path, *, without: Iterable[str] = (), until: str | None = None, first: str = "2026-04-06") -> House:
    """Calls of every working day up to the 15th of June; `without`: days, or lines of days, on which none came."""
    made = House(tmp_path, CENTRE, now="2026-06-16 10:00")
    start = date.fromisoformat(first)
    rows = []
    for day in (start + timedelta(days=n) for n in range((date(2026, 6, 15) - start).days + 1)):
        if day.weekday() >= 5 or day == HOLIDAY or str(day) in without:
            continue
        for line, count in PER_DAY.items():
            if f"{day} {line}" not in without:
                rows += [answered(f"{day} {hour}", line=line) for hour in HOURS for _ in range(count // 2)]
    made.calls(*rows, complete_to=until or "2026-06-16 06:00")
    return made


def report(made: House, specs: Sequence[FigureSpec], period: str, localizer: Localizer) -> tuple[Session, ReportResult]:
    """A report of these figures alone."""
    calculator = made.calculator()
    session = Session(calculator, Plans(calculator), localizer)
    spec = ReportSpec("report", "Report", (Section("Section", (Group(tuple(specs)),)),))
    return session, evaluate(session, spec, parse(period, MOSCOW))


def found(made: House, *specs: FigureSpec, period: str = HALF, language: str = "en") -> list[str]:
    localizer = Localizer(language, MOSCOW, date(2026, 6, 16))
    said = gaps(*report(made, specs or (CALLS, SALES, SERVICE), period, localizer))
    return [localizer.say(each).replace("\N{NO-BREAK SPACE}", " ") for each in said]


def test_a_whole_half_month_may_be_posted(tmp_path: Path) -> None:
    # The 12th is a holiday and the 6th, 7th, 13th and 14th are weekends: nobody expects calls then.
    assert found(house(tmp_path)) == []


def test_records_that_end_when_the_last_call_came_are_in(tmp_path: Path) -> None:
    # No import says how far it goes; the last call was at 20:59, and later none is usual.
    assert found(house(tmp_path, until="2026-06-15 20:59")) == []


def test_records_that_end_in_the_morning_are_not_in(tmp_path: Path) -> None:
    # On the last day the fifteen calls of 20:59 are missing.
    made = House(tmp_path, CENTRE, now="2026-06-16 10:00")
    rows = []
    for day in (date(2026, 4, 6) + timedelta(days=n) for n in range(71)):
        if day.weekday() < 5 and day != HOLIDAY:
            hours = HOURS[:1] if day == date(2026, 6, 15) else HOURS
            rows += [answered(f"{day} {hour}", line="sales") for hour in hours for _ in range(15)]
    made.calls(*rows)
    assert found(made, SALES) == ["Calls: the records end on June 15, 11:00"]


def test_nine_that_are_still_to_come_may_be_chance(tmp_path: Path) -> None:
    few = House(tmp_path, CENTRE, now="2026-06-16 10:00")
    days = [date(2026, 4, 6) + timedelta(days=n) for n in range(71)]
    # Nine a day: none on the last working day is not more than chance, none on the last two is.
    few.calls(*[answered(f"{day} 10:59") for day in days if day.weekday() < 5 and day < HOLIDAY for _ in range(9)])
    assert found(few, CALLS) == []
    fewer = House(tmp_path / "fewer", CENTRE, now="2026-06-16 10:00")
    fewer.calls(
        *[answered(f"{day} 10:59") for day in days if day.weekday() < 5 and day < date(2026, 6, 11) for _ in range(9)]
    )
    assert found(fewer, CALLS) == ["Calls: the records end on June 10, 11:00"]


def test_a_day_far_below_its_usual_volume(tmp_path: Path) -> None:
    made = house(tmp_path, without=["2026-06-03", "2026-06-09"])
    # Of forty usual calls seven are less than a fifth, and eight are not.
    made.calls(*[answered("2026-06-03 12:00", line="sales")] * 7, *[answered("2026-06-09 12:00", line="service")] * 8)
    assert found(made, CALLS) == ["Calls, June 3: 7, and 40 are usual"]


def test_days_that_are_marked_teach_nothing_of_what_is_usual(tmp_path: Path) -> None:
    """Of eight Wednesdays three had none: of 185 calls a week an eighth, 23, is usual on that day."""
    down = ["2026-04-08", "2026-04-15", "2026-04-22"]
    made = house(tmp_path, without=[*down, "2026-06-03"])
    made.calls(*[answered("2026-06-03 12:00", line="sales")] * 7)
    assert found(made, CALLS) == []
    made.put("day_marks", [{"mark_id": day, "starts_on": day, "kind": "exclude"} for day in down])
    assert found(made, CALLS) == ["Calls, June 3: 7, and 40 are usual"]


def test_a_line_without_calls_on_a_working_day(tmp_path: Path) -> None:
    made = house(tmp_path, without=["2026-06-03 service", "2026-06-04 service"])
    assert found(made) == ["Calls, service: none on June 3, June 4"]
    # A digest that does not name the line does not ask for it.
    assert found(made, CALLS, SALES) == []


def test_where_nothing_is_usual_yet_a_silent_day_is_told_of(tmp_path: Path) -> None:
    made = house(tmp_path, first="2026-06-01", without=["2026-06-03"])
    assert found(made, SALES) == ["Calls, sales: none on June 3"]


def test_a_figure_without_data_and_a_plan_that_is_missing(tmp_path: Path) -> None:
    made = house(tmp_path)
    planned = FigureSpec("lcr", "lcr", "sales", "LCR", plan=True)
    chats = FigureSpec("chats", "chats", None, "Chats")
    assert found(made, planned, chats) == ["no data: Chats", "no plan: LCR"]
    made.plan("lcr", "month", "2026-06-01", 3, "sales")
    assert found(made, planned) == []


def test_a_day_that_is_not_imported_at_all(tmp_path: Path) -> None:
    made = house(tmp_path, without=["2026-06-15"], until="2026-06-13 00:00")
    said = found(made, CALLS, period="2026-06-15")
    assert said == ["Calls: the records end on June 13, 00:00", "no data: Calls"]


def test_a_period_that_goes_on_is_looked_at_up_to_today(tmp_path: Path) -> None:
    assert found(house(tmp_path), period="2026-06-16..2026-06-30") == []
    assert found(house(tmp_path), CALLS, period="2026-06-01..2026-06-30") == []


def test_what_the_reader_is_told(tmp_path: Path) -> None:
    made = house(tmp_path, without=["2026-06-03"])
    localizer = Localizer("en", MOSCOW, date(2026, 6, 16))
    text = marked(gaps(*report(made, (CALLS,), HALF, localizer)), localizer)
    assert text.replace("\N{NO-BREAK SPACE}", " ") == (
        "This digest is not complete: Calls, June 3: 0, and 40 are usual."
    )
