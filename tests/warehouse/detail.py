"""What the stories about Asterisk's call detail records share: rows of one call, and files of them.

Local times are Moscow's, three hours before UTC; 1780300800 is 2026-06-01 08:00:00 UTC, 11:00:00 there.
Numbers are made up: 7000000xxxx call in, 100 to 199 are people, 600 and 700 queues.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.warehouse.importing import Desk
from warehouse.ingest.load import Summary

ELEVEN = datetime(2026, 6, 1, 11)
EIGHT = datetime(2026, 6, 1, 8)
MASTER = (
    "accountcode,src,dst,dcontext,clid,channel,dstchannel,lastapp,lastdata,start,answer,end,duration,billsec,"
    "disposition,amaflags,uniqueid,userfield,peeraccount,linkedid,sequence"
)
FREEPBX = (
    "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,amaflags,"
    "accountcode,uniqueid,userfield,did,recordingfile,cnum,cnam,outbound_cnum,outbound_cnam,dst_cnam,linkedid,"
    "peeraccount,sequence"
)
TRUNK = "SIP/trunk-0000000a"
OPTIONS = ("columns", "extensions", "in_contexts", "out_contexts", "line", "answers_first", "timezone")


def after(seconds: float) -> datetime:
    return EIGHT + timedelta(seconds=seconds)


def row(at: int, duration: int, billsec: int | None = None, **fields: str) -> dict[str, str]:
    """A row that begins so many seconds after eleven; billsec makes it an answered one."""
    start = ELEVEN + timedelta(seconds=at)
    answered = billsec is not None
    told = {
        "src": "70000000001",
        "dst": "600",
        "dcontext": "from-trunk",
        "clid": '"A, B" <70000000001>',
        "channel": TRUNK,
        "lastapp": "Dial",
        "start": str(start),
        "calldate": str(start),
        "answer": str(start + timedelta(seconds=duration - (billsec or 0))) if answered else "",
        "end": str(start + timedelta(seconds=duration)),
        "duration": str(duration),
        "billsec": str(billsec or 0),
        "disposition": "ANSWERED" if answered else "NO ANSWER",
        "amaflags": "DOCUMENTATION",
        "uniqueid": "1780300800.1",
        "linkedid": "1780300800.1",
    }
    return {**told, **fields}


def text(columns: str, *rows: dict[str, str]) -> list[str]:
    """Rows as lines: text in quotes, as Asterisk writes it."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([each.get(name, "") for name in columns.split(",")] for each in rows)
    return written.getvalue().splitlines()


class Asterisk(Desk):
    def master(self, *rows: dict[str, str], columns: str = MASTER, name: str = "Master.csv", **more: Any) -> Path:
        return self.file(*text(columns, *rows), name=name, **more)

    def table(self, *rows: dict[str, str], columns: str = FREEPBX, delimiter: str = ",", **more: Any) -> Path:
        lines = [line.replace('","', f'"{delimiter}"') for line in text(columns, *rows)]
        return self.file(columns.replace(",", delimiter), *lines, name="cdr.csv", **more)

    def take_cdr(self, path: Path, **options: Any) -> Summary:
        settled = {name: options.pop(name) for name in list(options) if name in OPTIONS}
        zone = options.pop("zone", "Europe/Moscow")
        return self.take(path, format_name="cdr", options=settled, timezone=zone, **options)

    def row(self, *names: str) -> tuple[Any, ...]:
        (found,) = self.kept(*names)
        return found


def in_queue(member: str = "SIP/101-0000000b", at: int = 0, duration: int = 90, **fields: str) -> dict[str, str]:
    """The caller's row of a queue that answered at once: billed from the first second."""
    answered = {"lastapp": "Queue", "lastdata": "600,t,,,,,", "dcontext": "ext-queues", "dstchannel": member, **fields}
    return row(at, duration, duration, **answered)


LOCAL = "Local/101@from-queue-0000000c;1"
AGENT_S_OWN = row(
    5,
    85,
    60,
    src="70000000001",
    dst="101",
    dcontext="from-queue",
    channel="Local/101@from-queue-0000000c;2",
    dstchannel="SIP/101-0000000d",
    uniqueid="1780300805.3",
)
"""The row of the member whom the queue rang: he answered after 30 s and talked 60."""
