"""A report that is declared in twenty lines goes every way of a digest: posted, held, corrected, asked for, counted."""

from __future__ import annotations

import json
import re
from io import BytesIO

import openpyxl
import pytest

from bot.chat.access import FULL
from bot.chat.questions.parse import understand
from bot.chat.replies import replied
from bot.chat.snapshot import Snapshots
from bot.delivery.model import Publication
from bot.schedule.jobs import Job, jobs_of
from bot.schedule.kinds import Writers
from bot.schedule.rules import rule_of
from bot.schedule.runner import Runner
from bot.schedule.writers import ReportWriter
from bot.state.lease import Lease
from digests.catalogue import REPORTS, Declared
from digests.engine import evaluate
from digests.model import FigureSpec, Group, ReportSpec, Section, TableSpec
from digests.request import Request
from digests.workbook import report_workbook
from metrics.model import Better, Count, Metric, Ratio, Unit, where
from metrics.periods import parse
from tests.corrections.bureau import CALENDAR, DAY, TARGETS, Bureau, plain
from tests.corrections.conftest import Tell
from tests.kit import MOSCOW, answered, lost

SHARE = Metric(
    key="keys_lost",
    title="Lost calls about keys",
    about="Lost calls over all calls that are answered or lost.",
    unit=Unit.PERCENT,
    better=Better.CEILING,
    relation="calls",
    fact=Ratio(Count(where("lost")), Count(where("answered_or_lost"))),
)
KEYS = ReportSpec(
    "keys",
    "Keys",
    (
        Section(
            "Keys",
            (
                Group((FigureSpec("lost", "keys_lost", None, "Lost"),)),
                TableSpec("lines", "By line and topic", ("keys_lost",), ("line", "topic"), picture=True),
            ),
        ),
    ),
    question="Which topics lose calls on which lines?",
    aliases=("ключи",),
)


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REPORTS, KEYS.key, Declared(KEYS, (SHARE,)))
    return


POSTS = """
[[posts]]
key = "keys"
report = "keys"
schedule = "09:30"
period = "day"
chats = ["telegram:-101", "slack:C1"]
"""


def records(b: Bureau) -> None:
    """On Inhouse 2 of 10 calls are lost: 2 of 5 about keys, none of 5 about prices."""
    b.calls(
        *(answered(f"{DAY}T10:0{n}", topic="prices") for n in range(5)),
        *(answered(f"{DAY}T11:0{n}", topic="keys") for n in range(3)),
        *(lost(f"{DAY}T11:1{n}", topic="keys") for n in range(2)),
    )


