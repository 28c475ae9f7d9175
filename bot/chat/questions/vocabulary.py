"""All names that may be asked for: of metrics, lines, agents, topics and whatever else records are told apart by."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import product

from bot.chat.questions import grammar as said_as
from bot.chat.questions import verbs
from bot.chat.questions.concepts import MetricPhrases
from bot.chat.questions.dates import RELATIVE
from bot.chat.questions.forms import lemmas
from bot.chat.questions.lexicon import Lexicon
from bot.chat.questions.periods import WORDS
from bot.chat.questions.text import Phrases, folded, phrases
from digests.localizer import LANGUAGES, Localizer
from digests.model import ReportSpec
from digests.request import Verb
from metrics.catalogue import Catalogue
from metrics.centre import Centre
from metrics.clock import DAYS
from metrics.dimensions import DIMENSIONS, OF_AGENTS, PEOPLE, WEEKDAY
from metrics.model import Better, Metric
from metrics.people import PIPELINE
from warehouse.messages import KeyedTitle

METRIC, LINE, AGENT = "metric", "line", "agent"

FAMILIES: dict[str, tuple[str, ...]] = {
    "desk": ("desk", "service desk", "деск", "тикеты", "обращения", "tickets"),
}
"""Words for several metrics at once, by what their keys begin with: none of them is meant more than another."""
SHARED: dict[tuple[str, ...], tuple[str, ...]] = {
    ("lcr", "sl", "asa", "calls_out"): (
        *("дозвон", "дозвоны", "дозвонились", "дозваниваются", "дозваниваемость", "недозвон", "недозвоны", "reach"),
        *("reachability", "доступность", "availability"),
    ),
    ("reserves", "reserves_m2"): ("продажи квартир", "спрос"),
    ("csat", "csi", "qa"): ("оценка", "оценки", "средняя оценка", "оценка операторов", "scores", "average score"),
}
"""Words that people use for one metric or another: which is asked back."""

NICKNAMES: dict[str, tuple[str, ...]] = {
    "москва": ("мск", "moscow", "msk"),
    "санкт-петербург": ("питер", "спб", "петербург", "saint petersburg", "st petersburg", "petersburg", "spb"),
    "екатеринбург": ("екб", "ебург", "yekaterinburg", "ekaterinburg"),
    "новосибирск": ("нск", "novosibirsk"),
    "нижний новгород": ("нижний", "nizhny novgorod"),
    "казань": ("kazan",),
    "краснодар": ("krasnodar",),
    "сочи": ("sochi",),
}
"""What else people call a city, where the records have it."""

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
INFLECTED = tuple(
    folded(said)
    for table in (
        # «По понедельникам» is not the last Monday.
        *(names for key, names in RELATIVE.items() if key not in _WEEKDAYS),
        *verbs.SHAPES.values(),
        *(tuple(each for each in verbs.VERBS[verb] if " " not in each) for verb in (Verb.PLAN, Verb.PACE)),
        *said_as.VERSUS.values(),
        *said_as.MOVED.values(),
        *said_as.JUDGED.values(),
    )
    for said in table
)
"""Phrases of the grammar that mean the same in every form of their words."""
EXACT = tuple(
    folded(said)
    for table in (
        *verbs.VERBS.values(),
        *(names for key, names in RELATIVE.items() if key in _WEEKDAYS),
        *said_as.ENDS.values(),
        *said_as.WHICH.values(),
        *said_as.DAY_PARTS.values(),
        *said_as.PARTS.values(),
        *said_as.BY_ITSELF.values(),
        *said_as.OF.values(),
        *said_as.RANKED.values(),
        *said_as.VERSUS_BY_ITSELF.values(),
        *said_as.RECURRING.values(),
        *said_as.COMPARATIVES.values(),
        said_as.EXECUTION,
        *(said_as.TOP, said_as.BY, said_as.AGAINST, said_as.WHOLE, said_as.COMPARED),
        *said_as.PEAKS.values(),
        *(said_as.FILLERS, WORDS),
    )
    for said in table
)
"""Those that mean what they mean as they stand alone."""


@dataclass(frozen=True, order=True)
class Name:
    """What a name stands for: a metric, or a value (its key in the records) of a dimension such as line."""

    of: str
    key: str


@dataclass(frozen=True)
class Vocabulary:
    """The names of one centre, for `understand`. Made by `vocabulary`; worth keeping between questions."""

    timezone: str
    catalogue: Catalogue = field(repr=False)
    metrics: tuple[str, ...]
    dimensions: Mapping[str, tuple[str, ...]]
    """What each metric can be narrowed to and broken down by, besides parts of time."""
    directed: frozenset[str]
    """The metrics that are judged by a plan."""
    lines: tuple[str, ...]
    called: Mapping[Name, str] = field(repr=False)
    """What a line or a value is called, where people read it."""
    english: Mapping[Name, str] = field(repr=False)
    """What English readers call a line otherwise."""
    names: Phrases[tuple[Name, ...]] = field(repr=False)
    """By what is said: all that bears the name."""
    sorted: tuple[str, ...] = field(repr=False)
    """All that is said, in order, to look for beginnings."""
    values: Mapping[str, Phrases[tuple[str, ...]]] = field(repr=False)
    """By dimension and what is said: the values; a dimension that is absent is not known, and takes anything."""
    contests: Phrases[str] = field(repr=False)
    """The contests' keys by what is said: key or title."""
    reports: Phrases[str] = field(repr=False)
    """The reports' keys by what is said."""
    specs: Mapping[str, ReportSpec] = field(repr=False, compare=False)
    """The reports' declarations by their keys: what may be chosen and named beside each."""
    lexicon: Lexicon = field(repr=False, compare=False)
    """The same phrases, in other forms of their words."""
    closed: frozenset[str] = frozenset()
    """The dimensions whose values may not be asked for by name, whether they are there or not."""

    def known_values(self, dimension: str) -> Iterable[tuple[str, ...]]:
        """Return the values of a dimension by what they are called."""
        return self.values[dimension].meanings.values() if dimension in self.values else ()

    @property
    def metric_phrases(self) -> MetricPhrases:
        """All that metrics are called, to be found in any order of the words."""
        return _metric_phrases(self.catalogue)

    def names_a_metric(self, word: str) -> bool:
        """Whether a folded word is what a metric is called, in any of its forms."""
        known = self.names.meanings
        return any(name.of == METRIC for form in (word, *lemmas(word)) for name in known.get(form, ()))

    def called_in(self, language: str, name: Name) -> str:
        """What a line or a value is called by those who read a language; its key, where it has no other name."""
        found = self.english.get(name) if language == "en" else None
        return found or self.called.get(name, name.key)

    def metric_titles(self, keys: Iterable[str]) -> tuple[KeyedTitle, ...]:
        """Return metrics by their keys as a sentence lists them."""
        return tuple(self.catalogue.get(key).keyed_title for key in keys)

    def line_titles(self, keys: Iterable[str]) -> tuple[KeyedTitle, ...]:
        """Return lines by their keys as a sentence lists them."""
        return tuple(map(self.line_title, keys))

    def line_title(self, key: str) -> KeyedTitle:
        """Return what a line is called, for a sentence."""
        name = Name(LINE, key)
        return KeyedTitle("{title}", {"title": self.called.get(name, key)}, key=key, english=self.english.get(name, ""))

    def report_titles(self, keys: Iterable[str]) -> tuple[KeyedTitle, ...]:
        """Return reports by their keys as a sentence lists them."""
        return tuple(KeyedTitle(spec.title if (spec := self.specs.get(key)) else key, key=key) for key in keys)

    @property
    def all_dimensions(self) -> tuple[str, ...]:
        """Every dimension of any metric."""
        return tuple(dict.fromkeys(of for dimensions in self.dimensions.values() for of in dimensions))

    @cached_property
    def _said_of(self) -> dict[frozenset[str], Mapping[str, tuple[Name, ...]]]:
        return {}

    def said_of(self, kinds: frozenset[str]) -> Mapping[str, tuple[Name, ...]]:
        """Return all that is said of metrics, or of the values of some dimensions, with the names of these kinds."""
        if kinds not in self._said_of:
            of_kind = ((said, tuple(n for n in names if n.of in kinds)) for said, names in self.names.meanings.items())
            self._said_of[kinds] = {said: names for said, names in of_kind if names}
        return self._said_of[kinds]

    def beginning(self, word: str) -> str | None:
        """The only line of which a name begins with a word of three letters or more, and no other name does."""
        if len(word) < 3:
            return None
        found: set[Name] = set()
        for said in self.sorted[bisect_left(self.sorted, word) :]:
            if not said.startswith(word) or len(found) > 1:
                break
            found.update(name for name in self.names.meanings[said] if name.of != METRIC)
        only = found.pop() if len(found) == 1 else None
        return only.key if only and only.of == LINE else None


