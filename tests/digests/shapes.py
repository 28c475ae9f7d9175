"""Every picture over every shape of time and data, laid out from answers made up here.

The answers are those that the pictures ask for, of values by rule instead of records: what is looked at is how they
fit. `python -m tests.digests.shapes DIR` draws all of them into a folder.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from unittest.mock import patch

from babel.numbers import format_decimal

import charts
from charts.canvas import render
from charts.canvas.scene import Scene
from charts.model import NothingToDraw
from digests import numbers as text_numbers
from digests import pictures
from digests.catalogue import BIWEEKLY
from digests.contest.wording import Naming
from digests.figures import figure_of
from digests.localizer import Localizer
from digests.model import FigureSpec, Group, ReportSpec, Section
from digests.pictures import contest, contributions, ranking, series, timeline
from digests.pictures.contributions import ContributionBar
from digests.pictures.setting import Setting, fitting
from metrics.answers import Answer, BreakdownPart, Question
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.centre import Centre, Line
from metrics.dimensions import HOUR_OF_DAY
from metrics.facts import Fact
from metrics.model import Better, Metric, Unit
from metrics.periods import HOUR, Period, days, to_utc
from metrics.plans.plans import NO_PLAN, Planned, Plans
from tests.contests.test_pictures import rated
from tests.kit import MOSCOW, House, answered
from warehouse.messages import Message

answer_today = import_module("digests.pictures.answer_today")  # the package has a function of its name
LENGTHS = (1, 2, 15, 16, 31, 90)
KINDS = (
    *("plain", "running", "twelve lines", "begun", "no plan", "one line", "zero", "huge", "outlier", "gaps"),
    *("sparse", "silent lines"),
)
FIRST = date(2026, 6, 1)
CATALOGUE = Catalogue()
_format_decimal = cache(format_decimal)  # the same few numbers in some two thousand pictures
WORDS = {language: Localizer(language, MOSCOW, date(2026, 6, 16)) for language in ("ru", "en")}
NAMES = ("Inhouse", "АКЦ Заселение", "Продажи", "Ипотека", "Линия поддержки дольщиков жилого комплекса «Сияние»")
LINES = {f"l{n}": Line(f"l{n}", NAMES[n] if n < len(NAMES) else f"Линия {n}") for n in range(12)}
_USUAL = {"sl": 86.0, "lcr": 2.4, "aht": 290.0, "chat_aht": 340.0, "bot_wait": 2.1, "bot_correct": 90.0}
_PLANS = {"sl": 80.0, "lcr": 3.0, "aht": 285.0, "chat_aht": 350.0, "bot_wait": 3.0}
_VOLUME = 400.0
_PLAN = 395.0
"""Of a day and line, just above many of its volumes: their labels must not stand over it."""


@dataclass(frozen=True)
class Case:
    """A length of time in days, and what is the matter with its data."""

    length: int
    kind: str

    @property
    def period(self) -> Period:
        first = FIRST if self.length <= 31 else date(2026, 4, 1)
        return days(first, first + timedelta(days=self.length - 1), MOSCOW)

    @property
    def before(self) -> Period:
        last = self.period.first_day - timedelta(days=1)
        return days(last - timedelta(days=self.length - 1), last, MOSCOW)

    @property
    def as_of(self) -> datetime:
        span = self.period
        match self.kind:
            case "begun":
                return span.start + timedelta(hours=12)
            case "running":
                return span.start + (span.end - span.start) * 3 / 5 + timedelta(hours=5)
            case _:
                return span.end

    @property
    def lines(self) -> int:
        return {"one line": 1, "twelve lines": 12, "silent lines": 9}.get(self.kind, 2)

    @property
    def people(self) -> int:
        return {"one line": 1, "twelve lines": 12}.get(self.kind, self.length + 9)

    def value(self, metric: Metric, index: int, line: int) -> float | None:
        """What happened in a part, by a rule that goes up and down and misses its plan here and there."""
        wave = 1 + 0.22 * ((index * 7 + line * 3) % 11 - 5) / 5
        usual = _USUAL.get(metric.key, _VOLUME)
        if metric.unit is Unit.PERCENT:
            usual = min(usual * (1 + (wave - 1) / 2), 100.0)
        else:
            usual *= wave
        match self.kind:
            case "zero":
                return 0.0
            case "huge" if metric.unit is not Unit.PERCENT:
                return usual * 31_000
            case "outlier" if index == 1:
                return (
                    0.0
                    if metric.better is Better.FLOOR
                    else min(usual * 40, 100.0 if metric.unit is Unit.PERCENT else 1e9)
                )
            case "sparse" if index % 4 != 1 and self.length > 1:
                return None
            case "silent lines" if line % 3 == 1:
                return None
            case "gaps" if index % 5 in (2, 3):
                return None if metric.unit is Unit.PERCENT or metric.unit is Unit.SECONDS else 0.0
        return usual

    def plan(self, metric: Metric) -> float | None:
        """Of a level, or of a day's volume."""
        if self.kind == "no plan":
            return None
        scale = 31_000 if self.kind == "huge" and metric.unit is not Unit.PERCENT else 1
        return _PLANS.get(metric.key, _PLAN) * scale


