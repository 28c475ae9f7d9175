"""Subscriptions from the first word to the last: made, posted when due, missed, stopped, cancelled.

Calls of Inhouse, in time of all, by day: 15 June 5 of 5, 16 June 8 of 10, 17 June 3 of 4.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot.subscriptions.store import SUBSCRIPTIONS
from tests.kit import answered, lost
from tests.subscriptions.conftest import Tell
from tests.subscriptions.office import ANNA, BORIS, GROUP, STRANGER, Office, buttons, target, text_of

BOTH = pytest.mark.parametrize("platform", ["telegram", "slack"])


def some_calls(at: Office) -> None:
    def day(number: int, in_time: int, missed: int) -> list[dict[str, object]]:
        begins = f"2026-06-{number}T09"
        return [
            *(answered(f"{begins}:{minute:02}", wait=10, line="inhouse") for minute in range(in_time)),
            *(lost(f"{begins}:{30 + minute}", wait=60, line="inhouse") for minute in range(missed)),
        ]

    at.house.calls(*day(15, 5, 0), *day(16, 8, 2), *day(17, 3, 1), complete_to="2026-06-18T00:00")


@BOTH
def test_it_comes_every_morning_about_the_day_before_once(told: Tell, platform: str) -> None:
    async def story(at: Office) -> None:
        some_calls(at)
        made = text_of(await at.says("/subscribe sl inhouse daily 09:30", platform=platform))
        assert "Subscription 1: Service level, Inhouse, yesterday, every day at 09:30." in made
        assert "June 17, 09:30" in made
        assert 'No period was named: it is about "yesterday"' in made

        await at.tick("2026-06-17T09:29")
        assert at.stands(platform) == []
        await at.tick("2026-06-17T09:30")
        await at.tick("2026-06-17T09:31")
        (first,) = _told(at, platform)
        assert "8 of 10" in first
        assert "yesterday, June 16" in first
        assert "Subscription 1, every day at 09:30." in first

        # Yesterday is another day a day later.
        await at.tick("2026-06-18T09:30")
        _, second = _told(at, platform)
        assert "3 of 4" in second
        assert "yesterday, June 17" in second

    told(story)


@BOTH
def test_the_brief_comes_on_weekday_mornings_with_the_day_before(told: Tell, platform: str) -> None:
    async def story(at: Office) -> None:
        some_calls(at)
        made = text_of(await at.says("/subscribe brief weekdays 09:00", platform=platform))
        assert "Subscription 1: morning brief, yesterday, from Monday to Friday at 09:00." in made

        await at.tick("2026-06-17T09:00")
        (first,) = _told(at, platform)
        # Of Tuesday's ten calls two were lost.
        assert first.startswith("Morning brief: yesterday, June 16")
        assert "20%" in first

    told(story)


@BOTH
def test_a_reminder_of_what_is_no_question_comes_once_in_its_own_words(told: Tell, platform: str) -> None:
    async def story(at: Office) -> None:
        some_calls(at)
        asked = text_of(await at.says("remind me tomorrow at 18:00 to call Ivan back", platform=platform))
        assert "Remind you on June 17 at 18:00: call Ivan back?" in asked
        assert "June 17 at 18:00: call Ivan back" in text_of(await at.says("yes", platform=platform))
        assert "call Ivan back" in text_of(await at.says("/subscriptions", platform=platform))

        at.restart()
        for moment in ("2026-06-16T18:00", "2026-06-17T18:00", "2026-06-17T18:01", "2026-06-18T18:00"):
            await at.tick(moment)
        (reminder,) = _told(at, platform)
        assert "A reminder that you asked for." in reminder
        assert "call Ivan back" in reminder

    told(story)


@BOTH
def test_a_reminder_comes_once_at_its_time_also_after_a_restart(told: Tell, platform: str) -> None:
    async def story(at: Office) -> None:
        some_calls(at)
        asked = text_of(await at.says("remind me tomorrow at 18:00 of sl inhouse", platform=platform))
        assert "Remind you on June 17 at 18:00: Service level, Inhouse, today?" in asked
        assert "I will remind you on June 17 at 18:00" in text_of(await at.says("yes", platform=platform))

        at.restart()
        await at.tick("2026-06-16T18:00")
        await at.tick("2026-06-17T17:59")
        assert at.stands(platform) == []
        await at.tick("2026-06-17T18:00")
        at.restart()
        for later in ("2026-06-17T18:01", "2026-06-18T18:00", "2027-06-17T18:00"):
            await at.tick(later)
        (reminder,) = _told(at, platform)
        assert "A reminder that you asked for." in reminder
        assert "3 of 4" in reminder

    told(story)


@pytest.mark.parametrize(
    ("said", "question", "when"),
    [
        ("/subscribe sl inhouse weekly mon", "Service level, Inhouse, last week", "on Mondays at 09:30"),
        ("/subscribe sl inhouse mon,thu 18:00", "Service level, Inhouse, today", "on Mondays, Thursdays at 18:00"),
        ("/подписка сл инхаус вчера по часам по будням в 9:15", "Service level, Inhouse, вчера, по часам", "понедельн"),
        (
            "/subscribe sl inhouse yesterday 11:00-13:00 daily 10:00",
            "Service level, Inhouse, yesterday, 11:00–13:00",
            "at 10:00",
        ),
        (
            "подпиши меня на почему sl inhouse ежедневно в 9",
            "почему, Service level, Inhouse, вчера, к плану",
            "в 09:00",
        ),
        ("/subscribe sl weekdays", "Service level, yesterday, by line", "from Monday to Friday at 09:30"),
    ],
)
def test_what_is_subscribed_to_is_said_in_full(told: Tell, said: str, question: str, when: str) -> None:
    async def story(at: Office) -> None:
        some_calls(at)
        made = text_of(await at.says(said))
        assert f"{question}, " in made
        assert when in made.replace("по будням", "понедельн")

    told(story)


def test_a_restart_or_a_kill_repeats_nothing(told: Tell) -> None:
    async def story(at: Office) -> None:
        some_calls(at)
        await at.says("/subscribe sl inhouse daily 09:30")
        at.restart()
        await at.tick("2026-06-17T09:30")
        assert len(_told(at)) == 1

        # Killed after it was posted, before that was written.
        with at.scene.state.engine.begin() as connection:
            connection.execute(SUBSCRIPTIONS.update().values(done_to=SUBSCRIPTIONS.c.created_at))
        at.restart()
        await at.tick("2026-06-17T09:31")
        assert len(_told(at)) == 1

    told(story)


def test_after_days_off_comes_the_newest_alone_and_says_that_it_is_late(told: Tell) -> None:
    async def story(at: Office) -> None:
        some_calls(at)
        await at.says("/subscribe sl inhouse daily 09:30")
        await at.tick("2026-06-18T13:00")

        (only,) = _told(at)
        assert "This post is late: it was due on June 18, 09:30." in only
        assert "3 of 4" in only

        # Four hours are its window: what is later than that is not posted at all.
        await at.tick("2026-06-19T13:31")
        assert len(_told(at)) == 1

    told(story)


def test_what_was_due_before_midnight_is_about_that_day(told: Tell) -> None:
    async def story(at: Office) -> None:
        some_calls(at)
        await at.says("/subscribe sl inhouse today daily 23:50")
        await at.tick("2026-06-17T00:20")

        (only,) = _told(at)
        assert "8 of 10" in only  # 16 June

    told(story)


def test_who_may_make_one_for_a_chat_and_for_themselves(told: Tell) -> None:
    async def story(at: Office) -> None:
        some_calls(at)
        refused = text_of(await at.says("/subscribe sl inhouse daily", BORIS, group=True))
        assert "those whose role says" in refused
        assert "1: Service level, Inhouse" in text_of(await at.says("/subscribe sl inhouse daily", BORIS))
        assert "2: Service level, Inhouse" in text_of(await at.says("/subscribe sl inhouse daily", ANNA, group=True))
        # What the chat may not ask, its subscriptions may not tell, whoever makes them.
        assert "not open to you" in text_of(await at.says("/subscribe sl akc daily", ANNA, group=True))
        assert "not open to you" in text_of(await at.says("/subscribe aht inhouse daily", BORIS))
        assert "We have not met" in text_of(await at.says("/subscribe sl inhouse daily", STRANGER))

        await at.tick("2026-06-17T09:30")
        assert [len(_told(at, person=BORIS)), len(_told(at, group=True))] == [1, 1]
        assert "those whose role says" in text_of(await at.says("/unsubscribe 2", BORIS, group=True))
        assert "is cancelled" in text_of(await at.says("/unsubscribe 2", ANNA, group=True))

    told(story)


@pytest.mark.parametrize(
    ("roles", "people", "why"),
    [
        ('[roles.line]\nmetrics = ["calls"]\n', "", "not open to you"),
        ('[roles.line]\nlines = ["akc"]\n', "", "not open to you"),
        ('[roles.line]\nlines = ["inhouse"]\nsubscribe = "none"\n', "", "does not allow it any more"),
        ("", '\n[[people]]\nid = "telegram:1000"\nrole = "head"\n', "does not allow it any more"),
    ],
)
def test_where_a_role_is_less_than_it_was_one_word_is_said_and_no_number(
    told: Tell, roles: str, people: str, why: str
) -> None:
    async def story(at: Office) -> None:
        some_calls(at)
        await at.says("/subscribe sl inhouse daily 09:30", BORIS)
        at.restart(roles=roles, people=people)
        for day in (17, 18):
            await at.tick(f"2026-06-{day}T09:30")

        (only,) = _told(at, person=BORIS)
        assert 'Subscription 1 to "sl inhouse yesterday" is over.' in only
        assert why in only
        assert "8 of 10" not in only

    told(story)


def test_what_is_not_clear_is_one_press_away(told: Tell) -> None:
    async def story(at: Office) -> None:
        some_calls(at)
        never = await at.says("/subscribe sl inhouse")
        assert "How often is this to come: sl inhouse? Add daily 09:30" in text_of(never)
        assert "1: Service level, Inhouse, last week" in text_of(await at.says(buttons(never)["weekly mon 09:30"]))

        misspelt = await at.says("/subscribe sl inhose yesterday daily 10:00")
        assert 'There is no line "inhose"' in text_of(misspelt)
        assert "2: Service level, Inhouse, yesterday" in text_of(await at.says(next(iter(buttons(misspelt).values()))))

        assert "can be subscribed to" in text_of(await at.says("/subscribe lines daily"))
        assert "Say what is to come" in text_of(await at.says("/subscribe daily 09:30"))

    told(story)


def test_they_are_listed_and_cancelled_and_there_is_an_end_to_them(told: Tell) -> None:
    async def story(at: Office) -> None:
        some_calls(at)
        assert "Make one like this: /subscribe" in text_of(await at.says("/subscriptions"))
        await at.says("/subscribe sl inhouse daily 09:30")
        await at.says("/subscribe calls inhouse weekdays 18:00")
        again = text_of(await at.says("/subscribe sl inhouse daily 09:30"))
        assert "Subscription 1:" in again
        assert "no more can be" in text_of(await at.says("/subscribe lcr inhouse daily"))

        found = await at.says("/подписки")
        assert "1. Service level, Inhouse, вчера — ежедневно в 09:30" in text_of(found)
        assert "2. Объём входящих звонков, Inhouse, сегодня — по будням в 18:00" in text_of(found)
        await at.says(buttons(found)["Отменить 1"])
        await at.tick("2026-06-17T09:30")
        assert _told(at) == []
        # A number of somebody else's is no number here.
        await at.says("/subscribe sl inhouse daily 09:30", BORIS)
        assert "2. Объём входящих звонков" in text_of(await at.says("/unsubscribe 3"))

    told(story, more="\n[subscriptions]\nper_chat = 2\n")


def test_records_that_cannot_be_read_are_waited_for_and_then_told_of(told: Tell) -> None:
    async def story(at: Office) -> None:
        some_calls(at)
        await at.says("/subscribe sl inhouse daily 09:30")
        manifest = at.root / "records" / "manifest.json"
        good = manifest.read_bytes()
        manifest.write_bytes(b"{")
        await at.tick("2026-06-17T09:30")
        await at.tick("2026-06-17T09:35")
        assert _told(at) == []
        await at.tick("2026-06-17T09:41")
        (only,) = _told(at)
        assert "could not be answered this time; it comes again on June 18, 09:30." in only

        manifest.write_bytes(good)
        await at.tick("2026-06-18T09:30")
        assert "3 of 4" in _told(at)[1]

    told(story)


@BOTH
def test_a_chat_that_is_gone_ends_all_that_was_to_be_told_there(told: Tell, platform: str) -> None:
    async def story(at: Office) -> None:
        some_calls(at)
        for when in ("daily 09:30", "daily 18:00"):
            await at.says(f"/subscribe sl inhouse {when}", platform=platform, group=True)
        await at.says("/alert sl inhouse < 80%", platform=platform, group=True)
        if platform == "telegram":
            at.scene.far.chat(GROUP).status = "kicked"
        else:
            del at.scene.slack.channels["C1"]
        await at.tick("2026-06-17T09:30")
        await at.tick("2026-06-17T18:00")

        chat = target(platform, group=True).chat
        about = [said for said in at.scene.told.words.values() if "takes nothing from me" in said]
        assert about == [f"{chat} takes nothing from me any more: its subscriptions (2) and alerts (1) are ended."]
        with at.scene.state.engine.connect() as connection:
            ended = connection.scalars(sa.select(SUBSCRIPTIONS.c.ended_by)).all()
        assert ended == ["chat closed", "chat closed"]

    told(story)


def _told(at: Office, platform: str = "telegram", person: int = ANNA, *, group: bool = False) -> list[str]:
    """The messages that have words, as they stand."""
    return [each.replace("\N{NO-BREAK SPACE}", " ") for each in at.stands(platform, person, group=group) if " " in each]
