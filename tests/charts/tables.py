"""Tables as pictures: of one dimension as bars, of two as a matrix; invented, and as awkward as tables are."""

from dataclasses import replace
from typing import Any

from charts.forms.bars import Bar, Bars
from charts.forms.matrix import Matrix, MatrixCell, MatrixRow
from charts.model import Amount
from tests.charts.awkward_days import LONG, LONG_TITLES
from tests.charts.building import ENGLISH, MET, MISSED, RUSSIAN, comma, titles

TOPICS = ("Ключи и приёмка", "Ипотека", "Документы", "Гарантия", "Парковка", "Оплата")


def counted(value: float | None, digits: int = 1) -> Amount | None:
    return None if value is None else Amount(value, comma(value, digits))


def percent(value: float | None) -> Amount | None:
    return None if value is None else Amount(value, f"{value:.0f} %")


BARS = Bars(
    titles(
        "Ключи и приёмка: 5,2 тыс. обращений,\nкаждое седьмое повторное",
        "Обращения по темам и доля повторных за 7 дней, 1–15 июня",
        "Повторное — тот же клиент с той же темой. Данные на 15.06 23:59",
    ),
    RUSSIAN,
    tuple(
        Bar(topic, Amount(value, f"{comma(value, 1)} тыс."), percent(again), MISSED if again > 13 else MET)
        for topic, value, again in zip(TOPICS, (5.2, 4.1, 3.3, 1.9, 0.8, 0.4), (14, 9, 11, 13, 6, 4), strict=True)
    ),
    ("Обращения", "Повторные"),
    Bar("ещё 12 тем", Amount(1.1, "1,1 тыс."), percent(8)),
    Bar("Всего", Amount(16.8, "16,8 тыс."), percent(11)),
    judged=1,
)

DAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_BY_LINE = {
    "Продажи": (310, 295, 301, 288, 305, 140, 96),
    "Inhouse": (221, 204, 198, 210, 232, 64, 41),
    "АКЦ Заселение": (54, 49, 61, 47, 58, 12, 0),
}


def _row(name: str, values: tuple[float | None, ...]) -> MatrixRow:
    known = [value for value in values if value is not None]
    return MatrixRow(name, tuple(MatrixCell(counted(value, 0)) for value in values), MatrixCell(counted(sum(known), 0)))


MATRIX = Matrix(
    titles(
        "Больше всего звонков в пятницу:\n595 из 3186",
        "Входящие звонки по линиям и дням недели, 1–15 июня",
        "Темнее — больше. Данные на 15.06 23:59",
    ),
    RUSSIAN,
    DAYS,
    tuple(_row(name, values) for name, values in _BY_LINE.items()),
    _row("Всего", tuple(float(sum(column)) for column in zip(*_BY_LINE.values(), strict=True))),
    "Всего",
)


def bars() -> dict[str, Any]:
    base = BARS
    one = replace(
        base,
        rows=tuple(replace(row, second=None) for row in base.rows),
        measures=("",),
        judged=0,
        rest=replace(base.rest, second=None) if base.rest else None,
        total=replace(base.total, second=None) if base.total else None,
    )
    rows, (first, *others) = base.rows, base.rows
    return {
        "one-measure": one,
        "one-row": replace(one, rows=(first,), rest=None, total=None),
        "thirty-rows": replace(
            base, rows=tuple(replace(row, name=f"{row.name} {n}") for n in range(5) for row in rows)
        ),
        "judged-first": replace(base, judged=0),
        "gaps": replace(base, rows=(replace(first, value=None), replace(others[0], second=None), *others[1:])),
        "second-unknown": replace(base, rows=tuple(replace(row, second=None) for row in base.rows), rest=None),
        "zero": replace(base, rows=(first, *(replace(row, value=Amount(0, "0"), second=percent(0)) for row in others))),
        "all-zero": replace(base, rows=tuple(replace(row, value=Amount(0, "0"), second=percent(0)) for row in rows)),
        "outlier": replace(base, rows=(replace(first, value=Amount(9300, "9,3 млн")), *others)),
        "below-zero": replace(
            one, rows=(first, *(replace(row, value=Amount(-2.1, "−2,1 тыс.")) for row in others)), rest=None
        ),
        "all-below-zero": replace(one, rows=tuple(replace(row, value=Amount(-2.1, "−2,1")) for row in base.rows)),
        "long": replace(
            base,
            titles=LONG_TITLES,
            rows=tuple(replace(row, name=LONG, value=Amount(5_200_310, "5 200 310 из 16 800 000")) for row in rows),
            measures=(LONG, LONG),
            rest=Bar("ещё 1234 темы и подтемы, о которых почти не спрашивали", Amount(1.1, "1,1 тыс.")),
        ),
        "english": replace(
            base,
            titles=titles(
                "Keys and handover: 5.2k requests,\none in seven repeated",
                "Requests by topic and the share repeated in 7 days, June 1–15",
                "As of June 15",
            ),
            labels=ENGLISH,
            measures=("Requests", "Repeated"),
        ),
    }


