"""What a digest consists of, as `svodka.toml` gives it, and what a key stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from metrics.calculator import Calculator
from metrics.periods import Period, half_month
from warehouse.messages import N_, UserError, nearest
from warehouse.plans import PlanKey


@dataclass(frozen=True)
class FigureSpec:
    """One figure of a digest."""

    key: str
    metric: str
    line: str | None
    label: str
    plan: bool = False
    """Whether a plan is expected, so that its absence is said."""
    show: str = "fact"
    """`fact`, or `execution` of the plan alone."""
    remark: str | None = None
    """`all_called_back`: say so after the figure, where it is computed true."""
    part_of: str | None = None
    """The key of the figure above that this one is a part of."""
    alone: bool = False
    """Asked for by its metric, in no digest: its fact is the period's own, whatever its plan is of."""


@dataclass(frozen=True)
class Group:
    """Figures under a heading of their own, or under the section's."""

    figures: tuple[FigureSpec, ...]
    title: str | None = None


@dataclass(frozen=True)
class Section:
    title: str
    groups: tuple[Group, ...]


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


@dataclass(frozen=True)
class DigestSpec:
    """A digest by its key; `svodka digest KEY` builds it."""

    key: str
    title: str
    sections: tuple[Section, ...]
    pictures: tuple[str, ...] = PICTURES
    """The keys of its pictures in their order; those with nothing to show are left out."""

    @property
    def figures(self) -> tuple[FigureSpec, ...]:
        return tuple(f for section in self.sections for group in section.groups for f in group.figures)


REMARKS = ("all_called_back",)
SHOWS = ("fact", "execution")

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

BIWEEKLY = DigestSpec(
    "biweekly",
    N_("Digest"),
    (
        Section(N_("Sales"), (_TARGET, _RESERVES)),
        Section(N_("Load on the lines / Sales"), (_SALES_LOAD,)),
        Section(N_("Service"), (_SERVICE, _DESK)),
        Section(N_("Voice bot"), (_BOT,)),
    ),
)


def specs_for(
    keys: Sequence[str], line: str | None, figures: Mapping[str, FigureSpec], calculator: Calculator
) -> list[FigureSpec]:
    """Figures by their keys or by metrics' keys; `line` stands in for a figure's own.

    Raises UserError for an unknown key or line, with the nearest ones.
    """
    if line is not None:
        line = calculator.centre.find_line(line)
    return [_spec(key, line, figures, calculator) for key in keys]


def planned_figures(figures: Iterable[FigureSpec], period: Period, calculator: Calculator) -> list[PlanKey]:
    """The plans that figures expect in a period: of its half month, or of the month where the plan is a month's."""
    half = half_month(period.first_day, period.timezone).first_day
    keys: list[PlanKey] = []
    for figure in figures:
        metric = calculator.catalogue.get(figure.metric)
        if figure.plan and metric.plan_span == "month":
            keys.append((metric.key, figure.line, "month", half.replace(day=1)))
        elif figure.plan:
            keys.append((metric.key, figure.line, "half_month", half))
    return keys


def _spec(key: str, line: str | None, figures: Mapping[str, FigureSpec], calculator: Calculator) -> FigureSpec:
    known = figures.get(key)
    if known and line in (None, known.line):
        return known
    if known:
        return FigureSpec(key, known.metric, line, calculator.catalogue.get(known.metric).title, known.plan, known.show)
    try:
        metric = calculator.catalogue.get(key)
    except UserError:
        names = (*figures, *calculator.catalogue.keys)
        raise UserError(
            'There is no metric or figure "{given}". There are: {known}.', given=key, known=nearest(key, names)
        ) from None
    return FigureSpec(metric.key, metric.key, line, metric.title, alone=True)
