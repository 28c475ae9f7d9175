"""Answers of Bitrix24's REST API go in as they are, by the mappings that come with the program."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.importing import Desk
from warehouse.ingest.mapping import find_mapping, load_mapping, shipped_mappings
from warehouse.messages import UserError
from warehouse.schema import DEAL_STAGES, DEALS, STAGES, TABLES, TASKS, TOUCHES


class Portal:
    """A desk on which answers of the API are laid."""

    def __init__(self, root: Path) -> None:
        self.desk = Desk(root)

    def take(self, mapping: str, answer: Any) -> None:
        read = load_mapping(find_mapping(Path(mapping)))
        path = self.desk.file(json.dumps(answer), name=f"{mapping}.json")
        assert self.desk.take(path, TABLES[read.table], mapping=read).rejected == 0


@pytest.fixture
def portal(tmp_path: Path) -> Portal:
    return Portal(tmp_path)


def test_a_deal_is_closed_when_it_is_and_not_when_somebody_hopes_so(portal: Portal) -> None:
    common = {"CATEGORY_ID": "5", "CURRENCY_ID": "RUB", "ASSIGNED_BY_ID": "7", "SOURCE_ID": "WEB"}
    common |= {"DATE_CREATE": "2026-06-01T10:00:00+03:00", "CLOSEDATE": "2026-06-20T03:00:00+03:00"}
    rows = [
        {"ID": "1", "STAGE_ID": "C5:NEW", "OPPORTUNITY": "0.00", "CONTACT_ID": "0", "CLOSED": "N", **common},
        {"ID": "2", "STAGE_ID": "C5:WON", "OPPORTUNITY": "60000.00", "CONTACT_ID": "44", "CLOSED": "Y", **common},
    ]
    portal.take("bitrix-deals", {"result": rows, "total": 2, "time": {"start": 1.5}})

    closed = datetime(2026, 6, 20)
    assert portal.desk.kept("deal_id", "stage", "client_id", "closed_at", "amount", table=DEALS) == [
        ("1", "C5:NEW", None, None, 0.0),
        ("2", "C5:WON", "44", closed, 60_000.0),
    ]


def test_the_way_of_a_deal_and_what_its_stages_mean_come_from_one_list(portal: Portal) -> None:
    rows = [
        {"ID": n, "OWNER_ID": 2, "CREATED_TIME": f"2026-06-0{n}T10:00:00+03:00", "CATEGORY_ID": 5, **stage}
        for n, stage in enumerate(
            (
                {"STAGE_ID": "C5:NEW", "STAGE_SEMANTIC_ID": "P"},
                {"STAGE_ID": "C5:WON", "STAGE_SEMANTIC_ID": "S"},
                {"STAGE_ID": "C5:LOSE", "STAGE_SEMANTIC_ID": "F"},
            ),
            start=1,
        )
    ]
    portal.take("bitrix-stages", {"result": {"items": rows}})
    portal.take("bitrix-stage-kinds", {"result": {"items": rows}})

    assert [stage for (stage,) in portal.desk.kept("stage", table=DEAL_STAGES)] == ["C5:NEW", "C5:WON", "C5:LOSE"]
    kinds = dict(portal.desk.kept("stage", "kind", table=STAGES))
    assert kinds == {"C5:NEW": "work", "C5:WON": "won", "C5:LOSE": "lost"}


def test_calls_by_their_codes(portal: Portal) -> None:
    def call(number: int, way: str, code: str, **more: str) -> dict[str, str]:
        given = {"ID": str(number), "CALL_ID": f"x{number}", "CALL_TYPE": way, "CALL_FAILED_CODE": code}
        given |= {"CALL_START_DATE": "2026-06-01T10:00:00+03:00", "CALL_DURATION": "30", "PORTAL_USER_ID": "7"}
        return {**given, "PHONE_NUMBER": "89991234567", "CRM_ENTITY_TYPE": "", "CRM_ENTITY_ID": "", **more}

    calls = [
        call(1, "1", "200", CRM_ENTITY_TYPE="DEAL", CRM_ENTITY_ID="2"),
        call(2, "2", "304"),
        call(3, "4", "486", CRM_ENTITY_TYPE="CONTACT", CRM_ENTITY_ID="44"),
        call(4, "3", "603"),
    ]
    portal.take("bitrix-calls", calls)

    assert portal.desk.kept("direction", "outcome", "duration_s", "deal_id", "client_id", table=TOUCHES) == [
        ("out", "answered", 30.0, "2", "+79991234567"),
        ("in", "no_answer", 0.0, None, "+79991234567"),
        ("out", "busy", 0.0, None, "44"),
        ("in", "failed", 0.0, None, "+79991234567"),
    ]


def test_activities_become_tasks(portal: Portal) -> None:
    times = {"CREATED": "2026-06-01T10:00:00+03:00", "DEADLINE": "2026-06-02T10:00:00+03:00"}
    times |= {"LAST_UPDATED": "2026-06-02T09:00:00+03:00"}
    common = {"RESPONSIBLE_ID": "7", "PROVIDER_TYPE_ID": "CALL", **times}
    rows = [
        {"ID": "1", "OWNER_TYPE_ID": "2", "OWNER_ID": "2", "COMPLETED": "Y", **common},
        {"ID": "2", "OWNER_TYPE_ID": "3", "OWNER_ID": "44", "COMPLETED": "N", **common},
    ]
    portal.take("bitrix-tasks", {"result": rows})

    done = datetime(2026, 6, 2, 6)
    assert portal.desk.kept("deal_id", "client_id", "completed_at", table=TASKS) == [
        ("2", None, done),
        (None, "44", None),
    ]


def test_a_mapping_that_is_not_shipped_is_refused_with_those_that_are(tmp_path: Path) -> None:
    assert "bitrix-deals" in shipped_mappings()
    with pytest.raises(UserError, match=r"There is no mapping bitrix-deal\. These come with the program: bitrix-deals"):
        load_mapping(find_mapping(Path("bitrix-deal")))
    own = tmp_path / "bitrix-deals"
    assert find_mapping(own / "mine.toml") == own / "mine.toml"
