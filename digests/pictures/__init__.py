"""From answers to pictures: what a picture shows, its finding in words, and its labels.

Each picture is a module with `questions(setting)`, what it needs besides the digest's figures, and
`build(setting)`, the picture as plain data for `charts`; None if there is nothing to show. A finding is computed
by a rule from the same values that are drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from charts.forms import calls_lcr as calls_lcr_chart
from charts.forms import chats_aht as chats_aht_chart
from charts.forms import curve as reservations_chart
from charts.forms import deviations as aht_chart
from charts.forms import panels as target_traffic_chart
from charts.forms import scoreboard as scoreboard_chart
from charts.forms import service_level as service_level_chart
from charts.forms import voice_bot as voice_bot_chart
from charts.model import NothingToDraw
from digests.document import Picture
from digests.figures import Figure
from digests.images import attempt
from digests.localizer import Localizer
from digests.model import DigestSpec
from digests.pictures import (
    aht,
    calls_lcr,
    chats_aht,
    reservations,
    scoreboard,
    service_level,
    target_traffic,
    voice_bot,
)
from digests.pictures.answer_today import answer_today
from digests.pictures.setting import Setting
from metrics.answers import Question, ask
from metrics.calculator import Calculator
from metrics.periods import Period
from metrics.plans.plans import Plans

__all__ = ["KEYS", "answer_today", "draw_all"]


@dataclass(frozen=True)
class _Kind:
    """A picture: what it asks, how it is built, how it is drawn."""

    key: str
    questions: Callable[[Setting], list[Question]]
    build: Callable[[Setting], Any]
    draw: Callable[[Any], bytes]


_KINDS = (
    _Kind("scoreboard", scoreboard.questions, scoreboard.build, scoreboard_chart.draw),
    _Kind("target-traffic", target_traffic.questions, target_traffic.build, target_traffic_chart.draw),
    _Kind("service-level", service_level.questions, service_level.build, service_level_chart.draw),
    _Kind("aht", aht.questions, aht.build, aht_chart.draw),
    _Kind("calls-lcr", calls_lcr.questions, calls_lcr.build, calls_lcr_chart.draw),
    _Kind("reservations", reservations.questions, reservations.build, reservations_chart.draw),
    _Kind("chats-aht", chats_aht.questions, chats_aht.build, chats_aht_chart.draw),
    _Kind("voice-bot", voice_bot.questions, voice_bot.build, voice_bot_chart.draw),
)
KEYS = tuple(kind.key for kind in _KINDS)


def draw_all(
    calculator: Calculator,
    plans: Plans,
    figures: Sequence[Figure],
    spec: DigestSpec,
    period: Period,
    localizer: Localizer,
) -> list[Picture]:
    """Return a digest's pictures, each drawn once; one without data, or that cannot be drawn, is left out."""
    setting = prepared(calculator, plans, figures, spec, period, localizer)
    drawn = (attempt(kind.key, partial(_drawn, kind, setting), None) for kind in _KINDS)
    return [picture for picture in drawn if picture]


def _drawn(kind: _Kind, setting: Setting) -> Picture | None:
    picture = kind.build(setting)
    if picture is None:
        return None
    try:
        return Picture(kind.key, kind.draw(picture), picture.titles.alt_text)
    except NothingToDraw:
        return None


def prepared(
    calculator: Calculator,
    plans: Plans,
    figures: Sequence[Figure],
    spec: DigestSpec,
    period: Period,
    localizer: Localizer,
) -> Setting:
    """Everything that the pictures need, asked at once."""
    setting = Setting(calculator, plans, tuple(figures), spec, period, localizer, {})
    questions = list(dict.fromkeys(question for kind in _KINDS for question in kind.questions(setting)))
    return replace(setting, answers=dict(zip(questions, ask(calculator, plans, questions), strict=True)))
