"""Own and outsourced as a picture: the three parts of the distance as steps from one rate to the other."""

from __future__ import annotations

from charts.forms.steps import Step, Steps
from charts.model import Amount
from digests import numbers
from digests.catalogue.sites import PARTS, misleads
from digests.localizer import Localizer
from digests.model import Findings
from digests.numbers import capital
from digests.pictures import wording
from digests.pictures.wording import chart_labels, data_as_of, sentences, span, titles
from digests.result import ReportResult, Session
from metrics.answers import exact
from metrics.model import Better, Metric
from warehouse.messages import N_

_LEVELS = ("own", "outsourced")
_DARK = "performance"


def steps(session: Session, result: ReportResult) -> Steps | None:
    """Return the picture of a report of sites; None where the sites have no work in common."""
    localizer = session.localizer
    analysis = next((each for each in result.analyses if each.spec.key == "sites.comparison"), None)
    if analysis is None or not analysis.findings.rows:
        return None
    findings, metric = analysis.findings, result.figure("own").answer.metric
    made = tuple(_step(localizer, metric, findings, str(key), value) for key, value in findings.rows)
    subtitle = localizer(N_("{metric}, {span}"), metric=localizer(metric.title), span=span(localizer, result.period))
    footnote = sentences(
        localizer(N_("The whisker is the 95% interval at the same work")), data_as_of(localizer, analysis.as_of)
    )
    said = [f"{step.name}: {step.amount.text}" for step in made]
    return Steps(
        titles(_headline(localizer, metric, findings), subtitle, footnote, (subtitle, *said, footnote)),
        chart_labels(localizer),
        made,
        [key for key, _ in findings.rows].index(_DARK),
    )


def _step(localizer: Localizer, metric: Metric, findings: Findings, key: str, value: object) -> Step:
    assert isinstance(value, float)
    name = capital(localizer(PARTS[key]))
    if key in _LEVELS:
        more = 0 if metric.decimals else 1
        return Step(name, Amount(value, wording.value(localizer, metric, value, more_decimals=more)), level=True)
    amount = Amount(value, numbers.signed(localizer, metric, value))
    if key != _DARK:
        return Step(name, amount)
    difference, low, high = (findings.values[each] for each in ("difference", "low", "high"))
    assert isinstance(difference, float)
    assert isinstance(low, float)
    assert isinstance(high, float)
    # The interval is that of the rates at the common work; it is set around the step.
    around = (value + low - difference, value + high - difference)
    low_said, high_said = (numbers.sign_of(n, numbers.plain(localizer, exact(abs(n)), 1)) for n in around)
    note = f"{low_said}…{high_said}"
    return Step(name, amount, note=note, whisker=around)


def _headline(localizer: Localizer, metric: Metric, findings: Findings) -> str:
    difference, naive = findings.values["difference"], findings.values["naive"]
    assert isinstance(difference, float)
    assert isinstance(naive, float)
    apart, plain = (numbers.signed(localizer, metric, value) for value in (difference, naive))
    if findings.values["proven"] == "yes":
        better = (difference > 0) is (metric.better is Better.FLOOR)
        form = (
            N_("Outsourced is better on the same work: {apart}")
            if better
            else N_("Outsourced is worse on the same work: {apart}")
        )
        return localizer(form, apart=apart)
    if misleads(naive, difference, findings.values["own"], metric.unit):
        return localizer(N_("No difference on the same work, though side by side it is {plain}"), plain=plain)
    return localizer(N_("No difference on the same work"))
