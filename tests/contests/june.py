"""A contest of June among six people, few enough to count on one's fingers. Its three places want two reservations.

| day     | Анна | Борис | Вера | Глеб | Дарья | Егор |
| ------- | ---- | ----- | ---- | ---- | ----- | ---- |
| 10 June | 3    | 2     | 2    | 1    |       |      |
| 15 June | 1    | 3     |      | 1    | 1     |      |
| 30 June |      |       | 4    |      |       |      |

Two more of 15 June are nobody's. Анна, Борис and Егор are team Север, the others Юг.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.channels.protocol import Address
from bot.config import Config
from bot.contests.ledger import memo_of, read_ledger, subject_of
from bot.contests.posts import DailyPost, daily_post, spec_for
from bot.delivery import ledger
from bot.delivery.model import PlannedPart, Publication, Target
from bot.state.store import State, open_state
from digests.contest.rating import ContestSpec
from digests.localizer import Localizer
from metrics.contests.rules import Ledger
from metrics.periods import to_local
from tests.kit import MOSCOW, House

NAMES = {
    "a": "Анна Примерова",
    "b": "Борис Образцов",
    "v": "Вера Условная",
    "g": "Глеб Пробный",
    "d": "Дарья Мнимая",
    "e": "Егор Тестов",
}
DAYS = {
    "2026-06-10": {"a": 3, "b": 2, "v": 2, "g": 1},
    "2026-06-15": {"a": 1, "b": 3, "g": 1, "d": 1, None: 2},
    "2026-06-30": {"v": 4},
}
TARGET = Target("telegram", Address("-1"))
CONTEST: dict[str, Any] = {
    "key": "june",
    "title": "Курс на пентхаус",
    "metric": "reserves_in_call",
    "first": "2026-06-01",
    "last": "2026-06-30",
    "minimum": 2,
    "places": 3,
    "prizes": ["велосипед", "самокат"],
}


def reservation(day: str, agent: str | None, number: int) -> dict[str, Any]:
    """One made during a call, in the minute of its number after ten."""
    at = f"{day}T10:{number:02}"
    return {"reservation_id": f"{day} {agent} {number}", "reserved_at": at, "agent_id": agent, "in_call": True}


def lay(house: House) -> None:
    """Put the records of the table."""
    rows = [
        reservation(day, agent, number)
        for day, made in DAYS.items()
        for agent, count in made.items()
        for number in range(count)
    ]
    house.put("reservations", rows, complete_to="2026-07-03 00:00")
    teams = {key: "Север" if key in "abe" else "Юг" for key in NAMES}
    house.put("agents", [{"agent_id": key, "name": name, "team": teams[key]} for key, name in NAMES.items()])


@dataclass
class Office:
    """The contest, its records, and the state that remembers it."""

    house: House
    state: State
    config: Config

    @property
    def spec(self) -> ContestSpec:
        return spec_for(self.config, self.house.centre, self.house.now, "june")

    @property
    def localizer(self) -> Localizer:
        return Localizer("ru", MOSCOW, to_local(self.house.now, MOSCOW).date())

    @property
    def ledger(self) -> Ledger:
        return self.state.do(read_ledger, "june")

    def post(self, now: str, *, named: bool = True, localizer: Localizer | None = None) -> DailyPost | None:
        """The post of a moment, not recorded."""
        self.house.now = self.house.utc(now)
        return daily_post(self.house.calculator(), self.spec, self.ledger, localizer or self.localizer, named=named)

    def posted(self, now: str) -> DailyPost:
        """The post of a moment, and it is out."""
        made = self.post(now)
        assert made is not None
        at: datetime = self.house.now
        issue = Publication(subject_of("june"), now[:10], made.document, memo=memo_of(made.posted))
        self.state.do(deliver, issue, at)
        return made


def deliver(connection: sa.Connection, issue: Publication, at: datetime) -> None:
    """An issue is in a chat: what the ledger of deliveries has of it then."""
    number = ledger.keep(connection, issue, issue.document.title, at)
    plan = [PlannedPart("opening", "hash")]
    ledger.open_delivery(connection, number, issue, TARGET, plan, late=False, now=at)
    (delivery,) = ledger.unfinished(connection)
    part = ledger.next_part(connection, delivery.id, at)
    assert part is not None
    ledger.sent(connection, part.id, {}, at)
    assert ledger.next_part(connection, delivery.id, at) is None


def office(root: Path, **changed: Any) -> Office:
    """The contest with some settings changed, and its records."""
    house = House(root / "records")
    lay(house)
    config = Config(contests=[{**CONTEST, **changed}])
    return Office(house, open_state("sqlite:///state.db", root), config)
