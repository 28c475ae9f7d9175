"""The answer as a workbook, to count on with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from digests.answers import figure, grid, guide, heatmap, lines, lists, overview, plan, series, standout, why
from digests.answers.evaluate import AnswerSet, Result, evaluate
from digests.answers.picture import picture_of
from digests.answers.standout import Highlight
from digests.answers.view import View
from digests.document import Actions, Attachment, Block, Document, Facts, Heading, Note, Paragraph, Table, plain
from digests.request import Request, Selection, Shape, Verb
from metrics.dimensions import WEEK_HOURS
from metrics.periods import last_half_month
from warehouse.messages import N_, NotOpen

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attachment(view: View, answered: AnswerSet) -> Attachment:
    """The figures with their parts (or days), numerators, denominators, plans and definitions."""
    from digests.workbook import workbook  # not worth loading for a text

    figures = [result.figure for result in answered.results]
    answer = figures[0].answer
    content = workbook(view.calculator, view.plans, figures, answer.period, view.localizer)
    first, last = answer.period.first_day.isoformat(), answer.period.last_day.isoformat()
    dates = first if first == last else f"{first}..{last}"
    lines = "-".join(figure.spec.line for figure in figures if figure.spec.line) if len(figures) < 3 else ""
    name = "-".join(part for part in (answer.metric.key, lines, answer.question.part or "", dates) if part)
    title = view.localizer(N_("{metric}: numbers, plans and definitions"), metric=view.localizer(answer.metric.title))
    return Attachment(f"{_safe(name)}.xlsx", content, title, XLSX)


def _safe(name: str) -> str:
    """A file's name without anything that a file system or a chat would trip over."""
    return "".join(character if character.isalnum() or character in "-_.+" else "_" for character in name)


__all__ = ["AnswerSet", "Result", "View", "compose", "evaluate", "reply"]


def reply(view: View, request: Request) -> Document:
    """The answer to a request. Raises UserError for what cannot or may not be asked."""
    return compose(view, evaluate(view, request))


def compose(view: View, found: AnswerSet) -> Document:
    """The words, the picture and the file of an answer."""
    blocks = tuple(_blocks(view, found))
    title = next((block.text for block in blocks if isinstance(block, Heading)), "")
    return Document(title, blocks, view.localizer.language)


def _blocks(view: View, found: AnswerSet) -> Iterator[Block]:
    match found.request.verb:
        case Verb.FIGURE | Verb.WHY:
            yield from _answer(view, found)
        case Verb.EXPLAIN:
            yield from lists.blocks(view, found)
        case Verb.OVERVIEW | Verb.BRIEF:
            yield from _overview(view, found)
        case Verb.DIGEST:
            yield from _digest(view, found.request)
        case Verb.REPORT:
            from digests.answers import report  # what only a report needs

            yield from report.blocks(view, found.request)
        case Verb.METRICS:
            yield from lists.metrics(view)
        case Verb.LINES:
            yield from lists.lines(view)
        case Verb.STATUS:
            yield from lists.status(view)
        case Verb.HELP:
            yield from guide.help_(view)
        case Verb.START:
            yield from guide.start(view)
        case Verb.PLAN:
            yield from plan.plan_blocks(view, found.request)
        case Verb.PACE:
            yield from plan.pace_blocks(view, found.request)
        case Verb.RATING:
            raise ValueError("a rating is composed of its contest, by digests.contest")
        case verb:
            assert_never(verb)


def _overview(view: View, found: AnswerSet) -> Iterator[Block]:
    """How things stand, or the morning brief, with the lines in a picture or a file."""
    asked = found.request.overview
    assert asked is not None
    is_brief = found.request.verb is Verb.BRIEF
    *text, actions = (overview.brief if is_brief else overview.blocks)(view, found)
    yield from text
    if asked.shape is Shape.XLSX and found.results:
        yield attachment(view, found)
    elif picture := picture_of(view, found):
        yield picture
    notice = None if is_brief else standout.under(view, found)
    assert isinstance(actions, Actions)
    yield from _noticed(notice, actions)


def _noticed(notice: Highlight | None, actions: Actions) -> Iterator[Block]:
    """What stands out just now, in one line, with its question as the last of those that may be asked next."""
    if notice:
        yield notice.note
        rest = tuple(action for action in actions.actions if action.command != notice.action.command)
        actions = Actions((*rest, notice.action))
    if actions != Actions(()):
        yield actions


def _answer(view: View, found: AnswerSet) -> Iterator[Block]:
    selection = found.request.selection
    assert selection is not None
    *text, actions = _text(view, found, selection)
    picture = picture_of(view, found) if selection.shape in (Shape.AUTO, Shape.CHART) else None
    if selection.shape is Shape.CHART and picture:
        yield picture
        yield from (Paragraph(plain(figure.caption(view, selection, result.figure))) for result in found.results)
        yield from figure.moment_notes(view, found)
    elif selection.shape is Shape.XLSX and found.request.verb is Verb.FIGURE:
        # not worth loading for a text

        # The parts are in the file.
        whole = next((n for n, block in enumerate(text) if isinstance(block, Facts)), 0)
        yield from (block for n, block in enumerate(text) if n <= whole or not isinstance(block, Facts | Table))
        yield attachment(view, found)
    else:
        yield from text
        if picture:
            yield picture
        elif selection.shape is Shape.CHART:
            people = selection.by == "agent" and len(found.results) > 1
            one_line = N_("A picture shows the people of one line: name the line.")
            yield Note(view.localizer(one_line if people else N_("There is no picture of this.")))
    assert isinstance(actions, Actions)
    yield from _noticed(standout.under(view, found), actions)


def _text(view: View, found: AnswerSet, selection: Selection) -> Iterator[Block]:
    """The answer in text; what may be asked next comes last."""
    if found.request.verb is Verb.WHY:
        return why.blocks(view, found)
    if selection.also:
        return grid.blocks(view, found)
    if selection.by == WEEK_HOURS.key:
        return heatmap.blocks(view, found)
    if selection.by and selection.by != "line":
        return series.blocks(view, found)
    if len(found.results) > 1 or selection.by == "line":
        return lines.blocks(view, found)
    return figure.blocks(view, found)


def _digest(view: View, request: Request) -> Iterator[Block]:
    """The digest of a period, with its pictures and columns; of the last half month that is over, if none is asked."""
    from digests.compose import make

    if view.lines is not None or view.metrics is not None:
        raise NotOpen("The digest is of the whole centre, which is not open to you: ask for a metric of your lines.")
    zone = view.calculator.centre.timezone
    period = request.when.period if request.when else last_half_month(view.calculator.now, zone)
    stories = view.stories(period)
    made = make(view.session, view.digest, period, stories=stories, pictures=True)
    yield from made.document.blocks
