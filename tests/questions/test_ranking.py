"""Readings are ranked by what must be supposed for them, and no supposition makes one better."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.questions.reading import APART, MOST_OTHERS, PLAUSIBLE, WEIGHTS, Ambiguous, Clue, Evidence, Reading, rank
from digests.request import Request, Verb

EVIDENCE = st.lists(st.builds(Evidence, st.sampled_from(Clue), st.just("x"), st.just("y"), st.integers(1, 3)))


def reading(verb: Verb, *clues: Clue) -> Reading:
    return Reading(Request(verb), tuple(Evidence(clue, "x", "y") for clue in clues))


def test_every_clue_has_a_weight() -> None:
    assert set(WEIGHTS) == set(Clue)
    assert all(weight > 0 for weight in WEIGHTS.values())


@given(EVIDENCE, st.sampled_from(Clue))
def test_one_more_supposition_is_never_cheaper(evidence: list[Evidence], clue: Clue) -> None:
    before, more = Evidence(clue, "x", "y"), Evidence(clue, "x", "y", 2)
    without = Reading(Request(Verb.HELP), tuple(evidence))
    one, two = (Reading(Request(Verb.HELP), (*evidence, each)) for each in (before, more))
    assert without.cost < one.cost < two.cost


@given(st.lists(st.builds(Reading, st.builds(Request, st.sampled_from(Verb)), EVIDENCE.map(tuple)), max_size=6))
def test_the_first_is_the_cheapest_and_none_is_far(readings: list[Reading]) -> None:
    found = rank(readings)
    if found is None:
        assert all(each.cost > PLAUSIBLE for each in readings)
        return
    shown = found.readings if isinstance(found, Ambiguous) else (found.reading, *found.others)
    assert shown[0].cost == min(each.cost for each in readings)
    assert len(shown) <= MOST_OTHERS + 1
    assert all(each.cost <= PLAUSIBLE for each in shown)
    assert len({each.request for each in shown}) == len(shown)


def test_one_that_is_clearly_better_is_answered_and_the_others_are_offered() -> None:
    found = rank([reading(Verb.LINES, Clue.SLIP, Clue.SLIP), reading(Verb.HELP, Clue.CASE)])
    assert not isinstance(found, Ambiguous)
    assert found
    assert (found.request.verb, [each.request.verb for each in found.others]) == (Verb.HELP, [Verb.LINES])


def test_two_that_are_as_good_are_asked_back() -> None:
    found = rank([reading(Verb.LINES, Clue.SLIP), reading(Verb.HELP, Clue.SLIP, Clue.CASE)])
    assert isinstance(found, Ambiguous)
    assert WEIGHTS[Clue.CASE] < APART


def test_what_is_far_is_nothing() -> None:
    assert rank([reading(Verb.HELP, *[Clue.UNUSED] * 9)]) is None


@pytest.mark.parametrize("clue", list(Clue))
def test_the_same_request_counts_once_as_the_cheapest(clue: Clue) -> None:
    found = rank([reading(Verb.HELP, clue), reading(Verb.HELP)])
    assert found == rank([reading(Verb.HELP)])
