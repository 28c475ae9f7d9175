"""A real MariaDB for the tests that need one, with nothing in it, gone with them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

_STARTS_S = 60


@contextmanager
def mariadb() -> Iterator[str]:
    """The SQLAlchemy URL of an empty database. Skips where there is no MariaDB, unless engines are required."""
    server = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin")
    pymysql = pytest.importorskip("pymysql")
    if server is None:
        if os.environ.get("SVODKA_REQUIRE_ENGINES"):
            pytest.fail("MariaDB is not installed")
        pytest.skip("MariaDB is not installed")
    with tempfile.TemporaryDirectory() as directory, socket.create_server(("127.0.0.1", 0)) as taken:
        home, port = Path(directory), taken.getsockname()[1]
        taken.close()
        user = ["--user=root"] if os.geteuid() == 0 else []
        options = ["--no-defaults", f"--datadir={home}/data", *user]
        subprocess.run(
            ["mariadb-install-db", *options, "--auth-root-authentication-method=normal"],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        # Nothing of it outlives the tests: what is written need not reach a disk.
        running = [f"--port={port}", "--bind-address=127.0.0.1", f"--socket={home}/socket", f"--pid-file={home}/pid"]
        fast = ["--innodb-flush-log-at-trx-commit=0", "--skip-log-bin", "--innodb-buffer-pool-size=256M"]
        process = subprocess.Popen([server, *options, *running, *fast], stderr=subprocess.DEVNULL)
        try:
            until = time.monotonic() + _STARTS_S
            while True:
                with suppress(pymysql.err.OperationalError):
                    pymysql.connect(host="127.0.0.1", port=port, user="root").close()
                    break
                if process.poll() is not None or time.monotonic() > until:
                    pytest.fail("MariaDB does not start")
                time.sleep(0.1)
            with pymysql.connect(host="127.0.0.1", port=port, user="root") as connection:
                connection.cursor().execute("CREATE DATABASE centre CHARACTER SET utf8mb4")
            yield f"mysql+pymysql://root@127.0.0.1:{port}/centre"
        finally:
            process.terminate()
            process.wait()
