"""What missed the plan? Every figure with a plan, in the digest's order; the headline counts and names the missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from charts.forms.scoreboard import Scoreboard, ScoreGroup, ScoreRow
from charts.model import HeadlineSpan
from charts.model import Judgement as Mark
from digests import history
from digests.figures import Figure
from digests.history import FigureHistory
from digests.numbers import capital
from digests.pictures import wording
from digests.pictures.setting import Setting, names_said, row_name
from digests.pictures.timeline import MARKS
from metrics.answers import Answer, Question, Verdict, margin, share
from warehouse.messages import N_

_NAMED = 44
"""Characters of the headline's second line."""


@dataclass(frozen=True)
class _Verdicts:
    """The figures that are judged, and those that came out badly: the furthest from their plans first."""

    judged: list[Figure]
    failed: list[Figure]

    @property
    def missed(self) -> int:
        return sum(figure.answer.verdict is Verdict.MISSED for figure in self.failed)

    @property
    def behind(self) -> int:
        return len(self.failed) - self.missed


def questions(setting: Setting) -> list[Question]:
    return []


def build(setting: Setting) -> Scoreboard | None:
    groups = [(title, [each for each in figures if _shown(each)]) for title, figures in _groups(setting)]
    groups = [(title, figures) for title, figures in groups if figures]
    shown = [figure for _, figures in groups for figure in figures]
    if all(figure.answer.fact.value is None for figure in shown):
        return None
    verdicts = _verdicts(shown)
    rows = tuple(
        ScoreGroup(title, tuple(_row(setting, each, figures) for each in figures)) for title, figures in groups
    )
    return Scoreboard(
        wording.titles(
            _headline(setting, shown, verdicts), _subtitle(setting, shown), "", _alternative(setting, verdicts)
        ),
        wording.chart_labels(setting.localizer),
        rows,
        scale=setting.localizer(N_("bars: ±25% of the plan")),
        trend=_trend_span(setting),
    )


