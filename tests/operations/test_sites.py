"""Own and outsourced: the same metric on the same work, and then the money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import charts
from bot.channels.files import render
from charts.forms.steps import Steps
from digests.catalogue import REPORTS, analysis_of
from digests.catalogue.sites import Spending, misleads, saving
from digests.compose import make
from digests.engine import evaluate
from digests.export import report_object
from digests.model import Slice, choose
from digests.pictures.sites import steps
from digests.workbook import report_workbook
from metrics.comparison import compare, strata_of
from metrics.intervals import Sample
from metrics.model import Unit
from metrics.periods import parse
from tests.kit import MOSCOW, House
from tests.operations.world import CENTRE, JUNE, NOW, described, session, world

# topic: of own people first contacts and how many of them were resolved, and of outsourced ones
WORK = {"keys": ((100, 90), (300, 264)), "payments": ((300, 240), (100, 85)), "repair": ((50, 30), (0, 0))}


def _contacts(line: str, topic: str, agent: str, first: int, solved: int) -> Iterator[dict[str, Any]]:
    """First contacts of as many clients on 1 June; those not resolved call again the next day."""
    for n in range(first):
        client = f"{line} {topic} {agent} {n}"
        for day in range(1 if n < solved else 2):
            yield {
                "call_id": f"{client} {day}",
                "direction": "in",
                "line": line,
                "started_at": f"2026-06-0{1 + day}T{10 + n % 9}:00:00",
                "ended_at": f"2026-06-0{1 + day}T{10 + n % 9}:02:00",
                "outcome": "answered",
                "wait_s": 5.0,
                "talk_s": 100.0,
                "client_id": client,
                "agent_id": agent,
                "topic": topic,
            }


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The work above on alpha; p2 was moved to the partner before it, and gamma is the partner's alone."""
    house = House(tmp_path_factory.mktemp("sites"), CENTRE, NOW)
    rows = [
        row
        for topic, sides in WORK.items()
        for agent, (first, solved) in zip(("p1", "p2"), sides, strict=True)
        for row in _contacts("alpha", topic, agent, first, solved)
    ]
    rows += list(_contacts("gamma", "contract", "p3", 20, 20))
    early = {**rows[0], "call_id": "early", "client_id": "early", "agent_id": "p2"}
    for key in ("started_at", "ended_at"):
        early[key] = early[key].replace("06-01", "05-01")
    house.put("calls", [early, *rows], complete_to=NOW)
    people = [("p1", "own"), ("p2", "own"), ("p3", "outsourced")]
    house.put("agents", [{"agent_id": agent, "name": agent.upper(), "site": site} for agent, site in people])
    house.put("agent_moves", [{"agent_id": "p2", "from_at": "2026-06-01T00:00:00", "site": "outsourced"}])
    return house


def test_the_worked_example_in_three_parts_that_add_up(house: House) -> None:
    found = described(house, "sites")
    # What gamma does nobody of ours does: it is in no part but "apart".
    alpha = described(house, "sites", line="alpha")["sites.comparison"]
    assert (alpha["own"], alpha["outsourced"]) == (80, 87.25)
    assert [alpha[key] for key in ("apart", "mix", "performance")] == pytest.approx([2.5, 3.25, 1.5])
    assert [alpha[key] for key in ("own_standard", "outsourced_standard")] == pytest.approx([85, 86.5])
    assert [alpha[key] for key in ("difference", "low", "high")] == pytest.approx([1.5, -3.92, 6.92], abs=0.005)
    whole = found["sites.comparison"]
    assert whole["performance"] == pytest.approx(1.5)
    assert whole["outsourced"] == pytest.approx(100 * 369 / 420)
    assert sum(whole[key] for key in ("apart", "mix", "performance")) == pytest.approx(whole["naive"])
    assert "Of gamma nothing is compared: there is no work in common." in whole["sentences"]
    assert [each[:7] for each in found["sites.strata"]["rows"][:2]] == [
        ["alpha", "keys", 100, 90, 300, pytest.approx(88), pytest.approx(-2)],
        ["alpha", "payments", 300, 80, 100, 85, 5],
    ]


def test_a_plain_distance_that_comes_of_easier_work_is_no_headline(house: House) -> None:
    text = render.text(make(session(house.calculator()), REPORTS["sites"].spec, parse(JUNE, MOSCOW)).document)
    text = text.replace("\N{NO-BREAK SPACE}", " ")
    assert "no difference on the same work, +1.5 pp (−3.9…+6.9)" in text
    assert "The plain distance of +7.9 pp comes of other work." in text


