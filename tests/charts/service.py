"""The forms that reports of hours, channels and sites have of their own: invented numbers, and awkward ones."""

from dataclasses import replace
from typing import Any

from charts.forms.hours import Hours, ResultCost, TimePart
from charts.forms.quadrant import Lift, Quadrant, QuadrantCell, QuadrantColumn
from charts.model import Amount
from tests.charts.awkward_days import LONG
from tests.charts.building import RUSSIAN, titles

HOURS = Hours(
    titles(
        "На «Маршрутизация» уходит 41 % времени,\n6,7 мин на одно обращение",
        "8–15 июня: 340 ч оплачено",
        "2 забытых статуса не учтены. Данные на 16.06 12:00",
    ),
    RUSSIAN,
    tuple(
        TimePart(name, Amount(share, f"{share:g} %"), f"{round(3.4 * share)} ч", hatched=name == "Не размечено")
        for name, share in (
            ("Маршрутизация", 41.0),
            ("Гарантия", 22.0),
            ("Задачи", 11.0),
            ("Общие вопросы", 8.0),
            ("Отдых", 7.0),
            ("Не размечено", 6.0),
            ("Не гарантия", 5.0),
        )
    ),
    ("Сколько стоит один результат", "минуты, точка — человек", "середина"),
    (
        ResultCost("Маршрутизация", "139 ч : 1 250", Amount(402, "6,7 мин"), (310, 350, 380, 400, 430, 470, 520), 400),
        ResultCost("Закрытие", "119 ч : 780", Amount(552, "9,2 мин"), (480, 520, 550, 590, 610), 550),
        ResultCost("Задача", "37 ч : 1 130", Amount(120, "2 мин"), (90, 100, 120, 130, 140), 120),
    ),
    "В темпе середины медленная половина освободила бы 15 ч (4 %).",
)


def hours() -> dict[str, Any]:
    return {
        "no-results": replace(HOURS, results=(), remark=""),
        "one-part": replace(HOURS, parts=HOURS.parts[:1], results=HOURS.results[:1]),
        "unmarked-first": replace(HOURS, parts=(HOURS.parts[5], *HOURS.parts[:2])),
        "dwarfs": replace(
            HOURS, parts=(HOURS.parts[0], *(replace(HOURS.parts[3], share=Amount(0.1, "0,1 %")) for _ in range(6)))
        ),
        "long-names": replace(
            HOURS,
            parts=tuple(replace(part, name=LONG) for part in HOURS.parts),
            results=tuple(replace(result, name=LONG, equation=LONG) for result in HOURS.results),
            remark=LONG,
        ),
        "nobody-apart": replace(
            HOURS, results=tuple(replace(result, people=(), middle=None) for result in HOURS.results)
        ),
        "all-alike": replace(
            HOURS, results=tuple(replace(result, people=(60.0,) * 9, middle=60.0) for result in HOURS.results)
        ),
    }


QUADRANT = Quadrant(
    titles(
        "Приветливость добавляет 4 п. п. конверсии,\nкогда цена невыгодна клиенту",
        "Договор после первой консультации, январь–июнь. Круг — число встреч",
        "Улыбка — индекс менеджера за 90 дней до периода. Без цены или индекса 940 встреч. Данные на 16.06 12:00",
    ),
    RUSSIAN,
    (("Менеджер поднимает настроение", "улыбка ≥ +63"), ("Не очень", "улыбка < +63")),
    (
        QuadrantColumn(
            "Цена невыгодна",
            QuadrantCell(2410, Amount(38, "38 %"), ("2 410 встреч", "17 менеджеров")),
            QuadrantCell(2236, Amount(34, "34 %"), ("2 236 встреч", "15 менеджеров")),
            Lift("+4 п. п.", "от 1,1 до 6,9", proven=True),
        ),
        QuadrantColumn(
            "Цена выгодна",
            QuadrantCell(1980, Amount(47, "47 %"), ("1 980 встреч", "17 менеджеров")),
            QuadrantCell(1874, Amount(46, "46 %"), ("1 874 встречи", "15 менеджеров")),
            Lift("+1 п. п.", "может быть случайно", proven=False),
        ),
    ),
)


def quadrants() -> dict[str, Any]:
    first, second = QUADRANT.columns
    few = QuadrantCell(12, None, ("12 встреч", "3 менеджера"))
    none = QuadrantCell(0, None, ("0 встреч", "0 менеджеров"))
    small = QuadrantCell(90, Amount(100, "100 %"), ("90 встреч", "2 менеджера"))
    long_cell = replace(first.upper, beside=(LONG, LONG))
    long_column = QuadrantColumn(LONG, long_cell, long_cell, Lift(LONG, LONG, proven=True))
    return {
        "one-price": replace(QUADRANT, columns=(first, QuadrantColumn(second.name, few, none))),
        "few-below": replace(QUADRANT, columns=(replace(first, lower=few, lift=None), second)),
        "small": replace(QUADRANT, columns=(replace(first, upper=small, lower=small), second)),
        "long-names": replace(QUADRANT, rows=((LONG, LONG), (LONG, LONG)), columns=(long_column, long_column)),
    }


EMPTY: dict[str, Any] = {
    "hours": replace(HOURS, parts=()),
    "quadrant": replace(
        QUADRANT,
        columns=tuple(
            QuadrantColumn(each.name, *(QuadrantCell(0, None, ("", "")) for _ in range(2))) for each in QUADRANT.columns
        ),
    ),
}