def finding(setting: Setting) -> tuple[str, list[Figure], list[Figure]]:
    """Return what the headline says as a sentence, the figures that failed, the worst first, and the other judged."""
    shown = [each for each in setting.figures if _shown(each)]
    verdicts = _verdicts(shown)
    said = "".join(span.text for span in _headline(setting, shown, verdicts, wording.ALT_TEXT // 2))
    passed = [each for each in verdicts.judged if each not in verdicts.failed]
    return wording.alternative((" ".join(said.split("\n")),)), verdicts.failed, passed


def _verdicts(shown: Sequence[Figure]) -> _Verdicts:
    judged = [figure for figure in shown if figure.answer.verdict is not Verdict.NONE]
    failed = [figure for figure in judged if figure.answer.verdict is not Verdict.MET]
    return _Verdicts(judged, sorted(failed, key=_margin))


def _margin(figure: Figure) -> float:
    answer = figure.answer
    return margin(answer.metric.better, answer.fact.value, answer.planned.to_date) or 0.0


def _shown(figure: Figure) -> bool:
    answer = figure.answer
    return figure.spec.plan or answer.plan is not None or answer.verdict is not Verdict.NONE


def _groups(setting: Setting) -> list[tuple[str, list[Figure]]]:
    """Figures under their group's title, or their section's; neighbours under one title together."""
    by_key = {figure.spec.key: figure for figure in setting.figures}
    found: list[tuple[str, list[Figure]]] = []
    for section in setting.spec.sections:
        for group in section.groups:
            title = setting.localizer(group.title or section.title)
            figures = [by_key[spec.key] for spec in group.figures if spec.key in by_key]
            if found and found[-1][0] == title:
                found[-1][1].extend(figures)
            else:
                found.append((title, figures))
    return found


def _row(setting: Setting, figure: Figure, group: Sequence[Figure]) -> ScoreRow:
    localizer, answer = setting.localizer, figure.answer
    name = row_name(setting, figure, group)
    if answer.fact.value is None:
        return ScoreRow(name, localizer(N_("no data")), _plan(setting, answer), Mark.NONE)
    deviation, label = _deviation(setting, answer)
    text = wording.fact(localizer, answer, answer.planned.to_date)
    if answer.metric.plan_span == "month" and answer.execution is not None:
        text = setting.percent(answer.execution)
    row = ScoreRow(name, text, _plan(setting, answer), MARKS[answer.verdict], deviation, label)
    if trend := setting.history.get(figure.spec.key):
        values, plans = [point.fact.value for point in trend.points], [point.plan for point in trend.points]
        row = replace(row, trend=tuple(values), trend_plan=tuple(plans))
    if answer.verdict in (Verdict.MISSED, Verdict.BEHIND):
        row = replace(row, gap=_gap(setting, answer), past=_past(setting, trend) if trend else "")
    return row


def _gap(setting: Setting, answer: Answer) -> str:
    """How far it is from its plan, in its own measure."""
    fact, due = answer.fact.value, answer.planned.to_date
    if fact is None or due is None or answer.few:
        return ""
    return wording.signed(setting.localizer, answer.metric, fact, due)


def _past(setting: Setting, trend: FigureHistory) -> str:
    """«1–15 мая: 20,7 тыс., год назад: 18 тыс.»"""
    localizer = setting.localizer
    said = []
    if before := trend.before:
        days = localizer.days(before.period)
        said.append(localizer(N_("{period}: {value}"), period=days, value=wording.fact(localizer, before)))
    if year := trend.year_before:
        said.append(localizer(N_("a year ago: {value}"), value=wording.fact(localizer, year)))
    return ", ".join(said)


_SPANS = {
    "day": N_("two weeks"),
    "week": N_("12 weeks"),
    "half_month": N_("half a year"),
    "month": N_("a year"),
}


def _trend_span(setting: Setting) -> str:
    """Over what time the lines go."""
    part = history.part_of(setting.period)
    return setting.localizer(_SPANS[part]) if part and setting.history else ""


def _plan(setting: Setting, answer: Answer) -> str:
    localizer, planned = setting.localizer, answer.planned
    if planned.to_date is None:
        return localizer(N_("no plan"))
    if answer.metric.plan_span == "month":
        due = share(planned.to_date, planned.full)
        if due is not None and planned.to_date != planned.full:
            return setting.percent(due)
        return setting.percent(100)
    return wording.bounded(localizer, answer.metric, planned.to_date)


def _deviation(setting: Setting, answer: Answer) -> tuple[float | None, str]:
    """The distance from plan by effect, and its label: a volume's execution, a level's difference."""
    fact, due, metric = answer.fact.value, answer.planned.to_date, answer.metric
    reached = share(fact, due)
    if fact is None or due is None:
        return None, ""
    if answer.few:
        return None, setting.localizer(N_("of {n}"), n=int(answer.fact.denominator or 0))
    rounding = setting.calculator.centre.execution_rounding
    label = "" if reached is None else wording.change(setting.localizer, metric, reached, rounding)
    return margin(metric.better, fact, due), label


def _headline(
    setting: Setting, shown: list[Figure], verdicts: _Verdicts, room: int = _NAMED
) -> tuple[HeadlineSpan, ...]:
    """How many came out badly, and which: whatever the verdict is called, the largest gap is named first."""
    localizer = setting.localizer
    n, missed, behind = len(verdicts.judged), verdicts.missed, verdicts.behind
    moment = wording.until(localizer, setting.period, setting.as_of(*(figure.answer for figure in shown)))
    if not n:
        return (HeadlineSpan(localizer(_unjudged(shown))),)
    if not verdicts.failed:
        # A plan whose time goes on is not met yet, only kept up with.
        if any(figure.answer.metric.spread and figure.answer.plan_goes_on for figure in verdicts.judged):
            kept = localizer.counted(
                "On plan to date: {n} figure of {all}", "On plan to date: {n} figures of {all}", n, all=n
            )
        else:
            kept = localizer.counted("Plan met: {n} figure of {all}", "Plan met: {n} figures of {all}", n, all=n)
        return (HeadlineSpan(_with_moment(kept, moment)),)
    if missed and behind:
        first = localizer.counted(
            "{n} figure of {all} missed the plan, {behind} behind:",
            "{n} figures of {all} missed the plan, {behind} behind:",
            missed,
            all=n,
            behind=behind,
        )
        if moment:
            both = N_("{moment}, {n} of {all} are worse than plan:")
            first = localizer(both, moment=moment, n=missed + behind, all=n)
    elif missed and moment:
        first = localizer(N_("{moment}, {n} of {all} missed the plan:"), moment=moment, n=missed, all=n)
    elif missed:
        first = localizer.counted(
            "{n} figure of {all} missed the plan:", "{n} figures of {all} missed the plan:", missed, all=n
        )
    elif moment:
        first = localizer(N_("{moment}, {n} of {all} are behind the pace:"), moment=moment, n=behind, all=n)
    else:
        first = localizer.counted(
            "{n} figure of {all} is behind the pace:",
            "{n} figures of {all} are behind the pace:",
            behind,
            all=n,
        )
    return (HeadlineSpan(capital(first) + "\n"), *_named(setting, verdicts, room))


def _unjudged(shown: list[Figure]) -> str:
    if all(figure.answer.plan is None for figure in shown):
        return N_("Nothing to judge:\nthere are no plans")
    if any(figure.answer.few for figure in shown):
        return N_("Nothing to judge:\nthere are too few cases")
    return N_("None of the figures\nis judged by a plan")


def _named(setting: Setting, verdicts: _Verdicts, room: int) -> list[HeadlineSpan]:
    """The names of what came out badly, each in the colour of its own verdict."""
    named = names_said(setting, verdicts.failed, verdicts.judged)
    text = wording.listed(setting.localizer, [name for name, _ in named], room)
    spans: list[HeadlineSpan] = []
    for name, figures in named:
        before, found, after = text.partition(name)
        if not found:
            break
        bad = Mark.MISSED if any(each.answer.verdict is Verdict.MISSED for each in figures) else Mark.BEHIND
        spans += [*([HeadlineSpan(before)] if before else []), HeadlineSpan(name, bad)]
        text = after
    return [*spans, *([HeadlineSpan(text)] if text else [])]


def _with_moment(text: str, moment: str) -> str:
    return f"{text},\n{moment}" if moment else text


def _subtitle(setting: Setting, shown: list[Figure]) -> str:
    localizer = setting.localizer
    known_to = setting.as_of(*(figure.answer for figure in shown))
    dates = wording.span(localizer, setting.period)
    running = known_to is not None and known_to < setting.period.end
    one_day = setting.period.first_day == setting.period.last_day
    covered = N_("{dates}, plan for the day") if one_day else N_("{dates}, plan for the same days")
    if running:
        covered = N_("{dates}, plan to date")
    return wording.sentences(localizer(covered, dates=dates), wording.data_as_of(localizer, known_to))


def _alternative(setting: Setting, verdicts: _Verdicts) -> list[str]:
    """The three worst figures by their numbers, and what is behind besides them."""
    localizer = setting.localizer
    told = [
        localizer(
            N_("{name}: {fact} against {plan}"),
            name=capital(names_said(setting, [figure], verdicts.judged)[0][0]),
            fact=wording.fact(localizer, figure.answer),
            plan=wording.plan(localizer, figure.answer.metric, figure.answer.plan),
        )
        for figure in (verdicts.failed or verdicts.judged)[:3]
        if figure.answer.plan is not None
    ]
    left = [figure for figure in verdicts.failed[3:] if figure.answer.verdict is Verdict.BEHIND]
    behind = [name for name, _ in names_said(setting, left, verdicts.judged)]
    return [*told, localizer(N_("Behind the pace: {names}"), names=wording.joined(localizer, behind)) if behind else ""]
