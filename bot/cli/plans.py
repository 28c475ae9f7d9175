"""`svodka plan`: plans in, and what is in force."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.terminal import AsJson, Home, Now, PeriodText, project, say, say_json
from bot.project import Project
from warehouse.messages import N_, note

app = typer.Typer(help="Plans: a template to fill in, import, what is in force.", no_args_is_help=True)


@app.command("import")
def import_plan(
    file: Annotated[Path, typer.Argument(help="XLSX or CSV: metric, line, period, value, or periods across.")],
    sheet: Annotated[str | None, typer.Option(help="Of a workbook; the first with plans if not given.")] = None,
    author: Annotated[str | None, typer.Option(help="Who answers for these plans.")] = None,
    as_json: AsJson = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Load plans from a file, all of them or none. A changed value is a new revision; old ones are kept."""
    from metrics.plans.files import PlanNames, read_plan
    from warehouse.plans import load_plans, save_plans

    work = project(home, now)
    calculator = work.calculator()
    names = PlanNames.of(calculator, work.localizer)
    read = read_plan(file, names, existing=load_plans(calculator.records), sheet=sheet)
    saved = save_plans(work.lake, read.rows, author=author or user(), now=work.now, source=file.name)
    if as_json:
        say_json({"added": saved.added, "unchanged": saved.unchanged, "empty": read.empty})
        return
    localizer = work.localizer
    say(localizer(N_("Plans: added {added}, unchanged {unchanged}."), added=saved.added, unchanged=saved.unchanged))
    if read.empty:
        say(localizer.say(note("{n} row left empty was skipped.", "{n} rows left empty were skipped.", n=read.empty)))
    for remark in read.notes:
        say(localizer.say(remark))


@app.command()
def template(
    file: Annotated[Path, typer.Argument(help="The XLSX to write.")] = Path("plan.xlsx"),
    period: PeriodText = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Write a workbook to fill in: a row for every plan that the digests expect in a period, the last facts beside."""
    from bot.cli.digest import period_of
    from digests.model import planned_figures
    from digests.workbook.plan_template import plan_template
    from metrics.plans.plans import Plans
    from warehouse.messages import UserError

    work = project(home, now)
    calculator = work.calculator()
    span = period_of(work, period)
    if file.suffix.lower() != ".xlsx":
        raise UserError('A template is a workbook: name it like plan.xlsx, not "{given}".', given=file.name)
    keys = planned_figures(work.config.all_figures.values(), span, calculator)
    file.write_bytes(plan_template(calculator, Plans(calculator), keys, work.localizer))
    say(work.localizer(N_("{file} is written: fill in the values, then svodka plan import {file}"), file=file))


@app.command()
def show(
    period: PeriodText = None,
    as_json: AsJson = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Show the plans in force that touch a period; without one, the last half month that is over."""
    from bot.cli.digest import period_of
    from metrics.plans.cells import period_text
    from warehouse.plans import Plan, load_plans

    work = project(home, now)
    span = period_of(work, period)
    latest: dict[object, Plan] = {plan.key: plan for plan in load_plans(work.lake.open())}
    plans = [p for p in latest.values() if p.days[-1] >= span.first_day and p.starts_on <= span.last_day]
    if as_json:
        fields = ("metric", "line", "granularity", "starts_on", "value", "revision")
        say_json({"plans": [{name: _plain(getattr(plan, name)) for name in fields} for plan in plans]})
        return
    if not plans:
        say(work.localizer(N_("There are no plans: {dates}."), dates=work.localizer.dates(span)))
        return
    _print(
        work, [(p.metric, p.line or "", period_text(p.granularity, p.starts_on), p.value, p.revision) for p in plans]
    )


@app.command()
def respread(
    period: PeriodText = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Spread the plans of a period over its days anew, from the records as they are now."""
    from bot.cli.digest import period_of
    from metrics.plans.plans import Plans, shares_of
    from warehouse.plans import save_weights

    work = project(home, now)
    span = period_of(work, period)
    calculator = work.calculator()
    plans = Plans(calculator, forget_weights=True)
    plans.prepare_all(span)
    written = save_weights(work.lake, shares_of(plans.fresh), replace=True)
    say(work.localizer.say(note("{n} plan was spread anew.", "{n} plans were spread anew.", n=written)))


def _print(work: Project, rows: list[tuple[str, str, str, float, int]]) -> None:
    from rich.console import Console
    from rich.table import Table

    localizer = work.localizer
    table = Table(box=None)
    for heading in (N_("metric"), N_("line"), N_("period")):
        table.add_column(localizer(heading))
    for heading in (N_("value"), N_("revision")):
        table.add_column(localizer(heading), justify="right")
    for metric, line, period, value, revision in rows:
        table.add_row(metric, line, period, f"{value:g}", str(revision))
    Console().print(table)


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | None) else str(value)


def user() -> str:
    """Who runs the program; nothing, if the system does not tell."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
