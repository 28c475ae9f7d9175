"""What became of deals is derived once and lies beside the records: figures are the same with it and without."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from metrics.periods import parse
from metrics.relations import RELATIONS, Scope, moments_of
from tests.kit import MOSCOW, House
from tests.sales.world import CENTRE, JUNE, NOW, at, rows
from warehouse.derived import DIRECTORY
from warehouse.upkeep import status

KNOWN = f"2026-{NOW}"
OF_DEALS = [key for key, relation in RELATIONS.items() if {"deals", "visits"} & {*relation.tables}]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = House(tmp_path_factory.mktemp("kept") / "records", CENTRE, KNOWN)
    for table, of in rows().items():
        house.put(table, of, KNOWN)
    return house


def found(house: House, relation: str, *, derived: bool) -> Sequence[Any]:
    """The rows of a relation over the half month of the world."""
    period, now = parse(JUNE, MOSCOW), at(NOW)
    assert now is not None
    scope = Scope(CENTRE, offsets=period.offsets(), derived=derived)
    moments = moments_of((period.start, period.end), period.end, now)
    of = house.lake.open().rows(RELATIONS[relation].rows(scope), moments)
    return sorted(map(tuple, of), key=repr)


def files(house: House) -> dict[str, int]:
    """What is derived, and when it was made."""
    return {path.name.split("-")[0]: path.stat().st_ino for path in (house.lake.root / DIRECTORY).iterdir()}


@pytest.mark.parametrize("relation", OF_DEALS)
def test_rows_are_the_same_out_of_what_is_derived(house: House, relation: str) -> None:
    assert found(house, relation, derived=True) == found(house, relation, derived=False)


def test_it_is_made_once_and_anew_after_new_records(house: House) -> None:
    before = found(house, "deal_marks", derived=True)
    made = files(house)
    assert {"deal_entries", "deal_lives", "owners_of_deals"} <= made.keys()
    found(house, "deal_cohorts", derived=True)
    assert files(house) == made
    assert not status(house.lake).orphans  # nobody is told that something was left behind

    house.put(
        "deals", [{"deal_id": "d9", "created_at": at("06-02 10:00"), "pipeline": "office", "stage": "new"}], KNOWN
    )
    assert len(found(house, "deal_marks", derived=True)) == len(before) + 1


def test_a_damaged_file_is_made_anew(house: House) -> None:
    """Cut off by a full disk, or by a machine that stopped: no question is lost, and nobody has to know."""
    before = found(house, "durations", derived=True)
    for path in (house.lake.root / DIRECTORY).iterdir():
        path.write_bytes(path.read_bytes()[:100])
    assert found(house, "durations", derived=True) == before
    assert all(path.stat().st_size > 100 for path in (house.lake.root / DIRECTORY).glob("deal_lives*"))


def test_it_can_be_made_before_anybody_asks(tmp_path: Path) -> None:
    house = House(tmp_path / "records", CENTRE, KNOWN)
    for table, of in rows().items():
        house.put(table, of, KNOWN)
    house.calculator().derive()
    made = files(house)
    assert {"deal_entries", "deal_lives", "deal_proofs", "touches_of_deals", "deal_consultations"} <= made.keys()
    assert house.ask("deals", JUNE).fact.value == 6
    assert files(house) == made


def test_where_nothing_can_be_written_figures_are_made_each_time(tmp_path: Path) -> None:
    house = House(tmp_path / "records", CENTRE, KNOWN)
    for table in ("deals", "deal_stages", "stages"):
        house.put(table, rows()[table], KNOWN)
    (house.lake.root / DIRECTORY).write_text("no directory")
    assert found(house, "deal_marks", derived=True) == found(house, "deal_marks", derived=False)


def test_as_of_a_clock_that_goes_on_nothing_is_derived(tmp_path: Path) -> None:
    house = House(tmp_path / "records", CENTRE, "2026-06-16 11:00")  # before the records end
    for table in ("deals", "deal_stages", "stages"):
        house.put(table, rows()[table], KNOWN)
    assert house.ask("deals", JUNE).fact.value == 6
    assert not (house.lake.root / DIRECTORY).exists()
