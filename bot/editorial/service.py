"""The editorial desk: what is said to it in chats finds its way, and what is due is done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.chat.access import Access, ids
from bot.chat.message import CommandLine, Incoming, Reply
from bot.editorial import publications, store, writing
from bot.editorial.approvals import Approvals
from bot.editorial.commands import EditorialCommand, Rights, is_written, parse_command, who
from bot.editorial.contents import Contents
from bot.editorial.drafts import Drafts, standing
from bot.editorial.model import Dialogue, DialogueKind, EditorRemark, Press
from bot.editorial.publications import Upcoming
from bot.editorial.reminders import Mail, Reminders
from bot.editorial.writing import SETTLE_S, Writing
from bot.operations.operators import Speaker
from bot.project import Project
from bot.schedule import runner
from bot.schedule.jobs import jobs_of
from bot.schedule.schedule import DecisionTrigger
from bot.state.store import State
from digests.document import Action, Actions, Document, Paragraph, plain
from digests.localizer import Localizer
from metrics.periods import to_local
from warehouse.messages import N_, Message, UserError

LOG = logging.getLogger(__name__)
_BEAT_S = 30.0


class EditorialService:
    """Columns, issues and drafts. Raises UserError when made, for what is configured wrong."""

    def __init__(
        self,
        project: Project,
        state: State,
        speakers: Sequence[Speaker],
        editors: runner.RunNotifier,
        approvals: Approvals,
        drafts: Drafts,
        trigger: DecisionTrigger,
        works: Callable[[sa.Connection], bool] = lambda _: True,
        settle_s: float = SETTLE_S,
    ) -> None:
        """People are written to through `speakers`. `trigger` has done what became due by a change."""
        self._project, self._state = project, state
        self._approvals, self._drafts, self._trigger = approvals, drafts, trigger
        config = project.config
        self.rights = Rights(config, Access(config))
        self._jobs = jobs_of(config, project.clock())
        self._languages = {name: asker.language for name, asker in ids(config).items() if asker.language}
        self._mail = Mail(speakers)
        self._writing = Writing(state, self.rights, self._current, project.clock, self._changed, settle_s)
        self._contents = Contents(project, state, self.rights, self._current, self._writing, self._changed, self._tell)
        self._reminders = Reminders(project, state, self.rights, self._mail, editors, self._tongue, works)
        self._ticking = asyncio.Lock()

    async def run(self) -> None:
        """Look again and again what is due; a look may take long, and holds up no other."""
        ticks: set[asyncio.Task[None]] = set()
        try:
            while True:
                ticks.add(tick := asyncio.create_task(self.tick()))
                tick.add_done_callback(ticks.discard)
                await asyncio.sleep(_BEAT_S)
        finally:
            for each in ticks:
                each.cancel()

    async def run_due(self) -> None:
        """Do what is due, also what could not be made a short while ago."""
        self._drafts.retry_now()
        await self.tick()

    async def standing(self) -> Mapping[str, Message]:
        """Of each post that editors approve: how its coming issue stands with them."""
        now = self._project.clock()
        return await self._state.run(standing, self._jobs, now)

    async def awaits(self, incoming: Incoming) -> bool:
        """Whether it is the next message of a dialogue. Never raises."""
        if not self.rights.open or not is_written(incoming):
            return False
        try:
            return await self._dialogue(incoming) is not None
        except SQLAlchemyError:
            return False  # questions are answered whatever the state is like

    async def take(self, incoming: Incoming, localizer: Localizer) -> Reply | None:
        """What to answer to the next message of a dialogue, if anything. Raises UserError."""
        dialogue = await self._dialogue(incoming)
        if dialogue is None:
            raise UserError("No column is open here: begin with {example}.", example="/story")
        if dialogue.kind is DialogueKind.REMARK:
            return await self._contents.remark(incoming, dialogue, localizer)
        return await self._writing.take(incoming, dialogue, localizer)

    async def answer(self, incoming: Incoming, line: CommandLine, localizer: Localizer) -> Reply | None:
        """The reply to a command of the desk; None for what is none. Raises UserError for what cannot be."""
        said = parse_command(line)
        if said is None or not self.rights.open:
            return None
        match said.name:
            case "story":
                return await self._story(incoming, said, localizer)
            case "issue":
                return await self._contents.asked(incoming, said.words, localizer)
            case "done":
                dialogue = await self._dialogue(incoming)
                if dialogue is None or dialogue.kind is not DialogueKind.WRITING:
                    raise UserError("No column is open here: begin with {example}.", example="/story")
                return await self._writing.done(incoming, dialogue.story, localizer)
            case _:
                return await self._draft(incoming, said, localizer)

    async def tick(self) -> None:
        """Do what is due: drafts, reminders, remarks that could not be told before. Never raises."""
        await self._drafts.tick()
        if self._ticking.locked() or not self.rights.open:
            return
        async with self._ticking:
            try:
                for remark in await self._state.run(store.undelivered):
                    await self._tell(remark)
                now = self._project.clock()
                coming = await self._state.run(publications.soonest, self._jobs, now)
                if coming:
                    await self._reminders.tick(coming)
            except Exception:
                LOG.exception("the editorial desk")

    async def _story(self, incoming: Incoming, said: EditorialCommand, localizer: Localizer) -> Reply:
        match said.words:
            case [("done" | "again" | "cancel") as what, number] if number.isascii() and number.isdecimal():
                ways = {"done": self._writing.done, "again": self._writing.again, "cancel": self._writing.cancel}
                return await ways[what](incoming, int(number), localizer)
        return await self._writing.open(incoming, said.rest, localizer)

    async def _draft(self, incoming: Incoming, said: EditorialCommand, localizer: Localizer) -> Reply | None:
        match said.words:
            case [what, number] if what in tuple(Press) and number.isascii() and number.isdecimal():
                press = Press(what)
            case _:
                return None
        if not self.rights.is_editor(incoming):
            raise UserError("The editors decide on drafts, in their chat.")
        answer = await self._approvals.press(press, int(number), self.rights.name(who(incoming)))
        if answer is None:
            return await self._contents.asked(incoming, (), localizer)
        return writing.said(answer, localizer)

    async def _dialogue(self, incoming: Incoming) -> Dialogue | None:
        now = self._project.clock()
        return await self._state.run(store.dialogue, incoming, now)

    async def _current(self) -> Upcoming:
        """The coming issue. Raises UserError if there is none."""
        now = self._project.clock()
        coming = await self._state.run(publications.soonest, self._jobs, now)
        if coming is None:
            raise UserError("No issue is planned yet: ask the administrator to put one on the schedule.")
        return coming

    async def _changed(self) -> None:
        """An issue has other columns than before."""
        self._trigger.fire()

    async def _tell(self, remark: EditorRemark) -> bool | None:
        """Tell an author why their column was returned; whether they heard, None if that is tried again."""
        now = self._project.clock()
        column = await self._state.run(store.column, remark.story)
        if column is None:
            return False
        localizer = self._project.localizer_of(
            self._tongue(column.author), to_local(now, self._project.timezone).date()
        )
        text = localizer(
            N_('Your column "{title}" was returned with a remark: {remark}'), title=column.title, remark=remark.text
        )
        change = Action(localizer(N_("Change it")), f"story {column.department}")
        reached = await self._mail.write(
            column.chat, Document(text, (Paragraph(plain(text)), Actions((change,))), localizer.language)
        )
        if reached is not None:
            await self._state.run(store.mark_delivered, remark.id, now)
        return reached

    def _tongue(self, person: str) -> str:
        return self._languages.get(person, self._project.config.centre.language)
