"""Calls: volumes, service level, lost calls, waiting and handling."""

from __future__ import annotations

from metrics.model import Better, Count, Distinct, Mean, Metric, Quantile, Ratio, Remark, ShortNames, Unit, where
from warehouse.messages import N_, note

IN_WORK = Remark(where("in_work"), note("{n} call in work", "{n} calls in work", n=0))
UNKNOWN = Remark(
    where("unknown"),
    note(
        "{n} call open for over 4 hours, in no figure",
        "{n} calls open for over 4 hours, in no figure",
        n=0,
    ),
)
_FLOW_OUT = Remark(
    where("flow_out"),
    note("{n} call left the queue unserved", "{n} calls left the queue unserved", n=0),
    aside=True,
)
_NO_WAIT = Remark(
    where("answered_without_wait"),
    note("{n} answered call without a wait left out", "{n} answered calls without a wait left out", n=0),
)
_NO_TALK = Remark(
    where("without_talk"),
    note("{n} call without talk time left out", "{n} calls without talk time left out", n=0),
)
_NO_END = Remark(
    where("without_end"),
    note("{n} answered call without an end left out", "{n} answered calls without an end left out", n=0),
)

CALLS = (
    Metric(
        key="calls",
        title=N_("Inbound calls"),
        short=ShortNames(N_("Calls received"), N_("Calls: {line}"), N_("inbound calls")),
        about=N_("Queue entries of inbound calls in the period, whatever their end."),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="calls",
        fact=Count(),
        needs=("calls.direction=in",),
        aliases=("звонки", "звонков", "вызовы", "входящие", "calls_in", "inbound"),
        phrases=(
            *("звонок", "звонят", "звонили", "позвонили", "вызов", "входящие звонки", "входящие вызовы"),
            *("входящая линия", "объем звонков", "количество звонков", "поступившие звонки", "поток звонков"),
            *("нагрузка по звонкам", "трафик звонков", "нагрузка", "call volume", "incoming calls"),
            *("inbound volume", "inbound calls", "call", "calls in", "phone calls", "volume"),
        ),
    ),
    Metric(
        key="calls_out",
        title=N_("Outbound calls"),
        short=ShortNames(N_("Calls made"), N_("Calls out: {line}"), N_("outbound calls")),
        about=N_("Attempts to call, answered or not."),
        unit=Unit.COUNT,
        better=Better.NEUTRAL,
        relation="attempts",
        fact=Count(),
        needs=("calls.direction=out",),
        aliases=("исходящие", "исходящих", "outbound"),
        phrases=(
            *("исходящие звонки", "исходящие вызовы", "исходящий", "исходящая линия", "набрали исходящих"),
            *("обзвон", "обзвонили", "наборы", "попытки дозвона", "outgoing calls", "outgoing"),
            *("outbound calls", "dials", "dialled", "calls made", "calls out"),
        ),
    ),
    Metric(
        key="sl",
        title=N_("Service level"),
        short=ShortNames(N_("Service level, SL"), N_("SL {line}"), N_("SL")),
        about=N_(
            "Calls answered within {threshold} s over the base: {formula_text} ({formula}), where A is answered and B "
            "lost, i within the threshold, s within the short bound; calls still waiting past it are misses."
        ),
        unit=Unit.PERCENT,
        better=Better.FLOOR,
        relation="calls",
        fact=Ratio(Count(where("within_threshold")), Count(where("service_level_base"))),
        needs=("calls.wait_s",),
        remarks=(
            Remark(
                where("wait_unknowable"),
                note(
                    "cannot be computed by the formula {formula}: the lost calls have no waits; "
                    "these formulas can: {computable}",
                    n=0,
                ),
                blocks=True,
            ),
            _NO_WAIT,
            IN_WORK,
            UNKNOWN,
        ),
        aliases=("сл", "уровень", "уровень_сервиса", "уровень_обслуживания", "service_level"),
        spread=False,
        threshold=True,
        phrases=(
            *("сервис левел", "сервис-левел", "левел", "эсэль", "эс эль", "уровень сервиса"),
            *("уровень обслуживания", "процент обслуживания", "обслуживание в срок", "доля отвеченных в срок"),
            *("доля звонков отвеченных за 30 секунд", "servis level", "servise level", "sla"),
            "grade of service",
        ),
    ),
    Metric(
        key="lcr",
        title=N_("Lost calls (LCR)"),
        short=ShortNames(N_("Lost calls, LCR"), N_("LCR {line}"), N_("LCR")),
        about=N_("Calls lost in the queue over calls answered or lost."),
        unit=Unit.PERCENT,
        better=Better.CEILING,
        relation="calls",
        fact=Ratio(Count(where("lost")), Count(where("answered_or_lost"))),
        needs=("calls.outcome",),
        remarks=(IN_WORK, UNKNOWN, _FLOW_OUT),
        aliases=("сорвавшиеся", "сорванные", "потерянные", "потери", "lost", "lost_calls", "abandoned"),
        spread=False,
        bound=True,
        decimals=1,
        phrases=(
            *("лср", "лцр", "эл си ар", "процент потерь", "процент потерянных", "процент потерянных звонков"),
            *("процент пропущенных", "доля потерянных", "доля потерь", "доля пропущенных", "потеря"),
            *("потерянный звонок", "потерянные звонки", "потеряли", "потеряли звонков"),
            *("звонков потеряли", "звонков потеряно", "теряем", "теряем звонки", "пропущенные", "пропущенный"),
            *("пропущенные звонки", "звонков пропустили", "потеряшки", "потеряшка", "брошенные"),
            *("брошенные звонки", "сброшенные", "сброшенные звонки", "сброс", "сбросы", "неотвеченные"),
            *("неотвеченные звонки", "непринятые", "непринятые звонки", "не приняли звонков", "отвалились"),
            *("отвал", "abandon rate", "abandonment", "abandonment rate", "abandoned calls", "missed"),
            *("missed calls", "missed call rate", "dropped calls", "dropped", "unanswered", "unanswered calls"),
            *("lost call rate", "loss rate", "lose", "calls did we lose", "calls lost", "calls missed", "loss"),
        ),
    ),
    Metric(
        key="lcr_clients",
        title=N_("Lost clients"),
        about=N_(
            "Known clients whose last loss was followed by no conversation within {recovery_hours} h, "
            "over known clients who called; losses still pending are in neither."
        ),
        unit=Unit.PERCENT,
        better=Better.CEILING,
        relation="clients",
        fact=Ratio(Count(where("lost")), Count(where("settled"))),
        needs=("calls.client_id",),
        remarks=(
            Remark(
                where("pending"),
                note("{n} client may still be called back", "{n} clients may still be called back", n=0),
            ),
        ),
        aliases=("потерянные_клиенты", "lost_clients"),
        spread=False,
        bound=True,
        decimals=2,
        phrases=(
            *("потерянный клиент", "потеряли клиентов", "клиенты потеряны", "клиентов потеряли"),
            *("невозвращенные клиенты", "lost customers", "lost clients"),
        ),
    ),
    Metric(
        key="called_back",
        title=N_("Lost clients called back"),
        about=N_(
            "Known clients with a lost call who had an attempt or a conversation after the last loss, "
            "over known clients with a lost call."
        ),
        unit=Unit.PERCENT,
        better=Better.FLOOR,
        relation="clients",
        fact=Ratio(Count(where("called_back")), Count(where("had_a_loss"))),
        needs=("calls.client_id",),
        spread=False,
        aliases=("перезвоны", "перезвонили", "callbacks"),
        phrases=(
            *("перезвон", "обратные звонки", "перезвон потерянным", "перезвоны потерянным"),
            *("потерянным перезвонили", "перезвонили потерянным", "процент перезвонов", "доля перезвонов"),
            *("call backs", "call back rate", "callback rate", "called back"),
        ),
    ),
    Metric(
        key="asa",
        title=N_("Average speed of answer (ASA)"),
        short=ShortNames(N_("Wait, ASA"), N_("ASA {line}"), N_("ASA")),
        about=N_("Waits of answered calls from queue entry, zero waits included, over answered calls."),
        unit=Unit.SECONDS,
        better=Better.CEILING,
        relation="calls",
        fact=Mean("wait_s", where("answered")),
        needs=("calls.wait_s",),
        remarks=(_NO_WAIT, IN_WORK, UNKNOWN),
        aliases=("аса", "ожидание", "скорость_ответа", "wait"),
        spread=False,
        bound=True,
        phrases=(
            *("время ожидания", "среднее время ожидания", "среднее ожидание", "ожидание ответа"),
            *("время ожидания ответа", "скорость ответа", "средняя скорость ответа", "ожидают", "ждут"),
            *("ждут клиенты", "ждали", "ждет", "ждать", "долго ждут", "ждали ответа", "wait time"),
            *("waiting time", "average wait", "average wait time", "speed of answer"),
            *("average speed of answer", "waits", "customers wait"),
            "clients wait",
        ),
    ),
    Metric(
        key="asa_median",
        title=N_("Median wait"),
        about=N_("Half of the answered calls waited no longer than this."),
        unit=Unit.SECONDS,
        better=Better.CEILING,
        relation="calls",
        fact=Quantile(0.5, "wait_s", where("answered")),
        needs=("calls.wait_s",),
        remarks=(_NO_WAIT,),
        spread=False,
        bound=True,
        aliases=("медиана_ожидания", "median_wait"),
        phrases=(*("медиана ожидания", "медианное ожидание", "медианное время ожидания", "median wait time"),),
    ),
    Metric(
        key="asa_p90",
        title=N_("Wait of nine calls in ten"),
        about=N_("Nine in ten of the answered calls waited no longer than this."),
        unit=Unit.SECONDS,
        better=Better.CEILING,
        relation="calls",
        fact=Quantile(0.9, "wait_s", where("answered")),
        needs=("calls.wait_s",),
        remarks=(_NO_WAIT,),
        spread=False,
        bound=True,
        aliases=("p90",),
        phrases=(
            *("девяностый перцентиль ожидания", "90 перцентиль ожидания", "п90", "90th percentile of wait"),
            "90th percentile wait",
        ),
    ),
    Metric(
        key="aht",
        title=N_("Average handling time (AHT)"),
        short=ShortNames(N_("Handling time, AHT"), N_("AHT {line}"), N_("AHT")),
        about=N_("Talk, hold and wrap-up of calls answered and ended, over these calls."),
        unit=Unit.SECONDS,
        better=Better.CEILING,
        relation="calls",
        fact=Mean("handle_s", where("handled")),
        needs=("calls.talk_s",),
        remarks=(
            Remark(
                where("talk_only"),
                note(
                    "talk only: {n} call without hold and wrap-up",
                    "talk only: {n} calls without hold and wrap-up",
                    n=0,
                ),
            ),
            Remark(
                where("without_wrap"),
                note("without wrap-up: {n} call", "without wrap-up: {n} calls", n=0),
            ),
            Remark(
                where("without_hold"),
                note("without hold: {n} call", "without hold: {n} calls", n=0),
            ),
            _NO_TALK,
            _NO_END,
        ),
        aliases=("ант", "ахт", "обработка", "handling"),
        spread=False,
        phrases=(
            *("аhт", "анt", "a h t", "ант звонков", "ахт звонков", "аhт звонков", "время обработки"),
            *("среднее время обработки", "время обработки звонка", "среднее время обработки звонка"),
            *("длительность обработки", "длительность звонка", "средняя длительность звонка"),
            *("сколько длится звонок", "длина звонка", "handle time", "average handle time", "handling time"),
            *("average handling time", "call duration", "average call duration", "call length"),
        ),
    ),
    Metric(
        key="talk",
        title=N_("Average talk time"),
        about=N_("Talk of calls answered and ended, over these calls."),
        unit=Unit.SECONDS,
        better=Better.NEUTRAL,
        relation="calls",
        fact=Mean("talk_s", where("handled")),
        needs=("calls.talk_s",),
        remarks=(_NO_TALK, _NO_END),
        aliases=("разговор", "talk_time"),
        spread=False,
        phrases=(
            *("время разговора", "среднее время разговора", "длительность разговора", "длится разговор"),
            *("разговаривает", "разговаривают", "разговаривали", "говорит", "говорят", "болтает", "атт"),
            *("talk time", "average talk time", "talking", "conversation time", "att"),
        ),
    ),
    Metric(
        key="transfers",
        title=N_("Transfers"),
        about=N_("Contacts with a transfer after an agent answered, over contacts answered; each counts once."),
        unit=Unit.PERCENT,
        better=Better.CEILING,
        relation="calls",
        fact=Ratio(
            Distinct("contact_id", where("transferred")),
            Distinct("contact_id", where("answered")),
        ),
        needs=("calls.transferred_to",),
        aliases=("переводы", "переводов", "трансферы", "трансферов"),
        spread=False,
        bound=True,
        decimals=1,
        phrases=(
            *("перевод", "переводы звонков", "процент переводов"),
            *("доля переводов", "переводят", "transfer", "transfer rate"),
            "call transfers",
        ),
    ),
    Metric(
        key="target_calls_in",
        title=N_("Target inbound calls"),
        about=N_("Inbound calls flagged as target traffic."),
        unit=Unit.COUNT,
        better=Better.FLOOR,
        relation="calls",
        fact=Count(where("is_target")),
        needs=("calls.is_target",),
        aliases=("целевые_звонки", "target_calls"),
        phrases=(*("целевой звонок", "целевых звонков", "входящие целевые звонки", "target inbound"),),
    ),
    Metric(
        key="target_out",
        title=N_("Target traffic, outbound"),
        short=ShortNames(N_("Telemarketing"), N_("Telemarketing: {line}"), N_("telemarketing")),
        about=N_("Attempts flagged as target traffic that ended in a conversation."),
        unit=Unit.COUNT,
        better=Better.FLOOR,
        relation="attempts",
        fact=Count(where("connected", "is_target")),
        needs=("calls.direction=out", "calls.is_target"),
        aliases=("телемаркетинг", "тм", "telemarketing"),
        phrases=(
            *("целевые исходящие", "исходящий целевой трафик", "целевой исходящий трафик", "outbound target"),
            "target outbound",
        ),
    ),
)
