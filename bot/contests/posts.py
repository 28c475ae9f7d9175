"""A contest's posts and answers: its configuration, the records and the ledger brought together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from bot.config import Config
from bot.contests.ledger import keep_posted
from digests.contest import mine as own
from digests.contest.post import post
from digests.contest.rated import Phase, Rated, rate
from digests.contest.spec import ContestSpec
from digests.contest.wording import Naming
from digests.document import Document, Picture
from digests.enquiry import Rating
from digests.wording import Words
from metrics.compute import Reckoner
from metrics.contests.ledger import Ledger, Posted
from metrics.contests.standing import rank
from metrics.contests.tally import tally
from metrics.people import people_of
from metrics.periods import to_local
from warehouse.messages import Mistake, nearest


@dataclass(frozen=True)
class DailyPost:
    """A post with the rating that is in it, to be remembered once it is posted."""

    document: Document
    posted: Posted


def daily_post(
    reckoner: Reckoner, spec: ContestSpec, ledger: Ledger, words: Words, *, named: bool = True
) -> DailyPost | None:
    """The contest's post of now: the rating, on the last day the one that stands still, after the end the winners.

    None where there is nothing to post: before the beginning, and once the winners were posted. After the end, as
    long as the records do not reach it, the rating stands still. `named`: whether who reads it may know agents' names.
    """
    if reckoner.now < spec.rules.period.start or (ledger.posted and ledger.posted.closing):
        return None
    rated = rate(reckoner, spec, ledger, results=True)
    naming = Naming(rated, words, named)
    return DailyPost(post(rated, naming, words, pictures(rated, naming, words)), _posted(rated, ledger))


def record_posted(connection: sa.Connection, contest: str, posted: Posted, at: datetime) -> None:
    """Remember what was posted: movement and corrections of the next post are counted from it. Instants are UTC."""
    keep_posted(connection, contest, posted, at)


def rating(
    reckoner: Reckoner,
    spec: ContestSpec,
    ledger: Ledger,
    words: Words,
    asked: Rating,
    *,
    named: bool,
    agent: str | None,
    pictured: bool = True,
) -> Document:
    """The answer to `/rating`. `agent` is who asks, by their key in the records. Raises Mistake."""
    rated = rate(reckoner, spec, ledger)
    person = rated.people.get(agent) if agent else None
    team = person.team if person else None
    me = team if spec.rules.teams else agent
    naming = Naming(rated, words, named, me)
    if asked.of == "me":
        return own.mine(rated, naming, words)
    if asked.of == "team":
        of_teams = spec.rules if spec.rules.teams else replace(spec.rules, teams=True)
        done = tally(reckoner, spec.rules, rated.standing.as_of)
        adjusted = [replace(a, who=its) for a in ledger.adjustments if (its := _team_of(rated, a.who))]
        ranked = (
            rated.standing if spec.rules.teams else rank(of_teams, rated.standing.as_of, done, rated.people, adjusted)
        )
        return own.teams(rated, ranked, naming, words, team)
    return post(rated, naming, words, pictures(rated, naming, words) if pictured else ())


def pictures(rated: Rated, naming: Naming, words: Words) -> tuple[Picture, ...]:
    """The climb, and where there are more people than it can show, all of them at a glance."""
    from digests.pictures import contest  # matplotlib is not worth loading for a text

    return contest.pictures(rated, naming, words)


def spec_for(config: Config, reckoner: Reckoner, key: str | None) -> ContestSpec:
    """A contest by its key; without one the contest that goes on, was the last to end, or is the next to begin.

    Raises Mistake if there is none.
    """
    contests = config.checked_contests
    if not contests:
        raise Mistake("There is no contest in the configuration.")
    if key is not None:
        found = next((each for each in contests if each.key == key), None)
        if found is None:
            known = tuple(each.key for each in contests)
            raise Mistake('There is no contest "{given}". There are: {known}.', given=key, known=nearest(key, known))
        return config.contest_spec(found, reckoner.centre)
    today = to_local(reckoner.now, reckoner.centre.timezone).date()
    begun = [each for each in contests if each.first <= today]
    chosen = (
        max(begun, key=lambda each: (each.last >= today, each.last)) if begun else min(contests, key=lambda c: c.first)
    )
    return config.contest_spec(chosen, reckoner.centre)


def check_participant(reckoner: Reckoner, spec: ContestSpec, who: str) -> None:
    """Raise Mistake for an agent or a team that the records do not have."""
    people = people_of(reckoner.records).values()
    known = {person.team for person in people if person.team} if spec.rules.teams else {person.key for person in people}
    if not spec.rules.teams:
        known |= {key for key in tally(reckoner, spec.rules, reckoner.now) if key is not None}
    if who not in known:
        text = (
            'There is no team "{given}". There are: {known}.'
            if spec.rules.teams
            else 'There is no agent "{given}". There are: {known}.'
        )
        raise Mistake(text, given=who, known=nearest(who, tuple(sorted(known))))


def _posted(rated: Rated, ledger: Ledger) -> Posted:
    places = tuple((each.key, each.place, each.total) for each in rated.standing.places)
    last = max((each.number for each in ledger.adjustments), default=0)
    return Posted(rated.standing.as_of, places, last, rated.phase is Phase.OVER)


def _team_of(rated: Rated, agent: str) -> str | None:
    person = rated.people.get(agent)
    return person.team if person else None
