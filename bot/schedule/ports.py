"""What the schedule needs of other rooms: somebody who posts, and somebody who tells the operators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import sqlalchemy as sa

from bot.delivery.model import Issue, Target
from bot.schedule.jobs import Job
from bot.schedule.runs import Run
from digests.document import Action
from warehouse.messages import Message


class Poster(Protocol):
    """Posts an issue into chats, each once; one that was begun before goes on where it stopped."""

    async def post(self, issue: Issue, targets: Sequence[Target], *, late: bool = False) -> Any:
        """Return when every target has an end, of whatever kind; the ledger knows which."""
        ...


class Operators(Protocol):
    """The people who keep it running, in their chats. Telling them never raises."""

    async def tell(self, episode: str, text: Message, actions: Sequence[Action] = ()) -> None:
        """Once per episode."""
        ...

    async def over(self, episode: str) -> None:
        """The episode is over: its next time is told again."""
        ...


class Editors(Protocol):
    """The people who approve what is posted."""

    async def objection(self, job: Job, run: Run) -> Message | None:
        """Why an issue that is due is not to be posted now; None, if it may be."""
        ...

    def allows(self, connection: sa.Connection, job: Job, run: Run) -> bool:
        """Whether nothing was decided since there was no objection: asked in the transaction that begins to post."""
        ...
