"""The program's face: help in the centre's language, options before the command, a first project."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.channels.registry import read_tokens
from bot.cli.help import language_of
from bot.operations.check import findings
from bot.project import open_project
from tests.bot.conftest import Run
from tests.kit import House, answered, lost


def words(text: str) -> str:
    """What is said, without the frame around it and the lines it is broken into."""
    return " ".join(text.replace("│", " ").split())


def test_help_speaks_the_centres_language_and_the_environments_without_a_project(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Answer a question as the bot does, with its picture as a file." in words(run("--help").out)
    assert run("init", "--home", "centre").code == 0
    russian = words(run("--home", "centre", "--help").out)
    assert "Ответить на вопрос, как ответил бы бот; картинка — файлом." in russian
    assert "Показать эту справку и выйти." in russian
    groups = [russian.index(f"─ {group} ─") for group in ("С чего начать", "Записи и планы", "Числа", "Работа бота")]
    assert groups == sorted(groups)
    monkeypatch.setenv("SVODKA_HOME", str(tmp_path / "centre"))
    assert language_of([]) == "ru"
    (tmp_path / "centre" / "svodka.toml").write_text("[centre\n")
    assert language_of([]) == "en"
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    assert language_of([]) == "ru"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("days = 7", "В файле svodka.toml нет настройки centre.days"),
        ('[warehouse]\nurl = "postgresql://me:secret@h/centre"', "В svodka.toml в warehouse.url записан пароль"),
        ('[warehouse]\nurl = "oracle://h/centre"', "Из «oracle» записи не читаются"),
        ("[warehouse", "Не удалось прочитать svodka.toml"),
    ],
)
def test_what_is_wrong_with_a_configuration_is_said_in_its_language(
    run: Run, tmp_path: Path, wrong: str, said: str
) -> None:
    (tmp_path / "svodka.toml").write_text(f'[centre]\ntimezone = "UTC"  # of all\nlanguage = "ru"\n{wrong}\n', "utf-8")
    refused = run("figures", "calls")
    assert (refused.code, refused.err.startswith(said)) == (1, True)


def test_nothing_of_the_help_is_taken_for_markup(run: Run) -> None:
    assert "Ask the running bot at [health] listen whether it lives" in words(run("health", "--help").out)
    assert "[backup] directory if not given" in words(run("backup", "-h").out)
    assert "Show what is in the records, table by table." in words(run("lake").out)


def test_the_version_is_printed(run: Run) -> None:
    assert run("--version").out == "svodka 0.1.0\n"


def test_the_project_and_the_clock_may_stand_before_the_command_and_the_commands_own_count(
    run: Run, tmp_path: Path
) -> None:
    for name, calls in (("one", 1), ("two", 2)):
        assert run("init", "--language", "en", "--home", name).code == 0
        house = House(tmp_path / name / "records", now="2026-06-16 12:00")
        house.calls(*(answered(f"2026-06-15 10:0{each}") for each in range(calls)), complete_to="2026-06-16 12:00")
    asked = ("figures", "calls", "--period", "2026-06-15")

    assert run("--home", "one", *asked).out == "Inbound calls: 1\n"
    assert run("--home", "one", *asked, "--home", "two").out == "Inbound calls: 2\n"
    early = run("--home", "one", "--now", "2026-06-14T12:00", *asked)
    assert early.out.startswith("Inbound calls: no data: the records end on June")


@pytest.mark.parametrize("command", [("ask", "sl today"), ("digest",), ("figures", "sl"), ("report", "biweekly")])
def test_a_project_without_records_says_one_sentence(run: Run, command: tuple[str, ...]) -> None:
    assert run("init", "--language", "en").code == 0
    refused = run(*command)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == (
        "There are no records yet. Import them: svodka import calls FILE. Or look at a made-up centre: svodka demo.\n"
    )


@pytest.mark.parametrize("kind", ["service", "sales", "telemarketing"])
def test_a_centre_that_sells_no_flats_begins_with_its_own_digest(run: Run, tmp_path: Path, kind: str) -> None:
    """Three calls of 1 June: one is answered in time, one after forty seconds, one is lost; one more goes out."""
    assert run("init", "--language", "en", "--kind", kind).code == 0
    out = {**answered("2026-06-01 11:00"), "direction": "out"}
    house = House(tmp_path / "records", now="2026-06-16 12:00")
    calls = (answered("2026-06-01 10:00"), answered("2026-06-01 10:10", wait=40), lost("2026-06-01 10:20"), out)
    house.calls(*calls, complete_to="2026-06-16 12:00")
    text = run("digest", "--period", "2026-06-01..2026-06-15").out
    assert "sq. m" not in text
    if kind == "telemarketing":
        assert "Outbound calls: 1" in text
    else:
        assert "Service level: 33% / 30 s" in text


def test_an_unknown_kind_of_centre_is_named_with_those_there_are(run: Run) -> None:
    refused = run("init", "--kind", "flats")
    assert refused.code == 1
    assert refused.err == 'There is no kind of centre "flats": service, sales, telemarketing.\n'


def test_only_what_is_right_is_ticked(run: Run, tmp_path: Path) -> None:
    """Calls are known up to this noon, chats up to March; no platform has a token, which no chat misses."""
    assert run("init", "--language", "en").code == 0
    house = House(tmp_path / "records", now="2026-06-16 12:00")
    house.calls(answered("2026-06-16 10:00"), complete_to="2026-06-16 12:00")
    house.put("chats", [], complete_to="2026-03-01 00:00")
    work = open_project(tmp_path, "2026-06-16T12:00")
    fine = {str(each.text).split(":")[0]: each.fine for each in asyncio.run(findings(work, read_tokens()))}

    assert (fine["calls"], fine["chats"], fine["telegram"], fine["slack"]) == (True, None, None, None)
    assert fine["No platform has a token, so the bot cannot run."] is False
    marked = run("check").out.splitlines()
    assert [line[0] for line in marked if line[2:].startswith(("calls", "chats", "telegram"))] == ["✓", "·", "·"]
