"""Writes what is posted: a digest or a contest's rating, with what must be said first and what is missing in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.chat.access import Access
from bot.contests.ledger import memo_of, read_ledger
from bot.delivery.model import Target
from bot.project import Project
from bot.schedule.jobs import Job
from bot.schedule.runner import Draft
from bot.state.store import State
from digests.contest.rating import ContestSpec
from digests.document import Document, Heading, Note
from digests.gate import FEW, late, marked_rating
from digests.localizer import Localizer
from digests.stories import Story, read_stories
from metrics.calculator import Calculator
from metrics.contests.rules import Ledger
from metrics.periods import Period, to_local
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.compose import Report
    from digests.result import Session
    from digests.snapshot import PastCorrection, PostedReport


Columns = Callable[[Job, Period], Awaitable[Sequence[Story]]]


class DigestWriter:
    """Makes digests from a project's records as they are when it is asked."""

    def __init__(self, project: Project, clock: Callable[[], datetime], columns: Columns | None = None) -> None:
        """`columns` are an issue's; without, its files."""
        self._project = project
        self._clock = clock
        self._columns = columns or self._files

    async def draft(
        self,
        job: Job,
        period: Period,
        *,
        complete: bool,
        late_since: datetime | None,
        stories: Sequence[Story] | None = None,
    ) -> Draft:
        """An issue of the digest that the job's subject names, with these columns, or else with the issue's.

        Raises UserError for records that cannot be read.
        """
        columns = await self._columns(job, period) if stories is None else stories
        return await asyncio.to_thread(self._draft, job, period, complete, late_since, columns)

    async def _files(self, _job: Job, period: Period) -> Sequence[Story]:
        return (await asyncio.to_thread(read_stories, self._project.root / "stories", period)).stories

    def _draft(
        self, job: Job, period: Period, complete: bool, late_since: datetime | None, stories: Sequence[Story]
    ) -> Draft:
        from digests import gate  # what only a post needs
        from digests.compose import worded
        from digests.engine import evaluate

        project = replace(self._project, now=self._clock())
        spec = project.config.digest(job.subject.partition(":")[2])
        session = project.session()
        result = evaluate(session, spec, period)
        gaps = gate.gaps(session, result)
        if gaps and complete:
            return Draft(gaps, None)
        made = worded(session, result, stories=stories, pictures=True)
        project.keep_weights(session.plans)
        document, posted = noted(project, session, made, gaps, late_since)
        return Draft(gaps, document, posted=posted, as_of=made.as_of)


