"""All sample pictures by name; `python -m tests.charts.samples DIR` draws them into a folder."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import charts
from tests.charts import answers, awkward, awkward_days, contests, june, load, reports, sales, service, tables

KINDS: dict[str, tuple[Any, dict[str, Any]]] = {
    "scoreboard": (june.SCORE, awkward.SCORES),
    "target-traffic": (june.TARGET, awkward.TARGETS),
    "service-level": (june.SL, awkward.SERVICE_LEVELS),
    "aht": (june.AHT, awkward.HANDLING_TIMES),
    "calls-lcr": (june.CALLS, awkward.CALLS),
    "chats-aht": (june.CHATS, awkward.CHATS),
    "reservations": (june.RESERVES, awkward.RESERVES),
    "voice-bot": (june.BOT, awkward.BOTS),
    "answer-today": (june.TODAY, awkward.TODAYS),
    "series": (answers.SERIES, answers.levels()),
    "series-volume": (answers.VOLUME, answers.volumes()),
    "ranking": (answers.RANKING, answers.rankings()),
    "contributions": (answers.CONTRIBUTIONS, answers.contributions()),
    "panels": (june.CALLS, awkward_days.mixed()),
    "bars": (tables.BARS, tables.bars()),
    "matrix": (tables.MATRIX, tables.matrices()),
    "flows": (reports.FLOWS, reports.flows()),
    "ladders": (reports.LADDERS, reports.ladders()),
    "branches": (reports.BRANCHES, reports.branches()),
    "moments": (reports.MOMENTS, reports.moments()),
    "outcomes": (reports.OUTCOMES, reports.outcomes()),
    "hours": (service.HOURS, service.hours()),
    "quadrant": (service.QUADRANT, service.quadrants()),
    "attendance": (sales.ATTENDANCE, sales.attendances()),
    "attrition": (sales.ATTRITION, sales.attritions()),
    "cohorts": (sales.COHORTS, sales.cohorts()),
    "crew": (sales.CREW, sales.crews()),
    "measures": (sales.MEASURES, sales.measures()),
    "pairs": (sales.PAIRS, sales.pairs()),
    "quarters": (sales.QUARTERS, sales.quarters()),
    "spreads": (sales.SPREADS, sales.spreads()),
    "steps": (sales.STEPS, sales.steps()),
    "wings": (sales.WINGS, sales.wings()),
    "load-forecast": (load.OUTLOOK, load.outlooks()),
    "load-week": (load.SHORTAGE, load.shortages()),
    "load-whatif": (load.WHAT_IF, load.what_ifs()),
    "contest": (contests.CLIMB, contests.CLIMBS),
    "contest-200": (contests.CROWD, contests.CROWDS),
}

JUNE: dict[str, Any] = {name: picture for name, (picture, _) in KINDS.items()}
SAMPLES: dict[str, Any] = {
    **JUNE,
    **{f"{name}-{variant}": picture for name, (_, variants) in KINDS.items() for variant, picture in variants.items()},
}
EMPTY: dict[str, Any] = {
    **awkward.EMPTY,
    **answers.EMPTY,
    **tables.EMPTY,
    **reports.EMPTY,
    **load.EMPTY,
    **sales.EMPTY,
    **service.EMPTY,
    "panels": replace(june.CALLS, panels=()),
    "contest": contests.EMPTY_CLIMB,
    "contest-200": contests.EMPTY_CROWD,
}


def main(folder: str) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, picture in SAMPLES.items():
        (Path(folder) / f"{name}.png").write_bytes(charts.draw(picture))


if __name__ == "__main__":
    main(sys.argv[1])
