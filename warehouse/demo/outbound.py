"""Outbound attempts: telemarketing, and call-backs of those who were lost."""

from __future__ import annotations

import numpy as np

from warehouse.demo.calls import (
    ABANDONED,
    ANSWERED,
    BUSY,
    CAMPAIGN_NAMES,
    FAILED,
    NO_ANSWER,
    NONE,
    TOPIC_NAMES,
    Calls,
)
from warehouse.demo.chance import DAY_S, Flags, Floats, HalfMonth, Ints, among, chosen, dealt, shuffled, tenths, weibull
from warehouse.demo.people import AKC, INHOUSE, SALES, TELEMARKETING, buyers
from warehouse.demo.scenario import Targets
from warehouse.demo.shape import moments
from warehouse.demo.words import CALL_BACK, CAMPAIGNS, TOPICS, VOICE_LINES

_REACHED = 0.9
"""Share of call-backs that end in a conversation."""
_SERVICE_CALLED_BACK = 0.6
"""In sales everybody lost is called back, in service most are."""
_LAST_DIAL_S = 22.8 * 3600
"""Local time after which nobody is called back any more, s since midnight."""

_POOLS = np.array([SALES, INHOUSE, AKC])


def outbound(half: HalfMonth, targets: Targets, lost_from: Calls) -> Calls:
    """All attempts of a half month: the call-backs of `lost_from`, the rest of line sales is telemarketing."""
    rng = half.rng("outbound")
    line, dialled, client = _call_backs(lost_from, rng)
    n_back = len(line)
    back_reached = np.zeros(n_back, dtype=np.bool_)
    for code in range(len(VOICE_LINES)):
        here = line == code
        back_reached |= among(here, round(_REACHED * int(here.sum())), rng)

    n_cold = targets.attempts - int((line == SALES).sum())
    cold_clients = buyers(half, n_cold, rng, old=0.55)
    n_target, n_other = targets.target_conversations, targets.other_conversations
    n_other -= int((back_reached & (line == SALES)).sum())
    cold_reached = chosen(n_cold, n_target + n_other, rng)
    cold_target = among(cold_reached, n_target, rng) | among(~cold_reached, round(0.58 * n_cold), rng)

    reached = np.concatenate([back_reached, cold_reached])
    line = np.concatenate([line, np.full(n_cold, SALES)])
    cold = np.arange(len(line)) >= n_back
    wait, talk, wrap = _durations(targets, line, reached, cold, rng)
    outcome = np.where(reached, ANSWERED, np.array([NO_ANSWER, BUSY, FAILED])[dealt(len(line), _FAILURES, rng)])
    wait = np.where(outcome == BUSY, np.minimum(wait, 6.0), np.where(outcome == FAILED, 2.0, wait))
    campaign = dealt(n_cold, np.array(list(CAMPAIGNS.values()), dtype=np.float64), rng)
    return Calls(
        outbound=np.ones(len(line), dtype=np.bool_),
        contact=np.arange(len(line)),
        line=line,
        start=np.concatenate([dialled, moments(half, n_cold, "attempts", rng)]),
        outcome=outcome,
        wait=wait,
        talk=talk,
        hold=np.where(reached, 0.0, np.nan),
        wrap=wrap,
        client=np.concatenate([client, cold_clients]),
        target=np.concatenate([np.zeros(n_back, dtype=np.bool_), cold_target]),
        topic=_topics(line, reached, rng),
        to_line=np.full(len(line), NONE),
        campaign=np.concatenate([np.full(n_back, CAMPAIGN_NAMES.index(CALL_BACK)), campaign]),
        before=np.full(len(line), NONE),
        from_bot=np.zeros(len(line), dtype=np.bool_),
        pool=np.where(cold, TELEMARKETING, _POOLS[line]),
        agent=np.full(len(line), NONE),
    )


_FAILURES = np.array([76.0, 15.0, 9.0])


def _call_backs(calls: Calls, rng: np.random.Generator) -> tuple[Ints, Floats, Ints]:
    """Line, moment of dialling and client of the call-backs, each on the day of the loss.

    One per loss of a known caller in sales: after the last loss of a client there is always one.
    """
    known = (calls.outcome == ABANDONED) & (calls.client >= 0)
    service = known & (calls.line != SALES)
    known &= ~service | among(service, round(_SERVICE_CALLED_BACK * int(service.sum())), rng)
    lost = np.flatnonzero(known)
    # A transferred call is lost some minutes later than its first row suggests: leave it those minutes.
    lost_at = calls.ended_at[lost] + np.where(calls.before[lost] >= 0, 1800.0, 0.0)
    midnight = np.floor(lost_at / DAY_S) * DAY_S
    delay = 150 + shuffled(weibull(len(lost), 1500.0, 1.1, rng), rng)
    latest = midnight + _LAST_DIAL_S - rng.uniform(0, 600, len(lost))
    dialled = np.maximum(np.minimum(lost_at + delay, latest), lost_at + 120)
    return calls.line[lost], tenths(dialled), calls.client[lost]


def _durations(
    targets: Targets, line: Ints, reached: Flags, cold: Flags, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    """Ringing of all attempts, talk and wrap-up (s) of those reached."""
    ringing = shuffled(tenths(weibull(len(line), 19.0, 2.2, rng, floor=2.0)), rng)
    wait = tenths(np.where(reached, ringing * 0.7, ringing))
    talk, wrap = np.full(len(line), np.nan), np.full(len(line), np.nan)
    groups = [(cold, 112.0)] + [(~cold & (line == i), targets.voice[name].aht_s) for i, name in enumerate(VOICE_LINES)]
    for group, handling in groups:
        rows = np.flatnonzero(group & reached)
        talk[rows] = shuffled(tenths(weibull(len(rows), 0.88 * handling, 1.2, rng, floor=5.0)), rng)
        wrap[rows] = shuffled(tenths(weibull(len(rows), 0.12 * handling, 1.6, rng, floor=2.0)), rng)
    return wait, talk, wrap


def _topics(line: Ints, reached: Flags, rng: np.random.Generator) -> Ints:
    topic = np.full(len(line), NONE)
    for code, name in enumerate(VOICE_LINES):
        rows = np.flatnonzero((line == code) & reached)
        numbers = np.array([TOPIC_NAMES.index(word) for word in TOPICS[name]])
        topic[rows] = numbers[dealt(len(rows), np.array(list(TOPICS[name].values())), rng)]
    return topic
