"""A campaign as a picture: who is left after each step and what one costs; below, the scripts with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from charts.forms.attrition import Attrition, AttritionStep, Rival
from charts.model import Amount
from digests import numbers
from digests.catalogue.campaign import (
    COST_TITLES,
    STEP_TITLES,
    better_script,
    last_costed,
    name_of,
    steps_of,
    stop_rule,
    values_of,
)
from digests.catalogue.campaign import CampaignStep as Counted
from digests.catalogue.funnel import as_rows, part
from digests.localizer import Localizer
from digests.model import Value
from digests.numbers import capital
from digests.pictures.wording import chart_labels, data_as_of, measured, sentences, span, titles
from digests.result import ReportResult, Session
from metrics.answers import exact
from metrics.dimensions import BASE_KIND
from metrics.model import Unit
from warehouse.messages import N_

_FEW = 30
_MOST_SCRIPTS = 4
_MANY = 2.0
"""Dials a client from which on hundredths of one tell nothing."""


def attrition(session: Session, result: ReportResult) -> Attrition | None:
    """Return the picture of a campaign; None where no list was handed over."""
    steps = steps_of(result)
    if not steps or not steps["rows"].clients:
        return None
    localizer = session.localizer
    has_costs = any(step.cost for step in steps.values())
    strong = {step.key for step in last_costed(steps)}
    told = _told(session, result)
    rivals = _rivals(localizer, result)
    return Attrition(
        titles(*_captions(session, result, steps)),
        chart_labels(localizer),
        (
            localizer(N_("clients, share of the step before")),
            localizer(N_("{currency} for one"), currency=numbers.currency_sign(localizer)) if has_costs else "",
        ),
        tuple(_step(localizer, step, steps, told.get(key, ""), key in strong) for key, step in steps.items()),
        localizer(N_("Agreed, of the reached, %")) if rivals else "",
        rivals,
    )


def _whole(localizer: Localizer, value: Value) -> str:
    return numbers.plain(localizer, exact(value if isinstance(value, float) else 0.0), 0)


def _percent(localizer: Localizer, value: float, decimals: int = 0) -> str:
    return measured(localizer, Unit.PERCENT, numbers.plain(localizer, exact(value), decimals))


def _step(localizer: Localizer, step: Counted, steps: Mapping[str, Counted], told: str, strong: bool) -> AttritionStep:
    before = list(steps.values())[list(steps).index(step.key) - 1] if step.key != "rows" else None
    share = ""
    if before and step.share is not None:
        share = (
            _percent(localizer, step.share)
            if before.clients >= _FEW
            else localizer(N_("{n} of {all}"), n=int(step.clients), all=int(before.clients))
        )
    cost = "" if step.cost is None else numbers.amount(localizer, Unit.MONEY, step.cost, 0)
    return AttritionStep(
        localizer(STEP_TITLES[step.key]),
        Amount(step.clients, _whole(localizer, step.clients)),
        share,
        told,
        cost,
        strong,
    )


def _told(session: Session, result: ReportResult) -> dict[str, str]:
    """What stands beside the names of steps."""
    localizer, value = session.localizer, values_of(result, "campaign.funnel")
    figures = {figure.spec.key: figure.answer.fact.value for figure in result.figures}
    base = {str(row[BASE_KIND]): row["rows"] for row in as_rows(part(result, "base"))}
    steps = steps_of(result)
    dials = value.get("dials")
    told: dict[str, str] = {}
    if base:
        named = (
            ("duplicate", N_("duplicates {n}")),
            ("dead", N_("dead {n}")),
            ("stopped", N_("stop list {n}")),
            ("no_number", N_("no number {n}")),
        )
        told["callable"] = ", ".join(
            localizer(words, n=_whole(localizer, base[kind])) for kind, words in named if base.get(kind)
        )
    if isinstance(dials, float) and steps["tried"].clients:
        times = dials / steps["tried"].clients
        each = numbers.plain(localizer, exact(times), 1 if times >= _MANY else 2)
        told["tried"] = localizer(N_("{dials} dials, {each} a client"), dials=_whole(localizer, dials), each=each)
    for step, key in (("reached", "campaign_dial_reach"), ("agreed", "campaign_agreed_per_dial")):
        share = figures.get(key)
        if share is not None:
            decimals = 0 if share >= 10 else 1
            told[step] = localizer(N_("{share} per dial"), share=_percent(localizer, share, decimals))
    missed, waiting = value.get("missed"), value.get("waiting")
    later = ((missed, N_("did not come {n}")), (waiting, N_("to come {n}")))
    told["came"] = ", ".join(localizer(words, n=_whole(localizer, n)) for n, words in later if n)
    revenue = value.get("revenue")
    if isinstance(revenue, float) and revenue:
        told["contract"] = localizer(N_("for {revenue}"), revenue=numbers.in_unit(localizer, Unit.MONEY, revenue, 0))
    return told


def _rivals(localizer: Localizer, result: ReportResult) -> tuple[Rival, ...]:
    """The scripts, the best first; none of too few reached, and none where there is but one or too many."""
    rows = [row for row in as_rows(part(result, "scripts")) if row["script"] is not None]
    enough = [row for row in rows if isinstance(row["reached"], float) and row["reached"] >= _FEW]
    if not 2 <= len(enough) <= _MOST_SCRIPTS:
        return ()
    better = better_script(result)

    def number(row: Mapping[str, Value], key: str) -> float:
        value = row[key]
        return value if isinstance(value, float) else 0.0

    enough.sort(key=lambda row: -number(row, "share"))
    return tuple(
        Rival(
            localizer(N_("Script {script}"), script=row["script"]),
            Amount(number(row, "share"), _percent(localizer, number(row, "share"), 1)),
            number(row, "low"),
            number(row, "high"),
            localizer(N_("of {n} clients"), n=_whole(localizer, row["reached"])),
            better is not None and row["script"] == better[0],
        )
        for row in enough
    )


def _captions(
    session: Session, result: ReportResult, steps: Mapping[str, Counted]
) -> tuple[str, str, str, Sequence[str]]:
    localizer = session.localizer
    subtitle = sentences(
        localizer(
            N_("Campaign {campaign}, {period}"),
            campaign=name_of(session, result),
            period=span(localizer, result.period),
        ),
        data_as_of(localizer, result.as_of),
    )
    of_scripts, value = values_of(result, "scripts"), values_of(result, "campaign.funnel")
    apart, stop = "", stop_rule(result)
    low, high, difference = (of_scripts.get(key) for key in ("low", "high", "difference"))
    if isinstance(difference, float) and isinstance(low, float) and isinstance(high, float):
        apart = localizer(
            N_("Bars are 95% intervals; the difference is {difference} pp, from {low} to {high}"),
            **{
                key: numbers.sign_of(of if of < 0 else 0, numbers.plain(localizer, exact(abs(of)), 1))
                for key, of in (("difference", difference), ("low", low), ("high", high))
            },
        )
    cost = value.get("cost")
    footnote = sentences(
        apart,
        localizer(N_("Costs {cost}"), cost=numbers.in_unit(localizer, Unit.MONEY, cost, 0))
        if isinstance(cost, float)
        else localizer(N_("No costs of the campaign are known")),
        localizer(N_("From dial {n} on less than {share} agree"), n=stop[0], share=_percent(localizer, stop[1], 1))
        if stop
        else "",
        localizer(N_("Dialled from the stop list: {n}"), n=_whole(localizer, value["dials_stopped"]))
        if value.get("dials_stopped")
        else "",
    )
    return _headline(session, result, steps), subtitle, footnote, (subtitle, footnote)


def _headline(session: Session, result: ReportResult, steps: Mapping[str, Counted]) -> str:
    """What the last steps of enough cases cost, and the script that is better; no money: reach and agreement."""
    localizer = session.localizer
    costed = last_costed(steps)
    better = better_script(result)
    script = localizer(N_("script {script} is better"), script=better[0]) if better else ""
    if costed:
        costs = ", ".join(
            localizer(
                N_("{step} costs {cost}"),
                step=localizer(COST_TITLES[each.key]),
                cost=numbers.in_unit(localizer, Unit.MONEY, each.cost or 0.0, 0),
            )
            for each in costed
        )
        said = capital(costs)
        return localizer(N_("{said};\n{script}"), said=said, script=script) if script else said
    tried, reached, agreed = (steps[key] for key in ("tried", "reached", "agreed"))
    if tried.clients < _FEW or reached.share is None:
        return localizer(N_("A campaign by its steps"))
    said = localizer(N_("{share} of the clients reached"), share=_percent(localizer, reached.share))
    if reached.clients >= _FEW and agreed.share is not None:
        said = localizer(N_("{said},\n{share} of them agreed"), said=said, share=_percent(localizer, agreed.share))
    return localizer(N_("{said};\n{script}"), said=said.replace("\n", " "), script=script) if script else said
