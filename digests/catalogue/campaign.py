"""A campaign: from the rows of its lists to contracts, what each step costs, which script is better, when to stop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digests import numbers
from digests.catalogue.declared import Declared
from digests.catalogue.funnel import as_rows, part
from digests.model import Analysis, AnalysisSpec, Column, FigureSpec, Findings, Group, ReportSpec, Section, Slice, Value
from metrics.answers import Answer, Question, exact
from metrics.calculator import Calculator
from metrics.dimensions import AGENT, ATTEMPT, BASE_KIND
from metrics.intervals import newcombe, wilson
from metrics.model import Unit
from metrics.periods import Period, days, to_local
from metrics.relations.campaigns import BASE_KINDS
from warehouse.messages import N_, Message, note

if TYPE_CHECKING:
    from digests.result import ReportResult, Session

FEW, LEAST_REACHED, LEAST_DIALS, LEAST_COSTED = 30, 100, 100, 10
"""Cases of a share, reached by each script to compare two, dials of the stop rule, cases of the cost of a step."""
_STEPS = {
    "rows": "campaign_rows",
    "callable": "campaign_callable",
    "tried": "campaign_tried",
    "reached": "campaign_reached",
    "agreed": "campaign_agreed_n",
    "came": "campaign_came",
    "contract": "campaign_contracts",
}
STEP_TITLES = {
    "rows": N_("Base"),
    "callable": N_("Callable clients"),
    "tried": N_("Dialled"),
    "reached": N_("Reached"),
    "agreed": N_("Agreed"),
    "came": N_("Clients who came"),
    "contract": N_("Contract"),
}
_COSTED = ("tried", "reached", "agreed", "came", "contract")
_BY = {"lists": "list", "scripts": "script", "segments": "segment", "campaign.agents": AGENT}
_SIDE = {
    "dials": "campaign_dials",
    "tried": "campaign_tried",
    "reached": "campaign_reached",
    "agreed": "campaign_agreed_n",
    "came": "campaign_came",
    "contracts": "campaign_contracts",
    "revenue": "campaign_revenue",
}
_COST = "marketing_cost"
_VISITS = {
    "booked": "campaign_bookings",
    "ahead": "campaign_ahead",
    "confirmed": "campaign_confirmed",
    "moved": "campaign_moved",
    "came": "campaign_came",
    "missed": "campaign_missed",
    "waiting": "campaign_waiting",
    "emailed": "campaign_emailed",
}
_SPLIT = N_(
    "Agreed: of the reached, with Wilson's 95% interval. A visit and a contract are of the client's list and of who "
    "got the first agreement. What the campaign cost is shared out by dials."
)


def _usual(calculator: Calculator) -> Period | None:
    """From the day of the first list on, as far as the calls are known."""
    begins = calculator.records.first_event("campaign_clients")
    until = calculator.coverage.as_of(calculator.catalogue.get("campaign_dials"))
    if begins is None or until is None or until <= begins:
        return None
    zone = calculator.centre.timezone
    return days(to_local(begins, zone).date(), to_local(until, zone).date(), zone)


SPEC = ReportSpec(
    "campaign",
    N_("Campaign"),
    (
        Section(
            N_("Campaign"),
            (
                Group(
                    (
                        FigureSpec("campaign_reach", "campaign_reach", None, N_("Reach, of the clients dialled")),
                        FigureSpec("campaign_dial_reach", "campaign_dial_reach", None, N_("Reach, of the dials")),
                        FigureSpec("campaign_agreed", "campaign_agreed", None, N_("Agreed, of the reached")),
                        FigureSpec(
                            "campaign_agreed_per_dial", "campaign_agreed_per_dial", None, N_("Agreed, of the dials")
                        ),
                        FigureSpec("campaign_updated", "campaign_updated", None, N_("Data updated, of the reached")),
                    )
                ),
                AnalysisSpec(
                    "campaign.funnel",
                    N_("From the base to contracts"),
                    N_(
                        "Clients, each once. A visit or a deal is the campaign's if it names it, else if its client "
                        "agreed within the 30 days before it. Costs are those of the campaign, of days that are over."
                    ),
                ),
                AnalysisSpec(
                    "base",
                    N_("The lists as they were handed over"),
                    N_(
                        "Each row is one thing, the first that fits; a client of two lists is a duplicate in the later."
                    ),
                ),
            ),
        ),
        Section(
            N_("Side by side"),
            tuple(
                AnalysisSpec(key, title, _SPLIT)
                for key, title in zip(
                    _BY, (N_("Lists"), N_("Scripts"), N_("Segments"), N_("Agents of the campaign")), strict=True
                )
            ),
        ),
        Section(
            N_("How often to dial, and what follows"),
            (
                AnalysisSpec(
                    "attempts",
                    N_("Agreements by the number of the dial"),
                    N_(
                        "From the n-th dial on: first agreements over dials. To stop: the first n from which on it is "
                        "less than the share the centre has set as its limit, over at least 100 dials."
                    ),
                ),
                AnalysisSpec("campaign.visits", N_("Visits of those who agreed")),
            ),
        ),
    ),
    question=N_("Whom did a campaign reach, who agreed, what came of it and at what cost?"),
    aliases=("кампания", "кампании", "обзвон", "outbound campaign"),
    pictures=("campaign",),
    short=("campaign_reach", "campaign_agreed"),
    usual=_usual,
    named="campaign",
    drawn=("campaign.funnel", "scripts", "attempts"),
)


def _whole(answers: Sequence[Answer]) -> dict[str, float | None]:
    return {answer.question.metric: answer.fact.value for answer in answers if not answer.question.by}


def _priced(within: Slice) -> list[Question]:
    """The questions what each campaign cost and which have dials; of lists and people there are no costs."""
    metric = within.calculator.catalogue.get(_COST)
    narrowed = within.line is not None or any(test.column != "campaign" for test in within.filters)
    if narrowed or not within.calculator.coverage.knows(metric):
        return []
    return [within.question(_COST, "campaign"), within.question("campaign_dials", "campaign")]


def _is_named(answer: Answer) -> bool:
    return answer.question.metric == "campaign_rows" and answer.question.by == ("campaign",)


def _funnel_asked(within: Slice) -> Sequence[Question]:
    beside = ("campaign_dials", "campaign_answered", "campaign_dials_stopped", "campaign_dials_outside")
    more = ("campaign_found_dead", "campaign_missed", "campaign_waiting", "campaign_revenue")
    named = within.question("campaign_rows", "campaign")
    return [*(within.question(key) for key in (*_STEPS.values(), *beside, *more)), named, *_priced(within)]


def _cost_of(answers: Sequence[Answer]) -> float | None:
    """What the campaigns with dials cost; None where nothing was written down, or not for what is asked."""
    of = {
        answer.question.metric: {point.values[0]: point.fact.value or 0.0 for point in answer.points}
        for answer in answers
        if answer.question.by == ("campaign",)
    }
    dialled = of.get("campaign_dials", {})
    spent = sum(amount for name, amount in of.get(_COST, {}).items() if name is not None and dialled.get(name))
    return spent if spent > 0 else None


def _funnel(_: Slice, answers: Sequence[Answer]) -> Findings:
    """How many clients came as far as each step, and what one of them cost."""
    value, cost = _whole(answers), _cost_of(answers)
    if not value["campaign_rows"]:
        return Findings(missing=note("no list was handed over"))
    rows: list[tuple[Value, ...]] = []
    before: float | None = None
    for step, key in _STEPS.items():
        clients = value[key]
        share = 100 * clients / before if clients is not None and before else None
        costs = cost / clients if cost and clients and step in _COSTED else None
        rows.append((step, clients, share, *((costs,) if cost else ())))
        before = clients
    columns = (
        Column("step", N_("Step"), titles=STEP_TITLES),
        Column("clients", N_("Clients"), Unit.COUNT),
        Column("share", N_("Of the step before"), Unit.PERCENT, 1),
        *((Column("cost_per", N_("Cost of one"), Unit.MONEY),) if cost else ()),
    )
    revenue = value["campaign_revenue"]
    names = [point.values[0] for answer in answers if _is_named(answer) for point in answer.points]
    values: dict[str, Value] = {
        **{key.removeprefix("campaign_"): value[key] for key in value if key not in (*_STEPS.values(), _COST)},
        "campaign": names[0] if len(names) == 1 else None,
        "cost": cost,
        "gain": revenue - cost if revenue is not None and cost is not None else None,
    }
    said = []
    for key, message in (
        ("campaign_dials_stopped", note("Dialled from the stop list: {n}.")),
        ("campaign_dials_outside", note("Dialled outside the lists: {n}.")),
    ):
        if n := value[key]:
            said.append(note(message.id, n=int(n)))
    return Findings(tuple(said), columns, tuple(rows), values)


def _base_asked(within: Slice) -> Sequence[Question]:
    return [within.question("campaign_rows", BASE_KIND)]


def _base(_: Slice, answers: Sequence[Answer]) -> Findings:
    """What the rows of the lists are."""
    counts = {point.values[0]: point.fact.value or 0.0 for point in answers[0].points}
    total = sum(counts.values())
    columns = (
        Column(BASE_KIND, N_("Rows of the lists"), of=BASE_KIND),
        Column("rows", N_("Rows"), Unit.COUNT),
        Column("share", N_("Share"), Unit.PERCENT, 1),
    )
    rows = (
        tuple((kind, counts.get(kind, 0.0), 100 * counts.get(kind, 0.0) / total) for kind in BASE_KINDS)
        if total
        else ()
    )
    return Findings((), columns, rows, {"total": total})


def _side_asked(within: Slice, by: str) -> Sequence[Question]:
    return [*(within.question(key, by) for key in _SIDE.values()), *_priced(within)]


def _side(_: Slice, answers: Sequence[Answer], by: str) -> Findings:
    """The values of a dimension side by side, those of most reached clients first."""
    cost = _cost_of(answers)
    of = {
        name: {point.values[0]: point.fact.value or 0.0 for point in answer.points}
        for name, answer in zip(_SIDE, answers, strict=False)
    }
    dials = sum(of["dials"].values())
    names = {name for points in of.values() for name, n in points.items() if n}
    rows: list[tuple[Value, ...]] = []
    for name in sorted(names, key=lambda each: (each is None, -of["reached"].get(each, 0.0), str(each))):
        mine = {key: points.get(name, 0.0) for key, points in of.items()}
        share = wilson(mine["agreed"], mine["reached"])
        spent = cost * mine["dials"] / dials if cost and dials else None
        each = (spent / mine["contracts"] if spent and mine["contracts"] else None,) if cost else ()
        percents = (100 * share.value, 100 * share.low, 100 * share.high) if share else (None, None, None)
        rows.append(
            (
                name,
                *(mine[key] for key in ("tried", "reached", "agreed")),
                *percents,
                *(mine[key] for key in ("came", "contracts", "revenue")),
                *each,
            )
        )
    columns = (Column(by, _HEADS[by], of=by), *_SIDES, *((_EACH,) if cost else ()))
    return Findings((), columns, tuple(rows), _apart(rows) if by == "script" else {})


_HEADS = {"list": N_("List"), "script": N_("Script"), "segment": N_("Segment"), AGENT: N_("Agent")}
_SIDES = (
    Column("tried", N_("Dialled"), Unit.COUNT),
    Column("reached", N_("Reached"), Unit.COUNT),
    Column("agreed", N_("Agreed"), Unit.COUNT),
    Column("share", N_("Agreed, of the reached"), Unit.PERCENT, 1),
    Column("low", N_("From"), Unit.PERCENT, 1),
    Column("high", N_("To"), Unit.PERCENT, 1),
    Column("came", N_("Clients who came"), Unit.COUNT),
    Column("contracts", N_("Contracts"), Unit.COUNT),
    Column("revenue", N_("Revenue of contracts"), Unit.MONEY),
)
_EACH = Column("cost_per_contract", N_("Cost of a contract"), Unit.MONEY)


def _apart(rows: Sequence[tuple[Value, ...]]) -> dict[str, Value]:
    """The difference of two scripts, if enough were reached with both, with its interval."""
    enough = [row for row in rows if row[0] is not None and isinstance(row[2], float) and row[2] >= LEAST_REACHED]
    if len(enough) != 2:
        return {}
    first, second = sorted(enough, key=lambda row: -(row[4] if isinstance(row[4], float) else 0.0))
    found = newcombe(*(value for row in (first, second) for value in (row[3], row[2])))  # type: ignore[arg-type]
    if found is None:
        return {}
    percents = {
        key: 100 * getattr(found, of) for key, of in (("difference", "value"), ("low", "low"), ("high", "high"))
    }
    return {"better": first[0] if found.is_proven else None, **percents}


def _attempts_asked(within: Slice) -> Sequence[Question]:
    keys = ("campaign_dials", "campaign_answered", "campaign_first_agreed")
    return [within.question(key, ATTEMPT) for key in keys]


def _attempts(within: Slice, answers: Sequence[Answer]) -> Findings:
    """Each client's first dial, second dial and so on, and what is still to be had from the n-th on."""
    dials, answered, agreed = ({point.values[0]: point.fact.value or 0.0 for point in a.points} for a in answers)
    names = sorted((name for name in dials if name and dials[name]), key=lambda name: int(name.rstrip("+")))
    rows: list[tuple[Value, ...]] = []
    stop: float | None = None
    least = within.calculator.centre.sales.stop_share
    for place, name in enumerate(names):
        left = sum(dials[each] for each in names[place:])
        tail = 100 * sum(agreed.get(each, 0.0) for each in names[place:]) / left
        if stop is None and place and left >= LEAST_DIALS and tail < least:
            stop = float(name.rstrip("+"))
        rows.append((name, dials[name], answered.get(name, 0.0), agreed.get(name, 0.0), left, tail))
    columns = (
        Column("n", N_("Dial")),
        Column("clients", N_("Clients"), Unit.COUNT),
        Column("answered", N_("Answered"), Unit.COUNT),
        Column("agreed", N_("Agreed"), Unit.COUNT),
        Column("left", N_("Dials from it on"), Unit.COUNT),
        Column("tail", N_("Agree from it on"), Unit.PERCENT, 2),
    )
    return Findings((), columns, tuple(rows), {"stop": stop, "stop_share": least})


