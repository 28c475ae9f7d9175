"""What is said of incidents in chats."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.incidents.store import EntryRevision, IncidentRecord
from digests.document import (
    Action,
    Actions,
    Block,
    Bullets,
    Document,
    Heading,
    Item,
    Note,
    Paragraph,
    Span,
    Table,
    plain,
)
from digests.incidents import KINDS, SECTIONS, TimelineEntry, moments
from digests.localizer import Localizer
from metrics.incidents import Account, Incident
from metrics.periods import to_local
from warehouse.messages import N_

COMMAND = "/incident"
_LISTED = 10
_LONGEST = 400
"""Characters of an entry in the message that changes."""


def timeline(
    incident: Incident, account: Account | None, lines: str, localizer: Localizer, *, most: int | None = None
) -> Document:
    """An incident as it stands, with the numbers of its entries; `most`: the message that changes where it is.

    That one has so many moments, the first and the latest, their texts cut, and buttons for what comes next.
    """
    blocks: list[Block] = [
        Heading(named(incident, localizer), 2),
        Paragraph(plain(_standing(incident, lines, localizer))),
    ]
    every, whole = moments(incident, account), most is None
    shown = every if most is None or len(every) <= most else [every[0], *every[1 - most :]]
    items = [Item(_moment(each, localizer, whole=whole)) for each in shown]
    if len(shown) < len(every):
        left = len(every) - len(shown)
        more = localizer.counted(
            "… {n} entry more: {command}",
            "… {n} entries more: {command}",
            left,
            command=f"{COMMAND} show {incident.number}",
        )
        items.insert(1, Item(plain(more)))
    blocks.append(Bullets(tuple(items)))
    if account is not None and not account.compared:
        blocks.append(Note(localizer(N_("There are fewer than 3 weeks of records to compare the numbers with."))))
    if not whole and incident.resolved is None:
        blocks.append(Note(localizer(N_("A reply to this message is a note."))))
        number = incident.number
        blocks.append(
            Actions(
                (
                    Action(localizer(N_("Taken up")), f"{COMMAND} taken #{number}"),
                    Action(localizer(N_("Fixed")), f"{COMMAND} fixed #{number}"),
                    Action(localizer(N_("Over")), f"{COMMAND} resolve #{number}"),
                )
            )
        )
    elif not whole:
        blocks.append(Actions((Action(localizer(N_("Post-mortem")), f"{COMMAND} postmortem {incident.number}"),)))
    return Document(named(incident, localizer), tuple(blocks), localizer.language)


def named(incident: Incident, localizer: Localizer) -> str:
    """«Инцидент № 7 «Не грузится личный кабинет»»."""
    return localizer(N_("Incident No. {number} “{title}”"), number=incident.number, title=incident.title)


def _standing(incident: Incident, lines: str, localizer: Localizer) -> str:
    said = [lines]
    if incident.severity is not None:
        said.append(localizer(N_("severity {n}"), n=round(incident.severity)))
    if incident.resolved is None:
        said.append(localizer(N_("not over, since {moment}"), moment=incident.started))
    else:
        said.append(localizer.moment(incident.started))
        said.append(_lasted(incident.resolved - incident.started, localizer))
    return ", ".join(said)


def _lasted(length: timedelta, localizer: Localizer) -> str:
    return localizer.counted("{n} minute", "{n} minutes", round(length.total_seconds() / 60))


def _moment(moment: TimelineEntry, localizer: Localizer, *, whole: bool) -> tuple[Span, ...]:
    local = to_local(moment.at, localizer.timezone)
    kind = localizer(KINDS.get(moment.kind, moment.kind))
    text = moment.text if isinstance(moment.text, str) else localizer.say(moment.text)
    if not whole and len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 1]}…"
    said = text if moment.kind == "metric" else f"{kind}: {text}" if text else kind
    words = Span(said, emphasis=moment.automatic, strong=moment.kind == "message")
    number = plain(f" ({moment.place})") if whole and moment.place else ()
    return (Span(f"{local:%H:%M}", strong=True), *plain(" "), words, *number)


def written(record: IncidentRecord, entry: EntryRevision, localizer: Localizer) -> Document:
    """That an entry was written down, with the numbers by which it is changed."""
    place = f"{record.number}:{entry.place}"
    said = localizer(
        N_("Written down as {place}: {moment}, {kind}."),
        place=place,
        moment=f"{to_local(entry.at, localizer.timezone):%H:%M}",
        kind=localizer((KINDS | SECTIONS)[entry.kind]),
    )
    drop = Action(localizer(N_("Drop it")), f"{COMMAND} drop {place}")
    return Document(said, (Paragraph(plain(said)), Actions((drop,))), localizer.language)


def changed(record: IncidentRecord, place: int, localizer: Localizer) -> Document:
    """That an entry has another revision, or is withdrawn."""
    form = N_("Changed: {place}.") if record.entry(place) else N_("Withdrawn: {place}.")
    said = localizer(form, place=f"{record.number}:{place}")
    return Document(said, (Paragraph(plain(said)),), localizer.language)


def reopen(record: IncidentRecord, localizer: Localizer) -> Document:
    """Ask whether an incident that was over goes on, after a note that came later."""
    said = localizer(
        N_("Written down. Incident No. {number} is over since {moment}: does it go on?"),
        number=record.number,
        moment=record.incident.resolved,
    )
    again = Action(localizer(N_("It goes on")), f"{COMMAND} reopen {record.number}")
    return Document(said, (Paragraph(plain(said)), Actions((again,))), localizer.language)


def reminder(incident: Incident, cause: bool, localizer: Localizer) -> Document:
    """That clients were not told of an incident, or not of its cause."""
    what = (
        N_("No message to clients since the cause of No. {number} is known: what it is, and until when it takes.")
        if cause
        else N_("An hour of incident No. {number} “{title}”, and clients were not told yet: we noticed, and are at it.")
    )
    said = localizer(what, number=incident.number, title=incident.title)
    how = localizer(N_("Write down what was sent: {example}"), example=f"{COMMAND} message #{incident.number} …")
    return Document(said, (Paragraph(plain(said)), Note(how)), localizer.language)


def listed(incidents: Sequence[Incident], localizer: Localizer) -> Document:
    """The latest incidents, and how each is over."""
    title = localizer(N_("Incidents"))
    if not incidents:
        return Document(title, (Paragraph(plain(localizer(N_("There are no incidents.")))),), localizer.language)
    rows = tuple(
        (
            f"#{each.number}",
            each.title,
            localizer.moment(each.started),
            localizer.moment(each.resolved) if each.resolved else localizer(N_("goes on")),
        )
        for each in reversed(incidents[-_LISTED:])
    )
    header = ("", localizer(N_("Incident")), localizer(N_("Started")), localizer(N_("Over")))
    return Document(title, (Heading(title, 2), Table(header, rows)), localizer.language)
