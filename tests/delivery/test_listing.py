"""`svodka deliveries`: everything that was posted, to read and to export."""

from __future__ import annotations

import asyncio
import csv
import json
from io import StringIO
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.channels.files import render
from bot.delivery import listing
from bot.delivery.ledger import DELIVERIES
from digests.localizer import Localizer
from tests.bot.conftest import Run, run
from tests.delivery.kit import (
    GROUP,
    GROUPS,
    PERIOD,
    ROOM,
    TARGETS,
    Scene,
    Tell,
    channels,
    impatient,
    issue,
    note,
    scene,
)

__all__ = ["run"]


@pytest.fixture
def svodka(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The program in a project of its own, where nothing was posted yet."""
    monkeypatch.delenv("SVODKA_NOW")
    monkeypatch.setenv("SVODKA_STATE__URL", "sqlite:///state.db")
    assert run("init", "--language", "en", "--timezone", "Europe/Moscow").code == 0
    assert "Nothing was posted yet." in run("deliveries").out
    return run


async def posted(at: Scene) -> None:
    """A digest that arrived, one of which a part is unknown, one that was stopped; and a leader board long ago."""
    at.far.chat(GROUPS[1]).status = "kicked"
    at.far.fault("after", "sendDocument")
    await at.poster.post(issue(), [GROUP, TARGETS[1]], late=True)
    await at.poster.post(issue(), [ROOM])
    await at.poster.post(issue(note(), period="2026-06-01", subject="rating:june"), [ROOM])
    old = sa.update(DELIVERIES).where(DELIVERIES.c.subject == "rating:june")
    at.state.do(lambda c: c.execute(old.values(created_at=sa.func.datetime("2026-06-02 06:00:00"))))


def test_everything_that_was_posted_is_shown_and_exported(svodka: Run) -> None:
    async def story() -> None:
        async with scene(Path.cwd()) as at:
            await posted(at)

    asyncio.run(story())

    shown = svodka("deliveries").out
    assert [line.split(" | ")[1:6] for line in shown.splitlines()[2:] if line] == [
        ["Digest", PERIOD, "telegram:-101", "unknown, late", "7/8"],
        ["Digest", PERIOD, "telegram:-102", "stopped, late", "0/8"],
        ["Digest", PERIOD, "slack:C1", "sent", "8/8"],
        ["Leader board", "2026-06-01", "slack:C1", "sent", "1/1"],
    ]
    assert "the bot was removed from the chat, or blocked there" in shown

    data = json.loads(svodka("deliveries", "--json").out)["deliveries"]
    assert [(each["chat"], each["status"], each["late"]) for each in data] == [
        ("-101", "unknown", True),
        ("-102", "stopped", True),
        ("C1", "sent", False),
        ("C1", "sent", False),
    ]
    assert [part["part_status"] for part in data[0]["parts"]] == [*["sent"] * 6, "unknown", "sent"]
    assert [part["opening"] for part in data[0]["parts"]][:3] == ["Chart 1", "Digest", "Column 1"]
    assert [part["opening"] for part in data[2]["parts"]][-3:] == ["Sheet 1", "Column 3", "Sheet 2"]
    assert data[0]["parts"][1]["receipt"] == {"chat": "-101", "messages": [3]}  # after the two of an album
    assert data[3]["created_at"] == "2026-06-02T09:00:00+03:00"

    rows = list(csv.DictReader(StringIO(svodka("deliveries", "--csv", "--since", "2026-06-03").out)))
    assert [row["part"] for row in rows] == [str(n) for n in range(1, 9)] * 3
    assert {row["reason"] for row in rows if row["part_status"] == "failed"} == {
        "the bot was removed from the chat, or blocked there"
    }


def test_what_cannot_be_shown_is_one_sentence(svodka: Run) -> None:
    for arguments, sentence in (
        (["--since", "yesterday"], 'The moment "yesterday" is not understood: write 2026-06-16T12:00.'),
        (["--json", "--csv"], "--json and --csv exclude each other: choose one."),
    ):
        refused = svodka("deliveries", *arguments)
        assert (refused.code, refused.out, refused.err.strip()) == (1, "", sentence)


@pytest.mark.parametrize(
    ("fault", "russian"),
    [
        ("before", "соединение оборвалось раньше, чем пришёл ответ"),
        ("502", "платформа ответила сбоем на своей стороне"),
        ("slow", "платформа не ответила вовремя"),
        ("garbage", "платформа ответила сбоем на своей стороне"),
    ],
)
def test_reasons_are_words_in_the_readers_language(told: Tell, fault: str, russian: str) -> None:
    """What a library says of a broken connection is for the log: the question, the list and its exports have words."""

    async def story(at: Scene) -> None:
        at.far.fault(fault, "sendMessage", seconds=1)
        await at.poster.post(issue(note()), [GROUP])
        localizer = Localizer("ru", "Europe/Moscow")
        (question,) = at.told.texts
        listed = at.state.do(listing.listed)
        shown = render.text(listing.as_document(listed, localizer))
        data, table = listing.as_data(listed, localizer), listing.as_csv(listed, localizer)
        assert data["deliveries"][0]["parts"][0]["reason"] == russian
        for text in (localizer.say(question), shown, table):
            assert russian in text.replace("\xa0", " ")
            for technical in ("httpx", "Error", "Timed out", "Gateway", "JSON"):
                assert technical not in text

    told(story, impatient if fault == "slow" else channels)
