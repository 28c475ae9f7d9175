"""What marketing brings and what a contact costs, month by month and origin by origin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from digests.catalogue import REPORTS
from digests.catalogue.marketing import parts_of, said_change, telling
from digests.compose import make
from digests.engine import evaluate
from digests.pictures.marketing import quarters
from metrics.periods import parse, year_before
from tests.kit import MOSCOW
from tests.sales.world import JUNE, Row, Sales, at, row, rows

_YEAR = timedelta(days=365)


def moment(text: str, years: int = 0) -> datetime:
    found = at(text)
    assert found is not None
    return found - years * _YEAR


def contacts() -> dict[str, list[Row]]:
    """A call and a chat of no target a month since January 2025, and 30 target leads of 1-15 June 2025.

    Ten more came later that June: the same days of another year do not count them.
    """
    begins, now = moment("01-01 10:00", 1), moment("06-16 11:00")
    calls = [
        {
            "call_id": name,
            "line": "sales",
            "direction": "in",
            "started_at": when,
            "outcome": "answered",
            "is_target": False,
        }
        for name, when in (("k1", begins), ("k2", moment("06-01 10:00")), ("k3", now))
    ]
    chats = [
        {"chat_id": name, "line": "sales", "started_at": when, "is_target": False}
        for name, when in (("x1", begins), ("x2", moment("06-01 11:00")), ("x3", now))
    ]
    old = [
        {"lead_id": f"o{n}", "line": "sales", "created_at": moment(f"06-{1 + n % 20:02} 12:00", 1), "is_target": True}
        for n in range(40)
    ]
    first = {"lead_id": "first", "line": "sales", "created_at": begins, "is_target": True}
    return {
        "calls": calls,
        "chats": chats,
        "leads": [*rows()["leads"], first, *({**each, "origin": "контекст"} for each in old)],
    }


@pytest.fixture(scope="module")
def town() -> Iterator[Sales]:
    made = Sales({**rows(), **contacts()})
    yield made
    made.records.close()


def cells(found: dict[str, Any], origin: str | None, part: str) -> dict[str, Any]:
    header = found["header"]
    return next(
        made
        for each in found["rows"]
        if (made := dict(zip(header, each, strict=True)))["part"] == part and made["origin"] == origin
    )


def test_what_a_target_contact_costs_by_origin(town: Sales) -> None:
    """Costs lie on their days; what is paid for no origin is in the total alone, never over unknown contacts."""
    found = town.report("marketing")
    assert [each["fact"] for each in found["figures"]] == [40, 42, 301666.67, pytest.approx(301666.67 / 40), 150833.335]
    sources = found["sources"]
    keys = ("target", "cost", "cost_per_target")
    assert [row(sources, "контекст")[key] for key in keys] == [26, 130000, 5000]
    assert [row(sources, "соцсети")[key] for key in keys] == [5, 45000, 9000]
    assert [row(sources, "партнёры")[key] for key in keys] == [None, 66666.67, None]
    assert [row(sources, None)[key] for key in keys] == [9, None, None]
    assert [row(sources, "unallocated")[key] for key in keys] == [None, 60000, None]
    assert row(sources, "контекст")["change"] == pytest.approx(100 * (26 - 30) / 30)


def test_a_running_month_is_beside_the_same_days_a_year_ago(town: Sales) -> None:
    months = town.report("marketing")["months"]
    june, quarter, year = (cells(months, "total", part) for part in ("2026-06", "2026-q2", "2026"))
    assert (june["to"], june["complete"], june["target"], june["year_ago"]) == ("2026-06-15", "running", 40, 30)
    assert (quarter["from"], quarter["target"], quarter["year_ago"]) == ("2026-04-01", 40, 30)
    assert year["year_ago"] == 31  # the one of January too
    assert cells(months, "контекст", "2026-06")["share"] == 65


def test_a_part_that_the_report_cuts_is_compared_with_nothing(town: Sales) -> None:
    months = town.report("marketing", "2026-02-10..2026-06-15")["months"]
    whole = [each for each in months["rows"] if each[0] == "total"]
    assert [(each[1], each[4]) for each in whole][:4] == [
        ("2026-02", "cut"),
        ("2026-03", "yes"),
        ("2026-q1", "cut"),
        ("2026-04", "yes"),
    ]
    assert cells(months, "total", "2026-02")["year_ago"] is None


def test_before_the_records_of_a_year_ago_there_is_no_stroke(town: Sales) -> None:
    """Records begin in January 2025: of October 2025 nobody knows what a year ago was."""
    months = town.report("marketing")["months"]
    assert cells(months, "total", "2025-10")["year_ago"] is None
    assert cells(months, "total", "2026-02")["year_ago"] == 0


def test_without_costs_the_volumes_stand() -> None:
    town = Sales({**rows(), **contacts(), "costs": []})
    spec, of = REPORTS["marketing"].spec, town.session()
    result = evaluate(of, spec, parse(JUNE, MOSCOW))
    parts = parts_of(result.analyses[0])
    assert (parts[-1].target, parts[-1].cost_per_target) == (40, None)
    picture = quarters(of, result)
    assert picture is not None
    assert (picture.second, picture.second_total) == ("", None)
    town.records.close()


def test_the_finding_is_the_quarter_against_a_year_ago(town: Sales) -> None:
    """40 against 30 may be chance: two counts differ by more than 16 of it in one case of twenty."""
    of = town.session()
    result = evaluate(of, REPORTS["marketing"].spec, parse(JUNE, MOSCOW))
    picture = quarters(of, result)
    assert picture is not None
    assert "as last year" in picture.titles.alt_text
    quarter = parts_of(result.analyses[0])[-2]
    assert (quarter.target, quarter.year_ago, telling(quarter)) == (40, 30, False)
    said = make(town.session("ru"), REPORTS["marketing"].spec, parse(JUNE, MOSCOW)).document.blocks[2]
    assert "2-й квартал к 15 июня: 40 целевых, +33% к прошлому году" in getattr(said, "text", "").replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_a_change_that_prints_as_nothing_has_no_sign(town: Sales) -> None:
    assert [said_change(town.session(), value) for value in (0.4, -0.4, -4.6)] == ["0%", "0%", "−5%"]


def test_a_year_before_a_february_is_a_february() -> None:
    assert year_before(parse("2025-02", MOSCOW)) == parse("2024-02", MOSCOW)
    assert year_before(parse("2024-02-29", MOSCOW)) == parse("2023-02-28", MOSCOW)
    assert year_before(parse(JUNE, MOSCOW)) == parse("2025-06-01..2025-06-15", MOSCOW)
