"""What the centre is to look like: targets for every half month.

1-15 June 2026 is given figure by figure; every other half month follows from it by a smooth rule: the length of
the half month in days' weights, growth, season and a few per cent of chance. The generators read nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from warehouse.demo.chance import HalfMonth
from warehouse.demo.shape import day_weights


@dataclass(frozen=True)
class Voice:
    """Inbound calls of a line: queue entries, shares of answered + lost (0-1), seconds."""

    entries: int
    flow_outs: int
    lost: float
    service_level: float
    aht_s: float


@dataclass(frozen=True)
class ChatTargets:
    """Chats of a line: entries, those that are target traffic, share lost (0-1), session with wrap-up (s)."""

    entries: int
    target: int
    lost: float
    aht_s: float


@dataclass(frozen=True)
class Bot:
    """Calls into the bot by how they end, and its mean times over all of them (s).

    `misrouted` are the handovers that the first human passes on to another line.
    """

    handled: int
    handed_over: int
    hung_up: int
    misrouted: int
    wait_s: float
    dialogue_s: float


@dataclass(frozen=True)
class Targets:
    """Everything a half month is made from: counts of rows, unless the name says otherwise."""

    voice: Mapping[str, Voice]
    chats: Mapping[str, ChatTargets]
    bot: Bot
    target_calls: int
    attempts: int
    target_conversations: int
    other_conversations: int
    leads: int
    target_leads: int
    reserved_m2: float
    created: int
    routed: int
    closed: int
    tasks: int


REFERENCE_HALF = HalfMonth(date(2026, 6, 1))

_USUAL = Targets(
    voice={
        "sales": Voice(18_330, 20, 0.015, 0.90, 245.0),
        "inhouse": Voice(5_606, 10, 0.010, 0.88, 294.0),
        "akc": Voice(1_306, 4, 0.010, 0.96, 208.0),
    },
    chats={
        "sales": ChatTargets(12_100, 6_700, 0.016, 318.0),
        "inhouse": ChatTargets(20_400, 0, 0.014, 371.0),
        "support": ChatTargets(6_400, 0, 0.012, 342.0),
    },
    bot=Bot(26_000, 23_000, 1_200, 2_212, 2.0, 38.0),
    target_calls=14_300,
    attempts=18_900,
    target_conversations=5_952,
    other_conversations=1_240,
    leads=2_400,
    target_leads=1_900,
    reserved_m2=22_620.0,
    created=2_560,
    routed=2_500,
    closed=1_500,
    tasks=2_200,
)
"""What other half months follow from."""

REFERENCE = replace(
    _USUAL,
    chats={
        "sales": ChatTargets(12_134, 6_712, 0.016, 318.0),
        "inhouse": ChatTargets(20_386, 0, 0.014, 371.0),
        "support": ChatTargets(6_428, 0, 0.012, 342.0),
    },
    bot=Bot(26_037, 23_021, 1_203, 2_214, 2.0, 38.0),
    target_calls=14_317,
    attempts=18_874,
    leads=2_417,
    target_leads=1_893,
    created=2_563,
    routed=2_486,
    closed=1_512,
    tasks=2_219,
)

_SALES_SEASON = (0.92, 0.98, 1.03, 1.04, 0.96, 1.0, 0.94, 0.97, 1.05, 1.07, 1.06, 1.04)
_SERVICE_SEASON = (1.04, 1.02, 1.0, 0.97, 0.95, 1.0, 0.97, 0.98, 1.0, 1.04, 1.05, 1.06)


def targets(half: HalfMonth) -> Targets:
    """The targets of any half month."""
    return REFERENCE if half == REFERENCE_HALF else _by_rule(half)


def _by_rule(half: HalfMonth) -> Targets:
    sales = _scale(half, "sales", _SALES_SEASON)
    voice = {
        "sales": _voice(half, "sales", sales),
        "inhouse": _voice(half, "inhouse", _scale(half, "inhouse", _SERVICE_SEASON)),
        "akc": _voice(half, "akc", _scale(half, "akc", _SERVICE_SEASON)),
    }
    chats = {
        "sales": _chats(half, "sales", _scale(half, "chats", _SALES_SEASON)),
        "inhouse": _chats(half, "inhouse", _scale(half, "chats", _SERVICE_SEASON)),
        "support": _chats(half, "support", _scale(half, "chats", _SALES_SEASON)),
    }
    made = _USUAL
    attempts = made.attempts * _scale(half, "attempts", _SALES_SEASON) * _chance(half, "attempts", 0.03)
    reached = _chance(half, "reached", 0.03)
    leads = made.leads * _scale(half, "leads", _SALES_SEASON) * _chance(half, "leads", 0.03)
    desk = _scale(half, "desk", _SERVICE_SEASON) * _chance(half, "desk", 0.03)
    reserved = _scale(half, "reservations", _SALES_SEASON) * _chance(half, "reserved", 0.05)
    return Targets(
        voice=voice,
        chats=chats,
        bot=_bot(half, sum(line.entries for line in voice.values())),
        target_calls=round(voice["sales"].entries * 0.78 * _chance(half, "target calls", 0.01)),
        attempts=round(attempts),
        target_conversations=round(attempts * 0.315 * reached),
        other_conversations=round(attempts * 0.0656 * reached),
        leads=round(leads),
        target_leads=round(leads * 0.792 * _chance(half, "target leads", 0.02)),
        reserved_m2=round(made.reserved_m2 * reserved, 2),
        created=round(made.created * desk),
        routed=round(made.routed * desk * _chance(half, "routed", 0.006)),
        closed=round(made.closed * desk * _chance(half, "closed", 0.03)),
        tasks=round(made.tasks * desk * _chance(half, "tasks", 0.03)),
    )


def _voice(half: HalfMonth, line: str, scale: float) -> Voice:
    given = _USUAL.voice[line]
    level = 1 - (1 - given.service_level) * _chance(half, f"{line} level", 0.18)
    return Voice(
        entries=round(given.entries * scale * _chance(half, f"{line} calls", 0.02)),
        flow_outs=round(given.flow_outs * scale),
        lost=given.lost * _chance(half, f"{line} lost", 0.16),
        service_level=level,
        aht_s=given.aht_s * (1 + 0.0008 * _halves_before(half)) * _chance(half, f"{line} aht", 0.012),
    )


def _chats(half: HalfMonth, line: str, scale: float) -> ChatTargets:
    given = _USUAL.chats[line]
    entries = given.entries * scale * _chance(half, f"{line} chats", 0.02)
    share = given.target / given.entries * _chance(half, f"{line} target chats", 0.02)
    return ChatTargets(
        entries=round(entries),
        target=round(entries * share),
        lost=given.lost * _chance(half, f"{line} chats lost", 0.15),
        aht_s=given.aht_s * (1 + 0.001 * _halves_before(half)) * _chance(half, f"{line} session", 0.015),
    )


def _bot(half: HalfMonth, entries: int) -> Bot:
    given = _USUAL.bot
    # The bot routes a little better from one half month to the next.
    better = 1 + 0.008 * _halves_before(half)
    misrouted = round(entries * 0.0876 * better * _chance(half, "misrouted", 0.03))
    handed_over = round((entries - misrouted) * 0.99)
    handled = round(handed_over / (given.handed_over / given.handled * _chance(half, "contained", 0.006)))
    return Bot(
        handled=handled,
        handed_over=handed_over,
        hung_up=round(handled * given.hung_up / given.handled * _chance(half, "hung up", 0.08)),
        misrouted=misrouted,
        wait_s=given.wait_s * _chance(half, "bot wait", 0.08),
        dialogue_s=given.dialogue_s * better**0.3 * _chance(half, "dialogue", 0.02),
    )


def size_of(half: HalfMonth) -> float:
    """How large a half month is beside the reference: of what goes with all contacts."""
    return 1.0 if half == REFERENCE_HALF else _scale(half, "sales", _SALES_SEASON)


def _halves_before(half: HalfMonth) -> int:
    return REFERENCE_HALF.number - half.number


def _scale(half: HalfMonth, shape: str, season: tuple[float, ...]) -> float:
    """Length in days' weights x growth x season, 1.0 for the reference."""
    length = day_weights(half, shape).sum() / day_weights(REFERENCE_HALF, shape).sum()
    growth = 1 - 0.23 * _halves_before(half) / 36
    return float(length) * growth * season[half.first.month - 1]


def _chance(half: HalfMonth, name: str, width: float) -> float:
    """A deterministic factor about 1, rarely further off than twice the width."""
    return 1 + width * float(half.rng(f"scenario {name}").uniform(-1.0, 1.0))
