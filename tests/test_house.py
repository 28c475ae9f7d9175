"""The house is as the documents say: listed packages, no addresses, two commands."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_every_top_level_package_is_listed_everywhere() -> None:
    packages = sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests")

    assert sorted(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == packages
    assert sorted(PROJECT["tool"]["importlinter"]["root_packages"]) == packages
    assert sorted(PROJECT["tool"]["mypy"]["packages"]) == packages
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    assert all(f"COPY {package} {package}\n" in dockerfile for package in packages)


def test_every_package_of_ours_is_tried_in_one_exact_version() -> None:
    pinned = (ROOT / "constraints.txt").read_text("utf-8")
    names = {line.split("==")[0].lower().replace("_", "-") for line in pinned.splitlines() if "==" in line}
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]

    assert {re.split(r"[\[>=<]", each)[0].lower().replace("_", "-") for each in wanted} - names == set()
    assert "://" not in pinned


def test_no_file_names_a_machine_or_an_index() -> None:
    pattern = re.compile(r"(^|[^A-Za-z0-9_.])/(home|root|Users|work)/[a-z]|index[-_]url *=|files\.pythonhosted", re.M)
    found = [
        path.relative_to(ROOT).as_posix()
        for path in tracked()
        if path.suffix not in (".png", ".mo", ".ttf")
        and path != Path(__file__)
        and pattern.search(path.read_text("utf-8"))
    ]
    assert found == []


GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
TERMS = dict(re.findall(r"^\| ([A-Z]\w+) \| `([\w.]+)` \|", GLOSSARY, re.MULTILINE))


@pytest.mark.parametrize("term", TERMS)
def test_a_word_of_the_glossary_is_the_name_of_what_it_says(term: str) -> None:
    module, _, name = TERMS[term].rpartition(".")

    assert name == term
    assert hasattr(import_module(module), name)


def test_a_class_has_its_name_for_itself() -> None:
    """But for what every channel has: its sender, its listener, its limits."""
    classes = [
        (node.name, path.relative_to(ROOT).as_posix())
        for package in PROJECT["tool"]["mypy"]["packages"]
        for path in (ROOT / package).rglob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    named = Counter(name for name, file in classes if not file.startswith("bot/channels/slack/"))

    assert [each for each in classes if named[each[0]] > 1] == []


def test_a_word_of_the_glossary_is_told_once() -> None:
    first = re.findall(r"^\| ([\w ,-]+?) \|", GLOSSARY, re.MULTILINE)
    assert [word for word, times in Counter(first).items() if times > 1 and word not in ("word", "---")] == []


def test_no_files_import_each_other_in_a_circle() -> None:
    packages = PROJECT["tool"]["mypy"]["packages"]
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for package in packages
        for path in (ROOT / package).rglob("*.py")
    }
    needs: dict[str, set[str]] = {}
    for module, path in files.items():
        imported = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.ImportFrom)]
        named = {f"{node.module}.{alias.name}" for node in imported for alias in node.names}
        needs[module] = {each if each in files else each.rpartition(".")[0] for each in named} & files.keys() - {module}

    TopologicalSorter(needs).prepare()  # raises where there is a circle


def test_the_bot_loads_what_few_need_with_the_first_who_needs_it() -> None:
    heavy = ("aiohttp", "alembic", "jinja2", "matplotlib", "numpy", "pandas")
    code = f"""if True:
        import sys, bot.service, bot.cli.app, bot.cli.digest, bot.channels.files.send, metrics.frames
        print(*(each for each in {heavy} if each in sys.modules))
    """
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == []
