"""amoCRM's API on loopback, as much of it as a pull needs: it limits, fails, and changes while it is read.

async with AmocrmDouble(Account.made_up(40)) as far:
    far.fault("429", "leads")
    ...
    assert far.worst_second <= 7
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from bot.channels.retry import Clock

TOKEN = "long-lived-token-of-the-tests"
START = 1_780_261_200
"""1 June 2026 by Moscow's clock, in seconds since 1970."""
HOUR, DAY = 3600, 86_400
PIPELINE = "1001"
NEW, PHONE, BOOKED, CAME, WON, LOST = "12", "13", "14", "16", "142", "143"
_STATUSES = (
    (NEW, "Новая заявка", 10, 1),
    (PHONE, "Телефон получен", 20, 0),
    (BOOKED, "Записан на консультацию", 30, 0),
    (CAME, "Консультация проведена", 40, 0),
    (WON, "Успешно реализовано", 10_000, 0),
    (LOST, "Закрыто и не реализовано", 11_000, 0),
)
Record = dict[str, Any]


@dataclass
class Account:
    """What an account holds: lists of records as the API gives them. Made with the words of a story."""

    leads: list[Record] = field(default_factory=list)
    contacts: list[Record] = field(default_factory=list)
    leads_notes: list[Record] = field(default_factory=list)
    contacts_notes: list[Record] = field(default_factory=list)
    tasks: list[Record] = field(default_factory=list)
    events: list[Record] = field(default_factory=list)
    currency: str = "RUB"
    now: int = START

    @classmethod
    def made_up(cls, leads: int, seed: int = 1) -> Account:
        """An account with so many leads on their ways, calls and tasks of theirs; the same ones for a seed."""
        made, chance = cls(), random.Random(seed)
        for number in range(leads):
            made.now = START + number * HOUR
            lead = made.lead(str(1000 + number), contact=str(5000 + number), phone=f"+7900{number:07}")
            for stage in (PHONE, BOOKED, CAME, chance.choice((WON, LOST))):
                if chance.random() < 0.35:
                    break
                made.now += chance.choice((0, 60, DAY))
                made.move(lead, stage)
            for _ in range(chance.randrange(3)):
                made.now += 300
                made.call(lead, seconds=chance.choice((0, 40)), on_contact=chance.random() < 0.3)
            if number % 2 == 0:
                task = made.task(lead, due=made.now + DAY)
                if number % 4 == 0:
                    made.complete(task)
        made.now = START + (leads + 100) * HOUR
        return made

    def lead(self, number: str, *, contact: str = "", phone: str = "", stage: str = NEW, **more: Any) -> Record:
        contacts = [{"id": int(contact), "is_main": True}] if contact else []
        record = {
            "id": int(number),
            "price": 1000,
            "responsible_user_id": 501,
            "pipeline_id": int(PIPELINE),
            "status_id": int(stage),
            "loss_reason_id": None,
            "source_id": None,
            "is_deleted": False,
            "created_at": self.now,
            "updated_at": self.now,
            "closed_at": None,
            "custom_fields_values": None,
            "_embedded": {"tags": [], "contacts": contacts},
            **more,
        }
        self.leads.append(record)
        if contact:
            numbers = [{"field_code": "PHONE", "values": [{"value": phone}]}] if phone else None
            self.contacts.append({"id": int(contact), "updated_at": self.now, "custom_fields_values": numbers})
        self.event("lead_added", number)
        return record

    def move(self, lead: Record, stage: str) -> None:
        before, lead["status_id"], lead["updated_at"] = lead["status_id"], int(stage), self.now
        lead["closed_at"] = self.now if stage in (WON, LOST) else None
        places = [[{"lead_status": {"id": int(each), "pipeline_id": int(PIPELINE)}}] for each in (stage, before)]
        self.event("lead_status_changed", str(lead["id"]), after=places[0], before=places[1])

    def hand_over(self, lead: Record, owner: int) -> None:
        before, lead["responsible_user_id"], lead["updated_at"] = lead["responsible_user_id"], owner, self.now
        people = [[{"responsible_user": {"id": each}}] for each in (owner, before)]
        self.event("entity_responsible_changed", str(lead["id"]), after=people[0], before=people[1])

    def delete(self, lead: Record) -> None:
        self.leads.remove(lead)
        self.event("lead_deleted", str(lead["id"]))

    def note(self, kind: str, entity: str, *, on_contact: bool = False, **params: Any) -> Record:
        notes = self.contacts_notes if on_contact else self.leads_notes
        record = {
            "id": 90_000 + len(self.leads_notes) + len(self.contacts_notes),
            "entity_id": int(entity),
            "created_by": 501,
            "responsible_user_id": 501,
            "created_at": self.now,
            "updated_at": self.now,
            "note_type": kind,
            "params": params,
        }
        notes.append(record)
        return record

    def call(self, lead: Record, *, seconds: int, on_contact: bool = False) -> None:
        """A call to the client of a lead, which some telephony writes on the contact as well."""
        uniq = f"u{len(self.leads_notes)}"
        params = {"uniq": uniq, "duration": seconds, "call_status": 4 if seconds else 6}
        self.note("call_out", str(lead["id"]), **params)
        if on_contact:
            self.note("call_out", str(lead["_embedded"]["contacts"][0]["id"]), on_contact=True, **params)

    def task(self, lead: Record, *, due: int, kind: int = 1) -> Record:
        record = {
            "id": 30_000 + len(self.tasks),
            "responsible_user_id": 501,
            "created_by": 501,
            "task_type_id": kind,
            "entity_id": lead["id"],
            "entity_type": "leads",
            "duration": 1800,
            "is_completed": False,
            "created_at": self.now,
            "updated_at": self.now,
            "complete_till": due,
        }
        self.tasks.append(record)
        return record

    def complete(self, task: Record) -> None:
        task |= {"is_completed": True, "updated_at": self.now}
        self.event("task_completed", str(task["id"]), entity="task")

    def remove(self, task: Record) -> None:
        self.tasks.remove(task)
        self.event("task_deleted", str(task["id"]), entity="task")

    def event(
        self, kind: str, of: str, *, entity: str = "lead", after: Any = (), before: Any = (), by: int = 501
    ) -> None:
        self.events.append(
            {
                "id": f"{self.now:012}-{len(self.events):08}",
                "type": kind,
                "entity_id": int(of),
                "entity_type": entity,
                "created_by": by,
                "created_at": self.now,
                "value_after": list(after),
                "value_before": list(before),
            }
        )

    def lists(self) -> Mapping[str, list[Record]]:
        """All records, by what an export calls them."""
        statuses = [
            {"id": int(status), "name": name, "sort": sort, "type": kind} for status, name, sort, kind in _STATUSES
        ]
        pipelines = [{"id": int(PIPELINE), "name": "Продажи", "_embedded": {"statuses": statuses}}]
        return {
            "users": [{"id": 501 + n, "name": f"Сотрудник {n}"} for n in range(3)],
            "pipelines": pipelines,
            "loss_reasons": [{"id": 7, "name": "Дорого"}],
            **{name: getattr(self, name) for name in ("leads", "contacts", "leads_notes", "contacts_notes", "tasks")},
            "events": self.events,
        }

    def export(self, directory: Path) -> Path:
        """Write the account as an export: a list of records to a file."""
        directory.mkdir(exist_ok=True)
        (directory / "account.json").write_text(json.dumps({"id": 1, "currency": self.currency}))
        for name, records in self.lists().items():
            (directory / f"{name}.json").write_text(json.dumps(records, ensure_ascii=False), "utf-8")
        return directory


