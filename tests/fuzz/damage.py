"""What happens to files on their way: cut, doubled, spoilt, said in another encoding, glued together."""

from __future__ import annotations

import codecs
from collections.abc import Callable

from hypothesis import strategies as st

MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE)
SPOILERS = (
    *(b"\0", b"\0" * 600, b'"', b'""', b'"\n', b"'", b"\r", b"\n", b"\r\n", b"\n\n", b";", b",", b"\t", b"|", b"\\"),
    *("Ж".encode("cp1251"), "Ж".encode(), "Ж".encode()[:1], b"\xff", b"\x1a", b"\xc2\x85", "\u2028".encode()),
    *(b"PK\x03\x04", b"\x1f\x8b", b"PAR1", b"{", b"[]", b"NaN", b"-1", b"1e999", b"9" * 400, b"x" * 100_000),
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1251", "koi8-r", "cp866", "latin-1")

_place = st.floats(0, 1, exclude_max=True)


@st.composite
def damaged(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """A file to which up to four things have happened; none of them, now and then."""
    raw = draw(whole)
    for _ in range(draw(st.integers(0, 4))):
        raw = draw(st.sampled_from(_ACCIDENTS))(draw, raw)
    return raw


def _cut(draw: st.DrawFn, raw: bytes) -> bytes:
    return raw[: _somewhere(draw, raw)]


def _headless(draw: st.DrawFn, raw: bytes) -> bytes:
    return raw[_somewhere(draw, raw) :]


def _without(draw: st.DrawFn, raw: bytes) -> bytes:
    at = _somewhere(draw, raw)
    return raw[:at] + raw[at + draw(st.integers(1, 40)) :]


def _twice(draw: st.DrawFn, raw: bytes) -> bytes:
    return raw + raw[_somewhere(draw, raw) :]


def _spoilt(draw: st.DrawFn, raw: bytes) -> bytes:
    at = _somewhere(draw, raw)
    return raw[:at] + draw(st.sampled_from(SPOILERS) | st.binary(min_size=1, max_size=8)) + raw[at:]


def _flipped(draw: st.DrawFn, raw: bytes) -> bytes:
    at = _somewhere(draw, raw)
    return raw[:at] + bytes([raw[at] ^ draw(st.integers(1, 255))]) + raw[at + 1 :] if raw else raw


def _marked(draw: st.DrawFn, raw: bytes) -> bytes:
    return draw(st.sampled_from(MARKS)) + raw


def _recoded(draw: st.DrawFn, raw: bytes) -> bytes:
    return raw.decode("utf-8", "replace").encode(draw(st.sampled_from(ENCODINGS)), "replace")


def _ended(draw: st.DrawFn, raw: bytes) -> bytes:
    return raw.replace(b"\n", draw(st.sampled_from([b"\r\n", b"\r", b"\n\n", b"\n\r", b" \n"])))


_ACCIDENTS: tuple[Callable[[st.DrawFn, bytes], bytes], ...] = (
    *(_cut, _headless, _without, _twice, _spoilt, _spoilt, _flipped, _flipped, _marked, _recoded, _ended),
)


def _somewhere(draw: st.DrawFn, raw: bytes) -> int:
    return int(draw(_place) * len(raw))
