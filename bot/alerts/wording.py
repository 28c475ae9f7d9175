"""What is said of alerts, but for the message of an episode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.alerts.book import Alert
from bot.alerts.episodes import Condition, Episode, Reading
from bot.commands.alerting import ALERT
from digests import numbers
from digests.document import Action, Actions, Block, Bullets, Document, Heading, Item, Note, Paragraph, Span, plain
from digests.enquiry import quoted
from digests.figures import line_title
from digests.replies import terms
from digests.wording import Words
from metrics.compute import Fact, Reckoner
from metrics.model import Better, Metric, Unit
from warehouse.messages import N_, Message, Mistake, note

EXAMPLE = "/alert sl < 80% for 30m"

ONE_FIGURE = note("An alert is on one metric, of one line or of the whole centre: {example}.", example=EXAMPLE)
_BOUNDS = {
    "<": N_("{figure} below {threshold}"),
    "<=": N_("{figure} at {threshold} or below"),
    ">": N_("{figure} above {threshold}"),
    ">=": N_("{figure} at {threshold} or above"),
}
_SCALES: Mapping[Unit, Mapping[str | None, float]] = {
    Unit.PERCENT: {None: 1.0, "%": 1.0},
    Unit.SECONDS: {None: 1.0, "s": 1.0, "m": 60.0, "h": 3600.0},
    Unit.HOURS: {None: 1.0, "h": 1.0, "m": 1 / 60},
    Unit.COUNT: {None: 1.0, "k": 1000.0},
    Unit.M2: {None: 1.0, "k": 1000.0},
    Unit.TIMES: {None: 1.0},
}
_EXAMPLES = {
    Unit.PERCENT: "80%",
    Unit.SECONDS: "60s",
    Unit.HOURS: "2h",
    Unit.COUNT: "50",
    Unit.M2: "500",
    Unit.TIMES: "1.5",
}
_COUNTED_IN = {
    Unit.PERCENT: note("per cent, as 80%"),
    Unit.SECONDS: note("seconds, as 300s or 5m"),
    Unit.HOURS: note("hours, as 2h"),
    Unit.COUNT: note("pieces, as 50"),
    Unit.M2: note("square metres, as 500"),
    Unit.TIMES: note("times, as 1.5"),
}


def example(metric: Metric, lines: Sequence[str]) -> str:
    """An alert on a metric, as it is written."""
    sign = "<" if metric.better is Better.FLOOR else ">"
    bound = _EXAMPLES[metric.unit]
    return " ".join(("/alert", metric.key, *map(quoted, lines), sign, bound, "for 30m"))


def threshold_of(metric: Metric, number: float, unit: str | None) -> float:
    """A threshold in the metric's own unit. Raises Mistake for another one."""
    scale = _SCALES[metric.unit].get(unit)
    if scale is None or (metric.unit is Unit.PERCENT and number > 100):
        given = f"{number:g}{unit or ''}"
        raise Mistake(
            'The metric "{metric}" is counted in {unit}; "{given}" cannot be.',
            metric=metric.key,
            unit=_COUNTED_IN[metric.unit],
            given=given,
        )
    return number * scale


def figure_said(reckoner: Reckoner, alert: Alert, words: Words) -> str:
    """«Service level, Inhouse»."""
    title = words(reckoner.catalogue.get(alert.metric).title)
    return f"{title}, {line_title(reckoner, alert.line)}" if alert.line else title


def bound_said(reckoner: Reckoner, alert: Alert, words: Words) -> str:
    """«Service level, Inhouse ниже 80%»."""
    metric = reckoner.catalogue.get(alert.metric)
    threshold = numbers.value(words, metric, alert.condition.threshold, more_decimals=2)
    return words(_BOUNDS[alert.condition.operator], figure=figure_said(reckoner, alert, words), threshold=threshold)


def value_said(metric: Metric, condition: Condition, value: float, words: Words) -> str:
    """A value, with as many decimals as tell it from the threshold."""
    threshold = numbers.value(words, metric, condition.threshold, more_decimals=2)
    shown = [numbers.value(words, metric, value, more_decimals=more) for more in range(3)]
    return next((each for each in shown if each != threshold or value == condition.threshold), shown[-1])


def terms_said(metric: Metric, reading: Reading | Episode, words: Words) -> str:
    """«13 из 21 звонка»; nothing, where there is nothing to divide."""
    return terms.whole(words, metric, Fact(reading.value, reading.numerator, reading.denominator))


def now_said(reckoner: Reckoner, alert: Alert, reading: Reading, words: Words) -> str:
    """The figure as it is, or that the alert holds and why."""
    if reading.hold or reading.value is None or reading.as_of is None:
        return words(N_("holds: {reason}"), reason=reading.hold or note("no data"))
    metric = reckoner.catalogue.get(alert.metric)
    value, parts = value_said(metric, alert.condition, reading.value, words), terms_said(metric, reading, words)
    figure = f"{value} ({parts})" if parts else value
    return words(N_("{figure} as of {moment}"), figure=figure, moment=reading.as_of)


