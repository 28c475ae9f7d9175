"""The message of an early warning: what is coming, how it is known, and whom to call in for which half hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.alerts import messages
from bot.alerts.early import CHANNELS, worst
from bot.alerts.episodes import AlertReading, Episode
from bot.alerts.store import Alert
from digests import numbers
from digests.answers.compose import View
from digests.document import Actions, Block, Bullets, Document, FactRow, Facts, Heading, Item, Note, Paragraph, plain
from digests.figures import line_title
from digests.load.wording import at, percent
from digests.localizer import Localizer
from metrics.answers import Verdict
from metrics.calculator import Calculator
from metrics.load import CALL, CHAT
from metrics.load.day_so_far import DaySoFar
from metrics.load.staffing import Shortfall
from metrics.load.warning import Foreseen, Miss
from warehouse.messages import N_, Message

_HOW = {
    CALL: N_(
        "An hour ahead or sooner I say where the service level is to fall under {threshold} for an hour or longer, "
        "and whom to call in: from the calls so far, the forecast and the people who are there."
    ),
    CHAT: N_(
        "An hour ahead or sooner I say where the service level is to fall under {threshold} for an hour or longer, "
        "and whom to call in: from the chats so far, the forecast and the people who are there."
    ),
}


def made(calculator: Calculator, alert: Alert, reading: AlertReading, localizer: Localizer) -> Document:
    """That a line's day is watched, and how it stands."""
    assert alert.line is not None
    channel = CHANNELS[alert.metric]
    title = N_("Alert {number}: the load of {line}") if channel == CALL else N_("Alert {number}: the chats of {line}")
    text = localizer(title, number=alert.id, line=line_title(calculator, alert.line))
    how = localizer(
        _HOW[channel],
        threshold=_level(calculator, alert, alert.condition.threshold, localizer),
    )
    now = messages.now_said(calculator, alert, reading, localizer)
    blocks: list[Block] = [
        Heading(text, 1),
        Paragraph(plain(how)),
        Paragraph(plain(localizer(N_("At worst in the rest of the day: {now}."), now=now))),
    ]
    if alert.quiet:
        blocks.append(Note(localizer(N_("It is silent from {start} to {end}."), **messages.quiet_hours(alert.quiet))))
    return Document(text, (*blocks, Actions((messages.off(alert, localizer),))), localizer.language)


def composed(view: View, alert: Alert, episode: Episode, found: DaySoFar | Message) -> Document:
    """The message of an episode, with the day as it stands."""
    localizer, over = view.localizer, episode.over_at is not None
    foreseen = found.foreseen if isinstance(found, DaySoFar) else None
    miss = worst(foreseen.misses) if foreseen and foreseen.misses and not over else None
    title = _title(view, alert, miss, over=over)
    blocks: list[Block] = [Heading(title, 1)]
    if foreseen and isinstance(found, DaySoFar):
        if miss:
            blocks += [*_queue(miss, CHANNELS[alert.metric], localizer), *_remedy(foreseen, localizer)]
        blocks.append(Facts(tuple(_rows(found, localizer))))
    said = localizer(N_("Warned on {moment}."), moment=episode.began_at)
    blocks.append(Note(f"{said} {localizer(N_('Data as of {moment}.'), moment=episode.as_of)}"))
    return Document(title, (*blocks, Actions((messages.off(alert, localizer),))), localizer.language)


def _level(calculator: Calculator, alert: Alert, value: float, localizer: Localizer) -> str:
    return numbers.value(localizer, messages.metric_of(calculator, alert), value)


def _title(view: View, alert: Alert, miss: Miss | None, *, over: bool) -> str:
    assert alert.line is not None
    calculator, localizer = view.calculator, view.localizer
    line = line_title(calculator, alert.line)
    threshold = _level(calculator, alert, alert.condition.threshold, localizer)
    if miss is None and over:
        text = N_("{line}: the warning is over, a service level of {threshold} is not in danger any more")
        return localizer(text, line=line, threshold=threshold)
    if miss is None:
        text = N_("{line}: the service level of {threshold} will be kept, if it goes on so")
        return localizer(text, line=line, threshold=threshold)
    return localizer(
        N_("{line}: from {start} to {end} expect a service level of {level}, {threshold} is promised"),
        line=line,
        start=at(miss.start),
        end=at(miss.end),
        level=_level(calculator, alert, 100 * miss.level, localizer),
        threshold=threshold,
    )


def _queue(miss: Miss, channel: str, localizer: Localizer) -> Iterator[Block]:
    """How long the queue becomes."""
    waiting = round(miss.waiting)
    if miss.wait_s is None:
        yield Paragraph(plain(localizer(N_("Nobody will be there to answer."))))
    elif waiting >= 1:
        words = (
            "The queue grows to {n} caller, the wait to {wait}",
            "The queue grows to {n} callers, the wait to {wait}",
        )
        if channel == CHAT:
            words = (
                "The queue grows to {n} chat, the wait to {wait}",
                "The queue grows to {n} chats, the wait to {wait}",
            )
        text = localizer.counted(
            *words,
            waiting,
            wait=messages.lasted(timedelta(seconds=max(miss.wait_s, 60)), localizer),
        )
        yield Paragraph(plain(text))


def _remedy(foreseen: Foreseen, localizer: Localizer) -> Iterator[Block]:
    """Whom to call in for which half hours."""
    runs = {run for miss in foreseen.misses for run in foreseen.remedy(miss)}
    if runs:
        yield Paragraph(plain(localizer(N_("Call in:"))))
        yield Bullets(tuple(Item(plain(_run_said(run, localizer))) for run in sorted(runs, key=lambda run: run.start)))


def _run_said(run: Shortfall, localizer: Localizer) -> str:
    return localizer.counted(
        "{n} person from {start} to {end}",
        "{n} people from {start} to {end}",
        run.people,
        start=at(run.start),
        end=at(run.end),
    )


def _rows(found: DaySoFar, localizer: Localizer) -> Iterator[FactRow]:
    """What came beside its forecast, what is to come, and who is there beside the roster."""
    foreseen, channel = found.foreseen, found.morning.load.stream.channel
    today = foreseen.today
    if foreseen.ratio is not None:
        came, forecast = (round(float(each[: today.over].sum())) for each in (today.came, today.forecast))
        remark = localizer(N_("forecast: {number}"), number=forecast)
        yield FactRow(
            localizer(N_("Calls so far") if channel == CALL else N_("Chats so far")),
            str(came),
            Verdict.NONE,
            remarks=(remark,),
        )
    if likely := max((miss.likely for miss in foreseen.misses if miss.likely is not None), default=None):
        yield FactRow(localizer(N_("Likelihood")), localizer.say(percent(likely)), Verdict.NONE)
    rest = str(round(float(foreseen.contacts[today.over :].sum())))
    by = N_("the morning's forecast")
    if round(foreseen.bracket, 2) != 1:
        by = N_("the morning's forecast times {bracket}")
    weighed = localizer(by, bracket=round(foreseen.bracket, 2))
    yield FactRow(localizer(N_("Rest of the day")), rest, Verdict.NONE, remarks=(weighed,))
    if found.people_now is not None and today.over:
        by = N_("by the roster: {number}") if found.by_roster else N_("as usual: {number}")
        usual = localizer(by, number=round(float(found.roster[today.over - 1]), 1))
        now = localizer(N_("{number} now"), number=round(found.people_now, 1))
        yield FactRow(
            localizer(N_("People on calls") if channel == CALL else N_("People on chats")),
            now,
            Verdict.NONE,
            remarks=(usual,),
        )
