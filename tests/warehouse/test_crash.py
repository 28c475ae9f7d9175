"""Whatever happens to an import, the lake is in the state before it or in the state after it.

Started as a process of its own, this file is another writer, or the readers.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

import pytest
import sqlalchemy as sa

from tests.program import Programs, Running
from warehouse import lake as lakes
from warehouse.ingest.load import import_file
from warehouse.lake import Lake
from warehouse.manifest import DataFile, Gap, Manifest, TableState, from_json, to_json
from warehouse.messages import UserError
from warehouse.records import LakeRecords
from warehouse.schema import CALLS
from warehouse.upkeep import drop, verify
from warehouse.workspace import workspace

ROWS = 200
"""Rows a month of every version of the records; there are two months."""


def write_version(root: Path, number: int) -> Path:
    """A file that changes every row there is and adds one row a month: a mix of two versions shows."""
    path = root / f"version-{number}.csv"
    lines = ["call_id,direction,line,started_at,outcome,talk_s"]
    for month in (5, 6):
        for row in range(ROWS + number):
            moment = f"2026-0{month}-{1 + row % 28:02} {row % 24:02}:00:00"
            lines.append(f"{month}-{row},in,rent,{moment},answered,{number}")
    path.write_text("\n".join(lines) + "\n")
    return path


def bring(root: Path, number: int) -> None:
    root.parent.mkdir(exist_ok=True)
    file = write_version(root.parent, number)
    import_file(Lake(root), CALLS, file, timezone="UTC", rejects_dir=root.parent, scratch=root.parent / "scratch")


def version(records: LakeRecords) -> int:
    """Which version is there, counted and summed over its rows; 0 if there are no records."""
    c = CALLS.c
    (row,) = records.rows(
        sa.select(sa.func.count(), sa.func.sum(c.talk_s), sa.func.min(c.talk_s), sa.func.count(c.call_id.distinct()))
    )
    number = int(row[2] or 0)
    expected = 2 * (ROWS + number) if number else 0
    assert (row[0], int(row[1] or 0), row[3]) == (expected, expected * number, expected)
    return number


def whole(root: Path) -> int:
    """The lake's version, after a look at every file of it."""
    assert [str(problem.message) for problem in verify(Lake(root)).problems] == []
    return version(Lake(root).open())


@contextmanager
def process(programs: Programs, *arguments: object) -> Iterator[Running]:
    """Another process of ours, ready to begin when this begins."""
    with programs.start(__name__, *arguments) as other:
        try:
            if other.stdout.readline() != "ready\n":
                pytest.fail(other.stderr.read())
            yield other
        finally:
            other.kill()


def test_at_every_step_of_a_commit_what_is_on_disk_is_one_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, taken = tmp_path / "records", list[Path]()
    bring(root, 1)

    def remember() -> None:
        taken.append(tmp_path / f"step-{len(taken)}" / "records")
        shutil.copytree(root, taken[-1])

    sync, move = lakes.sync, Path.replace

    def synced(path: Path) -> None:
        remember()
        sync(path)

    def moved(path: Path, target: Path) -> Path:
        remember()
        result = move(path, target)
        remember()
        return result

    with monkeypatch.context() as patched:
        patched.setattr(lakes, "sync", synced)
        patched.setattr(Path, "replace", moved)
        bring(root, 2)

    found = [whole(step) for step in taken]
    assert found == sorted(found)
    assert set(found) == {1, 2}
    for step in (taken[0], taken[found.index(2) - 1], taken[-1]):
        bring(step, 3)
        assert whole(step) == 3


def test_a_second_import_hears_who_is_first_until_that_one_is_dead(tmp_path: Path, programs: Programs) -> None:
    root = tmp_path / "records"
    bring(root, 1)
    with process(programs, "hold", root) as holder:
        with pytest.raises(UserError, match=rf"Another import \(process {holder.pid}\)"):
            bring(root, 2)
        holder.kill()
        holder.wait()
        bring(root, 2)
    assert whole(root) == 2


