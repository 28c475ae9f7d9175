"""`/story`: a column, written in the chat message by message, and shown as it will be read."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from bot.editorial import compose, showing, store
from bot.editorial.issues import Coming
from bot.editorial.model import Column, Dialogue, DialogueKind, IssueKey, StoryStatus
from bot.editorial.rights import Rights, who
from bot.heard import Attached, Content, Heard, Reply
from bot.state.store import State
from digests.document import Document
from digests.images import Unfit, examined
from digests.wording import Words
from warehouse.messages import Message, Mistake, note

SETTLE_S = 0.8
"""Of messages that come together (an album is one for each picture) the last is answered."""
MOST_PICTURES, MOST_TEXT = 20, 30_000


class Current(Protocol):
    """Which issue is coming."""

    async def __call__(self) -> Coming:
        """Raises Mistake if there is none."""
        ...


class Writing:
    """The dialogues in which columns are written. What was added is in the state before it is shown."""

    def __init__(
        self,
        state: State,
        rights: Rights,
        current: Current,
        clock: Callable[[], datetime],
        changed: Callable[[], Awaitable[None]],
        settle_s: float = SETTLE_S,
    ) -> None:
        """`changed` is called when an issue has another column than before."""
        self._state, self._rights, self._current, self._clock = state, rights, current, clock
        self._changed = changed
        self._settle_s = settle_s
        self._latest: dict[int, object] = {}
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._problems: dict[int, list[Message]] = {}

    async def open(self, heard: Heard, given: str, words: Words) -> Reply:
        """Somebody's column of the coming issue: begun, or gone on with."""
        among = self._rights.writes(heard)
        if not among:
            raise _not_yours(heard)
        if not given and len(among) > 1:
            return showing.which(among, words)
        department = self._rights.department(given, among) if given else among[0]
        coming, now = await self._current(), self._clock()

        def opened(connection: sa.Connection) -> int:
            # In a group, the author is still to be written to in private.
            chat = f"{heard.platform}:{heard.chat if heard.private else heard.person}"
            column = store.begin(connection, coming.key, department.key, who(heard), chat, now)
            _open(connection, heard, column, now)
            return column.id

        story = await self._state.run(opened)
        return await self._after_command(heard, story, words)

    async def revise(self, heard: Heard, story: int, words: Words) -> Reply:
        """An editor goes on with a column, whosever it is."""
        now = self._clock()

        def opened(connection: sa.Connection) -> None:
            _open(connection, heard, _known(connection, story), now)

        await self._state.run(opened)
        return await self._shown(story, words)

    async def take(self, heard: Heard, dialogue: Dialogue, words: Words) -> Reply | None:
        """Add what was said to the column. None, where more came meanwhile, which is answered."""
        assert heard.content is not None
        story = dialogue.story
        mine = self._latest[story] = object()
        await self._add(heard, story, heard.content)
        await asyncio.sleep(self._settle_s)
        if self._latest.get(story) is not mine:
            return None
        return await self._shown(story, words)

    async def again(self, heard: Heard, story: int, words: Words) -> Reply:
        """Begin anew: what was being written is dropped."""
        await self._allowed(heard, story)

        def cleared(connection: sa.Connection) -> None:
            store.clear(connection, story)
            store.open_dialogue(connection, heard, DialogueKind.WRITING, story, self._clock())

        await self._state.run(cleared)
        return await self._shown(story, words)

    async def cancel(self, heard: Heard, story: int, words: Words) -> Reply:
        """Write no more: a column that was sent stays as it was."""
        column = await self._allowed(heard, story)
        await self._state.run(lambda c: store.drop(c, story))
        if column.document is None:
            return showing.said(note("Nothing is written: the column is dropped."), words)
        return showing.said(note('Nothing is changed: "{title}" stays as it was sent.', title=column.title), words)

    async def done(self, heard: Heard, story: int, words: Words) -> Reply:
        """Send the column to the editors."""
        column = await self._allowed(heard, story)
        coming = await self._current()
        department = self._rights.title(column.department)
        others = column.author != who(heard)

        def sent(connection: sa.Connection) -> Document:
            written = store.pieces(connection, story)
            document = compose.composed(written, department, _key(column))
            if not written and column.document:
                raise Mistake('"{title}" was sent before, and nothing was added.', title=column.title)
            if compose.is_empty(document):
                raise Mistake("There is nothing to send yet: write the text, or send a picture.")
            issue = _issue_for(connection, column, coming.key)
            status = StoryStatus.ACCEPTED if others else StoryStatus.SENT
            store.send(connection, story, document, status, issue, self._clock())
            store.close_dialogue(connection, heard)
            return document

        async with self._turns[story]:  # what is on its way belongs to it
            document = await self._state.run(sent)
        self._latest.pop(story, None)
        await self._changed()
        return showing.sent(document.title, department, coming, column.department, words)

    async def _after_command(self, heard: Heard, story: int, words: Words) -> Reply:
        """The column, with what the message of the command says below its first line or shows."""
        content = heard.content
        if content:
            below = Content(compose.without_first_line(content.blocks), content.pictures)
            if below.blocks or below.pictures:
                await self._add(heard, story, below)
        return await self._shown(story, words)

    async def _add(self, heard: Heard, story: int, content: Content) -> None:
        """A message, written into the state; what is wrong with its pictures is said with the column."""
        async with self._turns[story]:  # in the order of the messages, however long a picture takes
            problems = await self._taken(heard, story, content)
        self._problems.setdefault(story, []).extend(problems)

    async def _taken(self, heard: Heard, story: int, content: Content) -> list[Message]:
        pictures, problems = await _fetched(content.pictures)
        added = compose.piece(content.blocks, pictures)

        def kept(connection: sa.Connection) -> Message | None:
            before = [] if compose.is_empty(added) else store.pieces(connection, story)
            if compose.pictures([*before, added]) > MOST_PICTURES:
                return note("A column has at most {limit} pictures: this one is left out.", limit=MOST_PICTURES)
            if compose.length([*before, added]) > MOST_TEXT:
                return note("A column has at most {limit} characters: this message is left out.", limit=MOST_TEXT)
            if not compose.is_empty(added):
                store.add(connection, story, added, heard.message)
            store.touch(connection, heard, self._clock())
            return None

        too_much = await self._state.run(kept)
        return [*problems, *([too_much] if too_much else [])]

    async def _shown(self, story: int, words: Words) -> Reply:
        """The column as it will be read, with what may be done."""

        def found(connection: sa.Connection) -> tuple[Column, list[Document], str | None]:
            column = _known(connection, story)
            remark = store.last_remark(connection, story) if column.status is StoryStatus.RETURNED else None
            return column, store.pieces(connection, story), remark.text if remark else None

        column, written, remark = await self._state.run(found)
        department = self._rights.title(column.department)
        document = compose.composed(written, department, _key(column))
        author = self._rights.names.get(column.author)
        problems = self._problems.pop(story, [])
        return showing.preview(column, document, department, author, remark, problems, words)

    async def _allowed(self, heard: Heard, story: int) -> Column:
        column = await self._state.run(lambda c: _known(c, story))
        if column.author != who(heard) and not self._rights.is_editor(heard):
            raise _not_yours(heard)
        return column


