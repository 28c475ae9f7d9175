"""What the platforms' menus list is understood when it is chosen."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from bot.chat.menu import ABOUT_INCIDENTS, ABOUT_LOAD, ABOUT_TELLING, command_names
from bot.chat.questions.parse import understand
from bot.chat.questions.recurring import alerting, subscribing
from bot.chat.questions.vocabulary import vocabulary
from bot.incidents.words import NAMES
from digests.load.words import question_of
from digests.request import Request
from metrics.catalogue import BUILT_IN, Catalogue
from metrics.catalogue.own import metric_from
from metrics.centre import Centre
from tests.commands.centre import incoming

MENU = command_names(Catalogue())


def test_what_is_done_stands_before_what_is_measured() -> None:
    names = [entry.name for entry in MENU]

    assert names[:9] == ["digest", "report", "rating", "why", "explain", "metrics", "lines", "status", "help"]
    assert names[9:15] == ["subscribe", "subscriptions", "alert", "alerts", "incident", "load"]
    assert names[15:20] == ["sl", "lcr", "calls", "aht", "asa"]
    assert {"target", "bot", "desk", "desk_closed"} <= set(names)
    assert len(names) == len(set(names)) <= 100


@pytest.mark.parametrize("entry", MENU, ids=lambda entry: entry.name)
def test_an_entry_is_as_platforms_want_it_and_is_understood(entry: object) -> None:
    name, about = entry.name, entry.about  # type: ignore[attr-defined]

    assert re.fullmatch(r"[a-z0-9_]{1,32}", name)
    assert set(about) == {"ru", "en"}
    assert all(0 < len(text) <= 100 for text in about.values())
    if name in ABOUT_TELLING:
        assert subscribing(f"/{name}") or alerting(f"/{name}")
        return
    if name in ABOUT_INCIDENTS:
        assert name in NAMES
        return
    if name in ABOUT_LOAD:
        assert question_of(f"/{name}") == ""
        return
    found = incoming(f"/{name}")
    assert found is not None
    assert "There is no" not in str(getattr(found, "message", ""))


def test_a_metric_of_ones_own_has_a_command_without_dots() -> None:
    fields = {
        "key": "shop.sales",
        "title": "Продажи магазина " * 9,
        "unit": "count",
        "better": "floor",
        "relation": "leads",
        "fact": {"count": True},
    }
    catalogue = Catalogue((*BUILT_IN, metric_from(fields)))
    (entry,) = [entry for entry in command_names(catalogue) if entry.name == "shop_sales"]
    request = understand(f"/{entry.name}", vocabulary(catalogue, Centre(), {}), datetime(2026, 6, 16))

    assert len(entry.about["ru"]) == 100
    assert isinstance(request, Request)
    assert request.selection is not None
    assert request.selection.metric == "shop.sales"
