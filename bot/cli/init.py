"""`svodka init`: a new project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import Home
from bot.cli.output import say
from warehouse.messages import N_, Mistake


def init(
    language: Annotated[str, typer.Option(help="ru or en.")] = "ru",
    timezone: Annotated[str, typer.Option(help="Where the centre's days begin, like Europe/Moscow.")] = "Europe/Moscow",
    country: Annotated[str, typer.Option(help="Whose public holidays count, like RU; empty: none.")] = "RU",
    home: Home = None,
) -> None:
    """Write a commented svodka.toml into the project directory."""
    from bot import config
    from bot.template import template
    from digests.wording import Words

    root = (home or Path()).absolute()
    path = root / config.FILE
    if path.exists():
        raise Mistake(
            "There is a {file} in {directory} already: it was left as it is.", file=config.FILE, directory=root
        )
    words = Words(language, timezone)
    root.mkdir(parents=True, exist_ok=True)
    pending = path.with_name(f".{config.FILE}.new")
    pending.write_text(template(words, timezone, country), "utf-8")
    try:
        config.load(pending)
    except Mistake:
        pending.unlink()
        raise
    pending.replace(path)
    say(words(N_("{file} is written. Next: svodka import calls FILE"), file=path))
