"""Writing a digest into a directory, and the index of all digests above it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bot.channels.folder import index, page, render
from bot.channels.folder.index import FIGURES, PAGE
from digests.biweekly import Digest
from digests.document import Attachment, Document, Picture
from digests.export import figures_object
from digests.wording import Words
from digests.workbook import workbook
from metrics.compute import Reckoner
from metrics.planning import PlanBook
from warehouse.messages import Mistake, system_reason

TEXT, WORKBOOK, INDEX = "digest.txt", "digest.xlsx", "index.html"

_SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg"}


def contents(reckoner: Reckoner, book: PlanBook, digest: Digest, words: Words) -> Iterator[tuple[str, bytes]]:
    """Every file of a digest by its name, made as it is asked for."""
    for name, made in makers(reckoner, book, digest, words).items():
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


def makers(reckoner: Reckoner, book: PlanBook, digest: Digest, words: Words) -> dict[str, Callable[[], bytes]]:
    """How each of the files is made."""

    def figures() -> bytes:
        data = figures_object(digest.figures, digest.period, words)
        return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()

    return {
        TEXT: lambda: render.text(digest.document).encode(),
        FIGURES: figures,
        PAGE: lambda: page.html(digest.document, words).encode(),
        WORKBOOK: lambda: workbook(reckoner, book, digest.figures, digest.period, words, digest.spec),
    }


def write(reckoner: Reckoner, book: PlanBook, digest: Digest, words: Words, directory: Path) -> list[Path]:
    """Write all files of a digest, each whole or not at all, and return their paths.

    Raises Mistake if the directory cannot be written to.
    """
    return write_files(contents(reckoner, book, digest, words), directory)


def write_files(files: Iterable[tuple[str, bytes]], directory: Path) -> list[Path]:
    """Write named contents, each whole or not at all. Raises Mistake if the directory cannot be written to."""
    try:
        return [_replace(directory / name, data) for name, data in files]
    except OSError as error:
        raise Mistake(
            "Nothing can be written to {directory}: {reason}. Choose another directory with --to.",
            directory=str(directory),
            reason=system_reason(error),
        ) from None


def write_index(directory: Path, words: Words) -> Path:
    """The index over all digests below a directory."""
    listed = index.html(index.entries_in(directory, words), words)
    return _replace(directory / INDEX, listed.encode())


def _replace(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pending = path.with_name(f".{path.name}.new")
    pending.write_bytes(content)
    return pending.replace(path)