def _visits_asked(within: Slice) -> Sequence[Question]:
    knows = within.calculator.coverage.knows
    return [within.question(key) for key in _VISITS.values() if knows(within.calculator.catalogue.get(key))]


def _visits(_: Slice, answers: Sequence[Answer]) -> Findings:
    """What became of the visits, in one row."""
    value = _whole(answers)
    titles = {
        "booked": (N_("Visits booked"), Unit.COUNT),
        "ahead": (N_("Days ahead"), Unit.DURATION),
        "confirmed": (N_("Visits confirmed"), Unit.PERCENT),
        "moved": (N_("Visits moved"), Unit.COUNT),
        "came": (N_("Clients who came"), Unit.COUNT),
        "missed": (N_("Clients who did not come"), Unit.COUNT),
        "waiting": (N_("Outcome not known yet"), Unit.COUNT),
        "emailed": (N_("Got an e-mail after agreeing"), Unit.PERCENT),
    }
    known = {key: metric for key, metric in _VISITS.items() if metric in value}
    if not value.get("campaign_bookings") and not value.get("campaign_came"):
        return Findings(missing=note("nobody was booked"))
    columns = tuple(Column(key, titles[key][0], titles[key][1]) for key in known)
    return Findings((), columns, (tuple(value[metric] for metric in known.values()),))


