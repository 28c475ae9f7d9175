"""A real PostgreSQL for the tests that need one, with nothing in it, gone with them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534
"""PostgreSQL refuses to run as root; in a container tests often are."""


@contextmanager
def postgres() -> Iterator[str]:
    """The SQLAlchemy URL of an empty database. Skips where there is no PostgreSQL, unless one is required."""
    programs = _programs()
    if programs is None:
        if os.environ.get("SVODKA_REQUIRE_POSTGRES"):
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory() as directory, socket.create_server(("127.0.0.1", 0)) as taken:
        home, port = Path(directory), taken.getsockname()[1]
        taken.close()
        if os.geteuid() == 0:
            os.chown(home, NOBODY, NOBODY)
        run(programs / "initdb", "-D", home / "data", "-U", "svodka", "-A", "trust", "-E", "UTF8", "--no-sync")
        # Nothing of it outlives the tests: what is written need not reach a disk.
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {home}"
        server = (programs / "pg_ctl", "-D", home / "data")
        run(*server, "-w", "-l", home / "log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://svodka@127.0.0.1:{port}/postgres"
        finally:
            run(*server, "-m", "immediate", "stop")


def run(*command: object) -> None:
    user = NOBODY if os.geteuid() == 0 else None
    subprocess.run([*map(str, command)], check=True, stdout=subprocess.DEVNULL, user=user, group=user, cwd="/")


def _programs() -> Path | None:
    """Where the server's programs are: Debian keeps them off the path."""
    found = shutil.which("initdb") or max(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), default=None)
    return Path(found).parent if found else None
