"""Which part the columns of a stranger's calls play, by what their rows say, where their names say nothing.

A call begins before all else that is known of it; who talked was answered; who was answered had an agent. A table whose
rows do not say all of this together is taken for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import combinations, pairwise
from math import sqrt
from statistics import correlation, mean, median
from typing import TypeVar

from warehouse.discovery import values
from warehouse.discovery.found import FoundColumn, FoundTable
from warehouse.discovery.names import parts, table_likeness

_FEW_ROWS = 20
"""Of fewer rows nothing is concluded."""
_MOST = 0.95
"""What holds of so many rows holds: some slips are in any table."""
_LONGEST = timedelta(hours=2)
"""The middle call of a centre is no longer than this."""
_SLIP_S = 2.0
"""How far durations may lie from what clocks that were rounded tell."""
_CODES = 12
"""More words than these are no outcomes."""
_PHONE = re.compile(r"\+?[\d\-() ]{7,18}")
_FEWEST_DIGITS = 7
_ENOUGH = 5
"""So many rows tell what a word means, or how many different values are many."""

_KNOWN = 0.8
"""So many of the agents of calls are in the table that describes them."""
_OTHER = {"order", "payment", "invoice", "delivery", "shipment", "ticket", "task", "chat", "message", "deal"}
_OTHER |= {f"{word}s" for word in _OTHER} | {"deliveries"}
_OTHER |= {"заказ", "заказы", "платежи", "счета", "доставки", "задачи", "заявки", "чаты", "сделки"}
"""Words of a table's name that say that it is no calls, whatever its rows are like."""
_GROWS = 0.5
"""How far a part of a call goes with the whole: the correlation of the two."""

T = TypeVar("T")
Found = dict[str, FoundColumn]
Row = Sequence[float | None]


def with_roles(table: FoundTable, named: Mapping[str, FoundColumn]) -> Mapping[str, FoundColumn]:
    """Return the columns of calls that names tell, with those that only rows do.

    Without a key or a beginning by name, a table is calls only if its rows say who was answered and for how long.
    """
    if table.rows < _FEW_ROWS:
        return named
    found = dict(named)
    _times(table, found)
    if "started_at" not in found:
        return named
    _fate(table, found)
    _durations(table, found)
    _people(table, found)
    if {"call_id", "started_at"} <= named.keys() and table_likeness(table.name, "calls"):
        return found
    if _OTHER.intersection(parts(table.name)) or not ("call_id" in named or _key(table, found)):
        return named
    return found if _is_a_call(found) else named


def members(table: FoundTable, agents: Sequence[str]) -> Mapping[str, FoundColumn]:
    """Return the columns of a table in which the agents of calls are described; none if it is another."""
    keys = (each for each in table.columns if each.is_unique and _share(agents, each.words.__contains__) >= _KNOWN)
    key = next(keys, None)
    if key is None or len(agents) < 2:
        return {}
    texts = [each for each in table.columns if each.kind == "text" and each is not key and each.filled]
    found = {"agent_id": key}
    named = (each for each in texts if _share(each.filled, lambda said: " " in str(said).strip()) >= _KNOWN)
    names = [each for each in named if len(each.words) > len(each.filled) / 2]
    teams = [each for each in texts if each not in names and 1 < len(each.words) <= len(each.filled) / 2]
    if names:
        found["name"] = names[0]
    if len(teams) == 1:
        found["team"] = teams[0]
    return found


def fates(theirs: FoundColumn, found: Mapping[str, FoundColumn]) -> Mapping[str, str]:
    """Return what words nobody knows must mean: answered where all rows talked, abandoned where none did."""
    reached = _reached_by_rows(found)
    if reached is None:
        return {}
    told = _shares(theirs, reached)
    return {
        word: "answered" if share >= _MOST else "abandoned"
        for word, (share, rows) in told.items()
        if rows >= _ENOUGH and _is_clear(share)
    }