@dataclass(frozen=True)
class CampaignStep:
    """A step of the campaign: clients, their share of the step before in per cent, and what one cost."""

    key: str
    clients: float
    share: float | None
    cost: float | None


def steps_of(result: ReportResult) -> dict[str, CampaignStep]:
    rows = as_rows(part(result, "campaign.funnel"))
    return {
        str(row["step"]): CampaignStep(str(row["step"]), row["clients"] or 0.0, row["share"], row.get("cost_per"))  # type: ignore[arg-type] # as the columns say
        for row in rows
    }


def values_of(result: ReportResult, key: str) -> Mapping[str, Value]:
    found = part(result, key)
    return found.findings.values if found else {}


def name_of(session: Session, result: ReportResult) -> str:
    """What the campaign is called that was asked for, or the only one; nothing where there are several."""
    named = [str(value) for test in result.filters if test.column == "campaign" for value in test.values]
    only = values_of(result, "campaign.funnel").get("campaign")
    named += [only] if isinstance(only, str) else []
    if named:
        return session.localizer(N_("“{campaign}”"), campaign=named[0])
    return session.localizer(N_("All campaigns") if part(result, "campaign.funnel") else N_("Campaign"))


def last_costed(steps: Mapping[str, CampaignStep]) -> list[CampaignStep]:
    """The last two steps whose cost is of enough cases."""
    known = [each for each in steps.values() if each.cost is not None and each.clients >= LEAST_COSTED]
    return [each for each in known if each.key in ("agreed", "came", "contract")][-2:]


