"""The forms that reports of operations have of their own: invented numbers, and awkward ones."""

from dataclasses import replace
from typing import Any

from charts.forms.branches import Branch, Branches, Growth
from charts.forms.flows import Flow, FlowNode, Flows
from charts.forms.ladders import Ladder, Ladders, Rung
from charts.forms.moments import Moment, Moments, Stretch
from charts.forms.outcomes import HourColumn, OutcomePart, Outcomes, Shade
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
        OutcomePart("перезвонили и поговорили", n(214), Shade.LIGHT),
        OutcomePart("вернулись сами", n(70), Shade.MID),
        OutcomePart("ещё ждут", n(1), Shade.HATCHED),
        OutcomePart("не вернули", n(26), Shade.DARK),
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


def _ladder(name: str, parts: tuple[float, ...], before: float | None, *, strong: bool = False) -> Ladder:
    shades = (Shade.LIGHT, Shade.MID, Shade.HOLLOW, Shade.DARK)
    rungs = tuple(Rung(Amount(part, f"{part:.0f}"), shade) for part, shade in zip(parts, shades, strict=True))
    was = None if before is None else Amount(before, f"{before:.1f}".replace(".", ","))
    return Ladder(name, rungs, f"{parts[-1]:.1f}".replace(".", ","), was, strong)


LADDERS = Ladders(
    titles(
        "Возвращаются с «ценами и наличием»:\n9 % за 7 дней, раньше было 6,9",
        "Что стало с первым обращением, %. Созрели по 9 июня: 31,4 тыс.",
        "Черта и второе число — 1–15 мая. Пустая часть — создано обращение. Вернулся — тот же клиент с той же темой за "
        "7 дней, в любом канале. Данные на 16.06 12:00",
    ),
    RUSSIAN,
    ("первая линия", "перевод", "вернулись"),
    (
        _ladder("Цены и наличие", (82, 8, 1, 9), 6.9, strong=True),
        _ladder("Ипотека", (80, 11, 2.2, 6.8), 5.1),
        _ladder("Гарантия", (62, 9, 23.3, 5.7), 5.0),
        _ladder("Запись на просмотр", (87, 7.7, 0, 5.3), 3.9),
        _ladder("Документы", (70, 12, 13.7, 4.3), 3.6),
        _ladder("Платежи", (76, 8, 13, 3), 3.2),
        _ladder("Ключи", (85, 7, 4.9, 3.1), 3.0),
        _ladder("Бронирование", (84, 12, 0.5, 3.5), None),
    ),
    "С первого касания 95,6 %: первая линия 84, перевод 8, обращение 3,5.",
)


def ladders() -> dict[str, Any]:
    first, *_ = LADDERS.rows
    return {
        "one-row": replace(LADDERS, rows=(first,)),
        "all-back": replace(LADDERS, rows=(_ladder("Ключи", (0, 0, 0, 100), 100),)),
        "none-back": replace(LADDERS, rows=(_ladder("Ключи", (100, 0, 0, 0), 0),)),
        "long-names": replace(LADDERS, rows=tuple(replace(row, name=LONG) for row in LADDERS.rows)),
        "few": replace(LADDERS, rows=(replace(first, value="3 из 12", before=None),)),
        "no-tickets": replace(
            LADDERS, rows=tuple(replace(row, rungs=row.rungs[:2] + row.rungs[3:]) for row in LADDERS.rows)
        ),
        "no-statement": replace(LADDERS, statement=""),
    }


BRANCHES = Branches(
    titles(
        "Жалоб: 1 177, +10 % к обычному;\n«Протечка» +71 %",
        "Жалобы, 1–15 июня: 1 177, 17 на 1000 контактов. Черта — обычно",
        "Обычно — среднее шести таких периодов на столько же контактов. Тёмным — рост, который не объяснить случаем. "
        "Данные на 16.06 12:00",
    ),
    RUSSIAN,
    ("жалоб", "к обычному"),
    (
        Branch("Инженерные системы", 0, n(470), 361, "+30 %", Growth.GROWN),
        Branch("Протечка", 1, n(256), 150, "+71 %", Growth.GROWN),
        Branch("Отопление", 1, n(205), 211, "−3 %"),
        Branch("Лифт", 1, n(9), None, "новая", Growth.NEW),
        Branch("Отделка", 0, n(409), 403, "+2 %"),
        Branch("Трещины", 1, n(230), 221, "+4 %"),
        Branch("Полы", 1, n(179), 181, "−1 %"),
        Branch("Приёмка", 0, n(205), 206, "−1 %"),
        Branch("Перенос срока", 1, n(205), 206, "−1 %"),
        Branch("Платежи", 0, n(93), 99, "−6 %"),
        Branch("Двойное списание", 1, n(93), 99, "−6 %"),
    ),
    "«Лифт»: 9, в шести периодах до этого ни одной.",
)


