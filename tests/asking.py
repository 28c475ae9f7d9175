"""The words of the grammar, for the page on asking: its tables are made of those that the bot reads by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from bot.commands import words
from bot.commands.menu import ABOUT_VERBS
from bot.commands.periods import MONTHS
from bot.commands.relative import RELATIVE
from bot.commands.vocabulary import FAMILIES
from digests.wording import Words

PAGE = Path(__file__).parent.parent / "docs" / "asking.md"
MARK = "<!-- Generated from the code by `make docs`: from here to the end. -->\n"


def asking_page() -> str:
    """The page as it is, with its tables made anew."""
    written, mark, _ = PAGE.read_text("utf-8").partition(MARK)
    return written + mark + "\n" + "\n".join(_tables()).rstrip() + "\n"


def _tables() -> Iterable[str]:
    english, russian = Words("en"), Words("ru")
    about = {verb: (english(text), russian(text)) for verb, text in ABOUT_VERBS.items()}
    yield "| command | what it does | по-русски | said as |"
    yield "| --- | --- | --- | --- |"
    for verb, sayings in words.VERBS.items():
        yield f"| `{verb.value}` | {' | '.join(about.get(verb, ('', '')))} | {', '.join(sayings)} |"
    yield from _table("whose", words.MINE, "said after `rating`")
    yield from _table("period", RELATIVE)
    yield from _table("month", {str(number): names for number, names in MONTHS.items()})
    yield from _table("by", words.PARTS, f"said after {_code(words.BY)}")
    yield from _table("by", words.BY_ITSELF)
    yield from _table("dimension", words.OF, "said before a name, or as `…=`")
    yield from _table("top, of", words.RANKED, f"said after {_code(words.TOP)} and a number")
    yield from _table(
        "vs", {key.value: names for key, names in words.VERSUS.items()}, f"said after {_code(words.AGAINST)}"
    )
    yield from _table("vs", {key.value: names for key, names in words.VERSUS_BY_ITSELF.items()})
    yield from _table("shape", {key.value: names for key, names in words.SHAPES.items()})
    yield from _table("several metrics", FAMILIES)
    also = {
        "the whole centre": words.WHOLE,
        "against the time before": words.MOVED,
        "against the plan": words.JUDGED,
        "left out": words.FILLERS,
    }
    yield from _table("also", also)


def _table(head: str, rows: Mapping[str, Iterable[str]], said: str = "said as") -> Iterable[str]:
    yield ""
    yield f"| {head} | {said} |"
    yield "| --- | --- |"
    for meaning, sayings in rows.items():
        yield f"| {meaning} | {', '.join(sayings)} |"


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
