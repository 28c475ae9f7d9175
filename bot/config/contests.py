"""Settings of contests: what is counted, when, who takes part, and what is shown of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from bot.settings import FILE, ConfigTable
from digests.contest.rating import ContestSpec
from digests.request import MINE
from metrics.answers import exact
from metrics.catalogue import Catalogue
from metrics.centre import Centre
from metrics.contests.rules import ContestRules, check, matching
from metrics.periods import days
from warehouse.messages import Message, UserError, note


class ContestConfig(ConfigTable):
    key: str
    """The contest's key, for commands."""
    title: str
    """How it is called in posts."""
    metric: str
    """What is counted: a metric that counts or sums what an agent has done."""
    filters: dict[str, str | tuple[str, ...]] = Field(default={})
    """Of which rows only: a dimension of the metric and its value or values."""
    first: date
    """Its first day."""
    last: date
    """Its last day, included."""
    minimum: Annotated[float, Field(ge=0)] = 0
    """What a finalist must have at least."""
    places: Annotated[int, Field(ge=1)] = 10
    """How many places are in the final."""
    ties: Literal["shared", "earlier"] = "shared"
    """Equal totals share a place (3, 3, 5), or who reached theirs earlier stands before."""
    between: Literal["persons", "teams"] = "persons"
    """Who competes."""
    teams: tuple[str, ...] = ()
    """The teams that take part, also with nothing yet; all who have done something, if none is named."""
    names: Literal["names", "pseudonyms", "places"] = "names"
    """How people are shown: by name (to roles that name agents), by pseudonym, or by their place alone."""
    pseudonyms: dict[str, str] = Field(default={})
    """Pseudonyms by agent or team; who has none is shown by place."""
    prizes: tuple[str, ...] = ()
    """Prizes, from the first place on."""
    freeze: bool = True
    """Whether the rating stands still on the last day, until the results."""


def check_contests(contests: Sequence[ContestConfig], catalogue: Catalogue) -> None:
    """Raise UserError for the first contest that cannot be held."""
    seen: set[str] = set()
    for contest in contests:
        wrong = _wrong(contest, seen)
        if wrong:
            raise UserError("In {file}, the contest {key}: {reason}", file=FILE, key=contest.key, reason=wrong)
        seen.add(contest.key)
        check(catalogue.get(contest.metric), _filters(contest))


def _wrong(contest: ContestConfig, seen: set[str]) -> Message | None:
    if not contest.key or any(sign.isspace() for sign in contest.key) or contest.key in MINE:
        return note("its key must be one word, and neither of: {taken}.", taken=", ".join(MINE))
    if contest.key in seen:
        return note("there are two of this key.")
    if contest.last < contest.first:
        return note("it ends on {last}, before it begins on {first}.", first=contest.first, last=contest.last)
    if len(contest.prizes) > contest.places:
        return note(
            "there are {prizes} prizes and only {places} places in the final.",
            prizes=len(contest.prizes),
            places=contest.places,
        )
    if contest.pseudonyms and contest.names != "pseudonyms":
        return note('pseudonyms are given, and names = "{given}" does not show them.', given=contest.names)
    twice = sorted({name for name in contest.pseudonyms.values() if list(contest.pseudonyms.values()).count(name) > 1})
    if twice:
        return note('two have the pseudonym "{given}".', given=twice[0])
    return None


def spec_of(contest: ContestConfig, catalogue: Catalogue, centre: Centre) -> ContestSpec:
    """The contest as the lower rooms understand it."""
    filters = _filters(contest)
    if "line" in filters:
        filters["line"] = tuple(member for line in filters["line"] for member in centre.members(line))
    rules = ContestRules(
        metric=catalogue.get(contest.metric),
        period=days(contest.first, contest.last, centre.timezone),
        filters=matching(filters),
        minimum=exact(contest.minimum) if contest.minimum % 1 else exact(int(contest.minimum)),
        places=contest.places,
        ties=contest.ties,
        teams=contest.between == "teams",
        members=contest.teams,
    )
    return ContestSpec(
        contest.key, contest.title, rules, contest.names, contest.pseudonyms, contest.prizes, contest.freeze
    )


def _filters(contest: ContestConfig) -> dict[str, tuple[str, ...]]:
    return {name: (given,) if isinstance(given, str) else given for name, given in contest.filters.items()}
