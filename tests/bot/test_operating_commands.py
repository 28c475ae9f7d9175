"""`svodka backup`, `svodka restore`, `svodka health` as a shell sees them."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

from bot.state import backups
from bot.state.database import newest
from bot.state.store import open_state
from tests.bot.conftest import Run
from tests.channels.talking import free_port

URL = "sqlite:///state/svodka.db"


def test_a_state_is_backed_up_and_restored(run: Run, tmp_path: Path) -> None:
    assert run("init", "--language", "en").code == 0
    assert "There is no state yet" in run("backup").err
    open_state(URL, tmp_path).close()

    assert run("backup").code == 0
    (made,) = (tmp_path / "backups").glob("svodka-*.db")
    assert run("backup", "--to", "mine.db").code == 0
    assert backups.verify(tmp_path / "mine.db") == newest()
    (tmp_path / "elsewhere").mkdir()
    assert run("backup", "--to", "elsewhere").out.startswith("The state is backed up and the copy checked: ")
    assert len(list((tmp_path / "elsewhere").glob("svodka-*Z.db"))) == 1

    restored = run("restore", str(made))
    assert restored.code == 0
    assert "is kept as" in restored.out

    with (tmp_path / "svodka.toml").open("a") as settings:
        settings.write('\n[state]\nurl = "postgresql+psycopg://bot@db/state"\n')
    for command in (("backup",), ("restore", str(made))):
        refused = run(*command)
        assert (refused.code, "pg_dump for PostgreSQL" in refused.err) == (1, True)


def test_health_is_an_exit_code(run: Run, tmp_path: Path) -> None:
    assert run("init", "--language", "en").code == 0
    assert "health.listen is not set" in run("health").err

    class Page(BaseHTTPRequestHandler):
        status = 200

        def do_GET(self) -> None:
            self.send_response(self.status if self.path == "/healthz" else 503)
            self.end_headers()
            self.wfile.write(json.dumps({"page": self.path}).encode())

        def log_message(self, *_: object) -> None:
            pass

    port = free_port()
    with (tmp_path / "svodka.toml").open("a") as settings:
        settings.write(f'\n[health]\nlisten = "0.0.0.0:{port}"\n')
    alone = run("health")
    assert (alone.code, alone.err) == (1, f"The bot at 0.0.0.0:{port} does not answer: nobody listens there.\n")

    with HTTPServer(("127.0.0.1", port), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        lives, ready = run("health"), run("health", "--ready")
        server.shutdown()
    assert (lives.code, lives.out) == (0, "The bot lives.\n")
    assert (ready.code, ready.err) == (1, f'The bot at 0.0.0.0:{port} is not well: {{"page": "/readyz"}}.\n')
