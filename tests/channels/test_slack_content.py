"""Texts and files that people share on Slack: what reaches the bot, and what comes when a file is fetched."""

from __future__ import annotations

import pytest

from bot.chat.message import Content, Incoming, IncomingFile
from digests.document import Paragraph, Span, plain
from tests.channels.columns import BLOCKS, SLACK, TYPED, rich
from tests.channels.documents import png
from tests.channels.slack_bot import Answers, story, titles
from tests.doubles.slack import BOT, BOT_TOKEN, Slack
from warehouse.messages import UserError

PICTURE = png(90, 300, 200)


def content(incoming: Incoming) -> Content:
    assert incoming.content is not None
    return incoming.content


def picture(answers: Answers) -> IncomingFile:
    """The file of what was heard last."""
    (attached,) = content(answers.incoming[-1]).pictures
    return attached


async def refused(attached: IncomingFile) -> str:
    with pytest.raises(UserError) as error:
        await attached.fetch()
    return str(error.value)


# What is heard


@story
async def test_a_column_arrives_as_it_was_written(slack: Slack, answers: Answers) -> None:
    await slack.say("U1", "D1", SLACK["text"], blocks=SLACK["blocks"])
    await slack.say("U1", "D1", TYPED)
    await slack.until(lambda: len(answers.incoming) == 2)

    assert [content(incoming).blocks for incoming in answers.incoming] == [BLOCKS, BLOCKS]
    assert answers.incoming[0].text == "👍🏽 *Итоги* …"


@story
async def test_our_name_is_no_part_of_the_content_but_a_command_is(slack: Slack, answers: Answers) -> None:
    us, rest = {"type": "user", "user_id": BOT}, {"type": "text", "text": ", story ops\nText"}
    blocks = rich({"type": "rich_text_section", "elements": [us, rest]})
    await slack.say("U1", "C1", f"<@{BOT}>, story ops\nText", blocks=blocks)
    await slack.say("U1", "C1", f"<@{BOT}>, story ops\nText")
    await slack.command("U1", "C1", "/svodka", "story ops\n*bold* &amp;\n• one")
    await slack.until(lambda: len(answers.incoming) == 3)

    first, second, command = answers.incoming
    assert content(first).blocks == content(second).blocks == (Paragraph(plain("story ops\nText")),)
    assert first.text == ", story ops Text"
    assert command.text == "/story ops *bold* & • one"
    said, _ = content(command).blocks
    assert said == Paragraph((Span("/story ops\n"), Span("bold", strong=True), Span(" &")))


@story
async def test_files_are_heard_in_private_in_our_threads_and_beside_our_name(slack: Slack, answers: Answers) -> None:
    file = slack.shared.upload("chart.png", PICTURE)
    await slack.command("U1", "C1", "/sl")
    await slack.until(lambda: titles(slack))
    ours = slack.channels["C1"].of(BOT)[0].ts
    await slack.share("U2", "C1", file)
    await slack.share("U2", "C1", file, thread="4.4")

    await slack.share("U1", "D1", file)
    await slack.share("U2", "C1", file, text="here", thread=ours)
    await slack.share("U2", "C1", file, thread=ours)
    await slack.share("U2", "C1", file, file, text=f"<@{BOT}> story ops")
    await slack.share("U2", "C1", file, text=f"<@{BOT}>")
    await slack.until(lambda: len(answers.incoming) == 6)

    told = {(h.chat, h.text, h.reply_to, len(content(h).pictures)) for h in answers.incoming[1:]}
    assert told == {
        ("D1", "", None, 1),
        ("C1", "here", ours, 1),
        ("C1", "", ours, 1),
        ("C1", "story ops", None, 2),
        ("C1", "help", None, 1),
    }


@story
async def test_a_message_of_nothing_asks_for_help_as_ever(slack: Slack, answers: Answers) -> None:
    await slack.say("U1", "D1", " ")
    await slack.until(lambda: answers.incoming)

    assert (answers.incoming[0].text, content(answers.incoming[0])) == ("help", Content(()))


