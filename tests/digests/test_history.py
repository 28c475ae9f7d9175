"""What figures were before: the half months in a line, the comparable one and the one a year ago as figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from digests.compose import make, with_background
from digests.document import Facts
from digests.engine import evaluate
from digests.history import FigureHistory, part_of
from digests.localizer import Localizer
from digests.model import FigureSpec, Group, ReportSpec, Section
from digests.pictures import prepared, scoreboard
from digests.result import Session
from metrics.periods import parse
from metrics.plans.plans import Plans
from tests.kit import MOSCOW, House, answered, lost

FIGURES = (
    FigureSpec("calls", "calls", None, "Calls", plan=True),
    FigureSpec("lcr", "lcr", None, "Lost", plan=True),
)
SPEC = ReportSpec("daily", "Digest", (Section("Service", (Group(FIGURES),)),), pictures=("scoreboard",))


def centre(root: Path, now: str = "2026-06-16 12:00", until: str = "2026-06-16 00:00") -> House:
    """Calls of the half months of May and June: 2, 3 (one lost), 4 (two lost, one on the 12th); in June 2025 5."""
    house = House(root, now=now)
    house.calls(
        *(answered(f"2025-06-0{day} 10:00") for day in range(1, 6)),
        *(answered(f"2026-05-0{day} 10:00") for day in (4, 5)),
        *(answered(f"2026-05-2{day} 10:00") for day in (4, 5)),
        lost("2026-05-26 10:00"),
        *(answered(f"2026-06-0{day} 10:00") for day in (1, 2)),
        lost("2026-06-03 10:00"),
        lost("2026-06-12 10:00"),
        complete_to=until,
    )
    for start, calls in (("2026-05-01", 3), ("2026-05-16", 4), ("2026-06-01", 6)):
        house.plan("calls", "half_month", start, calls)
        house.plan("lcr", "half_month", start, 40)
    return house


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def session(house: House) -> Session:
    calculator = house.calculator()
    return Session(calculator, Plans(calculator), Localizer("ru", MOSCOW, house.now.date()))


def trends(house: House, period: str) -> dict[str, FigureHistory]:
    opened = session(house)
    return dict(with_background(opened, evaluate(opened, SPEC, parse(period, MOSCOW))).history)


def values(trend: FigureHistory) -> list[float | None]:
    return [point.fact.value for point in trend.points]


def test_a_half_month_stands_at_the_end_of_the_twelve_before_it(tmp_path: Path) -> None:
    found = trends(centre(tmp_path), "2026-06-01..2026-06-15")

    calls = found["calls"]
    assert len(calls.points) == 13
    assert values(calls)[-3:] == [2, 3, 4]
    assert [point.plan for point in calls.points][-3:] == [3, 4, 6]
    assert calls.before is not None
    assert calls.before.fact.value == 2  # of 1-15 May
    assert calls.year_before is not None
    assert calls.year_before.fact.value == 5
    assert values(found["lcr"])[-3:] == [0, 100 / 3, 50]


def test_of_a_half_month_that_goes_on_a_volume_has_no_end_and_is_compared_with_as_much(tmp_path: Path) -> None:
    """Noon of 5 June: 3 of the 4 calls are known; up to noon of 5 May there were 2, up to noon of 5 June 2025 all 5."""
    house = centre(tmp_path, now="2026-06-05 12:00", until="2026-06-05 12:00")
    found = trends(house, "2026-06-01..2026-06-15")

    calls = found["calls"]
    assert values(calls)[-3:] == [2, 3, None]
    assert calls.points[-1].plan is None
    assert (calls.before and calls.before.fact.value, calls.year_before and calls.year_before.fact.value) == (2, 5)
    assert values(found["lcr"])[-1] == 100 / 3


def test_what_failed_says_its_gap_and_what_it_was_in_the_picture_and_in_the_document(tmp_path: Path) -> None:
    opened = session(centre(tmp_path))
    period = parse("2026-06-01..2026-06-15", MOSCOW)
    result = with_background(opened, evaluate(opened, SPEC, period))
    setting = prepared(opened.calculator, opened.plans, result.figures, SPEC, period, opened.localizer)
    board = scoreboard.build(replace(setting, history=result.history))
    assert board is not None
    ((calls, missed),) = [group.rows for group in board.groups]

    assert (plain(missed.label), plain(missed.gap)) == ("+25 %", "+10 п. п.")
    assert plain(missed.past) == "1–15 мая: 0 %, год назад: 0 %"
    assert (calls.gap, calls.past, calls.trend[-3:]) == ("", "", (2, 3, 4))
    assert board.trend == "полгода"

    document = make(opened, SPEC, period, pictures=True).document
    rows = {row.label: row for block in document.blocks if isinstance(block, Facts) for row in block.rows}
    past = rows[opened.localizer("Calls")].trend
    assert past is not None
    assert plain(past.said) == "1–15 мая: 2, год назад: 5"
    assert (past.values[-3:], past.plans[-3:]) == ((2, 3, 4), (3, 4, 6))


def test_what_missed_its_plan_says_on_which_days(tmp_path: Path) -> None:
    """Half of four calls were lost against 40 %: each lost one is (100 - 40) / 4 too much, each other 40 / 4 less."""
    opened = session(centre(tmp_path))
    document = make(opened, SPEC, parse("2026-06-01..2026-06-15", MOSCOW), pictures=True).document
    rows = {row.label: row for block in document.blocks if isinstance(block, Facts) for row in block.rows}

    why = rows[opened.localizer("Lost")].why
    assert why is not None
    assert [plain(" | ".join(row)) for row in why.rows] == [
        "3 июня | +15 п. п. | 100%, 1 из 1",
        "12 июня | +15 п. п. | 100%, 1 из 1",
        "1 июня | −10 п. п. | 0%, 0 из 1",
        "2 июня | −10 п. п. | 0%, 0 из 1",
        "Всего | +10 п. п. | 50%",
    ]
    assert rows[opened.localizer("Calls")].why is None  # nothing says whether more calls are better


def test_periods_of_no_kind_have_no_past(tmp_path: Path) -> None:
    kinds = {
        "2026-06": "month",
        "2026-05-16..2026-05-31": "half_month",
        "2026-06-08..2026-06-14": "week",
        "2026-06-09..2026-06-15": None,
        "2026-06-15": "day",
        "2026-04-01..2026-06-30": None,
    }
    assert {period: part_of(parse(period, MOSCOW)) for period in kinds} == kinds
    assert trends(centre(tmp_path), "2026-06-02..2026-06-09") == {}
