"""Channels side by side: volume, money, quality; and what one number for all of them hides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
from metrics.centre import Centre
from metrics.dimensions import LINE
from metrics.intervals import newcombe, wilson
from metrics.model import Unit
from metrics.relations.events import LEAD_WAITS_S
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.result import ReportResult, Session

_CHANNEL = "channel"
SIDE, _ONE_NUMBER = "channels.side", "channels.one_number"
CALL, CHAT, LEAD, TICKET = "call", "chat", "lead", "ticket"
TOGETHER = "together"
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
                AnalysisSpec(
                    SIDE,
                    N_("Side by side"),
                    N_(
                        "Cost that names no channel is shared out by the time of work: of calls talk, hold and wrap, "
                        "of chats the time people were engaged in them, not the sum of sessions. A call or a chat "
                        "costs by contacts handled, a ticket by those closed; together it is calls and chats."
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
    pictures=("channels",),
    drawn=(SIDE, _ONE_NUMBER),
    short=("contacts_handled", "cost_to_serve", "csat"),
    compared=True,
)


@dataclass(frozen=True)
class ChannelMeasure:
    """A row of what is told of channels side by side: which metric tells it of which channel."""

    key: str
    title: str
    unit: Unit | None
    """None: it is told in words."""
    by_channel: str = ""
    """The metric that tells it of every channel."""
    of_chats: str = ""
    """The metric of chats alone, by their channels."""
    of: Mapping[str, str] = field(default_factory=dict)
    """The metrics that tell it of one channel each."""
    cases: str = ""
    """Of which measure it tells the number of cases."""
    decimals: int = 0
    together: bool = True
    """Whether all channels together have it: a sum, or a ratio of sums."""

    @property
    def asked(self) -> tuple[tuple[str, str], ...]:
        """Its metrics, each with the channel that it is of; none: of all."""
        ways = ((self.by_channel, ""), (self.of_chats, CHAT), *((metric, of) for of, metric in self.of.items()))
        return tuple((metric, of) for metric, of in ways if metric)


MEASURES = (
    ChannelMeasure("in", N_("Came in"), Unit.COUNT, "", "chats", {CALL: "calls", LEAD: "leads", TICKET: "tickets"}),
    ChannelMeasure("handled", N_("Handled"), Unit.COUNT, "contacts_handled", of={TICKET: "desk_closed"}),
    ChannelMeasure("out", N_("Outbound"), Unit.COUNT, of={CALL: "calls_out"}),
    ChannelMeasure("cost", N_("Cost"), Unit.MONEY, "service_cost"),
    ChannelMeasure("cost_to_serve", N_("One contact"), Unit.MONEY, "cost_to_serve"),
    ChannelMeasure("compensations", N_("Compensations"), Unit.MONEY, "compensations"),
    ChannelMeasure(
        *("sla", N_("In time"), Unit.PERCENT, "", "chat_sl"),
        {CALL: "sl", LEAD: "lead_sl", TICKET: "ticket_sl"},
        together=False,
    ),
    ChannelMeasure("sla_norm", N_("norm"), None, cases="sla", together=False),
    ChannelMeasure("lost", N_("Lost"), Unit.PERCENT, "", "chat_lcr", {CALL: "lcr"}, decimals=1, together=False),
    ChannelMeasure("aht", N_("Handling time"), Unit.SECONDS, "", "chat_aht", {CALL: "aht"}, together=False),
    ChannelMeasure("csat", N_("CSAT"), Unit.PERCENT, "csat"),
    ChannelMeasure("csat_n", N_("answers"), Unit.COUNT, "csat", cases="csat"),
    ChannelMeasure("response_rate", N_("Response rate"), Unit.PERCENT, "response_rate"),
    ChannelMeasure("qa", N_("Quality score"), Unit.PERCENT, "qa"),
    ChannelMeasure("qa_n", N_("reviews"), Unit.COUNT, "qa", cases="qa"),
    ChannelMeasure("fcr", N_("FCR"), Unit.PERCENT, "fcr", decimals=1),
)
GROUPS = {
    N_("Volume"): ("in", "handled", "out"),
    N_("Money"): ("cost", "cost_to_serve", "compensations"),
    N_("Quality"): ("sla", "sla_norm", "lost", "aht", "csat", "csat_n", "response_rate", "qa", "qa_n", "fcr"),
}


def _side_asked(within: Slice) -> Sequence[Question]:
    asked = dict.fromkeys(
        within.question(metric, *(() if of not in ("", CHAT) else (_CHANNEL,)))
        for measure in MEASURES
        for metric, of in measure.asked
        if metric == "contacts_handled" or _told(within, metric)
    )
    return list(asked)


def _told(within: Slice, key: str) -> bool:
    """Whether a metric can be asked of what the report is of, and the records tell of it."""
    calculator = within.calculator
    metric = calculator.catalogue.get(key)
    narrowed = {*([LINE] if within.line else []), *(test.column for test in within.filters)}
    return narrowed <= {*calculator.catalogue.dimensions(metric)} and calculator.coverage.knows(metric)


def _side(within: Slice, answers: Sequence[Answer]) -> Findings:
    """One row a channel, and all of them together; a dash where the records or the definitions tell nothing."""
    by_metric = {answer.question.metric: answer for answer in answers}
    found: dict[str, dict[str, Value]] = defaultdict(dict)
    for measure in MEASURES:
        for metric, of in measure.asked:
            answer = by_metric.get(metric)
            if answer is None:
                continue
            facts = (
                {point.segment or of: point.fact for point in answer.points} if of in ("", CHAT) else {of: answer.fact}
            )
            for channel, fact in facts.items():
                value = fact.denominator if measure.cases else fact.value
                if channel and value is not None:
                    found[channel][measure.key] = value
        if measure.together:
            found[TOGETHER][measure.key] = _together(measure, by_metric, found)
    over = within.period.end <= within.calculator.now  # of a day under way nobody knows the cost
    for channel, told in found.items():
        cost, handled = _number(told.get("cost")), _number(told.get("handled"))
        if over and channel not in (CALL, CHAT, TOGETHER) and cost and handled:
            told.setdefault("cost_to_serve", cost / handled)
        if "sla" in told:
            told["sla_norm"] = _norm(within.calculator.centre, channel)
    channels = [key for key in found if key != TOGETHER and any(found[key].values())]
    first = {key: n for n, key in enumerate((CALL, CHAT))}
    last = {key: n for n, key in enumerate((LEAD, TICKET), start=len(channels))}
    by_volume = sorted(channels, key=lambda key: -_number(found[key].get("handled") or found[key].get("in")))
    order = sorted(by_volume, key=lambda key: first.get(key, last.get(key, len(first))))
    columns = (
        Column(_CHANNEL, N_("Channel"), of=_CHANNEL, titles={TOGETHER: N_("Together")}),
        *(Column(measure.key, measure.title, measure.unit, measure.decimals) for measure in MEASURES),
    )
    rows = tuple((key, *(found[key].get(measure.key) for measure in MEASURES)) for key in (*order, TOGETHER))
    return Findings((), columns, rows if order else (), across=True)


def _together(
    measure: ChannelMeasure, by_metric: Mapping[str, Answer], found: Mapping[str, Mapping[str, Value]]
) -> float | None:
    """What all channels together have: the whole of one metric, or the sum of several."""
    ways = [metric for metric, _ in measure.asked if metric in by_metric]
    if len(ways) == 1 and measure.by_channel in ways:
        fact = by_metric[ways[0]].fact
        return fact.denominator if measure.cases else fact.value
    own = [value for key, of in found.items() if key != TOGETHER and (value := of.get(measure.key)) is not None]
    return sum(map(_number, own)) if own else None


def _norm(centre: Centre, channel: str) -> Message:
    """What a channel calls in time."""
    own = {line.threshold_s for line in centre.lines.values() if line.threshold_s is not None}
    match channel:
        case "call" if own - {centre.service_level.threshold_s}:
            return note("of its line")
        case "call":
            return note("within {n} s", n=int(centre.service_level.threshold_s))
        case "lead":
            return note("within {n} min", n=int(LEAD_WAITS_S // 60))
        case "ticket":
            return note("when due")
        case _:
            return note("within {n} s", n=int(centre.chat_threshold_s))


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


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
    side = next((each.findings for each in result.analyses if each.spec.key == SIDE), None)
    found = next((each.findings for each in result.analyses if each.spec.key == _ONE_NUMBER), None)
    below = found.values.get("below") if found else None
    if found and isinstance(below, str) and result.fact("csat").value is not None:
        row = next(row for row in found.rows if row[0] == below)
        assert isinstance(row[2], float)
        said = {
            "whole": result.figure("csat").fact,
            "channel": value_title(localizer, _CHANNEL, below),
            "csat": numbers.in_unit(localizer, Unit.PERCENT, row[2], 0),
        }
        share = _share_handled(side, below)
        if share is None:
            yield note("CSAT is {whole}, but {channel}: {csat}; the mean hides it.", **said)
        else:
            yield note(
                "CSAT is {whole}, but {channel}: {csat}; with {share} of what is handled the mean hides it.",
                share=numbers.in_unit(localizer, Unit.PERCENT, share, 0),
                **said,
            )
    place = [measure.key for measure in MEASURES].index("cost_to_serve") + 1
    priced = [
        (price, str(row[0])) for row in (side.rows if side else ())[:-1] if isinstance(price := row[place], float)
    ]
    if len(priced) > 1:
        (most, dear), (least, cheap) = max(priced), min(priced)
        yield note(
            "A contact costs most in {dear}: {most}; least in {cheap}: {least}.",
            dear=value_title(localizer, _CHANNEL, dear),
            most=numbers.in_unit(localizer, Unit.MONEY, most, 0),
            cheap=value_title(localizer, _CHANNEL, cheap),
            least=numbers.in_unit(localizer, Unit.MONEY, least, 0),
        )


def _share_handled(side: Findings | None, channel: str) -> float | None:
    """How much of all that was handled was of a channel, in per cent."""
    place = [measure.key for measure in MEASURES].index("handled") + 1
    handled = {row[0]: _number(row[place]) for row in (side.rows if side else ())}
    whole = handled.get(TOGETHER)
    return 100 * handled[channel] / whole if whole and handled.get(channel) else None


def _picture(session: Session, result: ReportResult) -> object:
    from digests.pictures.channels import measures  # charts are not worth loading for a text

    return measures(session, result)


CHANNELS = Declared(
    SPEC,
    analyses={SIDE: Analysis(_side_asked, _side), _ONE_NUMBER: Analysis(_asked, _one_number)},
    pictures={"channels": _picture},
    summary=lambda session, result: tuple(_summary(session, result)),
)
