"""`svodka rating` and `svodka contest`: a contest's rating, and what people add to it beside the records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import AsJson, Home, Now, project, say, say_json
from bot.project import Project
from digests.contest.rating import ContestSpec
from metrics.calculator import Calculator
from warehouse.messages import N_, UserError

if TYPE_CHECKING:
    from bot.state.store import State

app = typer.Typer(help="What people add to a contest: adjustments, and wishes not to be ranked.", no_args_is_help=True)

Key = Annotated[str | None, typer.Argument(metavar="CONTEST", help="Its key; the one that goes on, if not given.")]
Named = Annotated[str | None, typer.Option("--contest", help="Its key; the one that goes on, if not given.")]
Who = Annotated[str, typer.Argument(metavar="WHO", help="An agent's key, or a team, whichever compete.")]


def rating(
    contest: Key = None,
    person: Annotated[str | None, typer.Option("--person", help="An agent's key: their own place.")] = None,
    teams: Annotated[bool, typer.Option("--teams", help="The teams by what their people have.")] = False,
    to: Annotated[Path | None, typer.Option("--to", help="Directory for pictures; answers/ if not given.")] = None,
    as_json: AsJson = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Print a contest's rating, with its pictures as files."""
    from bot.channels.files.send import beside, write_files
    from bot.cli.terminal import show
    from bot.contests import posts
    from bot.contests.ledger import read_ledger
    from digests.request import Rating

    if person and teams:
        raise UserError("Ask for a person or for the teams, not for both.")
    work = project(home, now)
    with _contest(work, contest) as (calculator, spec, state):
        ledger = state.do(read_ledger, spec.key)
        if person:
            posts.check_participant(calculator, spec, person, person=True)
        if as_json:
            say_json(posts.exported(calculator, spec, ledger, work.localizer, agent=person, teams=teams))
            return
        asked = Rating(spec.key, "me" if person else "team" if teams else None)
        document = posts.rating(calculator, spec, ledger, work.localizer, asked, named=True, agent=person)
    show(document)
    for path in write_files(beside(document), to or work.root / "answers"):
        say(str(path))


@app.command()
def adjust(
    who: Who,
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="Added to the total; to take away: -- -1.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; the next rating says it.")],
    author: Annotated[str | None, typer.Option("--author", help="Who answers for it; you, if not given.")] = None,
    contest: Named = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Add an amount to somebody's total, or take it away; the next rating tells it with author and reason."""
    from bot.cli.plans import user
    from bot.contests import ledger
    from bot.contests.posts import check_participant

    work = project(home, now)
    by = (author or user()).strip()
    given, why = _amount(amount), reason.strip()
    if not by or not why:
        raise UserError("An adjustment needs an author and a reason: give --author and --reason.")
    with _contest(work, contest) as (calculator, spec, state):
        check_participant(calculator, spec, who)
        state.do(ledger.adjust, spec.key, who, given, author=by[:64], reason=why[:255], at=work.clock())
    say(
        work.localizer(N_("{who}: {amount} in the contest {contest}."), who=who, amount=f"{given:+f}", contest=spec.key)
    )


@app.command()
def optout(
    who: Who,
    back: Annotated[bool, typer.Option("--back", help="Rank them again.")] = False,
    contest: Named = None,
    home: Home = None,
    now: Now = None,
) -> None:
    """Rank somebody no more, by their own wish."""
    from bot.contests import ledger
    from bot.contests.posts import check_participant

    work = project(home, now)
    with _contest(work, contest) as (calculator, spec, state):
        check_participant(calculator, spec, who)
        if back:
            state.do(ledger.opt_in, spec.key, who)
        else:
            state.do(ledger.opt_out, spec.key, who, work.clock())
    again, gone = N_("{who} takes part again in the contest {contest}."), N_("{who} is out of the contest {contest}.")
    say(work.localizer(again if back else gone, who=who, contest=spec.key))


@app.command("list")
def list_(contest: Key = None, as_json: AsJson = False, home: Home = None, now: Now = None) -> None:
    """Show a contest's adjustments and opt-outs, and what was posted last."""
    from bot.contests.ledger import read_ledger

    work = project(home, now)
    localizer = work.localizer
    with _contest(work, contest) as (_, spec, state):
        ledger = state.do(read_ledger, spec.key)
    posted = ledger.posted
    if as_json:
        say_json(
            {
                "contest": spec.key,
                "adjustments": [
                    {"who": a.who, "amount": f"{a.amount:f}", "author": a.author, "reason": a.reason, "at": str(a.at)}
                    for a in ledger.adjustments
                ],
                "opted_out": list(ledger.opted_out),
                "posted_as_of": str(posted.as_of) if posted else None,
            }
        )
        return
    say(f"{spec.key}: {spec.title}, {localizer.dates(spec.rules.period)}")
    for each in ledger.adjustments:
        text = N_("{moment}: {who} {amount}, {reason} ({author})")
        amount = f"{each.amount:+f}"
        say(localizer(text, moment=each.at, who=each.who, amount=amount, reason=each.reason, author=each.author))
    if ledger.opted_out:
        say(localizer(N_("Not ranked: {who}."), who=", ".join(ledger.opted_out)))
    if posted:
        say(localizer(N_("Posted last as of {moment}."), moment=posted.as_of))


@contextmanager
def _contest(work: Project, key: str | None) -> Iterator[tuple[Calculator, ContestSpec, State]]:
    """A contest with its records, and the state."""
    from bot.contests.posts import spec_for
    from bot.state.store import open_state

    calculator = work.calculator()
    spec = spec_for(work.config, calculator.centre, work.now, key)
    state = open_state(work.config.state.url, work.root)
    try:
        yield calculator, spec, state
    finally:
        state.close()


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text.replace(",", ".").replace("\N{MINUS SIGN}", "-"))
    except InvalidOperation:
        amount = Decimal(0)
    if not amount or not amount.is_finite() or amount != amount.quantize(Decimal("0.01")) or abs(amount) >= 10**9:
        raise UserError('"{given}" is not an amount: write 2, -1 or 12.5.', given=text)
    return amount
