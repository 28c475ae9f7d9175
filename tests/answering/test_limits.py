"""Twenty questions a minute, then one notice."""

from __future__ import annotations

from bot.chat.access import Allowance, Throttle


def test_who_asks_too_much_is_told_once_and_heard_again_a_minute_later() -> None:
    throttle = Throttle(3)
    at_once = [throttle.ask("anna", 0.0) for _ in range(5)]

    granted, spent, silent = Allowance.GRANTED, Allowance.SPENT, Allowance.SILENT
    assert at_once == [granted, granted, granted, spent, silent]
    assert throttle.ask("boris", 1.0) is granted, "others are not concerned"
    assert throttle.ask("anna", 59.9) is silent
    assert throttle.ask("anna", 60.0) is granted


def test_the_window_slides() -> None:
    throttle = Throttle(2)
    assert [throttle.ask("anna", at) for at in (0.0, 50.0)] == [Allowance.GRANTED] * 2
    # The first question is a minute old, the second is not.
    assert throttle.ask("anna", 60.0) is Allowance.GRANTED
    assert throttle.ask("anna", 60.1) is Allowance.SPENT
    assert throttle.ask("anna", 110.0) is Allowance.GRANTED


def test_who_never_pauses_is_told_once_a_minute() -> None:
    throttle = Throttle(1)
    found = [throttle.ask("anna", float(second)) for second in range(121)]
    assert found.count(Allowance.SPENT) == 2
    assert found.count(Allowance.GRANTED) == 3
