"""What people call the things that records are made of, in English, Russian, and Russian in Latin letters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

_PARTS = re.compile(r"[A-ZА-ЯЁ]+(?![a-zа-яё])|[A-ZА-ЯЁ]?[a-zа-яё]+|\d+")


def _each(words: str) -> tuple[str, ...]:
    return tuple(words.split())


TABLE_WORDS: Mapping[str, Sequence[str]] = {
    "calls": _each(
        "call calls cdr cdrs telephony phonecalls phone zvonki zvonok vyzovy звонки звонок вызовы вызов телефония "
        "interactions interaction connections contacts_log"
    ),
    "chats": _each("chat chats dialogs dialogues messaging чаты чат диалоги обращения"),
    "leads": _each("lead leads zayavki заявки лиды лид"),
    "reservations": _each("reservation reservations booking bookings broni bron брони бронь бронирования"),
    "ticket_events": _each("ticket_events ticket_history ticket_log issue_events журнал_заявок"),
    "bot_calls": _each("bot bot_calls voicebot voice_bot ivr робот бот"),
    "activities": _each(
        "activities activity agent_states agent_status states statuses pauses aux статусы статусы_операторов перерывы"
    ),
    "agents": _each("agents agent operators employees staff operatory sotrudniki операторы сотрудники"),
}
"""Words of a table's name that tell what it is about."""

