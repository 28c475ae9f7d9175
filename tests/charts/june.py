"""The reference half month as pictures. The period's figures are the digest's, daily values are invented.

Texts are what the digests would pass, so the rules of typography are kept by hand: no-break spaces, a true
minus, en dashes.
"""

from collections.abc import Callable

from charts.forms.curve import Curve
from charts.forms.deviations import Deviations
from charts.forms.hero import Hero
from charts.forms.multiples import Levels, LinePanel
from charts.forms.panels import Columns, Execution, Panels, Parts, Pins, Share, Trend, Turning
from charts.forms.scoreboard import Scoreboard, ScoreGroup, ScoreRow
from charts.model import Amount, Point, Points, Slot
from tests.charts.building import BEHIND, MET, MISSED, NONE, RUSSIAN, comma, month, points, titles

DAYS = month(15)
TRAFFIC = [2.24, 2.15, 2.18, 2.06, 2.06, 1.24, 1.06, 1.70, 1.54, 1.47, 1.53, 0.81, 0.94, 0.84, 1.51]
TRAFFIC_PLAN = [2.22, 2.17, 2.13, 2.09, 2.06, 1.58, 1.42, 2.21, 2.17, 2.13, 2.09, 1.42, 1.54, 1.42, 2.21]


def execution(facts: list[float], plans: list[float]) -> tuple[Amount | None, ...]:
    done, due, made = 0.0, 0.0, []
    for fact, plan in zip(facts, plans, strict=True):
        done, due = done + fact, due + plan
        share = 100 * done / due
        made.append(Amount(share, f"{int(share + 1e-9)} %"))
    return tuple(made)


def below(fact: float, plan: float) -> bool:
    return fact < 0.95 * plan


TARGET = Panels(
    titles(
        "Целевой трафик: 80 % плана,\nотстаём с 6 июня",
        "Звонки, лиды и чаты с целевым признаком, тыс. в день, 1–15 июня",
        "Рамка — план, столбец — факт, фон — выходные и праздник. Данные на 15.06 23:59",
        "Целевой трафик за 1–15 июня: 22,9 тыс. при плане 28,4 тыс., 80 %. До 5 июня по плану, затем ниже.",
    ),
    RUSSIAN,
    DAYS,
    (
        Columns("", points(list(TRAFFIC), TRAFFIC_PLAN, below)),
        Execution(
            "Выполнение с начала месяца, %",
            execution(TRAFFIC, TRAFFIC_PLAN),
            Amount(100, "план 100 %"),
            Turning(4, "5 июня: 100 %"),
            MISSED,
        ),
    ),
)

SL_INHOUSE: list[float | None] = [91, 90, 78, 89, 92, 93, 94, 86, 88, 90, 91, 74, 89, 92, 84]
SL_AKC: list[float | None] = [97, 96, 98, 95, 97, 96, None, 94, 97, 96, 98, 93, 96, 97, 95]


def level(name: str, values: list[float | None], norm: float | None, total: str, suffix: str = " %") -> LinePanel:
    norms = [norm] * len(values) if norm is not None else None
    return LinePanel(
        name,
        points(values, norms, lambda fact, plan: fact < plan, 0),
        Amount(norm, f"норма {norm:.0f}{suffix}") if norm is not None else None,
        Amount(float(total), f"{total}{suffix}"),
    )


SL = Levels(
    titles(
        "SL: 88 % и 96 % при норме 80 %,\nInhouse ниже нормы 3 и 12 июня",
        "Доля звонков, принятых за 30 с, по дням, %, 1–15 июня",
        "Потерянные до 30 с не учтены. Данные на 15.06 23:59",
    ),
    RUSSIAN,
    DAYS,
    (level("Inhouse", SL_INHOUSE, 80, "88"), level("АКЦ Заселение", SL_AKC, 80, "96")),
)

