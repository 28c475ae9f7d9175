"""What the command line knows of columns and drafts, and the settings it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.chat.access import Access
from bot.config import load
from bot.editorial.commands import Rights
from bot.editorial.publications import written_stories
from bot.project import open_project
from metrics.periods import parse
from tests.editorial.newsroom import ANNA, SETTINGS, Newsroom, told_by
from warehouse.messages import UserError

JUNE = parse("2027-06-01..2027-06-15", "Europe/Moscow")


def test_the_state_is_read_where_there_is_one_and_never_made(tmp_path: Path) -> None:
    (tmp_path / "svodka.toml").write_text(SETTINGS.format(rule="hold"), "utf-8")
    (tmp_path / "stories").mkdir()
    (tmp_path / "stories" / "front.md").write_text("---\norder: 0\n---\n# A file\n\nText.\n", "utf-8")
    project = open_project(tmp_path, None)
    before = written_stories(project, "biweekly", JUNE)
    assert [story.title for story in before.stories] == ["A file"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["stories", "svodka.toml"]

    async def story(room: Newsroom) -> None:
        await room.writes(ANNA, "/story", "Title: Of support", "Text.")
        await room.writes(ANNA, "/done")

    told_by(story, tmp_path)
    (tmp_path / "state.db").rename(tmp_path / "svodka.db")
    text = SETTINGS.format(rule="hold") + '\n[state]\nurl = "sqlite:///svodka.db"\n'
    (tmp_path / "svodka.toml").write_text(text, "utf-8")
    after = written_stories(open_project(tmp_path, None), "biweekly", JUNE)
    assert [(story.title, story.author) for story in after.stories] == [
        ("A file", None),
        ("Of support", "Anna Example"),
    ]


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ('chats = ["telegram:-10"]', "", 'posts "team": the editors are to approve it, and [editorial] has no chats.'),
        ('people = ["telegram:2"]', 'people = ["Boris"]', 'In svodka.toml, departments: "Boris" is not an id'),
        ('key = "sales"', 'key = "helpers"', 'departments: two of them are called "helpers".'),
        ('key = "sales"', 'key = "the sales"', 'departments: the key "the sales" must be one word.'),
    ],
)
def test_what_cannot_work_is_said_at_the_start(tmp_path: Path, was: str, now: str, said: str) -> None:
    (tmp_path / "svodka.toml").write_text(SETTINGS.format(rule="hold").replace(was, now), "utf-8")
    config = load(tmp_path / "svodka.toml")
    with pytest.raises(UserError) as refused:
        Rights(config, Access(config))
    assert said in str(refused.value)
