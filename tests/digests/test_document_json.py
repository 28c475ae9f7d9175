"""Documents are kept as JSON and come back exactly."""

from __future__ import annotations

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.document import (
    Block,
    Bullets,
    Document,
    FactDetail,
    FactRow,
    Facts,
    FactTrend,
    Item,
    Paragraph,
    Picture,
    Span,
)
from digests.document_json import dump, load
from metrics.answers import Verdict
from tests.channels.documents import SAMPLES

DETAILED = Facts(
    (
        FactRow("SL", "87 %", Verdict.MET, remarks=("a", "b"), detail=FactDetail("d", "87", "100", None, "noon")),
        FactRow("AHT", "294 s", Verdict.NONE, part=True),
    )
)
SPANS = st.lists(st.builds(Span), max_size=3).map(tuple)
BULLETS = st.recursive(
    st.builds(Bullets, st.just(())),
    lambda under: st.builds(Bullets, st.lists(st.builds(Item, SPANS, st.none() | under), max_size=3).map(tuple)),
    max_leaves=4,
)
NUMBERS = st.lists(st.none() | st.floats(allow_nan=False), max_size=3).map(tuple)
ROWS = st.builds(FactRow, trend=st.none() | st.builds(FactTrend, NUMBERS, NUMBERS))
OF_PARTS = {Bullets: BULLETS, Facts: st.builds(Facts, st.lists(ROWS, max_size=2).map(tuple))}
BLOCKS = st.one_of(*(OF_PARTS.get(kind, st.from_type(kind)) for kind in get_args(Block)))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_comes_back_as_it_was(name: str) -> None:
    assert load(dump(SAMPLES[name])) == SAMPLES[name]


def test_the_samples_have_every_kind_of_block() -> None:
    blocks = SAMPLES["every block"].blocks
    assert {type(block) for block in blocks} == set(get_args(Block))


@given(st.text(), st.lists(BLOCKS, max_size=5))
def test_any_document_comes_back_with_its_very_types(title: str, blocks: list[Block]) -> None:
    document = Document(title, (*blocks, DETAILED), "en")
    back = load(dump(document))
    assert back == document
    assert repr(back) == repr(document)  # a list for a tuple, a text for a verdict would be equal to neither


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{", '{"kind": "Note", "text": "a"}', '{"kind": "Path"}', '{"kind": "Document", "colour": 1}'],
)
def test_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"document|Expecting"):
        load(text)


def test_the_json_holds_plain_data_alone() -> None:
    data = json.loads(dump(Document("T", (DETAILED,), "en")))
    assert data["kind"] == "Document"
    assert data["blocks"][0]["rows"][0]["verdict"] == {"verdict": "met"}


def test_what_an_older_program_kept_still_loads() -> None:
    """A field that it did not know has its default; half a surrogate may stand in what a file is called."""
    older = (
        '{"kind": "Document", "title": "caf\\udce9", "language": "en", "blocks": ['
        '{"kind": "Paragraph", "spans": [{"kind": "Span", "text": "a", "strong": true}]}, '
        '{"kind": "Facts", "rows": [{"kind": "FactRow", "label": "SL", "value": "87 %", '
        '"verdict": {"verdict": "met"}}]}, '
        '{"kind": "Picture", "key": "p", "image": {"base64": "AP8="}, "alt_text": "b"}]}'
    )
    assert load(older) == Document(
        "caf\udce9",
        (
            Paragraph((Span("a", strong=True),)),
            Facts((FactRow("SL", "87 %", Verdict.MET),)),
            Picture("p", b"\x00\xff", "b"),
        ),
        "en",
    )
    assert load(dump(load(older))) == load(older)
