"""The forms that reports of operations have of their own: invented numbers, and awkward ones."""

from dataclasses import replace
from typing import Any

from charts.forms.flows import Flow, FlowNode, Flows
from charts.forms.hours import Hours, ResultCost, TimePart
from charts.model import Amount
from tests.charts.awkward_days import LONG
from tests.charts.building import RUSSIAN, titles


def n(value: float) -> Amount:
    return Amount(value, f"{value:,.0f}".replace(",", "\N{NO-BREAK SPACE}"))


FLOWS = Flows(
    titles(
        "Переводят 10,9 % клиентов,\n60 % переводов: Продажи → Inhouse",
        "Звонки, 1–15 июня. Переводом закончились 10 % ответов",
        "Ширина полосы — число переводов, доля — от ответов линии. Вне очереди 272: что с ними стало, неизвестно. "
        "Данные на 16.06 12:00",
    ),
    RUSSIAN,
    ("Ответили", "Куда перевели"),
    (
        FlowNode("Продажи", n(1608), "18 035 ответов", "8,9 %"),
        FlowNode("Inhouse", n(733), "5 540 ответов", "13,2 %"),
        FlowNode("Заселение", n(143), "1 289 ответов", "11,1 %"),
    ),
    (
        FlowNode("Inhouse", n(1596), "не дождались 8"),
        FlowNode("Продажи", n(666), "не дождались 4"),
        FlowNode("Заселение", n(222), "не дождался 1"),
    ),
    tuple(
        Flow(source, target, n(value))
        for source, target, value in ((0, 0, 1497), (0, 2, 111), (1, 1, 622), (1, 2, 111), (2, 0, 99), (2, 1, 44))
    ),
)


def flows() -> dict[str, Any]:
    one = replace(FLOWS, sources=FLOWS.sources[:1], flows=FLOWS.flows[:2])
    five = tuple(FlowNode(f"Линия {k}", n(10 + k), "99 ответов", "9 %") for k in range(5))
    return {
        "one-source": one,
        "one-flow": replace(one, targets=FLOWS.targets[:1], flows=FLOWS.flows[:1]),
        "five": replace(
            FLOWS, sources=five, targets=five, flows=tuple(Flow(k, (k + 2) % 5, n(10 + k)) for k in range(5))
        ),
        "one-transfer": replace(
            FLOWS,
            sources=(FlowNode("Продажи", n(1), "3 ответа", "33,3 %"),),
            targets=(FlowNode("вне линий", n(1), "чем кончилось, неизвестно"),),
            flows=(Flow(0, 0, n(1)),),
        ),
        "dwarf": replace(FLOWS, flows=(*FLOWS.flows[:-1], Flow(2, 1, n(1)))),
        "long-names": replace(
            FLOWS,
            sources=tuple(replace(node, name=LONG) for node in FLOWS.sources),
            targets=tuple(replace(node, name=LONG) for node in FLOWS.targets),
        ),
        "huge": replace(
            FLOWS,
            sources=tuple(replace(node, amount=n(node.amount.value * 1e5)) for node in FLOWS.sources),
            targets=tuple(replace(node, amount=n(node.amount.value * 1e5)) for node in FLOWS.targets),
            flows=tuple(replace(flow, amount=n(flow.amount.value * 1e5)) for flow in FLOWS.flows),
        ),
    }


HOURS = Hours(
    titles(
        "«Маршрутизация» забирает 41 % времени,\n6,7 мин на одно обращение",
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
    "Работай медленная половина как середина, освободится 15 ч (4 %).",
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


EMPTY: dict[str, Any] = {"flows": replace(FLOWS, flows=()), "hours": replace(HOURS, parts=())}
