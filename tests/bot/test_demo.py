"""The demo's digest of 1-15 June 2026 prints the reference digest, figure by figure, from its records."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo import make_project
from bot.project import Project, open_project
from digests.biweekly import Digest, make
from digests.export import figures_object
from digests.wording import Words
from metrics.answers import Question, ask
from metrics.periods import half_month, parse
from metrics.planning import PlanBook
from tests.bot.conftest import Run

NB = "\N{NO-BREAK SPACE}"
CLOCK = "2026-06-16T12:00"
PERIOD = "2026-06-01..2026-06-15"

# key: the fact as printed, the plan as printed
REFERENCE = {
    "target.inbound": ("22,9 тыс.", "28,4 тыс. (80%)"),
    "target.outbound": ("6 тыс.", "7,4 тыс. (79%)"),
    "reserves.sqm": ("43%", None),
    "sales.calls.in": ("18,3 тыс.", "16,3 тыс."),
    "sales.lcr": ("1,5%", "не более 3% (всем клиентам перезвонили)"),
    "sales.leads": ("2,4 тыс.", None),
    "sales.calls.out": ("18,9 тыс.", None),
    "sales.chats": ("12,1 тыс.", "10,2 тыс."),
    "support.chats": ("6,4 тыс.", "6,5 тыс."),
    "service.calls.in": ("6,9 тыс.", None),
    "service.calls.in.inhouse": ("5,6 тыс.", None),
    "service.calls.in.akc": ("1,3 тыс.", None),
    "service.aht.inhouse": ("294 сек.", "290 сек."),
    "service.aht.akc": ("208 сек.", "200 сек."),
    "service.lcr.inhouse": ("1%", "не более 5%"),
    "service.lcr.akc": ("1%", "не более 5%"),
    "service.sl.inhouse": ("88% / 30 сек.", "80% / 30 сек."),
    "service.sl.akc": ("96% / 30 сек.", "80% / 30 сек."),
    "service.chats": ("20,4 тыс.", None),
    "service.chats.aht": ("371 сек.", "400 сек."),
    "sd.routed": ("2,5 тыс.", None),
    "sd.closed": ("1,5 тыс.", None),
    "sd.tasks": ("2,2 тыс.", None),
    "bot.handled": ("26 тыс. вызовов", None),
    "bot.asa": ("2 сек.", "не более 3 сек."),
    "bot.dialog": ("38 сек.", None),
    "bot.correct": ("90%", None),
}
MISSED = {"target.inbound", "target.outbound", "service.aht.inhouse", "service.aht.akc"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's project, made once for all that only read it."""
    root = tmp_path_factory.mktemp("demo")
    make_project(root, Words("ru"), CLOCK, lambda stage, done: None)
    return root


def digest_of(project: Project, period: str, words: Words | None = None) -> Digest:
    reckoner = project.reckoner()
    span = parse(period, project.timezone)
    return make(reckoner, PlanBook(reckoner), project.config.digest("biweekly"), span, words or project.words)


@pytest.fixture(scope="module")
def digest(home: Path) -> Digest:
    return digest_of(open_project(home, None), PERIOD)


@pytest.mark.parametrize("key", REFERENCE)
def test_every_reference_figure(digest: Digest, key: str) -> None:
    fact, plan = REFERENCE[key]
    (figure,) = [figure for figure in digest.figures if figure.spec.key == key]

    expected = fact if plan is None else f"{fact} при плане {plan}"
    assert figure.text.replace(NB, " ") == expected
    assert figure.remarks == ()


def test_the_order_and_the_verdicts(digest: Digest) -> None:
    assert [figure.spec.key for figure in digest.figures] == list(REFERENCE)
    verdicts = {figure.spec.key: figure.answer.verdict.value for figure in digest.figures}
    assert {key for key, verdict in verdicts.items() if verdict == "missed"} == MISSED
    assert verdicts["reserves.sqm"] == "behind"
    assert sum(verdict != "none" for verdict in verdicts.values()) == 12


