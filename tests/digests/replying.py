"""A small centre to ask: two lines and their group, two agents, a clock at noon of Tuesday, 16 June 2026."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.channels.files.render import text
from digests.answers.compose import View, reply
from digests.document import Actions, Document
from digests.localizer import Localizer
from digests.model import FigureSpec
from digests.request import Request, Selection, Verb, When
from metrics.centre import Centre, Line
from metrics.periods import Period, parse, to_utc
from metrics.plans.plans import Plans
from tests.kit import MOSCOW, House, answered, lost

LINES = {
    "akc": Line("akc", "AKC", aliases=("акц",)),
    "inhouse": Line("inhouse", "Inhouse", aliases=("инхаус",)),
    "service": Line("service", "Service", members=("inhouse", "akc")),
}
FIGURES = {
    spec.key: spec
    for spec in (
        FigureSpec("sl.inhouse", "sl", "inhouse", "SL", plan=True),
        FigureSpec("sl.akc", "sl", "akc", "SL", plan=True),
    )
}


def centre(tmp_path: Path) -> House:
    """Today Inhouse has 6 calls of 8 in time, AKC 2 of 2; a week ago by noon Inhouse had 3 of 4."""
    house = House(tmp_path, Centre(timezone=MOSCOW, lines=LINES), now="2026-06-16 12:00")
    house.put("agents", [{"agent_id": "a1", "name": "Anna"}, {"agent_id": "a2", "name": "Boris"}])
    house.calls(
        *[answered("2026-06-16 10:00", line="inhouse", agent_id="a1", topic="keys")] * 4,
        *[answered("2026-06-16 11:00", line="inhouse", agent_id="a2", topic="keys")] * 2,
        *[answered("2026-06-16 11:10", wait=90, line="inhouse", agent_id="a2", topic="money")] * 2,
        *[answered("2026-06-16 11:20", line="akc", agent_id="a1")] * 2,
        *[answered("2026-06-09 10:00", line="inhouse", agent_id="a1")] * 3,
        answered("2026-06-09 11:59", wait=31, line="inhouse", agent_id="a1"),
        *[answered("2026-06-09 15:00", wait=99, line="inhouse", agent_id="a1")] * 6,
        *[lost("2026-06-15 10:00", line="inhouse")] * 2,
        complete_to="2026-06-16 12:00",
    )
    house.plan("sl", "month", "2026-06-01", 80, "inhouse")
    house.plan("sl", "month", "2026-06-01", 80, "akc")
    return house


def view(house: House, language: str = "en", **rights: Any) -> View:
    calculator = house.calculator()
    localizer = Localizer(language, MOSCOW, date(2026, 6, 16))
    return View(calculator, Plans(calculator), localizer, FIGURES, **rights)


TODAY = When("today", parse("2026-06-16", MOSCOW))
YESTERDAY = When("yesterday", parse("2026-06-15", MOSCOW))


def when(text: str) -> When:
    return When(text, parse(text, MOSCOW))


def hours(day: str, start: int, end: int) -> Period:
    begins, ends = (to_utc(datetime.fromisoformat(f"{day} {hour:02}:00"), MOSCOW) for hour in (start, end))
    return Period(begins, ends, MOSCOW)


def figure(metric: str, at: When = TODAY, *lines: str, verb: Verb = Verb.FIGURE, **more: Any) -> Request:
    return Request(verb, Selection(metric, at, tuple(lines), **more))


def said(document: Document) -> str:
    """The text of an answer, with plain spaces."""
    return text(document).replace("\N{NO-BREAK SPACE}", " ")


def answer(house: House, request: Request, language: str = "en", **rights: Any) -> str:
    return said(reply(view(house, language, **rights), request))


def commands(document: Document) -> list[str]:
    return [action.command for block in document.blocks if isinstance(block, Actions) for action in block.actions]
