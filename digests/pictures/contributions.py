"""Who gave how much of a difference: the exact parts of a deviation from plan or from another period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charts.forms.contributions import Contributions, Effect
from digests.document import Picture
from digests.localizer import Localizer
from digests.pictures import wording
from digests.pictures.setting import render
from digests.pictures.timeline import MARKS
from metrics.answers import Verdict
from metrics.model import Better, Metric
from warehouse.messages import N_

KEY = "contributions"
_IN_TIME = 24
"""Parts of time; more of them are ranked."""
ROWS = 12
"""As many rows as a picture has besides those folded and the sum."""
_NAMED = 30
"""Characters of the headline for the names of equals."""


@dataclass(frozen=True)
class ContributionBar:
    """Who gave it, how it is printed («−1,9 п. п.»), and how much it is in the metric's own unit."""

    label: str
    text: str
    value: float


def picture(
    localizer: Localizer,
    metric: Metric,
    title: str,
    rows: Sequence[ContributionBar],
    total: ContributionBar,
    *,
    subtitle: str,
    footnote: str,
    verdict: Verdict = Verdict.NONE,
    ordered: bool = False,
    ends: tuple[str, str] | None = None,
) -> Picture | None:
    """The picture of a decomposition whose rows sum to the total; None if there is nothing to show.

    `title` is the difference («SL Inhouse: −2,4 п. п. к плану»), to which the largest contribution is added; the
    footnote ends with the as-of time. `verdict` is that of the whole by its plan; none, where it is compared with a
    period. `ordered`: the rows are parts of time and stay in their order, if there is room for all; `ends`: what a
    volume is compared with and its fact, as the ends of a bridge, «план 28,4 тыс.» and «факт 22,9 тыс.».
    """
    told = (localizer, metric, title, rows, total)
    made = plain(*told, subtitle=subtitle, footnote=footnote, verdict=verdict, ordered=ordered, ends=ends)
    return render(localizer, KEY, made)


def plain(
    localizer: Localizer,
    metric: Metric,
    title: str,
    rows: Sequence[ContributionBar],
    total: ContributionBar,
    *,
    subtitle: str,
    footnote: str,
    verdict: Verdict = Verdict.NONE,
    ordered: bool = False,
    ends: tuple[str, str] | None = None,
) -> Contributions | None:
    """The picture as plain data."""
    sign = -1 if metric.better is Better.CEILING else 1
    given = sorted(rows, key=lambda row: abs(row.value), reverse=True)
    if not any(row.value for row in given):
        return None
    shown, folded = given[:ROWS], given[ROWS:]
    if len(folded) == 1:
        shown, folded = given, []
    in_time = ordered and len(rows) <= _IN_TIME
    shown, folded = (list(rows), []) if in_time else (sorted(shown, key=lambda row: sign * row.value), folded)
    effects = [Effect(row.label, row.text, sign * row.value) for row in shown]
    if folded:
        rest = sum(row.value for row in folded)
        text = wording.signed(localizer, metric, rest, 0.0)
        effects.append(Effect(localizer(N_("{n} more"), n=len(folded)), text, sign * rest))
    neutral = metric.better is Better.NEUTRAL
    sides = (
        (localizer(N_("less")), localizer(N_("more"))) if neutral else (localizer(N_("worse")), localizer(N_("better")))
    )
    return Contributions(
        wording.titles(
            _headline(localizer, title, given, total),
            subtitle,
            footnote,
            _largest(localizer, given, _headline(localizer, title, given, total)),
        ),
        wording.chart_labels(localizer),
        sides,
        tuple(effects),
        Effect(total.label, total.text, sign * total.value),
        MARKS[verdict],
        directed=not neutral,
        ends=(Effect(ends[0], "", 0.0), Effect(ends[1], total.text, sign * total.value)) if ends else None,
    )


def _headline(localizer: Localizer, title: str, given: Sequence[ContributionBar], total: ContributionBar) -> str:
    """The contribution that did most of it: the largest in the direction of the sum, and those that print the same."""
    along = [row for row in given if row.value * total.value > 0]
    if not along:
        return f"{title},\n{localizer(N_('the parts balance each other'))}"
    first = along[0]
    level = [row.label for row in along if row.text == first.text]
    if len(level) > 1:
        names = wording.listed(localizer, level, _NAMED)
        return f"{title},\n{localizer(N_('the largest parts: {names}, {value} each'), names=names, value=first.text)}"
    most = 2 * abs(first.value) >= abs(total.value)
    form = N_("most of it: {name}, {value}") if most else N_("the largest part: {name}, {value}")
    return f"{title},\n{localizer(form, name=first.label, value=first.text)}"


def _largest(localizer: Localizer, given: Sequence[ContributionBar], headline: str) -> list[str]:
    """The largest contributions, but for those that the headline names."""
    told = [localizer(N_("{name}: {value}"), name=row.label, value=row.text) for row in given[:4]]
    return [each for row, each in zip(given[:4], told, strict=True) if row.label not in headline]
