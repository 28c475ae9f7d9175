"""A table that nobody knows, read by the names of its columns, their types and what its latest rows say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from warehouse.discovery import values
from warehouse.discovery.expressions import Expressions
from warehouse.discovery.found import FoundColumn, FoundTable
from warehouse.discovery.names import COLUMN_WORDS, likeness, table_likeness, unit_of
from warehouse.discovery.proposal import Proposal, losses
from warehouse.discovery.roles import fates, members, with_roles
from warehouse.discovery.zones import Zone, zone_of
from warehouse.engines.mapping import ColumnMapping, TableMapping
from warehouse.messages import Message, note
from warehouse.schema import TABLES, key_of, time_of

_LEAST = 0.25
"""A name less like than this is no name for it."""
_SENSE = {"duration": "seconds", "answered_at": "time"}
"""What is looked for and is no column of ours, with what it would be."""
_TELLING = ("outcome", "wait_s", "talk_s", "duration", "line", "agent_id", "client_id", "direction", "answered_at")
_CALLED = (
    "called",
    "callee",
    "called_number",
    "to_number",
    "dst",
    "destination",
    "dialed",
    "dialled",
    "dnis",
    "номер_набранный",
)
"""Names for the number that was called, which an outbound call's client has."""
_LOADED = ("loaded_at", "load_dt", "load_time", "etl_loaded_at", "dwh_loaded_at", "inserted_at", "загружено")
_MEDIA = ("media_type", "media", "channel", "channel_type", "interaction_type", "канал")
_VOICE = frozenset({"voice", "call", "phone", "voip", "pstn", "звонок", "голос", "телефон"})
"""Where calls lie beside other contacts, what tells them."""
_NOT_REACHED = ("no_answer", "busy", "failed")
"""What becomes of attempts only."""


@dataclass(frozen=True)
class Surroundings:
    """What is known besides the tables themselves."""

    words: Expressions
    now: datetime
    """UTC."""
    timezone: str
    """The centre's."""
    offset: timedelta
    """How far the centre's clock is ahead of UTC now."""
    windows: bool = True
    """Whether the engine knows window functions."""

    def zone_of(self, column: FoundColumn) -> Zone | None:
        """The zone of a column's times; None if each tells its own."""
        form = values.time_form(column)
        if form in ("instant", "seconds", "milliseconds") or (form == "text" and values.has_zone(column)):
            return None
        moments = [at for each in column.filled if (at := values.moment(each, form or "time"))]
        return zone_of(moments, self.now, self.timezone, self.offset)

    def source(self, table: FoundTable) -> str:
        """A table's name as it stands after FROM."""
        return ".".join(self.words.name(part) for part in (table.schema, table.name) if part)


def fit(table: FoundTable, canonical: str) -> Mapping[str, FoundColumn]:
    """Return which of a table's columns is which of ours, as far as names, types and values tell.

    Every column stands for one thing: the best pairs are taken first. What names do not say of calls, their rows may.
    """
    scores = [
        (score, name, column)
        for name, wanted in COLUMN_WORDS[canonical].items()
        for column in table.columns
        if (score := likeness(column.name, table.name, wanted) * _suits(canonical, name, column)) >= _LEAST
    ]
    found: dict[str, FoundColumn] = {}
    for _, name, column in sorted(scores, key=lambda each: -each[0]):
        if name not in found and column not in found.values():
            found[name] = column
    keys, contact = key_of(TABLES[canonical]), found.get("contact_id")
    if len(keys) == 1 and keys[0] not in found and contact and (contact.is_unique or not contact.values):
        # What every row has of its own is a key, whatever it is called.
        found[keys[0]] = found.pop("contact_id")
    return with_roles(table, found) if canonical == "calls" else found


def certainty(table: FoundTable, canonical: str, found: Mapping[str, FoundColumn]) -> float:
    """Return how sure it is that a table is one of ours; 0 if it cannot be."""
    time, keys = time_of(TABLES[canonical]), key_of(TABLES[canonical])
    named = table_likeness(table.name, canonical)
    if (time is not None and time not in found) or not all(key in found for key in keys):
        return 0.0
    if canonical == "calls":
        telling = sum(name in found for name in _TELLING)
        spoken = "outcome" in found and ("wait_s" in found or "talk_s" in found or "answered_at" in found)
        spoken = spoken or {"answered_at", "ended_at"} <= found.keys()
        if telling < 2 or not (named or spoken):
            return 0.0
        return named + telling / len(_TELLING)
    if not named or len(found) <= len(keys) + (time is not None):
        return 0.0
    if canonical == "activities" and "status" not in found:
        return 0.0
    return named + len(found) / len(COLUMN_WORDS[canonical])


