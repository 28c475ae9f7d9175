"""First contact resolution, repeats, and what tickets cost in time."""

from __future__ import annotations

from metrics.model import Better, Count, Distinct, Mean, Metric, Quantile, Ratio, Remark, Unit, Where, where
from warehouse.messages import N_, note

_UNRIPE = Remark(
    where("unripe_first"),
    note(
        "{n} first contact is younger than {fcr_days} days and in no figure",
        "{n} first contacts are younger than {fcr_days} days and in no figure",
        n=0,
    ),
)
UNCHAINED = Remark(
    where("unchained"),
    note("{n} contact has no client or no topic", "{n} contacts have no client or no topic", n=0),
)
_BY_CLIENT = Remark(
    where("by_client"),
    note("no contact has a topic: what one client asks is taken for one thing", n=0),
)
_EARLY = Remark(
    where("too_early"),
    note(
        "{n} contact of the records' first {fcr_days} days is not known to be first",
        "{n} contacts of the records' first {fcr_days} days are not known to be first",
        n=0,
    ),
    aside=True,
)
_NEEDS = ("calls.client_id",)
_LINK = "ticket_events.contact_id"


def _ladder(key: str, title: str, about: str, flag: str, *needs: str) -> Metric:
    return Metric(
        key,
        title,
        about,
        Unit.COUNT,
        Better.NEUTRAL,
        "chains",
        Count(where(flag)),
        (*_NEEDS, *needs),
        spread=False,
        listed=False,
    )


def _tickets(key: str, title: str, about: str, of: Where = (), *needs: str, phrases: tuple[str, ...] = ()) -> Metric:
    every = ("ticket_events.kind=created", *needs)
    return Metric(
        *(key, title, about, Unit.COUNT, Better.NEUTRAL, "ticket_lives", Count(of), every),
        phrases=phrases,
        listed=False,
    )


