"""`/healthz` and `/readyz`: whether the bot lives, and whether it can do its work; for machines, without any secret."""

from __future__ import annotations

from aiohttp import web

from bot.operating.pulse import Pulse
from bot.operating.watch import Watch
from warehouse.messages import Mistake, system_reason

STALE_S = 30.0
"""A loop that has not come round for so long hangs."""


class HealthServer:
    """The two pages, at the address of [health] listen."""

    def __init__(self, pulse: Pulse, watch: Watch) -> None:
        self._pulse = pulse
        self._watch = watch
        self._runner: web.AppRunner | None = None

    async def start(self, listen: str) -> None:
        """Serve. Raises Mistake if nothing can listen there."""
        app = web.Application()
        app.router.add_get("/healthz", self._alive)
        app.router.add_get("/readyz", self._ready)
        host, port = address(listen)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self.stop()
            raise Mistake(
                "In svodka.toml, health.listen: nothing can listen at {given} ({reason}).",
                given=listen,
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
    """Host and port. Raises Mistake for what is no address."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise Mistake(
            'In svodka.toml, health.listen: "{given}" is no address; one is named like 127.0.0.1:8080.', given=listen
        )
    return host.strip("[]"), int(port)
