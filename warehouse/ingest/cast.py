"""The SQL (DuckDB) that reads cells: from whatever a file or an expression gives to the canonical types.

Everything here is a pure function from columns to SQL text. No expression may fail on a row: what cannot be read
becomes null in `parsed`, and `fault` says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from warehouse.ingest.clock import ClockChange
from warehouse.ingest.rejects import Say
from warehouse.messages import N_
from warehouse.records import duckdb_type
from warehouse.schema import checks_of
from warehouse.schema.columns import NULL_WORDS

ROW = '"svodka:row"'
"""The row's number, as a spreadsheet shows it. No column of a file has a name like ours."""

_VALUES = ((".", "N"), ("]", "n"), ("o", "~"))
"""Between these lie most cells and no null word: what begins with digits, A to M, or small letters but n."""
_BLANKS = " \t\r\n\u00a0\u2007\u202f\u200b\ufeff"
"""What people do not see around a word."""
TRUE_WORDS = ("1", "1.0", "true", "t", "y", "yes", "да")
FALSE_WORDS = ("0", "0.0", "false", "f", "n", "no", "нет")
_FLAGS = dict.fromkeys(TRUE_WORDS, "true") | dict.fromkeys(FALSE_WORDS, "false")
EARLIEST, LATEST = "1990-01-01", "2100-01-01"
"""Beyond these days a time is taken for a slip of the source (an epoch of 0, a placeholder such as 9999-12-31)."""

ORDERS = (
    ("started_at", "accepted_at", N_("it is accepted before it starts")),
    ("started_at", "ended_at", N_("it ends before it starts")),
    ("accepted_at", "ended_at", N_("it ends before it is accepted")),
    ("active_from", "active_to", N_("it ends before it starts")),
    ("starts_on", "ends_on", N_("it ends before it starts")),
)

_CLOCK_TIME = r"\d\d?:\d\d(:\d\d(\.\d+)?)?"
_ISO_LOCAL = rf"\d{{4}}-\d\d-\d\d([ T]{_CLOCK_TIME})?"
_ISO_ZONED = r"(\d{4}-\d\d-\d\d)[ T](\d\d?:\d\d)(:\d\d(?:\.\d+)?)? ?(Z|[+-]\d\d(?::?\d\d)?)"
_ISO_WHOLE = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d(:?\d\d)?)"
"""What DuckDB reads as it stands: the form that programs write."""
_DOTTED = r"\d\d?\.\d\d?\.\d{4}( \d\d?:\d\d(:\d\d)?)?"
_NUMBER = r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?"
_SPACED_NUMBER = "[+-]?\\d{1,3}([ \u00a0\u2009\u202f]\\d{3})+([.,]\\d+)?"
_THOUSANDS_OR_FRACTION = r"[+-]?[1-9]\d{0,2},\d{3}"
"""1,234: nobody can tell a thousand from a fraction. A point is what programs write before a fraction."""
_BESIDE_DIGITS = "[\\s\u00a0\u2009\u202f().\u2010\u2011\u2013/-]"
"""What people write between the digits of a phone number."""
_DURATION = r"-?\d+:[0-5]?\d:[0-5]?\d([.,]\d+)?"

_NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_FLOATS = ("FLOAT", "DOUBLE")


UNITS = {"seconds": 1, "milliseconds": 0.001, "minutes": 60, "hours": 3600, "days": 86400}
"""What durations may be counted in, in seconds."""


@dataclass(frozen=True)
class CellReading:
    """How one canonical column is read from a row of the file."""

    column: sa.Column[Any]
    given: str
    """SQL over the file's columns."""
    type: str
    """The DuckDB type that `given` has."""
    computed: bool = False
    """An expression, which may fail on a row, rather than one of the file's columns."""
    words: Mapping[str, str] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    """The file's columns that an expression is over."""
    unit: str = ""
    """What numbers of a duration count, one of `UNITS`; empty if nobody has said, and seconds are only supposed."""

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def kind(self) -> str:
        return str(self.column.info["kind"])

    @property
    def describes(self) -> bool:
        """Whether it is a word that only describes the row: neither whose it is nor where it counts."""
        column = self.column
        return self.kind == "text" and bool(column.nullable) and not column.info["null"] and column.name != "line"

    @property
    def as_text(self) -> bool:
        """Whether the text is read; otherwise the type already says what the value is."""
        suits = {
            "time": ("TIMESTAMP", "DATE"),
            "seconds": (*_NUMERIC, *_FLOATS, "DECIMAL", "INTERVAL", "TIME"),
            "number": (*_NUMERIC, *_FLOATS, "DECIMAL"),
            "flag": ("BOOLEAN",),
        }
        base = "TIMESTAMP" if self.type.startswith("TIMESTAMP") else self.type.partition("(")[0]
        return bool(self.words) or base not in suits.get(self.kind, ())

    def mine(self, part: str) -> str:
        """The name of a column of ours that a layer of the query adds."""
        return identifier(f"svodka:{part} {self.name}")


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def attempt(expression: str) -> str:
    """An expression of the user's that gives null where it fails. It may end in a comment."""
    return f"TRY((\n{expression}\n))"


