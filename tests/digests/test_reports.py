"""The parts of a report: figures beside the period before, a trend, an analysis; in short, and within a digest."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from bot.config import load
from charts.forms.bars import Bars
from digests.catalogue import REPORTS, Declared
from digests.compose import make
from digests.document import Facts, Headline, Note, Picture, Table
from digests.engine import evaluate
from digests.export import report_object
from digests.localizer import Localizer
from digests.model import (
    Analysis,
    AnalysisSpec,
    Column,
    FigureSpec,
    Findings,
    Group,
    ReportSpec,
    Section,
    Slice,
    TableSpec,
    short_form,
)
from digests.pictures.tables import bars
from digests.result import ReportResult, Session
from digests.snapshot import printed_figures
from digests.workbook import report_workbook
from metrics.answers import Answer, Question
from metrics.model import Unit, where
from metrics.periods import earlier, parse
from metrics.plans.plans import Plans
from tests.kit import MOSCOW, House, answered, lost
from warehouse.messages import Message, UserError, note

JUNE = "2026-06-01..2026-06-15"
SPEC = ReportSpec(
    "losses",
    "Losses",
    (
        Section(
            "Losses",
            (
                Group((FigureSpec("lcr", "lcr", None, "Lost"), FigureSpec("calls", "calls", None, "Calls"))),
                TableSpec("trend", "Six half months", ("lcr", "calls"), ("period",), limit=3),
                TableSpec("topics", "By topic", ("lcr",), ("topic",)),
                AnalysisSpec("losses.peaks", "Peaks", "An hour is a peak if it has most of what was lost."),
            ),
        ),
    ),
    pictures=("topics-drawn",),
    short=("lcr",),
    compared=True,
)


def _asked(within: Slice) -> Sequence[Question]:
    return [within.question("lcr", "hour_of_day")]


def _peaks(_: Slice, answers: Sequence[Answer]) -> Findings:
    points = sorted(answers[0].points, key=lambda point: -(point.fact.numerator or 0))
    rows = tuple((point.segment, point.fact.numerator, point.fact.value) for point in points)
    columns = (Column("hour", "Hour"), Column("lost", "Lost", Unit.COUNT), Column("lcr", "LCR", Unit.PERCENT))
    return Findings((note("Most are lost at {hour}.", hour=rows[0][0]),), columns, rows, {"peak": rows[0][0]})


def _summary(_: Session, result: ReportResult) -> Sequence[Message]:
    lost_calls = result.figure("lcr").answer.fact.numerator
    return (note("Lost calls: {n}.", n=int(lost_calls)),) if lost_calls else ()


def _drawn(session: Session, result: ReportResult) -> Bars | None:
    table = result.table("topics")
    return bars(session, table) if table and not table.missing else None


LOSSES = Declared(
    SPEC, analyses={"losses.peaks": Analysis(_asked, _peaks)}, pictures={"topics-drawn": _drawn}, summary=_summary
)


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REPORTS, SPEC.key, LOSSES)


def session(house: House) -> Session:
    calculator = house.calculator()
    return Session(calculator, Plans(calculator), Localizer("en", MOSCOW, house.now.date()))


def centre(root: Path) -> House:
    """Half May: 1 of 2 calls is lost, all about keys. Half June: 1 of 4, the lost one about prices, at eleven."""
    house = House(root, now="2026-06-16 12:00")
    house.calls(
        answered("2026-05-04 10:00", topic="keys"),
        lost("2026-05-05 10:00", topic="keys"),
        *(answered(f"2026-06-0{day} 10:00", topic="keys") for day in (1, 2, 3)),
        lost("2026-06-04 11:00", topic="prices"),
        complete_to="2026-06-16 00:00",
    )
    return house


def test_each_figure_stands_beside_the_period_before_of_the_same_shape(tmp_path: Path) -> None:
    made = make(session(centre(tmp_path)), SPEC, parse(JUNE, MOSCOW))

    finding = next(block for block in made.document.blocks if isinstance(block, Headline))
    assert finding.text == "Lost calls: 1."
    (facts,) = [block for block in made.document.blocks if isinstance(block, Facts)]
    said = [(row.value, tuple(r.replace("\N{NO-BREAK SPACE}", " ") for r in row.remarks)) for row in facts.rows]
    assert said == [("25%", ("May 1–15: 50%",)), ("4", ("May 1–15: 2",))]


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2026-06-01..2026-06-15", "2026-05-01..2026-05-15"),
        ("2026-05-16..2026-05-31", "2026-04-16..2026-04-30"),
        ("2026-03", "2026-02"),
        ("2026-04-01..2026-06-30", "2026-01-01..2026-03-31"),
        ("2026-01-01..2026-12-31", "2025-01-01..2025-12-31"),
        ("2026-03-01..2026-03-30", "2026-02-01..2026-02-28"),
        ("2026-06-10", "2026-06-03"),
        ("2026-06-08..2026-06-14", "2026-06-01..2026-06-07"),
        ("2026-06-08..2026-06-17", "2026-05-25..2026-06-03"),
    ],
)
def test_the_period_before_has_the_same_shape(period: str, before: str) -> None:
    assert earlier(parse(period, MOSCOW)) == parse(before, MOSCOW)


def test_of_a_running_period_as_much_is_compared_as_is_over(tmp_path: Path) -> None:
    house = House(tmp_path, now="2026-06-03 12:00")
    house.calls(
        answered("2026-05-01 10:00"),
        answered("2026-05-09 10:00"),
        answered("2026-06-01 10:00"),
        complete_to="2026-06-03 12:00",
    )
    result = evaluate(session(house), SPEC, parse(JUNE, MOSCOW))

    # The call of 9 May is not set against the first days of June.
    assert (result.figure("calls").answer.fact.value, result.before["calls"].fact.value) == (1, 1)


def test_a_trend_an_analysis_and_their_ways_out(tmp_path: Path) -> None:
    of = session(centre(tmp_path))
    result = evaluate(of, SPEC, parse(JUNE, MOSCOW))

    trend = result.table("trend")
    assert trend is not None
    rows = [(row.label.replace("\N{NO-BREAK SPACE}", " "), [cell.text for cell in row.cells]) for row in trend.rows]
    assert rows == [
        ("April 1–15", ["—", "—"]),
        ("May 1–15", ["50%", "2"]),
        ("June 1–15", ["25%", "4"]),
    ]
    (peaks,) = result.analyses
    assert peaks.text == (("11:00", "1", "100%"), ("10:00", "0", "0%"))

    described = report_object(of, result)
    (analysis,) = described["analyses"]
    assert (analysis["peak"], analysis["header"], analysis["rows"][0]) == (
        "11:00",
        ["hour", "lost", "lcr"],
        ["11:00", 1, 100],
    )
    assert described["figures"][0]["before"]["fact"] == 50

    kept = {figure.key: figure.text for figure in printed_figures(of, result)}
    assert kept["losses.peaks:11:00:lcr"] == "100%"

    book = openpyxl.load_workbook(BytesIO(report_workbook(of, result)))
    assert [[cell.value for cell in row] for row in book["Peaks"].iter_rows()][:2] == [
        ["Hour", "Lost", "LCR", "Remarks"],
        ["11:00", 1, 1, "Most are lost at 11:00."],
    ]

    blocks = make(of, SPEC, parse(JUNE, MOSCOW)).document.blocks
    assert ("11:00", "1", "100%") in next(b for b in reversed(blocks) if isinstance(b, Table)).rows
    assert "An hour is a peak if it has most of what was lost." in {b.text for b in blocks if isinstance(b, Note)}


def test_narrowed_a_part_that_cannot_be_says_so_and_the_others_stand(tmp_path: Path) -> None:
    figures = (FigureSpec("lcr", "lcr", None, "Lost"), FigureSpec("leads", "leads", None, "Leads"))
    spec = ReportSpec("both", "Both", (Section("Both", (Group(figures),)),))
    house = centre(tmp_path)
    house.put("leads", [{"created_at": "2026-06-01 00:00"}], complete_to="2026-06-16 00:00")
    of = session(house)
    result = evaluate(of, spec, parse(JUNE, MOSCOW), filters=where(topic="prices"))

    assert (result.figure("lcr").answer.fact.numerator, result.figure("lcr").answer.fact.denominator) == (1, 1)
    missing = result.figure("leads").answer.fact.missing
    assert missing is not None
    assert of.localizer.say(missing).startswith('The metric "Internet leads" cannot be narrowed by topic.')


def test_in_short_it_has_its_main_figures_and_one_picture(tmp_path: Path) -> None:
    made = make(session(centre(tmp_path)), short_form(SPEC), parse(JUNE, MOSCOW))

    assert [figure.spec.key for figure in made.figures] == ["lcr"]
    assert not made.result.tables


def test_within_a_digest_it_is_a_section_with_its_picture(tmp_path: Path) -> None:
    (tmp_path / "svodka.toml").write_text(
        """
[centre]
timezone = "Europe/Moscow"

[[digests.mine.sections]]
report = "losses"
""",
        "utf-8",
    )
    spec = load(tmp_path / "svodka.toml").digest("mine")
    made = make(session(centre(tmp_path / "records")), spec, parse(JUNE, MOSCOW), pictures=True)

    (facts,) = [block for block in made.document.blocks if isinstance(block, Facts)]
    assert [(row.label, row.value) for row in facts.rows] == [("Lost", "25%")]
    assert "topics-drawn" in {block.key for block in made.document.blocks if isinstance(block, Picture)}


def test_a_report_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    file = tmp_path / "svodka.toml"
    file.write_text('[centre]\ntimezone = "UTC"\n[[digests.mine.sections]]\nreport = "loses"\n', "utf-8")
    with pytest.raises(UserError) as met:
        load(file).digest("mine")
    assert met.value.message.params["given"] == "loses"
    assert str(met.value.message.params["known"]).startswith("losses")