def branches() -> dict[str, Any]:
    first, *_ = BRANCHES.rows
    return {
        "one-row": replace(BRANCHES, rows=(first,), statement=""),
        "unknown": replace(BRANCHES, rows=tuple(replace(row, usual=None, growth="") for row in BRANCHES.rows)),
        "fourteen": replace(BRANCHES, rows=(*BRANCHES.rows, *BRANCHES.rows[:3])),
        "deep": replace(BRANCHES, rows=tuple(replace(row, level=k % 3) for k, row in enumerate(BRANCHES.rows))),
        "long-names": replace(BRANCHES, rows=tuple(replace(row, name=LONG) for row in BRANCHES.rows)),
        "gone": replace(BRANCHES, rows=(first, Branch("Окна", 1, n(0), 300, "−100 %"))),
        "huge": replace(BRANCHES, rows=tuple(replace(row, amount=n(row.amount.value * 1e6)) for row in BRANCHES.rows)),
    }


MOMENTS = Moments(
    titles(
        "79 минут, 131 клиент;\nпервое сообщение клиентам через 26 минут",
        "Инцидент № 7 «Не грузится личный кабинет», Inhouse, 3 июня",
        "Полоса — от начала до конца инцидента. Данные на 16.06 12:00",
    ),
    RUSSIAN,
    "Сорвалось за 15 минут",
    tuple(Stretch(n(value), value >= 5) for value in (0, 1, 0, 0, 6, 7, 5, 3, 2, 1, 0, 0)),
    (0.34, 0.78),
    Amount(2.0, "2"),
    ((0.0, "12:00"), (1 / 3, "13:00"), (2 / 3, "14:00"), (1.0, "15:00")),
    tuple(
        Moment(place, clock, words, strong)
        for place, clock, words, strong in (
            (0.34, "13:02", "Началось", False),
            (0.39, "13:11", "Заметили: потери выше обычного", False),
            (0.41, "13:14", "Взяли в работу", False),
            (0.49, "13:28", "Написали клиентам: знаем, чиним", True),
            (0.61, "13:49", "Причина: сертификат", False),
            (0.69, "14:05", "Второе сообщение: срок — час", False),
            (0.78, "14:21", "Починили, потери в норме", False),
            (0.83, "14:30", "Третье: что было, что сделали", False),
        )
    ),
    "Сорвалось 24 (обычно 2), вернули 21 из 23 клиентов.",
)


def moments() -> dict[str, Any]:
    first, *_ = MOMENTS.entries
    return {
        "one-entry": replace(MOMENTS, entries=(first,)),
        "nine": replace(MOMENTS, entries=(*MOMENTS.entries, first)),
        "no-columns": replace(MOMENTS, columns=(), usual=None, heading=""),
        "no-usual": replace(MOMENTS, usual=None),
        "long-words": replace(MOMENTS, entries=tuple(replace(each, words=LONG) for each in MOMENTS.entries)),
        "forty-eight": replace(MOMENTS, columns=MOMENTS.columns * 4),
        "huge": replace(MOMENTS, columns=tuple(Stretch(n(k * 1e6), k > 9) for k in range(12)), usual=None),
        "no-statement": replace(MOMENTS, statement=""),
    }


EMPTY: dict[str, Any] = {
    "moments": replace(MOMENTS, entries=(), columns=()),
    "branches": replace(BRANCHES, rows=(Branch("Окна", 0, n(0)),)),
    "ladders": replace(LADDERS, rows=()),
    "flows": replace(FLOWS, flows=()),
    "outcomes": replace(OUTCOMES, columns=tuple(replace(each, amount=n(0)) for each in OUTCOMES.columns)),
}