def given(reading: CellReading) -> str:
    """What the row gives: the column itself, or the expression's value."""
    return attempt(reading.given) if reading.computed else reading.given


def phone(text: str) -> str:
    """A phone number as +79991234567, null if the text is none: of Russia where nothing else is said."""
    bare = f"regexp_replace(regexp_replace(CAST({text} AS VARCHAR), '\\.0$', ''), '{_BESIDE_DIGITS}', '', 'g')"
    return (
        f"CASE WHEN regexp_full_match({bare}, '(\\+7|7|8)\\d{{10}}|\\d{{10}}') THEN '+7' || right({bare}, 10) "
        f"WHEN regexp_full_match({bare}, '\\+\\d{{8,15}}') THEN {bare} END"
    )


def says_nothing(text: str) -> str:
    """Return whether a text is a null word, or blank.

    DuckDB trims spaces quickly and other blanks ten times as slowly: words with one of those are listed instead. An
    IN would cost where no row comes to it.
    """
    return f"list_contains(string_split({_null_words()}, ','), lower(trim({text})))"


@cache
def _null_words() -> str:
    """Return the SQL of the null words, with wide blanks beside them too: one text, which is split once a statement.

    A list of literals would take a third of the time in which a small file is imported.
    """
    wide = [blank for blank in _BLANKS if blank != " "]
    words = {f"{before}{word}{after}" for word in NULL_WORDS for blank in wide for before, after in _beside(blank)}
    return literal(",".join(sorted(words | NULL_WORDS)))


def _beside(blank: str) -> tuple[tuple[str, str], ...]:
    return ("", blank), (blank, ""), (blank, blank)


def blanked(column: str) -> str:
    """A cell of text, empty if it is a null word."""
    cell = identifier(column)
    return f"CASE WHEN {says_nothing(cell)} THEN '' ELSE {cell} END"


def failed(reading: CellReading) -> str:
    """Whether the expression failed on the row, other than giving null; over `given`. Of nothing it makes nothing."""
    tried = f"TRY(coalesce(CAST((\n{reading.given}\n) AS VARCHAR), '')) IS NULL"
    blank = " OR ".join(f"coalesce(trim(CAST({identifier(each)} AS VARCHAR)), '') = ''" for each in reading.reads)
    nothing = f"WHEN {blank} THEN false " if blank else ""
    return f"CASE {nothing}WHEN {reading.mine('given')} IS NULL THEN {tried} ELSE false END"


def said(reading: CellReading) -> str:
    """The cell with their words replaced and the tokens for "nothing" made null; over `given`."""
    cell = reading.mine("given")
    if not reading.as_text:
        # pandas writes a number that is missing as none of the numbers.
        return f"CASE WHEN isnan({cell}) THEN NULL ELSE {cell} END" if reading.type in _FLOATS else cell
    text = cell
    if reading.type in _FLOATS:
        # An id that went through a spreadsheet or pandas is a float: 79161234567.0 means 79161234567.
        whole = f"{cell} = trunc({cell}) AND abs({cell}) < 1e15"
        text = f"CASE WHEN {whole} THEN CAST(CAST({cell} AS BIGINT) AS VARCHAR) ELSE CAST({cell} AS VARCHAR) END"
    elif reading.type != "VARCHAR":
        text = f"CAST({cell} AS VARCHAR)"
    if reading.words:
        pairs = " ".join(f"WHEN {literal(their.strip())} THEN {literal(our)}" for their, our in reading.words.items())
        text = f"CASE trim(coalesce({text}, '')) {pairs} ELSE {text} END"
    # Trimming costs five times as much as comparing: it is left to the cells that may be blank.
    value = " OR ".join(f"({text} > {literal(low)} AND {text} < {literal(high)})" for low, high in _VALUES)
    return (
        f"CASE WHEN {value} THEN {text} WHEN {text} IS NULL OR {text} = '' THEN NULL "
        f"WHEN {says_nothing(text)} THEN NULL ELSE {text} END"
    )


