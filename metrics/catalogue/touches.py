"""Touches of deals: how soon, how often, with what pauses, and what they led to."""

from __future__ import annotations

from metrics.catalogue.deals import KINDS, TURNED, column
from metrics.model import Aggregation, Better, Count, Distinct, Mean, Metric, Quantile, Ratio, Remark, Sum, Unit, where
from warehouse.messages import N_, note

_CALLS = "touches.channel=call"
_BORN = Remark(
    where("born"),
    note(
        "{n} deal was made while its client was on the phone, and waited for nobody",
        "{n} deals were made while their clients were on the phone, and waited for nobody",
        n=0,
    ),
)
_WAITS = Remark(
    where("waits"),
    note("{n} open deal still waits for a conversation", "{n} open deals still wait for a conversation", n=0),
)
_NO_HOURS = Remark(where("no_hours"), note("cannot be computed: say in [sales] hours when somebody sells"), blocks=True)
_AUTO = Remark(where("auto"), note("{n} of them by a robot", n=0))
_NO_DEAL = Remark(where("without_deal"), note("{n} touch is of no deal", "{n} touches are of no deal", n=0))


def _per(
    key: str,
    title: str,
    about: str,
    numerator: Sum,
    denominator: Count | Sum,
    relation: str,
    aliases: tuple[str, ...],
    phrases: tuple[str, ...],
    needs: tuple[str, ...] = (),
) -> Metric:
    """How many touches a deal or a client took."""
    return Metric(
        key=key,
        title=title,
        about=about,
        unit=Unit.TIMES,
        better=Better.NEUTRAL,
        relation=relation,
        fact=Ratio(numerator, denominator),
        needs=needs,
        aliases=aliases,
        phrases=phrases,
        spread=False,
        decimals=1,
    )


def _time(
    key: str,
    title: str,
    about: str,
    fact: Aggregation,
    relation: str,
    remarks: tuple[Remark, ...],
    aliases: tuple[str, ...],
    phrases: tuple[str, ...],
    better: Better = Better.CEILING,
) -> Metric:
    return Metric(
        key=key,
        title=title,
        about=about,
        unit=Unit.DURATION,
        better=better,
        relation=relation,
        fact=fact,
        remarks=remarks,
        aliases=aliases,
        phrases=phrases,
        spread=False,
    )