def _summary(session: Session, result: ReportResult) -> Iterator[Message]:
    localizer = session.localizer
    steps, value = steps_of(result), values_of(result, "campaign.funnel")

    def whole(number: Value) -> str:
        return numbers.plain(localizer, exact(number), 0) if isinstance(number, float) else ""

    def percent(number: float | None, decimals: int = 0) -> str:
        return numbers.in_unit(localizer, Unit.PERCENT, number or 0.0, decimals)

    def money(number: Value) -> str:
        return numbers.in_unit(localizer, Unit.MONEY, number, 0) if isinstance(number, float) else ""

    if value.get("dials_stopped"):
        yield note("Dialled from the stop list: {n}.", n=whole(value["dials_stopped"]))
    reach, agreed = result.fact("campaign_reach"), result.fact("campaign_agreed")
    if not steps:  # the short form
        if reach.value is not None and (reach.denominator or 0.0) >= FEW and agreed.value is not None:
            yield note(
                "{campaign}: {reach} of the clients dialled were reached, {agreed} of them agreed.",
                campaign=name_of(session, result),
                reach=percent(reach.value),
                agreed=percent(agreed.value),
            )
        return
    base = {str(row[BASE_KIND]): row["rows"] for row in as_rows(part(result, "base"))}
    yield note(
        "{campaign}: {callable} callable clients of {rows} rows (duplicates {duplicates}).",
        campaign=name_of(session, result),
        callable=whole(steps["callable"].clients),
        rows=whole(steps["rows"].clients),
        duplicates=whole(base.get("duplicate")),
    )
    if reach.value is not None and (reach.denominator or 0.0) >= FEW:
        said = note("{share} of the clients dialled were reached", share=percent(reach.value))
        if agreed.value is not None and (agreed.denominator or 0.0) >= FEW:
            yield note("{said}, {share} of them agreed.", said=said, share=percent(agreed.value))
        else:
            yield note("{said}.", said=said)
    came, signed = steps["came"].clients, steps["contract"].clients
    if came or signed:
        yield note(
            "{came} came, {n} contracts for {revenue}.",
            came=whole(came),
            n=whole(signed),
            revenue=money(value.get("revenue")),
        )
    costed = last_costed(steps)
    if costed:
        told = ", ".join(
            localizer(N_("{step} {cost}"), step=localizer(COST_TITLES[each.key]), cost=money(each.cost))
            for each in costed
        )
        yield note("Cost: {told}.", told=told)
    yield from _scripts_said(session, result)
    found = stop_rule(result)
    if found:
        share = percent(found[1], 1)
        yield note("From dial {n} on less than {share} agree: do not dial on.", n=found[0], share=share)


