"""What kind of text a CSV file is: its encoding, its delimiter and its header, found from its bytes."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from warehouse.ingest.layout import ANYWHERE, Layout, Numbered, UnfitLayout, unnamed
from warehouse.ingest.reasons import unread
from warehouse.messages import UserError

SAMPLE = 1 << 20
"""How much of a file (bytes) is looked at to find the delimiter and the header."""

UNREADABLE = "\ufdd0"
"""Stands for bytes that are no character of the file's encoding: never a character of a text itself."""

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
_NO_LETTER = b"\x98"
_FOREIGN_WORD = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
DELIMITERS = (",", ";", "\t", "|")
_NAMED_DELIMITERS = {"tab": "\t", "\\t": "\t"}
_ASCII = bytes(range(128))


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
    spoiled: bool = False
    """Whether some bytes of the file are no characters of its encoding."""


def recognise(path: Path, encoding: str | None, delimiter: str | None, layout: Layout = ANYWHERE) -> TextKind:
    """Find out how to read a CSV file. Raises UserError if it is empty, is not text or has no header."""
    encoding, whole = encoding_of(path, encoding)
    with path.open("rb") as file:
        raw = file.read(SAMPLE)
    sample = decoder_of(encoding).decode(raw, final=len(raw) < SAMPLE).removeprefix("\ufeff")
    delimiter = given_delimiter(delimiter) if delimiter else find_delimiter(sample)
    if "\0" in sample:
        raise not_text(path)
    try:
        kind = _header(sample, encoding, delimiter, layout, path)
    except csv.Error as error:
        otherwise = UserError(
            "The header of {file} cannot be read: a quote is missing, or a name in it is too long.", file=path.name
        )
        raise unread(error, path, otherwise) from None
    return replace(kind, spoiled=not whole)


def encoding_of(path: Path, given: str | None) -> tuple[str, bool]:
    """Return the encoding of a file, given or found out, and whether all of it is in that. Raises UserError."""
    return _checked_encoding(given, path) if given else find_encoding(path)


def find_encoding(path: Path) -> tuple[str, bool]:
    """The encoding a file is in, and whether all of it is.

    By its mark; UTF-8 if more of it is than is not; else the likeliest encoding of one byte.
    """
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return encoding, is_whole(path, encoding)
    if b"\0" in start:
        encoding = _utf16_without_mark(start, path)
        return encoding, is_whole(path, encoding)
    if is_whole(path, "utf-8"):
        return "utf-8", True
    read, unreadable = _beyond_ascii(path, "utf-8")
    if read >= unreadable:
        return "utf-8", False
    encoding = _one_byte_encoding(_around_first_word(path), path)
    return encoding, is_whole(path, encoding)


def decoder_of(encoding: str) -> codecs.IncrementalDecoder:
    """A decoder that puts `UNREADABLE` where bytes are no characters."""
    return codecs.getincrementaldecoder(encoding)(MARKING)


