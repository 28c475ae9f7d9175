"""Alerts on the service level of Inhouse, from the word that sets one to the word that it is over.

Calls of ten minutes come together: `calls("12:00", 3, 2)` are three in time and two lost from 12:00 on. The window is
the last half hour of the records.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from bot.alerts import store
from tests.kit import answered, lost
from tests.subscriptions.conftest import Tell
from tests.subscriptions.office import ANNA, BORIS, Office, buttons, text_of

BOTH = pytest.mark.parametrize("platform", ["telegram", "slack"])


def calls(at: Office, clock: str, in_time: int, missed: int, until: str | None = None, day: str = "2026-06-16") -> None:
    """Ten minutes of calls; the records end with them, or at another moment."""
    begins = datetime.fromisoformat(f"{day}T{clock}")
    moments = [f"{begins + timedelta(seconds=20 * n):%Y-%m-%dT%H:%M:%S}" for n in range(in_time + missed)]
    at.house.calls(
        *(answered(moment, wait=10, line="inhouse") for moment in moments[:in_time]),
        *(lost(moment, wait=60, line="inhouse") for moment in moments[in_time:]),
        complete_to=f"{day}T{until}" if until else f"{begins + timedelta(minutes=10):%Y-%m-%dT%H:%M}",
    )


def messages(at: Office, platform: str = "telegram", person: int = ANNA, *, group: bool = False) -> list[str]:
    """The messages with words, with plain spaces, without marks of style and the numbers of pictures."""
    found = [
        re.sub(r"#\d+|[*_]", "", each).replace("\N{NO-BREAK SPACE}", " ")
        for each in at.stands(platform, person, group=group)
    ]
    return [each for each in found if " " in each]


async def bad_half_hour(at: Office, said: str = "/alert sl inhouse < 80% for 30m", **where: object) -> str:
    """Set an alert while all is well; then half an hour, from noon to 12:30, in which 6 of 10 are in time."""
    calls(at, "11:30", 10, 0, "12:00")
    made = text_of(await at.says(said, **where))  # type: ignore[arg-type]
    await at.tick()
    calls(at, "12:00", 2, 2)
    calls(at, "12:10", 4, 2, "12:30")
    await at.tick("2026-06-16T12:30")
    return made


@BOTH
def test_one_message_is_posted_changed_as_it_develops_and_says_when_it_is_over(told: Tell, platform: str) -> None:
    async def story(at: Office) -> None:
        made = await bad_half_hour(at, platform=platform)
        assert "Alert 1: Service level, Inhouse below 80%, over the last 30 minutes of the records." in made
        assert "Now: 100% (in time: 10 of 10 calls) as of June 16, 12:00." in made
        assert "Over fewer than 5 events nothing is concluded." in made

        (first,) = messages(at, platform)
        assert "Alert: Service level, Inhouse below 80%" in first
        assert "Last 30 minutes: 60%" in first
        assert "6 of 10 calls" in first
        assert "Since June 16, 12:30." in first
        assert "Data as of June 16, 12:30." in first
        assert _pictures(at, platform) == 1

        # 12:10-12:40 has 5 of 12 in time: 41.7 %.
        calls(at, "12:30", 1, 5)
        await at.tick("2026-06-16T12:40")
        (second,) = messages(at, platform)
        assert "Last 30 minutes: 42%" in second
        assert "At worst 42%, June 16, 12:40." in second

        # 12:40-13:10 has 10 of 10: within the bound since 13:10, and for good at 13:40.
        calls(at, "12:50", 10, 0, "13:10")
        await at.tick("2026-06-16T13:10")
        assert "Within the bound since June 16, 13:10." in messages(at, platform)[0]
        calls(at, "13:20", 10, 0, "13:40")
        await at.tick("2026-06-16T13:40")
        (last,) = messages(at, platform)
        assert "Over: Service level, Inhouse below 80%" in last
        assert "From June 16, 12:30 to June 16, 13:10, 40 min. At worst 42%, June 16, 12:40." in last
        assert _pictures(at, platform) == (1 if platform == "telegram" else 2)

        # And again it is armed.
        calls(at, "13:40", 0, 10)
        await at.tick("2026-06-16T13:50")
        assert len(messages(at, platform)) == 2

    told(story)


def _pictures(at: Office, platform: str) -> int:
    if platform == "telegram":
        return sum(message.picture is not None for message in at.scene.far.answers(ANNA))
    shown = at.scene.slack.channels[f"D{ANNA}"].messages
    first = shown[0].ts
    with_files = [message for message in shown if message.files]
    assert all(message.thread == first for message in with_files)  # they stand under the message
    return len(with_files)


def test_the_day_is_taken_apart_against_its_plan(told: Tell) -> None:
    async def story(at: Office) -> None:
        at.house.plan("sl", "month", "2026-06-01", 80, "inhouse")
        await bad_half_hour(at)

        # The day has 16 of 20, which is the plan to the point: there is nothing to take apart.
        assert "against the plan" not in messages(at)[0]
        calls(at, "12:30", 0, 10)
        await at.tick("2026-06-16T12:40")
        # 16 of 30 are 53.3 %, 26.7 points below; 12:00 has 6 of 20: (6 - 0.8 x 20) / 30 = -33.3 points.
        (second,) = messages(at)
        assert "The day against the plan: 12:00–13:00 missed the target: −33.3 pp, all the rest +6.7 pp." in second
        # By the hour there are two that did harm, as soon as 13:00 has 2 of 8: (2 - 6.4) / 38 = -11.6 points.
        calls(at, "13:00", 2, 6)
        await at.tick("2026-06-16T13:10")
        assert "• 13:00: −11.6 pp (25%)" in messages(at)[0]

    told(story)


def test_a_restart_in_the_middle_neither_repeats_nor_forgets(told: Tell) -> None:
    async def story(at: Office) -> None:
        await bad_half_hour(at)
        at.restart()
        calls(at, "12:30", 1, 5)
        await at.tick("2026-06-16T12:40")
        at.restart()
        calls(at, "12:50", 10, 0, "13:10")
        await at.tick("2026-06-16T13:10")
        at.restart()
        calls(at, "13:20", 10, 0, "13:40")
        await at.tick("2026-06-16T13:40")

        (only,) = messages(at)
        assert "Over: " in only
        assert at.scene.state.do(store.episodes) == []  # there is nothing left to tell

    told(story)


def test_killed_before_it_is_written_that_it_was_posted_it_is_posted_once(told: Tell) -> None:
    from bot.alerts.store import ALERT_EPISODES

    async def story(at: Office) -> None:
        await bad_half_hour(at)
        with at.scene.state.engine.begin() as connection:
            connection.execute(ALERT_EPISODES.update().values(stage="new", shown=None, shown_at=None, apart=False))
        at.restart()
        calls(at, "12:30", 1, 5)
        await at.tick("2026-06-16T12:40")
        await at.tick("2026-06-16T12:46")
        assert len(messages(at)) == 1

    told(story)


def test_it_holds_while_records_are_old_or_too_few_and_says_so(told: Tell) -> None:
    async def story(at: Office) -> None:
        calls(at, "12:00", 0, 4)
        at.at("2026-06-16T12:10")
        few = text_of(await at.says("/alert sl inhouse ниже 80 % 30 минут"))
        assert "за это время 4 события, нужно не меньше 5" in few
        await at.tick()
        assert messages(at) == []

        # Now there are enough, but when it is looked at the records ended 31 minutes ago.
        calls(at, "12:10", 0, 4, "12:20")
        await at.tick("2026-06-16T12:51")
        assert messages(at) == []
        assert "выводов нет: данные есть только до 16 июня, 12:20" in text_of(await at.says("/alerts"))

        calls(at, "12:30", 0, 6, "12:50")
        await at.tick("2026-06-16T12:52")
        assert len(messages(at)) == 1
        # And what was told does not end while nobody knows.
        await at.tick("2026-06-16T15:00")
        assert "Закончилось" not in messages(at)[0]
        assert "вне нормы с 16 июня, 12:50" in text_of(await at.says("/alerts"))

    told(story)


def test_in_quiet_hours_nothing_begins_to_speak_and_what_passed_is_a_line_afterwards(told: Tell) -> None:
    async def story(at: Office) -> None:
        calls(at, "21:00", 10, 0, day="2026-06-15")
        at.at("2026-06-15T21:10")
        made = text_of(await at.says("/alert sl inhouse < 80% for 30m quiet 22:00-08:00"))
        assert "It is silent from 22:00 to 08:00." in made
        calls(at, "23:00", 4, 6, day="2026-06-15")
        await at.tick("2026-06-15T23:10")
        # Over at 23:50: right since 23:40, told of at 00:10 as over.
        calls(at, "23:30", 10, 0, "23:40", day="2026-06-15")
        await at.tick("2026-06-15T23:40")
        calls(at, "00:00", 10, 0)
        await at.tick("2026-06-16T00:10")
        # Another begins at 07:50 and goes on.
        calls(at, "07:40", 3, 7)
        await at.tick("2026-06-16T07:50")
        assert messages(at) == []

        await at.tick("2026-06-16T08:00")
        goes_on, passed = messages(at)
        assert "Since June 16, 07:50." in goes_on
        assert "While I was silent:" in passed
        assert "below 80% from June 15, 23:10 to June 15, 23:40, at worst 40%." in passed
        await at.tick("2026-06-16T08:01")
        assert len(messages(at)) == 2

    told(story)


def test_a_message_is_changed_every_five_minutes_at_most_but_its_end_at_once(told: Tell) -> None:
    async def story(at: Office) -> None:
        await bad_half_hour(at)
        for minute in range(31, 36):
            calls(at, f"12:{minute - 2}", 0, 1, f"12:{minute}")
            await at.tick(f"2026-06-16T12:{minute}")
            assert f"Data as of June 16, 12:{30 if minute < 35 else 35}." in messages(at)[0]

    told(story)


def test_where_nobody_knows_whether_it_arrived_its_end_is_told_all_the_same(told: Tell) -> None:
    async def story(at: Office) -> None:
        at.scene.far.fault("after", "sendPhoto")
        await bad_half_hour(at)
        calls(at, "12:50", 10, 0, "13:10")
        await at.tick("2026-06-16T13:10")
        calls(at, "13:20", 10, 0, "13:40")
        await at.tick("2026-06-16T13:40")

        first, last = messages(at)
        assert "Alert: " in first
        assert "Over: " in last

    told(story)


@pytest.mark.parametrize("gone", [True, False])
def test_what_cannot_be_changed_any_more_is_answered_when_it_is_over(told: Tell, gone: bool) -> None:
    async def story(at: Office) -> None:
        await bad_half_hour(at)
        if gone:
            at.scene.far.chat(ANNA).messages.clear()
        else:
            at.scene.far.answers(ANNA)[0].frozen = True
        calls(at, "12:50", 10, 0, "13:10")
        await at.tick("2026-06-16T13:10")
        calls(at, "13:20", 10, 0, "13:40")
        await at.tick("2026-06-16T13:40")

        found = messages(at)
        if gone:
            assert found == []  # who took it away does not want it
        else:
            assert len(found) == 2
            assert "Over: " in found[1]

    told(story)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/alert sl inhouse", "An alert needs a condition. Write it like /alert sl inhouse < 80% for 30m."),
        ("/alert calls inhouse", "Write it like /alert calls inhouse > 50 for 30m."),
        ("/alert sl inhouse < 80% sometimes", 'This is not understood: "sometimes".'),
        ("/alert sl inhouse < 5m", 'The metric "Service level" is counted in per cent, as 80%; "5m" cannot be.'),
        ("/alert sl inhouse < 180%", '"180%" cannot be'),
        ("/alert aht inhouse > 5m for 1h", "Average handling time (AHT), Inhouse above 300 s, over the last 60"),
        ("/alert sl inhouse < 80% for 3m", "An alert is over 5 minutes to 24 hours of the records."),
        ("/alert sl inhouse yesterday < 80%", "An alert is on one metric"),
        ("/alert sl by agent < 80%", "An alert is on one metric"),
        ("/alert sl < 80%", "Alert 1: Service level below 80%"),
        ("/alert lcr инхаус больше 3%", "Inhouse выше 3%"),
        ("/alerts", "Make one like this: /alert sl < 80% for 30m"),
        ("/alert off 7", "Make one like this"),
    ],
)
def test_what_is_set_is_said_and_what_cannot_be_set_is_explained(told: Tell, said: str, answer: str) -> None:
    async def story(at: Office) -> None:
        calls(at, "11:50", 10, 0)
        assert answer in text_of(await at.says(said))

    told(story)


def test_a_misspelt_line_is_one_press_away(told: Tell) -> None:
    async def story(at: Office) -> None:
        calls(at, "11:50", 10, 0)
        unclear = await at.says("/alert sl inhose < 80% for 45m quiet off")
        assert 'There is no line "inhose"' in text_of(unclear)
        made = await at.says(next(iter(buttons(unclear).values())))
        assert "Inhouse below 80%, over the last 45 minutes" in text_of(made)

        assert "is off" in text_of(await at.says(buttons(made)["Turn off 1"]))
        assert "Make one like this" in text_of(await at.says("/alerts"))

    told(story)


def test_a_role_that_is_less_than_it_was_ends_an_alert_with_one_word(told: Tell) -> None:
    async def story(at: Office) -> None:
        await bad_half_hour(at, person=BORIS)
        assert "not open to you" in text_of(await at.says("/alert sl akc < 80%", BORIS))
        assert "those whose role says" in text_of(await at.says("/alert sl inhouse < 80%", BORIS, group=True))
        assert len(messages(at, person=BORIS)) == 1
        at.restart(roles='[roles.line]\nmetrics = ["calls"]\nlines = ["inhouse"]\n')
        calls(at, "12:30", 1, 5)
        await at.tick("2026-06-16T12:40")
        await at.tick("2026-06-16T12:41")

        first, last = messages(at, person=BORIS)
        assert "42%" not in first
        assert 'Alert 1 on "Service level" is over.' in last
        assert "%" not in last

    told(story)


def test_of_a_chat_everybody_sees_it_and_chats_do_not_wait_for_each_other(told: Tell) -> None:
    async def story(at: Office) -> None:
        await at.says("/alert sl inhouse < 80%", ANNA, "slack", group=True)
        at.scene.far.fault("429", "sendPhoto", seconds=1)
        await bad_half_hour(at, group=True)

        assert len(messages(at, group=True)) == 1
        assert len(messages(at, "slack", group=True)) == 1

    told(story)


def test_all_figures_of_one_look_are_one_statement_a_window(told: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    from metrics import calculator

    statements: list[object] = []
    run = calculator.run

    def counted(*given: object) -> object:
        statements.append(given)
        return run(*given)  # type: ignore[arg-type]

    async def story(at: Office) -> None:
        calls(at, "11:50", 10, 0)
        for n in range(10, 30):
            await at.says(f"/alert sl inhouse < {n}%")
            await at.says(f"/alert calls inhouse > {n * 10}")
        calls(at, "12:00", 10, 0)
        at.at("2026-06-16T12:10")
        statements.clear()
        await at.bot.alerts.tick()
        assert len(statements) == 1

    monkeypatch.setattr(calculator, "run", counted)
    told(story, more="\n[alerts]\nper_chat = 50\n\n[questions]\nper_minute = 100\n")


def test_its_buttons_ask_about_the_day_it_was(told: Tell) -> None:
    async def story(at: Office) -> None:
        await bad_half_hour(at)
        (message,) = at.scene.far.answers(ANNA)
        assert message.data("Why") == "+why sl inhouse 2026-06-16"

    told(story)
