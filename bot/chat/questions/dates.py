"""Days and hours as they are said: dates without a year, today and last week, from eleven to one, «в 11»."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.chat.questions.text import Sentence, phrases
from metrics.periods import Period, midnight, month_end, to_utc
from warehouse.messages import Message, note

DAY_MINUTES = 24 * 60
_FARTHEST = 183
"""Days that a range without years may last over a new year; a longer one is more likely written backwards."""


@dataclass(frozen=True)
class Days:
    """Local days, both included, and the words that ask for them again."""

    words: str
    first: date
    last: date

    @property
    def dates(self) -> str:
        """The same days without regard to when they are asked for."""
        return between(self.first, self.last).words


@dataclass(frozen=True)
class HoursOfDay:
    """Minutes [start, end) of a day; past 24 hours they are of the next one."""

    start: int
    end: int

    @property
    def over_midnight(self) -> bool:
        """Whether they end on the next day."""
        return self.end > DAY_MINUTES

    @property
    def words(self) -> str:
        end = self.end - DAY_MINUTES if self.over_midnight else self.end
        return f"{_clock(self.start)}-{_clock(end)}"


@dataclass(frozen=True)
class DateError:
    """A period that cannot be, and what could be written in its place."""

    message: Message
    instead: tuple[str, ...] = ()


@dataclass(frozen=True)
class Named:
    """As much of a date as was said."""

    day: int | None = None
    month: int | None = None
    year: int | None = None


def between(first: date, last: date) -> Days:
    """Days as ISO dates."""
    return Days(first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}", first, last)


def month(day: date) -> Days:
    """The month a day lies in."""
    return between(day.replace(day=1), month_end(day))


def quarter(day: date) -> Days:
    """The quarter a day lies in."""
    first = day.replace(month=day.month - (day.month - 1) % 3, day=1)
    return between(first, month_end(first.replace(month=first.month + 2)))


def months_before(day: date, months: int) -> date:
    """The first day of the month so many months before a day's."""
    years, month_index = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month_index + 1, 1)


def resolve(first: Named, last: Named, today: date) -> Days | DateError:
    """The days from one date to another. A date without a year is the latest such date that has begun."""
    inferred = first.year is None or last.year is None
    first, last = _completed(first, last, today)
    starts, ends = _edge(first, False), _edge(last, True)
    for edge in (starts, ends):
        if isinstance(edge, DateError):
            return edge
    assert isinstance(starts, date)
    assert isinstance(ends, date)
    over_new_year = inferred and starts.year < ends.year
    if starts <= ends and not (over_new_year and (ends - starts).days > _FARTHEST):
        return between(starts, ends)
    turned = between(_first(replace(last, year=starts.year)), _last(replace(first, year=starts.year)))
    return DateError(note("The period ends before it begins: write the earlier day first."), (turned.words,))


def when(days: Days, hours: HoursOfDay | None, timezone: str) -> Period | DateError:
    """The period of whole local days, or of hours of one day."""
    after = days.last + timedelta(days=1)
    if hours is None:
        return Period(midnight(days.first, timezone), midnight(after, timezone), timezone)
    if days.first != days.last:
        return DateError(note("Hours go with one day: name the day, or leave the hours out."))
    start, end = (_instant(days.first, minutes, timezone) for minutes in (hours.start, hours.end))
    if end <= start:
        return DateError(
            note("There is no {hours} on {day}: the clocks go forward.", hours=hours.words, day=days.first),
        )
    return Period(start, end, timezone)


def _completed(first: Named, last: Named, today: date) -> tuple[Named, Named]:
    """What one end does not say is as the other says; without any month, the latest that has begun."""
    if first.month is None and last.month is None:
        on = today if (first.day or 1) <= today.day else months_before(today, 1)
        return replace(first, month=on.month, year=on.year), replace(last, month=on.month, year=on.year)
    first = replace(first, month=first.month or last.month)
    last = replace(last, month=last.month or first.month)
    over_new_year = (last.month or 0) < (first.month or 0)
    if first.year is None:
        year = _latest_year(first, today) if last.year is None else last.year - over_new_year
        first = replace(first, year=year)
    if last.year is None:
        last = replace(last, year=(first.year or 0) + over_new_year)
    return first, last


