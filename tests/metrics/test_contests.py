"""Places by hand: a few people, a few totals, and what each rule makes of them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from metrics.catalogue import Catalogue
from metrics.contests.rules import EARLIER, SHARED, Adjustment, ContestRules, Ledger, PostedRating, check, corrections
from metrics.contests.standing import ASIDE, OPTED_OUT, UNNAMED, Standing, Tally, rank
from metrics.people import Person
from metrics.periods import parse
from tests.kit import MOSCOW
from warehouse.messages import UserError

JUNE = parse("2026-06", MOSCOW)
METRIC = Catalogue().get("reserves_in_call")


def at(hour: int) -> datetime:
    return datetime(2026, 6, 15, hour)


def done(**totals: int) -> dict[str | None, Tally]:
    """Totals, the first of them reached at 9, the next at 10, ..."""
    return {name: Tally(Decimal(total), at(9 + n)) for n, (name, total) in enumerate(totals.items())}


def rules(**changed: object) -> ContestRules:
    return ContestRules(METRIC, JUNE, **{"places": 3, **changed})  # type: ignore[arg-type]


def ranked(
    which: ContestRules, totals: dict[str | None, Tally], *adjusted: Adjustment, out: tuple[str, ...] = ()
) -> Standing:
    return rank(which, at(23), totals, {}, adjusted, out)


def places(standing: Standing) -> list[tuple[str, int, int]]:
    return [(placed.key, placed.place, int(placed.total)) for placed in standing.places]


def added(who: str, amount: int, hour: int = 20) -> Adjustment:
    return Adjustment(1, who, Decimal(amount), "Анна", "бронь записана на другого", at(hour))


def test_equal_totals_share_a_place_and_the_next_one_is_left_free() -> None:
    standing = ranked(rules(places=10), done(ann=5, bob=3, cyd=4, dan=3, eve=1))

    assert places(standing) == [("ann", 1, 5), ("cyd", 2, 4), ("bob", 3, 3), ("dan", 3, 3), ("eve", 5, 1)]


def test_or_who_reached_theirs_earlier_stands_before() -> None:
    # dan reached 3 at 12, bob at 10.
    totals = {**done(ann=5, bob=3, cyd=4, dan=3), "eve": Tally(Decimal(3), at(9))}
    standing = ranked(rules(ties=EARLIER), totals)

    assert places(standing) == [("ann", 1, 5), ("cyd", 2, 4), ("eve", 3, 3), ("bob", 4, 3), ("dan", 5, 3)]


def test_those_who_reached_it_at_the_very_same_moment_share_the_place_all_the_same() -> None:
    totals = {name: Tally(Decimal(3), at(9)) for name in ("ann", "bob")}

    assert places(ranked(rules(ties=EARLIER), totals)) == [("ann", 1, 3), ("bob", 1, 3)]


def test_what_is_lacking_to_the_next_place_is_to_draw_level_or_to_pass() -> None:
    totals = done(ann=5, bob=3, cyd=3)
    level, ahead = ranked(rules(), totals), ranked(rules(ties=EARLIER), totals)

    assert [level.to_next(placed) for placed in level.places] == [None, (1, 2), (1, 2)]
    assert [ahead.to_next(placed) for placed in ahead.places] == [None, (1, 3), (2, 1)]


def test_all_who_share_the_last_place_of_the_final_are_in_it() -> None:
    standing = ranked(rules(), done(ann=9, bob=7, cyd=5, dan=5, eve=4))

    assert [placed.key for placed in standing.finalists] == ["ann", "bob", "cyd", "dan"]
    assert standing.threshold == 5
    assert standing.to_final(standing.others[0]) == 1


def test_where_who_was_earlier_stands_before_one_must_pass_the_last_finalist() -> None:
    standing = ranked(rules(ties=EARLIER), done(ann=9, bob=7, cyd=5, dan=5))

    assert [placed.key for placed in standing.finalists] == ["ann", "bob", "cyd"]
    assert standing.threshold == 6
    assert standing.to_final(standing.others[0]) == 1


def test_a_place_without_the_minimum_is_none_in_the_final() -> None:
    standing = ranked(rules(minimum=Decimal(6)), done(ann=9, bob=5, cyd=1))

    assert [placed.key for placed in standing.finalists] == ["ann"]
    assert standing.threshold == 6
    assert [standing.to_final(placed) for placed in standing.places] == [None, 1, 5]


def test_nothing_is_never_enough_for_the_final() -> None:
    standing = ranked(rules(), {}, added("ann", 2), added("ann", -2))

    assert (places(standing), standing.finalists, standing.begun) == ([("ann", 1, 0)], (), False)


def test_adjustments_are_added_and_taken_and_may_be_below_nothing() -> None:
    standing = ranked(rules(), done(ann=5, bob=4), added("bob", 2), added("ann", -1), added("cyd", -1))

    assert places(standing) == [("bob", 1, 6), ("ann", 2, 4), ("cyd", 3, -1)]


def test_what_is_added_is_reached_when_it_was_added_and_what_is_taken_leaves_the_moment() -> None:
    # All have 4: ann since 9 (her fifth was taken away later), cyd since 11, bob since 20, by an adjustment.
    totals = done(ann=5, bob=3, cyd=4)
    standing = ranked(rules(ties=EARLIER), totals, added("bob", 1, 20), added("ann", -1, 22))

    assert places(standing) == [("ann", 1, 4), ("cyd", 2, 4), ("bob", 3, 4)]


def test_who_wishes_no_place_has_none_and_is_counted_aside() -> None:
    standing = ranked(rules(), done(ann=5, bob=4, cyd=3), added("ann", 1), out=("ann", "nobody"))

    assert places(standing) == [("bob", 1, 4), ("cyd", 2, 3)]
    assert standing.outside == {OPTED_OUT: 6}


PEOPLE = {
    "ann": Person("ann", "Анна", "red"),
    "bob": Person("bob", "Борис", "blue"),
    "cyd": Person("cyd", "Сид", "blue"),
    "dan": Person("dan", "Дан", None),
    "eve": Person("eve", "Ева", "red", active_to=datetime(2026, 5, 1)),
    "fay": Person("fay", "Фая", "red"),
}


def test_a_team_has_what_its_people_have() -> None:
    totals = {**done(ann=5, bob=4, cyd=3, dan=2), None: Tally(Decimal(1), at(9))}
    standing = rank(rules(teams=True), at(23), totals, PEOPLE)

    assert places(standing) == [("blue", 1, 7), ("red", 2, 5)]
    assert standing.outside == {UNNAMED: 3}  # dan is in no team, and one is nobody's


def test_people_of_the_teams_that_take_part_are_there_with_nothing_and_others_are_not() -> None:
    standing = rank(rules(members=("red",)), at(23), done(ann=5, bob=4), PEOPLE)

    assert places(standing) == [("ann", 1, 5), ("fay", 2, 0)]  # eve has left before June
    assert standing.outside == {ASIDE: 4}


def test_corrections_are_the_totals_that_the_records_no_longer_give() -> None:
    posted = PostedRating(
        at(9), (("ann", 1, Decimal(5)), ("bob", 2, Decimal(3)), ("cyd", 3, Decimal(1)), ("dan", 4, Decimal(0)))
    )
    ledger = Ledger(opted_out=("cyd",), posted=posted)
    now = {"ann": Decimal(4), "bob": Decimal(3), "eve": Decimal(2)}

    assert [(c.key, c.was, c.now) for c in corrections(ledger, now)] == [("ann", 5, 4), ("eve", None, 2)]


@pytest.mark.parametrize("metric", ["sl", "aht", "lost_clients", "leads", "target_in"])
def test_people_cannot_compete_in_what_they_do_not_count_up(metric: str) -> None:
    with pytest.raises(UserError, match="A contest cannot be about the metric"):
        check(Catalogue().get(metric), {})


def test_a_filter_is_a_dimension_of_the_metric() -> None:
    check(METRIC, {"city": ("Москва",)})
    with pytest.raises(UserError, match="cannot be narrowed by line"):
        check(METRIC, {"line": ("sales",)})


def test_rules_share_places_unless_they_say_otherwise() -> None:
    assert rules().ties == SHARED
