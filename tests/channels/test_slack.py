"""The bot on Slack over the real libraries: what people do, what Slack delivers, and what they see."""

from __future__ import annotations

import asyncio

from bot.chat.message import Reply
from digests.document import Document, Heading, Paragraph, plain
from tests.channels.slack_bot import Answers, bot_on, story, titles
from tests.channels.slack_documents import answer, picture
from tests.doubles.slack import BOT, Fault, Slack


@story
async def test_a_slash_command_is_answered_in_the_channel_for_all(slack: Slack, answers: Answers) -> None:
    await slack.command("U1", "C1", "/sl", "inhouse today")
    await slack.until(lambda: titles(slack))

    (message,) = slack.channels["C1"].of(BOT)
    assert (message.to, message.thread) == (None, None)
    assert message.shown.split("\n")[:2] == ["Answer to: /sl inhouse today", "✓ SL: *88%*"]
    assert message.text.startswith("Answer to: /sl inhouse today")
    (incoming,) = answers.incoming
    assert (incoming.platform, incoming.person, incoming.chat, incoming.private, incoming.locale) == (
        "slack",
        "U1",
        "C1",
        False,
        None,
    )


@story
async def test_people_are_heard_with_the_language_they_have_slack_in(slack: Slack, answers: Answers) -> None:
    slack.locales["U1"] = "en-GB"
    for n, person in enumerate(("U1", "U1", "U2"), start=1):
        await slack.command(person, "C1", "/sl")
        await slack.until(lambda n=n: len(titles(slack)) == n)

    told = [(incoming.person, incoming.locale) for incoming in answers.incoming]
    assert told == [("U1", "en-GB"), ("U1", "en-GB"), ("U2", None)]
    # Each is asked about once.
    assert [args["user"] for method, args in slack.calls if method == "users.info"] == ["U1", "U2"]


@story
async def test_who_may_not_be_asked_about_is_answered_all_the_same(slack: Slack, answers: Answers) -> None:
    slack.faults["users.info"] = Fault("refuse", word="missing_scope")
    await slack.command("U1", "C1", "/sl")
    await slack.until(lambda: titles(slack))

    assert [incoming.locale for incoming in answers.incoming] == [None]


@story
async def test_commands_by_slacks_names_and_under_the_umbrella(slack: Slack, answers: Answers) -> None:
    answers.silent = True
    for command, text in (
        ("/lcr-clients", "today"),
        ("/svodka-status", ""),
        ("/svodka", "sl &lt;inhouse&gt; today"),
        ("/svodka", ""),
        ("/svodka", "/why sl"),
    ):
        count = len(answers.incoming)
        await slack.command("U1", "C1", command, text)
        await slack.until(lambda count=count: len(answers.incoming) > count)

    assert [incoming.text for incoming in answers.incoming] == [
        "/lcr_clients today",
        "/status",
        "/sl <inhouse> today",
        "/help",
        "/why sl",
    ]


@story
async def test_a_question_is_acknowledged_before_it_is_answered(slack: Slack, answers: Answers) -> None:
    answers.gate.clear()
    await slack.command("U1", "C1", "/sl")
    await slack.say("U1", "D1", "sl")
    await slack.until(lambda: len(answers.incoming) == 2 and not slack.unacknowledged)
    assert titles(slack) == titles(slack, "D1") == []

    answers.gate.set()
    await slack.until(lambda: titles(slack) and titles(slack, "D1"))
    answers.gate.clear()
    await slack.press("U1", slack.channels["C1"].of(BOT)[0], "By hour", "C1")
    await slack.until(lambda: len(answers.incoming) == 3 and not slack.unacknowledged)
    answers.gate.set()


@story
async def test_what_is_delivered_twice_is_answered_once(slack: Slack, answers: Answers) -> None:
    await slack.command("U1", "C1", "/sl", twice=True)
    event = {"type": "app_mention", "user": "U2", "text": f"<@{BOT}> sl", "ts": "5.5", "channel": "C1"}
    await slack.event(event, twice=True)
    await slack.until(lambda: len(titles(slack)) == 2)
    message = next(each for each in slack.channels["C1"].of(BOT) if each.thread is None)
    await slack.press("U1", message, "Yesterday", "C1", twice=True)
    await slack.until(lambda: message.edited)
    await asyncio.sleep(0.2)

    assert len(answers.incoming) == 3
    assert len(titles(slack)) == 2


