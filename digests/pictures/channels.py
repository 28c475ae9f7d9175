"""Channels as a picture: their measures side by side, the worst of money and quality dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from charts.forms.measures import MeasureGroup, MeasureRow, MeasureTable
from charts.model import Amount
from digests import numbers
from digests.catalogue.channels import GROUPS, LEAST, MEASURES, SIDE, TOGETHER, ChannelMeasure
from digests.figures import value_title
from digests.localizer import Localizer
from digests.model import Value
from digests.numbers import capital
from digests.pictures import wording
from digests.pictures.wording import data_as_of, sentences, span, titles
from digests.result import AnalysisResult, ReportResult, Session
from metrics.answers import exact
from metrics.model import Unit
from warehouse.messages import N_, Message

_MOST = 5
"""Channels that stand side by side."""
_HIGH, _LOW = ("cost_to_serve", "compensations"), ("csat", "qa")
"""Measures of which the most or the least is the worst; those that are defined unlike are not compared."""
_SHARES = {key: f"{key}_n" for key in _LOW}
_LEFT_OUT = ("aht", "response_rate", "fcr")
"""Told in the text: a picture of more rows would be too small to read."""
_Channel = Mapping[str, Value]


def measures(session: Session, result: ReportResult) -> MeasureTable | None:
    """Return the picture of a report of channels; None where nothing is known of any."""
    localizer = session.localizer
    side = next((each for each in result.analyses if each.spec.key == SIDE), None)
    if side is None or not side.findings.rows:
        return None
    keys = [column.key for column in side.findings.columns]
    every = [dict(zip(keys, row, strict=True)) for row in side.findings.rows]
    channels = [each for each in every if each["channel"] != TOGETHER]
    shown = channels[:_MOST]
    by_key = {measure.key: measure for measure in MEASURES}
    groups = tuple(
        MeasureGroup(localizer(name), rows)
        for name, of in GROUPS.items()
        if (rows := tuple(_rows(localizer, [by_key[key] for key in of if key not in _LEFT_OUT], shown)))
    )
    names = tuple(value_title(localizer, "channel", str(each["channel"])) for each in shown)
    return MeasureTable(titles(*_captions(session, result, side, channels)), names, groups)


def _rows(localizer: Localizer, of: Sequence[ChannelMeasure], channels: Sequence[_Channel]) -> list[MeasureRow]:
    return [
        MeasureRow(
            localizer(measure.title),
            tuple(_amount(localizer, measure, each[measure.key]) for each in channels),
            _worst(measure.key, channels),
            quiet=bool(measure.cases),
        )
        for measure in of
        if any(each[measure.key] is not None for each in channels)
    ]


def _amount(localizer: Localizer, measure: ChannelMeasure, value: Value) -> Amount | None:
    if isinstance(value, Message):
        return Amount(0.0, localizer.say(value))
    if not isinstance(value, int | float) or measure.unit is None:
        return None
    return Amount(float(value), _printed(localizer, measure.unit, float(value), measure.decimals))


def _printed(localizer: Localizer, unit: Unit, value: float, decimals: int) -> str:
    if unit is Unit.PERCENT:
        return wording.measured(localizer, unit, numbers.plain(localizer, exact(value), decimals))
    return numbers.in_unit(localizer, unit, value, decimals)


def _worst(key: str, channels: Sequence[_Channel]) -> int | None:
    """The column that is worst of a measure of money or quality, of those with cases enough; None if there is none."""
    known = {
        n: value
        for n, each in enumerate(channels)
        if isinstance(value := each[key], float) and (key not in _SHARES or _number(each[_SHARES[key]]) >= LEAST)
    }
    if key not in (*_HIGH, *_LOW) or len(set(known.values())) < 2:
        return None
    return max(known, key=known.__getitem__) if key in _HIGH else min(known, key=known.__getitem__)


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _captions(
    session: Session, result: ReportResult, side: AnalysisResult, channels: Sequence[_Channel]
) -> tuple[str, str, str, Sequence[str]]:
    localizer = session.localizer
    hidden = next((each for each in result.analyses if each.spec.key == "channels.one_number"), None)
    subtitle = localizer(
        N_("Channels, {period}. Bars from 0, each row on its own scale"), period=span(localizer, result.period)
    )
    said = [localizer.say(each) for each in hidden.findings.sentences[:1]] if hidden else []
    left_out = len(channels) - _MOST
    footnote = sentences(
        *said,
        localizer.counted("Not shown: {n} channel", "Not shown: {n} channels", left_out) if left_out > 0 else "",
        localizer(N_("In time: each channel by its own definition")),
        localizer(N_("no costs of service are written down for this time")).capitalize()
        if not any(each["cost"] is not None for each in channels)
        else "",
        data_as_of(localizer, side.as_of),
    )
    headline = _headline(localizer, hidden, channels)
    return headline, subtitle, footnote, (subtitle, *said, footnote)


def _headline(localizer: Localizer, hidden: AnalysisResult | None, channels: Sequence[_Channel]) -> str:
    """The channel whose satisfaction is below that of all others; none: the dearest contact; none: how many."""
    below = hidden.findings.values.get("below") if hidden else None
    if hidden and isinstance(below, str):
        csat = next(row[2] for row in hidden.findings.rows if row[0] == below)
        return localizer(
            N_("{channel} are below all others: CSAT {csat},\nthe mean does not show it"),
            channel=value_title(localizer, "channel", below),
            csat=_printed(localizer, Unit.PERCENT, _number(csat), 0),
        )
    if (dearest := _worst("cost_to_serve", channels)) is not None:
        each = channels[dearest]
        return localizer(
            N_("A contact costs most in {channel}: {price}"),
            channel=value_title(localizer, "channel", str(each["channel"])),
            price=numbers.in_unit(localizer, Unit.MONEY, _number(each["cost_to_serve"]), 0),
        )
    return capital(localizer(N_("Channels side by side")))
