"""`/healthz` and `/readyz`: whether the bot lives and can do its work; the same for systemd. Without any secret."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress

from aiohttp import web

from bot.operations.watch import Watch
from warehouse.messages import UserError, system_reason


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


def tell(what: str) -> None:
    """Send `READY=1`, `WATCHDOG=1` or `STOPPING=1` to where NOTIFY_SOCKET says."""
    where = os.environ.get("NOTIFY_SOCKET")
    if not where:
        return
    # The supervisor's socket that is gone is no reason not to serve.
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaker:
        speaker.connect("\0" + where[1:] if where.startswith("@") else where)
        speaker.sendall(what.encode())


STALE_S = 30.0
"""A loop that has not come round for so long hangs."""


class HealthServer:
    """The two pages, at the address of [health] listen."""

    def __init__(self, listen: str, pulse: Heartbeat, watch: Watch) -> None:
        self._listen = listen
        self._pulse = pulse
        self._watch = watch
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Serve. Raises UserError if nothing can listen there."""
        app = web.Application()
        app.router.add_get("/healthz", self._alive)
        app.router.add_get("/readyz", self._ready)
        host, port = address(self._listen)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self.stop()
            raise UserError(
                "In svodka.toml, health.listen: nothing can listen at {given} ({reason}).",
                given=self._listen,
                reason=system_reason(error),
            ) from None

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _alive(self, _request: web.Request) -> web.Response:
        alive = self._pulse.age_s < STALE_S
        seen = {"alive": alive, "heartbeat_s": round(self._pulse.age_s, 1)}
        return web.json_response(seen, status=200 if alive else 503)

    async def _ready(self, _request: web.Request) -> web.Response:
        failing = self._watch.failing()
        seen = {name: "ok" if said is None else str(said) for name, said in self._watch.latest.items()}
        body = {"ready": not failing, "failing": failing, "checks": seen}
        return web.json_response(body, status=503 if failing else 200)


def address(listen: str) -> tuple[str, int]:
    """Host and port. Raises UserError for what is no address."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise UserError(
            'In svodka.toml, health.listen: "{given}" is no address; one is named like 127.0.0.1:8080.', given=listen
        )
    return host.strip("[]"), int(port)
