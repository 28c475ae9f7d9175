"""The posts of a contest, of every day, the last one and the winners; and what one asks of it for oneself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from digests.contest.rating import Phase, Rated
from digests.contest.wording import Naming, changes, counted, finding, moved, number, shown, since_said, to_next
from digests.document import Block, Document, FactRow, Facts, Heading, Note, Paragraph, Picture, Span, plain
from digests.localizer import Localizer
from metrics.answers import Verdict
from metrics.contests.rules import EARLIER
from metrics.contests.standing import UNNAMED, Placed, Standing
from warehouse.messages import N_, note

BEHIND = 5
"""So many of those behind the last place of the final are named, and who is level with the last of them."""


def post(rated: Rated, naming: Naming, localizer: Localizer, pictures: Sequence[Picture] = ()) -> Document:
    """The rating for everybody: what the phase of the contest asks for."""
    title = _title(rated, localizer)
    return Document(title, (Heading(title, 1), *_blocks(rated, naming, localizer, pictures)), localizer.language)


def _title(rated: Rated, localizer: Localizer) -> str:
    title = rated.spec.title
    if rated.phase is Phase.OVER:
        return localizer(N_("{title}: the results"), title=title)
    if rated.phase is Phase.AHEAD:
        return title
    day = localizer.local_day(shown(rated.standing.as_of, rated.spec.rules.period))
    return localizer(N_("{title}: the rating of {day}"), title=title, day=day)


def _blocks(rated: Rated, naming: Naming, localizer: Localizer, pictures: Sequence[Picture]) -> Iterator[Block]:
    if rated.phase is Phase.AHEAD:
        yield Paragraph(plain(localizer(N_("The contest begins on {day}."), day=rated.spec.rules.period.first_day)))
        return
    if not rated.standing.begun:
        yield from _nobody(rated, localizer)
        return
    yield Paragraph((Span(" ".join(finding(rated, naming, localizer).split("\n")) + ".", strong=True),))
    if rated.phase is not Phase.OVER:
        yield Paragraph(plain(" ".join(_course(rated, localizer))))
    yield from _places(rated, naming, localizer)
    yield from changes(rated, naming, localizer)
    yield from pictures
    yield Note(" ".join(notes(rated, localizer)))


def _nobody(rated: Rated, localizer: Localizer) -> Iterator[Block]:
    over = rated.phase is Phase.OVER
    text = N_("Nobody has scored in this contest.") if over else N_("Nobody has scored yet: every place is free.")
    yield Paragraph(plain(localizer(text)))
    if not over:
        yield Paragraph(plain(" ".join(_course(rated, localizer))))
    yield Note(as_of(rated, localizer))


def _course(rated: Rated, localizer: Localizer) -> Iterator[str]:
    """How long it goes on, and what the final takes."""
    standing, rules = rated.standing, rated.spec.rules
    if rated.today > rules.period.last_day:
        yield localizer(N_("The contest is over, the results come with the next post."))
    elif rated.phase is Phase.FROZEN:
        still = shown(standing.as_of, rules.period)
        text = N_("Today is the last day: the rating stands still as of {moment}, the results come tomorrow.")
        yield localizer(text, moment=still)
    elif rated.days_left:
        yield localizer.say(note("{n} day is left.", "{n} days are left.", n=rated.days_left))
    else:
        yield localizer(N_("Today is the last day."))
    places, threshold = rules.places, counted(localizer, rules.metric, standing.threshold)
    yield localizer.say(
        note(
            "{n} place is in the final, {threshold} is enough for it now.",
            "{n} places are in the final, {threshold} is enough for one now.",
            n=places,
            threshold=threshold,
        )
    )


def _places(rated: Rated, naming: Naming, localizer: Localizer) -> Iterator[Block]:
    """The final, those just behind it, and how many more there are."""
    standing = rated.standing
    finalists, others = standing.finalists, standing.others
    over = rated.phase is Phase.OVER
    if finalists:
        yield Heading(localizer(N_("The final")), 2)
        yield Facts(tuple(_row(rated, placed, naming, localizer) for placed in finalists))
    elif over:
        least = counted(localizer, rated.metric, rated.spec.rules.minimum)
        yield Paragraph(plain(localizer(N_("Nobody has reached the minimum of {amount}."), amount=least)))
    near = [placed for placed in others if placed.total > 0]
    near = [placed for placed in near if placed.place <= near[min(BEHIND, len(near)) - 1].place]
    if near and not over:
        yield Heading(localizer(N_("Just behind the final")), 2)
        yield Facts(tuple(_row(rated, placed, naming, localizer) for placed in near))
    rest = others if over else others[len(near) :]
    if rest:
        yield Paragraph(plain(_rest(rated, rest, localizer)))


def _rest(rated: Rated, rest: Sequence[Placed], localizer: Localizer) -> str:
    metric = rated.metric
    low, high = number(localizer, metric, rest[-1].total), number(localizer, metric, rest[0].total)
    if low == high:
        return localizer.say(
            note("And {n} more, with {total}.", "And {n} more, with {total} each.", n=len(rest), total=high)
        )
    return localizer.say(
        note(
            "And {n} more, with {low} to {high}.",
            "And {n} more, with {low} to {high} each.",
            n=len(rest),
            low=low,
            high=high,
        )
    )


def _row(rated: Rated, placed: Placed, naming: Naming, localizer: Localizer) -> FactRow:
    label = f"{placed.place}. {naming.label(placed.key)}"
    total = number(localizer, rated.metric, placed.total)
    if rated.phase is Phase.OVER:
        prizes = rated.spec.prizes
        prize = localizer(N_("prize: {prize}"), prize=prizes[placed.place - 1]) if placed.place <= len(prizes) else ""
        return FactRow(label, ", ".join(filter(None, (total, prize))), Verdict.NONE)
    final = rated.standing.to_final(placed)
    if final is not None:
        gap = localizer(N_("{gap} to the final"), gap=number(localizer, rated.metric, final))
    else:
        gap = to_next(rated, placed, localizer)
    return FactRow(label, ", ".join(filter(None, (total, moved(rated, placed, localizer), gap))), Verdict.NONE)


def notes(rated: Rated, localizer: Localizer) -> Iterator[str]:
    """Conventions and the as-of time, as sentences."""
    rules = rated.spec.rules
    if rated.phase is not Phase.OVER and rated.since:
        yield localizer(N_("Places moved since {moment}."), moment=since_said(rated.since, rules.period))
    if rules.ties == EARLIER:
        yield localizer(N_("Of equals, who was there earlier stands before."))
    unnamed = rated.standing.outside.get(UNNAMED)
    if unnamed:
        text = N_("Not in the rating, as the records name nobody: {amount}.")
        yield localizer(text, amount=number(localizer, rules.metric, unnamed))
    yield as_of(rated, localizer)


def as_of(rated: Rated, localizer: Localizer) -> str:
    """«Данные на 15 июня, 23:59.»; the end of a day is its last minute."""
    return localizer(N_("Data as of {moment}."), moment=shown(rated.standing.as_of, rated.spec.rules.period))


def mine(rated: Rated, naming: Naming, localizer: Localizer) -> Document:
    """My place, and what is lacking to the next one. `naming.me` is who asks; None, if nobody knows."""
    title = localizer(N_("{title}: my place"), title=rated.spec.title)
    return _document(title, _mine(rated, naming, localizer), localizer)


def _mine(rated: Rated, naming: Naming, localizer: Localizer) -> Iterator[Block]:
    me = rated.standing.of(naming.me)
    if rated.phase is Phase.AHEAD:
        yield Paragraph(plain(localizer(N_("The contest begins on {day}."), day=rated.spec.rules.period.first_day)))
        return
    if naming.me is None:
        text = N_(
            "I do not know who you are in the records: ask the administrator to set your agent in the configuration."
        )
        yield Paragraph(plain(localizer(text)))
        return
    if me is None:
        yield Paragraph(plain(localizer(N_("You are not in the rating yet: nothing of yours has been counted."))))
        yield Note(as_of(rated, localizer))
        return
    yield Facts(tuple(_rows(rated, me, naming, localizer)))
    yield Note(" ".join(notes(rated, localizer)))


def _rows(rated: Rated, me: Placed, naming: Naming, localizer: Localizer) -> Iterator[FactRow]:
    standing, metric = rated.standing, rated.metric
    level = sum(each.place == me.place for each in standing.places)
    place = localizer(N_("{place} of {total}"), place=me.place, total=len(standing.places))
    shared = localizer.say(note("shared by {n}", "shared by {n}", n=level)) if level > 1 else ""
    yield _fact_row(localizer(N_("Place")), ", ".join(filter(None, (place, moved(rated, me, localizer), shared))))
    yield _fact_row(localizer(N_("On my account")), counted(localizer, metric, me.total))
    if rated.phase is Phase.OVER:
        prizes = rated.spec.prizes
        if standing.is_finalist(me) and me.place <= len(prizes):
            yield _fact_row(localizer(N_("Prize")), prizes[me.place - 1])
        return
    gap = standing.to_next(me)
    if gap:
        ahead = [each for each in standing.places if each.place == gap[0]]
        who = naming.name(ahead[-1].key) if len(ahead) == 1 else ""
        text = counted(localizer, metric, gap[1])
        yield _fact_row(localizer(N_("To place {place}"), place=gap[0]), f"{text} ({who})" if who else text)
    final = standing.to_final(me)
    if final is None:
        yield _fact_row(localizer(N_("The final")), localizer(N_("in it")))
    else:
        yield _fact_row(localizer(N_("To the final")), counted(localizer, metric, final))
    behind = [each for each in standing.places if each.place > me.place]
    if behind:
        yield _fact_row(localizer(N_("Ahead of the next by")), counted(localizer, metric, me.total - behind[0].total))


def teams(rated: Rated, ranked: Standing, naming: Naming, localizer: Localizer, mine: str | None) -> Document:
    """The teams by what their people have, and the people of one's own team. `ranked` is the teams' standing."""
    title = localizer(N_("{title}: the teams"), title=rated.spec.title)
    return _document(title, _teams(rated, ranked, naming, localizer, mine), localizer)


def _teams(rated: Rated, ranked: Standing, naming: Naming, localizer: Localizer, mine: str | None) -> Iterator[Block]:
    metric = rated.metric
    if not ranked.begun:
        yield Paragraph(plain(localizer(N_("No team has scored yet."))))
        yield Note(as_of(rated, localizer))
        return
    of_teams = replace(rated, standing=ranked, before={}, since=None)
    rows = []
    for placed in ranked.places:
        label = f"{placed.place}. {placed.key}"
        ours = localizer(N_("your team")) if placed.key == mine else ""
        gap = to_next(of_teams, placed, localizer)
        rows.append(_fact_row(label, ", ".join(filter(None, (number(localizer, metric, placed.total), gap, ours)))))
    yield Facts(tuple(rows))
    if mine is not None and not rated.spec.rules.teams:
        people = [p for p in rated.standing.places if (who := rated.people.get(p.key)) and who.team == mine]
        if people:
            yield Heading(mine, 2)
            yield Facts(
                tuple(
                    _fact_row(f"{each.place}. {naming.label(each.key)}", number(localizer, metric, each.total))
                    for each in people
                )
            )
    yield Note(as_of(rated, localizer))


def _fact_row(label: str, value: str) -> FactRow:
    return FactRow(label, value, Verdict.NONE)


def _document(title: str, blocks: Iterator[Block], localizer: Localizer) -> Document:
    return Document(title, (Heading(title, 1), *blocks), localizer.language)


def rating_object(rated: Rated, naming: Naming) -> dict[str, Any]:
    """`contest`, `phase`, `as_of`, `threshold`, `places`, `corrections`, `adjustments`, and what is ranked nowhere."""
    standing, zone = rated.standing, rated.spec.rules.period.timezone
    return {
        "contest": rated.spec.key,
        "metric": rated.metric.key,
        "phase": rated.phase.name.lower(),
        "start": _iso(rated.spec.rules.period.start, zone),
        "end": _iso(rated.spec.rules.period.end, zone),
        "as_of": _iso(standing.as_of, zone),
        "since": _iso(rated.since, zone),
        "threshold": _number(standing.threshold),
        "places": [_place(rated, placed, naming, zone) for placed in standing.places],
        "outside": {reason: _number(total) for reason, total in standing.outside.items()},
        "corrections": [{"key": c.key, "was": _number(c.was), "now": _number(c.now)} for c in rated.corrections],
        "adjustments": [
            {"key": a.who, "amount": _number(a.amount), "author": a.author, "reason": a.reason, "at": _iso(a.at, zone)}
            for a in rated.adjustments
        ],
    }


def teams_object(rated: Rated, ranked: Standing) -> dict[str, Any]:
    """The teams' places, whoever competes."""
    return {
        "contest": rated.spec.key,
        "as_of": _iso(ranked.as_of, rated.spec.rules.period.timezone),
        "teams": [{"key": p.key, "place": p.place, "total": _number(p.total)} for p in ranked.places],
    }


def _place(rated: Rated, placed: Placed, naming: Naming, zone: str) -> dict[str, Any]:
    gap = rated.standing.to_next(placed)
    return {
        "place": placed.place,
        "key": placed.key,
        "name": naming.name(placed.key) or None,
        "total": _number(placed.total),
        "reached": _iso(placed.reached, zone),
        "finalist": rated.standing.is_finalist(placed),
        "moved": rated.moved(placed),
        "to_next": _number(gap[1]) if gap else None,
        "to_final": _number(rated.standing.to_final(placed)),
    }


def _number(amount: Decimal | None) -> int | float | None:
    if amount is None:
        return None
    return int(amount) if amount == int(amount) else float(amount)


def _iso(moment: datetime | None, zone: str) -> str | None:
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).isoformat() if moment else None
