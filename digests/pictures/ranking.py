"""A metric by line, agent or topic: who has most of a volume, who is furthest beyond the norm of a level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from charts.forms.ranking import Rank, Ranking
from charts.model import Amount
from digests.document import Picture
from digests.figures import line_title, part_name
from digests.localizer import Localizer
from digests.numbers import capital, metric_said
from digests.pictures import findings, timeline, wording
from digests.pictures.series import measured_as
from digests.pictures.setting import render
from digests.pictures.timeline import MARKS, cases_said, few_cases, highest, lowest, plan_name, titled
from metrics.answers import Answer, BreakdownPart, Verdict, margin, share, verdict
from metrics.calculator import Calculator
from metrics.centre import Centre
from metrics.dimensions import LINE, by_said
from metrics.model import Better, Metric
from warehouse.messages import N_

KEY = "ranking"
ROWS = 14
"""As many rows as a picture has when no number of them is asked for."""
_MOST = 20
"""More rows than this are not drawn though they are asked for."""
_CALM = (Verdict.MET, Verdict.NONE)


@dataclass(frozen=True)
class _Segment:
    """A row before it is printed."""

    name: str
    fact: float | None
    plan: float | None
    verdict: Verdict
    given: bool = True
    """Whether the records name it; what they do not name stands last."""
    cases: str = ""
    """How many it was counted over, where they are too few to be judged."""


def picture(
    calculator: Calculator,
    answer: Answer,
    localizer: Localizer,
    *,
    top: int | None = None,
    names: Mapping[str, str] | None = None,
    about: str = "",
    judged: bool = True,
) -> Picture | None:
    """The picture of an answer `by` a dimension; None if no part of it has data.

    `top` rows from the best or the most; without it levels begin with the worst, so that what is left out is well.
    `names` are the segments' names where they are not lines; `about` names what the question is narrowed to. `judged`:
    whether anybody has cases enough to be held against the others.
    """
    return render(
        localizer, KEY, plain(calculator, answer, localizer, top=top, names=names, about=about, judged=judged)
    )


def plain(
    calculator: Calculator,
    answer: Answer,
    localizer: Localizer,
    *,
    top: int | None = None,
    names: Mapping[str, str] | None = None,
    about: str = "",
    judged: bool = True,
) -> Ranking | None:
    """The picture as plain data."""
    metric = answer.metric
    found = [_segment(calculator, answer, point, localizer, names or {}) for point in answer.points]
    known = [segment for segment in found if segment.fact is not None]
    if not known or (_alike(known) and _norm(answer, known) is None):
        return None
    best_first = metric.spread or metric.better is Better.NEUTRAL or top is not None
    ascending = (metric.better is Better.CEILING and not metric.spread) == best_first
    known.sort(key=lambda segment: (not segment.given, (segment.fact or 0.0) * (1 if ascending else -1)))
    shown, rest = _cut([*known, *(segment for segment in found if segment.fact is None)], top)
    norm = _norm(answer, known)
    reference = None
    if norm is not None:
        name = plan_name(metric)
        reference = Amount(norm, localizer(name, plan=wording.plan(localizer, metric, norm)))
    order = "" if metric.spread or metric.better is Better.NEUTRAL else _order(localizer, best_first=best_first)
    by = localizer.say(by_said(answer.question.part or ""))
    measured = measured_as(calculator, localizer, metric, [answer.question.line])
    title = line_title(calculator, answer.question.line) if answer.question.line else ""
    about = ", ".join(filter(None, (title, about)))
    headline = _headline(answer, localizer, known, norm, about) if judged else _total(answer, localizer, about)
    return Ranking(
        wording.titles(
            headline,
            ", ".join(filter(None, (measured, by, timeline.dates(localizer, answer.period), order))),
            _footnote(answer, calculator.centre, localizer, shown, norm),
            [
                *(f"{_spoken(localizer, metric, segment)}" for segment in shown[:3]),
                *_rest_told(localizer, metric, rest),
            ],
        ),
        wording.chart_labels(localizer),
        tuple(_rank(calculator, localizer, metric, segment) for segment in shown),
        reference,
        _rest(localizer, metric, rest) if rest else None,
    )


def _alike(known: Sequence[_Segment]) -> bool:
    """Whether all rows are the same, or there is but one, with nothing to compare them with: bars then say nothing."""
    return len({segment.fact for segment in known}) == 1 and all(segment.plan is None for segment in known)


def _cut(ordered: list[_Segment], top: int | None) -> tuple[list[_Segment], list[_Segment]]:
    """The rows and what is left out; what the records do not name is a row of its own."""
    given, unnamed = ([each for each in ordered if each.given is kept] for kept in (True, False))
    if top is not None and top <= _MOST:
        return [*given, *unnamed][: max(top, 1)], []
    rows = ROWS if top is None else _MOST
    if len(ordered) <= rows + 1:
        return ordered, []
    room = rows - len(unnamed)
    return [*given[:room], *unnamed], given[room:]


def _segment(
    calculator: Calculator, answer: Answer, point: BreakdownPart, localizer: Localizer, names: Mapping[str, str]
) -> _Segment:
    key, metric = point.segment, answer.metric
    if key is not None and key in names:
        name = names[key]
    elif key is not None and answer.question.part == LINE:
        name = line_title(calculator, key)
    else:
        name = part_name(answer, None, key, localizer)
    judged = point.judged(metric.better)
    span = answer.question.period.whole_months() if metric.plan_span == "month" else answer.period
    goes_on = answer.as_of is None or answer.as_of < span.end
    if judged is Verdict.MISSED and metric.spread and goes_on:
        judged = Verdict.BEHIND
    cases = cases_said(localizer, point.fact) if point.few else ""
    return _Segment(name, point.fact.value, point.plan, judged, key is not None, cases)


def _norm(answer: Answer, known: Sequence[_Segment]) -> float | None:
    """The one norm of all rows of a level: that of every line, or what the agents and topics of a line share."""
    if answer.metric.spread or answer.metric.better is Better.NEUTRAL:
        return None
    if answer.question.part != "line":
        return answer.plan
    plans = {segment.plan for segment in known}
    return next(iter(plans)) if len(plans) == 1 else None


def _rank(calculator: Calculator, localizer: Localizer, metric: Metric, segment: _Segment) -> Rank:
    if segment.fact is None:
        return Rank(segment.name, None, segment.plan)
    text = wording.against_plan(localizer, metric, segment.fact, segment.plan, segment.verdict)
    made = share(segment.fact, segment.plan) if metric.spread else None
    note = wording.percent(localizer, made, calculator.centre.execution_rounding) if made is not None else segment.cases
    return Rank(segment.name, Amount(segment.fact, text), segment.plan, MARKS[segment.verdict], note)


def _rest(localizer: Localizer, metric: Metric, rest: Sequence[_Segment]) -> tuple[str, str]:
    """How many more there are, and between what they are: distinct things do not add up, and levels never do."""
    values = [segment.fact for segment in rest if segment.fact is not None]
    name = localizer(N_("{n} more"), n=len(rest))
    if not values:
        return name, localizer(N_("no data"))
    low, high = (wording.value(localizer, metric, value) for value in (min(values), max(values)))
    return name, low if low == high else localizer(N_("from {low} to {high}"), low=low, high=high)


def _rest_told(localizer: Localizer, metric: Metric, rest: Sequence[_Segment]) -> list[str]:
    if not rest:
        return []
    name, value = _rest(localizer, metric, rest)
    return [localizer(N_("{name}: {value}"), name=capital(name), value=value)]


def _spoken(localizer: Localizer, metric: Metric, segment: _Segment) -> str:
    fact = localizer(N_("no data")) if segment.fact is None else wording.value(localizer, metric, segment.fact)
    if segment.plan is None or segment.fact is None:
        return localizer(N_("{name}: {value}"), name=segment.name, value=fact)
    plan = wording.plan(localizer, metric, segment.plan)
    return localizer(N_("{name}: {fact} against {plan}"), name=segment.name, fact=fact, plan=plan)


def _order(localizer: Localizer, *, best_first: bool) -> str:
    return localizer(N_("the best first")) if best_first else localizer(N_("the worst first"))


def _headline(answer: Answer, localizer: Localizer, known: Sequence[_Segment], norm: float | None, about: str) -> str:
    """Who failed and who is worst, among those with cases enough; of a volume, how much it was and who has most."""
    metric = answer.metric
    name = titled(capital(metric_said(localizer, metric)), about)
    at = wording.until(localizer, answer.period, answer.as_of)
    named = [segment for segment in known if segment.given] or known
    counted = [segment for segment in named if not segment.cases]
    judged = [segment for segment in named if segment.verdict is not Verdict.NONE]
    if judged:
        first = findings.verdicts_said(localizer, metric, name, [segment.verdict for segment in judged])
        second = _worst_said(localizer, metric, judged)
    elif norm is not None and counted:
        first = _beyond(localizer, metric, name, norm, counted)
        second = _worst_said(localizer, metric, [replace(segment, plan=norm) for segment in counted])
    else:
        first = _whole(answer, localizer, name)
        second = _most_said(localizer, metric, counted) if counted else localizer(N_("too few cases to judge"))
    first = f"{first} {at}" if at else first
    return f"{first},\n{second}" if second else first


def _total(answer: Answer, localizer: Localizer, about: str) -> str:
    """The whole alone, where nobody stands out."""
    name = titled(capital(metric_said(localizer, answer.metric)), about)
    at = wording.until(localizer, answer.period, answer.as_of)
    first = _whole(answer, localizer, name)
    return f"{first} {at}" if at else first


def _whole(answer: Answer, localizer: Localizer, name: str) -> str:
    total = answer.fact.value
    return f"{name}: {wording.value(localizer, answer.metric, total)}" if total is not None else name


def _worst_said(localizer: Localizer, metric: Metric, judged: Sequence[_Segment]) -> str:
    """The furthest on the bad side, with its plan if it failed; nothing where all are as far."""
    apart = [margin(metric.better, segment.fact, segment.plan) or 0.0 for segment in judged]
    furthest = [judged[index] for index in lowest(apart)]
    worst = furthest[0] if furthest else judged[0]
    value = _value(localizer, metric, worst)
    if (len(furthest) == 1 or len(judged) == 1) and worst.plan is not None and worst.verdict not in _CALM:
        plan = wording.plan(localizer, metric, worst.plan)
        return localizer(N_("{name}: {fact} against {plan}"), name=worst.name, fact=value, plan=plan)
    return findings.worst_said(localizer, [segment.name for segment in furthest], value) if furthest else ""


def _beyond(localizer: Localizer, metric: Metric, name: str, norm: float, named: Sequence[_Segment]) -> str:
    """How many agents or topics are beyond the norm of their line; it is not theirs, so they get no verdict."""
    n = sum(verdict(metric.better, segment.fact, norm) is Verdict.MISSED for segment in named)
    params = {"name": name, "n": n, "all": len(named), "plan": wording.plan(localizer, metric, norm)}
    if metric.better is Better.CEILING:
        form = N_("{name}: {n} of {all} over {plan}") if n else N_("{name}: none of {all} over {plan}")
    else:
        form = N_("{name}: {n} of {all} below {plan}") if n else N_("{name}: none of {all} below {plan}")
    return localizer(form, **params)


def _most_said(localizer: Localizer, metric: Metric, named: Sequence[_Segment]) -> str:
    tops = [named[index] for index in highest([segment.fact for segment in named])]
    return (
        findings.most_said(localizer, [each.name for each in tops], _value(localizer, metric, tops[0])) if tops else ""
    )


def _value(localizer: Localizer, metric: Metric, segment: _Segment) -> str:
    return wording.against_plan(localizer, metric, segment.fact or 0.0, segment.plan, segment.verdict)


def _footnote(
    answer: Answer, centre: Centre, localizer: Localizer, shown: Sequence[_Segment], norm: float | None
) -> str:
    frame = ""
    if norm is None and any(segment.plan is not None for segment in shown):
        share_too = N_("Frame: plan, bar: actual, per cent: of plan")
        frame = localizer(share_too if answer.metric.spread else N_("Frame: plan, bar: actual"))
    remarks = [capital(localizer.say(remark)) for remark in answer.fact.remarks]
    few = [segment for segment in shown if segment.cases and (segment.plan is not None or norm is not None)]
    unjudged = few_cases(localizer, centre) if few else ""
    return wording.sentences(frame, unjudged, *remarks[:1], wording.data_as_of(localizer, answer.as_of))