COLUMN_WORDS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "calls": {
        "call_id": _each(
            "call_id callid uniqueid unique_id call_uuid uuid guid call_guid id record_id segment_id nomer_zvonka "
            "номер_звонка ид_звонка ид код session_id interaction_id conversation_id entry_id"
        ),
        "contact_id": _each(
            "contact_id linkedid linked_id conversation_id interaction_id session_id parent_call_id master_call_id "
            "root_call_id original_call_id contact ид_обращения"
        ),
        "direction": _each(
            "direction call_direction dir call_type inbound is_inbound incoming is_incoming type kind napravlenie "
            "направление тип_звонка тип вид is_output is_out is_outgoing is_outbound outbound outgoing"
        ),
        "line": _each(
            "queue queue_name queuename line line_name skill skill_name skill_group split service_name service "
            "group_name queue_id ochered liniya очередь линия навык группа hunt_group vdn department отдел project "
            "project_id"
        ),
        "started_at": _each(
            "started_at start_time starttime call_start start start_ts calldate call_date begin begin_time queued_at "
            "enqueued_at enqueue_time entered_at arrived_at arrived call_time start_date created_at created "
            "event_time datetime timestamp dt ts time date nachalo data начало время_начала дата_начала дата_время "
            "дата поступил enqueued_time enqueued queued time_start start_stamp started start_datetime start_at "
            "began_at"
        ),
        "answered_at": _each(
            "answered_at answer_time answertime answer connected_at connect_time answer_ts picked_up_at время_ответа "
            "отвечен ответ соединён otvet answer_stamp time_answer dequeued_time dequeued accepted_at"
        ),
        "ended_at": _each(
            "ended_at end_time endtime call_end end end_ts end_date finished_at finished finish finish_time hangup_at "
            "hangup_time completed_at disconnected_at stop stop_time konec okonchanie конец окончание время_окончания "
            "завершён завершен end_stamp time_stop stopped_at closed_at close_time ended end_datetime end_at"
        ),
        "outcome": _each(
            "outcome disposition call_result result call_status status final_status state call_outcome termination "
            "end_reason hangup_cause result_code is_answered answered rezultat результат итог статус состояние исход "
            "final_stage call_state is_abandoned is_lost is_missed abandoned missed lost потерян принят entry_result "
            "finish_reason"
        ),
        "wait_s": _each(
            "wait wait_time waiting waiting_time waited queue_time queue_wait time_in_queue wait_duration holdtime "
            "speed_of_answer asa wait_seconds ozhidanie ожидание время_ожидания в_очереди ждал len_queue queue_len "
            "queue_seconds"
        ),
        "talk_s": _each(
            "talk talk_time talked talk_duration billsec bill_sec calltime conversation_time speaking_time "
            "talk_seconds razgovor разговор время_разговора длительность_разговора len_time len_talk speak_time"
        ),
        "hold_s": _each("hold hold_time held hold_duration on_hold uderzhanie удержание время_удержания"),
        "wrap_s": _each(
            "wrap wrapup wrap_up wrap_time wrapup_time acw acw_time after_call_work after_call post_processing "
            "postobrabotka постобработка поствызовная_обработка"
        ),
        "duration": _each(
            "duration call_duration total_duration total_time length dlitelnost длительность общая_длительность"
        ),
        "client_id": _each(
            "client_id customer_id caller_number caller_id_number from_number client_number customer_phone "
            "client_phone phone_number caller caller_id callerid ani cli src phone client customer number msisdn "
            "telefon телефон номер_клиента номер_телефона клиент абонент номер"
        ),
        "agent_id": _each(
            "agent_id agent operator_id operator agent_login user_name username agent_name user_id user employee_id "
            "employee manager_id manager extension login sotrudnik оператор сотрудник менеджер агент operator_login "
            "agent_number user_login"
        ),
        "is_target": _each("is_target target is_targeted целевой целевой_звонок celevoy"),
        "topic": _each("topic subject category theme reason contact_reason tema тема тематика"),
        "transferred_to": _each(
            "transferred_to transfer_to transfer_queue transfer_target переведён_на переведен_на перевод"
        ),
        "campaign": _each("campaign campaign_name campaign_id kampaniya кампания"),
    },
    "chats": {
        "chat_id": _each("chat_id chatid dialog_id session_id uuid id ид_чата номер_чата ид"),
        "contact_id": _each("contact_id conversation_id interaction_id parent_id"),
        "line": _each("queue queue_name line skill department group channel очередь линия отдел"),
        "started_at": _each(
            "started_at start_time created_at created opened_at start queued_at date begin начало создан дата"
        ),
        "accepted_at": _each("accepted_at accept_time answered_at assigned_at first_reply_at taken_at принят"),
        "ended_at": _each("ended_at end_time closed_at finished_at end closed конец закрыт завершён"),
        "outcome": _each("outcome status result state результат статус итог"),
        "wrap_s": _each("wrap wrapup acw wrap_time постобработка"),
        "client_id": _each("client_id customer_id visitor_id client customer visitor user_id клиент"),
        "agent_id": _each("agent_id operator_id agent operator manager_id manager оператор сотрудник"),
        "is_target": _each("is_target target целевой"),
        "topic": _each("topic subject category theme тема тематика"),
        "transferred_to": _each("transferred_to transfer_to переведён_на"),
    },
    "leads": {
        "lead_id": _each("lead_id id lead номер номер_заявки ид"),
        "line": _each("line department pipeline направление отдел воронка"),
        "created_at": _each(
            "created_at date_create created created_time creation_date date дата_создания создан создана дата"
        ),
        "client_id": _each("client_id customer_id contact_id phone client customer телефон клиент"),
        "origin": _each("origin source utm_source source_name source_id channel campaign источник канал"),
        "is_target": _each("is_target target is_qualified qualified целевой целевая"),
        "first_contact_at": _each(
            "first_contact_at first_call_at first_response_at first_touch_at contacted_at первый_контакт "
            "дата_первого_контакта"
        ),
    },
    "reservations": {
        "reservation_id": _each("reservation_id booking_id id номер_брони номер ид"),
        "reserved_at": _each(
            "reserved_at booked_at created_at reservation_date booking_date date дата_брони дата_бронирования создана "
            "дата"
        ),
        "agent_id": _each("agent_id operator_id manager_id agent manager operator менеджер оператор"),
        "client_id": _each("client_id customer_id phone client customer телефон клиент"),
        "area_m2": _each("area_m2 area square total_area ploshad площадь"),
        "price": _each("price cost amount sum total цена стоимость сумма"),
        "in_call": _each("in_call during_call в_звонке"),
        "call_id": _each("call_id звонок"),
        "project": _each("project complex project_name жк проект объект"),
        "city": _each("city город gorod"),
        "cancelled_at": _each("cancelled_at canceled_at cancel_date annulled_at дата_отмены отменена снята"),
    },
    "ticket_events": {
        "event_id": _each("event_id id ид"),
        "ticket_id": _each("ticket_id ticket issue_id request_id заявка"),
        "at": _each("at created_at event_time happened_at time date дата время"),
        "kind": _each("kind event event_type type action событие"),
        "desk": _each("desk group team queue отдел"),
        "agent_id": _each("agent_id user_id author_id agent author автор"),
        "topic": _each("topic category тема"),
        "subtopic": _each("subtopic subcategory подтема"),
    },
    "bot_calls": {
        "bot_call_id": _each("bot_call_id call_id session_id id uuid ид"),
        "contact_id": _each("contact_id linkedid conversation_id interaction_id"),
        "started_at": _each("started_at start_time created_at start начало дата"),
        "wait_s": _each("wait greeting_delay"),
        "dialogue_s": _each("dialogue dialog_time duration talk длительность"),
        "outcome": _each("outcome result status результат статус итог"),
        "handed_to": _each("handed_to transfer_to transferred_to queue line переведён_на очередь"),
        "client_id": _each("client_id phone caller ani client телефон клиент"),
    },
    "activities": {
        "agent_id": _each("agent_id operator_id agent operator user_id login employee_id оператор сотрудник"),
        "started_at": _each("started_at start_time begin start from time_from начало время_начала"),
        "ended_at": _each("ended_at end_time end finish to time_to конец окончание время_окончания"),
        "status": _each("status state status_name aux reason статус состояние"),
        "line": _each("line queue линия очередь"),
        "activity": _each("activity activity_name task reason_code занятие активность"),
    },
    "agents": {
        "agent_id": _each("agent_id operator_id login employee_id user_id extension id логин ид"),
        "name": _each("name full_name fio agent_name display_name фио имя"),
        "team": _each("team team_name group group_name department группа команда отдел"),
        "line": _each("line queue skill линия"),
        "site": _each("site location площадка"),
        "active_from": _each("active_from hired_at hire_date date_from start_date дата_приёма принят"),
        "active_to": _each("active_to dismissed_at fired_at date_to end_date дата_увольнения уволен"),
    },
}
"""Canonical table -> what may be mapped -> names of columns for it, the likeliest first.

Two things of calls are no columns of ours: `answered_at` and `duration` stand in for durations that are not told.
"""