def vocabulary(
    catalogue: Catalogue,
    centre: Centre,
    values: Mapping[str, Mapping[str, str]],
    contests: Mapping[str, str] | None = None,
    closed: Iterable[str] = (),
    reports: Mapping[str, Iterable[str]] | None = None,
    specs: Mapping[str, ReportSpec] | None = None,
) -> Vocabulary:
    """The vocabulary of a centre. `values`: dimension -> value in the records -> how it is called.

    `contests` are their titles by their keys, `reports` all that they are called, `specs` their declarations; the
    values of `closed` dimensions are not open to who asks.

    A dimension left out of `values` takes any value as it is written. Agents are called by the whole name in any
    order, and by a part of it where one agent alone has that.
    """
    found, titled = _found(catalogue).copy(), contests or {}
    languages = tuple(map(Localizer, LANGUAGES))
    by_dimension: dict[str, _Found] = {LINE: _Found()}
    called = {Name(LINE, line.key): line.title for line in centre.lines.values()}
    english = {Name(LINE, line.key): line.title_en for line in centre.lines.values() if line.title_en}
    for line in centre.lines.values():
        for rank, said in ((0, line.key), *((1, name) for name in (line.title, line.title_en, *line.aliases))):
            found.add(said, Name(LINE, line.key), rank)
            by_dimension[LINE].add(said, Name(LINE, line.key), rank)
    for dimension, names_of in values.items():
        of_it = by_dimension.setdefault(dimension, _Found())
        for value, name in names_of.items():
            called[Name(dimension, value)] = name
            of_it.add(value, Name(dimension, value), 0)
            for rank, said in _value_names(dimension, name):
                if dimension != PIPELINE:  # which is often called as a line is, and means it after its word alone
                    found.add(said, Name(dimension, value), rank)
                of_it.add(said, Name(dimension, value), 1 + rank)
            title = DIMENSIONS[dimension].titles.get(value) if dimension in DIMENSIONS else None
            for localizer in languages if title else ():  # said after the dimension's name: «канал Чаты»
                of_it.add(localizer(title or ""), Name(dimension, value), 2)
    for word, key in _words_of_titles(centre, found):
        found.add(word, Name(LINE, key), 2)
        by_dimension[LINE].add(word, Name(LINE, key), 2)
    days = _Found()
    for day in DAYS:
        days.add(day, Name(WEEKDAY.key, day), 0)
    by_dimension[WEEKDAY.key] = days
    names = Phrases(found.best())
    of_reports = phrases((key, (key, *sayings)) for key, sayings in (reports or {}).items())
    ours = [said for said, meant in names.meanings.items() if any(name.of in (METRIC, LINE) for name in meant)]
    return Vocabulary(
        timezone=centre.timezone,
        metrics=catalogue.keys,
        catalogue=catalogue,
        # Teams and sites are offered where somebody has one.
        dimensions={
            metric.key: tuple(
                of
                for of in catalogue.dimensions(metric)
                if not DIMENSIONS[of].derived and (of not in OF_AGENTS or values.get(of))
            )
            for metric in catalogue
        },
        directed=frozenset(metric.key for metric in catalogue if metric.better is not Better.NEUTRAL),
        lines=tuple(centre.lines),
        called=called,
        english=english,
        names=names,
        sorted=tuple(sorted(names.meanings)),
        values={
            dimension: Phrases((said, tuple(name.key for name in names)) for said, names in of_it.best())
            for dimension, of_it in by_dimension.items()
        },
        contests=phrases([(key, (title,)) for key, title in titled.items()] + [(key, (key,)) for key in titled]),
        reports=of_reports,
        specs=specs or {},
        lexicon=Lexicon([*names.meanings, *of_reports.meanings, *INFLECTED], EXACT, [*ours, *INFLECTED]),
        closed=frozenset(closed),
    )