def parsed(reading: CellReading, timezone: str) -> str:
    """The value in its canonical type, null if it cannot be read; over `said`."""
    cell = reading.mine("said")
    if reading.kind == "text":
        return _trimmed(cell)
    if reading.kind == "time":
        value = _time_of_text(cell, timezone) if reading.as_text else _time(cell, reading.type, timezone)
    elif reading.kind == "date":
        at = _time_of_text(cell, "UTC") if reading.as_text else _time(cell, reading.type, "UTC")
        value = f"CAST({at} AS DATE)"
    elif reading.kind in ("seconds", "number"):
        value = _number_of_text(cell, reading) if reading.as_text else _number(cell, reading)
    elif reading.kind == "flag":
        value = _one_of_text(cell, _FLAGS) if reading.as_text else cell
    else:
        value = _one_of_text(cell, {word: literal(word) for word in reading.column.info["values"]})
    return f"TRY({value})"


def bad(reading: CellReading) -> str:
    """Whether the row must be rejected for this column; over `parsed`."""
    value = reading.mine("parsed")
    good = {
        "time": f"{value} BETWEEN TIMESTAMP '{EARLIEST}' AND TIMESTAMP '{LATEST}'",
        "seconds": f"isfinite({value}) AND {value} >= 0",
        "number": f"isfinite({value})",
    }.get(reading.kind, f"{value} IS NOT NULL")
    unread = f"NOT coalesce({good}, false)"
    if not reading.column.nullable:
        return unread
    unread += f" AND {reading.mine('said')} IS NOT NULL"
    return f"({unread}) OR {reading.mine('failed')}" if reading.computed else unread


def fault(reading: CellReading, say: Say) -> str:
    """The sentence for the rejects file; over `parsed`, of a row that is `bad` for this column."""

    def said(text: str) -> str:
        return literal(say(text))

    name, cell, value = reading.name, reading.mine("said"), reading.mine("parsed")
    opening = literal(f'{name}: "')
    quoted = f"{opening} || left(CAST({cell} AS VARCHAR), 80) || '\" '"
    text = f"trim(CAST({cell} AS VARCHAR))"
    thousand = said(N_("may be thousands or a fraction: write it as 1234 or 1.234, or map it with replace"))
    ambiguous = f"regexp_full_match({text}, '{_THOUSANDS_OR_FRACTION}') THEN {thousand}"
    if reading.kind in ("time", "date"):
        why = (
            f"CASE WHEN {value} IS NOT NULL THEN {said(N_('is before 1990 or after 2099'))} "
            f"WHEN regexp_full_match({text}, '{_ISO_LOCAL}|{_ISO_ZONED}|{_DOTTED}') THEN {said(N_('is not a time'))} "
            f"WHEN regexp_full_match({text}, '\\d+([.]\\d*)?') "
            f"THEN {said(N_('is not a time: if it counts seconds since 1970, map it with to_timestamp'))} "
            f"ELSE {said(N_('is not a time that reads in one way only: map it with strptime'))} END"
        )
    elif reading.kind == "seconds":
        why = (
            f"CASE WHEN {value} < 0 THEN {said(N_('is negative'))} "
            f"WHEN {value} IS NOT NULL THEN {said(N_('is not finite'))} "
            f"WHEN {ambiguous} "
            f"ELSE {said(N_('is neither seconds nor h:mm:ss'))} END"
        )
    elif reading.kind == "number":
        why = f"CASE WHEN {ambiguous} ELSE {said(N_('is not a number'))} END"
    elif reading.kind == "flag":
        why = said(N_("is neither yes nor no (1 or 0, true or false, да or нет)"))
    else:
        why = literal(say(N_("is none of")) + " " + ", ".join(reading.column.info.get("values", ())))
    expression = literal(f"{name}: " + say(N_("its expression in the mapping fails on this row")))
    failure = f"WHEN {reading.mine('failed')} THEN {expression} " if reading.computed else ""
    nothing = literal(say(N_("nothing in")) + " " + name)
    return f"CASE {failure}WHEN {cell} IS NULL THEN {nothing} ELSE {quoted} || {why} END"


def disorders(readings: Sequence[CellReading], say: Say, *, twice: bool = False) -> Iterator[tuple[str, str]]:
    """The conditions over `parsed`, each with its sentence, under which times contradict each other.

    `twice`: there are times that came twice, and the later of two may be the second pass.
    """
    known = {reading.name: reading for reading in readings}
    for earlier, later, sentence in ORDERS:
        if earlier in known and later in known:
            last = known[later].mine("parsed")
            if twice:
                last = f"coalesce({known[later].mine('again')}, {last})"
            yield f"{last} < {known[earlier].mine('parsed')}", say(sentence)


