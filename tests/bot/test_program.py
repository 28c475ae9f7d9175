"""The program as a new user meets it: on a few calls of one's own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.conftest import Run, project_with
from tests.operating.living import ROOT

CALLS = """call_id,direction,line,started_at,ended_at,outcome,wait_s,talk_s,agent_id,topic
1,in,rent,2026-06-01 10:00:00,2026-06-01 10:02:10,answered,10,120,ann,keys
2,in,rent,2026-06-01 11:00:00,2026-06-01 11:01:40,answered,40,60,bob,keys
3,in,rent,2026-06-02 10:00:00,2026-06-02 10:01:00,abandoned,60,,,
4,in,sale,2026-06-15 10:00:00,2026-06-15 10:00:20,answered,0,20,ann,price
"""
HALF = ("--period", "2026-06-01..2026-06-15")


@pytest.fixture
def project(run: Run) -> Run:
    """A project just made, with four calls imported."""
    return project_with(run, CALLS)


def test_a_new_project_answers_at_once_with_the_lines_it_finds(project: Run) -> None:
    assert project("figures", "calls", "lcr", "sl", *HALF).out.splitlines() == [
        "Inbound calls: 4",
        "Lost calls (LCR): 25%",
        "Service level: 50% / 30 s",
    ]
    assert project("figures", "calls", "--line", "RENT", *HALF).out == "Inbound calls: 3\n"


def test_figures_for_scripts(project: Run) -> None:
    data = json.loads(project("figures", "aht", "--line", "rent", *HALF, "--by", "day", "--json").out)

    assert data["period"] == {
        "start": "2026-06-01T00:00:00+03:00",
        "end": "2026-06-16T00:00:00+03:00",
        "timezone": "Europe/Moscow",
    }
    assert data["as_of"] == "2026-06-16T00:00:00+03:00"
    (figure,) = data["figures"]
    assert {name: figure[name] for name in ("key", "metric", "line", "unit", "fact", "numerator", "denominator")} == {
        "key": "aht",
        "metric": "aht",
        "line": "rent",
        "unit": "seconds",
        "fact": 90,
        "numerator": 180,
        "denominator": 2,
    }
    assert (figure["plan"], figure["verdict"], figure["plan_span"]) == (None, None, "period")
    assert len(figure["series"]) == 15
    assert figure["series"][0] == {
        "start": "2026-06-01T00:00:00+03:00",
        "fact": 90,
        "numerator": 180,
        "denominator": 2,
        "plan": None,
    }
    assert figure["series"][1]["fact"] is None


def test_a_breakdown_by_a_dimension(project: Run) -> None:
    data = json.loads(project("figures", "calls", *HALF, "--by", "agent", "--json").out)
    assert {row["segment"]: row["fact"] for row in data["figures"][0]["series"]} == {"ann": 2, "bob": 1, None: 1}

    by_topic = project("figures", "calls", "--line", "rent", *HALF, "--by", "topic").out.splitlines()
    assert by_topic == ["Inbound calls: 3", "  keys: 2", "  not given: 1"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("figures", "slx", *HALF), 'There is no metric or figure "slx". There are: sl,'),
        (("figures", "sl", "--line", "rant", *HALF), 'There is no line "rant". There are: rent, sale.'),
        (("figures", "sl", "--period", "June"), 'The period "June" is not understood: write 2026-06-01..2026-06-15'),
        (("figures", "sl", "--period", "2026-06-31"), 'The period "2026-06-31" is not understood'),
        (("figures", "sl", "--period", "2026-06-15..2026-06-01"), "ends before it begins"),
        (
            ("figures", "sl", "--by", "mood", *HALF),
            'The metric "Service level (sl)" cannot be broken down by mood. It can be by hour, by day, by week',
        ),
        (("figures", "desk_routed", "--line", "rent", *HALF), 'The metric "Tickets routed (desk_routed)" has no lines'),
        (("digest", "weekly"), 'There is no digest "weekly". There are: biweekly.'),
        (("import", "call", "calls.csv"), 'There is no table "call". There are: calls,'),
        (("import", "calls", "none.csv"), "none.csv"),
        (("plan", "import", "none.xlsx"), "none.xlsx"),
        (("plan", "template", "plan.csv"), 'name it like plan.xlsx, not "plan.csv"'),
        (("figures", "sl", "--now", "noon"), 'The moment "noon" is not understood: write 2026-06-16T12:00.'),
        (("init",), "There is a svodka.toml in"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_1(project: Run, arguments: tuple[str, ...], sentence: str) -> None:
    ran = project(*arguments)

    assert ran.code == 1
    assert sentence in ran.err
    assert ran.err.count("\n") == 1
    assert ran.out == ""


def test_the_demo_does_not_make_way_through_a_project(project: Run) -> None:
    ran = project("demo", ".")

    assert ran.code == 1
    assert "There is a project of your own" in ran.err
    assert project("figures", "calls", *HALF).out == "Inbound calls: 4\n"


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("en", '"soon" is neither seconds since 1970 nor a date as in 2026-06-01 10:00:00'),
        ("ru", "«soon» — "),
    ],
)
def test_the_reason_of_a_rejected_line_is_said_in_the_centre_s_language(run: Run, language: str, reason: str) -> None:
    assert run("init", "--language", language).code == 0
    Path("queue_log").write_text("1780300800|1.1|sales|NONE|ENTERQUEUE||7|1\nsoon|1.1|sales|NONE|ABANDON|1|1|9\n")

    ran = run("import", "calls", "queue_log", "--format", "queue_log", "--max-rejects", "1")

    assert (ran.code, ran.err) == (0, "")
    (rejected,) = Path("rejects").glob("*.csv")
    assert reason in rejected.read_text("utf-8-sig").replace("\N{NO-BREAK SPACE}", " ").replace('""', '"')


def test_no_project_is_said(run: Run) -> None:
    ran = run("figures", "sl", *HALF)

    assert ran.code == 1
    assert 'run "svodka init" there' in ran.err


def test_wrong_usage_is_exit_code_2(project: Run) -> None:
    assert project("figures").code == 2
    assert project("digest", "--color").code == 2


def test_our_fault_is_exit_code_3_and_a_reference_to_the_log(project: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("SELECT secret")

    monkeypatch.setattr("bot.project.Project.calculator", broken)
    ran = project("figures", "sl", *HALF)

    assert ran.code == 3
    assert "Something broke on our side, ref " in ran.err
    assert "SELECT" not in ran.err
    reference = ran.err.split("ref ")[1][:4]
    log = Path("logs/svodka.log").read_text()
    assert reference in log
    assert "SELECT secret" in log


def test_ctrl_c_is_exit_code_130_whatever_a_library_makes_of_it(project: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def query(*_: object) -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise RuntimeError("Query interrupted") from None

    monkeypatch.setattr("bot.project.Project.calculator", query)
    monkeypatch.setattr("bot.__main__.Interrupts._watch", lambda *_: None)  # the test's own process goes on
    ran = project("figures", "sl", *HALF)

    assert (ran.code, ran.out, ran.err) == (130, "", "")


def test_what_does_not_give_way_to_ctrl_c_is_left_in_time() -> None:
    work = """
