"""What is said of alerts: their lists and bounds, and the message of an episode with its picture and causes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.alerts.early import CHAT_LOAD, LEVEL, LOAD
from bot.alerts.episodes import AlertReading, Condition, Episode
from bot.alerts.store import Alert
from bot.chat.questions.recurring import ALERT
from digests import contributions, numbers
from digests.answers import why as whys
from digests.answers.compose import AnswerSet, View, evaluate
from digests.answers.picture import picture_of
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
    Span,
    plain,
)
from digests.figures import line_title
from digests.localizer import Localizer
from digests.numbers import capital
from digests.request import Request, Selection, Verb, When, command, quoted
from metrics.answers import Verdict
from metrics.calculator import Calculator
from metrics.catalogue import Catalogue
from metrics.facts import Fact
from metrics.model import Better, Metric, Unit
from metrics.periods import days, to_local
from metrics.why import Why, harm, worst_first
from warehouse.messages import N_, Message, UserError, note

EXAMPLE = "/alert sl < 80% for 30m"

ONE_FIGURE = note("An alert is on one metric, of one line or of the whole centre: {example}.", example=EXAMPLE)
_BOUNDS = {
    "<": N_("{figure} below {threshold}"),
    "<=": N_("{figure} at {threshold} or below"),
    ">": N_("{figure} above {threshold}"),
    ">=": N_("{figure} at {threshold} or above"),
}

_AHEAD = {LOAD: N_("Service level ahead"), CHAT_LOAD: N_("Service level of chats ahead")}


def example(metric: Metric, lines: Sequence[str]) -> str:
    """An alert on a metric, as it is written."""
    sign = "<" if metric.better is Better.FLOOR else ">"
    bound = metric.unit.words.bound
    return " ".join(("/alert", metric.key, *map(quoted, lines), sign, bound, "for 30m"))


def threshold_of(metric: Metric, number: float, unit: str | None) -> float:
    """A threshold in the metric's own unit. Raises UserError for another one."""
    scale = metric.unit.words.suffixes.get(unit)
    if scale is None or (metric.unit is Unit.PERCENT and number > 100):
        given = f"{number:g}{unit or ''}"
        raise UserError(
            'The metric "{metric}" is counted in {unit}; "{given}" cannot be.',
            metric=metric.keyed_title,
            unit=metric.unit.words.typed,
            given=given,
        )
    return number * scale


def metric_of(calculator: Calculator, alert: Alert) -> Metric:
    """The metric whose bounds an alert has."""
    return calculator.catalogue.get(LEVEL if alert.metric in _AHEAD else alert.metric)


def figure_said(calculator: Calculator, alert: Alert, localizer: Localizer) -> str:
    """«Service level, Inhouse»."""
    title = localizer(_AHEAD.get(alert.metric) or metric_of(calculator, alert).title)
    return f"{title}, {line_title(calculator, alert.line)}" if alert.line else title


def bound_said(calculator: Calculator, alert: Alert, localizer: Localizer) -> str:
    """«Service level, Inhouse ниже 80%»."""
    metric = metric_of(calculator, alert)
    threshold = numbers.value(localizer, metric, alert.condition.threshold, more_decimals=2)
    return localizer(
        _BOUNDS[alert.condition.operator], figure=figure_said(calculator, alert, localizer), threshold=threshold
    )


def proposed(calculator: Calculator, alert: Alert, reading: AlertReading, again: str, localizer: Localizer) -> Document:
    """Ask for a word before a figure is watched; `again` sets the alert."""
    text = localizer.counted(
        "Tell you of this: {bound} over the last {n} minute? Now: {now}.",
        "Tell you of this: {bound} over the last {n} minutes? Now: {now}.",
        alert.condition.minutes,
        bound=bound_said(calculator, alert, localizer),
        now=now_said(calculator, alert, reading, localizer),
    )
    button = Action(localizer(N_("Tell me")), again)
    return Document(text, (Paragraph(plain(text)), Actions((button,))), localizer.language)


def value_said(metric: Metric, condition: Condition, value: float, localizer: Localizer) -> str:
    """A value, with as many decimals as tell it from the threshold."""
    threshold = numbers.value(localizer, metric, condition.threshold, more_decimals=2)
    shown = [numbers.value(localizer, metric, value, more_decimals=more) for more in range(3)]
    return next((each for each in shown if each != threshold or value == condition.threshold), shown[-1])


def terms_said(metric: Metric, reading: AlertReading | Episode, localizer: Localizer) -> str:
    """«13 из 21 звонка»; nothing, where there is nothing to divide."""
    return numbers.terms_said(localizer, metric, Fact(reading.value, reading.numerator, reading.denominator))


def now_said(calculator: Calculator, alert: Alert, reading: AlertReading, localizer: Localizer) -> str:
    """The figure as it is, or that the alert holds and why."""
    if reading.hold or reading.value is None or reading.as_of is None:
        return localizer(N_("holds: {reason}"), reason=reading.hold or note("no data"))
    metric = metric_of(calculator, alert)
    value, parts = value_said(metric, alert.condition, reading.value, localizer), terms_said(metric, reading, localizer)
    figure = f"{value} ({parts})" if parts else value
    return localizer(N_("{figure} as of {moment}"), figure=figure, moment=reading.as_of)