class Plans(Plans):
    """The plans of a case, spread evenly over the time."""

    def __init__(self, case: Case) -> None:
        self._case = case

    def on_day(self, metric: Metric, line: str | None, day: date) -> float | None:
        span = days(day, day, MOSCOW)
        return self.planned(metric, line, span, span.end).full

    def planned(self, metric: Metric, line: str | None, span: Period, until: datetime) -> Planned:
        plan = self._case.plan(metric)
        if plan is None:
            return NO_PLAN
        if not metric.spread:
            return Planned(plan, plan)
        passed = max(min(until, span.end) - span.start, timedelta())
        return Planned(plan * (passed / timedelta(days=1)), plan * ((span.end - span.start) / timedelta(days=1)))


@cache
def calculator() -> Calculator:
    """Of records that began long before all cases."""
    house = House(Path(mkdtemp()), Centre(timezone=MOSCOW, lines=LINES), "2027-01-01 00:00")
    old = "2025-01-01 12:00"
    house.calls(answered(old, line="l0"), complete_to="2027-01-01 00:00")
    for table, row in (
        ("chats", {"started_at": old}),
        ("leads", {"created_at": old}),
        ("reservations", {"reservation_id": "1", "reserved_at": old}),
        ("bot_calls", {"started_at": old}),
    ):
        house.put(table, [row], complete_to="2027-01-01 00:00")
    return house.calculator()


@cache
def made(case: Case, question: Question) -> Answer:
    """The answer to a question by the rule of its case."""
    metric = CATALOGUE.get(question.metric)
    span = question.period.month_to_date() if metric.plan_span == "month" else question.period
    line = int(question.line[1:]) if question.line else 0
    as_of = case.as_of if span.start < case.as_of < span.end else span.end
    book = Plans(case)
    if question.part == HOUR_OF_DAY:
        points = tuple(
            BreakdownPart(
                None, (f"{hour:02}:00",), _fact(case, metric, hour, line), None if metric.spread else case.plan(metric)
            )
            for hour in range(7, 22)
        )
    elif question.part in ("line", "agent"):
        points = tuple(
            BreakdownPart(
                None,
                (f"l{n}" if question.part == "line" else f"Агент {n} Длиннофамильный",),
                _fact(case, metric, n, n),
                case.plan(metric),
            )
            for n in range(case.lines if question.part == "line" else case.people)
        )
    else:
        points = tuple(_points(case, question, metric, span, line, as_of))
    known = [point.fact.value for point in points if point.fact.value is not None]
    if not question.by:  # the parts that are drawn make up the whole
        first = days(span.first_day, span.first_day, MOSCOW)
        drawn = span if as_of > first.end else Period(span.start, min(first.end, span.end), MOSCOW)
        by = fitting(drawn, "hour" if drawn.first_day == drawn.last_day else "day")
        known = [
            point.fact.value
            for point in _points(case, replace(question, by=(by,)), metric, drawn, line, as_of)
            if point.fact.value is not None
        ]
    total = (
        sum(known) if metric.spread or metric.better is Better.NEUTRAL else sum(known) / len(known) if known else None
    )
    planned = (
        NO_PLAN
        if question.filters
        else book.planned(metric, question.line, span.whole_months() if metric.plan_span == "month" else span, as_of)
    )
    return Answer(question, metric, span, _of(total), as_of, planned, points)


def _points(
    case: Case, question: Question, metric: Metric, span: Period, line: int, as_of: datetime
) -> Iterator[BreakdownPart]:
    book = Plans(case)
    for index, (start, end) in enumerate(pairwise(span.borders(question.part or "day"))):
        if start >= as_of:
            return
        fact = _fact(case, metric, index, line)
        if metric.spread and fact.value is not None:  # the values are of a day
            fact = _of(fact.value * ((min(end, as_of) - start) / timedelta(days=1)))
        plan = (
            None
            if question.filters
            else book.planned(metric, question.line, Period(start, end, MOSCOW), min(end, as_of)).to_date
        )
        yield BreakdownPart(start, (), fact, plan)


