"""What pictures say: numbers in their style, and the sentences they share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from charts.model import HeadlineSpan, Titles
from charts.model import Labels as ChartWords
from digests import numbers
from digests.localizer import Localizer
from metrics.answers import Answer, Verdict, exact, half_up, printed_share, variance
from metrics.model import Better, Metric, Unit
from metrics.periods import Period, to_local
from metrics.units import TimeUnit, time_unit
from warehouse.messages import N_

_MORE_DECIMALS = 4
"""How far a print goes to show that a missed plan is missed."""
_SMALL = 10
"""Seconds of less than this carry a decimal in a series: 1.9 and 2.4 are not both 2."""


def value(localizer: Localizer, metric: Metric, number: float, *, more_decimals: int = 0) -> str:
    """A figure with its unit."""
    text = _bare(localizer, metric, number, more_decimals)
    return measured(localizer, metric.unit, text)


def measured(localizer: Localizer, unit: Unit, text: str) -> str:
    """A number that is printed already, with its unit."""
    form = unit.words.picture
    return localizer(form, number=text) if form else numbers.measured(localizer, unit, text)


def plan(localizer: Localizer, metric: Metric, number: float) -> str:
    """A plan with its unit; a level is printed as it was set: a plan of 79.5 % is not 80 %."""
    return value(localizer, metric, number, more_decimals=0 if metric.spread else 1)


def bounded(localizer: Localizer, metric: Metric, number: float) -> str:
    """A plan that is a bound by its sign: «≥ 80 %», «≤ 3 %»."""
    text = plan(localizer, metric, number)
    if metric.bound or metric.unit is Unit.PERCENT:
        sign = {Better.FLOOR: "≥", Better.CEILING: "≤", Better.NEUTRAL: ""}[metric.better]
        return f"{sign}\N{NO-BREAK SPACE}{text}" if sign else text
    return text


def fact(localizer: Localizer, answer: Answer, against: float | None = None) -> str:
    """The fact with its unit; with more decimals where the print would hide that the plan is missed."""
    number = answer.fact.value
    assert number is not None
    due = answer.plan if against is None else against
    return against_plan(localizer, answer.metric, number, due, answer.verdict)


def against_plan(localizer: Localizer, metric: Metric, number: float, due: float | None, verdict: Verdict) -> str:
    """A figure with its unit; with more decimals where the print would hide that the plan is missed."""
    missed = verdict in (Verdict.MISSED, Verdict.BEHIND)
    return value(localizer, metric, number, more_decimals=_telling(localizer, metric, number, due) if missed else 0)


def counted(localizer: Localizer, metric: Metric, number: float, noun: tuple[str, str]) -> str:
    """«26 тыс. вызовов»: after a rounded number the form goes with the thousands."""
    form = localizer.counted(*noun, round(number) if number < numbers.THOUSAND else 1000)
    return localizer(N_("{number} {noun}"), number=value(localizer, metric, number), noun=form)


def percent(localizer: Localizer, number: float, rounding: str) -> str:
    """An execution as a whole per cent, rounded as configured."""
    text = format_decimal(printed_share(number, rounding), locale=localizer.locale)
    return measured(localizer, Unit.PERCENT, text)


def change(localizer: Localizer, metric: Metric, reached: float, rounding: str) -> str:
    """How far an execution is from the whole plan, «−20 %», of ten times and more «×22»; never 0 where it is not.

    Of a volume it is told from the execution as it is printed: «−20 %» stands beside «80 %».
    """
    if reached >= _TENFOLD:
        return f"×{format_decimal(half_up(exact(reached / 100), 0), locale=localizer.locale)}"
    difference = Decimal(printed_share(reached, rounding)) - 100 if metric.spread else half_up(exact(reached) - 100, 0)
    for decimals in range(1, _MORE_DECIMALS + 1):
        if difference or reached == 100:
            break
        difference = half_up(exact(reached) - 100, decimals)
    text = format_decimal(abs(difference), locale=localizer.locale)
    return numbers.sign_of(float(difference), measured(localizer, Unit.PERCENT, text))


def part(localizer: Localizer, number: float) -> str:
    """A part of a whole in per cent; what is not nothing and not all of it is never printed as 0 or 100."""
    shown = (half_up(exact(number), decimals) for decimals in range(_MORE_DECIMALS + 1))
    whole = number in (0, 100)
    text = next((each for each in shown if whole or each not in (0, 100)), exact(number))
    return measured(localizer, Unit.PERCENT, format_decimal(text, locale=localizer.locale))


def on_plan(localizer: Localizer, number: float) -> str:
    """The execution of a day that counts as on plan: just below 100 % it says how far, and never rounds up."""
    decimals = 1 if number < 100 else 0
    shown = exact(number).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_DOWN)
    return measured(localizer, Unit.PERCENT, format_decimal(shown, locale=localizer.locale))


def signed(localizer: Localizer, metric: Metric, fact: float, plan: float) -> str:
    """A difference from plan with its sign: «+4 с», «−1,5 п. п.». One that is there is never printed as 0."""
    difference = variance(fact, plan)
    text = ""
    for more in range(_MORE_DECIMALS + 1):
        text = _bare(localizer, metric, abs(difference), more)
        if not difference or text != _bare(localizer, metric, 0, 0):
            break
    text = text.lstrip("+")
    if metric.unit is Unit.MONEY:
        return numbers.sign_of(difference, measured(localizer, metric.unit, text))
    form = metric.unit.words.apart or metric.unit.words.picture
    return localizer(form, number=numbers.sign_of(difference, text)) if form else numbers.sign_of(difference, text)


@dataclass(frozen=True)
class SeriesNumbers:
    """How the parts of one series are printed: without their unit, all in thousands or none."""

    localizer: Localizer
    metric: Metric
    thousands: bool = False
    decimals: int = 0
    time: TimeUnit | None = None
    """What durations are counted in."""

    @property
    def axis(self) -> str:
        """What the numbers are, for where it is said once."""
        if self.metric.unit is Unit.MONEY:
            sign = numbers.currency_sign(self.localizer)
            return self.localizer(N_("thousand {currency}"), currency=sign) if self.thousands else sign
        words = self.metric.unit.words
        said = self.time.axis if self.time else words.axis_thousands if self.thousands else words.axis
        return self.localizer(said) if said else ""

    def __call__(self, number: float, plan: float | None = None, *, missed: bool = False) -> str:
        if self.thousands:
            decimals = next((more for more in (1, 2) if half_up(exact(number) / numbers.THOUSAND, more)), 3)
            return self.fixed(number, decimals) if number else "0"
        if self.time:
            amount = exact(number) / exact(self.time.seconds)
            return numbers.plain(self.localizer, amount, int(abs(amount) < _SMALL))
        more = self.decimals
        if missed:
            more = max(more, _telling(self.localizer, self.metric, number, plan))
        return _bare(self.localizer, self.metric, number, more)

    def fixed(self, number: float, decimals: int) -> str:
        """With all its decimals, in thousands where the series is."""
        amount = exact(number) / (numbers.THOUSAND if self.thousands else exact(self.time.seconds) if self.time else 1)
        return format_decimal(half_up(amount, decimals), format="#,##0." + "0" * decimals, locale=self.localizer.locale)


def series(localizer: Localizer, metric: Metric, values: Iterable[float]) -> SeriesNumbers:
    """The way to print values of a metric beside each other."""
    highest = max(map(abs, values), default=0.0)
    if metric.unit is Unit.DURATION:
        return SeriesNumbers(localizer, metric, time=time_unit(highest))
    if metric.unit.is_volume:
        return SeriesNumbers(localizer, metric, half_up(exact(highest), 0) >= numbers.THOUSAND)
    return SeriesNumbers(localizer, metric, decimals=int(metric.unit is Unit.SECONDS and highest < _SMALL))


def _bare(localizer: Localizer, metric: Metric, number: float, more_decimals: int) -> str:
    if metric.unit in (Unit.PERCENT, Unit.SECONDS):
        return numbers.plain(localizer, exact(number), metric.decimals + more_decimals)
    if metric.unit is Unit.DURATION:
        return numbers.duration(localizer, number, more_decimals, short=True)
    if metric.unit is Unit.MONEY:
        return numbers.amount(localizer, metric.unit, number, more_decimals)
    unit = Unit.COUNT if metric.unit.is_volume else metric.unit
    return numbers.value(localizer, replace(metric, unit=unit), number, more_decimals=more_decimals)


def _telling(localizer: Localizer, metric: Metric, number: float, plan: float | None) -> int:
    """How many more decimals tell a value from its plan."""
    if plan is None:
        return 0
    due = _bare(localizer, metric, plan, 0)
    prints = (_bare(localizer, metric, number, more) for more in range(_MORE_DECIMALS))
    return next((more for more, text in enumerate(prints) if text != due), _MORE_DECIMALS)


ALT_TEXT = 300
_TENFOLD = 1000.0
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


def titles(headline: str | Sequence[HeadlineSpan], subtitle: str, footnote: str, alt: Sequence[str]) -> Titles:
    """The captions of a picture; its alternative text is the headline and as many of the sentences as fit."""
    spans = (HeadlineSpan(headline),) if isinstance(headline, str) else tuple(headline)
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


def brief_day(localizer: Localizer, day: date) -> str:
    """«5.06», “6/5”: where there is no room for a month's name."""
    return str(format_date(day, "M/d" if localizer.language == "en" else "d.MM", locale=localizer.locale))


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


def sentences(*parts: str) -> str:
    """Parts of a footnote, those that are there, each ended once."""
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part).removesuffix(".")
