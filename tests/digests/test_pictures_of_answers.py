"""Pictures that answer a question say what follows from their numbers: over any period, by segment, by contribution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from charts import forms
from charts.canvas.scene import Box
from charts.forms.ranking import Ranking
from charts.forms.series import Series
from charts.model import Judgement
from digests.document import Picture
from digests.localizer import Localizer
from digests.pictures import contributions, ranking, series
from digests.pictures.contributions import ContributionBar
from digests.pictures.wording import ALT_TEXT
from metrics import answers as judged
from metrics.answers import Answer, BreakdownPart, Question, ask
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.centre import Centre, Line
from metrics.facts import Fact
from metrics.periods import Period, parse, to_utc
from metrics.plans.plans import Planned, Plans
from tests.digests.test_pictures import PNG, headline, plain, service, targets
from tests.kit import MOSCOW, House, answered

LINES = {
    "inhouse": Line("inhouse", "Inhouse"),
    "akc": Line("akc", "АКЦ"),
    **{f"l{number}": Line(f"l{number}", f"Линия {number}") for number in range(8)},
}
RU = Localizer("ru", MOSCOW, datetime(2026, 6, 16).date())
EN = Localizer("en", MOSCOW, datetime(2026, 6, 16).date())


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, Centre(timezone=MOSCOW, lines=LINES))


def period(text: str) -> Period:
    return parse(text, MOSCOW)


def until(first: str, last: str) -> Period:
    start, end = (to_utc(datetime.fromisoformat(moment), MOSCOW) for moment in (first, last))
    return Period(start, end, MOSCOW)


def seen(
    house: House, *questions: Question, before: Sequence[Question] = (), localizer: Localizer = RU
) -> Series | None:
    calculator = house.calculator()
    plans = Plans(calculator)
    answers = ask(calculator, plans, [*questions, *before])
    return series.plain(calculator, plans, answers[: len(questions)], localizer, before=answers[len(questions) :])


def ranked(house: House, question: Question, localizer: Localizer = RU, **more: object) -> Ranking | None:
    calculator = house.calculator()
    (answer,) = ask(calculator, Plans(calculator), [question])
    return ranking.plain(calculator, answer, localizer, **more)  # type: ignore[arg-type]


def told(picture: Series | Ranking | None) -> str:
    assert picture is not None
    return headline(picture)


@pytest.mark.parametrize(
    ("days", "finding"),
    [
        (((9, 1), (9, 1), (9, 1)), "SL Inhouse: 90 %,\nнорма 80 % выполнена каждый день"),
        (((10, 0), (7, 3), (10, 0)), "SL Inhouse: 90 %,\nниже нормы 2 июня"),
        (((7, 3), (10, 0), (7, 3)), "SL Inhouse: 80 %,\nниже нормы 1 и 3 июня"),
        (((7, 3), (7, 3), (7, 3)), "SL Inhouse: 70 %,\nниже нормы 3 дня из 3"),
        (((796, 204), (10, 0), (0, 0)), "SL Inhouse: 79,8 %,\nниже нормы 1 июня"),  # prints 80 %
    ],
)
def test_a_level_says_on_which_days_it_missed(house: House, days: tuple[tuple[int, int], ...], finding: str) -> None:
    service(house, "inhouse", *days)
    house.plan("sl", "half_month", "2026-06-01", 80, "inhouse")
    asked = Question("sl", period("2026-06-01..2026-06-03"), "inhouse", ("day",))
    picture = seen(house, asked)
    assert told(picture) == finding
    assert picture is not None
    assert plain(picture.titles.subtitle) == "Service level за 30 с, %, по дням, 1–3 июня"
    assert plain(picture.titles.footnote).endswith("Данные на 6 июня, 00:00")
    assert not picture.volume


def test_the_period_before_is_a_line_and_a_figure(house: House) -> None:
    # 1 and 2 June: 10 of 10 and 8 of 10. 3 and 4 June: 9 of 10 each.
    service(house, "inhouse", (10, 0), (8, 2), (9, 1), (9, 1))
    now = Question("sl", period("2026-06-03..2026-06-04"), "inhouse", ("day",))
    then = Question("sl", period("2026-06-01..2026-06-02"), "inhouse", ("day",))

    picture = seen(house, now, before=[then])
    assert told(picture) == "SL Inhouse: 90 %,\nкак и 1–2 июня: 90 %"
    assert picture is not None
    assert picture.lines[0].before == (100, 80)
    assert plain(picture.lines[0].deviation) == "было 90 %"
    assert plain(picture.before) == "1–2 июня"
    assert plain(picture.titles.footnote).startswith("Светлая линия — 1–2 июня.")

    house.plan("sl", "half_month", "2026-06-01", 80, "inhouse")
    assert told(seen(house, now, before=[then])) == "SL Inhouse: 90 %,\nнорма выполнена, 1–2 июня было 90 %"


def test_a_period_that_goes_on_is_compared_with_one_as_long(house: House) -> None:
    service(house, "inhouse", (10, 0), (8, 2), (9, 1), (9, 1))
    house.now = house.utc("2026-06-04 18:00")
    now = Question("calls", period("2026-06-03..2026-06-05"), "inhouse", ("day",))
    whole = Question("calls", period("2026-05-31..2026-06-02"), "inhouse", ("day",))
    cut = Question("calls", until("2026-05-31", "2026-06-01 18:00"), "inhouse", ("day",))

    # 20 calls so far. Of 31 May to 2 June there were 20 too, but 10 of them by the same time.
    picture = seen(house, now, before=[cut])
    assert told(picture) == (
        "Входящие звонки, Inhouse: 20 к 18:00 4 июня,\nбольше, чем 31 мая – 1 июня на то же время: 10"
    )
    assert picture is not None
    assert [point.elapsed for point in picture.lines[0].points] == [1, 0.75, 0]
    assert picture.lines[0].before == (0, 10, None)

    picture = seen(house, now, before=[whole])
    assert told(picture) == "Входящие звонки, Inhouse: 20 к 18:00 4 июня"
    assert picture is not None
    assert (picture.lines[0].before, picture.lines[0].deviation) == ((0, 10, 10), "")


def test_a_volume_says_since_when_it_is_behind(house: House) -> None:
    targets(house, (10, 10), (11, 10), (6, 10), (7, 10), (6, 10))
    picture = seen(house, Question("target_in", period("2026-06-01..2026-06-05"), None, ("day",)))
    assert told(picture) == "Входящие обращения: 80 % плана,\nотстаём с 3 июня"
    assert picture is not None
    assert picture.volume
    assert [point.verdict for point in picture.lines[0].points] == [Judgement.MET] * 2 + [Judgement.MISSED] * 3
    assert plain(picture.lines[0].reference.text) == "план 50"  # type: ignore[union-attr]
    assert "40 при плане 50" in plain(picture.titles.alt_text)


def test_days_ahead_have_their_plans(house: House) -> None:
    targets(house, (10, 10), (10, 10), (5, 10), (0, 10), (0, 10))
    house.now = house.utc("2026-06-03 00:00")
    picture = seen(house, Question("target_in", period("2026-06-01..2026-06-05"), None, ("day",)))
    assert picture is not None
    assert [point.plan for point in picture.lines[0].points] == [10] * 5
    assert [point.fact is None for point in picture.lines[0].points] == [False] * 2 + [True] * 3


def test_the_hours_of_a_day_from_the_first_to_the_last_in_use(house: House) -> None:
    for hour, good in (("09", 10), ("10", 7), ("11", 4), ("13", 10)):
        at = f"2026-06-02 {hour}:10"
        house.calls(*(answered(at, 5 if number < good else 90, line="inhouse") for number in range(10)))
    house.calls(answered("2026-05-01 12:00", line="inhouse"), complete_to="2026-06-03 00:00")
    house.plan("sl", "half_month", "2026-06-01", 80, "inhouse")

    picture = seen(house, Question("sl", period("2026-06-02"), "inhouse", ("hour",)))
    assert told(picture) == "SL Inhouse: 78 %,\nниже нормы с 10 до 12"  # 31 of 40 is 77.5
    assert picture is not None
    assert [slot.label for slot in picture.slots] == ["9", "10", "11", "12", "13"]
    assert [point.missing for point in picture.lines[0].points] == [False, False, False, True, False]
    halves = seen(house, Question("sl", period("2026-06-02"), "inhouse", ("half-hour",)))
    assert halves is not None
    assert [slot.label for slot in halves.slots] == ["9", "", "10", "", "11", "", "12", "", "13", ""]
    assert "н/д" in picture.titles.footnote


def test_a_norm_that_changes_is_drawn_in_steps_and_judges_each_day(house: House) -> None:
    service(house, "inhouse", *[(0, 0)] * 14, (9, 1), (9, 1))
    house.calls(answered("2026-05-01 12:00", line="inhouse"), complete_to="2026-06-17 00:00")
    house.plan("sl", "half_month", "2026-06-01", 80, "inhouse")
    house.plan("sl", "half_month", "2026-06-16", 95, "inhouse")

    picture = seen(house, Question("sl", period("2026-06-15..2026-06-16"), "inhouse", ("day",)))
    assert told(picture) == "SL Inhouse: 90 %,\nниже нормы 16 июня"
    assert picture is not None
    assert picture.lines[0].reference is None
    assert [point.plan for point in picture.lines[0].points] == [80, 95]
    assert picture.labels.no_plan == "план менялся"


def test_lines_side_by_side_name_the_one_that_is_worst_off(house: House) -> None:
    service(house, "inhouse", (10, 0), (10, 0))
    service(house, "akc", (7, 3), (10, 0))
    for line in ("inhouse", "akc"):
        house.plan("sl", "half_month", "2026-06-01", 80, line)
    asked = [Question("sl", period("2026-06-01..2026-06-02"), line, ("day",)) for line in ("inhouse", "akc")]
    assert told(seen(house, *asked)) == "SL: Inhouse 100 % и АКЦ 85 %,\nАКЦ ниже нормы 1 июня"


def test_of_too_many_lines_the_worst_are_drawn(house: House) -> None:
    for number in range(8):
        service(house, f"l{number}", (10 - number, number))
        house.plan("sl", "half_month", "2026-06-01", 75, f"l{number}")
    asked = [Question("sl", period("2026-06-01"), f"l{number}", ("day",)) for number in range(8)]
    picture = seen(house, *asked)
    # l0, l1 and l2 keep to 75 %: 100, 90, 80. The two best are left out.
    assert told(picture) == "SL: норма не выполнена на 5 линиях из 8,\nЛиния 7 ниже нормы 1 июня"
    assert picture is not None
    assert [line.name for line in picture.lines] == [f"Линия {number}" for number in range(2, 8)]
    assert "2 линии не показаны" in plain(picture.titles.footnote)


@dataclass(frozen=True)
class Cut(Period):
    """A period with borders given by hand: weeks and months are cut by whoever asks for them."""

    cuts: tuple[datetime, ...] = ()

    def borders(self, by: str) -> tuple[datetime, ...]:
        return self.cuts if by in ("week", "month") else super().borders(by)


def answer_by(
    by: str, cuts: Sequence[str], values: Sequence[float | None], metric: str = "sl", plan: float | None = 80.0
) -> Answer:
    """An answer made by hand: the sum or the mean of its parts does not matter here."""
    borders = tuple(to_utc(datetime.fromisoformat(cut), MOSCOW) for cut in cuts)
    span = Cut(borders[0], borders[-1], MOSCOW, borders)
    known = [value for value in values if value is not None]
    facts = [Fact(value, None, None) for value in values]
    points = tuple(BreakdownPart(start, (), fact, plan) for start, fact in zip(borders, facts, strict=False))
    total = Fact(known[0] if known else None, None, None)
    asked = Question(metric, span, "inhouse", (by,))
    return Answer(asked, Catalogue().get(metric), span, total, borders[-1], Planned(plan, plan), points)


@pytest.mark.parametrize(
    ("by", "cuts", "finding", "labels", "measured"),
    [
        (
            "week",
            ["2026-05-04", "2026-05-11", "2026-05-18", "2026-05-25", "2026-06-01"],
            "SL Inhouse: 90 %,\nниже нормы 2 недели из 4",
            ["04.05", "11.05", "18.05", "25.05"],
            "Service level за 30 с, %, по неделям, 4–31 мая",
        ),
        (
            "month",
            ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01"],
            "SL Inhouse: 90 %,\nниже нормы 2 месяца из 4",
            ["янв.", "февр.", "март", "апр."],
            "Service level за 30 с, %, по месяцам, 1 января – 30 апреля",
        ),
    ],
)
def test_weeks_and_months_are_parts_like_days(
    house: House, by: str, cuts: list[str], finding: str, labels: list[str], measured: str
) -> None:
    house.calls(answered("2025-12-01 12:00", line="inhouse"), complete_to="2026-06-17 00:00")
    calculator = house.calculator()
    answer = answer_by(by, cuts, [90.0, 70.0, 85.0, 60.0])
    picture = series.plain(calculator, Plans(calculator), [answer], RU)
    assert told(picture) == finding
    assert picture is not None
    assert [slot.label for slot in picture.slots] == labels
    assert not any(slot.off for slot in picture.slots)
    assert plain(picture.titles.subtitle) == measured


def test_a_year_of_days_has_only_its_months_named(house: House) -> None:
    house.calls(answered("2025-01-01 12:00", line="inhouse"), complete_to="2026-01-01 00:00")
    picture = seen(house, Question("calls", period("2025-01-01..2025-12-31"), "inhouse", ("day",)))
    assert picture is not None
    assert len(picture.slots) == 365
    assert [slot.label for slot in picture.slots if slot.label] == [
        "янв.", "февр.", "март", "апр.", "май", "июнь", "июль", "авг.", "сент.", "окт.", "нояб.", "дек."
    ]  # fmt: skip
    assert not any(slot.off for slot in picture.slots)


def test_lines_are_ranked_with_the_worst_first(house: House) -> None:
    service(house, "inhouse", (90, 10))
    service(house, "akc", (62, 38))
    service(house, "l1", (95, 5))
    for line in ("inhouse", "akc"):
        house.plan("sl", "half_month", "2026-06-01", 80, line)
    asked = Question("sl", period("2026-06-01"), None, ("line",))

    picture = ranked(house, asked)
    assert told(picture) == "SL: норма не выполнена на 1 линии из 2,\nАКЦ: 62 % при плане 80 %"
    assert picture is not None
    assert [(row.name, row.verdict) for row in picture.rows] == [
        ("АКЦ", Judgement.MISSED), ("Inhouse", Judgement.MET), ("Линия 1", Judgement.NONE)
    ]  # fmt: skip
    assert picture.reference is None  # not every line has a norm: frames, not one line
    assert "сначала худшие" in plain(picture.titles.subtitle)

    best = ranked(house, asked, top=2)
    assert best is not None
    assert [row.name for row in best.rows] == ["Линия 1", "Inhouse"]
    assert best.rest is None

    house.plan("sl", "half_month", "2026-06-01", 80, "l1")
    picture = ranked(house, asked)
    assert picture is not None
    assert picture.reference is not None
    assert plain(picture.reference.text) == "норма 80 %"


def agents(house: House, *counts: tuple[str | None, int]) -> None:
    for agent, count in counts:
        house.calls(*(answered("2026-06-01 12:00", line="inhouse", agent_id=agent) for _ in range(count)))
    house.calls(answered("2026-05-01 12:00", line="inhouse"), complete_to="2026-06-02 00:00")


def test_agents_are_named_and_the_nameless_stand_last(house: House) -> None:
    agents(house, ("a1", 3), ("a2", 5), (None, 9))
    asked = Question("calls", period("2026-06-01"), "inhouse", ("agent",))
    picture = ranked(house, asked, names={"a1": "Анна И.", "a2": "Борис П."})
    assert told(picture) == "Входящие звонки, Inhouse: 17,\nбольше всего — Борис П.: 5"
    assert picture is not None
    assert [row.name for row in picture.rows] == ["Борис П.", "Анна И.", "не указано"]


def test_a_crowd_of_agents_is_cut_with_the_range_of_the_rest(house: House) -> None:
    agents(house, *((f"a{number:02}", number) for number in range(1, 21)), (None, 1))
    picture = ranked(house, Question("calls", period("2026-06-01"), "inhouse", ("agent",)))
    assert picture is not None
    # 13 of 20 agents, and those whose calls name nobody.
    assert [row.name for row in picture.rows] == [*(f"a{number:02}" for number in range(20, 7, -1)), "не указано"]
    assert picture.rest is not None
    assert [plain(text) for text in picture.rest] == ["ещё 7", "от 1 до 7"]


def test_agents_stand_against_the_norm_of_their_line_without_a_verdict(house: House) -> None:
    for agent, good in (("a1", 10), ("a2", 6), ("a3", 8)):
        waits = [5] * good + [90] * (10 - good)
        house.calls(*(answered("2026-06-01 12:00", wait, line="inhouse", agent_id=agent) for wait in waits))
    house.calls(answered("2026-05-01 12:00", line="inhouse"), complete_to="2026-06-02 00:00")
    house.plan("sl", "half_month", "2026-06-01", 80, "inhouse")
    picture = ranked(house, Question("sl", period("2026-06-01"), "inhouse", ("agent",)))
    assert told(picture) == "SL Inhouse: 1 из 3 ниже 80 %,\nхуже всего — a2: 60 %"
    assert picture is not None
    assert picture.reference is not None
    assert {row.verdict for row in picture.rows} == {Judgement.NONE}


SL, AHT, CALLS = (Catalogue().get(key) for key in ("sl", "aht", "calls"))
HOURS = [
    ContributionBar("9:00", "+1,9 п. п.", 1.9),
    ContributionBar("11:00", "−4,2 п. п.", -4.2),
    ContributionBar("12:00", "−2,6 п. п.", -2.6),
    ContributionBar("15:00", "0 п. п.", 0.0),
]
SUM = ContributionBar("Всего", "−4,9 п. п.", -4.9)


def test_contributions_go_from_the_worst_to_the_best() -> None:
    picture = contributions.plain(
        RU, SL, "SL Inhouse: −4,9 п. п. к норме", HOURS, SUM, subtitle="", footnote="", verdict=judged.Verdict.MISSED
    )
    assert picture is not None
    assert headline(picture) == "SL Inhouse: −4,9 п. п. к норме,\nбольше всего — 11:00: −4,2 п. п."
    # What is exactly on the norm gave 0, and says so.
    assert [(row.name, row.effect) for row in picture.rows] == [
        ("11:00", -4.2), ("12:00", -2.6), ("15:00", 0), ("9:00", 1.9)
    ]  # fmt: skip
    assert picture.total.effect == pytest.approx(sum(row.effect for row in picture.rows))
    assert picture.sides == ("хуже", "лучше")


def test_more_seconds_are_worse_and_more_calls_are_only_more() -> None:
    rows = [ContributionBar("АКЦ", "+5 с", 5.0), ContributionBar("Inhouse", "−1 с", -1.0)]
    total = ContributionBar("Всего", "+4 с", 4.0)
    slower = contributions.plain(RU, AHT, "AHT: +4 с", rows, total, subtitle="", footnote="")
    assert slower is not None
    assert [(row.name, row.effect) for row in slower.rows] == [("АКЦ", -5), ("Inhouse", 1)]
    more = contributions.plain(RU, CALLS, "Звонки: +4", rows, total, subtitle="", footnote="")
    assert more is not None
    assert (more.sides, more.directed) == (("меньше", "больше"), False)


def test_parts_of_time_stay_in_their_order_and_a_volume_is_a_bridge() -> None:
    """Ten calls were planned; -3 and +1 make eight: the second bar begins where the first one ended."""
    rows = [ContributionBar("10:00", "−3", -3.0), ContributionBar("9:00", "+1", 1.0)]
    total = ContributionBar("Всего", "−2", -2.0)
    told = (RU, CALLS, "Звонки: −2", rows, total)
    picture = contributions.plain(*told, subtitle="", footnote="", ordered=True, ends=("План 10", "Факт 8"))
    assert picture is not None
    assert [row.name for row in picture.rows] == ["10:00", "9:00"]
    boxes = [item for item in forms.contributions.scene(picture).items if isinstance(item, Box)]
    first, second, whole = boxes[-3:]
    assert first.left == second.left
    assert first.right == whole.right
    assert second.right == pytest.approx(whole.left)
    assert (whole.right - whole.left) / (first.right - first.left) == pytest.approx(2 / 3)


def test_small_contributions_are_folded_into_their_sum() -> None:
    rows = [ContributionBar(f"a{number}", f"−{number} п. п.", -float(number)) for number in range(1, 21)]
    total = ContributionBar("Всего", "−210 п. п.", -210.0)
    picture = contributions.plain(RU, SL, "SL", rows, total, subtitle="", footnote="")
    assert picture is not None
    # The 12 largest, and 8 to 1 together: 36.
    assert [row.name for row in picture.rows] == [*(f"a{number}" for number in range(20, 8, -1)), "ещё\u00a08"]
    assert (plain(picture.rows[-1].text), picture.rows[-1].effect) == ("−36 п. п.", -36)


def test_equal_bars_with_nothing_to_compare_are_no_picture(house: House) -> None:
    agents(house, *((f"a{number}", 5) for number in range(10)))
    assert ranked(house, Question("calls", period("2026-06-01"), "inhouse", ("agent",))) is None
    agents(house, ("a1", 1))
    assert ranked(house, Question("calls", period("2026-06-01"), "inhouse", ("agent",))) is not None


def test_without_data_there_is_no_picture(house: House) -> None:
    house.calls(answered("2026-05-01 12:00", line="inhouse"), complete_to="2026-06-02 00:00")
    assert seen(house, Question("sl", period("2026-06-01"), "inhouse", ("day",))) is None
    assert seen(house, Question("chats", period("2026-06-01"), None, ("day",))) is None
    assert seen(house) is None
    assert ranked(house, Question("sl", period("2026-06-01"), None, ("line",))) is None
    assert ranked(house, Question("chats", period("2026-06-01"), None, ("line",))) is None
    zero = ContributionBar("Всего", "0", 0.0)
    assert contributions.picture(RU, SL, "SL", [replace(SUM, value=0.0)], zero, subtitle="", footnote="") is None


@pytest.mark.parametrize("localizer", [RU, EN], ids=["ru", "en"])
def test_pictures_are_drawn_in_both_languages(house: House, localizer: Localizer) -> None:
    service(house, "inhouse", (10, 0), (7, 3), (9, 1))
    service(house, "akc", (4, 0), seconds=90)
    house.plan("sl", "half_month", "2026-06-01", 80, "inhouse")
    calculator = house.calculator()
    plans = Plans(calculator)
    span = period("2026-06-01..2026-06-03")
    asked = [
        Question("sl", span, "inhouse", ("day",)),
        Question("calls", span, "inhouse", ("hour",)),
        Question("aht", span, None, ("line",)),
    ]
    by_day, by_hour, by_line = ask(calculator, plans, asked)
    drawn = [
        series.picture(calculator, plans, by_day, localizer, before=by_day),
        series.picture(calculator, plans, [by_hour], localizer),
        ranking.picture(calculator, by_line, localizer),
        contributions.picture(
            localizer, SL, "SL", [replace(row, text="1") for row in HOURS], SUM, subtitle="", footnote=""
        ),
    ]
    assert [picture and picture.key for picture in drawn] == ["series", "series", "ranking", "contributions"]
    for picture in drawn:
        assert isinstance(picture, Picture)
        assert picture.image.startswith(PNG)
        assert 0 < len(picture.alt_text) <= ALT_TEXT
        if localizer is EN:
            assert not any(
                "а" <= letter.lower() <= "я" for letter in picture.alt_text.replace("Всего", "").replace("АКЦ", "")
            )


VALUES = st.one_of(st.none(), st.just(0.0), st.floats(0, 100), st.floats(0, 1e7))


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Calculator:
    """A record of every table long ago, so that no part of a period is before the first."""
    house = House(tmp_path_factory.mktemp("records"), Centre(timezone=MOSCOW, lines=LINES), "2026-06-16 12:00")
    house.calls(answered("2025-01-01 12:00", line="inhouse"), complete_to="2026-06-16 12:00")
    return house.calculator()


@given(
    st.lists(VALUES, min_size=1, max_size=40),
    st.lists(VALUES, max_size=40),
    st.sampled_from(["calls", "sl", "lcr", "aht", "target_calls_in"]),
    st.one_of(st.none(), st.just(0.0), st.floats(0.01, 1e4)),
    st.sampled_from([RU, EN]),
    st.booleans(),
)
@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])
def test_whatever_the_numbers_a_series_is_drawn(
    records: Calculator,
    values: list[float | None],
    earlier: list[float | None],
    metric: str,
    plan: float | None,
    localizer: Localizer,
    running: bool,
) -> None:
    def made(series: list[float | None], first: str) -> Answer:
        start = datetime.fromisoformat(first)
        cuts = [(start + timedelta(days=number)).isoformat() for number in range(len(series) + 1)]
        return answer_by("day", cuts, series, metric, plan)

    answer = made(values, "2026-05-01")
    if running:
        answer = replace(answer, as_of=answer.period.end - timedelta(hours=9))
    before = made(earlier, "2026-03-01") if earlier else None
    picture = series.picture(records, Plans(records), answer, localizer, before=before)
    assert (picture is None) == all(value is None for value in values)
    assert picture is None or len(picture.alt_text) <= ALT_TEXT
