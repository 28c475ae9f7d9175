"""The message of an episode: how the figure stands, since when, what came of it, why, and the day as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.alerts.book import Alert
from bot.alerts.episodes import Episode
from bot.alerts.wording import bound_said, lasted, off, terms_said, value_said
from digests import numbers
from digests.document import (
    Action,
    Actions,
    Block,
    Bullets,
    Document,
    FactRow,
    Facts,
    Heading,
    Item,
    Note,
    Paragraph,
    Picture,
    plain,
)
from digests.enquiry import Enquiry, Request, Verb, When, command
from digests.replies import Answered, View, answered
from digests.replies import why as whys
from digests.replies.parts import capital, in_sentence
from digests.replies.picture import picture_of
from metrics.periods import days, to_local
from metrics.verdict import Verdict
from metrics.why import Why, harm, worst_first
from warehouse.messages import N_

_NAMED = 3
"""Parts of a day that are named: a message is read between two calls."""


def composed(view: View, alert: Alert, episode: Episode) -> Document:
    """The message as of the episode's latest reading."""
    words, metric = view.words, view.reckoner.catalogue.get(alert.metric)
    condition, over = alert.condition, episode.over_at
    bound = bound_said(view.reckoner, alert, words)
    title = words(N_("Over: {bound}") if over else N_("Alert: {bound}"), bound=bound)
    window = words.counted("Last {n} minute", "Last {n} minutes", condition.minutes)
    parts = terms_said(metric, episode, words)
    value = value_said(metric, condition, episode.value, words)
    bad = condition.met(episode.value)
    row = FactRow(window, value, Verdict.MISSED if bad else Verdict.MET, remarks=(parts,) if parts else ())
    blocks: list[Block] = [Heading(title, 1), Facts((row,)), Paragraph(plain(_course(view, alert, episode)))]
    picture, causes = _day(view, alert, episode)
    blocks += causes
    blocks.append(Note(words(N_("Data as of {moment}."), moment=episode.as_of)))
    blocks += [picture] if picture else []
    today = _today(alert, episode, view)
    actions = (
        Action(words(N_("Why")), command(Request(Verb.WHY, today))),
        Action(words(N_("By hour")), command(Request(Verb.FIGURE, replace(today, by="hour")))),
        off(alert, words),
    )
    return Document(title, (*blocks, Actions(actions)), words.language)


def without_picture(document: Document) -> Document:
    """The message where its picture stands by itself."""
    return replace(document, blocks=tuple(block for block in document.blocks if not isinstance(block, Picture)))


def without_causes(document: Document) -> Document:
    """The message where it must be short."""
    return replace(document, blocks=tuple(block for block in document.blocks if not isinstance(block, Bullets)))


def picture_alone(document: Document) -> Document | None:
    """The picture of a message, if it has one."""
    pictures = tuple(block for block in document.blocks if isinstance(block, Picture))
    return replace(document, blocks=pictures) if pictures else None


def _course(view: View, alert: Alert, episode: Episode) -> str:
    """Since when, how bad it was, whether it is over."""
    words, metric = view.words, view.reckoner.catalogue.get(alert.metric)
    worst = value_said(metric, alert.condition, episode.worst, words)
    if episode.over_at:
        return words(
            N_("From {start} to {end}, {length} At worst {worst}, {worst_at}."),
            start=episode.began_at,
            end=episode.over_at,
            length=lasted(episode.over_at - episode.began_at, words),
            worst=worst,
            worst_at=episode.worst_at,
        )
    text = words(N_("Since {start}."), start=episode.began_at)
    if episode.worst_at != episode.began_at:
        text += " " + words(N_("At worst {worst}, {worst_at}."), worst=worst, worst_at=episode.worst_at)
    if episode.good_since:
        text += " " + words(N_("Within the bound since {moment}."), moment=episode.good_since)
    return text


def _today(alert: Alert, episode: Episode, view: View) -> Enquiry:
    """The figure over the day that the records end in."""
    zone = view.reckoner.centre.timezone
    day = to_local(episode.as_of, zone).date()
    when = When(day.isoformat(), days(day, day, zone))
    return Enquiry(alert.metric, when, (alert.line,) if alert.line else ())


def _day(view: View, alert: Alert, episode: Episode) -> tuple[Picture | None, list[Block]]:
    """The day by the hour as a picture, and who made it what it is."""
    today = _today(alert, episode, view)
    picture = picture_of(view, answered(view, Request(Verb.FIGURE, replace(today, by="hour"))))
    found = answered(view, Request(Verb.WHY, today))
    return picture, list(_causes(view, found))


def _causes(view: View, found: Answered) -> Iterator[Block]:
    """The finding of `why`, and the parts that did most harm; nothing where it cannot be taken apart."""
    why = found.why
    if not isinstance(why, Why) or not why.parts or not why.difference:
        return
    words, answer = view.words, found.results[0].figure.answer
    planned = found.results[0].reference is None
    text = in_sentence(whys.finding(view, answer, why, planned=planned))
    form = N_("The day against the plan: {finding}") if planned else N_("The day against a week ago: {finding}")
    yield Paragraph(plain(words(form, finding=text)))
    bad = [part for part in worst_first(answer.metric, why) if harm(answer.metric, why, part.value) > 0][:_NAMED]
    items = []
    for part in bad:
        name = capital(whys.part_said(view, answer, why, part))
        share = numbers.signed(words, answer.metric, part.value)
        fact = "" if part.fact is None else f" ({numbers.value(words, answer.metric, part.fact)})"
        items.append(Item(plain(f"{name}: {share}{fact}")))
    if len(items) > 1:  # one alone is in the finding
        yield Bullets(tuple(items))
