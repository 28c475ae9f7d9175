"""What an import leaves out is no random sample: figures over it say so until its source is imported whole."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from tests.kit import House
from tests.warehouse.importing import Desk
from warehouse.ingest.load import Summary
from warehouse.ingest.mapping import Mapping, load_mapping
from warehouse.messages import UserError
from warehouse.schema import ACTIVITIES, LEADS
from warehouse.upkeep import expire

HEADER = "id;at;result;wait;line"
WORDS = {"outcome": {"yes": "answered", "no": "abandoned"}}
COLUMNS = {"call_id": "id", "direction": "'in'", "started_at": "at", "outcome": "result", "wait_s": "wait"}
MAPPING = Mapping("calls", columns=COLUMNS, values=WORDS)
DAY = "2026-06-01"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def rows(lost: str = "", *, day: str = DAY, word: str = "no", line: str = "sales") -> list[str]:
    """Forty calls a minute apart, the seventh of them lost; the lost one has `lost` for an id."""
    told = [f"{day}-{n};{day} 10:{n:02}:00;yes;5;sales" for n in range(40)]
    told[6] = f"{lost};{day} 10:06:00;{word};30;{line}"
    return told


def take(desk: Desk, *lines: str, name: str = "calls.csv", mapping: Mapping = MAPPING) -> Summary:
    return desk.take(desk.file(HEADER, *lines, name=name), mapping=mapping)


def remarks(desk: Desk, metric: str = "lcr", period: str = DAY, line: str | None = None) -> list[str]:
    house = House(desk.lake.root)
    return [str(remark) for remark in house.ask(metric, period, line).fact.remarks]


LACKS = "without 1 rejected row of 40 in calls.csv, 1 of them lost"


def test_lost_calls_among_the_rejects_are_said_at_every_figure_until_the_file_is_mended(desk: Desk) -> None:
    assert take(desk, *rows()).rejected == 1

    assert remarks(desk, "lcr") == remarks(desk, "calls") == remarks(desk, "sl") == [LACKS]
    assert remarks(desk, period="2026-06-01..2026-06-15") == [LACKS]
    assert take(desk, *rows()).rejected == 1  # the same again
    assert remarks(desk) == [LACKS]
    assert take(desk, *rows("x")).rejected == 0
    assert remarks(desk) == []


def test_the_remark_is_where_the_rows_are_missing(desk: Desk) -> None:
    take(desk, *rows())
    take(desk, *rows("x", day="2026-06-02"), name="next.csv")

    assert remarks(desk, period="2026-06-02") == []
    assert remarks(desk, line="sales") == [LACKS]
    house = House(desk.lake.root)
    by_day = house.ask("lcr", "2026-06-01..2026-06-02", by="day").points
    assert [[str(remark) for remark in point.fact.remarks] for point in by_day] == [[LACKS], []]


def test_a_line_of_its_own_leaves_the_others_alone(desk: Desk) -> None:
    take(desk, *rows(line="support"), f"y;{DAY} 11:00:00;yes;5;support")

    assert remarks(desk, line="sales") == []
    assert len(remarks(desk, line="support")) == len(remarks(desk)) == 1


def test_a_name_used_again_for_another_day_mends_nothing(desk: Desk) -> None:
    take(desk, *rows())

    take(desk, *rows("x", day="2026-06-02"))

    assert remarks(desk) == [LACKS]


def test_the_corrected_rejects_mend_it(desk: Desk) -> None:
    rejects = take(desk, *rows()).rejects_file
    assert rejects is not None
    corrected = f"7,,x,{DAY} 10:06:00,no,30,sales"

    desk.take(desk.file("row,reason,id,at,result,wait,line", corrected, name=rejects.name), mapping=MAPPING)

    assert remarks(desk) == []
    assert desk.lake.open().gaps("calls") == ()


def test_a_word_that_nobody_mapped_is_unlike_the_rest(desk: Desk) -> None:
    take(desk, *rows("x", word="missed"))

    assert remarks(desk) == ["without 1 rejected row of 40 in calls.csv, which may differ from the rest"]


def test_rows_that_cannot_be_divided_may_be_anything(desk: Desk) -> None:
    take(desk, *rows("x"), "torn")

    assert remarks(desk) == ["without 1 rejected row of 41 in calls.csv, which may differ from the rest"]


def test_a_random_reject_is_none_of_the_reader_s_business(desk: Desk) -> None:
    take(desk, *rows("x"), f";{DAY} 10:41:00;yes;5;sales")

    assert remarks(desk) == []


def test_rows_without_a_fate_are_missing_whatever_they_are(desk: Desk) -> None:
    leads = [f"{n},{DAY} 10:{n:02}" for n in range(40)]

    desk.take(desk.file("lead_id,created_at", *leads, f",{DAY} 11:00", name="leads.csv"), LEADS)

    assert remarks(desk, "leads") == ["without 1 rejected row of 41 in leads.csv, which may differ from the rest"]


def test_what_is_dropped_lacks_nothing(desk: Desk) -> None:
    take(desk, *rows())

    expire(desk.lake, datetime(2026, 7, 1), ["calls"])

    assert desk.lake.open().gaps("calls") == ()


TWICE = (
    "call_id,direction,line,started_at,outcome,wait_s,talk_s",
    f"1/10:00,in,sales,{DAY} 10:00:00,abandoned,20,",
    f"1/10:00,in,sales,{DAY} 10:00:40,answered,5,120",
    f"2/10:05,in,sales,{DAY} 10:05:00,abandoned,40,",
    f"2/10:05,in,sales,{DAY} 10:05:50,answered,5,60",
    f"3/10:10,in,sales,{DAY} 10:10:00,answered,5,90",
)
BY_ROW = Mapping("calls", key="row")


def lost_of(desk: Desk) -> tuple[float | None, float | None]:
    fact = House(desk.lake.root).ask("lcr", DAY).fact
    return fact.numerator, fact.denominator


def test_rows_that_share_a_key_are_told_with_examples_and_at_the_figures(desk: Desk) -> None:
    summary = desk.take(desk.file(*TWICE))

    assert (summary.same_key, summary.same_keys) == (2, ("1/10:00 (2, 3)", "2/10:05 (4, 5)"))
    assert remarks(desk) == ["without 2 rows of calls.csv that share their keys with other rows, 2 of them lost"]


def test_a_row_that_goes_on_with_another_is_no_other_contact(desk: Desk) -> None:
    header = "call_id,direction,line,started_at,outcome"
    path = desk.file(header, f"1,in,sales,{DAY} 10:00:00,", f"1,in,sales,{DAY} 10:00:00,answered")

    assert desk.take(path).same_key == 1
    assert remarks(desk) == []


def test_a_key_of_what_the_row_says(desk: Desk) -> None:
    path = desk.file(*TWICE)

    assert desk.take(path, mapping=BY_ROW).added == 5
    assert lost_of(desk) == (2, 5)
    assert desk.take(path, mapping=BY_ROW).unchanged == 5


def test_a_key_of_the_row_replaces_what_the_file_had_brought_under_other_keys(desk: Desk) -> None:
    other = (TWICE[0], f"9,in,sales,{DAY} 10:07:00,answered,5,60")
    desk.take(desk.file(*other, name="other.csv"))
    path = desk.file(*TWICE)
    desk.take(path)

    assert desk.take(path, mapping=BY_ROW).rekeyed == 3
    assert lost_of(desk) == (2, 6)
    assert remarks(desk) == []


def test_a_key_of_the_row_stands_in_where_the_mapped_one_says_nothing(desk: Desk) -> None:
    take(desk, *rows())

    summary = take(desk, *rows(), mapping=Mapping("calls", key="row", columns=COLUMNS, values=WORDS))

    assert (summary.added, summary.unchanged, summary.rejected) == (1, 39, 0)
    assert lost_of(desk) == (1, 40)
    assert remarks(desk) == []


def test_a_file_without_any_key_is_told_of_it(desk: Desk) -> None:
    path = desk.file("direction,started_at,outcome", f"in,{DAY},answered")

    with pytest.raises(UserError, match="--key row makes keys of what the rows say"):
        desk.take(path)
    assert desk.take(path, mapping=BY_ROW).added == 1


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ('table = "calls"\nkey = "id"', 'A key cannot be made of "id"'),
        ('table = "activities"\nkey = "row"', "A row of activities is known by agent_id, started_at"),
    ],
)
def test_what_no_key_can_be_made_of(desk: Desk, mapping: str, sentence: str) -> None:
    read = load_mapping(desk.file(mapping, name="mapping.toml"))
    table = ACTIVITIES if read.table == "activities" else None

    with pytest.raises(UserError, match=sentence):
        desk.take(desk.file("direction"), **({"table": table} if table is not None else {}), mapping=read)


def test_a_format_makes_keys_of_its_own(desk: Desk) -> None:
    with pytest.raises(UserError, match="cdr makes keys of its own"):
        desk.take(desk.file(""), mapping=BY_ROW, format_name="cdr")


def test_a_gap_of_an_archive_is_that_of_the_archive_until_it_is_imported_whole(desk: Desk) -> None:
    """Two files, the second with a lost call among its rejects and then without."""
    path = desk.root / "june.zip"

    def zipped(lost: str) -> Summary:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("1.csv", "\n".join([HEADER, *rows("a", day="2026-06-02")]))
            archive.writestr("2.csv", "\n".join([HEADER, *rows(lost)]))
        return desk.take(path, mapping=MAPPING)

    assert (zipped("").rejected, remarks(desk)) == (
        1,
        ["without 1 rejected row of 80 in june.zip, 1 of them lost"],
    )
    assert (zipped("x").rejected, remarks(desk)) == (0, [])


def test_keys_that_rows_share_are_named_with_the_files_they_are_in(desk: Desk) -> None:
    for name, word in (("1.csv", "yes"), ("2.csv", "no")):
        (desk.root / "d").mkdir(exist_ok=True)
        (desk.root / "d" / name).write_text(f"{HEADER}\n1;{DAY} 10:00;{word};5;sales\n")

    summary = desk.take(desk.root / "d", mapping=MAPPING)

    assert (summary.same_key, summary.same_keys) == (1, ("1 (1.csv: 2, 2.csv: 2)",))


def test_words_that_a_mapping_gives_to_another_column_are_not_ours_by_their_name(desk: Desk) -> None:
    """The mapping reads outcomes from `result`, a name of a column of ours whose words are others."""
    assert take(desk, *rows("x")).rejected == 0
    assert {outcome for outcome, _ in desk.kept("outcome", "result")} == {"answered", "abandoned"}
    assert {result for _, result in desk.kept("outcome", "result")} == {None}
