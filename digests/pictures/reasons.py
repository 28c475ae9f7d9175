"""Why a day missed its plan, in three words beside its picture: «10 июня: 14:00, 15 из 123»."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from math import fsum, inf

from digests import numbers
from digests.pictures import wording
from digests.pictures.setting import Setting
from digests.pictures.timeline import PeriodPart, parts_of
from metrics.answers import Answer, Question, Verdict, margin
from metrics.facts import Fact
from metrics.model import Unit
from metrics.periods import HOUR, Period, to_local
from metrics.why import Why, against_plan, harm, main_parts

_LONGEST = 3
"""Hours in a row: if it took more of them to do half of the harm, the day was bad, which the picture shows."""
_TIMES = 2
"""So many times more harm than cases makes hours worth naming."""


def hours_asked(setting: Setting, answer: Answer) -> Question | None:
    """Return the question of the hours of the day that missed its plan by most, of a metric that is divided.

    None where no day did, or what is drawn is no days.
    """
    if answer.metric.spread or answer.question.by != ("day",):
        return None
    missed = [part for part in parts_of(setting, answer) if part.judged(answer.metric) is Verdict.MISSED]
    worst = min(missed, key=lambda part: _margin(answer, part), default=None)
    if worst is None:
        return None
    return replace(answer.question, period=Period(worst.start, worst.end, answer.period.timezone), by=("hour",))


def reason(setting: Setting, answer: Answer) -> str:
    """Return the hours that did most of the harm on the worst day: «10 июня: 14:00, 15 из 123».

    Nothing where no few hours did, or they had too few cases to be judged, or no more harm than their cases.
    """
    asked = hours_asked(setting, answer)
    hours = setting.answers.get(asked) if asked else None
    why = against_plan(setting.calculator, hours) if hours else None
    if hours is None or not isinstance(why, Why):
        return ""
    metric, run = hours.metric, main_parts(hours.metric, why)
    numerator = fsum(part.numerator or 0.0 for part in run)
    cases = fsum(part.denominator or 0.0 for part in run)
    done = harm(metric, why, fsum(part.value for part in run)) / harm(metric, why, why.difference)
    enough = cases >= max(setting.calculator.centre.min_cases, 1)
    if len(run) > _LONGEST or not enough or done < _TIMES * cases / (hours.fact.denominator or inf):
        return ""
    value = float(metric.unit.scale) * numerator / cases
    share = metric.unit is Unit.PERCENT
    told = numbers.terms_brief(setting.localizer, metric, Fact(value, numerator, cases)) if share else ""
    told = told or wording.value(setting.localizer, metric, value)
    when = _hours([part.start for part in run if part.start], hours.period.timezone)
    return f"{setting.localizer.day(hours.period.first_day)}: {when}, {told}"


def _margin(answer: Answer, part: PeriodPart) -> float:
    apart = margin(answer.metric.better, part.fact, part.plan)
    return inf if apart is None else apart


def _hours(begun: Sequence[datetime], timezone: str) -> str:
    first, last = (to_local(moment, timezone) for moment in (min(begun), max(begun)))
    return f"{first:%H:%M}" if first == last else f"{first:%H:%M}\N{EN DASH}{last + HOUR:%H:%M}"
