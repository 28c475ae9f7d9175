"""The shape that every table of `svodka.toml` has."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

FILE = "svodka.toml"


class ConfigTable(BaseModel):
    """A table of the configuration: unknown settings are refused, every setting has a word about it."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
