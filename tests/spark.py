"""Spark for the tests: its Thrift server, which speaks the wire of Hive's, over tables in Parquet files."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

_STARTS_S = 120
_SERVER = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"


@contextmanager
def spark(cores: int = 2) -> Iterator[str]:
    """The SQLAlchemy URL of an empty database. Skips where there is no Spark or Java, unless engines are required."""
    pytest.importorskip("pyhive.hive")
    home = _home()
    if home is None or shutil.which("java") is None:
        if os.environ.get("SVODKA_REQUIRE_SPARK"):
            pytest.fail("Spark (pyspark) or Java is not installed")
        pytest.skip("Spark (pyspark) or Java is not installed")
    with tempfile.TemporaryDirectory() as directory, socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        taken.close()
        settings = {
            "spark.sql.catalogImplementation": "in-memory",
            "spark.sql.warehouse.dir": f"{directory}/warehouse",
            "spark.sql.shuffle.partitions": "1",
            "spark.sql.session.timeZone": "UTC",
            # Of so few rows, compiling a plan would take longer than carrying it out.
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.adaptive.enabled": "false",
            "spark.ui.enabled": "false",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
        }
        hive = {
            "hive.server2.thrift.port": str(port),
            "hive.server2.thrift.bind.host": "127.0.0.1",
            "hive.server2.authentication": "NOSASL",
        }
        command = [str(home / "bin/spark-submit"), "--class", _SERVER, "--master", f"local[{cores}]"]
        command += [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
        command += ["--driver-memory", "1g", "spark-internal"]
        command += [word for name, value in hive.items() for word in ("--hiveconf", f"{name}={value}")]
        environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
        with (Path(directory) / "log").open("wb") as log:
            process = subprocess.Popen(
                command, env=environment, cwd=directory, stdout=log, stderr=log, start_new_session=True
            )
        try:
            until = time.monotonic() + _STARTS_S
            while True:
                with suppress(OSError):
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                if process.poll() is not None or time.monotonic() > until:
                    pytest.fail("Spark does not start: " + (Path(directory) / "log").read_text("utf-8")[-2000:])
                time.sleep(0.5)
            yield f"hive://reader@127.0.0.1:{port}/default?auth=NOSASL"
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _home() -> Path | None:
    """Where pyspark lies; without loading it."""
    from importlib.util import find_spec

    found = find_spec("pyspark")
    return Path(found.origin).parent if found and found.origin else None
