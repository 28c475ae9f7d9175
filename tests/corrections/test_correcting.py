"""Late records change what was printed: the operators see it, press once, and the posts are what they should be."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.corrections.service import is_due
from bot.delivery import listing
from bot.delivery.ledger import DELIVERIES
from digests.document import Action
from digests.localizer import Localizer
from tests.corrections.bureau import DAY, Bureau, plain
from tests.corrections.conftest import Tell
from tests.delivery.kit import GROUPS, ROOMS
from tests.doubles.slack import Fault
from tests.doubles.telegram import Seen
from tests.kit import answered, lost


def group(b: Bureau) -> list[Seen]:
    return b.at.far.answers(GROUPS[0])


async def posted(b: Bureau) -> None:
    b.at_first()
    await b.post()


async def late(b: Bureau, hour: int = 12, day: int = 18) -> None:
    """Two more lost calls come, and the next morning does."""
    b.late(hour)
    b.clock(f"2026-06-{day} 08:31")
    await b.corrections.check()


def test_two_late_lost_calls_are_told_and_on_one_press_both_chats_are_corrected(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        await posted(b)
        assert "Inbound calls: 10\n✓ Service level: 80% / 30 s against a plan of 70% / 30 s" in b.telegram()
        await late(b)

        assert b.told.words == {
            "correction 1": (
                f'Late records changed what was posted as "Digest" ({DAY}) in telegram:-101, slack:C1:\n'
                "• Inbound calls: 10 → 12\n"
                "• Service level: 80% / 30 s → 67% / 30 s\n"
                "• Lost calls (LCR): 20% → 33.3%\n"
                "Correct the posts?"
            )
        }
        assert b.told.asked == [(Action("Correct", "op correct 1 apply"), Action("Leave", "op correct 1 leave"))]
        assert "10\n" in b.telegram()  # nothing is changed unasked

        said = await b.press("Correct")
        assert str(said) == f'"Digest" ({DAY}) is being corrected in 2 chats.'
        for chat in (b.telegram(), b.slack()):
            assert "Inbound calls: 12\n! Service level: 67% / 30 s against a plan of 70% / 30 s" in chat
            assert "Corrected on June 18: Inbound calls 10 → 12; Service level 80% / 30 s → 67% / 30 s" in chat
            assert "Lost calls (LCR): 33.3%\n" in chat
            assert "Corrected on June 18: Lost calls (LCR) 20% → 33.3%" in chat
            assert "80% / 30 s against" not in chat
        assert b.statuses() == ["applied"]
        assert b.told.words == {}

        # Pressed once more, or by another, it changes nothing.
        calls = len(b.at.far.calls), len(b.at.slack.calls)
        again = await b.order("op correct 1 leave", "Boris")
        assert str(again) == f'The correction of "Digest" ({DAY}) was decided on before, by Anna.'
        assert (len(b.at.far.calls), len(b.at.slack.calls)) == calls

    told(story)


def test_in_russian(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        await posted(b)
        await late(b)
        await b.press("Исправить")

        for chat in (b.telegram(), b.slack()):
            marks = [line for line in chat.split("\n") if line.startswith("Исправлено")]
            assert marks[:2] == [
                "Исправлено 18 июня: Объём входящих звонков 10 → 12; Service level 80% / 30 сек. → 67% / 30 сек.",
                "Исправлено 18 июня: % сорвавшихся звонков (LCR) 20% → 33,3%",
            ]

    told(story, "ru")


def test_telegram_replaces_the_pictures_of_the_album_and_slack_posts_them_once_in_the_thread(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        b.at_first()
        await b.post_with_pictures()
        before = [message.picture for message in group(b)]
        await late(b)
        await b.press("Correct")
        await b.corrections.carry_out()
        await b.corrections.idle()

        cover, text, *album, closing = group(b)
        assert [message.album for message in album] == [1, 1]
        was = [picture for picture in before if picture]
        assert all(message.picture not in [None, *was] for message in (cover, *album))
        assert "67%" in cover.text
        assert "67%" in text.text
        assert closing.text.startswith("Computed")

        first, *rest = b.at.slack.channels[ROOMS[0]].messages
        below = [message for message in rest if message.thread]
        assert {message.thread for message in below} == {first.ts}
        words, pictures = below
        assert plain(words.shown).startswith("Corrected on June 18: Inbound calls 10 → 12; Service level")
        names = ["scoreboard.png", "service-level.png", "calls-lcr.png"]
        assert [file["name"] for file in pictures.files] == names
        subjects = [each.delivery["subject"] for each in b.at.state.do(listing.listed)]
        assert subjects == ["digest:daily", "digest:daily", "correction:1"]
        # The same bytes as on Telegram.
        assert [file["content"] for file in pictures.files] == [message.picture for message in (cover, *album)]

    told(story)


def test_where_nothing_printed_has_changed_nothing_is_said(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        await posted(b)
        await b.corrections.check()
        # A call that was answered and one that was lost, of another line: no figure speaks of it.
        b.house.calls(answered(f"{DAY}T12:00", line="akc"), lost(f"{DAY}T12:10", line="akc"))
        b.clock("2026-06-18 08:31")
        await b.corrections.check()

        assert (b.told.words, b.statuses()) == ({}, [])
        assert not any(message.edited for message in group(b))

    told(story)


def test_the_same_difference_is_told_once_and_another_one_takes_its_place(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        await posted(b)
        await late(b)
        await b.corrections.check()
        assert list(b.told.words) == ["correction 1"]
        b.restart()
        await b.corrections.check()
        assert list(b.told.words) == ["correction 1"]
        assert b.statuses() == ["offered"]

        await late(b, hour=13, day=19)
        assert list(b.told.words) == ["correction 2"]
        assert b.statuses() == ["outdated", "offered"]
        assert "Inbound calls: 10 → 14" in b.told.words["correction 2"]
        said = await b.order("op correct 1 apply")
        assert "is out of date" in str(said)
        assert "Inbound calls: 10\n" in b.telegram()

    told(story)


def test_left_is_left(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        await posted(b)
        await late(b)
        said = await b.press("Leave")
        await b.corrections.check()
        b.restart()
        await b.corrections.check()

        assert str(said) == f'"Digest" ({DAY}) stays as it is posted.'
        assert (b.told.words, b.statuses()) == ({}, ["left"])
        assert "Inbound calls: 10\n" in b.telegram()
        assert str(await b.order("op correct 9 apply")) == "There is no correction 9 to decide on."

    told(story)


def test_what_was_corrected_is_compared_as_it_stands_there_now(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        await posted(b)
        await late(b)
        await b.press("Correct")
        await b.corrections.check()
        assert b.told.words == {}

        await late(b, hour=13, day=19)
        assert "• Inbound calls: 12 → 14\n" in b.told.words["correction 2"]
        await b.press("Correct")
        for chat in (b.telegram(), b.slack()):
            assert "Inbound calls: 14\n" in chat
            assert "Corrected on June 18: Inbound calls 10 → 12" in chat
            assert "Corrected on June 19: Inbound calls 12 → 14" in chat
        assert len(group(b)) == len(b.at.slack.channels[ROOMS[0]].messages) == 1

    told(story)


def test_columns_stay_as_they_were_posted(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        b.column("Rain", "It rained all day.")
        await posted(b)
        b.column("Rain", "It never rained.")
        b.column("Snow", "Snow, too.")
        await late(b)
        await b.press("Correct")

        for chat in (b.telegram(), b.slack()):
            assert "It rained all day." in chat
            assert "Inbound calls: 12" in chat
            assert "never" not in chat
            assert "Snow" not in chat

    told(story)


def test_records_that_are_gone_are_a_problem_and_no_correction(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        await posted(b)
        b.emptied()
        b.clock("2026-06-18 08:31")
        await b.corrections.check()
        await b.corrections.check()

        (text,) = b.told.words.values()
        assert text == (
            f'"Digest" ({DAY}) is posted otherwise than today\'s records have it, and is not corrected by them: there '
            "are no data or no plan any more: Inbound calls, Service level, Lost calls (LCR)."
        )
        assert (b.told.asked, b.statuses()) == ([], [])

        # They are back: that is over, and may be told another time.
        b.at_first()
        await b.corrections.check()
        assert b.told.words == {}

    told(story)


def test_a_day_that_lost_most_of_its_calls_is_not_believed_and_corrects_nothing(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        b.usual_days()
        await posted(b)
        b.emptied()
        b.usual_days()
        b.calls(answered(f"{DAY}T10:00"))
        b.house.plan("sl", "month", "2026-06-01", 70, "inhouse")
        b.clock("2026-06-18 08:31")
        await b.corrections.check()

        (text,) = b.told.words.values()
        assert plain(text).endswith("is not corrected by them: Calls, June 15: 1, and 20 are usual.")
        assert b.statuses() == []

    told(story)


def test_a_chat_that_put_us_out_is_told_once_and_the_others_are_corrected(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        await posted(b)
        b.at.far.chat(GROUPS[0]).status = "kicked"
        await late(b)
        await b.press("Correct")
        b.restart()
        await b.corrections.carry_out()
        await b.corrections.idle()
        await b.corrections.check()

        assert "Inbound calls: 12\n" in b.slack()
        assert list(b.told.words.values()) == [
            f'"Digest" ({DAY}) cannot be corrected in telegram:-101: the bot was removed from the chat, or blocked '
            "there. What stands there stays as it is."
        ]
        assert b.statuses() == ["applied"]
        shown = listing.as_document(b.at.state.do(listing.listed), b.project.localizer).blocks[1]
        states = {(row[3], row[4]): row[6] for row in shown.rows}  # type: ignore[union-attr]
        reason = "not corrected: the bot was removed from the chat, or blocked there"
        assert states["telegram:-101", "sent"] == reason
        assert any(chat == "slack:C1" and state.startswith("sent, corrected on") for chat, state in states)

    told(story)


def test_a_platform_that_is_away_is_tried_again(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        await posted(b)
        await late(b)
        b.at.far.fault("502", "editMessageText", times=3)
        b.at.slack.faults["chat.update"] = Fault("status", "503", times=4)
        await b.press("Correct")

        assert "Inbound calls: 12\n" in b.telegram()
        assert "Inbound calls: 12\n" in b.slack()
        assert len(group(b)) == len(b.at.slack.channels[ROOMS[0]].messages) == 1
        assert b.told.words == {}

    told(story)


def test_what_is_too_old_to_be_edited_has_its_correction_posted_under_it_once(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        await posted(b)
        group(b)[0].frozen = True
        b.at.slack.faults["chat.update"] = Fault("refuse", "edit_window_closed")
        await late(b)
        await b.press("Correct")
        await b.corrections.idle()

        first, below = group(b)
        assert (first.edited, below.reply_to) == (False, first.id)
        top, under = b.at.slack.channels[ROOMS[0]].messages
        assert (top.edited, under.thread) == (False, top.ts)
        for said in (below.text, under.shown):
            assert plain(said).startswith("Corrected on June 18: Inbound calls 10 → 12;")

    told(story)


def test_what_somebody_took_away_is_told_and_not_posted_again(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        await posted(b)
        b.at.far.chat(GROUPS[0]).messages.clear()
        await late(b)
        await b.press("Correct")

        assert group(b) == []
        assert "Inbound calls: 12\n" in b.slack()
        assert list(b.told.words.values()) == [
            f'Of "Digest" ({DAY}) in telegram:-101, what begins "Digest" is not there any more, and was not corrected.'
        ]

    told(story)


def test_after_a_week_a_post_is_compared_only_when_somebody_asks(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        await posted(b)
        week_ago = sa.update(DELIVERIES).values(created_at=sa.func.datetime("now", "-7 days", "-1 minute"))
        b.at.state.do(lambda c: c.execute(week_ago))
        await late(b)
        assert b.told.words == {}

    told(story)


def test_the_journal_has_the_figures_and_what_became_of_them(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        await posted(b)
        await late(b)
        await b.press("Correct")
        data = listing.as_data(b.at.state.do(listing.listed), Localizer("en", "Europe/Moscow"))["deliveries"]
        digest = next(each for each in data if each["platform"] == "telegram")

        level = next(each for each in digest["figures"] if each["key"] == "sl")
        assert {name: level[name] for name in ("numerator", "denominator", "plan", "verdict", "as_of")} == {
            "numerator": 8,
            "denominator": 12,
            "plan": 70,
            "verdict": "missed",
            "as_of": "2026-06-16T06:00:00+03:00",
        }
        assert digest["corrections"] == [
            {
                "day": "2026-06-18",
                "changes": [
                    {"key": "calls", "label": "Inbound calls", "was": "10", "now": "12"},
                    {"key": "sl", "label": "Service level", "was": "80% / 30 s", "now": "67% / 30 s"},
                    {"key": "lcr", "label": "Lost calls (LCR)", "was": "20%", "now": "33.3%"},
                ],
            }
        ]
        assert digest["corrected_at"]

    told(story)


def test_an_issue_that_is_being_posted_yet_is_corrected_when_it_is_there(told: Tell) -> None:
    async def story(b: Bureau) -> None:
        await posted(b)
        opened = sa.update(DELIVERIES).where(DELIVERIES.c.platform == "slack").values(status="open")
        await late(b)
        b.at.state.do(lambda c: c.execute(opened))
        await b.press("Correct")
        assert ("Inbound calls: 12\n" in b.telegram(), "Inbound calls: 12\n" in b.slack()) == (True, False)
        assert b.statuses() == ["applying"]

        await b.at.poster.resume()
        await b.at.poster.idle()
        await b.corrections.carry_out()
        await b.corrections.idle()
        assert "Inbound calls: 12\n" in b.slack()
        assert b.statuses() == ["applied"]

    told(story)


MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize(
    ("checked", "now", "due"),
    [
        (None, "05:29", False),  # 08:29 in Moscow
        (None, "05:30", True),
        (None, "15:00", True),  # it was started in the evening
        ("05:30", "05:31", False),
        ("05:29", "05:30", True),
        ("05:30", "20:59", False),
        ("05:30", "21:00", False),  # the next day has begun, and its hour has not struck
    ],
)
def test_once_a_day_from_its_hour_on(checked: str | None, now: str, due: bool) -> None:
    def at(clock: str) -> datetime:
        return datetime.fromisoformat(f"2026-06-18T{clock}")

    assert is_due("08:30", MOSCOW, at(checked) if checked else None, at(now)) is due
    assert not is_due("", MOSCOW, None, at(now))


def test_every_day_anew() -> None:
    assert is_due("08:30", MOSCOW, datetime(2026, 6, 18, 15), datetime(2026, 6, 19, 5, 30))
