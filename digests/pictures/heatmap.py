"""A metric by the day of the week and the hour: the more there is, the darker; the worse, where more is worse."""

from __future__ import annotations

from charts.forms.matrix import Cell, Matrix, Row
from charts.model import Amount
from digests.document import Picture
from digests.localizer import Localizer
from digests.pictures import wording
from digests.pictures.setting import render
from digests.pictures.wording import chart_labels, sentences, titles
from metrics.answers import Answer
from warehouse.messages import N_

KEY = "heatmap"


def picture(localizer: Localizer, answer: Answer, name: str, finding: str) -> Picture | None:
    """Return days of the week by the hours from the first to the last in which there is anything; None without any."""
    found = {point.values: point for point in answer.points}
    used = [hour for (_, hour), point in found.items() if point.fact.value or point.fact.denominator]
    if not used:
        return None
    hours = [f"{hour:02}:00" for hour in range(24)]
    hours = hours[hours.index(str(min(used, key=str))) : hours.index(str(max(used, key=str))) + 1]
    days = localizer.locale.days["stand-alone"]["abbreviated"]
    of_metric = [point.fact.value for point in found.values() if point.fact.value is not None]
    said = wording.series(localizer, answer.metric, of_metric)
    rows = []
    for weekday in sorted({str(weekday) for weekday, _ in found}):
        cells = []
        for hour in hours:
            point = found.get((weekday, hour))
            value = point.fact.value if point else 0.0 if answer.metric.spread else None
            few = localizer(N_("of {n}"), n=int(point.fact.denominator or 0)) if point and point.few else ""
            cells.append(Cell(None if value is None else Amount(value, said(value)), note=few))
        rows.append(Row(str(days[int(weekday)]), tuple(cells)))
    subtitle = localizer(N_("{name}, by day of the week and hour, {dates}"), name=name, dates=answer.period)
    of_mean = N_("The mean of days that are over") if answer.metric.spread else N_("All such hours together")
    footnote = sentences(localizer(of_mean), wording.data_as_of(localizer, answer.as_of))
    headline = wording.capital(finding) or name
    columns = tuple(str(int(hour[:2])) for hour in hours)
    captions = titles(headline, subtitle, footnote, ())
    form = Matrix(captions, chart_labels(localizer), columns, tuple(rows), volume=answer.metric.spread)
    return render(KEY, form)
