"""Fact against plan: execution, pace, variance, verdict, always from unrounded values."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import Enum
from math import inf

from metrics.model import Better


class Verdict(Enum):
    """`behind`: below the pace of a plan whose time is not over, so that it may yet be met."""

    MET = "met"
    MISSED = "missed"
    BEHIND = "behind"
    NONE = "none"


def exact(value: float) -> Decimal:
    """The decimal number a person would write for a float."""
    return Decimal(repr(value))


def half_up(value: Decimal, decimals: int) -> Decimal:
    """Rounded half up, as people round; formatting libraries round half to even."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def share(fact: float | None, plan: float | None) -> float | None:
    """Fact over plan in per cent; None where there is no fact, no plan, or a plan of 0."""
    if fact is None or not plan:
        return None
    return float(exact(fact) * 100 / exact(plan))


def printed_share(value: float, rounding: str) -> Decimal:
    """An execution as a whole per cent: `down` keeps 100 % for a plan that is reached."""
    return exact(value).quantize(Decimal(1), rounding=ROUND_DOWN if rounding == "down" else ROUND_HALF_UP)


def verdict(better: Better, fact: float | None, plan: float | None) -> Verdict:
    """Met or missed by the metric's direction; none without a fact, a plan or a direction."""
    if fact is None or plan is None or better is Better.NEUTRAL:
        return Verdict.NONE
    met = fact >= plan if better is Better.FLOOR else fact <= plan
    return Verdict.MET if met else Verdict.MISSED


def margin(better: Better, fact: float | None, plan: float | None) -> float | None:
    """How far a fact is on the good side of its plan, as a share of it; below 0 on the bad side, however far from 0.

    None without a fact, a plan or a direction.
    """
    if fact is None or plan is None or better is Better.NEUTRAL:
        return None
    ahead = variance(fact, plan) * (1 if better is Better.FLOOR else -1)
    if plan:
        return ahead / abs(plan)
    return 0.0 if not ahead else inf if ahead > 0 else -inf


def variance(fact: float, plan: float) -> float:
    """Fact less plan, in the metric's own unit (percentage points for percentages)."""
    return float(exact(fact) - exact(plan))