def _fact(case: Case, metric: Metric, index: int, line: int) -> Fact:
    return _of(case.value(metric, index, line))


def _of(value: float | None) -> Fact:
    if value is None:
        return Fact(None, None, None, Message("no data"))
    return Fact(value, value, 100.0)


def _figures(case: Case) -> tuple[FigureSpec, ...]:
    several = [f"l{n}" for n in range(case.lines)]
    return tuple(
        FigureSpec(f"{metric}.{line}", metric, line, f"A label of {metric} that no table has room for", plan=True)
        for metric, lines in (
            ("target_in", [None]),
            ("calls", several),
            ("lcr", several),
            ("sl", several),
            ("aht", several),
            ("chats", ["l0"]),
            ("chat_aht", ["l0"]),
            ("reserves_m2", [None]),
            ("bot_calls", [None]),
            ("bot_wait", [None]),
        )
        for line in lines
    )


@cache
def setting(case: Case, localizer: Localizer) -> Setting:
    """A digest of the case, with everything its pictures ask."""
    specs = _figures(case)
    spec = ReportSpec("digest", "Digest", (Section("Service", (Group(specs),)),), pictures=BIWEEKLY.pictures)
    figures = tuple(
        figure_of(calculator(), each, made(case, Question(each.metric, case.period, each.line)), localizer)
        for each in specs
    )
    with patch.object(pictures, "ask", _context(case)):
        return pictures.prepared(calculator(), Plans(case), figures, spec, case.period, localizer)


def _context(case: Case) -> Callable[[Calculator, Plans, Sequence[Question]], list[Answer]]:
    return lambda _calculator, _book, questions: [made(case, question) for question in questions]


def _digest(builder: Any) -> Callable[[Case, Localizer], Any]:
    return lambda case, words: builder.build(setting(case, words))


def _asked(metric: str, by: str, *, before: bool = False, abreast: bool = False) -> Callable[[Case, Localizer], Any]:
    """A series as it is asked for by a question."""

    def build(case: Case, localizer: Localizer) -> Any:
        lines = [f"l{n}" for n in range(case.lines)] if abreast else ["l0"]
        several = by == "hour" and case.length > 1
        parts = HOUR_OF_DAY if several else fitting(case.period, by)
        questions = [Question(metric, case.period, line, (parts,)) for line in lines]
        earlier = [replace(question, period=case.before) for question in questions] if before else []
        over = case if case.kind == "sparse" else replace(case, kind="plain")
        answers = [made(case, question) for question in questions]
        return series.plain(
            calculator(), Plans(case), answers, localizer, before=[made(over, each) for each in earlier]
        )

    return build


def _ranked(metric: str, by: str) -> Callable[[Case, Localizer], Any]:
    def build(case: Case, localizer: Localizer) -> Any:
        return ranking.plain(calculator(), made(case, Question(metric, case.period, None, (by,))), localizer)

    return build


def _contributed(case: Case, localizer: Localizer) -> Any:
    metric = CATALOGUE.get("sl")
    values = [((n * 7) % 11 - 5.0) * (0 if case.kind == "zero" else 40 if n == 1 else 1) for n in range(case.length)]
    rows = [ContributionBar(f"{n}:00 {NAMES[n % 5]}", f"{value:+.1f} п. п.", value) for n, value in enumerate(values)]
    total = ContributionBar("Всего", f"{sum(values):+.1f} п. п.", sum(values))
    title = f"SL {NAMES[4]}: {total.text} к норме"
    return contributions.plain(localizer, metric, title, rows, total, subtitle="Вклады", footnote="Данные на 15 июня")


def _today(metric: str) -> Callable[[Case, Localizer], Any]:
    """The hours of a day; its length is the hour it is."""

    def build(case: Case, localizer: Localizer) -> Any:
        hour = min(case.length, 23)
        kind = "running" if case.kind in ("running", "begun") else case.kind
        now = to_utc(datetime(2026, 6, 16, hour, 30), MOSCOW)
        case = replace(case, kind=kind, length=1)
        today, yesterday = (days(day, day, MOSCOW) for day in (date(2026, 6, 16), date(2026, 6, 15)))
        then = Period(yesterday.start, yesterday.start + (now - today.start), MOSCOW)
        asked = [
            Question(metric, today, "l0", ("hour",)),
            Question(metric, yesterday, "l0", ("hour",)),
            Question(metric, then, "l0"),
        ]
        first, *others = (made(case, question) for question in asked)
        points = tuple(point for point in first.points if point.start is not None and point.start < now)
        first = replace(first, as_of=now, points=points)
        answers = [first, *others]
        with patch.object(answer_today, "ask", lambda *_: answers):
            day = answer_today._day_of(calculator(), Plans(case), metric, "l0", now)
        return answer_today._picture(calculator(), day, localizer)

    return build


