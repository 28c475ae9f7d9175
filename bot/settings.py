"""What the tables of `svodka.toml` are made of; and tokens, which stand in the environment or in files, never there.

Nothing that goes through `hide` shows one: logs and the sentences of foreign errors do.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from warehouse.messages import UserError

FILE = "svodka.toml"


class ConfigTable(BaseModel):
    """A table of the configuration: unknown settings are refused, every setting has a word about it.

    pydantic could read these words, too; it would read the program's sources whenever the program starts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


class Tokens:
    """The tokens that are given, by name. Its text shows none of them."""

    def __init__(self, given: Mapping[str, str], shapes: Sequence[str] = ()) -> None:
        """`shapes` are what tokens look like, as regular expressions."""
        self._given = dict(given)
        self._shapes = re.compile("|".join(shapes)) if shapes else None

    def __contains__(self, name: str) -> bool:
        return name in self._given

    def __getitem__(self, name: str) -> str:
        return self._given[name]

    def __repr__(self) -> str:
        return f"Tokens({', '.join(self._given)})"

    def hide(self, text: str) -> str:
        """The text without any token: neither ours nor what looks like one."""
        for secret in self._given.values():
            text = text.replace(secret, "***")
        return self._shapes.sub("***", text) if self._shapes else text


def read_tokens(given: Mapping[str, str], names: Iterable[str], shapes: Sequence[str] = ()) -> Tokens:
    """Return the tokens that an environment gives under some names, or in files that it names with _FILE after them.

    Raises UserError for a file that is named and cannot be read, or is empty.
    """
    found = {}
    for name in names:
        if file := given.get(f"{name}_FILE"):
            try:
                secret = Path(file).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError):
                raise UserError("{name}_FILE names a file that cannot be read: {file}.", name=name, file=file) from None
            if not secret:
                raise UserError("{name}_FILE names a file that is empty: {file}.", name=name, file=file)
            found[name] = secret
        elif secret := given.get(name, "").strip():
            found[name] = secret
    return Tokens(found, shapes)


class HideTokens(logging.Filter):
    """Takes tokens out of every record: libraries log the addresses they call, and a bot's address holds its token."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self._tokens.hide(record.getMessage())
        record.args = ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._tokens.hide(record.exc_text)
        return True
