"""ClickHouse for the tests: the real engine, embedded in a process of its own, behind the wire that its server speaks.

`chdb` is the engine without its server. What the HTTP interface does around it is done here: statements and their
settings in, rows in the format that is asked for or the engine's own error out.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

_READS = re.compile(r"\s*(SELECT|WITH|SHOW|DESC|EXISTS|EXPLAIN|\()", re.IGNORECASE)
_READONLY = 164


@contextmanager
def clickhouse() -> Iterator[str]:
    """The SQLAlchemy URL of an empty database. Skips where the engine is not installed, unless engines are required."""
    if os.environ.get("SVODKA_REQUIRE_CLICKHOUSE"):
        import chdb  # noqa: F401
    else:
        pytest.importorskip("chdb")
    with tempfile.TemporaryDirectory() as directory:
        command = [sys.executable, "-m", "tests.clickhouse", directory]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                port = process.stdout.readline().strip()
                yield f"clickhousedb://default@127.0.0.1:{port}/default"
            finally:
                process.kill()


def serve(directory: str) -> None:
    """Answer requests until the process ends; the first line that is printed is the port."""
    import chdb.session

    session = chdb.session.Session(directory)
    # Each statement of the tests is another one, over a few rows: there is nothing to win by making machine code of it.
    session.query("SET compile_expressions = 0, compile_aggregate_expressions = 0, compile_sort_description = 0")
    lock = threading.Lock()
    known = set(session.query("SELECT name FROM system.settings", "TabSeparated").bytes().decode().split())

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

        def _answer(self, body: bytes) -> None:
            given = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
            statement = (given.get("query", "") + "\n" + body.decode("utf-8", "replace")).strip()
            settings = {name: value for name, value in given.items() if name in known}
            if not statement:
                self._send(200, b"Ok.\n")
            elif int(settings.get("readonly", 0)) and not _READS.match(statement):
                self._send(500, b"Code: 164. DB::Exception: Cannot execute query in readonly mode.", _READONLY)
            else:
                self._run(statement, given.get("default_format", "TabSeparated"), settings)

        def _run(self, statement: str, form: str, settings: dict[str, str]) -> None:
            if found := re.search(r"\bFORMAT\s+(\w+)\s*;?\s*$", statement):
                form, statement = found[1], statement[: found.start()]
            if _READS.match(statement) and settings:
                listed = ", ".join(f"{name} = {_value(value)}" for name, value in settings.items())
                statement += f"\nSETTINGS {listed}"
            try:
                with lock:
                    found = session.query(statement, form)
                    self._send(200, found.bytes() if found is not None else b"")
            except Exception as error:
                words = str(error).encode()
                code = re.search(rb"Code: (\d+)", words)
                self._send(500, words, int(code[1]) if code else 1)

        def _send(self, status: int, body: bytes, code: int | None = None) -> None:
            self.send_response(status)
            if code is not None:
                self.send_header("X-ClickHouse-Exception-Code", str(code))
            self.send_header("X-ClickHouse-Summary", "{}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


def _value(text: str) -> str:
    return text if re.fullmatch(r"-?\d+(\.\d+)?", text) else "'" + text.replace("'", "\\'") + "'"


if __name__ == "__main__":
    serve(sys.argv[1])