@lru_cache(4)
def _found(catalogue: Catalogue) -> _Found:
    """Return all that metrics are called, which is the same for all roles and all names of people."""
    found, languages = _Found(), tuple(map(Localizer, LANGUAGES))
    for metric in catalogue:
        for rank, said in _metric_names(metric, languages):
            found.add(said, Name(METRIC, metric.key), rank)
    for prefix, family in FAMILIES.items():
        members = [metric.key for metric in catalogue if metric.key.startswith(f"{prefix}_")]
        for said in family:
            for key in members:
                found.add(said, Name(METRIC, key), 1)
    for keys, sayings in SHARED.items():
        for said, key in product(sayings, keys):
            if key in catalogue:
                found.add(said, Name(METRIC, key), 1)
    return found


@lru_cache(4)
def _metric_phrases(catalogue: Catalogue) -> MetricPhrases:
    """Taken apart once for all roles and all names of people: it takes a twentieth of a second."""
    languages = tuple(map(Localizer, LANGUAGES))
    called = ((metric, _metric_names(metric, languages)) for metric in catalogue)
    # A report's own titles are words of many: "Open", "Kept".
    return MetricPhrases(
        (metric.key, [each for each in names if metric.listed or each[0] < 2]) for metric, names in called
    )


def _metric_names(metric: Metric, languages: Iterable[Localizer]) -> Iterator[tuple[int, str]]:
    """Everything a metric is called: key and aliases before titles, which may be those of two."""
    for name in (metric.key, *metric.aliases):
        yield 0, name
        yield 0, name.replace("_", " ")
        yield 0, name.replace(".", "_")
    for said in metric.phrases:
        yield 1, said
    for localizer in languages:
        title = localizer(metric.title)
        if metric.listed:  # a report's "Mean", "Open", "With a client" are words of their own
            yield 2, title
            yield 2, re.sub(r"\([^()]*\)", "", title)


