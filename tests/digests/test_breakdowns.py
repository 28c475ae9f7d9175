"""What cannot be split is refused with the reason, what is nobody's is never folded away, and people are ranked fairly.

A lost call has no agent and a call that ends in the bot has no line: parts of them would all be nought.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from digests.request import Request, Shape, Verb, Versus
from metrics.catalogue import Catalogue
from metrics.catalogue.own import metric_from
from metrics.centre import Centre, Line
from metrics.model import Metric
from tests.digests.replying import TODAY, answer, figure
from tests.kit import MOSCOW, House, answered, lost
from warehouse.messages import UserError

CATALOGUE = Catalogue()
LINES = {"akc": Line("akc", "AKC"), "inhouse": Line("inhouse", "Inhouse")}
AGENTS = [{"agent_id": f"a{n}", "name": f"Agent {n}"} for n in range(1, 31)]


def house(root: Path, *calls: dict[str, Any], min_cases: int = 3) -> House:
    made = House(root, Centre(timezone=MOSCOW, lines=LINES, min_cases=min_cases), now="2026-06-16 12:00")
    made.put("agents", AGENTS)
    made.calls(*calls, complete_to="2026-06-16 12:00")
    return made


def handled(agent: str, talk: float, n: int = 3, line: str = "inhouse", **more: Any) -> list[dict[str, Any]]:
    return [answered("2026-06-16 10:00", talk=talk, line=line, agent_id=agent, **more)] * n


def refused(made: House, request: Request, **rights: Any) -> str:
    with pytest.raises(UserError) as error:
        answer(made, request, **rights)
    return str(error.value)


# What can never be split.

NEVER = {
    "lcr": {"agent"},
    "chat_lcr": {"agent"},
    "bot_containment": {"line"},
    "bot_hang_ups": {"line"},
    "losses": {"agent"},
    "ready_share": {"status", "category"},
    "flow_outs": {"agent"},
    "people_on_shift": {"status", "category"},
    "occupancy": {"status", "category"},
    "utilisation": {"status", "category"},
    "shrinkage": {"status", "category"},
}


@pytest.mark.parametrize("metric", list(CATALOGUE), ids=lambda metric: metric.key)
def test_what_the_numerator_never_has_is_no_dimension_of_the_metric(metric: Metric) -> None:
    never = {
        dimension
        for dimension in ("line", "agent", "topic", "status", "category", "activity")
        if CATALOGUE.unsplit(metric, dimension)
    }

    assert never == NEVER.get(metric.key, set())
    assert not never.intersection(CATALOGUE.dimensions(metric))


def test_a_metric_of_the_centre_s_own_is_judged_by_what_it_counts() -> None:
    fields = {"title": "x", "unit": "percent", "better": "ceiling", "relation": "calls"}
    long_lost = {"ratio": [{"count": True, "where": {"lost": True, "wait_s": ">= 60"}}, {"count": True}]}
    long_talks = {
        "ratio": [{"count": True, "where": {"talk_s": ">= 600"}}, {"count": True, "where": {"handled": True}}]
    }
    both = Catalogue(
        [
            metric_from({"key": "a", "fact": long_lost, **fields}),
            metric_from({"key": "b", "fact": long_talks, **fields}),
        ]
    )

    assert [both.dimensions(metric) for metric in both] == [
        ("line", "topic", "origin"),
        ("line", "agent", "topic", "origin", "team", "site"),
    ]


@pytest.mark.parametrize("verb", [Verb.FIGURE, Verb.WHY])
def test_lost_calls_are_nobody_s(tmp_path: Path, verb: Verb) -> None:
    made = house(tmp_path, *handled("a1", 60), lost("2026-06-16 10:00", line="inhouse"))

    why = "cannot be broken down by agent: a call that nobody answered has no agent. It can be by hour,"
    assert why in refused(made, figure("lcr", TODAY, "inhouse", verb=verb, by="agent", top=5))
    why = "cannot be narrowed by agent: a call that nobody answered has no agent."
    assert why in refused(made, figure("lcr", TODAY, "inhouse", verb=verb, filters=(("agent", "a1"),)))


def test_what_ends_in_the_bot_is_of_no_line(tmp_path: Path) -> None:
    made = house(tmp_path, *handled("a1", 60))
    at = {"started_at": "2026-06-16 10:00", "line": None}
    made.put(
        "bot_calls",
        [{**at, "outcome": "contained"}, *[{**at, "outcome": "handed_over", "handed_to": "akc"}] * 3],
        "2026-06-16 12:00",
    )

    # 1 of 4 is the whole centre's; 0 of 3 would be the line's.
    assert "25%" in answer(made, figure("bot_containment"))
    assert "of no line" not in answer(made, figure("bot_containment"))
    assert "only a call that the bot hands over comes to a line" in refused(
        made, figure("bot_containment", TODAY, "akc")
    )
    told = answer(made, figure("bot_calls", by="line"))
    assert "• AKC: 3 calls\n• not given: 1 call\n• The whole centre: 4 calls" in told


# What the records do not split.


def test_where_the_records_give_no_topic_to_what_is_lost_topics_are_refused(tmp_path: Path) -> None:
    made = house(tmp_path, *handled("a1", 60, 9, topic="keys"), lost("2026-06-16 10:00", line="inhouse"))

    reason = "cannot be told apart by topic: in the records of this period, what it counts has none of them"
    assert reason in refused(made, figure("lcr", TODAY, "inhouse", by="topic"))
    assert reason in refused(made, figure("lcr", TODAY, "inhouse", filters=(("topic", "keys"),)))
    assert "It cannot be broken down: in the records of this period" in answer(
        made, figure("lcr", TODAY, "inhouse", by="topic", verb=Verb.WHY)
    )
    # Service level is of answered calls, which have topics.
    assert "• keys: 100%, 9 of 9" in answer(made, figure("sl", TODAY, "inhouse", by="topic"))


def test_where_the_records_give_topics_to_what_is_lost_topics_are_told(tmp_path: Path) -> None:
    made = house(
        tmp_path,
        *handled("a1", 60, 9, topic="keys"),
        *[lost("2026-06-16 10:00", line="inhouse", topic="money")] * 2,
        lost("2026-06-16 10:00", line="inhouse"),
    )

    told = answer(made, figure("lcr", TODAY, "inhouse", by="topic"))
    assert "• money: 100%, 2 of 2\n• keys: 0%, 0 of 9\n• not given: 100%, 1 of 1" in told


def test_time_off_that_is_of_no_line_makes_no_shrinkage_of_lines(tmp_path: Path) -> None:
    made = house(tmp_path, *handled("a1", 60))
    day = {"agent_id": "a1", "started_at": "2026-06-16 08:00", "ended_at": "2026-06-16 11:00"}
    made.put(
        "activities",
        [
            {**day, "status": "talk", "category": "handling", "line": "akc"},
            {**day, "agent_id": "a2", "status": "lunch", "category": "break"},
        ],
        "2026-06-16 12:00",
    )

    # 3 of 6 hours of the centre; 0 of 3 would be the line's.
    told = answer(made, figure("shrinkage", by="line"))
    assert "The whole centre: 50%" in told
    assert "AKC" not in told
    assert "cannot be told apart by line: in the records of this period" in told
    assert "cannot be told apart by line" in refused(made, figure("shrinkage", TODAY, "akc"))


def test_a_volume_that_nobody_is_named_for_is_refused(tmp_path: Path) -> None:
    made = house(tmp_path, *[lost("2026-06-16 10:00", line="inhouse")] * 3)

    assert "cannot be told apart by agent" in refused(made, figure("calls", TODAY, "inhouse", by="agent"))


# What is nobody's.


@pytest.mark.parametrize("top", [None, 2])
def test_what_is_nobody_s_is_under_no_fold(tmp_path: Path, top: int | None) -> None:
    calls = [call for n in range(1, 21) for call in handled(f"a{n}", 60)]
    made = house(tmp_path, *calls, *[lost("2026-06-16 10:00", line="inhouse")] * 7)

    assert "• not given: 7 (10%)" in answer(made, figure("calls", TODAY, "inhouse", by="agent", top=top))


def test_what_is_nobody_s_is_a_row_of_its_own_among_the_causes(tmp_path: Path) -> None:
    def day(date: str, n: int) -> list[dict[str, Any]]:
        topics = [answered(f"{date} 10:00", line="inhouse", topic=f"t{number}") for number in range(12)] * n
        return [*topics, answered(f"{date} 10:00", line="inhouse")]

    made = house(tmp_path, *day("2026-06-09", 1), *day("2026-06-16", 2))

    # Each topic has one more, what has none is as it was: the last of all.
    told = answer(made, figure("calls", TODAY, "inhouse", by="topic", versus=Versus.WEEK, verb=Verb.WHY))
    assert "not given | no change | 1 against 1" in told or "not given | 0 | 1 against 1" in told
    assert "4 others" in told


# Who is ranked.


def test_people_are_ranked_from_so_many_cases_on_and_the_direction_is_said(tmp_path: Path) -> None:
    made = house(tmp_path, *handled("a1", 50), *handled("a2", 70), *handled("a3", 900, 2))

    told = answer(made, figure("aht", TODAY, "inhouse", by="agent"))
    assert (
        "• Agent 2: 70 s, 3 calls\n• Agent 1: 50 s, 3 calls\n• Agent 3: 900 s, 2 calls\n\n"
        "The worst come first. Only those with at least 3 cases are ranked. 1 person with fewer is not ranked.\n"
    ) in told
    first = answer(made, figure("aht", TODAY, "inhouse", by="agent", top=1))
    assert "• Agent 2: 70 s, 3 calls\n\nThe worst come first." in first
    assert "Agent 3" not in first
    # Nor does the picture's headline name them.
    drawn = answer(made, figure("aht", TODAY, "inhouse", by="agent", shape=Shape.CHART))
    assert "Agent 2" in drawn
    assert "Agent 3" not in drawn


def test_where_nobody_has_cases_enough_nobody_is_the_worst(tmp_path: Path) -> None:
    made = house(tmp_path, *handled("a1", 50), *handled("a2", 70, 2), min_cases=30)

    told = answer(made, figure("aht", TODAY, "inhouse", by="agent", top=1))
    assert "• Agent 1: 50 s, 3 calls\n• Agent 2: 70 s, 2 calls\n" in told
    assert "Nobody has 30 cases in this period, so nobody is ranked" in told
    assert "worst" not in told


def test_people_are_ranked_within_their_line(tmp_path: Path) -> None:
    made = house(tmp_path, *handled("a1", 50), *handled("a2", 70), *handled("a1", 300, line="akc"))

    told = answer(made, figure("aht", by="agent"))
    inhouse, akc = told.index("\nINHOUSE\n"), told.index("\nAKC\n")
    assert "People are ranked within their own line" in told[:inhouse]
    assert "• Agent 2: 70 s, 3 calls\n• Agent 1: 50 s, 3 calls" in told[inhouse:akc]
    assert "• Agent 1: 300 s, 3 calls" in told[akc:]
    assert "A picture shows the people of one line" in answer(made, figure("aht", by="agent", shape=Shape.CHART))
    # Who sees one line is told of one.
    assert "300" not in answer(made, figure("aht", by="agent"), lines=frozenset({"inhouse"}))


def test_volumes_of_people_are_of_the_whole_centre_the_highest_first(tmp_path: Path) -> None:
    made = house(tmp_path, *handled("a1", 50), *handled("a2", 70, 2, line="akc"))

    told = answer(made, figure("calls", by="agent"))
    assert "• Agent 1: 3 (60%)\n• Agent 2: 2 (40%)\n\nThe highest come first.\n" in told
