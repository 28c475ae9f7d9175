"""amoCRM read into the lake: what changed since the last time, entity by entity, and where that was killed, from there.

Lists are walked in the order of ids over an open window of times of change: who is changed meanwhile stays in its
place. Only what is deleted moves what follows it, so a list in which something was deleted is walked again. Events do
not change: they are read in windows that end when the pull began.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from bot.channels.retry import Clock
from bot.crm.client import EVENTS_PAGE, PAGE, AmocrmClient, ApiPage
from warehouse.crm.amocrm import SOURCE, AmocrmOptions
from warehouse.crm.export import Export
from warehouse.crm.intake import PullPosition, Taken, take
from warehouse.ingest.rejects import Say
from warehouse.lake import Lake
from warehouse.merge import Merged
from warehouse.messages import Message, UserError, note
from warehouse.workspace import workspace

OVERLAP_S = 600
"""Each pull begins so much before the end of the last one: clocks differ, and events may come late."""
ROWS, SECONDS = 10_000, 60.0
"""What was read is put into the lake after so many rows, or so long."""
_DAY_S = 86_400
_LONGEST_WINDOW_S = 64 * _DAY_S
_WALKS_AGAIN = 3
"""An account in which something is deleted all the time would be walked for ever."""

_EVENTS = (
    *("lead_added", "lead_status_changed", "lead_deleted", "lead_restored", "entity_responsible_changed"),
    *("entity_merged", "task_completed", "task_deleted", "incoming_chat_message", "outgoing_chat_message"),
)


@dataclass(frozen=True)
class Walked:
    """A list of the API."""

    path: str
    list: str
    params: Mapping[str, str] = field(default_factory=dict)
    deleted: str = ""
    """The type of event that tells of one that is gone."""


_NOTES = {
    f"filter[note_type][{n}]": kind
    for n, kind in enumerate(("call_in", "call_out", "sms_in", "sms_out", "amomail_message"))
}
_LISTS: Mapping[str, Walked] = {
    "leads": Walked("leads", "leads", {"with": "contacts,source_id,loss_reason"}, "lead_deleted"),
    "leads_deleted": Walked("leads", "leads", {"with": "only_deleted"}),
    "contacts": Walked("contacts", "contacts", {}, "contact_deleted"),
    "leads_notes": Walked("leads/notes", "notes", _NOTES),
    "contacts_notes": Walked("contacts/notes", "notes", _NOTES),
    "tasks": Walked("tasks", "tasks", {}, "task_deleted"),
}
"""In their order: an event means something of a lead that is known."""
_ALWAYS = {
    "users": Walked("users", "users"),
    "pipelines": Walked("leads/pipelines", "pipelines"),
    "loss_reasons": Walked("leads/loss_reasons", "loss_reasons"),
}
"""Short lists that every portion needs."""
_COMPLETE = {
    "deals": ("leads",),
    "deal_stages": ("leads", "events"),
    "tasks": ("tasks", "events"),
    "touches": ("leads_notes", "contacts_notes", "tasks", "events"),
    "visits": ("leads", "tasks", "events"),
}
"""Tables, with what must be read before they are complete."""


class ReadProgress(Protocol):
    """Told how many rows of what were read."""

    def __call__(self, entity: str, rows: int) -> None: ...


@dataclass(frozen=True)
class Walk:
    """How far a list, or the events, are read."""

    began: int
    """When it began, in seconds since 1970: it is complete up to then."""
    since: int
    """From when on it is read; of the events the beginning of the window."""
    page: int = 1
    latest: int = 0
    """The latest time of change that was seen: the account's own clock may be another than ours."""
    newest_deletion: str = ""
    """The latest deletion before it began."""
    again: int = 0
    length: int = _DAY_S
    """Of the events: how long the window is."""


