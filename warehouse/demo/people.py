"""Who is on the other end, and who takes which contact: nobody holds more at once than they can.

Waits and durations are given by the scenario; what gives way is the moment the contact came. If nobody is free
when it is its turn, it came a little later, exactly when somebody is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from heapq import heapify, heappop, heappush

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.demo.chance import DAY_S, Floats, HalfMonth, Ints, chosen
from warehouse.demo.shape import free

ANONYMOUS = -1
_BLOCK = 26_000
"""Buyers that turn up in one half month."""
_RESIDENTS = 5_000_000
_HOUSEHOLDS = 64_000


def buyers(half: HalfMonth, n: int, rng: np.random.Generator, *, old: float = 0.24) -> Ints:
    """n buyers: mostly those of this half month, the share `old` from the three before; a few come often."""
    back = np.where(rng.random(n) < old, rng.integers(1, 4, n), 0)
    within = (rng.random(n) ** 1.45 * _BLOCK).astype(np.int64)
    return (half.number + 3 - back) * _BLOCK + within


def residents(n: int, rng: np.random.Generator) -> Ints:
    """n residents of the houses already built."""
    return _RESIDENTS + (rng.random(n) ** 1.6 * _HOUSEHOLDS).astype(np.int64)


def with_anonymous(clients: Ints, share: float, rng: np.random.Generator) -> Ints:
    """The same, an exact share of them anonymous."""
    return np.where(chosen(len(clients), round(len(clients) * share), rng), ANONYMOUS, clients)


def client_ids(clients: Ints) -> pa.Array:
    """Ids like `c0412345`, null for the anonymous."""
    numbers = pa.array(clients, mask=clients < 0)
    return pc.binary_join_element_wise("c", pc.utf8_lpad(numbers.cast(pa.string()), 7, "0"), "")


_LATER_SLOT = 1e9
"""Keeps a person's second slot behind everybody's first one: chats go to those who have fewest."""


def seat(
    at: Floats,
    lasting: Floats,
    pool: Ints,
    after: Ints,
    lag: Floats,
    shifts: Sequence[Shift],
) -> tuple[Floats, Ints]:
    """Deal contacts out to the people on shift.

    Per contact: `at`, the moment somebody takes it, and `lasting`, for how long (s); the `pool` it belongs to;
    `after`, the contact it follows from (-1: none), in which case it is taken `lag` s after that one is done and
    its own `at` is ignored. Returns the moments at which they were really taken, never earlier, and the agents.
    """
    idle: list[list[tuple[float, int, float]]] = [[] for _ in POOLS]
    busy = _come_to_work(shifts, set(pool.tolist()))
    done_at = [0.0] * (4 * len(agents()))
    behind = [server % 4 * _LATER_SLOT for server in range(len(done_at))]

    moments, lengths, pools = at.tolist(), lasting.tolist(), pool.tolist()
    lags = lag.tolist()
    seconds = np.flatnonzero(after >= 0)
    next_of = dict(zip(after[seconds].tolist(), seconds.tolist(), strict=True))
    order = np.argsort(at, kind="stable")
    queue = order[after[order] < 0].tolist()
    queue.reverse()
    followers: list[tuple[float, int]] = []
    takers = [0] * len(moments)

    while queue or followers:
        if followers and (not queue or followers[0][0] <= moments[queue[-1]]):
            now, contact = heappop(followers)
        else:
            contact = queue.pop()
            now = moments[contact]
        coming, free = busy[pools[contact]], idle[pools[contact]]
        while True:
            while coming and coming[0][0] <= now:
                since, server, leaves = heappop(coming)
                if done_at[server] > since:
                    # Back from the break on paper, still on the call from before it.
                    heappush(coming, (done_at[server], server, leaves))
                elif since < leaves:
                    heappush(free, (since + behind[server], server, leaves))
            found = False
            while free and not found:
                rank, server, leaves = heappop(free)
                found = leaves > now
            if found:
                break
            now = coming[0][0]
        freed = rank - behind[server]
        if freed > now:
            # Freed while an earlier contact was looking for somebody: not before that.
            now = freed
        done = now + lengths[contact]
        done_at[server] = done
        heappush(coming, (done, server, leaves))
        moments[contact] = now
        takers[contact] = server // 4
        if contact in next_of:
            follower = next_of[contact]
            heappush(followers, (done + lags[follower], follower))
    return np.array(moments), np.array(takers, dtype=np.int64)


def _come_to_work(shifts: Sequence[Shift], pools: set[int]) -> list[list[tuple[float, int, float]]]:
    """Return a heap per pool of stretches of work (begins, agent's slot, ends); only the pools asked for are filled."""
    people = agents()
    busy: list[list[tuple[float, int, float]]] = [[] for _ in POOLS]
    for shift in shifts:
        pool = people[shift.agent].pool
        if pool not in pools:
            continue
        pieces = shift.pieces
        if shift.stays:
            pieces[-1] = (pieces[-1][0], pieces[-1][0] + 12 * 3600)
        for slot in range(POOLS[pool].slots):
            server = 4 * shift.agent + slot
            busy[pool] += [(start, server, end) for start, end in pieces]
    for heap in busy:
        heapify(heap)
    return busy


@dataclass(frozen=True)
class Pool:
    """People who share one skill set; a contact goes to the one of them who has been idle longest.

    `size` is the head count in June 2026, `slots` how many contacts one person holds at once.
    """

    key: str
    lines: tuple[str, ...]
    team: str
    size: int
    teams: int = 1
    site: str = "own"
    slots: int = 1
    weekdays_only: bool = False


SALES, INHOUSE, AKC, TELEMARKETING, SALES_CHATS, SERVICE_CHATS, DESK = range(7)

POOLS = (
    Pool("sales", ("sales",), "Продажи", 34, teams=3),
    Pool("inhouse", ("inhouse",), "Сервис", 16, teams=2),
    Pool("akc", ("akc",), "АКЦ Заселение", 6, site="outsourced"),
    Pool("telemarketing", ("sales",), "Телемаркетинг", 8, weekdays_only=True),
    Pool("sales_chats", ("sales", "support"), "Чаты продаж", 19, slots=4),
    Pool("service_chats", ("inhouse",), "Чаты сервиса", 18, slots=4),
    Pool("desk", ("inhouse",), "Service Desk", 8, weekdays_only=True),
)

_FIRST_NAMES = (
    ("Марфа", "Савва"),
    ("Ульяна", "Прохор"),
    ("Дарина", "Тихон"),
    ("Злата", "Добрыня"),
    ("Милана", "Лука"),
    ("Таисия", "Елисей"),
    ("Агния", "Ждан"),
    ("Есения", "Клим"),
    ("Василиса", "Назар"),
    ("Лада", "Демьян"),
    ("Стефания", "Захар"),
)
_SURNAMES = (
    *("Гудков", "Трубкин", "Зуммеров", "Отзвонов", "Линейкин", "Очерёдкин", "Диалогов", "Приветов", "Этажов"),
    *("Балконов", "Ключевский-Дверцев", "Новосельцев", "Метражов", "Лифтов", "Планировкин", "Резервов"),
    *("Перезвонов", "Созвонов", "Ответов", "Подъездов", "Антресолев", "Мансардов", "Домофонов"),
)


@dataclass(frozen=True)
class Agent:
    """One person. `rank` counts the people of a pool in the order they were hired."""

    agent_id: str
    name: str
    team: str
    pool: int
    rank: int
    active_from: date
    active_to: date | None

    @property
    def site(self) -> str:
        """Where they were hired: of the telemarketers every second one by the partner."""
        pool = POOLS[self.pool]
        return "outsourced" if self.pool == TELEMARKETING and self.rank % 2 else pool.site

    def works_on(self, day: date) -> bool:
        """Whether they are one of the people here on a day."""
        return self.active_from <= day and not (self.active_to and self.active_to < day)


@dataclass(frozen=True)
class Shift:
    """One person's day: seconds since the half month's start, with the breaks in order."""

    agent: int
    start: float
    end: float
    breaks: tuple[tuple[float, float, str], ...]
    stays: bool
    """Stays until the last contact of the evening is done."""

    @property
    def pieces(self) -> list[tuple[float, float]]:
        """The stretches between the breaks."""
        edges = [self.start, *(edge for start, end, _ in self.breaks for edge in (start, end)), self.end]
        return list(zip(edges[::2], edges[1::2], strict=True))


@cache
def agents() -> tuple[Agent, ...]:
    """Everybody who ever worked here, numbered by pool; the first ones of a pool were there from the start."""
    people: list[Agent] = []
    opened, grown = date(2024, 12, 1), 540
    for number, pool in enumerate(POOLS):
        here = -(-pool.size * 4 // 5)
        leavers = pool.size // 7
        for rank in range(pool.size + leavers):
            hired = opened - timedelta(days=30 + rank * 53 % 900)
            left = None
            if here <= rank < pool.size:
                hired = opened + timedelta(days=(rank - here + 1) * grown // (pool.size - here + 1))
            elif rank >= pool.size:
                # Somebody leaves now and then; each was replaced by the newcomers above.
                left = opened + timedelta(days=(rank - pool.size + 1) * grown // (leavers + 1))
            team = f"{pool.team} {rank % pool.teams + 1}" if pool.teams > 1 else pool.team
            people.append(Agent(f"a{len(people) + 1:03d}", _name(len(people)), team, number, rank, hired, left))
    return tuple(people)


MOVED_ON = date(2026, 6, 8)


def mover() -> Agent:
    """Who moves from sales to the partner: one of those who were there from the start."""
    return next(agent for agent in agents() if agent.pool == SALES and agent.rank == 1)


def _name(number: int) -> str:
    female = number % 3 != 1
    pairs = len(_FIRST_NAMES)
    first = _FIRST_NAMES[number % pairs][0 if female else 1]
    surname = _SURNAMES[number * 7 % len(_SURNAMES)]
    if female:
        surname = "-".join(_feminine(part) for part in surname.split("-"))
    return f"{first} {surname}"


def _feminine(surname: str) -> str:
    return surname[:-2] + "ая" if surname.endswith("ий") else surname + "а"


def shifts(half: HalfMonth) -> list[Shift]:
    """Everybody's shifts of a half month, in the order of days."""
    rng = half.rng("shifts")
    found: list[Shift] = []
    for day, day_date in enumerate(half.dates):
        absent = rng.random(len(agents())) < 0.05
        lag = rng.integers(0, 3, len(agents()))
        for index, agent in enumerate(agents()):
            if not agent.works_on(day_date):
                continue
            hours = _hours(agent, day_date)
            # The four who have been there longest are a shift's backbone: there is always someone.
            if hours is None or (absent[index] and agent.rank >= 4):
                continue
            found.append(_shift(index, agent.rank, day * DAY_S, *hours, float(lag[index]) * 300))
    return found


def planned(half: HalfMonth) -> list[Shift]:
    """The roster of a half month, in the order of days: who is to come, whether they will or not, on the minute."""
    return [
        _shift(index, agent.rank, day * DAY_S, *hours, 0.0)
        for day, day_date in enumerate(half.dates)
        for index, agent in enumerate(agents())
        if agent.works_on(day_date) and (hours := _hours(agent, day_date)) is not None
    ]


def _hours(agent: Agent, day: date) -> tuple[float, float] | None:
    """First and last hour of someone's shift on a day: two days of twelve hours and two off, or office hours."""
    if POOLS[agent.pool].weekdays_only or agent.rank % 5 == 4:
        if not free(day):
            first = (9.0, 10.0, 12.0)[agent.rank % 3]
            return first, first + 9
        # On free days one in three of the telemarketers is enough.
        return (12.0, 21.0) if agent.pool == TELEMARKETING and agent.rank % 3 == day.toordinal() % 3 else None
    if (day.toordinal() // 2 + agent.rank) % 2:
        return None
    return (8.0, 20.0) if agent.rank // 2 % 2 else (10.0, 22.0)


def _shift(index: int, rank: int, midnight: float, first: float, last: float, lag: float) -> Shift:
    start, end = midnight + first * 3600, midnight + last * 3600
    third = (last - first) * 900
    # Breaks are staggered by rank, so that a pool never goes to lunch all at once.
    offset = lag + rank % 6 * 900
    breaks = (
        (start + third + offset, start + third + offset + 900, "Перерыв"),
        (start + 2 * third + offset, start + 2 * third + offset + 2400, "Обед"),
        (start + 3 * third + offset, start + 3 * third + offset + 900, "Перерыв"),
    )
    return Shift(index, start, end, breaks, last >= 21)


_LATIN = dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True)) | {
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ю": "yu",
    "я": "ya",
    "ъ": "",
    "ь": "",
}


def in_latin(name: str) -> str:
    """A name for readers of English: «Агния Метражова» is Agniya Metrazhova."""
    letters = ((letter, _LATIN.get(letter.casefold(), letter)) for letter in name)
    return "".join(latin.capitalize() if letter.isupper() else latin for letter, latin in letters)
