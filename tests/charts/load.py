"""The forms of load and people: a forecast, a week of people, and a day before and after; and awkward ones."""

from dataclasses import replace
from typing import Any

from charts.forms import before_after, outlook
from charts.forms.before_after import BeforeAfter, NumberPair
from charts.forms.outlook import Error, Outlook, SlotSum
from charts.forms.shortage import Shortage, ShortageCell, ShortageDay, Stand
from charts.model import Amount
from tests.charts.awkward_days import LONG
from tests.charts.building import ENGLISH, RUSSIAN, titles

_WEEK = (452.0, 420.0, 401.0, 390.0, 378.0, 190.0, 155.0)


def _days(weeks: int, ahead: int, scale: float = 1.0) -> tuple[outlook.OutlookSlot, ...]:
    """So many weeks of days, the last of them ahead with a stroke."""
    slots = []
    for week in range(weeks):
        future = week >= weeks - ahead
        for day, usual in enumerate(_WEEK):
            value = usual * scale
            band = (0.9 * value, 1.1 * value) if future else (None, None)
            holiday = week == weeks - ahead - 1 and day == 4
            slots.append(outlook.OutlookSlot(value, future, *band, day > 4 or holiday, "пр." if holiday else ""))
    return tuple(slots)


def _sums(weeks: int, ahead: int, text: str = "2,4 тыс.") -> tuple[SlotSum, ...]:
    return tuple(
        SlotSum(f"{1 + 7 * n}–{7 + 7 * n}.06", text, 7 * n, 7 * n + 6, n >= weeks - ahead) for n in range(weeks)
    )


def _error(name: str, own: float, rival: float) -> Error:
    return Error(name, Amount(own, f"{own:g}%"), Amount(rival, f"{rival:g}"))


OUTLOOK = Outlook(
    titles(
        "22–28 июня: 2 542 звонка,\nна 12% больше обычного",
        "Inhouse, звонков в день; прогноз с полосой, 22 июня – 5 июля",
        "Черта — 80% исходов (на проверке 78%). Серая — «как на прошлой неделе». Записи по 21.06",
    ),
    RUSSIAN,
    _days(6, 2),
    _sums(6, 2),
    "прогноз: пн 452, от 407 до 497",
    (_error("завтра", 6, 9), _error("2–7 дней", 7, 11), _error("8–14 дней", 9, 14)),
    "Насколько ошибался бы последние 8 недель, % за день",
    "ниже — лучше",
)


def outlooks() -> dict[str, Any]:
    weeks = (*(outlook.OutlookSlot(2400.0),) * 4, *(outlook.OutlookSlot(2500.0, True, 2300.0, 2700.0),) * 8)
    return {
        "one-day-ahead": replace(
            OUTLOOK, slots=(*_days(4, 0), outlook.OutlookSlot(452.0, True, 407.0, 497.0)), sums=_sums(4, 0)
        ),
        "a-day-before": replace(
            OUTLOOK,
            slots=(*OUTLOOK.slots[:28], outlook.OutlookSlot(523.0), *OUTLOOK.slots[29:]),
            sums=(
                *OUTLOOK.sums[:4],
                SlotSum("29.06", "523", 28, 28),
                SlotSum("30–5.07", "1,9 тыс.", 29, 34, True),
                OUTLOOK.sums[5],
            ),
        ),
        "half-a-week": replace(
            OUTLOOK, slots=OUTLOOK.slots[:-3], sums=(*OUTLOOK.sums[:-1], SlotSum("6–9.07", "1,7 тыс.", 35, 38, True))
        ),
        "eight-weeks": replace(
            OUTLOOK,
            slots=weeks,
            sums=tuple(SlotSum(f"{n + 1}–{n + 7}.07", "12 431", n, n, n > 3) for n in range(12)),
            said="",
        ),
        "unchecked": replace(
            OUTLOOK, errors=(), errors_title="Ещё не проверено: учат меньше 28 дней", errors_remark=""
        ),
        "no-band": replace(OUTLOOK, slots=tuple(replace(slot, low=None, high=None) for slot in OUTLOOK.slots)),
        "gaps": replace(OUTLOOK, slots=(replace(OUTLOOK.slots[0], amount=None), *OUTLOOK.slots[1:])),
        "thousands": replace(
            OUTLOOK,
            slots=_days(6, 2, 100.0),
            sums=_sums(6, 2, "242,4 тыс."),
            said="прогноз: пн 45 200, от 40 680 до 49 720",
        ),
        "zero-error": replace(OUTLOOK, errors=(_error("завтра", 0, 0), _error("2–7 дней", 150, 3))),
        "english": replace(
            OUTLOOK,
            labels=ENGLISH,
            errors=(_error("tomorrow", 6, 9), _error("2–7 days", 7, 11), _error("8–14 days", 9, 14)),
            errors_title="How far it would have been off in the last 8 weeks, % a day",
            errors_remark="lower is better",
        ),
    }


def _spans(*stands: tuple[Stand, int, str]) -> tuple[ShortageCell, ...]:
    return tuple(ShortageCell(stand, text) for stand, count, text in stands for _ in range(count))


_HEADS = tuple((2 * n, str(8 + n)) for n in range(14))
_SHORT = _spans(
    (Stand.LACKS_ONE, 1, ""),
    (Stand.LACKS, 7, "4"),
    (Stand.ENOUGH, 6, ""),
    (Stand.SPARE, 8, ""),
    (Stand.MUCH_SPARE, 6, ""),
)
_CALM = _spans((Stand.ENOUGH, 10, ""), (Stand.SPARE, 12, ""), (Stand.CLOSED, 6, ""))

