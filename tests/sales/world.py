"""Half a month of two made-up towns, in which every figure of sales can be counted by hand.

1-15 June 2026, as of 16 June, noon, in Moscow. Eight deals: d1 came at the second booking and was signed; d2 did not
come and was lost; d3 jumped, its sale was taken back; d4 did not book; d5 is stuck and changed hands; d6 is of May and
was signed; d7 came in last; d8 is deleted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from digests.catalogue import REPORTS
from digests.engine import evaluate
from digests.export import report_object
from digests.localizer import Localizer
from digests.result import Session
from metrics.answers import Answer, Question, ask
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.centre import Centre, SalesRules
from metrics.periods import parse, to_utc
from metrics.plans.plans import Plans
from tests.kit import MOSCOW
from tests.operations.memory import Memory

Row = dict[str, Any]
JUNE = "2026-06-01..2026-06-15"
NOW = "06-16 12:00"
CENTRE = Centre(timezone=MOSCOW, sales=SalesRules(hours=(9.0, 21.0)))

STAGES = (
    ("new", 1, "incoming"),
    ("phone", 2, "phone"),
    ("booked", 3, "booked"),
    ("came", 4, "came"),
    ("won", 5, "won"),
    *((kind, None, kind) for kind in ("no_answer", "not_booked", "no_show", "lost")),
)
# deal, city, client, owner, created, amount, deleted
DEALS = (
    ("d1", "Лужки", "c1", "a1", "06-01 10:00", 60000.0, None),
    ("d2", "Лужки", "c2", "a1", "06-02 09:00", None, None),
    ("d3", "Лужки", "c3", "a2", "06-03 23:50", 45000.0, None),
    ("d4", "Заречье", "c4", "a2", "06-05 12:00", None, None),
    ("d5", "Заречье", "c5", "a2", "06-07 08:00", None, None),
    ("d6", "Заречье", "c6", "a2", "05-28 15:00", 90000.0, None),
    ("d7", None, "c1", "a2", "06-15 23:30", None, None),
    ("d8", "Лужки", "c8", "a1", "06-04 10:00", None, True),
)
HISTORY = {
    "d1": "new 06-01 10:00, phone 06-01 10:30, booked 06-02 12:00, no_show 06-04 18:00, booked 06-06 11:00, "
    "came 06-09 15:00, won 06-12 16:00",
    "d2": "new 06-02 09:00, booked 06-02 15:00, no_show 06-04 19:00, no_answer 06-07 12:10, lost 06-10 18:00",
    "d3": "new 06-03 23:50, came 06-05 14:00, won 06-05 17:00, came 06-08 10:00, lost 06-11 10:00",
    "d4": "new 06-05 12:00, phone 06-05 12:05, not_booked 06-08 19:00",
    "d5": "new 06-07 08:00, phone 06-07 09:00, booked 06-08 18:00",
    "d6": "new 05-28 15:00, phone 05-28 15:10, booked 05-30 12:00, came 06-03 12:00, won 06-15 23:58",
    "d7": "new 06-15 23:30",
    "d8": "new 06-04 10:00",
}
# touch, moment, client, deal, channel, direction, outcome, seconds, agent, robot, call
TOUCHES = (
    ("t1", "06-01 10:00:20", "c1", "d1", "call", "out", "no_answer", 0, "a1", None, None),
    ("t2", "06-01 10:28", "c1", None, "call", "out", "answered", 120, "a1", None, "u2"),
    ("t2b", "06-01 10:28", "c1", "d1", "call", "out", "answered", 120, "a1", None, "u2"),
    ("t3", "06-05 12:00", "c1", "d1", "sms", "out", None, None, None, True, None),
    ("t4", "06-06 10:55", "c1", "d1", "call", "out", "answered", 180, "a1", None, None),
    ("t5", "06-02 08:59:30", "c2", None, "call", "in", "answered", 60, "a1", None, None),
    ("t6", "06-04 12:00", "c2", "d2", "call", "out", "no_answer", 0, "a1", None, None),
    ("t7", "06-07 12:00", "c2", "d2", "call", "out", "no_answer", 0, "a1", None, None),
    ("t8", "06-10 17:00", "c2", "d2", "sms", "out", None, None, "a1", None, None),
    ("t9", "06-04 09:00", "c3", "d3", "call", "out", "answered", 300, "a2", None, None),
    ("t10", "06-05 12:20", "c4", "d4", "call", "out", "answered", 240, "a2", None, None),
    ("t11", "06-08 18:30", "c4", "d4", "call", "out", "no_answer", 0, "a2", None, None),
    ("t12", "06-07 08:40", "c5", "d5", "call", "out", "no_answer", 0, "a1", None, None),
    ("t13", "06-07 08:55", "c5", "d5", "call", "in", "answered", 90, "a1", None, None),
    ("t14", "06-13 10:00", "c1", None, "call", "in", "answered", 45, "a2", None, None),
    ("t15", "05-29 10:00", "c6", "d6", "call", "out", "answered", 200, "a2", None, None),
    ("t16", "06-14 11:00", "c6", "d6", "call", "out", "answered", 150, "a2", None, None),
)
# visit, deal, client, kind, booked, scheduled, outcome, its moment, the visit that it replaces
VISITS = (
    ("v1", "d1", "c1", "consultation", "06-02 12:00", "06-04 17:00", "no_show", "06-04 18:00", None),
    ("v2", "d1", "c1", "consultation", "06-06 11:00", "06-09 15:00", "came", "06-09 15:00", None),
    ("v3", "d2", "c2", "consultation", "06-02 15:00", "06-04 18:00", "no_show", "06-04 19:00", None),
    ("v4", "d3", "c3", "consultation", None, None, "came", "06-05 14:00", None),
    ("v5", "d5", "c5", "consultation", "06-08 18:00", "06-10 12:00", "moved", "06-10 10:00", None),
    ("v6", "d5", "c5", "consultation", "06-10 10:00", "06-17 12:00", None, None, "v5"),
    ("v7", "d6", "c6", "consultation", "05-30 12:00", "06-03 12:00", "came", "06-03 12:00", None),
    ("v8", "d6", "c6", "contract", "06-12 11:00", "06-15 23:30", "came", "06-15 23:40", None),
)
# task, agent, deal, due, seconds, all day, completed
TASKS = (
    ("k1", "a1", "d1", "06-02 10:00", 1800, None, "06-02 10:25"),
    ("k2", "a1", "d1", "06-02 10:20", 1200, None, "06-02 10:45"),
    ("k3", "a1", "d2", "06-02 13:00", 0, None, "06-02 13:10"),
    ("k4", "a1", "d2", "06-02 23:59", 0, True, "06-02 18:00:00"),
    ("k5", "a1", "d1", "06-02 23:59", 0, True, "06-02 18:00:30"),
    ("k6", "a2", "d5", "06-11 11:00", 900, None, None),
    ("k7", "a2", "d6", "06-03 09:00", 3600, None, "06-03 10:00"),
    ("k8", "a2", "d6", "06-03 10:00", 1800, None, "06-03 10:40"),
    ("k9", "a2", "d3", "06-03 15:00", 1800, None, "06-03 15:20"),
    ("k10", "a2", "d3", "06-04 23:30", 3600, None, "06-04 23:50"),
    ("k11", "a2", "d4", "06-05 09:00", 600, None, "06-05 09:05"),
)
# cost, origin, first day, last day, amount, kind
COSTS = (
    ("c1", "контекст", "05-16 00:00", "06-15 00:00", 310000.0, "media"),
    ("c2", "соцсети", "06-01 00:00", "06-30 00:00", 90000.0, "media"),
    ("c3", None, "06-10 00:00", "06-10 00:00", 60000.0, "agency"),
    ("c4", "контекст", "06-05 00:00", None, -20000.0, "media"),
    ("c5", "партнёры", "06-14 00:00", "06-16 00:00", 100000.0, "media"),
)
LEADS = (("контекст", 26), ("соцсети", 5), (None, 9))


def at(text: str | None) -> datetime | None:
    """A moment of 2026 by the clock of Moscow, as instants are kept."""
    return None if text is None else to_utc(datetime.fromisoformat(f"2026-{text}"), MOSCOW)


def rows() -> dict[str, list[Row]]:
    """The records of the world by table."""
    entries = [
        (deal, n, *entry.split(" ", 1)) for deal, way in HISTORY.items() for n, entry in enumerate(way.split(", "))
    ]
    touches = ("touch_id", "at", "client_id", "deal_id", "channel", "direction", "outcome", "duration_s", "agent_id")
    visits = ("visit_id", "deal_id", "client_id", "kind", "booked_at", "scheduled_at", "outcome", "outcome_at")
    return {
        "stages": [
            {
                "pipeline": "office",
                "stage": stage,
                "position": position,
                "kind": kind,
                "stuck_after_days": 7.0 if stage == "booked" else None,
            }
            for stage, position, kind in STAGES
        ],
        "deals": [
            {
                "deal_id": deal,
                "city": city,
                "client_id": client,
                "owner_id": owner,
                "created_at": at(created),
                "amount": amount,
                "deleted": deleted,
                "pipeline": "office",
                "stage": HISTORY[deal].split(", ")[-1].split(" ")[0],
            }
            for deal, city, client, owner, created, amount, deleted in DEALS
        ],
        "deal_stages": [
            {"change_id": f"{deal}-{n}", "deal_id": deal, "entered_at": at(when), "pipeline": "office", "stage": stage}
            for deal, n, stage, when in entries
        ],
        "deal_owners": [
            {"deal_id": deal, "from_at": at(created), "owner_id": "a1" if deal == "d5" else owner}
            for deal, _, _, owner, created, *_ in DEALS
        ]
        + [{"deal_id": "d5", "from_at": at("06-09 09:00"), "owner_id": "a2"}],
        "touches": [
            {**dict(zip((*touches, "is_auto", "call_id"), touch, strict=True)), "at": at(touch[1])} for touch in TOUCHES
        ],
        "visits": [
            {
                **dict(zip((*visits, "moved_from"), visit, strict=True)),
                "booked_at": at(visit[4]),
                "scheduled_at": at(visit[5]),
                "outcome_at": at(visit[7]),
                "at": at(visit[4] or visit[5] or visit[7]),
            }
            for visit in VISITS
        ],
        "tasks": [
            {
                "task_id": task,
                "agent_id": agent,
                "deal_id": deal,
                "due_at": at(due),
                "at": at(due),
                "duration_s": float(seconds),
                "all_day": all_day,
                "completed_at": at(completed),
            }
            for task, agent, deal, due, seconds, all_day, completed in TASKS
        ],
        "costs": [
            {
                "cost_id": cost,
                "origin": origin,
                "starts_on": at(first),
                "ends_on": at(last),
                "amount": amount,
                "kind": kind,
            }
            for cost, origin, first, last, amount, kind in COSTS
        ],
        "leads": [
            {
                "lead_id": f"l{origin}{n}",
                "line": "sales",
                "created_at": at(f"06-{1 + n % 15:02} 12:00"),
                "origin": origin,
                "is_target": True,
            }
            for origin, count in LEADS
            for n in range(count)
        ],
    }


class Sales:
    """Records in memory, to ask as one would."""

    def __init__(
        self, records: Mapping[str, Sequence[Row]], now: str = NOW, centre: Centre = CENTRE, *, derives: bool = True
    ) -> None:
        moment = at(now)
        assert moment is not None
        self.now = moment
        self.rows = records
        self.centre = centre
        self.records = Memory(records, moment, derives=derives)
        self.calculator = Calculator(self.records, centre, Catalogue(), moment)

    def ask(self, metric: str, *by: str, period: str = JUNE, **narrowed: Any) -> Answer:
        question = Question(metric, parse(period, self.centre.timezone), None, by, planned=False, **narrowed)
        (answer,) = ask(self.calculator, Plans(self.calculator), [question])
        return answer

    def value(self, metric: str, period: str = JUNE) -> float | None:
        return self.ask(metric, period=period).fact.value

    def parts(self, metric: str, *by: str, period: str = JUNE) -> dict[Any, float | None]:
        """The values by one dimension, or by several."""
        points = self.ask(metric, *by, period=period).points
        return {(p.values[0] if len(p.values) == 1 else p.values): p.fact.value for p in points}

    def session(self, language: str = "en", *, names: bool = True) -> Session:
        localizer = Localizer(language, self.centre.timezone, self.now.date())
        return Session(self.calculator, Plans(self.calculator), localizer, names)

    def report(self, key: str, period: str = JUNE, **narrowed: Any) -> dict[str, Any]:
        """A report as scripts get it, its parts by their keys."""
        of = self.session()
        result = evaluate(of, REPORTS[key].spec, parse(period, self.centre.timezone), **narrowed)
        whole = report_object(of, result)
        for part in ("figures", "tables", "analyses"):
            whole |= {each["key"]: each for each in whole[part]}
        return whole


def world(**sales: Any) -> Sales:
    """The world above, by conventions that may differ from the usual ones."""
    return Sales(rows(), centre=replace(CENTRE, sales=replace(CENTRE.sales, **sales)))


def row(part: Mapping[str, Any], name: Any) -> dict[str, Any]:
    """A row of a table by the value in its first column."""
    return next(dict(zip(part["header"], each, strict=True)) for each in part["rows"] if each[0] == name)
