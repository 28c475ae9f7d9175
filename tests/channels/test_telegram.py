"""People talk to the bot on Telegram: the real library over HTTP, and what stands in the chats afterwards."""

from __future__ import annotations

import pytest

from bot.chat.message import Content, Incoming
from digests.document import Paragraph, plain
from tests.channels.talking import FORUM, GROUP, LONG, Bot, channel, run, talking, texts
from tests.doubles.telegram import NAME

# Questions


def test_a_private_message_is_answered() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            far.says("/sl inhouse <today>", person=5)
            await far.until(lambda: far.answers(5))

            (answer,) = far.answers(5)
            assert answer.text == "You said: /sl inhouse <today>"
            assert answer.reply_to is None
            assert [[label for label, _ in row] for row in answer.buttons] == [["Text", "Chart", "Both"], ["Long"]]
            content = Content((Paragraph(plain("/sl inhouse <today>")),))
            assert bot.incoming == [
                Incoming("telegram", "5", "5", True, "/sl inhouse <today>", "1001", "en", content, message="1")
            ]

    run(story)


def test_in_a_group_only_what_is_addressed_to_the_bot_is_heard_and_the_answer_replies_to_it() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
            origin = {"type": "hidden_user", "date": 1, "sender_user_name": "X"}
            for text, more in (
                ("good morning", {}),
                ("/sl@another_bot", {}),
                ("a /sl within", {}),
                (f"@{NAME}2 sl", {}),
                ("/sl forwarded", {"forward_origin": origin}),
                ("/sl of a bot", {"from": {"id": 9, "is_bot": True, "first_name": "Bot"}}),
                ("/sl", {}),
                (f"/aht@{NAME.upper()} today", {}),
                (f"so, @{NAME}, how many calls?", {}),
                (f"@{NAME}", {}),
                ("/lcr", {"from": anonymous, "sender_chat": {"id": GROUP, "type": "group", "title": "A chat"}}),
            ):
                far.says(text, person=7, chat=GROUP, **more)
            far.push("message", {"message_id": 90, "date": 1, "chat": far.chat(GROUP).json(), "new_chat_title": "New"})
            await far.until(lambda: len(far.answers(GROUP)) == 5)

            assert [(h.text, h.person) for h in bot.incoming] == [
                ("/sl", "7"),
                ("/aht today", "7"),
                ("so, , how many calls?", "7"),
                ("/help", "7"),
                ("/lcr", str(GROUP)),
            ]
            assert {h.chat for h in bot.incoming} == {str(GROUP)}
            replied = {answer.text: answer.reply_to for answer in far.answers(GROUP)}
            assert (replied["You said: /sl"], replied["You said: /lcr"]) == (7, 11)

    run(story)


def test_an_answer_stays_in_its_topic_and_a_channel_is_answered_too() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            far.says("/sl", chat=FORUM, message_thread_id=77)
            far.chat(-500, "channel")
            far.says("/sl", chat=-500, sender_chat={"id": -500, "type": "channel", "title": "News"})
            await far.until(lambda: far.answers(FORUM) and far.answers(-500))

            assert [(m.text, m.thread, m.reply_to) for m in far.answers(FORUM)] == [("You said: /sl", 77, 1)]
            assert {h.person for h in bot.incoming} == {"5", "-500"}

    run(story)


def test_a_message_that_is_edited_has_its_answer_edited() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            question = far.says("/sl inhuose", chat=GROUP)
            await far.until(lambda: far.answers(GROUP))
            far.edits(GROUP, question, "/sl inhouse")
            await far.until(lambda: far.answers(GROUP)[0].edited)
            far.edits(GROUP, question, "/sl inhouse")  # a preview was added, say
            older = far.says("just a talk", chat=GROUP)
            far.edits(GROUP, older, "/aht", date=1)  # of 1970, and nobody waits for its answer
            meant = far.says("sl?", chat=GROUP)
            far.edits(GROUP, meant, "/lcr")
            await far.until(lambda: len(far.answers(GROUP)) == 2)

            assert texts(far, GROUP) == ["You said: /sl inhouse", "You said: /lcr"]
            assert [h.text for h in bot.incoming] == ["/sl inhuose", "/sl inhouse", "/lcr"]

    run(story)


