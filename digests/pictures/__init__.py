"""From answers to pictures: what a picture shows, its finding in words, and its labels.

A builder has `questions(setting)`, what it needs besides the digest's figures, and `build(setting)`, a form of `charts`
with finished data; None if there is nothing to show. A finding is computed by a rule from the same values that are
drawn. A digest's spec names its pictures by their keys here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from digests.document import Picture
from digests.figures import Figure
from digests.history import FigureHistory
from digests.images import attempt
from digests.localizer import Localizer
from digests.model import ReportSpec
from digests.pictures import aht, load, reservations, scoreboard, service_level, target_traffic, voice_bot
from digests.pictures.answer_today import answer_today
from digests.pictures.reasons import hours_asked
from digests.pictures.setting import Setting, render
from metrics.answers import Question, ask
from metrics.calculator import Calculator
from metrics.periods import Period
from metrics.plans.plans import Plans

__all__ = ["PICTURES", "answer_today", "draw_all"]


class Builder(Protocol):
    """From a digest's figures to a form with finished data."""

    def questions(self, setting: Setting) -> list[Question]: ...

    def build(self, setting: Setting) -> Any: ...


PICTURES: dict[str, Builder] = {
    "scoreboard": scoreboard,
    "target-traffic": target_traffic,
    "service-level": service_level,
    "aht": aht,
    "calls-lcr": load.CALLS,
    "reservations": reservations,
    "chats-aht": load.CHATS,
    "voice-bot": voice_bot,
}


def draw_all(
    calculator: Calculator,
    plans: Plans,
    figures: Sequence[Figure],
    spec: ReportSpec,
    period: Period,
    localizer: Localizer,
    history: Mapping[str, FigureHistory] | None = None,
) -> list[Picture]:
    """Return the pictures that a digest names, in its order; one without data, or that cannot be drawn, is left out.

    Those that a declared report has of its own are not among them.
    """
    setting = replace(prepared(calculator, plans, figures, spec, period, localizer), history=history or {})
    drawn = (attempt(key, partial(_drawn, key, setting), None) for key in spec.pictures if key in PICTURES)
    return [picture for picture in drawn if picture]


def _drawn(key: str, setting: Setting) -> Picture | None:
    return render(setting.localizer, key, PICTURES[key].build(setting))


def prepared(
    calculator: Calculator,
    plans: Plans,
    figures: Sequence[Figure],
    spec: ReportSpec,
    period: Period,
    localizer: Localizer,
) -> Setting:
    """Everything that the pictures need, asked at once, and then the hours of days that missed their plans."""
    setting = Setting(calculator, plans, tuple(figures), spec, period, localizer, {})
    builders = (PICTURES[key] for key in spec.pictures if key in PICTURES)
    questions = list(dict.fromkeys(question for builder in builders for question in builder.questions(setting)))
    setting = replace(setting, answers=dict(zip(questions, ask(calculator, plans, questions), strict=True)))
    hours = [question for answer in setting.answers.values() if (question := hours_asked(setting, answer))]
    more = zip(hours, ask(calculator, plans, hours), strict=True) if hours else ()
    return replace(setting, answers={**setting.answers, **dict(more)})