TOUCHES = (
    _time(
        "first_touch",
        N_("First touch"),
        N_(
            "Mean time from the creation of a deal to the first attempt of ours or answered call, by a person; deals "
            "made in a conversation are left out."
        ),
        Mean("touch_s"),
        "first_touches",
        (_BORN, TURNED),
        ("первое_касание",),
        (
            *("первое касание", "время до первого касания", "время первого касания", "скорость первого касания"),
            *("first touch", "time to first touch", "speed of the first touch"),
        ),
    ),
    _time(
        "first_touch_median",
        N_("First touch, median"),
        N_("Median time from the creation of a deal to the first attempt of ours or answered call, by a person."),
        Quantile(0.5, "touch_s"),
        "first_touches",
        (_BORN, TURNED),
        ("медиана_касания",),
        ("медиана первого касания", "median first touch", "first touch median"),
    ),
    _time(
        "first_touch_work",
        N_("First touch, in working hours"),
        N_("Mean time from the creation of a deal to the first touch by a person, in the hours of selling."),
        Mean("touch_work_s"),
        "first_touches",
        (_NO_HOURS, _BORN, TURNED),
        ("первое_касание_рабочее",),
        ("первое касание в рабочее время", "first touch in working hours", "first touch within working hours"),
    ),
    Metric(
        key="first_touch_15m",
        title=N_("Touched within 15 minutes"),
        about=N_(
            "Deals touched within 15 minutes, over deals at least 15 minutes old that were not made in a conversation."
        ),
        unit=Unit.PERCENT,
        better=Better.FLOOR,
        relation="first_touches",
        fact=Ratio(Count(where("soon")), Count(where("ripe"))),
        remarks=(_BORN,),
        aliases=("касание_за_15_минут",),
        phrases=(
            "касание за 15 минут",
            "первое касание за 15 минут",
            "touched within 15 minutes",
            "first touch within 15 minutes",
        ),
        spread=False,
    ),
    _time(
        "first_contact",
        N_("First conversation"),
        N_("Mean time from the creation of a deal to the first conversation; deals made in one are left out."),
        Mean("contact_s"),
        "first_touches",
        (_BORN, _WAITS),
        ("первый_контакт",),
        (
            *("первый контакт", "первый разговор", "время до первого контакта", "время до первого разговора"),
            *("связываемся со сделкой", "связываемся с новой сделкой", "связываемся с новыми сделками"),
            *("first contact", "first conversation", "time to first conversation"),
        ),
    ),
    _time(
        "first_contact_median",
        N_("First conversation, median"),
        N_("Median time from the creation of a deal to the first conversation; deals made in one are left out."),
        Quantile(0.5, "contact_s"),
        "first_touches",
        (_BORN, _WAITS),
        ("медиана_контакта",),
        ("медиана первого контакта", "median first contact", "first contact median"),
    ),
    column(
        "first_contact_p90",
        N_("First conversation, nine of ten"),
        N_("The time within which nine of ten deals have their first conversation."),
        "first_touches",
        Quantile(0.9, "contact_s"),
        Unit.DURATION,
    ),
    column(
        "first_contacts",
        N_("Deals with a first conversation"),
        N_("Deals created in the period that had a conversation since."),
        "first_touches",
        Count(where("spoken")),
    ),
    column(
        "first_contact_waiting",
        N_("Wait for a conversation"),
        N_("Deals created in the period that are open and had no conversation yet."),
        "first_touches",
        Count(where("waits")),
    ),
    Metric(
        key="touches",
        title=N_("Touches"),
        about=N_(
            "Calls, messages and meetings with clients that the CRM knows of; one call written twice is one, and the "
            "calls of the telephony are not added."
        ),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="touches",
        fact=Count(),
        remarks=(_AUTO, _NO_DEAL),
        aliases=("касания", "касаний"),
        phrases=("касание", "касания клиентов", "touch", "crm touches"),
    ),
    _per(
        "touches_to_contract",
        N_("Touches to a contract"),
        N_("Touches up to the signing over contracts of the period, robots' among them."),
        Sum("touches", where("contract")),
        Count(where("contract")),
        "marks_touched",
        ("касаний_до_договора",),
        ("касаний до договора", "касания до договора", "touches to a contract", "touches per contract"),
        (KINDS,),
    ),
    _per(
        "touches_to_disposal",
        N_("Touches to a closing without a sale"),
        N_("Touches up to the closing over deals closed without a sale in the period."),
        Sum("touches", where("disposal")),
        Count(where("disposal")),
        "marks_touched",
        ("касаний_до_утилизации",),
        ("касаний до утилизации", "касания до утилизации", "touches to disposal", "touches per disposal"),
        ("stages.kind=lost",),
    ),
    _per(
        "calls_to_disposal",
        N_("Calls to a closing without a sale"),
        N_("Calls up to the closing over deals closed without a sale in the period."),
        Sum("calls", where("disposal")),
        Count(where("disposal")),
        "marks_touched",
        ("звонков_до_утилизации",),
        ("звонков до утилизации", "звонки до утилизации", "calls to disposal", "calls per disposal"),
        ("stages.kind=lost",),
    ),
    _per(
        "sms_to_disposal",
        N_("SMS to a closing without a sale"),
        N_("SMS up to the closing over deals closed without a sale in the period."),
        Sum("sms", where("disposal")),
        Count(where("disposal")),
        "marks_touched",
        ("смс_до_утилизации",),
        ("смс до утилизации", "sms to disposal", "sms per disposal"),
        ("stages.kind=lost",),
    ),
    _per(
        "touches_after_no_show",
        N_("Touches between a missed visit and the closing"),
        N_("Touches after the last missed visit up to the closing, over closed deals that had one."),
        Sum("after_no_show", where("had_no_show")),
        Count(where("had_no_show")),
        "marks_touched",
        ("касаний_после_неявки",),
        ("касаний после неявки", "касания после неявки", "touches after a no show", "touches after no show"),
        ("stages.kind=lost", "stages.kind=no_show"),
    ),
    _per(
        "touches_to_giving_up",
        N_("Touches to the closing of who does not answer"),
        N_("Touches up to the closing, over deals closed from a stage of no answer."),
        Sum("touches", where("no_answer")),
        Count(where("no_answer")),
        "marks_touched",
        ("касаний_неотвечающих_до_закрытия",),
        ("касаний до закрытия неотвечающих", "touches before we give up", "touches of the unreachable before closing"),
        ("stages.kind=lost", "stages.kind=no_answer"),
    ),
    _time(
        "touch_gap",
        N_("Pause between touches"),
        N_("Mean time between neighbouring touches of a deal by people, by the later one."),
        Mean("gap_s"),
        "touch_gaps",
        (),
        ("пауза_касаний",),
        ("пауза касаний", "пауза между касаниями", "pause between touches", "gap between touches"),
        Better.NEUTRAL,
    ),
    column(
        "touch_gap_median",
        N_("Pause between touches, median"),
        N_("Median time between neighbouring touches of a deal by people."),
        "touch_gaps",
        Quantile(0.5, "gap_s"),
        Unit.DURATION,
    ),
    column("touch_gaps", N_("Pauses"), N_("Pairs of neighbouring touches of a deal by people."), "touch_gaps", Count()),
    _time(
        "touch_to_stage",
        N_("From touch to stage"),
        N_("Mean time from the last touch by a person to the entry into a stage, creation left out."),
        Mean("since_s"),
        "touch_to_stage",
        (),
        ("от_касания_до_этапа",),
        ("от касания до этапа", "от касания до смены этапа", "touch to stage", "from touch to stage"),
        Better.NEUTRAL,
    ),
    *(
        Metric(
            key=key,
            title=title,
            about=about,
            unit=Unit.TIMES,
            better=Better.NEUTRAL,
            relation="touches",
            fact=Ratio(Count(where(column_of)), Distinct("client_id")),
            needs=(f"touches.channel={column_of}",),
            aliases=aliases,
            phrases=phrases,
            spread=False,
            decimals=1,
        )
        for key, title, about, column_of, aliases, phrases in (
            (
                "calls_per_client",
                N_("Calls per client"),
                N_("Calls over clients touched in the period by any channel."),
                "call",
                ("звонков_на_клиента",),
                ("звонков на клиента", "звонки на клиента", "calls per client", "calls per person"),
            ),
            (
                "sms_per_client",
                N_("SMS per client"),
                N_("SMS over clients touched in the period by any channel."),
                "sms",
                ("смс_на_клиента",),
                ("смс на клиента", "sms per client", "sms per person"),
            ),
        )
    ),
    _per(
        "touches_no_answer",
        N_("Touches of who cannot be reached"),
        N_("Touches over deals that stand with those who do not answer or did not book."),
        Sum("touches"),
        Count(),
        "out_of_reach",
        ("касаний_неотвечающих",),
        (
            "касаний неотвечающих",
            "касания неотвечающих",
            "touches of the unreachable",
            "touches of clients out of reach",
        ),
        ("stages.kind=no_answer|not_booked",),
    ),
    Metric(
        key="talk_no_answer",
        title=N_("Conversations of who cannot be reached"),
        about=N_("Mean length of the conversations of deals that stand with those who do not answer or did not book."),
        unit=Unit.DURATION,
        better=Better.NEUTRAL,
        relation="out_of_reach",
        fact=Ratio(Sum("talk_s"), Sum("conversations")),
        needs=("stages.kind=no_answer|not_booked", "touches.duration_s"),
        aliases=("длительность_неотвечающих",),
        phrases=(
            "длительность неотвечающих",
            "разговор с неотвечающими",
            "talk with the unreachable",
            "talk with clients out of reach",
        ),
        spread=False,
    ),
    Metric(
        key="touch_reach",
        title=N_("Share of own calls answered"),
        about=N_("Answered ones over calls that people of ours made, of those the CRM knows of."),
        unit=Unit.PERCENT,
        better=Better.FLOOR,
        relation="touches",
        fact=Ratio(Count(where("own_answered")), Count(where("own_call"))),
        needs=(_CALLS,),
        aliases=("дозвон_касаний",),
        phrases=("дозвон касаний", "дозвон менеджеров", "reach of own calls", "managers' reach"),
        spread=False,
    ),
    Metric(
        key="deal_calls",
        title=N_("Calls of managers"),
        about=N_("Calls with clients that the CRM knows of, of both directions."),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="touches",
        fact=Count(where("call")),
        needs=(_CALLS,),
        aliases=("звонки_менеджеров",),
        phrases=("звонки менеджеров", "звонков менеджеров", "calls of managers", "managers' calls"),
    ),
    Metric(
        key="deal_minutes",
        title=N_("Minutes of managers' conversations"),
        about=N_("Length of the conversations that the CRM knows of, in minutes."),
        unit=Unit.MINUTES,
        better=Better.NEUTRAL,
        relation="touches",
        fact=Sum("talk_min"),
        needs=(_CALLS, "touches.duration_s"),
        aliases=("минуты_менеджеров",),
        phrases=("минуты менеджеров", "минуты разговоров менеджеров", "minutes of conversations", "managers' minutes"),
    ),
    *(
        column(key, title, about, "marks_touched", Count(where(flag)))
        for key, title, about, flag in (
            (
                "touched_contracts",
                N_("Contracts by touches"),
                N_("Contracts of the period, by how many touches came before them."),
                "contract",
            ),
            (
                "touched_disposals",
                N_("Closings by touches"),
                N_("Deals closed without a sale in the period, by how many touches came before."),
                "disposal",
            ),
            (
                "touched_no_answer",
                N_("Closings of who does not answer, by touches"),
                N_("Deals closed in the period from a stage of no answer, by how many touches came before."),
                "no_answer",
            ),
        )
    ),
    column(
        "calls_answered_crm",
        N_("Conversations"),
        N_("Answered calls that the CRM knows of."),
        "touches",
        Count(where("answered")),
    ),
)
