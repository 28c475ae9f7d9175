"""The one sentence that tells a rating: who leads, and by how much."""

from __future__ import annotations

from collections.abc import Sequence

from digests.contest.rated import Phase, Rated
from digests.contest.wording import Brief, Naming, counted, joined, number
from digests.wording import Words
from metrics.contests.standing import Placed
from warehouse.messages import N_, Message, note

_FEW = 2
"""So many are named side by side; of more their number is said."""


def finding(rated: Rated, naming: Naming, words: Words, *, brief: bool = False) -> str:
    """The headline; a line break in it is a wish. Somebody must have something. `brief`: long names are shortened."""
    naming = Brief(rated, words, naming.named, naming.me) if brief else naming
    first = [placed for placed in rated.standing.places if placed.place == 1]
    rest = rated.standing.places[len(first) :]
    if rated.phase is Phase.OVER and not rated.standing.finalists:
        # Nobody wins a final that nobody is in.
        best = counted(words, rated.metric, first[0].total)
        return words.say(note("Nobody has reached the minimum,\nthe most was {amount}", amount=best))
    if len(first) > 1:
        return words.say(_level(rated, naming, first, words))
    second = [placed for placed in rest if placed.place == rest[0].place]
    return words.say(_leader(rated, naming, first[0], second, words))


def _level(rated: Rated, naming: Naming, first: Sequence[Placed], words: Words) -> Message:
    """Several have the first place."""
    total = number(words, rated.metric, first[0].total)
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
    names = _names(naming, first, words)
    if rated.phase is Phase.OVER:
        return note("{names} share the victory,\nwith {total} each", names=names, total=total)
    return note("{names} are level at the top,\nwith {total} each", names=names, total=total)


def _leader(rated: Rated, naming: Naming, first: Placed, second: Sequence[Placed], words: Words) -> Message:
    metric = rated.metric
    name, amount = _named(naming, first.key), counted(words, metric, first.total)
    if rated.phase is Phase.OVER:
        return note("{name} wins:\n{amount}", name=name, amount=amount)
    if not second:
        return note("{name} leads:\n{amount}", name=name, amount=amount)
    gap = first.total - second[0].total
    behind = counted(words, metric, gap)
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
            "{name} leads,\n{names} are {gap} behind", name=name, names=_names(naming, second, words), gap=behind
        )
    return note(
        "{name} leads,\n{n} participant is {gap} behind",
        "{name} leads,\n{n} participants are {gap} behind",
        n=len(second),
        name=name,
        gap=behind,
    )


def _named(naming: Naming, key: str) -> str:
    return naming.name(key) or naming.words(N_("The leader"))


def _names(naming: Naming, placed: Sequence[Placed], words: Words) -> str:
    names = [naming.name(each.key) for each in placed]
    if not all(names):
        return words(N_("Participants"))
    return joined(words, names)
