"""Inbound calls, and the voice bot before them: who calls when, who hangs up, how long everybody waits and talks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from warehouse.demo.calls import (
    ABANDONED,
    ANSWERED,
    FLOW_OUT,
    NONE,
    TOPIC_NAMES,
    Calls,
    floats,
    ids,
    instants,
    table,
    words,
)
from warehouse.demo.chance import (
    DAY_S,
    Flags,
    Floats,
    HalfMonth,
    Ints,
    among,
    chosen,
    dealt,
    ranked,
    shuffled,
    spread,
    strata,
    tenths,
    weibull,
    weibull_between,
)
from warehouse.demo.people import AKC, INHOUSE, SALES, buyers, client_ids, residents, with_anonymous
from warehouse.demo.scenario import Targets, Voice
from warehouse.demo.shape import free, load, moments
from warehouse.demo.words import EXTENSIONS, TOPICS, VOICE_LINES
from warehouse.schema import BOT_CALLS, BOT_OUTCOMES

THRESHOLD_S = 30.0
"""The scenario's service levels count answers within this wait."""

_WRONG_LINE = {("sales", "inhouse"): 58.0, ("inhouse", "sales"): 26.0, ("sales", "akc"): 5.0}
_WRONG_LINE |= {("inhouse", "akc"): 5.0, ("akc", "inhouse"): 4.0, ("akc", "sales"): 2.0}
"""Between which lines the misrouted calls are passed on."""

_POOLS = np.array([SALES, INHOUSE, AKC])
_WARM = 0.012
"""Share of conversations that end with a colleague of another line joining in: no second queue."""
_EXTENDED = 0.33
"""Share of them in which it is somebody at an extension."""
_LOST_TWICE = 0.038
"""Share of the lost calls whose client was lost some minutes before."""


@dataclass(frozen=True)
class Burst:
    """A stretch of about an hour in which a line cannot keep up (s since the half month's start)."""

    line: int
    begins: float
    ends: float


def bursts(half: HalfMonth) -> list[Burst]:
    """Five to eight bad hours: Monday mornings, adverts on the air, a cold riser."""
    rng = half.rng("bursts")
    working = [day for day, day_date in enumerate(half.dates) if not free(day_date)] or [0]
    found = []
    for _ in range(int(rng.integers(5, 9))):
        begins = float(rng.choice(working)) * DAY_S + rng.uniform(10, 19.5) * 3600
        found.append(Burst(int(rng.choice(3, p=(0.5, 0.35, 0.15))), begins, begins + rng.uniform(35, 85) * 60))
    return found


