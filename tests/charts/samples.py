"""All sample pictures by name; `python -m tests.charts.samples DIR` draws them into a folder."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from charts.canvas.scene import Scene
from charts.forms import calls_lcr, chats_aht, contributions, ranking, scoreboard, series, service_level, voice_bot
from charts.forms import crowd as contest_200
from charts.forms import curve as reservations
from charts.forms import deviations as aht
from charts.forms import hero as answer_today
from charts.forms import panels as target_traffic
from charts.forms import tower as contest
from tests.charts import asked, awkward, contests, june


@dataclass(frozen=True)
class Sample:
    """What a picture is made of, and the functions that lay it out and draw it."""

    picture: Any
    scene: Callable[[Any], Scene]
    draw: Callable[[Any], bytes]


KINDS: dict[str, tuple[ModuleType, Any, dict[str, Any]]] = {
    "scoreboard": (scoreboard, june.SCORE, awkward.SCORES),
    "target-traffic": (target_traffic, june.TARGET, awkward.TARGETS),
    "service-level": (service_level, june.SL, awkward.SERVICE_LEVELS),
    "aht": (aht, june.AHT, awkward.HANDLING_TIMES),
    "calls-lcr": (calls_lcr, june.CALLS, awkward.CALLS),
    "chats-aht": (chats_aht, june.CHATS, awkward.CHATS),
    "reservations": (reservations, june.RESERVES, awkward.RESERVES),
    "voice-bot": (voice_bot, june.BOT, awkward.BOTS),
    "answer-today": (answer_today, june.TODAY, awkward.TODAYS),
    "series": (series, asked.SERIES, asked.levels()),
    "series-volume": (series, asked.VOLUME, asked.volumes()),
    "ranking": (ranking, asked.RANKING, asked.rankings()),
    "contributions": (contributions, asked.CONTRIBUTIONS, asked.contributions()),
    "contest": (contest, contests.CLIMB, contests.CLIMBS),
    "contest-200": (contest_200, contests.CROWD, contests.CROWDS),
}

JUNE = {name: Sample(picture, module.scene, module.draw) for name, (module, picture, _) in KINDS.items()}
SAMPLES = {
    **JUNE,
    **{
        f"{name}-{variant}": Sample(picture, module.scene, module.draw)
        for name, (module, _, variants) in KINDS.items()
        for variant, picture in variants.items()
    },
}
_EMPTY = {
    **awkward.EMPTY,
    **asked.EMPTY,
    "contest": contests.EMPTY_CLIMB,
    "contest-200": contests.EMPTY_CROWD,
}
EMPTY = {name: Sample(_EMPTY[name], module.scene, module.draw) for name, (module, _, _) in KINDS.items()}


def main(folder: str) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, sample in SAMPLES.items():
        (Path(folder) / f"{name}.png").write_bytes(sample.draw(sample.picture))


if __name__ == "__main__":
    main(sys.argv[1])
