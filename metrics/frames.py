"""Answers as a pandas frame, for notebooks and spreadsheets: what `from metrics import frame` gives.

pandas takes longer to load than most questions to answer, so it is loaded where a frame is made and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from metrics.answers import Answer, Question, ask, parts_of
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.centre import Centre, Line
from metrics.dimensions import LINE, TIME_PARTS
from metrics.facts import Fact
from metrics.periods import Period, parse
from metrics.plans.plans import Plans
from warehouse.messages import Message
from warehouse.records import Records, lines_of

if TYPE_CHECKING:
    import pandas as pd


@runtime_checkable
class Measured(Protocol):
    """Whatever knows how its records are measured, as a project does."""

    def calculator(self) -> Calculator: ...


def frame(
    source: Measured | Calculator | Records,
    metrics: str | Sequence[str],
    *,
    period: str | Period,
    by: str | Sequence[str] = (),
    line: str | None = None,
    centre: Centre | None = None,
) -> pd.DataFrame:
    """Return metrics over a period, in all or a row for each part of a breakdown, as a frame of `frame_of`.

    `by` is a part of time or a dimension, or several: `("line", "topic")`.

    `source` is a project, or records with the `centre` whose conventions they are measured by. Raises UserError for
    what cannot be asked, an unknown line among it.
    """
    calculator = _calculator(source, centre)
    span = parse(period, calculator.centre.timezone) if isinstance(period, str) else period
    key = calculator.centre.find_line(line) if line is not None else None
    asked = [metrics] if isinstance(metrics, str) else metrics
    parts = (by,) if isinstance(by, str) else tuple(by)
    questions = [Question(metric, span, key, parts, planned=False) for metric in asked]
    return frame_of(ask(calculator, Plans(calculator), questions))


def frame_of(answers: Sequence[Answer], say: Callable[[Message], str] = str) -> pd.DataFrame:
    """Return answers as a frame with a row for each fact, or for each part of those that are broken down.

    Percentages are 0-100, numbers unrounded and instants by the centre's clock. A value is empty exactly where
    `missing` says why; `remarks` are what must be said beside it, in the words of `say`.
    """
    import pandas as pd

    rows = [row for answer in answers for row in _rows(answer, say)]
    by = next((answer.question.by for answer in answers if answer.question.by), ())
    zone = answers[0].period.timezone if answers else "UTC"
    dtypes = {
        "metric": "str",
        "line": "str",
        **{key: "instant" if key in TIME_PARTS else "str" for key in by},
        "value": "float64",
        "numerator": "float64",
        "denominator": "float64",
        "unit": "str",
        "as_of": "instant",
        "missing": "str",
        "remarks": "str",
    }

    def column(name: str, dtype: str) -> Any:
        # By position: a breakdown by line has the line in each row, not that of the question.
        values = [row[name] for row in rows]
        if dtype == "instant":
            return pd.Series(pd.to_datetime(values, utc=True)).astype("datetime64[us, UTC]").dt.tz_convert(zone)
        return pd.Series(values, dtype=dtype)

    return pd.DataFrame({name: column(name, dtype) for name, dtype in dtypes.items()})


def _calculator(source: Measured | Calculator | Records, centre: Centre | None) -> Calculator:
    if isinstance(source, Calculator):
        return source
    if isinstance(source, Measured):
        return source.calculator()
    known = centre or Centre()
    lines = {key: Line(key, key) for key in sorted(lines_of(source))} | dict(known.lines)
    return Calculator(source, replace(known, lines=lines), Catalogue(), datetime.now(UTC).replace(tzinfo=None))


def _rows(answer: Answer, say: Callable[[Message], str]) -> Iterator[dict[str, Any]]:
    by = answer.question.by
    if not by or (not answer.points and answer.fact.missing):
        yield {**_row(answer, answer.fact, say), **{key: None for key in by if key != LINE}}
        return
    for point in answer.points:
        yield {**_row(answer, point.fact, say), **dict(zip(by, parts_of(answer.question, point), strict=True))}


def _row(answer: Answer, fact: Fact, say: Callable[[Message], str]) -> dict[str, Any]:
    return {
        "metric": answer.metric.key,
        "line": answer.question.line,
        "value": fact.value,
        "numerator": fact.numerator,
        "denominator": fact.denominator,
        "unit": answer.metric.unit.value,
        "as_of": answer.as_of,
        "missing": say(fact.missing) if fact.missing else None,
        "remarks": "; ".join(map(say, fact.remarks)) or None,
    }
