"""What is said, and what is understood: the clock stands on Tuesday, 16 June 2026, 12:00 in Moscow."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from bot.chat.questions.interpret import interpret
from bot.chat.questions.parse import understand
from bot.chat.questions.reading import Understood
from bot.chat.questions.vocabulary import vocabulary
from digests.request import Request, Selection, Verb, Versus, When, command
from metrics.centre import Centre
from metrics.periods import Period, days, parse, to_utc
from tests.commands.centre import CATALOGUE, NOW, VOCABULARY, ZONE, asked, incoming

SAID = {
    # A bare metric: all lines today, or the whole centre where it has none.
    "/sl": "sl today by line",
    "/SL@svodka_bot": "sl today by line",
    "/reserves": "reserves today",
    "/calls total": "calls today",
    "/звонки всего": "calls today",
    "/lcr xlsx": "lcr today by line xlsx",
    # Lines: by key, title or alias, several of them, in any case.
    "/sl inhouse": "sl inhouse today",
    "/sl ИНХАУС": "sl inhouse today",
    "/sl акц инхаус": "sl akc inhouse today",
    '/sl line="АКЦ Заселение"': "sl akc today",
    "/sl линия=сервис": "sl service today",
    "/sl по линии инхаус": "sl inhouse today",
    "/sl inh": "sl inhouse today",
    # The words stand in any order after the metric, with or without a slash.
    "sl вчера инхаус по часам": "sl inhouse yesterday by hour",
    "yesterday sl inhouse": "sl inhouse yesterday",
    "сколько было звонков вчера?": "calls yesterday",
    "Какой уровень сервиса, по линии инхаус, за прошлую неделю?": "sl inhouse last week",
    "AHT чатов за неделю": "chat_aht week",
    "/m target_out month": "target_out month",
    "метрика часы вчера": "activity_hours yesterday",
    "/target": "target_in today by line",
    # Agents, topics and the like.
    "/aht agent=17": "aht agent=17 today",
    "/aht agent=Иванова Мария week": "aht agent=17 week",
    '/aht агент "Иванова Мария"': "aht agent=17 today",
    "/aht мария иванова": "aht agent=17 today",
    "/aht по оператору сидоров": "aht agent=19 today",
    "/aht сидоров петр": "aht agent=19 today",
    "/sl ипотека": "sl topic=Ипотека today",
    "/sl тема=ипотека topic=условия оплаты": 'sl topic=Ипотека topic="Условия оплаты" today',
    '/sl topic="дом у реки корпус 2"': 'sl topic="Дом «У реки», корпус 2" today',
    "/calls_out campaign=Тёплые": "calls_out campaign=Тёплые today",
    # Breakdowns.
    "/sl inhouse by hour": "sl inhouse today by hour",
    "/sl week по дням": "sl week by day",
    "/calls year по месяцам": "calls year by month",
    "/calls quarter weekly": "calls quarter by week",
    "/calls week split by agent": "calls week by agent",
    "/aht month топ-5 операторов": "aht month by agent top 5",
    "/aht month top 3 by topic": "aht month by topic top 3",
    "/calls top3": "calls today by line top 3",
    # Comparisons.
    "/sl к прошлой неделе": "sl today vs last week",
    "/sl inhouse vs yesterday": "sl inhouse today vs yesterday",
    "/sl month compared to the plan": "sl month vs plan",
    "/sl месяц с планом": "sl month vs plan",
    "/calls yoy": "calls today vs last year",
    "/sl план/факт": "sl today vs plan",
    "/sl вчера по всем линиям": "sl yesterday by line",
    "/calls 1-15 june vs 1-15 may": "calls 2026-06-01..2026-06-15 vs 2026-05-01..2026-05-15",
    "/calls вчера по сравнению с прошлым годом": "calls yesterday vs last year",
    "/sl 11:00-13:00 vs 9 июня": "sl today 11:00-13:00 vs 2026-06-09 11:00-13:00",
    # Shapes.
    "/sl week chart": "sl week chart",
    "/sl неделя графиком": "sl week chart",
    "/sl week text": "sl week text",
    "/sl неделя эксель": "sl week xlsx",
    # The other verbs.
    "/why sl inhouse": "why sl inhouse today vs plan",
    "/why calls": "why calls today vs last week",
    "почему sl inhouse упал вчера по часам": "why sl inhouse yesterday by hour vs last week",
    # A word of change compares with the time before, a word of a norm with the plan.
    "на сколько выросли звонки за год": "calls year vs last year",
    "насколько просел sl inhouse на прошлой неделе": "sl inhouse last week vs last week",
    "почему вырос lcr": "why lcr today vs last week",
    "почему вырос lcr в мае": "why lcr 2026-05-01..2026-05-31 vs last month",
    "почему вырос lcr к плану": "why lcr today vs plan",
    "почему такой низкий sl": "why sl today vs plan",
    "how much did calls grow this month": "calls month vs last month",
    "низкий sl inhouse": "sl inhouse today vs plan",
    "sl почему упал": "why sl today vs last week",
    # Yesterday is a day; of today it is the day before.
    "звонки 10 июня к вчера": "calls 2026-06-10 vs 2026-06-15",
    "звонки 10 июня vs day ago": "calls 2026-06-10 vs day ago",
    "звонки к вчера": "calls today vs yesterday",
    # Days, weeks and months are so many that they can be compared.
    "sl inhouse по неделям": "sl inhouse last 51 days by week",
    "звонки по дням": "calls last 14 days by day",
    "/calls monthly": "calls last 6 months by month",
    "/calls today by week": "calls today by week",
    "/calls by hour": "calls today by hour",
    # Seasons, and days that were.
    "звонки лето 2025": "calls 2025-06-01..2025-08-31",
    "звонки осенью": "calls 2025-09-01..2025-11-30",
    "calls 3 days ago": "calls 2026-06-13",
    "/why sl week by agent vs last week": "why sl week by agent vs last week",
    "/explain sl inhouse": "explain sl inhouse today",
    "что такое lcr": "explain lcr today",
    "/digest": "digest",
    "дайджест за первую половину июня": "digest 2026-06-01..2026-06-15",
    "/metrics": "metrics",
    "линии": "lines",
    "статус": "status",
    "/help me": "help",
    "/start deep-link": "start",
    # How it is addressed.
    "@svodka_bot sl inhouse": "sl inhouse today",
    "sl inhouse @svodka_bot": "sl inhouse today",
    "<@U024BE7LH> sl inhouse": "sl inhouse today",
    "<@U024BE7LH|svodka> /": "help",
    "svodka: sl inhouse": "sl inhouse today",
    "Сводка, sl inhouse": "sl inhouse today",
    "/svodka sl inhouse": "sl inhouse today",
    # Marks that nobody sees, dashes and quotation marks of all kinds.
    "/sl\u200b \u202einhouse\u202c 1—15\u00a0июня": "sl inhouse 2026-06-01..2026-06-15",
    "/sl „инхаус“": "sl inhouse today",
    "*sl* _inhouse_ …": "sl inhouse today",
}


@pytest.mark.parametrize(("said", "understood"), SAID.items())
def test_a_question_in_words(said: str, understood: str) -> None:
    assert asked(said) == understood


@pytest.mark.parametrize("said", SAID)
def test_the_canonical_words_are_understood_as_the_same_request(said: str) -> None:
    request = incoming(said)

    assert isinstance(request, Request)
    assert incoming(command(request)) == request
    assert incoming("/" + command(request)) == request


PERIODS = {
    "today": "today 2026-06-16",
    "сейчас": "today 2026-06-16",
    "вчера": "yesterday 2026-06-15",
    "позавчера": "day before yesterday 2026-06-14",
    "week": "week 2026-06-15..2026-06-21",
    "на этой неделе": "week 2026-06-15..2026-06-21",
    "прошлая неделя": "last week 2026-06-08..2026-06-14",
    "month": "month 2026-06-01..2026-06-30",
    "прошлый месяц": "last month 2026-05-01..2026-05-31",
    "квартал": "quarter 2026-04-01..2026-06-30",
    "last quarter": "last quarter 2026-01-01..2026-03-31",
    "год": "year 2026-01-01..2026-12-31",
    "в прошлом году": "last year 2025-01-01..2025-12-31",
    "с начала недели": "wtd 2026-06-15..2026-06-16",
    "с начала месяца": "mtd 2026-06-01..2026-06-16",
    "qtd": "qtd 2026-04-01..2026-06-16",
    "ytd": "ytd 2026-01-01..2026-06-16",
    "last 7 days": "last 7 days 2026-06-10..2026-06-16",
    "за последние 14 дней": "last 14 days 2026-06-03..2026-06-16",
    "last 2 weeks": "last 14 days 2026-06-03..2026-06-16",
    "последние 3 месяца": "last 3 months 2026-04-01..2026-06-30",
    "понедельник": "monday 2026-06-15",
    "во вторник": "tuesday 2026-06-16",
    "в среду": "wednesday 2026-06-10",
    "sunday": "sunday 2026-06-14",
    "10 июня": "2026-06-10",
    "june 10th": "2026-06-10",
    "15 числа": "2026-06-15",
    "20 числа": "2026-05-20",
    "1-15 june": "2026-06-01..2026-06-15",
    "june 1-15": "2026-06-01..2026-06-15",
    "с 1 по 15 июня": "2026-06-01..2026-06-15",
    "с 16 мая по 15 июня": "2026-05-16..2026-06-15",
    "с 1 по 15": "2026-06-01..2026-06-15",
    "с 20 по 25": "2026-05-20..2026-05-25",
    "01.06-15.06": "2026-06-01..2026-06-15",
    "1.6.26": "2026-06-01",
    "2026-06-01..2026-06-15": "2026-06-01..2026-06-15",
    "2026-05": "2026-05-01..2026-05-31",
    "с 10 июня": "2026-06-10..2026-06-16",
    "июнь": "2026-06-01..2026-06-30",
    "june 2025": "2025-06-01..2025-06-30",
    "may-june": "2026-05-01..2026-06-30",
    "декабрь": "2025-12-01..2025-12-31",
    "15 dec - 10 jan": "2025-12-15..2026-01-10",
    "29 февраля": "2024-02-29",
    "h1 june": "2026-06-01..2026-06-15",
    "1 half of june": "2026-06-01..2026-06-15",
    "вторая половина мая": "2026-05-16..2026-05-31",
    "первая половина месяца": "2026-06-01..2026-06-15",
    "первое полугодие": "2026-01-01..2026-06-30",
    "q2": "2026-04-01..2026-06-30",
    "4 квартал": "2025-10-01..2025-12-31",
    "третий квартал 2025 года": "2025-07-01..2025-09-30",
    "2025": "2025-01-01..2025-12-31",
}


@pytest.mark.parametrize(("said", "understood"), PERIODS.items())
def test_a_period_in_words(said: str, understood: str) -> None:
    words, dates = understood.rpartition(" ")[::2]
    request = incoming(f"/sl inhouse {said}")

    assert request == Request(Verb.FIGURE, Selection("sl", When(words or dates, parse(dates, ZONE)), ("inhouse",)))
    assert incoming(command(request)) == request


HOURS = {
    "yesterday 11:00-13:00": ("yesterday 11:00-13:00", "2026-06-15T08:00", "2026-06-15T10:00"),
    "11:00-13:00 10 июня": ("2026-06-10 11:00-13:00", "2026-06-10T08:00", "2026-06-10T10:00"),
    "с 11 до 13": ("today 11:00-13:00", "2026-06-16T08:00", "2026-06-16T10:00"),
    "9-18 часов вчера": ("yesterday 09:00-18:00", "2026-06-15T06:00", "2026-06-15T15:00"),
    "до 14:30": ("today 00:00-14:30", "2026-06-15T21:00", "2026-06-16T11:30"),
    "вчера с 20:00": ("yesterday 20:00-24:00", "2026-06-15T17:00", "2026-06-15T21:00"),
}


@pytest.mark.parametrize(("said", "understood"), HOURS.items())
def test_hours_of_a_day(said: str, understood: tuple[str, str, str]) -> None:
    words, start, end = understood
    request = incoming(f"sl {said}")

    period = Period(datetime.fromisoformat(start), datetime.fromisoformat(end), ZONE)
    assert request == Request(Verb.FIGURE, Selection("sl", When(words, period)))
    assert incoming(command(request)) == request


def test_relative_words_stay_relative_and_dates_do_not() -> None:
    """A button that was made on Tuesday is pressed on Thursday."""
    assert asked("/sl inhouse 10 июня", "2026-06-18 09:00") == asked("/sl inhouse 10 июня", NOW)
    assert (tuesday := incoming("sl inhouse yesterday")) != (
        thursday := incoming("sl inhouse yesterday", "2026-06-18 09:00")
    )
    assert isinstance(tuesday, Request)
    assert isinstance(thursday, Request)
    assert command(tuesday) == command(thursday)


def test_a_date_that_has_not_begun_is_last_years() -> None:
    assert asked("sl 10 июня", "2026-06-05 12:00") == "sl 2025-06-10"
    assert asked("sl 10 июня", "2026-06-10 00:00") == "sl 2026-06-10"
    assert asked("sl 1-15 июня", "2026-06-05 12:00") == "sl 2026-06-01..2026-06-15"


def test_today_is_the_centres_day_and_not_greenwichs() -> None:
    """At half past midnight in Moscow it is still yesterday in Greenwich."""
    request = incoming("/sl inhouse", "2026-06-16 00:30")

    assert isinstance(request, Request)
    assert request.selection is not None
    assert request.selection.when == When("today", parse("2026-06-16", ZONE))


def test_why_compares_with_the_plan_where_there_is_one() -> None:
    for metric, versus in (("sl", Versus.PLAN), ("calls", Versus.WEEK)):
        request = incoming(f"/why {metric} inhouse")
        assert isinstance(request, Request)
        assert request.verb is Verb.WHY
        assert request.selection == Selection(
            metric, When("today", parse("2026-06-16", ZONE)), ("inhouse",), versus=versus
        )


def test_a_week_over_the_change_of_clocks_has_whole_local_days() -> None:
    """In Berlin the night to 29 March 2026 is an hour short: the week is 167 hours, its days are whole."""
    berlin = vocabulary(CATALOGUE, Centre("Europe/Berlin"), {})
    request = understand("sl last week", berlin, datetime(2026, 4, 1, 12))

    assert isinstance(request, Request)
    assert request.selection is not None
    period = request.selection.when.period
    assert period == days(datetime(2026, 3, 23).date(), datetime(2026, 3, 29).date(), "Europe/Berlin")
    assert (period.end - period.start).total_seconds() == 167 * 3600


@pytest.mark.parametrize(
    "said",
    [
        *("спасибо", "Спасибо, sl вижу", "почему молчишь", "завтра созвон в 11:00", "ок", "👍", ""),
        *("вчера было лучше", "Коллеги, у нас сегодня чаты не работают вообще, что делать?", "слово " * 300),
        *("select * from calls", "<b>привет</b>", "12"),
    ],
)
def test_what_is_no_question_is_left_alone(said: str) -> None:
    assert incoming(said) is None


def test_mentions_of_people_do_not_address_the_bot() -> None:
    assert incoming("@petya") is None
    assert incoming("<@U1> спасибо") is None


def test_the_pages_examples_say_the_same_in_both_languages() -> None:
    page = (Path(__file__).parents[2] / "docs" / "asking.md").read_text("utf-8")
    examples = [re.split(r"\s{2,}", line) for line in page.split("```")[1].strip().splitlines()]

    assert len(examples) == 15
    for english, russian, _ in examples:
        found = interpret(russian, VOCABULARY, to_utc(datetime.fromisoformat(NOW), ZONE))
        assert isinstance(found, Understood), russian
        assert command(found.request) == asked(english)
