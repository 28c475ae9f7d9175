"""The forms that reports of operations have of their own: invented numbers, and awkward ones."""

from dataclasses import replace
from typing import Any

from charts.forms.flows import Flow, FlowNode, Flows
from charts.forms.outcomes import HourColumn, Outcome, Outcomes, Shade
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


_HOURS = (8, 16, 30, 47, 41, 40, 46, 28, 32, 22, 14, 13, 9, 4)
OUTCOMES = Outcomes(
    titles(
        "Сорвалось 344 звонка, не вернули 26 клиентов;\nполовина потерь — с 11:00 до 15:00",
        "Потери в звонках и в клиентах, 1–15 июня",
        "Вернули — разговор в течение 24 ч после последней потери. Ещё ждёт 1. Данные на 16.06 12:00",
    ),
    RUSSIAN,
    ("Звонки: 344, 1,4 %", "по часам"),
    tuple(HourColumn(str(8 + k), n(value), 3 <= k <= 6) for k, value in enumerate(_HOURS)),
    ("Клиенты: 311", "чем кончилась последняя потеря"),
    (
        Outcome("перезвонили и поговорили", n(214), Shade.LIGHT),
        Outcome("вернулись сами", n(70), Shade.MID),
        Outcome("ещё ждут", n(1), Shade.HATCHED),
        Outcome("не вернули", n(26), Shade.DARK),
    ),
    "Перезваниваем за 19 мин; дважды подряд потеряли 12 клиентов.",
)


def outcomes() -> dict[str, Any]:
    by_us, alone, waits, left = OUTCOMES.parts
    return {
        "one-hour": replace(OUTCOMES, columns=OUTCOMES.columns[:1]),
        "all-hours": replace(OUTCOMES, columns=tuple(HourColumn(str(k), n(10_000 + k), k > 20) for k in range(24))),
        "no-clients": replace(OUTCOMES, parts=(), below=("", ""), statement=""),
        "one-part": replace(OUTCOMES, parts=(left,)),
        "dwarfs": replace(
            OUTCOMES,
            parts=tuple(
                replace(each, amount=n(value)) for each, value in zip(OUTCOMES.parts, (3000, 1, 1, 1), strict=True)
            ),
        ),
        "dark-only-small": replace(OUTCOMES, parts=(by_us, replace(left, amount=n(1)))),
        "no-waiting": replace(OUTCOMES, parts=(by_us, alone, replace(waits, amount=n(0)), left)),
        "zeros-between": replace(
            OUTCOMES,
            columns=tuple(replace(each, amount=n(0 if k % 2 else 5)) for k, each in enumerate(OUTCOMES.columns)),
        ),
    }


EMPTY: dict[str, Any] = {
    "flows": replace(FLOWS, flows=()),
    "outcomes": replace(OUTCOMES, columns=tuple(replace(each, amount=n(0)) for each in OUTCOMES.columns)),
}
