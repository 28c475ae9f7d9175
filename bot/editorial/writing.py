"""`/story`: a column, written in the chat message by message, and shown as it will be read."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from bot.chat.message import Content, Incoming, IncomingFile, Reply
from bot.config.model import DepartmentConfig
from bot.editorial import compose, store
from bot.editorial.commands import Rights, who
from bot.editorial.model import Dialogue, DialogueKind, EditorColumn, PublicationKey, StoryStatus
from bot.editorial.publications import Upcoming
from bot.state.store import State
from digests.document import Action, Actions, Block, Document, Heading, Note, Paragraph, Span, plain
from digests.images import Unfit, examined
from digests.localizer import Localizer
from metrics.periods import parse
from warehouse.messages import N_, Message, UserError, note

DONE, AGAIN, CANCEL = "done", "again", "cancel"


def preview(
    column: EditorColumn,
    document: Document,
    department: str,
    author: str | None,
    remark: str | None,
    problems: Sequence[Message],
    localizer: Localizer,
) -> Reply:
    """The column as it will be read, with the buttons. A new one takes the place of the one before."""
    period = parse(column.issue.period, localizer.timezone)
    notes = [Note(localizer.say(problem)) for problem in problems]
    if remark:
        notes.append(Note(localizer(N_("Returned with a remark: {remark}"), remark=remark)))
    said: tuple[Block, ...]
    if compose.is_empty(document):
        about = note(
            'The column of "{department}" for the issue of {days}. Write its text and send its pictures: emphasis, '
            "links and lists stay as they are. A first line that stands apart is its title.",
            department=department,
            days=localizer.days(period),
        )
        said = (Paragraph(plain(localizer.say(about))), *notes)
        buttons = [_button(N_("Cancel"), CANCEL, column, localizer)]
    else:
        about = note(
            '"{department}", the issue of {days}: so it will be read. Go on writing, or press Done.',
            department=department,
            days=localizer.days(period),
        )
        said = (*read(document, author), Note(localizer.say(about)), *notes)
        buttons = [
            _button(N_("Done"), DONE, column, localizer),
            _button(N_("Start over"), AGAIN, column, localizer),
            _button(N_("Cancel"), CANCEL, column, localizer),
        ]
    shown = Document(document.title, (*said, Actions(tuple(buttons))), localizer.language)
    return Reply(shown, instead=f"column {column.id}")


def read(document: Document, author: str | None) -> tuple[Block, ...]:
    """A column as it stands in the digest."""
    signed = (Paragraph((Span(author, emphasis=True),)),) if author else ()
    return (Heading(document.title, 2), *document.blocks, *signed)


def which(departments: Sequence[DepartmentConfig], localizer: Localizer) -> Reply:
    """Ask for which department."""
    text = localizer(N_("For which department?"))
    actions = tuple(Action(each.title, f"story {each.key}") for each in departments)
    return Reply(Document(text, (Paragraph(plain(text)), Actions(actions)), localizer.language))


def sent_reply(title: str, department: str, coming: Upcoming, key: str, localizer: Localizer) -> Reply:
    """The column is with the editors."""
    text = note(
        '"{title}" ({department}) is sent to the editors: the issue of {days} is posted on {moment}.',
        title=title,
        department=department,
        days=localizer.days(coming.period),
        moment=coming.due.at,
    )
    change = Action(localizer(N_("Change it")), f"story {key}")
    said = localizer.say(text)
    return Reply(Document(said, (Paragraph(plain(said)), Actions((change,))), localizer.language))


def said(text: Message, localizer: Localizer) -> Reply:
    """One sentence, for everybody in the chat."""
    shown = localizer.say(text)
    return Reply(Document(shown, (Paragraph(plain(shown)),), localizer.language))


def _button(label: str, what: str, column: EditorColumn, localizer: Localizer) -> Action:
    return Action(localizer(label), f"story {what} {column.id}")


SETTLE_S = 0.8
"""Of messages that come together (an album is one for each picture) the last is answered."""
MOST_PICTURES, MOST_TEXT = 20, 30_000


class Current(Protocol):
    """Which issue is coming."""

    async def __call__(self) -> Upcoming:
        """Raises UserError if there is none."""
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

    async def open(self, incoming: Incoming, given: str, localizer: Localizer) -> Reply:
        """Somebody's column of the coming issue: begun, or gone on with."""
        among = self._rights.writes(incoming)
        if not among:
            raise _not_yours(incoming)
        if not given and len(among) > 1:
            return which(among, localizer)
        department = self._rights.department(given, among) if given else among[0]
        coming, now = await self._current(), self._clock()

        def opened(connection: sa.Connection) -> int:
            # In a group, the author is still to be written to in private.
            chat = f"{incoming.platform}:{incoming.chat if incoming.private else incoming.person}"
            column = store.begin(connection, coming.key, department.key, who(incoming), chat, now)
            _open(connection, incoming, column, now)
            return column.id

        story = await self._state.run(opened)
        return await self._after_command(incoming, story, localizer)

    async def revise(self, incoming: Incoming, story: int, localizer: Localizer) -> Reply:
        """An editor goes on with a column, whosever it is."""
        now = self._clock()

        def opened(connection: sa.Connection) -> None:
            _open(connection, incoming, _known(connection, story), now)

        await self._state.run(opened)
        return await self._shown(story, localizer)

    async def take(self, incoming: Incoming, dialogue: Dialogue, localizer: Localizer) -> Reply | None:
        """Add what was said to the column. None, where more came meanwhile, which is answered."""
        assert incoming.content is not None
        story = dialogue.story
        mine = self._latest[story] = object()
        await self._add(incoming, story, incoming.content)
        await asyncio.sleep(self._settle_s)
        if self._latest.get(story) is not mine:
            return None
        return await self._shown(story, localizer)

    async def again(self, incoming: Incoming, story: int, localizer: Localizer) -> Reply:
        """Begin anew: what was being written is dropped."""
        await self._allowed(incoming, story)

        def cleared(connection: sa.Connection) -> None:
            store.clear(connection, story)
            store.open_dialogue(connection, incoming, DialogueKind.WRITING, story, self._clock())

        await self._state.run(cleared)
        return await self._shown(story, localizer)

    async def cancel(self, incoming: Incoming, story: int, localizer: Localizer) -> Reply:
        """Write no more: a column that was sent stays as it was."""
        column = await self._allowed(incoming, story)
        await self._state.run(store.drop, story)
        if column.document is None:
            return said(note("Nothing is written: the column is dropped."), localizer)
        return said(note('Nothing is changed: "{title}" stays as it was sent.', title=column.title), localizer)

    async def done(self, incoming: Incoming, story: int, localizer: Localizer) -> Reply:
        """Send the column to the editors."""
        column = await self._allowed(incoming, story)
        coming = await self._current()
        department = self._rights.title(column.department)
        others = column.author != who(incoming)

        def sent(connection: sa.Connection) -> Document:
            written = store.pieces(connection, story)
            document = compose.composed(written, department, _key(column))
            if not written and column.document:
                raise UserError('"{title}" was sent before, and nothing was added.', title=column.title)
            if compose.is_empty(document):
                raise UserError("There is nothing to send yet: write the text, or send a picture.")
            issue = _issue_for(connection, column, coming.key)
            status = StoryStatus.ACCEPTED if others else StoryStatus.SENT
            store.send(connection, story, document, status, issue, self._clock())
            store.close_dialogue(connection, incoming)
            return document

        async with self._turns[story]:  # what is on its way belongs to it
            document = await self._state.run(sent)
        self._latest.pop(story, None)
        await self._changed()
        return sent_reply(document.title, department, coming, column.department, localizer)

    async def _after_command(self, incoming: Incoming, story: int, localizer: Localizer) -> Reply:
        """The column, with what the message of the command says below its first line or shows."""
        content = incoming.content
        if content:
            below = Content(compose.without_first_line(content.blocks), content.pictures)
            if below.blocks or below.pictures:
                await self._add(incoming, story, below)
        return await self._shown(story, localizer)

    async def _add(self, incoming: Incoming, story: int, content: Content) -> None:
        """A message, written into the state; what is wrong with its pictures is said with the column."""
        async with self._turns[story]:  # in the order of the messages, however long a picture takes
            problems = await self._taken(incoming, story, content)
        self._problems.setdefault(story, []).extend(problems)

    async def _taken(self, incoming: Incoming, story: int, content: Content) -> list[Message]:
        pictures, problems = await _fetched(content.pictures)
        added = compose.piece(content.blocks, pictures)

        def kept(connection: sa.Connection) -> Message | None:
            before = [] if compose.is_empty(added) else store.pieces(connection, story)
            if compose.pictures([*before, added]) > MOST_PICTURES:
                return note("A column has at most {limit} pictures: this one is left out.", limit=MOST_PICTURES)
            if compose.length([*before, added]) > MOST_TEXT:
                return note("A column has at most {limit} characters: this message is left out.", limit=MOST_TEXT)
            if not compose.is_empty(added):
                store.add(connection, story, added, incoming.message)
            store.touch(connection, incoming, self._clock())
            return None

        too_much = await self._state.run(kept)
        return [*problems, *([too_much] if too_much else [])]

    async def _shown(self, story: int, localizer: Localizer) -> Reply:
        """The column as it will be read, with what may be done."""

        def found(connection: sa.Connection) -> tuple[EditorColumn, list[Document], str | None]:
            column = _known(connection, story)
            remark = store.last_remark(connection, story) if column.status is StoryStatus.RETURNED else None
            return column, store.pieces(connection, story), remark.text if remark else None

        column, written, remark = await self._state.run(found)
        department = self._rights.title(column.department)
        document = compose.composed(written, department, _key(column))
        author = self._rights.names.get(column.author)
        problems = self._problems.pop(story, [])
        return preview(column, document, department, author, remark, problems, localizer)

    async def _allowed(self, incoming: Incoming, story: int) -> EditorColumn:
        column = await self._state.run(_known, story)
        if column.author != who(incoming) and not self._rights.is_editor(incoming):
            raise _not_yours(incoming)
        return column


