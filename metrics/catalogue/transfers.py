"""Transfers of calls: how many answers end with one, where they go and what becomes of them."""

from __future__ import annotations

from metrics.model import Aggregation, Better, Count, Distinct, Metric, Ratio, Remark, Unit, where
from warehouse.messages import N_, note

_IGNORED = Remark(
    where("transferred_unanswered"),
    note("{n} transfer of a lost call is ignored", "{n} transfers of lost calls are ignored", n=0),
)
_NEEDS = ("calls.transferred_to",)


def _count(key: str, relation: str, title: str, about: str, fact: Aggregation, *aliases: str) -> Metric:
    needs = () if relation == "calls" else _NEEDS
    return Metric(key, title, about, Unit.COUNT, Better.NEUTRAL, relation, fact, needs, aliases=aliases, listed=False)


def _of_both(key: str, title: str, about: str, fact: Aggregation) -> Metric:
    """A metric over the rows of calls and chats, told apart by their channel."""
    relation = "passed_in" if key == "passed_in" else "passed" if key.startswith("passed") else "queued"
    if not isinstance(fact, Ratio):
        return Metric(key, title, about, Unit.COUNT, Better.NEUTRAL, relation, fact, listed=False)
    return Metric(
        key,
        title,
        about,
        Unit.PERCENT,
        Better.CEILING,
        relation,
        fact,
        spread=False,
        bound=True,
        decimals=1,
        listed=False,
    )