@story
async def test_a_mention_is_answered_in_its_thread_and_the_thread_goes_on_without_one(
    slack: Slack, answers: Answers
) -> None:
    asked = await slack.say("U1", "C1", f"<@{BOT}> sl <http://inhouse.ru|inhouse.ru>  today")
    await slack.until(lambda: titles(slack))
    await slack.say("U2", "C1", "by hour", thread=asked)
    await slack.until(lambda: len(titles(slack)) == 2)
    await slack.say("U2", "C1", "<@U1> did you see?", thread=asked)
    await slack.say("U2", "C1", "just talking")
    await slack.say("U2", "C1", "in a thread of others", thread="4.4")
    await asyncio.sleep(0.2)

    assert [(incoming.person, incoming.text) for incoming in answers.incoming] == [
        ("U1", "sl inhouse.ru today"),
        ("U2", "by hour"),
    ]
    assert [message.thread for message in slack.channels["C1"].of(BOT)] == [asked, asked]


@story
async def test_who_was_not_named_in_a_thread_is_known_to_talk_aside(slack: Slack, answers: Answers) -> None:
    asked = await slack.say("U1", "C1", f"<@{BOT}> sl")
    await slack.until(lambda: titles(slack))
    await slack.say("U2", "C1", "thanks, looks fine", thread=asked)
    await slack.say("U2", "C1", " ", thread=asked)
    await slack.say("U2", "C1", f"<@{BOT}> by hour", thread=asked)
    await slack.say("U2", "D1", "sl")
    await slack.until(lambda: len(answers.incoming) == 5)

    assert {(incoming.text, incoming.aside) for incoming in answers.incoming} == {
        ("sl", False),
        ("thanks, looks fine", True),
        ("", True),
        ("by hour", False),
    }


@story
async def test_a_file_is_added_below_its_answer(slack: Slack, answers: Answers) -> None:
    answers.set["sl inhouse today by hour"] = Reply(answer("The file", picture()), beside=True)
    await slack.command("U1", "C1", "/sl")
    await slack.until(lambda: titles(slack))
    shown = slack.channels["C1"].of(BOT)[0]
    before = shown.shown
    await slack.press("U1", shown, "By hour", "C1")
    await slack.until(lambda: len(slack.channels["C1"].of(BOT)) > 1)

    assert slack.channels["C1"].of(BOT)[0].shown == before


@story
async def test_a_private_message_is_a_question(slack: Slack, answers: Answers) -> None:
    await slack.say("U1", "D1", "sl inhouse &amp; akc")
    await slack.until(lambda: titles(slack, "D1"))

    (incoming,) = answers.incoming
    assert (incoming.text, incoming.private) == ("sl inhouse & akc", True)
    assert slack.channels["D1"].of(BOT)[0].thread is None


@story
async def test_bots_and_notices_are_not_answered(slack: Slack, answers: Answers) -> None:
    said = {"type": "message", "channel": "D1", "text": "sl", "channel_type": "im"}
    await slack.event({**said, "ts": "5.1", "user": BOT, "bot_id": "B1"})
    await slack.event({**said, "ts": "5.2", "user": "U9", "bot_id": "B9"})
    await slack.event({**said, "ts": "5.3", "subtype": "bot_message", "bot_id": "B9"})
    await slack.event({**said, "ts": "5.4", "subtype": "channel_join", "user": "U1"})
    await slack.event({**said, "ts": "5.5", "subtype": "message_deleted"})
    await slack.event({"type": "reaction_added", "user": "U1", "item": {}})
    await slack.say("U1", "D1", "the last")
    await slack.until(lambda: titles(slack, "D1"))

    assert [incoming.text for incoming in answers.incoming] == ["the last"]


