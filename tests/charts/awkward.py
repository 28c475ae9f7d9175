"""What real data does to pictures: no plan, gaps, one line or six, 31 days, a running day, zero, an outlier."""

from dataclasses import replace
from typing import Any

from charts.forms.curve import Curve
from charts.forms.panels import Share
from charts.forms.scoreboard import ScoreGroup, ScoreRow
from charts.model import Amount, Judgement, Point, Slot
from tests.charts import june
from tests.charts.awkward_days import (
    LONG,
    LONG_TITLES,
    MONTH,
    changed,
    handling,
    lacking,
    levels,
    loads,
    running,
    service,
    stretched,
    targets,
    with_gaps,
    with_outlier,
    without_plan,
)
from tests.charts.building import ENGLISH, MET, MISSED, NONE, paned, points, rates, titles, volumes


def _reserves() -> dict[str, Curve]:
    base = june.RESERVES
    bare = replace(base, plan=(), plan_now="", plan_end="", gap="", verdict=NONE, pace=())
    ahead = june.reserves(15, 1.08)
    return {
        "day-1": june.reserves(1, 0.8),
        "day-3": june.reserves(3, 0.7),
        "day-28": june.reserves(28, 0.9),
        "over": june.reserves(30, 0.9),
        "ahead": ahead,
        "close": june.reserves(15, 0.995),
        "no-plan": replace(bare, forecast=(), forecast_end=""),
        "forecast-only": bare,
        "zero": replace(
            base,
            fact=(0.0,) * 4,
            forecast=(0.0,) * 26,
            fact_label=("0", "факт, 4 июня"),
            forecast_end="прогноз 0",
            gap="не хватит 32",
        ),
        "31-days": june.reserves(15, 0.86, MONTH),
        "long": replace(
            base, titles=LONG_TITLES, plan_end="план с переносом с мая 32", gap="не хватит очень много 4,2"
        ),
        "english": replace(
            base,
            titles=titles(
                "Reservations: 43% of the month’s plan,\n86% by its end at this pace",
                "Reserved area, running total, thousand m², June 2026",
                "Forecast = actual + pace × plan of the days left. As of 15 June",
            ),
            labels=ENGLISH,
            fact_label=("13.8", "actual, 15 June"),
            plan_now="planned 15.9",
            plan_end="plan 32",
            forecast_end="forecast 27.8",
            gap="short by 4.2",
            pace=("To make it: 1.22 a day,", "now 0.92 a day"),
        ),
    }


def _bots() -> dict[str, Any]:
    base = june.BOT
    return {
        "no-plan": paned(base, rates=without_plan(rates(base)), limit=None),
        "no-outcomes": paned(base, outcomes=()),
        "gaps": paned(base, rates=with_gaps(rates(base), 2, 3, 14), volumes=with_gaps(volumes(base), 2, 3, 14)),
        "31-days": paned(base, slots=MONTH, rates=stretched(rates(base)), volumes=stretched(volumes(base))),
        "running": paned(base, rates=running(rates(base), share=0.9), volumes=running(volumes(base))),
        "zero": paned(base, rates=changed(rates(base), 4, 0, "0"), volumes=changed(volumes(base), 4, 0, "0")),
        "outlier": paned(
            base, rates=changed(rates(base), 3, 41, "41", MISSED), volumes=changed(volumes(base), 4, 19.7, "19,7")
        ),
        "middle-tiny": paned(
            base,
            outcomes=(
                Share("решил бот", 0.97, "97 %"),
                Share("переведено оператору", 0.01, "1 %"),
                Share("клиент положил трубку", 0.02, "2 %"),
            ),
        ),
        "first-huge": paned(
            base, outcomes=(Share(LONG, 0.6, "60 %"), Share(LONG, 0.4, "40 %"), Share(LONG, 0.0, "0 %"))
        ),
    }


