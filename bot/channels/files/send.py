"""The index over the report pages of a directory."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bot.channels.files import page, render
from bot.channels.files.page import Html, lines, shell, tag, text
from digests.biweekly import Digest
from digests.document import Attachment, Document, Picture
from digests.export import figures_object
from digests.localizer import Localizer
from digests.workbook import workbook
from metrics.calculator import Calculator
from metrics.periods import Period
from metrics.plans.plans import Plans
from metrics.verdict import Verdict
from warehouse.messages import N_, UserError, system_reason

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


def html(entries: Sequence[Entry], localizer: Localizer) -> str:
    """The index page, its entries in the order given."""
    title = localizer(N_("All digests"))
    empty = tag("p", text(localizer(N_("There are no digests here yet."))))
    listed = tag("ol", lines(_item(entry) for entry in entries), class_="entries", role="list")
    body = [tag("header", tag("h1", text(title))), tag("main", listed if entries else empty)]
    return shell(title, localizer.language, body)


def _item(entry: Entry) -> Html:
    # The commas are for ears: on the page every part has a line of its own.
    told = [("summary", entry.summary), ("as-of", entry.as_of)]
    rest = [tag("span", text(part), class_=name) for name, part in told if part]
    pause = tag("span", text(", "), class_="unseen")
    parts = [tag("strong", text(f"{entry.title}, {entry.dates}")), *(p for part in rest for p in (pause, part))]
    return tag("li", tag("a", *parts, href=entry.href))


def entries_in(directory: Path, localizer: Localizer) -> list[Entry]:
    """The digests published in a directory's folders, newest first; one that cannot be read is left out."""
    found = [(key, entry) for page in directory.glob(f"*/{PAGE}") for key, entry in _read(page, directory, localizer)]
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _read(page: Path, directory: Path, localizer: Localizer) -> Iterator[tuple[tuple[datetime, datetime, str], Entry]]:
    try:
        data = json.loads(page.with_name(FIGURES).read_text("utf-8"))
        period = Period(_instant(data["period"]["start"]), _instant(data["period"]["end"]), data["period"]["timezone"])
        # An index is read for years, so every day in it has its year.
        dated = Localizer(localizer.language, period.timezone, date.min)
        href = page.relative_to(directory).as_posix()
        as_of = dated(N_("Data as of {moment}"), moment=_instant(data["as_of"])) if data["as_of"] else None
        entry = Entry(_title(page), dated.dates(period), quote(href), as_of, _summary(data["figures"], localizer))
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


def _summary(figures: list[dict[str, Any]], localizer: Localizer) -> str | None:
    counts = Counter(figure["verdict"] for figure in figures if figure["verdict"])
    missed, behind, judged = counts[Verdict.MISSED.value], counts[Verdict.BEHIND.value], counts.total()
    if not judged:
        return None
    if not missed and not behind:
        return localizer(N_("All plans met: {judged}"), judged=judged)
    parts = [
        localizer(N_("Plan missed: {missed} of {judged}"), missed=missed, judged=judged),
        *([localizer(N_("behind the pace: {behind}"), behind=behind)] if behind else []),
    ]
    return ", ".join(parts)


TEXT, WORKBOOK, INDEX = "digest.txt", "digest.xlsx", "index.html"

_SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg"}


def contents(calculator: Calculator, plans: Plans, digest: Digest, localizer: Localizer) -> Iterator[tuple[str, bytes]]:
    """Every file of a digest by its name, made as it is asked for."""
    for name, made in makers(calculator, plans, digest, localizer).items():
        yield name, made()
    for name, content in beside(digest.document):
        yield f"pictures/{name}", content


def beside(document: Document) -> Iterator[tuple[str, bytes]]:
    """The pictures and files of a document by their names."""
    for block in document.blocks:
        if isinstance(block, Picture):
            yield f"{block.key}{_SUFFIXES.get(block.media_type, '')}", block.image
        elif isinstance(block, Attachment):
            yield block.name, block.content


def makers(
    calculator: Calculator, plans: Plans, digest: Digest, localizer: Localizer
) -> dict[str, Callable[[], bytes]]:
    """How each of the files is made."""

    def figures() -> bytes:
        data = figures_object(digest.figures, digest.period, localizer)
        return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()

    return {
        TEXT: lambda: render.text(digest.document).encode(),
        FIGURES: figures,
        PAGE: lambda: page.html(digest.document, localizer).encode(),
        WORKBOOK: lambda: workbook(calculator, plans, digest.figures, digest.period, localizer, digest.spec),
    }


def write(calculator: Calculator, plans: Plans, digest: Digest, localizer: Localizer, directory: Path) -> list[Path]:
    """Write all files of a digest, each whole or not at all, and return their paths.

    Raises UserError if the directory cannot be written to.
    """
    return write_files(contents(calculator, plans, digest, localizer), directory)


def write_files(files: Iterable[tuple[str, bytes]], directory: Path) -> list[Path]:
    """Write named contents, each whole or not at all. Raises UserError if the directory cannot be written to."""
    try:
        return [_replace(directory / name, data) for name, data in files]
    except OSError as error:
        raise UserError(
            "Nothing can be written to {directory}: {reason}. Choose another directory with --to.",
            directory=str(directory),
            reason=system_reason(error),
        ) from None


def write_index(directory: Path, localizer: Localizer) -> Path:
    """The index over all digests below a directory."""
    listed = html(entries_in(directory, localizer), localizer)
    return _replace(directory / INDEX, listed.encode())


def _replace(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pending = path.with_name(f".{path.name}.new")
    pending.write_bytes(content)
    return pending.replace(path)
