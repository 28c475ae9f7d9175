"""What is supposed as a picture: the queue before and after, people under the line of the need, the day's numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from charts.forms.before_after import BeforeAfter, HalfHourSlot, NumberPair
from digests import numbers
from digests.figures import line_title
from digests.load.supposed import changes_said, rests_on
from digests.load.what_if import DayIf, WhatIf
from digests.load.wording import at, hours, on_day, percent, rounded
from digests.localizer import Localizer
from digests.numbers import capital
from digests.pictures.load_week import made_on
from digests.pictures.wording import chart_labels, sentences, titles
from digests.result import Session
from metrics.answers import exact
from metrics.load.history import Floats
from metrics.load.presence import ROSTER
from metrics.load.staffing import compare
from metrics.model import Unit
from warehouse.messages import N_

_WAITS = 0.5
"""A queue that never has so many in it is none."""


def supposed(session: Session, found: WhatIf) -> BeforeAfter | None:
    """Return the picture of the day that is harmed most."""
    day, localizer = found.worst, session.localizer
    open_hours = np.flatnonzero(day.after.scenario.open_hours | day.before.scenario.open_hours)
    if not len(open_hours):
        return None
    first, end = int(open_hours[0]), int(open_hours[-1]) + 1
    queues = _queues(day)
    by_level = queues is None or max(float(queues[1].max()), float(queues[0].max())) < _WAITS
    above = _levels(day) if by_level else queues
    if above is None:
        nothing = np.zeros(len(day.after.need.people))
        above = (nothing, nothing)
    slots = tuple(_slot(day, n, above, by_level=by_level) for n in range(first, end))
    heads = tuple((n - first, str(n // 2)) for n in range(first, end) if n % 2 == 0)
    peak, peak_before = _peak(localizer, day) if not by_level else ("", "")
    known = day.after.scenario.roster is not None
    short = day.after.comparison.short_hours if day.after.comparison else 0.0
    before = day.before.comparison.short_hours if day.before.comparison else 0.0
    return BeforeAfter(
        titles(*_captions(session, found, day, by_level=by_level)),
        chart_labels(localizer),
        heads,
        slots,
        peak,
        peak_before,
        localizer(_BELOW[day.source == ROSTER] if known else N_("People needed on the roster")),
        localizer(N_("of the day")),
        tuple(_pairs(localizer, found, day)),
        localizer(N_("short")) if rounded(short, 1) > 0 else "",
        localizer(Unit.HOURS.words.picture, number=numbers.plain(localizer, exact(rounded(short, 1)), 1))
        if rounded(short, 1) > 0
        else "",
        localizer(N_("{number} h before"), number=float(rounded(before, 1))) if rounded(short, 1) > 0 else "",
        100.0 if by_level else None,
    )


_BELOW = {
    True: N_("People on the roster: the line is the need, columns are there"),
    False: N_("People on the line: the line is the need, columns are there"),
}


def _queues(day: DayIf) -> tuple[Floats, Floats] | None:
    """How many wait at the end of each half hour, before and after."""
    if day.before.queue is None or day.after.queue is None:
        return None
    return day.before.queue.waiting, day.after.queue.waiting


def _levels(day: DayIf) -> tuple[Floats, Floats] | None:
    """The service level of each half hour, 0-100."""
    if day.before.queue is None or day.after.queue is None:
        return None
    both = (
        np.array([100 * queue.level(slice(n, n + 1)) for n in range(len(queue.arrivals))])
        for queue in (day.before.queue, day.after.queue)
    )
    before, after = (np.nan_to_num(each) for each in both)
    return before, after


def _slot(day: DayIf, n: int, above: tuple[Floats, Floats], *, by_level: bool) -> HalfHourSlot:
    after = day.after
    roster = after.scenario.roster
    is_open = bool(after.scenario.open_hours[n])
    need = float(after.need.rostered[n])
    lacks = ""
    if roster is not None and is_open:
        gap = float(compare(np.floor(roster[n : n + 1] + 0.5), after.need.rostered[n : n + 1]).gap[0])
        lacks = str(int(-gap)) if gap < 0 else ""
    explosion = after.queue.explosion if after.queue else None
    struck = bool(explosion and explosion.at <= n <= explosion.peak)
    if by_level:
        struck = bool(
            after.queue and after.queue.arrivals[n] > 0 and above[1][n] < 100 * after.scenario.rules.service.target
        )
    there = None if roster is None else float(np.floor(roster[n] + 0.5))
    return HalfHourSlot(float(above[0][n]), float(above[1][n]), struck, there, need, lacks, is_open)


def _peak(localizer: Localizer, day: DayIf) -> tuple[str, str]:
    """What stands beside the longest queue: how many wait, for how long, and how many did before."""
    queue, earlier = day.after.queue, day.before.queue
    explosion = queue.explosion if queue else None
    if explosion is None or earlier is None:
        return "", ""
    count = int(rounded(explosion.peak_waiting))
    before = localizer(N_("frame: {n} before"), n=int(rounded(float(earlier.waiting[explosion.peak]))))
    if explosion.peak_wait_s is None:
        return localizer(N_("{n}, nobody answers"), n=count), before
    return localizer(N_("{n}, a wait of {wait}"), n=count, wait=_short_wait(localizer, explosion.peak_wait_s)), before


def _short_wait(localizer: Localizer, seconds: float) -> str:
    return (
        numbers.duration(localizer, float(rounded(seconds)), short=True)
        if seconds >= 90
        else localizer(Unit.SECONDS.words.picture, number=rounded(seconds))
    )


def _pairs(localizer: Localizer, found: WhatIf, day: DayIf) -> Sequence[NumberPair]:
    share = found.load.counted.reached_share or 1.0

    def count(value: float) -> str:
        return numbers.plain(localizer, exact(rounded(value / share)), 0)

    named = {"call": N_("calls in all"), "chat": N_("chats in all")}
    before, after = day.before, day.after
    pairs = [
        NumberPair(
            localizer(named.get(found.asked.channel, N_("contacts in all"))),
            count(float(before.scenario.contacts.sum())),
            count(float(after.scenario.contacts.sum())),
        )
    ]
    earlier, queue = before.queue, after.queue
    if earlier is None or queue is None:
        whole = [numbers.plain(localizer, exact(rounded(each.need.hours, 1)), 1) for each in (before, after)]
        return [*pairs, NumberPair(localizer(N_("hours needed")), *whole)]

    def shown(value: float) -> str:
        return numbers.plain(localizer, exact(rounded(value)), 0) if value == value else "—"

    pairs.append(NumberPair(localizer(N_("SL, %")), shown(100 * earlier.level()), shown(100 * queue.level())))
    pairs.append(NumberPair(localizer(N_("wait, s")), shown(earlier.wait_s), shown(queue.wait_s)))
    pairs.append(
        NumberPair(localizer(N_("occupancy, %")), shown(100 * earlier.occupancy), shown(100 * queue.occupancy))
    )
    if queue.lost.any():
        pairs.append(NumberPair(localizer(N_("hang up, %")), shown(100 * earlier.losses), shown(100 * queue.losses)))
    return pairs


def _captions(session: Session, found: WhatIf, day: DayIf, *, by_level: bool) -> tuple[str, str, str, Sequence[str]]:
    localizer = session.localizer
    line = found.load.stream.line
    about = line_title(session.calculator, line) if line else capital(localizer(N_("the whole centre")))
    known = day.after.queue is not None
    subtitle = (
        N_("{line}, {day}: how many wait at the end of each half-hour")
        if known and not by_level
        else N_("{line}, {day}: service level by half-hour, %")
        if known
        else N_("{line}, {day}: people needed by half-hour")
    )
    notes = [localizer.say(rests_on(found))]
    if found.clients and found.asked.changes_of("clients"):
        notes.insert(0, localizer(N_("{n} clients served now"), n=float(rounded(found.clients))))
    said = localizer(subtitle, line=about, day=day.day)
    footnote = sentences(*notes, made_on(localizer, found.load.last_day))
    return _headline(localizer, found, day, by_level=by_level), said, footnote, (said, footnote)


def _headline(localizer: Localizer, found: WhatIf, day: DayIf, *, by_level: bool) -> str:
    said = {
        "changes": capital(changes_said(localizer, found)),
        "on_day": localizer.say(on_day(day.day, found.asked.period)),
    }
    queue, earlier = day.after.queue, day.before.queue
    if queue is None or earlier is None:
        return localizer(
            N_("{changes} {on_day}:\n{after} are needed, not {before}"),
            before=float(rounded(day.before.need.hours, 1)),
            after=localizer.say(hours(day.after.need.hours)),
            **said,
        )
    explosion = queue.explosion
    if explosion is not None and not by_level:
        before = int(rounded(float(earlier.waiting[explosion.peak])))
        return localizer(
            N_("{changes} {on_day}: at {at}\n{n} wait, not {before}"),
            at=at(explosion.peak + 1),
            n=int(rounded(explosion.peak_waiting)),
            before=before,
            **said,
        )
    levels = [localizer.say(percent(each.level())) for each in (earlier, queue)]
    return localizer(
        N_("{changes} {on_day}:\nservice level {after}, not {before}"), before=levels[0], after=levels[1], **said
    )