UNITS: Mapping[str, float] = {
    **dict.fromkeys(("ms", "msec", "msecs", "millis", "milliseconds", "мс"), 0.001),
    **dict.fromkeys(("s", "sec", "secs", "seconds", "сек"), 1.0),
    **dict.fromkeys(("min", "mins", "minutes", "мин"), 60.0),
}
"""Words of a column's name that say what its numbers count, in seconds."""

_IDLE = frozenset({"dt", "ts", "at", "utc", "msk", "local", "fk", "dim", "fld", "col", "f", "c", *UNITS})
"""Words that change nothing about what a column is."""


@cache
def parts(name: str) -> tuple[str, ...]:
    """Return the words of a name: `CallStartTime`, `call_start_time` and `CALL-START-TIME` are the same."""
    return tuple(part.casefold() for part in _PARTS.findall(name))


def unit_of(name: str) -> float | None:
    """Return how many seconds one of what a column counts is, as far as its name says it."""
    return next((UNITS[part] for part in reversed(parts(name)) if part in UNITS), None)


def likeness(name: str, table: str, wanted: Sequence[str]) -> float:
    """Return how well a column's name fits one of the names wanted (the likeliest first), 0 to 1.

    The table's own name says nothing in it: `call_wait` of `calls` is `wait`.
    """
    said = [part for part in parts(name) if part not in _IDLE] or list(parts(name))
    own = set(parts(table)) | {word.removesuffix("s") for word in parts(table)}
    bare = [part for part in said if part not in own and part not in ("call", "chat")] or said
    best = 0.0
    for rank, each in enumerate(wanted):
        # A likelier name counts a little more: of `created_at` and `start_time` the second is the beginning.
        worth = 1 - 0.3 * rank / len(wanted)
        words = parts(each)
        if list(words) == list(parts(name)) or list(words) == said:
            best = max(best, worth)
        elif len(words) > 1 and sorted(words) == sorted(said):
            best = max(best, 0.95 * worth)
        elif list(words) == bare:
            best = max(best, 0.9 * worth)
        elif len(each) > 3 and set(words) <= set(said):
            best = max(best, 0.7 * worth * len(words) / len(said))
    return best


def table_likeness(name: str, table: str) -> float:
    """Return how well a table's name fits a canonical table, 0 to 1."""
    said = parts(name)
    best = 0.0
    for each in TABLE_WORDS[table]:
        words = parts(each)
        if words and set(words) <= set(said):
            best = max(best, len(words) / len(said))
    return best
