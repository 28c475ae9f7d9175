"""What is understood of a contest's rating."""

from __future__ import annotations

import pytest

from bot.chat.questions.parse import understand
from bot.chat.questions.problems import Unclear
from bot.chat.questions.vocabulary import vocabulary
from digests.request import Rating, Request, Verb, command
from metrics.periods import parse
from tests.commands.centre import CATALOGUE, CENTRE, VALUES, ZONE

NAMES = vocabulary(CATALOGUE, CENTRE, VALUES, {"june": "Курс на пентхаус", "best-calls": "Лучший по звонкам"})
NOW = parse("2026-06-16", ZONE).start


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("/rating", None),
        ("рейтинг", None),
        ("покажи рейтинг конкурса", None),
        ("/rating me", Rating(None, "me")),
        ("рейтинг моё место", Rating(None, "me")),
        ("/rating june", Rating("june")),
        ("/rating June TEAM", Rating("june", "team")),
        ("/rating team june", Rating("june", "team")),
        ("конкурс «Курс на пентхаус»", Rating("june")),
        ("рейтинг лучший по звонкам команды", Rating("best-calls", "team")),
    ],
)
def test_a_contest_and_whose_part_in_any_order(text: str, asked: Rating | None) -> None:
    request = understand(text, NAMES, NOW)

    assert request == Request(Verb.RATING, rating=asked)
    assert understand("/" + command(request), NAMES, NOW) == request


@pytest.mark.parametrize(
    ("text", "sentence", "readings"),
    [
        ("/rating july", 'There is no contest "july". There are: june, best-calls.', ["rating"]),
        ("/rating me team", "Only one of these can be meant: me, team.", []),
        ("/rating june best-calls me", "Only one of these can be meant: june, best-calls.", []),
        ("/rating july me", 'There is no contest "july". There are: june, best-calls.', ["rating me"]),
    ],
)
def test_what_is_unclear(text: str, sentence: str, readings: list[str]) -> None:
    found = understand(text, NAMES, NOW)

    assert isinstance(found, Unclear)
    assert str(found.message) == sentence
    assert [command(reading) for reading in found.readings] == readings


def test_people_who_talk_of_a_contest_are_left_alone() -> None:
    assert understand("конкурс завтра обсудим на планёрке", NAMES, NOW) is None
    assert understand("рейтинг у них хороший стал", NAMES, NOW) is None


def test_a_contests_name_is_none_in_other_questions() -> None:
    request = understand("/reserves_in_call june", NAMES, NOW)

    assert isinstance(request, Request)
    assert request.selection is not None
    assert str(request.selection.when.period.first_day) == "2026-06-01"
