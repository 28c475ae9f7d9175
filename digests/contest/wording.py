"""Words of contests: who is called what, amounts with their nouns, places and movement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from babel.lists import format_list

from digests import numbers
from digests.contest.rating import NAMES, PLACES, PSEUDONYMS, Phase, Rated
from digests.document import Block, Bullets, Heading, Item, plain
from digests.localizer import Localizer
from metrics.contests.rules import Adjustment, LateChange
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
    localizer: Localizer
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
            return self.localizer(N_("you"))
        return self.name(key) or self.localizer(N_("team") if self.rated.spec.rules.teams else N_("participant"))

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


def bare(localizer: Localizer, amount: Decimal) -> str:
    """An amount to the last one, never in thousands: «27», «1 240», «52,35»."""
    return numbers.plain(localizer, amount, 2).replace("-", _MINUS)


def number(localizer: Localizer, metric: Metric, amount: Decimal) -> str:
    """The same with its unit, if it has one: «52,35 м²»."""
    return numbers.with_unit(localizer, metric, bare(localizer, amount))


def counted(localizer: Localizer, metric: Metric, amount: Decimal) -> str:
    """«27 резервов», «−1 резерв»; square metres as they are."""
    if metric.unit is not Unit.COUNT or amount != int(amount):
        return number(localizer, metric, amount)
    noun = _NOUNS.get(metric.relation, _POINTS)
    text = localizer.say(Message(noun.id, {"n": abs(int(amount))}, noun.plural))
    return text.replace(" ", "\N{NO-BREAK SPACE}", 1) if amount >= 0 else _MINUS + text


def signed(localizer: Localizer, metric: Metric, amount: Decimal) -> str:
    """«+2», «−1»."""
    return ("+" if amount > 0 else "") + number(localizer, metric, amount)


def moved(rated: Rated, placed: Placed, localizer: Localizer) -> str:
    """«▲2», «▼1», «=», «новый»; nothing where there is nothing to compare with."""
    if not rated.before:
        return ""
    steps = rated.moved(placed)
    if steps is None:
        return localizer(N_("new here"))
    return f"▲{steps}" if steps > 0 else f"▼{-steps}" if steps < 0 else "="


def to_next(rated: Rated, placed: Placed, localizer: Localizer) -> str:
    """«3 до 2-го места»; nothing for the first."""
    gap = rated.standing.to_next(placed)
    if gap is None:
        return ""
    text = number(localizer, rated.metric, gap[1])
    return localizer(N_("{gap} to place {place}"), gap=text, place=gap[0])


def shown(moment: datetime, period: Period) -> datetime:
    """A moment as people say it: the end of a day is its last minute."""
    local = to_local(moment, period.timezone)
    midnight = (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    return moment - _MINUTE if midnight else moment


def since_said(moment: datetime, period: Period) -> datetime | date:
    """The same, and of a whole day only the day."""
    said = shown(moment, period)
    return said if said == moment else to_local(said, period.timezone).date()


def joined(localizer: Localizer, names: Sequence[str]) -> str:
    """«Inhouse и Support»."""
    return format_list(list(names), locale=localizer.locale)


_FEW = 2
"""So many are named side by side; of more their number is said."""


def finding(rated: Rated, naming: Naming, localizer: Localizer, *, brief: bool = False) -> str:
    """The headline; a line break in it is a wish. Somebody must have something. `brief`: long names are shortened."""
    naming = Brief(rated, localizer, naming.named, naming.me) if brief else naming
    first = [placed for placed in rated.standing.places if placed.place == 1]
    rest = rated.standing.places[len(first) :]
    if rated.phase is Phase.OVER and not rated.standing.finalists:
        # Nobody wins a final that nobody is in.
        best = counted(localizer, rated.metric, first[0].total)
        return localizer.say(note("Nobody has reached the minimum,\nthe most was {amount}", amount=best))
    if len(first) > 1:
        return localizer.say(_level(rated, naming, first, localizer))
    second = [placed for placed in rest if placed.place == rest[0].place]
    return localizer.say(_leader(rated, naming, first[0], second, localizer))


def _level(rated: Rated, naming: Naming, first: Sequence[Placed], localizer: Localizer) -> Message:
    """Several have the first place."""
    total = number(localizer, rated.metric, first[0].total)
    if len(first) > _FEW or not naming.shown:
        if rated.phase is Phase.OVER:
            return note(
                "{n} participant shares the victory,\nwith {total} each",
                "{n} participants share the victory,\nwith {total} each",
                n=len(first),
                total=total,
            )
        return note(
            "{n} participant shares the lead,\nwith {total} each",
            "{n} participants share the lead,\nwith {total} each",
            n=len(first),
            total=total,
        )
    names = _names(naming, first, localizer)
    if rated.phase is Phase.OVER:
        return note("{names} share the victory,\nwith {total} each", names=names, total=total)
    return note("{names} are level at the top,\nwith {total} each", names=names, total=total)


def _leader(rated: Rated, naming: Naming, first: Placed, second: Sequence[Placed], localizer: Localizer) -> Message:
    metric = rated.metric
    name, amount = _named(naming, first.key), counted(localizer, metric, first.total)
    if rated.phase is Phase.OVER:
        return note("{name} wins:\n{amount}", name=name, amount=amount)
    if not second:
        return note("{name} leads:\n{amount}", name=name, amount=amount)
    gap = first.total - second[0].total
    behind = counted(localizer, metric, gap)
    if not gap and not naming.shown:
        return note("The leader has {amount},\nthe next has as many, but later", amount=amount)
    if not gap:
        other = _named(naming, second[0].key)
        return note("{name} leads,\n{other} has as many, but later", name=name, other=other)
    if not naming.shown:
        return note("The leader has {amount},\nthe next is {gap} behind", amount=amount, gap=behind)
    if len(second) == 1:
        other = _named(naming, second[0].key)
        return note("{name} leads,\n{other} is {gap} behind", name=name, other=other, gap=behind)
    if len(second) <= _FEW:
        return note(
            "{name} leads,\n{names} are {gap} behind", name=name, names=_names(naming, second, localizer), gap=behind
        )
    return note(
        "{name} leads,\n{n} participant is {gap} behind",
        "{name} leads,\n{n} participants are {gap} behind",
        n=len(second),
        name=name,
        gap=behind,
    )


def _named(naming: Naming, key: str) -> str:
    return naming.name(key) or naming.localizer(N_("The leader"))


def _names(naming: Naming, placed: Sequence[Placed], localizer: Localizer) -> str:
    names = [naming.name(each.key) for each in placed]
    if not all(names):
        return localizer(N_("Participants"))
    return joined(localizer, names)


def changes(rated: Rated, naming: Naming, localizer: Localizer) -> Iterator[Block]:
    """A list of them, if there are any."""
    told = [
        *(_corrected(rated, each, naming, localizer) for each in rated.corrections),
        *(_adjusted(rated, each, naming, localizer) for each in rated.adjustments),
    ]
    if told:
        yield Heading(localizer(N_("Corrections")), 2)
        yield Bullets(tuple(Item(plain(text)) for text in told))


def _corrected(rated: Rated, correction: LateChange, naming: Naming, localizer: Localizer) -> str:
    was, now = (number(localizer, rated.metric, total or Decimal(0)) for total in (correction.was, correction.now))
    return localizer(
        N_("{name}: {now} instead of {was} as of {moment}, late records have shown it."),
        name=_who(rated, correction.key, naming, localizer),
        was=was,
        now=now,
        moment=since_said(rated.since, rated.spec.rules.period) if rated.since else "",
    )


def _adjusted(rated: Rated, adjustment: Adjustment, naming: Naming, localizer: Localizer) -> str:
    return localizer(
        N_("{name}: {amount}, {reason} ({author})."),
        name=_who(rated, adjustment.who, naming, localizer),
        amount=signed(localizer, rated.metric, adjustment.amount),
        reason=adjustment.reason,
        author=adjustment.author,
    )


def _who(rated: Rated, key: str, naming: Naming, localizer: Localizer) -> str:
    """By name, or by the place they have now."""
    placed = rated.standing.of(key)
    if naming.name(key) or key == naming.me or placed is None:
        return naming.label(key)
    return localizer(N_("place {place}"), place=placed.place)
