"""`/issue`: the table of contents of the coming issue, and what editors do with its columns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.delivery.model import period_key
from bot.editorial import arrange, draft_store, issues, listing, store
from bot.editorial.compose import words_of
from bot.editorial.issues import Coming
from bot.editorial.model import Dialogue, DialogueKind, Item, Remark, StoryStatus
from bot.editorial.rights import Rights, who
from bot.editorial.showing import said
from bot.editorial.writing import Current, Writing
from bot.heard import Heard, Reply
from bot.project import Project
from bot.state.store import State
from digests.wording import Words
from warehouse.messages import Mistake, note

LONGEST_REMARK = 2000
_STEPS = {"up": -1, "down": 1}


class Contents:
    """The editors' view of an issue."""

    def __init__(
        self,
        project: Project,
        state: State,
        rights: Rights,
        current: Current,
        writing: Writing,
        changed: Callable[[], Awaitable[None]],
        tell: Callable[[Remark], Awaitable[bool | None]],
    ) -> None:
        """`changed` is called when an issue has another column or order; `tell` tells an author of a remark."""
        self._project, self._state, self._rights = project, state, rights
        self._current, self._writing = current, writing
        self._changed, self._tell = changed, tell

    async def asked(self, heard: Heard, said_words: Sequence[str], words: Words) -> Reply:
        """`issue`, `issue 2`, `issue show s17`, `issue up s17`, ... Raises Mistake for what may not be."""
        if not self._rights.is_editor(heard):
            raise Mistake("The issue is put together by its editors, in their chat. Your own column is /story.")
        coming, now = await self._current(), self._project.clock()
        match [word.casefold() for word in said_words]:
            case []:
                return await self._page(coming, 1, words)
            case [number] if number.isascii() and number.isdecimal():
                return await self._page(coming, int(number), words)
            case ["show", ref]:
                return await self._column(coming, ref, words)
            case [("up" | "down") as where, ref]:
                await self._state.run(lambda c: self._move(c, coming, ref, _STEPS[where]))
                await self._changed()
                return await self._page(coming, 1, words)
            case ["accept", ref]:
                await self._state.run(lambda c: self._accept(c, coming, ref, now))
                await self._changed()
                return await self._page(coming, 1, words)
            case ["return", ref]:
                item = await self._state.run(lambda c: self._return(c, coming, heard, ref, now))
                return listing.remark_page(item, words)
            case ["edit", ref]:
                item = await self._state.run(lambda c: self._written(c, coming, ref))
                assert item.column is not None
                return await self._writing.revise(heard, item.column.id, words)
            case ["cancel"]:
                await self._state.run(lambda c: store.close_dialogue(c, heard))
                return await self._page(coming, 1, words)
            case _:
                raise Mistake("Write {example}, and press what stands under it.", example="/issue")

    async def remark(self, heard: Heard, dialogue: Dialogue, words: Words) -> Reply:
        """The remark with which a column is returned; its author hears it in private."""
        written = heard.content.blocks if heard.content else ()
        text, now = words_of(written).strip()[:LONGEST_REMARK], self._project.clock()
        if not text:
            raise Mistake("A remark is written in words: what should the author change?")

        def returned(connection: sa.Connection) -> Remark:
            number = store.remark(connection, dialogue.story, who(heard), text, now)
            store.close_dialogue(connection, heard)
            return Remark(number, dialogue.story, who(heard), text, now)

        column = await self._state.run(lambda c: store.column(c, dialogue.story))
        if column is None:
            raise Mistake("This column is not there any more.")
        made = await self._state.run(returned)
        await self._changed()
        known = {"title": column.title, "who": self._rights.name(column.author)}
        match await self._tell(made):
            case True:
                return said(note('"{title}" is returned, and {who} was told why.', **known), words)
            case False:
                return said(note('"{title}" is returned, but {who} cannot be written to: tell them.', **known), words)
            case None:
                return said(note('"{title}" is returned; {who} hears of it as soon as that can be.', **known), words)

    async def _page(self, coming: Coming, number: int, words: Words) -> Reply:
        def found(connection: sa.Connection) -> tuple[list[Item], draft_store.DraftRow | None]:
            period = period_key(coming.period)
            return self._items(connection, coming), draft_store.latest(connection, coming.job.key, period)

        items, draft = await self._state.run(found)
        columns = [item.column for item in items if item.column]
        owing = arrange.owing(self._rights.departments, columns)
        return listing.contents_page(coming, items, owing, self._rights, draft, number, words)

    async def _column(self, coming: Coming, ref: str, words: Words) -> Reply:
        def found(connection: sa.Connection) -> tuple[Item, int, int, Remark | None]:
            items = self._items(connection, coming)
            item = _found(items, ref)
            remark = store.last_remark(connection, item.column.id) if item.column else None
            return item, items.index(item), len(items), remark

        item, place, count, remark = await self._state.run(found)
        return listing.column_page(item, place, count, remark, self._rights, words)

    def _items(self, connection: sa.Connection, coming: Coming) -> list[Item]:
        return issues.contents(connection, self._project.root, self._project.config, coming.key)

    def _move(self, connection: sa.Connection, coming: Coming, ref: str, step: int) -> None:
        items = self._items(connection, coming)
        item = _found(items, ref)
        store.arrange(connection, coming.key, arrange.moved([each.ref for each in items], item.ref, step))

    def _written(self, connection: sa.Connection, coming: Coming, ref: str) -> Item:
        """A column that was written in the chat."""
        item = _found(self._items(connection, coming), ref)
        if item.column is None:
            file = item.story.file if item.story else item.title
            raise Mistake('"{title}" is the file {file}: it is changed there.', title=item.title, file=file)
        return item

    def _accept(self, connection: sa.Connection, coming: Coming, ref: str, now: datetime) -> None:
        item = self._written(connection, coming, ref)
        if item.column is None or item.column.document is None:
            raise Mistake('"{title}" is still being written.', title=item.title)
        store.mark(connection, item.column.id, StoryStatus.ACCEPTED, now)

    def _return(self, connection: sa.Connection, coming: Coming, heard: Heard, ref: str, now: datetime) -> Item:
        item = self._written(connection, coming, ref)
        if item.column is None or item.column.document is None:
            raise Mistake('"{title}" is still being written.', title=item.title)
        store.open_dialogue(connection, heard, DialogueKind.REMARK, item.column.id, now)
        return item


def _found(items: Sequence[Item], ref: str) -> Item:
    for item in items:
        if item.ref == ref:
            return item
    raise Mistake("This column is not in the coming issue any more: look at {example}.", example="/issue")
