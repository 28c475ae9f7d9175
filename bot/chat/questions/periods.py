"""Periods as they are said: dates and ranges of them, months, seasons, quarters, years, so many days, hours."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from bot.chat.questions.dates import (
    BEGINNINGS,
    BY_WORDS,
    WEEKDAYS,
    DateError,
    Days,
    HoursOfDay,
    Named,
    between,
    hours_at,
    hours_from,
    month,
    months_before,
    quarter,
    relative,
    relative_at,
    resolve,
)
from bot.chat.questions.text import Sentence, fold, phrases
from metrics.periods import month_end
from warehouse.messages import note

_PATTERN_WORDS = (
    *("последние", "последних", "последний", "прошедшие", "прошлые", "прошлый", "прошлая", "прошлую", "половина"),
    *("половину", "первая", "первую", "вторая", "вторую", "квартал", "полугодие", "полгода", "выходные"),
    "выходных",
    *("назад", "числа", "часа", "часов", "дней", "дня", "недели", "недель", "месяцев", "месяца", "года"),
    "позапрошлую",
    *("weekend", "hours", "days", "weeks", "months", "quarter", "half", "last", "first", "second", "between"),
    "since",
    *("between", "from", "until", "till", "after", "before", "между", "после", "последнюю", "предыдущий"),
    "предыдущую",
    *("из", "за", "год", "лет", "час", "полчаса", "минут"),
)
MONTHS: dict[int, tuple[str, ...]] = {
    1: ("january", "jan", "январь", "января", "январе", "январю", "январем", "янв"),
    2: ("february", "feb", "февраль", "февраля", "феврале", "февралю", "февралем", "фев"),
    3: ("march", "mar", "март", "марта", "марте", "марту", "мартом", "мар"),
    4: ("april", "apr", "апрель", "апреля", "апреле", "апрелю", "апрелем", "апр"),
    5: ("may", "май", "мая", "мае", "маю", "маем"),
    6: ("june", "jun", "июнь", "июня", "июне", "июню", "июнем", "июн"),
    7: ("july", "jul", "июль", "июля", "июле", "июлю", "июлем", "июл"),
    8: ("august", "aug", "август", "августа", "августе", "августу", "августом", "авг"),
    9: ("september", "sept", "sep", "сентябрь", "сентября", "сентябре", "сентябрю", "сентябрем", "сент", "сен"),
    10: ("october", "oct", "октябрь", "октября", "октябре", "октябрю", "октябрем", "окт"),
    11: ("november", "nov", "ноябрь", "ноября", "ноябре", "ноябрю", "ноябрем", "ноя"),
    12: ("december", "dec", "декабрь", "декабря", "декабре", "декабрю", "декабрем", "дек"),
}

SEASONS: dict[int, tuple[str, ...]] = {
    3: ("spring", "весна", "весну", "весной", "весны", "весне"),
    6: ("summer", "лето", "летом", "лета", "лету"),
    9: ("autumn", "осень", "осенью", "осени"),
    12: ("winter", "зима", "зиму", "зимой", "зимы", "зиме"),
}
"""The months that seasons begin with."""

WORDS = (*_PATTERN_WORDS, *(name for names in (*MONTHS.values(), *SEASONS.values()) for name in names))
"""Words that the patterns of periods are made of, to find again with a slip."""

MOST_DAYS = 3660
MOST_MONTHS = 120

PeriodPhrase = Days | HoursOfDay | DateError
Found = tuple[int, PeriodPhrase]
"""Where the words of a period end, and what they say."""

_MONTH_NUMBERS = {fold(name): number for number, names in MONTHS.items() for name in names}
_MONTH = "(" + "|".join(sorted(_MONTH_NUMBERS, key=lambda name: (-len(name), name))) + ")"
_YEAR = r"((?:19|20)\d\d)(?: ?(?:года|году|год|г))?"
_DAY = r"(\d{1,2})(?:st|nd|rd|th|-?(?:ого|го|ое|е))?"
_END = r"(?=\s|-|\.\.|$)"

_ISO = re.compile(rf"((?:19|20)\d\d)-(\d\d?)(?:-(\d\d?))?{_END}")
_NUMERIC = re.compile(rf"(\d\d?)[./](\d\d?)(?:[./]((?:19|20)\d\d|\d\d))?{_END}")
_DAY_MONTH = re.compile(rf"{_DAY}[ -]?(?:of )?{_MONTH}(?: {_YEAR})?{_END}")
_MONTH_DAY = re.compile(rf"{_MONTH} {_DAY}(?: {_YEAR})?{_END}")
_MONTH_ALONE = re.compile(rf"{_MONTH}(?: (?:of )?{_YEAR})?{_END}")
_DAY_ALONE = re.compile(rf"{_DAY}{_END}")

_FROM = re.compile(r"(?:from|since|between|с|со) ")
_TO = re.compile(r" ?(-|\.{2,3}) ?| (по|to|until|till|through|до) ")

_OF_MONTH = re.compile(r"(\d{1,2})(?:-?го|-?е)? (?:числа|число|числу)")
_WHOLE_YEAR = re.compile(_YEAR)

_LAST = re.compile(
    r"(?:(?:the )?(?:last|past|последние|последних|прошедшие|прошлые|крайние) )?(\d{1,5}) "
    r"(?:(days?|дней|дня|день|суток)|(weeks?|недель|недели|неделю)|(months?|месяцев|месяца|месяц))"
)
_HALF = (
    r"(?:the )?(?:h([12])|([12])h|(?:([12])(?:st|nd|-?я)?|(first|первая|первую|первой)|(second|вторая|вторую|второй)) "
    r"(?:half|половина|половину|половине))"
)
_HALF_OF = re.compile(
    rf"{_HALF}(?: of)?(?: (?:the )?(?:{_MONTH}(?: {_YEAR})?|(month|this month|месяца|этого месяца)|"
    rf"(last month|прошлого месяца)|{_YEAR}|(year|this year|года|этого года)))?"
)
_MONTH_HALF = re.compile(rf"{_MONTH}(?: {_YEAR})? h([12])")
_HALF_YEAR = re.compile(rf"(?:(1|1-е|1-го|перв\w+)|(?:2|2-е|2-го|втор\w+)) полугоди[еяию]м?(?: {_YEAR})?")
_QUARTER = re.compile(
    rf"(?:q([1-4])|([1-4])q|([1-4])(?:st|nd|rd|th|-?й)? (?:квартал[аеу]?|кв|quarter)|"
    rf"(first|перв|втор|second|трет|third|четверт|fourth)[а-я]* (?:квартал[аеу]?|quarter))"
    rf"(?: (?:of )?{_YEAR})?"
)
_ORDINALS = ("перв", "втор", "трет", "четверт", "first", "second", "third", "fourth")
_NUMBERS = {"two": 2, "three": 3, "four": 4, "две": 2, "два": 2, "три": 3, "четыре": 4, "пять": 5, "десять": 10}
_EDGE_OF_MONTH = re.compile(
    rf"(?:the )?(?:(first|первые|первых|первая|первую|первой)|(last|последние|последних|последняя|последнюю)) "
    rf"(?:(\d{{1,2}}|{'|'.join(_NUMBERS)}) )?(?:(days?|дней|дня|день)|(?:weeks?|недель|недели|неделя|неделю|неделе)) "
    rf"(?:of )?(?:in )?(?:в )?{_MONTH}(?: {_YEAR})?{_END}"
)
"""«Первые две недели июня», "the last 10 days of May"."""

_NIGHT_TO = re.compile(r"(?:с|со|from) (\w+) (?:на|to) (\w+)")
_HALF_A_YEAR = phrases([(True, ("полгода", "последние полгода", "half a year", "last half year", "half year"))])

_SATURDAY = 5
_SEASON_MONTHS = {name: number for number, names in SEASONS.items() for name in names}
_SEASON = re.compile(rf"(?:(last|прошл\w+|эт\w+|this) )?({'|'.join(_SEASON_MONTHS)})(?: (?:of )?{_YEAR})?{_END}")

_AGO = re.compile(
    r"(?:(\d{1,4}|an?|one|один|одну) )?"
    r"(?:(days?|день|дня|дней)|(weeks?|неделю|недели|недель)|(months?|месяц|месяца|месяцев)|(years?|год|года|лет)) "
    r"(?:ago|назад)"
)

_WEEKENDS = re.compile(
    r"(?:(?:this|the|эти|этих) )?(?:(last|previous|прошл\w+|прошедш\w+|предыдущ\w+) )?"
    r"(?:weekend|выходные|выходных|уик-?энд)"
)
_LAST_WEEKDAY = re.compile(r"(?:last|previous|прошл\w+|минувш\w+) (\w+)")
_BEFORE_LAST = re.compile(
    r"(?:позапрошл\w+ (?:(недел[яюие]\w*)|(месяц\w*)|(год\w*))|the (?:week|month|year) before last)"
)
_SINCE_DAY = re.compile(r"(?:с|со|since|from) (\w+)")

_BEGINS = re.compile(
    rf"\d|[hq][1-4]$|{_MONTH}|(?:from|since|between|after|until|till|before|с|со|после|до|the|last|past|first|second|"
    rf"{'|'.join(_SEASON_MONTHS)}|an?$|one$|один$|одну$|день$|between|между|in$|for$|за$|в$|во$|at$|this$|эти$|этих$|"
    r"weekend|выходн|уик|полугоди|эт|текущ|previous|предыдущ|минувш|позапрошл|пол|the$|"
    r"third|fourth|перв|втор|трет|четверт|последн|прошедш|прошл|крайние)"
)
"""How a word begins with which one of these rules may begin; the others need not be tried."""


def period_at(said: Sentence, at: int, today: date) -> Found | None:
    """The longest period that begins at a word."""
    if not _BEGINS.match(said.folded[at]) and said.folded[at] not in BEGINNINGS:
        return None
    rules = (
        *(relative_at, _range, _of_month, _year, _last, _ago, _season, _half, _month_half, _half_year, _quarter),
        *(_weekend, _last_weekday, _before_last, _half_a_year, _this_half, _since_relative, _edge_of_month, _night_to),
    )
    found: list[Found] = [each for rule in rules if (each := rule(said, at, today))]
    if hours := hours_at(said, at):
        found.append(hours)
    return _of_year(said, max(found, key=lambda each: each[0]), today) if found else None


_YEARS_BACK = phrases(
    {
        0: ("этого года", "текущего года", "в этом году", "this year", "of this year"),
        1: ("прошлого года", "в прошлом году", "прошлым годом", "last year", "of last year", "in the last year"),
        2: ("позапрошлого года", "в позапрошлом году", "the year before last", "of the year before last"),
    }.items()
)


def _of_year(said: Sentence, found: Found, today: date) -> Found:
    """«Июнь прошлого года»: dates with the year that is said after them."""
    end, days = found
    after = _YEARS_BACK.at(said.folded, end)
    if after is None or not isinstance(days, Days) or not days.words[0].isdigit():
        return found
    year = today.year - after[1]
    first, last = (
        replace(Named(day.day, day.month), year=year + day.year - days.first.year) for day in (days.first, days.last)
    )
    if days.last == month_end(days.last):
        last = replace(last, day=None)
    return after[0], resolve(first, last, today)


def _range(said: Sentence, at: int, today: date) -> Found | None:
    """A date, or from one to another."""
    start = said.starts[at]
    prefix = None if said.compared else _FROM.match(said.text, start)
    first = _date(said.text, prefix.end() if prefix else start)
    if not first:
        return None
    to = _TO.match(said.text, first[1])
    second = _date(said.text, to.end()) if to else None
    end = said.end_at(second[1]) if second else None
    if to and second and end:
        if first[0].month is None and second[0].month is None:
            return _days_alone(end, first[0], second[0], to[1] or to[2], today)
        return end, resolve(first[0], second[0], today)
    end = said.end_at(first[1])
    if not end or first[0].month is None:
        return None
    days = resolve(first[0], first[0], today)
    if prefix and isinstance(days, Days):
        return end, between(days.first, max(today, days.last))
    return end, days


def _days_alone(end: int, first: Named, last: Named, to: str, today: date) -> Found | None:
    """Two numbers: days of the month, if they cannot be hours as well."""
    days = resolve(first, last, today)
    hours = hours_from(first.day or 0, 0, last.day or 0, 0)
    if to == "до":
        return None
    if to == "по" or not isinstance(hours, HoursOfDay):
        return end, days
    return end, DateError(
        note('"{given}" may be hours or days of the month.', given=f"{first.day}-{last.day}"),
        (hours.words, *((days.words,) if isinstance(days, Days) else ())),
    )


def _date(text: str, at: int) -> tuple[Named, int] | None:
    """As much of a date as stands at a place of the text."""
    if match := _ISO.match(text, at):
        named = Named(_number(match[3]), int(match[2]), int(match[1]))
    elif match := _NUMERIC.match(text, at):
        year = _number(match[3])
        named = Named(int(match[1]), int(match[2]), 2000 + year if year is not None and year < 100 else year)
    elif match := _DAY_MONTH.match(text, at):
        named = Named(int(match[1]), _MONTH_NUMBERS[match[2]], _number(match[3]))
    elif match := _MONTH_DAY.match(text, at):
        named = Named(int(match[2]), _MONTH_NUMBERS[match[1]], _number(match[3]))
    elif match := _MONTH_ALONE.match(text, at):
        named = Named(None, _MONTH_NUMBERS[match[1]], _number(match[2]))
    elif match := _DAY_ALONE.match(text, at):
        named = Named(int(match[1]))
    else:
        return None
    return (named, match.end()) if named.month is None or 1 <= named.month <= 12 else None


def _of_month(said: Sentence, at: int, today: date) -> Found | None:
    found = said.match(_OF_MONTH, at)
    if not found:
        return None
    end, match = found
    return end, resolve(Named(int(match[1])), Named(int(match[1])), today)


def _year(said: Sentence, at: int, today: date) -> Found | None:
    found = said.match(_WHOLE_YEAR, at)
    return (found[0], _whole_year(int(found[1][1]))) if found else None


def _last(said: Sentence, at: int, today: date) -> Found | None:
    """The last days, today included; weeks are seven days each, months are those of the calendar."""
    found = said.match(_LAST, at)
    if not found:
        return None
    end, match = found
    n = int(match[1])
    if match[4]:
        if not 1 <= n <= MOST_MONTHS:
            return end, DateError(note("The last months may be from 1 to {most}.", most=MOST_MONTHS), ("month",))
        return end, Days(f"last {n} months", months_before(today, n - 1), month_end(today))
    n *= 7 if match[3] else 1
    if not 1 <= n <= MOST_DAYS:
        return end, DateError(note("The last days may be from 1 to {most}.", most=MOST_DAYS), ("last 7 days",))
    return end, Days(f"last {n} days", today - timedelta(days=n - 1), today)


def _season(said: Sentence, at: int, today: date) -> Found | None:
    """The latest that has begun. A winter lies in two years: which of two is meant, is asked back."""
    found = said.match(_SEASON, at)
    if not found:
        return None
    end, match = found
    begins, year = _SEASON_MONTHS[match[2]], _number(match[3])
    if year is None:
        latest = _three_months(today.year - (today < date(today.year, begins, 1)), begins)
        goes_on = latest.last >= today and match[1] and match[1].startswith(("last", "прошл"))
        return end, _three_months(latest.first.year - 1, begins) if goes_on else latest
    if begins == _SEASON_MONTHS["winter"]:
        both = tuple(_three_months(each, begins).words for each in (year - 1, year))
        return end, DateError(
            note('"{given}" may be two winters: the one that begins in it, or ends.', given=match[0]), both
        )
    return end, _three_months(year, begins)


def _three_months(year: int, first: int) -> Days:
    begins = date(year, first, 1)
    return between(begins, month_end(months_before(begins, -2)))


def _weekend(said: Sentence, at: int, today: date) -> Found | None:
    """The latest weekend that has begun; the one before, where it goes on and the last is asked for."""
    found = said.match(_WEEKENDS, at)
    if not found:
        return None
    saturday = today - timedelta(days=(today.weekday() - _SATURDAY) % 7)
    if found[1][1] and today.weekday() >= _SATURDAY:
        saturday -= timedelta(days=7)
    return found[0], between(saturday, saturday + timedelta(days=1))


def _last_weekday(said: Sentence, at: int, today: date) -> Found | None:
    """Last Tuesday is the latest one before today, last June the latest that is over."""
    found = said.match(_LAST_WEEKDAY, at)
    named = BY_WORDS.meanings.get(found[1][1]) if found else None
    if found and (number := _MONTH_NUMBERS.get(found[1][1])):
        year = today.year - (today.month <= number)
        return found[0], month(date(year, number, 1))
    if not found or named not in WEEKDAYS:
        return None
    back = (today.weekday() - WEEKDAYS.index(named)) % 7 or 7
    day = today - timedelta(days=back)
    return found[0], between(day, day)


def _before_last(said: Sentence, at: int, today: date) -> Found | None:
    found = said.match(_BEFORE_LAST, at)
    if not found:
        return None
    end, match = found
    if match[1] or " week " in match[0]:
        monday = today - timedelta(days=today.weekday() + 14)
        return end, between(monday, monday + timedelta(days=6))
    if match[2] or " month " in match[0]:
        return end, month(months_before(today, 2))
    return end, _whole_year(today.year - 2)


def _half_a_year(said: Sentence, at: int, today: date) -> Found | None:
    """Six months, this one included."""
    found = _HALF_A_YEAR.at(said.folded, at)
    return (found[0], Days("last 6 months", months_before(today, 5), month_end(today))) if found else None


def _since_relative(said: Sentence, at: int, today: date) -> Found | None:
    """«С понедельника», "since yesterday": until today."""
    if said.compared or not _SINCE_DAY.match(said.text, said.starts[at]):
        return None
    found = BY_WORDS.at(said.folded, at + 1)
    if not found or found[1] not in (*WEEKDAYS, "yesterday", "day before yesterday"):
        return None
    return found[0], between(relative(found[1], today).first, today)


def _edge_of_month(said: Sentence, at: int, today: date) -> Found | None:
    """So many days or weeks from the beginning of a month, or up to its end."""
    found = said.match(_EDGE_OF_MONTH, at)
    if not found:
        return None
    end, match = found
    n = _NUMBERS.get(match[3], 0) or int(match[3] or 1)
    length = n if match[4] else 7 * n
    of = Named(month=_MONTH_NUMBERS[match[5]], year=_number(match[6]))
    whole = resolve(of, of, today)
    if isinstance(whole, DateError):
        return end, whole
    span = timedelta(days=length - 1)
    if match[1]:
        return end, between(whole.first, min(whole.first + span, whole.last))
    return end, between(max(whole.last - span, whole.first), whole.last)


def _night_to(said: Sentence, at: int, today: date) -> Found | None:
    """«В ночь с пятницы на субботу»: the day on which the night begins."""
    found = said.match(_NIGHT_TO, at)
    first, second = (BY_WORDS.meanings.get(found[1][n]) for n in (1, 2)) if found else (None, None)
    if not found or first not in WEEKDAYS or second not in WEEKDAYS:
        return None
    if (WEEKDAYS.index(second) - WEEKDAYS.index(first)) % 7 != 1:
        return None
    day = relative(first, today).first
    return found[0], between(day, day)


def _ago(said: Sentence, at: int, today: date) -> Found | None:
    """So many days ago is a day; the week, the month, the year so long ago may be meant, or the same time in it."""
    found = said.match(_AGO, at)
    if not found:
        return None
    end, match = found
    n = int(match[1]) if match[1] and match[1].isdigit() else 1
    if not 0 < n <= MOST_MONTHS * 30:
        return None
    if match[2] and n > 1:
        day = today - timedelta(days=n)
        return end, between(day, day)
    message = note('"{given}" may be a period, or what it is compared with.', given=match[0])
    if n == 1:
        unit = next(
            name for name, given in zip(("day", "week", "month", "year"), match.groups()[1:], strict=True) if given
        )
        whole = "yesterday" if unit == "day" else f"last {unit}"
        return end, DateError(message, (whole, f"vs {whole}"))
    if match[3]:
        monday = today - timedelta(days=today.weekday() + 7 * n)
        whole = between(monday, monday + timedelta(days=6)).words
    elif match[4]:
        whole = month(months_before(today, min(n, MOST_MONTHS))).words
    else:
        whole = _whole_year(max(today.year - n, 1990)).words
    return end, DateError(message, (whole, f"vs {whole}"))


def _half(said: Sentence, at: int, today: date) -> Found | None:
    """Half of a month, or of a year; a half of nothing may be both."""
    found = said.match(_HALF_OF, at)
    if not found:
        return None
    end, match = found
    half = 1 if match[4] or "1" in (match[1], match[2], match[3]) else 2
    if match[6]:
        return end, _half_month(half, Named(month=_MONTH_NUMBERS[match[6]], year=_number(match[7])), today)
    this, before = today, months_before(today, 1)
    if match[8] or match[9]:
        on = this if match[8] else before
        return end, _half_month(half, Named(month=on.month, year=on.year), today)
    year = int(match[10]) if match[10] else today.year
    of_year = between(date(year, 1 if half == 1 else 7, 1), date(year, 6 if half == 1 else 12, 30 + (half == 2)))
    if match[10] or match[11]:
        return end, of_year
    of_month = _half_month(half, Named(month=today.month, year=today.year), today)
    assert isinstance(of_month, Days)
    return end, DateError(
        note('"{given}" may be a half of the month or of the year.', given=match[0]), (of_month.words, of_year.words)
    )


def _month_half(said: Sentence, at: int, today: date) -> Found | None:
    found = said.match(_MONTH_HALF, at)
    if not found:
        return None
    end, match = found
    return end, _half_month(int(match[3]), Named(month=_MONTH_NUMBERS[match[1]], year=_number(match[2])), today)


def _half_month(half: int, of: Named, today: date) -> Days | DateError:
    if half == 1:
        return resolve(Named(1, of.month, of.year), Named(15, of.month, of.year), today)
    days = resolve(Named(16, of.month, of.year), Named(16, of.month, of.year), today)
    return between(days.first, month_end(days.first)) if isinstance(days, Days) else days


def _half_year(said: Sentence, at: int, today: date) -> Found | None:
    found = said.match(_HALF_YEAR, at)
    if not found:
        return None
    end, match = found
    first = 1 if match[1] else 7
    year = _number(match[2]) or (today.year if today.month >= first else today.year - 1)
    return end, between(date(year, first, 1), month_end(date(year, first + 5, 1)))


_HALF_ALONE = phrases([(True, ("полугодие", "это полугодие", "текущее полугодие", "за полугодие"))])


def _this_half(said: Sentence, at: int, today: date) -> Found | None:
    """The half of the year that goes on."""
    found = _HALF_ALONE.at(said.folded, at)
    first = date(today.year, 1 if today.month <= _HALF_MONTHS else _HALF_MONTHS + 1, 1)
    return (found[0], between(first, month_end(first.replace(month=first.month + 5)))) if found else None


_HALF_MONTHS = 6


def _quarter(said: Sentence, at: int, today: date) -> Found | None:
    found = said.match(_QUARTER, at)
    if not found:
        return None
    end, match = found
    number = int(match[1] or match[2] or match[3] or _ORDINALS.index(match[4]) % 4 + 1)
    days = resolve(Named(1, 3 * number - 2, _number(match[5])), Named(1, 3 * number - 2, _number(match[5])), today)
    return end, quarter(days.first) if isinstance(days, Days) else days


def _whole_year(year: int) -> Days:
    return between(date(year, 1, 1), date(year, 12, 31))


def _number(text: str | None) -> int | None:
    return int(text) if text else None
