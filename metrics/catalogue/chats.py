"""Chats: volumes, sessions, and the time agents were engaged in them."""

from __future__ import annotations

from metrics.model import Better, Count, Distinct, Mean, Metric, Ratio, Remark, ShortNames, Sum, Unit, where
from warehouse.messages import N_, note

_IN_WORK = Remark(where("in_work"), note("{n} chat in work", "{n} chats in work", n=0))
_UNKNOWN = Remark(
    where("unknown"),
    note("{n} chat open for over 4 hours, in no figure", "{n} chats open for over 4 hours, in no figure", n=0),
)
_WITHOUT_ACCEPTANCE = note(
    "{n} chat without an acceptance time left out", "{n} chats without an acceptance time left out", n=0
)
_NO_END = Remark(
    where("without_end"),
    note("{n} answered chat without an end left out", "{n} answered chats without an end left out", n=0),
)

CHATS = (
    Metric(
        key="chats",
        title=N_("Chats"),
        short=ShortNames(N_("Chats received"), N_("Chats: {line}"), N_("chats")),
        about=N_("Chats that entered the queue in the period, whatever their end."),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="chats",
        fact=Count(),
        aliases=("чаты", "чатов", "чат", "chat"),
    ),
    Metric(
        key="chat_aht",
        title=N_("Chat handling time (AHT)"),
        short=ShortNames(N_("AHT of chats"), N_("AHT of chats: {line}"), N_("AHT of chats")),
        about=N_("Sessions from acceptance to end, with wrap-up, over handled chats."),
        unit=Unit.SECONDS,
        better=Better.CEILING,
        relation="chats",
        fact=Mean("session_s", where("handled")),
        needs=("chats.accepted_at", "chats.ended_at"),
        remarks=(
            Remark(
                where("without_wrap"),
                note("without wrap-up: {n} chat", "without wrap-up: {n} chats", n=0),
            ),
            Remark(where("without_accept"), _WITHOUT_ACCEPTANCE),
            _NO_END,
        ),
        spread=False,
        aliases=("ант_чатов", "ахт_чатов", "обработка_чатов", "aht_chats", "aht_чатов"),
    ),
    Metric(
        key="chat_aht_adjusted",
        title=N_("Chat handling time, adjusted for concurrency"),
        about=N_("Agents' engaged time (the union of each agent's chats) over handled chats."),
        unit=Unit.SECONDS,
        better=Better.CEILING,
        relation="engaged",
        fact=Ratio(Sum("engaged_s"), Count()),
        needs=("chats.accepted_at", "chats.ended_at", "chats.agent_id"),
        spread=False,
    ),
    Metric(
        key="chat_concurrency",
        title=N_("Chats at once"),
        about=N_("Chat sessions over agents' engaged time."),
        unit=Unit.TIMES,
        better=Better.NEUTRAL,
        relation="engaged",
        fact=Ratio(Sum("session_s"), Sum("engaged_s")),
        needs=("chats.accepted_at", "chats.ended_at", "chats.agent_id"),
        spread=False,
        aliases=("одновременность", "concurrency"),
    ),
    Metric(
        key="chat_asa",
        title=N_("Chat wait"),
        about=N_("Waits of answered chats from queue entry to acceptance, over answered chats."),
        unit=Unit.SECONDS,
        better=Better.CEILING,
        relation="chats",
        fact=Mean("wait_s", where("answered")),
        needs=("chats.accepted_at",),
        remarks=(Remark(where("answered_without_wait"), _WITHOUT_ACCEPTANCE), _IN_WORK, _UNKNOWN),
        spread=False,
        bound=True,
        aliases=("ожидание_чатов", "asa_chats", "asa_чатов"),
    ),
    Metric(
        key="chat_lcr",
        title=N_("Lost chats"),
        about=N_("Chats lost in the queue over chats answered or lost."),
        unit=Unit.PERCENT,
        better=Better.CEILING,
        relation="chats",
        fact=Ratio(Count(where("lost")), Count(where("answered_or_lost"))),
        needs=("chats.outcome",),
        remarks=(_IN_WORK, _UNKNOWN),
        spread=False,
        bound=True,
        decimals=1,
        aliases=("сорвавшиеся_чаты", "потерянные_чаты", "lost_chats", "lcr_chats", "lcr_чатов"),
    ),
    Metric(
        key="chat_transfers",
        title=N_("Chat transfers"),
        about=N_("Chat contacts with a transfer, over chat contacts answered; each counts once."),
        unit=Unit.PERCENT,
        better=Better.CEILING,
        relation="chats",
        fact=Ratio(
            Distinct("contact_id", where("transferred")),
            Distinct("contact_id", where("answered")),
        ),
        needs=("chats.transferred_to",),
        spread=False,
        bound=True,
        decimals=1,
        aliases=("переводы_чатов",),
    ),
    Metric(
        key="target_chats",
        title=N_("Target chats"),
        about=N_("Chats flagged as target traffic."),
        unit=Unit.COUNT,
        better=Better.FLOOR,
        relation="chats",
        fact=Count(where("is_target")),
        needs=("chats.is_target",),
        aliases=("целевые_чаты",),
    ),
)
