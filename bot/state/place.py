"""Where the state is: its database's address, and its file where that is SQLite's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from warehouse.messages import Mistake


@dataclass(frozen=True)
class StatePlace:
    """A database. `file` is None for any that is not a file of SQLite's."""

    address: sa.URL
    file: Path | None

    @property
    def lock(self) -> Path | None:
        """Held beside others by whoever has the state open, and alone by who puts another one in its place."""
        return self.file and self.file.with_name(self.file.name + ".lock")


def place_of(url: str, root: Path) -> StatePlace:
    """What a URL names; a relative SQLite path lies in the project. Raises Mistake if it names nothing."""
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        example = "sqlite:///state/svodka.db"
        raise Mistake("state.url is not a database address: write it like {example}.", example=example) from None
    if address.get_backend_name() != "sqlite" or not address.database or address.database == ":memory:":
        return StatePlace(address, None)
    file = root / address.database
    return StatePlace(address.set(database=str(file)), file)
