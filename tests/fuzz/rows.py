"""Rows of the tables, good and bad ones, made from the schema."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st

from warehouse.ingest.mapping import mappable
from warehouse.schema import FACT_TABLES, checks_of, key_of

DELIMITERS = ",;\t|"
MOMENT = datetime(2026, 5, 30, 21)
TEXTS = ("sales", "Ипотека", "0012", 'say "hi"', "a,b;c", "two\nlines", " spaced ", "=1+1", "O'Hara", "x" * 300, "")
GOOD: dict[str, st.SearchStrategy[str]] = {
    "text": st.sampled_from(TEXTS),
    "seconds": st.sampled_from(["0", "12", "12.5", "0:01:05", "1:00:00", "NULL", ""]),
    "number": st.sampled_from(["0", "-3", "54.321", "1 234,5", "1e6", ""]),
    "flag": st.sampled_from(["1", "0", "true", "да", "no", ""]),
}
AGREEING: dict[str, st.SearchStrategy[str]] = {
    "scale_low": st.sampled_from(["0", "-3"]),
    "scale_high": st.sampled_from(["54.321", "1 234,5", "1e6"]),
    "score": st.sampled_from(["0", "54.321"]),
    "max_score": st.sampled_from(["54.321", "1e6", ""]),
    "answered_at": st.sampled_from(["2026-06-30T21:00Z", "30.06.2026 21:00"]),
    "currency": st.just(""),
    "at": st.just("2026-06-30T21:00Z"),
    "channel": st.sampled_from(["call", "chat", ""]),
    "like_weekday": st.just("3"),
    "clients": st.sampled_from(["0", "54.321"]),
    "starts_at": st.just("2026-06-30T21:00Z"),
    "ends_at": st.sampled_from(["2026-07-01T09:00Z", "01.07.2026 21:00"]),
    "position": st.sampled_from(["3", "1e6"]),
    "stuck_after_days": st.sampled_from(["3", "0.5"]),
}
"""Cells that contradict no others of their row, where a table has rules for that."""
BAD = st.text(alphabet='a1,;"\n\r\t |яЖ:.-\x00', max_size=40) | st.sampled_from(
    ["tomorrow", "31.02.2026", "-5", "inf", "nan", "1e400", "2026-06-01T10:00+99:00", "9" * 60, '"', '"x', "0001-01-01"]
)

tables = st.sampled_from(FACT_TABLES)


@st.composite
def good_row(draw: st.DrawFn, table: sa.Table, number: int) -> dict[str, str]:
    """A row that no import may refuse; its times are in order, its key is its number."""
    row = {}
    for place, name in enumerate(mappable(table)):
        column = table.c[name]
        usual = GOOD.get(column.info["kind"], st.nothing())
        if name == key_of(table)[0]:
            row[name] = f"good-{number}"
        elif checks_of(table) and name in AGREEING:
            row[name] = draw(AGREEING[name])
        elif column.info["kind"] == "one_of":
            row[name] = draw(st.sampled_from(column.info["values"] + (("",) if column.nullable else ())))
        elif column.info["kind"] == "time":
            moment = MOMENT + timedelta(days=draw(st.integers(0, 3)) + 4 * place)
            shape = draw(st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%MZ", "%d.%m.%Y %H:%M"]))
            row[name] = "" if column.nullable and draw(st.booleans()) else moment.strftime(shape)
        else:
            row[name] = draw(usual if column.nullable else usual.filter(bool))
    return row


@st.composite
def bad_row(draw: st.DrawFn, table: sa.Table, number: int) -> list[str]:
    """A row with something in it that may be wrong; its key is none of a good row's."""
    cells = list(draw(good_row(table, number)).values())
    cells[0] = f"bad-{number}"
    for _ in range(draw(st.integers(1, 3))):
        what = draw(st.sampled_from(["cell", "cell", "more", "fewer"]))
        place = draw(st.integers(0, len(cells) - 1)) if cells else 0
        if what == "cell" and cells:
            cells[place] = draw(BAD)
        elif what == "more":
            cells.insert(place, draw(BAD))
        else:
            cells = cells[:place]
    return cells


def as_csv(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\n") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


@st.composite
def valid_csv(draw: st.DrawFn, table: sa.Table) -> bytes:
    """A good file of a table."""
    rows = [draw(good_row(table, number)) for number in range(draw(st.integers(0, 4)))]
    delimiter, end = draw(st.sampled_from(DELIMITERS)), draw(st.sampled_from(["\n", "\r\n"]))
    return as_csv([mappable(table), *(list(row.values()) for row in rows)], delimiter, end).encode()


def kept_keys(desk: Any, table: sa.Table) -> set[str]:
    """The first key column of every row in the lake."""
    return {key for (key,) in desk.kept(key_of(table)[0], table=table)}