def _todays() -> dict[str, Any]:
    base = june.TODAY
    day = tuple(Slot(str(hour)) for hour in range(24))
    full = tuple(
        Point(Amount(70 + 7 * (hour % 5), str(70 + 7 * (hour % 5))), 80, MISSED if 70 + 7 * (hour % 5) < 80 else MET)
        for hour in range(24)
    )
    small = points([0.2, 0.1, 0.4, 4.1, 5.2, 0.0], [5.0] * 6, lambda fact, plan: fact > plan)
    return {
        "no-plan": replace(base, points=without_plan(base.points), norm=None, verdict=NONE),
        "no-yesterday": replace(base, yesterday=()),
        "gaps": replace(
            base,
            points=with_gaps(base.points, 1, 4),
            yesterday=(91, None, None, 87, 88, 86, None, 84, 86, 88, 90, 91, None),
        ),
        "one-hour": replace(
            base, points=(Point(Amount(100, "100"), 80, MET, 0.3), *(Point(None, elapsed=0) for _ in range(12)))
        ),
        "24-hours": replace(base, slots=day, points=full, yesterday=(90.0,) * 24, verdict=MISSED),
        "close-lines": replace(base, yesterday=(80.5,) * 13),
        "ceiling": replace(
            base,
            points=(*small, Point(Amount(3.0, "3,0"), 5, NONE, 0.2), *(Point(None, elapsed=0) for _ in range(6))),
            norm=Amount(5, "предел 5 %"),
            yesterday=(1.0, 2.0, 1.5) * 4 + (1.0,),
            total=Amount(1.6, "1,6 %"),
        ),
        "zero": replace(base, points=changed(base.points, 3, 0, "0")),
        "outlier": replace(base, points=changed(base.points, 2, 940, "940", MET), total=Amount(120, "120 с")),
        "behind": replace(base, total=Amount(18300, "18,3 тыс."), verdict=Judgement.BEHIND, norm=None),
        "long": replace(base, titles=LONG_TITLES, norm=Amount(80, "норма для этой линии 80\u00a0%")),
        "english": replace(
            base,
            titles=titles(
                "Inhouse: SL 82% by 14:30,\nmet, but low from 11 to 13",
                "Answered in 30 s, by hour. Yesterday by 14:30: 89%",
                "Narrow bar: hour not over. 379 calls, 3 in work. As of 14:30",
            ),
            labels=ENGLISH,
            norm=Amount(80, "floor 80%"),
            total=Amount(82, "82%"),
        ),
    }


def _scores() -> dict[str, Any]:
    base = june.SCORE
    long = replace(LONG_TITLES, subtitle=LONG_TITLES.subtitle + ". Данные на 15.06", footnote="")
    rows = [row for group in base.groups for row in group.rows]
    one = ScoreGroup("Сервис", (ScoreRow("SL Inhouse, за 30 с", "88 %", "≥ 80 %", MET, 0.1, "+10 %"),))
    odd = ScoreGroup(
        LONG,
        (
            ScoreRow(
                LONG,
                "122,9 тыс.",
                "≥ 128,4 тыс. к 15-му",
                MISSED,
                -3.0,
                "−312 %",
                "−12,5 тыс. м²",
                LONG,
                june.PAST,
                june.PLANS,
            ),
            ScoreRow(LONG, "нет данных", "≤ 3 %", NONE),
            ScoreRow("Чаты", "0", "плана нет", NONE),
            ScoreRow("SL ровно по норме", "80 %", "≥ 80 %", MET, 0.0, "0 %"),
        ),
    )
    return {
        "long": replace(base, titles=long),
        "one-row": replace(base, groups=(one,)),
        "awkward": replace(base, groups=(odd, *base.groups[:2])),
        "24-rows": replace(base, groups=(*base.groups, ScoreGroup("Ещё", tuple(rows[:9])))),
        "40-rows": replace(base, groups=(*base.groups, *base.groups, ScoreGroup("Ещё", tuple(rows[:10])))),
        "english": replace(
            base,
            titles=titles(
                "4 figures of 12 missed their plan:\n*target traffic and AHT of both lines*",
                "1–15 June 2026, plan for the same days. As of 15 June 23:59",
                "",
            ),
            labels=ENGLISH,
        ),
    }


SCORES = _scores()
TARGETS = targets()
SERVICE_LEVELS = {**levels(june.SL, service), "outlier": with_outlier(june.SL, 3, "3", MISSED)}
HANDLING_TIMES = {**levels(june.AHT, handling), "outlier": with_outlier(june.AHT, 640, "640", MISSED)}
CALLS = loads(june.CALLS, 38)
CHATS = loads(june.CHATS, 1900)
RESERVES = _reserves()
BOTS = _bots()
TODAYS = _todays()

EMPTY: dict[str, Any] = {
    "scoreboard": replace(june.SCORE, groups=()),
    "target-traffic": paned(june.TARGET, volumes=lacking(volumes(june.TARGET))),
    "service-level": replace(
        june.SL, lines=tuple(replace(line, points=lacking(line.points)) for line in june.SL.lines)
    ),
    "aht": replace(june.AHT, lines=()),
    "calls-lcr": paned(june.CALLS, rates=lacking(rates(june.CALLS)), volumes=lacking(volumes(june.CALLS))),
    "chats-aht": paned(june.CHATS, slots=(), rates=(), volumes=()),
    "reservations": replace(june.RESERVES, fact=(), forecast=()),
    "voice-bot": paned(june.BOT, rates=lacking(rates(june.BOT)), volumes=lacking(volumes(june.BOT))),
    "answer-today": replace(june.TODAY, points=lacking(june.TODAY.points)),
}
