"""Writes the issues of a digest: its figures, the gate's look at them, the document with what must be said first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.project import Project
from bot.schedule.jobs import Job
from bot.schedule.runner import Draft
from digests.document import Document, Heading, Note
from digests.stories import Story, read_stories
from digests.wording import Words
from metrics.periods import Period, to_local
from warehouse.messages import N_, Message

if TYPE_CHECKING:
    from digests.biweekly import Digest
    from digests.posted import Mark, Posted

Columns = Callable[[Job, Period], Awaitable[Sequence[Story]]]


class DigestDesk:
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

        Raises Mistake for records that cannot be read.
        """
        columns = await self._columns(job, period) if stories is None else stories
        return await asyncio.to_thread(self._draft, job, period, complete, late_since, columns)

    async def _files(self, _job: Job, period: Period) -> Sequence[Story]:
        return (await asyncio.to_thread(read_stories, self._project.root / "stories", period)).stories

    def _draft(
        self, job: Job, period: Period, complete: bool, late_since: datetime | None, stories: Sequence[Story]
    ) -> Draft:
        from digests import gate  # what only a post needs
        from digests.biweekly import make
        from digests.figures import build
        from metrics.planning import PlanBook

        now = self._clock()
        project = replace(self._project, now=now)
        words = Words(project.config.centre.language, project.timezone, to_local(now, project.timezone).date())
        spec = project.config.digest(job.subject.partition(":")[2])
        reckoner = project.reckoner()
        book = PlanBook(reckoner)
        gaps = gate.gaps(reckoner, build(reckoner, book, spec.figures, period, words), period, words)
        if gaps and complete:
            return Draft(gaps, None)
        made = make(reckoner, book, spec, period, words, stories=stories, pictures=True)
        project.keep_weights(book)
        document, posted = noted(made, gaps, late_since, words)
        return Draft(gaps, document, posted=posted, as_of=made.as_of)


def noted(
    made: Digest, gaps: tuple[Message, ...], late_since: datetime | None, words: Words, marks: tuple[Mark, ...] = ()
) -> tuple[Document, Posted]:
    """A digest as it is posted, and what is kept of it to compare it later."""
    from digests.gate import marked
    from digests.posted import Posted, printed

    document = with_notes(made.document, gaps, late_since, words, marked)
    more = len(document.blocks) - len(made.document.blocks)
    columns = (made.columns[0] + more, made.columns[1] + more)
    said = tuple(map(words.say, gaps))
    return document, Posted(made.spec, printed(made.figures), columns, said, late_since, marks)


Marked = Callable[[Sequence[Message], Words], str]
"""The gaps in one sentence, for readers."""


def with_notes(
    document: Document, gaps: tuple[Message, ...], late_since: datetime | None, words: Words, marked: Marked
) -> Document:
    """The document with its lateness and its gaps told under its title."""
    notes = []
    if late_since:
        notes.append(Note(words(N_("This post is late: it was due on {moment}."), moment=late_since)))
    if gaps:
        notes.append(Note(marked(gaps, words)))
    head = 1 if document.blocks and isinstance(document.blocks[0], Heading) else 0
    return replace(document, blocks=(*document.blocks[:head], *notes, *document.blocks[head:]))
