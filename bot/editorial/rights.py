"""Who may do what at the desk: editors everything, a department's people their own column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.access import Access, parted
from bot.config import FILE, Config
from bot.config.editorial import DepartmentConfig
from bot.heard import Heard
from warehouse.messages import Mistake, nearest


class Rights:
    """The desk's people, as configured. Checked when it is made: raises Mistake for the first that is wrong."""

    def __init__(self, config: Config, access: Access) -> None:
        self._access, self._open = access, config.has_desk
        self._chats = frozenset(config.editorial.chats)
        self._titles = {asker.id: asker.title for asker in config.people if asker.title}
        self.departments = config.departments
        for chat in config.editorial.chats:
            parted("editorial.chats", chat)
        for department in self.departments:
            for person in department.people:
                parted("departments", person)
        _check_names(self.departments)
        waiting = [post.key for post in config.posts if post.approval == "editors"]
        if waiting and not self._chats:
            raise Mistake(
                'In {file}, posts "{post}": the editors are to approve it, and [editorial] has no chats.',
                file=FILE,
                post=waiting[0],
            )

    @property
    def open(self) -> bool:
        """Whether there is a desk at all."""
        return self._open

    @property
    def names(self) -> dict[str, str]:
        """People as readers know them, by their ids."""
        return dict(self._titles)

    def is_editor(self, heard: Heard) -> bool:
        role = self._access.role(heard)
        return f"{heard.platform}:{heard.chat}" in self._chats or bool(role and role.editor)

    def writes(self, heard: Heard) -> tuple[DepartmentConfig, ...]:
        """The departments that somebody may write for."""
        if self.is_editor(heard):
            return self.departments
        return tuple(each for each in self.departments if who(heard) in each.people)

    def name(self, person: str) -> str:
        """Somebody by name, or by id."""
        return self._titles.get(person, person)

    def department(self, given: str, among: Sequence[DepartmentConfig]) -> DepartmentConfig:
        """The department that is meant. Raises Mistake if there is none of that name."""
        for each in among:
            if given.casefold() in (name.casefold() for name in (each.key, each.title, *each.aliases)):
                return each
        raise Mistake(
            'There is no department "{given}". There are: {known}.',
            given=given,
            known=nearest(given, tuple(each.key for each in among)),
        )

    def title(self, department: str) -> str:
        return next((each.title for each in self.departments if each.key == department), department)


def who(heard: Heard) -> str:
    """`telegram:123`"""
    return f"{heard.platform}:{heard.person}"


def _check_names(departments: Sequence[DepartmentConfig]) -> None:
    names = Counter(
        name.casefold() for each in departments for name in {each.key.casefold(), *map(str.casefold, each.aliases)}
    )
    for each in departments:
        if not each.key or any(sign.isspace() for sign in each.key):
            raise Mistake('In {file}, departments: the key "{given}" must be one word.', file=FILE, given=each.key)
    for name, times in names.items():
        if times > 1:
            raise Mistake('In {file}, departments: two of them are called "{given}".', file=FILE, given=name)
