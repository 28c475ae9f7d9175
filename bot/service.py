"""The running bot: everything composed in one place, in one process and one event loop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from typing import Any

from bot.channels.protocol import Channel, Front
from bot.channels.registry import open_channels
from bot.chat.answering import Answering
from bot.chat.menu import command_names
from bot.corrections.notices import ORDER
from bot.corrections.service import Corrections
from bot.delivery import operator_commands
from bot.delivery.poster import Poster
from bot.editorial.service import EditorialService
from bot.operations import health
from bot.operations.backups import Backups
from bot.operations.ending import LAST_S, STOP_S, Remaining, Unawaited, exit_within
from bot.operations.health import Heartbeat
from bot.operations.operators import Operators
from bot.operations.watch import Intervals, Watch, checks, undrawn_told
from bot.project import Project
from bot.schedule import runner
from bot.schedule.schedule import Schedule
from bot.state.lease import Lease
from bot.state.store import open_state
from bot.subscriptions.service import StandingQuestions
from bot.tokens import Tokens
from digests.document import Block
from digests.localizer import Localizer
from warehouse.messages import Message, UserError

LOG = logging.getLogger(__name__)
_BEAT_S = 1.0
_LAST_WORDS_S = 1.5
"""Of the time to stop in, what is kept for telling the operators, and as much again for the channels."""


async def run(project: Project, tokens: Tokens) -> None:
    """Serve until SIGTERM or SIGINT. Raises UserError for what must be mended."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_default_executor(Unawaited(thread_name_prefix="beside"))

    def ask_to_stop() -> None:
        exit_within(LAST_S, 0)
        stop.set()
        for name in (signal.SIGTERM, signal.SIGINT):
            # Told twice, it ends at once. Not by the system's own handling: the first process of a container has none.
            loop.remove_signal_handler(name)
            signal.signal(name, lambda number, _frame: os._exit(128 + number))
        LOG.info("stopping")  # from here on a second word is heard

    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, ask_to_stop)
    try:
        await serve(project, tokens, stop)
    except BaseException:
        exit_within(LAST_S - STOP_S, 1)
        raise


