"""Answers as a frame: the numbers of the answers, a row for each, and what is unknown empty with its reason."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from metrics import frame
from metrics.centre import Centre, Line
from tests.kit import MOSCOW, House, answered, lost
from warehouse.messages import UserError

JUNE = "2026-06-01..2026-06-03"


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Four calls of two lines on two days, the records known until noon of the second; one of them was lost."""
    lines = {key: Line(key, key.title()) for key in ("rent", "sales")}
    house = House(tmp_path, Centre(timezone=MOSCOW, lines=lines), now="2026-06-02 12:00")
    house.calls(
        answered("2026-06-01 10:00", talk=60),
        answered("2026-06-01 11:00", talk=90, line="rent"),
        lost("2026-06-01 12:00", line="rent"),
        answered("2026-06-02 09:00", talk=30),
        complete_to="2026-06-02 12:00",
    )
    return house


def test_a_metric_is_a_row_with_what_it_is_divided_from(house: House) -> None:
    found = frame(house, ["lcr", "aht", "reserves_m2"], period=JUNE)

    assert list(found.columns) == [
        "metric", "line", "value", "numerator", "denominator", "unit", "as_of", "missing", "remarks"
    ]  # fmt: skip
    lcr, aht, reserves = found.itertuples()
    # One of four calls is lost; three are handled for 60 + 90 + 30 seconds.
    assert (lcr.value, lcr.numerator, lcr.denominator, lcr.unit) == (25.0, 1.0, 4.0, "percent")
    assert (aht.value, aht.numerator, aht.denominator, aht.unit) == (60.0, 180.0, 3.0, "seconds")
    assert lcr.as_of.isoformat() == "2026-06-02T12:00:00+03:00"
    assert pd.isna(lcr.missing)
    assert pd.isna(reserves.value)
    assert pd.isna(reserves.as_of)
    assert reserves.missing == "cannot be computed: there are no records in reservations"


def test_a_breakdown_is_a_row_for_each_part(house: House) -> None:
    days = frame(house, "lcr", by="day", period=JUNE)
    # The 3rd of June is still to come: no row, rather than a zero.
    assert days["day"].dt.tz_localize(None).tolist() == [datetime(2026, 6, 1), datetime(2026, 6, 2)]
    assert days[["value", "numerator", "denominator"]].to_numpy().tolist() == [[100 / 3, 1, 3], [0, 0, 1]]

    lines = frame(house, ["calls", "lcr"], by="line", period=JUNE)
    assert lines.pivot(index="line", columns="metric", values="value").to_dict() == {
        "calls": {"rent": 2.0, "sales": 2.0},
        "lcr": {"rent": 50.0, "sales": 0.0},
    }
    assert frame(house, "calls", by="agent", line="RENT", period=JUNE)["line"].tolist() == ["rent"]


def test_what_has_no_parts_for_want_of_records_is_a_row_that_says_so(house: House) -> None:
    for by in ("day", "line"):
        (row,) = frame(house, "chats", by=by, period=JUNE).to_dict("records")
        assert (row["missing"], pd.isna(row["value"]), pd.isna(row[by])) == (
            "cannot be computed: there are no records in chats", True, True
        )  # fmt: skip


def test_records_are_measured_by_a_centre_and_an_unknown_line_is_no_zero(house: House) -> None:
    records = house.lake.open()
    assert frame(records, "calls", period=JUNE, line="rent", centre=Centre(timezone=MOSCOW))["value"].tolist() == [2.0]
    with pytest.raises(UserError, match=r'There is no line "rant"\. There are: rent, sales\.'):
        frame(records, "calls", period=JUNE, line="rant")


def test_a_frame_without_numbers_has_their_types(house: House) -> None:
    (row,) = (to_come := frame(house, "calls", by="hour", period="2026-06-03")).to_dict("records")
    assert (pd.isna(row["value"]), pd.isna(row["hour"])) == (True, True)
    assert row["missing"].startswith("no data: the records end on")
    assert str(to_come["hour"].dtype) == "datetime64[us, Europe/Moscow]"
    assert str(to_come["value"].dtype) == "float64"
