"""What the values of a column show: which outcome a word is, what numbers count, how a time is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median

from warehouse.discovery.found import FoundColumn


def _each(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_OUTCOMES: Mapping[str, Sequence[str]] = {
    "answered": _each(
        "answered answer success successful succeeded completed complete handled connected talked served ok "
        "normalclearing completeagent completecaller accepted closed принят принято отвечен отвечено состоялся "
        "обслужен успешный успешно разговор дозвон operator agent dequeued"
    ),
    "abandoned": _each(
        "abandoned abandon cancel cancelled canceled lost missed hangup hungup dropped originatorcancel callerhungup "
        "потерян потеряно пропущен пропущенный пропущено недождался сброшен сброс неотвеченный queue inqueue waiting "
        "abandonedinqueue"
    ),
    "flow_out": _each(
        "flowout timeout overflow overflowed exitwithtimeout exitempty exitwithkey voicemail queuetimeout redirected "
        "таймаут переполнение переадресован голосоваяпочта выход"
    ),
    "no_answer": _each(
        "noanswer nouseresponse nouserresponse unanswered ringnoanswer нетответа неответил неотвечен недозвон"
    ),
    "busy": _each("busy userbusy занято занят"),
    "failed": _each(
        "failed fail error congestion chanunavail unavailable rejected invalidnumber failure ошибка недоступен "
        "неудача неверныйномер"
    ),
}
_CONTAINED: Mapping[str, Sequence[str]] = {
    "contained": _each("contained selfservice selfserved resolved completed решено решён решен"),
    "handed_over": _each("handedover transferred transfer escalated agent operator переведён переведен"),
    "hung_up": _each("hungup hangup abandoned dropped сброшен бросил"),
}
_KINDS: Mapping[str, Sequence[str]] = {
    "created": _each("created create opened open new создана создан открыта"),
    "routed": _each("routed assigned transferred moved forwarded назначена передана"),
    "closed": _each("closed close resolved solved закрыта решена"),
    "task_done": _each("taskdone taskcompleted done выполнена"),
}
_CATEGORIES: Mapping[str, Sequence[str]] = {
    "handling": _each("handling talking oncall busy incall conversation acw wrapup разговор постобработка"),
    "ready": _each("ready available idle waiting online готов доступен ожидание"),
    "work": _each("work backoffice training meeting coaching обучение задача совещание работа"),
    "break": _each("break lunch pause paused rest away notready обед перерыв пауза"),
    "off": _each("off offline loggedout logout signedout выход офлайн не в сети"),
}
_SITES: Mapping[str, Sequence[str]] = {
    "own": _each("own internal inhouse office штат свой"),
    "outsourced": _each("outsourced outsource external partner аутсорс"),
}
_DIRECTIONS: Mapping[str, Sequence[str]] = {
    "in": _each("in inbound incoming i inc вх входящий входящие входящая vhod vhodyashiy"),
    "out": _each("out outbound outgoing o outb исх исходящий исходящие исходящая dial ishod"),
}
WORDS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "calls.outcome": _OUTCOMES,
    "calls.direction": _DIRECTIONS,
    "chats.outcome": {name: _OUTCOMES[name] for name in ("answered", "abandoned")},
    "bot_calls.outcome": _CONTAINED,
    "ticket_events.kind": _KINDS,
    "activities.category": _CATEGORIES,
    "agents.site": _SITES,
}
"""Of each canonical column that says one of a few words: ours, with those that people say for it."""

YES = frozenset({"1", "true", "t", "y", "yes", "да", "д"})
NO = frozenset({"0", "false", "f", "n", "no", "нет", "н"})

_MANY = 40
"""More words than these are no list of a few."""
_EPOCH = (946_684_800, 4_102_444_800)
"""The seconds of 2000 and of 2100."""
_EPOCH_BEGINS = datetime.fromisoformat("1970-01-01")
_ISO = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?")
_CLOCK = re.compile(r"\d{1,3}:[0-5]\d:[0-5]\d(\.\d+)?")


def ours(word: str, canonical: str) -> str | None:
    """Return which of our words a word of theirs is; None if nothing says so."""
    plain = re.sub(r"[\W_]+", "", word.casefold())
    return next(
        (mine for mine, theirs in WORDS[canonical].items() if plain == mine.replace("_", "") or plain in theirs), None
    )


def few_words(column: FoundColumn) -> Sequence[str]:
    """Return the words of a column that says one of a few; none if it does not."""
    return tuple(column.words) if 0 < len(column.words) <= _MANY else ()


def is_flag(column: FoundColumn) -> bool:
    """Whether a column says yes or no."""
    said = {word.casefold() for word in column.words}
    return column.kind == "flag" or (bool(said) and (said <= YES | NO))


def is_yes(word: str) -> bool:
    return word.casefold() in YES


def time_form(column: FoundColumn) -> str | None:
    """Return how a column tells moments: time, instant, seconds, milliseconds, text; None if it does not."""
    if column.kind in ("time", "instant"):
        return column.kind
    some = column.filled[:200]
    if not some:
        return None
    if column.kind in ("integer", "number") or all(re.fullmatch(r"\d{10,13}(\.\d+)?", str(each)) for each in some):
        numbers = [float(each) for each in some]
        for form, factor in (("seconds", 1), ("milliseconds", 1000)):
            if all(_EPOCH[0] * factor <= each < _EPOCH[1] * factor for each in numbers):
                return form
        return None
    return "text" if column.kind == "text" and all(_ISO.fullmatch(str(each)) for each in some) else None


def has_zone(column: FoundColumn) -> bool:
    """Whether texts of moments name their zone."""
    return any(
        str(each).endswith("Z") or re.search(r":\d\d(\.\d+)?[+-]\d\d(:?\d\d)?$", str(each))
        for each in column.filled[:50]
    )


def moment(value: object, form: str) -> datetime | None:
    """Return a value as a moment without a zone, as it stands there; of an epoch that is UTC."""
    try:
        if form in ("seconds", "milliseconds"):
            return _EPOCH_BEGINS + timedelta(seconds=float(str(value)) / (1 if form == "seconds" else 1000))
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found.replace(tzinfo=None)


def is_clock(column: FoundColumn) -> bool:
    """Whether durations are written as h:mm:ss."""
    return bool(column.filled) and all(_CLOCK.fullmatch(str(each)) for each in column.filled[:200])


def numbers(column: FoundColumn) -> list[float | None] | None:
    """Return the values as numbers, in the order of rows; None if they are something else."""
    try:
        return [None if value is None or value == "" else float(value) for value in column.values]
    except (TypeError, ValueError):
        return None


def seconds_by_times(spans: Iterable[tuple[float, float]]) -> float | None:
    """Return how many seconds one of the numbers is, by spans of (seconds between two times, the numbers' sum).

    None if no unit fits most of them: the parts of a contact cannot be longer than it is.
    """
    ratios = [seconds / number for seconds, number in spans if seconds >= 1 and number > 0]
    if len(ratios) < 5:
        return None
    middle = median(ratios)
    # Parts leave something out, so that a whole may be a few times as long as they are: never a thousand times.
    return next((unit for unit in (0.001, 1.0, 60.0) if 0.9 * unit <= middle <= 20 * unit), None)


def seconds_by_size(values: Sequence[float]) -> float | None:
    """Return 0.001 if numbers are so large that they count milliseconds, or 1; None if nobody can tell."""
    some = [value for value in values if value > 0]
    if len(some) < 5:
        return None
    if median(some) > 4000:
        return 0.001
    return 1.0 if max(some) < 4 * 3600 and median(some) > 3 else None
