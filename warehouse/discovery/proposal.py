"""A mapping that is proposed, as it is written into `svodka.toml`: what was not found stands there as a comment."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from warehouse.engines.mapping import ColumnMapping, TableMapping
from warehouse.messages import Message, note
from warehouse.schema import TABLES

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_WIDTH = 34
"""Where comments behind a setting begin."""
_FEW = 4
"""So many words stand in one line."""

Say = Callable[[Message], str]


@dataclass(frozen=True)
class Proposal:
    """How one of our tables may be read from theirs."""

    mapping: TableMapping
    about: Message
    """What it is taken for, and why."""
    remarks: Mapping[str, Message] = field(default_factory=dict)
    """What to look at, by the setting or the column of ours that it is about."""
    missing: Mapping[str, Message] = field(default_factory=dict)
    """Columns of ours that nothing was found for, with what that costs."""
    certain: float = 1.0
    """How sure it is, to choose by between two of one table."""
    read: tuple[str, ...] = ()
    """The names of their tables."""
    fresh: str | None = None
    """A column of theirs that may tell up to when the table is complete."""
    others: tuple[str, ...] = ()
    """Other tables of theirs that it might have been."""


LOSSES: Mapping[str, Message] = {
    "calls.line": note("every call would be of the line other"),
    "calls.outcome": note("no service level and no lost calls without it"),
    "calls.wait_s": note("no service level and no ASA without it"),
    "calls.talk_s": note("no AHT without it"),
    "calls.hold_s": note("AHT is without hold time"),
    "calls.wrap_s": note("AHT is without wrap-up"),
    "calls.ended_at": note("what is still open cannot be told from what is over"),
    "calls.client_id": note("no lost clients, no first contact resolution without it"),
    "calls.agent_id": note("no figures by agent without it"),
    "calls.is_target": note("no target traffic without it"),
    "chats.accepted_at": note("no service level of chats without it"),
    "chats.ended_at": note("no duration of chats without it"),
    "chats.outcome": note("no lost chats without it"),
    "leads.first_contact_at": note("no speed of the first contact without it"),
    "leads.is_target": note("no target traffic without it"),
    "activities.ended_at": note("every status would last until now"),
}
"""What a column that is missing costs, where it costs figures."""


def losses(table: str, found: Mapping[str, object]) -> dict[str, Message]:
    """Return the columns of a table that are not among those found, and cost figures."""
    return {
        column.name: LOSSES[place]
        for column in TABLES[table].columns
        if column.name not in found and (place := f"{table}.{column.name}") in LOSSES
    }


def to_toml(proposals: Sequence[Proposal], url: str, say: Say, not_found: Sequence[str] = ()) -> str:
    """Return the sections [warehouse] of the configuration; `say` puts comments into the reader's language."""
    lines = [
        "[warehouse]",
        _setting("url", _text(url), say(note("the password comes from WAREHOUSE_PASSWORD or WAREHOUSE_PASSWORD_FILE"))),
    ]
    for proposal in proposals:
        lines += ["", *_section(proposal, say)]
    if not_found:
        tables = ", ".join(not_found)
        lines += ["", f"# {say(note('Nothing was found for: {tables}. They stay in the lake.', tables=tables))}"]
    return "\n".join(lines) + "\n"


def _section(proposal: Proposal, say: Say) -> Iterator[str]:
    def remark(key: str) -> str:
        return say(proposal.remarks[key]) if key in proposal.remarks else ""

    mapping = proposal.mapping
    yield f"# {say(proposal.about)}"
    if proposal.others:
        yield f"# {say(note('It might also be: {tables}.', tables=', '.join(proposal.others)))}"
    yield f"[warehouse.{mapping.table}]"
    yield _setting("from", _text(mapping.source), remark("from"))
    settings = (
        ("where", mapping.where),
        ("timezone", mapping.timezone if mapping.zone_given else None),
        ("time", mapping.time),
        ("fresh", mapping.fresh),
    )
    for key, value in settings:
        if value is not None:
            yield _setting(key, _text(value), remark(key))
    if proposal.fresh:
        told = note("if rows are loaded in the order of time, the table is complete to the greatest of it")
        yield _setting("# fresh", _text(proposal.fresh), say(told))
    yield f"[warehouse.{mapping.table}.columns]"
    for column in mapping.canonical.columns:
        name = column.name
        if name in mapping.columns:
            if len(mapping.columns[name].values) <= _FEW:
                yield _setting(name, _value(mapping.columns[name]), remark(name))
        elif name in proposal.missing:
            yield _setting(f"# {name}", '"..."', say(note("not found: {loss}", loss=proposal.missing[name])))
    for name, mapped in mapping.columns.items():
        if len(mapped.values) > _FEW:
            if name in proposal.remarks:
                yield f"# {remark(name)}"
            yield f"[warehouse.{mapping.table}.columns.{name}]"
            yield _setting("of", _text(mapped.of), "")
            yield from (f"{_key(theirs)} = {_text(ours)}" for theirs, ours in mapped.values)


def _setting(key: str, value: str, comment: str) -> str:
    text = f"{key} = {value}"
    return f"{text.ljust(_WIDTH)}  # {comment}" if comment else text


def _value(column: ColumnMapping) -> str:
    if not column.values:
        return _text(column.of)
    words = "".join(f", {_key(theirs)} = {_text(ours)}" for theirs, ours in column.values)
    return f"{{ of = {_text(column.of)}{words} }}"


def _key(word: str) -> str:
    return word if _BARE.fullmatch(word) and word != "of" else _text(word)


def _text(value: str) -> str:
    if "\n" in value:
        return f"'''\n{value.strip()}\n'''" if "'''" not in value else json.dumps(value, ensure_ascii=False)
    if '"' in value and "'" not in value:
        return f"'{value}'"
    # What JSON escapes, TOML escapes alike.
    return json.dumps(value, ensure_ascii=False)
