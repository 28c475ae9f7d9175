"""Wishes in ordinary words: «присылай мне sl inhouse каждое утро», «сообщи если sl упадёт ниже 80», «напомни в 18:00».

Each becomes the command that would have said it; it is carried out when it is confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from html import unescape

from bot.chat.questions.recurring import (
    ListSubscriptions,
    NoCondition,
    Repeat,
    SetAlert,
    alerting,
    repeat_in,
    written,
)
from bot.chat.questions.text import Utterance, Word, clean, fold, phrases, words

SENDING = (
    *("send", "send me", "send us", "keep sending", "keep sending me", "please send", "please send me", "mail me"),
    *("i want to get", "i want to receive", "post", "post here"),
    *(
        "присылай",
        "присылай мне",
        "присылай нам",
        "присылайте",
        "шли",
        "шли мне",
        "шли нам",
        "отправляй",
        "отправляй мне",
    ),
    *("отправляй нам", "высылай", "высылай мне", "скидывай", "скидывай мне", "скидывай сюда", "кидай", "кидай мне"),
    *("кидай сюда", "хочу получать", "хочу видеть", "пиши мне", "пиши сюда", "показывай", "показывай мне", "пришли"),
    *("пришли мне", "присылай сюда", "можешь присылать", "можешь присылать мне", "давай присылай", "нужно присылать"),
)
_ONCE_ONLY = ("send", "post", "please", "mail", "пришли")
"""With these, what is to come but once is a question; with the others it comes again and again, however it is said."""
STOPPING = (
    *("stop sending", "stop sending me", "do not send any more", "don't send me", "stop it"),
    *("больше не присылай", "не присылай больше", "не присылай", "хватит присылать", "перестань присылать"),
    *("прекрати присылать", "отмени рассылку", "отключи рассылку", "больше не шли", "не шли больше"),
)
WATCHING = (
    *("tell me", "tell us", "let me know", "let us know", "notify me", "notify us", "warn me", "warn us", "ping me"),
    *("notify", "warn", "message me", "write me"),
    *("сообщи", "сообщи мне", "сообщай", "сообщай мне", "скажи", "скажи мне", "дай знать", "дайте знать", "напиши"),
    *("напиши мне", "пиши", "маякни", "маякни мне", "предупреди", "предупреди меня", "предупреждай", "уведоми"),
    *("уведоми меня", "уведомляй", "сигнализируй", "кричи", "пинг", "пингани", "пингани меня", "дерни", "дерни меня"),
    *("сигналь", "пришли уведомление", "пришли алерт", "хочу знать"),
)
_WHEN = ("if", "when", "once", "in case", "as soon as", "если", "когда", "как только", "в случае если", "ежели")
_MOVES = (
    *(
        "drops",
        "drop",
        "falls",
        "fall",
        "goes",
        "go",
        "gets",
        "get",
        "rises",
        "rise",
        "is",
        "becomes",
        "will be",
        "sinks",
    ),
    *("climbs", "grows", "goes down", "goes up", "to"),
    *(
        "упадет",
        "упадут",
        "падает",
        "опустится",
        "опустятся",
        "снизится",
        "снизятся",
        "просядет",
        "провалится",
        "станет",
    ),
    *("станут", "будет", "будут", "окажется", "вырастет", "вырастут", "поднимется", "подскочит", "уйдет", "дойдет"),
    *("увеличится", "уменьшится", "опять", "вдруг", "снова"),
)
_OVER = ("exceeds", "exceed", "passes", "превысит", "превысят", "превышает", "перевалит за", "зайдет за")
REMINDING = (
    *("remind", "remind me", "remind us", "remind me of", "remind me about"),
    *(
        "напоминай",
        "напоминай мне",
        "напомни",
        "напомни мне",
        "напомни нам",
        "напомнить",
        "напоминание",
        "сделай напоминание",
        "поставь напоминание",
    ),
)
_ABOUT = (
    *("about", "of", "to", "to check", "to look at", "check", "look at", "how is", "what is"),
    *(
        "про",
        "о",
        "об",
        "обо",
        "на счет",
        "насчет",
        "проверить",
        "посмотреть",
        "глянуть",
        "взглянуть на",
        "посмотреть на",
    ),
    *("что там с", "что там по", "какой", "какая", "какие", "узнать", "по", "за", "глянуть на", "снова", "еще раз"),
)
_THIS = (
    *("it", "this", "that", "the same", "this answer", "them"),
    *("это", "этот", "эту", "то же", "то же самое", "такое", "его", "их", "ее", "этот ответ", "эту цифру", "ответ"),
)
_MORNING, _NOON, _EVENING = time(9), time(13), time(18)
_TIMES = {
    _MORNING: ("in the morning", "утром", "с утра"),
    _NOON: ("at noon", "at lunch", "в обед", "в полдень", "после обеда", "днем"),
    _EVENING: ("in the evening", "tonight", "вечером", "в конце дня", "к вечеру"),
}
_REPEATS = (
    (("every evening", "each evening", "каждый вечер", "по вечерам", "вечерами"), f"daily {_EVENING:%H:%M}"),
    (("every morning", "each morning", "по утрам", "каждое утро", "утром каждый день", "каждый день утром"), "daily"),
    (("every working day", "каждый рабочий день", "по рабочим дням"), "weekdays"),
)
"""Said of when something comes, and how the grammar of subscriptions says it."""
_UNITS = {
    timedelta(minutes=1): ("minute", "minutes", "min", "минуту", "минуты", "минут", "мин"),
    timedelta(hours=1): ("hour", "hours", "h", "час", "часа", "часов", "часик", "ч"),
    timedelta(days=1): ("day", "days", "день", "дня", "дней"),
}

_SENDING, _STOPPING, _WATCHING, _REMINDING = (
    phrases([(True, table)]) for table in (SENDING, STOPPING, WATCHING, REMINDING)
)
_THIS_PHRASES = phrases([(True, _THIS)])
_LEADS = phrases([(True, ("please", "could you", "can you", "пожалуйста", "плиз", "можешь", "бот", "а", "и"))])


@dataclass(frozen=True)
class Send:
    """A question to be answered again and again; no words: the one before. No repeat: it was not said how often."""

    question: str
    repeat: Repeat | None


@dataclass(frozen=True)
class Remind:
    """A question to be answered once, at a local time; no words: the one before. No time: it was not said when."""

    question: str
    repeat: Repeat | None


Wish = Send | Remind | SetAlert | NoCondition | ListSubscriptions


def wish(said: Utterance, now: datetime) -> Wish | None:
    """Return what a text wants to be done; None, if nothing but an answer. `now` is the centre's local time."""
    spoken = _without_leads(said.words)
    folded = [word.folded for word in spoken]
    if not folded or said.too_long:
        return None
    if _STOPPING.at(folded, 0):
        return ListSubscriptions()
    if (reminder := _reminder(spoken, folded, now)) is not None:
        return reminder
    if (found := _WATCHING.at(folded, 0)) and (condition := _condition(said.text, folded[found[0] :])):
        return condition
    if found := _SENDING.at(folded, 0):
        return _sending(spoken, found[0])
    return None


