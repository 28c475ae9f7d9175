"""Sales: target traffic, leads and reservations."""

from __future__ import annotations

from metrics.model import Better, Count, Metric, Remark, Sum, SumOf, Unit, where
from warehouse.messages import N_, note

SALES = (
    Metric(
        key="target_in",
        title=N_("Target traffic, inbound"),
        about=N_("Inbound calls, leads and chats flagged as target traffic, in one sum."),
        unit=Unit.COUNT,
        better=Better.FLOOR,
        relation="",
        fact=SumOf(("target_calls_in", "target_leads", "target_chats")),
        aliases=("target", "целевой", "целевые", "целевой_трафик"),
    ),
    Metric(
        key="leads",
        title=N_("Internet leads"),
        about=N_("Leads created in the period."),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="leads",
        fact=Count(),
        aliases=("лиды", "лидов", "лид"),
    ),
    Metric(
        key="target_leads",
        title=N_("Target leads"),
        about=N_("Leads flagged as target traffic."),
        unit=Unit.COUNT,
        better=Better.FLOOR,
        relation="leads",
        fact=Count(where("is_target")),
        needs=("leads.is_target",),
        aliases=("целевые_лиды",),
    ),
    Metric(
        key="reserves",
        title=N_("Reservations"),
        about=N_("Reservations by the day they were made on, cancelled or not."),
        unit=Unit.COUNT,
        better=Better.FLOOR,
        relation="reservations",
        fact=Count(),
        aliases=("резервы", "резервов", "брони", "reservations"),
        plan_span="month",
    ),
    Metric(
        key="reserves_m2",
        title=N_("Reservations, square metres"),
        about=N_("Area reserved by the day it was reserved on; the plan is the month's."),
        unit=Unit.M2,
        better=Better.FLOOR,
        relation="reservations",
        fact=Sum("area_m2"),
        needs=("reservations.area_m2",),
        remarks=(
            Remark(
                where("without_area"),
                note("{n} reservation without an area", "{n} reservations without an area", n=0),
            ),
        ),
        aliases=("резервы_м2", "метры", "м2", "m2"),
        plan_span="month",
    ),
    Metric(
        key="reserves_in_call",
        title=N_("Reservations made during a call"),
        about=N_("Reservations flagged as made during a call."),
        unit=Unit.COUNT,
        better=Better.FLOOR,
        relation="reservations",
        fact=Count(where("in_call")),
        needs=("reservations.in_call",),
        aliases=("резервы_в_звонке",),
    ),
    Metric(
        key="reserves_cancelled",
        title=N_("Cancelled reservations"),
        about=N_("Reservations by the day they were cancelled on."),
        unit=Unit.COUNT,
        better=Better.CEILING,
        relation="cancellations",
        fact=Count(),
        needs=("reservations.cancelled_at",),
        aliases=("отмены", "cancellations"),
    ),
)
