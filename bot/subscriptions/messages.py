"""What is said of subscriptions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.chat.questions.recurring import SUBSCRIBE, UNSUBSCRIBE, WORKDAYS, Repeat
from bot.chat.wording import Wording
from bot.subscriptions.store import Subscription
from digests.document import Action, Actions, Block, Bullets, Document, Heading, Item, Note, Paragraph, Span, plain
from digests.localizer import Localizer
from digests.request import Request, command
from warehouse.messages import N_, Message, note

EXAMPLE = "/subscribe sl daily 09:30"

NOT_HERE = note(
    'In this chat, subscriptions and alerts are for those whose role says subscribe = "chat"; write to me in private, '
    "or ask the administrator."
)
NOT_YOURS = note("Your role has no subscriptions and alerts: ask the administrator.")
ONLY_QUESTIONS = note(
    "A metric, its why, an overview, the brief, a report, the rating or the digest can be subscribed to: {example}.",
    example=EXAMPLE,
)
IN_PRIVATE = note("Your own place in a rating is subscribed to in private.")
ROLE_GONE = note("Your role does not allow it any more.")

_PERIODS = {"today": N_("today"), "yesterday": N_("yesterday"), "last week": N_("last week")}
_DAYS = (
    *(N_("Mondays"), N_("Tuesdays"), N_("Wednesdays"), N_("Thursdays"), N_("Fridays"), N_("Saturdays")),
    N_("Sundays"),
)


def repeat_said(repeat: Repeat, localizer: Localizer) -> str:
    """«ежедневно в 09:30», «по понедельникам, четвергам в 10:00»."""
    clock = f"{repeat.at:%H:%M}"
    if repeat.on:
        return localizer(N_("on {day} at {time}"), day=localizer.day(repeat.on), time=clock)
    if repeat.days is None:
        return localizer(N_("every day at {time}"), time=clock)
    if repeat.days == WORKDAYS:
        return localizer(N_("from Monday to Friday at {time}"), time=clock)
    days = ", ".join(localizer(_DAYS[day]) for day in sorted(repeat.days))
    return localizer(N_("on {days} at {time}"), days=days, time=clock)


def made(
    subscription: Subscription, reading: str, first: datetime, unsaid: str | None, localizer: Localizer
) -> Document:
    """That it is there, when it comes, and what was meant where nothing was said."""
    said = localizer(N_("Subscription {number}: "), number=subscription.id)
    repeat = repeat_said(subscription.repeat, localizer)
    when = localizer(N_(", {when}. It comes for the first time on {first}."), when=repeat, first=first)
    blocks: list[Block] = [Paragraph((*plain(said), Span(reading, strong=True), *plain(when)))]
    if unsaid:
        text = N_('No period was named: it is about "{period}". Name another one, and it is about that.')
        blocks.append(Note(localizer(text, period=localizer(_PERIODS[unsaid]))))
    blocks.append(Actions((cancel(subscription, localizer),)))
    return Document(said, tuple(blocks), localizer.language)


def proposed(request: Request, repeat: Repeat, wording: Wording) -> Document:
    """Ask for a word before a wish is carried out."""
    localizer, words = wording.localizer, {"reading": wording.question(request)}
    when = repeat_said(repeat, localizer)
    if repeat.on:
        text, label = localizer(N_("Remind you {when}: {reading}?"), when=when, **words), localizer(N_("Remind me"))
    else:
        text, label = localizer(N_("Send this {when}: {reading}?"), when=when, **words), localizer(N_("Send it"))
    button = Action(label, f"{SUBSCRIBE} {command(request)} {repeat.words}")
    return Document(text, (Paragraph(plain(text)), Actions((button,))), localizer.language)


def proposed_note(said: str, repeat: Repeat, localizer: Localizer) -> Document:
    """Ask for a word before somebody is reminded of what is no question."""
    text = localizer(N_("Remind you {when}: {reading}?"), when=repeat_said(repeat, localizer), reading=said)
    button = Action(localizer(N_("Remind me")), f'{SUBSCRIBE} "{said}" {repeat.words}')
    return Document(text, (Paragraph(plain(text)), Actions((button,))), localizer.language)


def will_remind(subscription: Subscription, reading: str, localizer: Localizer) -> Document:
    """That a reminder is set, and how it is taken back."""
    when = repeat_said(subscription.repeat, localizer)
    text = localizer(N_("I will remind you {when}: {reading}."), when=when, reading=reading)
    blocks = (Paragraph(plain(text)), Actions((cancel(subscription, localizer),)))
    return Document(text, blocks, localizer.language)


def listed(found: Sequence[tuple[Subscription, str]], localizer: Localizer) -> Document:
    """All of a chat, each with its question in words and a button to cancel it; how to make one, if there is none."""
    title = localizer(N_("Subscriptions"))
    if not found:
        text = localizer(N_("There are no subscriptions here. Make one like this: "))
        return Document(title, (Paragraph((*plain(text), Span(EXAMPLE, code=True))),), localizer.language)
    items = tuple(
        Item(
            (
                *plain(f"{each.id}. "),
                Span(reading, strong=True),
                *plain(f" \N{EM DASH} {repeat_said(each.repeat, localizer)}"),
            )
        )
        for each, reading in found
    )
    buttons = Actions(tuple(cancel(each, localizer) for each, _ in found))
    return Document(title, (Heading(title, 1), Bullets(items), buttons), localizer.language)


def cancel(subscription: Subscription, localizer: Localizer) -> Action:
    return Action(localizer(N_("Cancel {number}"), number=subscription.id), f"{UNSUBSCRIBE} {subscription.id}")


def how_often(question: str, at: str, localizer: Localizer) -> Document:
    """The question was understood, and not how often it is wanted: the usual answers, to press."""
    said = localizer(N_("How often is this to come: "))
    ways = {
        localizer(N_("daily {time}"), time=at): f"daily {at}",
        localizer(N_("weekdays {time}"), time=at): f"weekdays {at}",
        localizer(N_("weekly mon {time}"), time=at): f"weekly mon {at}",
    }
    buttons = Actions(tuple(Action(label, f"{SUBSCRIBE} {question} {way}") for label, way in ways.items()))
    tail = localizer(N_("? Add {ways}."), ways=", ".join(ways))
    return Document(
        said, (Paragraph((*plain(said), Span(question, code=True), *plain(tail))), buttons), localizer.language
    )


def posted(document: Document, subscription: Subscription, localizer: Localizer) -> Document:
    """An answer as it is posted: why it comes, and the button that ends it; what came once has none."""
    if subscription.repeat.on:
        text = localizer(N_("A reminder that you asked for."))
        return Document(document.title, (Note(text), *document.blocks), document.language)
    text = localizer(
        N_("Subscription {number}, {when}."), number=subscription.id, when=repeat_said(subscription.repeat, localizer)
    )
    actions = [action for block in document.blocks if isinstance(block, Actions) for action in block.actions]
    rest = tuple(block for block in document.blocks if not isinstance(block, Actions))
    blocks = (*rest, Note(text), Actions((*actions, cancel(subscription, localizer))))
    return Document(document.title, blocks, document.language)


def sentence(message: Message, localizer: Localizer) -> Document:
    text = localizer.say(message)
    return Document(text, (Paragraph(plain(text)),), localizer.language)


def stopped(subscription: Subscription, why: Message) -> Message:
    return note(
        'Subscription {number} to "{question}" is over. {reason}',
        number=subscription.id,
        question=subscription.question,
        reason=why,
    )


def unanswered(subscription: Subscription, why: Message, following: datetime) -> Message:
    return note(
        'Subscription {number} to "{question}" could not be answered this time; it comes again on {next}. {reason}',
        number=subscription.id,
        question=subscription.question,
        reason=why,
        next=following,
    )


def chat_gone(chat: str, subscriptions: int, alerts: int) -> Message:
    """For the operators."""
    return note(
        "{chat} takes nothing from me any more: its subscriptions ({subscriptions}) and alerts ({alerts}) are ended.",
        chat=chat,
        subscriptions=subscriptions,
        alerts=alerts,
    )
