"""Databases as centres have them, each with the same day's calls told in its own words, zone and units."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tests.warehouse.detail import AGENT_S_OWN, FREEPBX, LOCAL, in_queue, row

FIRST = datetime.fromisoformat("2026-06-01 08:00")
"""Local time in Moscow, three hours ahead of UTC."""
MOSCOW = timedelta(hours=3)
NOW = datetime.fromisoformat("2026-06-10 09:00")


@dataclass(frozen=True)
class Call:
    """A call as it happened; times are local."""

    number: int
    at: datetime
    direction: str
    line: str
    outcome: str
    wait: int
    talk: int
    client: str
    agent: str | None

    @property
    def ended(self) -> datetime:
        return self.at + timedelta(seconds=self.wait + self.talk)

    @property
    def answered(self) -> datetime | None:
        return self.at + timedelta(seconds=self.wait) if self.outcome == "answered" else None

    @property
    def row(self) -> tuple[Any, ...]:
        """As one of ours: direction, line, beginning (UTC), outcome, wait, talk of answered ones, client, agent."""
        talk = float(self.talk) if self.outcome == "answered" else None
        return (
            self.direction,
            self.line,
            self.at - MOSCOW,
            self.outcome,
            float(self.wait),
            talk,
            self.client,
            self.agent,
        )


def calls() -> list[Call]:
    """Three days of 80 calls, one every ten minutes from 8:00 to 21:10.

    Of every eight the last is lost, of every sixteen the twelfth runs into the queue's time-out; each tenth is an
    attempt of ours, and every other one of those reaches nobody.
    """
    made = []
    for number in range(240):
        at = FIRST + timedelta(days=number // 80, minutes=10 * (number % 80))
        out = number % 10 == 9
        outcome = "abandoned" if number % 8 == 7 else "flow_out" if number % 16 == 11 else "answered"
        if out:
            outcome = "no_answer" if number % 20 == 19 else "answered"
        talk = 60 + number * 13 % 200 if outcome == "answered" else 0
        agent = f"a{number % 5}" if outcome == "answered" or out else None
        client = f"7900{number % 37:07}"
        line = "support" if number % 3 else "sales"
        made.append(Call(number, at, "out" if out else "in", line, outcome, 5 + number * 7 % 60, talk, client, agent))
    return made


def stranger(engine: sa.Engine, schema: str | None = None) -> None:
    """A warehouse's table of facts: English names, UTC without saying so, milliseconds, one word for two outcomes."""
    metadata = sa.MetaData(schema=schema)
    facts = sa.Table(
        "fact_calls",
        metadata,
        sa.Column("call_key", sa.BigInteger, primary_key=True),
        sa.Column("call_guid", sa.String(40)),
        sa.Column("call_direction", sa.String(12)),
        sa.Column("queue_name", sa.String(40)),
        sa.Column("start_ts", sa.DateTime),
        sa.Column("end_ts", sa.DateTime),
        sa.Column("call_status", sa.String(20)),
        sa.Column("queue_wait", sa.Integer),
        sa.Column("talk_duration", sa.Integer),
        sa.Column("ani", sa.String(20)),
        sa.Column("dnis", sa.String(20)),
        sa.Column("agent_login", sa.String(20)),
        sa.Column("loaded_at", sa.DateTime),
    )
    people = sa.Table(
        "dim_agents",
        metadata,
        sa.Column("agent_login", sa.String(20), primary_key=True),
        sa.Column("full_name", sa.String(80)),
        sa.Column("team", sa.String(40)),
    )
    orders = sa.Table("orders", metadata, sa.Column("id", sa.Integer), sa.Column("created_at", sa.DateTime))
    words = {"answered": "ANSWERED", "abandoned": "NO ANSWER", "no_answer": "NO ANSWER", "flow_out": "QUEUE_TIMEOUT"}
    with engine.begin() as connection:
        metadata.create_all(connection)
        connection.execute(
            facts.insert(),
            [
                {
                    "call_key": call.number + 1,
                    "call_guid": f"guid-{call.number}",
                    "call_direction": {"in": "INBOUND", "out": "OUTBOUND"}[call.direction],
                    "queue_name": call.line,
                    "start_ts": call.at - MOSCOW,
                    "end_ts": call.ended - MOSCOW,
                    "call_status": words[call.outcome],
                    "queue_wait": call.wait * 1000,
                    "talk_duration": call.talk * 1000 if call.answered else None,
                    "ani": call.client if call.direction == "in" else "84950000000",
                    "dnis": "84950000000" if call.direction == "in" else call.client,
                    "agent_login": call.agent,
                    "loaded_at": call.ended - MOSCOW + timedelta(minutes=5),
                }
                for call in calls()
            ],
        )
        connection.execute(
            people.insert(),
            [{"agent_login": f"a{n}", "full_name": f"Agent {n}", "team": f"team {n % 2}"} for n in range(5)],
        )
        connection.execute(orders.insert(), [{"id": 1, "created_at": NOW}])


