"""Sentences that pictures share: periods, as-of times, lists, alternative texts, and the words of charts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from babel.lists import format_list

from charts.model import Labels as ChartWords
from charts.model import Span, Titles
from digests.localizer import Localizer
from metrics.periods import Period, to_local
from warehouse.messages import N_

ALT_TEXT = 300
_MINUTE = timedelta(minutes=1)


def chart_labels(localizer: Localizer) -> ChartWords:
    return ChartWords(
        fact=localizer(N_("actual")),
        plan=localizer(N_("plan")),
        worse=localizer(N_("worse")),
        better=localizer(N_("better")),
        missed=localizer(N_("missed")),
        behind=localizer(N_("behind the pace")),
        met=localizer(N_("met")),
        unjudged=localizer(N_("not judged")),
        no_plan=localizer(N_("no plan")),
        no_data=localizer(N_("no data")),
        no_data_short=localizer(N_("n/a")),
        period=localizer(N_("whole period")),
        yesterday=localizer(N_("yesterday")),
        so_far=localizer(N_("since midnight")),
    )


def titles(headline: str | Sequence[Span], subtitle: str, footnote: str, alt: Sequence[str]) -> Titles:
    """The captions of a picture; its alternative text is the headline and as many of the sentences as fit."""
    spans = (Span(headline),) if isinstance(headline, str) else tuple(headline)
    finding = " ".join("".join(span.text for span in spans).split("\n"))
    return Titles(spans, subtitle, footnote, alternative((finding, *alt)))


def alternative(sentences: Sequence[str]) -> str:
    """Sentences up to the length that a listener bears."""
    text = ""
    for sentence in filter(None, sentences):
        ended = sentence if sentence.endswith((".", "!")) else sentence + "."
        longer = f"{text} {ended}" if text else ended
        if len(longer) > ALT_TEXT:
            break
        text = longer
    return text or sentences[0][: ALT_TEXT - 1] + "…"


def span(localizer: Localizer, period: Period) -> str:
    """«1–15 июня», with the year where it is another than today's."""
    return localizer.days(period)


def data_as_of(localizer: Localizer, known_to: datetime | None) -> str:
    """«Данные на 16 июня, 12:00»: the same moment as in the text, also when the period was over before it."""
    return localizer(N_("Data as of {moment}"), moment=known_to) if known_to else ""


def until(localizer: Localizer, period: Period, known_to: datetime | None) -> str:
    """«к 12:00 23 июня» while a period goes on, else nothing. Of one day only the time is said."""
    if known_to is None or known_to >= period.end:
        return ""
    time = to_local(known_to, period.timezone).strftime("%H:%M")
    if period.first_day == period.last_day:
        return localizer(N_("by {time}"), time=time)
    return localizer(N_("by {time} on {day}"), time=time, day=localizer.local_day(known_to))


def last_day(period: Period, known_to: datetime | None) -> date:
    """The last day of a period that anything is known of."""
    until = min(known_to or period.end, period.end)
    return Period(period.start, max(until, period.start + _MINUTE), period.timezone).last_day


def time_of(period: Period, known_to: datetime) -> str:
    """The time of the day up to which a day is known."""
    time = to_local(min(known_to, period.end), period.timezone).strftime("%H:%M")
    return "24:00" if known_to >= period.end and time == "00:00" else time


def joined(localizer: Localizer, parts: Sequence[str]) -> str:
    """«Inhouse и Support»."""
    return format_list(list(parts), locale=localizer.locale)


def listed(localizer: Localizer, parts: Sequence[str], room: int) -> str:
    """As many of the parts as there is room for, and how many more there are."""
    text = ""
    for count in range(len(parts), 0, -1):
        rest = len(parts) - count
        more = [localizer.counted("{n} other", "{n} others", rest)] if rest else []
        text = joined(localizer, [*parts[:count], *more])
        if len(text) <= room:
            return text
    return text


def lines_left_out(localizer: Localizer, crowded: int, silent: int) -> str:
    """How many lines there is no room for, and of how many nothing is known."""
    more = localizer.counted("{n} more line is not shown", "{n} more lines are not shown", crowded) if crowded else ""
    unknown = localizer.counted("{n} line has no data", "{n} lines have no data", silent) if silent else ""
    return sentences(more, unknown)


def capital(text: str) -> str:
    """A sentence begins with a capital, a name as it is written."""
    return text[:1].upper() + text[1:]


def sentences(*parts: str) -> str:
    """Parts of a footnote, those that are there, each ended once."""
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part).removesuffix(".")
