"""Files that cannot be imported: one clear sentence each, and never anything but a UserError."""

from __future__ import annotations

import codecs
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.warehouse.importing import HEADER, Desk
from warehouse.messages import UserError

ROW = "1,in,sales,2026-06-01 10:00,answered,12"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def told(desk: Desk, raw: bytes, name: str = "calls.csv", **options: Any) -> str:
    path = desk.root / name
    path.write_bytes(raw)
    with pytest.raises(UserError) as e:
        desk.take(path, **options)
    assert not desk.lake.manifest().tables
    return str(e.value)


def test_a_file_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(UserError, match=r"There is no file .*no\.csv\."):
        desk.take(desk.root / "no.csv")
    with pytest.raises(UserError, match=r"The directory .* has no files\."):
        desk.take(desk.root)


def test_empty_files(desk: Desk) -> None:
    assert told(desk, b"") == "The file calls.csv is empty."
    assert told(desk, b"\n\n , \n").startswith("The file calls.csv has no header")
    assert told(desk, codecs.BOM_UTF8).startswith("The file calls.csv has no header")


def test_a_missing_column_is_named_with_what_the_file_has(desk: Desk) -> None:
    assert told(desk, b"id,direction,when\n1,in,2026-06-01\n") == (
        "The file calls.csv has no column for call_id, started_at. Its header is: id, direction, when. "
        'Say in a mapping which column it is: [columns] call_id = "..."'
    )


def test_two_columns_of_one_name(desk: Desk) -> None:
    assert told(desk, b"call_id,direction,CALL_ID\n") == (
        "The header of calls.csv names CALL_ID twice, in columns 1 and 3: rename one."
    )


def test_files_that_are_not_what_they_are_named(desk: Desk) -> None:
    assert told(desk, b"hello", "a.xlsx").startswith("The file a.xlsx has no column for call_id")
    assert told(desk, b"PK\x03\x04" + bytes(100), "b.xlsx").startswith(
        "The file b.xlsx is no workbook, though it begins like"
    )
    assert told(desk, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "b.xls").startswith(
        "The file b.xls is no workbook"
    )
    assert told(desk, b"PAR1" + bytes(50) + b"PAR1").startswith("The file calls.csv begins like Parquet, but")
    assert told(desk, b"PK\x03\x04\0\0", "a.zip").startswith("The archive a.zip cannot be unpacked, it is damaged")
    assert told(desk, b"\x1f\x8b\0\0", "a.csv.gz").startswith("The file a.csv.gz cannot be unpacked, it is damaged")
    assert told(desk, b"abc\0\0def\0").startswith("The file calls.csv is not text: Svodka imports CSV")


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64)
NO_TABLE = "The file {file} is no table but {kind}: save the table that it holds as CSV or XLSX."
ARCHIVE = "The file {file} is an archive ({kind}): unpack it first."


@pytest.mark.parametrize("name", ["calls.csv", "calls.xls", "calls.xlsx", "calls.parquet"])
@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (
            OLE + "EncryptedPackage".encode("utf-16-le"),
            "The file {file} is protected by a password: open it in Excel, take the password off and save it again.",
        ),
        (OLE + "WordDocument".encode("utf-16-le"), NO_TABLE.replace("{kind}", "Word")),
        (b"PK\x03\x04\0\0word/document.xml", NO_TABLE.replace("{kind}", "Word")),
        (b"%PDF-1.7\n\0", NO_TABLE.replace("{kind}", "PDF")),
        (b"\x89PNG\r\n\x1a\n\0", NO_TABLE.replace("{kind}", "PNG")),
        (b"\xff\xd8\xff\xe0\0", NO_TABLE.replace("{kind}", "JPEG")),
        (b"Rar!\x1a\x07\0", ARCHIVE.replace("{kind}", "RAR")),
        (b"7z\xbc\xaf\x27\x1c\0", ARCHIVE.replace("{kind}", "7-Zip")),
        (b"", "The file {file} is empty."),
    ],
)
def test_a_file_that_is_no_table_is_called_what_it_is(desk: Desk, raw: bytes, sentence: str, name: str) -> None:
    assert told(desk, raw, name) == sentence.format(file=name)


