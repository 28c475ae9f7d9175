"""What a statement's WHERE says of the rows it can read, and what it does not."""

from __future__ import annotations

import operator
from datetime import datetime

import sqlalchemy as sa

from warehouse.manifest import DataFile, Extent
from warehouse.readings import Bound, may_matter, readings
from warehouse.schema import ACTIVITIES, BOT_CALLS, CALLS
from warehouse.sql import instant

JUNE, JULY = datetime(2026, 6, 1), datetime(2026, 7, 1)
FROM_JUNE = Bound("started_at", operator.ge, JUNE)
BEFORE_JULY = Bound("started_at", operator.lt, JULY)


def test_conditions_that_all_rows_satisfy_are_seen() -> None:
    c = CALLS.c
    inside = sa.and_(c.started_at >= instant(JUNE), c.started_at < instant(JULY))

    statement = sa.select(c.call_id).where(sa.and_(inside, c.direction == "in"), c.line.in_(("a", "b")))

    assert readings(statement) == {"calls": {(FROM_JUNE, BEFORE_JULY)}}


def test_conditions_that_only_some_rows_satisfy_are_not() -> None:
    c = CALLS.c
    early = c.started_at < instant(JULY)

    assert readings(sa.select(c.call_id).where(sa.or_(early, c.direction == "in"))) == {"calls": {()}}
    assert readings(sa.select(c.call_id).where(sa.not_(early), ~early)) != {"calls": {(BEFORE_JULY,)}}
    assert readings(sa.select(sa.case((early, 1))).select_from(CALLS)) == {"calls": {()}}


def test_a_table_read_twice_is_read_by_either_condition() -> None:
    later = CALLS.alias("later")
    first = sa.select(CALLS.c.call_id).where(CALLS.c.started_at < instant(JULY)).subquery("first")
    joined = first.join(later, later.c.call_id == first.c.call_id)

    statement = sa.select(later.c.call_id).select_from(joined).where(later.c.started_at >= instant(JUNE))

    assert readings(statement) == {"calls": {(FROM_JUNE,), (BEFORE_JULY,)}}


def test_a_condition_inside_does_not_reach_the_table_outside() -> None:
    c, b = CALLS.c, BOT_CALLS.c
    called = sa.exists().where(b.contact_id == c.contact_id, c.started_at >= instant(JUNE))

    assert () in readings(sa.select(c.call_id).where(called | (c.direction == "out")))["calls"]


def test_a_file_is_needed_as_far_as_its_times_reach() -> None:
    file = DataFile("f", "2026-06", 2, datetime(2026, 6, 1), datetime(2026, 6, 30))

    def needed(compare: object, moment: datetime) -> bool:
        return may_matter("calls", file, [(Bound("started_at", compare, moment),)])

    assert [needed(operator.ge, datetime(2026, 6, 30)), needed(operator.gt, datetime(2026, 6, 30))] == [True, False]
    assert [needed(operator.le, datetime(2026, 6, 1)), needed(operator.lt, datetime(2026, 6, 1))] == [True, False]
    assert may_matter("calls", file, [(Bound("started_at", operator.gt, JULY),), ()])


def test_a_parameter_says_which_files_when_it_is_told() -> None:
    june = DataFile("f", "2026-06", 2, datetime(2026, 6, 1), datetime(2026, 6, 30))
    places = readings(sa.select(CALLS.c.call_id).where(CALLS.c.started_at >= instant("start")))["calls"]

    assert places == {(Bound("started_at", operator.ge, "start"),)}
    assert may_matter("calls", june, places, {"start": JUNE})
    assert not may_matter("calls", june, places, {"start": JULY})


def test_a_text_that_is_compared_is_no_parameter() -> None:
    assert readings(sa.select(CALLS.c.call_id).where(CALLS.c.line >= "start"))["calls"] == {()}


def test_a_missing_value_is_ruled_out_where_nothing_stands_in_for_it() -> None:
    started, ended = datetime(2026, 4, 1), ACTIVITIES.c.ended_at
    lasting = sa.func.coalesce(ended, instant(JULY)) > instant(JUNE)
    (known,) = readings(sa.select(ACTIVITIES.c.status).where(ended > instant(JUNE)))["activities"]
    (either,) = readings(sa.select(ACTIVITIES.c.status).where(lasting))["activities"]
    still_on = DataFile("f", "2026-04", 1, started, started, extents=(Extent("ended_at", None, None, True),))
    all_over = DataFile("f", "2026-04", 1, started, started, extents=(Extent("ended_at", started, started, False),))

    assert [may_matter("activities", still_on, [place]) for place in (known, either)] == [False, True]
    assert [may_matter("activities", all_over, [place]) for place in (known, either)] == [False, False]
