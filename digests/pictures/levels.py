"""Lines of the centre side by side, for the levels: service level and handling time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import TypeVar

from charts.forms.deviations import Deviations
from charts.forms.multiples import MAX_LINES, Levels, LinePanel
from charts.model import Amount, Titles
from digests.figures import Figure
from digests.localizer import Localizer
from digests.pictures import timeline, wording
from digests.pictures.reasons import reason
from digests.pictures.setting import Setting, known
from digests.pictures.timeline import MARKS, PeriodPart, cases_said, drawn, few_said, points, printer, usual_said
from metrics.answers import Answer, Question, Verdict, margin
from warehouse.messages import N_

LevelsT = TypeVar("LevelsT", bound=Levels)

NAMED = 3
"""The figures of so many lines stand in a headline."""


@dataclass(frozen=True)
class LevelRow:
    """A line with its answer and its days."""

    name: str
    answer: Answer
    parts: list[PeriodPart]

    @property
    def missed_days(self) -> list[int]:
        return [i for i, part in enumerate(self.parts) if part.judged(self.answer.metric) is Verdict.MISSED]

    @property
    def judged_days(self) -> int:
        return sum(part.judged(self.answer.metric) is not Verdict.NONE for part in self.parts)

    @property
    def missed(self) -> bool:
        return self.answer.verdict is Verdict.MISSED

    @property
    def met(self) -> bool:
        return self.answer.verdict is Verdict.MET

    @property
    def planned(self) -> bool:
        """Whether it has a plan, be it another one in every part."""
        return self.answer.plan is not None or any(part.plan is not None for part in self.parts)

    @property
    def met_throughout(self) -> bool:
        """Whether every part of which anything is known, and that is over, met the plan."""
        over = [part for part in self.parts if part.fact is not None and part.elapsed >= 1 and not part.before]
        return all(part.judged(self.answer.metric) is Verdict.MET for part in over)


def questions(setting: Setting, metric: str) -> list[Question]:
    return [setting.parts_asked(figure) for figure in chosen(setting, metric)]


def chosen(setting: Setting, metric: str) -> list[Figure]:
    """The figures of a metric that have data, in the digest's order; one for each line."""
    figures = {figure.spec.line: figure for figure in reversed(setting.of(metric)) if known(figure)}
    return list(reversed(figures.values()))


def shown(made: Sequence[LevelRow]) -> list[LevelRow]:
    """The rows there is room for: of too many, the one that is worst off and those furthest on the bad side."""
    first = worst(made)
    chosen = [first, *(row for row in furthest(made) if row is not first)][:MAX_LINES]
    return [row for row in made if any(row is each for each in chosen)]


def worst(made: Sequence[LevelRow]) -> LevelRow:
    """Return the row that is worst off: below its plan in all, else in most parts."""
    missed = [row for row in made if row.missed]
    return max(furthest(missed or made), key=lambda row: len(row.missed_days))


def furthest(made: Sequence[LevelRow]) -> list[LevelRow]:
    """Return the rows, the furthest on the bad side of their plan first; those without a plan last."""
    return sorted(made, key=_margin)


def _margin(row: LevelRow) -> float:
    apart = margin(row.answer.metric.better, row.answer.fact.value, row.answer.plan)
    return inf if apart is None else apart


def rows(setting: Setting, metric: str) -> list[LevelRow]:
    figures = chosen(setting, metric)
    answers = [setting.in_parts(figure) for figure in figures]
    names = [setting.line_title(figure) or figure.label for figure in figures]
    return [LevelRow(*row) for row in zip(names, answers, drawn(setting, *answers), strict=True)]


def left_out(setting: Setting, made: Sequence[LevelRow]) -> str:
    """Return how many lines are not drawn, and why."""
    lines = {figure.spec.line for figure in setting.of(made[0].answer.metric.key)}
    return wording.lines_left_out(setting.localizer, len(made) - len(shown(made)), len(lines) - len(made))


