"""Forecasts as records: once a night, before it is known what comes, and never written over."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.operations.forecasts import ForecastKeeper, keep_forecasts
from bot.project import Project, open_project
from tests.kit import MOSCOW, House, answered
from warehouse.plans import MadeForecast, save_forecasts
from warehouse.schema import FORECASTS

FIRST = date(2026, 5, 18)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Four weeks of a line with one call at noon of every day."""
    (tmp_path / "svodka.toml").write_text(f'[centre]\ntimezone = "{MOSCOW}"\nlanguage = "en"\n', "utf-8")
    house = House(tmp_path / "records")
    days = (FIRST + timedelta(days=n) for n in range(28))
    house.calls(*(answered(f"{day} 12:00", line="alpha") for day in days), complete_to="2026-06-15 00:00")
    return open_project(tmp_path, "2026-06-15T04:30")


def _kept(project: Project) -> list[tuple[datetime, float]]:
    statement = sa.select(FORECASTS.c.starts_at, FORECASTS.c.value).where(FORECASTS.c.value > 0)
    return sorted((row[0], row[1]) for row in project.lake.open().rows(statement))


def test_a_week_is_kept_once_a_night(project: Project) -> None:
    assert keep_forecasts(project) == 8 * 48
    first = _kept(project)
    assert first == [(datetime(2026, 6, 15 + n, 9), pytest.approx(1)) for n in range(8)]
    assert keep_forecasts(project) == 0, "today's are there"
    assert _kept(project) == first


def test_by_day_nothing_is_kept(project: Project) -> None:
    by_day = open_project(project.root, "2026-06-15T12:00")
    asyncio.run(ForecastKeeper(by_day).look())
    assert not project.lake.open().filled("forecasts")
    asyncio.run(ForecastKeeper(project).look())
    assert len(_kept(project)) == 8


def test_what_was_forecast_is_never_written_over(project: Project) -> None:
    at, made = datetime(2026, 6, 20, 9), datetime(2026, 6, 14, 19)
    assert save_forecasts(project.lake, [MadeForecast(made, "alpha", "call", [at], [5.0])]) == 1
    assert save_forecasts(project.lake, [MadeForecast(made, "alpha", "call", [at], [7.0])]) == 0
    assert save_forecasts(project.lake, [MadeForecast(made, "alpha", "chat", [at], [2.0])]) == 1
    assert [value for _, value in _kept(project)] == [2.0, 5.0]
    assert save_forecasts(project.lake, []) == 0