@dataclass(frozen=True)
class Cursor:
    """Everything that a pull knows of those before it; kept in the manifest."""

    account: str
    options: Mapping[str, Any]
    """What stood where in it: another city field tells another city of every deal."""
    until: Mapping[str, int] = field(default_factory=dict)
    """Entities, and up to when changes of theirs were seen."""
    complete: Mapping[str, int] = field(default_factory=dict)
    """Entities, and when the pull began that read them to their end last."""
    walks: Mapping[str, Walk] = field(default_factory=dict)
    """What is not read to its end yet."""

    @classmethod
    def of(cls, lake: Lake, account: str, options: AmocrmOptions) -> Cursor:
        """Return what is known of an account, read by these options; nothing of another one."""
        told = lake.manifest().cursors.get(SOURCE, {})
        anew = cls(account, {**asdict(options), "cities": list(options.cities)})
        if (told.get("account"), told.get("options")) != (account, anew.options):
            return anew
        return cls(
            account,
            anew.options,
            told["until"],
            told["complete"],
            {name: Walk(**walk) for name, walk in told["walks"].items()},
        )

    @property
    def is_stopped(self) -> bool:
        """Whether the pull before did not come to its end: events are the last that it reads."""
        return bool(self.walks) or self.complete.get("events", 0) < max(self.complete.values(), default=0)

    def at(self, entity: str, walk: Walk) -> Cursor:
        return replace(self, walks={**self.walks, entity: walk})

    def done(self, entity: str, walk: Walk) -> Cursor:
        """Return it with an entity read to its end."""
        seen = min(walk.began, walk.latest) if walk.latest else self.until.get(entity, walk.since)
        return replace(
            self,
            until={**self.until, entity: max(self.until.get(entity, 0), seen)},
            complete={**self.complete, entity: walk.began},
            walks={name: each for name, each in self.walks.items() if name != entity},
        )

    @property
    def progress(self) -> PullPosition:
        """What is put in force with the rows: this, and up to when tables are complete."""
        known = {
            table: datetime.fromtimestamp(min(self.complete[each] for each in needed), UTC).replace(tzinfo=None)
            for table, needed in _COMPLETE.items()
            if all(each in self.complete for each in needed)
        }
        return PullPosition(asdict(self), known)


@dataclass(frozen=True)
class Intake:
    """How records are put into the lake: all that `take` must know beside them."""

    lake: Lake
    options: AmocrmOptions
    timezone: str
    currency: str
    rejects_dir: Path
    say: Say = str


@dataclass(frozen=True)
class PullResult:
    """What a pull did."""

    requests: int
    rows: Mapping[str, int]
    """Records read, by entity."""
    tables: Mapping[str, Merged]
    removed: int
    resumed: bool
    """Whether it went on where an earlier one was stopped."""
    remarks: tuple[Message, ...] = ()


async def pull(
    client: AmocrmClient,
    account: str,
    intake: Intake,
    *,
    now: datetime,
    since: datetime | None = None,
    full: bool = False,
    advance: ReadProgress = lambda entity, rows: None,
    clock: Clock = Clock(),
) -> PullResult:
    """Read what changed since the last time; `since` (UTC) is from when on the first time, `full` all of it anew.

    What was read is in the lake in portions, each with how far that is. Raises UserError if the account cannot be read
    on; the next pull goes on from there.
    """
    cursor = Cursor.of(intake.lake, account, intake.options)
    if full:
        cursor = Cursor(account, cursor.options)
    with workspace(intake.lake.root) as room:
        pulling = _Pulling(client, intake, room, cursor, _epoch(now), _epoch(since) if since else 0, advance, clock)
        return await pulling.run()