def contradictions(
    table: sa.Table, readings: Sequence[CellReading], currency: str, say: Say
) -> Iterator[tuple[str, str]]:
    """Yield the conditions over `parsed` under which what a row says cannot be, each with its sentence."""
    absent = {column.name: f"CAST(NULL AS {duckdb_type(column)})" for column in table.columns}
    known = absent | {reading.name: reading.mine("parsed") for reading in readings}
    for condition, sentence in checks_of(table):
        yield f"({condition.format(own_currency=literal(currency), **known)})", say(sentence)


def _trimmed(text: str) -> str:
    """A name without blanks around it. Few have any, and looking for them takes a tenth of what trimming takes."""
    first = " OR ".join(f"prefix({text}, {literal(blank)})" for blank in _BLANKS if blank > "~")
    last = " OR ".join(f"suffix({text}, {literal(blank)})" for blank in _BLANKS)
    return f"CASE WHEN {text} < '!' OR {last} OR {first} THEN trim({text}, {literal(_BLANKS)}) ELSE {text} END"


def nevers(readings: Sequence[CellReading], say: Say) -> Iterator[tuple[str, str]]:
    """The conditions over `never`, each with the SQL of its sentence."""
    why = literal('" ' + say(N_("was never shown: the clock was put forward over it")))
    for reading in readings:
        if reading.kind == "time":
            opening = literal(f'{reading.name}: "')
            yield reading.mine("never"), f"{opening} || CAST({reading.mine('said')} AS VARCHAR) || {why}"


def listed(words: Sequence[str]) -> str:
    return ", ".join(literal(word) for word in words)


def _utc(local: str, timezone: str) -> str:
    return _without_zone(f"timezone({literal(timezone)}, {local})")


def _without_zone(instant: str) -> str:
    # The same as timezone('UTC', ...), in a third of the time.
    return f"make_timestamp(epoch_us({instant}))"


def _time(cell: str, type_: str, timezone: str) -> str:
    if type_ == "TIMESTAMP WITH TIME ZONE":
        return _without_zone(cell)
    return _utc(f"CAST({cell} AS TIMESTAMP)", timezone)


def _time_of_text(cell: str, timezone: str) -> str:
    text = f"trim({cell})"
    zoned = f"regexp_replace({text}, '^{_ISO_ZONED}$', '\\1 \\2')"
    # DuckDB reads an offset only after seconds, so those are written out where they are left away.
    seconds = f"regexp_extract({text}, '{_ISO_ZONED}', 3)"
    offset = f"regexp_extract({text}, '{_ISO_ZONED}', 4)"
    whole = f"{zoned} || CASE {seconds} WHEN '' THEN ':00' ELSE {seconds} END || {offset}"

    def local(text: str) -> str:
        return _utc(f"TRY_CAST({text} AS TIMESTAMP)", timezone)

    def instant(text: str) -> str:
        return _without_zone(f"TRY_CAST({text} AS TIMESTAMPTZ)")

    # The forms that programs write most need no regular expression, and of this age no trimming: what has their
    # shape and is none is null.
    shapes = " ".join(
        f"WHEN {each} LIKE '{millennium}___-__-__T__:__:__Z' THEN {instant(each)} "
        f"WHEN {each} LIKE '{millennium}___-__-__ __:__:__' AND {each} NOT LIKE '% ' THEN {local(each)} "
        f"WHEN {each} LIKE '{millennium}___-__-_____:__:__+__:__' THEN {instant(each)} "
        f"WHEN {each} LIKE '{millennium}___-__-_____:__:__-__:__' THEN {instant(each)}"
        for each, millennium in ((cell, "2"), (text, "_"))
    )
    return (
        f"CASE {shapes} WHEN regexp_full_match({text}, '{_ISO_LOCAL}') THEN {local(text)} "
        f"WHEN regexp_full_match({text}, '{_ISO_WHOLE}') "
        f"THEN {instant(text)} WHEN regexp_full_match({text}, '{_ISO_ZONED}') "
        f"THEN {_without_zone(f'TRY_CAST({whole} AS TIMESTAMPTZ)')} "
        f"WHEN regexp_full_match({text}, '{_DOTTED}') THEN {_utc(_dotted(text), timezone)} END"
    )


