"""A year of a subscription at half past two, in a zone where that comes never on one day, and twice on another."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.chat.questions.recurring import Repeat, repeat_of
from bot.config import Config
from bot.delivery.model import Publication, Target
from bot.state.store import open_state
from bot.subscriptions import store
from bot.subscriptions.commands import usual_period
from bot.subscriptions.messages import sentence
from bot.subscriptions.posting import Subscriptions
from bot.subscriptions.store import Owner
from digests.document import Document
from digests.localizer import Localizer
from metrics.periods import midnight, to_local, to_utc
from tests.schedule.office import AtOnce
from warehouse.messages import note

BERLIN = "Europe/Berlin"


class Posted:
    """A poster who notes what came, each once."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    async def post(self, issue: Publication, targets: Sequence[Target], *, late: bool = False) -> None:
        if issue.period not in self.keys:
            self.keys.append(issue.period)

    def closed(self, target: Target) -> bool:
        return False


class Answered(Subscriptions):
    """Whose answers are about nothing: only when they come is looked at."""

    async def _answer(self, *_: object) -> Document:
        return sentence(note("no data"), Localizer("en"))


def test_every_local_day_has_one_whatever_the_clocks_do(tmp_path: Path) -> None:
    config = Config(centre={"timezone": BERLIN})  # type: ignore[arg-type]
    state = AtOnce(open_state("sqlite:///state.db", tmp_path).engine)
    moment, poster = to_utc(datetime(2026, 1, 1), BERLIN), Posted()
    owner = Owner("telegram", "1", "1", None, True, "en")
    state.do(store.add, owner, "sl yesterday", repeat_of("daily 02:30"), moment)
    made: list[tuple[str, str]] = []

    async def year() -> None:
        now = moment
        told: Any = None
        subscriptions = Answered(config, state, told, poster, told, lambda: now)  # type: ignore[arg-type]
        while now < to_utc(datetime(2027, 1, 1), BERLIN):
            before = len(poster.keys)
            await subscriptions.tick()
            await subscriptions.idle()
            made.extend((f"{to_local(now, BERLIN):%m-%d %H:%M}", key) for key in poster.keys[before:])
            # Every half hour from two o'clock till half past three, and not at all during the day.
            local, hour = to_local(now, BERLIN), timedelta(hours=1)
            tomorrow = midnight(local.date() + timedelta(days=1), BERLIN) + 2 * hour
            now = now + hour / 2 if f"{local:%H:%M}" < "03:30" else tomorrow

    asyncio.run(year())
    days = [date.fromisoformat(f"2026-{local[:5]}") for local, _ in made]
    assert days == [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    odd = [(local, key) for local, key in made if not local.endswith("02:30")]
    # The clocks go from 02:00 to 03:00 on 29 March: it comes with the first moment after.
    assert odd == [("03-29 03:00", "2026-03-29T01:00")]
    # Half past two comes twice on 25 October: the first of both is it.
    assert ("10-25 02:30", "2026-10-25T00:30") in made


def test_what_is_meant_without_a_period() -> None:
    def usual(words: str) -> str:
        return usual_period(repeat_of(words))

    assert [usual("daily 09:30"), usual("daily 11:59"), usual("daily 12:00")] == ["yesterday", "yesterday", "today"]
    assert [usual("weekly mon 09:30"), usual("weekly mon,thu 09:30")] == ["last week", "yesterday"]
    assert [usual("weekdays 09:30"), usual("weekdays 18:00")] == ["yesterday", "today"]


def test_its_words_mean_the_same_again() -> None:
    for words in ("daily 09:30", "weekdays 00:00", "weekly mon 23:59", "weekly tue,sat,sun 10:00"):
        assert repeat_of(words).words == words
    assert repeat_of("weekly mon,tue,wed,thu,fri,sat,sun 10:00") == Repeat(None, repeat_of("daily 10:00").at)
