"""A contest at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.conftest import Run, run
from tests.contests.june import lay
from tests.kit import House

__all__ = ["run"]

SETTINGS = """
[centre]
timezone = "Europe/Moscow"
language = "en"

[[contests]]
key = "june"
title = "To the penthouse"
metric = "reserves_in_call"
first = 2026-06-01
last = 2026-06-30
minimum = 2
places = 3
"""


@pytest.fixture
def project(run: Run) -> Run:
    Path("svodka.toml").write_text(SETTINGS)
    lay(House(Path("records"), now="2026-06-16 12:00"))
    return run


def test_the_rating_is_printed_with_its_picture_beside_it(project: Run) -> None:
    ran = project("rating")

    assert ran.code == 0
    assert "To the penthouse: the rating of June\N{NO-BREAK SPACE}16" in ran.out
    assert "• 2. Анна Примерова: 4, =, 1 to place 1" in ran.out
    assert Path("answers/contest.png").read_bytes()[:4] == b"\x89PNG"
    assert project("ask", "рейтинг").out == project("rating", "june").out


def test_the_rating_for_scripts(project: Run) -> None:
    data = json.loads(project("rating", "--json").out)

    assert (data["contest"], data["phase"], data["threshold"], data["as_of"]) == (
        "june",
        "running",
        2,
        "2026-06-16T12:00:00+03:00",
    )
    assert data["places"][1] == {
        "place": 2,
        "key": "a",
        "name": "Анна Примерова",
        "total": 4,
        "reached": "2026-06-15T10:00:00+03:00",
        "finalist": True,
        "moved": 0,
        "to_next": 1,
        "to_final": None,
    }
    assert data["outside"] == {"unnamed": 2}
    (mine,) = json.loads(project("rating", "--json", "--person", "d").out)["places"]
    assert (mine["key"], mine["to_final"]) == ("d", 1)
    teams = json.loads(project("rating", "--json", "--teams").out)["teams"]
    assert [(each["key"], each["total"]) for each in teams] == [("Север", 9), ("Юг", 5)]


def test_what_is_adjusted_is_in_the_rating_and_in_the_list(project: Run) -> None:
    assert project("contest", "adjust", "v", "3", "--reason", "someone else's desk", "--author", "Judge").code == 0
    assert project("contest", "optout", "b").out == "b is out of the contest june.\n"

    out = project("rating").out
    assert "• 1. Вера Условная: 5" in out
    assert "• Вера Условная: +3, someone else's desk (Judge)." in out
    assert "Борис" not in out
    listed = project("contest", "list").out.replace("\N{NO-BREAK SPACE}", " ")
    assert listed.splitlines() == [
        "june: To the penthouse, June 1–30",
        "June 16, 12:00: v +3, someone else's desk (Judge)",
        "Not ranked: b.",
    ]
    assert project("contest", "optout", "b", "--back").code == 0
    assert "Борис" in project("rating").out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("rating", "july"), 'There is no contest "july". There are: june.'),
        (("rating", "--person", "zoe"), 'There is no agent "zoe". There are: a, b, d, e, g, v.'),
        (("rating", "--person", "a", "--teams"), "Ask for a person or for the teams, not for both."),
        (("contest", "adjust", "zoe", "1", "--reason", "x"), 'There is no agent "zoe".'),
        (("contest", "adjust", "a", "much", "--reason", "x"), '"much" is not an amount: write 2, -1 or 12.5.'),
        (("contest", "adjust", "a", "0", "--reason", "x"), '"0" is not an amount'),
        (("contest", "adjust", "a", "1", "--reason", " "), "An adjustment needs an author and a reason"),
    ],
)
def test_a_mistake_is_one_sentence(project: Run, arguments: tuple[str, ...], sentence: str) -> None:
    ran = project(*arguments)

    assert ran.code == 1
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1
