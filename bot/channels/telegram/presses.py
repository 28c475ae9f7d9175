"""What a button carries: 64 bytes at most, so a longer command is kept here under a short name."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2s

_BYTES = 64
_KEPT = 5000

_NAMED, _APART = "#", "+"


class Presses:
    """Commands behind buttons.

    The data of a button is its command; one that is too long is `#` and a name that follows from its words, and is
    forgotten when the program ends or thousands of others have come. `+` before either marks a button of a post that
    stays as it is: what its press asks is answered below.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, str] = OrderedDict()

    def data(self, command: str, *, apart: bool = False) -> str:
        """What a button is given for a command."""
        mark = _APART if apart else ""
        if len(f"{mark}{command}".encode()) <= _BYTES and not command.startswith((_NAMED, _APART)):
            return mark + command
        name = _NAMED + blake2s(command.encode(), digest_size=12).hexdigest()
        self._kept[name] = command
        self._kept.move_to_end(name)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return mark + name

    def command(self, data: str) -> str | None:
        """What a press asks; None, if it is forgotten."""
        said = data.removeprefix(_APART)
        return self._kept.get(said) if said.startswith(_NAMED) else said

    @staticmethod
    def apart(data: str) -> bool:
        """Whether the post that bears the button stays as it is."""
        return data.startswith(_APART)