def test_an_update_that_is_delivered_twice_is_answered_once_and_a_silent_answer_is_none() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            far.says("silence")
            far.says("/sl")
            far.pending.append(dict(far.pending[-1]))
            await far.until(lambda: far.answers(5))
            far.says("/aht")
            await far.until(lambda: len(far.answers(5)) == 2)

            assert [h.text for h in bot.incoming] == ["silence", "/sl", "/aht"]
            assert texts(far, 5) == ["You said: /sl", "You said: /aht"]

    run(story)


def test_typing_is_shown_only_while_an_answer_takes_long() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            bot.slow_s = 0.2
            far.says("/quick", person=5)
            await far.until(lambda: far.answers(5))
            assert not far.called("sendChatAction")
            bot.slow_s = 0.9
            far.says("/slow", chat=FORUM, message_thread_id=77)
            await far.until(lambda: far.answers(FORUM))

            (typing,) = far.called("sendChatAction")
            assert (typing.given["action"], typing.given["message_thread_id"]) == ("typing", "77")

    run(story)


# Buttons


def test_a_press_is_acknowledged_at_once_and_its_answer_stands_in_the_same_message() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            far.says("/sl")
            await far.until(lambda: far.answers(5))
            answer = far.answers(5)[0]
            bot.slow_s = 0.4
            query = far.presses(5, answer.id, answer.data("Text"))
            await far.until(lambda: query in far.pressed)
            assert not far.called("editMessageText"), "first the button's clock is stopped"
            await far.until(lambda: far.called("editMessageText"))
            far.presses(5, answer.id, answer.data("Text"))  # the same again: nothing changes, and that is no error
            far.presses(5, answer.id, answer.data("Long"))
            await far.until(lambda: answer.text.startswith("You said: sl очень"))

            assert [h.text for h in bot.incoming] == ["/sl", "text", "text", LONG]
            assert bot.incoming[1].locale == "ru"
            assert len(far.answers(5)) == 1

    run(story)


@pytest.mark.parametrize("asked", ["text", "chart", "both", "album"])
@pytest.mark.parametrize("pressed", ["text", "chart", "both"])
def test_whatever_an_answer_becomes_no_part_of_the_old_one_stays(asked: str, pressed: str) -> None:
    """Text, a picture with its text, a picture and a longer text, an album: from each to each."""

    async def story() -> None:
        async with talking() as (far, _, _):
            far.says(pressed, person=6)
            far.says(asked, person=5)
            pause = {"text": 1, "chart": 1, "both": 2, "album": 4}
            await far.until(lambda: len(far.answers(6)) == pause[pressed] and len(far.answers(5)) == pause[asked])
            wanted = [(m.text, m.picture) for m in far.answers(6)]
            last = far.answers(5)[-1]
            far.presses(5, last.id, last.data(pressed.capitalize()))
            await far.until(lambda: [(m.text, m.picture) for m in far.answers(5)] == wanted)

            assert far.answers(5)[-1].buttons
            in_place = {("text", "chart"), ("chart", "chart"), ("both", "chart"), ("both", "both"), ("text", "text")}
            assert bool(far.answers(5)[0].id == 2) == ((asked, pressed) in in_place)

    run(story)


def test_a_file_is_added_below_its_answer_whether_pressed_or_edited_to() -> None:
    async def story() -> None:
        async with talking() as (far, _, _):
            question = far.says("chart")
            await far.until(lambda: far.answers(5))
            shown = far.answers(5)[0]
            far.presses(5, shown.id, "beside")
            await far.until(lambda: sum(bool(m.file) for m in far.answers(5)) == 1)
            far.edits(5, question, "beside")
            await far.until(lambda: sum(bool(m.file) for m in far.answers(5)) == 2)

            assert far.answers(5)[0].id == shown.id
            assert far.answers(5)[0].picture

    run(story)


