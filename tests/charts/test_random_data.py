"""Whatever the data, a picture is laid out, its texts stay on the sheet and do not overlap."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import charts
from charts.forms.bars import Bar
from charts.forms.contributions import Effect
from charts.forms.matrix import MatrixCell, MatrixRow
from charts.forms.multiples import LinePanel
from charts.forms.panels import Turning
from charts.forms.ranking import Rank
from charts.model import Amount, Judgement, NothingToDraw, Point, Points
from tests.charts import answers, june, tables
from tests.charts.building import month, paned
from tests.charts.properties import outside, overlapping, shortened, undrawn

HELD = (overlapping, outside, shortened)
TITLED = ("target-traffic", "calls-lcr", "chats-aht", "voice-bot", "reservations")
"""Their panels are found by their titles, which are not random."""
VERDICTS = list(Judgement)


class Dice:
    """Random data of the awkward kinds; a seed names a case."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.length = self.random.choice([1, 2, 7, 15, 16, 28, 31])
        self.days = month(self.length)

    def value(self) -> float | None:
        usual = self.random.uniform(0.5, 3)
        odd = [None, 0.0, self.random.uniform(0, 1000), 1e-6]
        return self.random.choice([usual] * 12 + odd)

    def points(self) -> Points:
        planned = self.random.random() < 0.8
        made = []
        for index in range(self.length):
            value = self.value()
            fact = None if value is None else Amount(value, f"{value:.1f}".replace(".", ","))
            plan = self.random.choice([0.0, 1.0, self.random.uniform(0.5, 3)]) if planned else None
            last = index == self.length - 1
            elapsed = self.random.choice([1.0, self.random.random()]) if last else 1.0
            made.append(Point(fact, plan, self.verdict(), elapsed))
        return tuple(made)

    def amount(self, text: str, low: float = 0.0, high: float = 3.0) -> Amount | None:
        return self.random.choice([None, Amount(self.random.uniform(low, high), text)])

    def verdict(self) -> Judgement:
        return self.random.choice(VERDICTS)

    def lines(self) -> tuple[LinePanel, ...]:
        return tuple(
            LinePanel(
                "Линия " * self.random.randint(1, 9),
                self.points(),
                self.amount("норма 2 с"),
                self.amount("88 %"),
                self.random.choice(["", "+4 с к плану"]),
                self.verdict(),
            )
            for _ in range(self.random.randint(1, 6))
        )

    def series(self, base: Any) -> Any:
        lines = tuple(replace(line, before=self.random.choice([(), self.earlier()])) for line in self.lines())
        if len(lines) == 1:
            lines = (replace(lines[0], name=self.random.choice(["", lines[0].name])),)
        return replace(base, slots=self.days, lines=lines)

    def earlier(self) -> tuple[float | None, ...]:
        return tuple(self.value() for _ in self.days)

    def name(self) -> str:
        return "Имя " * self.random.randint(1, 15)

    def ranking(self) -> Any:
        rows = []
        for _ in range(self.random.randint(1, 20)):
            value = self.value()
            fact = None if value is None else Amount(value, f"{value:.1f} тыс.")
            plan = self.random.choice([None, 0.0, 1.0, self.random.uniform(0.5, 3)])
            note = self.random.choice(["", "112 %"])
            rows.append(Rank(self.name(), fact, plan, self.verdict(), note))
        rest = self.random.choice([None, ("ещё 186", "от 73 % до 93 %")])
        return replace(answers.RANKING, rows=tuple(rows), reference=self.amount("норма 2 с"), rest=rest)

    def contributions(self) -> Any:
        values = [self.random.choice([-1, 0, 1]) * (self.value() or 0.0) for _ in range(self.random.randint(1, 14))]
        rows = tuple(Effect(self.name(), f"{value:+.1f} п. п.", value) for value in values)
        total = Effect("Всего", f"{sum(values):+.1f} п. п.", sum(values))
        directed = self.random.random() < 0.7
        return replace(answers.CONTRIBUTIONS, rows=rows, total=total, verdict=self.verdict(), directed=directed)

    def bars(self) -> Any:
        measures = self.random.choice([("",), ("Обращения",), ("Обращения", "Повторные " * 4)])

        def bar(name: str) -> Bar:
            first, second = self.amount("10,5 тыс.", -3, 9), self.amount("14 %", 0, 100)
            return Bar(name, first, second if len(measures) > 1 else None, self.verdict())

        rows = tuple(bar(self.name()) for _ in range(self.random.randint(1, 20)))
        rest, total = (self.random.choice([None, bar(name)]) for name in ("ещё 186", "Всего"))
        return replace(tables.BARS, rows=rows, measures=measures, rest=rest, total=total, judged=len(measures) - 1)

    def matrix(self) -> Any:
        columns = self.random.randint(1, 26)
        texts = self.random.choice([("5", "н/д"), ("100 %", "7 %"), ("1 245 300", "12,5 тыс.")])
        noted = self.random.choice(["", "из 12"])
        totalled = self.random.random() < 0.5

        def cell() -> MatrixCell:
            return MatrixCell(self.amount(self.random.choice(texts), -1, 9), self.verdict(), noted)

        def row(name: str) -> MatrixRow:
            return MatrixRow(name, tuple(cell() for _ in range(columns)), cell() if totalled else None)

        return replace(
            tables.MATRIX,
            columns=tuple(self.random.choice([str(n), self.name()]) for n in range(columns)),
            rows=tuple(row(self.name()) for _ in range(self.random.randint(1, 12))),
            total=self.random.choice([None, row("Всего")]),
            totals=self.random.choice(["", "Всего"]) if totalled else "",
            by_row=self.random.random() < 0.5,
            volume=self.random.random() < 0.5,
        )

    def growing(self, length: int, low: float, high: float) -> tuple[float, ...]:
        return tuple(sorted(self.random.uniform(low, high) for _ in range(length)))

    def reserves(self) -> Any:
        today = self.random.randint(1, self.length)
        return replace(
            june.RESERVES,
            days=self.days,
            fact=self.growing(today, 0, 30),
            plan=self.random.choice([(), self.growing(self.length, 0, 30)]),
            forecast=self.random.choice([(), self.growing(self.length - today, 10, 40)]),
        )

    def target(self) -> Any:
        return paned(
            june.TARGET,
            slots=self.days,
            volumes=self.points(),
            execution=tuple(self.amount("88 %", 50, 130) for _ in self.days),
            reference=self.random.choice([None, Amount(100, "план 100 %")]),
            turning=Turning(self.random.randrange(self.length), "5 июня: 100 %"),
            verdict=self.verdict(),
        )

    def load(self, base: Any) -> Any:
        return paned(base, slots=self.days, rates=self.points(), volumes=self.points(), limit=self.amount("предел 3 %"))

    def today(self) -> Any:
        yesterday = tuple(self.random.choice([None, self.random.uniform(0, 3)]) for _ in self.days)
        return replace(
            june.TODAY,
            slots=self.days,
            points=self.points(),
            yesterday=self.random.choice([(), yesterday]),
            norm=self.amount("норма 2 с"),
            verdict=self.verdict(),
        )