def inbound(half: HalfMonth, targets: Targets) -> Calls:
    """All queue entries of a half month; agents and final starts come with the seating."""
    rng = half.rng("inbound")
    pairs = [(VOICE_LINES.index(a), VOICE_LINES.index(b)) for a, b in _WRONG_LINE]
    passed = spread(targets.bot.misrouted, np.array(list(_WRONG_LINE.values())))
    lines = [targets.voice[name] for name in VOICE_LINES]
    second = np.array([sum(n for n, (_, to) in zip(passed, pairs, strict=True) if to == i) for i in range(3)])

    # First rows line by line, then the second rows of those passed on.
    starts = [moments(half, t.entries - n, name, rng) for t, n, name in zip(lines, second, VOICE_LINES, strict=True)]
    line = np.repeat(np.arange(3), [len(times) for times in starts])
    start = np.concatenate(starts)
    from_bot = chosen(len(start), targets.bot.handed_over, rng)
    in_burst = _in_burst(half, line, start)
    busy = np.concatenate([load(name, times) for name, times in zip(VOICE_LINES, starts, strict=True)])

    outcome = np.full(len(start), ANSWERED)
    lost_again = np.round(second * 0.006).astype(np.int64)
    for code, voice in enumerate(lines):
        here = line == code
        odds = 0.6 + busy + 15.0 * in_burst
        outcome[among(here, _lost(voice) - int(lost_again[code]), rng, odds)] = ABANDONED
        outcome[among(here & (outcome == ANSWERED), voice.flow_outs, rng, odds)] = FLOW_OUT

    client = np.empty(len(start), dtype=np.int64)
    sales = line == SALES
    client[sales] = with_anonymous(buyers(half, int(sales.sum()), rng), 0.07, rng)
    client[~sales] = with_anonymous(residents(int((~sales).sum()), rng), 0.06, rng)
    client = _calling_again(line, start, outcome, client, rng)

    to_line = np.full(len(start), NONE)
    befores, again_lines = [], []
    for n, (a, b) in zip(passed, pairs, strict=True):
        first = among((line == a) & (outcome == ANSWERED) & from_bot & (to_line == NONE), int(n), rng)
        to_line[first] = b
        befores.append(np.flatnonzero(first))
        again_lines.append(np.full(int(n), b))
    before = np.concatenate(befores)
    again = np.concatenate(again_lines)
    misrouted = to_line >= 0

    again_outcome = np.full(len(again), ANSWERED)
    for code in range(3):
        again_outcome[among(again == code, int(lost_again[code]), rng)] = ABANDONED
    contact = np.arange(len(start))
    contact = np.concatenate([contact, contact[before]])
    line, start = np.concatenate([line, again]), np.concatenate([start, start[before]])
    outcome = np.concatenate([outcome, again_outcome])
    brief = np.concatenate([misrouted, np.zeros(len(again), dtype=np.bool_)])
    pressure = np.concatenate([busy, busy[before]]) * 0.4 + 0.9 * np.concatenate([in_burst, in_burst[before]])
    wait, talk, hold, wrap = _durations(lines, line, outcome, brief, pressure, rng)

    to_line = np.concatenate([to_line, np.full(len(again), NONE)])
    _bring_in_colleagues(line, outcome, to_line, rng)
    _extend(to_line, np.flatnonzero((to_line >= 0) & ~brief), half.rng("extensions"))
    first_rows = np.arange(len(line)) < len(misrouted)
    return Calls(
        outbound=np.zeros(len(line), dtype=np.bool_),
        contact=contact,
        line=line,
        start=start,
        outcome=outcome,
        wait=wait,
        talk=talk,
        hold=hold,
        wrap=wrap,
        client=_lost_twice(line, start + wait, outcome, np.concatenate([client, client[before]]), len(misrouted)),
        target=among((line == SALES) & first_rows & (outcome != FLOW_OUT), targets.target_calls, rng),
        topic=_topics(line, outcome, rng),
        to_line=to_line,
        campaign=np.full(len(line), NONE),
        before=np.concatenate([np.full(len(misrouted), NONE), before]),
        from_bot=np.concatenate([from_bot, from_bot[before]]),
        pool=_POOLS[line],
        agent=np.full(len(line), NONE),
    )


def _lost(voice: Voice) -> int:
    return round((voice.entries - voice.flow_outs) * voice.lost)


def _in_burst(half: HalfMonth, line: Ints, start: Floats) -> Flags:
    inside: Flags = np.zeros(len(start), dtype=np.bool_)
    for burst in bursts(half):
        inside |= (line == burst.line) & (start >= burst.begins) & (start < burst.ends)
    return inside


def _calling_again(line: Ints, start: Floats, outcome: Ints, client: Ints, rng: np.random.Generator) -> Ints:
    """Half of those who hung up are the caller of a call that comes soon after, and this time they wait."""
    client = client.copy()
    for code in range(len(VOICE_LINES)):
        lost = np.flatnonzero((line == code) & (outcome == ABANDONED) & (client >= 0) & (rng.random(len(line)) < 0.5))
        later = np.flatnonzero((line == code) & (outcome == ANSWERED))
        later = later[np.argsort(start[later])]
        wanted = start[lost] + 240 + rng.exponential(1500, len(lost))
        found = np.searchsorted(start[later], wanted)
        same_day = found < len(later)
        found, lost = later[found[same_day]], lost[same_day]
        near = start[found] - start[lost] < 4 * 3600
        client[found[near]] = client[lost[near]]
    return client


