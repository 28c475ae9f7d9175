from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.__main__ import main


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `svodka` in this process, in a directory of its own, and catch what a shell would see."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SVODKA_NOW", "2026-06-16T12:00")
    monkeypatch.setenv("LANG", "C")
    monkeypatch.delenv("SVODKA_HOME", raising=False)

    def ran(*arguments: str) -> Ran:
        from bot.cli.terminal import work_on

        work_on(None)
        monkeypatch.setattr(sys, "argv", ["svodka", *arguments])
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1 if end.code else 0
        caught = capsys.readouterr()
        return Ran(code, caught.out, caught.err)

    return ran
