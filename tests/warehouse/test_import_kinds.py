"""Files that people have: what they are is found from their bytes, and the table in them from its names."""

from __future__ import annotations

import gzip
import json
import zipfile
from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.warehouse.importing import Desk, reasons, rejects
from warehouse.ingest.files import files_of
from warehouse.ingest.layout import Layout, expected_names
from warehouse.ingest.mapping import Mapping, load_mapping, mappable
from warehouse.ingest.opening import Opening, open_source
from warehouse.ingest.rejects import Misshapen, is_total
from warehouse.lake import Lake
from warehouse.manifest import Manifest
from warehouse.messages import UserError
from warehouse.schema import CALLS

NAMES = ["call_id", "direction", "line", "started_at", "outcome", "wait_s", "talk_s"]
FIRST = ["1", "in", "sales", "2026-06-01 10:00:00", "answered", "10", "300"]
SECOND = ["2", "in", "sales", "2026-06-01 10:30:00", "abandoned", "40", ""]
EXPECTED = expected_names(mappable(CALLS), {}, None)

Rows = list[list[str]]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def read(path: Path, layout: Layout | None = None) -> Rows:
    """The header of a file and all of its rows."""
    with closing(Misshapen(path.parent / "misshapen")) as misshapen:
        source, _ = open_source(Opening(path, path.parent, misshapen, layout or Layout(expected=EXPECTED)))
        rows = [list(source.columns)]
        for batch, _ in source.batches():
            rows += map(list, zip(*(column.to_pylist() for column in batch.columns[1:]), strict=True))
    return rows


def written(directory: Path, name: str, content: str | bytes) -> Path:
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def text(*rows: list[str], by: str = ",") -> str:
    return "".join(by.join(row) + "\n" for row in rows)


def table(*rows: list[str]) -> str:
    lines = ("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{''.join(lines)}</table>"


def xml(*rows: list[str]) -> str:
    cells = (f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for row in rows for cell in row)
    lines = ("<Row>" + "".join(next(cells) for _ in row) + "</Row>" for row in rows)
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="June"><Table>'
        + "".join(lines)
        + "</Table></Worksheet></Workbook>"
    )


def records(*rows: list[str]) -> list[dict[str, str]]:
    return [dict(zip(NAMES, row, strict=True)) for row in rows]


def book(path: Path, *sheets: list[list[Any]], merged: str = "") -> Path:
    """A workbook with sheets named 1, 2, …"""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for number, rows in enumerate(sheets, start=1):
        sheet = workbook.create_sheet(f"{number} лист")
        for row in rows:
            sheet.append(row)
        if merged:
            sheet.merge_cells(merged)
    workbook.save(path)
    return path


ALL = (NAMES, FIRST, SECOND)


@pytest.mark.parametrize("name", ["calls.csv", "calls.xls", "calls.xlsx", "calls.json", "calls"])
@pytest.mark.parametrize(
    "content",
    [
        text(*ALL).encode(),
        text(*ALL, by="\t").encode("utf-16"),
        table(*ALL).encode(),
        ("<html><meta charset=windows-1251>" + table(*ALL)).encode("cp1251"),
        ("\ufeff<!DOCTYPE html><body>" + table(*ALL)).encode(),
        xml(*ALL).encode(),
        ("\n".join(map(json.dumps, records(FIRST, SECOND)))).encode(),
        ("\ufeff" + json.dumps(records(FIRST, SECOND), indent=2)).encode(),
        json.dumps({"status": "ok", "data": {"count": 2, "calls": records(FIRST, SECOND)}}).encode(),
        json.dumps(ALL).encode(),
    ],
    ids=["csv", "utf-16", "html", "html-1251", "html-bom", "xml", "jsonl", "json", "wrapped", "lists"],
)
def test_a_file_is_what_its_bytes_say_whatever_its_name(tmp_path: Path, name: str, content: bytes) -> None:
    assert read(written(tmp_path, name, content)) == list(ALL)


# The header


TITLES = [["Отчёт по звонкам"], [""], ["Период:", "июнь"]]


def test_titles_above_the_header_are_skipped(tmp_path: Path) -> None:
    assert read(written(tmp_path, "a.csv", text(*TITLES, *ALL, by=";"))) == list(ALL)
    assert read(book(tmp_path / "a.xlsx", [*TITLES, *ALL])) == list(ALL)
    assert read(written(tmp_path, "a.html", table(*TITLES, *ALL))) == list(ALL)


