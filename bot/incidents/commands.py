"""What people say of incidents in chats: start one, add to its timeline, end it, list them, show one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.chat.context import MessageContext, Response
from bot.chat.message import Reply
from bot.incidents.book import IncidentBook, NewEntry
from bot.incidents.words import NAMES, Said, said
from bot.project import Project
from digests.catalogue.incidents import KINDS
from digests.document import Block, Document, Heading, Paragraph, Table, plain
from digests.localizer import Localizer
from metrics.incidents import Incident
from metrics.periods import to_local
from warehouse.messages import N_, NotOpen, UserError

_SHOWN = 10
"""Incidents of a list."""


class IncidentCommands:
    """Carries out what is said."""

    def __init__(self, project: Project, clock: Callable[[], datetime]) -> None:
        self._project, self._clock = project, clock
        self._book = IncidentBook(project.lake)

    async def __call__(self, context: MessageContext) -> Response | None:
        """What to answer; None, if it is not about incidents. Raises UserError for what cannot be."""
        line = context.command_line
        if line.name.casefold() not in NAMES or context.role is None or context.incoming.aside:
            return None
        asked = said(line.words, self._clock(), self._project.timezone)
        self._check(context, asked)
        found = await asyncio.to_thread(self._done, context, asked)
        blocks = (
            self._listed(found, context.localizer) if asked.verb == "list" else self._shown(found, context.localizer)
        )
        return Response(Reply(Document("", tuple(blocks), context.localizer.language)))

    def _check(self, context: MessageContext, asked: Said) -> None:
        """Raise NotOpen for whoever may not write, or see, that."""
        assert context.role is not None
        needed = {"list": 0, "show": 0, "started": 2, "resolved": 2}.get(asked.verb, 1)
        if ("none", "note", "lead").index(context.role.incident) < needed:
            raise NotOpen(
                "Incidents are not yours to write: your role has incident = {given}.", given=context.role.incident
            )
        if needed and self._project.config.warehouse.settings(self._project.timezone) is not None:
            raise UserError(
                "The records are in a warehouse of your own: incidents are written there, and read from it."
            )

    def _done(self, context: MessageContext, asked: Said) -> list[Incident]:
        incoming, now = context.incoming, self._clock()
        lines = context.role.lines if context.role else None
        if asked.verb in ("list", "show"):
            every = [each for each in self._book.every() if lines is None or set(each.lines) & lines]
            if asked.verb == "list":
                return every[-_SHOWN:]
            found = [each for each in every if asked.number in (None, each.number)]
            if not found:
                raise UserError("There is no incident No. {number}.", number=asked.number or "?")
            return found[-1:]
        person = f"{incoming.platform}:{incoming.person}"
        chat = f"{incoming.platform}:{incoming.chat}"
        entry = NewEntry(f"{chat}:{incoming.event}", asked.verb, asked.at or now, asked.text, person, now)
        if asked.verb != "started":
            return [self._book.add(asked.number, entry)]
        if not asked.text:
            raise UserError("Say what is the matter: {example}.", example="/incident start 13:02 …")
        line = self._line(asked, context)
        title = NewEntry(entry.id, entry.kind, entry.at, "", person, now)
        return [self._book.start(asked.text, title, lines=line, severity=asked.severity, chat=chat)]

    def _line(self, asked: Said, context: MessageContext) -> str:
        if asked.line is None:
            return ""
        return self._project.calculator().centre.find_line(asked.line)

    def _listed(self, incidents: list[Incident], localizer: Localizer) -> list[Block]:
        if not incidents:
            return [Paragraph(plain(localizer(N_("There are no incidents."))))]
        rows = tuple(
            (
                f"#{each.number}",
                each.title,
                localizer.moment(each.started),
                localizer.moment(each.resolved) if each.resolved else localizer(N_("goes on")),
            )
            for each in reversed(incidents)
        )
        header = ("", localizer(N_("Incident")), localizer(N_("Started")), localizer(N_("Over")))
        return [Heading(localizer(N_("Incidents")), 2), Table(header, rows)]

    def _shown(self, incidents: list[Incident], localizer: Localizer) -> list[Block]:
        (incident,) = incidents
        title = localizer(N_("Incident No. {number} “{title}”"), number=incident.number, title=incident.title)
        lines = []
        for entry in incident.entries:
            clock = to_local(entry.at, self._project.timezone).strftime("%H:%M")
            kind = localizer(KINDS.get(entry.kind, entry.kind))
            lines.append((clock, f"{kind}: {entry.text}" if entry.text else kind))
        about = localizer.moment(incident.started)
        if incident.resolved is not None:
            minutes = round((incident.resolved - incident.started).total_seconds() / 60)
            about += f". {localizer.counted('{n} minute', '{n} minutes', minutes)}"
        return [Heading(title, 2), Paragraph(plain(about)), Table(("", ""), tuple(lines))]
