"""The SQL (DuckDB) that reads cells: from whatever a file or an expression gives to the canonical types.

Everything here is a pure function from columns to SQL text. No expression may fail on a row: what cannot be read
becomes null in `parsed`, and `fault` says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from warehouse.ingest.rejects import Say
from warehouse.messages import N_
from warehouse.nulls import NULL_WORDS

ROW = '"svodka:row"'
"""The row's number, as a spreadsheet shows it. No column of a file has a name like ours."""

_VALUES = ((".", "N"), ("]", "n"), ("o", "~"))
"""Between these lie most cells and no null word: what begins with digits, A to M, or small letters but n."""
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
)

_CLOCK_TIME = r"\d\d?:\d\d(:\d\d(\.\d+)?)?"
_ISO_LOCAL = rf"\d{{4}}-\d\d-\d\d([ T]{_CLOCK_TIME})?"
_ISO_ZONED = r"(\d{4}-\d\d-\d\d)[ T](\d\d?:\d\d)(:\d\d(?:\.\d+)?)? ?(Z|[+-]\d\d(?::?\d\d)?)"
_ISO_WHOLE = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d(:?\d\d)?)"
"""What DuckDB reads as it stands: the form that programs write."""
_DOTTED = r"\d\d?\.\d\d?\.\d{4}( \d\d?:\d\d(:\d\d)?)?"
_NUMBER = r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?"
_SPACED_NUMBER = "[+-]?\\d{1,3}([ \u00a0\u2009\u202f]\\d{3})+([.,]\\d+)?"
_DURATION = r"-?\d+:[0-5]?\d:[0-5]?\d([.,]\d+)?"

_NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_FLOATS = ("FLOAT", "DOUBLE")


@dataclass(frozen=True)
class Reading:
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

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def kind(self) -> str:
        return str(self.column.info["kind"])

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


def given(reading: Reading) -> str:
    """What the row gives: the column itself, or the expression's value."""
    return attempt(reading.given) if reading.computed else reading.given


def blanked(column: str) -> str:
    """A cell of text, empty if it is a null word."""
    cell = identifier(column)
    return f"CASE WHEN lower(trim({cell})) IN ({listed(sorted(NULL_WORDS))}) THEN '' ELSE {cell} END"


def failed(reading: Reading) -> str:
    """Whether the expression failed on the row, other than giving null; over `given`. Of nothing it makes nothing."""
    tried = f"TRY(coalesce(CAST((\n{reading.given}\n) AS VARCHAR), '')) IS NULL"
    blank = " OR ".join(f"coalesce(trim(CAST({identifier(each)} AS VARCHAR)), '') = ''" for each in reading.reads)
    nothing = f"WHEN {blank} THEN false " if blank else ""
    return f"CASE {nothing}WHEN {reading.mine('given')} IS NULL THEN {tried} ELSE false END"


def said(reading: Reading) -> str:
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
    nothing = f"lower(trim({text})) IN ({listed(sorted(NULL_WORDS))})"
    # Trimming costs five times as much as comparing: it is left to the cells that may be blank.
    value = " OR ".join(f"({text} > {literal(low)} AND {text} < {literal(high)})" for low, high in _VALUES)
    return f"CASE WHEN {text} = '' THEN NULL WHEN {value} THEN {text} WHEN {nothing} THEN NULL ELSE {text} END"


def parsed(reading: Reading, timezone: str) -> str:
    """The value in its canonical type, null if it cannot be read; over `said`."""
    cell = reading.mine("said")
    if reading.kind == "text":
        return cell
    if reading.kind == "time":
        value = _time_of_text(cell, timezone) if reading.as_text else _time(cell, reading.type, timezone)
    elif reading.kind in ("seconds", "number"):
        value = _number_of_text(cell, reading.kind) if reading.as_text else _number(cell, reading.type)
    elif reading.kind == "flag":
        value = _one_of_text(cell, _FLAGS) if reading.as_text else cell
    else:
        value = _one_of_text(cell, {word: literal(word) for word in reading.column.info["values"]})
    return f"TRY({value})"


def bad(reading: Reading) -> str:
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


