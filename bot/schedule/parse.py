"""A schedule as it is written in the configuration: `1,16 10:00`, `09:30`, `mon 09:00`, `weekdays 09:30`, or cron."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time

from bot.config.table import FILE
from bot.schedule.rules import Rule, Span
from warehouse.messages import Mistake

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_GROUPS = {"daily": range(7), "weekdays": range(5)}
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day", 1, 31, ()),
    ("month", 1, 12, MONTHS),
    ("weekday", 0, 7, ("sun", *WEEKDAYS[:6])),
)
_PART = re.compile(r"(?:(?P<all>\*)|(?P<from>\w+)(?:-(?P<to>\w+))?)(?:/(?P<step>[1-9]\d?))?")


def rule_of(post: str, schedule: str | None, cron: str | None) -> Rule:
    """The rule of a post that gives one of the two. Raises Mistake for what is not understood."""
    if bool(schedule) == bool(cron):
        raise Mistake(
            'In {file}, posts "{post}": give it either a schedule, like "1,16 10:00", or a cron expression.',
            file=FILE,
            post=post,
        )
    return _cron(post, cron) if cron else _schedule(post, schedule or "")


def span_of(rule: Rule) -> Span:
    """What a post is about, if it does not say: as long ago as it was posted last."""
    if rule.numbers is not None:
        return "month" if len(rule.numbers) == 1 else "half_month"
    return "week" if rule.weekdays is not None and len(rule.weekdays) == 1 else "day"


def _schedule(post: str, given: str) -> Rule:
    *named, clock = given.casefold().split() or [""]
    if len(named) > 1:
        raise Mistake(
            'In {file}, posts "{post}": the schedule "{given}" is not understood. Write it like "1,16 10:00", "09:30", '
            '"mon 09:00" or "weekdays 09:30".',
            file=FILE,
            post=post,
            given=given,
        )
    times = tuple(sorted({_time(post, each) for each in clock.split(",")}))
    if not named:
        return Rule(times)
    words = named[0].split(",")
    if all(word.isdecimal() and 1 <= int(word) <= 31 for word in words):
        return Rule(times, numbers=frozenset(map(int, words)))
    weekdays: set[int] = set()
    for word in words:
        if word not in WEEKDAYS and word not in _GROUPS:
            raise Mistake(
                'In {file}, posts "{post}": there is no day "{given}". There are: 1-31, or {known}.',
                file=FILE,
                post=post,
                given=word,
                known=", ".join((*WEEKDAYS, *_GROUPS)),
            )
        weekdays.update(_GROUPS.get(word) or [WEEKDAYS.index(word)])
    return Rule(times, weekdays=frozenset(weekdays) if len(weekdays) < 7 else None)


def _time(post: str, given: str) -> time:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", given)
    if not found:
        raise Mistake(
            'In {file}, posts "{post}": "{given}" is no time of the day. Times are written like 09:30, after the days.',
            file=FILE,
            post=post,
            given=given,
        )
    return time(int(found[1]), int(found[2]))


def _cron(post: str, given: str) -> Rule:
    fields = given.casefold().split()
    if len(fields) != len(_FIELDS):
        raise Mistake(
            'In {file}, posts "{post}": cron is "{given}"; it has five fields: minute, hour, day, month, weekday.',
            file=FILE,
            post=post,
            given=given,
        )
    minutes, hours, numbers, months, weekdays = (_values(post, n, field) for n, field in enumerate(fields))
    rule = Rule(
        tuple(time(hour, minute) for hour in sorted(hours) for minute in sorted(minutes)),
        months=frozenset(months) if len(months) < 12 else None,
        lasting=False,
    )
    if fields[2] != "*":
        rule = replace(rule, numbers=frozenset(numbers))
    if fields[4] != "*":
        rule = replace(rule, weekdays=frozenset((number - 1) % 7 for number in weekdays))  # cron's 0 and 7 are Sunday
    return rule


def _values(post: str, n: int, field: str) -> set[int]:
    """The numbers that a field of a cron expression names."""
    name, low, high, names = _FIELDS[n]

    def number(word: str) -> int:
        value = names.index(word) + low if word in names else int(word)
        if not low <= value <= high:
            raise ValueError(word)
        return value

    values: set[int] = set()
    for part in field.split(","):
        found = _PART.fullmatch(part)
        try:
            if not found:
                raise ValueError(part)
            first = low if found["all"] else number(found["from"])
            last = high if found["all"] or (found["step"] and not found["to"]) else number(found["to"] or found["from"])
            if last < first:
                raise ValueError(part)
        except ValueError:
            raise Mistake(
                'In {file}, posts "{post}": the field "{field}" of cron is "{given}". It takes {low}-{high}, *, lists, '
                "ranges and steps, like 1-5 or */15.",
                file=FILE,
                post=post,
                field=name,
                given=field,
                low=low,
                high=high,
            ) from None
        values.update(range(first, last + 1, int(found["step"] or 1)))
    return values
