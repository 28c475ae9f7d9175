"""The plan/fact digest of a centre that sells and serves, and those to begin with for centres of other kinds."""

from __future__ import annotations

from collections.abc import Mapping

from digests.model import FigureSpec, Group, ReportSpec, Section
from warehouse.messages import N_

PICTURES = (
    "scoreboard",
    "target-traffic",
    "service-level",
    "aht",
    "calls-lcr",
    "reservations",
    "chats-aht",
    "voice-bot",
)
"""Of a digest of plan and fact, in their order."""

_LINE_AHT = N_("Average handling time (AHT), {line}")
_LINE_LCR = N_("Lost calls (LCR), {line}")
_LINE_SL = N_("Service level, {line}")
_CHAT_AHT = N_("Average handling time, up to 4 chats at once (AHT)")
_SERVICE_CALLS = "service.calls.in"

_TARGET = Group(
    (
        FigureSpec(
            "target.inbound", "target_in", None, N_("Inbound calls + internet leads + inbound chats"), plan=True
        ),
        FigureSpec("target.outbound", "target_out", None, N_("Outbound telemarketing"), plan=True),
    ),
    N_("Target traffic"),
)
_RESERVES = Group(
    (
        FigureSpec(
            "reserves.sqm",
            "reserves_m2",
            None,
            N_("Reservations against plan, sq. m"),
            plan=True,
            show="execution",
        ),
    )
)
_SALES_LOAD = Group(
    (
        FigureSpec("sales.calls.in", "calls", "sales", N_("Inbound calls"), plan=True),
        FigureSpec("sales.lcr", "lcr", "sales", N_("Lost calls (LCR)"), plan=True, remark="all_called_back"),
        FigureSpec("sales.leads", "leads", "sales", N_("Inbound internet leads")),
        FigureSpec("sales.calls.out", "calls_out", "sales", N_("Outbound calls")),
        FigureSpec("sales.chats", "chats", "sales", N_("Inbound chats, sales"), plan=True),
        FigureSpec("support.chats", "chats", "support", N_("Inbound chats, Support"), plan=True),
    )
)
_SERVICE = Group(
    (
        FigureSpec(_SERVICE_CALLS, "calls", "service", N_("Inbound calls (Inhouse + AKC Move-in)")),
        FigureSpec("service.calls.in.inhouse", "calls", "inhouse", "{line}", part_of=_SERVICE_CALLS),
        FigureSpec("service.calls.in.akc", "calls", "akc", "{line}", part_of=_SERVICE_CALLS),
        FigureSpec("service.aht.inhouse", "aht", "inhouse", _LINE_AHT, plan=True),
        FigureSpec("service.aht.akc", "aht", "akc", _LINE_AHT, plan=True),
        FigureSpec("service.lcr.inhouse", "lcr", "inhouse", _LINE_LCR, plan=True),
        FigureSpec("service.lcr.akc", "lcr", "akc", _LINE_LCR, plan=True),
        FigureSpec("service.sl.inhouse", "sl", "inhouse", _LINE_SL, plan=True),
        FigureSpec("service.sl.akc", "sl", "akc", _LINE_SL, plan=True),
        FigureSpec("service.chats", "chats", "inhouse", N_("Inbound chats")),
        FigureSpec("service.chats.aht", "chat_aht", "inhouse", _CHAT_AHT, plan=True),
    )
)
_DESK = Group(
    (
        FigureSpec("sd.routed", "desk_routed", None, N_("Tickets routed")),
        FigureSpec("sd.closed", "desk_closed", None, N_("Tickets closed")),
        FigureSpec("sd.tasks", "desk_tasks", None, N_("Tasks done")),
    ),
    N_("Service Desk"),
)
_BOT = Group(
    (
        FigureSpec("bot.handled", "bot_calls", None, N_("Handled")),
        FigureSpec("bot.asa", "bot_wait", None, N_("Average wait for an answer"), plan=True),
        FigureSpec("bot.dialog", "bot_dialogue", None, N_("Average dialogue with the bot")),
        FigureSpec("bot.correct", "bot_correct", None, N_("Correct handovers from the bot to agents")),
    )
)

BIWEEKLY = ReportSpec(
    "biweekly",
    N_("Digest"),
    aliases=("двухнедельный", "двухнедельный отчёт", "biweekly", "fortnightly"),
    sections=(
        Section(N_("Sales"), (_TARGET, _RESERVES)),
        Section(N_("Load on the lines / Sales"), (_SALES_LOAD,)),
        Section(N_("Service"), (_SERVICE, _DESK)),
        Section(N_("Voice bot"), (_BOT,)),
    ),
    pictures=PICTURES,
)


_INBOUND = Group(
    (
        FigureSpec("calls.in", "calls", None, N_("Inbound calls"), plan=True),
        FigureSpec("sl", "sl", None, N_("Service level"), plan=True),
        FigureSpec("lcr", "lcr", None, N_("Lost calls (LCR)"), plan=True),
        FigureSpec("asa", "asa", None, N_("Average wait for an answer")),
        FigureSpec("aht", "aht", None, N_("Average handling time (AHT)"), plan=True),
    )
)
_CHATS = Group(
    (
        FigureSpec("chats", "chats", None, N_("Inbound chats")),
        FigureSpec("chats.aht", "chat_aht", None, N_("Average handling time of a chat"), plan=True),
    )
)
_TICKETS = Group(
    (
        FigureSpec("sd.routed", "desk_routed", None, N_("Tickets routed")),
        FigureSpec("sd.closed", "desk_closed", None, N_("Tickets closed")),
    ),
    N_("Service Desk"),
)
_REQUESTS = Group(
    (
        FigureSpec(
            "target.inbound", "target_in", None, N_("Inbound calls + internet leads + inbound chats"), plan=True
        ),
        FigureSpec("leads", "leads", None, N_("Inbound internet leads")),
        FigureSpec("chats", "chats", None, N_("Inbound chats")),
    ),
    N_("Target traffic"),
)
_OUTBOUND = Group(
    (
        FigureSpec("calls.out", "calls_out", None, N_("Outbound calls"), plan=True),
        FigureSpec("target.outbound", "target_out", None, N_("Outbound telemarketing"), plan=True),
    )
)
_PEOPLE = Group(
    (
        FigureSpec("occupancy", "occupancy", None, N_("Occupancy")),
        FigureSpec("utilisation", "utilisation", None, N_("Utilisation")),
    )
)


def _digest(*sections: Section) -> ReportSpec:
    return ReportSpec(BIWEEKLY.key, BIWEEKLY.title, sections, pictures=PICTURES)


KINDS: Mapping[str, ReportSpec] = {
    "service": _digest(Section(N_("Service"), (_INBOUND, _CHATS, _TICKETS))),
    "sales": _digest(Section(N_("Sales"), (_REQUESTS, _INBOUND)), Section(N_("Outbound"), (_OUTBOUND,))),
    "telemarketing": _digest(Section(N_("Outbound"), (_OUTBOUND, _PEOPLE))),
}
"""By the word of `--kind`: figures of the whole centre, since nobody knows the lines' names yet."""
