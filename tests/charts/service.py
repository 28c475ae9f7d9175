"""The forms that reports of hours, channels and sites have of their own: invented numbers, and awkward ones."""

from dataclasses import replace
from typing import Any

from charts.forms.hours import Hours, ResultCost, TimePart
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


EMPTY: dict[str, Any] = {"hours": replace(HOURS, parts=())}
