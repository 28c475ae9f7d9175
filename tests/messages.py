"""Collect the interface's strings from the code and keep the catalogues: `make messages`.

New strings appear in the catalogues empty, to be translated; gone ones disappear; both are compiled. A test fails
while a string is missing, untranslated, or a compiled catalogue is older than its source.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from typer.main import get_command

from bot.cli.app import app
from bot.cli.help import texts

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "charts", "digests", "metrics", "warehouse")
LANGUAGES = ("ru", "en")
SINGULAR = {"N_", "NotOpen", "UserError", "Unfit", "Unreadable"}
PLURAL = {"note", "counted", "Message"}


@cache
def strings() -> dict[str | tuple[str, str], list[tuple[str, int]]]:
    """Every message id of the code (a pair, where it has a plural), with where it stands."""
    found: dict[str | tuple[str, str], list[tuple[str, int]]] = {}
    for text in texts(get_command(app)):
        found[text] = [("bot/cli", 0)]
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            for text, line in _strings_of(ast.parse(path.read_text("utf-8"))):
                found.setdefault(text, []).append((place, line))
    return found


def _strings_of(tree: ast.Module) -> Iterator[tuple[str | tuple[str, str], int]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name in PLURAL and len(texts) >= 2:
            yield (texts[0], texts[1]), node.lineno
        elif name in (SINGULAR | PLURAL) and texts and isinstance(node.args[0], ast.Constant):
            yield texts[0], node.lineno
        if name == "Metric":
            nouns = next((word.value for word in node.keywords if word.arg == "noun"), None)
            if isinstance(nouns, ast.Tuple):
                yield tuple(ast.literal_eval(each) for each in nouns.elts), node.lineno  # type: ignore[misc]


def source_of(language: str) -> Path:
    return ROOT / "digests" / "locale" / language / "LC_MESSAGES" / "svodka.po"


def read(language: str) -> Catalog:
    path = source_of(language)
    if not path.exists():
        return Catalog(locale=language, project="Svodka")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    buffer = BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def update(language: str) -> Catalog:
    """The language's catalogue with exactly the strings of the code; English is its own translation."""
    old, new = read(language), Catalog(locale=language, project="Svodka", fuzzy=False)
    new.creation_date = old.creation_date  # the date of the last run would change the file without a change of words
    for text, places in sorted(strings().items(), key=lambda item: str(item[0])):
        known = old.get(text if isinstance(text, str) else text[0])
        translation = known.string if known and known.id == text else None
        if language == "en" and not (translation and any(translation)):
            translation = text
        files = sorted({place for place, _ in places})
        new.add(text, translation or "", auto_comments=[", ".join(files)], flags=["python-brace-format"])
    return new


def main() -> None:
    for language in LANGUAGES:
        catalog = update(language)
        path = source_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=110, omit_header=False, sort_output=True)
        path.with_suffix(".mo").write_bytes(compiled(read(language)))
        empty = [message.id for message in catalog if message.id and not any(message.string)]
        print(f"{language}: {len(catalog)} strings, {len(empty)} to translate")
        for text in empty:
            print("  ", text)


if __name__ == "__main__":
    main()
