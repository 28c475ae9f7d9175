"""Which language a person is answered in."""

from __future__ import annotations

from collections import OrderedDict

from bot.access import ids
from bot.config import Config
from bot.heard import Heard
from digests.wording import LANGUAGES

_REMEMBERED = 5000


class Tongues:
    """The configured language of a person or chat goes first, then what they write in, then their platform's.

    Commands are latin in every language, so only Cyrillic tells: who wrote it once is answered in Russian after.
    """

    def __init__(self, config: Config) -> None:
        self._centre = config.centre.language
        self._configured = {name: asker.language for name, asker in ids(config).items() if asker.language}
        self._russian: OrderedDict[tuple[str, str, str], None] = OrderedDict()

    def of(self, heard: Heard) -> str:
        who, chat = f"{heard.platform}:{heard.person}", f"{heard.platform}:{heard.chat}"
        configured = self._configured.get(who) if heard.private else self._configured.get(chat)
        if configured:
            return configured
        key = (heard.platform, heard.chat, heard.person)
        if any("а" <= letter <= "я" or letter == "ё" for letter in heard.text.casefold()):
            self._russian[key] = None
            if len(self._russian) > _REMEMBERED:
                self._russian.popitem(last=False)
        if key in self._russian:
            self._russian.move_to_end(key)
            return "ru"
        own = (heard.locale or "")[:2].lower()
        return own if heard.private and own in LANGUAGES else self._centre
