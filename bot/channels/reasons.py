"""Why a platform did not take something, in words for people. What it said itself goes to the log."""

from __future__ import annotations

from enum import StrEnum

from warehouse.messages import N_, Message


class Reason(StrEnum):
    """The words, in English: so the ledger keeps them."""

    UNREACHED = N_("there was no connection to the platform")
    NO_ANSWER = N_("the platform did not answer in time")
    BROKEN_OFF = N_("the connection broke off before an answer came")
    FAULTY = N_("the platform answered with a fault of its own")
    BUSY = N_("the platform asked to wait for too long")
    TOKEN = N_("the platform does not accept the bot's token")
    OTHER_BOT = N_("another program uses the bot's token")
    NO_CHAT = N_("there is no such chat, or the bot is not in it")
    REMOVED = N_("the bot was removed from the chat, or blocked there")
    ARCHIVED = N_("the channel is archived")
    MOVED = N_("the group has become another one")
    TOPIC = N_("the topic or the thread is closed or gone")
    RIGHTS = N_("the bot lacks a right there")
    CONTENT = N_("the platform does not take such a message")
    GONE = N_("the message does not stand there any more")
    FIXED = N_("the platform does not let this message be changed")
    NO_FILES = N_("files that were posted cannot be replaced")
    NO_MESSAGE = N_("it is not known which message it is")
    OTHER_NUMBER = N_("an album cannot become one of more or fewer pictures")
    UNREADABLE = N_("what stands in the channel cannot be read")
    REFUSED = N_("the platform refused it")
    INTERRUPTED = N_("the program ended while it was being sent")
    LOOKED_UP = N_("somebody looked: it did not arrive")


_KNOWN = frozenset(Reason)


def spoken(reason: str) -> Message | str:
    """A reason that the ledger has kept, to be translated; what was kept in the centre's language stays as it is."""
    return Message(reason) if reason in _KNOWN else reason
