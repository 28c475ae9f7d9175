"""What is said of what is supposed: the changes, what they do to a day, and how new clients are taken to call."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from digests import numbers
from digests.load.what_if import DayIf, WhatIf
from digests.load.wording import (
    AS_USUAL,
    MANY_LOST,
    at,
    contacts,
    grows_from,
    hours,
    lacking,
    on_day,
    percent,
    promise,
    rounded,
    waited,
)
from digests.localizer import Localizer
from metrics import load
from metrics.answers import exact
from metrics.load import AHT, CALL, CHAT, CLIENTS, OCCUPANCY, PATIENCE, SET, SHARE, SHRINKAGE, Supposition
from metrics.load.clients import LEAST_JOINS
from metrics.load.presence import PRESENT, USUAL
from metrics.load.queue import together
from metrics.load.what_if import ScenarioOutcome
from metrics.model import Unit
from warehouse.messages import N_, Message, note

_RUNS_TOLD = 3


def changes_said(localizer: Localizer, found: WhatIf) -> str:
    """«+7 000 клиентов, AHT +30 с»."""
    return ", ".join(_change(localizer, found, change) for change in found.asked.changes)


def _change(localizer: Localizer, found: WhatIf, change: Supposition) -> str:
    text = _amount(localizer, change)
    said: dict[str, Any] = {"n": _plural(change), "amount": text}
    match change.of:
        case load.CLIENTS:
            return localizer.say(note("{amount} client", "{amount} clients", **said))
        case load.CALLS if found.asked.channel == CHAT:
            return localizer.say(note("{amount} chat", "{amount} chats", **said))
        case load.CALLS:
            return localizer.say(note("{amount} call", "{amount} calls", **said))
        case load.PEOPLE:
            window = found.asked.window
            people = localizer.say(note("{amount} person", "{amount} people", **said))
            if window is None:
                return people
            return localizer(
                N_("{people} from {first} to {end}"), people=people, first=at(window[0]), end=at(window[1])
            )
        case load.SERVICE:
            threshold = f"/{rounded(change.threshold_s)}" if change.threshold_s is not None else ""
            return f"SL {numbers.plain(localizer, exact(rounded(100 * change.value, 1)), 1)}{threshold}"
        case _:
            return localizer(_NAMED[change.of], amount=text)


_NAMED = {
    AHT: N_("AHT {amount}"),
    OCCUPANCY: N_("occupancy at most {amount}"),
    SHRINKAGE: N_("shrinkage {amount}"),
    PATIENCE: N_("patience {amount}"),
}


def _plural(change: Supposition) -> int:
    """Of what share the noun is plural too, as of five."""
    return 5 if change.how == SHARE else int(abs(change.value))


def _amount(localizer: Localizer, change: Supposition) -> str:
    if change.how == SHARE or change.of in (OCCUPANCY, SHRINKAGE):
        text = localizer.say(percent(abs(change.value), 1))
    else:
        text = numbers.plain(localizer, exact(rounded(abs(change.value), 1)), 1)
        if change.of in (AHT, PATIENCE):
            text = localizer(Unit.SECONDS.words.text, number=text)
    return text if change.how == SET else numbers.sign_of(change.value, text)


def told(found: WhatIf) -> Iterator[Message]:
    """What becomes of it, sentence by sentence: contacts, the queue, hours that lack, whom to call in."""
    before, after = found.contacts(after=False), found.contacts(after=True)
    if rounded(before) != rounded(after):
        yield note(
            "{after} instead of {before}.",
            after=contacts(found.asked.channel, after),
            before=float(rounded(before)),
        )
    day = found.worst
    if day.after.queue is not None:
        yield from _queue(found, day)
    yield from _hours(found)
    yield from _clients(found)
    source = day.source
    if source == USUAL:
        yield note(
            "There is no roster: people are those on the line {as_usual}, the median of four weeks.",
            as_usual=AS_USUAL[day.day.weekday()],
        )
    elif found.load.is_over(day.day):
        yield note("Computed from what came on that day and who was on the line, not from a forecast.")
    ahead = found.load.day(day.day)
    if ahead is not None and not ahead.checked:
        yield note("A forecast so far ahead has not been checked.")
    if day.after.queue is not None and day.after.queue.lost.any() and day.after.queue.losses > MANY_LOST:
        yield note("Over a tenth of callers would hang up; some call again, so that more calls come than forecast.")


def _queue(found: WhatIf, day: DayIf) -> Iterator[Message]:
    queue, earlier = day.after.queue, day.before.queue
    assert queue is not None
    explosion = queue.explosion
    if explosion:
        yield grows_from(day.day, explosion, day.after.scenario, found.asked.period)
    if earlier is None or not queue.arrivals.any():
        return
    if math.isnan(earlier.level()) or math.isnan(queue.level()):
        return
    yield note(
        "With the people there the service level goes from {before} to {after}, the mean wait from {wait} to {longer}.",
        before=percent(earlier.level()),
        after=percent(queue.level()),
        wait=waited(earlier.wait_s),
        longer=waited(queue.wait_s),
    )


def _hours(found: WhatIf) -> Iterator[Message]:
    before, after = found.short_hours(after=False), found.short_hours(after=True)
    known = found.people_known
    if not known:
        needed = [sum(each.hours for each in needs) for needs in _needs(found)]
        yield note(
            "{after} are needed instead of {before}; nobody is known to be there, so that no queue can be told.",
            before=float(rounded(needed[0], 1)),
            after=hours(needed[1]),
        )
        return
    if rounded(after, 1) <= 0:
        yield note("People suffice in every half hour.")
        return
    runs = [(day, run) for day in found.days for run in day.after.remedy]
    first_day, first = max(runs, key=lambda each: (each[1].people, each[1].hours))
    said: dict[str, Any] = {
        "hours": lacking(after),
        "before": float(rounded(before, 1)),
        "first": at(first.start),
        "end": at(first.end),
        "n": first.people,
    }
    if len(found.days) > 1:
        yield note(
            "{hours} are short ({before} before): most {on_day} from {first} to {end}, {n} person.",
            "{hours} are short ({before} before): most {on_day} from {first} to {end}, {n} people.",
            on_day=on_day(first_day.day, found.asked.period),
            **said,
        )
    else:
        yield note(
            "{hours} are short ({before} before): most from {first} to {end}, {n} person.",
            "{hours} are short ({before} before): most from {first} to {end}, {n} people.",
            **said,
        )
        yield from _remedy(first_day)


def _needs(found: WhatIf) -> tuple[list[Any], list[Any]]:
    return [day.before.need for day in found.days], [day.after.need for day in found.days]


def _remedy(day: DayIf) -> Iterator[Message]:
    """Whom to call in: the runs that lack most, as they follow each other."""
    runs = sorted(day.after.remedy, key=lambda run: -run.hours)[:_RUNS_TOLD]
    if len(day.after.remedy) < 2:
        return
    listed: Message | None = None
    for run in sorted(runs, key=lambda each: each.start):
        one = note("{n} from {first} to {end}", n=run.people, first=at(run.start), end=at(run.end))
        listed = one if listed is None else note("{days}, {more}", days=listed, more=one)
    left = len(day.after.remedy) - len(runs)
    if left:
        yield note(
            "To call in: {listed}, and {n} more stretch.",
            "To call in: {listed}, and {n} more stretches.",
            listed=listed,
            n=left,
        )
    else:
        yield note("To call in: {listed}.", listed=listed)


def _clients(found: WhatIf) -> Iterator[Message]:
    """How often new clients are taken to call, and what earlier joins did."""
    if not found.asked.changes_of(CLIENTS):
        return
    joins = found.joins
    if joins.tell:
        yield note(
            "In their first week new clients get in touch {factor} times as often as others ({n} join before).",
            "In their first week new clients get in touch {factor} times as often as others ({n} joins before).",
            factor=float(rounded(joins.factor, 1)),
            n=len(joins.factors),
        )
    else:
        yield note("New clients are taken to get in touch as often as the present ones.")
    if len(joins.factors) >= LEAST_JOINS and not joins.tell:
        yield note(
            "After {n} earlier join no more came than was forecast.",
            "After {n} earlier joins no more came than was forecast.",
            n=len(joins.factors),
        )
    if found.per_thousand is not None:
        yield note(
            "A thousand clients bring {number} a day, over the last eight weeks.",
            number=float(rounded(found.per_thousand, 2)),
        )


@dataclass(frozen=True)
class Row:
    """A number of the days asked for, before and after; None: nothing to divide by. Shares are per cent."""

    key: str
    title: str
    before: float | None
    after: float | None
    decimals: int = 0


def before_and_after(found: WhatIf) -> Iterator[Row]:
    """Yield what the days are in numbers: several days are added up, their shares are of the sums."""

    def row(key: str, title: str, of: Callable[[bool], float], decimals: int = 0) -> Row:
        before, after = (None if math.isnan(value) else value for value in (of(False), of(True)))
        return Row(key, title, before, after, decimals)

    def outcomes(after: bool) -> list[ScenarioOutcome]:
        return [day.after if after else day.before for day in found.days]

    title = N_("Calls") if found.asked.channel == CALL else N_("Contacts")
    yield row("contacts", title, lambda after: found.contacts(after=after))
    yield row("hours_needed", N_("Hours needed"), lambda after: sum(each.need.hours for each in outcomes(after)), 1)
    most = {after: max(int(each.need.rostered.max()) for each in outcomes(after)) for after in (False, True)}
    yield row("most_people", N_("People at the busiest half hour"), lambda after: most[after])
    if not found.people_known:
        return
    yield row("short", N_("Hours short"), lambda after: found.short_hours(after=after), 1)
    of = {after: together([each.queue for each in outcomes(after) if each.queue]) for after in (False, True)}
    yield row("sl", N_("SL, %"), lambda after: 100 * of[after].level)
    yield row("wait", N_("Mean wait, s"), lambda after: of[after].wait_s)
    longest = {
        after: max(float(each.queue.waiting.max()) for each in outcomes(after) if each.queue) for after in (False, True)
    }
    yield row("longest_queue", N_("Longest queue"), lambda after: longest[after])
    yield row("occupancy", N_("Occupancy, %"), lambda after: 100 * of[after].occupancy)
    if of[True].losses > 0:
        yield row("losses", N_("Hang up, %"), lambda after: 100 * of[after].losses)


def rests_on(found: WhatIf) -> Message:
    """«База 84 000, AHT 291 сек., 80/30, в графике 30% не на линии»."""
    rules = found.worst.after.scenario.rules
    aht = found.worst.after.scenario
    weight = float(aht.contacts.sum())
    mean = float((aht.contacts * aht.aht_s).sum()) / weight if weight else float(aht.aht_s.mean())
    said: dict[str, Any] = {
        "aht": note(Unit.SECONDS.words.text, number=rounded(mean)),
        "promise": promise(rules.service),
        "shrinkage": percent(rules.shrinkage),
    }
    if found.worst.source in (USUAL, PRESENT):
        return note("AHT {aht}, SL {promise}, people on the line", **said)
    return note("AHT {aht}, SL {promise}, shrinkage {shrinkage}", **said)
