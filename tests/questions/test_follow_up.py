"""What goes on from an earlier question changes one thing of it; a sentence among people changes nothing."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.chat.questions.follow_up import apply, follow_up
from digests.request import command
from metrics.periods import to_local, to_utc
from tests.commands.centre import NOW, VOCABULARY, ZONE, incoming

CHANGES = [
    ("sl inhouse today", "а вчера?", "sl inhouse yesterday"),
    ("sl inhouse today", "а акц", "sl akc today"),
    ("sl inhouse today", "а по продажам?", "sl sales today"),
    ("sl inhouse today", "а вчра", "sl inhouse yesterday"),
    ("sl inhouse today", "по часам", "sl inhouse today by hour"),
    ("sl inhouse today", "почему?", "why sl inhouse today vs plan"),
    ("why sl inhouse today", "а вчера", "why sl inhouse yesterday vs plan"),
    ("aht yesterday by agent", "топ 3", "aht yesterday by agent top 3"),
    ("calls may", "эксель", "calls 2026-05-01..2026-05-31 xlsx"),
    ("sl inhouse today", "сравни с прошлой неделей", "sl inhouse today vs last week"),
    ("sl inhouse today", "с 11 до 13", "sl inhouse today 11:00-13:00"),
    ("sl inhouse yesterday", "по всем линиям", "sl yesterday by line"),
    ("sl inhouse yesterday", "а резервы", "reserves yesterday"),
    ("sl inhouse yesterday by hour", "what about sales", "sl sales yesterday by hour"),
    ("sl inhouse yesterday", "подробнее", "sl inhouse yesterday by hour"),
    ("sl inhouse yesterday by hour", "ещё", "sl inhouse yesterday by half-hour"),
    ("calls may", "подробнее", "calls 2026-05-01..2026-05-31 by day"),
    ("aht yesterday by agent top 5", "ещё", "aht yesterday by agent top 10"),
    ("sl inhouse yesterday", "а днём раньше", "sl inhouse 2026-06-14"),
    ("sl inhouse yesterday 10:00-12:00", "and a week earlier", "sl inhouse 2026-06-08 10:00-12:00"),
    ("calls may", "а месяцем раньше", "calls 2026-04-01..2026-04-30"),
    ("sl may", "с 11 до 13", "sl clock=11:00-13:00 2026-05-01..2026-05-31"),
    ("calls may", "по выходным", "calls weekday=weekend 2026-05-01..2026-05-31"),
    ("calls weekday=weekend may", "а в апреле", "calls weekday=weekend 2026-04-01..2026-04-30"),
]


@pytest.mark.parametrize(("before", "said", "after"), CHANGES)
def test_a_follow_up_changes_one_thing(before: str, said: str, after: str) -> None:
    earlier, now = incoming(f"/{before}"), to_utc(datetime.fromisoformat(NOW), ZONE)
    change = follow_up(said, VOCABULARY, now)
    assert change
    assert command(apply(earlier, change, VOCABULARY, to_local(now, ZONE).date())) == after


@pytest.mark.parametrize("said", ["спасибо", "ну и дела", "кто на обед?", "", "а вчера мы ходили в кино", "?"])
def test_talk_is_no_follow_up(said: str) -> None:
    assert follow_up(said, VOCABULARY, to_utc(datetime.fromisoformat(NOW), ZONE)) is None


def test_a_metric_alone_may_be_a_question_of_its_own() -> None:
    now = to_utc(datetime.fromisoformat(NOW), ZONE)
    assert [follow_up(said, VOCABULARY, now).alone for said in ("lcr", "а lcr", "по часам")] == [True, False, False]
