"""A real MariaDB for the tests that need one, with nothing in it, gone with them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.postgres import NOBODY


@contextmanager
def mariadb() -> Iterator[str]:
    """The SQLAlchemy URL of an empty database. Skips where there is no MariaDB, unless one is required."""
    server, install = _program("mariadbd"), _program("mariadb-install-db")
    if server is None or install is None:
        if os.environ.get("SVODKA_REQUIRE_MARIADB"):
            pytest.fail("MariaDB is not installed")
        pytest.skip("MariaDB is not installed")
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        user = NOBODY if os.geteuid() == 0 else None
        if user:
            os.chown(home, NOBODY, NOBODY)
        made = [install, "--no-defaults", f"--datadir={home}/data", "--auth-root-authentication-method=normal"]
        quiet = subprocess.DEVNULL
        subprocess.run(
            [*made, "--skip-test-db"], check=True, stdout=quiet, stderr=quiet, user=user, group=user, cwd="/"
        )
        # Only now: another server may take a port that is free for long.
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        small = ["--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin"]
        address = [f"--datadir={home}/data", f"--socket={home}/socket", f"--port={port}", "--bind-address=127.0.0.1"]
        command = [server, "--no-defaults", *address, f"--pid-file={home}/pid", *small]
        process = subprocess.Popen(command, stdout=quiet, stderr=quiet, user=user, group=user, cwd="/")
        try:
            _wait(port, process)
            yield f"mysql+pymysql://root@127.0.0.1:{port}/?charset=utf8mb4"
        finally:
            process.kill()
            process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail("MariaDB does not start")


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/bin")
