"""What one asks of a contest for oneself: my place, and my team's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from digests.contest.post import as_of, notes
from digests.contest.rating import Phase, Rated
from digests.contest.wording import Naming, counted, moved, number, to_next
from digests.document import Block, Document, FactRow, Facts, Heading, Note, Paragraph, plain
from digests.localizer import Localizer
from metrics.answers import Verdict
from metrics.contests.standing import Placed, Standing
from warehouse.messages import N_, note


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
    yield _row(localizer(N_("Place")), ", ".join(filter(None, (place, moved(rated, me, localizer), shared))))
    yield _row(localizer(N_("On my account")), counted(localizer, metric, me.total))
    if rated.phase is Phase.OVER:
        prizes = rated.spec.prizes
        if standing.is_finalist(me) and me.place <= len(prizes):
            yield _row(localizer(N_("Prize")), prizes[me.place - 1])
        return
    gap = standing.to_next(me)
    if gap:
        ahead = [each for each in standing.places if each.place == gap[0]]
        who = naming.name(ahead[-1].key) if len(ahead) == 1 else ""
        text = counted(localizer, metric, gap[1])
        yield _row(localizer(N_("To place {place}"), place=gap[0]), f"{text} ({who})" if who else text)
    final = standing.to_final(me)
    if final is None:
        yield _row(localizer(N_("The final")), localizer(N_("in it")))
    else:
        yield _row(localizer(N_("To the final")), counted(localizer, metric, final))
    behind = [each for each in standing.places if each.place > me.place]
    if behind:
        yield _row(localizer(N_("Ahead of the next by")), counted(localizer, metric, me.total - behind[0].total))


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
        rows.append(_row(label, ", ".join(filter(None, (number(localizer, metric, placed.total), gap, ours)))))
    yield Facts(tuple(rows))
    if mine is not None and not rated.spec.rules.teams:
        people = [p for p in rated.standing.places if (who := rated.people.get(p.key)) and who.team == mine]
        if people:
            yield Heading(mine, 2)
            yield Facts(
                tuple(
                    _row(f"{each.place}. {naming.label(each.key)}", number(localizer, metric, each.total))
                    for each in people
                )
            )
    yield Note(as_of(rated, localizer))


def _row(label: str, value: str) -> FactRow:
    return FactRow(label, value, Verdict.NONE)


def _document(title: str, blocks: Iterator[Block], localizer: Localizer) -> Document:
    return Document(title, (Heading(title, 1), *blocks), localizer.language)
