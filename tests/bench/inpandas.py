"""The digest's figures with pandas, over the same files: the columns that are needed, filtered while they are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from tests.bench.byhand import Files, Found, completed

_CALLS = [
    *("contact_id", "call_id", "direction", "line", "started_at", "ended_at", "outcome", "wait_s"),
    *("talk_s", "hold_s", "wrap_s", "client_id", "is_target"),
]


def digest(files: Files, moments: Mapping[str, Any]) -> Found:
    """The figures."""
    start, end, as_of = moments["start"], moments["end"], moments["as_of"]
    calls = _read(files, "calls", "started_at", start, as_of + timedelta(microseconds=1), _CALLS)
    period = calls[calls.started_at < end]
    incoming, outgoing = period[period.direction == "in"], period[period.direction == "out"]
    chats = _read(files, "chats", "started_at", start, end, ["line", "accepted_at", "ended_at", "wrap_s", "is_target"])
    leads = _read(files, "leads", "created_at", start, end, ["line", "is_target"])
    reservations = _read(files, "reservations", "reserved_at", start, end, ["area_m2"])
    kinds = _read(files, "ticket_events", "at", start, end, ["kind"]).kind.value_counts()
    bot = _read(files, "bot_calls", "started_at", start, end, ["contact_id", "wait_s", "dialogue_s", "outcome"])
    sales, served = incoming[incoming.line == "sales"], chats[chats.line == "inhouse"]
    sessions = (served.ended_at - served.accepted_at).dt.total_seconds() + served.wrap_s.fillna(0)
    found = {
        "target.calls": incoming.is_target.sum(),
        "target.leads": leads.is_target.sum(),
        "target.chats": chats.is_target.sum(),
        "target.outbound": (outgoing.is_target & (outgoing.outcome == "answered")).sum(),
        "reserves.sqm": reservations.area_m2.sum(),
        "sales.calls.in": len(sales),
        "sales.lcr": _lost(sales),
        "sales.called_back": _called_back(sales, calls),
        "sales.leads": (leads.line == "sales").sum(),
        "sales.calls.out": (outgoing.line == "sales").sum(),
        "sales.chats": (chats.line == "sales").sum(),
        "support.chats": (chats.line == "support").sum(),
        "service.chats": len(served),
        "service.chats.aht": sessions.mean(),
        "sd.routed": kinds["routed"],
        "sd.closed": kinds["closed"],
        "sd.tasks": kinds["task_done"],
        "bot.handled": len(bot),
        "bot.asa": bot.wait_s.mean(),
        "bot.dialog": bot.dialogue_s.mean(),
        "bot.correct": _correct(bot, calls, end),
    }
    for line in ("inhouse", "akc"):
        of_line = incoming[incoming.line == line]
        answered = of_line[of_line.outcome == "answered"]
        base = len(answered) + ((of_line.outcome == "abandoned") & (of_line.wait_s > 30)).sum()
        found[f"service.calls.in.{line}"] = len(of_line)
        found[f"service.aht.{line}"] = (answered.talk_s + answered.hold_s.fillna(0) + answered.wrap_s.fillna(0)).mean()
        found[f"service.lcr.{line}"] = _lost(of_line)
        found[f"service.sl.{line}"] = 100 * (answered.wait_s <= 30).sum() / base
    return completed({key: float(value) for key, value in found.items()})


def trend(files: Files) -> list[tuple[float, ...]]:
    """By local month of all history: inbound calls, service level, lost calls."""
    first, end = datetime(1970, 1, 1), datetime(2026, 6, 15, 21)
    calls = _read(files, "calls", "started_at", first, end, ["direction", "started_at", "outcome", "wait_s"])
    calls = calls[calls.direction == "in"]
    answered, lost, slow = calls.outcome == "answered", calls.outcome == "abandoned", calls.wait_s > 30
    flags = pd.DataFrame(
        {"calls": 1, "met": answered & ~slow, "base": answered | (lost & slow), "lost": lost, "over": answered | lost}
    )
    sums = flags.groupby((calls.started_at + timedelta(hours=3)).dt.to_period("M")).sum()
    rows = zip(sums["calls"], 100 * sums.met / sums.base, 100 * sums.lost / sums.over, strict=True)
    return [tuple(map(float, row)) for row in rows]


def _read(files: Files, table: str, time: str, start: datetime, end: datetime, columns: list[str]) -> pd.DataFrame:
    return pd.read_parquet(files[table], columns=columns, filters=[(time, ">=", start), (time, "<", end)])


def _lost(calls: pd.DataFrame) -> float:
    return 100 * (calls.outcome == "abandoned").sum() / calls.outcome.isin(["answered", "abandoned"]).sum()


def _called_back(sales: pd.DataFrame, calls: pd.DataFrame) -> float:
    lost = sales[(sales.outcome == "abandoned") & sales.client_id.notna()].groupby("client_id").ended_at.max()
    talks = calls[(calls.direction == "out") | (calls.outcome == "answered")]
    joined = talks[["client_id", "started_at"]].merge(lost.rename("lost_at"), left_on="client_id", right_index=True)
    return 100 * joined[joined.started_at >= joined.lost_at].client_id.nunique() / len(lost)


def _correct(bot: pd.DataFrame, calls: pd.DataFrame, end: datetime) -> float:
    late = end + timedelta(days=1)
    answered = calls[(calls.direction == "in") & (calls.outcome == "answered") & (calls.started_at < late)]
    lines = answered.sort_values(["started_at", "call_id"]).groupby("contact_id").line.agg(["first", "last"])
    handed = bot[bot.outcome == "handed_over"].merge(lines, left_on="contact_id", right_index=True)
    return 100 * (handed["first"] == handed["last"]).mean()