def _lost_twice(line: Ints, left_at: Floats, outcome: Ints, client: Ints, first_rows: int) -> Ints:
    """Some who hung up try again within minutes, and hang up again before anybody has called them back."""
    client = client.copy()
    lost = np.flatnonzero((outcome == ABANDONED) & (client >= 0))
    lost = lost[lost < first_rows]
    lost = lost[np.lexsort((left_at[lost], line[lost]))]
    first, second = lost[:-1], lost[1:]
    apart = np.where(line[first] == line[second], left_at[second] - left_at[first], np.inf)
    wanted, taken = round(_LOST_TWICE * len(lost)), set[int]()
    for place in np.argsort(apart, kind="stable"):
        if len(taken) >= 2 * wanted or apart[place] > _AGAIN_WITHIN_S:
            break
        pair = {int(first[place]), int(second[place])}
        if apart[place] > _AGAIN_AFTER_S and not pair & taken:
            taken |= pair
            client[second[place]] = client[first[place]]
    return client


_AGAIN_AFTER_S, _AGAIN_WITHIN_S = 40.0, 420.0


def _durations(
    lines: list[Voice], line: Ints, outcome: Ints, brief: Flags, pressure: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats, Floats]:
    """Waits, talk, hold and wrap-up (s); the last three only of answered calls."""
    n = len(line)
    wait, talk, hold, wrap = (np.full(n, np.nan) for _ in range(4))
    score = pressure + rng.random(n)
    for code, voice in enumerate(lines):
        lost = np.flatnonzero((line == code) & (outcome == ABANDONED))
        patience = _patience(len(lost), rng)
        wait[lost] = shuffled(patience, rng)
        left = np.flatnonzero((line == code) & (outcome == FLOW_OUT))
        wait[left] = shuffled(tenths(weibull(len(left), 150.0, 3.0, rng)), rng)

        taken = np.flatnonzero((line == code) & (outcome == ANSWERED))
        counted = len(taken) + int((patience > THRESHOLD_S).sum())
        in_time = min(len(taken), round(voice.service_level * counted))
        waits = np.concatenate(
            [
                np.minimum(weibull_between(in_time, 0.8, THRESHOLD_S, 11.0, 1.15, rng), THRESHOLD_S),
                np.maximum(
                    weibull_between(len(taken) - in_time, THRESHOLD_S, 330.0, 46.0, 0.95, rng), THRESHOLD_S + 0.1
                ),
            ]
        )
        wait[taken] = ranked(tenths(waits), score[taken])

        held = chosen(len(taken), round(0.17 * len(taken)), rng)
        hold[taken] = 0.0
        hold[taken[held]] = shuffled(tenths(weibull(int(held.sum()), 42.0, 1.3, rng, floor=4.0)), rng)
        mean_hold = 42.0 * held.mean()
        mean_wrap = 0.11 * voice.aht_s
        wrap[taken] = shuffled(tenths(weibull(len(taken), mean_wrap, 1.6, rng, floor=3.0)), rng)
        talks = weibull(len(taken), voice.aht_s - mean_wrap - mean_hold, 1.35, rng, floor=9.0)
        # Whoever came to the wrong line is passed on before long.
        talk[taken] = ranked(tenths(talks), rng.random(len(taken)) - 0.6 * brief[taken])
    return wait, talk, hold, wrap


def _patience(n: int, rng: np.random.Generator) -> Floats:
    """How long the lost ones waited: a few hang up at once, most after half a minute or two."""
    at_once, early = round(0.07 * n), round(0.13 * n)
    return tenths(
        np.concatenate(
            [
                0.6 + 4.2 * strata(at_once, rng),
                5.0 + 24.5 * strata(early, rng),
                weibull_between(n - at_once - early, THRESHOLD_S + 0.5, 420.0, 75.0, 1.1, rng),
            ]
        )
    )