def test_a_header_without_known_names_is_the_first_row_that_is_no_title(tmp_path: Path) -> None:
    rows = [["a", "b"], ["1", "2"]]
    assert read(written(tmp_path, "a.csv", text(["Report"], *rows))) == rows
    assert read(book(tmp_path / "a.xlsx", [["Report"], *rows])) == rows


def test_the_names_of_a_mapping_find_the_header_too(tmp_path: Path) -> None:
    mapping = Mapping("calls", columns={"call_id": "Номер", "started_at": "day || ' ' || \"start time\""})
    rows = [["x", "y", "z"], ["Номер", "day", "start time"], ["1", "2026-06-01", "10:00"]]
    assert read(written(tmp_path, "a.csv", text(*rows)), mapping.layout(CALLS)) == rows[1:]


def test_words_that_an_expression_compares_with_are_no_names(tmp_path: Path) -> None:
    mapping = Mapping("calls", columns={"call_id": "id", "outcome": "CASE state WHEN 'Done' THEN 'answered' END"})
    rows = [["id", "x", "y"], ["1", "Done", "answered"]]
    assert read(written(tmp_path, "a.csv", text(*rows)), mapping.layout(CALLS)) == rows


def test_the_row_of_the_header_may_be_said(tmp_path: Path) -> None:
    rows = [["call_id", "line", "outcome"], ["a", "b", "c"], ["1", "2", "3"]]
    for path in (written(tmp_path, "a.csv", text(*rows)), book(tmp_path / "a.xlsx", rows)):
        assert read(path, Layout(header=2)) == rows[1:]
        with pytest.raises(UserError, match="has nothing in row 9 to be the header"):
            read(path, Layout(header=9))


def test_a_file_without_a_header_has_its_columns_named(tmp_path: Path) -> None:
    layout = Layout(header=("id", "-", "when"))
    for path in (written(tmp_path, "a.csv", text(["1", "x", "2026"])), book(tmp_path / "a.xlsx", [["1", "x", "2026"]])):
        assert read(path, layout) == [["id", "column2", "when"], ["1", "x", "2026"]]
        with pytest.raises(UserError, match=r"2 columns are named, and the rows of a\.\w+ have 3"):
            read(path, Layout(header=("id", "when")))


def test_freeswitch_writes_no_header(desk: Desk) -> None:
    """Three calls: answered after 10 and 20 s, with talks of 300 and 120 s, and one that nobody answered."""
    path = desk.file(
        '"Support","74950000001","600","default","2026-06-01 10:00:00","2026-06-01 10:00:10","2026-06-01 10:05:10",'
        '"310","300","NORMAL_CLEARING","u-1","","","PCMU","PCMU"',
        '"Support","74950000002","600","default","2026-06-01 10:10:00","","2026-06-01 10:11:00",'
        '"60","0","ORIGINATOR_CANCEL","u-2","","","PCMU","PCMU"',
        '"Support","74950000003","600","default","2026-06-01 10:20:00","2026-06-01 10:20:20","2026-06-01 10:22:20",'
        '"140","120","NORMAL_CLEARING","u-3","","","PCMU","PCMU"',
    )
    with pytest.raises(
        UserError, match=r"is a record, not names of columns: Support, 74950000001, .* Name its columns"
    ):
        desk.take(path)

    desk.take(path, mapping=load_mapping(_documented(desk.root)))

    assert desk.kept("call_id", "line", "outcome", "wait_s", "talk_s") == [
        ("u-1", "600", "answered", 10.0, 300.0),
        ("u-2", "600", "abandoned", 60.0, None),
        ("u-3", "600", "answered", 20.0, 120.0),
    ]


def _documented(directory: Path) -> Path:
    """The mapping for FreeSWITCH as the page on imports has it."""
    page = (Path(__file__).parents[2] / "docs" / "imports.md").read_text("utf-8")
    _, _, after = page.partition("### FreeSWITCH")
    return written(directory, "freeswitch.toml", after.split("```toml\n")[1].split("```")[0])


