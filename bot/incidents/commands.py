"""What people say of incidents in chats: start one, add to its timeline, change an entry, end it, look at one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.chat.access import INCIDENT_RIGHTS
from bot.chat.answering import Answering
from bot.chat.context import SILENCE, MessageContext, Response
from bot.chat.message import Incoming, Reply
from bot.incidents import messages
from bot.incidents.board import IncidentBoard
from bot.incidents.book import IncidentBook
from bot.incidents.reading import IncidentReader
from bot.incidents.store import EntryRevision, IncidentRecord
from bot.incidents.words import INTERNAL, LEADING, NAMES, READING, SECTIONS, ParsedCommand, parse_command
from bot.project import Project
from bot.subscriptions.store import Owner, owner_of
from digests.document import Document
from warehouse.messages import NotOpen, UserError


class IncidentCommands:
    """Carries out what is said. What a platform delivers twice is written once."""

    def __init__(
        self,
        project: Project,
        answering: Answering,
        book: IncidentBook,
        board: IncidentBoard,
        reader: IncidentReader,
        clock: Callable[[], datetime],
    ) -> None:
        self._project, self._answering, self._book = project, answering, book
        self._board, self._reader, self._clock = board, reader, clock

    async def __call__(self, context: MessageContext) -> Response | None:
        """What to answer; None, if it is not about incidents. Raises UserError for what cannot be."""
        incoming = context.incoming
        if context.role is None:
            return None
        asked = await self._command_of(context)
        if asked is None:
            return None
        self._check(context, asked)
        if asked.verb in READING:
            return Response(await self._reader.read(context, asked))
        if await self._book.written(_event(incoming)):
            return SILENCE  # it was written before the program was ended: the timeline says so
        done = await self._done(context, asked)
        self._board.wake()
        if done is None:
            return Response(None)
        return Response(Reply(done, instead=f"incident {asked.number or ''}", beside=True))

    async def _command_of(self, context: MessageContext) -> ParsedCommand | None:
        """A command, or a note: a reply to a timeline's message that is no command of another kind."""
        incoming, line = context.incoming, context.command_line
        if line.name.casefold() in NAMES and not incoming.aside:
            return parse_command(line.words, self._clock(), self._project.timezone)
        if incoming.pressed or not incoming.text.strip() or incoming.text.lstrip().startswith("/"):
            return None
        number = await self._board.replied(incoming)
        if number is None or (incoming.aside and self._right(context) == 0):
            return None
        return parse_command(("note", f"#{number}", *incoming.text.split()), self._clock(), self._project.timezone)

    def _right(self, context: MessageContext) -> int:
        return INCIDENT_RIGHTS.index(self._answering.access.incident_right(context.incoming))

    def _check(self, context: MessageContext, asked: ParsedCommand) -> None:
        """Raise NotOpen for whoever may not write that, UserError where nothing is written here."""
        needed = 0 if asked.verb in READING else 2 if asked.verb in LEADING else 1
        if self._right(context) < needed:
            raise NotOpen(
                "Incidents are not yours to write: your role has incident = {given}.",
                given=INCIDENT_RIGHTS[self._right(context)],
            )
        if needed:
            self._book.check_written_here()

    async def _done(self, context: MessageContext, asked: ParsedCommand) -> Document | None:
        """What to say to what was written; None where the timeline's own message says it."""
        incoming, localizer, now = context.incoming, context.localizer, self._clock()
        owner = owner_of(incoming, localizer.language)
        entry = _entry(incoming, asked, now)
        if asked.number is not None:
            await self._reader.check_open(context, asked.number)
        if incoming.edited and (known := await self._book.entry_of(entry.message or "")):
            return await self._edited(context, known, asked, entry)
        match asked.verb:
            case "started":
                await self._start(context, owner, asked, entry)
                return None
            case "edit" | "drop" | "done":
                return await self._edited(context, (asked.number or 0, asked.place or 0), asked, entry)
            case "reopen":
                await self._book.reopen(owner, asked.number, entry)
                return None
            case "publish":
                return await self._reader.publish(context, asked.number or 0)
            case section if section in SECTIONS:
                if not asked.text:
                    raise UserError("Say what is learnt: {example}.", example=f"/incident postmortem 7 {section} …")
                record = await self._book.learn(asked.number, entry)
            case _:
                if asked.verb in ("note", "message") and not asked.text:
                    raise UserError("Say what was said: {example}.", example=f"/incident {asked.verb} …")
                record = await self._book.add(owner, asked.number, entry)
        ended = record.incident.resolved
        if entry.kind == "note" and ended is not None and entry.at > ended:
            return messages.reopen(record, localizer)
        return messages.written(record, record.entries[-1], localizer)

    async def _start(
        self, context: MessageContext, owner: Owner, asked: ParsedCommand, entry: EntryRevision
    ) -> IncidentRecord:
        if not asked.text:
            raise UserError("Say what is the matter: {example}.", example="/incident start 13:02 …")
        allowed = context.role.lines if context.role else None
        lines = [(await context.request_context()).snapshot.centre.find_line(asked.line)] if asked.line else []
        if allowed is not None and not (lines and allowed.issuperset(lines)):
            raise UserError(
                "Say of which line it is, of those that you may see: {example}.",
                example=f"/incident start … line {sorted(allowed)[0] if allowed else ''}",
            )
        return await self._book.start(owner, asked, lines, entry)

    async def _edited(
        self, context: MessageContext, where: tuple[int, int], asked: ParsedCommand, entry: EntryRevision
    ) -> Document:
        """Put another revision in an entry's place: another text, time or audience, done, or withdrawn."""

        def change(before: EntryRevision) -> EntryRevision:
            return replace(
                before,
                event=entry.event,
                message=before.message,
                author=entry.author,
                entered_at=entry.entered_at,
                at=asked.at or before.at,
                text=asked.text or before.text,
                internal=before.internal if asked.internal is None else asked.internal,
                done_at=entry.entered_at if asked.verb == "done" else before.done_at,
                dropped=asked.verb == "drop",
            )

        number, place = where
        await self._reader.check_open(context, number)
        return messages.changed(await self._book.revise(number, place, change), place, context.localizer)


def _entry(incoming: Incoming, asked: ParsedCommand, now: datetime) -> EntryRevision:
    """What was said as an entry; of another kind of command, who gave it and when."""
    internal = asked.verb in INTERNAL if asked.internal is None else asked.internal
    message = f"{incoming.platform}:{incoming.chat}:{incoming.message}" if incoming.message else None
    return EntryRevision(
        _event(incoming),
        asked.verb,
        asked.at or now,
        asked.text,
        f"{incoming.platform}:{incoming.person}",
        now,
        internal,
        asked.role,
        asked.due_on,
        message=message,
    )


def _event(incoming: Incoming) -> str:
    return f"{incoming.platform}:{incoming.event}"
