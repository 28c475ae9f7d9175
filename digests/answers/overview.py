"""How things stand: the lines by volume, service level, lost calls, handling time, target traffic and reservations.

The worst come first, one sentence says what is not as planned, and a picture shows the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from digests.answers.evaluate import AnswerSet, Result
from digests.answers.figure import moment_notes
from digests.answers.grid import (
    BAD,
    bad_of,
    changes,
    judged,
    known,
    lines_table,
    rows_of,
    shortfall,
    silent_lines,
    under_groups,
    verdict,
)
from digests.answers.view import View, as_of_note, capital, day_of, headline, line_or, period_said
from digests.document import Action, Actions, Block, Facts, Heading, Paragraph, plain
from digests.figures import line_title
from digests.request import Overview, Request, Selection, Verb, When, command
from digests.terms import metric_said
from metrics.why import divisible
from warehouse.messages import N_

_BUTTONS = 3


def blocks(view: View, answered: AnswerSet) -> Iterator[Block]:
    """The sentence first, then the table; of a single line, its figures with what they were before."""
    localizer, asked = view.localizer, answered.request.overview
    assert asked is not None
    when, lines = asked.when, asked.lines
    results, compared = known(answered), asked.versus is not None
    where = ", ".join(line_title(view.calculator, line) for line in lines) or localizer(N_("How things stand"))
    period = period_said(view, when.period)
    if compared and answered.moment:
        other = period_said(view, answered.moment.period)
        period = localizer(N_("{period} against {other}"), period=period, other=other)
    found = (compared and changes(view, results)) or verdict(view, answered) if results else ""
    yield Heading(headline(where, period, found), 1)
    if not results:
        yield Paragraph(plain(localizer(N_("There are no records of this period yet."))))
        yield Actions((_overview_action(view, N_("Yesterday"), "yesterday", lines),) if when.words == "today" else ())
        return
    order = worst_first(view, results)
    if len(order) == 1:
        yield Facts(tuple(rows_of(view, answered, results)))
    else:
        yield lines_table(view, results, order, compared=compared)
    yield from silent_lines(view, answered)
    yield from moment_notes(view, answered)
    yield from as_of_note(view, [result.figure.answer for result in results], answered.moment)
    yield Actions(tuple(next_asked(view, answered, results, order)))


def worst_first(view: View, results: Sequence[Result]) -> list[str | None]:
    """The lines from the one that is worst off, members right after their group, the whole centre last."""
    lines = list(dict.fromkeys(result.figure.spec.line for result in results))
    of_line = {line: [r for r in results if r.figure.spec.line == line] for line in lines}

    def severity(line: str | None) -> tuple[float, float]:
        bad = [shortfall(result) for result in of_line[line] if judged(result) in BAD]
        return -len(bad), min(bad, default=0.0)

    ordered = sorted(lines, key=lambda line: (line is None, severity(line)))
    inside = [line for line, member in under_groups(view, lines) if member]
    members = view.calculator.centre.members
    # A group stands where the worst of it does.
    found: dict[str | None, None] = {}
    for line in ordered:
        if line in found:
            continue
        groups = [g for g in lines if g and members(g) != (g,) and line in members(g)] if line in inside else []
        for each in (*groups[:1], line):
            found[each] = None
        if groups:
            found |= dict.fromkeys(m for m in ordered if m in members(groups[0]))
    return list(found)


def next_asked(
    view: View, answered: AnswerSet, results: Sequence[Result], order: Sequence[str | None]
) -> Iterator[Action]:
    """Return what is asked next: why the worst is so, the lines one by one, another day."""
    asked = answered.request.overview
    assert asked is not None
    when = asked.when
    worst = next(
        (
            each
            for each in bad_of(results)
            if divisible(view.calculator, each.figure.answer.metric) is None and not each.to_plan
        ),
        None,
    )
    if worst:
        line = worst.figure.spec.line
        selection = Selection(worst.figure.answer.metric.key, when, (line,) if line else ())
        name = metric_said(view.localizer, worst.figure.answer.metric)
        label = view.localizer(N_("Why {metric} {line}"), metric=name, line=line_or(view, worst.figure))
        yield Action(label, command(Request(Verb.WHY, selection)))
    for line in [line for line in order if line][:_BUTTONS] if len(order) > 1 else []:
        yield Action(
            line_title(view.calculator, line), command(Request(Verb.OVERVIEW, overview=Overview(when, (line,))))
        )
    for text, words in ((N_("Today"), "today"), (N_("Yesterday"), "yesterday")):
        if when.words != words:
            yield _overview_action(view, text, words, asked.lines)


def _overview_action(view: View, label: str, words: str, lines: tuple[str, ...]) -> Action:
    when = When(words, day_of(view))  # only its words are said
    return Action(capital(view.localizer(label)), command(Request(Verb.OVERVIEW, overview=Overview(when, lines))))
