"""The forms that reports of operations have of their own: invented numbers, and awkward ones."""

from dataclasses import replace
from typing import Any

from charts.forms.flows import Flow, FlowNode, Flows
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


EMPTY: dict[str, Any] = {"flows": replace(FLOWS, flows=())}
