"""What metrics are called: every metric has words of people, and no words are two metrics'."""

from __future__ import annotations

from collections import defaultdict

import pytest

from bot.chat.questions.forms import lemmas
from bot.chat.questions.interpret import interpret
from bot.chat.questions.reading import Understood
from bot.chat.questions.text import folded
from metrics.catalogue import BUILT_IN
from metrics.model import Metric
from tests.questions.centre import VOCABULARY
from tests.questions.grade import now


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
