"""Pictures of contests of every size, in both languages, named and nameless: drawn, and saying what the rating says."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import pytest

import charts
from charts.canvas import theme
from digests.contest.rating import ContestSpec, Phase, Rated
from digests.contest.wording import Naming
from digests.localizer import Localizer
from digests.pictures.contest import climb, crowd, pictures
from metrics.catalogue import Catalogue
from metrics.contests.rules import EARLIER, SHARED, ContestRules
from metrics.contests.standing import Tally, rank
from metrics.people import Person
from metrics.periods import parse
from tests.charts.looking import words as printed
from tests.kit import MOSCOW

JUNE = parse("2026-06", MOSCOW)
FIRST = ("Марфа", "Константин", "Ян", "Аполлинария")
LAST = ("Гудкова", "Ключевский-Дверцев", "О", "Верхнелифтовая-Константиноэтажская")


def rated(totals: Sequence[int], *, metric: str = "reserves_in_call", ties: str = SHARED, minimum: int = 3) -> Rated:
    """A contest of so many people, who have all moved since yesterday."""
    rules = ContestRules(Catalogue().get(metric), JUNE, minimum=Decimal(minimum), ties=ties)
    people = {f"a{n}": Person(f"a{n}", f"{FIRST[n % 4]} {LAST[n // 4 % 4]}", None) for n in range(len(totals))}
    done: dict[str | None, Tally] = {
        key: Tally(Decimal(total), datetime(2026, 6, 15, n % 24, n % 60))
        for n, (key, total) in enumerate(zip(people, totals, strict=True))
    }
    now = datetime(2026, 6, 16, 9)
    standing = rank(rules, now, done, people)
    before = {placed.key: len(totals) - n for n, placed in enumerate(standing.places[:-1])}
    spec = ContestSpec("june", "Курс на пентхаус", rules, prizes=("велосипед",))
    return Rated(spec, Phase.RUNNING, standing, people, date(2026, 6, 16), datetime(2026, 6, 15, 9), before)


def totals_of(people: int) -> list[int]:
    """A few rivals and a long tail, by a fixed die."""
    die = random.Random(people)
    return [min(int(die.expovariate(0.2)), 40) for _ in range(people - 1)] + [7]


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("people", [1, 2, 3, 14, 15, 40, 200, 350])
def test_a_contest_of_any_size_has_its_pictures(people: int, language: str, named: bool) -> None:
    found, localizer = rated(totals_of(people)), Localizer(language, MOSCOW, date(2026, 6, 16))
    naming = Naming(found, localizer, named)
    drawn = pictures(found, naming, localizer)

    finalists = found.standing.finalists
    assert [each.key for each in drawn] == (["contest"] if len(finalists) <= 14 else []) + (
        ["contest-200"] if people > 20 or len(finalists) > 14 else []
    )
    for picture in drawn:
        assert picture.image[:4] == b"\x89PNG"
        assert 0 < len(picture.alt_text) <= 300
        assert "{" not in picture.alt_text
        assert named or not any(name in picture.alt_text for name in LAST[:2])


def test_everybody_has_a_window_and_all_in_the_final_are_lit() -> None:
    found, localizer = rated(totals_of(200)), Localizer("ru", MOSCOW, date(2026, 6, 16))
    picture = crowd(found, Naming(found, localizer, named=True), localizer)

    assert sum(floor.people for floor in picture.floors) == 200
    scene = charts.scene(picture)
    fills = [getattr(item, "fill", "") for item in scene.items]
    lit = sum(floor.final for floor in picture.floors)
    assert lit == len(found.standing.finalists)
    assert fills.count(theme.LIT) == lit
    assert sum(fills.count(kind) for kind in (theme.NEAR, theme.WINDOW)) == 200 - lit


def test_equals_stand_on_one_floor_with_one_dot_and_one_place() -> None:
    found, localizer = rated([9, 7, 7, 5]), Localizer("ru", MOSCOW, date(2026, 6, 16))
    picture = climb(found, Naming(found, localizer, named=True), localizer)

    assert [row.place for row in picture.rows] == ["1", "2", "2", "4"]
    scene = charts.scene(picture)
    discs = [item for item in scene.items if type(item).__name__ == "Disc"]
    assert len(discs) == 3
    heights = sorted(disc.y for disc in discs)  # type: ignore[union-attr]
    # A floor is a reservation: nine, seven and five are two floors apart.
    assert heights[1] - heights[0] == pytest.approx(heights[2] - heights[1])
    assert {"2 до 1-го", "2 до 2-го"} <= printed(scene)


def test_who_was_earlier_stands_before_and_the_footnote_says_so() -> None:
    found, localizer = rated([9, 7, 7], ties=EARLIER), Localizer("ru", MOSCOW, date(2026, 6, 16))
    picture = climb(found, Naming(found, localizer, named=True), localizer)

    assert [(row.place, row.gap) for row in picture.rows[1:]] == [("2", "3 до 1-го"), ("3", "1 до 2-го")]
    assert "При равенстве впереди тот, кто раньше" in picture.titles.footnote


def test_square_metres_have_their_unit_once_under_the_headline() -> None:
    found, localizer = rated([1840, 990], metric="reserves_m2"), Localizer("ru", MOSCOW, date(2026, 6, 16))
    picture = climb(found, Naming(found, localizer, named=True), localizer)

    assert picture.titles.subtitle == "Курс на пентхаус, 1–16\N{NO-BREAK SPACE}июня, кв.\N{NO-BREAK SPACE}м"
    assert [row.amount.text.replace("\N{NO-BREAK SPACE}", " ") for row in picture.rows] == ["1 840", "990"]


def test_nobody_has_anything_and_there_is_no_picture() -> None:
    found, localizer = rated([0, 0]), Localizer("ru", MOSCOW, date(2026, 6, 16))

    assert pictures(found, Naming(found, localizer, named=True), localizer) == ()