def russian(engine: sa.Engine) -> None:
    """A switchboard's export in Russian: local times and clock durations as text."""

    def clock(seconds: int) -> str:
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"

    words = {"answered": "Принят", "abandoned": "Потерян", "flow_out": "Переполнение", "no_answer": "Нет ответа"}
    metadata = sa.MetaData()
    names = ("Номер звонка", "Направление", "Очередь", "Дата начала", "Результат", "Время ожидания", "Разговор")
    names += ("Телефон", "Оператор")
    table = sa.Table("Звонки", metadata, *(sa.Column(name, sa.Text) for name in names))
    with engine.begin() as connection:
        metadata.create_all(connection)
        connection.execute(
            table.insert(),
            [
                dict(
                    zip(
                        names,
                        (
                            f"З-{call.number}",
                            {"in": "Входящий", "out": "Исходящий"}[call.direction],
                            call.line,
                            call.at.isoformat(" "),
                            words[call.outcome],
                            clock(call.wait),
                            clock(call.talk) if call.answered else "",
                            call.client,
                            call.agent or "",
                        ),
                        strict=True,
                    )
                )
                for call in calls()
            ],
        )


def bitrix(engine: sa.Engine) -> None:
    """Bitrix24's telephony and leads. It tells the length of a call, and no waiting; a queue is a number there."""
    metadata = sa.MetaData()
    statistic = sa.Table(
        "b_voximplant_statistic",
        metadata,
        sa.Column("ID", sa.Integer, primary_key=True),
        sa.Column("PORTAL_USER_ID", sa.Text),
        sa.Column("PORTAL_NUMBER", sa.String(50)),
        sa.Column("PHONE_NUMBER", sa.String(20)),
        sa.Column("INCOMING", sa.String(50)),
        sa.Column("CALL_ID", sa.String(255)),
        sa.Column("CALL_CATEGORY", sa.String(20)),
        sa.Column("CALL_DURATION", sa.Integer),
        sa.Column("CALL_START_DATE", sa.DateTime),
        sa.Column("CALL_FAILED_CODE", sa.String(255)),
    )
    leads = sa.Table(
        "b_crm_lead",
        metadata,
        sa.Column("ID", sa.Integer, primary_key=True),
        sa.Column("DATE_CREATE", sa.DateTime),
        sa.Column("DATE_MODIFY", sa.DateTime),
        sa.Column("ASSIGNED_BY_ID", sa.Integer),
        sa.Column("STATUS_ID", sa.String(50)),
        sa.Column("SOURCE_ID", sa.String(50)),
        sa.Column("CONTACT_ID", sa.Integer),
    )
    with engine.begin() as connection:
        metadata.create_all(connection)
        connection.execute(
            statistic.insert(),
            [
                {
                    "ID": call.number + 1,
                    "PORTAL_USER_ID": call.agent,
                    "PORTAL_NUMBER": call.line,
                    "PHONE_NUMBER": call.client,
                    "INCOMING": {"in": "2", "out": "1"}[call.direction],
                    "CALL_ID": f"call.{call.number}",
                    "CALL_CATEGORY": "external",
                    "CALL_DURATION": call.talk,
                    "CALL_START_DATE": call.at,
                    "CALL_FAILED_CODE": "200" if call.answered else "304",
                }
                for call in calls()
            ],
        )
        connection.execute(
            leads.insert(),
            [
                {
                    "ID": n,
                    "DATE_CREATE": call.at,
                    "ASSIGNED_BY_ID": 1,
                    "STATUS_ID": "NEW",
                    "SOURCE_ID": "WEB",
                    "CONTACT_ID": n,
                }
                for n, call in enumerate(calls()[:100])
            ],
        )


