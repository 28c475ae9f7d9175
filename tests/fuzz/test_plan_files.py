"""Any bytes as a plan file."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from metrics.catalogue import Catalogue
from metrics.plans.files import PlanNames, read_plan
from tests.fuzz.damage import damaged
from tests.fuzz.desk import desk, sound, state
from tests.fuzz.examples import examples
from tests.fuzz.rows import BAD, as_csv
from warehouse.messages import UserError
from warehouse.plans import load_plans, save_plans
from warehouse.upkeep import verify

METRICS = {metric.key: metric for metric in Catalogue()}
LINES = ("sales", "Ипотека")
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["calls", "sl", "aht", "SL", "lcr"]) | BAD,
        st.sampled_from(["sales", "ипотека", ""]) | BAD,
        st.sampled_from(["2026-06", "2026-06-01..2026-06-15", "2026-06-03", "2026-Q2", "01.06.2026", "June"]) | BAD,
        st.sampled_from(["100", "28,4", "80 %", "1 234", "0", "-1", "1e9", "inf", "½", "9" * 400]) | BAD,
    ),
    max_size=6,
)
HEADER = ["metric", "line", "period", "value"]


@st.composite
def sheet(draw: st.DrawFn) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    page: Any = book.active
    page.append(HEADER)
    values = st.one_of(
        st.floats(), st.integers(), st.booleans(), st.datetimes(datetime(1900, 3, 1)), st.sampled_from(["100", "=1+1"])
    )
    for metric, line, period, _ in draw(ROWS):
        cells = [metric, line, draw(st.just(period) | values), draw(values)]
        page.append(["" if isinstance(cell, str) and "\0" in cell else cell for cell in cells])
        page.cell(page.max_row, 4).number_format = draw(st.sampled_from(["General", "0%", "mmm yy", "@"]))
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


@st.composite
def text(draw: st.DrawFn) -> bytes:
    return as_csv([HEADER, *draw(ROWS)], draw(st.sampled_from(",;\t"))).encode(
        draw(st.sampled_from(["utf-8", "utf-16"]))
    )


@examples(0.1, usually=12)
@given(
    st.one_of(
        st.tuples(st.binary(max_size=100), st.sampled_from([".csv", ".xlsx", ".pdf"])),
        st.tuples(text() | damaged(text()), st.just(".csv")),
        st.tuples(sheet() | damaged(sheet()), st.just(".xlsx")),
    )
)
def test_any_bytes_are_plans_or_a_mistake(made: tuple[bytes, str]) -> None:
    raw, suffix = made
    with desk() as here:
        path = here.root / f"plan{suffix}"
        path.write_bytes(raw)
        before = state(here.lake)
        try:
            read = read_plan(path, PlanNames(METRICS, dict.fromkeys(LINES, ())))
        except UserError as error:
            sound(error)
            return
        assert state(here.lake) == before
        for added in (len(read.rows), 0):
            assert save_plans(here.lake, read.rows, author="ann", now=datetime(2026, 6, 1)).added == added
        assert verify(here.lake).problems == ()
        kept = {plan.key: plan.value for plan in load_plans(here.lake.open())}
        assert kept == {row.key: row.value for row in read.rows}
