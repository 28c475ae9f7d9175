"""Who asks: their role by person or chat, the language they are answered in, and how much they may ask."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from cachetools import LRUCache

from bot.channels.registry import person_examples
from bot.chat.message import Incoming
from bot.config import FILE, AskerConfig, Config, RoleConfig
from digests.localizer import LANGUAGES
from metrics.catalogue import Catalogue
from metrics.centre import Centre
from warehouse.messages import UserError, nearest
from warehouse.scope import DealScope

EVERYTHING = "*"


@dataclass(frozen=True)
class Role:
    """What may be asked. None: all of it."""

    metrics: frozenset[str] | None
    lines: frozenset[str] | None
    names: bool
    """Whether agents are named."""
    operator: bool = False
    """Whether orders may be given."""
    editor: bool = False
    """Whether everything may be done at the editorial desk."""
    subscribe: Literal["none", "own", "chat"] = "own"
    """For whom subscriptions and alerts may be made."""
    incident: Literal["none", "note", "lead"] = "none"
    """Whether incidents may be written: nothing, into timelines, or also begun and ended."""
    sales: bool = False
    """Whether deals, which have no line, may be asked for beside some lines."""
    deals: DealScope | None = None
    """Which deals are seen; None: all."""
    plans: bool = False
    """Whether plans that the forecast makes may be approved."""
    overview: tuple[str, ...] = ()
    """The metrics of an overview; none: the usual ones."""


INCIDENT_RIGHTS: tuple[Literal["none", "note", "lead"], ...] = ("none", "note", "lead")
"""From nothing to everything."""

FULL = Role(None, None, True, incident="lead")
"""Of who sits at the machine that holds the records."""


class Access:
    """The roles of people and chats, as configured. Checked when it is made."""

    def __init__(self, config: Config) -> None:
        self._roles = {key: _role(key, role, config.catalogue) for key, role in config.roles.items()}
        self._people = dict(self._known("people", config.people))
        self._chats = dict(self._known("chats", config.chats))
        self._agents = {asker.id: asker.agent for asker in config.people}

    def role(self, incoming: Incoming) -> Role | None:
        """What is allowed to who was heard; None if nobody knows them here."""
        if incoming.private:
            return self._people.get(f"{incoming.platform}:{incoming.person}")
        return self._chats.get(f"{incoming.platform}:{incoming.chat}")

    def agent(self, incoming: Incoming) -> str | None:
        """Which agent of the records somebody is, wherever they speak; None if nobody said."""
        return self._agents.get(f"{incoming.platform}:{incoming.person}")

    def names(self, platform: str, chat: str) -> bool:
        """Whether what is posted in a chat may name agents; not where nobody said so."""
        place = f"{platform}:{chat}"
        role = self._chats.get(place) or self._people.get(place)
        return role is not None and role.names

    def may_subscribe(self, incoming: Incoming) -> bool:
        """Whether who was heard may have subscriptions and alerts there: of a chat, by the chat's role or their own."""
        role = self.role(incoming)
        if role is None or incoming.private:
            return role is not None and role.subscribe != "none"
        own = self._people.get(f"{incoming.platform}:{incoming.person}")
        return "chat" in (role.subscribe, own and own.subscribe)

    def may_plan(self, incoming: Incoming) -> bool:
        """Whether who was heard may approve plans there: by the chat's role or their own."""
        own = self._people.get(f"{incoming.platform}:{incoming.person}")
        return any(role is not None and role.plans for role in (self.role(incoming), own))

    def incident_right(self, incoming: Incoming) -> Literal["none", "note", "lead"]:
        """What who was heard may write of incidents there: by the chat's role or their own, whichever is more."""
        own = self._people.get(f"{incoming.platform}:{incoming.person}")
        rights = [role.incident for role in (self.role(incoming), own) if role is not None]
        return next((right for right in INCIDENT_RIGHTS[::-1] if right in rights), "none")

    def chats(self, platform: str) -> tuple[str, ...]:
        """The ids of the configured chats of a platform."""
        return tuple(name.partition(":")[2] for name in self._chats if name.startswith(f"{platform}:"))

    def check_lines(self, centre: Centre) -> None:
        """Raise UserError for a role's line that neither the configuration nor the records have."""
        for key, role in self._roles.items():
            for line in sorted(role.lines or ()):
                if line not in centre.lines:
                    raise UserError(
                        'In {file}, roles.{role}: there is no line "{given}". There are: {known}.',
                        file=FILE,
                        role=key,
                        given=line,
                        known=nearest(line, tuple(centre.lines)),
                    )

    def _known(self, table: str, askers: Sequence[AskerConfig]) -> Iterator[tuple[str, Role]]:
        seen: set[str] = set()
        for asker in askers:
            parted(table, asker.id)
            if asker.role not in self._roles:
                raise UserError(
                    'In {file}, {table}: {given} has the role "{role}", which does not exist. There are: {known}.',
                    file=FILE,
                    table=table,
                    given=asker.id,
                    role=asker.role,
                    known=nearest(asker.role, tuple(self._roles)),
                )
            if asker.id in seen:
                raise UserError("In {file}, {table}: {given} is listed twice.", file=FILE, table=table, given=asker.id)
            seen.add(asker.id)
            yield asker.id, self._roles[asker.role]