def _sending(spoken: tuple[Word, ...], end: int) -> Send | None:
    rest = _respoken(spoken[end:])
    repeat, question = repeat_in(rest)
    if repeat is None and spoken[0].folded in _ONCE_ONLY:
        return None  # «пришли sl за вчера»
    return Send(_question(question), repeat)


def _condition(text: str, rest: list[str]) -> SetAlert | NoCondition | None:
    """The alert after «сообщи»; None, if no «если» follows. Signs are in the text alone: words have lost them."""
    opening = re.search(rf"(?<!\w)(?:{_either(_WHEN)})(?!\w)", " ".join(rest[:_SOON]))
    if opening is None:
        return None
    plain = fold(clean(unescape(text)))
    body = plain[plain.index(opening[0]) + len(opening[0]) :].strip(" ,:")
    body = re.sub(
        r"(?:за|в течение|within|over|in) (?:последний |the last |an )?(?:часа?|hour)(?!\w)", "за 60 минут", body
    )
    body = re.sub(rf"(?<!\w)(?:{_either(_OVER)})(?!\w)", " > ", body)
    body = re.sub(rf"(?<!\w)(?:{_either(_MOVES)})(?!\w)", " ", body)
    found = alerting(f"/alert {' '.join(body.split())}")
    return found if isinstance(found, SetAlert | NoCondition) else None


