"""What clients answer after a contact, and what reviewers think of some of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from warehouse.demo.calls import NONE, Calls, agent_ids, contact_ids, ids, instants, table, words
from warehouse.demo.chance import Floats, HalfMonth, Ints, chosen, shuffled, spread, weibull
from warehouse.demo.chats import Chats
from warehouse.demo.people import client_ids
from warehouse.demo.scenario import Targets, size_of
from warehouse.demo.shape import moments
from warehouse.schema import QUALITY_REVIEWS, SURVEY_KINDS, SURVEYS

BEGAN = date(2025, 12, 1)
"""Nobody was asked, and nothing reviewed, before."""
CHANNELS = ("call", "chat", "lead", "ticket")
_CALL, _CHAT, _LEAD, _TICKET = range(len(CHANNELS))
_FORMS = ("звонок", "чат", "лид", "обращение")


@dataclass(frozen=True)
class _Question:
    """One question of a half month: who is asked, how many answer, and what they say, by score."""

    kind: str
    channel: int
    asked: int
    answered: int
    scores: Mapping[int, float]


def _satisfied(share: float) -> Mapping[int, float]:
    """Scores of five of which this share is 4 or 5."""
    best, good = 0.69 * share, 0.31 * share
    poor = 1 - share
    return {5: best, 4: good, 3: 0.42 * poor, 2: 0.25 * poor, 1: 0.33 * poor}


def _index(promoters: float, detractors: float) -> Mapping[int, float]:
    """Scores of ten with these shares of 9-10 and of 0-6."""
    between = 1 - promoters - detractors
    return {
        10: 0.6 * promoters,
        9: 0.4 * promoters,
        8: 0.6 * between,
        7: 0.4 * between,
        6: 0.3 * detractors,
        4: 0.3 * detractors,
        2: 0.2 * detractors,
        0: 0.2 * detractors,
    }


_QUESTIONS = (
    _Question("csat", _CALL, 8_000, 1_500, _satisfied(0.91)),
    _Question("csat", _CHAT, 6_160, 1_110, _satisfied(0.89)),
    _Question("csat", _LEAD, 500, 90, _satisfied(0.86)),
    _Question("csat", _TICKET, 1_300, 240, _satisfied(0.61)),
    _Question("nps", _CALL, 1_700, 315, _index(0.62, 0.13)),
    _Question("mood", _CALL, 1_700, 315, _index(0.76, 0.13)),
)
_SCALES = {"csat": (1.0, 5.0), "nps": (0.0, 10.0), "mood": (0.0, 10.0)}
_REVIEWS = {_CALL: (10, 87.0), _CHAT: (10, 88.0), _LEAD: (0, 84.0), _TICKET: (0, 79.0)}
"""Reviews of a person in a half month, and their mean."""
_FEW_REVIEWS = {_LEAD: 60, _TICKET: 48}
"""Of a channel where nobody known is reviewed: so many in a half month."""
_CRITICAL = 0.02


@dataclass(frozen=True)
class _Contacts:
    """What may be asked about: the contacts of a channel, when they were over, whose and by whom."""

    contact: pa.Array
    ended: Floats
    client: Ints
    agent: Ints

    def __len__(self) -> int:
        return len(self.ended)

    def take(self, places: Ints) -> _Contacts:
        return _Contacts(
            self.contact.take(pa.array(places)), self.ended[places], self.client[places], self.agent[places]
        )


def _contacts(half: HalfMonth, targets: Targets, calls: Calls, chats: Chats) -> dict[int, _Contacts]:
    # Who was passed on is asked about the last conversation.
    talked = np.flatnonzero(calls.answered & ~calls.outbound & (calls.to_line < 0))
    chatted = np.flatnonzero(chats.answered)
    found = {
        _CALL: _Contacts(contact_ids(half, calls), calls.ended_at, calls.client, calls.agent).take(talked),
        _CHAT: _Contacts(ids(half, "t", np.arange(len(chats.line))), chats.ended_at, chats.client, chats.agent).take(
            chatted
        ),
    }
    for channel, n, shape in ((_LEAD, targets.leads, "leads"), (_TICKET, targets.closed, "desk")):
        nobody = np.full(n, NONE)
        at = moments(half, n, shape, half.rng(f"asked {shape}"))
        found[channel] = _Contacts(pa.nulls(n, pa.string()), at, nobody, nobody)
    return found


def survey_rows(half: HalfMonth, targets: Targets, calls: Calls, chats: Chats) -> pa.Table:
    """The rows of `surveys`."""
    contacts = _contacts(half, targets, calls, chats)
    grown = size_of(half)
    made, first = [], 0
    for number, question in enumerate(_QUESTIONS):
        rng = half.rng(f"survey {number}")
        of = contacts[question.channel]
        asked = min(round(question.asked * grown), len(of))
        answered = round(question.answered * asked / question.asked)
        about = of.take(np.flatnonzero(chosen(len(of), asked, rng)))
        made.append(_of_question(half, question, about, answered, first, rng))
        first += asked
    return pa.concat_tables(made, promote_options="permissive")


def _of_question(
    half: HalfMonth, question: _Question, about: _Contacts, answered: int, first: int, rng: np.random.Generator
) -> pa.Table:
    n = len(about)
    low, high = _SCALES[question.kind]
    sent = about.ended + 60
    took = shuffled(weibull(n, 3000.0, 0.7, rng, floor=15.0), rng)
    answers = chosen(n, answered, rng)
    told = answers & (sent + took <= half.until)
    score = np.zeros(n)
    values = np.array(list(question.scores), dtype=np.float64)
    counts = spread(answered, np.array(list(question.scores.values())))
    score[answers] = rng.permutation(np.repeat(values, counts))
    return table(
        SURVEYS,
        n,
        {
            "survey_id": ids(half, "v", first + np.arange(n)),
            "question": words(np.full(n, SURVEY_KINDS.index(question.kind)), SURVEY_KINDS),
            "kind": words(np.full(n, SURVEY_KINDS.index(question.kind)), SURVEY_KINDS),
            "scale_low": pa.array(np.full(n, low)),
            "scale_high": pa.array(np.full(n, high)),
            "sent_at": instants(half, sent),
            "answered_at": instants(half, sent + took, told),
            "score": pa.array(score, mask=~told),
            "channel": words(np.full(n, question.channel), CHANNELS),
            "contact_id": about.contact,
            "client_id": client_ids(about.client),
            "agent_id": agent_ids(about.agent),
            "line": words(np.full(n, {_LEAD: 0, _TICKET: 1}.get(question.channel, NONE)), ("sales", "inhouse")),
        },
        keep=sent < half.until,
    )


def review_rows(half: HalfMonth, targets: Targets, calls: Calls, chats: Chats) -> pa.Table:
    """The rows of `quality_reviews`: some contacts of everybody, a day or two later."""
    contacts = _contacts(half, targets, calls, chats)
    made, first = [], 0
    for channel, (each, mean) in _REVIEWS.items():
        rng = half.rng(f"reviews {channel}")
        about = _reviewed(contacts[channel], each, _FEW_REVIEWS.get(channel, 0), rng)
        n = len(about)
        critical = chosen(n, round(_CRITICAL * n), rng)
        # What a fatal error takes away is on top of the rest.
        short = 100 - mean / (1 - _CRITICAL)
        score = np.round(100 - np.minimum(shuffled(weibull(n, short, 1.5, rng), rng), 60.0))
        reviewed = about.ended + shuffled(weibull(n, 36_000.0, 0.7, rng, floor=600.0), rng)
        made.append(
            table(
                QUALITY_REVIEWS,
                n,
                {
                    "review_id": ids(half, "q", first + np.arange(n)),
                    "contact_id": about.contact,
                    "channel": words(np.full(n, channel), CHANNELS),
                    "agent_id": agent_ids(about.agent),
                    "line": words(np.full(n, {_LEAD: 0, _TICKET: 1}.get(channel, NONE)), ("sales", "inhouse")),
                    "reviewed_at": instants(half, reviewed),
                    "contact_at": instants(half, about.ended),
                    "score": pa.array(score),
                    "max_score": pa.array(np.full(n, 100.0)),
                    "critical": pa.array(critical),
                    "form": words(np.full(n, channel), _FORMS),
                },
                keep=reviewed < half.until,
            )
        )
        first += n
    return pa.concat_tables(made, promote_options="permissive")


def _reviewed(of: _Contacts, each: int, few: int, rng: np.random.Generator) -> _Contacts:
    """Some contacts of everybody, or a few of nobody known."""
    order = rng.permutation(len(of))
    if not each:
        return of.take(np.sort(order[:few]))
    by_agent = order[np.argsort(of.agent[order], kind="stable")]
    starts = np.flatnonzero(np.diff(of.agent[by_agent], prepend=-2))
    place = np.arange(len(by_agent)) - np.repeat(starts, np.diff(np.append(starts, len(by_agent))))
    return of.take(np.sort(by_agent[place < each]))
