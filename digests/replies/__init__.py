"""What is said in answer to a request: first its numbers (`answered`), then its words (`compose`).

Both are pure but for reading records, and hold nothing between two calls: they may run in worker threads.
"""

from __future__ import annotations

from collections.abc import Iterator

from digests.document import Actions, Block, Document, Facts, Heading, Note, Paragraph, Table, plain
from digests.enquiry import Request, Shape, Verb
from digests.replies.asking import Answered, Result, answered
from digests.replies.view import View
from warehouse.messages import N_, Mistake

__all__ = ["Answered", "Result", "View", "answered", "compose", "reply"]


def reply(view: View, request: Request) -> Document:
    """The answer to a request. Raises Mistake for what cannot or may not be asked."""
    return compose(view, answered(view, request))


def compose(view: View, found: Answered) -> Document:
    """The words, the picture and the file of an answer."""
    if found.request.verb is Verb.DIGEST:
        return _digest(view, found.request)
    blocks = tuple(_blocks(view, found))
    title = next((block.text for block in blocks if isinstance(block, Heading)), "")
    return Document(title, blocks, view.words.language)


def _blocks(view: View, found: Answered) -> Iterator[Block]:
    from digests.replies import explain, guide, lists, why

    match found.request.verb:
        case Verb.FIGURE:
            yield from _figure(view, found)
        case Verb.WHY:
            yield from why.blocks(view, found)
        case Verb.EXPLAIN:
            yield from explain.blocks(view, found)
        case Verb.METRICS:
            yield from lists.metrics(view)
        case Verb.LINES:
            yield from lists.lines(view)
        case Verb.STATUS:
            yield from lists.status(view)
        case Verb.START:
            yield from guide.start(view)
        case Verb.HELP | Verb.DIGEST:
            yield from guide.help_(view)


def _figure(view: View, found: Answered) -> Iterator[Block]:
    from digests.replies import figure, lines, series
    from digests.replies.picture import picture_of

    enquiry = found.request.enquiry
    assert enquiry is not None
    if enquiry.by and enquiry.by != "line":
        said = list(series.blocks(view, found))
    elif len(found.results) > 1 or enquiry.by == "line":
        said = list(lines.blocks(view, found))
    else:
        said = list(figure.blocks(view, found))
    picture = None if enquiry.shape in (Shape.TEXT, Shape.XLSX) else picture_of(view, found)
    *text, actions = said
    if enquiry.shape is Shape.XLSX:
        # The parts are in the file.
        whole = next((n for n, block in enumerate(text) if isinstance(block, Facts)), 0)
        text = [block for n, block in enumerate(text) if n <= whole or not isinstance(block, Facts | Table)]
    if enquiry.shape is Shape.CHART and picture:
        yield picture
        yield from (Paragraph(plain(figure.caption(view, enquiry, result.figure))) for result in found.results)
        yield actions
        return
    yield from text
    if enquiry.shape is Shape.CHART:
        yield Note(view.words(N_("There is no picture of this yet.")))
    if picture:
        yield picture
    if enquiry.shape is Shape.XLSX:
        from digests.replies.file import attachment

        yield attachment(view, found)
    if isinstance(actions, Actions) and actions.actions:
        yield actions


def _digest(view: View, request: Request) -> Document:
    """The digest of a period, with its pictures and columns; of the last half month that is over, if none is asked."""
    from digests.biweekly import make
    from metrics.periods import last_half_month

    if view.lines is not None or view.metrics is not None:
        raise Mistake("The digest is of the whole centre, which is not open to you: ask for a metric of your lines.")
    zone = view.reckoner.centre.timezone
    period = request.when.period if request.when else last_half_month(view.reckoner.now, zone)
    stories = view.stories(period)
    return make(view.reckoner, view.book, view.digest, period, view.words, stories=stories, pictures=True).document
