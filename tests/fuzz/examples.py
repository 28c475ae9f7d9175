"""How many examples are tried: a few with the other tests, always the same; SVODKA_EXAMPLES of them by `make fuzz`."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings

ASKED = int(os.environ.get("SVODKA_EXAMPLES", "0"))


def examples(share: float, usually: int) -> Callable[[Any], Any]:
    """Try this share of the examples that are asked for, or as many as usual; an import takes a tenth of a second."""
    return settings(
        max_examples=max(int(ASKED * share), 1) if ASKED else usually,
        derandomize=not ASKED,
        database=None,
        deadline=None,
        # The usual run only looks; the big one also says what the least example is.
        phases=(Phase.explicit, Phase.generate, Phase.shrink) if ASKED else (Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
