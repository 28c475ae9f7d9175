"""The draft and the press: what is approved is posted, once, and nothing else is."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from bot.editorial.store import APPROVALS
from tests.editorial.newsroom import ANNA, EDITORS, OPERATORS, VERA, Chats, Killed, Newsroom, told_by
from warehouse.messages import note

DUE, DRAFT = "2027-06-16 10:00", "2027-06-16 07:00"


async def drafted(room: Newsroom, text: str = "Of support.") -> None:
    """Anna's column is sent, and the draft has come."""
    await room.tick()
    await room.writes(ANNA, "/story", text)
    await room.writes(ANNA, "/done")
    await room.at(DRAFT)


async def press(room: Newsroom, label: str) -> str:
    said = await room.presses(VERA, room.buttons(EDITORS)[label], EDITORS)
    await room.quiet()
    return said


def test_the_draft_is_what_readers_will_see_and_the_question_stands_under_it(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await room.at("2027-06-16 06:59")
        assert room.told(EDITORS) == []
        await drafted(room)
        await room.tick()
        draft, question = room.told(EDITORS)
        assert question == (
            'Draft 1 of the post "team", due on June 16, 10:00. The figures are computed anew when it is posted. '
            "Without a press it is held."
        )
        assert list(room.buttons(EDITORS)) == ["Publish now", "Publish on schedule", "Edit", "Hold"]

        assert "is approved: it is posted on June 16, 10:00" in await press(room, "Publish on schedule")
        assert room.posted() == []
        await room.at(DUE)
        await room.tick()
        assert room.posted() == [draft]
        assert room.outcomes() == [("posted", None)]
        assert "is posted." in await press(room, "Hold")

    told_by(story, tmp_path)


def test_published_now_once_with_two_presses_and_at_the_due_moment(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await drafted(room)
        now = room.buttons(EDITORS)["Publish now"]
        room._hands.append(room._hands[-1].replace(hour=7))  # 10:00 in Moscow: it is due at this very moment
        said = await asyncio.gather(
            room.presses(VERA, now, EDITORS), room.presses("8", now, EDITORS), room.runner.tick(), room.desk.tick()
        )
        await room.quiet()
        await room.tick()
        assert len(room.posted()) == 1
        taken, late = sorted(each for each in said if each)
        assert taken == 'Draft 1 of the post "team" is published now.'
        assert "decided on before, by Vera Editor" in late
        assert room.outcomes() == [("posted", "Vera Editor")]

    told_by(story, tmp_path)


def test_published_before_its_time_it_is_not_posted_when_it_is_due(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await drafted(room)
        await press(room, "Publish now")
        assert len(room.posted()) == 1
        assert "late" not in room.posted()[0]
        for local in (DUE, "2027-06-16 12:00", "2027-06-20 10:00"):
            await room.at(local)
        assert (len(room.posted()), room.outcomes()) == (1, [("posted", "Vera Editor")])

    told_by(story, tmp_path)


@pytest.mark.parametrize("rule", ["figures", "hold"])
def test_without_a_press_the_rule_has_it(tmp_path: Path, rule: str) -> None:
    async def story(room: Newsroom) -> None:
        await drafted(room)
        await room.at(DUE)
        await room.tick()
        if rule == "figures":
            assert room.posted() == ["The digest\nFigures"]
            told = 'Nobody approved the post "team" by June 16, 10:00: its figures go alone.'
            assert room.told(EDITORS)[-1] == told
            assert "16 июня, 10:00" in room.told(OPERATORS)[-1]
            assert "is posted." in await press(room, "Publish now")
        else:
            assert (room.posted(), room.outcomes()) == ([], [("kept", None)])
            assert "due since June 16, 10:00 and waits for a press" in room.told(EDITORS)[-1]
            assert "отложена: редакторы её не утвердили" in room.told(OPERATORS)[-1]
            await room.at("2027-06-18 10:00")
            assert "posted now that it is due" in await press(room, "Publish on schedule")
        assert len(room.posted()) == 1

    told_by(story, tmp_path, rule=rule)


def test_held_it_stays_held_whatever_the_rule_and_operators_may_decide_too(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await drafted(room)
        assert "is held until" in await press(room, "Hold")
        await room.at(DUE)
        assert (room.posted(), room.outcomes()) == ([], [("kept", None)])
        run = room.buttons(OPERATORS)["Publish"].split()[2]
        assert "published now" in str(await room.runner.decide(int(run), publish=True, who="Oleg"))
        await room.tick()
        await asyncio.sleep(0.05)
        assert "Of support." in room.posted()[0]
        assert "decided on before, by Oleg" in await press(room, "Publish now")

    told_by(story, tmp_path, rule="figures")


def test_what_is_held_for_days_can_be_published_and_keeps_up_no_other_issue(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await drafted(room)
        old = room.buttons(EDITORS)["Publish now"]
        await press(room, "Hold")
        await room.at(DUE)
        assert "The issue of June 1–15" in await room.presses(VERA, "issue", EDITORS)
        await room.at("2027-06-17 10:01")
        assert "The issue of June 16–30" in await room.presses(VERA, "issue", EDITORS)
        await room.at("2027-07-01 07:00")
        assert 'Draft 1 of the post "team", due on July 1, 10:00' in room.told(EDITORS)[-1]
        assert "is published now" in await room.presses(VERA, old, EDITORS)
        await room.quiet()
        assert "Of support." in room.posted()[0]
        await press(room, "Publish on schedule")
        await room.at("2027-07-01 10:00")
        assert (len(room.posted()), room.outcomes()) == (2, [("posted", "Vera Editor"), ("posted", None)])

    told_by(story, tmp_path)


def test_held_while_the_digest_is_computed_it_is_not_posted(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await drafted(room)
        await press(room, "Publish on schedule")
        hold = room.buttons(EDITORS)["Hold"]

        async def meanwhile() -> None:
            assert "is held until" in await room.presses(VERA, hold, EDITORS)

        room.on_draft = meanwhile
        await room.at(DUE)
        await room.tick()
        assert (room.posted(), room.outcomes()) == ([], [("kept", None)])

    told_by(story, tmp_path)


def test_a_column_that_changes_after_the_approval_voids_it(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await drafted(room)
        old = room.buttons(EDITORS)["Publish on schedule"]
        await press(room, "Publish on schedule")
        await room.writes(ANNA, "/story", "And more.")
        await room.tick()
        assert len(room.told(EDITORS)) == 2  # not sent yet: nothing has changed
        await room.writes(ANNA, "/done")
        await room.quiet()
        void, draft, question = room.told(EDITORS)[2:]
        assert "after draft 1 was approved. The approval is void" in void
        assert "And more." in draft
        assert question.startswith("Draft 2")

        assert 'Draft 1 of the post "team" is superseded' in await room.presses(VERA, old, EDITORS)
        await press(room, "Publish on schedule")
        await room.at(DUE)
        assert "And more." in room.posted()[0]

    told_by(story, tmp_path)


def test_what_changed_since_the_draft_is_shown_before_it_is_approved(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await drafted(room)
        await room.presses(VERA, "issue edit s1")
        await room.writes(VERA, "Title: Another")
        await room.writes(VERA, "/done")
        assert "changed after draft 1: a new draft is on its way" in await press(room, "Publish now")
        assert room.posted() == []
        assert "ANOTHER" in room.told(EDITORS)[-2]
        # Edit leads to the issue, where another draft can be asked for.
        assert "The issue of June 1–15" in await press(room, "Edit")
        new = await room.presses(VERA, "draft new 2", EDITORS)
        await room.quiet()
        assert new == 'A new draft of the post "team" is on its way.'
        assert room.told(EDITORS)[-1].startswith("Draft 3")
        await press(room, "Publish now")
        assert len(room.posted()) == 1
        with room.state.engine.connect() as connection:
            rows = connection.execute(APPROVALS.select()).all()
        assert [(row.draft, row.press, row.who, row.taken) for row in rows] == [
            (1, "now", "Vera Editor", False),
            (2, "edit", "Vera Editor", True),
            (2, "new", "Vera Editor", True),
            (3, "now", "Vera Editor", True),
        ]

    told_by(story, tmp_path)


def test_changed_between_the_last_look_and_the_due_second_it_is_not_posted(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await drafted(room)
        await press(room, "Publish on schedule")
        (tmp_path / "stories").mkdir()
        (tmp_path / "stories" / "late.md").write_text("# Late\n\nNobody saw this.\n", "utf-8")
        room._hands.append(room._hands[-1].replace(hour=7))
        await room.runner.tick()
        assert (room.posted(), room.outcomes()) == ([], [("kept", None)])

    told_by(story, tmp_path)


def test_gaps_are_told_with_the_question_and_the_gate_waits_for_them_all_the_same(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await drafted(room)
        assert "What is missing just now: the chats of June 15." in room.told(EDITORS)[-1]
        await press(room, "Publish on schedule")
        await room.at(DUE)
        assert (room.posted(), room.outcomes()) == ([], [("held", None)])
        room.gaps = ()
        await room.at("2027-06-16 10:15")
        assert "Of support." in room.posted()[0]

    told_by(story, tmp_path, gaps=(note("the chats of June 15"),))


def test_only_editors_press(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        await drafted(room)
        assert await room.presses(ANNA, "draft now 1") == "The editors decide on drafts, in their chat."
        assert await room.presses(VERA, "draft now 7") == "There is no draft 7."
        assert room.posted() == []

    told_by(story, tmp_path)


def test_killed_between_the_press_and_the_post_it_goes_on_and_is_posted_once(tmp_path: Path) -> None:
    chats = Chats()

    async def before(room: Newsroom) -> None:
        await drafted(room)
        room.triggered.cancel()  # the process ends right after the answer
        assert "published now" in await press(room, "Publish now")

    async def after(room: Newsroom) -> None:
        await room.poster.resume()
        await room.tick()
        await room.tick()
        assert len(room.posted()) == 1
        assert "Of support." in room.posted()[0]
        assert room.outcomes() == [("posted", "Vera Editor")]

    told_by(before, tmp_path, chats=chats)
    told_by(after, tmp_path, chats=chats, now="2027-06-16 07:01")


def test_killed_while_the_draft_is_shown_it_is_shown_once_and_asked_about(tmp_path: Path) -> None:
    chats = Chats()

    async def before(room: Newsroom) -> None:
        await room.tick()
        chats.kill = "-10"
        with pytest.raises(Killed):
            await room.at(DRAFT)

    async def after(room: Newsroom) -> None:
        await room.poster.resume()
        await room.tick()
        await room.tick()
        assert [said.startswith(("The digest", "Draft 1")) for said in room.told(EDITORS)] == [True, True]

    with suppress(Killed, asyncio.CancelledError):
        told_by(before, tmp_path, chats=chats)
    told_by(after, tmp_path, chats=chats, now=DRAFT)


@pytest.mark.parametrize("label", ["Publish on schedule", "Hold"])
def test_a_draft_is_asked_about_after_every_start_until_somebody_presses(tmp_path: Path, label: str) -> None:
    chats, counts = Chats(), []

    async def started(room: Newsroom) -> None:
        await room.tick()
        await room.tick()
        counts.append(sum(said.startswith("Draft 1") for said in room.told(EDITORS)))

    async def pressed(room: Newsroom) -> None:
        await started(room)
        await press(room, label)

    for story in (started, started, pressed, started):
        told_by(story, tmp_path, chats=chats, now=DRAFT)
    assert counts == [1, 2, 3, 3]


def test_a_draft_that_is_superseded_or_posted_is_asked_about_no_more(tmp_path: Path) -> None:
    chats = Chats()

    async def superseded(room: Newsroom) -> None:
        await drafted(room)
        await room.writes(ANNA, "/story", "Of support, again.")
        await room.writes(ANNA, "/done")
        assert "changed after draft 1" in await press(room, "Publish now")
        assert room.told(EDITORS)[-1].startswith("Draft 2")

    async def asked(room: Newsroom) -> None:
        await room.tick()
        questions.append([said[:7] for said in room.told(EDITORS) if said.startswith("Draft")])
        await room.at(DUE)

    questions: list[list[str]] = []
    for story, now in ((superseded, "2027-06-16 06:00"), (asked, DRAFT), (asked, DUE)):
        told_by(story, tmp_path, chats=chats, now=now, rule="figures")
    assert questions == [["Draft 1", "Draft 2", "Draft 2"]] * 2


def test_how_it_stands_is_listed(tmp_path: Path) -> None:
    async def story(room: Newsroom) -> None:
        assert str((await room.desk.standing())["team"]) == "its draft comes on 2027-06-16 04:00:00"
        await drafted(room)
        assert str((await room.desk.standing())["team"]) == "waits for approval, draft 1"
        await press(room, "Publish on schedule")
        assert str((await room.desk.standing())["team"]) == "approved by Vera Editor"
        await press(room, "Hold")
        assert str((await room.desk.standing())["team"]) == "held by Vera Editor"

    told_by(story, tmp_path)
