"""The demo's names to ask about: its lines, agents, topics, cities. Its clock stands on Tuesday, 16 June 2026, noon."""

from __future__ import annotations

from bot.chat.questions.vocabulary import vocabulary
from digests.catalogue import REPORTS
from digests.localizer import LANGUAGES, Localizer
from metrics.catalogue import Catalogue
from metrics.centre import Centre, Line
from warehouse.demo.words import CAMPAIGNS, DESKS, ORIGINS, PROJECTS, TOPICS

ZONE = "Europe/Moscow"
NOW = "2026-06-16 12:00"
LINES = (
    Line("sales", "Продажи", aliases=("продажи",)),
    Line("inhouse", "Inhouse", aliases=("инхаус",)),
    Line("akc", "АКЦ Заселение", aliases=("акц", "заселение")),
    Line("support", "Support", aliases=("саппорт",)),
    Line("service", "Сервис", members=("inhouse", "akc"), aliases=("сервис",)),
)
CENTRE = Centre(timezone=ZONE, lines={line.key: line for line in LINES})


def _same(names: object) -> dict[str, str]:
    return {name: name for name in names}  # type: ignore[attr-defined]


PEOPLE = (
    *("Ульяна Гудкова", "Агния Линейкина", "Клим Отзвонов", "Тихон Домофонов", "Лада Созвонова", "Захар Зуммеров"),
    *("Ульяна Перезвонова", "Назар Подъездов", "Василиса Новосельцева", "Есения Метражова", "Савва Балконов"),
    *("Стефания Ключевская-Дверцева", "Прохор Приветов", "Марфа Лифтова"),
)
VALUES = {
    "agent": {f"a{number:03}": name for number, name in enumerate(PEOPLE, start=1)},
    "topic": _same(topic for of_line in TOPICS.values() for topic in of_line),
    "campaign": _same(CAMPAIGNS),
    "origin": _same(ORIGINS),
    "project": _same(PROJECTS),
    "city": _same(city for city, *_ in PROJECTS.values()),
    "desk": _same(DESKS),
}
REPORTED = {
    key: (*report.spec.aliases, *(Localizer(language)(report.spec.title) for language in LANGUAGES))
    for key, report in REPORTS.items()
}
SPECS = {key: report.spec for key, report in REPORTS.items()}
VOCABULARY = vocabulary(Catalogue(), CENTRE, VALUES, reports=REPORTED, specs=SPECS)
