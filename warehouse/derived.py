"""What follows from the records alone is derived once and lies beside them: the lives of deals, chains of contacts.

The files of the lake never change under their names. So what a statement makes of them is known by its words and by the
names of the files that it is over, and a file of its rows holds until one of these changes. What nobody asks for any
more is swept away with other files that no manifest names.

Some of it is derived by months: what is known of a contact of March does not change with the calls of June, so that a
month that is over, with what follows it, has one file for good.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Any, cast

import sqlalchemy as sa

DIRECTORY = "derived"
_MAKING = RLock()
"""One at a time: who wants the same waits for it. What is derived may be derived from what is."""
_WAITING: list[Callable[[], AbstractContextManager[None]]] = [nullcontext]
"""What goes on meanwhile, for who waits."""


Moments = Mapping[str, datetime]
"""A statement's parameters by name. UTC."""
OfMonth = Callable[[datetime, datetime, Moments], Moments]
"""From a month's beginning and end, and a statement's moments, those of the rows of that month."""
BY_MONTHS = "at"
"""The column by which a row that is derived by months is in one."""


def derived(name: str, rows: sa.Select[Any], of_month: OfMonth | None = None) -> sa.Table:
    """Return rows that depend on nothing but the records and `now` as a table, for records that hold such.

    `of_month`: the rows are those of one month by their column `at`, and it says which moments they are of.
    """
    columns = (sa.Column(column.name, column.type) for column in rows.selected_columns)
    return sa.Table(name, sa.MetaData(), *columns, info={_ROWS: rows, _OF_MONTH: of_month})


def kept(name: str, rows: sa.Select[Any]) -> sa.Select[Any]:
    """Return rows out of the table that is derived of them: a report that asks for them ten times makes them once."""
    return sa.select(derived(name, rows))


_ROWS, _OF_MONTH = "rows", "of_month"


def rows_of(table: object) -> sa.Select[Any] | None:
    """Return what a derived table is made of; None for any other element of a statement."""
    return cast("sa.Select[Any] | None", table.info.get(_ROWS)) if isinstance(table, sa.Table) else None


def of_month_of(table: sa.Table) -> OfMonth | None:
    """Return which moments the months of a derived table are of; None where it is whole."""
    return cast("OfMonth | None", table.info[_OF_MONTH])


def months_between(first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the months from one instant up to and with that of another, each with its end."""
    start = first.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while start <= last:
        end = (start + timedelta(days=31)).replace(day=1)
        yield start, end
        start = end


LASTING = ".lasting.parquet"
"""How the name of a file ends whose rows no import of these days changes; `LASTS_S` it is kept while nobody asks."""
LASTS_S = 35 * 86_400.0
UNDER_WAY = timedelta(days=32)
"""A month that was settled this long ago has no neighbour that still gets records each day."""


def derived_file(
    root: Path, name: str, words: str, write: Callable[[Path], None], *, lasting: bool = False
) -> Path | None:
    """Return the file of what these words make, which `write` writes first if there is none.

    None if nothing can be written: the disk is full, or not ours.
    """
    ending = LASTING if lasting else ".parquet"
    path = root / DIRECTORY / f"{name}-{hashlib.sha256(words.encode()).hexdigest()[:32]}{ending}"
    with _MAKING:
        if _used(path):
            return path
        new = path.with_suffix(f".{os.getpid()}.parquet")
        try:
            path.parent.mkdir(exist_ok=True)
            with _WAITING[0]():
                write(new)
            _sync(new)  # else a machine that stops could leave a name without its rows
            _name(new, path)
        except OSError:
            return None
        finally:
            with suppress(OSError):
                new.unlink(missing_ok=True)
    return path


def while_making(waiting: Callable[[], AbstractContextManager[None]]) -> None:
    """Say what goes on in this process while a file is made: somebody waits for it."""
    _WAITING[:] = [waiting]


def _name(new: Path, path: Path) -> None:
    """Give a file its name, unless another process did so meanwhile: who reads that one goes on reading it."""
    try:
        os.link(new, path)
    except FileExistsError:
        return
    except OSError:  # a disk without links
        new.replace(path)


def drop_damaged(root: Path, is_readable: Callable[[Path], bool]) -> bool:
    """Remove derived files that cannot be read, to be made anew, and say whether there were any."""
    with _MAKING:
        damaged = [path for path in (root / DIRECTORY).glob("*.parquet") if not is_readable(path)]
        for path in damaged:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        return any(not path.exists() for path in damaged)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _used(path: Path) -> bool:
    """Say that a file is still asked for, if it is there."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    except OSError:
        return path.exists()  # another user's, who keeps it
    return True
