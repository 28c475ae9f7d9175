"""Managers as a picture: what lies on each desk, calls and windows, and the share of contracts with its interval."""

from __future__ import annotations

from collections.abc import Sequence

from charts.forms.crew import Crew, CrewMember
from charts.model import Amount
from digests import numbers
from digests.catalogue.managers import FEW, Manager, managers_of, total_share
from digests.localizer import Localizer
from digests.pictures.wording import chart_labels, data_as_of, measured, sentences, span, titles
from digests.result import ReportResult, Session
from metrics.answers import exact
from metrics.intervals import wilson
from metrics.model import Unit
from warehouse.messages import N_

_MOST = 12
_HOUR_S, _MINUTE_S = 3600, 60


def crew(session: Session, result: ReportResult) -> Crew | None:
    """Return the picture of managers; None where nobody has a deal or did anything."""
    people = managers_of(result)
    if not any(each.open or each.received for each in people):
        return None
    localizer = session.localizer
    total = total_share(result)
    shown, rest = chosen(people, total)
    rows = [_person(localizer, each, total) for each in shown]
    return Crew(
        titles(*_captions(session, result, people)),
        chart_labels(localizer),
        (
            localizer(N_("in work")),
            localizer(N_("calls a day")),
            localizer(N_("window")),
            localizer(N_("of the received")),
        ),
        (*rows, *((_rest(localizer, rest),) if rest else ())),
        None if total is None else Amount(total, localizer(N_("all {share}"), share=_percent(localizer, total))),
    )


def chosen(people: Sequence[Manager], total: float | None) -> tuple[list[Manager], list[Manager]]:
    """Those who are shown, by open deals, and the rest: whom the headline tells of are among them."""
    told = [each for each in people if each.idle or each.apart(total)][:_MOST]
    others = [each for each in people if each not in told][: _MOST - len(told)]
    shown = [each for each in people if each in told or each in others]
    return shown, [each for each in people if each not in shown]


def _whole(localizer: Localizer, value: float) -> str:
    return numbers.plain(localizer, exact(value), 0)


def _percent(localizer: Localizer, value: float) -> str:
    return measured(localizer, Unit.PERCENT, _whole(localizer, value))


def _clock(seconds: float | None) -> str:
    """«1:58»: hours and minutes."""
    if seconds is None:
        return ""
    minutes = round(seconds / _MINUTE_S)
    return f"{minutes // _MINUTE_S}:{minutes % _MINUTE_S:02}"


def _person(localizer: Localizer, who: Manager, total: float | None) -> CrewMember:
    enough = who.received >= FEW and who.share is not None
    said = localizer(N_("{n} of {all}"), n=int(who.contracts), all=int(who.received)) if who.received else ""
    return CrewMember(
        who.name,
        Amount(who.open, _whole(localizer, who.open)),
        # Of whom it is told, with its number; of the others as the outlined end of the bar alone.
        Amount(who.no_task, _whole(localizer, who.no_task) if who.idle else "") if who.no_task else None,
        _whole(localizer, who.calls_per_day) if who.calls_per_day is not None else "",
        _clock(who.window),
        Amount(who.share or 0.0, _percent(localizer, who.share or 0.0)) if enough else None,
        who.low or 0.0,
        who.high or 0.0,
        said,
        who.idle or who.apart(total),
    )


def _rest(localizer: Localizer, people: Sequence[Manager]) -> CrewMember:
    """Those who are not shown, taken together: deals are summed, and so are contracts and what they are of."""
    received, contracts = sum(each.received for each in people), sum(each.contracts for each in people)
    share = wilson(min(contracts, received), received) if received >= FEW else None
    each_open, no_task = sum(each.open for each in people), sum(each.no_task for each in people)
    return CrewMember(
        localizer.counted("{n} other", "{n} others", len(people)),
        Amount(each_open / len(people), localizer(N_("{n} each"), n=_whole(localizer, each_open / len(people)))),
        Amount(no_task / len(people), "") if no_task else None,
        share=Amount(100 * share.value, _percent(localizer, 100 * share.value)) if share else None,
        low=100 * share.low if share else 0.0,
        high=100 * share.high if share else 0.0,
    )


def _captions(session: Session, result: ReportResult, people: Sequence[Manager]) -> tuple[str, str, str, Sequence[str]]:
    localizer = session.localizer
    subtitle = sentences(
        localizer(N_("Managers, {period}"), period=span(localizer, result.period)), data_as_of(localizer, result.as_of)
    )
    footnote = sentences(
        localizer(N_("Outlined: deals without an open task")),
        localizer(N_("Calls are a working day's, windows between tasks are in hours")),
        localizer(N_("Bars are 95% intervals; fewer than {n} received have no share"), n=FEW),
    )
    return _headline(localizer, people, total_share(result)), subtitle, footnote, (subtitle, footnote)


def _headline(localizer: Localizer, people: Sequence[Manager], total: float | None) -> str:
    """Those with a fifth of their deals without a task; then whether contracts differ by more than chance."""
    idle, far = sum(each.idle for each in people), sum(each.apart(total) for each in people)
    compared = sum(each.received >= FEW for each in people) > 1 and total is not None
    told = ""
    if compared:
        told = (
            localizer.counted("{n} is off in contracts", "{n} are off in contracts", far)
            if far
            else localizer(N_("in contracts no difference"))
        )
    if idle:
        said = localizer.counted("{n} has a fifth without a task", "{n} have a fifth without a task each", idle)
        return localizer(N_("{said};\n{told}"), said=said, told=told) if told else said
    said = localizer(N_("Nobody has a fifth without a task"))
    return localizer(N_("{said};\n{told}"), said=said, told=told) if told else said
