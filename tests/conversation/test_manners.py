"""What is a courtesy in all of its words, and what only begins like one."""

from __future__ import annotations

import pytest

from bot.chat.manners import Courtesy, courtesy
from bot.chat.questions.text import utterance


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Спасибо большое!", Courtesy.THANKS),
        ("ок, понял, спасибо за ответ", Courtesy.THANKS),
        ("thanks a lot, great", Courtesy.THANKS),
        ("Добрый день, коллеги", Courtesy.GREETING),
        ("hi there", Courtesy.GREETING),
        ("до завтра!", Courtesy.FAREWELL),
        ("привет, ты кто?", Courtesy.IDENTITY),
        ("who are you?", Courtesy.IDENTITY),
        ("👍", Courtesy.APPROVAL),
        (":+1:", Courtesy.APPROVAL),
        ("ну ладно", Courtesy.APPROVAL),
        ("добрый день, сколько было чатов", None),
        ("спасибо, а sl?", None),
        ("ок?", None),
        ("?", None),
        ("", None),
        ("help", None),
        ("все линии", None),
    ],
)
def test_a_courtesy_is_one_in_all_of_its_words(said: str, meant: Courtesy | None) -> None:
    assert courtesy(utterance(said)) is meant