def made(reckoner: Reckoner, alert: Alert, reading: Reading, least: int, words: Words) -> Document:
    """That it is watched, what exactly, and how it stands."""
    bound, window = bound_said(reckoner, alert, words), alert.condition.minutes
    text = words.counted(
        "Alert {number}: {bound}, over the last minute of the records.",
        "Alert {number}: {bound}, over the last {n} minutes of the records.",
        window,
        number=alert.id,
        bound=bound,
    )
    again = words.counted(
        "It is told once, and again after it was within the bound for {n} minute.",
        "It is told once, and again after it was within the bound for {n} minutes.",
        window,
    )
    blocks: list[Block] = [Paragraph((Span(text, strong=True),))]
    blocks.append(Paragraph(plain(words(N_("Now: {now}."), now=now_said(reckoner, alert, reading, words)))))
    if reading.denominator is not None or (reading.value is None and not reading.as_of):
        again += " " + words.counted(
            "Over fewer than {n} event nothing is concluded.", "Over fewer than {n} events nothing is concluded.", least
        )
    if alert.quiet:
        again += " " + words(N_("It is silent from {start} to {end}."), **_hours(alert.quiet))
    blocks += [Note(again), Actions((off(alert, words),))]
    return Document(text, tuple(blocks), words.language)


def listed(
    reckoner: Reckoner,
    alerts: Sequence[Alert],
    readings: Mapping[int, Reading | Mistake],
    going_on: Mapping[int, Episode],
    words: Words,
) -> Document:
    """All of a chat: what is watched, how it stands, since when it goes on; a button to end each."""
    title = words(N_("Alerts"))
    if not alerts:
        return none_here(words)
    items = tuple(_item(reckoner, each, readings[each.id], going_on.get(each.id), words) for each in alerts)
    buttons = Actions(tuple(off(each, words) for each in alerts))
    return Document(title, (Heading(title, 1), Bullets(items), buttons), words.language)


def none_here(words: Words) -> Document:
    """That nothing is watched, and how to have something watched."""
    text = words(N_("There are no alerts here. Make one like this: "))
    return Document(words(N_("Alerts")), (Paragraph((*plain(text), Span(EXAMPLE, code=True))),), words.language)


def _item(reckoner: Reckoner, alert: Alert, reading: Reading | Mistake, episode: Episode | None, words: Words) -> Item:
    if isinstance(reading, Mistake):
        return Item(plain(f"{alert.id}. {words.say(reading.message)}"))
    window = words.counted("over {n} minute", "over {n} minutes", alert.condition.minutes)
    said = [window, now_said(reckoner, alert, reading, words)]
    if episode and episode.over_at is None:
        said.append(words(N_("goes on since {moment}"), moment=episode.began_at))
    if alert.quiet:
        said.append(words(N_("silent from {start} to {end}"), **_hours(alert.quiet)))
    bound = Span(f"{alert.id}. {bound_said(reckoner, alert, words)}", strong=True)
    return Item((bound, *plain(f": {'; '.join(said)}")))


def off(alert: Alert, words: Words) -> Action:
    return Action(words(N_("Turn off {number}"), number=alert.id), f"{ALERT} off {alert.id}")


def stopped(alert: Alert, why: Message) -> Message:
    return note('Alert {number} on "{metric}" is over. {reason}', number=alert.id, metric=alert.metric, reason=why)


def meanwhile(reckoner: Reckoner, past: Sequence[tuple[Alert, Episode]], words: Words) -> Document:
    """What was over before it could be told, a line each."""
    title = words(N_("While I was silent:"))
    items = []
    for alert, episode in past:
        metric = reckoner.catalogue.get(alert.metric)
        text = words(
            N_("{bound} from {start} to {end}, at worst {worst}."),
            bound=bound_said(reckoner, alert, words),
            start=episode.began_at,
            end=episode.over_at,
            worst=value_said(metric, alert.condition, episode.worst, words),
        )
        items.append(Item(plain(text)))
    return Document(title, (Paragraph((Span(title, strong=True),)), Bullets(tuple(items))), words.language)


def lasted(length: timedelta, words: Words) -> str:
    """«1 ч 20 мин.»."""
    hours, minutes = divmod(round(length.total_seconds() / 60), 60)
    if hours:
        return words(N_("{hours} h {minutes} min."), hours=hours, minutes=minutes)
    return words(N_("{minutes} min."), minutes=minutes)


def _hours(quiet: str) -> dict[str, str]:
    start, end = quiet.split("-")
    return {"start": start, "end": end}
