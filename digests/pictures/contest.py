"""A contest's pictures: the climb of the first ones, and where they are more than it holds, everybody at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from statistics import median_low

from charts.forms.crowd import Crowd, Floor
from charts.forms.tower import MOST, Climb, Climber
from charts.model import Amount, Titles
from digests.contest.rating import Phase, Rated
from digests.contest.wording import Naming, bare, counted, finding, short, shorter, shown, since_said
from digests.document import Picture
from digests.localizer import Localizer
from digests.numbers import in_sentence
from digests.pictures import wording
from digests.pictures.setting import render
from metrics.contests.rules import EARLIER
from metrics.contests.standing import Placed
from metrics.model import Unit
from metrics.periods import Period
from warehouse.messages import N_, note

CLIMB, CROWD = "contest", "contest-200"
_MINUTE = timedelta(minutes=1)
_FEW = 20
"""So many people need no picture of their own, where the climb says how many more there are."""
_NEAR = 2
"""Whoever is so many steps from the final is near it."""
_NAMED = 6
"""Names of one floor that are tried side by side."""


def pictures(rated: Rated, naming: Naming, localizer: Localizer) -> tuple[Picture, ...]:
    """Those that there are: none where nobody has anything."""
    if not rated.standing.begun or rated.phase is Phase.AHEAD:
        return ()
    climbs = len(rated.standing.finalists) <= MOST
    crowds = len(rated.standing.places) > (_FEW if climbs else MOST)
    found = (
        render(localizer, CLIMB, climb(rated, naming, localizer)) if climbs else None,
        render(localizer, CROWD, crowd(rated, naming, localizer)) if crowds else None,
    )
    return tuple(picture for picture in found if picture)


def climb(rated: Rated, naming: Naming, localizer: Localizer) -> Climb:
    """The finalists and those behind them, as many as a picture holds."""
    standing, rules = rated.standing, rated.spec.rules
    room = MOST - len(standing.finalists)
    scoring = [placed for placed in standing.others if placed.total > 0 or len(standing.places) <= MOST]
    rows = (*standing.finalists, *scoring[:room])
    rest = standing.places[len(rows) :]
    minimum = None
    if rules.minimum > 0:
        text = localizer(N_("minimum {amount}"), amount=bare(localizer, rules.minimum))
        minimum = Amount(float(rules.minimum), text)
    told = [localizer(N_("{place}. {name}: {amount}"), **_placing(rated, each, naming, localizer)) for each in rows[:3]]
    return Climb(
        wording.titles(
            finding(rated, naming, localizer, brief=True),
            _subtitle(rated, localizer),
            _footnote(rated, localizer),
            [*told, _final(rated, localizer)],
        ),
        tuple(_climber(rated, placed, naming, localizer) for placed in rows),
        _border(rated, localizer) if len(rows) > len(standing.finalists) else "",
        minimum,
        localizer(N_("new")) if rated.before and rated.phase is not Phase.OVER else "",
        _rest(rated, rest, localizer) if rest else "",
        _scales(localizer),
    )


def _placing(rated: Rated, placed: Placed, naming: Naming, localizer: Localizer) -> dict[str, object]:
    amount = bare(localizer, placed.total)
    return {"place": placed.place, "name": naming.label(placed.key), "amount": amount}


def _climber(rated: Rated, placed: Placed, naming: Naming, localizer: Localizer) -> Climber:
    name = naming.label(placed.key)
    return Climber(
        str(placed.place),
        tuple(dict.fromkeys((name, short(name), shorter(name)))) if naming.name(placed.key) else (name,),
        Amount(float(placed.total), bare(localizer, placed.total)),
        _gap(rated, placed, localizer),
        rated.standing.is_finalist(placed),
        rated.moved(placed),
        placed.place == 1,
    )


def _gap(rated: Rated, placed: Placed, localizer: Localizer) -> str:
    if rated.phase is Phase.OVER:
        prizes = rated.spec.prizes
        winner = rated.standing.is_finalist(placed) and placed.place <= len(prizes)
        return localizer(N_("prize")) if winner else ""
    final = rated.standing.to_final(placed)
    if final is not None:
        return localizer(N_("{gap} to the final"), gap=bare(localizer, final))
    gap = rated.standing.to_next(placed)
    if gap is None:
        level = sum(each.place == 1 for each in rated.standing.places)
        return localizer(N_("in the lead")) if level == 1 else localizer(N_("level at the top"))
    return localizer(N_("{gap} to {place}"), gap=bare(localizer, gap[1]), place=gap[0])


def _border(rated: Rated, localizer: Localizer) -> str:
    places, finalists = rated.spec.rules.places, len(rated.standing.finalists)
    if finalists >= places:
        return localizer.say(note("the first {n} is in the final", "the first {n} are in the final", n=finalists))
    return localizer(N_("in the final: {taken} of {places}"), taken=finalists, places=places)


def _rest(rated: Rated, rest: Sequence[Placed], localizer: Localizer) -> str:
    low, high = bare(localizer, rest[-1].total), bare(localizer, rest[0].total)
    if low == high:
        return localizer(N_("{n} more: {total}"), n=len(rest), total=low)
    return localizer(N_("{n} more: {low} to {high}"), n=len(rest), low=low, high=high)


def _final(rated: Rated, localizer: Localizer) -> str:
    return localizer(
        N_("Threshold of the final: {amount}"), amount=counted(localizer, rated.metric, rated.standing.threshold)
    )


def _subtitle(rated: Rated, localizer: Localizer) -> str:
    return ", ".join(filter(None, (rated.spec.title, _dates(rated, localizer), _unit(rated, localizer))))


def _unit(rated: Rated, localizer: Localizer) -> str:
    """It stands once: under the headline."""
    return localizer(N_("square metres")) if rated.metric.unit is Unit.M2 else ""


def _dates(rated: Rated, localizer: Localizer) -> str:
    """The days that are in the rating."""
    period = rated.spec.rules.period
    return localizer.days(Period(period.start, max(rated.standing.as_of, period.start + _MINUTE), period.timezone))


def _footnote(rated: Rated, localizer: Localizer) -> str:
    moved = ""
    if rated.before and rated.since and rated.phase is not Phase.OVER:
        moved = localizer(N_("Places moved since {moment}"), moment=since_said(rated.since, rated.spec.rules.period))
    if rated.spec.rules.ties == EARLIER:
        ties = localizer(N_("Of equals, the earlier stands before"))
    else:
        ties = localizer(N_("Equals share a place"))
    return wording.sentences(moved, ties, _as_of(rated, localizer))


def _as_of(rated: Rated, localizer: Localizer) -> str:
    return localizer(N_("Data as of {moment}"), moment=shown(rated.standing.as_of, rated.spec.rules.period))


def _scales(localizer: Localizer) -> tuple[str, str]:
    return localizer.translated(N_("A floor is {n}.")), localizer(N_("The gap: empty floors."))


def crowd(rated: Rated, naming: Naming, localizer: Localizer) -> Crowd:
    """Everybody by their total."""
    standing = rated.standing
    reach = standing.threshold - _NEAR * rated.spec.rules.step
    over = rated.phase is Phase.OVER
    near = [] if over else [each for each in standing.others if each.total >= max(reach, rated.spec.rules.step)]
    people = Counter(each.total for each in standing.places)
    final = Counter(each.total for each in standing.finalists)
    close = Counter(each.total for each in near)
    floors = tuple(
        Floor(
            Amount(float(total), bare(localizer, total)),
            people[total],
            final[total],
            close[total],
            _names(rated, total, naming, localizer) if final[total] else (),
        )
        for total in sorted(people, reverse=True)
    )
    middle = median_low(each.total for each in standing.places)
    nothing = people[Decimal(0)]
    return Crowd(
        _titles(rated, naming, localizer, len(near)),
        floors,
        Amount(float(standing.threshold), _final(rated, localizer).lower()),
        _close(rated, near, localizer),
        Amount(float(middle), localizer(N_("median: {amount}"), amount=bare(localizer, middle))),
        localizer(N_("with nothing: {n}"), n=nothing) if nothing else "",
        localizer(N_("The gap: empty floors.")),
        localizer.translated(N_("A floor is {n}.")),
    )


def _names(rated: Rated, total: Decimal, naming: Naming, localizer: Localizer) -> tuple[str, ...]:
    """Who is on a floor: in full, short, and as many as fit with the number of the others."""
    names = [naming.name(each.key) for each in rated.standing.finalists if each.total == total]
    if not all(names):
        return ()
    brief = [short(name) for name in names]
    ways = [", ".join(names), ", ".join(brief), ", ".join(map(shorter, names))]
    for kept in range(min(len(names) - 1, _NAMED), 0, -1):
        others = localizer(N_("and {n} more"), n=len(names) - kept)
        ways.append(f"{', '.join(brief[:kept])} {others}")
    return tuple(dict.fromkeys(ways))


def _close(rated: Rated, near: Sequence[Placed], localizer: Localizer) -> str:
    if not near:
        return ""
    gaps = sorted(gap for each in near if (gap := rated.standing.to_final(each)) is not None)
    low, high = (bare(localizer, gap) for gap in (gaps[0], gaps[-1]))
    span = low if low == high else f"{low}\N{EN DASH}{high}"
    return localizer.say(
        note("{n} participant: {gap} to the final", "{n} participants: {gap} to the final", n=len(near), gap=span)
    )


def _titles(rated: Rated, naming: Naming, localizer: Localizer, near: int) -> Titles:
    finalists, everybody = len(rated.standing.finalists), len(rated.standing.places)
    if rated.phase is Phase.OVER or (not finalists and not near):
        headline = finding(rated, naming, localizer, brief=True)
    elif not finalists:
        headline = localizer.say(
            note(
                "Nobody is in the final yet,\n{n} is close to it",
                "Nobody is in the final yet,\n{n} are close to it",
                n=near,
            )
        )
    elif near:
        text = note(
            "{taken} of {everybody} are in the final,\n{n} more is a step or two away",
            "{taken} of {everybody} are in the final,\n{n} more are a step or two away",
            n=near,
            taken=finalists,
            everybody=everybody,
        )
        headline = localizer.say(text)
    else:
        headline = localizer(N_("{taken} of {everybody} are in the final"), taken=finalists, everybody=everybody)
    what = in_sentence(localizer(rated.metric.title))
    subtitle = localizer(
        N_("A window is a person, a floor a total: {what}, {dates}"), what=what, dates=_dates(rated, localizer)
    )
    if rated.spec.rules.teams:
        subtitle = localizer(
            N_("A window is a team, a floor a total: {what}, {dates}"), what=what, dates=_dates(rated, localizer)
        )
    footnote = wording.sentences(localizer(N_("My place: /rating me")), _as_of(rated, localizer))
    return wording.titles(headline, subtitle, footnote, [_final(rated, localizer)])
