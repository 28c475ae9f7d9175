"""Words that programs write where they have nothing to say, in any case."""

from __future__ import annotations

NULL_WORDS = frozenset(
    {"", "null", "\\n", "(null)", "none", "nan", "nat", "n/a", "#n/a", "-", "--", "\N{EN DASH}", "\N{EM DASH}", "н/д"}
)


def is_null(text: str) -> bool:
    """Return whether a cell says nothing."""
    return text.strip().lower() in NULL_WORDS


def filled(text: str) -> str:
    """Return a cell without blanks around it, empty if it says nothing."""
    stripped = text.strip()
    return "" if stripped.lower() in NULL_WORDS else stripped
