"""Settings of the editorial desk: who writes which column, who decides, and when they are reminded."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.config.table import ConfigTable


class EditorialConfig(ConfigTable):
    chats: tuple[str, ...] = ()
    """The editors' chats: drafts go there, and whoever is in them may decide. telegram:-100123 or slack:C024BE7LH."""
    remind_days: Annotated[int, Field(ge=0, le=14)] = 2
    """Days before an issue on which those are reminded who owe a column; 0: nobody is."""
    remind_at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "10:00"
    """At what time on that day, by the centre's clock."""


class DepartmentConfig(ConfigTable):
    key: str
    """The department's name in commands: /story support."""
    title: str
    """How it is called; the title of a column that gives none."""
    aliases: tuple[str, ...] = ()
    """Other names for it in commands."""
    people: tuple[str, ...] = ()
    """Who owes its column and may write it: telegram:12345 or slack:U024BE7LH."""
    order: int | None = None
    """Its place among the columns, as `order` of a file is; as the departments are listed, if not given."""