def test_what_is_for_one_person_does_not_take_away_what_a_group_reads() -> None:
    async def story() -> None:
        async with talking() as (far, _, _):
            far.says("/sl", chat=GROUP)
            await far.until(lambda: far.answers(GROUP))
            far.presses(GROUP, 2, "secret", person=8)
            await far.until(lambda: len(far.answers(GROUP)) == 2)

            assert [(m.text, m.reply_to) for m in far.answers(GROUP)] == [
                ("You said: /sl", 1),
                ("That is not for you", 2),
            ]

    run(story)


def test_after_a_restart_buttons_work_and_a_forgotten_one_says_so() -> None:
    async def story() -> None:
        async with talking() as (far, _, first):
            for person, text in ((5, "/sl"), (6, "both")):
                far.says(text, person=person)
            await far.until(lambda: far.answers(5) and len(far.answers(6)) == 2)
            await first.stop()
            again = channel(far, Bot())
            await again.start()
            one, (_, last) = far.answers(5)[0], far.answers(6)
            far.presses(5, one.id, one.data("Text"))
            far.presses(6, last.id, last.data("Text"))
            query = far.presses(5, one.id, one.data("Long"))
            await far.until(lambda: one.edited and len(far.answers(6)) == 3 and query in far.pressed)

            assert texts(far, 5) == ["You said: text"]
            assert texts(far, 6)[2] == "You said: text", "its picture is not known any more, so all of it stays"
            assert far.pressed[query] == (
                "Эта кнопка слишком старая: не помню, о\N{NO-BREAK SPACE}чём она спрашивала. "
                "Спросите, пожалуйста, командой."
            )
            await again.stop()

    run(story)


def test_an_answer_that_somebody_has_deleted_is_said_anew() -> None:
    async def story() -> None:
        async with talking() as (far, _, _):
            question = far.says("/sl")
            await far.until(lambda: far.answers(5))
            del far.chat(5).messages[2]
            far.edits(5, question, "/aht")
            await far.until(lambda: far.answers(5))

            assert texts(far, 5) == ["You said: /aht"]

    run(story)


def test_where_pictures_are_forbidden_the_words_are_the_answer() -> None:
    async def story() -> None:
        async with talking() as (far, _, _):
            far.chat(GROUP).permissions["can_send_photos"] = False
            far.says(f"@{NAME} chart", chat=GROUP)
            await far.until(lambda: far.answers(GROUP))

            (answer,) = far.answers(GROUP)
            assert (answer.text, answer.picture, answer.reply_to) == ("A chart", None, 1)
            assert answer.data("Text") == "text"

    run(story)


# Groups come and go


def test_the_bot_greets_a_group_it_is_taken_into_once() -> None:
    async def story() -> None:
        async with talking() as (far, bot, _):
            far.membership(GROUP, "left", "member", person=8)
            far.membership(GROUP, "member", "administrator", person=8)
            far.membership(5, "kicked", "member")  # a person unblocks it, and will say something
            far.says("/sl", chat=GROUP)
            await far.until(lambda: len(far.answers(GROUP)) == 2)

            assert texts(far, GROUP) == ["You said: /start", "You said: /sl"]
            assert (bot.incoming[0].person, bot.incoming[0].private) == ("8", False)

    run(story)


def test_a_group_that_throws_the_bot_out_is_no_trouble_to_the_others(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with talking() as (far, _, _):
            far.says("/sl", chat=GROUP)
            far.chat(GROUP).status = "kicked"
            far.says("/sl", person=5)
            await far.until(lambda: far.answers(5))
            far.membership(GROUP, "member", "kicked")
            await far.until(lambda: "not accepted" in caplog.text)

            assert not far.answers(GROUP)

    run(story)
