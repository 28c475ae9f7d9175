"""Digests to begin with, for centres of other kinds than the full one: `svodka init --kind service`."""

from __future__ import annotations

from collections.abc import Mapping

from digests.catalogue.biweekly import BIWEEKLY, PICTURES
from digests.model import FigureSpec, Group, ReportSpec, Section
from warehouse.messages import N_

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
