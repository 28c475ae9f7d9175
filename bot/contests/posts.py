"""A contest's posts and answers: its configuration, the records and the ledger brought together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.config import Config
from digests.contest import post as own
from digests.contest.post import post, rating_object, teams_object
from digests.contest.rating import ContestSpec, Phase, Rated, rate
from digests.contest.wording import Naming
from digests.document import Action, Actions, Document, Picture
from digests.images import attempt
from digests.localizer import Localizer
from digests.request import Rating, Request, Verb, command
from metrics.calculator import Calculator
from metrics.centre import Centre
from metrics.contests.rules import Ledger, PostedRating
from metrics.contests.standing import Standing, rank, tally
from metrics.people import people_of
from metrics.periods import to_local
from warehouse.messages import N_, UserError, nearest


@dataclass(frozen=True)
class DailyPost:
    """A post with the rating that is in it: once it is posted, the next one is compared with it."""

    document: Document
    posted: PostedRating


def daily_post(
    calculator: Calculator, spec: ContestSpec, ledger: Ledger, localizer: Localizer, *, named: bool = True
) -> DailyPost | None:
    """The contest's post of now: the rating, on the last day the one that stands still, after the end the winners.

    None where there is nothing to post: before the beginning, and once the winners were posted. After the end, as
    long as the records do not reach it, the rating stands still. `named`: whether who reads it may know agents' names.
    Raises UserError if there are no records to count from.
    """
    if calculator.now < spec.rules.period.start or (ledger.posted and ledger.posted.closing):
        return None
    rated = rate(calculator, spec, ledger, results=True)
    naming = Naming(rated, localizer, named)
    return DailyPost(post(rated, naming, localizer, pictures(rated, naming, localizer)), _posted(rated, ledger))


def rating(
    calculator: Calculator,
    spec: ContestSpec,
    ledger: Ledger,
    localizer: Localizer,
    asked: Rating,
    *,
    named: bool,
    agent: str | None,
) -> Document:
    """The answer to `/rating`. `agent` is who asks, by their key in the records. Raises UserError."""
    rated = rate(calculator, spec, ledger)
    naming = Naming(rated, localizer, named, _own_key(rated, agent))
    if asked.of == "me":
        return own.mine(rated, naming, localizer)
    if asked.of == "team":
        return own.teams(rated, _of_teams(calculator, rated, ledger), naming, localizer, _team_of(rated, agent))
    return post(rated, naming, localizer, pictures(rated, naming, localizer))


def exported(
    calculator: Calculator,
    spec: ContestSpec,
    ledger: Ledger,
    localizer: Localizer,
    *,
    agent: str | None = None,
    teams: bool = False,
) -> dict[str, Any]:
    """The rating for scripts: everybody's, one person's place alone, or the teams'."""
    rated = rate(calculator, spec, ledger)
    if teams:
        return teams_object(rated, _of_teams(calculator, rated, ledger))
    found = rating_object(rated, Naming(rated, localizer, named=True))
    if agent is not None:
        me = _own_key(rated, agent)
        found["places"] = [place for place in found["places"] if place["key"] == me]
    return found


def next_asked(contest: str, asked: Rating, localizer: Localizer) -> Actions:
    """The other parts of the rating, to press."""
    parts = {None: N_("Rating"), "me": N_("My place"), "team": N_("Teams")}
    return Actions(
        tuple(
            Action(localizer(label), command(Request(Verb.RATING, rating=Rating(contest, of))))
            for of, label in parts.items()
            if of != asked.of
        )
    )


def pictures(rated: Rated, naming: Naming, localizer: Localizer) -> tuple[Picture, ...]:
    """The climb, and where there are more people than it can show, all of them at a glance; none if drawing fails."""

    def draw() -> tuple[Picture, ...]:
        from digests.pictures import contest  # matplotlib is not worth loading for a text

        return contest.pictures(rated, naming, localizer)

    return attempt("of a contest", draw, ())


def spec_for(config: Config, centre: Centre, now: datetime, key: str | None) -> ContestSpec:
    """A contest by its key; without one the contest that goes on, was the last to end, or is the next to begin.

    Raises UserError if there is none.
    """
    contests = config.checked_contests
    if not contests:
        raise UserError("There is no contest in the configuration.")
    if key is not None:
        found = next((each for each in contests if each.key == key), None)
        if found is None:
            known = tuple(each.key for each in contests)
            raise UserError('There is no contest "{given}". There are: {known}.', given=key, known=nearest(key, known))
        return config.contest_spec(found, centre)
    today = to_local(now, centre.timezone).date()
    begun = [each for each in contests if each.first <= today]
    chosen = (
        max(begun, key=lambda each: (each.last >= today, each.last)) if begun else min(contests, key=lambda c: c.first)
    )
    return config.contest_spec(chosen, centre)


def check_participant(calculator: Calculator, spec: ContestSpec, who: str, *, person: bool = False) -> None:
    """Raise UserError for an agent or a team that the records do not have. `person`: an agent, whoever competes."""
    people = people_of(calculator.records).values()
    if spec.rules.teams and not person:
        known = {each.team for each in people if each.team}
        if who not in known:
            raise UserError(
                'There is no team "{given}". There are: {known}.', given=who, known=nearest(who, tuple(sorted(known)))
            )
        return
    agents = {each.key for each in people} | {key for key in tally(calculator, spec.rules, calculator.now) if key}
    if who not in agents:
        raise UserError(
            'There is no agent "{given}". There are: {known}.', given=who, known=nearest(who, tuple(sorted(agents)))
        )


def _posted(rated: Rated, ledger: Ledger) -> PostedRating:
    places = tuple((each.key, each.place, each.total) for each in rated.standing.places)
    last = max((each.number for each in ledger.adjustments), default=0)
    return PostedRating(rated.standing.as_of, places, last, rated.phase is Phase.OVER)


def _of_teams(calculator: Calculator, rated: Rated, ledger: Ledger) -> Standing:
    """The standing of the teams: of persons' contests, what their people have."""
    rules, as_of = rated.spec.rules, rated.standing.as_of
    if rules.teams:
        return rated.standing
    adjusted = [replace(each, who=team) for each in ledger.adjustments if (team := _team_of(rated, each.who))]
    return rank(replace(rules, teams=True), as_of, tally(calculator, rules, as_of), rated.people, adjusted)


def _own_key(rated: Rated, agent: str | None) -> str | None:
    """As whom an agent competes."""
    return _team_of(rated, agent) if rated.spec.rules.teams else agent


def _team_of(rated: Rated, agent: str | None) -> str | None:
    person = rated.people.get(agent) if agent else None
    return person.team if person else None
