"""Any bytes to the named formats, whichever stand in the register.

A format's own words are found in its code, so that what is added to the register is tried without a line here.
"""

from __future__ import annotations

import ast
import gzip
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.damage import damaged
from tests.fuzz.desk import desk, take
from tests.fuzz.examples import examples
from tests.fuzz.rows import BAD
from warehouse.ingest import formats
from warehouse.ingest.formats.registry import FORMATS
from warehouse.schema import CALLS, TABLES

PAIRS = [(name, table) for name, each in FORMATS.items() for table in each.tables]
EPOCH = 1780300800
"""2026-06-01 08:00 UTC."""
MOMENTS = st.integers(0, 400).flatmap(
    lambda s: st.sampled_from(
        [
            str(EPOCH + s),
            f"{EPOCH + s}.{s}",
            f"2026-06-01 08:{s // 60:02}:{s % 60:02}",
            f"2026/06/01 08:{s // 60:02}:{s % 60:02}",
            f"01.06.2026 08:{s // 60:02}",
        ]
    )
)
TEXTS = (
    *("1.1", "1.2", "sales", "rent", "SIP/1", "SIP/2", "NONE", "", "12", "3000", "0:01:05", "79161234567", "Ипотека"),
    *('"Ann" <101>', "anonymous", "-1", "1e9", "x;y", "a,b", '"', "tea"),
)
VALUES = st.sampled_from(TEXTS)


@cache
def words(name: str) -> tuple[str, ...]:
    """The texts in a format's code that a file could have as a cell; of all formats, if its code has another name."""
    paths = sorted(Path(formats.__path__[0]).rglob("*.py"))
    own = [path for path in paths if name in path.parts or path.stem == name]
    nodes = [node for path in own or paths for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return tuple(sorted(text for text in texts if re.fullmatch(r"[\w /-]{1,40}", text)))


@st.composite
def lines(draw: st.DrawFn, name: str) -> bytes:
    """A log in words that its format knows."""
    delimiter, end = draw(st.sampled_from("|||,;\t")), draw(st.sampled_from(["\n", "\n", "\r\n", "\n\n"]))
    cell = st.one_of(st.sampled_from(words(name)), VALUES, MOMENTS)
    log = [
        delimiter.join([draw(MOMENTS), *draw(st.lists(cell, max_size=9))]) if draw(st.integers(0, 9)) else draw(BAD)
        for _ in range(draw(st.integers(0, 12)))
    ]
    return (end.join(log) + draw(st.sampled_from([end, ""]))).encode()


@pytest.mark.parametrize(("name", "table"), PAIRS)
@examples(0.06, usually=6)
@given(data=st.data())
def test_any_bytes_in_a_named_format_are_an_import_or_a_mistake(data: st.DataObject, name: str, table: str) -> None:
    raws = data.draw(st.lists(st.binary(max_size=120) | damaged(lines(name)), min_size=1, max_size=3))
    with desk() as here:
        rotated = len(raws) > 1
        path = here.root / "logs" if rotated else here.root / f"{name}.log"
        if rotated:
            path.mkdir()
        for number, raw in enumerate(raws):
            packed = gzip.compress(raw) if data.draw(st.integers(0, 4)) == 0 else raw
            (path / f"{name}.{number}" if rotated else path).write_bytes(packed)
        take(here, path, TABLES[table], format_name=name)


@examples(0.05, usually=5)
@given(st.data())
def test_good_calls_of_a_queue_log_among_junk_are_taken(data: st.DataObject) -> None:
    """Junk is of other calls, or of no sense at all; nothing but its own line is refused for it."""
    junk = st.one_of(
        BAD.filter(lambda text: "QUEUESTART" not in text),
        st.lists(VALUES | st.sampled_from(words("queue_log")), min_size=2, max_size=6).map(
            lambda cells: f"{EPOCH + 5}|junk|" + "|".join(cell for cell in cells if cell != "QUEUESTART")
        ),
    )
    log, expected = list[str](), {}
    for number in range(data.draw(st.integers(1, 4))):
        answered = data.draw(st.booleans())
        events = ["1 ENTERQUEUE||8|1", "9 CONNECT|8|x|2", "60 COMPLETECALLER|8|51|1"]
        if not answered:
            events = ["1 ENTERQUEUE||7|1", "2 RINGNOANSWER|1000", "31 ABANDON|1|1|30"]
        expected[f"{number}.1"] = ("answered", 8.0, 51.0) if answered else ("abandoned", 30.0, None)
        log += [
            f"{EPOCH + int(at)}|{number}.1|sales|SIP/1|{rest}" for at, rest in (event.split(" ", 1) for event in events)
        ]
        log += data.draw(st.lists(junk, max_size=3))
    with desk() as here:
        path = here.file(*log, name="queue_log", encoding="utf-8")
        assert take(here, path, CALLS, format_name="queue_log")
        kept = {row[0]: row[1:] for row in here.kept("contact_id", "outcome", "wait_s", "talk_s")}
        assert {callid: kept.get(callid) for callid in expected} == expected
