"""What sample pictures are built with: the words of two languages, captions, days, points."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from charts.forms.panels import Columns, Execution, Panels, Parts, Pins, Trend
from charts.model import Amount, HeadlineSpan, Judgement, Labels, Point, Points, Slot, Titles

MET, MISSED, BEHIND, NONE = Judgement.MET, Judgement.MISSED, Judgement.BEHIND, Judgement.NONE

RUSSIAN = Labels(
    fact="факт",
    plan="план",
    worse="хуже",
    better="лучше",
    missed="мимо плана",
    behind="ниже темпа",
    met="выполнен",
    unjudged="объём без оценки",
    no_plan="плана нет",
    no_data="нет данных",
    no_data_short="н/д",
    period="за период",
    yesterday="вчера",
    so_far="с начала дня",
)
ENGLISH = Labels(
    fact="actual",
    plan="plan",
    worse="worse",
    better="better",
    missed="missed",
    behind="behind the pace",
    met="met",
    unjudged="volume, not judged",
    no_plan="no plan",
    no_data="no data",
    no_data_short="n/a",
    period="whole period",
    yesterday="yesterday",
    so_far="since midnight",
)


def titles(headline: str, subtitle: str, footnote: str, alt_text: str = "") -> Titles:
    """Captions from plain text: a missed part between asterisks, no-break spaces where a line must not break."""
    headline, subtitle, footnote = map(unbroken, (headline, subtitle, footnote))
    parts = headline.split("*")
    spans = tuple(HeadlineSpan(part, MISSED if index % 2 else NONE) for index, part in enumerate(parts) if part)
    return Titles(spans, subtitle, footnote, alt_text or headline.replace("\n", " ").replace("*", ""))


def unbroken(text: str) -> str:
    """A number keeps to its unit and its month, a short preposition to its noun, a dash to the word before."""
    text = re.sub(r"(\d) (?=%|с\b|тыс\.|июня|June|s\b|из\b)", "\\1\u00a0", text)
    text = re.sub(r"\b([кКсСвВиИ]|на|до|за|of|by) ", "\\1\u00a0", text)
    return text.replace(" — ", "\u00a0— ")


def comma(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def month(length: int, *, english: bool = False, holidays: tuple[int, ...] = (12,), start: int = 1) -> tuple[Slot, ...]:
    week = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su") if english else ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
    days = []
    for number in range(start, start + length):
        weekday = (number - 1) % 7
        holiday = number in holidays
        name = ("hol." if english else "пр.") if holiday else week[weekday]
        days.append(Slot(str(number), name, weekday > 4 or holiday))
    return tuple(days)


def points(
    values: list[float | None],
    plans: list[float] | None = None,
    missed: Callable[[float, float], bool] | None = None,
    digits: int = 1,
    point: str = ",",
) -> Points:
    made = []
    for index, value in enumerate(values):
        plan = plans[index] if plans else None
        verdict = NONE
        if value is not None and plan is not None and missed:
            verdict = MISSED if missed(value, plan) else MET
        fact = None if value is None else Amount(value, f"{value:.{digits}f}".replace(".", point))
        made.append(Point(fact, plan, verdict))
    return tuple(made)


_PANELS: dict[str, tuple[tuple[type, ...], str]] = {
    "outcomes": ((Parts,), "shares"),
    "rates": ((Pins, Trend), "points"),
    "limit": ((Pins, Trend), "limit"),
    "rate_title": ((Pins, Trend), "title"),
    "volumes": ((Columns,), "points"),
    "volume_title": ((Columns,), "title"),
    "execution": ((Execution,), "values"),
    **{name: ((Execution,), name) for name in ("reference", "turning", "verdict")},
    "execution_title": ((Execution,), "title"),
}


def paned(base: Panels, **changes: Any) -> Panels:
    """The picture with other panels: `rates`, `volumes`, `execution` and so on, or with other titles and days."""
    panels = list(base.panels)
    for name in [name for name in changes if name in _PANELS]:
        kinds, attribute = _PANELS[name]
        at = next(index for index, panel in enumerate(panels) if isinstance(panel, kinds))
        panels[at] = replace(panels[at], **{attribute: changes.pop(name)})
    return replace(base, panels=tuple(panels), **changes)


def panel(picture: Panels, *kinds: type) -> Any:
    """The first panel of a kind."""
    return next(each for each in picture.panels if isinstance(each, kinds))


def rates(picture: Panels) -> Points:
    points: Points = panel(picture, Pins, Trend).points
    return points


def volumes(picture: Panels) -> Points:
    points: Points = panel(picture, Columns).points
    return points