class _Pulling:
    """One pull at work: pages laid down as files, and taken into the lake together."""

    def __init__(
        self,
        client: AmocrmClient,
        intake: Intake,
        room: Path,
        cursor: Cursor,
        now: int,
        since: int,
        advance: ReadProgress,
        clock: Clock,
    ) -> None:
        self._client, self._intake, self._room, self._cursor = client, intake, room, cursor
        self._now, self._since, self._advance, self._clock = now, since, advance, clock
        self._always, self._portion = dict[str, Path](), dict[str, Path]()
        self._resumed = cursor.is_stopped
        self._rows = dict[str, int]()
        self._waiting, self._laid_at = 0, clock.now()
        self._taken = list[Taken]()
        self._remarks = list[Message]()

    async def run(self) -> PullResult:
        try:
            await self._read()
        except UserError:
            if self._portion:
                await self._take()  # what came before it is not read again
            raise
        return PullResult(
            self._client.requests,
            self._rows,
            _summed(self._taken),
            sum(taken.removed for taken in self._taken),
            self._resumed,
            tuple(self._remarks),
        )

    async def _read(self) -> None:
        await self._read_always()
        lists = dict(_LISTS)
        if self._intake.options.client == "contact":
            del lists["contacts"]  # only their numbers are of use, and only as ids
        for entity, walked in lists.items():
            await self._walk(entity, walked)
        await self._take()  # where events begin, the leads tell
        await self._walk_events()
        await self._take(is_last=True)

    async def _read_always(self) -> None:
        text = await self._client.record("account")
        self._always["account"] = self._room / "account.json"
        self._always["account"].write_bytes(text or b"{}")
        for entity, walked in _ALWAYS.items():
            page = 1
            while True:
                found = await self._client.page(walked.path, walked.list, _paged(page, PAGE))
                self._lay(self._always, entity, found)
                if not found.has_next:
                    break
                page += 1

    async def _walk(self, entity: str, walked: Walked) -> None:
        """Read a list to its end, and again if something was deleted meanwhile."""
        walk = self._cursor.walks.get(entity)
        if walk is None:
            since = max(self._cursor.until.get(entity, self._since) - OVERLAP_S, 0)
            walk = Walk(self._now, since, newest_deletion=await self._newest(walked.deleted))
        while True:
            params = {**walked.params, "order[id]": "asc", **_paged(walk.page, PAGE)}
            if walk.since:
                params["filter[updated_at][from]"] = str(walk.since)
            found = await self._client.page(walked.path, walked.list, params)
            latest = max((int(each.get("updated_at") or 0) for each in found.records), default=0)
            walk = replace(walk, page=walk.page + 1, latest=max(walk.latest, latest))
            self._cursor = self._cursor.at(entity, walk)
            if found.has_next:
                await self._keep(entity, found)
                continue
            newest = await self._newest(walked.deleted)
            if newest == walk.newest_deletion or walk.again == _WALKS_AGAIN:
                if newest != walk.newest_deletion:
                    self._remarks.append(
                        note(
                            "Records of {entity} were deleted all the time: some may be missing. Pull with --full at "
                            "a quieter hour.",
                            entity=entity,
                        )
                    )
                self._cursor = self._cursor.done(entity, walk)
                await self._keep(entity, found)
                return
            walk = replace(walk, page=1, newest_deletion=newest, again=walk.again + 1)
            self._cursor = self._cursor.at(entity, walk)
            await self._keep(entity, found)

    async def _newest(self, deleted: str) -> str:
        """Return which deletion was the last: events come with the latest first."""
        if not deleted:
            return ""
        found = await self._client.page("events", "events", {"filter[type][0]": deleted, **_paged(1, 1)})
        return str(found.records[0]["id"]) if found.records else ""

    async def _walk_events(self) -> None:
        """Read the events up to when the pull began, window by window; quiet times in longer ones."""
        walk = self._cursor.walks.get("events")
        if walk is None:
            since = self._cursor.until.get("events", self._since)
            first = self._intake.lake.open().first_event("deals")
            if not since:
                since = _epoch(first) if first else self._now
            walk = Walk(self._now, max(since - OVERLAP_S, 0))
        types = {f"filter[type][{n}]": kind for n, kind in enumerate(_EVENTS)}
        while walk.since < walk.began:
            end = min(walk.since + walk.length, walk.began)
            window = {"filter[created_at][from]": str(walk.since), "filter[created_at][to]": str(end - 1)}
            found = await self._client.page("events", "events", {**types, **window, **_paged(walk.page, EVENTS_PAGE)})
            latest = max((int(each.get("created_at") or 0) for each in found.records), default=0)
            walk = replace(walk, page=walk.page + 1, latest=max(walk.latest, latest))
            if not found.has_next:
                length = min(walk.length * 2, _LONGEST_WINDOW_S) if walk.page == 2 else _DAY_S
                walk = replace(walk, since=end, page=1, length=length)
            self._cursor = self._cursor.at("events", walk)
            await self._keep("events", found)
        self._cursor = self._cursor.done("events", walk)

    async def _keep(self, entity: str, found: ApiPage) -> None:
        """Lay a page down, and take what lies there once it is enough."""
        self._lay(self._portion, entity, found)
        rows = len(found.records)
        self._rows[entity] = self._rows.get(entity, 0) + rows
        self._waiting += rows
        self._advance(entity, self._rows[entity])
        if self._waiting >= ROWS or self._clock.now() - self._laid_at >= SECONDS:
            await self._take()

    def _lay(self, files: dict[str, Path], entity: str, found: ApiPage) -> None:
        path = files.setdefault(entity, self._room / f"{entity}.json")
        with path.open("ab") as file:
            file.write(found.text + b"\n")

    async def _take(self, *, is_last: bool = False) -> None:
        """Put what lies there into the lake, with how far the pull has come."""
        files: dict[str, Sequence[Path]] = {name: [path] for name, path in {**self._always, **self._portion}.items()}
        intake, cursor = self._intake, self._cursor
        taken = await asyncio.to_thread(
            take,
            intake.lake,
            Export(files),
            intake.options,
            cursor.progress,
            timezone=intake.timezone,
            currency=intake.currency,
            rejects_dir=intake.rejects_dir,
            max_rejects=1.0,  # one record that is bad does not hold up those after it for ever
            say=intake.say,
            is_last=is_last,
        )
        self._taken.append(taken)
        for path in self._portion.values():
            path.unlink(missing_ok=True)
        self._portion.clear()
        self._waiting, self._laid_at = 0, self._clock.now()


def _paged(page: int, limit: int) -> dict[str, str]:
    return {"limit": str(limit), "page": str(page)}


def _epoch(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())


def _summed(taken: Sequence[Taken]) -> Mapping[str, Merged]:
    summed: dict[str, Merged] = {}
    for each in taken:
        for name, merged in each.tables.items():
            before = summed.get(name, Merged(0, 0, 0))
            summed[name] = Merged(
                before.added + merged.added, before.updated + merged.updated, before.unchanged + merged.unchanged
            )
    return summed
