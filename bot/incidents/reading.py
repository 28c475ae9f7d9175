"""What people ask of incidents: the list, one with its timeline, its clients, its post-mortem and the pages of that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from bot.chat.answering import Answering
from bot.chat.context import MessageContext
from bot.chat.message import Reply
from bot.delivery.pages import Pages
from bot.incidents import messages
from bot.incidents.book import IncidentBook
from bot.incidents.words import ParsedCommand
from digests.answers.compose import XLSX
from digests.document import Action, Actions, Attachment, Document, Paragraph, plain
from digests.figures import line_title
from digests.incidents import account_of
from digests.postmortem import PostMortem, post_mortem
from digests.result import Session
from metrics.incidents import Incident, IncidentScope
from warehouse.messages import N_, NotOpen, UserError

T = TypeVar("T")


class IncidentReader:
    """Answers from the incidents that who asks may see: those of the lines of their role."""

    def __init__(self, book: IncidentBook, answering: Answering, pages: Pages) -> None:
        self._book, self._answering, self._pages = book, answering, pages

    async def read(self, context: MessageContext, asked: ParsedCommand) -> Reply:
        """The answer to what is asked. Raises UserError for an incident that there is not, or not for them."""
        open_ones = await self._open(context)
        if asked.verb == "list" or (asked.verb == "show" and not open_ones):
            return Reply(messages.listed(open_ones, context.localizer))
        incident = _found(open_ones, asked.number)
        if asked.verb == "show":
            return Reply(await self._shown(context, incident))
        if asked.verb == "clients":
            return Reply(await self._clients(context, incident), beside=True)
        return Reply(await self._draft(context, incident), beside=True)

    async def check_open(self, context: MessageContext, number: int) -> None:
        """Raise UserError for an incident that is not for who speaks; one that is not at all is said by who writes."""
        every = await self._book.every()
        if any(each.number == str(number) for each in every):
            _found(await self._open(context), number)

    async def publish(self, context: MessageContext, number: int) -> Document:
        """Put the post-mortem on its two pages, anew if it stands there, and say where."""
        incident = _found(await self._open(context), number)
        record = next((each for each in await self._book.records() if each.number == number), None)
        if record is None:
            raise UserError("No incident No. {number} was written down in a chat.", number=number)
        if incident.resolved is None:
            raise UserError("Incident No. {number} goes on: its post-mortem comes after its end.", number=number)
        if not self._pages.addressed:
            raise UserError("Pages have no address: the administrator sets [page] url.")
        made = await self._made(context, incident)
        if marked := made.marked(outside=True):
            raise UserError(
                "Clients would read words that blame or name somebody: {entries}. Change them first: {example}.",
                entries=", ".join(marked),
                example=f"/incident edit {marked[0]} …",
            )
        # Noted first: the page says itself when it was published.
        names = record.pages or tuple(self._pages.new_name() for _ in range(2))
        record = await self._book.published(number, context.at, names)
        made = await self._made(context, record.incident)
        links = [
            self._pages.put(made.document(outside=outside), name)
            for name, outside in zip(names, (False, True), strict=True)
        ]
        localizer = context.localizer
        said = localizer(N_("The post-mortem of incident No. {number} is published."), number=number)
        labels = (N_("For us"), N_("For clients"))
        actions = tuple(Action(localizer(label), "", link) for label, link in zip(labels, links, strict=True))
        return Document(said, (Paragraph(plain(said)), Actions(actions)), localizer.language)

    async def _open(self, context: MessageContext) -> list[Incident]:
        """The incidents that who asks may see, of each no line but theirs."""
        assert context.role is not None
        every, lines = await self._book.every(), context.role.lines
        if lines is None:
            return every
        centre = (await context.request_context()).snapshot.centre
        narrowed = (
            replace(each, lines=tuple(line for line in sorted(lines) if each.touches(centre, line))) for each in every
        )
        return [each for each in narrowed if each.lines]

    async def _shown(self, context: MessageContext, incident: Incident) -> Document:
        def made(session: Session) -> Document:
            named = ", ".join(line_title(session.calculator, line) for line in incident.lines)
            lines = named or session.localizer(N_("the whole centre"))
            account = account_of(session, IncidentScope(incident, session.calculator))
            return messages.timeline(incident, account, lines, session.localizer)

        return await self._computed(context, made)

    async def _clients(self, context: MessageContext, incident: Incident) -> Document:
        """How many clients it touched and who they are, for those who may see names."""
        assert context.role is not None
        if not context.role.names:
            example = f"{messages.COMMAND} show {incident.number}"
            raise NotOpen("Clients are not named for your role: {example} says what happened.", example=example)

        def made(session: Session) -> Document:
            from digests.workbook.incident import clients_of, clients_workbook  # not worth loading for a text

            localizer, asked = session.localizer, IncidentScope(incident, session.calculator)
            found = clients_of(session, asked)
            said = localizer.counted(
                "Incident No. {number} touched {n} known client; {lost} of them lost a call.",
                "Incident No. {number} touched {n} known clients; {lost} of them lost a call.",
                len(found),
                number=incident.number,
                lost=len([each for each in found.values() if each.lost]),
            )
            name = f"incident-{incident.number}-clients.xlsx"
            file = Attachment(name, clients_workbook(session, asked), localizer(N_("Clients of the incident")), XLSX)
            return Document(said, (Paragraph(plain(said)), file), localizer.language)

        return await self._computed(context, made)

    async def _draft(self, context: MessageContext, incident: Incident) -> Document:
        document = (await self._made(context, incident)).document(draft=True)
        publish = Action(context.localizer(N_("Publish")), f"{messages.COMMAND} publish {incident.number}")
        return Document(document.title, (*document.blocks, Actions((publish,))), document.language)

    async def _made(self, context: MessageContext, incident: Incident) -> PostMortem:
        return await self._computed(context, lambda session: post_mortem(session, incident, pictures=True))

    async def _computed(self, context: MessageContext, make: Callable[[Session], T]) -> T:
        """What a worker makes of the numbers as they are, for who asks."""
        asker = await context.request_context()

        def work() -> T:
            worker = asker.snapshot.workplace(context.localizer.language)
            return make(Session(worker.calculator, worker.plans, context.localizer, asker.role.names))

        return await self._answering.work(work)


def _found(incidents: list[Incident], number: int | None) -> Incident:
    """The incident of a number; without one, the latest."""
    found = [each for each in incidents if number is None or each.number == str(number)]
    if not found:
        raise UserError("There is no incident No. {number}.", number=number or "?")
    return found[-1]
