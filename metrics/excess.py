"""Whether something is out of the usual: one exact test, with no model of how cases vary.

Now there are `cases` over an exposure (time, contacts, calls), before there were others over another: p is the chance
that so many or more of all of them fall into now, if they fall where the exposure is. It holds where there were none.
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p

LEAST_CASES = 10
LIKELY = 0.01
"""A finding has so many cases at least, and a lesser chance."""


def chance(cases: float, exposure: float, cases_before: float, exposure_before: float) -> float:
    """Return P(X >= cases) of a binomial X over all cases by the share that now has of the exposure."""
    c, n = round(cases), round(cases + cases_before)
    if c <= 0 or exposure + exposure_before <= 0:
        return 1.0
    share = exposure / (exposure + exposure_before)
    if share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    hit, miss = log(share), log1p(-share)
    ways = lgamma(n + 1)
    terms = [exp(ways - lgamma(k + 1) - lgamma(n - k + 1) + k * hit + (n - k) * miss) for k in range(c, n + 1)]
    return min(1.0, sum(sorted(terms)))


def is_finding(cases: float, p: float) -> bool:
    """Whether enough cases are too many to be chance."""
    return cases >= LEAST_CASES and p < LIKELY
