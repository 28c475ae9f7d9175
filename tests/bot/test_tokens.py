"""Tokens come from the environment or from files, and are shown nowhere."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.channels.registry import read_tokens
from bot.settings import HideTokens
from warehouse.messages import UserError

SECRET = "987654321:AAF-made-up-token-of-nobody"


def test_a_token_stands_in_the_environment_or_in_a_file_that_it_names(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{SECRET}\n", "utf-8")

    assert read_tokens({"TELEGRAM_BOT_TOKEN": SECRET})["TELEGRAM_BOT_TOKEN"] == SECRET
    assert read_tokens({"TELEGRAM_BOT_TOKEN_FILE": str(file)})["TELEGRAM_BOT_TOKEN"] == SECRET
    assert "SLACK_BOT_TOKEN" not in read_tokens({"SLACK_BOT_TOKEN": "  "})


def test_a_file_that_holds_no_token_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n", "utf-8")
    for name in ("empty", "gone"):
        with pytest.raises(UserError, match=f"SLACK_APP_TOKEN_FILE names a file that .*{name}"):
            read_tokens({"SLACK_APP_TOKEN_FILE": str(tmp_path / name)})


def test_no_log_line_shows_a_token_not_even_in_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    tokens = read_tokens({"TELEGRAM_BOT_TOKEN": SECRET})
    caplog.handler.addFilter(HideTokens(tokens))
    try:
        logging.getLogger("x").warning("POST %s", f"https://example.org/bot{SECRET}/getMe")
        try:
            raise ConnectionError(f"cannot reach /bot{SECRET}/getMe, app token xapp-1-A0-2-unknown-to-us")
        except ConnectionError:
            logging.getLogger("x").exception("failed")
    finally:
        caplog.handler.filters.clear()

    assert "/bot***/getMe" in caplog.text
    assert SECRET not in caplog.text
    assert "xapp-1" not in caplog.text
    assert SECRET not in repr(tokens)
