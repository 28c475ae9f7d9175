"""Incidents: how many, and how soon they are noticed, told of and over; and whom they touched."""

from __future__ import annotations

from metrics.model import Aggregation, Better, Count, Distinct, Mean, Metric, Sum, Unit, where
from warehouse.messages import N_


def _span(key: str, title: str, about: str, fact: Aggregation, alias: str, phrases: tuple[str, ...]) -> Metric:
    return Metric(
        key,
        title,
        about,
        Unit.DURATION,
        Better.CEILING,
        "incidents",
        fact,
        aliases=(alias,),
        phrases=phrases,
        spread=False,
        bound=True,
    )


INCIDENTS = (
    Metric(
        key="incidents",
        title=N_("Incidents"),
        about=N_("Incidents by their start."),
        unit=Unit.COUNT,
        better=Better.CEILING,
        relation="incidents",
        fact=Count(),
        aliases=("инциденты", "инцидентов"),
        bound=True,
        phrases=(
            "инцидент",
            "сбой",
            "сбои",
            "сбоев",
            "авария",
            "аварии",
            "outage",
            "outages",
            "incident",
            "incidents",
        ),
    ),
    _span(
        "time_to_notice",
        N_("Time to notice"),
        N_("From an incident's start to its being noticed, of those that were."),
        Mean("to_notice_s"),
        "до_обнаружения",
        phrases=(
            "время обнаружения",
            "время до обнаружения",
            "время обнаружения сбоя",
            "time to notice",
            "time to detect",
            "detection time",
        ),
    ),
    _span(
        "time_to_message",
        N_("Time to tell clients"),
        N_("From an incident's start to the first message to clients, of those that had one."),
        Mean("to_message_s"),
        "до_сообщения",
        phrases=(
            "время до сообщения клиентам",
            "время оповещения",
            "оповестили клиентов",
            "time to tell clients",
            "time to inform clients",
        ),
    ),
    _span(
        "time_to_resolve",
        N_("Time to resolve"),
        N_("From an incident's start to its end, of those that are over."),
        Mean("to_resolve_s"),
        "до_решения",
        phrases=(
            *("чинят инциденты", "устраняем инциденты", "устраняют инциденты", "время решения инцидента"),
            *("длился сбой", "длятся сбои", "длительность сбоя", "time to fix", "fix incidents", "время устранения"),
            *("время устранения сбоя", "длительность инцидента", "длился последний сбой", "time to resolve"),
            "resolution time",
        ),
    ),
    Metric(
        key="incident_time",
        title=N_("Time of incidents"),
        about=N_("From the starts of incidents to their ends, or to now."),
        unit=Unit.DURATION,
        better=Better.CEILING,
        relation="incidents",
        fact=Sum("lasted_s"),
        spread=False,
        bound=True,
        listed=False,
    ),
    Metric(
        key="contacts_touched",
        title=N_("Contacts touched"),
        about=N_("Contacts whose call was lost, or waited past the service level's threshold."),
        unit=Unit.COUNT,
        better=Better.CEILING,
        relation="calls",
        fact=Distinct("contact_id", where("touched")),
        needs=("calls.wait_s",),
        bound=True,
        listed=False,
    ),
    Metric(
        key="clients_touched",
        title=N_("Clients touched"),
        about=N_("Known clients whose call was lost, or waited past the service level's threshold."),
        unit=Unit.COUNT,
        better=Better.CEILING,
        relation="calls",
        fact=Distinct("client_id", where("touched")),
        needs=("calls.wait_s", "calls.client_id"),
        bound=True,
        listed=False,
    ),
)