def test_a_mapping_says_where_the_table_is(tmp_path: Path) -> None:
    def loaded(lines: str) -> Layout:
        return load_mapping(written(tmp_path, "m.toml", 'table = "calls"\n' + lines)).layout(CALLS)

    assert (loaded('sheet = "June"\nheader = 4').sheet, loaded("sheet = 2\nheader = 4").sheet) == ("June", "2")
    assert loaded("header = 4").header == 4
    assert loaded('header = ["a", "-"]\n[columns]\ncall_id = "a"').header == ("a", "-")
    assert loaded('columns = ["a", "-"]').header == ("a", "-")
    with pytest.raises(UserError, match="names a file's columns once"):
        loaded('columns = ["a"]\nheader = 1')
    with pytest.raises(UserError, match="header in a mapping is the number of a row, or a list of names"):
        loaded("header = true")
    with pytest.raises(UserError, match="rows are counted from 1"):
        loaded("header = 0")


# Workbooks


def test_the_sheet_that_fits_is_read_and_another_that_does_is_named(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [["Summary", "of June"], ["calls", "2"]], [*TITLES, *ALL], [NAMES, FIRST])
    with closing(Misshapen(tmp_path / "misshapen")) as misshapen:
        source, notes = open_source(Opening(path, tmp_path, misshapen, Layout(expected=EXPECTED)))

    assert source.total == 6
    assert [str(each) for each in notes] == [
        "Of a.xlsx the sheet 2 лист was read. These look like tables too: 3 лист. Name one with --sheet."
    ]
    assert read(path, Layout("3 ЛИСТ")) == read(path, Layout("3")) == [NAMES, FIRST]
    with pytest.raises(UserError, match=r"no sheet 4 in a\.xlsx\. There are: 1\. 1 лист, 2\. 2 лист, 3\. 3 лист\."):
        read(path, Layout("4"))


def test_a_cell_merged_over_rows_is_said_in_each(tmp_path: Path) -> None:
    rows = [["day", "line", "id"], [date(2026, 6, 1), "sales", 1], [None, "rent", 2], [None, "rent", 3]]
    assert read(book(tmp_path / "a.xlsx", rows, merged="A2:A4")) == [
        ["day", "line", "id"],
        ["2026-06-01", "sales", "1"],
        ["2026-06-01", "rent", "2"],
        ["2026-06-01", "rent", "3"],
    ]


def test_a_header_of_two_rows_has_its_lower_names(tmp_path: Path) -> None:
    rows = [["call_id", "times", None], [None, "started_at", "wait_s"], ["1", "2026-06-01", "5"]]
    assert read(book(tmp_path / "a.xlsx", rows, merged="A1:A2")) == [["call_id", "started_at", "wait_s"], rows[2]]


def test_merged_days_and_times_of_their_own_are_a_moment(desk: Desk) -> None:
    rows = [
        ["day", "line", "id", "time", "outcome"],
        [date(2026, 6, 1), "sales", 1, time(10), "answered"],
        [None, "sales", 2, time(11, 30), "answered"],
    ]
    path = book(desk.root / "a.xlsx", rows, merged="A2:A3")
    desk.mapped(path, {"call_id": "id", "direction": "'in'", "started_at": "day || ' ' || time"})

    assert desk.kept("started_at") == [(datetime(2026, 6, 1, 10),), (datetime(2026, 6, 1, 11, 30),)]


# Markup


def test_a_web_page_has_spans_heads_and_tags_that_are_left_open(tmp_path: Path) -> None:
    page = (
        "<html><script>var a = '<table><tr><td>no</table>'</script><table><tr><td>menu</table>"
        "<table><thead><tr><th colspan=3>Calls &amp; waits<tr><th>call_id<th>line<th>wait_s</thead>"
        "<tr><td>1<td rowspan=2>sales &lt;b&gt;<td>5<br>s<tr><td>2<td>6&nbsp;"
        "<tfoot><tr><td colspan=2>Total<td>11</table>"
    )
    assert read(written(tmp_path, "a.xls", page)) == [
        ["call_id", "line", "wait_s"],
        ["1", "sales <b>", "5 s"],
        ["2", "sales <b>", "6"],
        ["Total", "", "11"],
    ]