_LISTS = {
    "leads/pipelines": ("pipelines", "pipelines"),
    "leads/loss_reasons": ("loss_reasons", "loss_reasons"),
    "leads/notes": ("leads_notes", "notes"),
    "contacts/notes": ("contacts_notes", "notes"),
}
"""Lists whose path is not their name: what an export calls them, and a page."""


@dataclass
class Fault:
    kind: str
    path: str
    times: int = 1
    after_s: float | None = None


class AmocrmDouble:
    """An account behind the API's wire, with the service's limit: seven requests within any second."""

    def __init__(
        self,
        account: Account,
        *,
        cap: int = 250,
        clock: Clock = Clock(),
        stir: Callable[[str, list[Record]], None] = lambda path, page: None,
    ) -> None:
        """`cap` is the most records of a page, whatever is asked; `stir` is done after a page has left."""
        self.account, self._cap, self._clock, self._stir = account, cap, clock, stir
        self._faults: list[Fault] = []
        self._times: list[float] = []
        self.asked: list[str] = []
        """Paths, in their order."""
        self.refused: list[int] = []

    def fault(self, kind: str, path: str = "", *, times: int = 1, after_s: float | None = None) -> None:
        """Let the next requests of a path fail: `429`, `500`, `403`, `401`, `reset`, `half` a page, `html`."""
        self._faults.append(Fault(kind, path, times, after_s))

    def forgive(self) -> None:
        """Fail no more."""
        self._faults.clear()

    def calm(self) -> None:
        """Let nobody work in the account any more."""
        self._stir = lambda path, page: None

    @property
    def worst_second(self) -> int:
        """The most requests that came within a second."""
        return max((sum(at <= each < at + 1 for each in self._times) for at in self._times), default=0)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/api/v4/{path:.*}", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        now = self._clock.now()
        self._times.append(now)
        self.asked.append(path)
        if request.method != "GET":
            return self._refuse(405)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self._refuse(401)
        if sum(now - 1 < each <= now for each in self._times) > 7:
            return self._refuse(429)
        if fault := next((each for each in self._faults if each.path in path and each.times), None):
            fault.times -= 1
            return await self._fail(request, fault)
        if path == "account":
            return web.json_response({"id": 1, "currency": self.account.currency})
        return await self._page(request, path)

    async def _page(self, request: web.Request, path: str) -> web.StreamResponse:
        name, listed = _LISTS.get(path, (path, path))
        records = self._asked_for(self.account.lists()[name], request.query)
        if request.query.get("with") == "only_deleted":
            records = []
        limit = min(int(request.query.get("limit", 50)), self._cap, 100 if path == "events" else 250)
        page = int(request.query.get("page", 1))
        found = records[(page - 1) * limit : page * limit]
        if not found:
            return web.Response(status=204)
        links = {"next": {"href": "https://elsewhere.example/"}} if page * limit < len(records) else {}
        answer = web.json_response({"_page": page, "_links": links, "_embedded": {listed: found}})
        await answer.prepare(request)
        await answer.write_eof()
        self._stir(path, found)
        return answer

    def _asked_for(self, records: list[Record], query: Any) -> list[Record]:
        for column in ("updated_at", "created_at"):
            for bound, keeps in (("from", int.__ge__), ("to", int.__le__)):
                if (given := query.get(f"filter[{column}][{bound}]")) is not None:
                    records = [each for each in records if keeps(each[column], int(given))]
        types = {value for name, value in query.items() if name.startswith("filter[type]")}
        records = [each for each in records if not types or each["type"] in types]
        if records and "type" in records[0] and "value_after" in records[0]:
            return sorted(records, key=lambda each: str(each["id"]), reverse=True)  # events: the latest first
        return sorted(records, key=lambda each: int(each["id"]))

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        match fault.kind:
            case "reset" if request.transport:
                request.transport.abort()
                return web.Response()
            case "half":
                torn = web.StreamResponse(headers={"Content-Length": "5000", "Content-Type": "application/json"})
                await torn.prepare(request)
                await torn.write(b'{"_embedded":{"leads":[{"id"')
                if request.transport:
                    request.transport.abort()
                return torn
            case "html":
                return web.Response(text="<html>soon</html>", content_type="text/html")
            case _:
                headers = {} if fault.after_s is None else {"Retry-After": str(fault.after_s)}
                return self._refuse(int(fault.kind), headers)

    def _refuse(self, status: int, headers: Mapping[str, str] | None = None) -> web.Response:
        self.refused.append(status)
        return web.Response(status=status, text="<html>no</html>", content_type="text/html", headers=headers)
