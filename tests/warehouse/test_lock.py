"""Locks between processes: beside others or alone, of files and of directories, gone with whoever held them."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from warehouse.workspace import Locked, lock


def test_a_lock_is_held_alone_or_beside_others_who_share_it(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    with lock(file, shared=True), lock(file, shared=True), pytest.raises(Locked), lock(file):
        pass
    with lock(file), pytest.raises(Locked), lock(file, shared=True):
        pass
    with lock(file):
        pass


def test_a_directory_is_locked_as_a_file_is(tmp_path: Path) -> None:
    with lock(tmp_path), pytest.raises(Locked), lock(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("shared", [False, True])
def test_a_lock_goes_with_the_process_that_is_killed(tmp_path: Path, shared: bool) -> None:
    work = "import sys; from pathlib import Path; from warehouse.workspace import lock\n"
    work += f"with lock(Path(sys.argv[1]), shared={shared}): print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", work, str(tmp_path / "lock")]
    with ExitStack() as stack:
        holder = stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        assert holder.stdout
        holder.stdout.readline()
        with pytest.raises(Locked), lock(tmp_path / "lock"):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with lock(tmp_path / "lock"):
            pass
