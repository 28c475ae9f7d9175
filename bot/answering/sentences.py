"""What is said instead of an answer."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.parse import Unclear
from bot.commands.vocabulary import Name, Vocabulary
from bot.heard import Heard, Reply
from digests.document import Action, Actions, Document, Note, Paragraph, plain
from digests.enquiry import Request, command
from digests.wording import Words
from warehouse.messages import Message, note

LATE = note("This takes too long just now. Ask again in a minute, or for a shorter period.")
NO_WORDS = note("I do not read pictures and files: ask in words, such as /sl or /calls yesterday; /help has more.")
NOTHING_ASKED = note("I answer questions such as /sl or /calls yesterday; /help has more.")


def stranger(heard: Heard) -> Message:
    """One polite sentence with the id that an administrator needs."""
    if heard.private:
        return note(
            "We have not met: ask the administrator to add you, your id is {id}.", id=f"{heard.platform}:{heard.person}"
        )
    return note(
        "This chat is not known to me: ask the administrator to add it, its id is {id}.",
        id=f"{heard.platform}:{heard.chat}",
    )


def spent(per_minute: int) -> Message:
    return note(
        "That was {n} question within a minute: the next ones are answered a minute later.",
        "That was {n} questions within a minute: the next ones are answered a minute later.",
        n=per_minute,
    )


def fault(reference: str) -> Message:
    return note("Something broke on our side, ref {reference}.", reference=reference)


def sentence(message: Message, words: Words, *, quiet: bool = True) -> Reply:
    """A reply of one sentence."""
    text = words.say(message)
    return Reply(Document(text, (Paragraph(plain(text)),), words.language), quiet)


def between(reply: Reply, words: Words) -> Reply:
    """An answer to a question that was asked while a column was being written."""
    said = words.say(
        note(
            "This was answered as a question and is not added to your text, which stays open: write on, or press Done."
        )
    )
    document = reply.document
    return replace(reply, document=replace(document, blocks=(*document.blocks, Note(said))))


def unclear(found: Unclear, vocabulary: Vocabulary, words: Words) -> Reply:
    """What was not understood, with the nearest readings to press."""
    text = words.say(found.message)
    actions = tuple(Action(label(reading, vocabulary), command(reading)) for reading in found.readings)
    said = Paragraph(plain(text))
    return Reply(Document(text, (said, Actions(actions)) if actions else (said,), words.language), quiet=True)


def label(reading: Request, vocabulary: Vocabulary) -> str:
    """What a reading is called on a button: its words, with people and topics as they are called."""
    if reading.enquiry:
        called = tuple(
            (dimension, vocabulary.called.get(Name(dimension, value), value))
            for dimension, value in reading.enquiry.filters
        )
        reading = replace(reading, enquiry=replace(reading.enquiry, filters=called))
    return command(reading)
