"""Questions that are to be answered again and again: how often, subscriptions, and alerts with their bounds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from html import unescape

from bot.chat.questions.text import Utterance, Word, clean, fold, phrases, utterance, words
from warehouse.messages import Message, note

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
_ONCE = re.compile(r"on (?P<on>\d{4}-\d\d-\d\d) (?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d)")


@dataclass(frozen=True)
class Repeat:
    """Days of the week (0 is Monday; None: every day), or a day alone, and a local time; None, where none was said."""

    days: frozenset[int] | None
    at: time | None
    on: date | None = None

    @property
    def words(self) -> str:
        """The canonical words, which mean the same again."""
        clock = f" {self.at:%H:%M}" if self.at else ""
        if self.on:
            return f"on {self.on.isoformat()}{clock}"
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
        found = _DAYS_FIRST.fullmatch(text) or _TIME_FIRST.fullmatch(text) or _ONCE.fullmatch(text)
        if found and (repeat := _repeat(found)) and (repeat.at or (start, end) not in inside):
            return repeat, (*said[:start], *said[end:])
    return None, tuple(said)


def repeat_of(text: str) -> Repeat:
    """What canonical words mean."""
    found = _DAYS_FIRST.fullmatch(text.replace(",", " ")) or _ONCE.fullmatch(text)
    repeat = _repeat(found) if found else None
    assert repeat, text
    return repeat


def _repeat(found: re.Match[str]) -> Repeat | None:
    if found.re is _ONCE:
        try:
            return Repeat(None, time(int(found["hour"]), int(found["minute"])), date.fromisoformat(found["on"]))
        except ValueError:
            return None
    hour, minute = found["hour"] or found["whole"], found["minute"] or "0"
    at = time(int(hour), int(minute)) if hour else None
    if found["daily"]:
        return Repeat(None, at)
    if found["workdays"]:
        return Repeat(WORKDAYS, at)
    days = frozenset(_NUMBERS[word] for word in found["days"].split() if word in _NUMBERS)
    return Repeat(days if len(days) < 7 else None, at)


SUBSCRIBE, SUBSCRIPTIONS, UNSUBSCRIBE = "subscribe", "subscriptions", "unsubscribe"
"""The commands' names."""

SUBSCRIPTION_VERBS: dict[str, tuple[str, ...]] = {
    SUBSCRIBE: (
        *("subscribe", "subscribe to", "subscribe me to", "subscription"),
        *("подписка", "подписка на", "подпиши", "подпиши на", "подпиши меня на", "подписать", "подписаться на"),
    ),
    SUBSCRIPTIONS: ("subscriptions", "my subscriptions", "подписки", "мои подписки", "список подписок"),
    UNSUBSCRIBE: (
        *("unsubscribe", "unsubscribe from", "cancel subscription"),
        *("отписка", "отпиши", "отписаться", "отпиши от", "отменить подписку", "отмени подписку"),
    ),
}
_SUBSCRIPTION_VERBS = phrases(SUBSCRIPTION_VERBS.items())


@dataclass(frozen=True)
class Subscribe:
    """A question to be answered by itself, in its own words, and how often; None: it was not said."""

    question: str
    repeat: Repeat | None


@dataclass(frozen=True)
class ListSubscriptions:
    """What is subscribed to here."""


@dataclass(frozen=True)
class Unsubscribe:
    """A subscription by its number; None: none was said."""

    number: int | None


def subscribing(text: str | Utterance) -> Subscribe | ListSubscriptions | Unsubscribe | None:
    """What a text wants of subscriptions; None, if it is about something else."""
    said = utterance(text).words
    found = _SUBSCRIPTION_VERBS.at([word.folded for word in said], 0)
    if found is None:
        return None
    end, what = found
    rest = said[end:]
    if what == UNSUBSCRIBE:
        return Unsubscribe(number_in(rest))
    if what == SUBSCRIPTIONS or not rest:
        return ListSubscriptions()
    repeat, question = repeat_in(rest)
    return Subscribe(written(question), repeat)


