"""One way of one piece of work, measured in a process of its own: `python -m tests.bench.child HOW WHAT HOME ROUNDS`.

Prints one JSON object: milliseconds of each round after one that warms up, by the clock and of processor time, the
process's peak of memory in megabytes, and what was found.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.history import PERIOD

Work = Callable[[], Any]


def ours(what: str, home: Path) -> Work:
    """Through the metrics: the manifest read, the records opened, everything computed anew in each round."""
    from bot.project import open_project
    from digests.compose import make
    from digests.result import Session
    from metrics.answers import Question, ask
    from metrics.periods import parse
    from metrics.plans.plans import Plans

    project = open_project(home, None)
    period = parse(PERIOD, project.timezone)
    spec = project.config.digest("biweekly")

    def figures() -> dict[str, float]:
        calculator = project.calculator()
        questions = [Question(each.metric, period, each.line) for each in spec.figures]
        keys = [*(each.key for each in spec.figures), "sales.called_back"]
        queries = [*questions, Question("called_back", period, "sales")]
        answers = ask(calculator, no_plans.over(calculator), queries)
        return {key: _value(answer.fact.value) for key, answer in zip(keys, answers, strict=True)}

    def digest() -> None:
        calculator = project.calculator()
        plans = Plans(calculator)
        make(Session(calculator, plans, project.localizer), spec, period)
        project.keep_weights(plans)

    def trend() -> list[tuple[float, ...]]:
        calculator = project.calculator()
        first = calculator.coverage.first_event(calculator.catalogue.get("calls"))
        assert first is not None
        history = parse(f"{first:%Y-%m-%d}..{period.last_day}", project.timezone)
        questions = [Question(metric, history, by=("month",)) for metric in ("calls", "sl", "lcr")]
        answers = ask(calculator, no_plans.over(calculator), questions)
        months = [[_value(point.fact.value) for point in answer.points] for answer in answers]
        return list(zip(*months, strict=True))

    class NoPlans(Plans):
        """The other ways know no plans: neither do we, where we are measured against them."""

        def __init__(self, calculator: Any) -> None:
            super().__init__(calculator)
            self._plans.clear()

    no_plans = NoPlans(project.calculator())
    return {"figures": figures, "digest": digest, "trend": trend}[what]


def by_hand(what: str, home: Path) -> Work:
    import duckdb

    from tests.bench import byhand

    files, moments, connection = _files(home), _moments(home), duckdb.connect()
    work = {
        "figures": lambda: byhand.digest(connection, files, moments),
        "trend": lambda: byhand.trend(connection, files),
    }
    return work[what]


def in_pandas(what: str, home: Path) -> Work:
    from tests.bench import inpandas

    files, moments = _files(home), _moments(home)
    return {"figures": lambda: inpandas.digest(files, moments), "trend": lambda: inpandas.trend(files)}[what]


def _files(home: Path) -> dict[str, list[str]]:
    from warehouse.lake import Lake

    return {
        name: [str(home / "records" / file.path) for file in state.files]
        for name, state in Lake(home / "records").manifest().tables.items()
    }


def _moments(home: Path) -> dict[str, Any]:
    from bot.project import open_project
    from metrics.periods import parse

    project = open_project(home, None)
    period = parse(PERIOD, project.timezone)
    return {"start": period.start, "end": period.end, "as_of": project.now}


def _value(value: float | None) -> float:
    assert value is not None
    return value


def peak_mb() -> float:
    """The process's own peak of memory: what `getrusage` says begins with that of the process it was started from."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    how, what, home, rounds = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
    work = {"ours": ours, "by hand": by_hand, "pandas": in_pandas}[how](what, home)
    work()
    times, spent = [], []
    found = None
    for _ in range(rounds):
        began, cpu = time.perf_counter(), time.process_time()
        found = work()
        times.append((time.perf_counter() - began) * 1000)
        spent.append((time.process_time() - cpu) * 1000)
    peak = peak_mb()
    print(json.dumps({"ms": times, "cpu": spent, "mb": peak, "found": found}))


if __name__ == "__main__":
    main()