def _mark(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return UNREADABLE, error.end


MARKING = "svodka.mark"
"""What a codec is told to do with such bytes."""
codecs.register_error(MARKING, _mark)


def _chunks(path: Path) -> Iterator[bytes]:
    """The file, and nothing as the end of it."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
    yield b""


def is_whole(path: Path, encoding: str) -> bool:
    """Whether every byte is of a character."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk, final=not chunk)
    except UnicodeError:
        return False
    return True


def _beyond_ascii(path: Path, encoding: str) -> tuple[int, int]:
    """How many characters that ASCII has not a file has in an encoding, and how many places cannot be read in it."""
    # With the codec's own sign for it, which is as fast as reading: of a file in another encoding it is most letters.
    decoder, read, unreadable = codecs.getincrementaldecoder(encoding)("replace"), 0, 0
    for chunk in _chunks(path):
        text = decoder.decode(chunk, final=not chunk)
        lost = text.count("\ufffd")
        unreadable += lost
        read += len(text) - len(text.encode("ascii", "ignore")) - lost
    return read, unreadable


def _around_first_word(path: Path) -> bytes:
    """The file around the first byte that ASCII has not."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if not chunk.isascii():
                first = len(chunk) - len(chunk.lstrip(_ASCII))
                return chunk[max(first - 1024, 0) : first + (64 << 10)]
    return b""


def _utf16_without_mark(start: bytes, path: Path) -> str:
    even, odd = start[0:SAMPLE:2].count(0), start[1:SAMPLE:2].count(0)
    half = min(len(start), SAMPLE) // 2
    if odd > half // 4 and even == 0:
        return "utf-16-le"
    if even > half // 4 and odd == 0:
        return "utf-16-be"
    raise not_text(path)


def _one_byte_encoding(sample: bytes, path: Path) -> str:
    from charset_normalizer import from_bytes

    # ASCII between the words of another alphabet would pass for a language of its own; a few words are repeated
    # for the statistics to have something to count.
    found = _FOREIGN_WORD.findall(sample)
    # One byte that the likeliest encoding has no letter for is no reason to read all of it in another.
    words = b" ".join([word for word in found if _NO_LETTER not in word] or found)[:8192]
    words = b" ".join([words] * (1 + 200 // len(words)))
    matches = list(from_bytes(words, cp_isolation=_CANDIDATES) or from_bytes(sample, cp_isolation=_CANDIDATES))
    if not matches:
        raise UserError(
            "The encoding of {file} cannot be told: name it, as in --encoding windows-1251.", file=path.name
        )
    best = (matches[0].chaos, matches[0].coherence)
    tied = {
        encoding
        for match in matches
        if (match.chaos, match.coherence) == best
        for encoding in match.could_be_from_charset
    }
    return _PREFERRED if _PREFERRED in tied else matches[0].encoding


def find_delimiter(sample: str) -> str:
    """The delimiter that divides most of the first lines the same number of times."""
    return max(DELIMITERS, key=lambda delimiter: _fit(sample, delimiter))


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
    # A title above the header, or a total below, is no row of the table.
    usual = max(lengths, key=lambda length: (lengths.count(length) if length > 1 else 0, length), default=1)
    return (lengths.count(usual) / len(lengths), usual) if usual > 1 else (0.0, 0)


def _header(sample: str, encoding: str, delimiter: str, layout: Layout, path: Path) -> TextKind:
    """Find the header among the first rows."""
    reader = csv.reader(_lines(sample), delimiter=delimiter)
    ends: dict[int, int] = {}

    def rows() -> Iterator[Numbered]:
        try:
            for number, row in enumerate(reader, start=1):
                ends[number] = reader.line_num
                yield number, row
        except csv.Error:
            if not ends:
                raise

    if layout.names is not None:
        unnamed(layout.names, len(next((row for _, row in rows() if row), ())), path)
        return TextKind(encoding, delimiter, layout.names, 0, 0)
    found = layout.find(rows())
    if found is None and isinstance(layout.header, int):
        raise UserError("The file {file} has nothing in row {n} to be the header.", file=path.name, n=layout.header)
    if found is None:
        raise UnfitLayout("The file {file} has no header: its first row names the columns.", file=path.name)
    return TextKind(encoding, delimiter, tuple(found[1]), found[0], ends[found[0]])


def _lines(sample: str) -> Iterator[str]:
    # Without newline="" a lone carriage return inside quotes would be changed.
    return iter(io.StringIO(sample, newline=""))


def _checked_encoding(name: str, path: Path) -> tuple[str, bool]:
    """The encoding of that name, and whether all of the file is in it. Raises UserError if it cannot be."""
    encoding = given_encoding(name)
    check_not_utf8(path, encoding)
    if is_whole(path, encoding):
        return encoding, True
    read, unreadable = _beyond_ascii(path, encoding)
    if unreadable > read:
        raise wrong_encoding(path, encoding)
    return encoding, False


def check_not_utf8(path: Path, encoding: str) -> None:
    """Raises UserError if a file is in UTF-8: in an encoding of one byte it could be read, in wrong letters."""
    if encoding.startswith("utf"):
        return
    read, unreadable = _beyond_ascii(path, "utf-8")
    if read and read >= unreadable:
        raise UserError(
            "The file {file} is in UTF-8: in {encoding} its letters would be wrong ones. Name no encoding.",
            file=path.name,
            encoding=encoding,
        )


def given_encoding(name: str) -> str:
    try:
        found = codecs.lookup(name).name
        "".encode(found)
    except (LookupError, UnicodeError, ValueError):
        raise UserError(
            "There is no encoding {encoding}: try utf-8, windows-1251, koi8-r, cp866 or utf-16.", encoding=name
        ) from None
    return "utf-8" if found == "utf-8-sig" else found


def given_delimiter(text: str) -> str:
    delimiter = _NAMED_DELIMITERS.get(text.lower(), text)
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n\0':
        raise UserError(
            "The delimiter {delimiter} cannot divide columns: it is one character such as , or ; or the word tab.",
            delimiter=repr(text),
        )
    return delimiter


def not_text(path: Path) -> UserError:
    """What to say of a file that is not text."""
    return UserError(
        "The file {file} is not text: Svodka imports CSV (any delimiter), XLSX and Parquet.", file=path.name
    )


def wrong_encoding(path: Path, encoding: str) -> UserError:
    """What to say of a file that is not in the encoding it was taken for."""
    return UserError(
        "The file {file} is not in {encoding}: name the right encoding, as in --encoding windows-1251.",
        file=path.name,
        encoding=encoding,
    )
