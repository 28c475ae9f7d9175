"""The back office: the fewest hours a day with nothing late, from the tickets that are open and those to come.

Ten tickets come at ten of every working day: five are closed at once, five after five days. Each takes six minutes. On
Monday the 22nd five of Wednesday, Thursday and Friday each are open, and due after two working days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from digests.load.plan import load_plan
from digests.load.tables import backlog, summary
from metrics.centre import Centre, Load, LoadRules, TimeRules
from metrics.load import DESK
from metrics.load.back_office import Desk, back_office
from metrics.periods import days
from tests.kit import MOSCOW, House

FIRST, TODAY, FRIDAY = date(2026, 4, 20), date(2026, 6, 22), date(2026, 6, 26)
CENTRE = Centre(
    timezone=MOSCOW,
    time=TimeRules(results=(("closed", ("tickets",)),)),
    load=Load(LoadRules(shrinkage=0.2, given=frozenset({"shrinkage"}))),
)


def _events() -> Iterator[dict[str, object]]:
    for number in range((TODAY - FIRST).days):
        day = FIRST + timedelta(days=number)
        if day.weekday() < 5:
            for n in range(10):
                closed = day + timedelta(days=n % 2 * 5)
                for kind, on, at in (("routed", day, "10:00"), ("closed", closed, "10:30")):
                    if on < TODAY:
                        ticket = f"{day}-{n}"
                        yield {
                            "event_id": f"{ticket}-{kind}",
                            "ticket_id": ticket,
                            "kind": kind,
                            "at": f"{on} {at}",
                            "agent_id": "a" if kind == "closed" else None,
                        }


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    made = House(tmp_path_factory.mktemp("desk"), CENTRE, now="2026-06-22 00:00")
    events = list(_events())
    made.put("ticket_events", events, complete_to="2026-06-22 00:00")
    closed = Counter(str(event["at"])[:10] for event in events if event["kind"] == "closed")
    made.put(
        "activities",
        [
            {
                "agent_id": "a",
                "started_at": f"{day} 11:00",
                "ended_at": f"{day} {11 + count * 6 // 60}:{count * 6 % 60:02}",
                "category": "work",
                "status": "tickets",
                "activity": "tickets",
            }
            for day, count in closed.items()
        ],
        complete_to="2026-06-22 00:00",
    )
    made.put(
        "shifts",
        [
            {
                "shift_id": f"s{n}",
                "channel": "desk",
                "starts_at": f"{TODAY + timedelta(days=n)} 10:00",
                "ends_at": f"{TODAY + timedelta(days=n)} 11:00",
            }
            for n in range(5)
        ],
    )
    return made


def test_the_fewest_hours_with_nothing_late() -> None:
    found = back_office((12,), (10, 30, 10), 2, present_hours=20)

    assert found.hours == 13
    assert found.backlog == (9, 26, 23)
    assert found.at_present == (2, 12, 2)
    assert back_office((12,), (10, 10, 10), 2).hours == 12
    assert back_office((4, 8), (10, 10, 10), 2).hours == 8.4, "two thirds are due a day later: 42 hours in five days"
    assert back_office((40,), (10,), 2).hours == 40, "what is late is due at once"


def test_what_is_open_and_what_comes_make_the_hours_of_a_day(house: House) -> None:
    plan = load_plan(house.calculator(), DESK, None, days(TODAY, FRIDAY, MOSCOW), None)
    desk = plan.desk

    assert isinstance(desk, Desk)
    assert (desk.ticket_s, desk.measured_days, desk.closed_share) == (360, 28, 1)
    assert desk.open_tickets == pytest.approx(15)
    assert desk.tickets.tolist() == pytest.approx([10] * 5)
    # Ten are due on Monday, five on Tuesday: an hour a day, which is what comes.
    assert desk.work.hours == pytest.approx(1.0)
    assert desk.work.backlog == pytest.approx((1.5,) * 5)
    assert desk.people == 1
    # An hour on the roster less a fifth: a fifth of an hour more is open every day.
    assert desk.present_hours == pytest.approx(0.8)
    assert desk.work.at_present == pytest.approx((1.7, 1.9, 2.1, 2.3, 2.5))
    assert "too few" in " ".join(map(str, summary(plan)))
    assert [row[0] for row in backlog(plan).rows] == [TODAY + timedelta(days=n) for n in range(5)]


def test_without_a_ticket_s_time_it_says_why(tmp_path: Path) -> None:
    unlogged = House(tmp_path, CENTRE, now="2026-06-22 00:00")
    unlogged.put("ticket_events", list(_events()), complete_to="2026-06-22 00:00")

    plan = load_plan(unlogged.calculator(), DESK, None, days(TODAY, FRIDAY, MOSCOW), None)

    assert "how long a ticket takes is not known" in str(backlog(plan).missing)
