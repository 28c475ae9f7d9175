"""How soon a question is understood, with the names of a large centre: 500 agents, 200 topics.

Of the process's own time: reading waits for nothing, and the machine may have other work.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import islice, product

from rich.table import Table

from bot.chat.questions.interpret import interpret
from bot.chat.questions.vocabulary import Vocabulary, vocabulary
from metrics.catalogue import Catalogue
from tests.questions.centre import CENTRE, REPORTED, VALUES
from tests.questions.grade import corpus, now

AGENTS, TOPICS = 500, 200
_FIRST = ("Анна", "Борис", "Вера", "Глеб", "Дарья", "Егор", "Жанна", "Захар", "Инна", "Кирилл")
_LAST = ("Звонков", "Лугов", "Морозов", "Полев", "Садов", "Лесов", "Озеров", "Речкин", "Горин", "Ветров")
_ENDS = ("", "ский", "енко", "цев", "ых")
_OBJECTS = ("ключи", "оплата", "договор", "ипотека", "ремонт", "доставка", "справка", "окна", "двери", "парковка")
_MATTERS = ("вопрос", "жалоба", "срок", "цена", "отказ", "перенос", "ошибка", "документ", "скидка", "статус")


def table() -> Table:
    """Return the milliseconds of the processor for every question of the corpus, each asked for the first time."""
    names = large()
    interpret("звонки вчера", names, now())
    begun = time.process_time()
    interpret("звоки вчра", names, now())  # the first slip of a process makes the lists that slips are looked for in
    first = 1000 * (time.process_time() - begun)
    taken = sorted(_milliseconds(names, [case.question for case in corpus() if "=>" not in case.question]))
    shown = Table("questions", "agents", "topics", "p50, ms", "p99, ms", "slowest, ms", "first slip, ms")
    at = [taken[int(len(taken) * share)] for share in (0.5, 0.99)]
    numbers = (f"{ms:.1f}" for ms in (*at, taken[-1], first))
    shown.add_row(str(len(taken)), str(AGENTS), str(TOPICS), *numbers)
    return shown


def large() -> Vocabulary:
    """Return the vocabulary of a centre with as many names as a large one has."""
    people = (f"{first} {last}{end}" for end, last, first in product(_ENDS, _LAST, _FIRST))
    topics = (f"{what}: {matter} {n}" for n, what, matter in product((1, 2), _OBJECTS, _MATTERS))
    values = {
        **VALUES,
        "agent": {f"a{n:03}": name for n, name in enumerate(islice(people, AGENTS))},
        "topic": {name: name for name in islice(topics, TOPICS)},
    }
    return vocabulary(Catalogue(), CENTRE, values, reports=REPORTED)


def _milliseconds(names: Vocabulary, questions: Sequence[str]) -> list[float]:
    taken = []
    for question in questions:
        begun = time.process_time()
        interpret(question, names, now())
        taken.append(1000 * (time.process_time() - begun))
    return taken