def matrices() -> dict[str, Any]:
    base = MATRIX
    sales, inhouse, akc = base.rows
    hours = tuple(f"{hour}" for hour in range(24))
    levels = MatrixRow(
        "Inhouse",
        tuple(MatrixCell(percent(value)) for value in (88, 91, 79, 85, 86, 95, None)),
        MatrixCell(percent(87)),
    )
    judged = tuple(
        replace(cell, verdict=MISSED if cell.value and cell.value.value < 80 else MET) for cell in levels.cells
    )
    noted = tuple(replace(cell, note="из 1200" if index < 5 else "из 12") for index, cell in enumerate(judged))
    return {
        "levels": replace(base, rows=(replace(levels, cells=judged), sales), total=None, volume=False, by_row=True),
        "noted": replace(base, rows=(replace(levels, cells=noted),), total=None, volume=False),
        "no-totals": replace(base, rows=tuple(replace(row, total=None) for row in base.rows), total=None, totals=""),
        "one-cell": replace(
            base, columns=DAYS[:1], rows=(MatrixRow("Продажи", (MatrixCell(counted(310, 0)),)),), total=None, totals=""
        ),
        "24-hours": replace(
            base,
            columns=hours,
            rows=tuple(
                _row(day, tuple(float((7 * n + 13 * at) % 240) for n in range(24))) for at, day in enumerate(DAYS)
            ),
            total=None,
        ),
        "gaps": replace(
            base, rows=(_row("Продажи", (None, *_BY_LINE["Продажи"][1:])), _row("Inhouse", (None,) * 7), akc)
        ),
        "all-zero": replace(base, rows=tuple(_row(row.name, (0.0,) * 7) for row in base.rows)),
        "outlier": replace(base, rows=(_row("Продажи", (310, 90_000, *_BY_LINE["Продажи"][2:])), inhouse, akc)),
        "below-zero": replace(base, rows=(_row("Продажи", (-3.0, 0.0, 5.0, -8.0, 1.0, 2.0, 3.0)), inhouse, akc)),
        "forty-rows": replace(base, rows=tuple(replace(sales, name=f"Агент {n} Длиннофамильный") for n in range(40))),
        "long": replace(
            base,
            titles=LONG_TITLES,
            columns=tuple(f"{LONG} {n}" for n in range(7)),
            rows=tuple(
                MatrixRow(
                    LONG,
                    tuple(MatrixCell(Amount(1_845_200, "1 845 200")) for _ in DAYS),
                    MatrixCell(Amount(12_916_400, "12 916 400")),
                )
                for _ in range(3)
            ),
            total=None,
            totals="Всего по всем дням недели",
        ),
        "english": replace(
            base,
            titles=titles(
                "Most calls come on Friday:\n595 of 3186", "Inbound calls by line and weekday", "As of June 15"
            ),
            labels=ENGLISH,
            columns=("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"),
            totals="Total",
        ),
    }


EMPTY = {
    "bars": replace(BARS, rows=tuple(replace(row, value=None, second=None) for row in BARS.rows), rest=None),
    "matrix": replace(MATRIX, rows=tuple(_row(row.name, (None,) * 7) for row in MATRIX.rows)),
}
