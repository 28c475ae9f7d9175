"""The index over the report pages of a directory."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bot.channels.folder.markup import Html, lines, tag, text
from bot.channels.folder.page import shell
from digests.wording import Words
from metrics.periods import Period
from metrics.verdict import Verdict
from warehouse.messages import N_

PAGE, FIGURES = "digest.html", "figures.json"
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass(frozen=True)
class Entry:
    """One published digest, in words."""

    title: str
    dates: str
    href: str
    """Relative to the index."""
    as_of: str | None
    summary: str | None
    """How its plans went, in a line."""


def html(entries: Sequence[Entry], words: Words) -> str:
    """The index page, its entries in the order given."""
    title = words(N_("All digests"))
    empty = tag("p", text(words(N_("There are no digests here yet."))))
    listed = tag("ol", lines(_item(entry) for entry in entries), class_="entries", role="list")
    body = [tag("header", tag("h1", text(title))), tag("main", listed if entries else empty)]
    return shell(title, words.language, body)


def _item(entry: Entry) -> Html:
    # The commas are for ears: on the page every part has a line of its own.
    told = [("summary", entry.summary), ("as-of", entry.as_of)]
    rest = [tag("span", text(part), class_=name) for name, part in told if part]
    pause = tag("span", text(", "), class_="unseen")
    parts = [tag("strong", text(f"{entry.title}, {entry.dates}")), *(p for part in rest for p in (pause, part))]
    return tag("li", tag("a", *parts, href=entry.href))


def entries_in(directory: Path, words: Words) -> list[Entry]:
    """The digests published in a directory's folders, newest first; one that cannot be read is left out."""
    found = [(key, entry) for page in directory.glob(f"*/{PAGE}") for key, entry in _read(page, directory, words)]
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _read(page: Path, directory: Path, words: Words) -> Iterator[tuple[tuple[datetime, datetime, str], Entry]]:
    try:
        data = json.loads(page.with_name(FIGURES).read_text("utf-8"))
        period = Period(_instant(data["period"]["start"]), _instant(data["period"]["end"]), data["period"]["timezone"])
        # An index is read for years, so every day in it has its year.
        dated = Words(words.language, period.timezone, date.min)
        href = page.relative_to(directory).as_posix()
        as_of = dated(N_("Data as of {moment}"), moment=_instant(data["as_of"])) if data["as_of"] else None
        entry = Entry(_title(page), dated.dates(period), quote(href), as_of, _summary(data["figures"], words))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError):
        return
    yield (period.end, period.start, href), entry


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def _title(page: Path) -> str:
    """A report page's title, from the beginning of its file: pictures make it long."""
    with page.open(encoding="utf-8") as file:
        found = _TITLE.search(file.read(4096))
    return unescape(found[1]) if found else page.parent.name


def _summary(figures: list[dict[str, Any]], words: Words) -> str | None:
    counts = Counter(figure["verdict"] for figure in figures if figure["verdict"])
    missed, behind, judged = counts[Verdict.MISSED.value], counts[Verdict.BEHIND.value], counts.total()
    if not judged:
        return None
    if not missed and not behind:
        return words(N_("All plans met: {judged}"), judged=judged)
    parts = [
        words(N_("Plan missed: {missed} of {judged}"), missed=missed, judged=judged),
        *([words(N_("behind the pace: {behind}"), behind=behind)] if behind else []),
    ]
    return ", ".join(parts)
