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
        phrases=(
            *(
                "чатик",
                "чатики",
                "чатов",
                "чаты",
                "переписки",
                "диалоги в чате",
                "обращения в чат",
                "всего обращений в чат",
            ),
            *("обращения в чатах", "chats received", "conversations"),
        ),
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
        phrases=(
            *("time on chats", "ант чатов", "ант чата", "ант в чатах", "ант в чате", "аhт чатов", "аhт чата"),
            *("ахт чатов", "чаты ант", "чаты аht", "чаты аhт", "чаты aht", "aht чата", "aht чатов", "aht в чатах"),
            *("aht in chats", "aht of chats", "обрабатывает чаты", "обрабатывают чаты", "chat aht"),
            *("chat handle time", "chat handling time", "chat duration", "длительность чата", "длится чат"),
            *("время чата", "время обработки чата", "среднее время обработки чата", "среднее время чата", "chats aht"),
            "aht chats",
        ),
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
        phrases=(
            *(
                "ант чатов с поправкой",
                "время обработки чата с поправкой",
                "чистое время чата",
                "adjusted chat handling time",
                "chat aht adjusted",
            ),
        ),
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
        phrases=(
            *("чаты одновременно", "параллельные чаты", "сколько чатов одновременно", "concurrent chats"),
            *("chats at once", "одновременных чатов", "чатов ведут одновременно", "чатов одновременно"),
        ),
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
        phrases=(
            *("отвечали в чатах", "отвечали в чате", "быстро отвечали в чатах", "отвечаем в чатах"),
            *("average first response", "first response in chat", "время ответа в чате", "время ожидания в чате"),
            *("ожидание в чате", "ожидание чата", "ждут в чате", "ждут ответа в чате", "ждали в чате"),
            *("скорость ответа в чате", "время первого ответа в чате", "время реакции в чате", "asa чатов"),
            *("asa в чатах", "chat wait time", "chat response time", "first response time", "wait in chat"),
        ),
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
        phrases=(
            *("чатов упустили", "упустили чатов", "потерянные чаты", "пропущенные чаты", "потеряли чатов"),
            *("чатов потеряли", "брошенные чаты", "неотвеченные чаты", "процент потерянных чатов"),
            *("доля потерянных чатов", "lcr чатов", "lcr в чатах", "лцр чатов", "лср чатов", "missed chats"),
            *("abandoned chats", "dropped chats"),
        ),
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
        phrases=(
            *(
                "переводы чатов",
                "переводы в чатах",
                "перевод чата",
                "переведенные чаты",
                "transferred chats",
                "chat transfer rate",
            ),
        ),
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
        phrases=(*("целевой чат", "целевых чатов", "qualified chats", "target chat"),),
    ),
)
