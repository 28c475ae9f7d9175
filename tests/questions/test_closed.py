"""Who may not see names learns nothing of them from any form of the words: what is there sounds like what is not."""

from __future__ import annotations

import pytest

from bot.chat.questions.interpret import Interpretation, interpret
from bot.chat.questions.problems import Unclear
from bot.chat.questions.reading import Understood
from bot.chat.questions.text import utterance
from bot.chat.questions.vocabulary import vocabulary
from bot.chat.understanding import ContextualUtterance, Meaning, understanding
from bot.state.turns import Turn
from digests.request import command
from metrics.catalogue import Catalogue
from tests.questions.centre import CENTRE, REPORTED, VALUES
from tests.questions.grade import now

CLOSED = vocabulary(
    Catalogue(),
    CENTRE,
    {of: names for of, names in VALUES.items() if of != "agent"},
    closed=("agent",),
    reports=REPORTED,
)


def asked(said: str) -> Interpretation:
    return interpret(f"/{said}", CLOSED, now())


@pytest.mark.parametrize(
    "form",
    [
        "аht {name} вчера",
        "aht агента {name}а",
        "как отработал {name} вчера",
        "сравни {name}а и Пупкину по aht",
        "звонки у {name}а за май по дням недели",
    ],
)
def test_a_name_that_is_there_sounds_like_one_that_is_not(form: str) -> None:
    said = {}
    for name in ("Балконов", "Лимонадов"):
        found = asked(form.format(name=name))
        assert not (isinstance(found, Understood) and any(of == "agent" for of, _ in _filters(found)))
        said[name] = str(found).replace(name, "…").replace(name.casefold(), "…")
    assert len(set(said.values())) == 1


def _filters(found: Understood) -> tuple[tuple[str, str], ...]:
    return found.request.selection.filters if found.request.selection else ()


@pytest.mark.parametrize("said", ["а у Ивановой?", "а у Петровой", "а по Сидоровой?"])
def test_asking_on_about_somebody_is_refused_alike(said: str) -> None:
    turn = Turn(None, "telegram", "1", "2", "aht sales yesterday", "ru", now())
    found = understanding(ContextualUtterance(utterance(said), turn, in_reply=True), CLOSED, now())
    assert isinstance(found, Unclear)
    assert "not open to you" in str(found.message)
    assert found.readings == ()


@pytest.mark.parametrize(
    ("said", "read"),
    [("а по операторам", "aht sales yesterday by agent"), ("по выходным", "aht sales weekday=weekend yesterday")],
)
def test_what_names_nobody_is_asked_on_as_ever(said: str, read: str) -> None:
    turn = Turn(None, "telegram", "1", "2", "aht sales yesterday", "ru", now())
    found = understanding(ContextualUtterance(utterance(said), turn, in_reply=True), CLOSED, now())
    assert isinstance(found, Meaning)
    assert command(found.request) == read
