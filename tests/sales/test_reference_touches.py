"""Touches, times, tasks, visits and costs of random small towns against the definitions walked through by hand.

A few towns each time; `make reference`, or SVODKA_SEEDS=200, tries as many as one likes.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import mean, median

import pytest

from metrics.centre import Centre
from tests.sales.chance import END, NOW, PERIOD, START, records
from tests.sales.deals import STAGES
from tests.sales.world import Row, Sales

SEEDS = range(int(os.environ.get("SVODKA_SEEDS", "2")))
KINDS = {str(stage["stage"]): str(stage["kind"]) for stage in STAGES}


def within(moment: datetime | None) -> bool:
    return moment is not None and START <= moment < END


def ordered(rows: list[Row], *by: str) -> list[Row]:
    return sorted(rows, key=lambda row: tuple(row[name] for name in by))


@dataclass(frozen=True)
class Life:
    """What became of a deal."""

    deal: Row
    way: list[tuple[datetime, str]]
    signed: datetime | None
    lost: datetime | None
    before_lost: str | None

    @property
    def ended(self) -> datetime | None:
        when, stage = self.way[-1]
        return when if KINDS[stage] in ("won", "lost") else None


def lived(deal: Row, rows: list[Row]) -> Life:
    way = [(row["entered_at"], row["stage"]) for row in ordered(rows, "entered_at", "change_id")]
    if not way or way[0][0] > deal["created_at"]:
        way.insert(0, (deal["created_at"], "new"))
    way = [each for n, each in enumerate(way) if not n or each[1] != way[n - 1][1]]
    others = [n for n, (_, stage) in enumerate(way) if KINDS[stage] not in ("won", "lost")]
    sales = [when for n, (when, stage) in enumerate(way) if stage == "won" and not any(n < other for other in others)]
    lost = way[-1][0] if way[-1][1] == "lost" else None
    return Life(deal, way, sales[0] if sales else None, lost, way[-2][1] if len(way) > 1 else None)


PATH = ("new", "call", "visit", "here", "won")


def moves(life: Life) -> list[float]:
    """The times from stage to stage that ended in the half month: from the last entry before that was not used yet."""
    found = []
    others = [n for n, (_, stage) in enumerate(life.way) if KINDS[stage] not in ("won", "lost")]
    for n, (when, stage) in enumerate(life.way):
        taken_back = stage == "won" and any(n < other for other in others)
        if stage not in PATH[1:] or taken_back or not within(when):
            continue
        last = max((k for k in range(n) if life.way[k][1] == stage), default=-1)
        before = PATH[PATH.index(stage) - 1]
        if starts := [life.way[k][0] for k in range(last + 1, n) if life.way[k][1] == before]:
            found.append((when - starts[-1]).total_seconds())
    return found


def gaps(touches: list[Row]) -> list[float]:
    """The pauses between neighbouring touches of a deal by people, by the later one."""
    mine = [touch["at"] for touch in ordered(touches, "at", "touch_id") if not touch["is_auto"]]
    return [(b - a).total_seconds() for a, b in pairwise(mine) if within(b)]


def since_touched(life: Life, touches: list[Row]) -> list[float]:
    """From the last touch by a person to each entry into a stage behind creation."""
    by_people = [touch["at"] for touch in touches if not touch["is_auto"]]
    found = []
    for when, _ in life.way[1:]:
        if within(when) and (before := [at for at in by_people if at <= when]):
            found.append((when - max(before)).total_seconds())
    return found


def rebooked(visits: list[Row]) -> list[float]:
    """From a deal's first booking, if it was missed, to its next one; a move is no booking."""
    booked = [v for v in visits if v["kind"] == "consultation" and v["booked_at"] and v["moved_from"] is None]
    booked = ordered([v for v in booked if v["booked_at"] <= NOW], "booked_at", "visit_id")
    if len(booked) < 2 or outcome(booked[0]) != "no_show" or not within(booked[1]["booked_at"]):
        return []
    return [(booked[1]["booked_at"] - booked[0]["booked_at"]).total_seconds()]


