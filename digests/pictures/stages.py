"""Time between stages as a picture: every step in the same spans, the worst of them said."""

from __future__ import annotations

from collections.abc import Sequence

from charts.forms.spreads import Spread, Spreads
from digests import numbers
from digests.catalogue.funnel import as_rows, part
from digests.catalogue.stages import BINS, FEW, StageTime, farthest, moment_title, moments_of
from digests.pictures.wording import chart_labels, data_as_of, sentences, span, titles
from digests.result import ReportResult, Session
from metrics.answers import exact
from metrics.relations.funnel import SPANS
from warehouse.messages import N_

_ROWS = 7
_SPANS = (
    N_("to 15 min"), N_("1 h"), N_("4 h"), N_("1 d"), N_("3 d"), N_("7 d"), N_("14 d"), N_("30 d"), N_(">30")
)  # fmt: skip


def spreads(session: Session, result: ReportResult) -> Spreads | None:
    """Return the picture of the times between stages; None where nothing took any."""
    moments = moments_of(result)[:_ROWS]
    if not any(each.n for each in moments):
        return None
    localizer = session.localizer
    shares = {
        str(row["moment"]): tuple(value if isinstance(value := row[each], float) else 0.0 for each in BINS)
        for row in as_rows(part(result, "distribution"))
    }
    strong = farthest(moments)
    return Spreads(
        titles(*_captions(session, result, moments, strong)),
        chart_labels(localizer),
        tuple(localizer(each) for each in _SPANS),
        (localizer(N_("median")), localizer(N_("9 of 10"))),
        tuple(_spread(session, each, shares.get(each.key, ()), each is strong) for each in moments),
    )


def _bin(seconds: float | None) -> int | None:
    if seconds is None:
        return None
    return next((n for n, (_, up_to) in enumerate(SPANS) if seconds <= up_to), len(SPANS))


def _spread(session: Session, moment: StageTime, shares: tuple[float, ...], strong: bool) -> Spread:
    localizer = session.localizer
    name = moment_title(session, moment.key)
    if moment.n < FEW or not shares or moment.median is None or moment.p90 is None:
        n = int(moment.n)
        return Spread(name, said=localizer.counted("{n} case", "{n} cases", n) if n else localizer(N_("no data")))
    return Spread(
        name,
        shares,
        _bin(moment.median),
        _bin(moment.p90),
        numbers.duration(localizer, moment.median, short=True),
        numbers.duration(localizer, moment.p90, short=True),
        strong=strong,
    )


def _captions(
    session: Session, result: ReportResult, moments: Sequence[StageTime], strong: StageTime | None
) -> tuple[str, str, str, Sequence[str]]:
    localizer = session.localizer
    waiting = next((each.waiting for each in moments if each.key == "first_contact"), None)
    subtitle = localizer(N_("How long a step takes, share of deals, {period}"), period=span(localizer, result.period))
    told = ""
    if waiting:
        told = localizer(
            N_("Not in the numbers, without a conversation yet: {n}"), n=numbers.plain(localizer, exact(waiting), 0)
        )
    footnote = sentences(
        localizer(N_("Dark: where the median lies; framed: where the ninth of ten lies")),
        told,
        data_as_of(localizer, result.as_of),
    )
    if strong is None or strong.median is None or strong.p90 is None:
        return localizer(N_("How long each step takes")), subtitle, footnote, (subtitle, footnote)
    headline = localizer(
        N_("{moment}: {median},\nbut one in ten waits longer than {p90}"),
        moment=moment_title(session, strong.key),
        median=numbers.duration(localizer, strong.median),
        p90=numbers.duration(localizer, strong.p90),
    )
    return headline, subtitle, footnote, (subtitle, footnote)
