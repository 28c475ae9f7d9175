"""Who may ask what: people in private by their own role, everybody in a known chat by the chat's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.config import FILE, AskerConfig, Config, RoleConfig
from bot.heard import Heard
from metrics.catalogue import Catalogue
from metrics.centre import Centre
from warehouse.messages import Mistake, nearest

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


FULL = Role(None, None, True)
"""Of who sits at the machine that holds the records."""


class Access:
    """The roles of people and chats, as configured. Checked when it is made."""

    def __init__(self, config: Config) -> None:
        self._roles = {key: _role(key, role, config.catalogue) for key, role in config.roles.items()}
        self._people = dict(self._known("people", config.people))
        self._chats = dict(self._known("chats", config.chats))
        self._agents = {asker.id: asker.agent for asker in config.people}

    def role(self, heard: Heard) -> Role | None:
        """What is allowed to who was heard; None if nobody knows them here."""
        if heard.private:
            return self._people.get(f"{heard.platform}:{heard.person}")
        return self._chats.get(f"{heard.platform}:{heard.chat}")

    def agent(self, heard: Heard) -> str | None:
        """Which agent of the records somebody is, wherever they speak; None if nobody said."""
        return self._agents.get(f"{heard.platform}:{heard.person}")

    def names(self, platform: str, chat: str) -> bool:
        """Whether what is posted in a chat may name agents; not where nobody said so."""
        place = f"{platform}:{chat}"
        role = self._chats.get(place) or self._people.get(place)
        return role is not None and role.names

    def chats(self, platform: str) -> tuple[str, ...]:
        """The ids of the configured chats of a platform."""
        return tuple(name.partition(":")[2] for name in self._chats if name.startswith(f"{platform}:"))

    def check_lines(self, centre: Centre) -> None:
        """Raise Mistake for a role's line that neither the configuration nor the records have."""
        for key, role in self._roles.items():
            for line in sorted(role.lines or ()):
                if line not in centre.lines:
                    raise Mistake(
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
                raise Mistake(
                    'In {file}, {table}: {given} has the role "{role}", which does not exist. There are: {known}.',
                    file=FILE,
                    table=table,
                    given=asker.id,
                    role=asker.role,
                    known=nearest(asker.role, tuple(self._roles)),
                )
            if asker.id in seen:
                raise Mistake("In {file}, {table}: {given} is listed twice.", file=FILE, table=table, given=asker.id)
            seen.add(asker.id)
            yield asker.id, self._roles[asker.role]


def _role(key: str, role: RoleConfig, catalogue: Catalogue) -> Role:
    metrics = None if EVERYTHING in role.metrics else frozenset(catalogue.get(name).key for name in role.metrics)
    lines = None if EVERYTHING in role.lines else frozenset(role.lines)
    return Role(metrics, lines, role.names, role.operator, role.editor)


def parted(table: str, name: str) -> tuple[str, str]:
    """The platform and the platform's own id. Raises Mistake for what is not written as an id is."""
    platform, colon, own = name.partition(":")
    if not (platform and colon and own):
        raise Mistake(
            'In {file}, {table}: "{given}" is not an id; write it like telegram:12345 or slack:U024BE7LH.',
            file=FILE,
            table=table,
            given=name,
        )
    return platform, own


def ids(config: Config) -> Mapping[str, AskerConfig]:
    """People and chats by their ids."""
    return {asker.id: asker for asker in (*config.people, *config.chats)}
