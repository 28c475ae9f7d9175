"""Pictures of every report over every span of the demo's records, held to the same as those made up for the purpose."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import charts
from bot.project import open_project
from digests.compose import make
from digests.localizer import LANGUAGES
from metrics.periods import parse
from tests.bot.test_demo import CLOCK, home
from tests.charts.properties import PROPERTIES, flattened

__all__ = ["home"]
SPANS = {
    "half a month": "2026-06-01..2026-06-15",
    "a day": "2026-06-15",
    "two days": "2026-06-14..2026-06-15",
    "sixteen days": "2026-05-16..2026-05-31",
    "a month": "2026-05-01..2026-05-31",
    "ninety days": "2026-03-18..2026-06-15",
    "running": "2026-06-16..2026-06-30",
}
"""By what they are; the demo's day is 16 June."""
LONG_NAMES = {"Crew"}
"""Forms whose rows are of one height: a double-barrelled name of 20 letters ends in «…», the table has it whole."""


@pytest.mark.skipif(not os.environ.get("SVODKA_PICTURES"), reason="all reports over all spans are: make pictures")
@pytest.mark.parametrize("span", SPANS)
def test_every_picture_of_every_report_fits(home: Path, span: str, monkeypatch: pytest.MonkeyPatch) -> None:
    project = open_project(home, CLOCK)
    forms: list[Any] = []

    def draw(form: Any) -> bytes:
        charts.scene(form)  # of nothing to draw it raises
        forms.append(form)
        return b""

    monkeypatch.setattr(charts, "draw", draw)
    for language in LANGUAGES:
        session = project.session(language)
        for spec in project.config.reports.values():
            make(session, spec, parse(SPANS[span], project.timezone), pictures=True)

    assert len(forms) >= 15 * len(LANGUAGES)
    looks = [each for each in PROPERTIES if each is not flattened]  # it knows the scale of evenly spread values only
    found = [
        (type(form).__name__, look.__name__, fault)
        for form in forms
        for look in looks
        for fault in look(form, charts.scene(form))
        if not (look.__name__ == "shortened" and type(form).__name__ in LONG_NAMES)
    ]
    assert not found, found[:5]
