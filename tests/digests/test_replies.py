"""What is said in answer to a request, over records small enough to work every figure out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import charts
from digests.answers.compose import compose, evaluate, reply
from digests.answers.picture import picture_of
from digests.document import Attachment, Facts, Picture
from digests.request import Request, Shape, Verb, Versus, When, command
from metrics.answers import Verdict
from metrics.centre import Centre
from tests.digests.replying import (
    FIGURES,
    LINES,
    TODAY,
    YESTERDAY,
    answer,
    centre,
    commands,
    figure,
    hours,
    said,
    view,
    when,
)
from tests.kit import MOSCOW, House, lost
from tests.kit import answered as call
from warehouse.messages import UserError


def text(lines: str) -> str:
    return lines.strip() + "\n"


def test_one_number_with_its_plan_its_parts_and_the_comparable_moment(tmp_path: Path) -> None:
    house = centre(tmp_path)

    assert answer(house, figure("sl", TODAY, "inhouse", shape=Shape.TEXT)) == text("""
Service level, Inhouse, today, June 16: 75% / 30 s, the plan is missed
• Actual: 75% / 30 s against a plan of 80% / 30 s
     (in time: 6 of 8 calls)
• Against the week before (Tue, June 9, until 12:00): no change from 75%

Data as of June 16, 12:00.
""")
    assert answer(house, figure("sl", TODAY, "inhouse", shape=Shape.TEXT), "ru") == text("""
Service level, Inhouse, сегодня, 16 июня: 75% / 30 сек., план не выполнен
• Факт: 75% / 30 сек. при плане 80% / 30 сек.
     (вовремя: 6 из 8 звонков)
• К предыдущей неделе (вт, 9 июня, до 12:00): без изменений, было 75%

Данные на 16 июня, 12:00.
""")


def test_a_picture_that_breaks_leaves_the_answer_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = centre(tmp_path)
    whole = reply(view(house), figure("sl", TODAY, "inhouse"))

    def broken(_: object) -> bytes:
        raise RuntimeError("no glyph")

    monkeypatch.setattr(charts, "draw", broken)
    found = reply(view(house), figure("sl", TODAY, "inhouse"))
    assert found.blocks == tuple(block for block in whole.blocks if not isinstance(block, Picture))
    assert len(found.blocks) < len(whole.blocks)
    assert "There is no picture of this." in answer(house, figure("sl", TODAY, "inhouse", shape=Shape.CHART))


def test_what_may_be_asked_next_asks_it(tmp_path: Path) -> None:
    document = reply(view(centre(tmp_path)), figure("sl", TODAY, "inhouse", shape=Shape.TEXT))

    assert commands(document) == [
        "sl inhouse yesterday",
        "sl inhouse week",
        "sl inhouse today by hour",
        "why sl inhouse today",
        "sl inhouse today xlsx",
    ]


def test_a_metric_alone_is_its_lines_against_their_plans_the_whole_centre_last(tmp_path: Path) -> None:
    house = centre(tmp_path)

    assert answer(house, figure("sl")) == text("""
Service level by line, today, June 16: the plan is missed by Inhouse
• Service: 80% / 30 s
     (in time: 8 of 10 calls)
   – including Inhouse: 75% / 30 s against a plan of 80% / 30 s
     (in time: 6 of 8 calls)
   – AKC: 100% / 30 s against a plan of 80% / 30 s
     (in time: 2 of 2 calls)
• The whole centre: 80% / 30 s
     (in time: 8 of 10 calls)