def _times(table: FoundTable, found: Found) -> None:
    """A call begins before its other times; it is over at the first that every call has, and answered before."""
    told = {
        each.name: moments
        for each in _free(table, found, "started_at", "answered_at", "ended_at")
        if each.key is False and (moments := _moments(each))
    }
    columns = {each.name: each for each in table.columns}

    def is_of_rows(name: str) -> bool:
        """Whether a time is of each row, and not of a load of many."""
        some = [at for at in told[name] if at]
        return len(set(some)) > len(some) / 2

    def lags(start: str, end: str) -> list[float]:
        return [(b - a).total_seconds() for a, b in zip(told[start], told[end], strict=True) if a and b]

    def follows(start: str, end: str) -> bool:
        apart = lags(start, end)
        return _share(apart, lambda lag: lag >= 0) >= _MOST

    named = found.get("started_at")
    full = [name for name, each in told.items() if _share(each, bool) >= _MOST]
    first = named.name if named else next((a for a in full if all(follows(a, b) for b in told)), None)
    if first is None or first not in told or not (named or is_of_rows(first)):
        return
    found["started_at"] = columns[first]
    after = sorted(
        (
            name
            for name in told
            if name != first and is_of_rows(name) and follows(first, name) and any(lags(first, name))
        ),
        key=lambda name: median(lags(first, name)),
    )
    ends = [name for name in after if name in full and median(lags(first, name)) <= _LONGEST.total_seconds()]
    over = found["ended_at"].name if "ended_at" in found else next(iter(ends), None)
    if over and over in told:
        found["ended_at"] = columns[over]
        if "answered_at" not in found:
            answers = (name for name in after if name not in full and follows(name, over))
            if answer := next(answers, None):
                found["answered_at"] = columns[answer]


def _fate(table: FoundTable, found: Found) -> None:
    """What became of calls, and which way they went, where the words themselves are plain."""
    for name in ("outcome", "direction"):
        if name in found:
            continue
        for each in _free(table, found):
            words = values.few_words(each)
            meant = [values.ours(word, f"calls.{name}") for word in words]
            if len(words) > 1 and len(set(meant) - {None}) > 1 and meant.count(None) <= len(meant) / 3:
                found[name] = each
                break


def _durations(table: FoundTable, found: Found) -> None:
    """Talk is what answered calls have and lost ones lack; lost ones waited for as long as they lasted."""
    columns = {each.name: each for each in table.columns}
    told = {
        each.name: row
        for each in _free(table, found, "wait_s", "talk_s", "hold_s", "wrap_s", "duration")
        if not each.key and (row := _seconds(each)) and _is_a_duration(row)
    }
    if "outcome" not in found:
        _coded_fate(table, found, told)
    reached, whole = _reached(found), _whole(found)
    left = {name: row for name, row in told.items() if columns[name] not in found.values()}
    if "duration" not in found:
        same = next((name for name, row in left.items() if whole and _unit(row, whole)), None) or _sum_of_two(left)
        if same:
            found["duration"] = columns[same]
            whole = whole or left[same]
            left.pop(same)
    if reached is None:
        return
    talks = [name for name, row in left.items() if _is_talk(row, reached) and _goes_with(row, whole, reached)]
    if "talk_s" not in found and talks:
        found["talk_s"] = columns[max(talks, key=lambda name: _sum(*left[name]))]
    if "wait_s" not in found:
        waits = [name for name, row in left.items() if name not in talks and _is_wait(row, reached, whole)]
        if len(waits) == 1:
            found["wait_s"] = columns[waits[0]]


def _sum_of_two(rows: Mapping[str, Row]) -> str | None:
    """The numbers that are the sum of two others, row by row: the whole call, and its parts."""
    for name, row in rows.items():
        for one, other in combinations((each for each in rows if each != name), 2):
            if _unit([_sum(*each) for each in zip(rows[one], rows[other], strict=True)], row) == 1.0:
                return name
    return None


def _coded_fate(table: FoundTable, found: Found, told: Mapping[str, Row]) -> None:
    """An outcome in codes that nobody knows: each of them has an answer, or some number, in all its rows or in none."""
    answered = _reached_by_rows(found)
    for each in _free(table, found):
        if not 1 < len(values.few_words(each)) <= _CODES:
            continue
        if answered is not None:
            if _tells(each, answered):
                found["outcome"] = each
                return
            continue
        for name, row in told.items():
            if name != each.name and _tells(each, [bool(value) for value in row]):
                found["outcome"] = each
                found["talk_s"] = next(column for column in table.columns if column.name == name)
                return


def _tells(column: FoundColumn, reached: Sequence[bool]) -> bool:
    """Whether the words of a column divide the rows into those that were reached and the others."""
    clear = [share for share, rows in _shares(column, reached).values() if rows >= _ENOUGH]
    return bool(clear) and min(clear) <= 1 - _MOST and max(clear) >= _MOST and all(map(_is_clear, clear))


