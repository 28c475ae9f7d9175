"""Who sees one town only sees nothing of the other, wherever a report is told; nor people who may not be named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from digests.catalogue import REPORTS
from digests.components import components
from digests.compose import make
from digests.document import Picture
from digests.export import report_object
from digests.localizer import Localizer
from digests.result import Session
from digests.workbook import report_workbook
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.facts import Query
from metrics.periods import parse
from metrics.plans.plans import Plans
from tests.kit import MOSCOW, House
from tests.sales.world import CENTRE, JUNE, NOW, at, rows
from warehouse.scope import DealScope

PEOPLE = {"a1": "Анна Первая", "a2": "Борис Второй"}
TOLD = ("conversion", "marketing", "funnel", "stages", "touches", "managers", "visits")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = House(tmp_path_factory.mktemp("access") / "records", CENTRE, f"2026-{NOW}")
    for table, of in rows().items():
        house.put(table, of, f"2026-{NOW}")
    house.put("agents", [{"agent_id": key, "name": name} for key, name in PEOPLE.items()])
    return house


def seen(house: House, scope: DealScope | None, *, names: bool) -> Session:
    moment = at(NOW)
    assert moment is not None
    lake = house.lake.open()
    calculator = Calculator(lake if scope is None else lake.within(scope), CENTRE, Catalogue(), moment)
    return Session(calculator, Plans(calculator), Localizer("ru", MOSCOW, moment.date()), names)


def words(session: Session, key: str) -> dict[str, str]:
    """All that is told of a report: text and pictures' words, what scripts get, its page's sums, its workbook."""
    made = make(session, REPORTS[key].spec, parse(JUNE, MOSCOW), pictures=True)
    result = made.result
    said = [block.alt_text if isinstance(block, Picture) else repr(block) for block in made.document.blocks]
    sums = components(session, result)
    book = CalamineWorkbook.from_filelike(BytesIO(report_workbook(session, result, names=session.names)))
    cells = (value for name in book.sheet_names for line in book.get_sheet_by_name(name).to_python() for value in line)
    return {
        "document": "\n".join(said),
        "json": json.dumps(report_object(session, result), ensure_ascii=False),
        "page": json.dumps(asdict(sums), ensure_ascii=False) if sums else "",
        "workbook": "\n".join(str(value) for value in cells if value != ""),
    }


@pytest.fixture(scope="module")
def open_to_all(house: House) -> Callable[[str], dict[str, str]]:
    """All that is told of a report to who may see everything, made once."""
    return cache(lambda key: words(seen(house, None, names=True), key))


def found(told: dict[str, str], *secrets: str) -> dict[str, list[str]]:
    """Where any of these stand as words of their own."""
    return {
        place: hits
        for place, text in told.items()
        if (hits := sorted({each for each in secrets if re.search(rf"\b{re.escape(each)}\b", text)}))
    }


@pytest.mark.parametrize("key", TOLD)
def test_who_sees_one_town_sees_nothing_of_the_other(
    house: House, open_to_all: Callable[[str], dict[str, str]], key: str
) -> None:
    """d4, d5 and d6 are of Заречье; d7 is of no town, and so of nobody who sees towns."""
    mine = words(seen(house, DealScope(cities=frozenset({"Лужки"})), names=True), key)
    assert found(mine, "Заречье", "d4", "d5", "d6", "d7", "c4", "c5", "c6") == {}
    # The same report of all has them, so that the search above can find them.
    assert found(open_to_all(key), "Заречье") != {}


@pytest.mark.parametrize("key", [each for each in TOLD if each != "marketing"])  # which is of nobody
def test_who_may_see_no_names_finds_none_in_pages_and_workbooks(
    house: House, open_to_all: Callable[[str], dict[str, str]], key: str
) -> None:
    told = words(seen(house, None, names=False), key)
    del told["json"]  # which is of who runs commands on the machine of the records
    assert found(told, *PEOPLE, *PEOPLE.values(), *(f"c{n}" for n in range(1, 9))) == {}
    open_ = open_to_all(key)
    assert found(open_, *PEOPLE.values()) != {}
    # Clients stand on the sheet of records alone.
    assert set(found(open_, *(f"c{n}" for n in range(1, 9)))) <= {"workbook"}


def test_of_one_manager_nothing_is_of_the_other(house: House) -> None:
    """a1 has d1 and d2 now; d5 was handed over, and so is not theirs any more."""
    told = words(seen(house, DealScope(owners=frozenset({"a1"})), names=True), "managers")
    assert found(told, "d3", "d4", "d5", "d6", "d7", PEOPLE["a2"]) == {}


@pytest.mark.parametrize(
    ("scope", "absent"),
    [
        (DealScope(cities=frozenset({"Лужки"})), {"cost_per_target", "cost_per_contact"}),
        (
            DealScope(owners=frozenset({"a1"})),
            {"cost_per_target", "cost_per_contact", "cost_per_contract", "marketing_cost"},
        ),
    ],
)
def test_costs_of_all_are_not_held_against_some_deals(house: House, scope: DealScope, absent: set[str]) -> None:
    """A cost may be of a city; contacts are of none, and nothing is spent by people or pipelines."""
    session, period = seen(house, scope, names=True), parse(JUNE, MOSCOW)
    keys = ("marketing_cost", "cost_per_target", "cost_per_contact", "cost_per_contract")
    catalogue = session.calculator.catalogue
    asked = session.calculator.compute([Query(catalogue.get(key), period) for key in keys])
    of_some = {key for key, each in zip(keys, asked, strict=True) if "costs are of all" in str(each.total.missing)}
    assert of_some == absent
