"""Pictures say what follows from their numbers by a rule, and say so to those who do not see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from charts.canvas.scene import Scene
from charts.forms.panels import Execution, Panels, Pins
from charts.forms.scoreboard import Scoreboard
from charts.model import Judgement
from digests.catalogue import BIWEEKLY
from digests.compose import make
from digests.document import Block, Facts, Heading, Picture
from digests.figures import build
from digests.localizer import Localizer
from digests.model import FigureSpec, Group, ReportSpec, Section
from digests.pictures import (
    PICTURES,
    aht,
    answer_today,
    draw_all,
    load,
    prepared,
    reservations,
    scoreboard,
    service_level,
    target_traffic,
)
from digests.pictures.target_traffic import ahead_from, behind_from
from digests.pictures.wording import ALT_TEXT
from digests.result import Session
from metrics.answers import ask
from metrics.centre import Centre, Line
from metrics.periods import parse
from metrics.plans.plans import Plans
from tests.charts.building import panel, volumes
from tests.kit import MOSCOW, House, answered, lost
from warehouse.plans import Plan, save_plans

PERIOD = "2026-06-01..2026-06-05"
LINES = {"inhouse": Line("inhouse", "Inhouse"), "akc": Line("akc", "АКЦ")}
PNG = b"\x89PNG\r\n\x1a\n"


def figure(metric: str, line: str | None = None) -> FigureSpec:
    return FigureSpec(f"{metric}.{line}", metric, line, f"A label of {metric} that no table has room for", plan=True)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, Centre(timezone=MOSCOW, lines=LINES))


def seen(house: House, module: Any, *figures: FigureSpec, period: str = PERIOD, language: str = "ru") -> Any:
    """The picture of a module over a digest of these figures, as plain data."""
    calculator, localizer, span = house.calculator(), Localizer(language, MOSCOW), parse(period, MOSCOW)
    spec = digest(figures)
    plans = Plans(calculator)
    made = build(calculator, plans, spec.figures, span, localizer)
    return module.build(prepared(calculator, plans, made, spec, span, localizer))


def digest(figures: Sequence[FigureSpec]) -> ReportSpec:
    return ReportSpec("some", "Digest", (Section("Section", (Group(tuple(figures)),)),), pictures=BIWEEKLY.pictures)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def headline(picture: Any) -> str:
    return plain("".join(span.text for span in picture.titles.headline))


def targets(house: House, *days: tuple[int, int | None]) -> None:
    """Target calls and their plan on each day from 1 June on."""
    house.put("leads", [{"created_at": "2026-05-31 12:00", "is_target": True}], "2026-07-01 00:00")
    house.put("chats", [{"started_at": "2026-05-31 12:00", "is_target": True}], "2026-07-01 00:00")
    rows, plans = [answered("2026-05-31 12:00", is_target=True)], []
    for number, (count, plan) in enumerate(days, start=1):
        rows += [answered(f"2026-06-{number:02} 12:00", is_target=True) for _ in range(count)]
        if plan is not None:
            plans.append(Plan("target_in", None, "day", date(2026, 6, number), plan))
    house.calls(*rows, complete_to="2026-06-06 00:00")
    if plans:
        save_plans(house.lake, plans, author="analyst", now=house.now)


def service(house: House, line: str, *days: tuple[int, int], seconds: float = 60) -> None:
    """Calls answered at once and calls answered too late, on each day from 1 June on."""
    rows = [answered("2026-05-01 12:00", line=line)]
    for number, (good, late) in enumerate(days, start=1):
        at = f"2026-06-{number:02} 12:00"
        rows += [answered(at, 5, seconds, line=line) for _ in range(good)]
        rows += [answered(at, 90, seconds, line=line) for _ in range(late)]
    house.calls(*rows, complete_to="2026-06-06 00:00")


@pytest.mark.parametrize(
    ("sums", "behind", "ahead"),
    [
        ([100, 100, 98, 95], 2, None),
        ([99.5, 99.4], 1, None),  # 99.5 % is on plan, 99.4 % is not
        ([90, 100, 90], 2, None),  # caught up once, behind again
        ([80, 80], 0, None),  # never on plan
        ([90, 95, 101], None, 2),
        ([101, 102], None, None),
        ([100, 90, None], 1, None),
        ([], None, None),
    ],
)
def test_behind_since_the_day_after_the_last_on_plan(
    sums: list[float | None], behind: int | None, ahead: int | None
) -> None:
    assert behind_from(sums) == behind
    assert ahead_from(sums) == ahead


def test_target_traffic_names_the_day_it_fell_behind(house: House) -> None:
    targets(house, (10, 10), (11, 10), (6, 10), (7, 10), (6, 10))

    picture = seen(house, target_traffic, figure("target_in"))
    # 40 of 50. On 2 June it was 21 of 20, on 3 June 27 of 30.
    assert headline(picture) == "Целевой трафик: 80 % плана,\nотстаём с 3 июня"
    assert panel(picture, Execution).turning.index == 1
    assert plain(panel(picture, Execution).turning.text) == "2 июня: 105 %"
    assert [plain(amount.text) for amount in panel(picture, Execution).values] == [
        "100 %", "105 %", "90 %", "85 %", "80 %"
    ]  # fmt: skip
    assert [point.verdict for point in volumes(picture)] == [Judgement.MET] * 2 + [Judgement.MISSED] * 3
    assert "40 при плане 50" in plain(picture.titles.alt_text)


@pytest.mark.parametrize(
    ("period", "now", "since", "parts"),
    [
        ("2026-04-01..2026-06-30", "2026-07-01 00:00", "Выполнение с начала периода, %", 14),  # Wednesday to Tuesday
        ("2026-06-01..2026-06-15", "2026-07-01 00:00", "Выполнение с начала месяца, %", 15),
        ("2026-06-01", "2026-07-01 00:00", "Выполнение с начала дня, %", None),
        ("2026-06-01..2026-06-15", "2026-06-01 15:00", "Выполнение с начала дня, %", None),
    ],
)
def test_a_period_is_drawn_by_the_parts_that_one_can_tell_apart(
    house: House, period: str, now: str, since: str, parts: int | None
) -> None:
    targets(house, (10, 10), (11, 10))
    house.now = house.utc(now)
    picture = seen(house, target_traffic, figure("target_in"), period=period)
    assert plain(panel(picture, Execution).title) == since
    if parts:
        assert len(picture.slots) == parts
    else:  # hours, of which 12:00 has the calls
        assert "12" in [slot.label for slot in picture.slots]
        assert not any(slot.sublabel for slot in picture.slots)


def test_a_period_that_has_just_begun_is_drawn_after_the_days_before_it(house: House) -> None:
    """2 June, 12:00: 20 May (all late) to 2 June; only of June anything is said."""
    rows = [answered("2026-05-20 12:00", 90, line="inhouse") for _ in range(40)]
    rows += [answered("2026-06-01 12:00", 5, line="inhouse") for _ in range(36)]
    rows += [answered("2026-06-01 12:00", 90, line="inhouse") for _ in range(4)]
    house.calls(*rows, complete_to="2026-06-02 12:00")
    plans = [Plan("sl", "inhouse", "month", date(2026, month, 1), 80) for month in (5, 6)]
    save_plans(house.lake, plans, author="analyst", now=house.now)
    house.now = house.utc("2026-06-02 12:00")
    picture = seen(house, service_level, figure("sl", "inhouse"), period="2026-06-01..2026-06-15")

    assert [slot.label for slot in picture.slots] == [*map(str, range(20, 32)), "1", "2"]
    assert [slot.before for slot in picture.slots] == [True] * 12 + [False] * 2
    assert "20 мая – 2 июня, новые — с 1 июня" in plain(picture.titles.subtitle)
    (line,) = picture.lines
    shown = [None if point.fact is None else point.fact.value for point in line.points]
    assert (shown[0], shown[12]) == (0.0, 90.0)
    assert (line.points[0].verdict, line.points[12].verdict) == (Judgement.NONE, Judgement.MET)
    assert plain(line.total.text) == "90 %"
    assert "мая" not in headline(picture)


def test_the_last_day_on_plan_is_not_said_to_be_below_it(house: House) -> None:
    targets(house, (199, 200), (10, 100))
    picture = seen(house, target_traffic, figure("target_in"), period="2026-06-01..2026-06-02")
    assert plain(panel(picture, Execution).turning.text) == "1 июня: 99,5 %"


@pytest.mark.parametrize(
    ("days", "finding"),
    [
        (((10, 10), (10, 10), (12, 10)), "Целевой трафик: 106 % плана,\nплан выполнен"),
        (((8, 10), (9, 10), (14, 10)), "Целевой трафик: 103 % плана,\nдогнали план 3 июня"),
        (((10, 10), (199, 200), (10, 10)), "Целевой трафик: 99 % плана,\nне хватило 1"),
        (((10, None), (5, None), (1, None)), "Целевой трафик: 16,\nплана нет"),
        (((5, 10), (5, 10), (5, 10)), "Целевой трафик: 50 % плана,\nотстаём с 1 июня"),
    ],
)
def test_other_findings_of_target_traffic(house: House, days: tuple[tuple[int, int | None], ...], finding: str) -> None:
    targets(house, *days)
    assert headline(seen(house, target_traffic, figure("target_in"), period="2026-06-01..2026-06-03")) == finding


def test_a_day_that_goes_on_is_neither_judged_nor_a_turning(house: House) -> None:
    targets(house, (10, 10), (10, 10), (1, 10), (0, 10), (0, 10))
    house.now = house.utc("2026-06-03 18:00")

    picture: Panels = seen(house, target_traffic, figure("target_in"))
    assert headline(picture).startswith("Целевой трафик: 76 % плана к 18:00 3 июня,\n")  # 21 of 20 + 7.5
    assert headline(picture).endswith("ниже темпа")
    assert [point.elapsed for point in volumes(picture)] == [1, 1, 0.75, 0, 0]
    assert volumes(picture)[2].judged is Judgement.NONE
    assert volumes(picture)[3].fact is None
    assert volumes(picture)[3].plan == 10
    assert "18:00" in picture.titles.footnote


def test_the_scoreboard_counts_and_names_the_missed(house: House) -> None:
    service(house, "inhouse", (10, 0), (10, 0), seconds=100)
    service(house, "akc", (10, 0), (7, 3), seconds=100)
    for line in ("inhouse", "akc"):
        house.plan("aht", "half_month", "2026-06-01", 90, line)
        house.plan("sl", "half_month", "2026-06-01", 90, line)
    figures = [figure(metric, line) for metric in ("sl", "aht", "calls") for line in ("inhouse", "akc")]

    picture: Scoreboard = seen(house, scoreboard, *figures)
    assert headline(picture) == "Мимо плана 3 показателя из 4:\nAHT обеих линий и SL АКЦ"  # +11 % and −6 %
    (group,) = picture.groups
    assert [row.name for row in group.rows][:4] == ["SL Inhouse", "SL АКЦ", "AHT Inhouse", "AHT АКЦ"]
    assert [row.verdict for row in group.rows] == [
        Judgement.MET, Judgement.MISSED, Judgement.MISSED, Judgement.MISSED, Judgement.NONE, Judgement.NONE
    ]  # fmt: skip
    assert {row.plan for row in group.rows[4:]} == {"плана нет"}
    assert [plain(row.label) for row in group.rows[:3]] == ["+11 %", "−6 %", "+11 %"]
    assert [plain(row.gap) for row in group.rows[:3]] == ["", "−5 п. п.", "+10 с"]
    assert group.rows[1].deviation == pytest.approx(85 / 90 - 1)
    assert group.rows[2].deviation == pytest.approx(-10 / 90)


def test_the_scoreboard_says_that_all_is_met_or_that_nothing_is_judged(house: House) -> None:
    service(house, "inhouse", (10, 0))
    assert headline(seen(house, scoreboard, figure("sl", "inhouse"))) == "Оценивать нечего:\nпланов нет"

    house.plan("sl", "half_month", "2026-06-01", 90, "inhouse")
    assert headline(seen(house, scoreboard, figure("sl", "inhouse"))) == "План выполнен: 1 показатель из 1"


@pytest.mark.parametrize(
    ("days", "finding"),
    [
        (((9, 1), (9, 1), (9, 1)), "SL: 90 %,\nнорма 80 % выполнена каждый день"),
        (((10, 0), (7, 3), (10, 0)), "SL: 90 % при норме 80 %,\nниже нормы 2 июня"),
        (((7, 3), (10, 0), (7, 3)), "SL: 80 % при норме 80 %,\nниже нормы 1 и 3 июня"),
        (((7, 3), (7, 3), (7, 3)), "SL: 70 % при норме 80 %,\nниже нормы 3 дня из 3"),
        (((796, 204), (10, 0), (0, 0)), "SL: 79,8 % при норме 80 %,\nниже нормы 1 июня"),  # prints 80 %
    ],
)
def test_service_level_says_on_which_days(house: House, days: tuple[tuple[int, int], ...], finding: str) -> None:
    service(house, "inhouse", *days)
    house.plan("sl", "half_month", "2026-06-01", 80, "inhouse")
    assert headline(seen(house, service_level, figure("sl", "inhouse"), period="2026-06-01..2026-06-03")) == finding


def test_service_level_names_the_line_that_is_worst_off(house: House) -> None:
    service(house, "inhouse", (10, 0), (10, 0))
    service(house, "akc", (7, 3), (10, 0))
    for line in ("inhouse", "akc"):
        house.plan("sl", "half_month", "2026-06-01", 80, line)

    picture = seen(house, service_level, figure("sl", "inhouse"), figure("sl", "akc"))
    assert headline(picture) == "SL: 100 % и 85 % при норме 80 %,\nАКЦ ниже нормы 1 июня"
    assert [line.name for line in picture.lines] == ["Inhouse", "АКЦ"]
    # No calls from 3 June on: a gap, not a zero.
    assert [point.missing for point in picture.lines[0].points] == [False, False, True, True, True]
    assert "н/д" in picture.titles.footnote


def test_handling_time_over_plan_and_since_when(house: House) -> None:
    for number, seconds in enumerate((80, 120, 130, 140), start=1):
        house.calls(answered(f"2026-06-{number:02} 12:00", talk=seconds, line="inhouse"))
    house.calls(answered("2026-05-01 12:00", line="inhouse"), complete_to="2026-06-05 00:00")
    house.plan("aht", "half_month", "2026-06-01", 100, "inhouse")

    picture = seen(house, aht, figure("aht", "inhouse"), period="2026-06-01..2026-06-04")
    # (80 + 120 + 130 + 140) / 4 = 117.5
    assert headline(picture) == "AHT: 118 с при плане 100 с:\n+18 с к плану, каждый день с 2 июня"
    assert plain(picture.lines[0].deviation) == "+18 с к плану"


def test_lost_calls_stand_against_their_limit(house: House) -> None:
    house.calls(
        *(answered("2026-06-01 12:00", line="inhouse") for _ in range(19)), lost("2026-06-01 13:00", line="inhouse")
    )
    house.calls(answered("2026-05-01 12:00", line="inhouse"), complete_to="2026-06-06 00:00")
    for day in range(1, 6):
        house.plan("calls", "day", f"2026-06-{day:02}", 2, "inhouse")
    house.plan("lcr", "half_month", "2026-06-01", 3, "inhouse")

    picture = seen(house, load.CALLS, figure("calls", "inhouse"), figure("lcr", "inhouse"))
    assert headline(picture) == "Inhouse: звонков 200 % плана,\nпотеряли 5 %, больше предела 3 %"
    assert plain(panel(picture, Pins).limit.text) == "предел 3 %"
    assert seen(house, load.CALLS, figure("calls", "inhouse"), figure("lcr", "akc")) is None


def test_where_not_one_call_was_lost_no_day_has_the_most(house: House) -> None:
    house.calls(*(answered(f"2026-06-{day:02} 12:00", line="inhouse") for day in (1, 2, 3)))
    house.calls(answered("2026-05-01 12:00", line="inhouse"), complete_to="2026-06-06 00:00")
    house.plan("lcr", "half_month", "2026-06-01", 3, "inhouse")

    picture = seen(house, load.CALLS, figure("calls", "inhouse"), figure("lcr", "inhouse"))
    assert headline(picture) == "Inhouse: звонков 3,\nне потеряли ни одного"
    assert "Не потеряли ни одного" in picture.titles.alt_text
    assert "Наибольшая" not in picture.titles.alt_text
    house.calls(lost("2026-06-03 13:00", line="inhouse"))
    picture = seen(house, load.CALLS, figure("calls", "inhouse"), figure("lcr", "inhouse"))
    assert "Наибольшая доля потерь — 3" in picture.titles.alt_text


def reserved(house: House, *days: tuple[int, float], complete_to: str) -> None:
    rows = [
        {"reservation_id": str(day), "agent_id": "a", "reserved_at": f"2026-06-{day:02} 12:00", "area_m2": area}
        for day, area in days
    ]
    house.put("reservations", rows, complete_to)


def test_reservations_are_forecast_by_their_pace(house: House) -> None:
    reserved(house, (1, 60.0), (10, 60.0), complete_to="2026-06-16 00:00")
    house.plan("reserves_m2", "month", "2026-06-01", 300)  # no history: 10 a day

    picture = seen(house, reservations, figure("reserves_m2"), period="2026-06-01..2026-06-15")
    # 120 of 150 due: pace 80 %, and 120 + 0.8 * 150 = 240.
    assert headline(picture) == "Резервы: 40 % плана месяца,\nпо темпу будет 80 %"
    assert plain(picture.gap) == "не хватит 60"
    assert plain(picture.forecast_end) == "прогноз 240"
    assert (picture.fact[-1], picture.plan[14], picture.plan[-1]) == (120, 150, 300)
    assert picture.forecast[-1] == pytest.approx(240)
    assert [plain(line) for line in picture.pace] == ["Чтобы успеть: 12 в день,", "по темпу 8 в день"]


def test_reservations_of_a_month_that_is_over_or_has_no_plan(house: House) -> None:
    reserved(house, (1, 60.0), (20, 60.0), complete_to="2026-07-01 00:00")
    second = "2026-06-16..2026-06-30"
    assert headline(seen(house, reservations, figure("reserves_m2"), period=second)) == "Резервы: 120 м²,\nплана нет"

    house.plan("reserves_m2", "month", "2026-06-01", 150)
    picture = seen(house, reservations, figure("reserves_m2"), period=second)
    assert headline(picture) == "Резервы: 80 % плана месяца,\nне хватило 30 м²"
    assert picture.forecast == ()


def full(house: House) -> list[FigureSpec]:
    targets(house, (10, 10), (11, 10), (6, 10), (7, 10), (6, 10))
    service(house, "inhouse", (10, 0), (7, 3))
    reserved(house, (1, 60.0), complete_to="2026-06-06 00:00")
    house.plan("sl", "half_month", "2026-06-01", 90, "inhouse")
    metrics = [("target_in", None), ("calls", "inhouse"), ("lcr", "inhouse"), ("sl", "inhouse"), ("aht", "inhouse")]
    return [*(figure(metric, line) for metric, line in metrics), figure("reserves_m2"), figure("bot_calls")]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_all_pictures_with_data_are_drawn_in_both_languages(house: House, language: str) -> None:
    spec = digest(full(house))
    calculator, localizer, span = house.calculator(), Localizer(language, MOSCOW), parse(PERIOD, MOSCOW)
    plans = Plans(calculator)
    figures = build(calculator, plans, spec.figures, span, localizer)

    pictures = draw_all(calculator, plans, figures, spec, span, localizer)
    # No chats and no bot in the records: those two are left out.
    assert [picture.key for picture in pictures] == [
        key for key in spec.pictures if key not in ("chats-aht", "voice-bot")
    ]
    for picture in pictures:
        assert picture.image.startswith(PNG)
        assert 0 < len(picture.alt_text) <= ALT_TEXT
        if language == "en":
            latin = picture.alt_text.replace("АКЦ", "")
            assert not any("а" <= letter.lower() <= "я" for letter in latin), latin


def test_a_digest_has_the_pictures_that_its_spec_names_in_their_order(house: House) -> None:
    spec = replace(digest(full(house)), pictures=("aht", "scoreboard"))
    calculator, localizer, span = house.calculator(), Localizer("ru", MOSCOW), parse(PERIOD, MOSCOW)
    plans = Plans(calculator)
    figures = build(calculator, plans, spec.figures, span, localizer)

    pictures = draw_all(calculator, plans, figures, spec, span, localizer)
    assert [picture.key for picture in pictures] == ["aht", "scoreboard"]
    assert draw_all(calculator, plans, figures, replace(spec, pictures=()), span, localizer) == []


def test_every_picture_has_one_key_and_a_digest_names_all_unless_it_says_otherwise() -> None:
    assert digest([]).pictures == tuple(PICTURES)


def test_a_line_may_be_called_anything(tmp_path: Path) -> None:
    house = House(
        tmp_path, Centre(timezone=MOSCOW, lines={"inhouse": Line("inhouse", "🏠 In\nhouse\t漢字 \u202eعربي")})
    )
    service(house, "inhouse", (10, 0), (7, 3))
    house.plan("sl", "half_month", "2026-06-01", 80, "inhouse")
    spec = digest([figure("sl", "inhouse")])
    calculator, localizer, span = house.calculator(), Localizer("ru", MOSCOW), parse(PERIOD, MOSCOW)
    made = make(Session(calculator, Plans(calculator), localizer), spec, span, pictures=True)
    assert [block.key for block in made.document.blocks if isinstance(block, Picture)] == [
        "scoreboard", "service-level"
    ]  # fmt: skip


def test_a_picture_that_breaks_takes_neither_the_others_nor_the_text_with_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = digest(full(house))
    calculator, localizer, span = house.calculator(), Localizer("ru", MOSCOW), parse(PERIOD, MOSCOW)

    def blocks() -> list[Block]:
        made = make(Session(calculator, Plans(calculator), localizer), spec, span, pictures=True)
        return [_without_links(block) for block in made.document.blocks]

    def broken(_: object) -> Scene:
        raise RuntimeError("no glyph")

    whole = blocks()
    monkeypatch.setattr("digests.pictures.service_level.build", broken)
    lacking = [block for block in whole if not (isinstance(block, Picture) and block.key == "service-level")]
    assert len(lacking) == len(whole) - 1
    assert blocks() == lacking
    monkeypatch.setattr("digests.pictures.prepared", broken)
    assert blocks() == [block for block in whole if not isinstance(block, Picture) and block != Heading("Графики")]


def _without_links(block: Block) -> Block:
    """Figures that lead to no chart: which is there differs."""
    return Facts(tuple(replace(row, chart=None) for row in block.rows)) if isinstance(block, Facts) else block


def test_english_reads_like_english(house: House) -> None:
    targets(house, (10, 10), (11, 10), (6, 10), (7, 10), (6, 10))
    picture = seen(house, target_traffic, figure("target_in"), language="en")
    assert headline(picture).startswith("Target traffic: 80% of plan,\nbehind since June 3")
    assert [day.sublabel for day in picture.slots[:2]] == ["Mo", "Tu"]


def test_no_records_no_pictures(house: House) -> None:
    spec = digest([figure("target_in"), figure("sl", "inhouse"), figure("reserves_m2")])
    calculator, localizer, span = house.calculator(), Localizer("ru", MOSCOW), parse(PERIOD, MOSCOW)
    plans = Plans(calculator)
    assert (
        draw_all(calculator, plans, build(calculator, plans, spec.figures, span, localizer), spec, span, localizer)
        == []
    )


def test_everything_is_asked_at_once_and_then_the_hours_of_the_days_that_missed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = digest(full(house))
    calculator, localizer, span = house.calculator(), Localizer("ru", MOSCOW), parse(PERIOD, MOSCOW)
    plans = Plans(calculator)
    figures = build(calculator, plans, spec.figures, span, localizer)
    asked: list[int] = []

    def counting(*args: Any) -> Any:
        asked.append(len(args[2]))
        return ask(*args)

    monkeypatch.setattr("digests.pictures.ask", counting)

    draw_all(calculator, plans, figures, spec, span, localizer)
    (_, hours) = asked
    assert hours == 1


def test_today_says_what_is_known_by_now(house: House) -> None:
    for hour, good in (("09", 10), ("10", 10), ("11", 4), ("12", 10)):
        at = f"2026-06-02 {hour}:10"
        house.calls(*(answered(at, 5 if number < good else 90, line="inhouse") for number in range(10)))
    yesterday = [answered(f"2026-06-01 {hour}:10", 5, line="inhouse") for hour in ("09", "12", "15")]
    house.calls(*yesterday, complete_to="2026-06-02 12:30")
    house.plan("sl", "half_month", "2026-06-01", 80, "inhouse")
    calculator = house.calculator()

    picture = answer_today(calculator, Plans(calculator), "sl", "inhouse", Localizer("ru", MOSCOW))
    assert picture is not None
    assert picture.image.startswith(PNG)
    told = plain(picture.alt_text)
    assert told.startswith("Inhouse: SL 85% к 12:30, норма выполнена, но провал с 11 до 12.")  # 34 of 40
    assert "Вчера в это же время: 100%" in told
    assert answer_today(calculator, Plans(calculator), "bot_calls", None, Localizer("ru", MOSCOW)) is None
