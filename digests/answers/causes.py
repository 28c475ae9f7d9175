"""What moved together with a figure, in words: measured facts, and no claim of a cause."""

from __future__ import annotations

from collections.abc import Iterator

from digests import numbers
from digests.answers.view import View, period_said
from digests.document import Block, Bullets, Item, Note, Paragraph, plain
from digests.numbers import difference
from digests.terms import metric_said
from metrics.answers import exact
from metrics.causes import Beside, Moved, What
from warehouse.messages import N_

_NAMES = {
    What.VOLUME: N_("volume"),
    What.PEOPLE: N_("people on the line"),
    What.BREAKS: N_("breaks"),
    What.HANDLING: N_("handling time"),
    What.TOPIC: N_("topics"),
}
_MINUTE = 60


def blocks(view: View, found: Beside) -> Iterator[Block]:
    """What was not as usual in the same hours, what was, and that nothing of it is a proof."""
    localizer = view.localizer
    period = period_said(view, found.window)
    if found.moved:
        text = localizer.counted(
            "In the same hours ({period}), against the same ones of {n} week before:",
            "In the same hours ({period}), against the same ones of the {n} weeks before:",
            found.weeks,
            period=period,
        )
        yield Paragraph(plain(text))
        yield Bullets(tuple(Item(plain(moved_said(view, each))) for each in found.moved))
    moved = {each.what for each in found.moved}
    usual = [localizer(_NAMES[what]) for what in found.measured if what not in moved]
    if usual and found.moved:
        yield Note(
            localizer(N_("As usual: {names}. This is measured, and no proof of a cause."), names=", ".join(usual))
        )
    elif found.moved:
        yield Note(localizer(N_("This is measured, and no proof of a cause.")))
    else:
        text = N_("As usual in the same hours ({period}): {names}.")
        yield Note(localizer(text, period=period, names=", ".join(usual)))


def moved_said(view: View, moved: Moved) -> str:
    """«звонков 51, обычно 39 (+31%)», «на линии 4 чел., обычно 6»."""
    localizer, metric = view.localizer, moved.metric
    match moved.what:
        case What.PEOPLE:
            fact, usual = (numbers.plain(localizer, exact(each), 1) for each in (moved.fact, moved.usual))
            return localizer(N_("on the line: {fact} people, usually {usual}"), fact=fact, usual=usual)
        case What.BREAKS:
            fact, usual = (numbers.plain(localizer, exact(each / _MINUTE), 0) for each in (moved.fact, moved.usual))
            return localizer(N_("breaks: {fact} min in all, usually {usual}"), fact=fact, usual=usual)
        case _:
            name = metric_said(localizer, metric)
            if moved.topic:
                name = localizer(N_('topic "{name}"'), name=moved.topic)
            fact, usual = (numbers.value(localizer, metric, each, full=True) for each in (moved.fact, moved.usual))
            said = localizer(N_("{name}: {fact}, usually {usual}"), name=name, fact=fact, usual=usual)
            # Of nothing there is no percentage.
            return f"{said} ({difference(localizer, metric, moved.fact, moved.usual)})" if moved.usual else said
