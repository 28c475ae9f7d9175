"""The plans set for the demo's centre, before the facts: near its targets, some kept and some missed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from warehouse.demo.chance import HalfMonth, half_months
from warehouse.demo.scenario import REFERENCE_HALF, Targets, targets


@dataclass(frozen=True)
class PlanRow:
    """One plan: `line` None is the whole centre; percentages are 0-100, durations seconds, areas m2."""

    metric: str
    line: str | None
    granularity: str
    starts_on: date
    value: float


_GIVEN = {
    ("target_in", None): 28_400.0,
    ("target_out", None): 7_445.0,
    ("calls", "sales"): 16_300.0,
    ("chats", "sales"): 10_200.0,
    ("chats", "support"): 6_500.0,
}
"""The volumes planned for 1-15 June 2026."""
_JUNE_M2 = 52_000.0


def plan_rows() -> list[PlanRow]:
    """The plans of all half months and months up to the end of June 2026."""
    halves = list(half_months())
    rows = [row for half in halves for row in _half_month(half)]
    return rows + [
        PlanRow("reserves_m2", None, "month", first.first, _area(first, second))
        for first, second in zip(halves[::2], halves[1::2], strict=True)
    ]


def _half_month(half: HalfMonth) -> Iterator[PlanRow]:
    volumes = _GIVEN if half == REFERENCE_HALF else _volumes(half, targets(half))
    for (metric, line), value in {**volumes, **_levels(half)}.items():
        yield PlanRow(metric, line, "half_month", half.first, value)


def _volumes(half: HalfMonth, wanted: Targets) -> dict[tuple[str, str | None], float]:
    target_in = wanted.target_calls + wanted.target_leads + sum(line.target for line in wanted.chats.values())
    expected: dict[tuple[str, str | None], float] = {
        ("target_in", None): target_in * 1.08,
        ("target_out", None): wanted.target_conversations * 1.06,
        ("calls", "sales"): wanted.voice["sales"].entries * 0.97,
        ("chats", "sales"): wanted.chats["sales"].entries * 0.96,
        ("chats", "support"): wanted.chats["support"].entries,
    }
    return {key: float(round(value * _guess(half, key[0], 0.07), -2)) for key, value in expected.items()}


def _levels(half: HalfMonth) -> dict[tuple[str, str | None], float]:
    """Standards change rarely: handling times are tightened once a year, the rest stays."""
    year = half.first.year
    return {
        ("lcr", "sales"): 3.0,
        ("lcr", "inhouse"): 5.0,
        ("lcr", "akc"): 5.0,
        ("sl", "inhouse"): 80.0,
        ("sl", "akc"): 80.0,
        ("aht", "inhouse"): 290.0 if year >= 2026 else 300.0,
        ("aht", "akc"): 200.0 if year >= 2026 else 215.0,
        ("chat_aht", "inhouse"): 400.0,
        ("bot_wait", None): 3.0,
    }


def _area(first: HalfMonth, second: HalfMonth) -> float:
    if first == REFERENCE_HALF:
        return _JUNE_M2
    expected = targets(first).reserved_m2 + targets(second).reserved_m2
    return float(round(expected * 1.04 * _guess(first, "reserves", 0.08), -2))


def _guess(half: HalfMonth, name: str, width: float) -> float:
    """How far off a plan was: a deterministic factor about 1."""
    return 1 + width * float(half.rng(f"plan {name}").uniform(-1.0, 1.0))