def _contest(kind: str) -> Callable[[Case, Localizer], Any]:
    """A contest of as many people as the case has days."""

    def build(case: Case, localizer: Localizer) -> Any:
        people = case.people
        totals = [max(int(40 * 0.8**n) - (n % 3), 0) for n in range(people)]
        match case.kind:
            case "zero":
                totals = [0] * people
            case "huge":
                totals = [total * 311 for total in totals]
            case "outlier":
                totals[0] = 4000
            case "gaps":
                totals = [total * 7 for total in totals]
        found = rated(totals)
        return (contest.climb if kind == "climb" else contest.crowd)(
            found, Naming(found, localizer, named=True), localizer
        )

    return build


PICTURES: dict[str, Callable[[Case, Localizer], Any]] = {
    **{key: _digest(builder) for key, builder in pictures.PICTURES.items()},
    "series": _asked("sl", "day"),
    "series-before": _asked("sl", "day", before=True),
    "series-hours": _asked("aht", "hour"),
    "series-weeks": _asked("lcr", "week", before=True),
    "series-lines": _asked("sl", "day", abreast=True),
    "volume": _asked("target_in", "day"),
    "volume-before": _asked("calls", "day", before=True),
    "volume-hours": _asked("calls", "hour"),
    "volume-weeks": _asked("target_in", "week"),
    "volume-lines": _asked("calls", "day", abreast=True),
    "ranking": _ranked("sl", "line"),
    "ranking-volume": _ranked("calls", "agent"),
    "contributions": _contributed,
    "answer-today": _today("sl"),
    "answer-today-volume": _today("calls"),
    "contest": _contest("climb"),
    "contest-200": _contest("crowd"),
}
WHOLE: dict[str, Callable[[Case], int]] = {
    **dict.fromkeys(("service-level", "aht", "series-lines", "volume-lines", "ranking"), lambda case: case.lines),
    **dict.fromkeys(("ranking-volume", "contest", "contest-200"), lambda case: case.people),
    "contributions": lambda case: case.length,
}
"""How many lines, people or parts a picture is of, drawn or left out."""
CASES = tuple(Case(length, kind) for length in LENGTHS for kind in KINDS)


@dataclass(frozen=True)
class Shape:
    """A picture of a case, laid out."""

    name: str
    whole: int | None
    """How many lines, people or parts it is of."""
    picture: Any
    scene: Scene


def _in_use(_: Calculator, answers: Sequence[Answer]) -> set[datetime]:
    """The beginnings of the hours of which something is known."""
    return {
        point.start or answer.period.start + int((point.segment or "")[:2]) * HOUR
        for answer in answers
        for point in answer.points
        if point.fact.value is not None and (point.start or point.segment)
    }


@cache
def shape(name: str, case: Case, language: str = "ru") -> Shape | None:
    """A picture of a case, if there is anything to draw."""
    build = PICTURES[name]
    with (
        patch.object(timeline, "hours_in_use", _in_use),
        patch.object(answer_today, "hours_in_use", _in_use),
        patch.object(text_numbers, "format_decimal", _format_decimal),
    ):
        picture = build(case, WORDS[language])
    if picture is None:
        return None
    whole = WHOLE[name](case) if name in WHOLE else None
    try:
        return Shape(f"{name}, {case.length} days, {case.kind}", whole, picture, charts.scene(picture))
    except NothingToDraw:
        return None


def shapes(name: str, language: str = "ru") -> list[Shape]:
    """A picture of all cases in which there is anything to draw; in another language only lengths of words differ."""
    few = (case for case in CASES if case.length in (1, 16, 90) and case.kind in KINDS[:3])
    made = (shape(name, case, language) for case in (CASES if language == "ru" else few))
    return [each for each in made if each is not None]


def main(folder: str) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name in PICTURES:
        for made in shapes(name):
            file = f"{made.name.replace(', ', '-').replace(' ', '_')}.png"
            (Path(folder) / file).write_bytes(render.draw(made.scene))


if __name__ == "__main__":
    main(sys.argv[1])