def propose(table: FoundTable, canonical: str, around: Surroundings) -> Proposal | None:
    """Return how one of our tables may be read from a stranger's; None if it cannot be that."""
    found = fit(table, canonical)
    certain = certainty(table, canonical, found)
    if not certain:
        return None
    building = _Building(table, canonical, found, around)
    return building.proposal(certain)


def people(calls: Sequence[FoundTable], others: Sequence[FoundTable], around: Surroundings) -> Proposal | None:
    """Return the table that describes the agents of a stranger's calls, whatever its name; None if there is none."""
    agents = {word for table in calls if (agent := fit(table, "calls").get("agent_id")) for word in agent.words}
    found = [(table, members(table, sorted(agents))) for table in others]
    table, columns = max(found, key=lambda each: len(each[1]), default=(None, {}))
    return _Building(table, "agents", columns, around).proposal(1.0) if table and len(columns) > 1 else None


def _suits(canonical: str, name: str, column: FoundColumn) -> float:
    """Return how well what a column holds suits one of ours, 0 to 1."""
    ours = TABLES[canonical].columns.get(name)
    kind = _SENSE.get(name) or str(ours.info["kind"] if ours is not None else "text")
    if kind == "time":
        unseen = not column.filled and column.kind in ("text", "integer", "number")
        return 1.0 if values.time_form(column) else 0.4 if unseen else 0.0
    if values.time_form(column):
        return 0.0
    if kind in ("seconds", "number"):
        if column.kind in ("integer", "number", "duration"):
            return 1.0
        return 0.9 if column.filled and (values.is_clock(column) or values.numbers(column)) else 0.0
    if kind == "flag":
        return 1.0 if values.is_flag(column) else 0.0
    if kind == "one_of":
        return _understood(f"{canonical}.{name}", column)
    if ours is not None and ours.primary_key and len(key_of(TABLES[canonical])) == 1:
        return 1.0 if column.is_unique or not column.values else 0.3
    if name in ("line", "team"):
        return 0.2 if column.is_unique and len(column.values) > 5 else 1.0
    return 1.0 if column.kind in ("text", "integer", "other") or not column.filled else 0.6


def _understood(canonical: str, column: FoundColumn) -> float:
    """Return how well a column says one of a few words, 0 to 1."""
    if not column.filled:
        return 0.6 if column.kind in ("text", "integer", "flag") else 0.0
    words = values.few_words(column)
    if not words:
        return 0.0
    if values.is_flag(column):
        return 0.9 if canonical in ("calls.outcome", "calls.direction") else 0.2
    known = sum(values.ours(word, canonical) is not None for word in words)
    return 0.4 + 0.6 * known / len(words)


