"""Every example of the help has an answer here: for whoever asks, in both languages, whatever the records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.alerts.messages import threshold_of
from bot.chat.questions.parse import understand
from bot.chat.questions.recurring import SetAlert, Subscribe, alerting, subscribing
from bot.chat.questions.vocabulary import Vocabulary, vocabulary
from digests.answers.compose import View, evaluate, reply
from digests.answers.evaluate import AnswerSet
from digests.document import Action, Actions, Block, Bullets
from digests.localizer import Localizer
from digests.request import Request, Selection, Verb
from metrics.calculator import Calculator
from metrics.centre import Centre, Line
from metrics.people import segments
from metrics.plans.plans import Plans
from metrics.why import Why
from tests.digests.replying import FIGURES, centre
from tests.kit import MOSCOW, House, lost
from tests.kit import answered as call

ROLES: dict[str, dict[str, Any]] = {
    "everything": {},
    "no names": {"names": False},
    "one line": {"lines": frozenset({"akc"}), "names": False},
    "lost calls": {"metrics": frozenset({"lcr", "bot_containment"})},
    "no subscriptions": {"subscribes": False},
}


def busy(root: Path) -> House:
    """Two lines and two agents with calls enough to be ranked within a week, but not within a day; no plans."""
    house = House(
        root,
        Centre(timezone=MOSCOW, lines={"akc": Line("akc", "AKC"), "big one": Line("big one", "Big one")}, min_cases=30),
        now="2026-06-16 12:00",
    )
    house.put("agents", [{"agent_id": "a1", "name": "Anna"}, {"agent_id": "a2", "name": "Boris"}])
    calls = [
        row
        for day in range(1, 17)
        for line in ("akc", "big one")
        for row in (
            *[call(f"2026-06-{day:02} 10:00", line=line, agent_id="a1", talk=60)] * 10,
            *[call(f"2026-06-{day:02} 10:00", line=line, agent_id="a2", talk=90)] * 10,
            lost(f"2026-06-{day:02} 10:00", line=line),
        )
    ]
    house.calls(*calls, complete_to="2026-06-16 12:00")
    return house


def old(root: Path) -> House:
    """The records end in winter."""
    house = House(root, Centre(timezone=MOSCOW, lines={"akc": Line("akc", "AKC")}), now="2026-06-16 12:00")
    house.calls(*[call("2025-12-20 10:00", line="akc", agent_id="a1")] * 3, complete_to="2025-12-21 00:00")
    return house


def without_lines(root: Path) -> House:
    house = House(root, Centre(timezone=MOSCOW), now="2026-06-16 12:00")
    rows = [{"reservation_id": str(n), "reserved_at": f"2026-06-{n:02} 10:00", "area_m2": 40.0} for n in range(1, 16)]
    house.put("reservations", rows, complete_to="2026-06-16 12:00")
    return house


def bot_alone(root: Path) -> House:
    house = House(root, Centre(timezone=MOSCOW), now="2026-06-16 12:00")
    rows = [{"started_at": f"2026-06-16 {hour:02}:00", "outcome": "contained", "line": None} for hour in range(8, 12)]
    house.put("bot_calls", rows, complete_to="2026-06-16 12:00")
    return house


def empty(root: Path) -> House:
    return House(root, Centre(timezone=MOSCOW), now="2026-06-16 12:00")


HOUSES = (centre, busy, old, without_lines, bot_alone, empty)


@cache
def names(calculator: Calculator, agents: bool) -> Vocabulary:
    """The words for what there is, with or without the names of agents."""
    closed = () if agents else ("agent",)
    known = {name: {each: each for each in values} for name, values in segments(calculator).items()}
    shown = {name: values for name, values in known.items() if name not in closed}
    return vocabulary(calculator.catalogue, calculator.centre, shown, closed=closed)


def examples(blocks: Iterator[Block]) -> list[str]:
    """What is printed as code, and what is given as an example beside it."""
    texts = [
        "".join(span.text for span in item.spans)
        for block in blocks
        if isinstance(block, Bullets)
        for item in block.items
    ]
    found = [re.split(" \N{EM DASH} |: (?=/)", text)[0] for text in texts if text.startswith("/")]
    return found + [each[1] for text in texts if (each := re.search(r": (/[^;]+);", text))]


def is_told(found: AnswerSet) -> bool:
    if isinstance(found.request.selection, Selection) and found.request.verb is not Verb.EXPLAIN:
        values = any(result.figure.answer.fact.value is not None for result in found.results)
        references = [
            result.reference for result in found.results if result.reference and found.request.selection.versus
        ]
        compared = all(reference.fact.value is not None for reference in references)
        ranked = all(result.ranked for result in found.results)
        return values and compared and ranked and (found.request.verb is not Verb.WHY or isinstance(found.why, Why))
    return True


@pytest.mark.parametrize("made", HOUSES, ids=lambda made: made.__name__)
def test_every_example_has_an_answer(tmp_path: Path, made: Callable[[Path], House]) -> None:
    house = made(tmp_path)
    calculator = house.calculator()
    plans = Plans(calculator)
    for language in ("ru", "en"):
        localizer = Localizer(language, MOSCOW, date(2026, 6, 16))
        for role in ROLES.values():
            seen = View(calculator, plans, localizer, FIGURES, **role)
            for verb in (Verb.HELP, Verb.START):
                check(house, seen, reply(seen, Request(verb)).blocks)


def check(house: House, seen: View, blocks: tuple[Block, ...]) -> None:
    known = names(seen.calculator, seen.names)

    def asked(text: str) -> Request:
        request = understand(f"/{text}", known, house.now)
        assert isinstance(request, Request), (text, request)
        return request

    for text in examples(iter(blocks)):
        wanted, watched = subscribing(text), alerting(text)
        if isinstance(wanted, Subscribe):
            assert wanted.repeat, text
            assert is_told(evaluate(seen, asked(wanted.question))), text
        elif isinstance(watched, SetAlert):
            selection = asked(watched.question).selection
            assert selection
            threshold_of(seen.calculator.catalogue.get(selection.metric), watched.number, watched.unit)
            assert is_told(evaluate(seen, asked(watched.question))), text
        elif wanted is None and watched is None:  # alone they list what there is
            assert is_told(evaluate(seen, asked(text[1:]))), text
        assert text != "/digest" or (seen.lines is None and seen.metrics is None)
    assert seen.subscribes or "/subscribe" not in str(blocks)
    for action in pressed(blocks):
        assert is_told(evaluate(seen, asked(action.command)))
        assert asked(action.label[1:]) == asked(action.command)


def pressed(blocks: tuple[Block, ...]) -> list[Action]:
    return [action for block in blocks if isinstance(block, Actions) for action in block.actions]


def test_the_words_of_the_help_are_words(tmp_path: Path) -> None:
    house = busy(tmp_path)
    calculator = house.calculator()
    plans = Plans(calculator)
    for language in ("ru", "en"):
        seen = View(calculator, plans, Localizer(language, MOSCOW, date(2026, 6, 16)), FIGURES)
        said = [block for block in reply(seen, Request(Verb.HELP)).blocks if isinstance(block, Bullets)][1]
        for word in (word for item in said.items for word in re.split("[,;] ", item.spans[1].text)):
            # Of the metric, and of an order something that is ordered; topics there are none of.
            request = understand(f"/sl {'' if '5' in word else 'akc '}{word}", names(calculator, True), house.now)
            assert isinstance(request, Request), (word, request)
            found = evaluate(seen, request)
            known = any(result.figure.answer.fact.value is not None for result in found.results)
            assert known or word == "11:00-13:00", word


def test_who_stands_out_is_asked_of_a_time_with_cases_enough(tmp_path: Path) -> None:
    house = busy(tmp_path)
    calculator = house.calculator()
    seen = View(calculator, Plans(calculator), Localizer("en", MOSCOW, date(2026, 6, 16)), FIGURES)

    told = examples(iter(reply(seen, Request(Verb.HELP)).blocks))
    assert "/sl akc last 7 days by agent top 5" in told
    assert "/subscribe sl akc daily 09:30" in told
    assert "/alert sl akc < 80% for 30m" in told