import os, signal, time
from bot.__main__ import Interrupts
with Interrupts(end_s=0.1):
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(600)
    except KeyboardInterrupt:
        time.sleep(600)
"""
    assert subprocess.run([sys.executable, "-c", work], timeout=120, cwd=ROOT).returncode == 130


def test_what_a_library_says_stands_in_the_log_and_not_on_the_terminal(project: Run) -> None:
    Path("calls.json").write_text('[{"call_id": ')
    ran = project("import", "calls", "calls.json")

    assert ran.err == (
        "The file calls.json begins like JSON, but it is damaged or not whole: it breaks at line 1, column 14.\n"
    )


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ('[centre]\ntimezone = "Moscow"', 'In svodka.toml, centre.timezone: there is no time zone "Moscow"'),
        ('[centre]\ncountry = "Russia"', 'In svodka.toml, centre.country: there is no calendar for "Russia"'),
        ('[centre]\ntimezon = "UTC"', "In svodka.toml, there is no setting centre.timezon"),
        ('[service_level]\nformula = "best"', 'In svodka.toml, service_level.formula: it may be "'),
        ('[service_level]\nthreshold_s = "x"', "In svodka.toml, service_level.threshold_s: a number is wanted."),
        ("[centre", "svodka.toml cannot be read:"),
        ('[[metrics]]\nkey = "x"\nmood = 1', 'The metric "x" has no field "mood"'),
        (
            '[[metrics]]\nkey="x"\ntitle="X"\nunit="count"\nbetter="neutral"\nrelation="calls"\nfact={sum="tok_s"}',
            'The metric "x" uses "tok_s", a column that "calls" does not have. It has: talk_s,',
        ),
        (
            '[[metrics]]\nkey="sl"\ntitle="X"\nunit="count"\nbetter="neutral"\nrelation="calls"\nfact={count=true}',
            'The metric "sl" uses the name "sl", which "sl" has already.',
        ),
        ('[[metrics]]\nkey="x"\ntitle="X"\nunit="count"\nfact={count=true}', 'The metric "x" needs a field "better".'),
    ],
)
def test_a_wrong_setting_is_named(run: Run, setting: str, sentence: str) -> None:
    english = "" if "[centre" in setting else '[centre]\nlanguage = "en"\n'
    Path("svodka.toml").write_text(english + setting)
    ran = run("figures", "calls", *HALF)

    assert ran.code == 1
    assert sentence in ran.err


def test_a_metric_of_ones_own(project: Run) -> None:
    with Path("svodka.toml").open("a") as file:
        file.write(
            """