def _bring_in_colleagues(line: Ints, outcome: Ints, to_line: Ints, rng: np.random.Generator) -> None:
    """Mark the conversations that a colleague of another line joined; it writes into `to_line`."""
    talked = (outcome == ANSWERED) & (to_line == NONE)
    joined = np.flatnonzero(among(talked, round(_WARM * int(talked.sum())), rng))
    other = np.array([INHOUSE, SALES, INHOUSE])
    to_line[joined] = other[line[joined]]


def _extend(to_line: Ints, joined: Ints, rng: np.random.Generator) -> None:
    """Let some of the colleagues be people at extensions; it writes into `to_line`."""
    several = rng.permutation(joined)[: round(_EXTENDED * len(joined))]
    to_line[several] = len(VOICE_LINES) + rng.integers(0, len(EXTENSIONS), len(several))


def _topics(line: Ints, outcome: Ints, rng: np.random.Generator) -> Ints:
    topic = np.full(len(line), NONE)
    for code, name in enumerate(VOICE_LINES):
        rows = np.flatnonzero((line == code) & (outcome == ANSWERED))
        numbers = np.array([TOPIC_NAMES.index(word) for word in TOPICS[name]])
        topic[rows] = numbers[dealt(len(rows), np.array(list(TOPICS[name].values())), rng)]
    return topic


CONTAINED, HANDED_OVER, HUNG_UP = range(len(BOT_OUTCOMES))


def bot_calls(half: HalfMonth, targets: Targets, calls: Calls) -> pa.Table:
    """The rows of `bot_calls`: those that went on in `calls`, then those that ended in the bot."""
    rng, until, bot = half.rng("bot"), half.until, targets.bot
    went_on = np.flatnonzero(~calls.outbound & calls.from_bot & (calls.before < 0))
    n_stayed = bot.handled - len(went_on)
    stayed = np.where(chosen(n_stayed, bot.hung_up, rng), HUNG_UP, CONTAINED)

    wait = shuffled(tenths(weibull(bot.handled, bot.wait_s, 1.9, rng, floor=0.3)), rng)
    dialogue = shuffled(tenths(weibull(bot.handled, bot.dialogue_s, 1.7, rng, floor=2.0)), rng)
    to_queue = np.round(rng.uniform(0.2, 1.0, len(went_on)), 1)
    n = len(went_on)
    start = np.concatenate(
        [calls.start[went_on] - to_queue - dialogue[:n] - wait[:n], moments(half, n_stayed, "bot", rng)]
    )
    half_stayed = n_stayed // 2
    callers = np.concatenate([buyers(half, half_stayed, rng), residents(n_stayed - half_stayed, rng)])
    new_contacts = int(calls.contact[~calls.outbound].max()) + 1 + np.arange(n_stayed)
    contact = ids(half, "i", np.concatenate([calls.contact[went_on], new_contacts]))
    outcome = np.concatenate([np.full(n, HANDED_OVER), stayed])
    line = np.concatenate([calls.line[went_on], np.full(n_stayed, NONE)])

    over = start + wait + dialogue <= until
    over[:n] &= calls.start[went_on] < until
    return table(
        BOT_CALLS,
        bot.handled,
        {
            "bot_call_id": ids(half, "b", np.arange(bot.handled)),
            "contact_id": contact,
            "started_at": instants(half, start),
            "wait_s": floats(wait, start + wait <= until),
            "dialogue_s": floats(dialogue, over),
            "outcome": words(outcome, BOT_OUTCOMES, over),
            "handed_to": words(line, VOICE_LINES, over),
            "client_id": client_ids(np.concatenate([calls.client[went_on], with_anonymous(callers, 0.1, rng)])),
        },
        keep=start < until,
    )
