"""What people say in ordinary words, at noon of Tuesday, 16 June 2026: wishes, and courtesies that are none."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from bot.chat.actions import Remind, Send, wish
from bot.chat.manners import Courtesy, courtesy
from bot.chat.questions.recurring import WORKDAYS, ListSubscriptions, NoCondition, Repeat, SetAlert
from bot.chat.questions.text import utterance

NOON = datetime(2026, 6, 16, 12)
TODAY, TOMORROW = date(2026, 6, 16), date(2026, 6, 17)


@pytest.mark.parametrize(
    ("said", "question", "repeat"),
    [
        ("присылай мне sl inhouse каждое утро", "sl inhouse", Repeat(None, None)),
        ("пожалуйста, шли calls по понедельникам в 10:00", "calls", Repeat(frozenset((0,)), time(10))),
        ("хочу получать sl inhouse по будням в 9:30", "sl inhouse", Repeat(WORKDAYS, time(9, 30))),
        ("присылай это каждый вечер", "", Repeat(None, time(18))),
        ("send me sl inhouse every morning at 8:15", "sl inhouse", Repeat(None, time(8, 15))),
        ("присылай sl", "sl", None),
        ("напоминай каждый день в 18:00 про sl", "sl", Repeat(None, time(18))),
    ],
)
def test_what_is_to_come_again_and_again(said: str, question: str, repeat: Repeat | None) -> None:
    assert wish(utterance(said), NOON) == Send(question, repeat)


@pytest.mark.parametrize(
    ("said", "question", "day", "at"),
    [
        ("напомни в 18:00", "", TODAY, time(18)),
        ("напомни мне в 11 про sl inhouse", "sl inhouse", TOMORROW, time(11)),
        ("напомни завтра в 9 проверить lcr", "lcr", TOMORROW, time(9)),
        ("напомни в 18:00 завтра sl inhouse", "sl inhouse", TOMORROW, time(18)),
        ("через час напомни", "", TODAY, time(13)),
        ("напомни через полчаса", "", TODAY, time(12, 30)),
        ("напомни через 2 часа", "", TODAY, time(14)),
        ("напомни вечером", "", TODAY, time(18)),
        ("remind me at 6pm about calls", "calls", TODAY, time(18)),
        ("remind me tomorrow", "", TOMORROW, time(9)),
        ("remind me in an hour", "", TODAY, time(13)),
    ],
)
def test_what_is_to_come_once(said: str, question: str, day: date, at: time) -> None:
    assert wish(utterance(said), NOON) == Remind(question, Repeat(None, at, day))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("сообщи если sl упадёт ниже 80", SetAlert("sl", "<", 80)),
        ("сообщи мне, если SL по inhouse опустится ниже 80%", SetAlert("sl по inhouse", "<", 80, "%")),
        ("дай знать, когда lcr превысит 5", SetAlert("lcr", ">", 5)),
        ("напиши, если потерянных станет больше 100 за час", SetAlert("потерянных", ">", 100, None, 60)),
        ("let me know when lcr sales rises above 5%", SetAlert("lcr sales", ">", 5, "%")),
        ("tell me if sl inhouse < 75 for 15m", SetAlert("sl inhouse", "<", 75, None, 15)),
        ("предупреди, если упадёт ниже 70", SetAlert("", "<", 70)),
    ],
)
def test_what_is_to_be_watched(said: str, expected: SetAlert) -> None:
    assert wish(utterance(said), NOON) == expected


def test_what_is_to_end() -> None:
    assert wish(utterance("больше не присылай"), NOON) == ListSubscriptions()


def test_a_condition_without_a_number_is_asked_for() -> None:
    assert isinstance(wish(utterance("скажи, если всё плохо"), NOON), NoCondition)


@pytest.mark.parametrize(
    "said",
    ["пришли sl за вчера", "send me sl inhouse", "скажи sl за вчера", "sl inhouse каждый день", "", "когда напомнят?"],
)
def test_a_question_is_no_wish(said: str) -> None:
    assert wish(utterance(said), NOON) is None


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
