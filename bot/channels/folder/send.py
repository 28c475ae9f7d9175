"""Writing a digest into a directory: the text of the chat and the figures for scripts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.channels.folder import render
from digests.document import Document
from warehouse.messages import Mistake

TEXT, FIGURES = "digest.txt", "figures.json"


def write(document: Document, figures: dict[str, Any], directory: Path) -> list[Path]:
    """Write all files of a digest, each whole or not at all, and return their paths.

    Raises Mistake if the directory cannot be written to.
    """
    contents = {
        TEXT: render.text(document),
        FIGURES: json.dumps(figures, ensure_ascii=False, indent=1) + "\n",
    }
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return [_replace(directory / name, content) for name, content in contents.items()]
    except OSError as error:
        raise Mistake(
            "The digest cannot be written to {directory}: {reason}. Choose another directory with --to.",
            directory=str(directory),
            reason=error.strerror or type(error).__name__,
        ) from None


def _replace(path: Path, content: str) -> Path:
    pending = path.with_name(f".{path.name}.new")
    pending.write_text(content, "utf-8")
    return pending.replace(path)
