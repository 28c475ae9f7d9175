"""A contest at the command line, and one that cannot be held: refused in one sentence before anybody has won it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config
from bot.contests.posts import spec_for
from metrics.centre import Centre, Line
from metrics.periods import parse
from tests.bot.conftest import Run, run
from tests.contests.june import CONTEST, lay
from tests.kit import MOSCOW, House
from warehouse.messages import UserError

CENTRE = Centre(timezone=MOSCOW, lines={"service": Line("service", "Service", members=("inhouse", "akc"))})
NOW = parse("2026-06-16", MOSCOW).start


def contests(*changed: dict[str, Any]) -> Config:
    return Config(contests=[{**CONTEST, **each} for each in changed])


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"metric": "reservs"}, 'There is no metric "reservs". There are: reserves'),
        ({"metric": "sl"}, 'A contest cannot be about the metric "sl": take one that counts or sums'),
        ({"filters": {"line": "sales"}}, 'made during a call (reserves_in_call)" cannot be narrowed by line.'),
        ({"last": "2026-05-31"}, "it ends on 2026-05-31, before it begins on 2026-06-01."),
        ({"prizes": ["a"] * 4}, "there are 4 prizes and only 3 places in the final."),
        ({"pseudonyms": {"a": "Комета"}}, 'pseudonyms are given, and names = "names" does not show them.'),
        ({"names": "pseudonyms", "pseudonyms": {"a": "X", "b": "X"}}, 'two have the pseudonym "X".'),
        ({"key": "me"}, "its key must be one word, and neither of: me, team."),
        ({"key": "june 2026"}, "its key must be one word"),
    ],
)
def test_what_cannot_be_held(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UserError) as refused:
        _ = contests(changed).checked_contests
    assert sentence in str(refused.value)


def test_two_contests_have_two_keys() -> None:
    with pytest.raises(UserError, match="the contest june: there are two of this key"):
        _ = contests({}, {}).checked_contests


@pytest.mark.parametrize("changed", [{"minimum": -1}, {"places": 0}, {"ties": "coin"}, {"prise": "car"}])
def test_numbers_and_words_are_checked(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(changed))):
        contests(changed)


def test_without_a_name_the_contest_that_goes_on_is_meant_or_the_last_or_the_next() -> None:
    may = {"key": "may", "first": "2026-05-01", "last": "2026-05-31"}
    july = {"key": "july", "first": "2026-07-01", "last": "2026-07-31"}

    assert spec_for(contests(may, {}, july), CENTRE, NOW, None).key == "june"
    assert spec_for(contests(may, july), CENTRE, NOW, None).key == "may"
    assert spec_for(contests(july), CENTRE, NOW, None).key == "july"
    with pytest.raises(UserError, match=r'There is no contest "junes"\. There are: june, may\.'):
        spec_for(contests(may, {}), CENTRE, NOW, "junes")
    with pytest.raises(UserError, match="There is no contest in the configuration"):
        spec_for(Config(), CENTRE, NOW, None)


def test_a_group_of_lines_stands_for_its_members() -> None:
    spec = spec_for(contests({"metric": "calls", "filters": {"line": "service"}}), CENTRE, NOW, "june")

    assert spec.rules.filters[0].values == ("inhouse", "akc")
    assert (spec.rules.period.first_day, spec.rules.period.last_day) == (date(2026, 6, 1), date(2026, 6, 30))


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
