"""Help: what can be said, with examples that have answers here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from digests.document import Action, Actions, Block, Bullets, Heading, Item, Note, Paragraph, Span, plain
from digests.enquiry import Enquiry, Request, Verb, Versus, When, command, quoted
from digests.replies.parts import day_of
from digests.replies.records import computable
from digests.replies.view import View
from metrics.model import Metric
from metrics.periods import days, to_local
from metrics.relations import RELATIONS
from metrics.why import divisible
from warehouse.messages import N_

_FIRST = ("sl", "lcr", "aht", "calls", "chats", "leads", "target_in", "bot_calls", "desk_routed")
"""What people ask for most, from which examples are chosen."""


def start(view: View) -> Iterator[Block]:
    """A greeting, one thing to try, and where to read on."""
    words = view.words
    yield Heading(words(N_("Svodka: the contact centre's numbers, in this chat")), 1)
    yield Paragraph(plain(words(N_("Type what you want to know: a metric, a line, a period. The order is free."))))
    found = _examples(view)
    if found:
        yield Bullets(tuple(_item(text, about) for text, about, _ in found[:3]))
    yield Paragraph(plain(words(N_("/help tells the rest, /metrics and /lines what there is."))))
    yield Actions(tuple(Action(text, command) for text, _, command in found[:3]))


def help_(view: View) -> Iterator[Block]:
    """The language by examples, then its words."""
    words = view.words
    yield Heading(words(N_("How to ask")), 1)
    form = N_("/metric, line, period, breakdown, comparison: in any order after the metric, in Russian or in English.")
    yield Paragraph(plain(words(form)))
    found = _examples(view)
    if found:
        yield Bullets(tuple(_item(text, about) for text, about, _ in found))
    else:
        yield Paragraph(plain(words(N_("There are no records yet: nothing can be asked so far."))))
    yield Heading(words(N_("Words")), 2)
    yield Bullets(
        tuple(
            Item((Span(words(name) + ": ", strong=True), *plain(words(text))))
            for name, text in (
                (
                    N_("Period"),
                    N_("today, yesterday, week, last week, month, qtd, ytd, 1-15 june, h1 june, last 14 days"),
                ),
                (N_("Time of day"), "11:00-13:00"),
                (N_("Breakdown"), N_("by hour, by day, by week, by month, by line, by agent, by topic; top 5")),
                (N_("Comparison"), N_("vs yesterday, vs last week, vs last month, vs last year, vs plan")),
                (N_("Form"), N_("text, chart, xlsx")),
            )
        )
    )
    yield Heading(words(N_("Commands")), 2)
    yield Bullets(
        tuple(
            Item((Span(name, code=True), *plain(f" \N{EM DASH} {words(text)}")))
            for name, text in (
                ("/digest", N_("the latest digest")),
                ("/why", N_("who made the difference")),
                ("/explain", N_("what a metric is and where it comes from")),
                ("/subscribe", N_("an answer again and again: /subscribe sl daily 09:30; /subscriptions lists them")),
                ("/alert", N_("a word when a figure is out of bounds: /alert sl < 80% for 30m; /alerts lists them")),
                ("/metrics", N_("what can be asked for")),
                ("/lines", N_("the lines and their names")),
                ("/status", N_("how fresh the records are")),
            )
        )
    )
    yield Note(words(N_("A metric alone shows today: all lines against their plans.")))
    yield Actions(tuple(Action(text, command) for text, _, command in found[:4]))


def _item(text: str, about: str) -> Item:
    return Item((Span(text, code=True), *plain(f" \N{EM DASH} {about}")))


def _examples(view: View) -> list[tuple[str, str, str]]:
    """(what to type, what comes, its command): over metrics and lines that have records today or had yesterday."""
    words = view.words
    known = {
        metric.key: metric for metric in view.reckoner.catalogue if view.answers(metric) and computable(view, metric)
    }
    chosen = [known[key] for key in _FIRST if key in known] or list(known.values())
    if not chosen:
        return []
    at, said = _day(view, chosen[0])
    first, second = chosen[0], chosen[1] if len(chosen) > 1 else chosen[0]
    line, other = _line(view, first), _line(view, second)
    found = []

    def add(asked: Request, text: str, about: str) -> None:
        found.append((f"/{' '.join(text.split())}", words(about), command(asked)))

    if view.lines is None or len(view.lines_of(first)) > 1:
        add(Request(Verb.FIGURE, Enquiry(first.key, at)), f"{first.key} {said}", N_("all lines against their plans"))
    lines, named = ((line,), quoted(line)) if line else ((), "")
    asked = Enquiry(first.key, at, lines)
    add(Request(Verb.FIGURE, asked), f"{first.key} {named} {said}", N_("one number, with its plan"))
    hours = words(N_("by hour"))
    add(
        Request(Verb.FIGURE, Enquiry(first.key, at, lines, by="hour")),
        f"{first.key} {named} {said} {hours}",
        N_("hour by hour"),
    )
    lines, named = ((other,), quoted(other)) if other else ((), "")
    compared = Enquiry(second.key, at, lines, versus=Versus.WEEK)
    vs = words(N_("vs last week"))
    add(Request(Verb.FIGURE, compared), f"{second.key} {named} {said} {vs}", N_("against the same time a week ago"))
    agents = all("agent" in RELATIONS[leaf.relation].dimensions for leaf in view.reckoner.catalogue.leaves(second))
    if agents:
        top = Enquiry(second.key, at, lines, by="agent", top=5)
        ways = words(N_("by agent"))
        add(Request(Verb.FIGURE, top), f"{second.key} {named} {said} {ways} top 5", N_("who stands out"))
    if divisible(view.reckoner, first) is None:
        lines, named = ((line,), quoted(line)) if line else ((), "")
        why = Request(Verb.WHY, Enquiry(first.key, at, lines))
        add(why, f"why {first.key} {named} {said}", N_("who made the difference"))
    explained = Request(Verb.EXPLAIN, Enquiry(first.key, at))
    add(explained, f"explain {first.key}", N_("what it is and where it comes from"))
    return found


def _line(view: View, metric: Metric) -> str | None:
    """A line to ask about: one with a plan first, since it says more."""
    lines = view.lines_of(metric)
    planned = [line for line in lines if view.spec(metric, line).plan]
    return next(iter(planned or lines), None)


def _day(view: View, metric: Metric) -> tuple[When, str]:
    """Today, or the last day that there are records of, with the words that ask for it."""
    today, known_to = day_of(view), view.reckoner.as_of(metric)
    if known_to is None or known_to > today.start:
        return When("today", today), view.words(N_("today"))
    zone = today.timezone
    last = to_local(known_to - timedelta(microseconds=1), zone).date()
    return When(last.isoformat(), days(last, last, zone)), last.isoformat()