@dataclass
class _Building:
    """The columns of one proposal while they are put together."""

    table: FoundTable
    canonical: str
    found: Mapping[str, FoundColumn]
    around: Surroundings
    columns: dict[str, ColumnMapping] = field(default_factory=dict)
    remarks: dict[str, Message] = field(default_factory=dict)
    where: list[str] = field(default_factory=list)

    def proposal(self, certain: float) -> Proposal:
        time = time_of(TABLES[self.canonical])
        zone = self.around.zone_of(self.found[time]) if time else None
        for column in TABLES[self.canonical].columns:
            if column.name in self.found:
                self._add(column, self.found[column.name])
        if self.canonical == "calls":
            self._voice()
            self._direction()
            self._outcome()
            self._times()
            self._client()
        if self.canonical == "activities" and "category" not in self.columns:
            self._words("category", self.found["status"])
        if zone is not None:
            self.remarks["timezone"] = zone.why
        for name, theirs in self.found.items():
            if likeness(theirs.name, self.table.name, COLUMN_WORDS[self.canonical].get(name, ())) < _LEAST:
                self.remarks.setdefault(name, note("by what its rows say: its name says nothing"))
        name = self.around.source(self.table)
        mapping = TableMapping(
            self.canonical,
            name,
            self.columns,
            " AND ".join(self.where) or None,
            zone.name if zone else "UTC",
            zone is not None,
        )
        return Proposal(
            mapping,
            note(
                "{name}: taken for {table} by the names of its columns and what they say",
                name=name,
                table=self.canonical,
            ),
            self.remarks,
            losses(self.canonical, self.columns),
            certain,
            (name,),
            self._fresh(),
        )

    def _fresh(self) -> str | None:
        """A column that tells when rows were loaded."""
        times = (each for each in self.table.columns if values.time_form(each) and each not in self.found.values())
        found = max(times, key=lambda each: likeness(each.name, self.table.name, _LOADED), default=None)
        if found is None or likeness(found.name, self.table.name, _LOADED) < _LEAST:
            return None
        return self.around.words.name(found.name)

    def _name(self, name: str) -> str:
        return self.around.words.name(self.found[name].name)

    def _add(self, ours: sa.Column[object], theirs: FoundColumn) -> None:
        kind, words = ours.info["kind"], self.around.words
        if kind == "seconds":
            self._seconds(ours.name, theirs)
        elif kind == "one_of":
            if self.canonical != "calls":
                self._words(ours.name, theirs)
        elif kind == "flag" and theirs.kind == "text":
            said = tuple((word, "true" if values.is_yes(word) else "false") for word in theirs.words)
            self.columns[ours.name] = ColumnMapping(words.name(theirs.name), said)
        elif kind == "number" and theirs.kind == "text":
            self.columns[ours.name] = ColumnMapping(words.number(theirs.name))
        else:
            self.columns[ours.name] = ColumnMapping(words.name(theirs.name))
        if ours.primary_key and len(key_of(TABLES[self.canonical])) == 1 and theirs.values and not theirs.is_unique:
            self.remarks[ours.name] = note(
                "some come twice: a row of {table} has a key of its own", table=self.canonical
            )

    def _seconds(self, name: str, theirs: FoundColumn) -> None:
        words = self.around.words
        if theirs.kind == "duration" or values.is_clock(theirs):
            self.columns[name] = ColumnMapping(words.clock(theirs.name))
            return
        unit = unit_of(theirs.name)
        if unit is None:
            unit = self._unit_by_times()
            if unit not in (None, 1.0):
                self.remarks[name] = (
                    note("milliseconds, by the times of its rows")
                    if unit == 0.001
                    else note("minutes, by the times of its rows")
                )
        if unit is None:
            unit = values.seconds_by_size([each for each in values.numbers(theirs) or () if each])
            if unit == 0.001:
                self.remarks[name] = note("milliseconds, by their size")
            elif unit is None:
                self.remarks[name] = note("supposed to be seconds")
        said = words.number(theirs.name) if theirs.kind == "text" else words.name(theirs.name)
        self.columns[name] = ColumnMapping({0.001: f"{said} / 1000.0", 60.0: f"{said} * 60"}.get(unit or 1.0, said))

    def _unit_by_times(self) -> float | None:
        """What the parts of calls count, told by when these began and ended."""
        if self.canonical != "calls" or "ended_at" not in self.found:
            return None
        parts = [self.found[name] for name in ("wait_s", "talk_s", "hold_s") if name in self.found]
        parts = [part for part in parts if unit_of(part.name) is None and part.kind in ("integer", "number")]
        rows = [values.numbers(part) for part in parts]
        begun, over = (self.found[name] for name in ("started_at", "ended_at"))
        forms = (values.time_form(begun) or "time", values.time_form(over) or "time")
        spans = []
        for number, (start, end) in enumerate(zip(begun.values, over.values, strict=False)):
            since, until = values.moment(start, forms[0]), values.moment(end, forms[1])
            if since and until:
                spans.append(((until - since).total_seconds(), sum((row[number] or 0.0) for row in rows if row)))
        return values.seconds_by_times(spans)

    def _spoken(self, theirs: FoundColumn) -> tuple[str, dict[str, str]]:
        """A column as text, and its words of the sample with what that text is for each."""
        if theirs.kind == "flag":
            said = f"CASE WHEN {self.around.words.holds(theirs.name)} THEN 'yes' ELSE 'no' END"
            return said, {"true": "yes", "false": "no"}
        return self.around.words.name(theirs.name), {word: word for word in values.few_words(theirs)}

    def _words(self, name: str, theirs: FoundColumn) -> None:
        """A column of ours by the words of one of theirs; those that nobody knows are named."""
        canonical = f"{self.canonical}.{name}"
        said, words = self._spoken(theirs)
        known = tuple((key, mine) for word, key in words.items() if (mine := values.ours(word, canonical)))
        self._unknown(name, [word for word in words if not values.ours(word, canonical)])
        self.columns[name] = ColumnMapping(said, known)

    def _unknown(self, name: str, words: Sequence[str]) -> None:
        if words:
            shown = ", ".join(f'"{word}"' for word in words[:6]) + (", …" if len(words) > 6 else "")
            self.remarks[name] = note("not understood, add what they are: {words}", words=shown)

    def _ways(self) -> Mapping[str, str]:
        """Their words for a direction, with ours."""
        theirs = self.found.get("direction")
        if theirs is None:
            return {}
        _, words = self._spoken(theirs)
        if values.is_flag(theirs):
            inbound = not any(part in theirs.name.casefold() for part in ("out", "исх"))
            return {key: "in" if values.is_yes(word) is inbound else "out" for word, key in words.items()}
        return {key: mine for word, key in words.items() if (mine := values.ours(word, "calls.direction"))}

    def _voice(self) -> None:
        """Leave out what is no call, where calls lie beside chats and letters."""
        for column in self.table.columns:
            said = [word for word in values.few_words(column) if word.casefold() in _VOICE]
            if likeness(column.name, self.table.name, _MEDIA) >= 0.8 and 0 < len(said) < len(column.words):
                self.where.append(f"{self.around.words.name(column.name)} IN ({_listed(said)})")
                self.remarks["where"] = note(
                    "calls by their {column}; what else there is, is left out", column=column.name
                )

    def _direction(self) -> None:
        theirs, ways = self.found.get("direction"), self._ways()
        if theirs is None or (theirs.filled and not ways):
            self.columns["direction"] = ColumnMapping("'in'")
            self.remarks["direction"] = note("no column tells it: every row is taken for a call that came in")
            return
        said, words = self._spoken(theirs)
        self.columns["direction"] = ColumnMapping(said, tuple(ways.items()))
        others = [word for word, key in words.items() if key not in ways]
        if others:
            self.where.append(f"{said} IN ({_listed(ways, theirs)})")
            shown = ", ".join(f'"{word}"' for word in others[:6])
            self.remarks["where"] = note(
                "rows with another {column} are left out: {words}", column=theirs.name, words=shown
            )

    def _outcome(self) -> None:
        theirs = self.found.get("outcome")
        if theirs is None:
            if "answered_at" in self.found:
                answer, ways = self._name("answered_at"), self._ways()
                outbound = _listed([key for key, way in ways.items() if way == "out"], self.found.get("direction"))
                ours = f"WHEN {self.columns['direction'].of} IN ({outbound}) THEN 'no_answer' " if outbound else ""
                self.columns["outcome"] = ColumnMapping(
                    f"CASE WHEN {answer} IS NOT NULL THEN 'answered' {ours}ELSE 'abandoned' END"
                )
                self.remarks["outcome"] = note("no column tells it: a call with the time of an answer was answered")
            return
        said, words = self._spoken(theirs)
        supposed = fates(theirs, self.found)
        told = {key: mine for word, key in words.items() if (mine := self._fate(theirs, word))}
        by_rows = {key: supposed[word] for word, key in words.items() if key not in told and word in supposed}
        self._unknown("outcome", [word for word, key in words.items() if key not in told | by_rows])
        if by_rows and "outcome" not in self.remarks:
            shown = ", ".join(f'"{word}"' for word in list(by_rows)[:6])
            self.remarks["outcome"] = note("supposed by whose rows have talk, look at them: {words}", words=shown)
        told |= by_rows
        ways = self._ways()
        if len(set(ways.values())) < 2:
            way = next(iter(ways.values()), "in")
            self.columns["outcome"] = ColumnMapping(
                said, tuple((key, _of_way(mine, way)) for key, mine in told.items())
            )
            return
        if all(_of_way(mine, "in") == _of_way(mine, "out") for mine in told.values()):
            self.columns["outcome"] = ColumnMapping(said, tuple(told.items()))
            return
        # What became of a call that came in and of one of ours has one word there, and two here.
        direction = self.columns["direction"].of
        both = tuple(
            (f"{their} {key}", _of_way(mine, way)) for their, way in ways.items() for key, mine in told.items()
        )
        self.columns["outcome"] = ColumnMapping(self.around.words.joined([direction, "' '", said]), both)

    def _fate(self, theirs: FoundColumn, word: str) -> str | None:
        if values.is_flag(theirs):
            lost = any(part in theirs.name.casefold() for part in ("lost", "abandon", "miss", "потер", "пропущ"))
            return "answered" if values.is_yes(word) is not lost else "abandoned"
        return values.ours(word, "calls.outcome")

    def _times(self) -> None:
        """The end and the durations of calls, where other columns tell them."""
        found, words = self.found, self.around.words
        start, answer, end = (found.get(name) for name in ("started_at", "answered_at", "ended_at"))
        assert start is not None
        if answer and "wait_s" not in self.columns:
            self.columns["wait_s"] = ColumnMapping(words.seconds(start, answer, end))
            self.remarks["wait_s"] = note("from the beginning to the answer, or to the end")
        if answer and end and "talk_s" not in self.columns:
            self.columns["talk_s"] = ColumnMapping(words.seconds(answer, end))
            self.remarks["talk_s"] = note("from the answer to the end: hold time is in it")
        if "duration" in found:
            self._by_duration(start)
        if not end and "ended_at" not in self.columns and {"wait_s", "talk_s"} <= self.columns.keys():
            lasts = [self.columns[name].of for name in ("wait_s", "talk_s", "hold_s") if name in self.columns]
            total = " + ".join(f"coalesce({each}, 0)" for each in lasts)
            self.columns["ended_at"] = ColumnMapping(words.later(start, f"({total})"))
            self.remarks["ended_at"] = note("the beginning and the durations after it")

    def _by_duration(self, start: FoundColumn) -> None:
        """What the length of the whole call tells: its end, and the talk after the waiting."""
        building = _Building(self.table, self.canonical, self.found, self.around)
        building._seconds("talk_s", self.found["duration"])
        lasts = building.columns["talk_s"].of
        if "talk_s" in self.columns:
            if "ended_at" not in self.columns:
                self.columns["ended_at"] = ColumnMapping(self.around.words.later(start, lasts))
                self.remarks["ended_at"] = note("the beginning and the length of the call")
        elif "wait_s" in self.columns and "ended_at" in self.columns:
            self.columns["talk_s"] = ColumnMapping(f"{lasts} - {self.columns['wait_s'].of}")
            self.remarks["talk_s"] = note("the length of the call without the waiting: hold time is in it")
        else:
            self.remarks["call_id"] = note(
                "{column} may be the talk or the whole call: map talk_s to it if it is the talk",
                column=self.found["duration"].name,
            )

    def _client(self) -> None:
        """An outbound call's client is who was called."""
        ways = self._ways()
        if "client_id" not in self.columns or "out" not in ways.values():
            return
        called = max(self.table.columns, key=lambda each: likeness(each.name, self.table.name, _CALLED))
        if likeness(called.name, self.table.name, _CALLED) < _LEAST or called in self.found.values():
            return
        outbound = _listed([word for word, way in ways.items() if way == "out"], self.found.get("direction"))
        direction, other = self.columns["direction"].of, self.around.words.name(called.name)
        self.columns["client_id"] = ColumnMapping(
            f"CASE WHEN {direction} IN ({outbound}) THEN {other} ELSE {self._name('client_id')} END"
        )


def _listed(words: Iterable[str], column: FoundColumn | None = None) -> str:
    """Words as SQL; those of a column of numbers are numbers."""
    if column is not None and column.kind == "integer":
        return ", ".join(words)
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)


def _of_way(outcome: str, way: str) -> str:
    """An outcome as a call of that direction has it: who waits in a queue and is not answered is lost."""
    if way == "in":
        return "abandoned" if outcome in _NOT_REACHED else outcome
    return "no_answer" if outcome in ("abandoned", "flow_out") else outcome


def best(proposals: Iterator[Proposal]) -> list[Proposal]:
    """Return one proposal for each of our tables, the surest; each of their tables is one of ours only."""
    chosen: dict[str, Proposal] = {}
    for each in sorted(proposals, key=lambda each: -each.certain):
        taken = {name for other in chosen.values() for name in other.read}
        if taken & set(each.read):
            continue
        known = chosen.setdefault(each.mapping.table, each)
        if known is not each:
            chosen[each.mapping.table] = replace(known, others=(*known.others, *each.read))
    return [chosen[name] for name in TABLES if name in chosen]