def fault(reading: Reading, say: Say) -> str:
    """The sentence for the rejects file; over `parsed`, of a row that is `bad` for this column."""

    def said(text: str) -> str:
        return literal(say(text))

    name, cell, value = reading.name, reading.mine("said"), reading.mine("parsed")
    opening = literal(f'{name}: "')
    quoted = f"{opening} || left(CAST({cell} AS VARCHAR), 80) || '\" '"
    text = f"trim(CAST({cell} AS VARCHAR))"
    if reading.kind == "time":
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
            f"ELSE {said(N_('is neither seconds nor h:mm:ss'))} END"
        )
    elif reading.kind == "number":
        why = said(N_("is not a number"))
    elif reading.kind == "flag":
        why = said(N_("is neither yes nor no (1 or 0, true or false, да or нет)"))
    else:
        why = literal(say(N_("is none of")) + " " + ", ".join(reading.column.info.get("values", ())))
    expression = literal(f"{name}: " + say(N_("its expression in the mapping fails on this row")))
    failure = f"WHEN {reading.mine('failed')} THEN {expression} " if reading.computed else ""
    nothing = literal(say(N_("nothing in")) + " " + name)
    return f"CASE {failure}WHEN {cell} IS NULL THEN {nothing} ELSE {quoted} || {why} END"


def disorders(readings: Sequence[Reading], say: Say) -> Iterator[tuple[str, str]]:
    """The conditions over `parsed`, each with its sentence, under which times contradict each other."""
    known = {reading.name: reading.mine("parsed") for reading in readings}
    for earlier, later, sentence in ORDERS:
        if earlier in known and later in known:
            yield f"{known[later]} < {known[earlier]}", say(sentence)


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
    dotted = f"TRY_STRPTIME({text}, ['%d.%m.%Y %H:%M:%S', '%d.%m.%Y %H:%M', '%d.%m.%Y'])"

    def local(text: str) -> str:
        return _utc(f"TRY_CAST({text} AS TIMESTAMP)", timezone)

    def instant(text: str) -> str:
        return _without_zone(f"TRY_CAST({text} AS TIMESTAMPTZ)")

    # The two forms that programs write most need no regular expression, and of this age no trimming: what has their
    # shape and is none is null.
    shapes = " ".join(
        f"WHEN {each} LIKE '{millennium}___-__-__T__:__:__Z' THEN {instant(each)} "
        f"WHEN {each} LIKE '{millennium}___-__-__ __:__:__' AND {each} NOT LIKE '% ' THEN {local(each)}"
        for each, millennium in ((cell, "2"), (text, "_"))
    )
    return (
        f"CASE {shapes} WHEN regexp_full_match({text}, '{_ISO_LOCAL}') THEN {local(text)} "
        f"WHEN regexp_full_match({text}, '{_ISO_WHOLE}') "
        f"THEN {instant(text)} WHEN regexp_full_match({text}, '{_ISO_ZONED}') "
        f"THEN {_without_zone(f'TRY_CAST({whole} AS TIMESTAMPTZ)')} "
        f"WHEN regexp_full_match({text}, '{_DOTTED}') THEN {_utc(dotted, timezone)} END"
    )


def _number(cell: str, type_: str) -> str:
    return f"epoch({cell})" if type_ in ("INTERVAL", "TIME") else f"CAST({cell} AS DOUBLE)"


def _number_of_text(cell: str, kind: str) -> str:
    text = f"trim({cell})"

    def number(text: str) -> str:
        return f"coalesce(TRY_CAST({text} AS DOUBLE), TRY_CAST(replace({text}, ',', '.') AS DOUBLE))"

    plain = " ".join(f"WHEN regexp_full_match({each}, '{_NUMBER}') THEN {number(each)}" for each in (cell, text))
    if kind == "number":
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


def _one_of_text(cell: str, words: Mapping[str, str]) -> str:
    """What a word stands for, however it is written; `words` give the SQL of their meanings."""
    # One comparison after another: of a long IN, DuckDB makes a join. Most cells are written as they should be.
    known = " ".join(f"WHEN {literal(word)} THEN {meaning}" for word, meaning in words.items())
    return f"CASE {cell} {known} ELSE CASE lower(trim({cell})) {known} END END"
