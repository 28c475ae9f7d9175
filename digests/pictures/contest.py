"""A contest's pictures: the climb of the first ones, and where they are more than it holds, everybody at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from statistics import median_low

from charts import contest, contest_200
from charts.contest_model import Climb, Climber, Crowd, Floor
from charts.model import Amount, Titles
from digests.contest.finding import finding
from digests.contest.rated import Phase, Rated
from digests.contest.wording import Naming, bare, counted, short, shorter, shown, since_said
from digests.document import Picture
from digests.pictures import wording
from digests.pictures.names import in_sentence
from digests.wording import Words
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


def pictures(rated: Rated, naming: Naming, words: Words) -> tuple[Picture, ...]:
    """Those that there are: none where nobody has anything."""
    if not rated.standing.begun or rated.phase is Phase.AHEAD:
        return ()
    found = []
    if len(rated.standing.finalists) <= contest.MOST:
        climb_ = climb(rated, naming, words)
        found.append(Picture(CLIMB, contest.draw(climb_), climb_.titles.alt_text))
    if len(rated.standing.places) > (_FEW if found else contest.MOST):
        crowd_ = crowd(rated, naming, words)
        found.append(Picture(CROWD, contest_200.draw(crowd_), crowd_.titles.alt_text))
    return tuple(found)


def climb(rated: Rated, naming: Naming, words: Words) -> Climb:
    """The finalists and those behind them, as many as a picture holds."""
    standing, rules = rated.standing, rated.spec.rules
    room = contest.MOST - len(standing.finalists)
    scoring = [placed for placed in standing.others if placed.total > 0 or len(standing.places) <= contest.MOST]
    rows = (*standing.finalists, *scoring[:room])
    rest = standing.places[len(rows) :]
    minimum = None
    if rules.minimum > 0:
        text = words(N_("minimum {amount}"), amount=bare(words, rules.minimum))
        minimum = Amount(float(rules.minimum), text)
    told = [words(N_("{place}. {name}: {amount}"), **_told(rated, each, naming, words)) for each in rows[:3]]
    return Climb(
        wording.titles(
            finding(rated, naming, words, brief=True),
            _subtitle(rated, words),
            _footnote(rated, words),
            [*told, _final(rated, words)],
        ),
        tuple(_climber(rated, placed, naming, words) for placed in rows),
        _border(rated, words) if len(rows) > len(standing.finalists) else "",
        minimum,
        words(N_("new")) if rated.before and rated.phase is not Phase.OVER else "",
        _rest(rated, rest, words) if rest else "",
        _scales(words),
    )


def _told(rated: Rated, placed: Placed, naming: Naming, words: Words) -> dict[str, object]:
    amount = bare(words, placed.total)
    return {"place": placed.place, "name": naming.label(placed.key), "amount": amount}


def _climber(rated: Rated, placed: Placed, naming: Naming, words: Words) -> Climber:
    name = naming.label(placed.key)
    return Climber(
        str(placed.place),
        tuple(dict.fromkeys((name, short(name), shorter(name)))) if naming.name(placed.key) else (name,),
        Amount(float(placed.total), bare(words, placed.total)),
        _gap(rated, placed, words),
        rated.standing.is_finalist(placed),
        rated.moved(placed),
        placed.place == 1,
    )


def _gap(rated: Rated, placed: Placed, words: Words) -> str:
    if rated.phase is Phase.OVER:
        prizes = rated.spec.prizes
        winner = rated.standing.is_finalist(placed) and placed.place <= len(prizes)
        return words(N_("prize")) if winner else ""
    final = rated.standing.to_final(placed)
    if final is not None:
        return words(N_("{gap} to the final"), gap=bare(words, final))
    gap = rated.standing.to_next(placed)
    if gap is None:
        level = sum(each.place == 1 for each in rated.standing.places)
        return words(N_("in the lead")) if level == 1 else words(N_("level at the top"))
    return words(N_("{gap} to {place}"), gap=bare(words, gap[1]), place=gap[0])


def _border(rated: Rated, words: Words) -> str:
    places, finalists = rated.spec.rules.places, len(rated.standing.finalists)
    if finalists >= places:
        return words.say(note("the first {n} is in the final", "the first {n} are in the final", n=finalists))
    return words(N_("in the final: {taken} of {places}"), taken=finalists, places=places)


def _rest(rated: Rated, rest: Sequence[Placed], words: Words) -> str:
    low, high = bare(words, rest[-1].total), bare(words, rest[0].total)
    if low == high:
        return words(N_("{n} more: {total}"), n=len(rest), total=low)
    return words(N_("{n} more: {low} to {high}"), n=len(rest), low=low, high=high)


def _final(rated: Rated, words: Words) -> str:
    return words(N_("Threshold of the final: {amount}"), amount=counted(words, rated.metric, rated.standing.threshold))


def _subtitle(rated: Rated, words: Words) -> str:
    return ", ".join(filter(None, (rated.spec.title, _dates(rated, words), _unit(rated, words))))


def _unit(rated: Rated, words: Words) -> str:
    """It stands once: under the headline."""
    return words(N_("square metres")) if rated.metric.unit is Unit.M2 else ""


def _dates(rated: Rated, words: Words) -> str:
    """The days that are in the rating."""
    period = rated.spec.rules.period
    return words.days(Period(period.start, max(rated.standing.as_of, period.start + _MINUTE), period.timezone))


def _footnote(rated: Rated, words: Words) -> str:
    moved = ""
    if rated.before and rated.since and rated.phase is not Phase.OVER:
        moved = words(N_("Places moved since {moment}"), moment=since_said(rated.since, rated.spec.rules.period))
    if rated.spec.rules.ties == EARLIER:
        ties = words(N_("Of equals, the earlier stands before"))
    else:
        ties = words(N_("Equals share a place"))
    return wording.sentences(moved, ties, _as_of(rated, words))


def _as_of(rated: Rated, words: Words) -> str:
    return words(N_("Data as of {moment}"), moment=shown(rated.standing.as_of, rated.spec.rules.period))


def _scales(words: Words) -> tuple[str, str]:
    return words.translated(N_("A floor is {n}.")), words(N_("The gap: empty floors."))


def crowd(rated: Rated, naming: Naming, words: Words) -> Crowd:
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
            Amount(float(total), bare(words, total)),
            people[total],
            final[total],
            close[total],
            _names(rated, total, naming, words) if final[total] else (),
        )
        for total in sorted(people, reverse=True)
    )
    middle = median_low(each.total for each in standing.places)
    nothing = people[Decimal(0)]
    return Crowd(
        _titles(rated, naming, words, len(near)),
        floors,
        Amount(float(standing.threshold), _final(rated, words).lower()),
        _close(rated, near, words),
        Amount(float(middle), words(N_("median: {amount}"), amount=bare(words, middle))),
        words(N_("with nothing: {n}"), n=nothing) if nothing else "",
        words(N_("The gap: empty floors.")),
        words.translated(N_("A floor is {n}.")),
    )


def _names(rated: Rated, total: Decimal, naming: Naming, words: Words) -> tuple[str, ...]:
    """Who is on a floor: in full, short, and as many as fit with the number of the others."""
    names = [naming.name(each.key) for each in rated.standing.finalists if each.total == total]
    if not all(names):
        return ()
    brief = [short(name) for name in names]
    ways = [", ".join(names), ", ".join(brief), ", ".join(map(shorter, names))]
    for kept in range(min(len(names) - 1, _NAMED), 0, -1):
        others = words(N_("and {n} more"), n=len(names) - kept)
        ways.append(f"{', '.join(brief[:kept])} {others}")
    return tuple(dict.fromkeys(ways))


def _close(rated: Rated, near: Sequence[Placed], words: Words) -> str:
    if not near:
        return ""
    gaps = sorted(gap for each in near if (gap := rated.standing.to_final(each)) is not None)
    low, high = (bare(words, gap) for gap in (gaps[0], gaps[-1]))
    span = low if low == high else f"{low}\N{EN DASH}{high}"
    return words.say(
        note("{n} participant: {gap} to the final", "{n} participants: {gap} to the final", n=len(near), gap=span)
    )


def _titles(rated: Rated, naming: Naming, words: Words, near: int) -> Titles:
    finalists, everybody = len(rated.standing.finalists), len(rated.standing.places)
    if rated.phase is Phase.OVER or (not finalists and not near):
        headline = finding(rated, naming, words, brief=True)
    elif not finalists:
        headline = words.say(
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
        headline = words.say(text)
    else:
        headline = words(N_("{taken} of {everybody} are in the final"), taken=finalists, everybody=everybody)
    what = in_sentence(words(rated.metric.title))
    subtitle = words(
        N_("A window is a person, a floor a total: {what}, {dates}"), what=what, dates=_dates(rated, words)
    )
    if rated.spec.rules.teams:
        subtitle = words(
            N_("A window is a team, a floor a total: {what}, {dates}"), what=what, dates=_dates(rated, words)
        )
    footnote = wording.sentences(words(N_("My place: /rating me")), _as_of(rated, words))
    return wording.titles(headline, subtitle, footnote, [_final(rated, words)])
