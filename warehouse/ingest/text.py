"""What kind of text a CSV file is: its encoding, its delimiter and its header, found from its bytes."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from warehouse.messages import Mistake

SAMPLE = 1 << 20
"""How much of a file (bytes) is looked at to find the delimiter and the header."""

_CHUNK = 4 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = ["cp1251", "koi8_r", "cp866", "iso8859_5", "cp1252", "latin_1"]
_PREFERRED = "cp1251"
_FOREIGN_WORD = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_DELIMITERS = (",", ";", "\t", "|")
_NAMED_DELIMITERS = {"tab": "\t", "\\t": "\t"}
_BINARY = {b"PK\x03\x04": ".xlsx", b"\xd0\xcf\x11\xe0": ".xls", b"PAR1": ".parquet", b"\x1f\x8b": ".gz"}


@dataclass(frozen=True)
class TextKind:
    """How a CSV file is read."""

    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    """The header's names, as they are."""
    header_row: int
    """The header's row in a spreadsheet: 1, or more after blank lines."""
    lines: int
    """The lines of text before the first data row: a name in quotes may run over several."""


def recognise(path: Path, encoding: str | None, delimiter: str | None) -> TextKind:
    """Find out how to read a CSV file. Raises Mistake if it is empty, is not text or has no header."""
    encoding = _given_encoding(encoding) if encoding else find_encoding(path)
    with path.open("rb") as file:
        raw = file.read(SAMPLE)
    try:
        sample = codecs.getincrementaldecoder(encoding)().decode(raw, final=len(raw) < SAMPLE)
    except UnicodeError:
        raise wrong_encoding(path, encoding) from None
    sample = sample.removeprefix("\ufeff")
    delimiter = given_delimiter(delimiter) if delimiter else find_delimiter(sample)
    if "\0" in sample:
        raise not_text(path, raw)
    try:
        return _header(sample, encoding, delimiter, path)
    except csv.Error as error:
        raise Mistake("The header of {file} cannot be read: {reason}.", file=path.name, reason=str(error)) from None


def find_encoding(path: Path) -> str:
    """The encoding a file is in: by its mark, UTF-8 if all of it is, or the likeliest one-byte encoding."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        start = chunk = file.read(_CHUNK)
        if not start:
            raise Mistake("The file {file} is empty.", file=path.name)
        for mark, encoding in _BOMS:
            if start.startswith(mark):
                return encoding
        if b"\0" in start[:SAMPLE]:
            return _utf16_without_mark(start, path)
        while True:
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                # The words are around the first byte that is not UTF-8; what is before it is mere ASCII.
                first = max(error.start - 1024, 0)
                return _one_byte_encoding(error.object[first : first + (64 << 10)], path)
            if not chunk:
                return "utf-8"
            chunk = file.read(_CHUNK)


def _utf16_without_mark(start: bytes, path: Path) -> str:
    even, odd = start[0:SAMPLE:2].count(0), start[1:SAMPLE:2].count(0)
    half = min(len(start), SAMPLE) // 2
    if odd > half // 4 and even == 0:
        return "utf-16-le"
    if even > half // 4 and odd == 0:
        return "utf-16-be"
    raise not_text(path, start)


def _one_byte_encoding(sample: bytes, path: Path) -> str:
    from charset_normalizer import from_bytes

    # ASCII between the words of another alphabet would pass for a language of its own; a few words are repeated
    # for the statistics to have something to count.
    words = b" ".join(_FOREIGN_WORD.findall(sample))[:8192]
    words = b" ".join([words] * (1 + 200 // len(words)))
    matches = list(from_bytes(words, cp_isolation=_CANDIDATES) or from_bytes(sample, cp_isolation=_CANDIDATES))
    if not matches:
        raise Mistake("The encoding of {file} cannot be told: name it, as in --encoding windows-1251.", file=path.name)
    best = (matches[0].chaos, matches[0].coherence)
    tied = {
        encoding
        for match in matches
        if (match.chaos, match.coherence) == best
        for encoding in match.could_be_from_charset
    }
    return _PREFERRED if _PREFERRED in tied else matches[0].encoding


def find_delimiter(sample: str) -> str:
    """The delimiter that divides the header and the same number of times the lines after it."""
    return max(_DELIMITERS, key=lambda delimiter: _fit(sample, delimiter))


def _fit(sample: str, delimiter: str) -> tuple[float, int]:
    lengths: list[int] = []
    try:
        for row in csv.reader(_lines(sample), delimiter=delimiter):
            if row:
                lengths.append(len(row))
            if len(lengths) == 20:
                break
    except csv.Error:
        pass
    if not lengths or lengths[0] == 1:
        return 0.0, 0
    return lengths.count(lengths[0]) / len(lengths), lengths[0]


def _header(sample: str, encoding: str, delimiter: str, path: Path) -> TextKind:
    reader = csv.reader(_lines(sample), delimiter=delimiter)
    for number, row in enumerate(reader, start=1):
        if any(cell.strip() for cell in row):
            return TextKind(encoding, delimiter, tuple(row), number, reader.line_num)
    raise Mistake("The file {file} has no header: its first row names the columns.", file=path.name)


def _lines(sample: str) -> Iterator[str]:
    # Without newline="" a lone carriage return inside quotes would be changed.
    return iter(io.StringIO(sample, newline=""))


def _given_encoding(name: str) -> str:
    try:
        found = codecs.lookup(name).name
        "".encode(found)
    except (LookupError, UnicodeError, ValueError):
        raise Mistake(
            "There is no encoding {encoding}: try utf-8, windows-1251, koi8-r, cp866 or utf-16.", encoding=name
        ) from None
    return "utf-8" if found == "utf-8-sig" else found


def given_delimiter(text: str) -> str:
    delimiter = _NAMED_DELIMITERS.get(text.lower(), text)
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n\0':
        raise Mistake(
            "The delimiter {delimiter} cannot divide columns: it is one character such as , or ; or the word tab.",
            delimiter=repr(text),
        )
    return delimiter


def not_text(path: Path, start: bytes) -> Mistake:
    """What to say of a file that is not text."""
    for magic, suffix in _BINARY.items():
        if start.startswith(magic):
            return Mistake(
                "The file {file} is not text; it looks like {suffix}: name it so, or unpack it first.",
                file=path.name,
                suffix=suffix,
            )
    return Mistake("The file {file} is not text: Svodka imports CSV (any delimiter), XLSX and Parquet.", file=path.name)


def wrong_encoding(path: Path, encoding: str) -> Mistake:
    """What to say of a file that is not in the encoding it was taken for."""
    return Mistake(
        "The file {file} is not in {encoding}: name the right encoding, as in --encoding windows-1251.",
        file=path.name,
        encoding=encoding,
    )
