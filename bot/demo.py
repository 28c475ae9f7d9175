"""The demo's project: its configuration, its records, its plans."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bot import config
from bot.config.template import contest_table, template
from bot.project import Project, open_project, parse_moment
from digests.localizer import Localizer
from metrics.centre import Line
from metrics.load import CALL, CHAT
from metrics.load.counts import lines_with
from metrics.load.line_load import line_loads
from metrics.load.record import made_now, made_then
from warehouse.demo import centre
from warehouse.demo.english import in_english
from warehouse.demo.people import in_latin
from warehouse.demo.planning import plan_rows
from warehouse.lake import Lake
from warehouse.messages import N_, UserError
from warehouse.plans import MadeForecast, save_forecasts, save_plans

DEMO_RESULTS = {
    "routed": ("маршрутизация",),
    "closed": ("гарантия", "не гарантия", "общие вопросы"),
    "task_done": ("задачи",),
}
"""Activities of the demo's Service Desk."""
_CHATS_AT_ONCE = 3


def make_project(root: Path, localizer: Localizer, clock: str, progress: Callable[[str, float], None]) -> None:
    """Make (or make again) the demo's project in a directory.

    Raises UserError if the directory holds another project: nobody's records make way for the demo's.
    """
    settings = root / config.FILE
    if settings.exists() and config.load(settings).clock != clock:
        raise UserError("There is a project of your own in {directory}: make the demo elsewhere.", directory=root)
    root.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(root / "records", ignore_errors=True)
    lines = demo_lines(localizer)
    contest = demo_contest(localizer)
    text = template(
        localizer, centre.TIMEZONE, "RU", lines, clock, contest, results=DEMO_RESULTS, chats_at_once=_CHATS_AT_ONCE
    )
    settings.write_text(text, "utf-8")
    shutil.copytree(Path(__file__).parent / "demo_stories" / localizer.language, root / "stories", dirs_exist_ok=True)
    lake = Lake(root / "records")
    if localizer.language == "ru":
        centre.lay(lake, say=localizer, progress=progress)
    else:
        centre.lay(lake, say=localizer, spell=in_latin, choices=in_english, progress=progress)
    save_plans(lake, plan_rows(), author="demo", now=parse_moment(clock, centre.TIMEZONE))
    _keep_forecasts(open_project(root, None))


def _keep_forecasts(project: Project) -> None:
    """Write what was forecast of calls and chats, week by week, and what is forecast now."""
    calculator = project.calculator()
    made: list[MadeForecast] = []
    for channel in (CALL, CHAT):
        for load in line_loads(calculator, channel, lines_with(calculator, channel)):
            made += [*made_then(load, project.timezone)]
            ahead = [load.last_day + timedelta(days=n) for n in range(1, 7 * calculator.centre.load.weeks + 1)]
            made += [*made_now(load, ahead, project.now, project.timezone)]
    save_forecasts(project.lake, made)


def demo_contest(localizer: Localizer) -> str:
    """The contest of the digest's month."""
    prizes = (
        localizer(N_("a weekend in a country house")),
        localizer(N_("a certificate of a bookshop")),
        localizer(N_("two tickets to the theatre")),
    )
    return contest_table("june", localizer(N_("To the penthouse")), date(2026, 6, 1), prizes, localizer)


def demo_lines(localizer: Localizer) -> tuple[Line, ...]:
    def called(key: str, title: str, **more: Any) -> Line:
        here, english = localizer(title), Localizer("en")(title)
        return Line(key, here, title_en="" if here == english else english, **more)

    return (
        called("sales", N_("Sales"), aliases=("продажи",)),
        Line("inhouse", "Inhouse", aliases=("инхаус",)),
        called("akc", N_("AKC Move-in"), aliases=("акц", "заселение")),
        Line("support", "Support", aliases=("саппорт",)),
        called("service", N_("Service"), members=("inhouse", "akc"), aliases=("сервис",)),
    )
