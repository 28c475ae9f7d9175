"""Any bytes to the importers of tables: CSV and TSV, XLSX, Parquet, HTML, JSON."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.damage import damaged
from tests.fuzz.desk import desk, take
from tests.fuzz.examples import examples
from tests.fuzz.rows import BAD, DELIMITERS, as_csv, bad_row, good_row, kept_keys, tables, valid_csv
from tests.warehouse.importing import rejects
from warehouse.ingest.mapping import Mapping, mappable
from warehouse.schema import CALLS

SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".parquet", ".xlsx", ".xls", ".ods", ".xlsb")
ALWAYS = {"call_id": "'1'", "direction": "'in'", "started_at": "'2026-06-01'"}
SCRAPS = st.one_of(
    st.binary(max_size=200),
    st.text(alphabet='a1,;"\n\r\t |я\0', max_size=60).map(str.encode),
    st.text(alphabet='a1,;"\n\r\t |я', max_size=60).map(lambda text: text.encode("utf-16")),
    st.text(alphabet='12,"\n\r-:x', max_size=60).map(lambda text: f"{','.join(mappable(CALLS))}\n{text}".encode()),
    st.text(alphabet="<>/trdhae =1&;", max_size=80).map(lambda text: f"<table><tr><td>call_id{text}".encode()),
    st.text(alphabet='{}[]",:1\\ud8\n ', max_size=80).map(lambda text: f'{{"call_id": "1{text}'.encode()),
    st.sampled_from([b'{"calls": [{"call_id": "1"}]}', b'[{"a": 1},\n{"a": 2}]\n', b"PK\x03\x04", b"PAR1PAR1"]),
)


@examples(0.12, usually=12)
@given(SCRAPS, st.sampled_from(SUFFIXES), st.sampled_from([None, Mapping("calls", columns=ALWAYS)]))
def test_any_bytes_are_an_import_or_a_mistake(raw: bytes, suffix: str, mapping: Mapping | None) -> None:
    with desk() as here:
        path = here.root / f"calls{suffix}"
        path.write_bytes(raw)
        take(here, path, mapping=mapping)


@examples(0.15, usually=8)
@given(st.data(), tables, st.sampled_from([0.0, 0.05, 1.0]))
def test_a_damaged_csv_is_taken_or_refused_as_a_whole(data: st.DataObject, table: sa.Table, share: float) -> None:
    raw = data.draw(damaged(valid_csv(table)))
    with desk() as here:
        path = here.root / "file.csv"
        path.write_bytes(raw)
        take(here, path, table, max_rejects=share)


@examples(0.15, usually=8)
@given(st.data(), tables, st.sampled_from(DELIMITERS), st.sampled_from(["\n", "\r\n"]))
def test_good_rows_among_junk_are_taken_unless_the_file_is_refused(
    data: st.DataObject, table: sa.Table, delimiter: str, end: str
) -> None:
    """What a row is, Python's own reader of CSV says: a stray quote may make a cell of the rows after it."""
    good = [list(data.draw(good_row(table, number)).values()) for number in range(data.draw(st.integers(1, 4)))]
    lines = [as_csv([row], delimiter, end) for row in good]
    for number in range(data.draw(st.integers(0, 4))):
        junk = data.draw(
            BAD.map(lambda text: text + end) | bad_row(table, number).map(lambda row: as_csv([row], delimiter, end))
        )
        lines.insert(data.draw(st.integers(0, len(lines))), junk)
    text = as_csv([mappable(table)], delimiter, end) + "".join(lines)
    seen = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    expected = {row[0] for row in good if row in seen}
    with desk() as here:
        path = here.root / "file.csv"
        path.write_bytes(text.encode(data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))))
        summary = take(here, path, table, delimiter=delimiter)
        if summary:
            assert expected <= kept_keys(here, table)
            refused = rejects(summary) if summary.rejects_file else []
            assert not [row for row in refused if row[2] in expected]


CELLS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20),
    st.datetimes(datetime(1900, 3, 1), datetime(9999, 1, 1)),
    st.dates(date(1900, 3, 1), date(9999, 1, 1)),
    st.times(),
    st.timedeltas(timedelta(), timedelta(days=4000)),
    st.sampled_from(["in", "answered", "2026-06-01 10:00", "=1/0", "=A1", "#N/A", "x" * 3000]),
)


