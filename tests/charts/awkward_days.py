"""Awkward data by day: no plan, gaps, 31 days, a day not over, zero, an outlier, one line or six."""

from collections.abc import Callable
from dataclasses import replace

from charts.forms.multiples import Levels, LinePanel
from charts.forms.panels import Columns, Execution, Panels, Parts, Pins, Trend, Turning
from charts.model import Amount, Judgement, Point, Points
from tests.charts import june
from tests.charts.building import ENGLISH, MET, MISSED, NONE, month, paned, panel, rates, titles, volumes

LONG = "Линия поддержки дольщиков жилого комплекса «Северное сияние», третья очередь"
LONG_TITLES = titles(
    "Линия поддержки дольщиков жилого комплекса «Северное сияние»: 88 % при норме 80 %, ниже нормы 3, 7, 9 и 12 июня",
    "Доля звонков, принятых за 30 с, по дням, по линиям всех площадок, включая внешние, 1–15 июня 2026",
    "Потерянные до 30 с не учтены, переведённые считаются у второй линии. Ночью линия закрыта. Данные на 15.06 23:59",
)
MONTH = month(31)


def without_plan(points: Points) -> Points:
    return tuple(replace(point, plan=None, verdict=NONE) for point in points)


def with_gaps(points: Points, *gaps: int) -> Points:
    return tuple(replace(point, fact=None) if index in gaps else point for index, point in enumerate(points))


def changed(points: Points, index: int, value: float, text: str, verdict: Judgement | None = None) -> Points:
    point = points[index]
    new = replace(point, fact=Amount(value, text), verdict=verdict or point.verdict)
    return (*points[:index], new, *points[index + 1 :])


def running(points: Points, elapsed: float = 0.6, share: float = 0.5) -> Points:
    """The last day is not over: less of it, and a verdict that must not be shown."""
    last = points[-1]
    value = last.fact.value * share if last.fact else 0.0
    return (*points[:-1], Point(Amount(value, f"{value:.1f}".replace(".", ",")), last.plan, MISSED, elapsed))


def stretched(points: Points, length: int = 31) -> Points:
    return tuple(points[index % len(points)] for index in range(length))


def english(points: Points) -> Points:
    return tuple(
        replace(point, fact=Amount(point.fact.value, point.fact.text.replace(",", ".")) if point.fact else None)
        for point in points
    )


def lacking(points: Points) -> Points:
    return tuple(replace(point, fact=None) for point in points)


def targets() -> dict[str, Panels]:
    base = june.TARGET
    long = stretched(volumes(base))
    plans = [point.plan or 0.0 for point in long]
    facts = [point.fact.value if point.fact else 0.0 for point in long]
    bare = paned(base, volumes=without_plan(volumes(base)), execution=(None,) * 15, reference=None, turning=None)
    return {
        "no-plan": replace(
            bare, titles=titles("Целевой трафик: 22,9 тыс.", base.titles.subtitle, "Данные на 15.06 23:59")
        ),
        "gaps": paned(base, volumes=with_gaps(volumes(base), 3, 8, 9, 14)),
        "31-days": paned(base, slots=MONTH, volumes=long, execution=june.execution(facts, plans)),
        "31-days-gaps": paned(
            base, slots=MONTH, volumes=with_gaps(long, 3, 17, 18, 19), execution=june.execution(facts, plans)
        ),
        "running": paned(base, volumes=running(volumes(base))),
        "zero": paned(base, volumes=changed(changed(volumes(base), 6, 0, "0"), 11, 0.02, "0,02")),
        "outlier": paned(base, volumes=changed(volumes(base), 9, 14.2, "14,2", MET)),
        "ahead": paned(
            base,
            volumes=tuple(replace(point, plan=0.85 * (point.plan or 0), verdict=MET) for point in volumes(base)[:5]),
            slots=base.slots[:5],
            execution=tuple(Amount(116 + index, f"{116 + index} %") for index in range(5)),
            turning=None,
            verdict=MET,
        ),
        "one-day": paned(
            base,
            slots=base.slots[:1],
            volumes=volumes(base)[:1],
            execution=june.execution(june.TRAFFIC, june.TRAFFIC_PLAN)[:1],
            turning=Turning(0, "1 июня: 100 %"),
            verdict=NONE,
        ),
        "english": paned(
            base,
            titles=titles(
                "Target traffic: 80% of plan,\nbehind since 6 June",
                "Calls, leads and chats flagged as target, thousands a day, 1–15 June",
                "Frame: plan, bar: actual, shade: weekend and holiday. As of 15 June 23:59",
            ),
            labels=ENGLISH,
            slots=month(15, english=True),
            volumes=english(volumes(base)),
            execution_title="Plan attainment since the month began, %",
            reference=Amount(100, "plan 100%"),
            turning=Turning(4, "5 June: 100%"),
        ),
        "long": paned(base, titles=LONG_TITLES, execution_title=LONG + LONG),
    }


