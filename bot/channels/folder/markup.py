"""HTML built from elements: a text becomes HTML only by being escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import NewType

Html = NewType("Html", str)
"""Text that is HTML already. Whatever else is a text goes through `text` or `tag`, which escape it."""

Attribute = str | int | None

_UNPRINTED = {code: None for code in range(32) if chr(code) not in "\t\n\r"}
_EMPTY = frozenset({"br", "img", "link", "meta"})


def text(words: str) -> Html:
    """Escaped words; line breaks stay line breaks, what no file can hold is replaced."""
    return Html("<br>".join(_escaped(line) for line in words.replace("\r\n", "\n").split("\n")))


def tag(name: str, /, *children: Html, **attributes: Attribute) -> Html:
    """An element. `class_` is `class`, `aria_label` is `aria-label`; an attribute that is None is left out."""
    pairs = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items() if value is not None)
    start = name + "".join(f' {key}="{_escaped(str(value))}"' for key, value in pairs)
    return Html(f"<{start}>") if name in _EMPTY else Html(f"<{start}>{''.join(children)}</{name}>")


def lines(parts: Iterable[Html]) -> Html:
    """Elements one below the other, for those who read the source."""
    return Html("\n".join(parts))


def _escaped(words: str) -> str:
    return escape(words.translate(_UNPRINTED).encode("utf-8", "replace").decode("utf-8"))
