"""What the bot serves by HTTP: whether it lives and can do its work, without any secret, and the pages of its posts."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from aiohttp import web

from bot.delivery.pages import INDEX
from bot.operations.watch import Heartbeat, Watch
from warehouse.messages import UserError, system_reason

STALE_S = 30.0
"""A loop that has not come round for so long hangs."""


Routes = Mapping[str, Callable[[web.Request], Awaitable[web.StreamResponse]]]


class HttpServer:
    """Answers GET at an address that a setting gives as text."""

    def __init__(self, setting: str, listen: str, routes: Routes) -> None:
        self._setting = setting
        self._listen = listen
        self._routes = routes
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Serve. Raises UserError if nothing can listen there."""
        app = web.Application()
        for path, handler in self._routes.items():
            app.router.add_get(path, handler)
        host, port = self._address()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self.stop()
            raise UserError(
                "In svodka.toml, {setting}: nothing can listen at {given} ({reason}).",
                setting=self._setting,
                given=self._listen,
                reason=system_reason(error),
            ) from None

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    def _address(self) -> tuple[str, int]:
        host, _, port = self._listen.rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65535:
            raise UserError(
                'In svodka.toml, {setting}: "{given}" is no address; one is named like 127.0.0.1:8080.',
                setting=self._setting,
                given=self._listen,
            )
        return host.strip("[]"), int(port)


def health_routes(pulse: Heartbeat, watch: Watch) -> Routes:
    """`/healthz` and `/readyz`."""

    async def alive(_request: web.Request) -> web.Response:
        lives = pulse.age_s < STALE_S
        seen = {"alive": lives, "heartbeat_s": round(pulse.age_s, 1)}
        return web.json_response(seen, status=200 if lives else 503)

    async def ready(_request: web.Request) -> web.Response:
        failing = watch.failing()
        seen = {name: "ok" if said is None else str(said) for name, said in watch.latest.items()}
        body = {"ready": not failing, "failing": failing, "checks": seen}
        return web.json_response(body, status=503 if failing else 200)

    return {"/healthz": alive, "/readyz": ready}


_NAME = re.compile(r"[A-Za-z0-9_-]{22}")
_PAGE_HEADERS = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def page_routes(directory: Path) -> Routes:
    """A page for whoever knows its name, whatever path a proxy puts before that; there is no list of them."""

    async def page(request: web.Request) -> web.StreamResponse:
        name = request.match_info["path"].rstrip("/").rpartition("/")[2]
        path = directory / name / INDEX
        if not _NAME.fullmatch(name) or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=_PAGE_HEADERS)

    return {"/{path:.*}": page}