AHT_INHOUSE: list[float | None] = [287, 289, 293, 291, 288, 280, 281, 302, 308, 305, 300, 294, 290, 292, 312]
AHT_AKC: list[float | None] = [200, 203, 199, 205, 204, 197, None, 210, 216, 218, 221, 215, 208, 212, 227]


def handling(name: str, values: list[float | None], plan: float | None, total: float, deviation: str = "") -> LinePanel:
    plans = [plan] * len(values) if plan is not None else None
    return LinePanel(
        name,
        points(values, plans, lambda fact, plan: fact > plan, 0),
        Amount(plan, f"план {plan:.0f} с") if plan is not None else None,
        Amount(total, f"{total:.0f} с"),
        deviation,
        MISSED if plan is not None and total > plan else MET if plan is not None else NONE,
    )


AHT = Deviations(
    titles(
        "AHT выше плана на обеих линиях:\n+4 с и +8 с, рост с 8 июня",
        "Среднее время обработки звонка по дням, секунды, 1–15 июня",
        "Вверх — дольше плана, вниз — быстрее. н/д — нет данных. Данные на 15.06 23:59",
    ),
    RUSSIAN,
    DAYS,
    (
        handling("Inhouse", AHT_INHOUSE, 290, 294, "+4 с к плану"),
        handling("АКЦ Заселение", AHT_AKC, 200, 208, "+8 с к плану"),
    ),
)

CALLS_FACT: list[float | None] = [
    1.44, 1.44, 1.35, 1.31, 1.33, 0.91, 0.79, 1.50, 1.50, 1.40, 1.31, 0.77, 0.91, 0.82, 1.50,
]  # fmt: skip
CALLS_PLAN = [1.25, 1.22, 1.2, 1.18, 1.16, 0.89, 0.8, 1.25, 1.22, 1.2, 1.18, 0.8, 0.87, 0.8, 1.25]
LCR: list[float | None] = [1.3, 1.1, 1.2, 1.0, 1.4, 0.8, 0.7, 1.9, 3.4, 1.8, 1.3, 0.6, 0.9, 0.8, 2.3]


def under(ceiling: float) -> Callable[[list[float | None], int], Points]:
    return lambda values, digits: points(values, [ceiling] * len(values), lambda fact, plan: fact > plan, digits)


CALLS = Panels(
    titles(
        "Звонков на 12 % больше плана,\nно потеряли только 1,5 %",
        "Продажи: входящие звонки и доля сорвавшихся (LCR), 1–15 июня",
        "Всего 18,3 тыс., план (рамка) 16,3 тыс. Всем клиентам перезвонили. Данные на 15.06 23:59",
    ),
    RUSSIAN,
    DAYS,
    (
        Pins("LCR, %", under(3)(LCR, 1), Amount(3, "предел 3 %")),
        Columns("Входящие звонки, тыс. в день", points(CALLS_FACT, CALLS_PLAN)),
    ),
)

CHATS_FACT: list[float | None] = [
    0.93, 0.9, 0.88, 0.86, 0.85, 0.62, 0.55, 0.98, 1.0, 0.94, 0.88, 0.56, 0.61, 0.58, 0.96,
]  # fmt: skip
CHATS_PLAN = [0.79, 0.77, 0.75, 0.74, 0.72, 0.56, 0.5, 0.79, 0.77, 0.75, 0.74, 0.5, 0.55, 0.5, 0.79]
CHATS_AHT: list[float | None] = [362, 358, 365, 361, 370, 352, 349, 384, 412, 391, 378, 355, 360, 357, 388]

CHATS = Panels(
    titles(
        "Чатов на 18 % больше плана,\nответ не медленнее нормы: 371 с",
        "Продажи: входящие чаты и среднее время обработки (AHT), 1–15 июня",
        "Всего 12,1 тыс., план (рамка) 10,2 тыс. До 4 чатов одновременно. Данные на 15.06 23:59",
    ),
    RUSSIAN,
    DAYS,
    (
        Trend("AHT, секунды", under(400)(CHATS_AHT, 0), Amount(400, "предел 400 с")),
        Columns("Входящие чаты, тыс. в день", points(CHATS_FACT, CHATS_PLAN)),
    ),
)

