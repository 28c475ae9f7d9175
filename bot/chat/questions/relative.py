"""Periods that depend on the day they are asked for on: today, last week, Monday, next month."""

from __future__ import annotations

from datetime import date, timedelta

from bot.chat.questions.dates import Days, month, months_before, quarter
from bot.chat.questions.text import Sentence, phrases

RELATIVE: dict[str, tuple[str, ...]] = {
    "today": (
        *("today", "now", "right now", "so far today", "сегодня", "сегодняшний день", "сейчас", "прямо сейчас"),
        *("на сегодня", "с полуночи", "since midnight", "с начала дня", "с утра и до сейчас", "сегодняшнего дня"),
        *("сегодняшний", "today's", "на сейчас", "на данный момент", "на текущий момент", "текущий день"),
    ),
    "yesterday": (
        *("yesterday", "вчера", "вчерашний день", "вчерашнего дня", "сутки", "за сутки", "прошлые сутки"),
        *("прошедшие сутки", "вчерашние сутки", "прошлый день", "прошедший день", "предыдущий день", "вчерашний"),
        "yesterday's",
    ),
    "day before yesterday": ("day before yesterday", "the day before yesterday", "позавчера", "позавчерашний"),
    "week": (
        *("week", "this week", "current week"),
        *("неделя", "неделю", "эта неделя", "эту неделю", "этой неделе", "текущая неделя", "текущую неделю"),
    ),
    "last week": (
        *("last week", "previous week"),
        *("прошлая неделя", "прошлую неделю", "прошлой неделе", "прошлой недели", "предыдущая неделя"),
        *("прошлой неделей", "прошедшая неделя"),
    ),
    "month": (
        *("month", "this month", "current month"),
        *("месяц", "этот месяц", "этом месяце", "текущий месяц", "текущем месяце"),
    ),
    "last month": (
        *("last month", "previous month"),
        *("прошлый месяц", "прошлом месяце", "прошлого месяца", "предыдущий месяц"),
    ),
    "quarter": (
        *("quarter", "this quarter", "current quarter"),
        *("квартал", "этот квартал", "этом квартале", "текущий квартал"),
    ),
    "last quarter": ("last quarter", "previous quarter", "прошлый квартал", "прошлом квартале", "предыдущий квартал"),
    "year": ("year", "this year", "current year", "год", "этот год", "этом году", "текущий год"),
    "last year": ("last year", "previous year", "прошлый год", "прошлом году", "предыдущий год"),
    "wtd": ("wtd", "week to date", "с начала недели"),
    "mtd": ("mtd", "month to date", "с начала месяца"),
    "qtd": ("qtd", "quarter to date", "с начала квартала"),
    "ytd": ("ytd", "year to date", "с начала года"),
    "monday": ("monday", "mon", "понедельник", "понедельника", "понедельнику", "понедельником", "пн"),
    "tuesday": ("tuesday", "tue", "вторник", "вторника", "вторнику", "вторником", "вт"),
    "wednesday": ("wednesday", "wed", "среда", "среду", "среды", "среде", "средой", "ср"),
    "thursday": ("thursday", "thu", "четверг", "четверга", "четвергу", "четвергом", "чт"),
    "friday": ("friday", "fri", "пятница", "пятницу", "пятницы", "пятнице", "пятницей", "пт"),
    "saturday": ("saturday", "sat", "суббота", "субботу", "субботы", "субботе", "субботой", "сб"),
    "sunday": ("sunday", "sun", "воскресенье", "воскресенья", "воскресенью", "воскресеньем", "вс"),
}
"""Periods that depend on the day they are asked for on; a weekday is the latest one that has begun."""
FUTURE: dict[str, tuple[str, ...]] = {
    "tomorrow": ("tomorrow", "завтра", "завтрашний день"),
    "day after tomorrow": ("day after tomorrow", "the day after tomorrow", "послезавтра"),
    "next week": ("next week", "следующая неделя", "следующую неделю", "следующей неделе", "следующей недели"),
    "next month": ("next month", "следующий месяц", "следующем месяце", "следующего месяца"),
}
"""Periods that have not begun: they have plans and no records."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BY_WORDS = phrases([*RELATIVE.items(), *FUTURE.items()])
BEGINNINGS = frozenset(phrase.split(" ")[0] for phrase in BY_WORDS.meanings)
"""The words that such a period begins with."""


def relative_at(said: Sentence, at: int, today: date) -> tuple[int, Days] | None:
    """A period of relative words that begins at a word: where it ends, and it."""
    found = BY_WORDS.at(said.folded, at)
    return (found[0], relative(found[1], today)) if found else None


def relative(words: str, today: date) -> Days:
    """The days that canonical relative words stand for on a day."""
    first, last = _relative(words, today)
    return Days(words, first, last)


def _relative(words: str, today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    this = month(today)
    match words:
        case "today":
            return today, today
        case "yesterday":
            return today - timedelta(days=1), today - timedelta(days=1)
        case "day before yesterday":
            return today - timedelta(days=2), today - timedelta(days=2)
        case "week":
            return monday, monday + timedelta(days=6)
        case "last week":
            return monday - timedelta(days=7), monday - timedelta(days=1)
        case "month":
            return this.first, this.last
        case "last month":
            return months_before(today, 1), this.first - timedelta(days=1)
        case "quarter":
            return quarter(today).first, quarter(today).last
        case "last quarter":
            before = quarter(quarter(today).first - timedelta(days=1))
            return before.first, before.last
        case "year":
            return date(today.year, 1, 1), date(today.year, 12, 31)
        case "last year":
            return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
        case "tomorrow":
            return today + timedelta(days=1), today + timedelta(days=1)
        case "day after tomorrow":
            return today + timedelta(days=2), today + timedelta(days=2)
        case "next week":
            return monday + timedelta(days=7), monday + timedelta(days=13)
        case "next month":
            following = this.last + timedelta(days=1)
            return following, month(following).last
        case "wtd":
            return monday, today
        case "mtd":
            return this.first, today
        case "qtd":
            return quarter(today).first, today
        case "ytd":
            return date(today.year, 1, 1), today
        case _:
            day = today - timedelta(days=(today.weekday() - WEEKDAYS.index(words)) % 7)
            return day, day