def test_it_is_posted_held_and_corrected(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        (b.at.root / "svodka.toml").write_text((b.at.root / "svodka.toml").read_text("utf-8") + POSTS, "utf-8")
        b.restart()
        b.reopen()
        lease = Lease(b.at.state)
        await lease.take()
        jobs = jobs_of(b.project.config, b.project.clock())
        writers = Writers(b.project, b.at.state)
        runner = Runner(jobs, b.at.state, writers, b.at.poster, b.told, b.project.clock, b.project.localizer.say)

        await runner.tick()
        assert "is held: no data: Lost, By line and topic" in str(b.told.words)
        assert b.telegram() == ""

        records(b)
        runner.retry_now()
        await runner.tick()
        for chat in (b.telegram(), b.slack()):
            assert "Lost: 20%" in chat
            assert "Inhouse" in chat
            assert "40%" in chat

        b.calls(*(lost(f"{DAY}T12:0{n}", topic="prices") for n in range(2)))
        b.clock("2026-06-18 08:31")
        await b.corrections.check()
        (asked,) = [text for text in b.told.words.values() if "Late records" in text]
        assert "• Lost: 20% → 33%" in asked
        assert "• By line and topic, Inhouse, prices: 0% → 29%" in asked
        await b.press("Correct")
        for chat in (b.telegram(), b.slack()):
            assert "Lost: 33%" in chat
            assert "29%" in chat

    told(story)


def test_its_workbook_has_the_rows_behind_every_figure(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        records(b)
        session = b.project.session()
        result = evaluate(session, KEYS, parse(DAY, MOSCOW))
        book = openpyxl.load_workbook(BytesIO(report_workbook(session, result)))

        table = [[cell.value for cell in row] for row in book["By line and topic"].iter_rows()]
        # Keys: 2 of 5, prices: none of 5, the line: 2 of 10.
        assert table[1][:10] == ["Inhouse", 0.4, 2, 5, 0, 0, 5, 0.2, 2, 10]
        (name,) = [name for name in book.sheetnames if name.startswith("Records")]
        head, *rows = [[cell.value for cell in row] for row in book[name].iter_rows()]
        counted = {column: [row[head.index(column)] for row in rows] for column in head}
        (adds,) = [column for column in head if column.endswith("adds to the numerator")]
        (to,) = [column for column in head if column.endswith("adds to the denominator")]
        assert (sum(filter(None, counted[adds])), sum(filter(None, counted[to]))) == (2, 10)
        # With a filter on the topic, what the table says of it.
        keys = [row for row in rows if row[head.index("Topic")] == "keys"]
        assert sum(row[head.index(adds)] or 0 for row in keys) == 2

    told(story)


def test_it_is_asked_for_in_a_chat(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        records(b)
        snapshot = Snapshots(b.project).current(b.project.clock())
        vocabulary = snapshot.vocabulary(FULL)

        def said(text: str) -> str:
            request = understand(text, vocabulary, b.project.clock())
            if not isinstance(request, Request):
                assert request is not None
                return str(request.message)
            document = replied(snapshot, request, FULL, b.project.localizer)
            return plain("\n".join(map(str, document.blocks)))

        whole = said("/report keys 15 june")
        assert "'Lost', value='20%'" in whole
        assert "('Inhouse', '40%', '0%', '20%')" in whole
        assert "'Lost', value='20%'" in said("отчёт ключи 15 июня")
        assert ".xlsx" in said("/report keys 15 june inhouse xlsx")
        assert said("/report kyes").startswith('There is no report "kyes". There are: Keys, ')
        assert "command='report keys'" in said("/report")

    told(story)


PAGE = '[page]\nurl = "https://digests.example.org/"\n'
CREW = ReportSpec(
    "keys",
    "Keys",
    (Section("Keys", (KEYS.sections[0].parts[0], TableSpec("crew", "By agent", ("calls",), ("agent",)))),),
    question="Who loses calls?",
)


def test_a_reader_narrows_it_on_its_page_and_a_correction_names_nobody_either(
    told: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Inhouse 1 of 4 is lost, of sales 1 of 2; a call that is lost late makes it 2 of 5. No chat sees names."""
    monkeypatch.setitem(REPORTS, KEYS.key, Declared(CREW, (SHARE,)))

    def components(page: str) -> list[list[float]]:
        return json.loads(re.findall(r'<script type="application/json" id="components">(.*?)</script>', page)[0])[
            "figures"
        ][0]["cells"]

    async def story(b: Bureau) -> None:
        (b.at.root / "svodka.toml").write_text((b.at.root / "svodka.toml").read_text("utf-8") + PAGE, "utf-8")
        b.reopen()
        b.house.put("agents", [{"agent_id": "a1", "name": "Anna Petrova"}])
        of_sales = [each | {"line": "sales"} for each in (answered(f"{DAY}T10:00"), lost(f"{DAY}T10:10"))]
        b.house.calls(*of_sales)
        b.calls(*(answered(f"{DAY}T11:0{n}", agent_id="a1") for n in range(3)), lost(f"{DAY}T11:10"))
        job = Job("keys", "report:keys", rule_of("daily", "09:30", None), "day", TARGETS, CALENDAR)

        draft = await ReportWriter(b.project).draft(job, parse(DAY, MOSCOW), complete=False, late_since=None)
        assert draft.document is not None
        await b.posted(Publication(job.subject, DAY, draft.document, draft.as_of, figures=draft.posted), TARGETS)
        (page,) = (b.at.root / "pages").glob("*/index.html")
        assert components(page.read_text("utf-8")) == [[0, 0, 1, 4], [0, 1, 1, 2]]

        b.calls(lost(f"{DAY}T12:00"))
        b.clock("2026-06-18 08:31")
        await b.corrections.check()
        await b.press("Correct")
        assert components(page.read_text("utf-8")) == [[0, 0, 2, 5], [0, 1, 1, 2]]
        assert "No. 1" in b.slack()
        for text in (b.slack(), b.telegram(), page.read_text("utf-8")):
            assert "Petrova" not in text

    told(story)