def _open(connection: sa.Connection, incoming: Incoming, column: EditorColumn, now: datetime) -> None:
    """Go on with what is being written, or else with what was sent."""
    if column.document and not store.pieces(connection, column.id):
        store.add(connection, column.id, column.document, None)
    store.open_dialogue(connection, incoming, DialogueKind.WRITING, column.id, now)


def _known(connection: sa.Connection, story: int) -> EditorColumn:
    column = store.column(connection, story)
    if column is None:
        raise UserError("This column is not there any more.")
    return column


def _issue_for(connection: sa.Connection, column: EditorColumn, coming: PublicationKey) -> PublicationKey:
    """Where a column goes: its issue, or the coming one, if that is out already and no column of theirs is in it."""
    if column.issue == coming or column.issue.digest != coming.digest:
        return column.issue
    if store.own(connection, coming, column.department, column.author):
        raise UserError(
            "The issue that this column was written for is out, and there is one in the coming issue: /story."
        )
    return coming


def _key(column: EditorColumn) -> str:
    """How the names of a column's pictures begin."""
    return f"column-{column.id}"


async def _fetched(pictures: Sequence[IncomingFile]) -> tuple[list[tuple[bytes, str]], list[Message]]:
    """The pictures that can be shown, and a sentence for each other one."""
    fine: list[tuple[bytes, str]] = []
    problems: list[Message] = []
    for picture in pictures:
        try:
            image = await picture.fetch()
        except UserError as error:
            problems.append(error.message)
            continue
        kind = await asyncio.to_thread(examined, image)
        if isinstance(kind, Unfit):
            problems.append(note('"{name}" is no picture that can be shown: send PNG or JPEG.', name=picture.name))
        else:
            fine.append((image, kind))
    return fine, problems


def _not_yours(incoming: Incoming) -> UserError:
    return UserError(
        "Columns are written by the people of the departments: ask the administrator to add you to one, your id is "
        "{id}.",
        id=who(incoming),
    )