TRANSFERS = (
    Metric(
        key="transfers_per_answer",
        title=N_("Answers that end with a transfer"),
        about=N_(
            "Answered queue entries that end with a transfer, over answered queue entries: lines add up to the centre."
        ),
        unit=Unit.PERCENT,
        better=Better.CEILING,
        relation="calls",
        fact=Ratio(Count(where("transferred")), Count(where("answered"))),
        needs=_NEEDS,
        remarks=(_IGNORED,),
        aliases=("трансферы_на_ответ", "переводы_на_ответ"),
        spread=False,
        bound=True,
        decimals=1,
        phrases=(
            "доля ответов с переводом",
            "переводов на ответ",
            "transfers per answer",
            "answers with a transfer",
        ),
    ),
    Metric(
        key="transfers_lost",
        title=N_("Lost after a transfer"),
        about=N_("Transfers lost in the queue that they were sent to, over transfers that arrived in it."),
        unit=Unit.PERCENT,
        better=Better.CEILING,
        relation="arrivals",
        fact=Ratio(Count(where("lost_there")), Count(where("arrived"))),
        needs=_NEEDS,
        aliases=("потери_после_перевода",),
        spread=False,
        bound=True,
        decimals=1,
        phrases=(
            "потеряли после перевода",
            "потерянные переводы",
            "сорвавшиеся переводы",
            "lost after transfer",
            "transfers lost",
        ),
    ),
    Metric(
        key="transfers_returned",
        title=N_("Transfers back"),
        about=N_("Transfers to a line that had answered the contact before, over transfers."),
        unit=Unit.PERCENT,
        better=Better.CEILING,
        relation="arrivals",
        fact=Ratio(Count(where("returned")), Count()),
        needs=_NEEDS,
        aliases=("переводы_обратно", "пинг_понг", "пинг-понг"),
        spread=False,
        bound=True,
        decimals=1,
        phrases=(
            "обратные переводы",
            "возврат перевода",
            "вернули перевод",
            "returned transfers",
            "ping pong",
        ),
    ),
    _count(
        "flow_outs",
        "calls",
        N_("Left the queue"),
        N_("Queue entries that ended by time-out, by a key or in an empty queue."),
        Count(where("flow_out")),
        "ушли_из_очереди",
        "вышли_из_очереди",
        "вышли_из_очереди_по_таймауту",
        "ушли_по_таймауту",
    ),
    _count(
        "calls_answered",
        "calls",
        N_("Calls answered"),
        N_("Queue entries that somebody answered."),
        Count(where("answered")),
        "отвеченные",
        "ответы",
        "принятые_звонки",
        "answered_calls",
    ),
    _count(
        "calls_kept",
        "calls",
        N_("Kept"),
        N_("Answered queue entries without a transfer."),
        Count(where("answered", transferred=False)),
        "без_перевода",
    ),
    _count(
        "transfers_made",
        "calls",
        N_("Transferred"),
        N_("Answered queue entries that end with a transfer."),
        Count(where("transferred")),
        "переведено",
    ),
    _count(
        "transfers_received",
        "received",
        N_("Received by transfer"),
        N_("Queue entries of the line that a transfer arrived by, at the time of the transfer."),
        Count(),
        "пришло_переводом",
    ),
    _count(
        "transfers_sent",
        "arrivals",
        N_("Transfers, number"),
        N_("Answered queue entries that end with a transfer, with what became of them."),
        Count(),
        "число_переводов",
    ),
    _count(
        "transfers_arrived",
        "arrivals",
        N_("Arrived"),
        N_("Transfers whose contact's next queue entry is on the line that was named."),
        Count(where("arrived")),
    ),
    _count(
        "transfers_answered",
        "arrivals",
        N_("Answered there"),
        N_("Transfers that arrived and were answered on the line that was named."),
        Count(where("answered_there")),
    ),
    _count(
        "transfers_dropped",
        "arrivals",
        N_("Lost there"),
        N_("Transfers that arrived and were lost in the queue of the line that was named."),
        Count(where("lost_there")),
    ),
    _count(
        "transfers_outside",
        "arrivals",
        N_("Outside the queues"),
        N_("Transfers that no queue entry of the contact follows: extensions, mobiles, other companies."),
        Count(where("outside")),
    ),
    _count(
        "transfers_back",
        "arrivals",
        N_("Back to a line that had answered"),
        N_("Transfers to a line that had answered the contact before."),
        Count(where("returned")),
    ),
    *(
        _of_both(key, title, about, fact)
        for key, title, about, fact in (
            (
                "transfers_of_both",
                N_("Share transferred"),
                N_("Contacts of calls and chats with a transfer after somebody answered, over contacts answered."),
                Ratio(Distinct("contact_id", where("transferred")), Distinct("contact_id", where("answered"))),
            ),
            (
                "transfers_per_answer_of_both",
                N_("Share of answers transferred"),
                N_("Answered queue entries and chats that end with a transfer, over those answered."),
                Ratio(Count(where("transferred")), Count(where("answered"))),
            ),
            ("queued", N_("Entered"), N_("Queue entries and chats."), Count()),
            (
                "queued_flow_outs",
                N_("Left the queue"),
                N_("Queue entries that ended by time-out, by a key or in an empty queue."),
                Count(where("flow_out")),
            ),
            ("queued_lost", N_("Lost"), N_("Queue entries and chats that were lost."), Count(where("lost"))),
            ("queued_answered", N_("Answered"), N_("Queue entries and chats answered."), Count(where("answered"))),
            (
                "queued_kept",
                N_("Kept"),
                N_("Answered queue entries and chats without a transfer."),
                Count(where("answered", transferred=False)),
            ),
            (
                "queued_transferred",
                N_("Transferred"),
                N_("Answered queue entries and chats that end with a transfer."),
                Count(where("transferred")),
            ),
            ("passed", N_("Transfers, number"), N_("Transfers of calls and chats."), Count()),
            ("passed_in", N_("Received by transfer"), N_("Rows that a transfer arrived by."), Count()),
            ("passed_arrived", N_("Arrived"), N_("Transfers that arrived on their line."), Count(where("arrived"))),
            (
                "passed_answered",
                N_("Answered there"),
                N_("Transfers that arrived and were answered."),
                Count(where("answered_there")),
            ),
            (
                "passed_dropped",
                N_("Lost there"),
                N_("Transfers that arrived and were lost."),
                Count(where("lost_there")),
            ),
            (
                "passed_outside",
                N_("Outside the queues"),
                N_("Transfers that no row of the contact follows."),
                Count(where("outside")),
            ),
            (
                "passed_back",
                N_("Back to a line that had answered"),
                N_("Transfers to a line that had answered the contact before."),
                Count(where("returned")),
            ),
            (
                "passed_lost",
                N_("Share lost after a transfer"),
                N_("Transfers lost on the line that they were sent to, over those that arrived there."),
                Ratio(Count(where("lost_there")), Count(where("arrived"))),
            ),
            (
                "passed_returned",
                N_("Share transferred back"),
                N_("Transfers to a line that had answered the contact before, over transfers."),
                Ratio(Count(where("returned")), Count()),
            ),
        )
    ),
)
