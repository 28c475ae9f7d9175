"""How often something is to come: `daily 09:30`, `по будням`, `weekly mon,thu 10:00`, said anywhere in a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from bot.commands.text import Word, fold

SHORT = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKDAYS = frozenset(range(5))

WEEKDAYS: dict[int, tuple[str, ...]] = {
    0: ("mon", "monday", "mondays", "пн", "понедельник", "понедельникам"),
    1: ("tue", "tuesday", "tuesdays", "вт", "вторник", "вторникам"),
    2: ("wed", "wednesday", "wednesdays", "ср", "среда", "среду", "средам"),
    3: ("thu", "thursday", "thursdays", "чт", "четверг", "четвергам"),
    4: ("fri", "friday", "fridays", "пт", "пятница", "пятницу", "пятницам"),
    5: ("sat", "saturday", "saturdays", "сб", "суббота", "субботу", "субботам"),
    6: ("sun", "sunday", "sundays", "вс", "воскресенье", "воскресеньям"),
}
DAILY = ("daily", "every day", "each day", "every morning", "ежедневно", "каждый день", "каждое утро", "каждый вечер")
ON_WORKDAYS = (
    *("weekdays", "weekday", "on weekdays", "every weekday", "workdays", "on workdays"),
    *("по будням", "в будни", "будни", "по будним дням", "каждый будний день"),
)
WEEKLY = ("weekly", "every week", "once a week", "еженедельно", "каждую неделю", "раз в неделю")
_BEFORE_A_DAY = ("on", "every", "each", "по", "в", "во", "каждый", "каждую", "каждое")


def _either(said: Sequence[str]) -> str:
    return "|".join(sorted(map(fold, said), key=len, reverse=True))


_NUMBERS = {fold(name): number for number, names in WEEKDAYS.items() for name in names}
_DAY = _either(list(_NUMBERS))
_TIME = r"(?:(?:at|в|во|к) )?(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)|(?:at|в) (?P<whole>[01]?\d|2[0-3])"
_DAYS = (
    rf"(?P<daily>{_either(DAILY)})|(?P<workdays>{_either(ON_WORKDAYS)})"
    rf"|(?:(?:{_either(WEEKLY)}) )?(?:(?:{_either(_BEFORE_A_DAY)}) )?(?P<days>(?:{_DAY})(?: (?:and |и )?(?:{_DAY}))*)"
)
_DAYS_FIRST = re.compile(rf"(?:{_DAYS})(?: (?:{_TIME}))?")
_TIME_FIRST = re.compile(rf"(?:{_TIME}) (?:{_DAYS})")


@dataclass(frozen=True)
class Repeat:
    """Days of the week (0 is Monday; None: every day) and a local time; None, where none was said."""

    days: frozenset[int] | None
    at: time | None

    @property
    def words(self) -> str:
        """The canonical words, which mean the same again."""
        clock = f" {self.at:%H:%M}" if self.at else ""
        if self.days is None:
            return f"daily{clock}"
        if self.days == WORKDAYS:
            return f"weekdays{clock}"
        return f"weekly {','.join(SHORT[day] for day in sorted(self.days))}{clock}"


def repeat_in(said: Sequence[Word]) -> tuple[Repeat | None, tuple[Word, ...]]:
    """How often a text wants something, and the words that are left.

    It stands at the end, else at the beginning; between other words only with its time.
    """
    folded = ["\0" if word.quote else word.folded for word in said]
    count = len(folded)
    ends = [(start, count) for start in range(count)]
    begins = [(0, end) for end in range(count - 1, 0, -1)]
    inside = [(start, end) for start in range(1, count) for end in range(count - 1, start + 1, -1)]
    for start, end in (*ends, *begins, *inside):
        text = " ".join(folded[start:end])
        found = _DAYS_FIRST.fullmatch(text) or _TIME_FIRST.fullmatch(text)
        if found and (repeat := _repeat(found)) and (repeat.at or (start, end) not in inside):
            return repeat, (*said[:start], *said[end:])
    return None, tuple(said)


def repeat_of(text: str) -> Repeat:
    """What canonical words mean."""
    found = _DAYS_FIRST.fullmatch(text.replace(",", " "))
    assert found, text
    return _repeat(found)


def _repeat(found: re.Match[str]) -> Repeat:
    hour, minute = found["hour"] or found["whole"], found["minute"] or "0"
    at = time(int(hour), int(minute)) if hour else None
    if found["daily"]:
        return Repeat(None, at)
    if found["workdays"]:
        return Repeat(WORKDAYS, at)
    days = frozenset(_NUMBERS[word] for word in found["days"].split() if word in _NUMBERS)
    return Repeat(days if len(days) < 7 else None, at)
