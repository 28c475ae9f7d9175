"""What must be in order while the bot runs, looked at again and again.

A check that fails for longer than it may is told to the operators as an episode; once it has held again, that is told
as well. What was found last is what `/readyz` answers.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.protocol import AnyChannel
from bot.chat.answering import Answering
from bot.chat.health import AnswerHealth
from bot.project import Project
from bot.state.database import database_reason
from bot.state.notices import beat
from bot.state.store import State
from digests.images import LOG as DRAWING_LOG
from warehouse.messages import Message, Unreadable, UserError, note

LOG = logging.getLogger(__name__)

Probe = Callable[[], Awaitable[Message | None]]
"""None where all is well, else what to say of it."""


class Heartbeat:
    """When the event loop last came round."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._at = now()

    def beat(self) -> None:
        """It comes round."""
        self._at = self._now()

    @property
    def age_s(self) -> float:
        return self._now() - self._at


@dataclass(frozen=True)
class Intervals:
    """How often is looked, and how long is waited, in seconds."""

    every_s: float = 10.0
    soon_s: float = 2.0
    """Until the next look while something fails."""
    timeout_s: float = 20.0
    """A probe that takes longer has failed."""
    calm_s: float = 30.0
    """What was told is over when it has held for so long: what comes and goes is one episode."""
    away_s: float = 60.0
    """A platform may be away for so long: networks are."""


@dataclass(frozen=True)
class Check:
    """One thing to look at. `name` is its episode's and the health page's, `title` what people call it."""

    name: str
    title: Message
    probe: Probe
    well_again: Message
    patience_s: float = 0.0
    """How long it may fail before anybody is told."""
    needed: bool = True
    """Whether the bot is not ready while it fails."""


class WatchNotifier(Protocol):
    """Of Operators, what a watch needs."""

    async def tell(self, episode: str, text: Message) -> None: ...

    async def over(self, episode: str, text: Message | None = None) -> None: ...


@dataclass
class _Found:
    failing_since: float | None = None
    well_since: float | None = None


class Watch:
    """Looks at all checks, one after another, for ever."""

    def __init__(
        self,
        checks: Sequence[Check],
        operators: WatchNotifier,
        now: Callable[[], float] = time.monotonic,
        intervals: Intervals = Intervals(),
    ) -> None:
        self._checks = checks
        self._operators = operators
        self._now = now
        self._intervals = intervals
        self._found = {check.name: _Found() for check in checks}
        self.latest: Mapping[str, Message | None] = {}
        """What was found last, by check; a check that was not looked at yet is missing."""

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self._intervals.soon_s if any(self.latest.values()) else self._intervals.every_s)

    async def look(self) -> None:
        """Look at everything once."""
        said = await asyncio.gather(*(_tried(check, self._intervals.timeout_s) for check in self._checks))
        self.latest = {check.name: each for check, each in zip(self._checks, said, strict=True)}
        for check, each in zip(self._checks, said, strict=True):
            await self._judge(check, each)

    def failing(self) -> list[str]:
        """The needed checks that fail, or were not looked at yet."""
        return [
            each.name
            for each in self._checks
            if each.needed and (each.name not in self.latest or self.latest[each.name] is not None)
        ]

    async def _judge(self, check: Check, said: Message | None) -> None:
        found, now = self._found[check.name], self._now()
        if said is None:
            found.failing_since = None
            found.well_since = now if found.well_since is None else found.well_since
            if now - found.well_since >= self._intervals.calm_s:
                await self._operators.over(check.name, check.well_again)
            return
        found.well_since = None
        found.failing_since = now if found.failing_since is None else found.failing_since
        if now - found.failing_since >= check.patience_s:
            await self._operators.tell(check.name, said)


async def _tried(check: Check, timeout_s: float) -> Message | None:
    try:
        async with asyncio.timeout(timeout_s):
            return await check.probe()
    except TimeoutError:
        return note("{check} does not answer within {seconds} s.", check=check.title, seconds=timeout_s)
    except Exception:
        reference = secrets.token_hex(2)
        LOG.exception("ref %s: the check %s broke", reference, check.name)
        return note(
            "The check of {check} broke; the log has it under {reference}.", check=check.title, reference=reference
        )


def checks(
    project: Project, state: State, channels: Sequence[AnyChannel], answering: Answering, away_s: float
) -> list[Check]:
    """Everything that is watched. A platform may be away for so long."""
    health = answering.health

    async def late() -> Message | None:
        return health.late()

    async def fault() -> Message | None:
        return health.fault()

    async def drawing() -> Message | None:
        return health.drawing()

    async def audit() -> Message | None:
        if not health.unwritten:
            return None
        return note("The audit log cannot be written: what was asked just now is not in it.")

    return [
        _state(project, state),
        _records(project, health),
        *(_channel(channel, away_s) for channel in channels),
        Check("questions", note("questions"), late, note("Questions are answered in time again."), needed=False),
        Check("audit log", note("audit log"), audit, note("The audit log is written again."), needed=False),
        Check("faults", note("faults"), fault, note("Nothing of mine has broken for ten minutes."), needed=False),
        Check("pictures", note("pictures"), drawing, note("No picture has failed for ten minutes."), needed=False),
    ]


def _state(project: Project, state: State) -> Check:
    async def probe() -> Message | None:
        try:
            await state.run(beat, project.clock())
        except SQLAlchemyError as error:
            return note(
                "My state cannot be written: {reason}. Questions are answered, but nothing is remembered.",
                reason=database_reason(error),
            )
        return None

    return Check("state", note("state"), probe, note("My state can be written again."))


def _records(project: Project, health: AnswerHealth) -> Check:
    def looked() -> UserError | None:
        met = health.unreadable
        return project.store.unreadable(met)

    async def probe() -> Message | None:
        found = await asyncio.to_thread(looked)
        if found is None:
            health.unreadable = None
            return None
        return found.message if isinstance(found, Unreadable) else None

    return Check("records", note("records"), probe, note("The records can be read again."))


def _channel(channel: AnyChannel, away_s: float) -> Check:
    name = channel.key.capitalize()

    async def probe() -> Message | None:
        return None if channel.connected else note("{platform} cannot be reached; I go on trying.", platform=name)

    return Check(channel.key, note(name), probe, note("{platform} is reached again.", platform=name), away_s)


@contextmanager
def undrawn_told(tell: Callable[[str], None]) -> Iterator[None]:
    """Call `tell` with the reference of each picture that cannot be drawn meanwhile, in whatever thread that is."""
    handler = _Handler(tell)
    DRAWING_LOG.addHandler(handler)
    try:
        yield
    finally:
        DRAWING_LOG.removeHandler(handler)


class _Handler(logging.Handler):
    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        self._tell(getattr(record, "reference", ""))