HANDLED: list[float | None] = [2.0, 1.97, 1.92, 1.88, 1.9, 1.3, 1.2, 2.1, 2.13, 2.02, 1.9, 1.2, 1.3, 1.2, 2.1]
WAIT: list[float | None] = [1.9, 1.8, 1.9, 2.0, 1.9, 1.7, 1.6, 2.2, 3.3, 2.4, 2.1, 1.7, 1.8, 1.7, 2.3]

BOT = Panels(
    titles(
        "Бот принял 26 тыс. вызовов,\n7 % завершил без оператора",
        "Голосовой бот: исходы, ожидание ответа и вызовы по дням, 1–15 июня",
        "Корректных переводов 90 %. Среднее ожидание 2 с. Данные на 15.06 23:59",
    ),
    RUSSIAN,
    DAYS,
    (
        Parts(
            "Чем закончился разговор",
            (
                Share("решил бот", 0.0692, "7 %"),
                Share("переведено оператору", 0.8846, "88 %"),
                Share("клиент положил трубку", 0.0462, "5 %"),
            ),
        ),
        Pins("Ожидание ответа, секунды", under(3)(WAIT, 1), Amount(3, "предел 3 с")),
        Columns("Обработано вызовов, тыс. в день", points(HANDLED)),
    ),
)

JUNE = month(30)
_WORK, _REST = 1.12, 0.94


def _running(days: tuple[Slot, ...], total: float) -> list[float]:
    weights = [_REST if day.off else _WORK for day in days]
    sums, so_far = [], 0.0
    for weight in weights:
        so_far += weight
        sums.append(so_far)
    return [total * value / sums[-1] for value in sums]


def reserves(today: int, share: float, days: tuple[Slot, ...] = JUNE) -> Curve:
    plan = _running(days, 32.0)
    fact = [value * (share + 0.14 * (1 - index / max(today, 1))) for index, value in enumerate(plan[:today])]
    pace = fact[-1] / plan[today - 1]
    forecast = [fact[-1] + pace * (value - plan[today - 1]) for value in plan[today:]]
    end = forecast[-1] if forecast else fact[-1]
    short = end < plan[-1]
    over = not today < len(days)
    return Curve(
        titles(
            f"Резервы: {int(100 * fact[-1] / 32)} % плана месяца,\nпо темпу будет {int(100 * end / 32)} %",
            "Площадь резервов нарастающим итогом, тыс. м², июнь 2026",
            f"Прогноз = факт + темп × план оставшихся дней. Данные на {today:02}.06 23:59",
        ),
        RUSSIAN,
        days,
        tuple(fact),
        (comma(fact[-1]), f"факт, {today} июня"),
        tuple(plan),
        f"по плану {comma(plan[today - 1])}",
        "план 32",
        tuple(forecast),
        "" if over else f"прогноз {comma(end)}",
        f"не хватит {comma(32 - end)}" if short else f"сверх плана {comma(end - 32)}",
        MISSED if short else MET,
        () if over else ("Чтобы успеть: 1,22 в день,", "сейчас 0,92 в день"),
    )


RESERVES = reserves(15, 0.86)


def hours(first: int, last: int) -> tuple[Slot, ...]:
    return tuple(Slot(str(hour)) for hour in range(first, last + 1))


TODAY = Hero(
    titles(
        "Inhouse: SL 82 % к 14:30,\nнорма выполнена, но провал с 11 до 13",
        "Принято за 30 с, по часам, %. Вчера к 14:30 было 89 %",
        "Узкий столбец — неполный час. 379 звонков, 3 в работе. Данные на 14:30",
    ),
    RUSSIAN,
    hours(8, 20),
    (
        *points([93, 89, 82, 68, 79, 88], [80.0] * 6, lambda fact, plan: fact < plan, 0),
        Point(Amount(91, "91"), 80, MISSED, 0.5),
        *(Point(None, elapsed=0) for _ in range(6)),
    ),
    Amount(80, "норма 80 %"),
    (91, 92, 90, 87, 88, 86, 85, 84, 86, 88, 90, 91, 92),
    Amount(82, "82 %"),
    MET,
)

