"""Who may see what: lines, the whole centre, agents' names, metrics; in texts, files and numbers for scripts alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from digests.answers.compose import evaluate, reply
from digests.export import reply_object
from digests.localizer import Localizer
from digests.request import Request, Shape, Verb
from tests.digests.replying import TODAY, answer, centre, figure, view
from warehouse.messages import UserError

ONE = {"lines": frozenset({"akc"})}
BOTH = {"lines": frozenset({"akc", "inhouse"})}


def test_a_list_has_the_lines_that_may_be_seen_and_no_whole(tmp_path: Path) -> None:
    house = centre(tmp_path)

    assert "Inhouse" not in answer(house, figure("sl"), **ONE)
    told = answer(house, figure("sl"), **BOTH)
    assert "• Service: 80% / 30 s" in told  # all its members may be seen
    assert "whole centre" not in told


def test_another_line_is_refused_and_what_may_be_asked_is_named(tmp_path: Path) -> None:
    house = centre(tmp_path)

    with pytest.raises(UserError) as refused:
        answer(house, figure("sl", TODAY, "inhouse"), **ONE)
    assert str(refused.value) == 'The line "Inhouse" is not open to you. You may ask for: AKC.'
    with pytest.raises(UserError, match="not open to you"):
        answer(house, figure("sl", TODAY, "service"), **ONE)
    with pytest.raises(UserError, match="not open to you"):
        answer(house, figure("sl", TODAY, "service", by="line"), **ONE)


def test_the_only_line_stands_in_for_the_whole(tmp_path: Path) -> None:
    house = centre(tmp_path)

    assert "Service level, AKC, by hour, today, June 16: 100% / 30 s" in answer(house, figure("sl", by="hour"), **ONE)
    with pytest.raises(UserError, match=r"name a line\. You may ask for: AKC, Inhouse, Service"):
        answer(house, figure("sl", by="hour"), **BOTH)
    with pytest.raises(UserError, match="name a line"):
        answer(house, figure("sl", verb=Verb.WHY), **BOTH)


def test_a_group_that_may_be_seen_does_not_open_its_members(tmp_path: Path) -> None:
    group = {"lines": frozenset({"service"})}
    house = centre(tmp_path)

    assert "80% / 30 s" in answer(house, figure("sl", TODAY, "service"), **group)
    assert "Inhouse" not in answer(house, figure("sl", TODAY, "service", verb=Verb.WHY), **group)
    for verb in (Verb.FIGURE, Verb.WHY):
        with pytest.raises(UserError, match="not open to you"):
            answer(house, figure("sl", TODAY, "service", by="line", verb=verb), **group)


def test_a_metric_without_lines_is_of_the_whole_centre(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="whole centre"):
        answer(centre(tmp_path), figure("desk_routed"), **BOTH)
    # What it is may be known.
    assert "Tickets routed" in answer(centre(tmp_path), figure("desk_routed", verb=Verb.EXPLAIN), **BOTH)


def test_a_metric_that_is_not_open_is_refused(tmp_path: Path) -> None:
    house = centre(tmp_path)

    with pytest.raises(UserError) as refused:
        answer(house, figure("aht"), metrics=frozenset({"sl", "lcr"}))
    told = (
        'The metric "Average handling time (AHT)" is not open to you. You may ask for: Service level, Lost calls (LCR).'
    )
    assert Localizer("en").say(refused.value.message) == told
    assert "/aht" not in answer(house, Request(Verb.METRICS), metrics=frozenset({"sl"}))
    with pytest.raises(UserError, match="not open to you"):
        answer(house, Request(Verb.DIGEST), metrics=frozenset({"sl"}))


@pytest.mark.parametrize("verb", [Verb.FIGURE, Verb.WHY])
@pytest.mark.parametrize("shape", list(Shape))
def test_agents_without_names_have_places_everywhere(tmp_path: Path, verb: Verb, shape: Shape) -> None:
    seen = view(centre(tmp_path), names=False)
    request = figure("sl", TODAY, "inhouse", verb=verb, by="agent", shape=shape)
    told = repr(reply(seen, request)) + json.dumps(reply_object(evaluate(seen, request), seen.localizer))

    assert "No. 1" in told.replace("\N{NO-BREAK SPACE}", " ")
    assert not any(name in told for name in ("Anna", "Boris", "'a1'", '"a1"'))


def test_a_single_agent_is_not_asked_for_without_names(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="ask by agent"):
        answer(centre(tmp_path), figure("sl", TODAY, "inhouse", filters=(("agent", "a1"),)), names=False)


def test_numbers_for_scripts(tmp_path: Path) -> None:
    seen = view(centre(tmp_path))

    found = reply_object(evaluate(seen, figure("sl", TODAY, "inhouse")), seen.localizer)
    (one,) = found["figures"]
    assert found["asked"] == "sl inhouse today"
    assert (one["fact"], one["numerator"], one["denominator"], one["plan"], one["verdict"]) == (75, 6, 8, 80, "missed")
    assert one["reference"] == {
        "start": "2026-06-09T00:00:00+03:00",
        "end": "2026-06-09T12:00:00+03:00",
        "fact": 75,
        "numerator": 3,
        "denominator": 4,
    }
    why = reply_object(evaluate(seen, figure("sl", TODAY, "inhouse", verb=Verb.WHY)), seen.localizer)["why"]
    assert (why["by"], why["difference"]) == ("hour", -5)
    assert [round(part["contribution"], 9) for part in why["parts"]] == [10, -15]