SHORTAGE = Shortage(
    titles(
        "Не хватает 23 человеко-часов,\nиз них 16 — в понедельник",
        "Inhouse, 22–28 июня: людей по графику минус нужно, по получасам",
        "Число — скольких не хватает; рамка — одного; серая полоса — запас. Записи по 21.06",
    ),
    RUSSIAN,
    _HEADS,
    (
        ShortageDay("пн", _SHORT, "102,5", "91", True),
        *(
            ShortageDay(name, _CALM, "97", "124", off=name in ("сб", "вс"))
            for name in ("вт", "ср", "чт", "пт", "сб", "вс")
        ),
    ),
    "часы в графике",
    "нужно",
    "есть",
    "Запас (136 часов) эту нехватку не закрывает.",
)


def shortages() -> dict[str, Any]:
    needs = tuple(ShortageCell(Stand.NEEDS, str(6 + n % 9), (6 + n % 9) / 14) for n in range(28))
    return {
        "one-day": replace(SHORTAGE, days=SHORTAGE.days[:1]),
        "hundreds": replace(
            SHORTAGE,
            days=tuple(
                replace(day, spans=_spans((Stand.LACKS, 28, "120")), needed="12 346", there="11 235", lacks=True)
                for day in SHORTAGE.days
            ),
        ),
        "no-roster": replace(
            SHORTAGE,
            days=tuple(ShortageDay(day.name, needs, day.needed, off=day.off) for day in SHORTAGE.days),
            there="",
            remark="",
        ),
        "two-half-hours": replace(
            SHORTAGE,
            heads=((0, "9"),),
            days=tuple(replace(day, spans=day.spans[:2]) for day in SHORTAGE.days),
        ),
        "closed-days": replace(
            SHORTAGE,
            days=(
                *SHORTAGE.days[:5],
                *(replace(day, spans=_spans((Stand.CLOSED, 28, ""))) for day in SHORTAGE.days[5:]),
            ),
        ),
        "english": replace(
            SHORTAGE,
            labels=ENGLISH,
            over="hours on the roster",
            needed="needed",
            there="there",
            remark="136 spare hours do not make up for what is short.",
        ),
    }


def _slots(*, peak: int = 7, height: float = 20.0, lacking: str = "4") -> tuple[before_after.HalfHourSlot, ...]:
    """A day of 26 half hours whose queue grows until the peak and is gone after it."""
    made = []
    for n in range(26):
        grows = peak - 4 < n <= peak
        after = height * (n - peak + 4) / 4 if grows else 0.3
        need, there = (12.0, 12.0 - float(lacking)) if grows else (9.0, 9.0)
        made.append(before_after.HalfHourSlot(0.6 * after, after, grows, there, need, lacking if grows else ""))
    return tuple(made)


WHAT_IF = BeforeAfter(
    titles(
        "+7 000 клиентов в понедельник:\nв 12:00 ждут 20 вместо 13",
        "Inhouse, 22 июня: сколько ждут в конце получаса",
        "Сейчас клиентов 84 000. AHT 291 сек., SL 80/30, 30% графика не на линии. Записи по 21.06",
    ),
    RUSSIAN,
    _HEADS[:13],
    _slots(),
    "20, ждать 24 мин",
    "рамка: было 13",
    "Люди в графике: чёрная линия — нужно, столбец — есть",
    "за день",
    (
        NumberPair("звонков", "452", "490"),
        NumberPair("SL, %", "63", "56"),
        NumberPair("ждать, с", "195", "291"),
        NumberPair("загрузка, %", "62", "67"),
    ),
    "не хватает",
    "19,5 ч",
    "было 15,5 ч",
)


def what_ifs() -> dict[str, Any]:
    return {
        "peak-at-the-end": replace(WHAT_IF, slots=_slots(peak=25)),
        "peak-at-the-beginning": replace(WHAT_IF, slots=_slots(peak=3)),
        "levels": replace(
            WHAT_IF,
            slots=tuple(replace(slot, before=90.0, after=62.0, struck=True) for slot in _slots()),
            peak="",
            peak_before="",
            top=100.0,
        ),
        "no-roster": replace(
            WHAT_IF,
            slots=tuple(replace(slot, before=0.0, after=0.0, struck=False, there=None, lacks="") for slot in _slots()),
            peak="",
            peak_before="",
            pairs=(WHAT_IF.pairs[0], NumberPair("нужно часов", "102,5", "110")),
            short_name="",
            short="",
            short_before="",
        ),
        "losses": replace(WHAT_IF, pairs=(*WHAT_IF.pairs, NumberPair("вешают трубку, %", "4", "11"))),
        "hundreds": replace(
            WHAT_IF,
            slots=_slots(height=4500.0, lacking="10"),
            peak="4 500, ждать 24 ч 16 мин",
            peak_before="рамка: было 2 700",
            pairs=tuple(replace(pair, before="45 200", after="49 000") for pair in WHAT_IF.pairs),
            short="2 219,5 ч",
            short_before="было 1 915,5 ч",
        ),
        "two-half-hours": replace(WHAT_IF, heads=((0, "9"),), slots=_slots()[6:8]),
        "long-names": replace(WHAT_IF, below=LONG, aside=LONG),
    }


EMPTY: dict[str, Any] = {
    "load-forecast": replace(OUTLOOK, slots=tuple(replace(slot, amount=None) for slot in OUTLOOK.slots)),
    "load-week": replace(
        SHORTAGE, days=tuple(replace(day, spans=_spans((Stand.CLOSED, 28, ""))) for day in SHORTAGE.days)
    ),
    "load-whatif": replace(WHAT_IF, slots=tuple(replace(slot, is_open=False) for slot in WHAT_IF.slots)),
}
