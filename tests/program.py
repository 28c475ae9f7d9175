"""Processes of the program, each forked from one that has loaded it: a process costs what it does.

Run as a program, this file is the one that is forked.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

ROOT = Path(__file__).parent.parent
SVODKA = "bot.__main__"

_LOADED = (
    "duckdb",
    "pandas",
    "pyarrow.dataset",
    "sqlalchemy.dialects.sqlite",
    SVODKA,
    "bot.cli.app",
    "warehouse.ingest.delimited",
    "warehouse.ingest.load",
    "warehouse.upkeep",
)
"""What most processes need: modules alone, since no thread is running yet when they are forked."""

_MOST = 65536


class Running:
    """A process under way, used like a `Popen`."""

    def __init__(self, programs: Programs, pid: int, stdout: IO[str], stderr: IO[str]) -> None:
        self._programs = programs
        self.pid, self.stdout, self.stderr = pid, stdout, stderr
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._ended(os.WNOHANG)

    def wait(self) -> int:
        code = self._ended(0)
        assert code is not None
        return code

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def communicate(self) -> tuple[str, str]:
        """Wait for its end; what it printed, which is little."""
        with self:
            return self.stdout.read(), self.stderr.read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stdout.close()
        self.stderr.close()
        self.wait()

    def _ended(self, options: int) -> int | None:
        if self.returncode is None:
            self.returncode = self._programs.asked("wait", self.pid, options)
        return self.returncode


class Programs:
    """Starts processes: modules with a `main()` that reads `sys.argv`."""

    def __init__(self) -> None:
        self._near, far = socket.socketpair()
        command = [sys.executable, "-m", __name__, str(far.fileno())]
        environment = {**os.environ, "LANG": "C"}
        self._server = subprocess.Popen(command, cwd=ROOT, env=environment, pass_fds=[far.fileno()])
        far.close()

    def start(self, module: str, *arguments: object, largest_file: int | None = None) -> Running:
        """Start a process, which may write no file larger than so many bytes."""
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        pid = self.asked("start", [module, *map(str, arguments)], largest_file, ends=(out_end, err_end))
        os.close(out_end)
        os.close(err_end)
        return Running(self, pid, os.fdopen(out), os.fdopen(err))

    def asked(self, *request: object, ends: Sequence[int] = ()) -> Any:
        socket.send_fds(self._near, [json.dumps(request).encode()], ends)
        return json.loads(self._near.recv(_MOST))

    def close(self) -> None:
        self._near.close()
        self._server.wait()


def main() -> None:
    """Fork for whoever has the other end of the socket, as long as there is somebody."""
    with socket.socket(fileno=int(sys.argv[1])) as near:
        for name in _LOADED:
            importlib.import_module(name)
        while True:
            request, ends, _, _ = socket.recv_fds(near, _MOST, 2)
            if not request:
                return
            task, *more = json.loads(request)
            if task == "wait":
                pid, status = os.waitpid(more[0], more[1])
                near.send(json.dumps(os.waitstatus_to_exitcode(status) if pid else None).encode())
                continue
            if pid := os.fork():
                for end in ends:
                    os.close(end)
                near.send(json.dumps(pid).encode())
                continue
            break
    _become(*more, *ends)


def _become(arguments: list[str], largest_file: int | None, out: int, err: int) -> None:
    """Be the program that was asked for, until this process ends."""
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.close(out)
    os.close(err)
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    sys.argv = arguments
    code: object = 0
    try:
        importlib.import_module(arguments[0]).main()
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    # At once: libraries would look for threads that they had before the fork.
    os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    main()