def _latest_year(named: Named, today: date) -> int:
    """The latest year in which such a date has begun; 29 February may be years ago."""
    for year in range(today.year, today.year - 9, -1):
        on = _edge(replace(named, year=year), False)
        if isinstance(on, date) and on <= today:
            return year
    return today.year


def _edge(named: Named, end: bool) -> date | DateError:
    """A date that is said in whole; of a month its first day, or its last."""
    assert named.year is not None
    assert named.month is not None
    longest = calendar.monthrange(named.year, named.month)[1]
    last = date(named.year, named.month, longest)
    if named.day is not None and not 1 <= named.day <= longest:
        nearest = last if named.day else last.replace(day=1)
        return DateError(
            note("There is no day {given} in that month: it ends on {last}.", given=named.day, last=last),
            (nearest.isoformat(),),
        )
    return last.replace(day=named.day or (longest if end else 1))


def _first(named: Named) -> date:
    edge = _edge(named, False)
    return edge if isinstance(edge, date) else date.fromisoformat(edge.instead[0])


def _last(named: Named) -> date:
    edge = _edge(named, True)
    return edge if isinstance(edge, date) else date.fromisoformat(edge.instead[0])


def _instant(day: date, minutes: int, timezone: str) -> datetime:
    if minutes >= DAY_MINUTES:
        return _instant(day + timedelta(days=1), minutes - DAY_MINUTES, timezone)
    if minutes == 0:
        return midnight(day, timezone)
    return to_utc(datetime.combine(day, time(minutes // 60, minutes % 60)), timezone)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


RELATIVE: dict[str, tuple[str, ...]] = {
    "today": (
        *("today", "now", "right now", "so far today", "сегодня", "сегодняшний день", "сейчас", "прямо сейчас"),
        *(
            "на сегодня",
            "с полуночи",
            "since midnight",
            "с начала дня",
            "с начала суток",
            "с утра и до сейчас",
            "сегодняшнего дня",
        ),
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


FoundHours = tuple[int, HoursOfDay | DateError]
"""Where the words of hours end, and what they say."""

_TIME = r"(\d{1,2})(?::(\d\d))?"
_O_CLOCK = r"(?: ?(часов вечера|часов утра|часов дня|часов|часа|час|ч|h|hours|o'clock|утра|дня|вечера|ночи|am|pm))?"
_TO_TIME = r"(?: ?- ?| (до) | (?:по|to|until|till|and|и) )"
_HOURS = re.compile(rf"(?:(from|between|с|со|между) )?{_TIME}{_TO_TIME}{_TIME}{_O_CLOCK}")
_UNTIL = re.compile(rf"(?:до|until|till|before) {_TIME}{_O_CLOCK}")
_AFTER = re.compile(rf"(?:с|со|from|since|after|после) {_TIME}{_O_CLOCK}")
_WITHIN = re.compile(rf"(?:в|во|at|за) {_TIME}{_O_CLOCK}")
_EARLIEST_EVENING, _LATEST_MORNING = 17, 12
"""Hours between which a night lies; other hours that end before they begin are a mistake."""
_AFTERNOON = ("часов вечера", "часов дня", "дня", "вечера", "pm")
_MIDNIGHT = ("полуночи", "midnight")
_UNTIL_MORNING = re.compile(rf"(?:с|со|from|since) {_TIME}{_O_CLOCK} (?:до|to|till|until) (?:the )?(?:утра|morning)")
_MORNING = 6
_LAST_HOURS = re.compile(
    r"(?:(?:за|in|for|the) )*(?:последний|последние|последних|прошедший|last|past) "
    r"(?:(\d{1,2}) )?(часа|часов|час|hours?|полчаса|half an hour|(\d{1,3}) (?:минут|minutes))"
)


def hours_at(said: Sentence, at: int) -> FoundHours | None:
    """The longest hours that begin at a word."""
    found = [each for rule in (_hours, _open_hours, _hour, _last_hours, _until_morning) if (each := rule(said, at))]
    return max(found, key=lambda each: each[0], default=None)


def _hours(said: Sentence, at: int) -> FoundHours | None:
    """From an hour to an hour; plain numbers need a word that says they are hours."""
    found = said.match(_HOURS, at)
    if not found:
        return None
    end, match = found
    prefix, hour, minute, to, to_hour, to_minute, o_clock = match.groups()
    between_them = prefix in ("between", "между")
    if not (minute or to or to_minute or o_clock or between_them):
        return None
    if match[0].split(" ")[-2:-1] in (["и"], ["and"]) and not between_them:
        return None
    if said.folded[end - 1] in _MIDNIGHT and to_hour == "24" and int(hour) < 12:
        hour = str(int(hour) + 12)  # «с десяти до полуночи»
    later = 12 if o_clock in _AFTERNOON and int(to_hour) < 12 else 0
    earlier = later if int(hour) < int(to_hour) else 0
    return end, hours_from(int(hour) + earlier, int(minute or 0), int(to_hour) + later, int(to_minute or 0))


def _hour(said: Sentence, at: int) -> FoundHours | None:
    """«В 11», "at 11": an hour, or half of it from a half on."""
    found = said.match(_WITHIN, at)
    if not found or (said.folded[at] == "за" and not found[1][3]):
        return None
    hour, minute, o_clock = int(found[1][1]), int(found[1][2] or 0), found[1][3]
    if said.folded[at] == "за" and not found[1][0].endswith("час"):
        return None
    hour += 12 if o_clock in _AFTERNOON and hour < 12 else 0
    return (found[0], hours_from(hour, minute, hour + 1, 0)) if hour < 24 and minute < 60 else None


def _last_hours(said: Sentence, at: int) -> FoundHours | None:
    """So many hours up to now, of today."""
    found = said.match(_LAST_HOURS, at) if said.clock else None
    if not found or said.clock is None:
        return None
    unit = found[1][2]
    length = (
        int(found[1][3]) if found[1][3] else 30 if unit in ("полчаса", "half an hour") else 60 * int(found[1][1] or 1)
    )
    now = said.clock.hour * 60 + said.clock.minute
    return (found[0], HoursOfDay(max(now - length, 0), now)) if now and length else None


def _open_hours(said: Sentence, at: int) -> FoundHours | None:
    """Until an hour, or from one on."""
    if (found := said.match(_UNTIL, at)) and (found[1][2] or found[1][3]):
        return found[0], hours_from(0, 0, _of_day(found[1]), int(found[1][2] or 0))
    bare = said.folded[at] in ("after", "после")
    if (found := said.match(_AFTER, at)) and (found[1][2] or found[1][3] or (bare and int(found[1][1]) < 24)):
        return found[0], hours_from(_of_day(found[1]), int(found[1][2] or 0), 24, 0)
    return None


def _until_morning(said: Sentence, at: int) -> FoundHours | None:
    """«С десяти вечера до утра»."""
    found = said.match(_UNTIL_MORNING, at)
    return (found[0], hours_from(_of_day(found[1]), int(found[1][2] or 0), _MORNING, 0)) if found else None


def _of_day(match: re.Match[str]) -> int:
    """The hour that is said, by a clock of 24 hours."""
    return int(match[1]) + (12 if match[3] in _AFTERNOON and int(match[1]) < 12 else 0)


def hours_from(from_hour: int, from_minute: int, to_hour: int, to_minute: int) -> HoursOfDay | DateError:
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    given = f"{from_hour}:{from_minute:02}-{to_hour}:{to_minute:02}"
    if max(from_minute, to_minute) > 59 or max(start, end) > 24 * 60:
        return DateError(note('There are no such hours as "{given}": write 11:00-13:00.', given=given))
    if end <= start and from_hour >= _EARLIEST_EVENING and to_hour <= _LATEST_MORNING:
        return HoursOfDay(start, end + DAY_MINUTES)  # over midnight
    if end <= start:
        swapped = HoursOfDay(end, start)
        return DateError(
            note("Hours lie within one day, the earlier one first: {given} do not.", given=given),
            (swapped.words,) if end < start else (),
        )
    return HoursOfDay(start, end)