[[metrics]]
key = "long_calls"
title = "Long calls"
unit = "percent"
better = "ceiling"
relation = "calls"
[metrics.fact]
ratio = [{ count = true, where = { talk_s = ">= 60" } }, { count = true, where = { handled = true } }]
"""
        )

    # Of three handled calls two talked for a minute or more: 66.67 %.
    assert project("figures", "long_calls", *HALF).out == "Long calls: 67%\n"


def test_figures_are_a_frame_for_pandas(project: Run) -> None:
    import pandas as pd

    asked = ("figures", "calls", "lcr", *HALF, "--by", "line")
    assert project(*asked, "--frame", "out.csv").out == "4 rows are in out.csv.\n"
    assert Path("out.csv").read_text().splitlines()[:2] == [
        "metric,line,value,numerator,denominator,unit,as_of,missing,remarks",
        "calls,rent,3.0,3.0,,count,2026-06-16 00:00:00+03:00,,",
    ]
    assert project(*asked, "--frame", "deep/er/out.parquet").code == 0
    read = pd.read_parquet("deep/er/out.parquet")
    assert read["value"].tolist() == pd.read_csv("out.csv")["value"].tolist() == [3, 1, 100 / 3, 0]
    assert str(read["as_of"].dtype) == "datetime64[us, Europe/Moscow]"
    assert project(*asked, "--frame", "out.csv", "--json").out.startswith("{")

    assert 'name it like figures.parquet, not "out.xlsx"' in project(*asked, "--frame", "out.xlsx").err
    assert "Choose another directory with --frame." in project(*asked, "--frame", "out.csv/out.csv").err


def test_plans_go_out_as_a_template_and_come_in_filled(project: Run) -> None:
    import openpyxl

    assert project("plan", "template", "plan.xlsx", *HALF).code == 0
    book = openpyxl.load_workbook("plan.xlsx")
    sheet = book.worksheets[0]
    rows = {(row[0].value, row[1].value): row[3] for row in sheet.iter_rows(min_row=2)}
    assert ("Average handling time (AHT)", "inhouse") in rows
    sheet.append(["aht", "rent", "2026-06", 80])
    book.save("plan.xlsx")

    ran = project("plan", "import", "plan.xlsx")
    assert ran.out.startswith("Plans: added 1, unchanged 0.")
    assert "aht" in project("plan", "show", *HALF).out
    assert json.loads(project("plan", "show", *HALF, "--json").out)["plans"] == [
        {
            "metric": "aht",
            "line": "rent",
            "granularity": "month",
            "starts_on": "2026-06-01",
            "value": 80.0,
            "revision": 1,
        }
    ]
    assert project("figures", "aht", "--line", "rent", *HALF).out.splitlines()[0] == (
        "Average handling time (AHT): 90 s against a plan of 80 s"
    )


def test_a_plan_is_spread_anew_only_when_asked(project: Run) -> None:
    Path("plan.csv").write_text("metric,line,period,value\ncalls,,2026-06,300\n")
    assert project("plan", "import", "plan.csv").code == 0

    assert project("plan", "respread", "--period", "2026-06").code == 0


def test_a_wrong_plan_names_the_cell_and_loads_nothing(project: Run) -> None:
    Path("plan.csv").write_text("metric,line,period,value\naht,rent,2026-06,80\nsl,rent,2026-06,eighty\n")
    ran = project("plan", "import", "plan.csv")

    assert ran.code == 1
    assert "D3" in ran.err
    assert "eighty" in ran.err
    assert project("plan", "show", *HALF).out.startswith("There are no plans")


def test_too_many_bad_rows_take_nothing(project: Run) -> None:
    Path("more.csv").write_text(CALLS.replace("answered,0", "lucky,0").replace("\n1,", "\n91,"))
    ran = project("import", "calls", "more.csv")

    assert ran.code == 1
    assert project("figures", "calls", *HALF).out == "Inbound calls: 4\n"


def test_an_import_for_scripts(project: Run) -> None:
    rows = CALLS.splitlines()
    Path("more.csv").write_text("\n".join([rows[0], rows[1].replace("120", "130"), rows[2], "9" + rows[3][1:], "bad"]))
    summary = json.loads(project("import", "calls", "more.csv", "--max-rejects", "0.5", "--json").out)

    counts = {name: summary[name] for name in ("read", "added", "updated", "unchanged", "rejected")}
    assert counts == {"read": 4, "added": 1, "updated": 1, "unchanged": 1, "rejected": 1}
    assert Path(summary["rejects_file"]).exists()


def test_a_digest_says_in_place_what_is_missing(project: Run) -> None:
    ran = project("digest", "biweekly", *HALF, "--to", "out")

    assert ran.code == 0
    text = Path("out/digest.txt").read_text()
    assert "• Inbound internet leads: cannot be computed: there are no records in leads" in text
    assert "• Lost calls (LCR), akc: no data: there are no such records of akc" in text
    figures = json.loads(Path("out/figures.json").read_text())
    assert figures["period"]["timezone"] == "Europe/Moscow"
    written = ran.out.splitlines()[-4:]
    assert written == ["out/digest.txt", "out/figures.json", "out/digest.html", "out/digest.xlsx"]
    assert all(Path(file).stat().st_size for file in written)


def test_a_digest_of_ones_own(project: Run) -> None:
    Path("svodka.toml").write_text(
        """
[centre]
timezone = "Europe/Moscow"
language = "en"
[lines.rent]
title = "Rentals"
[digests.daily]
title = "Yesterday"
[[digests.daily.sections]]
title = "Rent"
[[digests.daily.sections.groups]]
figures = [
  { key = "rent.calls", metric = "calls", line = "rent", label = "Calls of {line}", plan = true },
  { key = "rent.lost", metric = "lcr", line = "rent" },
]
"""
    )
    ran = project("digest", "daily", *HALF)

    lines = ran.out.splitlines()
    assert lines[:2] == ["Yesterday", "For the period June 1–15"]
    assert lines[lines.index("RENT") :][:3] == [
        "RENT",
        "• Calls of Rentals: 3 (no plan)",
        "• Lost calls (LCR): 33.3%",
    ]
    assert project("figures", "rent.calls", *HALF).out == "Calls of Rentals: 3 (no plan)\n"


def test_the_directory_and_the_clock_stand_anywhere(
    project: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    ran = project("figures", "calls", *HALF, "--home", str(tmp_path), "--now", "2026-06-01T10:30")

    assert ran.out == "Inbound calls: 1\n"