async def serve(
    project: Project,
    tokens: Tokens,
    stop: asyncio.Event,
    ready: Callable[[], None] = lambda: None,
    *,
    deliveries: runner.Poster | None = None,
    told: runner.Operators | None = None,
    intervals: Intervals = Intervals(),
) -> None:
    """Answer on every platform that has tokens, and post by the schedule, until told to stop.

    Raises UserError for what must be mended, and if another process works on this state.
    """
    began, remaining = time.perf_counter(), Remaining()
    async with AsyncExitStack() as stack:
        # The state is opened off the loop: it may have to be migrated.
        url, root = project.config.state.url, project.root
        state = await asyncio.to_thread(open_state, url, root, project.backups)
        stack.callback(state.close)
        lease = Lease(state)
        stack.push_async_callback(lease.give_back)
        if not await _unless(stop, lease.take()):
            return
        keeping = asyncio.ensure_future(lease.keep())
        stack.callback(keeping.cancel)
        answering = Answering(project, state, project.clock)
        stack.callback(answering.close)
        commands = command_names(project.config.catalogue, desk=project.config.has_editors)
        front = Front(answering, commands, project.config.centre.language)
        channels = open_channels(project.config, tokens, front)
        operators = Operators(project, state, project.clock)
        poster = Poster(state, channels, operators, project.localizer)
        desk = EditorialService(project, state, deliveries or poster, told or operators, lease.mine)
        schedule = Schedule(
            project,
            state,
            deliveries or poster,
            told or operators,
            lease.mine,
            editors=desk.approvals,
            columns=desk.approvals.columns,
        )
        desk.serve(schedule.desk, schedule.hurry)
        schedule.standing = desk.standing
        answering.desk = desk
        corrections = Corrections(project, state, channels, poster, operators)
        telling = StandingQuestions(project, state, answering, poster, channels, operators, lease.mine)
        answering.commands += telling.commands

        async def status(localizer: Localizer) -> tuple[Block, ...]:
            return (*await schedule.blocks(localizer), *await telling.blocks(localizer))

        answering.status = status
        backups = Backups(project, operators)
        answering.orders.pressed = operators.pressed
        answering.orders.register("backup", backups.ordered)
        answering.orders.register(operator_commands.PREFIX, operator_commands.handler(poster))
        answering.orders.register("run", schedule.ordered)
        answering.orders.register(ORDER, corrections.ordered)
        stack.enter_context(undrawn_told(answering.health.undrawn))
        watched = checks(project, state, channels, answering, intervals.away_s)
        watch, pulse = Watch(watched, operators, intervals=intervals), Heartbeat()
        if project.config.health.listen:
            from bot.operations.health import HealthServer  # a web server takes a while to load

            server = HealthServer(pulse, watch)
            await server.start(project.config.health.listen)
            stack.push_async_callback(server.stop)
        _beside(stack, _beat(pulse))
        stack.push_async_callback(lambda: _stop(channels, remaining.seconds()))
        await operators.start(channels)
        await desk.start(channels)
        stack.push_async_callback(lambda: _told(remaining, operators, desk.editors))
        _beside(stack, watch.run())
        health.tell("READY=1")

        async def begin() -> None:
            await asyncio.gather(answering.ready(), *(channel.start() for channel in channels))
            await watch.look()

        if await _unless(stop, begin()):
            _beside(stack, backups.run())
            await poster.resume()
            stack.push_async_callback(lambda: poster.stop(remaining.seconds(keep=2 * _LAST_WORDS_S)))
            _beside(stack, corrections.run())
            schedule.start()
            stack.push_async_callback(schedule.stop)
            _beside(stack, desk.run())
            _beside(stack, telling.subscriptions.run())
            _beside(stack, telling.alerts.run())
            LOG.info("ready in %.1f s: %s", time.perf_counter() - began, ", ".join(each.key for each in channels))
            ready()
        failure = await _until_over(stop, [keeping, *(channel.failed() for channel in channels)])
        remaining.begin()
        health.tell("STOPPING=1")
    if failure:
        raise UserError(failure.id, **failure.params)


def _beside(stack: AsyncExitStack, work: Coroutine[Any, Any, None]) -> None:
    """Do something as long as the bot runs."""
    task = asyncio.create_task(work)

    async def end() -> None:
        task.cancel()
        (result,) = await asyncio.gather(task, return_exceptions=True)
        if isinstance(result, Exception):
            LOG.error("what goes on beside the answers has ended before", exc_info=result)

    stack.push_async_callback(end)


async def _beat(pulse: Heartbeat) -> None:
    while True:
        pulse.beat()
        health.tell("WATCHDOG=1")
        await asyncio.sleep(_BEAT_S)


async def _unless(stop: asyncio.Event, work: Awaitable[object]) -> bool:
    """Do it unless told to stop before it is done; whether it was done. A platform may be away when we begin."""
    done, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait([done, stopped], return_when=asyncio.FIRST_COMPLETED)
        if done.done():
            await done
            return True
        done.cancel()
        await asyncio.gather(done, return_exceptions=True)
        return False
    finally:
        stopped.cancel()


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


async def _told(remaining: Remaining, *operators: Operators) -> None:
    """Let those who run the bot, and its editors, hear what waits for them."""
    within_s = min(_LAST_WORDS_S, remaining.seconds(keep=_LAST_WORDS_S))
    await asyncio.gather(*(each.stop(within_s) for each in operators))


async def _stop(channels: Sequence[Channel], within_s: float) -> None:
    try:
        async with asyncio.timeout(within_s):
            results = await asyncio.gather(*(channel.stop() for channel in channels), return_exceptions=True)
    except TimeoutError:
        LOG.warning("some answers were not finished in time")
        return
    for result in results:
        if isinstance(result, Exception):
            LOG.error("a channel did not stop cleanly", exc_info=result)
