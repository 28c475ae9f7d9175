"""Pictures that answer a question, as samples: a metric over a period, a ranking, contributions; and awkward ones."""

from dataclasses import replace
from math import sin
from typing import Any

from charts.forms.contributions import Contributions, Effect
from charts.forms.multiples import LinePanel
from charts.forms.ranking import Rank, Ranking
from charts.forms.series import Series
from charts.model import Amount, Point, Points, Slot
from tests.charts import june
from tests.charts.awkward_days import LONG, LONG_TITLES, changed, lacking, running, with_gaps, without_plan
from tests.charts.building import BEHIND, ENGLISH, MET, MISSED, NONE, RUSSIAN, comma, month, points, titles, volumes

BEFORE = (90.0, 88.0, 87.0, 92.0, None, 91.0, 93.0, 90.0, 89.0, 85.0, 91.0, 84.0, 84.0, 83.0, 92.0)

SERIES = Series(
    titles(
        "SL Inhouse: 88 %,\nниже нормы 3 и 12 июня",
        "Service level за 30 с, %, по дням, 1–15 июня",
        "Светлая линия — 17–31 мая. Данные на 15.06 23:59",
    ),
    RUSSIAN,
    june.DAYS,
    (replace(june.SL.lines[0], name="", deviation="было 89 %", before=BEFORE),),
    before="17–31 мая",
)

VOLUME = Series(
    titles(
        "Целевой трафик: 80 % плана,\nотстаём с 6 июня",
        "Целевой трафик, входящий, тыс., по дням, 1–15 июня",
        "Рамка — план, столбец — факт. Светлая линия — 17–31 мая. Данные на 15.06 23:59",
    ),
    RUSSIAN,
    june.DAYS,
    (
        LinePanel(
            "",
            volumes(june.TARGET),
            Amount(28.4, "план 28,4 тыс."),
            Amount(22.9, "22,9 тыс."),
            "было 23,1 тыс.",
            before=(1.1, 2.2, 2.1, 2.0, 1.9, 1.8, 1.2, 1.0, 2.1, 2.2, None, 2.0, 1.9, 1.1, 1.0),
        ),
    ),
    volume=True,
    before="17–31 мая",
)

RANKING = Ranking(
    titles(
        "SL: норма не выполнена на 2 линиях из 5,\nПартнёры: 62 % при норме 80 %",
        "Service level за 30 с, по линиям, 1–15 июня, сначала худшие",
        "Данные на 15.06 23:59",
    ),
    RUSSIAN,
    (
        Rank("Партнёры", Amount(62, "62 %"), 80, MISSED),
        Rank("Ипотека", Amount(79.8, "79,8 %"), 80, MISSED),
        Rank("Inhouse", Amount(88, "88 %"), 80, MET),
        Rank("Продажи", Amount(90, "90 %"), 80, MET),
        Rank("АКЦ Заселение", Amount(96, "96 %"), 80, MET),
    ),
    Amount(80, "норма 80 %"),
)

BARS = Ranking(
    titles(
        "Целевые звонки: план не выполнен на 2 линиях из 4,\nПартнёры: 310 при плане 500",
        "Целевые входящие звонки, по линиям, 1–15 июня",
        "Рамка — план, столбец — факт, справа — доля плана. Данные на 15.06 23:59",
    ),
    RUSSIAN,
    (
        Rank("Продажи", Amount(1830, "1,8 тыс."), 1630, MET, "112 %"),
        Rank("Inhouse", Amount(560, "560"), 700, MISSED, "80 %"),
        Rank("Партнёры", Amount(310, "310"), 500, MISSED, "62 %"),
        Rank("Ипотека", Amount(120, "120"), None, NONE),
        Rank("АКЦ Заселение", Amount(0, "0"), 20, BEHIND, "0 %"),
        Rank("Чаты", None),
    ),
)