def test_a_reservation_plan_is_the_months(digest: Digest) -> None:
    (figure,) = [figure for figure in digest.figures if figure.spec.key == "reserves.sqm"]
    data = figures_object([figure], digest.period, Words("ru"))["figures"][0]

    assert data["plan_span"] == "month"
    assert int(data["execution"]) == 43
    assert data["plan"] == data["plan_full"] > data["plan_to_date"] > data["fact"]
    assert data["pace"] == pytest.approx(100 * data["fact"] / data["plan_to_date"])


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_text_as_a_chat_gets_it(home: Path, golden: Callable[[str, str], None], language: str) -> None:
    from bot.channels.folder import render

    project = open_project(home, None)
    if language == "en":
        from bot.template import template

        copy = home / "english"
        copy.mkdir()
        text = template(Words("en"), project.timezone, "RU", (), CLOCK)
        (copy / "svodka.toml").write_text(text + "\n[lines.service]\nmembers = ['inhouse', 'akc']\n", "utf-8")
        (copy / "records").symlink_to(home / "records", target_is_directory=True)
        project = open_project(copy, None)
    made = digest_of(project, PERIOD)
    golden(f"digest.{language}.txt", render.text(made.document))


def test_every_other_digest_is_believable(home: Path) -> None:
    project = open_project(home, None)
    reckoner = project.reckoner()
    book = PlanBook(reckoner)
    spec = project.config.digest("biweekly")
    day = date(2024, 12, 1)
    while day <= date(2026, 5, 31):
        span = half_month(day, project.timezone)
        # Without plans, whose weights would each be read from a year of weeks.
        answers = ask(reckoner, book, [Question(each.metric, span, each.line, planned=False) for each in spec.figures])
        facts = {each.key: answer.fact.value for each, answer in zip(spec.figures, answers, strict=True)}
        assert all(value is not None for value in facts.values()), (day, facts)
        assert facts["service.calls.in"] == facts["service.calls.in.inhouse"] + facts["service.calls.in.akc"]
        assert 8_000 < facts["sales.calls.in"] < 25_000
        assert 0.5 < facts["sales.lcr"] < 6
        assert 250 < facts["service.aht.inhouse"] < 340
        assert 70 < facts["service.sl.inhouse"] < 97
        assert 80 < facts["bot.correct"] < 97
        day = span.last_day + timedelta(days=1)


def test_one_record_changed_changes_its_figure(home: Path, tmp_path: Path, run: Run) -> None:
    copy = tmp_path / "demo"
    shutil.copytree(home, copy, ignore=shutil.ignore_patterns("english"))

    def fact(key: str) -> Any:
        ran = run("figures", key, "--period", PERIOD, "--home", str(copy), "--now", CLOCK, "--json")
        return json.loads(ran.out)["figures"][0]

    before = {key: fact(key) for key in ("service.aht.inhouse", "service.calls.in.inhouse", "sales.calls.in")}
    Path("one.csv").write_text(
        "call_id,direction,line,started_at,ended_at,outcome,wait_s,talk_s,hold_s,wrap_s\n"
        "one-more,in,inhouse,2026-06-10 12:00:00,2026-06-10 12:20:10,answered,10,1000,100,100\n"
    )
    assert run("import", "calls", "one.csv", "--home", str(copy)).code == 0
    after = {key: fact(key) for key in before}

    handled = before["service.aht.inhouse"]
    assert after["service.aht.inhouse"]["denominator"] == handled["denominator"] + 1
    assert after["service.aht.inhouse"]["numerator"] == pytest.approx(handled["numerator"] + 1200)
    assert after["service.calls.in.inhouse"]["fact"] == before["service.calls.in.inhouse"]["fact"] + 1
    assert after["sales.calls.in"] == before["sales.calls.in"]
