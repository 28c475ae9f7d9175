"""A statement that takes too long is given up, and the thread that waited for it is free again."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.kit import House, answered
from warehouse.schema import CALLS


def test_a_statement_is_given_up_after_its_time_and_the_next_one_works(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.calls(*(answered(f"2026-06-16T09:{minute:02}") for minute in range(40)))
    records = house.lake.open(0.3)

    # Forty calls to the power of seven: more pairs than anybody waits for.
    every = [CALLS.alias(f"c{number}") for number in range(7)]
    waits = sum((each.c.wait_s for each in every[1:]), every[0].c.wait_s)
    endless = sa.select(sa.func.sum(waits)).select_from(*every)
    with pytest.raises(TimeoutError):
        records.rows(endless)

    assert records.rows(sa.select(sa.func.count()).select_from(CALLS))[0][0] == 40