def _words_of_titles(centre: Centre, found: _Found) -> list[tuple[str, str]]:
    """The words of lines' titles that are one line's alone, and nothing else's."""
    said: dict[str, set[str]] = {}
    for line in centre.lines.values():
        for title in filter(None, (line.title, line.title_en)):
            words = folded(title).split(" ")
            for word in words if len(words) > 1 else ():
                said.setdefault(word, set()).add(line.key)
    grammar = {word for phrase in EXACT for word in phrase.split(" ")}
    return [
        (word, next(iter(lines)))
        for word, lines in said.items()
        if len(lines) == 1 and len(word) >= _LEAST_OF_TITLE and word not in grammar and word not in found
    ]


_LEAST_OF_TITLE = 4
"""Letters of a word of a line's title that is taken for the line."""


def _value_names(dimension: str, name: str) -> Iterable[tuple[int, str]]:
    if dimension == "city":
        return [(0, name), *((1, said) for said in NICKNAMES.get(name.casefold(), ()))]
    if dimension not in PEOPLE:
        return [(0, name)]
    parts = name.split()
    return [(0, name), (1, " ".join(reversed(parts))), *((2, part) for part in parts if len(part) > 2)]


class _Found:
    """Names as they are collected: of those that say the same of one kind, the best ranked count."""

    def __init__(self) -> None:
        self._ranked: dict[str, dict[str, tuple[int, list[Name]]]] = {}

    def add(self, said: str, name: Name, rank: int) -> None:
        phrase = folded(said)
        if not phrase:
            return
        of_kind = self._ranked.setdefault(phrase, {})
        best, names = of_kind.get(name.of, (rank, []))
        if rank < best:
            of_kind[name.of] = (rank, [name])
        elif rank == best:
            of_kind[name.of] = (best, names if name in names else [*names, name])

    def copy(self) -> _Found:
        """Return the same names, to add others to."""
        other = _Found()
        other._ranked = {phrase: dict(of_kind) for phrase, of_kind in self._ranked.items()}
        return other

    def __contains__(self, phrase: str) -> bool:
        return phrase in self._ranked

    def best(self) -> Iterator[tuple[str, tuple[Name, ...]]]:
        for phrase, of_kind in self._ranked.items():
            # A line's key is the line, whatever else is called so: buttons say it.
            is_key = of_kind.get(LINE, (1,))[0] == 0
            kept = [each for kind, each in of_kind.items() if not is_key or kind in (METRIC, LINE)]
            yield phrase, tuple(name for _, names in kept for name in names)