@story
async def test_an_edited_message_is_heard_again_as_the_same(slack: Slack, answers: Answers) -> None:
    sent = await slack.say("U1", "D1", "text")
    await slack.until(lambda: answers.incoming)
    await slack.edit("U1", "D1", sent, "*text*", before="text")
    await slack.until(lambda: len(answers.incoming) == 2)

    assert [incoming.message for incoming in answers.incoming] == [sent, sent]
    assert content(answers.incoming[1]).blocks == (Paragraph((Span("text", strong=True),)),)


# What comes when it is fetched


@story
async def test_a_file_is_fetched_with_our_token(slack: Slack, answers: Answers) -> None:
    await slack.share("U1", "D1", slack.shared.upload("chart.png", PICTURE))
    await slack.until(lambda: answers.incoming)
    slack.shared.faults = [503]

    attached = picture(answers)
    assert (attached.name, attached.media_type, attached.size) == ("chart.png", "image/png", len(PICTURE))
    assert await attached.fetch() == PICTURE
    assert slack.shared.asked == [f"Bearer {BOT_TOKEN}"] * 2


@story
async def test_of_a_file_of_another_organisation_slack_is_asked_what_it_is(slack: Slack, answers: Answers) -> None:
    await slack.share("U1", "D1", slack.shared.from_elsewhere("chart.png", PICTURE))
    await slack.until(lambda: answers.incoming)
    assert (picture(answers).media_type, picture(answers).size) == ("", 0)
    assert await picture(answers).fetch() == PICTURE

    await slack.share("U1", "D1", slack.shared.from_elsewhere("huge.png", bytes(30_000_000)))
    await slack.until(lambda: len(answers.incoming) == 2)
    assert await refused(picture(answers)) == '"huge.png" is larger than 10 MB: send it smaller.'


@story
async def test_without_the_right_the_sentence_names_it(slack: Slack, answers: Answers) -> None:
    slack.scopes = slack.scopes.replace("files:read", "")
    for file in (slack.shared.upload("a.png", PICTURE), slack.shared.from_elsewhere("a.png", PICTURE)):
        await slack.share("U1", "D1", file)
    await slack.until(lambda: len(answers.incoming) == 2)

    for incoming in answers.incoming:
        assert "the app lacks files:read" in await refused(content(incoming).pictures[0])


@story
async def test_what_is_no_picture_is_one_sentence(slack: Slack, answers: Answers) -> None:
    shared = slack.shared
    files = {
        "huge.png": shared.upload("huge.png", bytes(30_000_000)),
        "more.png": shared.upload("more.png", bytes(11_000_000), size=100),
        "cut.png": shared.upload("cut.png", PICTURE[:-30]),
        "page.png": shared.upload("page.png", b"<!DOCTYPE html>"),
        "deleted.png": shared.upload("deleted.png", PICTURE),
        "linked.png": shared.upload("linked.png", PICTURE, mode="external", url_private_download="https://e.org/a.png"),
        "plain.png": shared.upload(
            "plain.png", PICTURE, url_private_download="http://files.slack.com/a.png", url_private=""
        ),
    }
    shared.delete(files["deleted.png"]["id"])
    await slack.share("U1", "D1", *files.values(), {"id": "F9", "mode": "tombstone"})
    await slack.until(lambda: answers.incoming)

    said = [await refused(each) for each in content(answers.incoming[0]).pictures]
    assert said == [
        '"huge.png" is larger than 10 MB: send it smaller.',
        '"more.png" is larger than 10 MB: send it smaller.',
        '"cut.png" is not a whole picture: send it as PNG or JPEG.',
        '"page.png" is not a whole picture: send it as PNG or JPEG.',
        '"deleted.png" is not to be had any more: send it again.',
        '"linked.png" does not lie on Slack: upload it there.',
        '"plain.png" does not lie on Slack: upload it there.',
    ]


@story
async def test_while_slack_is_away_it_says_so(slack: Slack, answers: Answers) -> None:
    await slack.share("U1", "D1", slack.shared.upload("a.png", PICTURE))
    await slack.until(lambda: answers.incoming)
    slack.shared.faults = [502] * 3

    assert await refused(picture(answers)) == '"a.png" could not be fetched just now: send it again in a minute.'
