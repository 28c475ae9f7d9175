"""What people asked and did not get, as an operator sees it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.chat import unanswered
from bot.chat.message import Incoming
from bot.state.audit import AuditEntry, AuditOutcome, UnansweredReason, record
from bot.state.store import State, open_state
from digests.document import Bullets, Table
from digests.localizer import Localizer

NOON = datetime(2026, 6, 16, 9)
ANNA = Incoming("telegram", "1", "1", True, "", "")


@pytest.fixture
def state(tmp_path: Path) -> State:
    """Nine lines of a day: four answers, of which one by a slip and one by context, thanks, and four without one."""
    state = open_state("sqlite:///state/svodka.db", tmp_path)
    said = (
        ("sl inhouse", "1", AuditOutcome.ANSWERED, None, None),
        ("sl inhose", "1", AuditOutcome.ANSWERED, "slip", None),
        ("а вчера?", "1", AuditOutcome.ANSWERED, "context", None),
        ("sl", "2", AuditOutcome.ANSWERED, None, None),
        ("спасибо", "2", AuditOutcome.COURTESY, None, None),
        ("Дозвон по КЦ", "1", AuditOutcome.UNCLEAR, None, UnansweredReason.WORDS),
        ("дозвон по кц", "2", AuditOutcome.UNCLEAR, None, UnansweredReason.WORDS),
        ("sl акц", "2", AuditOutcome.REFUSED, None, UnansweredReason.CLOSED),
        ("calls", "3", AuditOutcome.LATE, None, None),
    )
    for text, person, outcome, how, miss in said:
        incoming = replace(ANNA, text=text, person=person)
        state.do(record, AuditEntry(incoming, NOON, outcome, 5, how=how, miss=miss))
    old = AuditEntry(
        replace(ANNA, text="csat"), NOON - timedelta(days=40), AuditOutcome.UNCLEAR, 5, miss=UnansweredReason.ABSENT
    )
    state.do(record, old)
    return state


def test_what_had_no_answer_is_counted_by_kind_with_its_words_and_without_names(state: State) -> None:
    since = NOON - timedelta(days=30)
    found = state.do(unanswered.questions, since)
    data = json.loads(json.dumps(unanswered.as_data(found, since)))

    assert (data["asked"], data["answered"]) == (8, 4)
    assert data["understood_by"] == {"slip": 1, "context": 1}
    assert [(kind["kind"], kind["asked"], kind["people"]) for kind in data["unanswered"]] == [
        ("words", 2, 2),
        ("closed", 1, 1),
        ("late", 1, 1),
    ]
    # The same words in other letters are one, as they were written last.
    assert data["unanswered"][0]["texts"] == [{"text": "дозвон по кц", "asked": 2, "said": None}]
    state.close()


def test_an_operator_reads_it_in_their_language(state: State) -> None:
    since = NOON - timedelta(days=30)
    document = unanswered.as_document(state.do(unanswered.questions, since), since, Localizer("ru", "Europe/Moscow"))

    (table,) = (block for block in document.blocks if isinstance(block, Table))
    assert table.rows[0] == ("слова, которые здесь ничего не значат", "2", "2")
    first = next(block for block in document.blocks if isinstance(block, Bullets))
    assert "".join(span.text for span in first.items[0].spans) == "дозвон по кц × 2"
    assert "[words]" in str(document.blocks[-1])
    state.close()