@story
async def test_an_edited_question_changes_its_answer(slack: Slack, answers: Answers) -> None:
    asked = await slack.say("U1", "C1", f"<@{BOT}> sl inhouse")
    await slack.until(lambda: titles(slack))
    await slack.edit("U1", "C1", asked, f"<@{BOT}> sl akc", before=f"<@{BOT}> sl inhouse")
    await slack.until(lambda: titles(slack) == ["Answer to: sl akc"])
    # A link's preview comes as an edit too.
    await slack.edit("U1", "C1", asked, f"<@{BOT}> sl akc", before=f"<@{BOT}> sl akc")
    await asyncio.sleep(0.2)

    assert len(answers.incoming) == 2


@story
async def test_an_edit_waits_for_the_answer_that_it_changes(slack: Slack, answers: Answers) -> None:
    answers.gate.clear()
    asked = await slack.say("U1", "D1", "sl inhouse")
    await slack.edit("U1", "D1", asked, "sl akc", before="sl inhouse")
    await slack.until(lambda: answers.incoming and not slack.unacknowledged)
    answers.gate.set()
    await slack.until(lambda: titles(slack, "D1") == ["Answer to: sl akc"])


@story
async def test_an_edit_that_is_refused_takes_the_old_answer_back(slack: Slack, answers: Answers) -> None:
    answers.set["sl inhose"] = Reply(answer("There is no line inhose"), quiet=True)
    asked = await slack.say("U1", "C1", f"<@{BOT}> sl inhouse")
    await slack.until(lambda: titles(slack))
    await slack.edit("U1", "C1", asked, f"<@{BOT}> sl inhose", before=f"<@{BOT}> sl inhouse")
    await slack.until(lambda: titles(slack) == ["There is no line inhose"])

    assert [message.to for message in slack.channels["C1"].of(BOT)] == ["U1"]


@story
async def test_a_button_changes_the_answer_where_it_stands(slack: Slack, answers: Answers) -> None:
    await slack.command("U1", "C1", "/sl", "inhouse")
    await slack.until(lambda: titles(slack))
    (message,) = slack.channels["C1"].of(BOT)
    await slack.press("U2", message, "By hour", "C1")
    await slack.until(lambda: message.edited)

    assert titles(slack) == ["Answer to: sl inhouse today by hour"]
    assert (answers.incoming[1].person, answers.incoming[1].chat) == ("U2", "C1")


@story
async def test_a_picture_never_stays_under_a_text_it_does_not_belong_to(slack: Slack, answers: Answers) -> None:
    answers.set["/sl"] = Reply(answer("With a picture", picture(1)))
    answers.set["sl inhouse today by hour"] = Reply(answer("With another", picture(2)))
    await slack.command("U1", "C1", "/sl")
    await slack.until(lambda: len(titles(slack)) == 2)
    text, shared = slack.channels["C1"].of(BOT)
    assert (shared.files[0]["title"], shared.files[0]["alt_txt"]) == ("Service level by hour, picture 1",) * 2

    await slack.press("U1", text, "By hour", "C1")
    await slack.until(lambda: titles(slack) == ["With another", "<Service level by hour, picture 2>"])
    await slack.press("U1", text, "Yesterday", "C1")
    await slack.until(lambda: titles(slack) == ["Answer to: sl inhouse yesterday"])
    order = [name for name, _ in slack.calls if name in ("chat.update", "files.delete")]
    assert order == ["files.delete", "chat.update"] * 2


def test_after_a_restart_a_button_changes_one_message_and_answers_anew_beside_pictures() -> None:
    async def told() -> None:
        async with Slack() as slack:
            async with bot_on(slack) as answers:
                answers.set["/sl"] = Reply(answer("With a picture", picture()))
                await slack.command("U1", "C1", "/sl")
                await slack.command("U1", "C1", "/lcr")
                await slack.until(lambda: len(titles(slack)) == 3)
            async with bot_on(slack):
                by_title = {message.shown.split("\n")[0]: message for message in slack.channels["C1"].of(BOT)}
                await slack.press("U1", by_title["Answer to: /lcr"], "By hour", "C1")
                await slack.until(lambda: by_title["Answer to: /lcr"].edited)
                await slack.press("U1", by_title["With a picture"], "By hour", "C1")
                await slack.until(lambda: len(titles(slack)) == 4)
                assert not by_title["With a picture"].edited
                assert titles(slack)[-1] == "Answer to: sl inhouse today by hour"
            assert slack.wrongs == []

    asyncio.run(told())


