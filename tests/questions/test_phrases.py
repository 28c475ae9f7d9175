"""What metrics and reports are called in both languages, no words being those of two, and a centre's own words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

import pytest

from bot.chat.own_words import OwnWords
from bot.chat.questions.forms import lemmas
from bot.chat.questions.interpret import interpret
from bot.chat.questions.parse import understand
from bot.chat.questions.problems import Unclear
from bot.chat.questions.reading import Understood
from bot.chat.questions.text import folded
from digests.catalogue import REPORTS
from digests.localizer import Localizer
from digests.request import Request, command
from metrics.catalogue import BUILT_IN
from metrics.model import Metric
from tests.questions.centre import REPORTED, VOCABULARY
from tests.questions.grade import now
from warehouse.messages import UserError


def test_no_phrase_is_claimed_by_two_metrics_in_any_form_of_its_words() -> None:
    claimed: dict[tuple[frozenset[str], ...], set[str]] = defaultdict(set)
    for metric in BUILT_IN:
        for said in (*metric.phrases, *(alias.replace("_", " ") for alias in metric.aliases)):
            claimed[tuple(map(lemmas, folded(said).split(" ")))].add(metric.key)
    twice = [(" ".join(map(min, said)), keys) for said, keys in claimed.items() if len(keys) > 1]
    # The share and the number of the same calls, those called back and those to call: the form decides.
    assert [each for each in twice if each[1] not in ({"lcr", "losses"}, {"called_back", "clients_pending"})] == []


@pytest.mark.parametrize("metric", BUILT_IN, ids=lambda metric: metric.key)
def test_each_phrase_means_its_metric(metric: Metric) -> None:
    for said in (metric.key, *metric.aliases, *metric.phrases):
        found = interpret(f"/m {said.replace('_', ' ')} вчера", VOCABULARY, now())
        assert isinstance(found, Understood), said
        assert found.request.selection, said
        assert found.request.selection.metrics == (metric.key,), said


LISTED = [metric for metric in BUILT_IN if metric.listed]
"""Those that menus name; the others are columns of reports, asked for by who knows their keys."""


def _in_both_languages(sayings: Iterable[str]) -> tuple[int, int]:
    """How many of them are Russian, and how many are not."""
    said = {folded(each) for each in sayings}
    russian = {each for each in said if re.search("[а-я]", each)}
    return len(russian), len(said - russian)


@pytest.mark.parametrize("metric", LISTED, ids=lambda metric: metric.key)
def test_each_metric_has_words_of_people_in_both_languages(metric: Metric) -> None:
    assert min(_in_both_languages((*metric.aliases, *metric.phrases))) >= 2


@pytest.mark.parametrize("key", REPORTS)
def test_each_report_has_words_of_people_in_both_languages(key: str) -> None:
    assert min(_in_both_languages(REPORTED[key])) >= 2


@pytest.mark.parametrize("key", REPORTS)
def test_each_word_for_a_report_means_it_with_the_word_report_before_it_or_after(key: str) -> None:
    for said in REPORTED[key]:
        for question in (f"отчёт {said} за май", f"{said} report for may", f"/report {said} may"):
            found = interpret(question, VOCABULARY, now())
            assert isinstance(found, Understood), question
            assert found.request.report, question
            assert found.request.report.key == key, question


WON_BACK = "Телемаркетинг: возврат клиентов"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        # A campaign needs no word before it, nor its whole name where one alone has that.
        (f'/report campaign "{WON_BACK}"', f'report campaign campaign="{WON_BACK}"'),
        ('/report campaign "Возврат клиентов" may', f'report campaign campaign="{WON_BACK}" 2026-05-01..2026-05-31'),
        ("/report conversion by city", "report conversion by=city"),
        ("/report conversion path=visit.contract short", 'report conversion path="visit.contract" short'),
    ],
)
def test_what_is_said_beside_a_report(question: str, asked: str) -> None:
    found = understand(question, VOCABULARY, now())
    assert isinstance(found, Request)
    assert command(found) == asked
    assert understand(asked, VOCABULARY, now()) == found


@pytest.mark.parametrize(
    ("question", "problem", "near"),
    [
        ('/report campaign "Зима"', 'There is no campaign "Зима". There are: ', ["report campaign"]),
        ("/report funnel Масква", "Perhaps: Москва?", ["report funnel city=Москва", "report funnel"]),
    ],
)
def test_a_name_beside_a_report_that_nothing_has(question: str, problem: str, near: list[str]) -> None:
    found = understand(question, VOCABULARY, now())
    assert isinstance(found, Unclear)
    assert problem in Localizer("en").say(found.message)
    assert [command(request) for request in found.readings] == near


def test_no_word_is_claimed_by_two_reports() -> None:
    claimed = [folded(said) for sayings in REPORTED.values() for said in set(map(folded, sayings))]
    assert len(claimed) == len(set(claimed))


SHIFTS = {"дневная смена": "08:00-20:00", "ночная смена": "20:00-08:00"}
NOON, MIDNIGHT = datetime(2026, 6, 16, 12), datetime(2026, 6, 16, 0, 30)


@pytest.mark.parametrize(
    ("said", "at", "read"),
    [
        ("звонки за ночную смену", NOON, "звонки за 20:00-08:00"),
        ("звонки с начала смены", NOON, "звонки 2026-06-16 08:00-20:00"),
        ("calls this shift", MIDNIGHT, "calls 2026-06-15 20:00-08:00"),
        ("sl за прошлую смену", NOON, "sl 2026-06-15 20:00-08:00"),
        ("sl last shift", MIDNIGHT, "sl 2026-06-15 08:00-20:00"),
        ("кто на смене", NOON, "кто на смене"),
    ],
)
def test_a_shift_is_its_hours(said: str, at: datetime, read: str) -> None:
    assert OwnWords({}, SHIFTS).read(said, at).text == read


def test_a_word_of_the_centre_counts_beside_its_shifts() -> None:
    read = OwnWords({"колцентр": "inhouse"}, SHIFTS).read("sl колцентра за дневную смену", NOON)
    assert read.text == "sl inhouse за 08:00-20:00"


@pytest.mark.parametrize("hours", ["8-20", "25:00-08:00", "08:00-08:00"])
def test_hours_of_a_shift_that_are_none_stop_the_start_with_a_sentence(hours: str) -> None:
    with pytest.raises(UserError, match="not understood"):
        OwnWords({}, {"смена": hours}).check(VOCABULARY, date(2026, 6, 16))
