"""What is said of subscriptions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.commands.repeating import WORKDAYS, Repeat
from bot.commands.subscribing import SUBSCRIBE, UNSUBSCRIBE
from bot.subscriptions.book import Subscription
from digests.document import Action, Actions, Block, Bullets, Document, Heading, Item, Note, Paragraph, Span, plain
from digests.wording import Words
from warehouse.messages import N_, Message, note

EXAMPLE = "/subscribe sl daily 09:30"

NOT_HERE = note(
    'In this chat, subscriptions and alerts are for those whose role says subscribe = "chat"; write to me in private, '
    "or ask the administrator."
)
NOT_YOURS = note("Your role has no subscriptions and alerts: ask the administrator.")
ONLY_QUESTIONS = note("A metric, its why, the rating or the digest can be subscribed to: {example}.", example=EXAMPLE)
IN_PRIVATE = note("Your own place in a rating is subscribed to in private.")
ROLE_GONE = note("Your role does not allow it any more.")

_PERIODS = {"today": N_("today"), "yesterday": N_("yesterday"), "last week": N_("last week")}
_DAYS = (
    *(N_("Mondays"), N_("Tuesdays"), N_("Wednesdays"), N_("Thursdays"), N_("Fridays"), N_("Saturdays")),
    N_("Sundays"),
)


def repeat_said(repeat: Repeat, words: Words) -> str:
    """«ежедневно в 09:30», «по понедельникам, четвергам в 10:00»."""
    clock = f"{repeat.at:%H:%M}"
    if repeat.days is None:
        return words(N_("every day at {time}"), time=clock)
    if repeat.days == WORKDAYS:
        return words(N_("from Monday to Friday at {time}"), time=clock)
    days = ", ".join(words(_DAYS[day]) for day in sorted(repeat.days))
    return words(N_("on {days} at {time}"), days=days, time=clock)


def made(subscription: Subscription, first: datetime, unsaid: str | None, words: Words) -> Document:
    """That it is there, when it comes, and what was meant where nothing was said."""
    said = words(N_("Subscription {number}: "), number=subscription.id)
    repeat = repeat_said(subscription.repeat, words)
    when = words(N_(", {when}. It comes for the first time on {first}."), when=repeat, first=first)
    blocks: list[Block] = [Paragraph((*plain(said), Span(subscription.question, code=True), *plain(when)))]
    if unsaid:
        text = N_('No period was named: it is about "{period}". Name another one, and it is about that.')
        blocks.append(Note(words(text, period=words(_PERIODS[unsaid]))))
    blocks.append(Actions((cancel(subscription, words),)))
    return Document(said, tuple(blocks), words.language)


def listed(found: Sequence[Subscription], words: Words) -> Document:
    """All of a chat, with a button to cancel each; how to make one, where there is none."""
    title = words(N_("Subscriptions"))
    if not found:
        text = words(N_("There are no subscriptions here. Make one like this: "))
        return Document(title, (Paragraph((*plain(text), Span(EXAMPLE, code=True))),), words.language)
    items = tuple(
        Item(
            (
                *plain(f"{each.id}. "),
                Span(each.question, code=True),
                *plain(f" \N{EM DASH} {repeat_said(each.repeat, words)}"),
            )
        )
        for each in found
    )
    buttons = Actions(tuple(cancel(each, words) for each in found))
    return Document(title, (Heading(title, 1), Bullets(items), buttons), words.language)


def cancel(subscription: Subscription, words: Words) -> Action:
    return Action(words(N_("Cancel {number}"), number=subscription.id), f"{UNSUBSCRIBE} {subscription.id}")


def how_often(question: str, at: str, words: Words) -> Document:
    """The question was understood, and not how often it is wanted: the usual answers, to press."""
    said = words(N_("How often is this to come: "))
    ways = {
        words(N_("daily {time}"), time=at): f"daily {at}",
        words(N_("weekdays {time}"), time=at): f"weekdays {at}",
        words(N_("weekly mon {time}"), time=at): f"weekly mon {at}",
    }
    buttons = Actions(tuple(Action(label, f"{SUBSCRIBE} {question} {way}") for label, way in ways.items()))
    tail = words(N_("? Add {ways}."), ways=", ".join(ways))
    return Document(said, (Paragraph((*plain(said), Span(question, code=True), *plain(tail))), buttons), words.language)


def posted(document: Document, subscription: Subscription, words: Words) -> Document:
    """An answer as it is posted: why it comes, and the button that ends it."""
    text = words(
        N_("Subscription {number}, {when}."), number=subscription.id, when=repeat_said(subscription.repeat, words)
    )
    actions = [action for block in document.blocks if isinstance(block, Actions) for action in block.actions]
    rest = tuple(block for block in document.blocks if not isinstance(block, Actions))
    blocks = (*rest, Note(text), Actions((*actions, cancel(subscription, words))))
    return Document(document.title, blocks, document.language)


def sentence(message: Message, words: Words) -> Document:
    text = words.say(message)
    return Document(text, (Paragraph(plain(text)),), words.language)


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
