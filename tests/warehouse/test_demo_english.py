"""The English demo: what its people chose from lists is in English, whatever the Russian one has."""

from __future__ import annotations

import re

import pyarrow as pa

from warehouse.demo import words
from warehouse.demo.deals import PIPELINES, STAGES
from warehouse.demo.english import WORDS, in_english


def test_what_is_chosen_from_lists_is_translated_and_the_rest_stays() -> None:
    rows = pa.table({"topic": ["ипотека", None, "кое-что"], "status": ["Перерыв"] * 3, "city": ["Москва"] * 3})
    assert in_english(rows).to_pydict() == {
        "topic": ["mortgage", None, "кое-что"],
        "status": ["Перерыв"] * 3,
        "city": ["Moscow"] * 3,
    }


def test_every_word_of_the_vocabulary_has_its_likeness() -> None:
    topics = {topic for of_line in words.TOPICS.values() for topic in of_line}
    cities = {city for city, _, _ in words.PROJECTS.values()}
    stages = {*PIPELINES.values(), *(title for _, title, _ in STAGES)}
    known = {*topics, *words.CAMPAIGNS, words.CALL_BACK, *words.ORIGINS, *words.PROJECTS, *cities, *stages}
    assert known - set(WORDS) == set()
    assert not any(re.search("[А-Яа-яЁё]", word) for word in WORDS.values())
