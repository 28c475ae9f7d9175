"""Who takes which contact: nobody holds more at once than they can.

Waits and durations are given by the scenario; what gives way is the moment the contact came. If nobody is free
when it is its turn, it came a little later, exactly when somebody is.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

import numpy as np

from warehouse.demo.people import POOLS, Shift, agents
from warehouse.demo.sampling import Floats, Ints

_LATER_SLOT = 1e9
"""Keeps a person's second slot behind everybody's first one: chats go to those who have fewest."""


def seat(
    at: Floats,
    lasting: Floats,
    pool: Ints,
    after: Ints,
    lag: Floats,
    shifts: Sequence[Shift],
) -> tuple[Floats, Ints]:
    """Deal contacts out to the people on shift.

    Per contact: `at`, the moment somebody takes it, and `lasting`, for how long (s); the `pool` it belongs to;
    `after`, the contact it follows from (-1: none), in which case it is taken `lag` s after that one is done and
    its own `at` is ignored. Returns the moments at which they were really taken, never earlier, and the agents.
    """
    idle: list[list[tuple[float, int, float]]] = [[] for _ in POOLS]
    busy: list[list[tuple[float, int, float]]] = [[] for _ in POOLS]
    _come_to_work(busy, shifts)
    done_at = [0.0] * (4 * len(agents()))

    moments, lengths, pools = at.tolist(), lasting.tolist(), pool.tolist()
    lags = lag.tolist()
    next_of = {int(first): second for second, first in enumerate(after) if first >= 0}
    order = np.argsort(at, kind="stable")
    queue = order[after[order] < 0].tolist()
    queue.reverse()
    followers: list[tuple[float, int]] = []
    takers = [0] * len(moments)

    while queue or followers:
        if followers and (not queue or followers[0][0] <= moments[queue[-1]]):
            now, contact = heappop(followers)
        else:
            contact = queue.pop()
            now = moments[contact]
        coming, free = busy[pools[contact]], idle[pools[contact]]
        while True:
            while coming and coming[0][0] <= now:
                since, server, leaves = heappop(coming)
                if done_at[server] > since:
                    # Back from the break on paper, still on the call from before it.
                    heappush(coming, (done_at[server], server, leaves))
                elif since < leaves:
                    heappush(free, (since + server % 4 * _LATER_SLOT, server, leaves))
            found = False
            while free and not found:
                rank, server, leaves = heappop(free)
                found = leaves > now
            if found:
                break
            now = coming[0][0]
        # Freed while an earlier contact was looking for somebody: not before that.
        now = max(now, rank - server % 4 * _LATER_SLOT)
        done = now + lengths[contact]
        done_at[server] = done
        heappush(coming, (done, server, leaves))
        moments[contact] = now
        takers[contact] = server // 4
        if contact in next_of:
            follower = next_of[contact]
            heappush(followers, (done + lags[follower], follower))
    return np.array(moments), np.array(takers, dtype=np.int64)


def _come_to_work(busy: list[list[tuple[float, int, float]]], shifts: Sequence[Shift]) -> None:
    """Put every stretch of work into its pool's heap: (begins, agent's slot, ends)."""
    people = agents()
    for shift in shifts:
        pool = people[shift.agent].pool
        pieces = shift.pieces
        if shift.stays:
            pieces[-1] = (pieces[-1][0], pieces[-1][0] + 12 * 3600)
        for slot in range(POOLS[pool].slots):
            busy[pool].extend((start, 4 * shift.agent + slot, end) for start, end in pieces)
    for heap in busy:
        heapify(heap)
