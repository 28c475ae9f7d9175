"""Files that people share on Slack, to be fetched when somebody wants them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.pictures import away, checked, gone, too_large
from bot.channels.slack.send import reason_of
from bot.channels.slack.socket import AWAY
from bot.heard import Attached
from digests.images import LARGEST
from warehouse.messages import Mistake

Json = Mapping[str, Any]

_LOG = logging.getLogger("svodka.slack")
_HOME = "slack.com"
_SCOPE = "files:read"
_PAUSES = (0.5, 1.5)
"""Before each further try, in seconds: asking for a file twice does no harm."""
_GONE = frozenset({"file_not_found", "file_deleted"})


class Files:
    """Shared files of one workspace, as a client's token may read them."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    def attached(self, file: Json) -> Attached | None:
        """A file as an event tells of it; None, if it is gone already.

        Of a file from another organisation the event tells no more than its id: the rest is asked for with the file.
        """
        if file.get("mode") in ("tombstone", "hidden_by_limit") or not file.get("id"):
            return None
        name = str(file.get("name") or file.get("title") or file["id"])

        async def fetch() -> bytes:
            return await self._fetched(name, file)

        size = file.get("size")
        return Attached(name, str(file.get("mimetype") or ""), size if isinstance(size, int) else 0, fetch)

    async def _fetched(self, name: str, file: Json) -> bytes:
        for pause in (*_PAUSES, None):
            try:
                return await self._once(name, file)
            except SlackApiError as error:
                reason = reason_of(error)
                if reason in _GONE:
                    raise gone(name) from None
                if reason == "missing_scope":
                    raise _not_allowed(name) from None
                _LOG.info("A file could not be asked for: %s", reason or "no answer")
            except AWAY as error:
                _LOG.info("A file could not be fetched: %s", type(error).__name__)
            if pause is not None:
                await asyncio.sleep(pause)
        raise away(name)

    async def _once(self, name: str, file: Json) -> bytes:
        if file.get("file_access") == "check_file_info":
            file = (await self._client.files_info(file=str(file["id"])))["file"]
            name = str(file.get("name") or name)
        if isinstance(size := file.get("size"), int) and size > LARGEST:
            raise too_large(name)
        url = str(file.get("url_private_download") or file.get("url_private") or "")
        if not self._may_have_token(url):
            # A file that lies elsewhere and is only linked to: our token is not for there.
            raise Mistake('"{name}" does not lie on Slack: upload it there.', name=name)
        return await checked(name, await self._downloaded(name, url))

    def _may_have_token(self, url: str) -> bool:
        own, host = urlsplit(self._client.base_url), urlsplit(url)
        if host.netloc == own.netloc and host.scheme == own.scheme:
            return True
        name = host.hostname or ""
        return host.scheme == "https" and (name == _HOME or name.endswith(f".{_HOME}"))

    async def _downloaded(self, name: str, url: str) -> bytes:
        """The bytes at an address, no more of them than a picture may have. Raises Mistake."""
        headers = {"Authorization": f"Bearer {self._client.token}"}
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=self._client.timeout)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            # The token does not follow to another host: aiohttp leaves it behind.
            session.get(url, headers=headers, proxy=self._client.proxy) as answer,
        ):
            if answer.status in (401, 403) or answer.content_type == "text/html":
                # Who may not read files is sent to the page where people sign in.
                raise _not_allowed(name)
            if answer.status in (404, 410):
                raise gone(name)
            answer.raise_for_status()
            image = bytearray()
            async for chunk in answer.content.iter_chunked(1 << 16):
                image += chunk
                if len(image) > LARGEST:
                    raise too_large(name)
            return bytes(image)


def _not_allowed(name: str) -> Mistake:
    return Mistake(
        'Slack does not let me read "{name}": the app lacks {scope}. Give it the manifest that `svodka slack-manifest` '
        "prints, and install it to the workspace again.",
        name=name,
        scope=_SCOPE,
    )