class ReportWriter:
    """Makes reports that are no digests: without columns, and with places for names in chats that may not see them."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._access = Access(project.config)

    async def draft(self, job: Job, period: Period, *, complete: bool, late_since: datetime | None) -> Draft:
        """The report of a period. Raises UserError for records that cannot be read."""
        return await asyncio.to_thread(self._draft, job, period, complete, late_since)

    def _draft(self, job: Job, period: Period, complete: bool, late_since: datetime | None) -> Draft:
        from digests import gate  # what only a post needs
        from digests.compose import worded
        from digests.engine import evaluate

        project = replace(self._project, now=self._project.clock())
        spec = project.config.report(job.subject.partition(":")[2])
        named = not nameless(self._access, job.targets)
        session = replace(project.session(), names=named)
        result = evaluate(session, spec, period)
        gaps = gate.gaps(session, result)
        if gaps and complete:
            return Draft(gaps, None)
        made = worded(session, result, pictures=True)
        project.keep_weights(session.plans)
        document, posted = noted(project, session, made, gaps, late_since)
        return Draft(gaps, document, posted=posted, as_of=made.as_of)


def noted(
    project: Project,
    session: Session,
    made: Report,
    gaps: tuple[Message, ...],
    late_since: datetime | None,
    marks: tuple[PastCorrection, ...] = (),
) -> tuple[Document, PostedReport]:
    """A report as it is posted, and what is kept of it to compare it later and to write its page."""
    from digests.components import components
    from digests.compose import next_actions
    from digests.gate import marked
    from digests.snapshot import PostedReport, printed_figures

    localizer = session.localizer
    document = with_notes(made.document, late_since, localizer, marked(gaps, localizer) if gaps else None)
    more = len(document.blocks) - len(made.document.blocks)
    columns = (made.columns[0] + more, made.columns[1] + more)
    document = replace(document, blocks=(*document.blocks, next_actions(session, made.result)))
    said = tuple(map(localizer.say, gaps))
    # What is kept is plain data: how a report was chosen is done with.
    spec = replace(made.spec, choices=(), usual=None)
    printed = printed_figures(session, made.result)
    paged = project.config.page.url is not None and made.spec.question
    parts = components(session, made.result) if paged else None
    return document, PostedReport(spec, printed, columns, said, late_since, marks, parts, session.names)


def with_notes(
    document: Document, late_since: datetime | None, localizer: Localizer, gaps: str | None = None
) -> Document:
    """The document with its lateness, and the sentence about its gaps, told under its title."""
    notes = []
    if late_since:
        notes.append(Note(localizer(N_("This post is late: it was due on {moment}."), moment=late_since)))
    if gaps:
        notes.append(Note(gaps))
    head = 1 if document.blocks and isinstance(document.blocks[0], Heading) else 0
    return replace(document, blocks=(*document.blocks[:head], *notes, *document.blocks[head:]))


ANY_LACKING = 1
"""Where nothing is new since the last post, so many events that usually come by now tell that an import failed."""


class RatingWriter:
    """Rates a contest as its records, its ledger and the clock are when it is asked."""

    def __init__(self, project: Project, state: State) -> None:
        self._project = project
        self._state = state
        self._access = Access(project.config)

    async def draft(self, job: Job, period: Period, *, complete: bool, late_since: datetime | None) -> Draft:
        """The rating of now as the post of a day. Raises UserError for records that cannot be read."""
        contest, day = job.subject.partition(":")[2], period.first_day
        # Movement is against what these chats saw before: not against a part of this very post that is out already.
        ledger = await self._state.run(read_ledger, contest, before=day, targets=job.targets)
        return await asyncio.to_thread(self._draft, job, contest, ledger, period, complete, late_since)

    def _draft(
        self, job: Job, contest: str, ledger: Ledger, period: Period, complete: bool, late_since: datetime | None
    ) -> Draft:
        from bot.contests.posts import daily_post, spec_for  # what only a post needs

        now = self._project.clock()
        project = replace(self._project, now=now)
        localizer = project.localizer_of(today=to_local(now, project.timezone).date())
        calculator = project.calculator()
        spec = spec_for(project.config, calculator.centre, now, contest)
        gaps = _gaps(calculator, spec, ledger, period, localizer)
        if gaps and _said_so(calculator, spec, ledger):
            return Draft(gaps, None, possible=False)
        if gaps and complete:
            return Draft(gaps, None)
        unnamed = nameless(self._access, job.targets)
        made = [
            (named, post)
            for named in dict.fromkeys(target not in unnamed for target in job.targets)
            if (post := daily_post(calculator, spec, ledger, localizer, named=named))
        ]
        if not made:
            return Draft((note("there is nothing to post of it"),), None, possible=False)
        incomplete = marked_rating(gaps, localizer) if gaps else None
        said = {named: with_notes(post.document, late_since, localizer, incomplete) for named, post in made}
        instead = dict.fromkeys(unnamed, said[False]) if unnamed else {}
        return Draft(gaps, next(iter(said.values())), instead=instead, memo=memo_of(made[0][1].posted))


def _gaps(
    calculator: Calculator, spec: ContestSpec, ledger: Ledger, day: Period, localizer: Localizer
) -> tuple[Message, ...]:
    """Whether the records are in up to the morning of the post's day, or, after the end, to the end."""
    contest, metric = spec.rules.period, spec.rules.metric
    if calculator.now >= contest.end:
        return late(calculator, metric, contest, localizer, lacking=0)
    known_to, posted = calculator.coverage.as_of(metric), ledger.posted
    nothing_new = posted is not None and known_to is not None and known_to <= posted.as_of
    before = Period(contest.start, min(day.start, contest.end), contest.timezone)
    return late(calculator, metric, before, localizer, lacking=ANY_LACKING if nothing_new else FEW)


def _said_so(calculator: Calculator, spec: ContestSpec, ledger: Ledger) -> bool:
    """Whether these chats know already that it is over and that the results are still to come."""
    contest, posted = spec.rules.period, ledger.posted
    told = posted is not None and posted.day is not None and posted.day > contest.last_day
    return told and calculator.now >= contest.end


def nameless(access: Access, targets: Sequence[Target]) -> tuple[Target, ...]:
    """The chats in which a rating names nobody: their role does not, or they have none."""
    return tuple(each for each in targets if not access.names(each.platform, each.place.chat))
