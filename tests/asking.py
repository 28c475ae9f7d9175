"""The words of the grammar, for the page on asking: its tables are made of those that the bot reads by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.chat.menu import ABOUT_VERBS
from bot.chat.questions import grammar, verbs
from bot.chat.questions.dates import RELATIVE
from bot.chat.questions.periods import MONTHS
from bot.chat.questions.vocabulary import FAMILIES
from digests.localizer import Localizer

PAGE = Path(__file__).parent.parent / "docs" / "asking.md"
MARK = "<!-- Generated from the code by `make docs`: from here to the end. -->\n"


def asking_page() -> str:
    """The page as it is, with its tables made anew."""
    written, mark, _ = PAGE.read_text("utf-8").partition(MARK)
    return written + mark + "\n" + "\n".join(_tables()).rstrip() + "\n"


def _tables() -> Iterable[str]:
    english, russian = Localizer("en"), Localizer("ru")
    about = {verb: (english(text), russian(text)) for verb, text in ABOUT_VERBS.items()}
    yield "| command | what it does | по-русски | said as |"
    yield "| --- | --- | --- | --- |"
    for verb, sayings in verbs.VERBS.items():
        yield f"| `{verb.value}` | {' | '.join(about.get(verb, ('', '')))} | {', '.join(sayings)} |"
    yield from _table("whose", verbs.MINE, "said after `rating`")
    yield from _table("period", RELATIVE)
    yield from _table("month", {str(number): names for number, names in MONTHS.items()})
    yield from _table("by", grammar.PARTS, f"said after {_code(grammar.BY)}")
    yield from _table("by", grammar.BY_ITSELF)
    yield from _table("dimension", grammar.OF, "said before a name, or as `…=`")
    yield from _table("top, of", grammar.RANKED, f"said after {_code(grammar.TOP)} and a number")
    yield from _table(
        "vs", {key.value: names for key, names in grammar.VERSUS.items()}, f"said after {_code(grammar.AGAINST)}"
    )
    yield from _table("vs", {key.value: names for key, names in grammar.VERSUS_BY_ITSELF.items()})
    yield from _table("every", grammar.RECURRING, "said of a period")
    yield from _table("shape", {key.value: names for key, names in verbs.SHAPES.items()})
    yield from _table("several metrics", FAMILIES)
    also = {
        "the whole centre": grammar.WHOLE,
        "against the time before": _all(grammar.MOVED),
        "how much of the plan": grammar.EXECUTION,
        "against the plan": _all(grammar.JUDGED),
        "left out": grammar.FILLERS,
    }
    yield from _table("also", also)


def _table(head: str, rows: Mapping[str, Iterable[str]], said: str = "said as") -> Iterable[str]:
    yield ""
    yield f"| {head} | {said} |"
    yield "| --- | --- |"
    for meaning, sayings in rows.items():
        yield f"| {meaning} | {', '.join(sayings)} |"


def _all(table: Mapping[Any, Iterable[str]]) -> list[str]:
    return [said for sayings in table.values() for said in sayings]


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
