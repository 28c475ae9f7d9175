"""What is said to a request: the document of an answer, made by a worker thread, or a sentence instead of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.chat.access import FULL, Role
from bot.chat.message import Incoming, Reply
from bot.chat.questions.interpret import interpret
from bot.chat.questions.problems import Unclear
from bot.chat.snapshot import Snapshot
from bot.chat.understanding import BACK, Meaning
from bot.chat.wording import Wording
from bot.contests.posts import next_asked, rating
from digests.answers import compose
from digests.contest.rating import ContestSpec
from digests.document import Action, Actions, Document, Note, Paragraph, plain
from digests.localizer import Localizer
from digests.request import Rating, Request, command
from digests.stories import Story, read_stories
from metrics.contests.rules import Ledger
from metrics.periods import Period
from warehouse.messages import N_, Message, note

_MISSPELT = "/звонкк инхаусу"
"""A question for which all is loaded that one may need."""
LATE = note("This takes too long just now. Ask again in a minute, or for a shorter period.")
NO_WORDS = note("I do not read pictures and files: ask in words, such as /sl or /calls yesterday; /help has more.")
NOTHING_BEFORE = note("There is nothing to go back to.")
NOTHING_ASKED = note("I answer questions such as /sl or /calls yesterday; /help has more.")


def stranger(incoming: Incoming) -> Message:
    """One polite sentence with the id that an administrator needs."""
    if incoming.private:
        return note(
            "We have not met: ask the administrator to add you, your id is {id}.",
            id=f"{incoming.platform}:{incoming.person}",
        )
    return note(
        "This chat is not known to me: ask the administrator to add it, its id is {id}.",
        id=f"{incoming.platform}:{incoming.chat}",
    )


def no_command(name: str) -> Message:
    return note("There is no command /{name}: /help tells how to ask, /metrics what can be asked for.", name=name[:40])


def spent(per_minute: int) -> Message:
    return note(
        "That was {n} question within a minute: the next ones are answered a minute later.",
        "That was {n} questions within a minute: the next ones are answered a minute later.",
        n=per_minute,
    )


def fault(reference: str) -> Message:
    return note("Something broke on our side, ref {reference}.", reference=reference)


def sentence(message: Message, localizer: Localizer, *, quiet: bool = True) -> Reply:
    """A reply of one sentence."""
    text = localizer.say(message)
    return Reply(Document(text, (Paragraph(plain(text)),), localizer.language), quiet)


BETWEEN = note(
    "This was answered as a question and is not added to your text, which stays open: write on, or press Done."
)
NOT_ADDED = note("This is not added to your text, which stays open: write on, or press Done.")


def between(reply: Reply, said: Message, localizer: Localizer) -> Reply:
    """An answer to what was said while a column was being written."""
    document = reply.document
    return replace(reply, document=replace(document, blocks=(*document.blocks, Note(localizer.say(said)))))


def presented(reply: Reply, meaning: Meaning, wording: Wording) -> Reply:
    """An answer under what it was understood as, where that was not said word by word, with other readings to press."""
    blocks = reply.document.blocks
    others = tuple(Action(wording.button(other), command(other)) for other in meaning.others)
    if others:
        blocks = (*blocks, Actions(others))
    if said := _understood(meaning, wording):
        blocks = (Note(said), *blocks)
    return replace(reply, document=replace(reply.document, blocks=blocks))


def _understood(meaning: Meaning, wording: Wording) -> str:
    """«Понял как: SL, Inhouse, вчера (вчера вместо сегодня)»; nothing, where every word was meant as it stands."""
    say = wording.localizer
    taken = [say(N_('"{given}" as "{taken}"'), given=each.given, taken=each.taken) for each in meaning.respelt]
    changed = [wording.changes(meaning.earlier, meaning.request)] if meaning.earlier else []
    how = "; ".join(filter(None, (*changed, *taken)))
    reading = wording.question(meaning.request)
    sentences = []
    if how:
        sentences.append(say(N_("Understood as: {reading} ({how})."), reading=reading, how=how))
    elif not meaning.certain or meaning.earlier:
        sentences.append(say(N_("Understood as: {reading}."), reading=reading))
    if meaning.unused:
        sentences.append(say(N_("Not used: {words}."), words=", ".join(meaning.unused)))
    return " ".join(sentences)


def with_back(reply: Reply, localizer: Localizer) -> Reply:
    """An answer with the button that brings back what stood in its place."""
    blocks = (*reply.document.blocks, Actions((Action(localizer(N_("Back")), BACK),)))
    return replace(reply, document=replace(reply.document, blocks=blocks))


def unclear(found: Unclear, wording: Wording) -> Reply:
    """What was not understood, with the nearest readings to press."""
    text = wording.localizer.say(found.message)
    actions = tuple(Action(wording.button(reading), command(reading)) for reading in found.readings)
    said = Paragraph(plain(text))
    return Reply(
        Document(text, (said, Actions(actions)) if actions else (said,), wording.localizer.language), quiet=True
    )


def replied(snapshot: Snapshot, request: Request, role: Role, localizer: Localizer) -> Document:
    """What is said to a request by somebody with a role. Raises UserError for what cannot be asked, or not by them."""
    view = view_of(snapshot, role, localizer)
    document = compose.reply(view, request)
    snapshot.project.keep_weights(view.plans)
    return document


def exported(snapshot: Snapshot, request: Request, role: Role, localizer: Localizer) -> dict[str, Any]:
    """The same numbers for scripts. Raises UserError like `replied`."""
    from digests.export import reply_object

    view = view_of(snapshot, role, localizer)
    found = reply_object(compose.evaluate(view, request), localizer)
    snapshot.project.keep_weights(view.plans)
    return found


def warm_up(snapshot: Snapshot) -> None:
    """Do what the first question would otherwise wait for: names, and this month's plans.

    The modules of pictures are loaded with the first one: 30 MB, for half a second of one reader.
    """
    interpret(_MISSPELT, snapshot.vocabulary(FULL), snapshot.project.now)
    snapshot.spread_plans()


def rated(
    snapshot: Snapshot,
    spec: ContestSpec,
    request: Request,
    role: Role,
    localizer: Localizer,
    *,
    ledger: Ledger,
    agent: str | None,
    pressable: bool = False,
) -> Document:
    """What is said to a request for a rating. `ledger` is the contest's, `agent` who asks, by their key in the records.

    Raises UserError for what cannot be asked, or not by them.
    """
    view = view_of(snapshot, role, localizer)
    view.metric(spec.rules.metric.key)
    asked = request.rating or Rating()
    document = rating(view.calculator, spec, ledger, localizer, asked, named=role.names, agent=agent)
    return (
        replace(document, blocks=(*document.blocks, next_asked(spec.key, asked, localizer))) if pressable else document
    )


def view_of(snapshot: Snapshot, role: Role, localizer: Localizer) -> compose.View:
    """The numbers as somebody with a role sees them, for the thread that calls."""
    workplace, project = snapshot.workplace(localizer.language, role.deals), snapshot.project

    def stories(period: Period) -> Sequence[Story]:
        return read_stories(project.root / "stories", period).stories

    return compose.View(
        calculator=workplace.calculator,
        plans=workplace.plans,
        localizer=localizer,
        figures=snapshot.figures,
        lines=role.lines,
        names=role.names,
        metrics=role.metrics,
        subscribes=role.subscribe != "none",
        incidents=role.incident != "none",
        sales=role.sales,
        deals=role.deals,
        overview=role.overview,
        digest=snapshot.digest,
        stories=stories,
        reports=snapshot.reports,
    )
