"""Subscriptions as they are asked for: `subscribe QUESTION WHEN`, `subscriptions`, `unsubscribe 12`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands.repeating import Repeat, repeat_in
from bot.commands.text import LONGEST, Word, addressed, phrases, words

SUBSCRIBE, SUBSCRIPTIONS, UNSUBSCRIBE = "subscribe", "subscriptions", "unsubscribe"
"""The commands' names."""

SAID: dict[str, tuple[str, ...]] = {
    SUBSCRIBE: (
        *("subscribe", "subscribe to", "subscribe me to", "subscription"),
        *("подписка", "подписка на", "подпиши", "подпиши на", "подпиши меня на", "подписать", "подписаться на"),
    ),
    SUBSCRIPTIONS: ("subscriptions", "my subscriptions", "подписки", "мои подписки", "список подписок"),
    UNSUBSCRIBE: (
        *("unsubscribe", "unsubscribe from", "cancel subscription"),
        *("отписка", "отпиши", "отписаться", "отпиши от", "отменить подписку", "отмени подписку"),
    ),
}
_SAID = phrases(SAID.items())


@dataclass(frozen=True)
class Subscribe:
    """A question to be answered by itself, in its own words, and how often; None: it was not said."""

    question: str
    repeat: Repeat | None


@dataclass(frozen=True)
class ListSubscriptions:
    """What is subscribed to here."""


@dataclass(frozen=True)
class Unsubscribe:
    """A subscription by its number; None: none was said."""

    number: int | None


def subscribing(text: str) -> Subscribe | ListSubscriptions | Unsubscribe | None:
    """What a text wants of subscriptions; None, if it is about something else."""
    said = said_to_us(text)
    found = _SAID.at([word.folded for word in said], 0)
    if found is None:
        return None
    end, what = found
    rest = said[end:]
    if what == UNSUBSCRIBE:
        return Unsubscribe(number_in(rest))
    if what == SUBSCRIPTIONS or not rest:
        return ListSubscriptions()
    repeat, question = repeat_in(rest)
    return Subscribe(written(question), repeat)


def said_to_us(text: str) -> tuple[Word, ...]:
    """The words of a text that is not too long for a question, without what it is addressed with."""
    heard = addressed(text[: LONGEST + 1])
    return words(heard.text) if heard else ()


def number_in(said: Sequence[Word]) -> int | None:
    """The only number of some words."""
    numbers = [word.folded.lstrip("#").removeprefix("no") for word in said]  # the sign № is «No» by now
    numbers = [word for word in numbers if word.isascii() and word.isdecimal() and len(word) < 10]
    return int(numbers[0]) if len(numbers) == 1 else None


def written(said: Sequence[Word]) -> str:
    """Words as one text again, names in their quotation marks."""
    parts: list[str] = []
    quote = 0
    for word in said:
        if word.quote and word.quote == quote:
            continue
        quote = word.quote
        parts.append(f'"{word.quotation}"' if word.quote else word.raw)
    return " ".join(parts)