def _role(key: str, role: RoleConfig, catalogue: Catalogue) -> Role:
    metrics = None if EVERYTHING in role.metrics else frozenset(catalogue.get(name).key for name in role.metrics)
    lines = None if EVERYTHING in role.lines else frozenset(role.lines)
    cities, pipelines, owners = (
        None if EVERYTHING in each else frozenset(each) for each in (role.cities, role.pipelines, role.owners)
    )
    sold = frozenset(metric.key for metric in catalogue if catalogue.is_of_deals(metric))
    some = any(each is not None for each in (cities, pipelines, owners))
    deals = DealScope(cities, pipelines, owners, sold) if some else None
    overview = tuple(catalogue.get(name).key for name in role.overview)
    return Role(
        *(metrics, lines, role.names, role.operator, role.editor, role.subscribe, role.incident, role.sales, deals),
        plans=role.plans,
        overview=overview,
    )


def parted(table: str, name: str) -> tuple[str, str]:
    """The platform and the platform's own id. Raises UserError for what is not written as an id is."""
    platform, colon, own = name.partition(":")
    if not (platform and colon and own):
        raise UserError(
            'In {file}, {table}: "{given}" is not an id; write it like {examples}.',
            file=FILE,
            table=table,
            given=name,
            examples=", ".join(person_examples()),
        )
    return platform, own


def ids(config: Config) -> Mapping[str, AskerConfig]:
    """People and chats by their ids."""
    return {asker.id: asker for asker in (*config.people, *config.chats)}


_REMEMBERED = 5000


_ENGLISH = frozenset(
    (
        *("am", "and", "are", "can", "could", "did", "do", "does", "for", "give", "good", "has", "have", "hello", "hi"),
        *("how", "i", "is", "it", "its", "many", "me", "much", "my", "of", "our", "please", "should", "show", "tell"),
        *(
            "thank",
            "thanks",
            "that",
            "the",
            "their",
            "there",
            "they",
            "us",
            "was",
            "we",
            "were",
            "what",
            "when",
            "where",
        ),
        *("which", "who", "why", "will", "with", "worse", "would", "you", "your"),
    )
)
"""Words of sentences: names of metrics and commands are Latin in every language."""


def _written_in(incoming: Incoming) -> str | None:
    """The language of what somebody wrote, where it tells; a press and a command do not, unless there is Cyrillic."""
    text = incoming.text.casefold()
    if any("а" <= letter <= "я" or letter == "ё" for letter in text):
        return "ru"
    if incoming.pressed is None and not text.lstrip().startswith("/"):
        return "en" if _ENGLISH.intersection(re.findall(r"[a-z]+", text)) else None
    return None


class LanguageMemory:
    """The configured language of a person goes first, then what they write in, then that of the chat, of the platform.

    Commands are Latin in every language, so only Cyrillic and whole sentences tell: who wrote them once is answered so
    after, in the groups of others too.
    """

    def __init__(self, config: Config) -> None:
        self._centre = config.centre.language
        self._configured = {name: asker.language for name, asker in ids(config).items() if asker.language}
        self._written: LRUCache[tuple[str, str, str], str] = LRUCache(_REMEMBERED)

    def of(self, incoming: Incoming) -> str:
        who, chat = f"{incoming.platform}:{incoming.person}", f"{incoming.platform}:{incoming.chat}"
        if configured := self._configured.get(who):
            return configured
        key = (incoming.platform, incoming.chat, incoming.person)
        if written := _written_in(incoming) or self._written.get(key):
            self._written[key] = written
            return written
        if not incoming.private and (spoken := self._configured.get(chat)):
            return spoken
        own = (incoming.locale or "")[:2].lower()
        return own if own in LANGUAGES else self._centre


_MINUTE = 60.0
_PEOPLE = 5000


class Allowance(Enum):
    """Whether a question is taken; of those that are not, only the first is told so."""

    GRANTED = "granted"
    SPENT = "spent"
    SILENT = "silent"


class Throttle:
    """So many questions a minute and person. Times are seconds of a clock that never goes back."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._questions_at: dict[str, deque[float]] = {}
        self._warned_at: dict[str, float] = {}

    def ask(self, person: str, now: float) -> Allowance:
        """Take one question of a person, or not."""
        asked = self._questions_at.setdefault(person, deque())
        while asked and asked[0] <= now - _MINUTE:
            asked.popleft()
        if len(asked) < self._per_minute:
            asked.append(now)
            self._warned_at.pop(person, None)
            self._forget(now)
            return Allowance.GRANTED
        # One notice a minute: a person who never pauses still learns why nothing comes.
        if self._warned_at.get(person, now - _MINUTE) <= now - _MINUTE:
            self._warned_at[person] = now
            return Allowance.SPENT
        return Allowance.SILENT

    def _forget(self, now: float) -> None:
        if len(self._questions_at) > _PEOPLE:
            self._questions_at = {who: asked for who, asked in self._questions_at.items() if asked[-1] > now - _MINUTE}
            self._warned_at = {who: at for who, at in self._warned_at.items() if at > now - _MINUTE}