def test_strata_of_too_few_cases_are_taken_together_within_their_line() -> None:
    own = {
        ("alpha", "keys"): Sample(9, 9, 9),
        ("alpha", "debts"): Sample(40, 20, 20),
        ("beta", "keys"): Sample(5, 0, 0),
    }
    other = {("alpha", "keys"): Sample(40, 20, 20), ("alpha", "debts"): Sample(8, 0, 0)}
    strata = strata_of(own, other, lambda key: (key[0], "rest"))
    assert [(each.key, each.own.n, each.other.n) for each in strata] == [
        (("alpha", "rest"), 49, 48),
        # Only one works here: that is no reason to mix it with anything.
        (("beta", "keys"), 5, 0),
    ]


def test_with_fewer_than_30_cases_in_common_nothing_is_compared() -> None:
    def found(n: float) -> object:
        return compare(strata_of({"a": Sample(n, 10, 10)}, {"a": Sample(40, 20, 20)}, lambda key: key), shares=True)

    assert found(29) is None
    assert found(30)


def test_a_mean_varies_as_its_own_values_do() -> None:
    """Ten times 100 s and ten times 300 s: the sample's variance is 20/19 of 100 squared."""
    half = Sample(20, 10 * 100 + 10 * 300, 10 * 100**2 + 10 * 300**2)
    times = compare(strata_of({"a": half + half}, {"a": half + half}, lambda key: key), shares=False)
    assert times
    margin = 1.959964 * (2 * (40 / 39 * 100**2) / 40) ** 0.5
    assert (times.difference.low, times.difference.high) == pytest.approx((-margin, margin))


def test_handling_times_are_compared_by_the_hour_too(house: House) -> None:
    of, spec = session(house.calculator()), choose(REPORTS["sites"].spec, {"metric": "aht", "mix": "line,hour"})
    whole = report_object(of, evaluate(of, spec, parse(JUNE, MOSCOW)))
    found = {each["key"]: each for each in whole["analyses"]}
    assert found["sites.strata"]["header"][:2] == ["line", "hour"]
    assert {each[1] for each in found["sites.strata"]["rows"]} >= {"10:00", "18:00"}
    # All of them last 100 seconds.
    assert [found["sites.comparison"][key] for key in ("own", "outsourced", "low", "high")] == [100, 100, 0, 0]
    assert [each["metric"] for each in whole["figures"]] == ["aht", "aht"]


def test_a_choice_that_there_is_not_is_told_with_those_there_are() -> None:
    with pytest.raises(Exception, match="mix cannot be") as raised:
        choose(REPORTS["sites"].spec, {"mix": "line,weather"})
    assert str(raised.value) == 'mix cannot be "weather". There are: line, topic, hour, segment, script.'


def test_in_a_campaign_work_is_alike_within_a_segment(house: House) -> None:
    """What has neither lines nor topics is cut as it can be, and otherwise where that is asked for."""
    for given, by in (({}, ("segment",)), ({"mix": "segment,script"}, ("segment", "script"))):
        chosen = choose(REPORTS["sites"].spec, {"metric": "campaign_agreed", **given}).chosen
        asked = analysis_of("sites.comparison").questions(Slice(house.calculator(), parse(JUNE, MOSCOW), chosen=chosen))
        assert [(each.metric, each.by) for each in asked] == [("campaign_agreed", ("site", *by))]


def test_a_person_twice_as_dear_may_be_worth_it() -> None:
    own, theirs = Spending(1_000_000, people=10, results=200), Spending(1_000_000, people=4, results=400)
    assert (own.per(own.people), theirs.per(theirs.people)) == (100_000, 250_000)
    assert (own.per(own.results), theirs.per(theirs.results)) == (5000, 2500)
    assert saving(own, theirs) == 50
    assert saving(own, replace(theirs, results=None)) is None


def test_money_by_site_with_what_names_none_said(house: House, tmp_path: Path) -> None:
    costly = House(tmp_path, CENTRE, NOW)
    rows = list(_contacts("alpha", "keys", "p1", 40, 30)) + list(_contacts("alpha", "keys", "p3", 40, 20))
    early = {**rows[0], "call_id": "early", "client_id": "early", "started_at": "2026-05-01T10:00:00", "ended_at": None}
    costly.put("calls", [early, *rows], complete_to=NOW)
    costly.put("agents", [{"agent_id": "p1", "site": "own"}, {"agent_id": "p3", "site": "outsourced"}])
    ends = {"starts_on": "2026-06-01", "ends_on": "2026-06-30", "kind": "staff"}
    costly.put(
        "costs",
        [
            {"cost_id": "a", "amount": 6000.0, "site": "own", **ends},
            {"cost_id": "b", "amount": 8000.0, "site": "outsourced", **ends},
            {"cost_id": "c", "amount": 500.0, **ends},
            {"cost_id": "d", "amount": 9999.0, "site": "own", "origin": "web", **ends},  # marketing's
        ],
    )
    found = described(costly, "sites")["sites.money"]
    own, theirs = (dict(zip(found["header"], row, strict=True)) for row in found["rows"])
    # Half of June is over: 3,000 for 50 contacts and 30 resolved, 4,000 for 60 and 20.
    assert [own[key] for key in ("cost", "handled", "cost_to_serve", "results", "cost_per_result")] == [
        3000,
        50,
        60,
        30,
        100,
    ]
    assert [theirs[key] for key in ("cost", "handled", "results", "cost_per_result")] == [4000, 60, 20, 200]
    assert theirs["saving"] == -100
    assert (own["people"], own["cost_per_person"]) == (None, None)
    assert found["sentences"] == [
        "Results: First contact resolution (FCR).",
        "Costs of 250 say no site and are of neither.",
    ]


