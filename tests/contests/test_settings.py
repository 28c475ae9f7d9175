"""A contest that cannot be held is refused in one sentence, before anybody has won it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.config import Config
from bot.contests.posts import spec_for
from metrics.centre import Centre, Line
from metrics.periods import parse
from tests.contests.june import CONTEST
from tests.kit import MOSCOW
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
        ({"filters": {"line": "sales"}}, 'The metric "reserves_in_call" cannot be narrowed by line.'),
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
