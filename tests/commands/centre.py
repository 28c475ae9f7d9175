"""A small centre to ask about: five lines, three agents, a few topics. Its clock stands on Tuesday, 16 June 2026."""

from __future__ import annotations

from datetime import datetime

from bot.chat.questions.parse import understand
from bot.chat.questions.problems import Unclear
from bot.chat.questions.vocabulary import vocabulary
from digests.request import Request, command
from metrics.catalogue import Catalogue
from metrics.centre import Centre, Line
from metrics.periods import to_utc

ZONE = "Europe/Moscow"
LINES = (
    Line("sales", "Продажи", aliases=("продажи",)),
    Line("inhouse", "Inhouse", aliases=("инхаус",)),
    Line("akc", "АКЦ Заселение", aliases=("акц", "заселение")),
    Line("support", "Support", aliases=("саппорт",)),
    Line("service", "Сервис", members=("inhouse", "akc"), aliases=("сервис",)),
)
CENTRE = Centre(timezone=ZONE, lines={line.key: line for line in LINES})
VALUES = {
    "agent": {"17": "Иванова Мария", "18": "Петрова Мария", "19": "Сидоров Пётр"},
    "topic": {name: name for name in ("Ипотека", "Заселение", "Условия оплаты", "Дом «У реки», корпус 2")},
}
CATALOGUE = Catalogue()
VOCABULARY = vocabulary(CATALOGUE, CENTRE, VALUES)
NOW = "2026-06-16 12:00"


def incoming(text: str, now: str = NOW) -> Request | Unclear | None:
    return understand(text, VOCABULARY, to_utc(datetime.fromisoformat(now), ZONE))


def asked(text: str, now: str = NOW) -> str:
    """The canonical words of what was understood; what was not is told apart by the tests' own eyes."""
    request = incoming(text, now)
    assert isinstance(request, Request), request
    return command(request)


def unclear(text: str, now: str = NOW) -> tuple[str, list[str]]:
    """The sentence, and the readings on the buttons."""
    found = incoming(text, now)
    assert isinstance(found, Unclear), found
    return str(found.message), [command(reading) for reading in found.readings]