KINDS: dict[str, Callable[[Dice], Any]] = {
    "target-traffic": Dice.target,
    "service-level": lambda dice: replace(june.SL, slots=dice.days, lines=dice.lines()),
    "aht": lambda dice: replace(june.AHT, slots=dice.days, lines=dice.lines()),
    "calls-lcr": lambda dice: dice.load(june.CALLS),
    "chats-aht": lambda dice: dice.load(june.CHATS),
    "reservations": Dice.reserves,
    "voice-bot": lambda dice: paned(
        june.BOT, slots=dice.days, rates=dice.points(), volumes=dice.points(), limit=dice.amount("предел 3 с")
    ),
    "answer-today": Dice.today,
    "series": lambda dice: dice.series(answers.SERIES),
    "series-volume": lambda dice: dice.series(answers.VOLUME),
    "ranking": Dice.ranking,
    "contributions": Dice.contributions,
    "bars": Dice.bars,
    "matrix": Dice.matrix,
}


@pytest.mark.parametrize("kind", KINDS)
def test_texts_stay_on_the_sheet_and_apart(kind: str) -> None:
    make = KINDS[kind]
    drawn, found = 0, []
    held = (*HELD, undrawn) if kind in (*TITLED, "bars", "matrix") else HELD
    for seed in range(60):
        try:
            picture = make(Dice(seed))
            scene = charts.scene(picture)
        except NothingToDraw:
            continue
        drawn += 1
        found += [(seed, broken.__name__, fault) for broken in held for fault in broken(picture, scene)]
    assert not found, found[:5]
    assert drawn > 50
