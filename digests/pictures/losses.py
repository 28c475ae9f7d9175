"""Losses as a picture: by hour, and what became of the clients."""

from __future__ import annotations

from collections.abc import Sequence

from charts.forms.outcomes import HourColumn, OutcomePart, Outcomes, Shade
from charts.model import Amount
from digests import numbers
from digests.localizer import Localizer
from digests.pictures import wording
from digests.pictures.wording import chart_labels, data_as_of, sentences, span, titles
from digests.result import AnalysisResult, ReportResult, Session
from metrics.answers import Answer, exact
from warehouse.messages import N_

_MOST_HOURS = 14
_TOLD = 10
"""Clients not won back from which on they are the finding."""
_FEW = 30


def outcomes(session: Session, result: ReportResult) -> Outcomes | None:
    """Return the picture of a report of losses; None where no call was lost."""
    answers = {figure.spec.key: figure.answer for figure in result.figures}
    hours = next((each for each in result.analyses if each.spec.key == "losses.hours"), None)
    if hours is None or hours.findings.missing or not answers["losses"].fact.value:
        return None
    localizer = session.localizer
    columns = _columns(localizer, hours)
    if not columns:
        return None
    lost, lcr, clients = answers["losses"], answers["lcr"], answers["clients"]
    above = localizer(
        N_("Calls: {n}, {share}"), n=_whole(localizer, lost.fact.value), share=_value_text(localizer, lcr)
    )
    with_loss = clients.fact.value
    below = localizer(N_("Clients: {n}"), n=_whole(localizer, with_loss)) if with_loss is not None else ""
    return Outcomes(
        titles(*_captions(session, result, answers, hours)),
        chart_labels(localizer),
        (above, localizer(N_("by hour"))),
        columns,
        (below, localizer(N_("how the last loss ended"))),
        tuple(_parts(localizer, result)),
        _statement(localizer, answers),
    )


def _whole(localizer: Localizer, n: float | None) -> str:
    return numbers.plain(localizer, exact(n or 0.0), 0)


def _value_text(localizer: Localizer, answer: Answer) -> str:
    return "—" if answer.fact.value is None else wording.value(localizer, answer.metric, answer.fact.value)


def _columns(localizer: Localizer, hours: AnalysisResult) -> tuple[HourColumn, ...]:
    """The hours of work: from the first to the last with a call."""
    lost = {int(str(row[0])[:2]): float(row[1]) for row in hours.findings.rows if isinstance(row[1], float)}
    if not lost:
        return ()
    first, last = min(lost), max(lost)
    while last - first >= _MOST_HOURS and (not lost.get(first) or not lost.get(last)):
        first, last = (first + 1, last) if not lost.get(first) else (first, last - 1)
    values = hours.findings.values
    dark = range(0)
    if "half_from" in values and sum(lost.values()) >= _FEW:
        dark = range(int(str(values["half_from"])[:2]), int(str(values["half_to"])[:2]))
    return tuple(
        HourColumn(str(hour), Amount(lost.get(hour, 0.0), _whole(localizer, lost.get(hour))), hour in dark)
        for hour in range(first, last + 1)
    )


def _parts(localizer: Localizer, result: ReportResult) -> list[OutcomePart]:
    """By us, alone, waiting, not won back."""
    ways = result.table("ways")
    if ways is None or ways.missing or not ways.rows:
        return []
    by_us, alone, pending, left = (cell.fact.value or 0.0 for cell in ways.rows[-1].cells[:4])
    named = (
        (N_("called back and talked"), by_us, Shade.LIGHT),
        (N_("came back alone"), alone, Shade.MID),
        (N_("still waiting"), pending, Shade.HATCHED),
        (N_("not won back"), left, Shade.DARK),
    )
    return [OutcomePart(localizer(name), Amount(n, _whole(localizer, n)), shade) for name, n, shade in named]


def _statement(localizer: Localizer, answers: dict[str, Answer]) -> str:
    speed, twice = answers["callback"].fact.value, answers["twice"].fact.value
    if speed is None:
        return ""
    minutes = numbers.plain(localizer, exact(speed / 60), 0)
    called = localizer(N_("We call back within {minutes} min"), minutes=minutes)
    if not twice:
        return f"{called}."
    more = localizer.counted("{n} client was lost twice in a row", "{n} clients were lost twice in a row", int(twice))
    return f"{called}; {more}."


def _captions(
    session: Session, result: ReportResult, answers: dict[str, Answer], hours: AnalysisResult
) -> tuple[str, str, str, Sequence[str]]:
    localizer = session.localizer
    calls = localizer.counted(
        "{number} call was lost",
        "{number} calls were lost",
        int(answers["losses"].fact.value or 0),
        number=_whole(localizer, answers["losses"].fact.value),
    )
    left, pending = answers["not_recovered"].fact.value, answers["pending"].fact.value
    headline = calls
    half = hours.findings.sentences[:1]
    if left is not None and left >= _TOLD:
        headline += ", " + localizer.counted("{n} client not won back", "{n} clients not won back", int(left))
    elif left == 0 and not pending and answers["clients"].fact.value:
        headline += ", " + localizer(N_("all clients were won back"))
    if half:
        values = hours.findings.values
        headline += ";\n" + localizer(
            N_("half of the losses between {first} and {last}"), first=values["half_from"], last=values["half_to"]
        )
    subtitle = localizer(N_("Losses in calls and in clients, {period}"), period=span(localizer, result.period))
    recovery = session.calculator.centre.recovery_hours
    footnote = sentences(
        localizer(
            N_("Won back: a conversation within {hours} h after the last loss"),
            hours=numbers.plain(localizer, exact(recovery), 1),
        ),
        localizer.counted("{n} is still waiting", "{n} are still waiting", int(pending)) if pending else "",
        data_as_of(localizer, hours.as_of),
    )
    return headline, subtitle, footnote, (subtitle, _statement(localizer, answers), footnote)