def stop_rule(result: ReportResult) -> tuple[int, float] | None:
    """Return the dial from which on it is not worth dialling, and the share of agreements it is below, in per cent."""
    stop, share = (values_of(result, "attempts").get(key) for key in ("stop", "stop_share"))
    return (int(stop), share) if isinstance(stop, float) and isinstance(share, float) else None


COST_TITLES = {"agreed": N_("an agreement"), "came": N_("a visit"), "contract": N_("a contract")}


def better_script(result: ReportResult) -> tuple[str, float, str, float] | None:
    """The script that is better by more than chance, its share, the other and its share; None where none is."""
    better = values_of(result, "scripts").get("better")
    if not isinstance(better, str):
        return None
    shares = {
        str(row["script"]): share
        for row in as_rows(part(result, "scripts"))
        if row["script"] is not None
        and isinstance(share := row["share"], float)
        and (row["reached"] or 0.0) >= LEAST_REACHED  # type: ignore[operator]
    }
    other = next(name for name in shares if name != better)
    return better, shares[better], other, shares[other]


def _scripts_said(session: Session, result: ReportResult) -> Iterator[Message]:
    found = better_script(result)
    if found:
        better, share, _, other = found
        yield note(
            "Script {script} is better: {share} against {other}.",
            script=better,
            share=numbers.in_unit(session.localizer, Unit.PERCENT, share, 1),
            other=numbers.in_unit(session.localizer, Unit.PERCENT, other, 1),
        )
    elif "difference" in values_of(result, "scripts"):
        yield note("The scripts differ by no more than chance.")


def _picture(session: Session, result: ReportResult) -> object:
    from digests.pictures.campaign import attrition  # charts are not worth loading for a text

    return attrition(session, result)


CAMPAIGN = Declared(
    SPEC,
    analyses={
        "campaign.funnel": Analysis(_funnel_asked, _funnel),
        "base": Analysis(_base_asked, _base),
        **{
            key: Analysis(
                lambda within, by=by: _side_asked(within, by),  # type: ignore[misc]
                lambda within, answers, by=by: _side(within, answers, by),  # type: ignore[misc]
            )
            for key, by in _BY.items()
        },
        "attempts": Analysis(_attempts_asked, _attempts),
        "campaign.visits": Analysis(_visits_asked, _visits),
    },
    pictures={"campaign": _picture},
    summary=_summary,
)