def test_a_spreadsheet_in_xml_has_places_merges_and_types(tmp_path: Path) -> None:
    content = xml(["call_id", "line", "wait_s"]).replace(
        "</Table>",
        '<Row ss:Index="3"><Cell><Data ss:Type="Number">1.0</Data></Cell><Cell ss:MergeDown="1"><Data ss:Type="String">'
        'sales</Data></Cell><Cell><Data ss:Type="DateTime">1899-12-31T00:00:05.000</Data></Cell></Row>'
        '<Row><Cell><Data ss:Type="Number">2</Data></Cell><Cell ss:Index="3"><Data ss:Type="DateTime">'
        "2026-06-01T10:00:00.000</Data></Cell></Row></Table>",
    )
    assert read(written(tmp_path, "a.xls", content)) == [
        ["call_id", "line", "wait_s"],
        ["", "", ""],
        ["1", "sales", "00:00:05"],
        ["2", "sales", "2026-06-01 10:00:00"],
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("<html><form>Sign in</form></html>", "is a web page without a table, perhaps the one that asks to sign in"),
        ("<?xml version='1.0'?><calls><call id='1'/></calls>", "is XML, but no spreadsheet"),
        (xml(NAMES)[:-30], "is a spreadsheet in XML that is damaged or not whole: it breaks at line"),
        (xml(NAMES).replace("?>", '?><!DOCTYPE a [<!ENTITY a "aaaa">]>', 1), "declares entities"),
        ('{"a": [1, 2', "begins like JSON, but it is damaged or not whole: it breaks at line 1, column 12."),
        ('{"a": [{"x": 1}], "b": [{"y": 1}]}', r"holds several lists: a, b\. Name one, as in --sheet a"),
        ("[]", "has no records"),
        (b"%PDF-1.7", r"is no table but PDF"),
        (b"", "is empty"),
        (b"\0" * 257 + b"ustar", r"is an archive \(tar\): unpack it first"),
    ],
)
def test_what_is_no_table_says_what_it_is(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    with pytest.raises(UserError, match=f"The file a.xls {sentence}"):
        read(written(tmp_path, "a.xls", content))


# JSON


def test_names_within_names_have_dots_and_values_are_as_they_are_written(tmp_path: Path) -> None:
    lines = [
        '{"call_id": 12345678901234567890, "queue": {"name": "sales", "at": {"n": 1.50}}, "ok": true,'
        ' "tags": ["a", 1]}',
        '{"call_id": "b", "queue": null, "late": "x"}',
    ]
    assert read(written(tmp_path, "a.jsonl", "\n".join(lines))) == [
        ["call_id", "queue.name", "queue.at.n", "ok", "tags", "queue", "late"],
        ["12345678901234567890", "sales", "1.50", "true", '["a", "1"]', "", ""],
        ["b", "", "", "", "", "", "x"],
    ]


def test_halves_of_characters_are_question_marks(tmp_path: Path) -> None:
    """JSON can write what no file can store."""
    path = written(tmp_path, "a.jsonl", '{"a\\ud800": "x\\udfff", "b": ["\\ud800"]}\n{"b": 1}')
    assert read(path) == [["a?", "b"], ["x?", '["?"]'], ["", "1"]]


def test_a_list_is_named_where_there_are_several(tmp_path: Path) -> None:
    path = written(tmp_path, "a.json", '{"page": {"calls": [{"x": 1}]}, "agents": [{"y": 2}]}')
    assert read(path, Layout("page.calls")) == [["x"], ["1"]]
    with pytest.raises(UserError, match=r"There is no list z in a\.json\. There are: page\.calls, agents\."):
        read(path, Layout("z"))


def test_lines_that_are_no_records_are_rejected(desk: Desk) -> None:
    path = written(desk.root, "a.jsonl", "\n".join([json.dumps(records(FIRST)[0]), "{broken", "[1]", '{"call_id": "3']))

    summary = desk.take(path)

    assert (summary.added, reasons(summary)) == (
        1,
        {
            2: "a line that is not JSON",
            3: "a line of JSON that is no record with names",
            4: "a line that is not JSON",
        },
    )


# Archives and directories


def zipped(path: Path, members: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def names_of(path: Path, room: Path) -> list[str]:
    return [file.name for file in files_of(path, room)]


def test_what_is_packed_is_unpacked_whatever_its_name(tmp_path: Path) -> None:
    packed = gzip.compress(text(*ALL).encode())
    members: dict[str, str | bytes] = {"b/calls.csv": "b", "a/calls.csv.gz": packed, "__MACOSX/._calls": "", "d/": ""}
    inner = zipped(tmp_path / "inner", members)

    for path in (written(tmp_path, "calls.csv.gz", packed), written(tmp_path, "calls.csv", packed)):
        (file,) = files_of(path, tmp_path / "room")
        assert (file.name, file.read_text()) == ("calls.csv", text(*ALL))
    assert names_of(inner, tmp_path / "room") == ["calls.csv", "calls.csv"]
    assert names_of(zipped(tmp_path / "z.zip", {"in.zip": inner.read_bytes()}), tmp_path / "room") == ["calls.csv"] * 2
    assert names_of(book(tmp_path / "b.xlsx", [["a"]]), tmp_path / "room") == ["b.xlsx"]


def test_the_files_of_a_directory_are_those_of_people(tmp_path: Path) -> None:
    for name in ("b.csv", "06/a.csv", ".hidden", "~$b.xlsx", ".git/x"):
        written(tmp_path / "d", name, "a")
    assert names_of(tmp_path / "d", tmp_path / "room") == ["a.csv", "b.csv"]


def test_what_would_fill_the_disk_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.ingest.files._ANY_RATIO", 1 << 20)
    with pytest.raises(UserError, match=r"a\.gz unpacks into over 1 MB, which no table does"):
        files_of(written(tmp_path, "a.gz", gzip.compress(bytes(3 << 20))), tmp_path / "room")
    with pytest.raises(UserError, match=r"b\.zip unpacks into over 1 MB"):
        files_of(zipped(tmp_path / "b.zip", {"a": bytes(700 << 10), "b": bytes(700 << 10)}), tmp_path / "room")
    monkeypatch.setattr("warehouse.ingest.files.MOST_FILES", 5)
    with pytest.raises(UserError, match=r"c\.zip holds over 5 files"):
        files_of(zipped(tmp_path / "c.zip", dict.fromkeys("abcdef", "")), tmp_path / "room")
    path = tmp_path / "d.gz"
    path.write_bytes(gzip.compress(gzip.compress(gzip.compress(gzip.compress(gzip.compress(b"a"))))))
    with pytest.raises(UserError, match="is packed again and again"):
        files_of(path, tmp_path / "room")


def test_damaged_archives_say_so(tmp_path: Path) -> None:
    torn = gzip.compress(text(*ALL).encode())[:-9]
    with pytest.raises(UserError, match=r"a\.csv\.gz cannot be unpacked, it is damaged or not whole"):
        files_of(written(tmp_path, "a.csv.gz", torn), tmp_path / "room")
    with pytest.raises(UserError, match=r"The archive b\.zip cannot be unpacked"):
        files_of(written(tmp_path, "b.zip", b"PK\x03\x04" + bytes(60)), tmp_path / "room")
    with pytest.raises(UserError, match=r"The archive c\.zip has no files"):
        files_of(zipped(tmp_path / "c.zip", {}), tmp_path / "room")


def test_all_files_of_an_archive_are_one_commit_and_what_is_none_is_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two files with other columns each: a call known to both keeps the wait that only the first has."""
    path = zipped(
        desk.root / "june.zip",
        {
            "1.csv": text(NAMES, FIRST, SECOND),
            "2.json": json.dumps([{"call_id": "2", "direction": "in", "started_at": "2026-06-01 10:45"}]),
            "3.csv": text(["call_id", "direction", "started_at"], ["3", "up", "2026-06-01"], ["4", "in", "2026-06-01"]),
            "readme.txt": "What is in here\n",
            "empty.csv": "",
        },
    )
    commits: list[Manifest] = []
    commit = Lake.commit

    def counted(lake: Lake, manifest: Manifest) -> None:
        commits.append(manifest)
        commit(lake, manifest)

    monkeypatch.setattr(Lake, "commit", counted)

    summary = desk.take(path)

    assert len(commits) == 1
    assert (summary.files, summary.read, summary.added, summary.updated, summary.rejected) == (3, 5, 3, 1, 1)
    assert desk.kept("call_id", "started_at", "wait_s") == [
        ("1", datetime(2026, 6, 1, 10), 10.0),
        ("2", datetime(2026, 6, 1, 10, 45), 40.0),
        ("4", datetime(2026, 6, 1), None),
    ]
    assert desk.kept("source") == [("1.csv",), ("2.json",), ("3.csv",)]
    assert rejects(summary) == [["2", '3.csv: direction: "up" is none of in, out', "3", "up", "2026-06-01"]]
    assert [str(each).split(":")[0] for each in summary.notes] == ["Left alone", "Left alone"]
    assert "empty.csv is empty" in str(summary.notes[0])
    assert "readme.txt has no column for call_id" in str(summary.notes[1])


def test_a_directory_is_all_or_nothing(desk: Desk) -> None:
    written(desk.root / "d", "1.csv", text(NAMES, FIRST))
    written(desk.root / "d", "2.csv", b"PAR1" + bytes(20))

    with pytest.raises(UserError, match=r"The file 2\.csv begins like Parquet, but it is damaged"):
        desk.take(desk.root / "d")
    assert not desk.lake.manifest().tables


# Rows that are no records, and names


@pytest.mark.parametrize("word", ["ИТОГО:", "Всего: 40", "Total", "Grand total", "Итого за 01.06.2026"])
def test_rows_of_totals_are_left_out_and_counted(desk: Desk, word: str) -> None:
    rows = [NAMES, FIRST, [word, "", "", "", "", "10", "300"], SECOND, [word, "", "", "50", "300"], [word]]

    summary = desk.take(written(desk.root, "a.csv", text(*rows)))

    assert (summary.read, summary.added, summary.rejected, summary.totals) == (2, 2, 0, 3)


def test_a_row_is_no_total_for_a_word_like_it(desk: Desk) -> None:
    assert not any(map(is_total, ["Total Care", "Итоговый отчёт", "Всегда", "Summer", "Сумма прописью", "1"]))
    rows = [NAMES, ["Total", *FIRST[1:]], ["Total Care", "up", "", "", "", "", ""], ["Total Care", "in"]]

    summary = desk.take(written(desk.root, "a.csv", text(*rows)))

    assert (summary.added, summary.rejected, summary.totals) == (1, 2, 0)


def test_names_have_no_blanks_around_them(desk: Desk) -> None:
    lines = ["Returns ", "Returns", "\tReturns", "\u00a0Returns\u00a0", "Returns\u200b", "Re turns"]
    rows = [[str(n), "in", line, *FIRST[3:]] for n, line in enumerate(lines)]

    desk.take(written(desk.root, "a.csv", text([" call_id ", *NAMES[1:6], "talk_s\u00a0"], *rows)))

    assert desk.kept("line") == [("Returns",)] * 5 + [("Re turns",)]
    assert desk.kept("talk_s") == [(300.0,)] * 6


@pytest.mark.parametrize(
    ("name", "before", "between", "after"),
    [
        (
            "a.jsonl",
            '{"call_id": "1", "direction": "in", "started_at": "2026-06-01", "topic": "Да',
            '", "line": "',
            '"}',
        ),
        (
            "a.html",
            "<table><tr><td>call_id<td>direction<td>started_at<td>topic<td>line<tr><td>1<td>in<td>2026-06-01<td>Да",
            "<td>",
            "</table>",
        ),
    ],
)
def test_a_byte_that_is_no_character_costs_its_own_cell_or_row(
    desk: Desk, name: str, before: str, between: str, after: str
) -> None:
    def file(*parts: bytes) -> Path:
        return written(desk.root, name, b"".join(parts))

    summary = desk.take(file(before.encode(), b"\xd0", between.encode(), "Продажи".encode(), after.encode()))
    assert (summary.added, summary.illegible) == (1, 1)
    assert desk.kept("topic", "line") == [("Да\ufffd", "Продажи")]

    summary = desk.take(file(before.encode(), between.encode(), "Продажи".encode(), b"\xd0", after.encode()))
    assert [row[1] for row in rejects(summary)] == ["line: has bytes that are no characters in utf-8"]


def test_a_duration_over_a_day_of_excels_xml_is_no_date(tmp_path: Path) -> None:
    cell = '<Data ss:Type="String">1900-01-01T01:00:00.000<'
    content = xml(["call_id", "talk_s"], ["1", "1900-01-01T01:00:00.000"])
    content = content.replace(cell, cell.replace("String", "DateTime"))

    assert read(written(tmp_path, "a.xls", content)) == [["call_id", "talk_s"], ["1", "25:00:00"]]


def test_a_workbook_among_the_lines_of_a_format_is_told(desk: Desk) -> None:
    (desk.root / "d").mkdir()
    book(desk.root / "a.xlsx", [["a"], ["1"]]).rename(desk.root / "d" / "queue_log.1")

    with pytest.raises(UserError, match=r"The file queue_log\.1 is no text, as the others of its directory are"):
        desk.take(desk.root / "d", format_name="queue_log")
