"""The pages of `/issue`: the table of contents, a column with its buttons, and the word before a remark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.config.editorial import DepartmentConfig
from bot.editorial.draft_store import DraftRow
from bot.editorial.issues import Coming
from bot.editorial.model import Item, Remark, StoryStatus
from bot.editorial.rights import Rights
from bot.editorial.rules import Press
from bot.editorial.telling import LABELS, order, standing
from bot.heard import Reply
from digests.document import Action, Actions, Block, Bullets, Document, Heading, Note, Paragraph, Span, plain
from digests.document import Item as ListItem
from digests.wording import Words
from warehouse.messages import N_, Message, note

PER_PAGE = 20
"""A button for each column, and no platform takes more than 25 in a row."""

_STATUSES = {
    StoryStatus.DRAFT: note("being written"),
    StoryStatus.SENT: note("handed in"),
    StoryStatus.RETURNED: note("returned"),
    StoryStatus.ACCEPTED: note("accepted"),
}


def contents_page(
    coming: Coming,
    items: Sequence[Item],
    owing: Sequence[DepartmentConfig],
    rights: Rights,
    draft: DraftRow | None,
    number: int,
    words: Words,
) -> Reply:
    """The issue's columns in their order, who owes one, how its draft stands; a button for each column."""
    pages = max(1, -(-len(items) // PER_PAGE))
    number = min(max(number, 1), pages)
    shown = range((number - 1) * PER_PAGE, min(number * PER_PAGE, len(items)))
    title = words(N_("The issue of {days}"), days=words.days(coming.period))
    due = note('It is posted on {moment} ("{job}").', moment=coming.due.at, job=coming.job.key)
    blocks: list[Block] = [Heading(title, 1), Paragraph(plain(words.say(due)))]
    if items:
        blocks.append(Bullets(tuple(_line(place, items[place], rights, words) for place in shown)))
    else:
        blocks.append(Paragraph(plain(words(N_("There are no columns yet.")))))
    if owing:
        blocks.append(Note(words(N_("Owed: {departments}."), departments="; ".join(_owed(owing, rights)))))
    draft_at = coming.job.draft_at(coming.due)
    if draft_at:
        said = words.say(standing(draft, draft_at))
        blocks.append(Note(f"{said[:1].upper()}{said[1:]}."))
    actions = [Action(f"{place + 1}. {items[place].title}", f"issue show {items[place].ref}") for place in shown]
    if pages > number:
        actions.append(Action(words(N_("Further")), f"issue {number + 1}"))
    if number > 1:
        actions.append(Action(words(N_("Back")), f"issue {number - 1}"))
    if draft:
        actions.append(Action(words(LABELS[Press.NEW]), order(Press.NEW, draft.id)))
    return Reply(Document(title, (*blocks, *([Actions(tuple(actions))] if actions else [])), words.language))


def column_page(item: Item, place: int, count: int, remark: Remark | None, rights: Rights, words: Words) -> Reply:
    """A column as it will be read, what is known of it, and what may be done."""
    blocks: list[Block] = []
    if item.story:
        signed = [Paragraph((Span(item.story.author, emphasis=True),))] if item.story.author else []
        blocks += [Heading(item.story.title, 2), *item.story.blocks, *signed]
    else:
        blocks += [Heading(item.title, 2)]
    about = _about(item, rights)
    blocks.append(Note(words(N_("{place} of {count}: {about}"), place=place + 1, count=count, about=about)))
    if remark and item.column and item.column.status is StoryStatus.RETURNED:
        blocks.append(Note(words(N_("Returned with a remark: {remark}"), remark=remark.text)))
    blocks.append(Actions(tuple(_buttons(item, place, count, words))))
    return Reply(Document(item.title, tuple(blocks), words.language))


def remark_page(item: Item, words: Words) -> Reply:
    """Before a remark is written."""
    text = words(
        N_('Why is "{title}" returned? Your next message here is the remark; in a group, reply to this one.'),
        title=item.title,
    )
    cancel = Actions((Action(words(N_("Cancel")), "issue cancel"),))
    return Reply(Document(text, (Paragraph(plain(text)), cancel), words.language))


def _line(place: int, item: Item, rights: Rights, words: Words) -> ListItem:
    about = words.say(_about(item, rights))
    return ListItem((Span(f"{place + 1}. "), Span(item.title, strong=item.in_print), Span(f" ({about})")))


def _about(item: Item, rights: Rights) -> Message:
    """Whose a column is and how it stands."""
    if item.column is None:
        return note("the file {file}", file=item.story.file if item.story else "-")
    return note(
        "{department}, {who}, {status}",
        department=rights.title(item.column.department),
        who=rights.name(item.column.author),
        status=_STATUSES[item.column.status],
    )


def _owed(owing: Sequence[DepartmentConfig], rights: Rights) -> Iterator[str]:
    for department in owing:
        yield f"{department.title} ({', '.join(map(rights.name, department.people))})"


def _buttons(item: Item, place: int, count: int, words: Words) -> Iterator[Action]:
    if place > 0:
        yield Action(words(N_("Up")), f"issue up {item.ref}")
    if place < count - 1:
        yield Action(words(N_("Down")), f"issue down {item.ref}")
    if item.column and item.column.document:
        if item.column.status is not StoryStatus.ACCEPTED:
            yield Action(words(N_("Accept")), f"issue accept {item.ref}")
        yield Action(words(N_("Return with a remark")), f"issue return {item.ref}")
    if item.column:
        yield Action(words(LABELS[Press.EDIT]), f"issue edit {item.ref}")
    yield Action(words(N_("To the issue")), "issue")
