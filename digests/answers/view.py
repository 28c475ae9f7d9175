"""What an answer is made from, and what of it the asker may see."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from digests.catalogue import BIWEEKLY
from digests.engine import Session
from digests.figures import line_title
from digests.localizer import Localizer
from digests.model import FigureSpec, ReportSpec
from digests.stories import Story
from metrics.calculator import Calculator
from metrics.model import Metric
from metrics.periods import Period
from metrics.plans.plans import Plans
from metrics.relations import RELATIONS
from warehouse.messages import UserError


def _none(_: Period) -> Sequence[Story]:
    return ()


@dataclass(frozen=True)
class View:
    """The numbers as one person sees them: the clock and the records are the calculator's."""

    calculator: Calculator
    plans: Plans
    localizer: Localizer
    figures: Mapping[str, FigureSpec]
    """The configured digests' figures by key: which lines have a plan."""
    lines: frozenset[str] | None = None
    """The lines that may be asked for; None: all, and the whole centre."""
    names: bool = True
    """Whether agents are named; without it they have places, and their results."""
    metrics: frozenset[str] | None = None
    """The metrics that may be asked for; None: all."""
    subscribes: bool = True
    """Whether answers may be had without asking: subscriptions and alerts."""
    digest: ReportSpec = BIWEEKLY
    reports: Mapping[str, ReportSpec] = field(default_factory=dict)
    """By their keys."""
    stories: Callable[[Period], Sequence[Story]] = _none
    """The columns of a digest's period."""

    @property
    def session(self) -> Session:
        return Session(self.calculator, self.plans, self.localizer, names=self.names)

    @property
    def timezone(self) -> str:
        return self.calculator.centre.timezone

    def metric(self, key: str) -> Metric:
        """A metric that may be asked for. Raises UserError."""
        metric = self.calculator.catalogue.get(key)
        if not self.allows(metric):
            raise UserError(
                'The metric "{given}" is not open to you. You may ask for: {known}.',
                given=metric.key,
                known=_listed(each.key for each in self.calculator.catalogue if self.allows(each)),
            )
        return metric

    def allows(self, metric: Metric) -> bool:
        return self.metrics is None or metric.key in self.metrics

    def answers(self, metric: Metric) -> bool:
        """Whether there is anything of a metric that may be seen."""
        return self.allows(metric) and (self.lines is None or bool(self.lines_of(metric)))

    def sees(self, line: str) -> bool:
        """Whether a line may be asked for; a group may if all its members may."""
        if self.lines is None or line in self.lines:
            return True
        members = self.calculator.centre.members(line)
        return members != (line,) and all(member in self.lines for member in members)

    def check_lines(self, lines: Sequence[str]) -> None:
        """Raise UserError for a line that may not be asked for."""
        for line in lines:
            if not self.sees(line):
                raise UserError(
                    'The line "{given}" is not open to you. You may ask for: {known}.',
                    given=line_title(self.calculator, line),
                    known=_listed(
                        line_title(self.calculator, each) for each in self.calculator.centre.lines if self.sees(each)
                    ),
                )

    def refuse_whole(self) -> UserError:
        """What to say to someone who asks for the whole centre and sees only some lines of it."""
        return UserError(
            "The figures of the whole centre are not open to you: name a line. You may ask for: {known}.",
            known=_listed(
                line_title(self.calculator, each) for each in self.calculator.centre.lines if self.sees(each)
            ),
        )

    def has_lines(self, metric: Metric) -> bool:
        return "line" in self.calculator.catalogue.dimensions(metric)

    def lines_of(self, metric: Metric) -> list[str]:
        """The lines with records of a metric that may be seen, groups after the plain ones.

        They stand as in the digest and the configuration, not by value: people look for theirs where it was yesterday.
        """
        if not self.has_lines(metric):
            return []
        centre, records = self.calculator.centre, self.calculator.records
        tables = [RELATIONS[leaf.relation].tables[0] for leaf in self.calculator.catalogue.leaves(metric)]
        present = frozenset.intersection(*(records.lines(table) for table in tables))
        told = [figure.line for figure in self.figures.values() if figure.line in centre.lines]
        known = dict.fromkeys([*told, *centre.lines, *sorted(present)])
        seen = [line for line in known if line and present.intersection(centre.members(line)) and self.sees(line)]
        return sorted(seen, key=lambda line: centre.members(line) != (line,))

    def spec(self, metric: Metric, line: str | None) -> FigureSpec:
        """The figure that stands for a metric of a line: a plan is expected where a digest expects one."""
        expected = any(f.plan for f in self.figures.values() if (f.metric, f.line) == (metric.key, line))
        return FigureSpec(f"{metric.key}.{line}" if line else metric.key, metric.key, line, metric.title, plan=expected)


def _listed(names: Iterator[str], most: int = 12) -> str:
    """Names for a sentence, as many as one reads."""
    known = list(names)
    return ", ".join(known[:most]) + (", …" if len(known) > most else "") if known else "-"
