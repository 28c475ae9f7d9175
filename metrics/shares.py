"""Where the change of a ratio comes from: its parts' own rates, and the shift of weight between them, exactly."""

from __future__ import annotations

from metrics.answers import Answer, Point


def contributions(now: Answer, before: Answer) -> list[tuple[str | None, float, float]]:
    """Return for each part what its own rate and its share of the whole gave, the largest first.

    A part gives (w1 + w0)/2 (r1 - r0) by its rate and (w1 - w0) ((r1 + r0)/2 - (R1 + R0)/2) by its weight;
    all of them sum to the change. Both answers are of one ratio by one dimension and have a value.
    """
    assert now.fact.value is not None
    assert before.fact.value is not None
    level = (now.fact.value + before.fact.value) / 2
    of = [{point.segment: point for point in answer.points} for answer in (now, before)]
    found = []
    for part in dict.fromkeys((*of[0], *of[1])):
        w1, w0 = (_weight(points.get(part), answer) for points, answer in zip(of, (now, before), strict=True))
        rates = [value for points in of if part in points and (value := points[part].fact.value) is not None]
        if rates:
            r1, r0 = (_rate(points.get(part), rates[0]) for points in of)
            found.append((part, (w1 + w0) / 2 * (r1 - r0), (w1 - w0) * ((r1 + r0) / 2 - level)))
    return sorted(found, key=lambda each: -abs(each[1] + each[2]))


def _weight(point: Point | None, whole: Answer) -> float:
    return (point.fact.denominator or 0.0) / (whole.fact.denominator or 1.0) if point else 0.0


def _rate(point: Point | None, otherwise: float) -> float:
    """A part's rate; of one that has no cases in a period, that of the other."""
    value = point.fact.value if point else None
    return otherwise if value is None else value
