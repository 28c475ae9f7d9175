"""Files that people share on the double of Slack: as events tell of them, and as an app gets them."""

from __future__ import annotations

from itertools import count
from typing import Any

from aiohttp import web

Json = dict[str, Any]


class Shared:
    """`base` is the server's address; files are given to who shows the token and may read files."""

    def __init__(self, token: str) -> None:
        self.base = ""
        self.scopes = ""
        self.asked: list[str | None] = []
        """The Authorization of each request for a file."""
        self.faults: list[int] = []
        """Answers of this status come first."""
        self._token = token
        self._numbers = count(1)
        self._contents: dict[str, bytes] = {}
        self._known: dict[str, Json] = {}

    def upload(self, name: str, content: bytes, kind: str = "image/png", **more: Any) -> Json:
        """A file's object, as a message holds it."""
        number = f"FS{next(self._numbers)}"
        address = f"{self.base}/files-pri/T1-{number}"
        self._contents[number] = content
        self._known[number] = {
            "id": number,
            "name": name,
            "title": name,
            "mimetype": kind,
            "size": len(content),
            "mode": "hosted",
            "is_external": False,
            "file_access": "visible",
            "user": "U1",
            "filetype": kind.rpartition("/")[2],
            "url_private": f"{address}/{name}",
            "url_private_download": f"{address}/download/{name}",
            **more,
        }
        return self._known[number]

    def from_elsewhere(self, name: str, content: bytes, kind: str = "image/png") -> Json:
        """A file of another organisation: what it is must be asked for."""
        number = self.upload(name, content, kind)["id"]
        return {"id": number, "mode": "file_access", "file_access": "check_file_info", "created": 0, "timestamp": 0}

    def info(self, number: str) -> Json | None:
        return self._known.get(number)

    def delete(self, number: str) -> None:
        self._contents.pop(number, None)
        self._known.pop(number, None)

    async def get(self, request: web.Request) -> web.StreamResponse:
        """A file; who may not have it is sent to the page where people sign in."""
        shown = request.headers.get("Authorization")
        self.asked.append(shown)
        if self.faults:
            return web.Response(status=self.faults.pop(0))
        if shown != f"Bearer {self._token}" or "files:read" not in self.scopes.split(","):
            raise web.HTTPFound(f"{self.base}/signin?redir=files-pri")
        number = request.match_info["place"].partition("-")[2]
        if number not in self._contents:
            return web.Response(status=404)
        return web.Response(body=self._contents[number], content_type=str(self._known[number]["mimetype"]))

    @staticmethod
    async def sign_in(_: web.Request) -> web.StreamResponse:
        return web.Response(text="<!DOCTYPE html><title>Sign in</title>", content_type="text/html")