def test_a_workspace_is_left_alone_while_its_process_lives_and_goes_soon_after(tmp_path: Path) -> None:
    def aged(path: Path, seconds: float) -> Path:
        os.utime(path, (0, time.time() - seconds))
        return path

    with workspace(tmp_path) as held:
        aged(held, 10 * 24 * 3600)
        dead, born = tmp_path / ".import-dead", tmp_path / ".import-born"
        for path in (dead, born):
            path.mkdir()
        aged(dead, 120)
        with workspace(tmp_path) as own:
            assert set(tmp_path.iterdir()) == {held, born, own}
    assert list(tmp_path.iterdir()) == [born]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KB for the records alone."""
    root = tmp_path / "records"
    root.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(root)], capture_output=True).returncode:
        pytest.skip("only root can make a small disk")
    yield root
    subprocess.run(["umount", str(root)], check=True)


def test_a_full_disk_is_said_and_changes_nothing(small_disk: Path) -> None:
    bring(small_disk, 1)
    files = sorted(small_disk.rglob("*"))
    disk = os.statvfs(small_disk)
    (small_disk / "photos").write_bytes(b"." * (disk.f_bavail - 1) * disk.f_bsize)

    with pytest.raises(UserError, match=r"The disk with .* is full: the records are as they were\."):
        bring(small_disk, 2)

    (small_disk / "photos").unlink()
    # What the failed import had written is gone too: it was the last thing that disk needed.
    assert sorted(small_disk.rglob("*")) == files
    assert whole(small_disk) == 1


def test_a_disk_that_only_gives_is_said_and_read_as_ever(small_disk: Path) -> None:
    bring(small_disk, 1)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    with pytest.raises(UserError, match="cannot be written: it can only be read"):
        bring(small_disk, 2)
    assert whole(small_disk) == 1


@pytest.mark.parametrize("step", range(5))
def test_a_disk_that_fills_up_during_the_commit_is_said_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    root, steps = tmp_path / "records", iter(range(100))
    bring(root, 1)
    sync = lakes.sync

    def full(path: Path) -> None:
        if next(steps) == step:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(path)

    with monkeypatch.context() as patched:
        patched.setattr(lakes, "sync", full)
        with pytest.raises(UserError, match="is full"):
            bring(root, 2)

    assert whole(root) == 1
    assert len(list(root.glob("*/*.parquet"))) == 2
    assert list(root.glob(".manifest*")) == []


def test_a_directory_that_takes_no_writing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "records"
    bring(root, 1)

    def refused(*_: object, **__: object) -> IO[str]:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    with monkeypatch.context() as patched:
        # Root may write anywhere, so what the system would say to others is put in its mouth.
        patched.setattr(Path, "mkdir", refused)
        with pytest.raises(UserError, match="cannot be written: that is not permitted"), Lake(root).writing():
            pass
    assert whole(root) == 1


@pytest.mark.parametrize("damage", ["missing", "cut", "empty", "scribbled"])
def test_a_damaged_file_is_named_and_its_month_can_be_imported_again(tmp_path: Path, damage: str) -> None:
    root = tmp_path / "records"
    bring(root, 1)
    june = Lake(root).manifest().table("calls").files[1]
    path = root / june.path
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        path.write_bytes(content[:4] + b"\xff" * (len(content) // 2) + content[4 + len(content) // 2 :])

    named = rf"The records of calls for 2026-06 cannot be read: {june.path} is missing or damaged\."
    with pytest.raises(UserError, match=named):
        version(Lake(root).open())
    # An import must not take part of a month for the whole of it.
    with pytest.raises(UserError, match=named):
        bring(root, 1)

    (problem,) = verify(Lake(root)).problems
    assert (problem.table, problem.file.month) == ("calls", "2026-06")
    assert drop(Lake(root), [problem]) == 1
    bring(root, 1)
    assert whole(root) == 1


def test_a_damaged_manifest_is_said(tmp_path: Path) -> None:
    root = tmp_path / "records"
    bring(root, 1)
    for text in (
        "",
        '{"format": 1, "tab',
        "[]",
        "null",
        '{"format": 1}',
        '{"format": "new", "tables": {}}',
        "\x00\x00",
    ):
        (root / "manifest.json").write_text(text)
        with pytest.raises(UserError, match=r"The file manifest\.json of the records is damaged"):
            Lake(root).open()
        with pytest.raises(UserError, match=r"The file manifest\.json of the records is damaged"):
            bring(root, 2)


def test_records_of_a_newer_program_are_refused() -> None:
    with pytest.raises(UserError, match="written by a newer Svodka"):
        from_json('{"format": 2, "tables": {"calls": "who knows"}}')


def test_what_an_older_program_wrote_is_read(tmp_path: Path) -> None:
    """Without what it did not know; a file called by bytes that are no text is half a surrogate to Python."""
    older = (
        '{"format": 1, "tables": {"calls": {"files": [{"path": "calls/a.parquet", "month": "2026-06", "rows": 2, '
        '"first": "2026-06-01T10:00:00", "last": "2026-06-02T10:00:00.500000", "filled": ["line"], "lines": ["a"]}], '
        '"complete_to": null, "gaps": [{"source": "caf\\udce9.csv", "rows": 1, "read": 3, "lost": 0, "first": null, '
        '"last": null, "lines": []}]}}}'
    )
    first, last = datetime(2026, 6, 1, 10), datetime(2026, 6, 2, 10, 0, 0, 500000)
    file = DataFile("calls/a.parquet", "2026-06", 2, first, last, ("line",), ("a",))
    manifest = Manifest({"calls": TableState((file,), None, (Gap("caf\udce9.csv", 1, 3, 0, None, None),))})
    assert from_json(older) == from_json(to_json(manifest)) == manifest


def test_a_reader_older_than_the_files_it_reads_is_told_to_ask_again(tmp_path: Path) -> None:
    root = tmp_path / "records"
    bring(root, 1)
    old = Lake(root).open()
    bring(root, 2)
    for path in root.glob("*/*.parquet"):
        os.utime(path, (0, datetime(2020, 1, 1).timestamp()))
    bring(root, 3)

    with pytest.raises(UserError, match="ask again"):
        version(old)


def main() -> None:
    """The other processes of these stories."""
    _, task, place, *more = sys.argv
    root = Path(place)
    if task == "hold":
        with Lake(root).writing():
            print("ready", flush=True)
            time.sleep(60)
    readers = range(int(more[0]))
    looked, look = os.pipe()
    for _ in readers:
        if os.fork() == 0:
            seen = [version(Lake(root).open())]
            os.write(look, b".")
            while not (root.parent / "stop").exists():
                time.sleep(0.2)
                seen.append(version(Lake(root).open()))
            seen.append(version(Lake(root).open()))
            os.write(sys.stdout.fileno(), (" ".join(map(str, seen)) + "\n").encode())
            os._exit(0)
    os.close(look)
    # Each has looked once before the others begin to write.
    assert b"".join(os.read(looked, 1) for _ in readers) == b"." * len(readers)
    print("ready", flush=True)
    failed = [status for _, status in (os.wait() for _ in readers) if status]
    sys.exit(len(failed))
