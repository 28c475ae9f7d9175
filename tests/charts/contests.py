"""Contests of any size and shape, as plain data. Every name is made up."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from charts.forms.crowd import Crowd, Floor
from charts.forms.tower import Climb, Climber
from charts.model import Amount
from tests.charts.building import titles

NAMES = (
    *("Пентхаузен Глафира", "Мансардова Устинья", "Подоконников Елисей"),
    *("Константиноэтажская-Верхнелифтовая Аполлинария", "Балконская Фёкла", "Кирпичников Пров", "Лифтёров Савва"),
    *("Чердаков Архип", "Форточкина Майя", "Этажеркин Назар", "Ступенькин Лука", "Обоев Тихон", "Перилова Ася"),
    "Плинтусова Зоя",
)
TOTALS = (27, 25, 22, 22, 19, 17, 16, 14, 13, 12, 11, 11, 10, 9)
MOVES = (0, 1, -1, 2, 0, -2, 0, 3, -1, -1, None, -1, 0, 1)
SCALE = ("Этаж = {n}.", "Разрыв: пустые этажи.")


def climb(
    totals: Sequence[float] = TOTALS,
    names: Sequence[str] = NAMES,
    *,
    places: int = 10,
    minimum: float | None = 10,
    moves: Sequence[int | None] = MOVES,
    rest: str = "",
    text: str = "",
) -> Climb:
    """Rows in the order given; equal totals share a place."""
    rank = {total: n + 1 for n, total in reversed(list(enumerate(totals)))}
    rows = []
    for n, total in enumerate(totals):
        final = rank[total] <= places and total >= (minimum or 0)
        above = [other for other in totals if other > total]
        gap = f"{above[-1] - total:g} до {rank[above[-1]]}-го" if above else "лидер"
        name = names[n % len(names)]
        rows.append(
            Climber(
                str(rank[total]),
                tuple(dict.fromkeys((name, _short(name), _shorter(name)))),
                Amount(total, f"{total:g}{text}".replace(".", ",")),
                gap if final else f"{max(totals[places - 1] if len(totals) > places else 1, 1) - total:g} до финала",
                final,
                moves[n % len(moves)],
                rank[total] == 1,
            )
        )
    finalists = sum(row.final for row in rows)
    return Climb(
        titles(
            "Пентхаузен впереди,\nМансардова отстаёт на 2 резерва",
            "Конкурс резервов в звонке, 1–15 июня",
            "Сдвиг места с 14 июня. Ничья — одно место. Данные на 15 июня, 23:59",
        ),
        tuple(rows),
        f"в финале первые {places}" if finalists < len(rows) else "",
        Amount(minimum, f"минимум {minimum:g}") if minimum else None,
        "нов",
        rest,
        SCALE,
    )


def _short(name: str) -> str:
    surname, _, first = name.partition(" ")
    return f"{surname}\u00a0{first[:1]}." if first else name


def _shorter(name: str) -> str:
    first, dash, second = name.split()[0].partition("-")
    return f"{first}-{second[0]}.\u00a0{name.split()[-1][:1]}." if dash else _short(name)


def crowd(
    people: dict[int, int], *, places: int = 10, least: int = 1, named: int = 5, near: str = "9 человек: до финала 1–2"
) -> Crowd:
    """`people` have a total each; the first places are in the final, and whoever is two steps from it is near."""
    totals = sorted(people, reverse=True)
    taken, threshold = 0, least
    for total in totals:
        if taken < places and total >= least:
            taken, threshold = taken + people[total], total
    floors, above = [], 0
    for total in totals:
        final = people[total] if above < places and total >= least else 0
        names = [NAMES[n % len(NAMES)] for n in range(above, above + people[total])][:60]
        brief = ", ".join(map(_short, names))
        ways = (", ".join(names), brief, f"{_short(names[0])} и ещё {people[total] - 1}")
        close = people[total] if not final and total >= threshold - 2 and total > 0 else 0
        known = ways if final and above < named else ()
        floors.append(Floor(Amount(total, str(total)), people[total], final, close, known))
        above += people[total]
    return Crowd(
        titles(
            "В финале 10 из 200,\nещё 9 в одном-двух шагах",
            "Окно — человек, этаж — число резервов, 1–15 июня",
            "Своё место: /rating me. Данные на 15 июня, 23:59",
        ),
        tuple(floors),
        Amount(threshold, f"порог финала: {threshold} резервов"),
        near,
        Amount(totals[len(totals) // 2], f"медиана: {totals[len(totals) // 2]}"),
        f"без резервов: {people[0]}" if people.get(0) else "",
        "Разрыв: пустые этажи.",
        "Этаж = {n}.",
    )


TWO_HUNDRED = {
    27: 1,
    25: 1,
    22: 2,
    19: 1,
    17: 1,
    16: 1,
    15: 3,
    14: 4,
    13: 5,
    12: 6,
    11: 7,
    10: 9,
    9: 11,
    8: 13,
    7: 15,
    6: 17,
    5: 19,
    4: 22,
    3: 22,
    2: 18,
    1: 13,
    0: 9,
}
CLIMB = climb()
CROWD = crowd(TWO_HUNDRED)


def _climbs() -> dict[str, Any]:
    one = climb((1,), minimum=None)
    long = ("Константиноэтажская-Верхнелифтовая Аполлинария", "Задунайско-Преображенский-Мстиславский Вениамин")
    english = titles(
        "Penthouse leads,\nMansard is 2 reservations behind",
        "Reservations during a call, June 1–15",
        "Places moved since June 14. Equals share a place. Data as of June 15, 23:59",
    )
    return {
        "one": one,
        "two": climb((5, 3)),
        "three": climb((3, 3, 1), minimum=2, places=2),
        "ten": climb(TOTALS[:10]),
        "rest": climb(rest="ещё 26: от 0 до 8"),
        "first-day": climb((1, 1, 1, 0, 0), minimum=10),
        "equal": climb((5,) * 14, minimum=3),
        "equal-few": climb((5,) * 4, minimum=3),
        "nobody-final": climb((7, 6, 5, 5, 2), minimum=40),
        "huge-gap": climb((400, 3, 3, 2, 2, 1, 1, 1, 0), minimum=2),
        "high": climb((412, 405, 380, 371, 370, 366, 365, 300, 290, 285, 280, 270, 20, 0), minimum=250),
        "negative": climb((4, 2, 0, -1), minimum=None),
        "square-metres": climb((1840.5, 1712.25, 1711, 990.4, 52.3), minimum=500, text=" м²"),
        "fourteen-finalists": climb((*TOTALS[:9], 12, 12, 12, 12, 12), minimum=10),
        "long": climb(names=long),
        "hidden": climb(names=("участник",)),
        "no-moves": replace(climb(rest="ещё 26: от 0 до 8"), new=""),
        "english": replace(climb(names=("Glafira Penthouse", "Ustinya Mansard")), titles=english),
    }


def _crowds() -> dict[str, Any]:
    return {
        "fifteen": crowd(
            dict(zip((27, 25, 22, 19, 17, 14, 12, 11, 10, 9, 8, 7), (1, 1, 2, 1, 1, 2, 1, 2, 1, 1, 1, 1), strict=True))
        ),
        "forty": crowd({9: 1, 8: 2, 6: 3, 5: 5, 4: 6, 3: 8, 2: 9, 1: 4, 0: 2}),
        "three-fifty": crowd({total: round(350 * 0.87**total * 0.13) + 1 for total in range(24)}),
        "equal": crowd({5: 200}, near=""),
        "equal-350": crowd({3: 350}, near=""),
        "first-day": crowd({1: 7, 0: 193}, near=""),
        "huge-gap": crowd({400: 1, 3: 30, 2: 60, 1: 70, 0: 39}),
        "high": crowd({400 - 7 * n: 1 + n % 5 for n in range(57)}),
        "nobody-final": crowd({7: 3, 6: 5, 5: 20, 2: 40, 0: 12}, least=12, near=""),
        "hidden": crowd(TWO_HUNDRED, named=0),
        "two-gaps": crowd({300: 1, 200: 2, 100: 30, 50: 60, 3: 70, 0: 39}),
    }


CLIMBS = _climbs()
CROWDS = _crowds()
EMPTY_CLIMB = climb((0, 0, 0), minimum=None)
EMPTY_CROWD = crowd({0: 20})
