"""The running bot: everything composed in one place, in one process and one event loop."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack

from bot.answering.answering import Answering
from bot.channels.channel import Channel, Front
from bot.channels.register import open_channels
from bot.commands.menu import command_names
from bot.project import Project
from bot.schedule.ports import Logged, Nowhere, Operators, Poster
from bot.schedule.schedule import Schedule
from bot.state.lease import Lease
from bot.state.store import open_state
from bot.tokens import Tokens
from warehouse.messages import Message, Mistake

LOG = logging.getLogger(__name__)
STOP_S = 10.0
"""What is in flight may take so long to finish after the word to stop."""


async def run(project: Project, tokens: Tokens) -> None:
    """Serve until SIGTERM or SIGINT. Raises Mistake for what must be mended."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await serve(project, tokens, stop)


async def serve(
    project: Project,
    tokens: Tokens,
    stop: asyncio.Event,
    ready: Callable[[], None] = lambda: None,
    *,
    poster: Poster | None = None,
    operators: Operators | None = None,
) -> None:
    """Answer on every platform that has tokens, and post by the schedule, until told to stop.

    Raises Mistake for what must be mended, and if another process works on this state.
    """
    async with AsyncExitStack() as stack:
        # The state is opened off the loop: it may have to be migrated.
        state = await asyncio.to_thread(open_state, project.config.state.url, project.root)
        stack.callback(state.close)
        lease = Lease(state)
        await lease.take()
        stack.push_async_callback(lease.give_back)
        keeping = asyncio.ensure_future(lease.keep())
        stack.callback(keeping.cancel)
        schedule = Schedule(project, state, poster or Nowhere(), operators or Logged(), lease.mine)
        answering = Answering(project, state, project.clock, schedule.blocks)
        stack.callback(answering.close)
        front = Front(answering, command_names(project.config.catalogue), project.config.centre.language)
        channels = open_channels(project.config, tokens, front)
        stack.push_async_callback(_stop, channels)
        await asyncio.gather(answering.ready(), *(channel.start() for channel in channels))
        LOG.info("ready: %s", ", ".join(channel.key for channel in channels))
        schedule.start()
        stack.push_async_callback(schedule.stop)
        ready()
        failure = await _until_over(stop, [keeping, *(channel.failed() for channel in channels)])
    if failure:
        raise Mistake(failure.id, **failure.params)


async def _until_over(stop: asyncio.Event, failing: Sequence[Awaitable[Message]]) -> Message | None:
    """Wait for the word to stop, or for something that cannot go on; then why."""
    stopped = asyncio.ensure_future(stop.wait())
    failures = [asyncio.ensure_future(failed) for failed in failing]
    try:
        await asyncio.wait([stopped, *failures], return_when=asyncio.FIRST_COMPLETED)
        return next((each.result() for each in failures if each.done()), None)
    finally:
        for task in (stopped, *failures):
            task.cancel()


async def _stop(channels: Sequence[Channel]) -> None:
    LOG.info("stopping")
    try:
        async with asyncio.timeout(STOP_S):
            results = await asyncio.gather(*(channel.stop() for channel in channels), return_exceptions=True)
    except TimeoutError:
        LOG.warning("some answers were not finished within %g s", STOP_S)
        return
    for result in results:
        if isinstance(result, Exception):
            LOG.error("a channel did not stop cleanly", exc_info=result)