def note_in(question: str) -> str | None:
    """The text of a reminder of something that is no question: all of it stands between quotation marks."""
    found = re.fullmatch(r'"([^"]+)"', question.strip())
    return found[1] if found else None


def number_in(said: Sequence[Word]) -> int | None:
    """The only number of some words."""
    numbers = [word.folded.lstrip("#").removeprefix("no") for word in said]  # the sign № is «No» by now
    numbers = [word for word in numbers if word.isascii() and word.isdecimal() and len(word) < 10]
    return int(numbers[0]) if len(numbers) == 1 else None


def written(said: Sequence[Word]) -> str:
    """Words as one text again, names in their quotation marks."""
    parts: list[str] = []
    quote = 0
    for word in said:
        if word.quote and word.quote == quote:
            continue
        quote = word.quote
        parts.append(f'"{word.quotation}"' if word.quote else word.raw)
    return " ".join(parts)


ALERT, ALERTS = "alert", "alerts"
"""The commands' names."""

ALERT_VERBS: dict[str, tuple[str, ...]] = {
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
_ALERT_VERBS = phrases(ALERT_VERBS.items())
_LATIN = {said: meant for table in (OPERATORS, UNITS) for meant, sayings in table.items() for said in sayings}


def _alerting_either(table: dict[str, tuple[str, ...]], keys: tuple[str, ...] | None = None) -> str:
    said = [each for key, sayings in table.items() if keys is None or key in keys for each in sayings]
    return "|".join(re.escape(each) + (r"(?!\w)" if each[-1].isalpha() else "") for each in sorted(said, key=len)[::-1])


_NUMBER = r"\d+(?:[ ]\d{3})*(?:[.,]\d+)?"
_CONDITION = re.compile(
    rf"(?P<question>.*?)\s*(?<!\w)(?P<operator>{_alerting_either(OPERATORS)})\s*"
    rf"(?P<number>{_NUMBER})\s*(?:(?P<unit>{_alerting_either(UNITS)})\.?)?(?P<rest>.*)",
    re.DOTALL,
)
_FOR = re.compile(
    rf"(?:(?:for|within|in the last|за|в течение|на протяжении)\s+)?(?:последние\s+)?"
    rf"(?P<count>\d{{1,4}})\s*(?P<unit>{_alerting_either(UNITS, ('m', 'h'))})\.?"
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
class WatchLoad:
    """A line, in words, whose days are to be looked at for what they will come to; `quiet` as of an alert."""

    line: str
    quiet: str | None = None
    chats: bool = False
    """Whether its chats are meant, not its calls."""


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


LOAD_WORDS = ("load", "нагрузка", "нагрузку", "нагрузки", "нагрузке")
_CHATS = frozenset(("chat", "chats", "чат", "чаты", "чатов", "чатам"))


def alerting(text: str | Utterance) -> SetAlert | WatchLoad | ListAlerts | AlertOff | NoCondition | None:
    """What a text wants of alerts; None, if it is about something else."""
    read = utterance(text)
    said = read.words
    folded = [word.folded for word in said]
    found = _ALERT_VERBS.at(folded, 0)
    if found is None:
        return None
    end, what = found
    rest = folded[end:]
    if any(word in OFF for word in rest[:1]) or (what == ALERTS and any(word in OFF for word in rest)):
        return AlertOff(number_in(said[end:]))
    if what == ALERTS or not rest:
        return ListAlerts()
    # Words lose the signs < and >, so the condition is read from the text itself.
    body = _after(clean(unescape(read.text)), folded[end - 1])
    if rest[0] in LOAD_WORDS and not _CONDITION.fullmatch(body.casefold()):
        return _load(_after(body, rest[0]))
    return _condition(body)


def _load(body: str) -> WatchLoad:
    quiet = None
    if hush := _QUIET.search(body.casefold()):
        body, quiet = _without(body, hush), _hours(hush)
    said = body.split()
    line = [word for word in said if fold(word) not in _CHATS]
    return WatchLoad(" ".join(line or said), quiet, 0 < len(line) < len(said))


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
