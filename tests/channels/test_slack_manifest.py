"""The app's manifest: within Slack's limits, with names that Slack gives away, in the centre's language."""

from __future__ import annotations

import json

import pytest
import yaml

from bot.channels.protocol import CommandHelp
from bot.channels.slack.incoming import from_command
from bot.channels.slack.manifest import TAKEN, manifest, own_names
from bot.chat.menu import command_names
from digests.localizer import Localizer
from metrics.catalogue import Catalogue
from tests.bot.conftest import Run, run  # noqa: F401  # the program in a directory of its own

COMMANDS = command_names(Catalogue())


def test_the_most_asked_commands_are_there_and_none_is_slacks_own() -> None:
    commands = manifest(COMMANDS, Localizer("en"), "socket")["features"]["slash_commands"]
    names = [each["command"] for each in commands]

    assert len(COMMANDS) >= 50
    assert len(names) == len(set(names)) == 50
    assert names[0] == "/svodka"
    assert {"/sl", "/lcr", "/aht", "/target", "/bot", "/desk", "/digest", "/why", "/svodka-help"} <= set(names)
    assert all(name.startswith("/") and len(name) <= 32 and name[1:] not in TAKEN for name in names)
    assert all(name[1:].replace("-", "").isalnum() for name in names)
    assert all(0 < len(each["description"]) <= 2000 for each in commands)


def test_each_name_at_slack_is_understood_as_ours() -> None:
    names = own_names(COMMANDS)
    body = {"channel_id": "C1", "user_id": "U1", "trigger_id": "1", "text": "today"}
    for given, ours in names.items():
        assert from_command({**body, "command": f"/{given}"}, names).incoming.text == f"/{ours} today"
    assert len(names) == len(COMMANDS)


def test_a_command_whose_name_is_too_long_is_left_to_the_umbrella() -> None:
    long = CommandHelp("reserves_in_square_metres_of_the_year", {"en": "Long"})
    names = [each["command"] for each in manifest([long], Localizer("en"), "socket")["features"]["slash_commands"]]
    assert names == ["/svodka"]


def test_the_mode_http_names_its_address_everywhere() -> None:
    made = manifest(COMMANDS, Localizer("en"), "http", "https://bot.example.org/")
    address = "https://bot.example.org/slack/events"

    assert {each["url"] for each in made["features"]["slash_commands"]} == {address}
    assert made["settings"]["event_subscriptions"]["request_url"] == address
    assert made["settings"]["interactivity"]["request_url"] == address
    assert made["settings"]["socket_mode_enabled"] is False
    assert "request_url" not in json.dumps(manifest(COMMANDS, Localizer("en"), "socket"))


@pytest.mark.parametrize(("language", "about"), [("ru", "Все линии"), ("en", "All lines")])
def test_the_command_prints_it_in_the_centres_language(run: Run, language: str, about: str) -> None:  # noqa: F811
    run("init", "--language", language)
    printed = run("slack-manifest")
    made = yaml.safe_load(printed.out)

    assert (printed.code, printed.err) == (0, "")
    assert made == json.loads(run("slack-manifest", "--json").out)
    assert about in [each["description"] for each in made["features"]["slash_commands"]]
    assert made["settings"]["socket_mode_enabled"] is True


def test_the_mode_http_without_an_address_is_a_mistake(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    run("init", "--language", "en")
    monkeypatch.setenv("SVODKA_SLACK__MODE", "http")
    refused = run("slack-manifest", "--url", "http://bot.example.org")

    assert refused.code == 1
    assert "--url https://" in refused.err
    assert run("slack-manifest", "--url", "https://bot.example.org").code == 0
