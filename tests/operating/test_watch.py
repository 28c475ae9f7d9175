"""What fails is told once per episode, and once that it is over; what comes and goes is one episode."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from bot.chat.health import MANY, AnswerHealth
from bot.operations.watch import Check, Intervals, Watch, undrawn_told
from bot.state.audit import AuditOutcome
from digests.images import attempt
from digests.localizer import Localizer
from tests.kit import House, answered
from warehouse.messages import Message, note
from warehouse.records import find_damage, unreadable

DOWN, UP = note("It is down."), note("It is up.")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Chat:
    """The operators' chat, as a list of what was told and what is over."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self._on: set[str] = set()

    async def tell(self, episode: str, text: Message) -> None:
        if episode not in self._on:
            self.said.append(str(text))
            self._on.add(episode)

    async def over(self, episode: str, text: Message | None = None) -> None:
        if episode in self._on:
            self.said.append(str(text))
            self._on.discard(episode)


class Watched:
    """One thing that is watched, and the time."""

    def __init__(self, patience_s: float, *, needed: bool = True) -> None:
        self.clock, self.chat, self.said = Clock(), Chat(), DOWN
        self.works = True
        self.watch = Watch([Check("it", note("it"), self._probe, UP, patience_s, needed)], self.chat, self.clock)

    async def _probe(self) -> Message | None:
        return None if self.works else self.said

    def after(self, seconds: float, *, works: bool) -> list[str]:
        self.clock.now += seconds
        self.works = works
        asyncio.run(self.watch.look())
        return self.chat.said


def test_what_is_back_within_its_patience_is_told_to_nobody() -> None:
    it = Watched(60)
    assert it.after(0, works=False) == []
    assert it.after(59, works=False) == []
    assert it.after(1, works=True) == []
    # Its patience begins anew.
    assert it.after(5, works=False) == []
    assert it.after(59, works=False) == []
    assert it.after(1, works=False) == ["It is down."]


def test_an_episode_is_told_once_and_is_over_when_it_has_held() -> None:
    it = Watched(0)
    assert it.after(0, works=False) == ["It is down."]
    assert it.after(500, works=False) == ["It is down."]
    # It comes and goes: still the same episode.
    assert it.after(5, works=True) == ["It is down."]
    assert it.after(5, works=False) == ["It is down."]
    assert it.after(5, works=True) == ["It is down."]
    assert it.after(Intervals().calm_s - 1, works=True) == ["It is down."]
    assert it.after(1, works=True) == ["It is down.", "It is up."]
    assert it.after(500, works=True) == ["It is down.", "It is up."]
    assert it.after(5, works=False) == ["It is down.", "It is up.", "It is down."]


def test_a_check_that_breaks_or_hangs_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken() -> Message | None:
        raise ZeroDivisionError

    async def hanging() -> Message | None:
        await asyncio.sleep(60)
        return None

    monkeypatch.setattr("secrets.token_hex", lambda _: "31aa")
    chat = Chat()
    watch = Watch(
        [Check("it", note("it"), broken, UP), Check("that", note("that"), hanging, UP)],
        chat,
        intervals=Intervals(timeout_s=0.1),
    )
    asyncio.run(watch.look())
    assert chat.said == ["The check of it broke; the log has it under 31aa.", "that does not answer within 0.1 s."]
    assert watch.failing() == ["it", "that"]


def test_what_was_not_looked_at_yet_is_not_ready_and_what_is_not_needed_may_fail() -> None:
    it = Watched(60)
    assert it.watch.failing() == ["it"]
    it.after(0, works=True)
    assert it.watch.failing() == []
    it.after(1, works=False)
    assert it.watch.failing() == ["it"]
    other = Watched(0, needed=False)
    assert other.watch.failing() == []
    other.after(1, works=False)
    assert other.watch.failing() == []


def test_questions_in_a_row_that_are_too_late_are_no_chance() -> None:
    health = AnswerHealth()
    for _ in range(MANY - 1):
        health.said(AuditOutcome.LATE, None)
    health.said(AuditOutcome.ANSWERED, None)
    assert health.late() is None
    for _ in range(MANY):
        health.said(AuditOutcome.LATE, None)
        health.said(AuditOutcome.UNCLEAR, None)  # says nothing about computing
    assert str(health.late()) == "Questions take too long: 3 in a row were given up."
    health.said(AuditOutcome.ANSWERED, None)
    assert health.late() is None


def test_a_fault_is_over_when_none_has_come_for_ten_minutes() -> None:
    clock = Clock()
    health = AnswerHealth(clock)
    health.said(AuditOutcome.FAILED, "ref 7f3a")
    clock.now = 600
    health.said(AuditOutcome.ANSWERED, None)
    assert str(health.fault()) == "Something of mine broke, ref 7f3a: the log has it."
    clock.now = 601
    assert health.fault() is None


def test_a_picture_that_cannot_be_drawn_is_told_with_its_reference_and_takes_nothing_with_it() -> None:
    clock = Clock()
    health = AnswerHealth(clock)

    def broken() -> str:
        raise RuntimeError("no glyph")

    with undrawn_told(health.undrawn):
        assert attempt("sl", lambda: "drawn", "") == "drawn"
        assert health.drawing() is None
        assert attempt("sl", broken, "") == ""
    told = str(health.drawing())
    assert re.fullmatch(r"A picture could not be drawn, .* ref [0-9a-f]{4} in the log\.", told)
    with undrawn_told(lambda _: None):
        attempt("sl", broken, "")
    assert str(health.drawing()) == told  # what is no longer watched is not told
    clock.now = 601
    assert health.drawing() is None


def test_records_that_are_cut_off_gone_or_damaged_within_are_found(tmp_path: Path) -> None:
    assert unreadable(tmp_path) is None  # nothing was ever imported
    house = House(tmp_path)
    house.calls(*(answered(f"2026-06-16T09:{minute:02}", line="inhouse") for minute in range(60)))
    assert unreadable(tmp_path) is None

    (file,) = tmp_path.glob("calls/*.parquet")
    whole = file.read_bytes()
    file.write_bytes(whole[:-100])
    assert f"calls/{file.name} is missing or damaged" in str(unreadable(tmp_path))
    file.unlink()
    assert f"calls/{file.name} is missing or damaged" in str(unreadable(tmp_path))
    # What a question stumbled upon is read as a whole; nobody else looks into every file.
    file.write_bytes(whole[:4] + bytes(len(whole) - 200) + whole[-196:])
    assert unreadable(tmp_path) is None
    found = find_damage(tmp_path, {"calls": house.lake.manifest().table("calls").files})
    assert "is missing or damaged" in str(unreadable(tmp_path, found))
    file.write_bytes(whole)
    assert unreadable(tmp_path, found) is None
    (tmp_path / "manifest.json").write_text("{")
    assert "The file manifest.json of the records is damaged" in str(unreadable(tmp_path))


def test_a_check_is_called_by_a_word_of_the_readers_language() -> None:
    slow = note("{check} does not answer within {seconds} s.", check=note("records"), seconds=20.0)
    assert Localizer("ru").say(slow).replace("\xa0", " ") == "Проверка «записи» не ответила за 20 сек."