def amocrm(engine: sa.Engine) -> None:
    """An export of amoCRM's leads: seconds since 1970; one is deleted."""
    metadata = sa.MetaData()
    names = ("id", "price", "responsible_user_id", "status_id", "pipeline_id", "created_at", "updated_at", "closed_at")
    leads = sa.Table(
        "amo_leads",
        metadata,
        *(sa.Column(name, sa.BigInteger, primary_key=name == "id") for name in names),
        sa.Column("name", sa.Text),
        sa.Column("is_deleted", sa.Boolean),
        sa.Column("source_name", sa.Text),
    )
    with engine.begin() as connection:
        metadata.create_all(connection)
        for number, call in enumerate(calls()[:120], 1):
            seconds = round((call.at - MOSCOW - datetime.fromisoformat("1970-01-01")).total_seconds())
            connection.execute(
                leads.insert().values(
                    id=number,
                    status_id=142,
                    pipeline_id=77,
                    responsible_user_id=5,
                    created_at=seconds,
                    name=f"Lead {number}",
                    is_deleted=number == 120,
                    source_name="site",
                )
            )


def log_events() -> Iterator[tuple[datetime, str, str, str, str, list[str]]]:
    """The calls that came in as a queue's log tells them: local time, call, queue, agent, event, parameters."""
    for call in calls():
        if call.direction == "out":
            continue
        callid = f"{1780000000 + call.number}.1"
        yield call.at, callid, call.line, "NONE", "ENTERQUEUE", ["", call.client, "1"]
        if call.answered:
            yield call.answered, callid, call.line, call.agent or "", "CONNECT", [str(call.wait), "x.1", "3"]
            ended = [str(call.wait), str(call.talk), "1"]
            yield call.ended, callid, call.line, call.agent or "", "COMPLETECALLER", ended
        else:
            event = {"abandoned": "ABANDON", "flow_out": "EXITWITHTIMEOUT"}[call.outcome]
            yield call.ended, callid, call.line, "NONE", event, ["1", "1", str(call.wait)]


def queue_log(engine: sa.Engine) -> None:
    """Asterisk's log of queues by its realtime driver: times as local text."""
    metadata = sa.MetaData()
    data = [f"data{n}" for n in range(1, 6)]
    log = sa.Table(
        "queue_log",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String(100)) for name in ("time", "callid", "queuename", "agent", "event", *data)),
    )
    with engine.begin() as connection:
        metadata.create_all(connection)
        rows = [
            {
                "time": f"{at:%Y-%m-%d %H:%M:%S}.000000",
                "callid": callid,
                "queuename": queue,
                "agent": agent,
                "event": event,
            }
            | {name: (said[n] if n < len(said) else "") for n, name in enumerate(data)}
            for at, callid, queue, agent, event, said in log_events()
        ]
        connection.execute(log.insert(), rows)


