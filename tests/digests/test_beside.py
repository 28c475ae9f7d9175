"""Why, and what moved together with it: measured facts of the same hours, against the same hours of earlier weeks."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from digests.request import Verb, Versus
from metrics.centre import Centre
from tests.digests.replying import LINES, TODAY, answer, figure, when
from tests.kit import MOSCOW, House, answered

TUESDAY = date(2026, 6, 16)
WHY = figure("sl", TODAY, "akc", verb=Verb.WHY, versus=Versus.PLAN)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """On four Tuesdays twelve calls at ten, all in time, four people at hand; today 24 calls, half of them late, two.

    A call takes 60 s, today 90 s. Half of a usual ten o'clock's calls are of keys, today 18 of 24.
    """
    found = House(tmp_path, Centre(timezone=MOSCOW, lines=LINES), now="2026-06-16 12:00")
    weeks = [TUESDAY - timedelta(weeks=n) for n in range(5)]
    for day in weeks:
        today = day == TUESDAY
        found.calls(
            *(
                answered(
                    f"{day} 10:{n:02}",
                    wait=99 if today and n % 2 else 9,
                    talk=90 if today else 60,
                    line="akc",
                    topic="keys" if n < 18 and (today or n % 2) else "money",
                )
                for n in range(24 if today else 12)
            ),
            answered(f"{day} 11:00", line="akc"),
            complete_to=f"{day} 12:00",
        )
        found.put(
            "activities",
            [
                {
                    "agent_id": f"a{n}",
                    "started_at": f"{day} 10:00",
                    "ended_at": f"{day} 11:00",
                    "status": "on",
                    "category": "ready" if n < (2 if today else 4) else "break",
                    "line": "akc",
                }
                for n in range(4)
            ],
            complete_to=f"{day} 12:00",
        )
    return found


def test_what_moved_in_the_same_hours_is_told_as_measured(house: House) -> None:
    told = answer(house, WHY)

    assert "In the same hours (today, June 16, 10:00–11:00), against the same ones of the 4 weeks before:" in told
    for fact in (
        "• inbound calls: 24, usually 12 (+100%)",
        "• on the line: 2 people, usually 4",
        "• breaks: 120 min in total, usually 0",
        "• AHT: 90 s, usually 60 s (+30 s)",
        '• topic "keys": 18, usually 6 (+200%)',
    ):
        assert fact in told, told
    assert "This is a measurement, not proof of a cause." in told


def test_without_a_plan_the_usual_moment_is_compared_with_and_it_says_so(house: House) -> None:
    told = answer(house, WHY)
    assert "• Against the week before (Tue, June 9, until 12:00): −48 pp, from 100%" in told
    assert "There is no plan for this: it is compared with the usual moment before." in told

    house.plan("sl", "month", "2026-06-01", 80, "akc")
    told = answer(house, WHY)
    assert "against a plan of 80%" in told
    assert "There is no plan" not in told


def test_what_is_as_usual_is_said_to_be(house: House) -> None:
    told = answer(house, figure("sl", when("2026-06-16"), "akc", verb=Verb.WHY, by="topic", versus=Versus.WEEK))
    # By topics it is of the whole day; the records begin at ten of the fourth Tuesday before.
    assert "(today, June 16, until 12:00), against the same ones of the 3 weeks before:" in told

    house.plan("sl", "month", "2026-06-01", 20, "akc")
    # What went well asks for no causes.
    assert "the same ones" not in answer(house, WHY)


def test_nothing_is_told_of_what_is_not_open_to_who_asks(house: House) -> None:
    told = answer(house, WHY, metrics=frozenset({"sl"}))

    for name in ("inbound calls", "AHT", "on the line", "breaks", "topic", "keys"):
        assert name not in told
