"""What the tables of `svodka.toml` are made of, wherever a part of the program has one."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

FILE = "svodka.toml"


class ConfigTable(BaseModel):
    """A table of the configuration: unknown settings are refused, every setting has a word about it.

    pydantic could read these words, too; it would read the program's sources whenever the program starts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
