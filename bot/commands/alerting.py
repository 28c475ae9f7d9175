"""Alerts as they are asked for: `alert METRIC LINE < 80% for 30m quiet 22:00-08:00`, `alerts`, `alert off 3`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from bot.commands.subscribing import number_in, said_to_us, written
from bot.commands.text import LONGEST, addressed, clean, fold, phrases, words
from warehouse.messages import Message, note

ALERT, ALERTS = "alert", "alerts"
"""The commands' names."""

SAID: dict[str, tuple[str, ...]] = {
    ALERT: (
        *("alert", "alert me", "alert if", "alert me if"),
        *("алерт", "оповещение", "оповести", "оповещай", "оповести если", "предупреди", "предупреди если", "сигнал"),
    ),
    ALERTS: ("alerts", "my alerts", "алерты", "оповещения", "мои оповещения", "сигналы"),
}
OFF = ("off", "cancel", "delete", "remove", "stop", "выкл", "выключи", "отключи", "отмена", "отмени", "удали", "убери")
OPERATORS: dict[str, tuple[str, ...]] = {
    "<": ("<", "below", "under", "less than", "ниже", "меньше", "менее"),
    "<=": ("<=", "≤", "at most", "не больше", "не выше"),
    ">": (">", "above", "over", "more than", "выше", "больше", "более", "дольше"),
    ">=": (">=", "≥", "at least", "не меньше", "не ниже"),
}
UNITS: dict[str, tuple[str, ...]] = {
    "%": ("%", "percent", "per cent", "процент", "процента", "процентов"),
    "s": ("s", "sec", "second", "seconds", "с", "сек", "секунд", "секунды", "секунда"),
    "m": ("m", "min", "minute", "minutes", "м", "мин", "минут", "минуты", "минута", "минуту"),
    "h": ("h", "hour", "hours", "ч", "час", "часа", "часов"),
    "k": ("k", "thousand", "тыс", "тысяч", "тысячи"),
}
_SAID = phrases(SAID.items())
_LATIN = {said: meant for table in (OPERATORS, UNITS) for meant, sayings in table.items() for said in sayings}


def _either(table: dict[str, tuple[str, ...]], keys: tuple[str, ...] | None = None) -> str:
    said = [each for key, sayings in table.items() if keys is None or key in keys for each in sayings]
    return "|".join(re.escape(each) + (r"(?!\w)" if each[-1].isalpha() else "") for each in sorted(said, key=len)[::-1])


_NUMBER = r"\d+(?:[ ]\d{3})*(?:[.,]\d+)?"
_CONDITION = re.compile(
    rf"(?P<question>.*?)\s*(?<!\w)(?P<operator>{_either(OPERATORS)})\s*"
    rf"(?P<number>{_NUMBER})\s*(?:(?P<unit>{_either(UNITS)})\.?)?(?P<rest>.*)",
    re.DOTALL,
)
_FOR = re.compile(
    rf"(?:(?:for|within|in the last|за|в течение|на протяжении)\s+)?(?:последние\s+)?"
    rf"(?P<count>\d{{1,4}})\s*(?P<unit>{_either(UNITS, ('m', 'h'))})\.?"
)
_HALF_HOUR = re.compile(r"(?:for\s+)?half an hour|(?:за\s+)?полчаса")
_QUIET = re.compile(
    r"(?:quiet|silent|тихо|тихие часы|тишина)(?:\s+hours)?\s+(?:from\s+|с\s+)?"
    r"(?P<from>[01]?\d|2[0-3])(?::(?P<fm>[0-5]\d))?\s*(?:-|to|до|по)\s*(?P<to>[01]?\d|2[0-4])(?::(?P<tm>[0-5]\d))?"
)
_LOUD = re.compile(r"quiet off|without quiet hours|никогда не тихо|без тихих часов|без тишины")


@dataclass(frozen=True)
class SetAlert:
    """A metric, perhaps of a line, in words, and when it is to be told of.

    `unit` is `%`, `s`, `m`, `h`, `k` or none; `minutes` and `quiet` (`22:00-08:00`, or `off`) are None if not said.
    """

    question: str
    operator: str
    number: float
    unit: str | None = None
    minutes: int | None = None
    quiet: str | None = None


@dataclass(frozen=True)
class ListAlerts:
    """What is watched here."""


@dataclass(frozen=True)
class AlertOff:
    """An alert by its number; None: none was said."""

    number: int | None


@dataclass(frozen=True)
class NoCondition:
    """An alert whose condition was not understood, with what was, and why."""

    question: str
    why: Message


def alerting(text: str) -> SetAlert | ListAlerts | AlertOff | NoCondition | None:
    """What a text wants of alerts; None, if it is about something else."""
    said = said_to_us(text)
    folded = [word.folded for word in said]
    found = _SAID.at(folded, 0)
    if found is None:
        return None
    end, what = found
    rest = folded[end:]
    if any(word in OFF for word in rest[:1]) or (what == ALERTS and any(word in OFF for word in rest)):
        return AlertOff(number_in(said[end:]))
    if what == ALERTS or not rest:
        return ListAlerts()
    # Words lose the signs < and >, so the condition is read from the text itself.
    heard = addressed(clean(unescape(text[:LONGEST])))
    return _condition(_after(heard.text, folded[end - 1]) if heard else "")


def _after(text: str, last: str) -> str:
    """What stands after the command's own words."""
    text = text.replace("ё", "е")
    return text[fold(text).index(last) + len(last) :].strip()


def _condition(body: str) -> SetAlert | NoCondition:
    found = _CONDITION.fullmatch(body.casefold())
    if found is None:
        why = note("An alert needs a condition.")
        return NoCondition(written(words(body)), why)
    question = body[: found.end("question")].strip()
    rest, minutes, quiet = found["rest"], None, None
    if loud := _LOUD.search(rest):
        rest, quiet = _without(rest, loud), "off"
    elif hush := _QUIET.search(rest):
        rest, quiet = _without(rest, hush), _hours(hush)
    if half := _HALF_HOUR.search(rest):
        rest, minutes = _without(rest, half), 30
    elif window := _FOR.search(rest):
        rest = _without(rest, window)
        minutes = int(window["count"]) * (60 if _LATIN[window["unit"]] == "h" else 1)
    if left := rest.strip(" ,.;!"):
        return NoCondition(question, note('This is not understood: "{given}".', given=left[:40]))
    number = float(re.sub(r"\s", "", found["number"]).replace(",", "."))
    unit = _LATIN[found["unit"]] if found["unit"] else None
    return SetAlert(question, _LATIN[found["operator"]], number, unit, minutes, quiet)


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _hours(found: re.Match[str]) -> str:
    return f"{int(found['from']):02}:{found['fm'] or '00'}-{int(found['to']) % 24:02}:{found['tm'] or '00'}"
