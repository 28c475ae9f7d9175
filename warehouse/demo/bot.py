"""The voice bot in front of the lines."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from warehouse.demo.calls import NONE, Calls
from warehouse.demo.chance import HalfMonth, chosen, shuffled, tenths, weibull
from warehouse.demo.clients import buyers, client_ids, residents, with_anonymous
from warehouse.demo.columns import floats, ids, instants, table, words
from warehouse.demo.scenario import Targets
from warehouse.demo.shape import moments
from warehouse.demo.words import VOICE_LINES
from warehouse.schema import BOT_CALLS, BOT_OUTCOMES

CONTAINED, HANDED_OVER, HUNG_UP = range(len(BOT_OUTCOMES))


def rows(half: HalfMonth, targets: Targets, calls: Calls) -> pa.Table:
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
