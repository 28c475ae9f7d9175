"""Writes the posts of a contest: the rating of the day and the winners, as much of it as each chat may see."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.access import Access
from bot.contests.ledger import memo_of, read_ledger
from bot.delivery.model import Target
from bot.project import Project
from bot.schedule.desk import with_notes
from bot.schedule.jobs import Job
from bot.schedule.runner import Draft
from bot.state.store import State
from digests.contest.spec import ContestSpec
from digests.gate import FEW, late, marked_rating
from digests.wording import Words
from metrics.compute import Reckoner
from metrics.contests.ledger import Ledger
from metrics.periods import Period, to_local
from warehouse.messages import Message, note

ANY_LACKING = 1
"""Where nothing is new since the last post, so many events that usually come by now tell that an import failed."""


class RatingDesk:
    """Rates a contest as its records, its ledger and the clock are when it is asked."""

    def __init__(self, project: Project, state: State) -> None:
        self._project = project
        self._state = state
        self._access = Access(project.config)

    async def draft(self, job: Job, period: Period, *, complete: bool, late_since: datetime | None) -> Draft:
        """The rating of now as the post of a day. Raises Mistake for records that cannot be read."""
        contest, day = job.subject.partition(":")[2], period.first_day
        # Movement is against what these chats saw before: not against a part of this very post that is out already.
        ledger = await self._state.run(lambda c: read_ledger(c, contest, before=day, targets=job.targets))
        return await asyncio.to_thread(self._draft, job, contest, ledger, period, complete, late_since)

    def _draft(
        self, job: Job, contest: str, ledger: Ledger, period: Period, complete: bool, late_since: datetime | None
    ) -> Draft:
        from bot.contests.posts import daily_post, spec_for  # what only a post needs

        now = self._project.clock()
        project = replace(self._project, now=now)
        words = Words(project.config.centre.language, project.timezone, to_local(now, project.timezone).date())
        reckoner = project.reckoner()
        spec = spec_for(project.config, reckoner.centre, now, contest)
        gaps = _gaps(reckoner, spec, ledger, period, words)
        if gaps and _said_so(reckoner, spec, ledger):
            return Draft(gaps, None, possible=False)
        if gaps and complete:
            return Draft(gaps, None)
        unnamed = nameless(self._access, job.targets)
        made = [
            (named, post)
            for named in dict.fromkeys(target not in unnamed for target in job.targets)
            if (post := daily_post(reckoner, spec, ledger, words, named=named))
        ]
        if not made:
            return Draft((note("there is nothing to post of it"),), None, possible=False)
        said = {named: with_notes(post.document, gaps, late_since, words, marked_rating) for named, post in made}
        instead = dict.fromkeys(unnamed, said[False]) if unnamed else {}
        return Draft(gaps, next(iter(said.values())), instead=instead, memo=memo_of(made[0][1].posted))


def _gaps(reckoner: Reckoner, spec: ContestSpec, ledger: Ledger, day: Period, words: Words) -> tuple[Message, ...]:
    """Whether the records are in up to the morning of the post's day, or, after the end, to the end."""
    contest, metric = spec.rules.period, spec.rules.metric
    if reckoner.now >= contest.end:
        return late(reckoner, metric, contest, words, lacking=0)
    known_to, posted = reckoner.as_of(metric), ledger.posted
    nothing_new = posted is not None and known_to is not None and known_to <= posted.as_of
    before = Period(contest.start, min(day.start, contest.end), contest.timezone)
    return late(reckoner, metric, before, words, lacking=ANY_LACKING if nothing_new else FEW)


def _said_so(reckoner: Reckoner, spec: ContestSpec, ledger: Ledger) -> bool:
    """Whether these chats know already that it is over and that the results are still to come."""
    contest, posted = spec.rules.period, ledger.posted
    told = posted is not None and posted.day is not None and posted.day > contest.last_day
    return told and reckoner.now >= contest.end


def nameless(access: Access, targets: Sequence[Target]) -> tuple[Target, ...]:
    """The chats in which a rating names nobody: their role does not, or they have none."""
    return tuple(each for each in targets if not access.names(each.platform, each.place.chat))