@story
async def test_refusals_are_for_the_person_alone_and_their_buttons_answer_all(slack: Slack, answers: Answers) -> None:
    answers.set["/sl inhose"] = answers.set["sl inhose"] = Reply(answer("There is no line inhose"), quiet=True)
    await slack.command("U1", "C1", "/sl", "inhose")
    await slack.until(lambda: titles(slack))
    await slack.say("U2", "C1", f"<@{BOT}> sl inhose")
    await slack.until(lambda: len(titles(slack)) == 2)
    first, second = slack.channels["C1"].of(BOT)
    assert (first.to, second.to) == ("U1", "U2")

    await slack.press("U1", first, "Yesterday", "C1")
    # The whisper with its buttons goes once the answer is there.
    await slack.until(lambda: titles(slack) == ["There is no line inhose", "Answer to: sl inhouse yesterday"])
    assert [(message.to, message.shown.split("\n")[0]) for message in slack.channels["C1"].of(BOT)] == [
        ("U2", "There is no line inhose"),
        (None, "Answer to: sl inhouse yesterday"),
    ]


@story
async def test_a_refused_press_leaves_the_answer_as_it_was(slack: Slack, answers: Answers) -> None:
    answers.set["sl inhouse yesterday"] = Reply(answer("You may not ask for this"), quiet=True)
    await slack.command("U1", "C1", "/sl")
    await slack.until(lambda: titles(slack))
    await slack.press("U2", slack.channels["C1"].of(BOT)[0], "Yesterday", "C1")
    await slack.until(lambda: len(titles(slack)) == 2)

    assert [(message.to, message.edited) for message in slack.channels["C1"].of(BOT)] == [(None, False), ("U2", False)]


@story
async def test_where_the_bot_is_no_member_the_person_is_told_how_to_invite_it(slack: Slack, answers: Answers) -> None:
    slack.channel("C2", "U1").members.discard(BOT)
    answers.set["/sl"] = Reply(answer("With a picture", picture()))
    await slack.command("U1", "C2", "/sl")
    await slack.command("U1", "D-of-two-people", "/lcr")
    await slack.until(lambda: "D-of-two-people" in slack.channels and titles(slack, "C2"))

    (message,) = slack.channels["C2"].of(BOT)
    assert message.to == "U1"
    assert "Service level by hour, picture 1" in message.shown
    assert "/invite @svodka" in message.shown
    assert slack.channels["D-of-two-people"].messages[0].to == "U1"


@story
async def test_silence_is_silence(slack: Slack, answers: Answers) -> None:
    answers.set["/sl"] = None
    await slack.command("U1", "C1", "/sl")
    await slack.command("U1", "C1", "/lcr")
    await slack.until(lambda: titles(slack))

    assert titles(slack) == ["Answer to: /lcr"]


@story
async def test_an_answer_that_may_be_lost_is_not_repeated_and_the_person_is_told(
    slack: Slack, answers: Answers
) -> None:
    slack.faults["chat.postMessage"] = Fault("reset")
    await slack.command("U1", "C1", "/sl")
    await slack.until(lambda: len(titles(slack)) == 2)

    assert titles(slack) == [
        "Answer to: /sl",
        "The answer may not have been posted in full. If you do not see it, ask again.",
    ]
    assert len(slack.called("chat.postMessage")) == 1


def test_a_reply_that_is_too_long_for_one_person_says_where_to_see_it() -> None:
    long = Document("Long", (Heading("Long", 1), *(Paragraph(plain(f"{n} " + "x" * 2900)) for n in range(25))))

    async def told() -> None:
        async with Slack() as slack, bot_on(slack) as answers:
            answers.set["/sl"] = Reply(long, quiet=True)
            await slack.command("U1", "C1", "/sl")
            await slack.until(lambda: len(titles(slack)) == 5)
            assert "/invite @svodka" in titles(slack)[-1]
            assert slack.wrongs == []

    asyncio.run(told())
