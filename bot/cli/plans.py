"""`svodka plan`: plans in, and what is in force."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.cli.terminal import AsJson, Home, Now, PeriodText, progress, project, say, say_json
from bot.project import Project
from warehouse.messages import N_, note

if TYPE_CHECKING:
    from metrics.plans.from_forecast import PlanFromForecast

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


@app.command("from-forecast")
def from_forecast(
    metric: Annotated[
        str, typer.Option(help="calls, chats, desk_routed, aht, chat_aht; several with commas.")
    ] = "calls",
    period: PeriodText = None,
    line: Annotated[list[str] | None, typer.Option("--line", help="Only this line; may be given again.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write them; without it they are only shown.")] = False,
    overwrite: Annotated[
        bool, typer.Option("--replace", help="Also over plans that somebody has made for the same cells.")
    ] = False,
    unchecked: Annotated[bool, typer.Option(help="Also where nothing has checked the forecast yet.")] = False,
    as_json: AsJson = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Show what forecasts make of the plans of a period ahead, beside those in force; --yes writes them."""
    from metrics.periods import parse
    from metrics.plans.from_forecast import evidence, plans_from_forecast, to_write, write_plans
    from warehouse.messages import UserError

    work = project(home, now)
    calculator = work.calculator()
    if period is None:
        raise UserError("Which period is to be planned? Say it, as in --period 2026-07.")
    metrics = [calculator.catalogue.get(each.strip()).key for each in metric.split(",") if each.strip()]
    proposed = plans_from_forecast(calculator, metrics, parse(period, work.timezone), line or (), unchecked=unchecked)
    wanted = to_write(calculator, proposed, overwrite=overwrite)
    saved = write_plans(work.lake, calculator, proposed, wanted, work.now) if yes else None
    known_to = max(load.counted.as_of for load in proposed.loads)
    grounds = [each for load in {load.stream: load for load in proposed.loads}.values() for each in evidence(load)]
    if as_json:
        say_json(
            {
                "as_of": known_to.isoformat(),
                "made_at": work.now.isoformat(),
                "plans": [
                    {
                        "metric": each.plan.metric,
                        "line": each.plan.line,
                        "granularity": each.plan.granularity,
                        "starts_on": each.plan.starts_on.isoformat(),
                        "present": each.before,
                        "author": each.author,
                        "value": each.plan.value,
                        "method": each.method,
                        "checked": each.checked,
                        "written": saved is not None and each in wanted,
                    }
                    for each in proposed.plans
                ],
            }
        )
        return
    localizer = work.localizer
    _print_proposed(work, proposed.plans)
    for remark in (*grounds, *proposed.notes, note("Data as of {moment}.", moment=known_to)):
        say(localizer.say(remark))
    kept = len(proposed.plans) - len(wanted)
    if kept:
        text = note(
            "{n} plan that somebody has made stays as it is: --replace writes over it.",
            "{n} plans that somebody has made stay as they are: --replace writes over them.",
            n=kept,
        )
        say(localizer.say(text))
    if saved is None:
        say(localizer(N_("Nothing is written yet: --yes writes these plans.")))
    else:
        say(localizer(N_("Plans: added {added}, unchanged {unchanged}."), added=saved.added, unchanged=saved.unchanged))


def warnings(
    line: Annotated[str, typer.Option("--line", help="The line whose days are looked at.")],
    channel: Annotated[Literal["call", "chat"], typer.Option(help="Its calls or its chats.")] = "call",
    days: Annotated[int, typer.Option(min=1, max=1000, help="How many days that are over, the last ones.")] = 56,
    every: Annotated[int, typer.Option(min=1, help="Only every so manyth of them: a day takes a second.")] = 1,
    as_json: AsJson = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Check what early warnings of a line's load would have said on days that are over (/alert load)."""
    from datetime import timedelta
    from statistics import median

    from metrics.load.counts import lines_with
    from metrics.load.hindsight import back_test_of_warnings
    from metrics.load.line_load import line_loads
    from warehouse.messages import UserError, nearest

    work = project(home, now)
    calculator = work.calculator()
    known = [each for each in lines_with(calculator, channel) if each is not None]
    if line not in known:
        raise UserError(
            'There is no line "{given}" with such contacts. There are: {known}.', given=line, known=nearest(line, known)
        )
    (load,) = line_loads(calculator, channel, [line], 1)
    wanted = [load.last_day - timedelta(days=n) for n in range(days - 1, -1, -every)]
    with progress(line) as advance:
        score = back_test_of_warnings(calculator, load, wanted, lambda done, total: advance(done, total))
    lead = median(score.leads) if score.leads else None
    if as_json:
        fields = ("days", "warnings", "true", "misses", "foreseen", "precision", "recall")
        say_json(
            {
                "line": line,
                "channel": channel,
                **{name: getattr(score, name) for name in fields},
                "median_lead_min": lead,
            }
        )
        return
    localizer = work.localizer
    say(localizer.say(note("{n} day was checked.", "{n} days were checked.", n=score.days)))
    shares = [None if share is None else round(100 * share) for share in (score.precision, score.recall)]
    if shares[0] is not None:
        text = N_("Warnings: {n}, {true} of them of hours that were missed: precision {share}%.")
        say(localizer(text, n=score.warnings, true=score.true, share=shares[0]))
    if shares[1] is not None:
        text = N_("Misses: {n}, {true} of them foreseen an hour ahead or sooner: recall {share}%.")
        say(localizer(text, n=score.misses, true=score.foreseen, share=shares[1]))
    if lead is not None:
        say(localizer(N_("The usual warning came {n} minutes ahead."), n=lead))


def _print_proposed(work: Project, plans: Sequence[PlanFromForecast]) -> None:
    from rich.console import Console
    from rich.table import Table

    from metrics.plans.cells import period_text

    localizer = work.localizer
    table = Table(box=None)
    for heading in (N_("period"), N_("line"), N_("metric")):
        table.add_column(localizer(heading))
    for heading in (N_("present plan"), N_("by the forecast")):
        table.add_column(localizer(heading), justify="right")
    for each in plans:
        plan = each.plan
        present = "" if each.before is None else f"{each.before:g} ({each.author or '-'})"
        period = period_text(plan.granularity, plan.starts_on)
        table.add_row(period, plan.line or "", plan.metric, present, f"{plan.value:g}")
    Console().print(table)


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
