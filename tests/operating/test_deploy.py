"""The image, the compose file and the unit say the same as the program and its settings."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import duckdb
import yaml

from bot.channels.registry import PLATFORMS
from bot.config import config_class
from bot.service import LAST_S
from bot.state.database import newest
from tests.bot.conftest import Run, run  # noqa: F401  # the program in a directory of its own
from tests.operating.living import ROOT
from tests.reference import settings

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
UNIT = (ROOT / "deploy" / "svodka.service").read_text("utf-8")


def instructions(name: str, text: str = DOCKERFILE) -> list[str]:
    joined = text.replace("\\\n", " ")
    return [line.removeprefix(name).strip() for line in joined.splitlines() if line.startswith(f"{name} ")]


def image_environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for line in instructions("ENV") for pair in line.split())


def option(name: str) -> list[str]:
    return [value for key, value in (line.split("=", 1) for line in UNIT.splitlines() if "=" in line) if key == name]


def test_the_image_runs_as_nobody_special_with_its_data_in_one_volume() -> None:
    last = DOCKERFILE[DOCKERFILE.rindex("FROM ") :]
    (user,) = instructions("USER", last)
    assert user == "svodka"
    # Everything that needs rights happens before, and nothing is installed in the stage that is kept.
    assert last.index("useradd") < last.index("USER svodka") < last.index("VOLUME /data")
    assert "pip" not in last
    assert "group dev" not in DOCKERFILE
    assert image_environment()["SVODKA_HOME"] == "/data"
    assert instructions("ENTRYPOINT", last) == ['["svodka"]']
    assert instructions("CMD", last) == ['["run"]']


def test_the_image_and_the_project_want_the_same_python() -> None:
    versions = set(re.findall(r"python:(\d+\.\d+)-slim", DOCKERFILE))
    assert len(versions) == 1
    assert f"on Python {versions.pop()}" in (ROOT / "constraints.txt").read_text("utf-8")


def test_what_the_image_is_made_of_is_let_into_its_context() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    wanted = [name for line in instructions("COPY") if "--from" not in line for name in line.split()[:-1]]
    assert ignored[0] == "*"
    assert {f"!{name}" for name in wanted} == {line for line in ignored if line.startswith("!")}
    assert all((ROOT / name).exists() for name in wanted)


def test_the_image_asks_the_bot_where_it_listens() -> None:
    (check,) = instructions("HEALTHCHECK")
    assert check.endswith('CMD ["svodka", "health"]')
    assert "health.listen" in dict(settings(config_class(), ""))
    assert "SVODKA_HEALTH__LISTEN" in image_environment()


def test_compose_gives_the_bot_little_and_keeps_what_it_writes() -> None:
    bot = COMPOSE["services"]["bot"]
    assert bot["read_only"] is True
    assert (bot["cap_drop"], bot["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
    assert bot["volumes"] == ["data:/data"]
    assert image_environment()["MPLCONFIGDIR"].startswith(bot["tmpfs"][0])
    assert float(bot["stop_grace_period"].removesuffix("s")) >= LAST_S + 5
    for service in COMPOSE["services"].values():
        assert {named.split(":")[0] for named in service["volumes"] if not named.startswith(".")} <= set(
            COMPOSE["volumes"]
        )
        assert set(service["secrets"]) <= set(COMPOSE["secrets"])


def test_tokens_come_as_files_that_the_program_knows() -> None:
    files = {f"{name}_FILE" for platform in PLATFORMS.values() for name in platform.tokens}
    in_compose = {line.strip("# ").split(":")[0] for line in (ROOT / "compose.yaml").read_text().splitlines()}
    assert {name for name in in_compose if name.endswith("TOKEN_FILE")} <= files
    given = COMPOSE["services"]["bot"]["environment"]
    assert {name: Path(path).name for name, path in given.items()} == {"TELEGRAM_BOT_TOKEN_FILE": "telegram_bot_token"}
    assert set(re.findall(r"Environment=(\w+TOKEN_FILE)", UNIT)) <= files
    # Each credential that is loaded is named, also where both lines are still commented out.
    loaded = re.findall(r"LoadCredential=([\w-]+):", UNIT)
    assert loaded == re.findall(r"_FILE=%d/([\w-]+)", UNIT)


def test_the_unit_is_one_that_systemd_reads() -> None:
    parser = RawConfigParser(strict=False)
    parser.read_string(UNIT)
    assert parser.sections() == ["Unit", "Service", "Install"]
    assert option("ProtectSystem") == ["strict"]
    assert option("Restart") == ["on-failure"]
    assert option("Type") == ["notify"]
    assert float(option("TimeoutStopSec")[0]) >= LAST_S + 5
    state = option("StateDirectory")[0]
    assert option("ExecStart")[0].endswith(f"svodka run --home /var/lib/{state}")


def test_the_example_warehouse_can_be_imported(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    with duckdb.connect() as warehouse:
        warehouse.execute((ROOT / "deploy" / "warehouse" / "calls.sql").read_text("utf-8"))
        # psql writes t and f.
        shown = "SELECT * REPLACE (left(answered::text, 1) AS answered) FROM phone_calls"
        warehouse.execute(f"COPY ({shown}) TO '{tmp_path / 'calls.csv'}' (HEADER)")
    assert run("init", "--language", "en").code == 0
    mapping = str(ROOT / "deploy" / "calls.toml")
    said = run("import", "calls", "calls.csv", "--mapping", mapping).out
    assert said.startswith("Read 4: added 4, updated 0, unchanged 0, rejected 0.")
    figures = run("figures", "calls", "sl", "--line", "inhouse", "--period", "2026-06-15").out
    # Three calls, two of them answered within 30 seconds.
    assert figures.replace("\xa0", " ") == "Inbound calls: 3\nService level: 67% / 30 s\n"


def test_the_wheel_has_what_a_state_and_the_words_need(tmp_path: Path) -> None:
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    made = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    with zipfile.ZipFile(tmp_path / made.stdout.split()[-1]) as wheel:
        names = set(wheel.namelist())
    assert {"bot/state/migrations/env.py", "digests/locale/ru/LC_MESSAGES/svodka.mo"} <= names
    assert any(name.startswith(f"bot/state/migrations/versions/{newest()}_") for name in names)
    shipped = {
        path.relative_to(ROOT).as_posix()
        for package in ("bot", "charts", "digests", "metrics", "warehouse")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert shipped - names == set()
    assert not any(name.startswith("tests/") for name in names)