def test_levels_of_a_shared_queue_are_no_sites(house: House) -> None:
    found = described(house, "sites")["sites.lines"]
    rows = {row[0]: dict(zip(found["header"], row, strict=True)) for row in found["rows"]}
    assert (rows["alpha"]["own"], rows["alpha"]["sl"]) == (450 + 10 + 60 + 20, None)
    assert rows["alpha"]["served"] == "the queue is shared: its figures are the line's, not a site's"
    assert (rows["gamma"]["served"], rows["gamma"]["sl"], rows["gamma"]["lcr"]) == ("outsourced", 100, 0)


def test_what_the_partners_rows_do_not_tell_stands_first(tmp_path: Path) -> None:
    """Nine of ten outsourced calls have a client, none of them a topic; one of nobody is on the partner's own line."""
    house = House(tmp_path, CENTRE, NOW)
    rows = list(_contacts("gamma", "keys", "p3", 9, 9))
    rows.append({**rows[0], "call_id": "x", "contact_id": rows[0]["call_id"], "agent_id": None, "client_id": None})
    rows = [{**row, "topic": None} for row in rows] + list(_contacts("alpha", "keys", "p1", 2, 2))
    house.put("calls", rows, complete_to=NOW)
    house.put("agents", [{"agent_id": "p1", "site": "own"}, {"agent_id": "p3", "site": "outsourced"}])
    found = described(house, "sites")["sites.linked"]
    assert found["rows"] == [["agent_id", 9, 90], ["client_id", 9, 90], ["topic", 0, 0], ["contact_id", 10, 100]]
    text = render.text(make(session(house.calculator()), REPORTS["sites"].spec, parse(JUNE, MOSCOW)).document)
    assert "The partner's rows do not link with yours: no agents, no clients, no topics." in text


def test_people_are_counted_where_they_were_at_the_moment(tmp_path: Path) -> None:
    """p2 answered on 5 June at home and on 13 June for the partner."""
    house = world(tmp_path)
    house.put("agent_moves", [{"agent_id": "p2", "from_at": "2026-06-08T00:00:00", "team": "C", "site": "outsourced"}])
    rows = {row[0]: row[1] for row in described(house, "sites")["sites"]["rows"]}
    # p1 nine, p2 on 1 and 5 June; p2 on 13 June and p3.
    assert rows == {"own": 11, "outsourced": 2}
    (least, *_) = described(house, "sites")["sites.comparison"]["sentences"]
    assert least == "There is little work in common: less than 30 cases of a site."


def test_of_one_line_nothing_is_said_of_the_others(house: House) -> None:
    of = session(house.calculator())
    made = make(of, REPORTS["sites"].spec, parse(JUNE, MOSCOW), line="gamma", pictures=True)
    text = render.text(made.document)
    assert {name for name in ("alpha", "payments", "repair") if name in text} == set()
    book = openpyxl.load_workbook(BytesIO(report_workbook(of, made.result, names=False)))
    cells = {str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line}
    assert not [cell for cell in cells if "alpha" in cell or cell in ("p1", "p2", "P1")]


def test_the_picture_goes_from_one_rate_to_the_other(house: House) -> None:
    of = session(house.calculator())
    made = steps(of, evaluate(of, REPORTS["sites"].spec, parse(JUNE, MOSCOW), line="alpha"))
    assert isinstance(made, Steps)
    assert [step.amount.text for step in made.steps] == [
        "80%",
        *("+2.5\N{NO-BREAK SPACE}pp", "+3.3\N{NO-BREAK SPACE}pp", "+1.5\N{NO-BREAK SPACE}pp"),
        "87.3%",
    ]
    assert made.steps[made.dark].whisker == pytest.approx((-3.92, 6.92), abs=0.005)
    assert (
        made.titles.headline[0].text
        == "No difference on the same work, though side by side it is +7.3\N{NO-BREAK SPACE}pp"
    )
    assert charts.draw(made)


@pytest.mark.parametrize(
    ("naive", "difference", "does"), [(7.25, 1.5, True), (3.4, 1.5, False), (-2.1, -0.2, False), (-2.5, 0.1, True)]
)
def test_a_plain_distance_misleads_by_two_points_or_by_its_sign(naive: float, difference: float, does: bool) -> None:
    assert misleads(naive, difference, 80.0, Unit.PERCENT) is does
