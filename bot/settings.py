"""What the tables of `svodka.toml` are made of, wherever a part of the program has one."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

FILE = "svodka.toml"


class ConfigTable(BaseModel):
    """A table of the configuration: unknown settings are refused, every setting has a word about it."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
