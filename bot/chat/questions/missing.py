"""What people ask for and no installation can know from these records: said with what is missing and how to get it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.chat.questions.text import Word, phrases
from bot.chat.questions.vocabulary import Vocabulary
from warehouse.messages import Message, note


@dataclass(frozen=True)
class Missing:
    """Something that cannot be known here: `kind` for the log, and one sentence with what would be needed."""

    kind: str
    message: Message


_SENTENCES: Mapping[str, Message] = {
    "queue": note(
        "The queue at this moment is not in the records: they come in after the calls, not while people wait. The "
        "nearest are calls, waits and lost calls of today: /calls, /asa, /lcr."
    ),
    "online": note(
        "Who is at work at this moment is not in the records. Hours and occupancy of a day that has begun are, where "
        "statuses are imported: /activity_hours, /occupancy."
    ),
    "survey": note(
        "There is nothing of satisfaction in the records: CSAT and NPS need the answers of surveys, and no table has "
        "them. With a table of surveys they can be a metric of your own, see docs/metrics.md."
    ),
    "quality": note(
        "There is nothing of quality in the records: it needs the marks of listened calls, and no table has them. "
        "With a table of marks it can be a metric of your own, see docs/metrics.md."
    ),
    "revenue": note(
        "There is no money in the records: revenue needs deals with their sums, and reservations have none. The "
        "nearest are reservations and their square metres: /reserves, /reserves_m2."
    ),
    "deals": note(
        "There are no deals in the records, only reservations: /reserves, /reserves_m2. Sales and their share need "
        "the deals of the CRM."
    ),
    "repeat": note(
        "Whether a first call was enough is not in the records of this centre: FCR needs the reason of each contact "
        "and a rule for a repeated one. The nearest are transfers and lost clients: /transfers, /lcr_clients."
    ),
    "conversion": note(
        "What share of calls becomes reservations cannot be computed: reservations do not say which call they come "
        "from. The nearest are /reserves, /reserves_in_call and /target_in."
    ),
    "adherence": note(
        "Lateness and adherence need the schedule of shifts, which is not in the records. Hours of work are: "
        "/activity_hours by agent."
    ),
    "schedule": note("The schedule of shifts is not in the records: ask whoever keeps it, or your WFM system."),
    "staffing": note(
        "How many people will be needed is not computed here yet: it needs a forecast of calls and the centre's "
        "rules. The nearest is the plan of a day: /plan calls tomorrow."
    ),
    "recordings": note(
        "Calls are not recorded here; of each there are only its time, its line, its agent and how long it took."
    ),
    "mail": note("Letters are not in the records: only calls, chats, leads, reservations and tickets are."),
    "pay": note("Pay and bonuses are not in the records, and nothing here computes them."),
}

_SAID: Mapping[str, tuple[str, ...]] = {
    "queue": ("queue", "in queue", "in the queue", "waiting now", "calls waiting"),
    "survey": ("csat", "nps", "csi", "satisfaction"),
    "revenue": ("revenue", "turnover", "money"),
}
_PHRASES = phrases(_SAID.items())


def missing(said: tuple[Word, ...], names: Vocabulary) -> Missing | None:
    """Return what is asked for and cannot be known, if the words name such a thing; a centre's own metric is known."""
    folded = [word.folded for word in said]
    hits = ((at, hit) for at in range(len(folded)) if (hit := _PHRASES.at(folded, at)))
    found = next((hit for at, hit in hits if not names.names.at(folded, at)), None)
    return Missing(found[1], _SENTENCES[found[1]]) if found else None