def picture(setting: Setting, made: list[LevelRow], titles: Titles, reference: str, *, form: type[LevelsT]) -> LevelsT:
    localizer = setting.localizer
    lines = []
    for row in shown(made):
        metric, plan, fact = row.answer.metric, row.answer.plan, row.answer.fact.value
        assert fact is not None
        norm = (
            Amount(plan, localizer(reference, plan=wording.plan(localizer, metric, plan))) if plan is not None else None
        )
        difference = wording.signed(localizer, metric, fact, plan) if plan is not None and form is Deviations else ""
        lines.append(
            LinePanel(
                row.name,
                points(metric, row.parts, printer(localizer, metric, row.parts)),
                norm,
                Amount(fact, wording.fact(localizer, row.answer)),
                _beside(localizer, row, difference),
                MARKS[row.answer.verdict],
                reason=reason(setting, row.answer),
            )
        )
    charted = wording.chart_labels(localizer)
    if any(row.planned and row.answer.plan is None for row in made):
        charted = replace(charted, no_plan=localizer(N_("the plan changed")))
    return form(titles, charted, timeline.drawn_slots(setting, made[0].parts), tuple(lines))


def _beside(localizer: Localizer, row: LevelRow, difference: str) -> str:
    """The distance from plan, or of how few cases the figure is."""
    if row.answer.few and row.planned:
        return cases_said(localizer, row.answer.fact)
    return localizer(N_("{difference} to plan"), difference=difference) if difference else ""


def footnote(setting: Setting, made: list[LevelRow], *parts: str) -> str:
    known_to = setting.as_of(*(row.answer for row in made))
    gaps = any(part.fact is None and part.elapsed > 0 for row in made for part in row.parts)
    first = made[0]
    return wording.sentences(
        *parts,
        usual_said(setting.localizer, first.answer.metric, first.parts),
        setting.localizer(N_("n/a: no data")) if gaps else "",
        few_said(setting.localizer, setting.calculator.centre, [part for row in made for part in row.parts]),
        wording.data_as_of(setting.localizer, known_to),
    )


def values(setting: Setting, made: list[LevelRow]) -> str:
    """«88 % и 96 %»."""
    return wording.joined(setting.localizer, [wording.fact(setting.localizer, row.answer) for row in made])


def common_plan(setting: Setting, made: list[LevelRow]) -> str:
    """The plan of all rows, where it is one."""
    plans = {row.answer.plan for row in made}
    plan = next(iter(plans))
    return wording.plan(setting.localizer, made[0].answer.metric, plan) if len(plans) == 1 and plan is not None else ""


def moment(setting: Setting, made: list[LevelRow]) -> str:
    return wording.until(setting.localizer, setting.period, setting.as_of(*(row.answer for row in made)))


def missed_said(setting: Setting, row: LevelRow) -> str:
    """When it missed: one or two days by their dates, more of them by their number."""
    verdicts = [part.judged(row.answer.metric) for part in row.parts]
    return timeline.missed_said(setting.localizer, setting.by, row.parts, verdicts, setting.period.timezone)


def lines_told(setting: Setting, made: list[LevelRow], below: str) -> list[str]:
    """A sentence for each line: its figure, its plan, and its bad days."""
    localizer, told = setting.localizer, []
    for row in made[:3]:
        fact, plan = wording.fact(localizer, row.answer), row.answer.plan
        if not row.planned:
            told.append(localizer(N_("{name}: {fact}, no plan"), name=row.name, fact=fact))
            continue
        text = localizer(N_("{name}: {value}"), name=row.name, value=fact)
        if plan is not None:
            due = wording.plan(localizer, row.answer.metric, plan)
            text = localizer(N_("{name}: {fact} against {plan}"), name=row.name, fact=fact, plan=due)
        if row.missed_days:
            text = f"{text}, {localizer(below, when=missed_said(setting, row))}"
        told.append(text)
    return told


def unjudged(localizer: Localizer, made: list[LevelRow], met: str) -> str:
    """Why the whole is not judged, though there is a plan; `met` where every day kept to its own."""
    if any(row.planned and row.answer.few for row in made):
        return localizer(N_("too few cases to judge"))
    kept = all(row.met_throughout for row in made) and any(row.judged_days for row in made)
    return localizer(met) if kept else localizer(N_("the plan changed"))