Data as of June 16, 12:00.
""")
    (facts,) = [block for block in reply(view(house), figure("sl")).blocks if isinstance(block, Facts)]
    assert [row.verdict for row in facts.rows] == [Verdict.NONE, Verdict.MISSED, Verdict.MET, Verdict.NONE]


def test_an_answer_of_all_lines_takes_one_statement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = view(centre(tmp_path))
    records, statements = seen.calculator.records, []
    run = records.rows
    monkeypatch.setattr(records, "rows", lambda *asked: statements.append(asked[0]) or run(*asked))

    reply(seen, figure("sl"))
    assert len(statements) == 1


def test_hours_with_their_verdicts(tmp_path: Path) -> None:
    document = reply(view(centre(tmp_path)), figure("sl", TODAY, "inhouse", by="hour", shape=Shape.TEXT))

    whole, parts = [block.rows for block in document.blocks if isinstance(block, Facts)]
    assert [row.label for row in whole] == ["Overall"]
    assert [(row.label, row.value, row.verdict) for row in parts] == [
        ("10:00", "100%, 4 of 4", Verdict.MET),
        ("11:00", "50%, 2 of 4", Verdict.MISSED),
    ]


def test_hours_of_two_lines_stand_beside_each_other(tmp_path: Path) -> None:
    told = answer(centre(tmp_path), figure("calls", TODAY, "inhouse", "akc", by="hour"))

    assert "Hour | Inhouse | AKC\n10:00 | 4 | 0\n11:00 | 4 | 2\n" in told


def test_a_zero_between_hours_is_a_row_and_the_night_is_none(tmp_path: Path) -> None:
    house = centre(tmp_path)
    house.calls(call("2026-06-16 08:00", line="inhouse"), call("2026-06-16 07:00", line="akc"))
    told = answer(house, figure("calls", TODAY, "inhouse", by="hour", shape=Shape.TEXT))
    assert "• 08:00: 1\n• 09:00: 0\n• 10:00: 4\n• 11:00: 4\n" in told
    assert "07:00" not in told

    told = answer(house, figure("calls", TODAY, "inhouse", "akc", by="hour"))
    assert "\n07:00 | 0 | 1\n08:00 | 1 | 0\n09:00 | 0 | 0\n10:00 | 4 | 0\n11:00 | 4 | 2\n" in told


def test_a_comparison_of_two_lines_stands_beside_each(tmp_path: Path) -> None:
    told = answer(centre(tmp_path), figure("calls", TODAY, "inhouse", "akc", by="hour", versus=Versus.WEEK))

    against = "• Against the week before (Tue, June 9, until 12:00)"
    assert f"• Inhouse: 8\n{against}: +100%, from 4\n• AKC: 2\n{against}: +2, from 0\n" in told


def test_a_comparison_that_is_asked_for_stands_in_every_row(tmp_path: Path) -> None:
    told = answer(centre(tmp_path), figure("calls", TODAY, "inhouse", by="hour", versus=Versus.WEEK))

    assert "• Against the week before (Tue, June 9, until 12:00): +100%, from 4" in told
    assert "• 10:00: 4\n     (+33%, from 3)\n• 11:00: 4\n     (+300%, from 1)" in told


def test_the_worst_come_first_and_the_others_are_counted(tmp_path: Path) -> None:
    house = centre(tmp_path)
    house.centre = replace(house.centre, min_cases=4)
    told = answer(house, figure("sl", TODAY, "inhouse", by="agent", top=1))

    # Boris has 2 of 4 in time, Anna 4 of 4.
    assert (
        "• Boris: 50%, 2 of 4\n\nThe worst come first. "
        "Only those with at least 4 cases are ranked.\n\n1 more row is not shown." in told
    )
    assert "Anna" not in told


def test_what_is_nobodys_stands_last(tmp_path: Path) -> None:
    house = centre(tmp_path)
    house.centre = replace(house.centre, min_cases=4)
    house.calls(lost("2026-06-16 11:30", line="inhouse"))

    told = answer(house, figure("sl", TODAY, "inhouse", by="agent"))
    assert "• Boris: 50%, 2 of 4\n• Anna: 100%, 4 of 4\n• not given: 0%, 0 of 1\n" in told


def test_part_of_every_line(tmp_path: Path) -> None:
    told = answer(centre(tmp_path), figure("sl", TODAY, by="line", filters=(("agent", "a1"),)))

    assert "– including Inhouse: 100% / 30 s (no plan)\n     (in time: 4 of 4 calls)\n   – AKC: 100%" in told


def test_volumes_come_with_their_shares(tmp_path: Path) -> None:
    told = answer(centre(tmp_path), figure("calls", TODAY, "inhouse", by="topic"))

    assert "• keys: 6 (75%)\n• money: 2 (25%)" in told


def test_part_of_a_line_has_no_plan(tmp_path: Path) -> None:
    told = answer(centre(tmp_path), figure("sl", TODAY, "inhouse", filters=(("agent", "a2"),)))

    assert "• Actual: 50% / 30 s (no plan)" in told
    assert "A part of a line has no plan of its own." in told


def test_against_the_plan_there_are_execution_pace_and_forecast(tmp_path: Path) -> None:
    house = House(tmp_path, now="2026-06-11 00:00")
    house.calls(*[call("2026-06-05 10:00", is_target=True)] * 80, complete_to="2026-06-11 00:00")
    house.plan("target_calls_in", "month", "2026-06-01", 300)

    june = When("june", when("2026-06").period)
    # 10 a day make 100 to date; 80 is 80 % of it, and 80 + 0.8 * 200 = 240 in the end.
    assert (
        "\n• Plan attainment: 80%\n• Pace: 80% of the plan to date, 100\n"
        "• Forecast for the whole period: 240 at this pace"
        in answer(house, figure("target_calls_in", june, versus=Versus.PLAN))
    )


def test_before_the_records_there_is_no_zero_and_an_offer(tmp_path: Path) -> None:
    house = centre(tmp_path)
    document = reply(view(house), figure("calls", when("2026-07-20"), "inhouse"))

    assert said(document) == text("""
