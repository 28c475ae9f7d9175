"""One line about what stands out most now, under an answer of today, and the question why it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from digests import numbers
from digests.answers.evaluate import AnswerSet
from digests.answers.view import View, day_of
from digests.document import Action, Note
from digests.figures import line_title, plan_text
from digests.numbers import metric_said
from digests.request import Request, Selection, Shape, Verb, When, command
from metrics.answers import Answer, Question, Verdict, ask, exact, margin
from metrics.model import Better, Metric
from metrics.periods import Period
from metrics.standout import MEAN, SHARE, VOLUME, HourCounts, Unusual, kind_of, most_unusual
from warehouse.messages import N_

_WATCHED = (("sl", "lcr"), ("chat_sl", "chat_lcr"), ("calls",), ("chats",), ("aht",), ("chat_aht",))
"""The first of each that can be computed here tells which hours were not as usual."""
_PERCENT = 100


@dataclass(frozen=True)
class Highlight:
    """What is told, and what is asked on."""

    text: str
    metric: str
    line: str | None
    action: Action

    @property
    def note(self) -> Note:
        return Note(self.text)


def under(view: View, answered: AnswerSet) -> Highlight | None:
    """What stands out most now, under an answer of today; nothing of what the answer itself is about."""
    period = _period(answered)
    if period is None or period != day_of(view):
        return None
    told = {(result.figure.spec.metric, result.figure.spec.line) for result in answered.results}
    why = answered.request.verb is Verb.WHY
    found = noticed(view, missed=answered.request.verb is not Verb.OVERVIEW, besides=told)
    return None if found is None or (why and (found.metric, found.line) in told) else found


def _period(answered: AnswerSet) -> Period | None:
    """The period of an answer of numbers that is read in a chat."""
    request = answered.request
    if request.overview:
        return request.overview.when.period
    selection = request.selection
    if selection is None or request.verb not in (Verb.FIGURE, Verb.WHY) or selection.shape is Shape.XLSX:
        return None
    return selection.when.period


def noticed(view: View, *, missed: bool = True, besides: set[tuple[str, str | None]] | None = None) -> Highlight | None:
    """What stands out most today of all that may be seen: hours outside their band, else a plan that is missed."""
    unusual = _unusual(view, day_of(view))
    if unusual:
        return _notice(view, unusual, When("today", day_of(view)))
    return _missed(view, besides or set()) if missed else None


def on(view: View, when: When, lines: Sequence[str] = ()) -> Highlight | None:
    """The hours of a day that were furthest outside their band, of some lines or of all that may be seen."""
    unusual = _unusual(view, when.period, lines)
    return _notice(view, unusual, when) if unusual else None


def _unusual(view: View, day: Period, among: Sequence[str] = ()) -> Unusual | None:
    calculator, members = view.calculator, view.calculator.centre.members
    wanted = {member for line in among for member in members(line)}
    watched = []
    for keys in _WATCHED:
        metrics = [calculator.catalogue.get(key) for key in keys if key in calculator.catalogue.keys]
        metric = next((each for each in metrics if view.answers(each) and calculator.coverage.knows(each)), None)
        if metric:
            lines = [line for line in view.lines_of(metric) if members(line) == (line,)]
            watched.append((metric, [line for line in lines if line in wanted] if among else lines))
    return most_unusual(calculator, watched, day.first_day)


def _notice(view: View, unusual: Unusual, when: When) -> Highlight:
    """«Выделяется Inhouse, 10:00–12:00: SL 45% (19 из 42), обычно в эти часы 88%»."""
    localizer, metric, window = view.localizer, unusual.metric, unusual.window
    kind = kind_of(metric)
    said = {
        "line": line_title(view.calculator, unusual.line),
        "start": f"{window.first_hour:02}:00",
        "end": f"{window.first_hour + window.hours:02}:00",
        "metric": metric_said(localizer, metric),
        "value": _value(view, metric, window.found),
        "usual": _value(view, metric, window.usual),
    }
    cases = numbers.plain(localizer, exact(window.found.cases), 0)
    if kind is SHARE:
        text = localizer(
            N_("Stands out: {line}, {start}–{end}, {metric} {value} ({part} of {total}), usually {usual}."),
            part=numbers.plain(localizer, exact(_right(metric, window.found)), 0),
            total=cases,
            **said,
        )
    elif kind is MEAN:
        text = localizer(
            N_("Stands out: {line}, {start}–{end}, {metric} {value} (of {cases}), usually {usual}."),
            cases=cases,
            **said,
        )
    else:
        text = localizer(N_("Stands out: {line}, {start}–{end}, {metric}: {value}, usually {usual}."), **said)
    return Highlight(text, metric.key, unusual.line, _why(view, metric, unusual.line, when))


def _right(metric: Metric, hours: HourCounts) -> float:
    """What the metric counts: what went wrong of a ceiling, the others of a floor."""
    return hours.cases - hours.amount if metric.better is Better.FLOOR else hours.amount


def _value(view: View, metric: Metric, hours: HourCounts) -> str:
    """The share, the mean, or the volume of a window."""
    scale = _PERCENT if kind_of(metric) is SHARE else 1
    value = scale * _right(metric, hours) / hours.cases
    return numbers.value(view.localizer, metric, float(round(value)) if kind_of(metric) is VOLUME else value)


def _missed(view: View, besides: set[tuple[str, str | None]]) -> Highlight | None:
    """The level of today that is furthest from its plan, among those that the digests have and who asks may see."""
    today = day_of(view)
    asked = [
        Question(spec.metric, today, spec.line)
        for spec in view.figures.values()
        if spec.plan
        and (spec.metric, spec.line) not in besides
        and not view.calculator.catalogue.get(spec.metric).spread
        and may_see(view, spec.metric, spec.line)
    ]
    answers = ask(view.calculator, view.plans, list(dict.fromkeys(asked)))
    bad = [answer for answer in answers if answer.verdict is Verdict.MISSED]
    if not bad:
        return None
    worst = min(bad, key=_margin)
    localizer, metric, plan = view.localizer, worst.metric, worst.planned.to_date
    assert plan is not None
    assert worst.fact.value is not None
    line = worst.question.line
    text = localizer(
        N_("Off plan today: {line}, {metric} {value} (plan: {plan})."),
        line=line_title(view.calculator, line) if line else localizer(N_("the whole centre")),
        metric=metric_said(localizer, metric),
        value=numbers.value(localizer, metric, worst.fact.value, full=True),
        plan=plan_text(view.calculator, worst, plan, localizer, full=True),
    )
    return Highlight(text, metric.key, line, _why(view, metric, line, When("today", today)))


def _margin(answer: Answer) -> float:
    return margin(answer.metric.better, answer.fact.value, answer.planned.to_date) or 0.0


def may_see(view: View, key: str, line: str | None, among: Sequence[str] = ()) -> bool:
    """Whether a figure is open to who asks, and of one of some lines, where any are named."""
    members = view.calculator.centre.members
    if not view.allows(view.calculator.catalogue.get(key)):
        return False
    if among:
        wanted = {member for each in among for member in (each, *members(each))}
        return line in wanted and view.sees(line or "")
    return view.sees_whole(view.calculator.catalogue.get(key)) if line is None else view.sees(line)


def _why(view: View, metric: Metric, line: str | None, when: When) -> Action:
    asked = Selection(metric.key, when, (line,) if line else ())
    name = line_title(view.calculator, line) if line else view.localizer(N_("the whole centre"))
    return Action(view.localizer(N_("Why? {line}"), line=name), command(Request(Verb.WHY, asked)))
