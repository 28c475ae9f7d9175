"""The program as people run it, killed and hindered: the records are as they were, or as they were to be.

SVODKA_KILLS says how many imports are killed at a random moment: 2 if nothing is said, 200 by `make crash`.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.program import SVODKA, Programs, Running
from tests.warehouse.test_crash import bring, process, whole, write_version
from warehouse.lake import Lake

KILLS = int(os.environ.get("SVODKA_KILLS", "2"))


class Home:
    """A project, and the program run on it in processes of its own."""

    def __init__(self, root: Path, programs: Programs) -> None:
        self.root = root
        self._programs = programs
        self.records = root / "records"
        (root / "svodka.toml").write_text('[centre]\ntimezone = "UTC"\nlanguage = "en"\n')

    def start(self, *arguments: object, **limits: int) -> Running:
        """A command under way."""
        return self._programs.start(SVODKA, *arguments, "--home", self.root, **limits)

    def done(self, *arguments: object) -> str:
        """What a command prints that does what it is told."""
        running = self.start(*arguments)
        out, err = running.communicate()
        assert (running.returncode, err) == (0, "")
        return out

    def refused(self, *arguments: object, **limits: int) -> str:
        """The one sentence of a command that does not."""
        running = self.start(*arguments, **limits)
        out, err = running.communicate()
        assert (running.returncode, out, err.count("\n")) == (1, "", 1), err
        return err

    def version(self, number: int) -> tuple[object, ...]:
        """The arguments that import a version of the records."""
        return ("import", "calls", write_version(self.root, number))

    def left(self) -> set[Path]:
        """What is on the disk beside the files that the manifest names."""
        named = {self.records / file.path for file in Lake(self.records).manifest().table("calls").files}
        standing = {self.records / "manifest.json", self.records / ".lock", self.records / "calls"}
        return {*self.records.glob("*"), *self.records.glob("calls/*")} - named - standing


@pytest.fixture
def home(tmp_path: Path, programs: Programs) -> Home:
    return Home(tmp_path, programs)


def begun(home: Home, importer: Running) -> None:
    """Wait until an import has something on the disk, or is over."""
    known = set(home.records.glob(".import-*"))
    while importer.poll() is None and not set(home.records.glob(".import-*")) - known:
        time.sleep(0.001)


def test_killed_at_any_moment_the_records_are_whole_and_the_next_import_goes_on(home: Home) -> None:
    """One in four is killed while it starts, the others at their work, which leaves more behind."""
    chance, reached, killed = random.Random(1), 0, 0
    # How long it starts and works, as short as was ever seen: the machine may be busy with something else now.
    starting = working = 60.0
    for number in range(-1, KILLS):
        undisturbed = number < 0
        with home.start(*home.version(reached + 1)) as importer:
            start = time.monotonic()
            if number % 4:
                begun(home, importer)
                starting, start = min(starting, time.monotonic() - start), time.monotonic()
            if not undisturbed:
                time.sleep(chance.uniform(0, working if number % 4 else starting))
                importer.kill()
            done = importer.wait() == 0
        if done:
            working = min(working, time.monotonic() - start)
        killed += not done
        found = whole(home.records)
        assert found in ({reached + 1} if done else {reached, reached + 1})
        reached = found
    assert killed > 0

    left = home.left()
    for path in left:
        os.utime(path, (0, 0))
    assert home.done(*home.version(reached + 1)).startswith("Read ")
    assert whole(home.records) == reached + 1
    assert home.done("lake", "verify") == f"All is whole. Files: 2, rows: {2 * (200 + reached + 1)}.\n"
    assert home.left() & left == set()
    assert not list(home.records.glob(".*.*"))


def test_killed_again_and_again_before_it_can_end_an_import_leaves_no_more_than_its_last_tries(home: Home) -> None:
    """As where every import needs more memory than the machine has."""
    home.done(*home.version(1))
    for number in range(2):
        with home.start(*home.version(2)) as importer:
            begun(home, importer)
            importer.kill()
        orphan = home.records / "calls" / f"2026-05-{number}.parquet"
        orphan.write_bytes(b"what it had written of a month")
        left = home.left()
        assert len(list(home.records.glob(".import-*"))) <= 1
        for path in left:
            os.utime(path, (0, 0))
    home.done(*home.version(1))
    assert home.left() == set()


@pytest.fixture
def disk(home: Home) -> Iterator[Path]:
    """A disk of a megabyte for the records, with the first version on it."""
    home.records.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(home.records)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root can make a small disk")
    bring(home.records, 1)
    yield home.records
    subprocess.run(["umount", str(home.records)], check=True)


@pytest.mark.parametrize("pages", [0, 3])
def test_on_a_full_disk_one_sentence_and_nothing_changed(home: Home, disk: Path, pages: int) -> None:
    """However far the import comes with the pages that are left."""
    files, room = sorted(disk.rglob("*")), os.statvfs(disk)
    photos = disk / "photos"
    photos.write_bytes(b"." * (room.f_bavail - 1 - pages) * room.f_bsize)

    assert home.refused(*home.version(2)) == (
        f"The disk with {disk} is full: the records are as they were. Make room and run it again.\n"
    )

    photos.unlink()
    assert sorted(disk.rglob("*")) == files
    assert whole(disk) == 1
    bring(disk, 2)
    assert whole(disk) == 2


def test_on_a_disk_that_only_gives_one_sentence(home: Home, disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)

    assert "cannot be written: it can only be read." in home.refused(*home.version(2))
    assert "rows" in home.done("lake", "status")
    assert whole(disk) == 1


@pytest.mark.parametrize("blocks", [0, 8])
def test_where_files_may_not_grow_one_sentence_and_nothing_changed(home: Home, blocks: int) -> None:
    """A limit of so many half kilobytes for a file."""
    bring(home.records, 1)
    files = home.left()

    assert "cannot be written: " in home.refused(*home.version(2), largest_file=512 * blocks)
    assert (home.left(), whole(home.records)) == (files, 1)


def test_of_two_imports_at_once_one_waits_for_nobody_and_the_other_is_told(home: Home, programs: Programs) -> None:
    bring(home.records, 1)
    with process(programs, "hold", home.records) as holder:
        assert home.refused(*home.version(2)) == (
            f"Another import (process {holder.pid}) is writing these records: wait until it is done.\n"
        )
    versions = (2, 3)
    running = [home.start(*home.version(number)) for number in versions]
    said = [each.communicate()[1] for each in running]
    done = [number for number, each in zip(versions, running, strict=True) if each.returncode == 0]
    assert done
    assert all(not text or text.startswith("Another import (process ") for text in said)
    # Version 3 has all the rows of version 2: in whatever order they came, no row is lost.
    assert Lake(home.records).manifest().table("calls").rows == 2 * (200 + max(done))


def test_beside_six_processes_that_read_an_import_goes_on_and_each_sees_one_state(
    home: Home, programs: Programs
) -> None:
    bring(home.records, 1)
    with process(programs, "read", home.records, 6) as readers:
        for number in (2, 3):
            home.done(*home.version(number))
        (home.root / "stop").touch()
        seen = [[int(word) for word in line.split()] for line in readers.stdout.read().splitlines()]
        assert readers.wait() == 0, readers.stderr.read()

    assert len(seen) == 6
    assert all(versions == sorted(versions) and versions[-1] == 3 for versions in seen)
    assert any(len(set(versions)) > 1 for versions in seen)
