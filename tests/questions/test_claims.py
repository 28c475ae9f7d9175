"""A metric is found by what its words stand for, in any order; a word without a role is said to have none."""

from __future__ import annotations

import pytest

from bot.chat.questions.interpret import interpret
from bot.chat.questions.reading import Understood
from tests.questions.centre import VOCABULARY
from tests.questions.grade import now


def understood(said: str) -> Understood:
    found = interpret(said, VOCABULARY, now())
    assert isinstance(found, Understood), found
    return found


def metrics(said: str) -> tuple[str, ...]:
    selection = understood(said).request.selection
    assert selection
    return selection.metrics


def test_a_metric_is_found_in_any_order_of_its_words() -> None:
    for said in ("сколько чатов вчера упустили", "упустили ли мы вчера чаты", "did we miss any chats yesterday"):
        assert metrics(said) == ("chat_lcr",), said
    # «Не приняли» is a phrase of lost calls; a negation that is in none turns none round.
    assert metrics("сколько звонков не приняли вчера") == ("lcr",)
    assert metrics("сколько чатов не упустили вчера") == ("chats",)


def test_the_phrase_that_claims_most_words_goes_first() -> None:
    assert metrics("сколько сделка идёт до договора") == ("time_to_contract",)
    # The metric's key, a period after it: no first quarter.
    assert metrics("first_touch quarter") == ("first_touch",)
    assert metrics("who closed the most tickets last week") == ("desk_closed",)
    # "on" binds: clients who call are no calls on a client.
    assert metrics("сколько звонков на клиента в мае") == ("calls_per_client",)
    assert metrics("сколько клиентов звонили в мае") == ("calls",)


def test_two_metrics_are_joined_or_stand_side_by_side() -> None:
    assert metrics("звонки, чаты, лиды за неделю") == ("calls", "chats", "leads")
    assert metrics("звонки и потери за неделю") == ("calls", "lcr")
    assert metrics("сколько чатов пришло и сколько потеряли") == ("chats", "chat_lcr")
    assert metrics("сколько было чатов за прошлую неделю и какое среднее время обработки") == ("chats", "chat_aht")
    assert metrics("chats and wait time yesterday") == ("chats", "chat_asa")
    assert metrics("звонки, чаты и aht вчера") == ("calls", "chats", "aht")
    # A comma parts what would be one name without it.
    assert metrics("звонки, чаты, aht") == ("calls", "chats", "aht")
    assert metrics("чаты, aht вчера") == ("chats", "chat_aht")
    assert metrics("чаты aht вчера") == ("chat_aht",)
    assert metrics("sl lcr aht inhouse") == ("sl", "lcr", "aht")


def test_a_metric_that_another_one_is_said_of_is_no_second_one() -> None:
    found = understood("довольны ли клиенты ботом")

    assert metrics("довольны ли клиенты ботом") == ("csat",)
    assert found.reading.unused == ("ботом",)


@pytest.mark.parametrize(
    ("said", "unused"),
    [
        ("звонки продажи вчера абракадабра", ("абракадабра",)),
        ("сколько клиентов перезвонили сами в мае", ("сами",)),
        ("сколько чатов не оценили вчера", ("не оценили",)),
        ("а подскажи плиз скок звонков было вчера", ()),
    ],
)
def test_what_no_role_claims_is_said(said: str, unused: tuple[str, ...]) -> None:
    assert understood(said).reading.unused == unused
