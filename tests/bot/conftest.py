from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.kit import models


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


def project_with(run: Run, calls: str) -> Run:
    """A project just made, with some calls imported; made once in this process, and copied after that."""
    like = models() / sha256(calls.encode()).hexdigest()
    if like.exists():
        shutil.copytree(like, Path.cwd(), dirs_exist_ok=True)
        return run
    assert run("init", "--language", "en").code == 0
    Path("calls.csv").write_text(calls)
    assert run("import", "calls", "calls.csv", "--complete-to", "2026-06-16T00:00").code == 0
    shutil.copytree(Path.cwd(), like)
    return run