def levels(base: Levels, second: Callable[[int], LinePanel]) -> dict[str, Levels]:
    first, other = base.lines
    bare = replace(first, points=without_plan(first.points), reference=None, deviation="", verdict=NONE)
    six = tuple(
        replace(second(index), name=name)
        for index, name in enumerate(("Inhouse", "АКЦ Заселение", "Продажи", "Ипотека", "Партнёры", "Telegram-чаты"))
    )
    wide = tuple(replace(line, points=stretched(line.points)) for line in base.lines)
    return {
        "no-plan": replace(base, lines=(bare, other)),
        "gaps": replace(
            base,
            lines=(
                replace(first, points=with_gaps(first.points, 0, 4, 5, 6, 14)),
                replace(other, points=lacking(other.points), total=None),
            ),
        ),
        "one-line": replace(base, lines=(first,)),
        "three-lines": replace(base, lines=six[:3]),
        "six-lines": replace(base, lines=six),
        "31-days": replace(base, slots=MONTH, lines=wide),
        "running": replace(base, lines=(replace(first, points=running(first.points, share=0.96)), other)),
        "long": replace(
            base,
            titles=LONG_TITLES,
            lines=(replace(first, name=LONG, deviation="+4 с к плану на этот период"), replace(other, name=LONG)),
        ),
        "one-day": replace(
            base, slots=base.slots[:1], lines=tuple(replace(line, points=line.points[:1]) for line in base.lines)
        ),
        "english": replace(
            base,
            titles=titles(
                "SL: 88% and 96% against a floor of 80%,\nInhouse below it on 3 and 12 June",
                "Share of calls answered in 30 s, by day, 1–15 June",
                "Lost within 30 s are left out. n/a: no data. As of 15 June 23:59",
            ),
            labels=ENGLISH,
            slots=month(15, english=True),
            lines=tuple(
                replace(
                    line,
                    reference=Amount(line.reference.value, f"floor {line.reference.value:.0f}")
                    if line.reference
                    else None,
                    deviation="+4 s to plan" if line.deviation else "",
                )
                for line in base.lines
            ),
        ),
    }


def service(index: int) -> LinePanel:
    values: list[float | None] = [None if value is None else value - 2 * index for value in june.SL_AKC]
    return june.level("", values, 80, str(96 - 2 * index))


def handling(index: int) -> LinePanel:
    values: list[float | None] = [None if value is None else value - 6 * index for value in june.AHT_AKC]
    return june.handling("", values, 200, 208 - 6 * index, "+8 с к плану" if index < 2 else "−4 с к плану")


def with_outlier(base: Levels, value: float, text: str, verdict: Judgement) -> Levels:
    first, other = base.lines
    return replace(base, lines=(first, replace(other, points=changed(other.points, 9, value, text, verdict))))


def loads(base: Panels, outlier: float) -> dict[str, Panels]:
    return {
        "no-plan": paned(base, rates=without_plan(rates(base)), limit=None, volumes=without_plan(volumes(base))),
        "gaps": paned(base, rates=with_gaps(rates(base), 2, 8, 14), volumes=with_gaps(volumes(base), 2, 8, 9, 10)),
        "no-volumes": paned(base, volumes=lacking(volumes(base))),
        "31-days": paned(base, slots=MONTH, rates=stretched(rates(base)), volumes=stretched(volumes(base))),
        "running": paned(base, rates=running(rates(base), share=0.9), volumes=running(volumes(base))),
        "zero": paned(base, rates=changed(rates(base), 11, 0, "0", MET), volumes=changed(volumes(base), 11, 0, "0")),
        "outlier": paned(
            base,
            rates=changed(rates(base), 3, outlier, f"{outlier:.0f}", MISSED),
            volumes=changed(volumes(base), 4, 9.7, "9,7"),
        ),
        "long": paned(base, titles=LONG_TITLES, rate_title=LONG, volume_title=LONG + LONG),
        "missed-last": paned(
            base,
            rates=changed(changed(rates(base), 14, outlier / 3, "много", MISSED), 13, outlier / 3, "много", MISSED),
        ),
        "one-day": paned(base, slots=base.slots[:1], rates=rates(base)[:1], volumes=volumes(base)[:1]),
        "english": paned(
            base,
            titles=titles(
                "12% more calls than planned,\nonly 1.5% of them lost",
                "Sales: inbound calls and the share lost, 1–15 June",
                "18.3k in all, plan (frame) 16.3k. All clients were called back. As of 15 June",
            ),
            labels=ENGLISH,
            slots=month(15, english=True),
            rates=english(rates(base)),
            volumes=english(volumes(base)),
            rate_title="Lost, %",
            volume_title="Inbound, thousands a day",
            limit=Amount(panel(base, Pins, Trend).limit.value, "ceiling"),
        ),
    }


def mixed() -> dict[str, Panels]:
    """Panels in other orders and numbers than a digest's."""
    base = june.CALLS
    lost, calls = base.panels
    level = panel(june.CHATS, Trend)
    reached = panel(june.TARGET, Execution)
    second = Columns("Исходящие звонки, тыс. в день", volumes(june.CHATS))
    return {
        "trend-alone": replace(base, panels=(level,)),
        "pins-alone": replace(base, panels=(lost,)),
        "two-volumes": replace(base, panels=(calls, second)),
        "volume-first": replace(base, panels=(calls, lost)),
        "two-rates": replace(base, panels=(level, lost, calls)),
        "two-rates-and-parts": replace(base, panels=(panel(june.BOT, Parts), lost, second)),
        "volume-and-execution": replace(base, panels=(calls, reached)),
    }
