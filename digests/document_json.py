"""Documents as JSON, to be kept and said again exactly as they were.

A dataclass is an object with its `kind`, bytes are `{"base64": ...}`, a verdict `{"verdict": ...}`, a tuple a list.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import fields
from typing import Any, get_args

from digests.document import Action, Block, Document, FactDetail, FactRow, FactTrend, Item, Span
from metrics.answers import Verdict

_KINDS = {
    kind.__name__: kind for kind in (Document, *get_args(Block), Span, Item, Action, FactRow, FactDetail, FactTrend)
}


def dump(document: Document) -> str:
    """A document as JSON text."""
    return json.dumps(_plain(document))


def load(text: str) -> Document:
    """The document that `dump` was given. Raises ValueError for what it cannot have written."""
    try:
        made = json.loads(text, object_hook=_made)
        if isinstance(made, Document):
            return made
    except (KeyError, TypeError) as error:
        raise ValueError(f"no document: {error!r}") from None
    raise ValueError("no document")


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | str() | int() | float():
            return value
        case bytes():
            return {"base64": b64encode(value).decode()}
        case Verdict():
            return {"verdict": value.value}
        case tuple():
            return [_plain(each) for each in value]
        case _:
            pass
    kind = type(value).__name__
    if _KINDS.get(kind) is not type(value):
        raise TypeError(f"a document holds no {kind}")
    return {"kind": kind, **{field.name: _plain(getattr(value, field.name)) for field in fields(value)}}


def _made(value: dict[str, Any]) -> Any:
    if "base64" in value:
        return b64decode(value["base64"])
    if "verdict" in value and "kind" not in value:
        return Verdict(value["verdict"])
    kind = _KINDS[value.pop("kind")]
    return kind(**{name: _frozen(each) for name, each in value.items()})


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
