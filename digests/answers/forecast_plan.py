"""A plan that the forecast makes, shown before it is approved: weeks of each line, beside the plans in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2s
from itertools import groupby

from digests import numbers
from digests.answers.load import of_line
from digests.answers.view import View
from digests.document import Action, Actions, Block, Document, Heading, Note, Paragraph, Table, plain
from digests.figures import line_title
from digests.load.reading import LoadRequest
from metrics.answers import exact
from metrics.load import ENTRIES
from metrics.load.line_load import LineLoad
from metrics.periods import days
from metrics.plans.from_forecast import ForecastPlans, PlanFromForecast, plans_from_forecast, to_write
from warehouse.messages import N_, Message, UserError, note

EXAMPLE = "/load plan inhouse 2026-07-01..2026-07-31"


@dataclass(frozen=True)
class ProposedPlan:
    """Plans of contacts by the day that wait for somebody's word."""

    asked: LoadRequest
    made: ForecastPlans
    wanted: tuple[PlanFromForecast, ...]
    """Those to be written: what people have planned is left alone."""

    @property
    def is_news(self) -> bool:
        """Whether anything in force would change."""
        return any(each.plan.value != each.before for each in self.wanted)

    @property
    def fingerprint(self) -> str:
        """What is the same for the same plans alone, so that what is approved is what was shown."""
        said = repr([(each.plan.key, each.plan.value) for each in self.wanted])
        return blake2s(said.encode(), digest_size=4).hexdigest()


def propose(view: View, asked: LoadRequest) -> ProposedPlan:
    """Return the plans of a period's days. Raises UserError for what cannot be planned, or not by who asks."""
    if asked.changes:
        raise UserError(
            "A plan is made of the forecast as it is: say a line and days, as in {example}.", example=EXAMPLE
        )
    asked = of_line(view, asked)
    metric = ENTRIES[asked.channel]
    made = plans_from_forecast(view.calculator, (metric,), asked.period, (asked.line,) if asked.line else ())
    return ProposedPlan(asked, made, tuple(to_write(view.calculator, made, overwrite=False)))


def shown(view: View, proposal: ProposedPlan, remarks: Sequence[Message], approve: str | None = None) -> Document:
    """Return a proposal as it stands in a chat; `approve`: the command of its button."""
    localizer = view.localizer
    title = localizer(N_("A plan by the forecast"))
    metric = localizer(view.metric(ENTRIES[proposal.asked.channel]).title)
    blocks: list[Block] = [
        Heading(f"{title}: {metric}, {localizer.days(proposal.asked.period)}", 1),
        Table(
            tuple(localizer(each) for each in (N_("line"), N_("period"), N_("by the forecast"), N_("present plan"))),
            tuple(_rows(view, proposal)),
        ),
        *(Note(localizer.say(each)) for each in (*_accuracy(view, proposal), *proposal.made.notes)),
        *(Paragraph(plain(localizer.say(each))) for each in (*_kept(proposal), *remarks)),
    ]
    if approve is not None:
        blocks.append(Actions((Action(localizer(N_("Approve the plan")), approve),)))
    return Document(title, tuple(blocks), localizer.language)


def _rows(view: View, proposal: ProposedPlan) -> Iterator[tuple[str, ...]]:
    """Weeks of each line, and all of them."""
    localizer, zone = view.localizer, view.calculator.centre.timezone
    for line, of_one in groupby(proposal.made.plans, key=lambda each: each.plan.line):
        title = line_title(view.calculator, line) if line else localizer(N_("no line"))
        weeks = groupby(of_one, key=lambda each: each.plan.starts_on - timedelta(each.plan.starts_on.weekday()))
        for week in (list(each) for _, each in weeks):
            span = days(week[0].plan.starts_on, week[-1].plan.starts_on, zone)
            yield (title, localizer.days(span), *_sums(view, week))
    yield (localizer(N_("Overall")), "", *_sums(view, proposal.made.plans))


def _sums(view: View, plans: Sequence[PlanFromForecast]) -> tuple[str, str]:
    """What the forecast makes of days, and what is planned of them now, if that is planned of each."""
    before = [each.before for each in plans if each.before is not None]

    def said(values: Sequence[float]) -> str:
        return numbers.plain(view.localizer, exact(sum(values)), 0)

    return said([each.plan.value for each in plans]), said(before) if len(before) == len(plans) else "—"


def _accuracy(view: View, proposal: ProposedPlan) -> Iterator[Message]:
    """How far off such forecasts were, for the leads of the days."""
    for load in proposal.made.loads:
        line = line_title(view.calculator, load.stream.line) if load.stream.line else "—"
        leads = _leads(load, proposal)
        checked = 0
        for group in load.outlook.accuracy.groups if load.outlook.accuracy else ():
            error = group.published.day
            concerned = sum(group.first <= lead <= group.last for lead in leads)
            if concerned and group.checked and error is not None:
                checked += concerned
                yield note(
                    "{line}, {first} to {last} days ahead: such forecasts were off by {error}% a day "
                    "({n} forecasts checked).",
                    line=line,
                    first=group.first,
                    last=group.last,
                    error=numbers.plain(view.localizer, exact(round(100 * error, 1)), 1),
                    n=group.pairs,
                )
        if checked < len(leads):
            yield note(
                "{line}: how far off the forecast of {n} day is, nothing has checked yet.",
                "{line}: how far off the forecasts of {n} days are, nothing has checked yet.",
                line=line,
                n=len(leads) - checked,
            )


def _leads(load: LineLoad, proposal: ProposedPlan) -> list[int]:
    of_line = (each.plan for each in proposal.made.plans if each.plan.line == load.stream.line)
    return [(plan.starts_on - load.last_day).days for plan in of_line]


def _kept(proposal: ProposedPlan) -> Iterator[Message]:
    kept = len(proposal.made.plans) - len(proposal.wanted)
    if kept:
        yield note(
            "{n} day that somebody has planned stays as it is.",
            "{n} days that somebody has planned stay as they are.",
            n=kept,
        )
