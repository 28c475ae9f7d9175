"""Surveys, reviews, moves and costs come in like all else; what contradicts itself stays out, with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.warehouse.importing import Desk
from warehouse.ingest.mapping import load_mapping
from warehouse.schema import AGENT_MOVES, COSTS, DAY_MARKS, QUALITY_REVIEWS, SURVEYS


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_score_off_its_scale_and_an_answer_without_a_scale_are_rejected(desk: Desk) -> None:
    path = desk.file(
        "survey_id,question,kind,scale_low,scale_high,sent_at,answered_at,score",
        "v1,q1,csat,1,5,2026-06-01 10:00,2026-06-01 10:02,4",
        "v2,q1,csat,1,5,2026-06-01 10:00,2026-06-01 10:02,8",  # of ten, perhaps
        "v3,q1,csat,,,2026-06-01 10:00,2026-06-01 10:02,4",  # a 4 of 5 and a 4 of 10 are not the same
        "v4,q1,stars,1,5,2026-06-01 10:00,,",
        "v5,q1,csat,1,5,,,4",
        "v6,q1,csat,1,5,2026-06-01 10:00,,",
    )
    summary = desk.take(path, SURVEYS)

    assert (summary.added, summary.rejected) == (2, 4)
    assert summary.rejects_file is not None
    reasons = summary.rejects_file.read_text("utf-8")
    assert "the score is off its scale" in reasons
    assert "scale_low" in reasons
    assert "stars" in reasons
    assert "neither sent_at nor answered_at is given" in reasons


def test_a_source_that_keeps_answers_only_is_dated_by_them(desk: Desk) -> None:
    path = desk.file("survey_id,question,kind,scale_low,scale_high,answered_at,score", "v1,q1,nps,0,10,2026-06-01,9")
    desk.take(path, SURVEYS)
    ((sent, answered),) = desk.kept("sent_at", "answered_at", table=SURVEYS)
    assert sent == answered is not None


def test_the_same_questionnaire_again_is_the_later_answer(desk: Desk) -> None:
    header = "survey_id,question,kind,scale_low,scale_high,answered_at,score"
    desk.take(desk.file(header, "v1,q1,nps,0,10,2026-06-01 10:00,3"), SURVEYS)
    summary = desk.take(desk.file(header, "v1,q1,nps,0,10,2026-06-02 10:00,9", name="again.csv"), SURVEYS)
    assert (summary.added, summary.updated) == (0, 1)
    assert desk.kept("score", table=SURVEYS) == [(9.0,)]


def test_surveys_of_a_telephone_exchange_come_by_a_mapping(desk: Desk) -> None:
    """As FreePBX keeps them: the digit pressed, the call's linked id, the caller."""
    mapping = desk.file(
        'table = "surveys"',
        "[columns]",
        'survey_id = "uniqueid"',
        "question = \"'q1'\"",
        "kind = \"'csat'\"",
        'scale_low = "1"',
        'scale_high = "5"',
        'answered_at = "calldate"',
        'score = "quality"',
        'contact_id = "linkedid"',
        'client_id = "callerid"',
        name="freepbx.toml",
    )
    path = desk.file("uniqueid,linkedid,calldate,callerid,quality", "17.1,17.0,2026-06-01 10:00:00,79990000001,5")
    desk.take(path, SURVEYS, mapping=load_mapping(mapping))
    assert desk.kept("contact_id", "score", "kind", table=SURVEYS) == [("17.0", 5.0, "csat")]


def test_a_review_over_its_maximum_is_rejected(desk: Desk) -> None:
    path = desk.file(
        "review_id,reviewed_at,score,max_score,critical",
        "r1,2026-06-03 12:00,80,,",
        "r2,2026-06-03 12:00,5,5,1",
        "r3,2026-06-03 12:00,6,5,",
        "r4,2026-06-03 12:00,110,,",  # of a hundred, where the form says nothing
    )
    summary = desk.take(path, QUALITY_REVIEWS)
    assert (summary.added, summary.rejected) == (2, 2)
    assert desk.kept("contact_at", "reviewed_at", table=QUALITY_REVIEWS)[0][0] is not None


def test_money_in_another_currency_is_rejected_and_says_what_to_do(desk: Desk) -> None:
    path = desk.file(
        "cost_id,starts_on,ends_on,amount,currency,kind,site",
        "g1,2026-06-01,2026-06-30,30000,rub,staff,own",
        "g2,2026-06-01,2026-06-30,400,USD,licence,own",
        "g3,2026-06-15,2026-06-01,400,,licence,own",  # ends before it starts
        "g4,2026-06-01,2026-06-30,400,,licence,moon",
        "g5,2026-06-09,,-2000,,compensation,",
    )
    summary = desk.take(path, COSTS, currency="RUB")
    assert (summary.added, summary.rejected) == (2, 3)
    assert summary.rejects_file is not None
    assert "convert it in the mapping" in summary.rejects_file.read_text("utf-8")


def test_a_person_moves_once_at_a_time(desk: Desk) -> None:
    header = "agent_id,from_at,team,site"
    desk.take(desk.file(header, "p2,2026-06-08,B,outsourced"), AGENT_MOVES)
    summary = desk.take(desk.file(header, "p2,2026-06-08,C,outsourced", name="again.csv"), AGENT_MOVES)
    assert (summary.added, summary.updated) == (0, 1)
    assert desk.kept("team", table=AGENT_MOVES) == [("C",)]


def test_a_day_is_marked_with_a_word_that_there_is_and_a_weekday_where_it_needs_one(desk: Desk) -> None:
    path = desk.file(
        "mark_id,starts_on,ends_on,line,channel,kind,like_weekday,note",
        "m1,2026-06-03,,,,exclude,,the exchange was down",
        "m2,2026-06-12,2026-06-14,sales,call,holiday,,",
        "m3,2026-06-13,,,,like,5,a working Saturday",
        "m4,2026-06-13,,,,like,,",
        "m5,2026-06-13,,,,like,8,",
        "m6,2026-06-13,,,,special,,",
        "m7,2026-06-13,,,fax,exclude,,",
        "m8,2026-06-13,2026-06-12,,,exclude,,",
    )
    summary = desk.take(path, DAY_MARKS)
    assert (summary.added, summary.rejected) == (3, 5)
    assert summary.rejects_file is not None
    reasons = summary.rejects_file.read_text("utf-8")
    assert "like_weekday must be a number from 1 (Monday) to 7 (Sunday)" in reasons
    assert "its channel must be call, chat or desk" in reasons
    assert "special" in reasons
    assert "it ends before it starts" in reasons
