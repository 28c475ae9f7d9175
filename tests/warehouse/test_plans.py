"""Plans in the lake: revisions are added, never changed; weights stay as they were first stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from warehouse.lake import Lake
from warehouse.messages import UserError
from warehouse.plans import Plan, Saved, load_plans, load_weights, save_plans, save_weights
from warehouse.schema import PLANS

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
NOW = datetime(2026, 6, 1, 9)


@dataclass(frozen=True)
class Row:
    """Anything with these attributes is a plan."""

    metric: str
    line: str | None
    granularity: str
    starts_on: date
    value: float


def save(lake: Lake, *rows: Row) -> Saved:
    return save_plans(lake, rows, author="ann", now=NOW)


def test_a_plan_is_added_once_and_revised_when_its_value_changes(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    month, other = Row("calls", None, "month", JUNE, 300), Row("calls", "inhouse", "month", JUNE, 100)

    assert save(lake, month, other) == Saved(added=2, unchanged=0)
    assert save(lake, month, other) == Saved(added=0, unchanged=2)
    assert save(lake, Row("calls", None, "month", JUNE, 400), other) == Saved(added=1, unchanged=1)
    assert save(lake, month) == Saved(added=1, unchanged=0)  # back to the first value is a change too

    assert load_plans(lake.open()) == [
        Plan("calls", None, "month", JUNE, 300.0, 1),
        Plan("calls", None, "month", JUNE, 400.0, 2),
        Plan("calls", None, "month", JUNE, 300.0, 3),
        Plan("calls", "inhouse", "month", JUNE, 100.0, 1),
    ]
    (file,) = lake.manifest().table("plans").files
    assert (file.month, file.rows) == ("all", 4)


def test_who_loaded_a_plan_and_when_is_kept(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    save_plans(lake, [Row("sl", "o'hare", "half_month", JUNE, 80)], author="ann", now=NOW, source="plan.xlsx")
    (row,) = lake.open().rows(sa.select(PLANS.c.line, PLANS.c.author, PLANS.c.loaded_at, PLANS.c.source))
    assert tuple(row) == ("o'hare", "ann", NOW, "plan.xlsx")


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    save(lake, Row("calls", None, "month", JUNE, 300))
    before = lake.manifest()
    save(lake, Row("calls", None, "month", JUNE, 300))
    assert lake.manifest() == before


def test_a_row_that_is_no_plan_leaves_everything_as_it_was(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with pytest.raises(UserError, match="No month starts on 2026-06-02"):
        save(lake, Row("calls", None, "month", JUNE, 300), Row("calls", None, "month", date(2026, 6, 2), 300))
    assert load_plans(lake.open()) == []


def test_an_empty_lake_has_no_plans_and_no_weights(tmp_path: Path) -> None:
    records = Lake(tmp_path).open()
    assert load_plans(records) == []
    assert load_weights(records) == {}


def test_the_first_weights_stay_until_a_respread(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    plan, later = Plan("calls", None, "month", JUNE, 300), Plan("calls", None, "month", JUNE, 300, revision=2)
    first, second = {(0, 9): 0.25, (7, 23): 0.75}, {(0, 9): 1.0}

    assert save_weights(lake, {plan.version: first}) == 1
    assert save_weights(lake, {plan.version: second, later.version: second}) == 1
    assert load_weights(lake.open()) == {plan.version: first, later.version: second}

    assert save_weights(lake, {plan.version: second}, replace=True) == 1
    assert load_weights(lake.open()) == {plan.version: second, later.version: second}
    assert save_weights(lake, {plan.version: second}, replace=True) == 0


def test_weights_come_back_to_the_last_digit_and_of_many_plans_in_one_go(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    shares = {(weekday, hour): (weekday + 1) / (hour + 3) for weekday in range(8) for hour in range(24)}
    versions = [Plan(f"m{number}", line, "month", JULY, 1).version for number in range(20) for line in (None, "a")]
    assert save_weights(lake, dict.fromkeys(versions, shares)) == 40
    assert load_weights(lake.open()) == dict.fromkeys(versions, shares)


def test_plans_and_weights_do_not_touch_other_tables(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    save(lake, Row("calls", None, "month", JUNE, 300))
    plans = lake.manifest().table("plans")
    save_weights(lake, {Plan("calls", None, "month", JUNE, 300).version: {(0, 0): 1.0}})
    assert lake.manifest().table("plans") == plans
