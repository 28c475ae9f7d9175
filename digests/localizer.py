"""Words: the catalogues of the interface's strings, and messages turned into the reader's language."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from metrics.periods import Period, to_local
from metrics.units import DEFAULT_CURRENCY
from warehouse.messages import N_, KeyedTitle, Message, UserError

LANGUAGES = ("ru", "en")
DOMAIN = "svodka"
CATALOGUES = Path(__file__).parent / "locale"


class Localizer:
    """One reader's language and clock. Called with a message id and its parameters, it gives the sentence.

    `today` is a day, or what gives the day it is: words that are kept for days follow the clock. `currency` is the
    centre's, by its ISO code. With `keys`, what has a key is told with it, for who writes commands and settings.
    """

    def __init__(
        self,
        language: str,
        timezone: str = "UTC",
        today: date | Callable[[], date] | None = None,
        *,
        currency: str = DEFAULT_CURRENCY,
        keys: bool = False,
    ) -> None:
        if language not in LANGUAGES:
            raise UserError(
                'There is no language "{given}". There are: {known}.', given=language, known=", ".join(LANGUAGES)
            )
        self.language = language
        self.timezone = timezone
        self.currency = currency
        self.keys = keys
        self._today = today
        self.locale = Locale.parse(language)
        self._catalogue = gettext.translation(DOMAIN, CATALOGUES, [language])

    @property
    def today(self) -> date | None:
        return self._today() if callable(self._today) else self._today

    def __call__(self, template: str, /, **params: Any) -> str:
        return self._filled(self._catalogue.gettext(template), params)

    def translated(self, template: str) -> str:
        """The sentence with its places still to be filled."""
        return self._catalogue.gettext(template)

    def dated(self, template: str, /, **params: Any) -> str:
        """The sentence with the years of its dates, whatever year it is."""
        return Localizer(self.language, self.timezone, date.min, currency=self.currency, keys=self.keys)(
            template, **params
        )

    def counted(self, singular: str, plural: str, n: int, /, **params: Any) -> str:
        """The form that goes with a number, which is grouped by thousands."""
        number = format_decimal(n, locale=self.locale)
        return self._filled(self._catalogue.ngettext(singular, plural, n), {"n": number, **params})

    def say(self, message: Message) -> str:
        """A message in the reader's language."""
        if message.plural is not None:
            rest = {name: value for name, value in message.params.items() if name != "n"}
            return self.counted(message.id, message.plural, message.params["n"], **rest)
        english = message.english if isinstance(message, KeyedTitle) and self.language == "en" else ""
        said = english or self(message.id, **message.params)
        return message.with_key(said) if self.keys and isinstance(message, KeyedTitle) else said

    def moment(self, instant: datetime) -> str:
        """«15 июня, 23:59» by the centre's clock."""
        local = to_local(instant, self.timezone)
        return self(N_("{day}, {time}"), day=self.day(local.date()), time=local.strftime("%H:%M"))

    def local_day(self, instant: datetime) -> str:
        """The local day of an instant."""
        return self.day(to_local(instant, self.timezone).date())

    def day(self, day: date) -> str:
        """«15 июня», with the year where it is another than today's."""
        if self._this_year(day):
            return _unbroken(format_skeleton("MMMMd", day, locale=self.locale))
        return _unbroken(format_date(day, "long", locale=self.locale))

    def dates(self, period: Period) -> str:
        """«с 1 по 15 июня», «1 июня», «с 16 мая по 15 июня»."""
        first, last = period.first_day, period.last_day
        if first == last:
            return self.day(first)
        if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
            return self.calendar(period)
        if (first.year, first.month) == (last.year, last.month):
            month = format_date(last, "MMMM", locale=self.locale)
            # In Russian it is «со 2», and «с» before any other day.
            form = N_("{month} 2-{last}") if first.day == 2 else N_("{month} {first}-{last}")
            text = self(form, first=first.day, last=last.day, month=month)
            return text if self._this_year(last) else self(N_("{dates}, {year}"), dates=text, year=last.year)
        return self(N_("from {first} to {last}"), first=self.day(first), last=self.day(last))

    def days(self, period: Period) -> str:
        """«1–15 июня», «1 июня», «30 мая – 5 июня»: as a label."""
        first, last = period.first_day, period.last_day
        if first == last:
            return self.day(first)
        if (first.year, first.month) != (last.year, last.month):
            return f"{self.day(first)} \N{EN DASH} {self.day(last)}"
        # The month's name is taken from the day's, where it has the right case and the year, if any.
        return self.day(last).replace(str(last.day), f"{first.day}\N{EN DASH}{last.day}", 1)

    def calendar(self, period: Period) -> str:
        """«июнь», «1-й квартал 2026 г.», «2025 год» of a whole month, quarter or year; nothing of other periods."""
        first, last = period.first_day, period.last_day
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        if not period.whole_days or first.day != 1 or (last + timedelta(days=1)).day != 1:
            return ""
        if months == 1:
            return self.month(first)
        if (months, first.month) == (12, 1):
            return self(N_("the year {year}"), year=str(first.year))
        if months == 3 and first.month % 3 == 1:
            pattern = "QQQQ" if self._this_year(first) else "QQQQ yyyy"
            return _unbroken(format_date(first, pattern, locale=self.locale))
        return ""

    def month(self, day: date) -> str:
        """«июнь», with the year where it is another than today's."""
        pattern = "LLLL" if self._this_year(day) else "LLLL yyyy"
        return _unbroken(format_date(day, pattern, locale=self.locale))

    def weekday(self, day: date) -> str:
        """«вт», short."""
        return format_date(day, "EEE", locale=self.locale)

    def period(self, period: Period) -> str:
        """«За период с 1 по 15 июня», «За 10 июня»."""
        first, last = period.first_day, period.last_day
        if first == last or (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
            return self(N_("For {day}"), day=self.dates(period))
        return self(N_("For the period {period}"), period=self.dates(period))

    def _this_year(self, day: date) -> bool:
        today = self.today
        return today is None or day.year == today.year

    def _filled(self, template: str, params: dict[str, Any]) -> str:
        shown = {name: self._shown(value) for name, value in params.items()}
        return template.format(**shown)

    def _shown(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, Period):
            return self.days(value)
        if isinstance(value, Message):
            return self.say(value)
        if isinstance(value, tuple):
            return ", ".join(str(self._shown(each)) for each in value)
        if isinstance(value, float):
            return format_decimal(value, locale=self.locale)
        return value


def _unbroken(text: str) -> str:
    return text.replace(" ", "\N{NO-BREAK SPACE}")
