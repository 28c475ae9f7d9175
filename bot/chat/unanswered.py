"""What people asked and did not get, counted by kind: where a centre's own words are missing shows here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.chat.questions.text import utterance
from bot.state.audit import AuditOutcome, UnansweredReason
from bot.state.schema import QUESTIONS
from digests.document import Block, Bullets, Document, Heading, Item, Note, Paragraph, Span, Table, plain
from digests.localizer import Localizer
from digests.numbers import capital
from warehouse.messages import N_

_SHOWN = 10
"""Questions of a kind that are shown, the most frequent first."""
_LONGEST = 80

KINDS: dict[str, str] = {
    UnansweredReason.WORDS.value: N_("words that mean nothing here"),
    UnansweredReason.SEVERAL.value: N_("asked back, which of several was meant"),
    UnansweredReason.ABSENT.value: N_("not in the records"),
    UnansweredReason.IMPOSSIBLE.value: N_("cannot be asked that way"),
    UnansweredReason.CLOSED.value: N_("not open to the person who asked"),
    UnansweredReason.NO_QUESTION.value: N_("did not look like a question"),
    AuditOutcome.LATE.value: N_("took too long"),
    AuditOutcome.FAILED.value: N_("a fault on our side"),
    AuditOutcome.THROTTLED.value: N_("too many within a minute"),
    "unknown": N_("unknown people and chats"),
}
"""Why there was no answer, in the order in which they are listed."""
_OLD = {
    AuditOutcome.UNCLEAR.value: UnansweredReason.WORDS.value,
    AuditOutcome.REFUSED.value: UnansweredReason.IMPOSSIBLE.value,
}
"""The kinds of lines that were written without one."""


@dataclass(frozen=True)
class AuditLine:
    """A line of the audit log, without who asked."""

    text: str
    outcome: str
    kind: str | None
    detail: str | None
    understood: str | None
    how: str | None
    asker: str
    """A person of a platform, to be counted."""

    @property
    def unanswered(self) -> str | None:
        """Why there was no answer; None, if there was one."""
        if self.outcome == AuditOutcome.ANSWERED.value:
            return None
        if self.detail == "unknown" and self.outcome == AuditOutcome.REFUSED.value:
            return self.detail
        return self.kind or _OLD.get(self.outcome, self.outcome)


def questions(connection: sa.Connection, since: datetime) -> list[AuditLine]:
    """Return all that was asked since a moment (UTC); thanks and greetings are no questions."""
    columns = QUESTIONS.c
    asked = sa.select(QUESTIONS).where(columns.asked_at >= since, columns.outcome != AuditOutcome.COURTESY.value)
    return [
        AuditLine(row.text, row.outcome, row.kind, row.detail, row.understood, row.how, f"{row.platform}:{row.person}")
        for row in connection.execute(asked.order_by(columns.id))
    ]


@dataclass(frozen=True)
class UnansweredKind:
    """Questions that had no answer for one reason."""

    key: str
    asked: int
    people: int
    texts: tuple[tuple[str, int, str | None], ...]
    """As they were written, how often, and what was said to them; the most frequent first."""


def kinds(found: Iterable[AuditLine]) -> list[UnansweredKind]:
    """Return the reasons, the most frequent first."""
    grouped: dict[str, list[AuditLine]] = defaultdict(list)
    for question in found:
        if (key := question.unanswered) is not None:
            grouped[key].append(question)
    made = [UnansweredKind(key, len(of), len({each.asker for each in of}), _texts(of)) for key, of in grouped.items()]
    order = list(KINDS)
    return sorted(made, key=lambda kind: (-kind.asked, order.index(kind.key) if kind.key in order else len(order)))


def _texts(of: Sequence[AuditLine]) -> tuple[tuple[str, int, str | None], ...]:
    """Texts that say the same in other letters are one, as it was written last."""
    counted: Counter[str] = Counter()
    latest: dict[str, AuditLine] = {}
    for question in of:
        key = " ".join(word.folded for word in utterance(question.text).words) or question.text.strip()
        counted[key] += 1
        latest[key] = question
    return tuple((latest[key].text, n, latest[key].detail) for key, n in counted.most_common())


def as_document(found: Sequence[AuditLine], since: datetime, localizer: Localizer) -> Document:
    """How many questions were answered, and of the others how many of each kind, with the most frequent."""
    unanswered = kinds(found)
    missed = sum(kind.asked for kind in unanswered)
    answered = len(found) - missed
    share = f"{100 * answered / len(found):.0f}%" if found else "-"
    text = localizer(
        N_("Since {day}, questions: {asked}, answered: {answered} ({share})."),
        day=localizer.local_day(since),
        asked=len(found),
        answered=answered,
        share=share,
    )
    blocks: list[Block] = [Paragraph(plain(text))]
    if unanswered:
        head = tuple(map(localizer, (N_("Without an answer"), N_("Questions"), N_("People"))))
        rows = tuple((_kind(kind, localizer), str(kind.asked), str(kind.people)) for kind in unanswered)
        blocks.append(Table(head, rows))
    for kind in unanswered:
        blocks.append(Heading(capital(_kind(kind, localizer)), 2))
        blocks.append(Bullets(tuple(_item(text, n) for text, n, _ in kind.texts[:_SHOWN])))
        if len(kind.texts) > _SHOWN:
            blocks.append(Note(localizer(N_("and {n} more"), n=len(kind.texts) - _SHOWN)))
    if any(kind.key in (UnansweredReason.WORDS.value, UnansweredReason.NO_QUESTION.value) for kind in unanswered):
        blocks.append(Note(localizer(N_("Words of your own can be added in {file}, under {table}."), **_WHERE)))
    return Document("", tuple(blocks), localizer.language)


_WHERE = {"file": "svodka.toml", "table": "[words]"}


def as_data(found: Sequence[AuditLine], since: datetime) -> dict[str, Any]:
    """Return the same for scripts, with how the others were understood; `since` is UTC in ISO."""
    unanswered = kinds(found)
    how = Counter(clue for question in found for clue in (question.how or "").split(",") if clue)
    return {
        "since": f"{since.isoformat(timespec='seconds')}Z",
        "asked": len(found),
        "answered": len(found) - sum(kind.asked for kind in unanswered),
        "understood_by": dict(how.most_common()),
        "unanswered": [
            {
                "kind": kind.key,
                "asked": kind.asked,
                "people": kind.people,
                "texts": [{"text": text, "asked": n, "said": said} for text, n, said in kind.texts],
            }
            for kind in unanswered
        ],
    }


def _kind(kind: UnansweredKind, localizer: Localizer) -> str:
    return localizer(KINDS[kind.key]) if kind.key in KINDS else kind.key


def _item(text: str, n: int) -> Item:
    times = plain(f" \N{MULTIPLICATION SIGN} {n}") if n > 1 else ()
    return Item((Span(" ".join(text.split())[:_LONGEST], code=True), *times))
