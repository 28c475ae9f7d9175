"""What is said to the editors' side: its commands by their names in both languages, and who may give them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.access import Access, parted
from bot.chat.message import CommandLine, Incoming
from bot.config import FILE, Config
from bot.config.model import DepartmentConfig
from warehouse.messages import UserError, nearest

STORY, ISSUE, DONE, DRAFT = "story", "issue", "done", "draft"
_NAMES = {
    **dict.fromkeys(("story", "рубрика", "рубрику", "колонка", "колонку"), STORY),
    **dict.fromkeys(("issue", "выпуск"), ISSUE),
    **dict.fromkeys(("done", "готово"), DONE),
    "draft": DRAFT,
}


@dataclass(frozen=True)
class EditorialCommand:
    """A command of the desk, and the words after it on its line."""

    name: str
    words: Sequence[str]

    @property
    def rest(self) -> str:
        return " ".join(self.words)


def parse_command(line: CommandLine) -> EditorialCommand | None:
    """The command that is given; None of what is none of the desk's."""
    known = _NAMES.get(line.name.casefold())
    return EditorialCommand(known, line.words) if known else None


def is_written(incoming: Incoming) -> bool:
    """Whether it is text of a message, rather than a command or a press."""
    return incoming.content is not None and not incoming.text.lstrip().startswith("/")


class Rights:
    """The desk's people, as configured. Checked when it is made: raises UserError for the first that is wrong."""

    def __init__(self, config: Config, access: Access) -> None:
        self._access, self._open = access, config.has_editors
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
            raise UserError(
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

    def is_editor(self, incoming: Incoming) -> bool:
        role = self._access.role(incoming)
        return f"{incoming.platform}:{incoming.chat}" in self._chats or bool(role and role.editor)

    def writes(self, incoming: Incoming) -> tuple[DepartmentConfig, ...]:
        """The departments that somebody may write for."""
        if self.is_editor(incoming):
            return self.departments
        return tuple(each for each in self.departments if who(incoming) in each.people)

    def name(self, person: str) -> str:
        """Somebody by name, or by id."""
        return self._titles.get(person, person)

    def department(self, given: str, among: Sequence[DepartmentConfig]) -> DepartmentConfig:
        """The department that is meant. Raises UserError if there is none of that name."""
        for each in among:
            if given.casefold() in (name.casefold() for name in (each.key, each.title, *each.aliases)):
                return each
        raise UserError(
            'There is no department "{given}". There are: {known}.',
            given=given,
            known=nearest(given, tuple(each.key for each in among)),
        )

    def title(self, department: str) -> str:
        return next((each.title for each in self.departments if each.key == department), department)


def who(incoming: Incoming) -> str:
    """`telegram:123`"""
    return f"{incoming.platform}:{incoming.person}"


def _check_names(departments: Sequence[DepartmentConfig]) -> None:
    names = Counter(
        name.casefold() for each in departments for name in {each.key.casefold(), *map(str.casefold, each.aliases)}
    )
    for each in departments:
        if not each.key or any(sign.isspace() for sign in each.key):
            raise UserError('In {file}, departments: the key "{given}" must be one word.', file=FILE, given=each.key)
    for name, times in names.items():
        if times > 1:
            raise UserError('In {file}, departments: two of them are called "{given}".', file=FILE, given=name)