def made(calculator: Calculator, alert: Alert, reading: AlertReading, least: int, localizer: Localizer) -> Document:
    """That it is watched, what exactly, and how it stands."""
    bound, window = bound_said(calculator, alert, localizer), alert.condition.minutes
    text = localizer.counted(
        "Alert {number}: {bound}, over the last minute of the records.",
        "Alert {number}: {bound}, over the last {n} minutes of the records.",
        window,
        number=alert.id,
        bound=bound,
    )
    again = localizer.counted(
        "It is told once, and again after it was within the bound for {n} minute.",
        "It is told once, and again after it was within the bound for {n} minutes.",
        window,
    )
    blocks: list[Block] = [Paragraph((Span(text, strong=True),))]
    blocks.append(Paragraph(plain(localizer(N_("Now: {now}."), now=now_said(calculator, alert, reading, localizer)))))
    if reading.denominator is not None or (reading.value is None and not reading.as_of):
        again += " " + localizer.counted(
            "Over fewer than {n} event nothing is concluded.", "Over fewer than {n} events nothing is concluded.", least
        )
    if alert.quiet:
        again += " " + localizer(N_("It is silent from {start} to {end}."), **quiet_hours(alert.quiet))
    blocks += [Note(again), Actions((off(alert, localizer),))]
    return Document(text, tuple(blocks), localizer.language)


def listed(
    calculator: Calculator,
    alerts: Sequence[Alert],
    readings: Mapping[int, AlertReading | UserError],
    going_on: Mapping[int, Episode],
    localizer: Localizer,
) -> Document:
    """All of a chat: what is watched, how it stands, since when it goes on; a button to end each."""
    title = localizer(N_("Alerts"))
    if not alerts:
        return none_here(localizer)
    items = tuple(_item(calculator, each, readings[each.id], going_on.get(each.id), localizer) for each in alerts)
    buttons = Actions(tuple(off(each, localizer) for each in alerts))
    return Document(title, (Heading(title, 1), Bullets(items), buttons), localizer.language)


def none_here(localizer: Localizer) -> Document:
    """That nothing is watched, and how to have something watched."""
    text = localizer(N_("There are no alerts here. Make one like this: "))
    return Document(localizer(N_("Alerts")), (Paragraph((*plain(text), Span(EXAMPLE, code=True))),), localizer.language)


def _item(
    calculator: Calculator,
    alert: Alert,
    reading: AlertReading | UserError,
    episode: Episode | None,
    localizer: Localizer,
) -> Item:
    if isinstance(reading, UserError):
        return Item(plain(f"{alert.id}. {localizer.say(reading.message)}"))
    window = localizer.counted("over {n} minute", "over {n} minutes", alert.condition.minutes)
    if alert.metric in _AHEAD:
        window = localizer(N_("an hour ahead"))
    said = [window, now_said(calculator, alert, reading, localizer)]
    if episode and episode.over_at is None:
        said.append(localizer(N_("goes on since {moment}"), moment=episode.began_at))
    if alert.quiet:
        said.append(localizer(N_("silent from {start} to {end}"), **quiet_hours(alert.quiet)))
    bound = Span(f"{alert.id}. {bound_said(calculator, alert, localizer)}", strong=True)
    return Item((bound, *plain(f": {'; '.join(said)}")))


def off(alert: Alert, localizer: Localizer) -> Action:
    return Action(localizer(N_("Turn off {number}"), number=alert.id), f"{ALERT} off {alert.id}")


def stopped(catalogue: Catalogue, alert: Alert, why: Message) -> Message:
    """Say that an alert is over, and why."""
    about = _about(catalogue, alert)
    return note('Alert {number} on "{metric}" is over. {reason}', number=alert.id, metric=about, reason=why)


def turned_off(catalogue: Catalogue, alert: Alert) -> Message:
    """Say that an alert is off."""
    return note('Alert {number} on "{metric}" is off.', number=alert.id, metric=_about(catalogue, alert))


def _about(catalogue: Catalogue, alert: Alert) -> Message | str:
    """Return what an alert is about; the key where the centre has no such metric any more."""
    if alert.metric in _AHEAD:
        return note(_AHEAD[alert.metric])
    return catalogue.get(alert.metric).keyed_title if alert.metric in catalogue else alert.metric


def meanwhile(calculator: Calculator, past: Sequence[tuple[Alert, Episode]], localizer: Localizer) -> Document:
    """What was over before it could be told, a line each."""
    title = localizer(N_("While I was silent:"))
    items = []
    for alert, episode in past:
        metric = metric_of(calculator, alert)
        text = localizer(
            N_("{bound} from {start} to {end}, at worst {worst}."),
            bound=bound_said(calculator, alert, localizer),
            start=episode.began_at,
            end=episode.over_at,
            worst=value_said(metric, alert.condition, episode.worst, localizer),
        )
        items.append(Item(plain(text)))
    return Document(title, (Paragraph((Span(title, strong=True),)), Bullets(tuple(items))), localizer.language)