def outcome(visit: Row) -> str | None:
    """What became of a visit, as far as that is known by now."""
    return visit["outcome"] if visit["outcome_at"] and visit["outcome_at"] <= NOW else None


def average(values: Iterable[float]) -> float | None:
    found = list(values)
    return mean(found) if found else None


def by_id(rows: dict[str, list[Row]]) -> dict[str, Row]:
    return {deal["deal_id"]: deal for deal in rows["deals"]}


def survivor(cards: dict[str, Row], deal: str) -> str:
    """The deal that another was merged into, or itself."""
    return cards[deal].get("merged_into") or deal


def touched(rows: dict[str, list[Row]], lives: dict[str, Life]) -> list[Row]:
    """Every touch once, with the deal that it is of."""
    cards = by_id(rows)
    once: dict[object, Row] = {}
    for touch in sorted(rows["touches"], key=lambda row: (row["deal_id"] is None, row["touch_id"])):
        if touch["at"] <= NOW:
            call = (touch["call_id"], touch["direction"]) if touch["call_id"] else touch["touch_id"]
            once.setdefault(call, touch)
    found = []
    for touch in once.values():
        if touch["deal_id"] is not None:
            deal = survivor(cards, touch["deal_id"])
            found.append({**touch, "of": deal if deal in lives else None})
            continue
        theirs = [
            each for each in lives.values() if touch["client_id"] and touch["client_id"] == each.deal["client_id"]
        ]
        at, born = touch["at"], lambda life: (life.deal["created_at"], life.deal["deal_id"])
        was = [each for each in theirs if born(each)[0] <= at and (each.ended is None or each.ended >= at)]
        soon = [each for each in theirs if at < born(each)[0] <= at + timedelta(minutes=60)]
        of = max(was, key=born) if was else None
        if of is None and soon:
            first = min(born(each)[0] for each in soon)
            of = max((each for each in soon if born(each)[0] == first), key=born)
        found.append({**touch, "of": of.deal["deal_id"] if of else None})
    return found


def answered(touch: Row) -> bool:
    return touch["channel"] == "call" and touch["outcome"] == "answered"


def spoke(touch: Row) -> bool:
    inbound = touch["direction"] == "in" and touch["channel"] in ("sms", "message", "email")
    return not touch["is_auto"] and (answered(touch) or touch["channel"] == "meeting" or inbound)


def tried(touch: Row) -> bool:
    return not touch["is_auto"] and (touch["direction"] == "out" or answered(touch) or touch["channel"] == "meeting")


def windows(rows: list[Row]) -> list[float]:
    """The gaps between the tasks that people had planned on a day."""
    by_day = defaultdict(list)
    for task in ordered([row for row in rows if not row["all_day"] and within(row["due_at"])], "due_at", "task_id"):
        by_day[task["agent_id"], task["due_at"].date()].append(task)
    gaps = []
    for planned in by_day.values():
        free = planned[0]["due_at"]
        for task in planned:
            if task["due_at"] > free:
                gaps.append((task["due_at"] - free).total_seconds())
            free = max(free, task["due_at"] + timedelta(seconds=task["duration_s"]))
    return gaps


def spent(cost: Row) -> float:
    """What of a cost lies in the half month: days bear whole kopecks, the first ones those that are left over."""
    if cost["kind"] not in ("media", "agency") and cost["origin"] is None:
        return 0.0
    days = ((cost["ends_on"] or cost["starts_on"]) - cost["starts_on"]).days + 1
    each, more = divmod(abs(round(cost["amount"] * 100)), days)
    shares = [each + (n < more) for n in range(days)]
    mine = sum(share for n, share in enumerate(shares) if within(cost["starts_on"] + timedelta(days=n)))
    return mine / 100 * (1 if cost["amount"] > 0 else -1)


