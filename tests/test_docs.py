"""What is generated is up to date, and nothing is without a word about it."""

from __future__ import annotations

import pytest

from tests import messages, reference


@pytest.mark.parametrize("name", reference.PAGES)
def test_reference_pages_are_up_to_date(name: str) -> None:
    assert (reference.DOCS / name).read_text("utf-8") == reference.PAGES[name](), "run `make docs`"


def test_every_setting_has_a_word_about_it() -> None:
    settings = dict(reference.settings(reference.config_class(), ""))
    assert [path for path, field in settings.items() if not field.description] == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_catalogues_have_every_string_translated(language: str) -> None:
    catalogue = messages.read(language)
    known = {message.id for message in catalogue if message.id}
    wanted = set(messages.strings())

    assert wanted - known == set(), "run `make messages` and translate what it lists"
    assert known - wanted == set(), "run `make messages`"
    untranslated = [m.id for m in catalogue if m.id and not all([m.string] if isinstance(m.string, str) else m.string)]
    assert untranslated == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_compiled_catalogues_are_those_of_the_sources(language: str) -> None:
    path = messages.source_of(language)
    assert path.with_suffix(".mo").read_bytes() == messages.compiled(messages.read(language)), "run `make messages`"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_translations_keep_their_places(language: str) -> None:
    from string import Formatter

    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for message in messages.read(language):
        ids = (message.id,) if isinstance(message.id, str) else message.id
        strings = (message.string,) if isinstance(message.string, str) else message.string
        expected = set().union(*map(places, ids))
        if message.id:
            assert all(places(text) <= expected and expected - places(text) <= {"n"} for text in strings), message.id