def lasted(length: timedelta, localizer: Localizer) -> str:
    """«1 ч 20 мин.»."""
    hours, minutes = divmod(round(length.total_seconds() / 60), 60)
    if hours:
        return localizer(N_("{hours} h {minutes} min."), hours=hours, minutes=minutes)
    return localizer(N_("{minutes} min."), minutes=minutes)


def quiet_hours(quiet: str) -> dict[str, str]:
    start, end = quiet.split("-")
    return {"start": start, "end": end}


_NAMED = 3
"""Parts of a day that are named: a message is read between two calls."""


def composed(view: View, alert: Alert, episode: Episode) -> Document:
    """The message as of the episode's latest reading."""
    localizer, metric = view.localizer, metric_of(view.calculator, alert)
    condition, over = alert.condition, episode.over_at
    bound = bound_said(view.calculator, alert, localizer)
    title = localizer(N_("Over: {bound}") if over else N_("Alert: {bound}"), bound=bound)
    window = localizer.counted("Last {n} minute", "Last {n} minutes", condition.minutes)
    parts = terms_said(metric, episode, localizer)
    value = value_said(metric, condition, episode.value, localizer)
    bad = condition.met(episode.value)
    row = FactRow(window, value, Verdict.MISSED if bad else Verdict.MET, remarks=(parts,) if parts else ())
    blocks: list[Block] = [Heading(title, 1), Facts((row,)), Paragraph(plain(_course(view, alert, episode)))]
    picture, causes = _day(view, alert, episode)
    blocks += causes
    blocks.append(Note(localizer(N_("Data as of {moment}."), moment=episode.as_of)))
    blocks += [picture] if picture else []
    today = _today(alert, episode, view)
    actions = (
        Action(localizer(N_("Why")), command(Request(Verb.WHY, today))),
        Action(localizer(N_("By hour")), command(Request(Verb.FIGURE, replace(today, by="hour")))),
        off(alert, localizer),
    )
    return Document(title, (*blocks, Actions(actions)), localizer.language)


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
    localizer, metric = view.localizer, metric_of(view.calculator, alert)
    worst = value_said(metric, alert.condition, episode.worst, localizer)
    if episode.over_at:
        return localizer(
            N_("From {start} to {end}, {length} At worst {worst}, {worst_at}."),
            start=episode.began_at,
            end=episode.over_at,
            length=lasted(episode.over_at - episode.began_at, localizer),
            worst=worst,
            worst_at=episode.worst_at,
        )
    text = localizer(N_("Since {start}."), start=episode.began_at)
    if episode.worst_at != episode.began_at:
        text += " " + localizer(N_("At worst {worst}, {worst_at}."), worst=worst, worst_at=episode.worst_at)
    if episode.good_since:
        text += " " + localizer(N_("Within the bound since {moment}."), moment=episode.good_since)
    return text


def _today(alert: Alert, episode: Episode, view: View) -> Selection:
    """The figure over the day that the records end in."""
    zone = view.calculator.centre.timezone
    day = to_local(episode.as_of, zone).date()
    when = When(day.isoformat(), days(day, day, zone))
    return Selection(alert.metric, when, (alert.line,) if alert.line else ())


def _day(view: View, alert: Alert, episode: Episode) -> tuple[Picture | None, list[Block]]:
    """The day by the hour as a picture, and who made it what it is."""
    today = _today(alert, episode, view)
    picture = picture_of(view, evaluate(view, Request(Verb.FIGURE, replace(today, by="hour"))))
    found = evaluate(view, Request(Verb.WHY, today))
    return picture, list(_causes(view, found))


def _causes(view: View, found: AnswerSet) -> Iterator[Block]:
    """The finding of `why`, and the parts that did most harm; nothing where it cannot be taken apart."""
    why = found.why
    if not isinstance(why, Why) or not why.parts or not why.difference:
        return
    localizer, answer = view.localizer, found.results[0].figure.answer
    planned = found.results[0].reference is None
    finding = whys.finding(view, answer, why, planned=planned)
    text = finding[:1].lower() + finding[1:]
    form = N_("The day against the plan: {finding}") if planned else N_("The day against a week ago: {finding}")
    yield Paragraph(plain(localizer(form, finding=text)))
    bad = [part for part in worst_first(answer.metric, why) if harm(answer.metric, why, part.value) > 0][:_NAMED]
    items = []
    for part in bad:
        name = capital(contributions.part_said(view.calculator, view.localizer, answer, why, part))
        share = numbers.signed(localizer, answer.metric, part.value)
        fact = "" if part.fact is None else f" ({numbers.value(localizer, answer.metric, part.fact)})"
        items.append(Item(plain(f"{name}: {share}{fact}")))
    if len(items) > 1:  # one alone is in the finding
        yield Bullets(tuple(items))