def local(reading: CellReading) -> str:
    """The time as a clock showed it, null if the cell names an offset; over `said`."""
    cell = reading.mine("said")
    if not reading.as_text:
        return "CAST(NULL AS TIMESTAMP)" if reading.type == "TIMESTAMP WITH TIME ZONE" else f"CAST({cell} AS TIMESTAMP)"
    text = f"trim({cell})"
    return (
        f"CASE WHEN regexp_full_match({text}, '{_ISO_LOCAL}') THEN TRY_CAST({text} AS TIMESTAMP) "
        f"WHEN regexp_full_match({text}, '{_DOTTED}') THEN {_dotted(text)} END"
    )


def passes(reading: CellReading, changes: Sequence[ClockChange]) -> Iterator[str]:
    """Columns over `said` and `local`: the time's first pass, its second, and whether it never was."""
    shown = reading.mine("local")
    within = [
        (change, f"{shown} >= TIMESTAMP '{change.shown[0]}' AND {shown} < TIMESTAMP '{change.shown[1]}'")
        for change in changes
    ]
    back = [(change, condition) for change, condition in within if change.back]
    for part, offset in (("first", attrgetter("before")), ("again", attrgetter("after"))):
        cases = " ".join(f"WHEN {when} THEN {shown} - to_seconds({_whole(offset(change))})" for change, when in back)
        yield f"{f'CASE {cases} END' if cases else 'CAST(NULL AS TIMESTAMP)'} AS {reading.mine(part)}"
    never = " OR ".join(f"({condition})" for change, condition in within if not change.back)
    yield f"coalesce({never or 'false'}, false) AS {reading.mine('never')}"


def _whole(offset: timedelta) -> int:
    return int(offset.total_seconds())


def _dotted(text: str) -> str:
    return f"TRY_STRPTIME({text}, ['%d.%m.%Y %H:%M:%S', '%d.%m.%Y %H:%M', '%d.%m.%Y'])"


def _number(cell: str, reading: CellReading) -> str:
    return f"epoch({cell})" if reading.type in ("INTERVAL", "TIME") else _in_seconds(f"CAST({cell} AS DOUBLE)", reading)


def _number_of_text(cell: str, reading: CellReading) -> str:
    text = f"trim({cell})"

    def number(text: str) -> str:
        comma = (
            f"CASE WHEN NOT regexp_full_match({text}, '{_THOUSANDS_OR_FRACTION}') THEN replace({text}, ',', '.') END"
        )
        return _in_seconds(f"coalesce(TRY_CAST({text} AS DOUBLE), TRY_CAST({comma} AS DOUBLE))", reading)

    plain = " ".join(f"WHEN regexp_full_match({each}, '{_NUMBER}') THEN {number(each)}" for each in (cell, text))
    if reading.kind == "number":
        together = f"regexp_replace({text}, '[^0-9.,+-]', '', 'g')"
        return (
            f"CASE {plain} WHEN regexp_full_match({text}, '{_SPACED_NUMBER}') "
            f"THEN TRY_CAST(replace({together}, ',', '.') AS DOUBLE) END"
        )
    part = [f"CAST(split_part(replace(ltrim({text}, '-'), ',', '.'), ':', {n}) AS DOUBLE)" for n in (1, 2, 3)]
    sign = f"CASE WHEN {text} LIKE '-%' THEN -1 ELSE 1 END"
    return (
        f"CASE {plain} WHEN regexp_full_match({text}, '{_DURATION}') "
        f"THEN {sign} * ({part[0]} * 3600 + {part[1]} * 60 + {part[2]}) END"
    )


def _in_seconds(number: str, reading: CellReading) -> str:
    factor = UNITS.get(reading.unit, 1)
    # A day is a binary fraction of nothing: what is ten seconds must not be a trillionth more.
    return number if factor == 1 else f"round({number} * {factor}, 3)"


def is_counted(reading: CellReading) -> str:
    """Whether a duration is a mere number, whose unit is only supposed; over `said`."""
    if reading.unit or reading.type in ("INTERVAL", "TIME"):
        return "false"
    return f"NOT contains({reading.mine('said')}, ':')" if reading.as_text else "true"


def _one_of_text(cell: str, words: Mapping[str, str]) -> str:
    """What a word stands for, however it is written; `words` give the SQL of their meanings."""
    # One comparison after another: of a long IN, DuckDB makes a join. Most cells are written as they should be.
    known = " ".join(f"WHEN {literal(word)} THEN {meaning}" for word, meaning in words.items())
    return f"CASE {cell} {known} ELSE CASE lower(trim({cell})) {known} END END"
