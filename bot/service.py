"""The running bot: `bot.app` begun, kept going and ended, in one process and one event loop."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, suppress
from typing import Any, TypeVar

from bot.app import App, compose
from bot.channels.protocol import AnyChannel
from bot.chat.questions.forms import forget_dictionary
from bot.operations.operators import Operators
from bot.operations.watch import Heartbeat, Intervals, undrawn_told
from bot.project import Project
from bot.settings import Tokens
from bot.state.lease import Lease
from bot.state.store import State, open_state
from warehouse.messages import Message, UserError
from warehouse.records import close_unused

LOG = logging.getLogger(__name__)
_T = TypeVar("_T")
_BEAT_S = 1.0
_UNUSED_S = 3.0
"""After so long without a question, what reading the records took is given back."""
_LAST_WORDS_S = 1.5
"""Of the time to stop in, what is reserved for telling the operators, and as much again for the channels."""
_STATE_S = 1.5
"""And for giving back the state at last."""


class Stopped(Exception):
    """The word to stop came first."""


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
    intervals: Intervals = Intervals(),
) -> None:
    """Answer on every platform that has tokens, and post by the schedule, until told to stop.

    Raises UserError for what must be mended, and if another process works on this state.
    """
    began, remaining = time.perf_counter(), Remaining()
    failure = None
    async with AsyncExitStack() as stack:
        try:
            state = await _opened(project, stop)
            lease = Lease(state)
            stack.push_async_callback(lambda: _give_back(state, lease, min(_STATE_S, remaining.seconds())))
            await unless(stop, lease.take())
            keeping = asyncio.ensure_future(lease.keep())
            stack.callback(keeping.cancel)
            app = compose(project, tokens, state, lease, intervals)
            await _begin(app, stack, stop, remaining)
            LOG.info("ready in %.1f s: %s", time.perf_counter() - began, ", ".join(each.key for each in app.channels))
            ready()
            failure = await _until_over(stop, [keeping, *(channel.failed() for channel in app.channels)])
        except Stopped:
            pass
        remaining.begin()
        _notify("STOPPING=1")
    if failure:
        raise UserError(failure.id, **failure.params)


async def _opened(project: Project, stop: asyncio.Event) -> State:
    """Open the state off the loop: it may have to be migrated, or wait for another process that does so.

    Nobody waits for it once the word to stop has come. What a migration has begun is undone with its transaction.
    """
    return await unless(stop, asyncio.to_thread(open_state, project.config.state.url, project.root, project.backups))


async def _begin(app: App, stack: AsyncExitStack, stop: asyncio.Event, remaining: Remaining) -> None:
    """Begin everything, and leave on the stack how it ends. Raises Stopped, and UserError for what must be mended."""
    stack.callback(app.answering.close)
    stack.enter_context(undrawn_told(app.answering.health.undrawn))
    for server in app.servers:
        await server.start()
        stack.push_async_callback(server.stop)
    _beside(stack, _beat(app.pulse))
    _beside(stack, _keep_trim())
    _beside(stack, app.inbox.serve(app.router))
    stack.push_async_callback(lambda: _stop(app.channels, remaining.seconds(keep=_STATE_S)))
    await app.operators.start()
    await app.editors.start()
    stack.push_async_callback(lambda: _send_last_words(remaining, app.operators, app.editors))
    _beside(stack, app.watch.run())
    _notify("READY=1")
    # A platform may be away when we begin, and another process may hold the state.
    await unless(stop, _connect(app))
    _beside(stack, app.backups.run())
    _beside(stack, app.pulls.run())
    _beside(stack, app.forecasts.run())
    await unless(stop, app.poster.resume())
    stack.push_async_callback(lambda: app.poster.stop(remaining.seconds(keep=_STATE_S + 2 * _LAST_WORDS_S)))
    _beside(stack, app.corrections.run())
    app.schedule.start()
    stack.push_async_callback(app.schedule.stop)
    _beside(stack, app.editorial.run())
    _beside(stack, app.trigger.run(app.editorial.run_due, app.schedule.run_due))
    _beside(stack, app.standing.subscriptions.run())
    _beside(stack, app.standing.alerts.run())
    _beside(stack, app.incidents.run())


async def _connect(app: App) -> None:
    await asyncio.gather(app.answering.ready(), *(channel.start() for channel in app.channels))
    await app.watch.look()


def _beside(stack: AsyncExitStack, work: Coroutine[Any, Any, None]) -> None:
    """Do something as long as the bot runs."""
    task = asyncio.create_task(work)

    async def end() -> None:
        task.cancel()
        (result,) = await asyncio.gather(task, return_exceptions=True)
        if isinstance(result, Exception):
            LOG.error("what goes on beside the answers has ended before", exc_info=result)

    stack.push_async_callback(end)


async def _keep_trim() -> None:
    """Let the system have what answers took, whenever nobody asks: 60 MB, which the next question has back in 60 ms."""
    while True:
        await asyncio.sleep(_UNUSED_S)
        await asyncio.to_thread(_trim, _UNUSED_S)


def _trim(unused_s: float) -> None:
    if not any([close_unused(unused_s), forget_dictionary(unused_s)]):
        return
    gc.collect()
    with suppress(AttributeError):  # not every system's library has it
        ctypes.CDLL(None).malloc_trim(0)  # what is free it keeps until it is told to, all but its last part


async def _beat(pulse: Heartbeat) -> None:
    while True:
        pulse.beat()
        _notify("WATCHDOG=1")
        await asyncio.sleep(_BEAT_S)


def _notify(what: str) -> None:
    """Send `READY=1`, `WATCHDOG=1` or `STOPPING=1` to where NOTIFY_SOCKET says."""
    where = os.environ.get("NOTIFY_SOCKET")
    if not where:
        return
    # The supervisor's socket that is gone is no reason not to serve.
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaker:
        speaker.connect("\0" + where[1:] if where.startswith("@") else where)
        speaker.sendall(what.encode())


async def unless(stop: asyncio.Event, work: Awaitable[_T]) -> _T:
    """Return what comes of some work. Raises Stopped if the word to stop comes first; the work is cancelled then."""
    done, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait([done, stopped], return_when=asyncio.FIRST_COMPLETED)
        if done.done():
            return await done
        done.cancel()
        await asyncio.gather(done, return_exceptions=True)
        raise Stopped
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


async def _send_last_words(remaining: Remaining, *operators: Operators) -> None:
    """Let those who run the bot, and its editors, hear what waits for them."""
    within_s = min(_LAST_WORDS_S, remaining.seconds(keep=_STATE_S + _LAST_WORDS_S))
    await asyncio.gather(*(each.stop(within_s) for each in operators))


async def _stop(channels: Sequence[AnyChannel], within_s: float) -> None:
    try:
        async with asyncio.timeout(within_s):
            results = await asyncio.gather(*(channel.stop() for channel in channels), return_exceptions=True)
    except TimeoutError:
        LOG.warning("some answers were not finished in time")
        return
    for result in results:
        if isinstance(result, Exception):
            LOG.error("a channel did not stop cleanly", exc_info=result)


async def _give_back(state: State, lease: Lease, within_s: float) -> None:
    """Let another process have the state, unless one holds it in a transaction of its own for longer than that."""
    try:
        async with asyncio.timeout(within_s):
            await lease.give_back()
            await asyncio.to_thread(state.close)
    except TimeoutError:
        LOG.warning("the state is held by another process: it is left as it is")


STOP_S = 7.5
"""What is in flight may take so long to finish after the word to stop, all of it together."""
LAST_S = 8.5
"""The process lives no longer than this after the word to stop; supervisors kill after ten seconds."""


class Remaining:
    """The time that is left of `STOP_S`, which the steps of stopping share."""

    def __init__(self, within_s: float = STOP_S) -> None:
        self._within_s = within_s
        self._until: float | None = None

    def begin(self) -> None:
        """Count from now."""
        self._until = asyncio.get_running_loop().time() + self._within_s

    def seconds(self, keep: float = 0.0) -> float:
        """What a step may take, where those after it are to have `keep` seconds; never less than nothing."""
        if self._until is None:
            self.begin()
        assert self._until is not None
        return max(0.0, self._until - asyncio.get_running_loop().time() - keep)


def exit_within(seconds: float, code: int) -> None:
    """End the process after so long, whatever it does then: a thread that computes cannot be told to stop.

    Like a kill, it loses nothing that was written before.
    """

    def end() -> None:
        LOG.warning("something did not end in time: the process ends without it")
        os._exit(code)

    last = threading.Timer(seconds, end)
    last.daemon = True
    last.start()


class Unawaited(ThreadPoolExecutor):
    """Threads whose work nobody waits for at the end: an event loop waits for those of its own as long as they take."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=False, cancel_futures=True)