def expected(rows: dict[str, list[Row]]) -> dict[str, float | None]:
    """Every figure as the definitions say; None where there is nothing to divide by."""
    cards = by_id(rows)
    lives = {
        deal["deal_id"]: lived(deal, [row for row in rows["deal_stages"] if row["deal_id"] == deal["deal_id"]])
        for deal in rows["deals"]
        if not deal.get("deleted") and not deal.get("merged_into") and deal["created_at"] <= NOW
    }
    touches = touched(rows, lives)
    first_touch, first_talk = list[float](), list[float]()
    for deal, life in lives.items():
        mine, created = [touch for touch in touches if touch["of"] == deal], life.deal["created_at"]
        born = any(touch["channel"] == "call" and spoke(touch) and touch["at"] <= created for touch in mine)
        if within(created) and not born:
            for into, what in ((first_touch, tried), (first_talk, spoke)):
                if moments := [touch["at"] for touch in mine if what(touch)]:
                    into.append(max((min(moments) - created).total_seconds(), 0.0))
    signed = [life for life in lives.values() if within(life.signed)]
    lost = [life for life in lives.values() if within(life.lost)]

    def up_to(life: Life, moment: datetime | None, channel: str | None = None) -> int:
        assert moment is not None
        mine = [touch for touch in touches if touch["of"] == life.deal["deal_id"] and touch["at"] <= moment]
        return sum(channel in (None, touch["channel"]) for touch in mine)

    def took(life: Life, moment: datetime | None) -> float:
        assert moment is not None
        return max((moment - life.deal["created_at"]).total_seconds(), 0.0)

    visits = [
        visit | {"kind": visit["kind"] or "consultation"}
        for visit in rows["visits"]
        if survivor(cards, visit["deal_id"]) in lives and visit["at"] <= NOW
    ]
    held = [v for v in visits if v["kind"] == "consultation" and within(v["scheduled_at"])]

    of_deal = {deal: [touch for touch in touches if touch["of"] == deal] for deal in lives}
    visits_of = {deal: [v for v in visits if survivor(cards, v["deal_id"]) == deal] for deal in lives}
    done = [task for task in rows["tasks"] if within(task["completed_at"])]
    return {
        "touches": sum(within(touch["at"]) for touch in touches),
        "first_touch": mean(first_touch) if first_touch else None,
        "first_touch_median": median(first_touch) if first_touch else None,
        "first_contact": mean(first_talk) if first_talk else None,
        "touches_to_contract": mean(up_to(life, life.signed) for life in signed) if signed else None,
        "touches_to_disposal": mean(up_to(life, life.lost) for life in lost) if lost else None,
        "sms_to_disposal": mean(up_to(life, life.lost, "sms") for life in lost) if lost else None,
        "time_to_contract": mean(took(life, life.signed) for life in signed) if signed else None,
        "time_to_disposal": mean(took(life, life.lost) for life in lost) if lost else None,
        "bookings": sum(
            v["kind"] == "consultation" and v["moved_from"] is None and within(v["booked_at"]) for v in visits
        ),
        "came": sum(outcome(visit) == "came" for visit in held),
        "no_shows": sum(outcome(visit) == "no_show" for visit in held),
        "moves_n": sum(len(moves(life)) for life in lives.values()),
        "moves_mean": average(took for life in lives.values() for took in moves(life)),
        "touch_gap": average(gap for mine in of_deal.values() for gap in gaps(mine)),
        "touch_to_stage": average(each for deal, life in lives.items() for each in since_touched(life, of_deal[deal])),
        "rebooking": average(took for mine in visits_of.values() for took in rebooked(mine)),
        "tasks_done": len(done),
        "task_window": average(windows(rows["tasks"])),
        "marketing_cost": sum(spent(cost) for cost in rows["costs"]),
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_are_what_walking_the_rows_gives(seed: int) -> None:
    rows = records(seed)
    town = Sales(rows, "06-16 15:00", Centre(timezone="UTC"), derives=seed % 2 == 0)
    told = {key: town.ask(key, period=PERIOD).fact for key in expected(rows)}
    town.records.close()
    # What no row ever tells of is said to be so, and is no figure.
    found = {key: fact.value for key, fact in told.items() if fact.missing is None or fact.denominator == 0}
    by_hand = {key: value for key, value in expected(rows).items() if key in found}
    assert found == {key: value if value is None else pytest.approx(value) for key, value in by_hand.items()}
    assert len(found) > 8
