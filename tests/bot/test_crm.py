"""A CRM from the command line and in the running bot."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.config.warehouse import AMOCRM_TOKEN
from bot.crm.service import AmocrmPulls
from bot.project import open_project
from tests.bot.conftest import Run
from tests.doubles import amocrm
from tests.doubles.amocrm import Account, AmocrmDouble
from warehouse.messages import Message


@pytest.fixture
def svodka(run: Run) -> Run:
    assert run("init", "--language", "en").code == 0
    return run


def test_an_export_goes_in_and_its_stages_are_shown_written_and_taken_back(svodka: Run) -> None:
    Account.made_up(12).export(Path("export"))
    taken = svodka("import", "crm", "export", "--format", "amocrm")
    assert (taken.code, taken.err) == (0, "")
    assert "deals: added 12, updated 0, unchanged 0." in taken.out
    assert "Записан на консультацию | booked" in taken.out

    shown = svodka("stages")
    assert "Written to stages.csv" in shown.out
    assert "stages.csv is there already" in svodka("stages").err
    edited = Path("stages.csv").read_text("utf-8-sig").replace("Телефон получен,20,phone", "Телефон получен,20,work")
    Path("stages.csv").write_text(edited)
    assert "updated 1" in svodka("import", "stages", "stages.csv").out
    again = svodka("import", "crm", "export", "--format", "amocrm", "--json")
    assert json.loads(again.out)["tables"]["stages"] == {"added": 0, "updated": 0, "unchanged": 6}
    kinds = {row["title"]: row["kind"] for row in json.loads(svodka("stages", "--json").out)["stages"]}
    assert kinds["Телефон получен"] == "work"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("import", "crm", "nowhere", "--format", "amocrm"), "An export of amoCRM is a directory of files"),
        (("import", "crm", ".", "--format", "amocrmm"), 'There is no CRM "amocrmm" here. There are: amocrm'),
        (("import", "crm", ".", "--format", "amocrm", "--option", "town=x"), "has no option town"),
        (("pull", "amocrm"), "there is no account of amoCRM"),
        (("pull", "bitrix"), 'There is no CRM "bitrix" here'),
        (("stages",), "There are no stages yet"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(svodka: Run, arguments: tuple[str, ...], sentence: str) -> None:
    refused = svodka(*arguments)
    assert refused.code == 1
    assert sentence in refused.err


class Chats:
    """What the operators are told, and that it is over."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.going_on = False

    async def tell(self, episode: str, text: Message) -> None:
        if not self.going_on:
            self.said.append(str(text))
        self.going_on = True

    async def over(self, episode: str, text: Message | None = None) -> None:
        if self.going_on:
            self.said.append(str(text))
        self.going_on = False


def test_the_running_bot_pulls_and_tells_once_that_it_cannot_and_that_it_can_again(
    svodka: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(AMOCRM_TOKEN, amocrm.TOKEN)
    chats = Chats()

    async def story() -> None:
        async with AmocrmDouble(Account.made_up(5)) as far:
            with Path("svodka.toml").open("a") as file:
                file.write(f'\n[amocrm]\naccount = "{far.address}"\nper_second = 7\n')
            project = open_project(tmp_path, "2026-06-16T12:00")
            pulls = AmocrmPulls(project, chats)  # type: ignore[arg-type]
            far.fault("401", "account")
            far.fault("403", "leads")
            for fine in (False, False, True):
                assert await pulls.pull_or_tell() is fine
            assert project.lake.manifest().table("deals").rows == 5

    asyncio.run(story())
    failed, again = chats.said
    assert failed.startswith("the last try, at 2026-06-16 09:00:00, failed: amoCRM does not take the token (401)")
    assert amocrm.TOKEN not in failed
    assert again == "amoCRM is pulled again."
