"""Hours of a day as they are said: from eleven to one, until noon, «в 11», the last two hours."""

from __future__ import annotations

import re

from bot.chat.questions.dates import DAY_MINUTES, DateError, Hours
from bot.chat.questions.text import Sentence
from warehouse.messages import note

FoundHours = tuple[int, Hours | DateError]
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
    return (found[0], Hours(max(now - length, 0), now)) if now and length else None


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


def hours_from(from_hour: int, from_minute: int, to_hour: int, to_minute: int) -> Hours | DateError:
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    given = f"{from_hour}:{from_minute:02}-{to_hour}:{to_minute:02}"
    if max(from_minute, to_minute) > 59 or max(start, end) > 24 * 60:
        return DateError(note('There are no such hours as "{given}": write 11:00-13:00.', given=given))
    if end <= start and from_hour >= _EARLIEST_EVENING and to_hour <= _LATEST_MORNING:
        return Hours(start, end + DAY_MINUTES)  # over midnight
    if end <= start:
        swapped = Hours(end, start)
        return DateError(
            note("Hours lie within one day, the earlier one first: {given} do not.", given=given),
            (swapped.words,) if end < start else (),
        )
    return Hours(start, end)