CONTRIBUTIONS = Contributions(
    titles(
        "SL Inhouse: −6 п. п. к норме,\nбольше всего — 11:00: −4,2 п. п.",
        "Вклад каждого часа в отклонение от нормы 80 %, п. п., 12 июня",
        "Вклады складываются в отклонение. Данные на 12.06 23:59",
    ),
    RUSSIAN,
    ("хуже", "лучше"),
    (
        Effect("11:00", "−4,2 п. п.", -4.2),
        Effect("12:00", "−2,6 п. п.", -2.6),
        Effect("18:00", "−1,4 п. п.", -1.4),
        Effect("15:00", "+0,6 п. п.", 0.6),
        Effect("9:00", "+1,9 п. п.", 1.9),
        Effect("ещё 6", "−0,3 п. п.", -0.3),
    ),
    Effect("Всего", "−6 п. п.", -6.0),
    MISSED,
)

LONG_NAME = LONG[:60]


def _year(norm: float | None, *, volume: bool) -> tuple[tuple[Slot, ...], Points]:
    """365 days: a name in the middle of each month, a week's shape, a hole in March, misses in autumn."""
    names = ("янв.", "февр.", "март", "апр.", "май", "июнь", "июль", "авг.", "сент.", "окт.", "нояб.", "дек.")
    slots, made = [], []
    for day in range(365):
        slots.append(Slot(names[day // 31] if day % 31 == 15 else ""))
        value = (2 if volume else 86) + (0.4 if volume else 7) * sin(day / 9) - (day % 7 > 4) * (1 if volume else 2)
        missed = norm is not None and value < norm
        fact = None if 70 <= day < 75 else Amount(value, comma(value))
        made.append(Point(fact, norm, NONE if fact is None else MISSED if missed else MET))
    return tuple(slots), tuple(made)


def _hours() -> tuple[tuple[Slot, ...], Points]:
    """A day of 24 hours."""
    values: list[float | None] = [None if hour < 5 else 70 + 7 * (hour % 5) for hour in range(24)]
    return tuple(Slot(str(hour)) for hour in range(24)), points(values, [80] * 24, lambda fact, plan: fact < plan, 0)


def _weeks() -> tuple[tuple[Slot, ...], Points]:
    values: list[float | None] = [9.4, 9.9, 10.2, 8.7, 11.1, 4.2]
    slots = tuple(Slot(name) for name in ("04.05", "11.05", "18.05", "25.05", "01.06", "08.06"))
    return slots, points(values, [10.0] * 6, lambda fact, plan: fact < plan)


def _lines(base: Series, count: int) -> tuple[LinePanel, ...]:
    names = ("Inhouse", "АКЦ Заселение", "Продажи", "Ипотека", LONG_NAME, "Telegram-чаты")
    return tuple(replace(base.lines[0], name=names[index]) for index in range(count))


def levels() -> dict[str, Any]:
    base = SERIES
    line = base.lines[0]
    hours, by_hour = _hours()
    days, by_day = _year(80, volume=False)
    bare = replace(line, points=without_plan(line.points), reference=None)
    steps = tuple(
        replace(point, plan=85.0 if index < 8 else 92.0, verdict=NONE) for index, point in enumerate(line.points)
    )
    missed = points([70.0 - index for index in range(15)], [80] * 15, lambda fact, plan: fact < plan, 0)
    return {
        "one-point": replace(base, slots=base.slots[:1], lines=(replace(line, points=line.points[:1], before=()),)),
        "24-hours": replace(
            base, slots=hours, lines=(replace(line, points=by_hour, before=(88.0,) * 24),), before="3 июня"
        ),
        "365-days": replace(base, slots=days, lines=(replace(line, points=by_day, before=()),)),
        "365-days-before": replace(
            base, slots=days, lines=(replace(line, points=by_day, before=tuple(84 + sin(n / 7) for n in range(365))),)
        ),
        "two-lines": replace(base, lines=_lines(base, 2)),
        "six-lines": replace(base, lines=_lines(base, 6)),
        "no-plan": replace(base, lines=(bare,)),
        "steps": replace(base, lines=(replace(line, points=steps, reference=None, before=()),)),
        "gaps": replace(base, lines=(replace(line, points=with_gaps(line.points, 0, 4, 5, 6, 14)),)),
        "running": replace(base, lines=(replace(line, points=running(line.points, share=0.96)),)),
        "all-missed": replace(base, lines=(replace(line, points=missed, before=()),)),
        "outlier": replace(base, lines=(replace(line, points=changed(line.points, 6, 3, "3", MISSED)),)),
        "zero": replace(base, lines=(replace(line, points=changed(line.points, 3, 0, "0", MISSED), before=()),)),
        "zero-plan": replace(
            base,
            lines=(replace(line, points=points([0.0, 1.0, 0.0] * 5, [0.0] * 15), reference=Amount(0, "предел 0 %")),),
        ),
        "long": replace(base, titles=LONG_TITLES, lines=_lines(base, 5)),
        "english": replace(
            base,
            titles=titles(
                "SL Inhouse: 88%,\nbelow target on June 3 and 12",
                "Service level in 30 s, %, by day, June 1–15",
                "Lighter line: May 17–31. Data as of June 15, 23:59",
            ),
            labels=ENGLISH,
            slots=month(15, english=True),
            lines=(replace(line, deviation="was 89%", reference=Amount(80, "target 80%"), total=Amount(88, "88%")),),
            before="May 17–31",
        ),
    }


def volumes() -> dict[str, Any]:
    base = VOLUME
    line = base.lines[0]
    days, by_day = _year(1.9, volume=True)
    weeks, by_week = _weeks()
    ahead = tuple(
        replace(point, fact=None, elapsed=0.0) if index > 8 else point for index, point in enumerate(line.points)
    )
    none = tuple(replace(point, plan=0.0, verdict=MET) for point in line.points)
    return {
        "one-point": replace(base, slots=base.slots[:1], lines=(replace(line, points=line.points[:1], before=()),)),
        "weeks": replace(
            base, slots=weeks, lines=(replace(line, points=by_week, before=(9.0, 9.5, 9.9, None, 10.3, 9.7)),)
        ),
        "365-days": replace(base, slots=days, lines=(replace(line, points=by_day, before=()),)),
        "365-days-before": replace(
            base, slots=days, lines=(replace(line, points=by_day, before=tuple(1.5 + sin(n / 7) for n in range(365))),)
        ),
        "two-lines": replace(base, lines=_lines(base, 2)),
        "six-lines": replace(base, lines=_lines(base, 6)),
        "no-plan": replace(base, lines=(replace(line, points=without_plan(line.points), reference=None),)),
        "zero-plan": replace(base, lines=(replace(line, points=none),)),
        "gaps": replace(base, lines=(replace(line, points=with_gaps(line.points, 0, 4, 5, 6, 14)),)),
        "running": replace(base, lines=(replace(line, points=running(line.points)),)),
        "ahead": replace(base, lines=(replace(line, points=ahead),)),
        "outlier": replace(base, lines=(replace(line, points=changed(line.points, 9, 14.2, "14,2", MET)),)),
        "zero": replace(base, lines=(replace(line, points=changed(line.points, 3, 0, "0", MISSED)),)),
        "long": replace(base, titles=LONG_TITLES, lines=_lines(base, 5)),
    }


def agents(count: int, *, missed: bool = False) -> tuple[Rank, ...]:
    made = []
    for index in range(count):
        value = 71.0 + 22 * index / count
        made.append(
            Rank(f"Иванова {chr(1040 + index % 30)}. {chr(1040 + index % 7)}.", Amount(value, f"{value:.0f} %"))
        )
    return tuple(replace(row, plan=95.0, verdict=MISSED) for row in made) if missed else tuple(made)


def rankings() -> dict[str, Any]:
    base = RANKING
    long = tuple(replace(row, name=LONG_NAME) for row in base.rows)
    return {
        "bars": BARS,
        "one-row": replace(base, rows=base.rows[:1]),
        "two-rows": replace(base, rows=base.rows[1:3]),
        "20-agents": replace(base, rows=agents(20)[:14], rest=("ещё 6", "от 86 % до 92 %")),
        "200-agents": replace(base, rows=agents(200)[:14], rest=("ещё 186", "от 73 % до 93 %")),
        "30-rows": replace(base, rows=agents(30)),
        "all-missed": replace(base, rows=agents(6, missed=True), reference=Amount(95, "норма 95 %")),
        "no-norm": replace(base, rows=agents(6), reference=None),
        "long": replace(base, titles=LONG_TITLES, rows=long, rest=("ещё 186", "от 73 % до 93 %")),
        "gaps": replace(base, rows=(*base.rows[:2], replace(base.rows[2], fact=None, verdict=NONE))),
        "outlier": replace(BARS, rows=(Rank("Продажи", Amount(98000, "98 тыс.")), *BARS.rows[1:4], BARS.rows[1])),
        "outlier-level": replace(base, rows=(Rank("Ночь", Amount(0, "0 %"), 80, MISSED), *base.rows[1:])),
        "zero-plan": replace(
            BARS, rows=(Rank("Продажи", Amount(3, "3"), 0, MET), Rank("Inhouse", Amount(0, "0"), 0, MET))
        ),
        "all-zero": replace(BARS, rows=(Rank("Продажи", Amount(0, "0")), Rank("Inhouse", Amount(0, "0")))),
        "ceiling": replace(
            base,
            rows=(
                Rank("Inhouse", Amount(312, "312 с"), 290, MISSED),
                Rank("Продажи", Amount(245, "245 с"), 290, MET),
            ),
            reference=Amount(290, "план 290 с"),
        ),
        "english": replace(
            base,
            titles=titles(
                "SL: target missed on 2 lines of 5,\nPartners: 62% against 80%",
                "Service level in 30 s, by line, June 1–15, the worst first",
                "Data as of June 15, 23:59",
            ),
            labels=ENGLISH,
        ),
    }


def contributions() -> dict[str, Any]:
    base = CONTRIBUTIONS
    many = tuple(
        Effect(LONG_NAME, f"{value:+.1f}".replace(".", ",").replace("-", "−"), value) for value in range(-7, 6)
    )
    return {
        "one-row": replace(base, rows=base.rows[:1], total=Effect("Всего", "−4,2 п. п.", -4.2)),
        "all-better": replace(base, rows=base.rows[3:5], total=Effect("Всего", "+2,5 п. п.", 2.5)),
        "neutral": replace(base, sides=("меньше", "больше"), verdict=NONE, directed=False),
        "to-period": replace(base, verdict=NONE),
        "met": replace(base, rows=base.rows[2:5], total=Effect("Всего", "+1,1 п. п.", 1.1), verdict=MET),
        "long": replace(base, titles=LONG_TITLES, rows=many),
        "outlier": replace(
            base, rows=(Effect("11:00", "−40 п. п.", -40.0), *base.rows[1:]), total=Effect("Всего", "−42 п. п.", -42.0)
        ),
        "zero": replace(base, rows=(*base.rows[:2], Effect("10:00", "0 п. п.", 0.0))),
        "english": replace(
            base,
            titles=titles(
                "SL Inhouse: −6 pp to target,\nmost of it: 11:00, −4.2 pp",
                "What each hour gave of the deviation from 80%, pp, June 12",
                "The parts sum to the deviation. Data as of June 12, 23:59",
            ),
            labels=ENGLISH,
            sides=("worse", "better"),
        ),
    }


EMPTY: dict[str, Any] = {
    "series": replace(SERIES, lines=(replace(SERIES.lines[0], points=lacking(SERIES.lines[0].points)),)),
    "series-volume": replace(VOLUME, lines=(replace(VOLUME.lines[0], points=lacking(VOLUME.lines[0].points)),)),
    "ranking": replace(RANKING, rows=(Rank("Продажи", None), Rank("Inhouse", None))),
    "contributions": replace(CONTRIBUTIONS, rows=()),
}