def _people(table: FoundTable, found: Found) -> None:
    """Who called, who answered, and on which line."""
    reached, rows = _reached(found), table.rows
    if "client_id" not in found:
        phones = [each for each in _free(table, found) if _is_phone(each) and len(each.words) > rows / 20]
        if phones:
            found["client_id"] = max(phones, key=lambda each: len(each.words))
    if "agent_id" not in found and reached:
        agents = [each for each in _groups(table, found, 200) if _has_only(each, reached)]
        if agents:
            # Of an agent and the agent's team, the agent is who there are more of.
            found["agent_id"] = max(agents, key=lambda each: len(each.words))
    if "line" not in found:
        lines = [
            each
            for each in _groups(table, found, 60)
            if len(each.filled) >= _MOST * rows and not _is_phone(each) and not values.is_flag(each)
        ]
        lines = [each for each in lines if each.kind == "text"] or lines
        if len(lines) == 1 or (lines and len(lines[0].words) > len(lines[1].words)):
            found["line"] = lines[0]


def _key(table: FoundTable, found: Found) -> bool:
    """Take what every row has of its own for its key: the table's own, or else a text before a number."""
    free = [each for each in _free(table, found) if each.is_unique and values.time_form(each) is None]
    best = min(free, key=lambda each: (not each.key, each.kind not in ("text", "other")), default=None)
    if best is not None:
        found["call_id"] = best
    return best is not None


def _is_a_call(found: Mapping[str, FoundColumn]) -> bool:
    """Whether rows say that somebody waited for somebody, and how long the two talked."""
    told = "outcome" in found or "answered_at" in found
    talked = "talk_s" in found or {"answered_at", "ended_at"} <= found.keys()
    return told and talked and len({"agent_id", "client_id", "line"} & found.keys()) > 1 and _is_short(found)


def _is_short(found: Mapping[str, FoundColumn]) -> bool:
    whole = _whole(found)
    if whole is None:
        return True
    some = [seconds for seconds in whole if seconds is not None]
    return bool(some) and 1 <= median(some) <= _LONGEST.total_seconds()


def _free(table: FoundTable, found: Mapping[str, FoundColumn], *roles: str) -> Iterator[FoundColumn]:
    """The columns that stand for nothing yet, and those that names gave one of these roles."""
    taken = [column for name, column in found.items() if name not in roles]
    return (each for each in table.columns if each.filled and each not in taken)


def _groups(table: FoundTable, found: Mapping[str, FoundColumn], most: int) -> list[FoundColumn]:
    """The free columns that say one of some names, the most different first."""
    some = [
        each
        for each in _free(table, found)
        if each.kind in ("text", "integer")
        and values.time_form(each) is None
        and 1 < len(each.words) <= min(most, len(each.filled) / 3)
        and not _is_a_duration(_seconds(each) or ())
    ]
    return sorted(some, key=lambda each: -len(each.words))


def _reached(found: Mapping[str, FoundColumn]) -> list[bool] | None:
    """Of each row whether somebody answered, by its outcome, or by what only answered calls have."""
    theirs = found.get("outcome")
    if theirs is not None and not values.is_flag(theirs):
        said = {word: values.ours(word, "calls.outcome") for word in theirs.words}
        if "answered" in said.values() and any(mine not in (None, "answered") for mine in said.values()):
            return [value is not None and said.get(str(value).strip()) == "answered" for value in theirs.values]
    return _reached_by_rows(found)


def _reached_by_rows(found: Mapping[str, FoundColumn]) -> list[bool] | None:
    if "answered_at" in found:
        return [value is not None and value != "" for value in found["answered_at"].values]
    row = _seconds(found["talk_s"]) if "talk_s" in found else None
    return [bool(value) for value in row] if row else None


def _whole(found: Mapping[str, FoundColumn]) -> list[float | None] | None:
    """How long each call was by its clocks."""
    if not {"started_at", "ended_at"} <= found.keys():
        return None
    pairs = zip(_moments(found["started_at"]) or (), _moments(found["ended_at"]) or (), strict=False)
    return [(b - a).total_seconds() if a and b else None for a, b in pairs]


def _unit(row: Row, whole: Row, fewest: int = _FEW_ROWS) -> float | None:
    """How many seconds one of a row of numbers is, if they are what clocks say of the whole call."""
    both = [(a, b) for a, b in zip(row, whole, strict=True) if a is not None and b is not None]
    for unit in (1.0, 0.001) if len(both) >= fewest else ():
        if _share([abs(a * unit - b) <= _SLIP_S for a, b in both], bool) >= 0.9:
            return unit
    return None