def _open(connection: sa.Connection, heard: Heard, column: Column, now: datetime) -> None:
    """Go on with what is being written, or else with what was sent."""
    if column.document and not store.pieces(connection, column.id):
        store.add(connection, column.id, column.document, None)
    store.open_dialogue(connection, heard, DialogueKind.WRITING, column.id, now)


def _known(connection: sa.Connection, story: int) -> Column:
    column = store.column(connection, story)
    if column is None:
        raise Mistake("This column is not there any more.")
    return column


def _issue_for(connection: sa.Connection, column: Column, coming: IssueKey) -> IssueKey:
    """Where a column goes: its issue, or the coming one, if that is out already and no column of theirs is in it."""
    if column.issue == coming or column.issue.digest != coming.digest:
        return column.issue
    if store.own(connection, coming, column.department, column.author):
        raise Mistake(
            "The issue that this column was written for is out, and there is one in the coming issue: /story."
        )
    return coming


def _key(column: Column) -> str:
    """How the names of a column's pictures begin."""
    return f"column-{column.id}"


async def _fetched(pictures: Sequence[Attached]) -> tuple[list[tuple[bytes, str]], list[Message]]:
    """The pictures that can be shown, and a sentence for each other one."""
    fine: list[tuple[bytes, str]] = []
    problems: list[Message] = []
    for picture in pictures:
        try:
            image = await picture.fetch()
        except Mistake as mistake:
            problems.append(mistake.message)
            continue
        kind = await asyncio.to_thread(examined, image)
        if isinstance(kind, Unfit):
            problems.append(note('"{name}" is no picture that can be shown: send PNG or JPEG.', name=picture.name))
        else:
            fine.append((image, kind))
    return fine, problems


def _not_yours(heard: Heard) -> Mistake:
    return Mistake(
        "Columns are written by the people of the departments: ask the administrator to add you to one, your id is "
        "{id}.",
        id=who(heard),
    )
