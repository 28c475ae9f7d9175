"""Touches as a picture: how many a contract takes, after how many somebody gives up, and how the pauses grow."""

from __future__ import annotations

from collections.abc import Sequence

from charts.forms.pairs import Aside, Pair, Pairs
from charts.model import Amount
from digests import numbers
from digests.catalogue.funnel import as_rows, part
from digests.catalogue.touches import FEW, given_up, growth
from digests.localizer import Localizer
from digests.model import Value
from digests.pictures.wording import chart_labels, data_as_of, sentences, span, titles
from digests.result import ReportResult, Session
from metrics.answers import exact
from warehouse.messages import N_

_GAPS = 9


def pairs(session: Session, result: ReportResult) -> Pairs | None:
    """Return the picture of touches; None of too few contracts and closings."""
    rows = as_rows(part(result, "counts"))
    gaps = [row for row in as_rows(part(result, "gaps")) if isinstance(row["n"], float) and row["n"] >= FEW][:_GAPS]
    totals = {key: sum(_n(row[key]) for row in rows) for key in ("contracts", "no_answer")}
    if max(totals.values()) < FEW:
        return None
    localizer = session.localizer
    mean, _ = given_up(result)
    contracts = result.figure("touches_to_contract").answer.fact.value
    shown = {key: total >= FEW for key, total in totals.items()}
    grows = growth(result)
    return Pairs(
        titles(*_captions(session, result, totals, shown)),
        chart_labels(localizer),
        localizer(N_("Share of deals by the number of touches, %")),
        tuple(_pair(localizer, row, totals, shown, mean, contracts) for row in rows),
        (
            localizer(N_("no answer: {n}"), n=_times(localizer, mean)) if shown["no_answer"] else "",
            localizer(N_("contract: {n}"), n=_times(localizer, contracts or 0.0)) if shown["contracts"] else "",
        ),
        localizer(N_("Median pause before the touch")),
        tuple(_gap(localizer, row, grows, n in (0, len(gaps) - 1)) for n, row in enumerate(gaps)),
        localizer(
            N_("before touch {place} it is {times} times as long"), place=grows[0], times=_times(localizer, grows[1])
        )
        if grows
        else "",
        _beside(session, result),
    )


def _n(value: Value) -> float:
    return value if isinstance(value, float) else 0.0


def _times(localizer: Localizer, value: float) -> str:
    return numbers.plain(localizer, exact(value), 1)


def _pair(
    localizer: Localizer,
    row: dict[str, Value],
    totals: dict[str, float],
    shown: dict[str, bool],
    mean: float,
    contracts: float | None,
) -> Pair:
    def share(key: str) -> Amount | None:
        if not shown[key]:
            return None
        value = 100 * _n(row[key]) / totals[key]
        return Amount(value, numbers.plain(localizer, exact(value), 0))

    label = str(row["touches"])
    middle = {str(round(mean)) if shown["no_answer"] else "", str(round(contracts or 0)) if shown["contracts"] else ""}
    return Pair(label, share("no_answer"), share("contracts"), label in middle)


def _gap(localizer: Localizer, row: dict[str, Value], grows: tuple[int, float, float] | None, end: bool) -> Pair:
    label, median = str(row["touch"]), _n(row["median"])
    strong = end or (grows is not None and label == str(grows[0]))
    return Pair(label, Amount(median, numbers.duration(localizer, median, short=True)), None, strong)


def _beside(session: Session, result: ReportResult) -> tuple[tuple[Aside, ...], tuple[Aside, ...]]:
    localizer = session.localizer
    figures = {figure.spec.key: figure.answer.fact for figure in result.figures}
    calls, sms, stage, talk = (
        figures[key] for key in ("calls_per_client", "sms_per_client", "touch_to_stage", "talk_no_answer")
    )
    above = []
    if calls.value is not None:
        above.append(Aside(localizer(N_("per client")), _times(localizer, calls.value), localizer(N_("calls"))))
    if sms.value is not None:
        above.append(Aside("", _times(localizer, sms.value), localizer(N_("SMS"))))
    below = []
    for fact, name in ((stage, N_("from touch to stage")), (talk, N_("conversation with who cannot be reached"))):
        if fact.value is not None:
            number, _, unit = numbers.duration(localizer, fact.value).replace("\N{NO-BREAK SPACE}", " ").partition(" ")
            below.append(Aside(localizer(name), number, unit))
    return tuple(above), tuple(below)


def _captions(
    session: Session, result: ReportResult, totals: dict[str, float], shown: dict[str, bool]
) -> tuple[str, str, str, Sequence[str]]:
    localizer = session.localizer
    subtitle = localizer(
        N_("Touches of a deal: calls, SMS, e-mails, messages; {period}"), period=span(localizer, result.period)
    )
    after = result.figure("touches_after_no_show").answer.fact
    footnote = sentences(
        localizer(
            N_("Outlined: contracts, {contracts}; solid: closed without an answer, {closed}"),
            contracts=int(totals["contracts"]),
            closed=int(totals["no_answer"]),
        ),
        localizer(N_("Robots are in no pause")),
        localizer(N_("Between a missed visit and the closing: {n}"), n=_times(localizer, after.value))
        if after.value is not None
        else "",
        data_as_of(localizer, result.as_of),
    )
    return _headline(localizer, result, shown), subtitle, footnote, (subtitle, footnote)


def _headline(localizer: Localizer, result: ReportResult, shown: dict[str, bool]) -> str:
    """What a contract takes against when somebody gives up; else the pause that grows most."""
    contracts, (mean, _), grows = result.figure("touches_to_contract").answer.fact, given_up(result), growth(result)
    if shown["contracts"] and contracts.value is not None:
        said = localizer.counted(
            "A contract takes {number} touch",
            "A contract takes {number} touches",
            numbers.agreeing(exact(contracts.value), 1),
            number=_times(localizer, contracts.value),
        )
        if not shown["no_answer"]:
            return said
        given = _times(localizer, mean)
        return localizer(N_("{said},\nwho does not answer is given up after {mean}"), said=said, mean=given)
    if grows:
        return localizer(
            N_("Before touch {place} the pause is\n{times} times as long: {pause}"),
            place=grows[0],
            times=_times(localizer, grows[1]),
            pause=numbers.duration(localizer, grows[2]),
        )
    return localizer(N_("Touches of deals"))
