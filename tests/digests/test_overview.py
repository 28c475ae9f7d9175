"""How things stand, and several metrics in one table, over the small centre of `replying`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from digests.answers.compose import reply
from digests.document import Table
from digests.request import Overview, Request, Shape, Verb
from metrics.centre import Line
from tests.digests.replying import LINES, TODAY, answer, centre, commands, figure, view
from tests.kit import House, lost
from warehouse.messages import UserError

NOW = Request(Verb.OVERVIEW, overview=Overview(TODAY))


def overview(*lines: str) -> Request:
    return replace(NOW, overview=Overview(TODAY, lines))


def test_the_worst_line_comes_first_and_a_sentence_says_what_is_wrong(tmp_path: Path) -> None:
    house = centre(tmp_path)

    told = answer(house, NOW)
    assert told.splitlines()[0] == "How things stand, today, June 16: off plan: Inhouse — SL 75% (plan 80%)"
    (table,) = [block for block in reply(view(house), NOW).blocks if isinstance(block, Table)]
    # Inhouse has 6 of its 8 calls in time, AKC both of its 2; none is lost.
    plain = [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in table.rows]
    assert plain == [
        ["Service", "10", "80%", "0%", "60 s"],
        ["\N{EN DASH} Inhouse", "8", "75% (plan 80%)", "0%", "60 s"],
        ["\N{EN DASH} AKC", "2", "100%", "0%", "60 s"],
        ["The whole centre", "10", "80%", "0%", "60 s"],
    ]


def test_why_the_worst_is_so_is_a_press_away(tmp_path: Path) -> None:
    assert commands(reply(view(centre(tmp_path)), NOW))[:3] == [
        "why sl inhouse today",
        "overview service today",
        "overview inhouse today",
    ]


def test_a_line_alone_stands_beside_the_same_moment_before(tmp_path: Path) -> None:
    told = answer(centre(tmp_path), overview("inhouse"))

    assert told.startswith("Inhouse, today, June 16: off plan: SL 75% (plan 80%)\n• Calls received: 8\n")
    assert "(Tue, June 9, until 12:00: +100%, from 4)" in told
    assert "AKC" not in told


def test_who_sees_one_line_sees_nothing_of_the_others(tmp_path: Path) -> None:
    house = centre(tmp_path)
    house.calls(*[lost("2026-06-16 11:30", line="inhouse")] * 9)

    told = answer(house, NOW, lines=frozenset({"akc"}))
    assert told.startswith("How things stand, today, June 16: on plan, 1 figure of 1\n")
    assert "Inhouse" not in told
    assert "centre" not in told
    assert all("inhouse" not in words for words in commands(reply(view(house, lines=frozenset({"akc"})), NOW)))
    with pytest.raises(UserError, match="not open to you"):
        answer(house, overview("inhouse"), lines=frozenset({"akc"}))
    assert "SL" not in answer(house, NOW, metrics=frozenset({"calls"}))


def test_a_role_has_an_overview_of_its_own(tmp_path: Path) -> None:
    house = centre(tmp_path)

    (table,) = [
        block for block in reply(view(house, overview=("aht", "calls")), NOW).blocks if isinstance(block, Table)
    ]
    assert [column.replace("\N{NO-BREAK SPACE}", " ") for column in table.header] == ["Line", "AHT", "Calls"]
    # What is closed stays closed.
    closed = reply(view(house, overview=("aht", "calls"), metrics=frozenset({"calls"})), NOW)
    assert "AHT" not in str(closed)


def test_before_the_day_has_records_yesterday_is_offered(tmp_path: Path) -> None:
    house = House(tmp_path, now="2026-06-16 12:00")
    house.calls(lost("2026-06-15 10:00"), complete_to="2026-06-16 00:00")

    document = reply(view(house), NOW)
    assert "There are no records for this period yet." in answer(house, NOW)
    assert commands(document) == ["overview yesterday"]


def test_several_metrics_of_several_lines_are_one_table(tmp_path: Path) -> None:
    house = centre(tmp_path)
    both = figure("calls", TODAY, "inhouse", "akc", also=("sl",), shape=Shape.TEXT)

    assert answer(house, both) == (
        "Inbound calls, SL, Inhouse, AKC, today, June 16: off plan: Inhouse — SL 75% (plan 80%)\n"
        "Line | Calls | SL\nInhouse | 8 | 75% (plan 80%)\nAKC | 2 | 100%\n\nData as of June 16, 12:00.\n"
    )
    one = answer(house, figure("calls", TODAY, "inhouse", also=("sl",)))
    assert "• Calls received: 8\n" in one
    assert "• Service level, SL: 75% / 30 s against a plan of 80% / 30 s\n     (in time: 6 of 8 calls)" in one
    hours = answer(house, figure("calls", TODAY, "inhouse", also=("sl",), by="hour"))
    assert "Hour | Calls | SL\n10:00 | 4 | 100%\n11:00 | 4 | 50%\nOverall | 8 | 75% (plan 80%)\n" in hours


def test_several_metrics_are_several_rights(tmp_path: Path) -> None:
    house = centre(tmp_path)

    with pytest.raises(UserError, match="not open to you"):
        answer(house, figure("calls", TODAY, "inhouse", also=("sl",)), metrics=frozenset({"calls"}))
    with pytest.raises(UserError, match="one metric at a time"):
        answer(house, figure("calls", TODAY, "inhouse", also=("sl",), verb=Verb.WHY))


def test_english_readers_have_the_lines_by_their_english_titles(tmp_path: Path) -> None:
    house = centre(tmp_path)
    lines = {
        **LINES,
        "akc": Line("akc", "АКЦ Заселение", title_en="AKC Move-in"),
        "service": Line("service", "Сервис", ("inhouse", "akc")),
    }
    russian = replace(house.centre, lines=lines)

    house.centre = russian.in_language("en")
    told = answer(house, NOW)
    assert "AKC Move-in" in told
    # What has no English title keeps its own.
    assert "Сервис" in told
    house.centre = russian.in_language("ru")
    assert "АКЦ Заселение" in answer(house, NOW, "ru")
    assert russian.find_line("akc move-in") == "akc"
