"""The forms that reports of sales have of their own: invented numbers, and awkward ones of every size."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from charts.forms.attendance import Attendance, AttendanceDay
from charts.forms.attrition import Attrition, AttritionStep, Rival
from charts.forms.cohorts import CohortRow, Cohorts
from charts.forms.crew import Crew, CrewMember
from charts.forms.measures import MeasureGroup, MeasureRow, MeasureTable
from charts.forms.pairs import Aside, Pair, Pairs
from charts.forms.quarters import QuarterMonth, Quarters, Total
from charts.forms.spreads import Spread, Spreads
from charts.forms.steps import Step, Steps
from charts.forms.wings import Place, Wings, WingStep
from charts.model import Amount
from tests.charts.awkward_days import LONG
from tests.charts.building import RUSSIAN, month, titles
from tests.charts.reports import n

EXTREME = n(1_234_567)
NOTHING = n(0)
CITIES = (*("Москва", "Новосибирск", "Екатеринбург", "Санкт-Петербург", "без города"),)
PEOPLE = (*("Дарина Планировкина", "Захар Трубкин", "Демьян Ключевский", "Милана Лифтова"),)
MONTHS = (*("янв", "февр", "март", "апр", "май", "июнь", "июль", "авг", "сент", "окт", "нояб", "дек"),)
DAYS = (1, 2, 15, 16, 31)
"""Of 90 days the report shows weeks."""


def _places(names: Sequence[str], share: Amount | None = None, young: bool = True) -> tuple[Place, ...]:
    return tuple(
        Place(name, n(37 + k) if young else None, share or n(59 + k), 67.0 - k, "−8 п. п." if not k else "", not k)
        for k, name in enumerate(names)
    )


def _days(count: int, came: Callable[[int], Amount] = lambda k: n(25 + 7 * k % 40)) -> tuple[AttendanceDay, ...]:
    return tuple(AttendanceDay(slot, came(k), n(10 + 3 * k % 20)) for k, slot in enumerate(month(count)))


ATTENDANCE = Attendance(
    titles(
        "Не пришли 38 % записанных,\nпрежде было 37 %", "Консультации по записи, 1–15 июня", "Данные на 16.06 12:00"
    ),
    RUSSIAN,
    "Консультации по дням",
    _days(15),
    ("пришли", "не пришли"),
    "Неявки по городам, %",
    ("", "черта — 1–15 мая"),
    _places(CITIES, young=False),
)


def attendances() -> dict[str, Any]:
    whole = {f"{count}-days": replace(ATTENDANCE, days=_days(count)) for count in DAYS}
    return whole | {
        "zero-day": replace(ATTENDANCE, days=(*_days(3), AttendanceDay(month(4)[3], NOTHING, NOTHING))),
        "nobody-came": replace(ATTENDANCE, days=_days(15, lambda _: NOTHING)),
        "extreme": replace(ATTENDANCE, days=_days(15, lambda k: EXTREME if k == 7 else n(k))),
        "no-places": replace(ATTENDANCE, places=()),
        "one-place": replace(ATTENDANCE, places=_places((LONG,), young=False)),
        "none-missed": replace(ATTENDANCE, places=_places(CITIES, NOTHING, young=False)),
    }


ATTRITION = Attrition(
    titles("Визит — 7 387 ₽, договор — 29,3 тыс. ₽;\nскрипт Б лучше", "Кампания, 1–15 июня", "Затраты 820 тыс. ₽"),
    RUSSIAN,
    ("клиенты, доля от предыдущего шага", "₽ за одного"),
    tuple(
        AttritionStep(
            name,
            n(value),
            "38 %" if k else "",
            "дубли 1 240, без номера 120" if k else "",
            "3 761" if k > 1 else "",
            k > 4,
        )
        for k, (name, value) in enumerate(
            zip(
                ("База", "Уникальные живые", "Набрали", "Дозвонились", "Согласились", "Пришли", "Договор"),
                (12400, 10620, 3290, 1248, 218, 111, 28),
                strict=True,
            )
        )
    ),
    "Согласие из дозвонившихся, %",
    (
        Rival("Скрипт Б", Amount(19.6, "19,6 %"), 16.7, 22.9, "из 642 клиентов", strong=True),
        Rival("Скрипт А", Amount(15.2, "15,2 %"), 12.5, 18.3, "из 606 клиентов"),
    ),
)


def attritions() -> dict[str, Any]:
    steps, rivals = ATTRITION.steps, ATTRITION.rivals
    return {
        "one-step": replace(ATTRITION, steps=steps[:1]),
        "two-steps": replace(ATTRITION, steps=steps[:2], rivals=()),
        "no-rivals": replace(ATTRITION, rivals=()),
        "four-rivals": replace(ATTRITION, rivals=(*rivals, *(replace(rivals[1], name=f"Скрипт {x}") for x in "ВГ"))),
        "zero-steps": replace(ATTRITION, steps=(*steps[:4], *(replace(s, amount=NOTHING, cost="") for s in steps[4:]))),
        "extreme": replace(ATTRITION, steps=(replace(steps[0], amount=EXTREME), *steps[1:])),
        "rivals-alike": replace(ATTRITION, rivals=tuple(replace(each, low=0.0, high=100.0) for each in rivals)),
        "zero-rivals": replace(
            ATTRITION, rivals=tuple(replace(r, share=Amount(0, "0 %"), low=0.0, high=0.0) for r in rivals)
        ),
        "long-names": replace(ATTRITION, rivals=tuple(replace(each, name=LONG) for each in rivals)),
    }


def _cohort(k: int, name: str) -> CohortRow:
    young = k > 8
    return CohortRow(
        name,
        "6,2",
        Amount(9.9 - 0.7 * max(k - 6, 0), f"{9.9 - 0.7 * max(k - 6, 0):.1f}".replace(".", ",")),
        Amount(9.5, "9,5") if young else None,
        8.5 if young else 0.0,
        10.6 if young else 0.0,
        Amount(8.8, "8,8 %"),
        "к 15.12" if k == 11 else "",
    )


COHORTS = Cohorts(
    titles("Сделки за ноябрь: уже 6,4 %,\nдозреют до 9,5 %", "Доля сделок с договором, %", "Данные на 16.12 12:00"),
    RUSSIAN,
    tuple(_cohort(k, name) for k, name in enumerate(MONTHS)),
    "валовая",
    "тыс. сделок",
)


def cohorts() -> dict[str, Any]:
    columns = COHORTS.columns
    return {
        "one-month": replace(COHORTS, columns=columns[-1:]),
        "two-months": replace(COHORTS, columns=columns[-2:]),
        "gap": replace(COHORTS, columns=(columns[0], replace(columns[1], won=None, beside=None), *columns[2:])),
        "zero-month": replace(COHORTS, columns=(replace(columns[0], won=Amount(0, "0")), *columns[1:])),
        "nothing-signed-yet": replace(
            COHORTS, columns=tuple(replace(each, won=Amount(0, "0")) for each in columns[-3:])
        ),
        "wide-whisker": replace(COHORTS, columns=(*columns[:-1], replace(columns[-1], low=6.4, high=100.0))),
        "extreme": replace(COHORTS, columns=(replace(columns[0], won=Amount(100, "100")), *columns[1:])),
        "nothing-beside": replace(COHORTS, beside="", columns=tuple(replace(each, beside=None) for each in columns)),
    }


def _member(k: int, name: str) -> CrewMember:
    share = 4.0 + k % 5
    return CrewMember(
        name, n(116 - k), n(6 + 5 * k % 19), "33", "0:37", Amount(share, f"{share:.0f} %"), share / 2, share * 2,
        f"{10 + k} из 108", k == 1,
    )  # fmt: skip


CREW = Crew(
    titles("У 3 менеджеров каждая пятая сделка без задачи", "Менеджеры, 1–15 июня", "Данные на 16.06 12:00"),
    RUSSIAN,
    ("в работе", "звонки", "окно", "из полученных"),
    tuple(_member(k, name) for k, name in enumerate(PEOPLE)),
    Amount(8.6, "все 9 %"),
)


def crews() -> dict[str, Any]:
    people = CREW.people
    return {
        "one": replace(CREW, people=people[:1]),
        "thirteen": replace(CREW, people=tuple(_member(k, f"Клим Отзвонов {k}") for k in range(13))),
        "few-received": replace(CREW, people=tuple(replace(each, share=None, said="7 из 12") for each in people)),
        "no-norm": replace(CREW, norm=None),
        "zero-loads": replace(CREW, people=tuple(replace(each, load=NOTHING, part=None) for each in people)),
        "zero-shares": replace(
            CREW, people=tuple(replace(each, share=Amount(0, "0 %"), low=0.0, high=0.0) for each in people)
        ),
        "extreme": replace(CREW, people=(replace(people[0], load=n(1_234), part=n(987)), *people[1:])),
    }


def _measures(columns: int, value: float = 25242, *, quiet: bool = True) -> tuple[MeasureGroup, ...]:
    def row(name: str, k: int, worst: int | None = None) -> MeasureRow:
        cells = tuple(None if (k + at) % 4 == 3 else n(value / (at + 1)) for at in range(columns))
        return MeasureRow(name, cells, worst if worst is not None and cells[worst] else None)

    return (
        MeasureGroup("Объём", (row("Входящие", 0), row("Обработано", 1), row("Исходящие", 2))),
        MeasureGroup("Деньги", (row("Затраты", 4), row("Один контакт", 5, 0))),
        MeasureGroup(
            "Качество",
            (
                row("В срок", 8, columns - 1),
                *((MeasureRow("срок", (Amount(0, "за 30 сек."),) * columns, quiet=True),) if quiet else ()),
            ),
        ),
    )


MEASURES = MeasureTable(
    titles("Ниже всех CSAT — «Обращения»: 61 %", "Каналы, 1–15 июня", "Данные на 16.06 12:00"),
    ("Звонки", "Чаты", "Лиды", "Обращения"),
    _measures(4),
)


def measures() -> dict[str, Any]:
    return {
        "one-column": replace(MEASURES, columns=MEASURES.columns[:1], groups=_measures(1)),
        "two-columns": replace(MEASURES, columns=MEASURES.columns[:2], groups=_measures(2)),
        "five-columns": replace(MEASURES, columns=(*MEASURES.columns, "Голосовой бот"), groups=_measures(5)),
        "zero": replace(MEASURES, groups=_measures(4, 0)),
        "extreme": replace(MEASURES, groups=_measures(4, 987_654)),
        "one-row": replace(MEASURES, groups=(MeasureGroup("Объём", MEASURES.groups[0].rows[:1]),)),
        "long-names": replace(MEASURES, columns=(LONG,) * 4),
    }


def _pairs(count: int) -> tuple[Pair, ...]:
    return tuple(
        Pair(str(k), n(26 - abs(3 - k) * 5 if k < 8 else 0), n(17 - abs(9 - k) if k else 0), k in (3, 9))
        for k in range(count)
    )


PAIRS = Pairs(
    titles(
        "До договора — 8,8 касания,\nот неотвечающих отступаем после 3,3",
        "Касания сделки, 1–15 июня",
        "Контур — договоры",
    ),
    RUSSIAN,
    "Доля сделок по числу касаний, %",
    _pairs(13),
    ("не отвечают: 3,3", "договор: 8,8"),
    "Медиана паузы перед касанием",
    tuple(Pair(str(k), Amount(72_000.0 + 9000 * k, f"{20 + k} ч"), None, k in (2, 10)) for k in range(2, 11)),
    "",
    (
        (Aside("на клиента", "3,5", "звонка"), Aside("", "0,6", "SMS")),
        (Aside("от касания до этапа", "2,2", "дня"), Aside("разговор с неотвечающими", "2,8", "мин")),
    ),
)


def pairs() -> dict[str, Any]:
    return {
        "one-pair": replace(PAIRS, pairs=_pairs(4)[3:], columns=PAIRS.columns[:1]),
        "two-pairs": replace(PAIRS, pairs=_pairs(4)[2:], columns=PAIRS.columns[:2]),
        "no-columns": replace(PAIRS, columns=(), said="", beside=(PAIRS.beside[0], ())),
        "one-group": replace(
            PAIRS, groups=("не отвечают: 3,3", ""), pairs=tuple(replace(each, outlined=None) for each in PAIRS.pairs)
        ),
        "zero-columns": replace(PAIRS, columns=tuple(replace(each, solid=Amount(0, "0 ч")) for each in PAIRS.columns)),
        "all-in-one": replace(
            PAIRS, pairs=tuple(replace(each, solid=n(100 if k == 3 else 0)) for k, each in enumerate(PAIRS.pairs))
        ),
        "nothing-beside": replace(PAIRS, beside=((), ())),
    }


def _quarter(name: str, first: int, change: str = "+18 % к прошлому году") -> tuple[Total, tuple[QuarterMonth, ...]]:
    months = tuple(
        QuarterMonth(MONTHS[first + k], Amount(46_818 - 3000 * k, f"{46.8 - 3 * k:.1f}".replace(".", ",")),
                     37_562.0 + 2000 * k, Amount(5400 + 300 * k, f"{5.4 + 0.3 * k:.1f}".replace(".", ",")))
        for k in range(3)
    )  # fmt: skip
    return Total(name, "136 тыс.", change), months


QUARTERS = Quarters(
    titles(
        "2-й квартал: 114,6 тыс. целевых,\nна 21 % больше",
        "Целевые звонки, лиды и чаты, тыс. в месяц",
        "Черта — год назад",
    ),
    RUSSIAN,
    (_quarter("4 кв. 2025", 9, "год назад данных нет"), _quarter("1 кв. 2026", 0), _quarter("2 кв., к 15.06", 3)),
    Total("2026", "238,1 тыс.", "+19 %"),
    "Цена целевого обращения, тыс. ₽",
    Total("квартал", "5 918 ₽", "+19 %"),
)


def quarters() -> dict[str, Any]:
    def each(**changes: Any) -> Quarters:
        changed = ((total, tuple(replace(of, **changes) for of in months)) for total, months in QUARTERS.quarters)
        return replace(QUARTERS, quarters=tuple(changed))

    total, months = QUARTERS.quarters[0]
    return {
        "one-quarter": replace(QUARTERS, quarters=QUARTERS.quarters[:1]),
        "one-month": replace(QUARTERS, quarters=((total, months[:1]),)),
        "four-quarters": replace(QUARTERS, quarters=(_quarter("3 кв. 2025", 6), *QUARTERS.quarters)),
        "no-year-ago": each(before=None),
        "no-price": replace(each(second=None), second="", second_total=None),
        "gap": replace(
            QUARTERS, quarters=((total, (replace(months[0], amount=None), *months[1:])), *QUARTERS.quarters[1:])
        ),
        "zero-month": replace(
            QUARTERS,
            quarters=((total, (*months[:2], replace(months[2], amount=Amount(0, "0")))), *QUARTERS.quarters[1:]),
        ),
        "extreme": replace(
            QUARTERS,
            quarters=((total, (*months[:2], replace(months[2], amount=Amount(1e6, "1 000")))), *QUARTERS.quarters[1:]),
        ),
        "year-ago-higher": each(before=98_000.0),
    }


_SPANS = (*("до 15 мин", "1 ч", "4 ч", "1 д", "3 д", "7 д", "14 д", "30 д", ">30"),)
SPREADS = Spreads(
    titles(
        "До первого разговора — 25 мин,\nно каждый десятый ждёт дольше 12 ч",
        "Сколько занимает шаг, доля сделок",
        "Данные на 16.06 12:00",
    ),
    RUSSIAN,
    _SPANS,
    ("медиана", "9 из 10"),
    tuple(
        Spread(name, (40.0, 21.7, 12.3, 24.5, 0.9, 0.3, 0.1, 0.0, 0.0), 1, 3, "25 мин", "12 ч", "", not k)
        for k, name in enumerate(
            ("До первого разговора", "Телефон получен → Записан на консультацию", "Договор подписан → Сделка закрыта")
        )
    ),
)


def spreads() -> dict[str, Any]:
    row = SPREADS.rows[0]
    return {
        "one-row": replace(SPREADS, rows=(row,)),
        "eight-rows": replace(SPREADS, rows=tuple(replace(row, name=f"Шаг {k}", strong=False) for k in range(8))),
        "one-span": replace(SPREADS, spans=_SPANS[:1], rows=(replace(row, shares=(100.0,), dark=0, framed=0),)),
        "all-in-one": replace(SPREADS, rows=(replace(row, shares=(0.0,) * 8 + (100.0,), dark=8, framed=8),)),
        "nobody": replace(SPREADS, rows=(row, Spread("Не отвечает → закрыта", said="ни одной сделки"))),
        "long-names": replace(SPREADS, rows=tuple(replace(each, name=LONG) for each in SPREADS.rows)),
    }


STEPS = Steps(
    titles(
        "На тех же задачах разницы нет,\nхотя в лоб она +3,8 п. п.",
        "Решение с первого касания, 1–15 июня",
        "Данные на 16.06 12:00",
    ),
    RUSSIAN,
    (
        Step("Свои", Amount(95.5, "95,5 %"), level=True),
        Step("Задачи только одной площадки", Amount(2.4, "+2,4 п. п.")),
        Step("Другие доли тех же задач", Amount(0.1, "+0,1 п. п.")),
        Step("Результат на тех же задачах", Amount(1.3, "+1,3 п. п."), note="−4…+6,7", whisker=(-4.0, 6.7)),
        Step("Аутсорс", Amount(99.3, "99,3 %"), level=True),
    ),
    3,
)


def steps() -> dict[str, Any]:
    first, *parts, last = STEPS.steps
    back = replace(parts[0], amount=Amount(-40, "−40 п. п."))
    forth = replace(parts[1], amount=Amount(44, "+44 п. п."))
    return {
        "no-difference": replace(
            STEPS, steps=(first, *(replace(part, amount=Amount(0, "0 п. п."), whisker=None) for part in parts), first)
        ),
        "back-and-forth": replace(
            STEPS,
            steps=(first, back, forth, last),
            dark=1,
        ),
        "from-zero": replace(
            STEPS,
            steps=(replace(first, amount=Amount(0, "0 %")), replace(parts[0], amount=Amount(100, "+100 п. п.")),
                   replace(last, amount=Amount(100, "100 %"))),
            dark=1,
        ),
        "long-names": replace(STEPS, steps=tuple(replace(step, name=LONG) for step in STEPS.steps)),
    }  # fmt: skip


WINGS = Wings(
    titles(
        "Запись → Консультация: 63 %,\nбыло 67 %: просел город Москва",
        "Сделки по шагам, 1–15 июня",
        "Данные на 16.06 12:00",
    ),
    RUSSIAN,
    ("Созданные: докуда дошли", "Прошли за период"),
    tuple(
        WingStep(name, n(reached), here, closed, n(passed), told, "39 %", "63 %", told and "было 67", here == 427)
        for name, reached, here, closed, passed, told in (
            ("Сделки", 3060, 42, 228, 3060, "здесь 42, закрыто 228"),
            ("Телефон", 2790, 1302, 749, 2790, "здесь 1 302, закрыто 749"),
            ("Запись", 739, 427, 22, 1265, "здесь 427, закрыто 22"),
            ("Консультация", 290, 253, 11, 792, "здесь 253, закрыто 11"),
            ("Договор", 26, 0, 0, 268, ""),
        )
    ),
    "Запись → Консультация по городам, %",
    ("из созданных, зреет", "черта — 1–15 мая"),
    _places(CITIES),
)  # fmt: skip


def wings() -> dict[str, Any]:
    steps = WINGS.steps
    return {
        "one-step": replace(WINGS, steps=steps[:1]),
        "two-steps": replace(WINGS, steps=steps[:2], places=_places(CITIES[:1])),
        "no-places": replace(WINGS, places=()),
        "zero-step": replace(WINGS, steps=(*steps[:4], replace(steps[4], reached=NOTHING, passed=NOTHING))),
        "nobody-passed": replace(WINGS, steps=tuple(replace(each, passed=NOTHING) for each in steps)),
        "extreme": replace(WINGS, steps=(replace(steps[0], reached=EXTREME, passed=EXTREME), *steps[1:])),
        "zero-places": replace(WINGS, places=_places(CITIES, NOTHING)),
        "long-names": replace(WINGS, places=_places((LONG,) * 5)),
    }


EMPTY: dict[str, Any] = {
    "attendance": replace(ATTENDANCE, days=()),
    "attrition": replace(ATTRITION, steps=()),
    "cohorts": replace(COHORTS, columns=()),
    "crew": replace(CREW, people=()),
    "measures": replace(MEASURES, groups=()),
    "pairs": replace(PAIRS, pairs=(), columns=()),
    "quarters": replace(QUARTERS, quarters=()),
    "spreads": replace(SPREADS, rows=()),
    "steps": replace(STEPS, steps=()),
    "wings": replace(WINGS, steps=()),
}
