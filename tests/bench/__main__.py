"""Speed, as medians and ratios within one run: `make bench`, or `make bench SCALE=100m ONLY=growth,import`.

Nothing here is asserted: a machine that others work on is slower, and a ratio within one run says more than a
number. What was measured on which machine stands in docs/speed.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from functools import partial
from pathlib import Path

from rich.console import Console

from tests.bench import (
    asking,
    crm,
    digest,
    growth,
    imports,
    load,
    pictures,
    posting,
    questions,
    reports,
    warehouse,
    ways,
)
from tests.bench.history import DAYS, lay

SUBJECTS = (
    *("pictures", "digest", "ways", "reports", "growth", "import", "questions", "asking", "posting", "warehouse"),
    *("crm", "sales", "load"),
)

IMPORTED = {"1m": "1m", "10m": "1m", "100m": "10m"}
"""How many calls are imported at each scale: a whole run at 10m stays a matter of minutes."""

DEALS = {"1m": 20_000, "10m": 200_000, "100m": 1_000_000}
"""How many deals are imported at each scale, and reported of."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--scale", choices=tuple(DAYS), default="10m", help="calls of the longest history")
    parser.add_argument("--only", default=",".join(SUBJECTS), help="some of " + ", ".join(SUBJECTS))
    parser.add_argument("--keep", type=Path, help="directory for the histories: made once, used again")
    given = parser.parse_args()
    subjects = given.only.split(",")
    console = Console(width=120)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    console.print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {memory:.0f} GB")
    with tempfile.TemporaryDirectory() as directory:
        scratch = Path(directory)
        history = partial(_history, given.keep or scratch, console)
        if "pictures" in subjects:
            _show(console, pictures.table())
        if "digest" in subjects:
            _show(console, digest.table(scratch / "demo"))
        if "ways" in subjects:
            # The others open every file there is: ten million calls are enough for them.
            scale = min(given.scale, "10m", key=DAYS.__getitem__)
            _show(console, ways.table(history(scale), scale))
        if "reports" in subjects:
            _show(console, reports.table(history(min(given.scale, "10m", key=DAYS.__getitem__))))
        if "growth" in subjects:
            scales = [scale for scale, days in DAYS.items() if days <= DAYS[given.scale]]
            _show(console, growth.table({scale: history(scale) for scale in scales}))
        if "import" in subjects:
            _show(console, imports.table(history(IMPORTED[given.scale]), scratch))
        if "questions" in subjects:
            _show(console, questions.table())
        if "asking" in subjects:
            _show(console, asking.table(history(min(given.scale, "10m", key=DAYS.__getitem__))))
        if "warehouse" in subjects:
            _show(console, warehouse.table(history(min(given.scale, "10m", key=DAYS.__getitem__))))
        if "crm" in subjects:
            _show(console, crm.table(scratch, DEALS[given.scale]))
        if "sales" in subjects:
            _show(console, crm.reports_table((given.keep or scratch) / f"deals-{given.scale}", DEALS[given.scale]))
        if "load" in subjects:
            scale = min(given.scale, "10m", key=DAYS.__getitem__)
            _show(console, load.table(history(scale), scale))
        if "posting" in subjects:
            _show(console, posting.table(scratch))


def _history(root: Path, console: Console, scale: str) -> Path:
    home = root / f"history-{scale}"
    if not (home / "records" / "manifest.json").exists():
        rows = lay(home, DAYS[scale])
        console.print(f"made {rows:,} rows with {scale} calls")
    return home


def _show(console: Console, table: object) -> None:
    console.print(table, f"load {os.getloadavg()[0]:.1f}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
