"""One correction on its way into one chat: what was sent is edited part by part, the rest is posted under it.

Edits may be repeated and what is posted anew goes through the ledger, so wherever the program is killed, it is begun
again and comes to the same end.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic

from bot.channels.protocol import Channel, NotEditable, PartT, Receipt
from bot.corrections import ledger
from bot.corrections.ledger import Texts
from bot.corrections.model import FOLLOW_UP, Correction, PartMatch, match_parts
from bot.delivery.model import Delivery, Outcome, PartRow, PlannedPart, Publication, Target
from bot.delivery.poster import Poster, planned
from bot.state.store import State
from digests.document import Document, Note, Paragraph, Picture, plain
from digests.document_json import load
from digests.localizer import Localizer
from digests.snapshot import PostedReport, mark_text
from warehouse.messages import N_

LOG = logging.getLogger(__name__)

Insist = Callable[[Callable[[], Awaitable[Receipt]]], Awaitable[Receipt]]
"""Try until it is done or cannot be, with pauses where the platform is away."""


@dataclass(frozen=True)
class Revision:
    """The document that stands in the chats, the one that is to stand there, and what is kept of it."""

    before: Document
    after: Document
    posted: PostedReport
    as_of: datetime | None

    @property
    def marked(self) -> str:
        """What was corrected, in the document's language."""
        return mark_text(self.posted.marks[-1], self.localizer)

    @property
    def localizer(self) -> Localizer:
        """Of the document's readers, on the day of the correction."""
        return Localizer(self.after.language, today=self.posted.marks[-1].day)

    def pictures(self) -> tuple[Picture, ...]:
        """The pictures that are others now."""
        before = {block for block in self.before.blocks if isinstance(block, Picture)}
        return tuple(block for block in self.after.blocks if isinstance(block, Picture) and block not in before)


def revision_of(texts: Texts) -> Revision:
    """What the state has, read. Slow where there are many pictures."""
    return Revision(load(texts.before), load(texts.after), texts.posted, texts.as_of)


@dataclass
class _Left:
    """What could not be edited."""

    missing: list[str] = field(default_factory=list)
    """How messages begin that do not stand there any more."""
    gone: set[int] = field(default_factory=set)
    """Their rows."""
    stuck: bool = False
    """Whether something stands there that cannot be made what it should be."""


class Correcting(Generic[PartT]):
    """A delivery that is done, made what it should be. Raises DeliveryFailed where the chat takes nothing (now)."""

    def __init__(
        self,
        correction: Correction,
        delivery: Delivery,
        revision: Revision,
        channel: Channel[PartT],
        poster: Poster,
        state: State,
        now: Callable[[], datetime],
        insist: Insist,
    ) -> None:
        self._correction, self._delivery, self._revision = correction, delivery, revision
        self._channel, self._poster, self._state, self._now, self._insist = channel, poster, state, now, insist
        self._place = delivery.target.place

    async def go(self, rows: Sequence[PartRow], missing: Callable[[Sequence[str]], Awaitable[None]]) -> None:
        """Correct the messages of these rows.

        `missing` is told how those begin that were to be edited and are not there any more, once or oftener.
        """
        old, new = await asyncio.to_thread(self._parts)
        left = _Left()
        pairing = match_parts(old, new)
        plan = planned(self._channel, new)
        as_it_was = len(rows) == len(old)
        if as_it_was:
            await self._edit(rows, old, new, pairing, plan, left)
        else:
            # Another version of the program divided it otherwise: what belongs where is not known.
            left.stuck = True
        anchor = self._anchor(rows, left)
        # Under what is not there any more, nothing is corrected.
        if left.stuck and (anchor or not left.gone) and not await self._followed(anchor):
            return  # we are stopping: it goes on after the next start
        if left.missing:
            await missing(left.missing)
        under = anchor or {}
        kept = ledger.NewLayout(pairing, plan, under) if as_it_was else None
        await self._state.run(
            ledger.record_layout, self._delivery.id, self._correction.corrected, rows, kept, self._now()
        )
        if as_it_was and pairing.more:
            await self._poster.resume_delivery(self._delivery.id)

    def _parts(self) -> tuple[Sequence[PartT], Sequence[PartT]]:
        layout = self._channel.layout(self._place)
        before, after = self._revision.before, self._revision.after
        return self._channel.parts(before, layout), self._channel.parts(after, layout)

    async def _edit(
        self,
        rows: Sequence[PartRow],
        old: Sequence[PartT],
        new: Sequence[PartT],
        pairing: PartMatch,
        plan: Sequence[PlannedPart],
        left: _Left,
    ) -> None:
        were = planned(self._channel, old)
        moved = self._moved()
        for row in rows:
            place = pairing.places.get(row.position)
            part, to_be = (
                (new[place], plan[place]) if place is not None else (moved, planned(self._channel, [moved])[0])
            )
            if row.hash == to_be.hash:
                continue
            if place is None and type(part) is not type(old[row.position]):
                continue  # a picture that is not shown any more becomes no text
            # What stands there is known for sure only where the ledger and the document agree.
            was = old[row.position] if row.hash == were[row.position].hash else None
            await self._edited(row, part, was, to_be, left)

    async def _edited(self, row: PartRow, part: PartT, was: PartT | None, to_be: PlannedPart, left: _Left) -> None:
        try:
            receipt = await self._insist(lambda: self._channel.edit(self._place, row.receipt, part, was))
        except NotEditable as refused:
            LOG.info("part %s in %s is not edited: %s", row.position, self._delivery.target.chat, refused)
            if refused.gone:
                left.gone.add(row.id)
                left.missing.append(row.opening)
            else:
                left.stuck = True
            return
        await self._state.run(ledger.edited, row.id, to_be, receipt)

    def _moved(self) -> PartT:
        """What takes the place of a text that there is no need for any more."""
        said = self._revision.localizer(N_("What stood here is in the message above now."))
        return self._channel.parts(Document("", (Note(said),), self._revision.after.language))[0]

    def _anchor(self, rows: Sequence[PartRow], left: _Left) -> Receipt | None:
        """The receipt of the first message under which something may be posted."""
        for row in rows:
            if row.id not in left.gone and self._channel.reply_place(self._place, row.receipt) != self._place:
                return row.receipt
        return None

    async def _followed(self, anchor: Receipt | None) -> bool:
        """Post under the message what could not be shown in it, once; whether that has come to its end."""
        place = self._channel.reply_place(self._place, anchor) if anchor else self._place
        target = Target(self._delivery.target.platform, place)
        blocks: tuple[Any, ...] = (Paragraph(plain(self._revision.marked)), *self._revision.pictures())
        document = replace(self._revision.after, blocks=blocks)
        subject = f"{FOLLOW_UP}:{self._correction.id}"
        issue = Publication(subject, self._correction.period, document, self._revision.as_of)
        outcome = (await self._poster.post(issue, [target]))[target]
        return outcome is not Outcome.OPEN
