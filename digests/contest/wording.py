"""Words of contests: who is called what, amounts with their nouns, places and movement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from babel.lists import format_list

from digests import numbers
from digests.contest.rated import Rated
from digests.contest.spec import NAMES, PLACES, PSEUDONYMS
from digests.wording import Words
from metrics.contests.standing import Placed
from metrics.model import Metric, Unit
from metrics.periods import Period, to_local
from warehouse.messages import N_, Message, note

_MINUS = "\N{MINUS SIGN}"
_MINUTE = timedelta(minutes=1)
_LONG = 22
_NOUNS: dict[str, Message] = {
    "reservations": note("{n} reservation", "{n} reservations", n=0),
    "cancellations": note("{n} cancellation", "{n} cancellations", n=0),
    "calls": note("{n} call", "{n} calls", n=0),
    "attempts": note("{n} conversation", "{n} conversations", n=0),
    "chats": note("{n} chat", "{n} chats", n=0),
    "tickets": note("{n} ticket", "{n} tickets", n=0),
}
"""What a metric counts, by its relation."""
_POINTS = note("{n} point", "{n} points", n=0)


@dataclass(frozen=True)
class Naming:
    """Who is called what, for one reader. `me` is the agent or the team that reads, who always knows themselves."""

    rated: Rated
    words: Words
    named: bool
    """Whether the reader's role names agents."""
    me: str | None = None

    def name(self, key: str) -> str:
        """The name; empty where it is not shown."""
        spec = self.rated.spec
        if spec.names == PLACES:
            return ""
        if spec.names == PSEUDONYMS:
            return spec.pseudonyms.get(key, "")
        if spec.rules.teams:
            return key
        person = self.rated.people.get(key)
        return (person.name if person and person.name else key) if self.named else ""

    def label(self, key: str) -> str:
        """The name, or what stands in its place; «вы» for the reader."""
        if key == self.me:
            return self.words(N_("you"))
        return self.name(key) or self.words(N_("team") if self.rated.spec.rules.teams else N_("participant"))

    @property
    def shown(self) -> bool:
        """Whether people are called by anything at all."""
        spec = self.rated.spec
        return spec.names == PSEUDONYMS or (spec.names == NAMES and (self.named or spec.rules.teams))


class Brief(Naming):
    """For headlines: a long name gives up its shorter words."""

    def name(self, key: str) -> str:
        name = super().name(key)
        return short(name) if len(name) > _LONG else name


def short(name: str) -> str:
    """«М. Ключевская-Дверцева»: the longest word whole, the others as initials, where a name must be short."""
    parts = name.split()
    if len(parts) < 2:
        return name
    longest = max(parts, key=len)
    kept = parts.index(longest)
    return "\N{NO-BREAK SPACE}".join(part if n == kept else f"{part[0]}." for n, part in enumerate(parts))


def shorter(name: str) -> str:
    """«М. Ключевская-Д.»: a double name's second half as an initial, too."""
    first, dash, second = max(name.split() or [""], key=len).partition("-")
    return short(name).replace(f"{first}-{second}", f"{first}-{second[0]}.") if dash and second else short(name)


def bare(words: Words, amount: Decimal) -> str:
    """An amount to the last one, never in thousands: «27», «1 240», «52,35»."""
    return numbers.plain(words, amount, 2).replace("-", _MINUS)


def number(words: Words, metric: Metric, amount: Decimal) -> str:
    """The same with its unit, if it has one: «52,35 м²»."""
    return numbers.with_unit(words, metric, bare(words, amount))


def counted(words: Words, metric: Metric, amount: Decimal) -> str:
    """«27 резервов», «−1 резерв»; square metres as they are."""
    if metric.unit is not Unit.COUNT or amount != int(amount):
        return number(words, metric, amount)
    noun = _NOUNS.get(metric.relation, _POINTS)
    text = words.say(Message(noun.id, {"n": abs(int(amount))}, noun.plural))
    return text.replace(" ", "\N{NO-BREAK SPACE}", 1) if amount >= 0 else _MINUS + text


def signed(words: Words, metric: Metric, amount: Decimal) -> str:
    """«+2», «−1»."""
    return ("+" if amount > 0 else "") + number(words, metric, amount)


def moved(rated: Rated, placed: Placed, words: Words) -> str:
    """«▲2», «▼1», «=», «новый»; nothing where there is nothing to compare with."""
    if not rated.before:
        return ""
    steps = rated.moved(placed)
    if steps is None:
        return words(N_("new here"))
    return f"▲{steps}" if steps > 0 else f"▼{-steps}" if steps < 0 else "="


def to_next(rated: Rated, placed: Placed, words: Words) -> str:
    """«3 до 2-го места»; nothing for the first."""
    gap = rated.standing.to_next(placed)
    if gap is None:
        return ""
    text = number(words, rated.metric, gap[1])
    return words(N_("{gap} to place {place}"), gap=text, place=gap[0])


def shown(moment: datetime, period: Period) -> datetime:
    """A moment as people say it: the end of a day is its last minute."""
    local = to_local(moment, period.timezone)
    midnight = (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    return moment - _MINUTE if midnight else moment


def since_said(moment: datetime, period: Period) -> datetime | date:
    """The same, and of a whole day only the day."""
    said = shown(moment, period)
    return said if said == moment else to_local(said, period.timezone).date()


def joined(words: Words, names: Sequence[str]) -> str:
    """«Inhouse и Support»."""
    return format_list(list(names), locale=words.locale)
