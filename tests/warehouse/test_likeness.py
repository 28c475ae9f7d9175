"""What a misspelt word may have been: nothing that a person would not take it for."""

from __future__ import annotations

import pytest

from warehouse.ingest.mapping import check_timezone
from warehouse.messages import UserError, alike, nearest, one_slip_apart


def test_the_likest_come_first_and_what_is_too_far_not_at_all() -> None:
    known = ("Иванова", "Иванов", "Петрова", "Сидоров")
    assert alike("иваноав", known) == ["Иванова", "Иванов"]  # letters that changed places; one too many
    assert alike("Пупкин", known) == []
    assert alike("инван", known, at_least=0.7) == []
    assert alike("anything", []) == []


def test_what_is_as_like_as_was_asked_for_is_found() -> None:
    """Two letters of five are too many: three fifths of the word are right."""
    assert alike("sorce", ["dst", "src"], at_least=0.6) == ["src"]


@pytest.mark.parametrize("word", ["week", "weak", "wek", "weeek", "wekk", "wewk", "ewek"])
def test_one_slip_is_a_letter_wrong_missing_or_too_many_or_two_that_changed_places(word: str) -> None:
    assert one_slip_apart(word, ["week", "weekly", "month"]) == ["week"]


def test_words_of_the_same_length_go_before_longer_and_shorter_ones() -> None:
    assert one_slip_apart("sals", ["sales", "salt", "sal"]) == ["salt", "sales", "sal"]


def test_a_list_begins_with_what_is_nearest_in_any_case_of_letters() -> None:
    names = [f"column {n}" for n in range(20)]
    assert nearest("Agnet", (*names, "agent")).startswith("agent, column 0, ")


@pytest.mark.parametrize(
    ("given", "offered"),
    [
        ("Moscow", "Europe/Moscow"),
        ("europe/moskow", "Europe/Moscow"),
        ("Asia/Ekaterinburg", "Asia/Yekaterinburg"),
        ("GMT+3", "Europe/Moscow, Asia/Yekaterinburg, UTC"),
    ],
)
def test_a_zone_is_known_by_its_city(given: str, offered: str) -> None:
    """Etc/GMT+3, which is the likest to GMT+3, lies three hours to the other side of Greenwich."""
    with pytest.raises(UserError, match=f"it is written as in {offered}"):
        check_timezone(given)
