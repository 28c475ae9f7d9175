"""The post of every day, the one of the last day, and the one with the winners."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from digests.contest.rating import Phase, Rated
from digests.contest.wording import Naming, changes, counted, finding, moved, number, shown, since_said, to_next
from digests.document import Block, Document, FactRow, Facts, Heading, Note, Paragraph, Picture, Span, plain
from digests.localizer import Localizer
from metrics.answers import Verdict
from metrics.contests.rules import EARLIER
from metrics.contests.standing import UNNAMED, Placed
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
