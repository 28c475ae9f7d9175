"""A contest from its first day to the winners, post by post. The totals are those of `june`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

import charts
from bot.channels.files.render import text
from bot.contests.ledger import adjust, memo_of, opt_in, opt_out, posted_of
from bot.contests.posts import DailyPost, rating
from digests.contest.rating import PLACES, PSEUDONYMS
from digests.document import Picture
from digests.localizer import Localizer
from digests.request import Rating
from metrics.contests.rules import PostedRating
from tests.contests.conftest import Open
from tests.contests.june import Office, reservation
from tests.kit import MOSCOW


def said(made: DailyPost | None) -> str:
    assert made is not None
    return text(made.document).replace("\N{NO-BREAK SPACE}", " ")


def lines(made: DailyPost | None) -> list[str]:
    """The rows of people."""
    return [line[2:] for line in said(made).splitlines() if line.startswith("• ")]


def asked(office: Office, now: str, of: str | None, agent: str | None, *, named: bool = True) -> str:
    office.house.now = office.house.utc(now)
    asks = Rating(None, of)
    document = rating(
        office.house.calculator(), office.spec, office.ledger, office.localizer, asks, named=named, agent=agent
    )
    return text(document).replace("\N{NO-BREAK SPACE}", " ")


def test_a_picture_that_breaks_leaves_the_post_whole(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    office = opened()
    whole = office.post("2026-06-16 10:00")
    assert whole is not None

    def broken(_: object) -> bytes:
        raise RuntimeError("no glyph")

    monkeypatch.setattr(charts, "draw", broken)
    made = office.post("2026-06-16 10:00")
    assert made is not None
    assert made.document.blocks == tuple(block for block in whole.document.blocks if not isinstance(block, Picture))


def test_places_movement_gaps_and_who_is_just_behind(opened: Open) -> None:
    office = opened()
    office.posted("2026-06-11 10:00")
    made = office.post("2026-06-16 10:00")

    # On the 11th: Анна 3, Борис and Вера 2, Глеб 1. Now Борис 5, Анна 4, Вера and Глеб 2, Дарья 1.
    assert lines(made) == [
        "1. Борис Образцов: 5, ▲1",
        "2. Анна Примерова: 4, ▼1, 1 до 1-го места",
        "3. Вера Условная: 2, ▼1, 2 до 2-го места",
        "3. Глеб Пробный: 2, ▲1, 2 до 2-го места",
        "5. Дарья Мнимая: 1, впервые, 1 до финала",
    ]
    assert said(made).startswith("Курс на пентхаус: рейтинг на 16 июня\nБорис Образцов впереди, Анна Примерова отстаёт")
    assert "отстаёт на 1 резерв." in said(made)
    assert "До конца 14 дней. В финале 3 места, порог сейчас: 2 резерва." in said(made)
    assert "Вне рейтинга, в данных не указано, чьё: 2." in said(made)
    assert "Сдвиг мест — к рейтингу на 11 июня, 10:00. " in said(made)
    assert "Данные на 16 июня, 10:00." in said(made)


def test_before_anything_was_posted_places_are_compared_with_the_day_before(opened: Open) -> None:
    made = opened().post("2026-06-15 10:02:30")

    # By the end of the 14th: Анна 3, Борис 2, Вера 2, Глеб 1; two and a half minutes into the 15th Борис has 5.
    assert lines(made)[:2] == ["1. Борис Образцов: 5, ▲1", "2. Анна Примерова: 4, ▼1, 1 до 1-го места"]
    assert "к рейтингу на 14 июня." in said(made)


def test_equal_totals_stand_by_who_was_there_earlier_where_the_contest_says_so(opened: Open) -> None:
    # Вера has had two since 10:01 of the 10th, Глеб since the 15th; the last place of the final is hers alone.
    made = opened(ties="earlier").post("2026-06-16 10:00")

    assert lines(made)[2:4] == ["3. Вера Условная: 2, =, 3 до 2-го места", "4. Глеб Пробный: 2, =, 1 до финала"]
    assert "порог сейчас: 3 резерва" in said(made)
    assert "При равенстве впереди тот, кто раньше набрал столько же." in said(made)


def test_late_records_change_the_next_rating_and_are_said_in_it(opened: Open) -> None:
    office = opened()
    office.posted("2026-06-16 10:00")
    # One of Борис's was not made during a call after all, and two of the 12th are found to be Дарья's.
    wrong = {**reservation("2026-06-15", "b", 0), "in_call": False}
    late = [reservation("2026-06-12", "d", number) for number in range(2)]
    office.house.put("reservations", [wrong, *late])
    made = office.posted("2026-06-17 10:00")

    assert lines(made)[:3] == [
        "1. Анна Примерова: 4, ▲1",
        "1. Борис Образцов: 4, =",
        "3. Дарья Мнимая: 3, ▲2, 1 до 1-го места",
    ]
    assert "Анна Примерова и Борис Образцов вровень впереди: по 4." in said(made)
    assert "ПОПРАВКИ\n• Борис Образцов: 4 вместо 5 на 16 июня, 10:00, данные уточнены." in said(made)
    assert "• Дарья Мнимая: 3 вместо 1 на 16 июня, 10:00, данные уточнены." in said(made)
    # Said once: the next post stands upon what this one said.
    assert "ПОПРАВКИ" not in said(office.post("2026-06-18 10:00"))


def test_an_adjustment_is_said_once_with_its_author_and_reason(opened: Open) -> None:
    office = opened()
    office.posted("2026-06-16 10:00")
    at = office.house.now
    office.state.do(adjust, "june", "v", Decimal(2), author="И. Судья", reason="бронь записали на другого", at=at)
    made = office.posted("2026-06-17 10:00")

    assert "2. Вера Условная: 4, ▲1, 1 до 1-го места" in lines(made)
    assert "ПОПРАВКИ\n• Вера Условная: +2, бронь записали на другого (И. Судья)." in said(made)
    assert "данные уточнены" not in said(made)
    again = office.post("2026-06-18 10:00")
    assert "2. Вера Условная: 4, =, 1 до 1-го места" in lines(again)
    assert "ПОПРАВКИ" not in said(again)


def test_who_wishes_no_place_is_not_named_anywhere_and_may_come_back(opened: Open) -> None:
    office = opened()
    office.posted("2026-06-16 10:00")
    office.state.do(opt_out, "june", "b", office.house.now)
    made = office.post("2026-06-17 10:00")

    assert lines(made)[0] == "1. Анна Примерова: 4, ▲1"
    assert "Борис" not in said(made)
    office.state.do(opt_in, "june", "b")
    assert lines(office.post("2026-06-17 10:00"))[0] == "1. Борис Образцов: 5, ="


def test_on_the_last_day_the_rating_stands_still_and_then_come_the_winners(opened: Open) -> None:
    office = opened()
    office.posted("2026-06-29 10:00")
    last = office.posted("2026-06-30 20:00")

    # Вера's four of the last day are everybody's suspense.
    assert lines(last)[0] == "1. Борис Образцов: 5, ="
    assert "Сегодня последний день: рейтинг застыл на 29 июня, 23:59, итоги завтра." in said(last)
    assert not last.posted.closing
    # Who asks in the night does not learn it before the post either.
    assert "Вера Условная: 6" not in asked(office, "2026-07-01 03:00", None, None)
    assert "Конкурс окончен, итоги — в следующем выпуске." in asked(office, "2026-07-01 03:00", None, None)

    closing = office.posted("2026-07-01 10:00")
    assert closing.posted.closing
    assert said(closing).startswith("Курс на пентхаус: итоги\nВера Условная побеждает: 6 резервов.")
    assert lines(closing) == [
        "1. Вера Условная: 6, приз: велосипед",
        "2. Борис Образцов: 5, приз: самокат",
        "3. Анна Примерова: 4",
    ]
    assert "И ещё 2: от 1 до 2." in said(closing)
    assert office.post("2026-07-02 10:00") is None
    assert "1. Вера Условная: 6" in asked(office, "2026-07-02 10:00", None, None)


def test_without_a_freeze_the_last_day_is_a_day_like_others(opened: Open) -> None:
    made = opened(freeze=False).post("2026-06-30 20:00")

    assert lines(made)[0] == "1. Вера Условная: 6, ▲2"
    assert "Сегодня последний день." in said(made)


def test_the_winners_wait_for_the_records_of_the_last_day(opened: Open) -> None:
    office = opened()
    office.house.now = office.house.utc("2026-07-01 10:00")
    lake = office.house.lake
    with lake.writing() as manifest:
        from dataclasses import replace

        state = manifest.table("reservations")
        lake.commit(replace(manifest, tables={**manifest.tables, "reservations": replace(state, complete_to=None)}))
    made = office.post("2026-07-01 10:00")

    assert made is not None
    assert not made.posted.closing
    assert "Конкурс окончен, итоги — в следующем выпуске." in said(made)


def test_before_the_first_day_there_is_nothing_to_post_and_then_nobody_has_scored(opened: Open) -> None:
    office = opened()

    assert office.post("2026-05-31 10:00") is None
    assert "Конкурс начнётся 1 июня." in asked(office, "2026-05-31 10:00", None, None)
    made = office.post("2026-06-02 10:00")
    assert made is not None
    assert "Пока ни у кого нет результата: все места свободны." in said(made)
    assert [block for block in made.document.blocks if isinstance(block, Picture)] == []


def test_a_minimum_that_nobody_reached_has_no_winner_and_says_so(opened: Open) -> None:
    made = opened(minimum=10).post("2026-07-01 10:00")

    assert "Минимум не набрал никто: 10 резервов." in said(made)
    assert "приз" not in said(made)
    assert "И ещё 5: от 1 до 6." in said(made)


def test_names_are_shown_to_roles_that_name_agents_and_to_nobody_where_places_are_enough(opened: Open) -> None:
    for made in (opened().post("2026-06-15 12:00", named=False), opened(names=PLACES).post("2026-06-15 12:00")):
        assert lines(made)[:2] == ["1. участник: 5, ▲1", "2. участник: 4, ▼1, 1 до 1-го места"]
        assert "У лидера 5 резервов, следующий отстаёт на 1 резерв." in said(made)
        assert not any(name in said(made) for name in ("Анна", "Борис", "Образцов"))
    given = {"b": "Комета", "a": "Маяк"}
    made = opened(names=PSEUDONYMS, pseudonyms=given).post("2026-06-15 12:00", named=False)
    assert lines(made)[:3] == [
        "1. Комета: 5, ▲1",
        "2. Маяк: 4, ▼1, 1 до 1-го места",
        "3. участник: 2, ▼1, 2 до 2-го места",
    ]


def test_teams_compete_by_what_their_people_have(opened: Open) -> None:
    made = opened(between="teams", places=1, prizes=[]).post("2026-06-16 10:00", named=False)

    assert lines(made) == ["1. Север: 9, =", "2. Юг: 5, =, 4 до финала"]


def test_my_place_and_what_is_lacking(opened: Open) -> None:
    office = opened()
    answer = asked(office, "2026-06-16 10:00", "me", "g", named=False)

    assert "• Место: 3 из 5, =, на нём 2 участника" in answer
    assert "• На счету: 2 резерва" in answer
    assert "• До 2-го места: 2 резерва\n" in answer  # whose it is is not said to a role without names
    assert "• Финал: вы в нём" in answer
    assert "• Отрыв от следующего: 1 резерв" in answer
    assert "• До 2-го места: 2 резерва (Анна Примерова)" in asked(office, "2026-06-16 10:00", "me", "g")
    assert "• До финала: 1 резерв" in asked(office, "2026-06-16 10:00", "me", "d")
    assert "Вас пока нет в рейтинге" in asked(office, "2026-06-16 10:00", "me", "e")
    assert "Не знаю, кто вы в данных" in asked(office, "2026-06-16 10:00", "me", None)


def test_the_teams_and_the_people_of_mine(opened: Open) -> None:
    office = opened()
    answer = asked(office, "2026-06-16 10:00", "team", "g", named=False)

    assert "• 1. Север: 9\n• 2. Юг: 5, 4 до 1-го места, ваша команда" in answer
    assert "ЮГ\n• 3. участник: 2\n• 3. вы: 2\n• 5. участник: 1" in answer
    assert "ЮГ" not in asked(office, "2026-06-16 10:00", "team", None)


def test_the_same_in_english(opened: Open) -> None:
    office = opened()
    made = office.post("2026-06-15 12:00", localizer=Localizer("en", MOSCOW, None))

    assert "Борис Образцов leads, Анна Примерова is 1 reservation behind." in said(made)
    assert lines(made)[1:] == [
        "2. Анна Примерова: 4, ▼1, 1 to place 1",
        "3. Вера Условная: 2, ▼1, 2 to place 2",
        "3. Глеб Пробный: 2, ▲1, 2 to place 2",
        "5. Дарья Мнимая: 1, new here, 1 to the final",
    ]


def test_a_rating_posted_by_an_older_program_is_still_known() -> None:
    older = (
        '{"as_of": "2026-06-11T21:00:00", "adjustment": 2, "closing": true, '
        '"places": [["\\u0410\\u043d\\u043d\\u0430", 1, "12.50"], ["bob", 2, "-3"]]}'
    )
    posted = PostedRating(
        datetime(2026, 6, 11, 21), (("Анна", 1, Decimal("12.50")), ("bob", 2, Decimal(-3))), 2, True, date(2026, 6, 11)
    )

    assert posted_of(older, date(2026, 6, 11)) == posted
    assert repr(posted_of(memo_of(posted), date(2026, 6, 11))) == repr(posted)