def test_a_format_says_so_too(desk: Desk) -> None:
    assert told(desk, b"%PDF-1.7\n", "queue_log", format_name="queue_log") == NO_TABLE.format(
        file="queue_log", kind="PDF"
    )


@pytest.mark.parametrize("row", ["PCMU,PCMU,2026-06-01 10:00:00,60", "1,in,sales,2026-06-01 10:00", "7,7,x"])
def test_a_file_without_a_header_is_told_from_one_with_a_name_twice(desk: Desk, row: str) -> None:
    assert told(desk, f"{row}\n{row}\n".encode()) == (
        f"The first row of calls.csv is a record, not names of columns: {row.replace(',', ', ')}. Name its columns in "
        'a mapping, in their order: header = ["...", "..."], with "-" for one that is not needed.'
    )


def test_the_wrong_encoding(desk: Desk) -> None:
    raw = f"{HEADER}\n{ROW}\n{ROW.replace('sales', 'Ипотека')}\n".encode("cp1251")
    sentence = "The file calls.csv is not in utf-8: name the right encoding, as in --encoding windows-1251."
    assert told(desk, raw, encoding="utf-8") == sentence
    late = f"{HEADER}\n".encode() + f"{ROW}\n".encode() * 100_000 + raw
    assert told(desk, late, encoding="utf8") == sentence
    mixed = raw + ROW.replace("sales", "И").encode() + b"\n"
    assert told(desk, mixed, encoding="utf-8") == sentence
    assert told(desk, raw, encoding="klingon").startswith("There is no encoding klingon: try utf-8, windows-1251")
    assert told(desk, raw, encoding="hex").startswith("There is no encoding hex")


@pytest.mark.parametrize("torn", [b"", b"\xa5"])
def test_no_encoding_is_taken_that_would_give_wrong_letters(desk: Desk, torn: bytes) -> None:
    raw = f"{HEADER}\n{ROW.replace('sales', 'Ипотека')}".encode() + torn

    assert told(desk, raw, encoding="windows-1251") == (
        "The file calls.csv is in UTF-8: in cp1251 its letters would be wrong ones. Name no encoding."
    )


def test_the_wrong_delimiter(desk: Desk) -> None:
    assert told(desk, b"a\n", delimiter="::").startswith("The delimiter '::' cannot divide columns")
    assert told(desk, b"a\n", delimiter='"').startswith("The delimiter '\"' cannot divide columns")


@pytest.mark.parametrize("tail", [',answered,"1', ',answered,"1\n3,in\n', '"x\n4,in,"b\n'])
def test_a_quote_that_nothing_closes_does_not_swallow_rows_in_silence(desk: Desk, tail: str) -> None:
    raw = f"{HEADER}\n{ROW}\n2,in,sales,2026-06-01{tail}\n{ROW}\n"
    assert told(desk, raw.encode()).startswith("A quotation mark in calls.csv is never closed")


def test_a_quote_that_nothing_closes_in_a_long_file(desk: Desk) -> None:
    raw = f'{HEADER}\n{ROW}\n2,in,"sales,2026-06-01,answered,1\n' + f"{ROW}\n" * 100_000
    assert told(desk, raw.encode()).startswith("A quotation mark in calls.csv is never closed")


def test_an_unknown_time_zone(desk: Desk) -> None:
    assert told(desk, b"a\n", timezone="Europe/Moskow").startswith(
        "There is no time zone Europe/Moskow: it is written as in Europe/Moscow"
    )


def test_a_column_of_parquet_that_cannot_be_read_is_named(desk: Desk) -> None:
    table = pa.table({"call_id": ["1"], "price": pa.array([Decimal(1)], pa.decimal256(60, 10))})
    pyarrow.parquet.write_table(table, desk.root / "made.parquet")

    assert told(desk, (desk.root / "made.parquet").read_bytes(), "a.parquet") == (
        "The column price of a.parquet is of a type that cannot be read, decimal256(60, 10): write it as text or "
        "leave it out."
    )