def _is_talk(row: Row, reached: Sequence[bool]) -> bool:
    with_it = [bool(value) for value, answered in zip(row, reached, strict=True) if answered]
    without = [not value for value, answered in zip(row, reached, strict=True) if not answered]
    return _share(with_it, bool) >= 0.9 and _share(without, bool) >= _MOST


def _goes_with(row: Row, whole: Row | None, reached: Sequence[bool]) -> bool:
    """Whether there is the more of it the longer answered calls lasted: somebody's number does not grow with them."""
    if whole is None:
        return True
    rows = zip(row, whole, reached, strict=True)
    both = [(a, b) for a, b, answered in rows if answered and a is not None and b is not None]
    if len(both) < _ENOUGH or len({a for a, _ in both}) < 2 or len({b for _, b in both}) < 2:
        return False
    return correlation(*zip(*both, strict=True)) > _GROWS


def _is_wait(row: Row, reached: Sequence[bool], whole: Row | None) -> bool:
    """Whether it is how long lost calls lasted, and something of answered ones.

    Without clocks it is what many calls have little of, and few a lot: no number of anything is so.
    """
    lost = [each for each, answered in enumerate(reached) if not answered]
    answered = [row[each] is not None for each, answered in enumerate(reached) if answered]
    if len(lost) < _ENOUGH or _share(answered, bool) < _MOST:
        return False
    if whole is not None:
        return _unit([row[each] for each in lost], [whole[each] for each in lost], _ENOUGH) is not None
    some = [value for value in row if value is not None]
    return _share([row[each] for each in lost], bool) >= _MOST and (0 in some or mean(some) > 1.2 * median(some))


def _has_only(column: FoundColumn, reached: Sequence[bool]) -> bool:
    """Whether answered calls have it, and those that nobody answered seldom do."""
    filled = [value is not None and value != "" for value in column.values]
    with_it = [each for each, answered in zip(filled, reached, strict=True) if answered]
    without = [each for each, answered in zip(filled, reached, strict=True) if not answered]
    return _share(with_it, bool) >= 0.9 and len(without) >= _ENOUGH and _share(without, bool) <= 0.5


def _is_phone(column: FoundColumn) -> bool:
    some = [str(value).strip() for value in column.filled[:500]]
    return _share(some, lambda text: _digits(text) >= _FEWEST_DIGITS and bool(_PHONE.fullmatch(text))) >= 0.7


def _digits(text: str) -> int:
    return sum(letter.isdigit() for letter in text)


def _is_a_duration(row: Row) -> bool:
    """Whether numbers may be durations: many different ones, none of them below nothing or too long, in no order."""
    some = [value for value in row if value is not None]
    if len(some) < _ENOUGH or min(some) < 0 or len(set(some)) < max(_ENOUGH, sqrt(len(some))):
        return False
    rising = _share(list(pairwise(some)), lambda each: each[0] < each[1])
    return 1 - _MOST < rising < _MOST and median(some) <= _LONGEST / timedelta(milliseconds=1)


def _is_clear(share: float) -> bool:
    return not 1 - _MOST < share < _MOST


def _shares(column: FoundColumn, reached: Sequence[bool]) -> dict[str, tuple[float, int]]:
    """Of each word of a column the share of its rows that were reached, and how many rows it has."""
    rows: dict[str, list[bool]] = {}
    for value, answered in zip(column.values, reached, strict=False):
        if value is not None and value != "":
            rows.setdefault(str(value).strip(), []).append(answered)
    return {word: (_share(each, bool), len(each)) for word, each in rows.items()}


def _moments(column: FoundColumn) -> list[datetime | None] | None:
    form = values.time_form(column)
    return [values.moment(value, form) for value in column.values] if form else None


def _seconds(column: FoundColumn) -> list[float | None] | None:
    """The numbers of a column, those of clocks and intervals in seconds; None if it has others."""
    if values.time_form(column):
        return None
    if values.is_clock(column):
        return [_of_clock(str(value)) if value else None for value in column.values]
    if any(isinstance(value, timedelta | time) for value in column.filled[:1]):
        return [_of_clock(str(value).split(", ")[-1]) if value is not None else None for value in column.values]
    return values.numbers(column)


def _of_clock(text: str) -> float:
    hours, minutes, seconds = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _sum(*numbers: float | None) -> float:
    return sum(number or 0.0 for number in numbers)


def _share(rows: Sequence[T], holds: Callable[[T], object]) -> float:
    return sum(bool(holds(row)) for row in rows) / len(rows) if rows else 0.0
