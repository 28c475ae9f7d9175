"""What channels hear, until whoever answers takes it: channels are there before those who answer through them."""

from __future__ import annotations

import asyncio

from bot.chat.message import Answer, Incoming, Reply


class Inbox:
    """Given to channels to ask, and to whoever answers to serve."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[tuple[Incoming, asyncio.Future[Reply | None]]] = asyncio.Queue()

    async def ask(self, incoming: Incoming) -> Reply | None:
        """Wait for the reply to what was said; None is silence."""
        reply: asyncio.Future[Reply | None] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((incoming, reply))
        return await reply

    async def serve(self, answer: Answer) -> None:
        """Have everything answered, each beside the others, until cancelled; who asks no longer is not answered."""
        answering: set[asyncio.Task[None]] = set()
        try:
            while True:
                incoming, reply = await self._waiting.get()
                task = asyncio.create_task(_answered(answer, incoming, reply))
                answering.add(task)
                task.add_done_callback(answering.discard)
                reply.add_done_callback(lambda _, task=task: task.cancel())  # type: ignore[misc]
        finally:
            for task in answering:
                task.cancel()


async def _answered(answer: Answer, incoming: Incoming, reply: asyncio.Future[Reply | None]) -> None:
    try:
        said = await answer(incoming)
    except BaseException as error:
        if not reply.done():
            reply.set_exception(error)
        raise
    if not reply.done():
        reply.set_result(said)