@st.composite
def workbook(draw: st.DrawFn) -> tuple[bytes, int]:
    """A workbook with so many calls and whatever else people put into cells."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    header = [*mappable(CALLS)[:7], *draw(st.lists(CELLS, max_size=2))]
    for row in [[]] * draw(st.integers(0, 2)) + [header]:
        sheet.append(row)
    rows = draw(st.integers(0, 4))
    for number in range(rows):
        row: list[Any] = [f"good-{number}", None, "in", "sales", datetime(2026, 6, 1, 10), None, "answered"]
        for _ in range(draw(st.integers(0, 3))):
            row[draw(st.integers(0, 6))] = draw(CELLS)
        sheet.append(row + draw(st.lists(CELLS, max_size=3)))
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue(), rows


@st.composite
def repacked(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """A workbook with damage inside: an archive that is sound, of parts that are not."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(draw(whole))) as old, zipfile.ZipFile(packed, "w") as new:
        spoilt = draw(st.sampled_from(old.namelist()))
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, draw(damaged(st.just(part))) if name == spoilt else part)
    return packed.getvalue()


BOOKS = workbook().map(lambda made: made[0])


@examples(0.08, usually=6)
@given(st.one_of(workbook(), st.tuples(damaged(BOOKS) | repacked(BOOKS), st.none())))
def test_a_workbook_is_taken_or_refused_as_a_whole(made: tuple[bytes, int | None]) -> None:
    raw, rows = made
    with desk() as here:
        path = here.root / "calls.xlsx"
        path.write_bytes(raw)
        summary = take(here, path)
        assert summary is None or rows in (None, summary.read)


TYPES: dict[Any, Any] = {
    pa.string(): ["1", "in", "2026-06-01", "", None, "я\0"],
    pa.large_string(): ["2", "answered", None],
    pa.string_view(): ["a view of a string, longer than twelve", "out"],
    pa.dictionary(pa.int8(), pa.string()): ["in", "out", None],
    pa.binary(): [b"\xff\0", b"in", None],
    pa.binary(3): [b"\xff\0a", None],
    pa.bool_(): [True, False, None],
    pa.int8(): [-1, 5, None],
    pa.uint64(): [2**64 - 1, 0],
    pa.float32(): [1.5, float("nan"), float("inf"), -0.0, None],
    pa.float64(): [1e300, 79161234567.0, float("-inf"), None],
    pa.float16(): [1.5, None],
    pa.decimal128(38, 10): [1, None],
    pa.decimal256(60, 10): [1, None],
    pa.date32(): [date(2026, 6, 1), date(1, 1, 1), date(9999, 12, 31), None],
    pa.time64("us"): [time(10, 0, 1), None],
    pa.duration("ms"): [timedelta(seconds=90), -timedelta(days=1), None],
    pa.timestamp("us"): [datetime(2026, 6, 1, 10), datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59), None],
    pa.timestamp("ns", "Europe/Moscow"): [datetime(2026, 6, 1, 10), None],
    pa.timestamp("s", "+03:00"): [datetime(2026, 6, 1, 10), datetime(9999, 12, 31), None],
    pa.month_day_nano_interval(): [None],
    pa.list_(pa.int64()): [[1, None], [], None],
    pa.list_(pa.int8(), 2): [[1, 2]],
    pa.struct([("a", pa.int64())]): [{"a": 1}, None],
    pa.map_(pa.string(), pa.int64()): [[("a", 1)], None],
    pa.null(): [None],
}


@st.composite
def parquet(draw: st.DrawFn) -> bytes:
    """A Parquet file of calls, with columns of any type."""
    rows = draw(st.integers(0, 4))
    columns = {"call_id": pa.array([f"good-{n}" for n in range(rows)], pa.string())}
    columns["direction"] = pa.array(["in"] * rows, pa.string())
    columns["started_at"] = pa.array([datetime(2026, 6, 1, 10)] * rows, pa.timestamp("us"))
    for name in draw(st.lists(st.sampled_from([*mappable(CALLS), "more", ""]), max_size=4, unique=True)):
        type_ = draw(st.sampled_from(list(TYPES)))
        columns[name] = pa.array([draw(st.sampled_from(TYPES[type_])) for _ in range(rows)], type_)
    raw = io.BytesIO()
    try:
        pyarrow.parquet.write_table(pa.table(columns), raw)
    except pa.ArrowNotImplementedError:  # a type that Parquet has no place for
        return b"PAR1"
    return raw.getvalue()


@examples(0.1, usually=8)
@given(parquet() | damaged(parquet()))
def test_a_parquet_file_is_taken_or_refused_as_a_whole(raw: bytes) -> None:
    with desk() as here:
        path = here.root / "calls.parquet"
        path.write_bytes(raw)
        summary = take(here, path)
        assert summary is None or summary.read == pyarrow.parquet.read_metadata(path).num_rows
