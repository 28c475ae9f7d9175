"""A contest as it is shown: its rules, what it is called, who is named, what there is to win."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.contests.rules import Rules

NAMES, PSEUDONYMS, PLACES = "names", "pseudonyms", "places"
"""How people are shown: by name, by pseudonym, or by their place alone."""


@dataclass(frozen=True)
class ContestSpec:
    """A contest. `pseudonyms` are by agent or team."""

    key: str
    title: str
    rules: Rules
    names: str = NAMES
    pseudonyms: Mapping[str, str] = field(default_factory=dict)
    prizes: tuple[str, ...] = ()
    freeze: bool = True
    """Whether the rating stands still on the last day, until the results."""