def queuemetrics(engine: sa.Engine) -> None:
    """QueueMetrics' own table: seconds since 1970, `verb` for an event."""
    metadata = sa.MetaData()
    data = [f"data{n}" for n in range(1, 6)]
    log = sa.Table(
        "queue_log",
        metadata,
        sa.Column("partition", sa.String(20)),
        sa.Column("time_id", sa.Integer),
        *(sa.Column(name, sa.String(50)) for name in ("call_id", "queue", "agent", "verb")),
        *(sa.Column(name, sa.String(200)) for name in data),
        sa.Column("serverid", sa.String(10)),
        sa.Column("unique_row_count", sa.Integer, primary_key=True, autoincrement=True),
    )
    epoch = datetime.fromisoformat("1970-01-01")
    with engine.begin() as connection:
        metadata.create_all(connection)
        rows = [
            {
                "partition": "P001",
                "time_id": round((at - MOSCOW - epoch).total_seconds()),
                "call_id": callid,
                "queue": queue,
                "agent": agent,
                "verb": event,
                **{name: (said[n] if n < len(said) else "") for n, name in enumerate(data)},
            }
            for at, callid, queue, agent, event, said in log_events()
        ]
        connection.execute(log.insert(), rows)


def contacts() -> list[list[dict[str, str]]]:
    """Contacts of a FreePBX, each as the rows of its call records; the first row is the caller's."""
    second = LOCAL.replace("101", "102")
    own_of_second = {"dst": "102", "channel": second.replace(";1", ";2"), "dstchannel": "SIP/102-0000000d"}
    attempt = {"src": "74950000000", "dst": "70000000009", "dcontext": "from-internal", "channel": "PJSIP/101-0000001a"}
    attempt |= {"dstchannel": "SIP/trunk-0000001b"}
    menu = row(0, 10, 10, dst="s", dcontext="ivr-1", lastapp="BackGround")
    person = row(0, 72, 60, dst="101", dstchannel="SIP/101-0000000b")
    return [
        [in_queue(LOCAL), AGENT_S_OWN],
        [in_queue(second) | {"disposition": "NO ANSWER"}, in_queue(LOCAL), AGENT_S_OWN],
        [in_queue(LOCAL), AGENT_S_OWN | {"disposition": "NO ANSWER", "billsec": "0"}],
        [in_queue("")],
        [in_queue()],
        [person],
        [person, row(72, 28, 20, dst="102", dcontext="from-internal-xfer", dstchannel="SIP/102-0000000c")],
        [
            *(in_queue(LOCAL), AGENT_S_OWN),
            in_queue(second, at=90, duration=40, lastdata="600,t", dst="600"),
            row(91, 39, 30) | own_of_second | {"uniqueid": "other"},
        ],
        [row(0, 25, dst="101", dstchannel="SIP/101-0000000b")],
        [menu],
        [menu, row(10, 72, 60, dst="101", dstchannel="SIP/101-0000000b")],
        [row(0, 20, dst="101", dstchannel="SIP/101-b"), row(20, 9, 9, dst="vmu101", lastapp="VoiceMail")],
        [row(0, 50, 40) | attempt],
        [row(0, 50) | attempt],
        [row(0, 50) | attempt | {"disposition": "BUSY"}],
        [row(0, 50) | attempt | {"disposition": "FAILED"}],
        [row(0, 10, 9, src="101", dst="102", channel="SIP/101-1a2b", dstchannel="SIP/102-1a2c")],
    ]


def records() -> list[dict[str, str]]:
    """The rows of all contacts, an hour after each other; a row of the caller's own has the contact's id."""
    made = []
    for number, contact in enumerate(contacts()):
        linked = f"{1780300800 + 3600 * number}.{number}"
        for place, each in enumerate(contact):
            at = datetime.fromisoformat(each["calldate"]) + timedelta(hours=number)
            own = each["channel"] == contact[0]["channel"]
            ids = {"linkedid": linked, "uniqueid": linked if own else f"{linked}{place}", "calldate": str(at)}
            made.append({**each, **ids, "sequence": str(len(made)), "amaflags": "3"})
    return made


