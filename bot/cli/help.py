"""The program's help in the language of the project it is called for."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from typer.core import TyperGroup

from digests.localizer import Localizer
from warehouse.messages import N_

FRAME = {
    "OPTIONS_PANEL_TITLE": N_("Options"),
    "COMMANDS_PANEL_TITLE": N_("Commands"),
    "ARGUMENTS_PANEL_TITLE": N_("Arguments"),
    "DEFAULT_STRING": N_("[default: {value}]"),
    "ENVVAR_STRING": N_("[env var: {value}]"),
    "REQUIRED_LONG_STRING": N_("[required]"),
}
"""What Typer says around our texts, by the names under which it keeps it."""

_HELP = ("-h", "--help")
_LANGUAGE = re.compile(r"""^\[centre\].*\n(?:(?!\[).*\n)*?\s*language\s*=\s*["'](ru|en)["']""", re.MULTILINE)
"""The language as a configuration has it, be the rest as it may."""


def program() -> Any:
    """Return the program for the arguments it was called with; where help is asked for, in the reader's language."""
    from typer.main import get_command

    from bot.cli.app import named

    arguments = sys.argv[1:]
    command = get_command(named(arguments))
    if not arguments or set(_HELP).intersection(arguments) or _names_a_group(command, arguments):
        translate(command, Localizer(language_of(arguments)))
    return command


def language_of(arguments: Sequence[str]) -> str:
    """Return the language of the project that the arguments name, or else the environment's.

    It never fails: what is wrong with a configuration is said by the command that needs it, and in the centre's
    language as far as the file, which may be no TOML at all, tells it.
    """
    from bot.settings import FILE

    given = [after for before, after in pairwise(arguments) if before == "--home"]
    given += [each.removeprefix("--home=") for each in arguments if each.startswith("--home=")]
    home = Path(given[-1] if given else os.environ.get("SVODKA_HOME") or ".")
    with suppress(OSError, UnicodeDecodeError):
        if said := _LANGUAGE.search((home / FILE).read_text("utf-8")):
            return said[1]
    chosen = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "ru" if chosen.startswith("ru") else "en"


def texts(command: Any) -> Iterator[str]:
    """Return every text of ours that the help of a command and of those under it shows."""
    found: dict[str, None] = {}

    def text_of(text: str) -> str:
        found[text] = None
        return text

    _replace(command, text_of)
    yield from found


def translate(command: Any, localizer: Localizer) -> None:
    """Put the help of a command and of those under it into a language, as plain text: `[health]` is no markup."""
    from rich.markup import escape
    from typer import rich_utils

    for name, text in FRAME.items():
        setattr(rich_utils, name, localizer(text, value="{}"))
    _replace(command, lambda text: escape(localizer(text)))


def _names_a_group(command: Any, arguments: Sequence[str]) -> bool:
    """Whether the arguments end at a group of commands, which shows its help then."""
    for argument in arguments:
        if not isinstance(command, TyperGroup):
            return False
        command = command.commands.get(argument, command)
    return isinstance(command, TyperGroup)


def _replace(command: Any, change: Callable[[str], str]) -> None:
    from typer import Context

    if command.help:
        command.help = change(" ".join(command.help.split()))
    if isinstance(command.rich_help_panel, str):
        command.rich_help_panel = change(command.rich_help_panel)
    context = Context(command, help_option_names=list(_HELP))
    for parameter in command.get_params(context):
        if getattr(parameter, "help", None):
            parameter.help = change(parameter.help)
    if isinstance(command, TyperGroup):
        for under in command.commands.values():
            _replace(under, change)