Inbound calls, Inhouse: Mon, July 20
• Actual: no data: the records end on June 16, 12:00

There are records from June 9 to June 16.
""")
    assert commands(document) == [
        "calls inhouse 2026-06-16",
        "calls inhouse today",
        "calls inhouse yesterday",
        "calls inhouse week",
    ]


def test_hours_of_a_day_are_asked_for_and_compared_as_such(tmp_path: Path) -> None:
    noon = When("11:00-12:00", hours("2026-06-16", 11, 12))

    told = answer(centre(tmp_path), figure("calls", noon, "inhouse"))
    assert told.startswith("Inbound calls, Inhouse, today, June 16, 11:00–12:00: 4, +300% on the week before\n")
    assert "(Tue, June 9, 11:00–12:00): +300%, from 1" in told


def test_the_latest_day_comes_with_its_picture(tmp_path: Path) -> None:
    seen = view(centre(tmp_path))

    def pictures(request: Request) -> list[str]:
        return [block.key for block in reply(seen, request).blocks if isinstance(block, Picture)]

    assert pictures(figure("sl", TODAY, "inhouse")) == ["answer-today"]
    assert pictures(figure("sl", TODAY, "inhouse", shape=Shape.TEXT)) == []
    first, *_ = reply(seen, figure("sl", TODAY, "inhouse", shape=Shape.CHART)).blocks
    assert isinstance(first, Picture)


def test_a_workbook_holds_the_parts_with_what_they_are_divided_from(tmp_path: Path) -> None:
    from io import BytesIO

    from openpyxl import load_workbook

    document = reply(view(centre(tmp_path)), figure("sl", TODAY, "inhouse", by="hour", shape=Shape.XLSX))
    (file,) = [block for block in document.blocks if isinstance(block, Attachment)]
    book = load_workbook(BytesIO(file.content))

    assert file.name == "sl-inhouse-hour-2026-06-16.xlsx"
    assert book.sheetnames == ["Figures", "By hour", "Definitions", "About"]
    rows = [row[2:8] for row in book["By hour"].iter_rows(min_row=2, values_only=True) if row[4] is not None]
    assert [(name, *numbers) for name, _, *numbers in rows] == [("10:00", 1, 0.8, 4, 4), ("11:00", 0.5, 0.8, 2, 4)]


def test_why_names_the_hours_and_sums_to_the_whole(tmp_path: Path) -> None:
    house = centre(tmp_path)

    # (4 - 0.8 * 4) / 8 = +10 pp at 10:00 and (2 - 0.8 * 4) / 8 = -15 pp at 11:00 make 75 - 80 = -5 pp.
    told = answer(house, figure("sl", TODAY, "inhouse", verb=Verb.WHY))
    assert "11:00–12:00 missed the target: −15 pp, all the rest +10 pp." in told
    assert "11:00 | −15 pp | 50%, 2 of 4\n10:00 | +10 pp | 100%, 4 of 4\nOverall | −5 pp | 75%" in told
    assert "Норму сорвали: 11:00–12:00 (−15 п. п., остальное +10 п. п.)." in answer(
        house, figure("sl", TODAY, "inhouse", verb=Verb.WHY), "ru"
    )


def test_why_names_the_shortest_stretch_that_made_half_of_it(tmp_path: Path) -> None:
    house = House(tmp_path, now="2026-06-02 00:00")
    # 20 of 40 in time against 80 %: -30 pp. 9:00 is on plan; 12:00 gives (0 - 8) / 40 = -20 pp, 15:00 (8 - 16) / 40.
    house.calls(
        *[call("2026-06-01 09:00")] * 8,
        *[call("2026-06-01 09:10", wait=99)] * 2,
        *[call("2026-06-01 12:00", wait=99)] * 10,
        *[call("2026-06-01 15:00")] * 12,
        *[call("2026-06-01 15:10", wait=99)] * 8,
        complete_to="2026-06-02 00:00",
    )
    house.plan("sl", "month", "2026-06-01", 80)

    told = answer(house, figure("sl", when("2026-06-01"), verb=Verb.WHY))
    assert "12:00–13:00 missed the target: −20 pp of −30 pp." in told


def test_why_without_a_plan_is_against_the_comparable_moment(tmp_path: Path) -> None:
    told = answer(centre(tmp_path), figure("calls", TODAY, "inhouse", verb=Verb.WHY))

    assert "11:00–12:00 made most of the difference: +3 of +4." in told
    assert "11:00 | +3 | 4 against 1\n10:00 | +1 | 4 against 3\nOverall | +4 | 8" in told


def test_why_of_what_is_no_sum_says_so_and_what_can_be_looked_at(tmp_path: Path) -> None:
    document = reply(view(centre(tmp_path)), figure("asa_median", TODAY, "inhouse", verb=Verb.WHY))

    assert "It cannot be broken down: a median or another quantile is not a sum of parts." in said(document)
    assert commands(document)[:2] == ["asa_median inhouse today by agent", "asa_median inhouse today by topic"]


def test_explain_gives_the_definition_in_force_and_todays_parts(tmp_path: Path) -> None:
    told = answer(centre(tmp_path), figure("sl", TODAY, "inhouse", verb=Verb.EXPLAIN))

    assert "• Formula in force: Ai / (A + B − Bi) (abandons_in_threshold_ignored), threshold 30 s" in told
    assert "• Plan in force: Inhouse: 80% / 30 s" in told
    assert "• Source: Calls (calls): data to June 16, 12:00" in told
    assert "(in time: 6 of 8 calls)" in told
    assert "To ask for it: /sl" in told


def test_status_names_the_empty_tables(tmp_path: Path) -> None:
    status = text("""
