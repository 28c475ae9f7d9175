"""Transfers of calls: how many answers end with one, where they go and what becomes of them."""

from __future__ import annotations

from metrics.model import Aggregation, Better, Count, Metric, Ratio, Remark, Unit, where
from warehouse.messages import N_, note

_IGNORED = Remark(
    where("transferred_unanswered"),
    note("{n} transfer of a lost call is ignored", "{n} transfers of lost calls are ignored", n=0),
)
_NEEDS = ("calls.transferred_to",)


def _count(key: str, relation: str, title: str, about: str, fact: Aggregation, *aliases: str) -> Metric:
    needs = () if relation == "calls" else _NEEDS
    return Metric(key, title, about, Unit.COUNT, Better.NEUTRAL, relation, fact, needs, aliases=aliases, listed=False)


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
)
