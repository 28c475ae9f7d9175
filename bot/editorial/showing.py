"""What is shown to who writes a column."""

from __future__ import annotations

from collections.abc import Sequence

from bot.config.editorial import DepartmentConfig
from bot.editorial import compose
from bot.editorial.issues import Coming
from bot.editorial.model import Column
from bot.heard import Reply
from digests.document import Action, Actions, Block, Document, Heading, Note, Paragraph, Span, plain
from digests.wording import Words
from metrics.periods import parse
from warehouse.messages import N_, Message, note

DONE, AGAIN, CANCEL = "done", "again", "cancel"


def preview(
    column: Column,
    document: Document,
    department: str,
    author: str | None,
    remark: str | None,
    problems: Sequence[Message],
    words: Words,
) -> Reply:
    """The column as it will be read, with the buttons. A new one takes the place of the one before."""
    period = parse(column.issue.period, words.timezone)
    notes = [Note(words.say(problem)) for problem in problems]
    if remark:
        notes.append(Note(words(N_("Returned with a remark: {remark}"), remark=remark)))
    said: tuple[Block, ...]
    if compose.is_empty(document):
        about = note(
            'The column of "{department}" for the issue of {days}. Write its text and send its pictures: emphasis, '
            "links and lists stay as they are. A first line that stands apart is its title.",
            department=department,
            days=words.days(period),
        )
        said = (Paragraph(plain(words.say(about))), *notes)
        buttons = [_button(N_("Cancel"), CANCEL, column, words)]
    else:
        about = note(
            '"{department}", the issue of {days}: so it will be read. Go on writing, or press Done.',
            department=department,
            days=words.days(period),
        )
        said = (*read(document, author), Note(words.say(about)), *notes)
        buttons = [
            _button(N_("Done"), DONE, column, words),
            _button(N_("Start over"), AGAIN, column, words),
            _button(N_("Cancel"), CANCEL, column, words),
        ]
    shown = Document(document.title, (*said, Actions(tuple(buttons))), words.language)
    return Reply(shown, instead=f"column {column.id}")


def read(document: Document, author: str | None) -> tuple[Block, ...]:
    """A column as it stands in the digest."""
    signed = (Paragraph((Span(author, emphasis=True),)),) if author else ()
    return (Heading(document.title, 2), *document.blocks, *signed)


def which(departments: Sequence[DepartmentConfig], words: Words) -> Reply:
    """Ask for which department."""
    text = words(N_("For which department?"))
    actions = tuple(Action(each.title, f"story {each.key}") for each in departments)
    return Reply(Document(text, (Paragraph(plain(text)), Actions(actions)), words.language))


def sent(title: str, department: str, coming: Coming, key: str, words: Words) -> Reply:
    """The column is with the editors."""
    text = note(
        '"{title}" ({department}) is sent to the editors: the issue of {days} is posted on {moment}.',
        title=title,
        department=department,
        days=words.days(coming.period),
        moment=coming.due.at,
    )
    change = Action(words(N_("Change it")), f"story {key}")
    said = words.say(text)
    return Reply(Document(said, (Paragraph(plain(said)), Actions((change,))), words.language))


def said(text: Message, words: Words) -> Reply:
    """One sentence, for everybody in the chat."""
    shown = words.say(text)
    return Reply(Document(shown, (Paragraph(plain(shown)),), words.language))


def _button(label: str, what: str, column: Column, words: Words) -> Action:
    return Action(words(label), f"story {what} {column.id}")