How fresh the records are
All records are as of June 16, 12:00.

• Calls: June 16, 12:00
     (last event: June 16, 11:20)

Empty: Chats, Internet leads, Reservations, Service Desk tickets, Voice bot, Agents' statuses, Clients' scores, \
Quality reviews, Incidents, Steps of incidents, Roster, Deals, Stages of deals, Touches, Managers' tasks, Visits, \
Bases of campaigns.
""")
    assert answer(centre(tmp_path), Request(Verb.STATUS)) == status


def test_lines_are_told_by_all_their_names(tmp_path: Path) -> None:
    told = answer(centre(tmp_path), Request(Verb.LINES))

    assert "• Inhouse: inhouse, инхаус\n     (records: calls)" in told
    assert "• Service: service\n     (together: Inhouse, AKC)" in told


def test_metrics_without_records_are_only_named(tmp_path: Path) -> None:
    told = answer(centre(tmp_path), Request(Verb.METRICS))

    assert "• /sl — Service level" in told
    assert "/chats" not in told
    assert "There are no records for:" in told


def test_every_example_of_the_help_has_an_answer(tmp_path: Path) -> None:
    house = centre(tmp_path)
    told = answer(house, Request(Verb.HELP))

    assert "• /sl inhouse today — one number, with its plan" in told
    assert len(told.splitlines()) < 3 * 25
    asked = commands(reply(view(house), Request(Verb.HELP)))
    assert asked == ["sl today", "sl inhouse today", "sl inhouse today by hour", "lcr inhouse today vs last week"]
    assert command(figure("sl", TODAY, "inhouse")) == asked[1]


@pytest.mark.parametrize("verb", [Verb.HELP, Verb.START, Verb.METRICS, Verb.LINES, Verb.STATUS])
def test_an_empty_house_answers_too(tmp_path: Path, verb: Verb) -> None:
    house = House(tmp_path)

    assert answer(house, Request(verb))
    assert "there are no records in calls" in answer(house, figure("sl"))


@pytest.mark.parametrize("verb", Verb)
def test_no_verb_falls_through_to_an_empty_document(tmp_path: Path, verb: Verb) -> None:
    request = figure("calls" if verb is Verb.PACE else "sl", TODAY, "inhouse", verb=verb)
    if verb is Verb.RATING:  # it is composed of its contest
        with pytest.raises(ValueError, match="rating"):
            reply(view(centre(tmp_path)), request)
    else:
        assert reply(view(centre(tmp_path)), request).blocks


def test_the_digest_of_the_last_half_month(tmp_path: Path) -> None:
    told = answer(centre(tmp_path), Request(Verb.DIGEST))

    assert "For the period June 1–15" in told
    assert "1 figure of 1 missed the plan: SL Inhouse. SL Inhouse: 25% against 80%." in told  # 3 of 12 in time


def test_numbers_come_before_words(tmp_path: Path) -> None:
    seen = view(centre(tmp_path))
    found = evaluate(seen, figure("lcr", YESTERDAY, "inhouse", shape=Shape.TEXT))

    assert [result.figure.answer.fact.value for result in found.results] == [100]  # two lost of two
    assert "(lost: 2 of 2 calls)" in said(compose(seen, found))


def test_plans_are_expected_where_a_digest_expects_them(tmp_path: Path) -> None:
    house = House(tmp_path, now="2026-06-16 12:00")
    house.calls(*(call("2026-06-16 10:00", line=line) for line in ("inhouse", "other")), complete_to="2026-06-16 12:00")

    assert "no plan" in answer(house, figure("sl", TODAY, "inhouse", shape=Shape.TEXT))
    assert "no plan" not in answer(house, figure("sl", TODAY, "other", shape=Shape.TEXT))
    assert FIGURES["sl.inhouse"].plan


def test_several_lines_are_no_question_of_why(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="one line at a time"):
        answer(centre(tmp_path), figure("sl", TODAY, "inhouse", "akc", verb=Verb.WHY))


def test_hours_of_several_days_are_those_of_the_clock(tmp_path: Path) -> None:
    """At 10 there are 2 calls on the 8th and 1 on the 9th, one of them late; at 15 one on each. Not 48 lines."""
    house = House(tmp_path, Centre(timezone=MOSCOW, lines=LINES), now="2026-06-16 12:00")
    house.calls(
        *[call("2026-06-08 10:10", line="inhouse")] * 2,
        call("2026-06-09 10:50", wait=90, line="inhouse"),
        call("2026-06-08 15:00", line="inhouse"),
        call("2026-06-09 15:59", line="inhouse"),
        call("2026-06-01 15:59", line="inhouse"),
        complete_to="2026-06-16 12:00",
    )
    house.plan("sl", "month", "2026-06-01", 80, "inhouse")
    days = when("2026-06-08..2026-06-14")

    calls = answer(house, figure("calls", days, "inhouse", by="hour", shape=Shape.TEXT))
    assert "• 10:00: 3 (60%)\n• 15:00: 2 (40%)\n" in calls
    assert "Hours of 7 days together." in calls
    assert "come first" not in calls  # in the order of the day
    assert "not shown" not in calls
    sl = answer(house, figure("sl", days, "inhouse", by="hour", shape=Shape.TEXT))
    assert "10:00: 66.7" in sl or "10:00: 67%" in sl

    found = evaluate(view(house), figure("calls", days, "inhouse", by="hour"))
    picture = picture_of(view(house), found)
    assert picture is not None
    assert picture.alt_text.replace("\N{NO-BREAK SPACE}", " ").startswith("Inbound calls, Inhouse: 5")
    assert "at 10:00: 3" in picture.alt_text.replace("\N{NO-BREAK SPACE}", " ")
