"""What `[warehouse]` may say, and what is said where it cannot be so."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import config
from bot.config.warehouse import password
from warehouse.engines.mapping import ColumnMapping
from warehouse.messages import UserError

HEAD = '[warehouse]\nurl = "postgresql+psycopg://reader@dwh.example/centre"\n'
CALLS = """[warehouse.calls]
from = "pbx.cdr"
[warehouse.calls.columns]
call_id = "uniqueid"
direction = "'in'"
started_at = "calldate"
outcome = { of = "disposition", ANSWERED = "answered", CANCEL = "abandoned" }
"""


def loaded(tmp_path: Path, text: str) -> config.Config:
    file = tmp_path / config.FILE
    file.write_text(text, "utf-8")
    return config.load(file)


def test_a_table_of_theirs_is_one_of_ours(tmp_path: Path) -> None:
    settings = loaded(tmp_path, HEAD + 'timeout = "1.5m"\n' + CALLS).warehouse.settings("Europe/Moscow")

    assert settings is not None
    assert (settings.timeout_s, settings.connections) == (90, 4)
    calls = settings.tables["calls"]
    assert (calls.source, calls.timezone, calls.narrowed_by) == ("pbx.cdr", "Europe/Moscow", "calldate")
    assert calls.columns["outcome"] == ColumnMapping("disposition", (("ANSWERED", "answered"), ("CANCEL", "abandoned")))


def test_without_a_warehouse_there_is_none(tmp_path: Path) -> None:
    assert loaded(tmp_path, "").warehouse.settings("UTC") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[warehouse]\nurll = "x"', r"no setting warehouse\.urll. There are: url,"),
        (HEAD + "[warehouse.call]\n", r"no setting warehouse\.call. There are: calls,"),
        (HEAD + CALLS.replace("from =", "form ="), r"no setting warehouse\.calls\.form. There are: from,"),
        (
            HEAD + CALLS.replace("call_id", "cal_id"),
            r"calls\.columns\.cal_id: the table calls has no such column",
        ),
        (
            HEAD + CALLS.replace('"abandoned"', '"lost"'),
            r'outcome\.CANCEL: outcome is never "lost"',
        ),
        (HEAD + CALLS.replace("of = ", "Of = "), r"columns\.outcome does not say what it is made of"),
        (HEAD + CALLS.replace('started_at = "calldate"', ""), r"columns\] lacks started_at"),
        (HEAD + CALLS.replace("pbx.cdr", "pbx.cdr; DROP TABLE x"), r"warehouse\.calls\.from holds a semicolon"),
        (HEAD + 'timeout = "soon"', r'warehouse\.timeout: "soon" is no duration'),
        (HEAD + CALLS.replace("[warehouse.calls]", "[warehouse.calls]\ntimezone = 'Europe/Moskow'"), r"Europe/Moscow"),
        (CALLS, r"\[warehouse\.calls\] has no warehouse"),
        ('[warehouse]\nurl = "nonsense"', r"warehouse\.url is not a database address"),
        ('[warehouse]\nurl = "oracle://a@b/c"', r'the engine "oracle"'),
    ],
)
def test_what_cannot_be_is_said_with_what_can(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        loaded(tmp_path, text).warehouse.settings("UTC")


@pytest.mark.parametrize("url", ["postgresql://reader:secret-1@h/d", "trino://h/d?password=secret-1"])
def test_a_password_is_not_taken_from_the_address_nor_repeated(tmp_path: Path, url: str) -> None:
    with pytest.raises(UserError, match="WAREHOUSE_PASSWORD") as caught:
        loaded(tmp_path, f'[warehouse]\nurl = "{url}"')
    assert "secret-1" not in str(caught.value)


def test_the_password_comes_from_the_environment_or_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE_PASSWORD", "one")
    assert password() == "one"
    (tmp_path / "secret").write_text("two\n", "utf-8")
    monkeypatch.setenv("WAREHOUSE_PASSWORD_FILE", str(tmp_path / "secret"))
    assert password() == "two"
