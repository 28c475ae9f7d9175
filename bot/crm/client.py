"""The API of amoCRM, of which only GET is used: never too fast, patient with faults, and quiet about its token."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.channels.rate_limit import Ceiling, InFlight
from bot.channels.retry import Clock, RetryPolicy
from bot.config.warehouse import AMOCRM_TOKEN
from warehouse.messages import UserError

LOG = logging.getLogger(__name__)

MOST_A_SECOND = 7
"""More requests than so many within a second are answered with 429, and who goes on is locked out."""
PAGE, EVENTS_PAGE = 250, 100
"""The most records that a page has. Accounts are known whose pages are shorter whatever is asked for."""
_TIMEOUT = aiohttp.ClientTimeout(total=60)
_TOO_FAST = RetryPolicy(1, longest=60, tries=11)
_FAULTS = RetryPolicy(1, longest=16, tries=6)


@dataclass(frozen=True)
class ApiPage:
    """One answer: its text as it came, what of it is a list, and whether another follows."""

    text: bytes
    records: tuple[Mapping[str, Any], ...]
    has_next: bool


class AmocrmClient:
    """One account, asked over one connection."""

    def __init__(self, account: str, token: str, per_second: int, clock: Clock = Clock()) -> None:
        self._base = f"{account if '://' in account else f'https://{account}'}".rstrip("/") + "/api/v4/"
        self._clock = clock
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/hal+json"}
        self._rate = InFlight(Ceiling(min(per_second, MOST_A_SECOND), 1.0), clock)
        self._too_fast, self._faults = (_on(policy, clock) for policy in (_TOO_FAST, _FAULTS))
        self._session: aiohttp.ClientSession | None = None
        self._on_the_way = 0
        self.requests = 0

    async def __aenter__(self) -> AmocrmClient:
        # Another pull may just have ended, whose requests still count.
        await self._clock.sleep(1.0)
        trace = aiohttp.TraceConfig()
        # Not where a request is made: over a connection that breaks, aiohttp makes it twice.
        trace.on_connection_reuseconn.append(self._in_turn)
        trace.on_connection_create_end.append(self._in_turn)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=1),
            headers=self._headers,
            timeout=_TIMEOUT,
            trace_configs=[trace],
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session:
            await self._session.close()

    async def page(self, path: str, entity: str, params: Mapping[str, str]) -> ApiPage:
        """Return a page of a list. An empty one is its end.

        Raises UserError if the account cannot be read: what must be mended, or that it is to be tried later.
        """
        text = await self._get(path, params)
        if not text:
            return ApiPage(b"", (), False)
        data = json.loads(text)
        records = data.get("_embedded", {}).get(entity, ()) if isinstance(data.get("_embedded", {}), dict) else ()
        return ApiPage(text, tuple(records), bool(records) and "next" in data.get("_links", {}))

    async def record(self, path: str) -> bytes:
        """Return the text of what stands at a path, empty if nothing does. Raises UserError as `page` does."""
        return await self._get(path, {})

    async def _get(self, path: str, params: Mapping[str, str]) -> bytes:
        too_fast, faults = self._too_fast.begin(), self._faults.begin()
        while True:
            status, text, pause = await self._asked(path, params)
            match status:
                case 200 if _is_whole(text):
                    return text
                case 204:
                    return b""
                case 429:
                    if too_fast.exhausted:
                        raise UserError("amoCRM has had enough of our questions (429): try again in an hour.")
                    LOG.info("amoCRM asks for a pause")
                    await too_fast.wait(pause)
                case 401 | 402 | 403 | 404 | 301 | 302 | 307 | 308:
                    raise _refusal(status)
                case 400 | 405 | 422:
                    raise UserError(
                        "amoCRM does not understand what it is asked ({status}, {path}): its API is another than that "
                        "of this version.",
                        status=status,
                        path=path,
                    )
                case _:
                    # Reading is harmless: whatever came of it, it may be tried again.
                    if faults.exhausted:
                        raise UserError(
                            "amoCRM does not answer ({status}): it is tried again later.", status=status or "-"
                        )
                    LOG.info("amoCRM: %s at %s, tried again", status or "no answer", path)
                    await faults.wait()

    async def _asked(self, path: str, params: Mapping[str, str]) -> tuple[int, bytes, float | None]:
        """Return the status of an answer, 0 if none came or not all of it, its text, and how long it asks to wait."""
        assert self._session is not None
        try:
            async with self._session.get(self._base + path, params=params, allow_redirects=False) as answer:
                return answer.status, await answer.read(), _seconds(answer.headers.get("Retry-After"))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            LOG.info("amoCRM: %s", type(error).__name__)
            return 0, b"", None
        finally:
            while self._on_the_way:
                self._on_the_way -= 1
                self._rate.arrived(1)

    async def _in_turn(self, *_: object) -> None:
        """Let a request go when it may."""
        await self._rate.acquire(1)
        self._on_the_way += 1
        self.requests += 1


def _on(policy: RetryPolicy, clock: Clock) -> RetryPolicy:
    return RetryPolicy(policy.first, policy.longest, tries=policy.tries, clock=clock)


def _is_whole(text: bytes) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _seconds(text: str | None) -> float | None:
    try:
        return max(float(text), 0.0) if text else None
    except ValueError:
        return None


def _refusal(status: int) -> UserError:
    match status:
        case 401:
            return UserError(
                "amoCRM does not take the token (401): it has expired or was withdrawn. Make a long-lived token in "
                "the integration's settings and give it in {name} or in the file that {name}_FILE names.",
                name=AMOCRM_TOKEN,
            )
        case 402:
            return UserError("The account of amoCRM is not paid for (402): nothing can be read until it is.")
        case 403:
            return UserError(
                "amoCRM has blocked this address, or the token may not read (403). Nothing is asked any more: wait a "
                "day, see that nothing else asks from here, and give the integration's user the right to see all."
            )
        case _:
            return UserError(
                "There is no account of amoCRM at the address in [amocrm] account ({status}): write it like "
                "example.amocrm.ru.",
                status=status,
            )
