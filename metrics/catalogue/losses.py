"""Losses in calls and in clients: how many, who was won back, and how soon."""

from __future__ import annotations

from metrics.catalogue.calls import IN_WORK, UNKNOWN
from metrics.model import Better, Count, Mean, Metric, Quantile, Ratio, Remark, Unit, Where, where
from warehouse.messages import N_, note

_PENDING = Remark(
    where("pending"),
    note("{n} client may still be called back", "{n} clients may still be called back", n=0),
)
_NEEDS = ("calls.client_id",)


def _clients(key: str, title: str, about: str, of: Where, *aliases: str, better: Better = Better.NEUTRAL) -> Metric:
    fact, listed = Count(of), better is not Better.NEUTRAL
    return Metric(
        key, title, about, Unit.COUNT, better, "losses_in_clients", fact, _NEEDS, aliases=aliases, listed=listed
    )


LOSSES = (
    Metric(
        key="losses",
        title=N_("Lost calls, number"),
        about=N_("Calls lost in the queue."),
        unit=Unit.COUNT,
        better=Better.CEILING,
        relation="calls",
        fact=Count(where("lost")),
        needs=("calls.outcome",),
        remarks=(IN_WORK, UNKNOWN),
        aliases=("сорвалось", "потерянных_звонков", "потерь"),
        bound=True,
    ),
    _clients(
        "clients_with_loss",
        N_("Clients with a loss"),
        N_("Known clients of whom a call was lost; a client of two lines is one client of the centre."),
        where("had_a_loss"),
        "клиентов_с_потерей",
        better=Better.CEILING,
    ),
    Metric(
        key="clients_recovered",
        title=N_("Lost clients won back"),
        about=N_(
            "Known clients whose last loss was followed by a conversation within {recovery_hours} h, over those and "
            "the clients of whom this time is over; losses still pending are in neither."
        ),
        unit=Unit.PERCENT,
        better=Better.FLOOR,
        relation="losses_in_clients",
        fact=Ratio(Count(where("recovered")), Count(where("settled_loss"))),
        needs=_NEEDS,
        remarks=(_PENDING,),
        aliases=("вернули", "возвращенные", "возвращённые"),
        spread=False,
        decimals=1,
    ),
    Metric(
        key="callback_speed",
        title=N_("Call-back speed"),
        about=N_("From the last loss to our first attempt, of clients who had not come back by themselves before it."),
        unit=Unit.DURATION,
        better=Better.CEILING,
        relation="losses_in_clients",
        fact=Mean("callback_s", where("had_a_loss")),
        needs=("calls.client_id", "calls.direction=out"),
        aliases=("скорость_перезвона",),
        spread=False,
        bound=True,
    ),
    Metric(
        key="callback_speed_median",
        title=N_("Median call-back speed"),
        about=N_("Half of the clients who were called back waited no longer than this since their last loss."),
        unit=Unit.DURATION,
        better=Better.CEILING,
        relation="losses_in_clients",
        fact=Quantile(0.5, "callback_s", where("had_a_loss")),
        needs=("calls.client_id", "calls.direction=out"),
        aliases=("медиана_перезвона",),
        spread=False,
        bound=True,
    ),
    _clients(
        "lost_twice",
        N_("Lost twice"),
        N_("Known clients with two lost calls or more and no conversation between them."),
        where("lost_twice"),
        "потеряны_дважды",
        better=Better.CEILING,
    ),
    _clients("clients_called", N_("Clients who called"), N_("Known clients with a queue entry."), ()),
    _clients(
        "clients_back",
        N_("Won back"),
        N_("Clients whose last loss was followed by a conversation within {recovery_hours} h."),
        where("recovered"),
    ),
    _clients(
        "clients_won_back",
        N_("Won back by us"),
        N_("Clients with a loss who were won back, and had not come back by themselves before our first attempt."),
        where("won_back"),
    ),
    _clients(
        "clients_alone",
        N_("Came back alone"),
        N_("Clients with a loss who were won back by their own call before any attempt of ours."),
        where("came_alone"),
    ),
    _clients(
        "clients_pending",
        N_("Clients to call back"),
        N_("Clients with a loss who may still be won back in time: whom to call now."),
        where("pending"),
        "перезвонить",
    ),
    _clients(
        "clients_not_recovered",
        N_("Clients not won back"),
        N_("Known clients whose last loss was followed by no conversation within {recovery_hours} h."),
        where("not_recovered"),
        "не_вернули",
        better=Better.CEILING,
    ),
    _clients(
        "clients_reached",
        N_("Clients reached"),
        N_("Clients with a loss and a conversation after the last one, however late."),
        where("reached"),
    ),
    _clients(
        "clients_wrote",
        N_("Answered in a chat"),
        N_("Clients not won back by a call who were answered in a chat in time: said, not counted as won back."),
        where("wrote"),
    ),
    Metric(
        key="losses_short",
        title=N_("Short losses"),
        about=N_("Calls lost within the short bound."),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="lost_calls",
        fact=Count(where("short")),
        needs=("calls.wait_s",),
        listed=False,
    ),
    Metric(
        key="losses_by_patience",
        title=N_("Lost calls by patience"),
        about=N_("Calls lost in the queue whose wait is known."),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="lost_calls",
        fact=Count(),
        needs=("calls.wait_s",),
        listed=False,
    ),
    Metric(
        key="losses_anonymous",
        title=N_("Lost calls of nobody known"),
        about=N_("Calls lost in the queue without a client."),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="lost_calls",
        fact=Count(where("anonymous")),
        needs=("calls.outcome",),
        listed=False,
    ),
)