def _reminder(spoken: tuple[Word, ...], folded: list[str], now: datetime) -> Remind | Send | None:
    """When, and of what; the time may go before the verb: «через час напомни»."""
    verbs = ((at, found[0]) for at in range(min(_SOON, len(folded))) if (found := _REMINDING.at(folded, at)))
    if (place := next(verbs, None)) is None:
        return None
    before, rest = spoken[: place[0]], (*spoken[: place[0]], *spoken[place[1] :])
    if before and not any(pattern.fullmatch(fold(written(before))) for pattern in _MOMENTS):
        return None
    text = written(rest)
    recurring, question = repeat_in(_respoken(rest))
    if recurring:
        return Send(_question(question), recurring)
    moment = next(filter(None, (pattern.search(fold(text)) for pattern in _MOMENTS)), None)
    if moment:
        without = words(f"{text[: moment.start()]} {text[moment.end() :]}")
        return Remind(_question(without), _once(moment, now))
    return Remind(_question(rest), None)


_DAYS_AHEAD = {"сегодня": 0, "today": 0, "завтра": 1, "tomorrow": 1, "послезавтра": 2}


def _once(found: re.Match[str], now: datetime) -> Repeat:
    given = found.groupdict()
    if given.get("unit"):
        unit = next(each for each, names in _UNITS.items() if given["unit"] in names)
        at = now + (unit / 2 if given.get("half") else unit * int(given.get("count") or 1))
        return _repeat_at(at)
    if given.get("part"):
        clock = next(each for each, names in _TIMES.items() if given["part"] in names)
    elif given.get("hour"):
        hour = int(given["hour"]) + (
            12 if (given.get("pm") or "") in ("pm", "вечера", "дня") and int(given["hour"]) < 12 else 0
        )
        clock = time(hour % 24, int(given.get("minute") or 0))
    else:
        clock = _MORNING
    day = given.get("day") or given.get("after")
    on = now.date() + timedelta(days=_DAYS_AHEAD[day]) if day else now.date()
    if day is None and datetime.combine(on, clock) <= now:
        on += timedelta(days=1)
    return Repeat(None, clock, on)


def _repeat_at(at: datetime) -> Repeat:
    at += timedelta(seconds=59)  # not before so long
    return Repeat(None, at.time().replace(second=0, microsecond=0), at.date())


def _question(said: Iterable[Word]) -> str:
    """What is left as a question, without «про» and «это»."""
    left = tuple(said)
    while left:
        folded = [word.folded for word in left]
        if (this := _THIS_PHRASES.at(folded, 0)) and this[0] == len(left):
            return ""
        if about := _ABOUT_PHRASES.at(folded, 0):
            left = left[about[0] :]
            continue
        break
    return written(left)


def _without_leads(said: tuple[Word, ...]) -> tuple[Word, ...]:
    while said and (found := _LEADS.at([word.folded for word in said], 0)):
        said = said[found[0] :]
    return said


def _respoken(said: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words with what is said of when something comes as the grammar of subscriptions says it."""
    folded = [word.folded for word in said]
    for sayings, canonical in _REPEATS:
        for start in range(len(folded)):
            if found := phrases([(True, sayings)]).at(folded, start):
                end = found[0]
                timed = any(re.fullmatch(r"\d{1,2}(:\d\d)?", word) for word in folded)
                return (*said[:start], *words(canonical.split(" ")[0] if timed else canonical), *said[end:])
    return said


def _either(said: Iterable[str]) -> str:
    return "|".join(re.escape(each) for each in sorted(map(fold, said), key=len, reverse=True))


_ABOUT_PHRASES = phrases([(True, _ABOUT)])
_DAY = rf"(?P<day>{_either(_DAYS_AHEAD)})"
_CLOCK = (
    r"(?:at|в|к)\s+(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?"
    r"(?:\s*(?P<pm>am|pm|утра|дня|вечера|часов|часа|ч))?"
)
_IN = re.compile(
    rf"(?<!\w)(?:in|через)\s+(?:(?P<count>\d{{1,3}})\s*|an?\s+|(?P<half>half an |пол))?"
    rf"(?P<unit>{_either(name for names in _UNITS.values() for name in names)})(?!\w)"
)
_AT = re.compile(rf"(?<!\w)(?:{_DAY}\s+)?{_CLOCK}(?:\s+(?P<after>{_either(_DAYS_AHEAD)}))?(?!\w)")
_AT_TIME_OF_DAY = re.compile(
    rf"(?<!\w)(?:{_DAY}\s+)?(?P<part>{_either(name for names in _TIMES.values() for name in names)})(?!\w)"
)
_ON_DAY = re.compile(rf"(?<!\w){_DAY}(?!\w)")
_MOMENTS = (_IN, _AT, _AT_TIME_OF_DAY, _ON_DAY)
_SOON = 5
"""Words within which the verb of a reminder, or the «если» of an alert, comes."""