def freepbx(engine: sa.Engine) -> None:
    """FreePBX's call records, as its installer makes the table."""
    metadata = sa.MetaData()
    numbers = ("duration", "billsec", "amaflags", "sequence")
    table = sa.Table(
        "cdr",
        metadata,
        sa.Column("calldate", sa.DateTime, nullable=False, index=True),
        *(
            sa.Column(name, sa.Integer if name in numbers else sa.String(80), nullable=False, index=name == "uniqueid")
            for name in FREEPBX.split(",")[1:]
        ),
    )
    with engine.begin() as connection:
        metadata.create_all(connection)
        connection.execute(
            table.insert(),
            [
                {
                    column.name: datetime.fromisoformat(each["calldate"])
                    if column.name == "calldate"
                    else int(each.get(column.name) or 0)
                    if column.name in numbers
                    else each.get(column.name, "")
                    for column in table.columns
                }
                for each in records()
            ],
        )


def channel_events(engine: sa.Engine) -> None:
    """The events of the channels of the first and the third contact, who entered a queue after four seconds."""
    metadata = sa.MetaData()
    table = sa.Table(
        "cel",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("eventtime", sa.DateTime),
        *(sa.Column(name, sa.String(80)) for name in ("eventtype", "appname", "uniqueid", "linkedid")),
    )
    told = [
        (0, 0, "CHAN_START", ""),
        (0, 4, "APP_START", "Queue"),
        (0, 30, "BRIDGE_ENTER", "Queue"),
        (0, 90, "HANGUP", ""),
    ]
    told += [(2, 0, "CHAN_START", ""), (2, 4, "APP_START", "Queue"), (2, 90, "HANGUP", "Queue")]
    with engine.begin() as connection:
        metadata.create_all(connection)
        for contact, second, event, app in told:
            linked = f"{1780300800 + 3600 * contact}.{contact}"
            at = datetime.fromisoformat("2026-06-01 11:00") + timedelta(hours=contact, seconds=second)
            values = {"eventtime": at, "eventtype": event, "appname": app, "uniqueid": linked, "linkedid": linked}
            connection.execute(table.insert().values(values))


def _seconds(local: datetime | None) -> int:
    """Seconds since 1970 of a local time; 0 of none."""
    return 0 if local is None else round((local - MOSCOW - datetime.fromisoformat("1970-01-01")).total_seconds())


