"""Channels side by side: volume, money, quality; and what one number for all of them hides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from digests import numbers
from digests.catalogue.declared import Declared
from digests.figures import value_title
from digests.model import (
    PERIOD,
    Analysis,
    AnalysisSpec,
    Column,
    FigureSpec,
    Findings,
    Group,
    ReportSpec,
    Section,
    Slice,
    TableSpec,
    Value,
)
from metrics.answers import Answer, Question
from metrics.intervals import newcombe, wilson
from metrics.model import Unit
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.result import ReportResult, Session

_CHANNEL = "channel"
_ONE_NUMBER = "channels.one_number"
_TREND = ("contacts_handled", "csat")
LEAST = 30
"""No channel is compared by fewer answers."""

SPEC = ReportSpec(
    "channels",
    N_("Channels side by side"),
    (
        Section(
            N_("Volume and money"),
            (
                Group(
                    (
                        FigureSpec("contacts_handled", "contacts_handled", None, N_("Contacts handled")),
                        FigureSpec("service_cost", "service_cost", None, N_("Cost of service")),
                        FigureSpec("cost_to_serve", "cost_to_serve", None, N_("Cost of a contact")),
                        FigureSpec("compensations", "compensations", None, N_("Compensations")),
                    )
                ),
                TableSpec(
                    "money",
                    N_("Volume and money by channel"),
                    ("cost_to_serve", "contacts_handled", "service_cost", "compensations"),
                    (_CHANNEL,),
                    picture=True,
                    headers=("cost_to_serve", "handled", "cost", "compensations"),
                    remark=N_(
                        "What names no channel is shared out by the time of work: of calls talk, hold and wrap-up, of "
                        "chats the time people were engaged in them, not the sum of sessions. Contacts are those of "
                        "calls and chats: of others none are counted."
                    ),
                ),
            ),
        ),
        Section(
            N_("Quality"),
            (
                Group(
                    (
                        FigureSpec("sl", "sl", None, N_("Calls in time")),
                        FigureSpec("chat_sl", "chat_sl", None, N_("Chats in time")),
                        FigureSpec("lead_sl", "lead_sl", None, N_("Leads in time")),
                        FigureSpec("ticket_sl", "ticket_sl", None, N_("Tickets in time")),
                        FigureSpec("csat", "csat", None, N_("Satisfied clients (CSAT)")),
                        FigureSpec("qa", "qa", None, N_("Quality score")),
                    ),
                    N_("In time: each channel by its own definition, so there is no common one"),
                ),
                TableSpec(
                    "quality",
                    N_("Quality by channel"),
                    ("csat", "qa", "survey_answers", "response_rate"),
                    (_CHANNEL,),
                    picture=True,
                ),
                AnalysisSpec(
                    _ONE_NUMBER,
                    N_("What one number hides"),
                    N_(
                        "Channels answer surveys with unlike readiness: CSAT by answers, and by contacts handled. "
                        "A difference is named where its interval (Newcombe) leaves out 0 and both have 30 answers."
                    ),
                ),
                TableSpec(
                    "trend", N_("Six periods"), ("cost_to_serve", "contacts_handled", "csat"), (PERIOD,), limit=6
                ),
            ),
        ),
    ),
    question=N_("What does each channel carry, cost and please?"),
    aliases=("каналы", "каналы обслуживания", "channels", "service channels"),
    short=("contacts_handled", "cost_to_serve", "csat"),
    compared=True,
)


def _asked(within: Slice) -> Sequence[Question]:
    return [within.question("csat", _CHANNEL), within.question("contacts_handled", _CHANNEL)]


def weighted(csat: Mapping[str, tuple[float, float]], handled: Mapping[str, float]) -> float | None:
    """Return the share of satisfied clients, each channel by its contacts rather than by its answers, in per cent."""
    known = {channel: handled[channel] for channel, (_, n) in csat.items() if n and handled.get(channel)}
    whole = sum(known.values())
    if not whole:
        return None
    return sum(n * 100 * csat[channel][0] / csat[channel][1] for channel, n in known.items()) / whole


def below_the_others(csat: Mapping[str, tuple[float, float]]) -> str | None:
    """Return the channel whose interval lies wholly below that of all others together; None where none does."""
    found = []
    for channel, (part, n) in csat.items():
        others = [each for key, each in csat.items() if key != channel]
        own = wilson(part, n)
        rest = wilson(sum(each[0] for each in others), sum(each[1] for each in others))
        if own and rest and n >= LEAST and own.high < rest.low:
            found.append((own.value, channel))
    return min(found)[1] if found else None


def _one_number(_: Slice, answers: Sequence[Answer]) -> Findings:
    scores, contacts = answers
    csat = {
        point.segment: (point.fact.numerator or 0.0, point.fact.denominator or 0.0)
        for point in scores.points
        if point.segment and point.fact.denominator
    }
    handled = {point.segment: point.fact.value or 0.0 for point in contacts.points if point.segment}
    if not csat:
        return Findings(missing=note("no data"))
    whole = sum(handled.values())
    rows: list[tuple[Value, ...]] = []
    for channel, (part, n) in sorted(csat.items(), key=lambda each: -each[1][1]):
        interval = wilson(part, n)
        assert interval is not None
        own = handled.get(channel)
        share = 100 * own / whole if own is not None and whole else None
        rows.append((channel, n, 100 * interval.value, 100 * interval.low, 100 * interval.high, own, share))
    sure = {channel: each for channel, each in csat.items() if each[1] >= LEAST}
    values: dict[str, Value] = {
        "by_answers": scores.fact.value,
        "by_contacts": weighted(csat, handled),
        "below": below_the_others(csat),
    }
    if len(sure) > 1:
        order = sorted(sure, key=lambda channel: sure[channel][0] / sure[channel][1])
        gap = newcombe(*sure[order[-1]], *sure[order[0]])
        if gap and gap.is_proven:
            values |= {"best": order[-1], "worst": order[0], "gap": 100 * gap.value}
            values |= {"gap_low": 100 * gap.low, "gap_high": 100 * gap.high}
    columns = (
        Column(_CHANNEL, N_("Channel"), of=_CHANNEL),
        Column("answered", N_("Answered"), Unit.COUNT),
        Column("csat", N_("CSAT"), Unit.PERCENT, 1),
        Column("low", N_("From"), Unit.PERCENT, 1),
        Column("high", N_("To"), Unit.PERCENT, 1),
        Column("handled", N_("Contacts handled"), Unit.COUNT),
        Column("share", N_("Of all contacts"), Unit.PERCENT, 1),
    )
    said = []
    by_answers, by_contacts = values["by_answers"], values["by_contacts"]
    if isinstance(by_answers, float) and isinstance(by_contacts, float):
        said.append(
            note(
                "CSAT is {answers}% by answers and {contacts}% by contacts handled.",
                answers=round(by_answers, 1),
                contacts=round(by_contacts, 1),
            )
        )
    return Findings(tuple(said), columns, tuple(rows), values)


def _summary(session: Session, result: ReportResult) -> Iterator[Message]:
    """Yield the channel that is worse than all others, else what a contact costs where."""
    localizer = session.localizer
    found = next((each.findings for each in result.analyses if each.spec.key == _ONE_NUMBER), None)
    below = found.values.get("below") if found else None
    if found and isinstance(below, str) and result.fact("csat").value is not None:
        row = next(row for row in found.rows if row[0] == below)
        assert isinstance(row[2], float)
        yield note(
            "CSAT is {whole}, but {channel}: {csat}; the mean hides it.",
            whole=result.figure("csat").fact,
            channel=value_title(localizer, _CHANNEL, below),
            csat=numbers.in_unit(localizer, Unit.PERCENT, row[2], 0),
        )
    money = result.table("money")
    if money and not money.missing:
        known = [(row.label, cell) for row in money.rows if (cell := row.cells[0]).fact.value is not None]
        if len(known) > 1:
            dearest = max(known, key=lambda each: each[1].fact.value or 0.0)
            cheapest = min(known, key=lambda each: each[1].fact.value or 0.0)
            yield note(
                "A contact costs most in {dear}: {most}; least in {cheap}: {least}.",
                dear=dearest[0],
                most=dearest[1].text,
                cheap=cheapest[0],
                least=cheapest[1].text,
            )


CHANNELS = Declared(
    SPEC,
    analyses={_ONE_NUMBER: Analysis(_asked, _one_number)},
    summary=lambda session, result: tuple(_summary(session, result)),
)
