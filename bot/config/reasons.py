"""Why a setting cannot be what it is, in words for people."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

from warehouse.messages import Message, note

LOG = logging.getLogger(__name__)

_KINDS = (
    (r"missing", note("it is missing")),
    (r"literal_error|enum", note("it may be {expected}")),
    (r"greater_than", note("it must be over {gt}")),
    (r"greater_than_equal", note("it must be at least {ge}")),
    (r"less_than", note("it must be under {lt}")),
    (r"less_than_equal", note("it must be at most {le}")),
    (r"(string_)?too_short", note("it is too short")),
    (r"(string_)?too_long", note("it is too long")),
    (r"string_type", note("text in quotes is wanted")),
    (r"int_.*", note("a whole number is wanted")),
    (r"(float|decimal|finite)_.*", note("a number is wanted")),
    (r"bool_.*", note("true or false is wanted")),
    (r"(dict|model|dataclass|mapping)_.*", note("a section of its own is wanted")),
    (r"(list|tuple|set|frozen_set)_type", note("a list in square brackets is wanted")),
    (r"date_.*", note("a date is wanted, as in 2026-06-30")),
    (r"time_.*", note("a time is wanted, as in 09:30")),
    (r"datetime_.*", note("a date and a time is wanted, as in 2026-06-30T09:30")),
)
"""The kinds of errors, as pydantic calls them."""
_OTHER = note("it cannot be that")


def setting_reason(error: Mapping[str, Any]) -> Message:
    """Return why, by one of pydantic's errors, whose own sentences are in English."""
    LOG.warning("a setting: %s", error["msg"])
    reason = next((words for kind, words in _KINDS if re.fullmatch(kind, error["type"])), _OTHER)
    given = {name: _listed(value) for name, value in error.get("ctx", {}).items()}
    return Message(reason.id, given)


def _listed(value: object) -> object:
    return value.replace(" or ", ", ").replace("'", '"') if isinstance(value, str) else value
