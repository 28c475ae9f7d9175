"""`/issue`: the order of a publication's columns, its table of contents, and what editors do with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.chat.message import Incoming, Reply
from bot.config.model import DepartmentConfig
from bot.delivery.model import period_key
from bot.editorial import draft_store, publications, store
from bot.editorial.commands import Rights, who
from bot.editorial.compose import words_of
from bot.editorial.draft_store import DraftRow
from bot.editorial.model import ContentsItem, Dialogue, DialogueKind, EditorRemark, Press, StoryStatus
from bot.editorial.notices import LABELS, order, standing
from bot.editorial.publications import Upcoming
from bot.editorial.writing import Current, Writing, said
from bot.project import Project
from bot.state.store import State
from digests.document import Action, Actions, Block, Bullets, Document, Heading, Note, Paragraph, Span, plain
from digests.document import Item as ListItem
from digests.localizer import Localizer
from digests.numbers import capital
from warehouse.messages import N_, Message, UserError, note

PER_PAGE = 20
"""A button for each column, and no platform takes more than 25 in a row."""

_STATUSES = {
    StoryStatus.DRAFT: note("being written"),
    StoryStatus.SENT: note("handed in"),
    StoryStatus.RETURNED: note("returned"),
    StoryStatus.ACCEPTED: note("accepted"),
}


def contents_page(
    coming: Upcoming,
    items: Sequence[ContentsItem],
    owing: Sequence[DepartmentConfig],
    rights: Rights,
    draft: DraftRow | None,
    number: int,
    localizer: Localizer,
) -> Reply:
    """The issue's columns in their order, who owes one, how its draft stands; a button for each column."""
    pages = max(1, -(-len(items) // PER_PAGE))
    number = min(max(number, 1), pages)
    shown = range((number - 1) * PER_PAGE, min(number * PER_PAGE, len(items)))
    title = localizer(N_("The issue of {days}"), days=localizer.days(coming.period))
    due = note('It is posted on {moment} ("{job}").', moment=coming.due.at, job=coming.job.key)
    blocks: list[Block] = [Heading(title, 1), Paragraph(plain(localizer.say(due)))]
    if items:
        blocks.append(Bullets(tuple(_line(place, items[place], rights, localizer) for place in shown)))
    else:
        blocks.append(Paragraph(plain(localizer(N_("There are no columns yet.")))))
    if owing:
        blocks.append(Note(localizer(N_("Owed: {departments}."), departments="; ".join(_owed(owing, rights)))))
    draft_at = coming.job.draft_at(coming.due)
    if draft_at:
        said = localizer.say(standing(draft, draft_at))
        blocks.append(Note(f"{capital(said)}."))
    actions = [Action(f"{place + 1}. {items[place].title}", f"issue show {items[place].ref}") for place in shown]
    if pages > number:
        actions.append(Action(localizer(N_("Further")), f"issue {number + 1}"))
    if number > 1:
        actions.append(Action(localizer(N_("Back")), f"issue {number - 1}"))
    if draft:
        actions.append(Action(localizer(LABELS[Press.NEW]), order(Press.NEW, draft.id)))
    return Reply(Document(title, (*blocks, *([Actions(tuple(actions))] if actions else [])), localizer.language))


def column_page(
    item: ContentsItem, place: int, count: int, remark: EditorRemark | None, rights: Rights, localizer: Localizer
) -> Reply:
    """A column as it will be read, what is known of it, and what may be done."""
    blocks: list[Block] = []
    if item.story:
        signed = [Paragraph((Span(item.story.author, emphasis=True),))] if item.story.author else []
        blocks += [Heading(item.story.title, 2), *item.story.blocks, *signed]
    else:
        blocks += [Heading(item.title, 2)]
    about = _about(item, rights)
    blocks.append(Note(localizer(N_("{place} of {count}: {about}"), place=place + 1, count=count, about=about)))
    if remark and item.column and item.column.status is StoryStatus.RETURNED:
        blocks.append(Note(localizer(N_("Returned with a remark: {remark}"), remark=remark.text)))
    blocks.append(Actions(tuple(_buttons(item, place, count, localizer))))
    return Reply(Document(item.title, tuple(blocks), localizer.language))


def remark_page(item: ContentsItem, localizer: Localizer) -> Reply:
    """Before a remark is written."""
    text = localizer(
        N_('Why is "{title}" returned? Your next message here is the remark; in a group, reply to this one.'),
        title=item.title,
    )
    cancel = Actions((Action(localizer(N_("Cancel")), "issue cancel"),))
    return Reply(Document(text, (Paragraph(plain(text)), cancel), localizer.language))


def _line(place: int, item: ContentsItem, rights: Rights, localizer: Localizer) -> ListItem:
    about = localizer.say(_about(item, rights))
    return ListItem((Span(f"{place + 1}. "), Span(item.title, strong=item.in_print), Span(f" ({about})")))


def _about(item: ContentsItem, rights: Rights) -> Message:
    """Whose a column is and how it stands."""
    if item.column is None:
        return note("the file {file}", file=item.story.file if item.story else "-")
    return note(
        "{department}, {who}, {status}",
        department=rights.title(item.column.department),
        who=rights.name(item.column.author),
        status=_STATUSES[item.column.status],
    )


def _owed(owing: Sequence[DepartmentConfig], rights: Rights) -> Iterator[str]:
    for department in owing:
        yield f"{department.title} ({', '.join(map(rights.name, department.people))})"


def _buttons(item: ContentsItem, place: int, count: int, localizer: Localizer) -> Iterator[Action]:
    if place > 0:
        yield Action(localizer(N_("Up")), f"issue up {item.ref}")
    if place < count - 1:
        yield Action(localizer(N_("Down")), f"issue down {item.ref}")
    if item.column and item.column.document:
        if item.column.status is not StoryStatus.ACCEPTED:
            yield Action(localizer(N_("Accept")), f"issue accept {item.ref}")
        yield Action(localizer(N_("Return with a remark")), f"issue return {item.ref}")
    if item.column:
        yield Action(localizer(LABELS[Press.EDIT]), f"issue edit {item.ref}")
    yield Action(localizer(N_("To the issue")), "issue")


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
        tell: Callable[[EditorRemark], Awaitable[bool | None]],
    ) -> None:
        """`changed` is called when an issue has another column or order; `tell` tells an author of a remark."""
        self._project, self._state, self._rights = project, state, rights
        self._current, self._writing = current, writing
        self._changed, self._tell = changed, tell

    async def asked(self, incoming: Incoming, said_words: Sequence[str], localizer: Localizer) -> Reply:
        """`issue`, `issue 2`, `issue show s17`, `issue up s17`, ... Raises UserError for what may not be."""
        if not self._rights.is_editor(incoming):
            raise UserError("The issue is put together by its editors, in their chat. Your own column is /story.")
        coming, now = await self._current(), self._project.clock()
        match [word.casefold() for word in said_words]:
            case []:
                return await self._page(coming, 1, localizer)
            case [number] if number.isascii() and number.isdecimal():
                return await self._page(coming, int(number), localizer)
            case ["show", ref]:
                return await self._column(coming, ref, localizer)
            case [("up" | "down") as where, ref]:
                await self._state.run(self._move, coming, ref, _STEPS[where])
                await self._changed()
                return await self._page(coming, 1, localizer)
            case ["accept", ref]:
                await self._state.run(self._accept, coming, ref, now)
                await self._changed()
                return await self._page(coming, 1, localizer)
            case ["return", ref]:
                item = await self._state.run(self._return, coming, incoming, ref, now)
                return remark_page(item, localizer)
            case ["edit", ref]:
                item = await self._state.run(self._written, coming, ref)
                assert item.column is not None
                return await self._writing.revise(incoming, item.column.id, localizer)
            case ["cancel"]:
                await self._state.run(store.close_dialogue, incoming)
                return await self._page(coming, 1, localizer)
            case _:
                raise UserError("Write {example}, and press what stands under it.", example="/issue")

    async def remark(self, incoming: Incoming, dialogue: Dialogue, localizer: Localizer) -> Reply:
        """The remark with which a column is returned; its author hears it in private."""
        written = incoming.content.blocks if incoming.content else ()
        text, now = words_of(written).strip()[:LONGEST_REMARK], self._project.clock()
        if not text:
            raise UserError("A remark is written in words: what should the author change?")

        def returned(connection: sa.Connection) -> EditorRemark:
            number = store.remark(connection, dialogue.story, who(incoming), text, now)
            store.close_dialogue(connection, incoming)
            return EditorRemark(number, dialogue.story, who(incoming), text, now)

        column = await self._state.run(store.column, dialogue.story)
        if column is None:
            raise UserError("This column is not there any more.")
        made = await self._state.run(returned)
        await self._changed()
        known = {"title": column.title, "who": self._rights.name(column.author)}
        match await self._tell(made):
            case True:
                return said(note('"{title}" is returned, and {who} was told why.', **known), localizer)
            case False:
                return said(
                    note('"{title}" is returned, but {who} cannot be written to: tell them.', **known), localizer
                )
            case None:
                return said(
                    note('"{title}" is returned; {who} hears of it as soon as that can be.', **known), localizer
                )

    async def _page(self, coming: Upcoming, number: int, localizer: Localizer) -> Reply:
        def found(connection: sa.Connection) -> tuple[list[ContentsItem], draft_store.DraftRow | None]:
            period = period_key(coming.period)
            return self._items(connection, coming), draft_store.latest(connection, coming.job.key, period)

        items, draft = await self._state.run(found)
        columns = [item.column for item in items if item.column]
        owed = publications.owing(self._rights.departments, columns)
        return contents_page(coming, items, owed, self._rights, draft, number, localizer)

    async def _column(self, coming: Upcoming, ref: str, localizer: Localizer) -> Reply:
        def found(connection: sa.Connection) -> tuple[ContentsItem, int, int, EditorRemark | None]:
            items = self._items(connection, coming)
            item = _found(items, ref)
            remark = store.last_remark(connection, item.column.id) if item.column else None
            return item, items.index(item), len(items), remark

        item, place, count, remark = await self._state.run(found)
        return column_page(item, place, count, remark, self._rights, localizer)

    def _items(self, connection: sa.Connection, coming: Upcoming) -> list[ContentsItem]:
        return publications.contents_of(connection, self._project.root, self._project.config, coming.key)

    def _move(self, connection: sa.Connection, coming: Upcoming, ref: str, step: int) -> None:
        items = self._items(connection, coming)
        item = _found(items, ref)
        store.arrange(connection, coming.key, publications.moved([each.ref for each in items], item.ref, step))

    def _written(self, connection: sa.Connection, coming: Upcoming, ref: str) -> ContentsItem:
        """A column that was written in the chat."""
        item = _found(self._items(connection, coming), ref)
        if item.column is None:
            file = item.story.file if item.story else item.title
            raise UserError('"{title}" is the file {file}: it is changed there.', title=item.title, file=file)
        return item

    def _accept(self, connection: sa.Connection, coming: Upcoming, ref: str, now: datetime) -> None:
        item = self._written(connection, coming, ref)
        if item.column is None or item.column.document is None:
            raise UserError('"{title}" is still being written.', title=item.title)
        store.mark(connection, item.column.id, StoryStatus.ACCEPTED, now)

    def _return(
        self, connection: sa.Connection, coming: Upcoming, incoming: Incoming, ref: str, now: datetime
    ) -> ContentsItem:
        item = self._written(connection, coming, ref)
        if item.column is None or item.column.document is None:
            raise UserError('"{title}" is still being written.', title=item.title)
        store.open_dialogue(connection, incoming, DialogueKind.REMARK, item.column.id, now)
        return item


def _found(items: Sequence[ContentsItem], ref: str) -> ContentsItem:
    for item in items:
        if item.ref == ref:
            return item
    raise UserError("This column is not in the coming issue any more: look at {example}.", example="/issue")