SWITCHBOARDS: Mapping[str, Mapping[str, Callable[[Call], Any]]] = {
    # FreeSWITCH's records: causes of hanging up, and no queue.
    "freeswitch_cdr": {
        "uuid": lambda call: f"u{call.number}",
        "caller_id_name": lambda call: "CLIENT",
        "caller_id_number": lambda call: call.client if call.direction == "in" else "600",
        "destination_number": lambda call: "600" if call.direction == "in" else call.client,
        "direction": lambda call: {"in": "inbound", "out": "outbound"}[call.direction],
        "start_stamp": lambda call: str(call.at),
        "answer_stamp": lambda call: str(call.answered) if call.answered else None,
        "end_stamp": lambda call: str(call.ended),
        "duration": lambda call: call.wait + call.talk,
        "billsec": lambda call: call.talk,
        "hangup_cause": lambda call: "NORMAL_CLEARING" if call.answered else "ORIGINATOR_CANCEL",
    },
    # A view of interactions, in which calls lie beside chats: whether one was lost is a flag.
    "fct_interactions": {
        "interaction_id": lambda call: f"i{call.number}",
        "media_type": lambda call: "voice" if call.number % 24 else "email",
        "skill_name": lambda call: call.line,
        "is_outbound": lambda call: int(call.direction == "out"),
        "created_at": lambda call: str(call.at),
        "answered_at": lambda call: str(call.answered) if call.answered else None,
        "closed_at": lambda call: str(call.ended),
        "is_abandoned": lambda call: int(not call.answered),
        "agent_id": lambda call: call.agent,
        "customer_phone": lambda call: call.client,
    },
    # A Russian switchboard's names: words in another order, a number for yes.
    "A_Stat_Connections": {
        "Id": lambda call: f"o{call.number}",
        "TimeStart": lambda call: str(call.at),
        "TimeStop": lambda call: str(call.ended),
        "TimeAnswer": lambda call: str(call.answered) if call.answered else None,
        "QueueName": lambda call: call.line,
        "ClientNumber": lambda call: call.client,
        "BUserName": lambda call: call.agent,
        "LenTime": lambda call: call.talk,
        "LenQueue": lambda call: call.wait,
        "IsOutput": lambda call: int(call.direction == "out"),
    },
    # A cloud switchboard's export: seconds since 1970, and a flag for how it ended.
    "calls_log": {
        "entry_id": lambda call: f"e{call.number}",
        "call_direction": lambda call: {"in": "incoming", "out": "outgoing"}[call.direction],
        "start": lambda call: _seconds(call.at),
        "finish": lambda call: _seconds(call.ended),
        "from_number": lambda call: call.client if call.direction == "in" else "74950000000",
        "to_number": lambda call: "74950000000" if call.direction == "in" else call.client,
        "department": lambda call: call.line,
        "operator_login": lambda call: call.agent,
        "wait_seconds": lambda call: call.wait,
        "talk_seconds": lambda call: call.talk,
        "entry_result": lambda call: int(bool(call.answered)),
    },
    # Sessions of people who called: no name that anybody would know, and the house's own codes.
    "sessions_2026": {
        "session_ref": lambda call: f"{call.number * 7919 % 1000:03}-{call.number:04}-x",
        "opened": lambda call: str(call.at),
        "picked": lambda call: str(call.answered) if call.answered else None,
        "gone": lambda call: str(call.ended),
        "batch": lambda call: f"{call.at:%Y-%m-%d} 23:55:00",
        "crew": lambda call: call.line,
        "verdict": lambda call: {"answered": "K1", "abandoned": "K7", "flow_out": "K7"}[call.outcome],
        "party": lambda call: f"+{call.client}",
        "who": lambda call: call.agent,
        "floor": lambda call: call.agent and f"floor {int(call.agent[1:]) % 2}",
        "price": lambda call: call.number * 31 % 97,
    },
    # Columns without names at all: milliseconds since 1970, the whole call beside its parts, words in Russian.
    "tab17": {
        "k": lambda call: call.number * 3 + 1000,
        "t0": lambda call: _seconds(call.at) * 1000,
        "fin": lambda call: "обслужен" if call.answered else "пропущен",
        "way": lambda call: {"in": "входящий", "out": "исходящий"}[call.direction],
        "d1": lambda call: call.wait * 1000,
        "d2": lambda call: call.talk * 1000,
        "d3": lambda call: (call.wait + call.talk) * 1000,
        "num_a": lambda call: call.client,
        "op": lambda call: call.agent,
        "dep": lambda call: call.line,
        "tariff": lambda call: 1 + call.number % 3,
    },
}
"""Tables of calls as other programs have them: their columns, with what these say of a call."""
ONLY_INBOUND = ("sessions_2026",)


def crews(engine: sa.Engine) -> None:
    """Make a table of the people who answer, and one of the rooms they sit in, under names that tell neither."""
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE u (tag TEXT, label TEXT, crew TEXT)")
        connection.exec_driver_sql("CREATE TABLE rooms (room TEXT, floor TEXT)")
        connection.execute(
            sa.text("INSERT INTO u VALUES (:tag, :label, :crew)"),
            [{"tag": f"a{n}", "label": f"Agent {n}", "crew": f"crew {n % 2}"} for n in range(5)],
        )
        connection.exec_driver_sql("INSERT INTO rooms VALUES ('r1', 'f1'), ('r2', 'f1'), ('r3', 'f2')")


def switchboard(engine: sa.Engine, name: str) -> None:
    """Make one of those tables."""
    says = SWITCHBOARDS[name]
    made = [call for call in calls() if name not in ONLY_INBOUND or call.direction == "in"]
    kinds = {column: sa.Integer if isinstance(say(made[0]), int) else sa.Text for column, say in says.items()}
    table = sa.Table(name, sa.MetaData(), *(sa.Column(column, kind) for column, kind in kinds.items()))
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(table.insert(), [{column: say(call) for column, say in says.items()} for call in made])
