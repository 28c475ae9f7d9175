"""Files that people send on the double of Telegram: as messages tell of them, and as the bot gets them."""

from __future__ import annotations

from itertools import count
from typing import Any

LARGEST = 20 * 1024 * 1024
"""What bots may download."""


class Refused(Exception):
    """An answer that is an error of the Bot API."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        self.body = {"ok": False, "error_code": code, "description": description, "parameters": parameters}
        self.code = code


class Uploads:
    def __init__(self) -> None:
        self._numbers = count(1)
        self._contents: dict[str, bytes] = {}
        self._paths: dict[str, bytes] = {}

    def photo(self, content: bytes) -> dict[str, Any]:
        """A message's fields: a photo comes in several sizes, the smallest first."""
        small, large = self._kept(b"small"), self._kept(content)
        sizes = [{**small, "width": 90, "height": 67}, {**large, "width": 1280, "height": 960}]
        return {"photo": sizes}

    def document(self, name: str, content: bytes) -> dict[str, Any]:
        """A message's fields; the kind is told by the name, whatever is inside."""
        kinds = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "pdf": "application/pdf"}
        kind = {"mime_type": kinds[name.rpartition(".")[2]]} if name.rpartition(".")[2] in kinds else {}
        return {"document": {**self._kept(content), "file_name": name, **kind}}

    def forget(self) -> None:
        """The server puts everything away."""
        self._contents.clear()

    def file(self, file_id: str) -> dict[str, Any]:
        """What getFile answers."""
        if file_id not in self._contents:
            raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        content = self._contents[file_id]
        if len(content) > LARGEST:
            raise Refused(400, "Bad Request: file is too big")
        path = f"photos/file_{next(self._numbers)}.jpg"
        self._paths[path] = content
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(content), "file_path": path}

    def at(self, path: str) -> bytes:
        """What stands at an address that getFile gave."""
        if path not in self._paths:
            raise Refused(404, "Not Found")
        return self._paths[path]

    def _kept(self, content: bytes) -> dict[str, Any]:
        name = f"file{next(self._numbers)}"
        self._contents[name] = content
        return {"file_id": name, "file_unique_id": f"u{name}", "file_size": len(content)}