RESOLUTION = (
    Metric(
        key="fcr",
        title=N_("First contact resolution (FCR)"),
        about=N_(
            "First contacts of a client on a topic that no other one follows within {fcr_days} days, in calls and "
            "chats together, over first contacts at least {fcr_days} days old."
        ),
        unit=Unit.PERCENT,
        better=Better.FLOOR,
        relation="chains",
        fact=Ratio(Count(where("solved")), Count(where("ripe_first"))),
        needs=_NEEDS,
        remarks=(_UNRIPE, UNCHAINED, _BY_CLIENT, _EARLY),
        aliases=("решение_с_первого_касания", "фцр", "решено"),
        spread=False,
        decimals=1,
        phrases=(
            *("решили с первого обращения", "решено с первого обращения", "решили с первого раза"),
            *("с первого обращения", "resolved first time", "решение с первого обращения", "решение с первого звонка"),
            *("решено с первого раза", "решили с первого звонка", "с первого раза", "фкр", "фср", "эф си ар"),
            *("first call resolution", "first contact resolution", "resolved at once", "first time resolution"),
        ),
    ),
    Metric(
        key="fcr_first_line",
        title=N_("Resolved by the first line"),
        about=N_(
            "First contacts without a repeat within {fcr_days} days, without a transfer and without a ticket, over "
            "first contacts at least {fcr_days} days old."
        ),
        unit=Unit.PERCENT,
        better=Better.FLOOR,
        relation="chains",
        fact=Ratio(Count(where("first_line")), Count(where("ripe_first"))),
        needs=(*_NEEDS, _LINK),
        remarks=(_UNRIPE, UNCHAINED, _BY_CLIENT, _EARLY),
        aliases=("решено_первой_линией",),
        spread=False,
        decimals=1,
        phrases=(
            "решено первой линией",
            "решила первая линия",
            "закрыла первая линия",
            "first line resolution",
            "resolved on the first line",
        ),
    ),
    Metric(
        key="repeats",
        title=N_("Repeated contacts"),
        about=N_(
            "Contacts that another one of the same client on the same topic preceded within {fcr_days} days, over "
            "contacts with a client and a topic."
        ),
        unit=Unit.PERCENT,
        better=Better.CEILING,
        relation="chains",
        fact=Ratio(Count(where("repeat")), Count(where("chained"))),
        needs=_NEEDS,
        remarks=(UNCHAINED,),
        aliases=("повторные", "повторов", "повторных"),
        spread=False,
        bound=True,
        decimals=1,
        phrases=(
            "доля повторных",
            "повторные обращения",
            "повторные звонки",
            "повторный звонок",
            "повторный контакт",
            "повторность",
            "звонит повторно",
            "звонят повторно",
            "перезванивают повторно",
            "repeat calls",
            "repeated calls",
            "repeat rate",
            "repeat contacts",
            "share of repeats",
        ),
    ),
    Metric(
        key="repeated_contacts",
        title=N_("Repeats"),
        about=N_("Contacts that another one of the same client on the same topic preceded within {fcr_days} days."),
        unit=Unit.COUNT,
        better=Better.CEILING,
        relation="chains",
        fact=Count(where("repeat")),
        needs=_NEEDS,
        bound=True,
        phrases=(
            "число повторов",
            "количество повторов",
            "число повторных",
            "количество повторных звонков",
            "number of repeats",
            "number of repeat calls",
        ),
    ),
    Metric(
        key="tickets_per_contact",
        title=N_("Tickets per contact"),
        about=N_("Contacts that a ticket was created from, over contacts answered in calls and chats."),
        unit=Unit.PERCENT,
        better=Better.CEILING,
        relation="chains",
        fact=Ratio(Count(where("ticketed")), Count()),
        needs=(_LINK,),
        aliases=("обращений_на_контакт",),
        spread=False,
        bound=True,
        decimals=1,
        phrases=(
            "обращений на контакт",
            "тикетов на контакт",
            "доля контактов с обращением",
            "tickets per call",
            "contacts with a ticket",
        ),
    ),
    _ladder("fcr_first", N_("First contacts"), N_("First contacts at least {fcr_days} days old."), "ripe_first"),
    _ladder(
        "ladder_first_line",
        N_("First line"),
        N_("First contacts resolved without a repeat, a transfer or a ticket."),
        "first_line",
    ),
    _ladder(
        "ladder_transfer",
        N_("By a transfer"),
        N_("First contacts resolved by a transfer, without a repeat or a ticket."),
        "by_transfer",
    ),
    _ladder(
        "ladder_ticket",
        N_("By a ticket"),
        N_("First contacts that a ticket was created from, no repeat."),
        "by_ticket",
        _LINK,
    ),
    _ladder("ladder_repeated", N_("Came back"), N_("First contacts followed by a repeat."), "came_back"),
    Metric(
        key="time_to_close",
        title=N_("Time to close a ticket"),
        about=N_("From the creation to the last closing, by this closing; reopened tickets are not closed."),
        unit=Unit.DURATION,
        better=Better.CEILING,
        relation="closings",
        fact=Mean("to_close_s"),
        needs=("ticket_events.kind=created", "ticket_events.kind=closed"),
        aliases=("срок_обращения",),
        spread=False,
        bound=True,
        phrases=(
            *("скорость закрытия обращений", "время закрытия обращения", "срок закрытия обращений"),
            *("закрываем обращения", "how fast do we close tickets", "срок закрытия обращения", "срок обращения"),
            *("срок закрытия", "время решения обращения", "срок решения обращения", "time to close"),
            *("ticket resolution time", "time to close tickets"),
        ),
    ),
    Metric(
        key="time_to_close_median",
        title=N_("Median time to close a ticket"),
        about=N_("Half of the tickets closed for good were closed no later than this after their creation."),
        unit=Unit.DURATION,
        better=Better.CEILING,
        relation="closings",
        fact=Quantile(0.5, "to_close_s"),
        needs=("ticket_events.kind=created", "ticket_events.kind=closed"),
        aliases=("медиана_срока_обращения",),
        spread=False,
        bound=True,
        phrases=(
            "медиана срока закрытия",
            "медианный срок закрытия",
            "медианный срок обращения",
            "median time to close",
            "median ticket time",
        ),
    ),
    _tickets("tickets", N_("Tickets"), N_("Tickets created, each once, by what its latest event says it is about.")),
    _tickets(
        "tickets_from_contacts",
        N_("From contacts"),
        N_("Tickets that were created from a contact."),
        where("from_contact"),
        _LINK,
    ),
    _tickets(
        "tickets_open",
        N_("Open"),
        N_("Tickets created in the period that are not closed as of now."),
        where("open"),
        phrases=(
            *("обращений открыто", "открытые обращения", "открытых обращений", "обращений висит"),
            *("незакрытые обращения", "обращений висит открытыми", "открытые тикеты", "open tickets", "tickets open"),
        ),
    ),
    _tickets("tickets_reopened", N_("Reopened"), N_("Tickets that were opened again."), where("reopened")),
    Metric(
        key="chasers",
        title=N_("Asked where it is"),
        about=N_("Answered contacts of a ticket's client on its topic, between its creation and its last closing."),
        unit=Unit.COUNT,
        better=Better.CEILING,
        relation="chasers",
        fact=Distinct("contact_id"),
        needs=("ticket_events.client_id",),
        phrases=(
            "звонки по своим обращениям",
            "спрашивают где обращение",
            "где мое обращение",
            "chasers",
            "chasing contacts",
            "where is my ticket",
        ),
    ),
)