WAS = "1–15 мая: 20,7 тыс., год назад: 18 тыс."
PAST = (0.9, 1.1, 0.7, 1.0, 1.05, 0.95, 0.8)
PLANS = (0.95, 1.0, 0.8, 1.0, 1.0, 1.0, 1.0)
SCORE = Scoreboard(
    titles(
        "Мимо плана 4 показателя из 12:\n*целевой трафик и AHT обеих линий*",
        "1–15 июня 2026, план на те же дни. Данные на 15.06 23:59",
        "",
    ),
    RUSSIAN,
    (
        ScoreGroup(
            "Целевой трафик",
            (
                ScoreRow(
                    "Входящие обращения",
                    "22,9 тыс.",
                    "28,4 тыс.",
                    MISSED,
                    -0.194,
                    "−20 %",
                    "−5,5 тыс.",
                    WAS,
                    PAST,
                    PLANS,
                ),
                ScoreRow(
                    "Исходящий телемаркетинг",
                    "6 тыс.",
                    "7,4 тыс.",
                    MISSED,
                    -0.2,
                    "−21 %",
                    "−1,5 тыс.",
                    WAS,
                    PAST,
                    PLANS,
                ),
            ),
        ),
        ScoreGroup(
            "Продажи",
            (
                ScoreRow(
                    "Резервы, % плана месяца",
                    "43 %",
                    "49 %",
                    BEHIND,
                    -0.13,
                    "−13 %",
                    "−3 тыс. м²",
                    WAS,
                    (*PAST[:-1], None),
                    PLANS,
                ),
                ScoreRow(
                    "Входящие звонки", "18,3 тыс.", "16,3 тыс.", NONE, None, "+12 %", trend=PAST, trend_plan=PLANS
                ),
                ScoreRow(
                    "Сорвавшиеся звонки, LCR", "1,5 %", "≤ 3 %", MET, 0.5, "−50 %", trend=PAST, trend_plan=(1.2,) * 7
                ),
                ScoreRow(
                    "Чаты продаж",
                    "12,1 тыс.",
                    "10,2 тыс.",
                    NONE,
                    None,
                    "+18 %",
                    trend=(None, *PAST[1:]),
                    trend_plan=(None,) * 7,
                ),
                ScoreRow("Чаты Support", "6,4 тыс.", "6,5 тыс.", NONE, None, "−2 %"),
            ),
        ),
        ScoreGroup(
            "Сервис",
            (
                ScoreRow(
                    "SL Inhouse, за 30 с", "88 %", "≥ 80 %", MET, 0.1, "+10 %", trend=(1.0,) * 7, trend_plan=(1.0,) * 7
                ),
                ScoreRow("SL Заселение, за 30 с", "96 %", "≥ 80 %", MET, 0.2, "+20 %"),
                ScoreRow("AHT Inhouse", "294 с", "290 с", MISSED, -0.0138, "+1 %", "+4 с", WAS),
                ScoreRow("AHT Заселение", "208 с", "200 с", MISSED, -0.04, "+4 %", "+8 с"),
                ScoreRow("LCR Inhouse", "1 %", "≤ 5 %", MET, 0.8, "−80 %"),
                ScoreRow("LCR Заселение", "1 %", "≤ 5 %", MET, 0.8, "−80 %"),
                ScoreRow("AHT чатов", "371 с", "400 с", MET, 0.0725, "−7 %"),
            ),
        ),
        ScoreGroup("Голосовой бот", (ScoreRow("Ожидание ответа", "2 с", "≤ 3 с", MET, 0.33, "−33 %"),)),
    ),
    scale="шкала: ±25 % плана",
    trend="полгода",
)
