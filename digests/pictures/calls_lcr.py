"""Did the load cost us clients? Calls and lost calls of the first line that has both."""

from __future__ import annotations

from charts.model import Load
from digests.pictures import load, numbers, wording
from digests.pictures.load import Pair
from digests.pictures.setting import Setting
from metrics.answers import Question
from metrics.verdict import Verdict
from warehouse.messages import N_

_VOLUME, _RATE = "calls", "lcr"


def questions(setting: Setting) -> list[Question]:
    asked = load.questions(setting, _VOLUME, _RATE)
    chosen = load.chosen(setting, _VOLUME, _RATE)
    return [*asked, _called_back(chosen[0].answer.question)] if chosen else []


def build(setting: Setting) -> Load | None:
    both = load.pair(setting, _VOLUME, _RATE)
    if both is None:
        return None
    localizer = setting.localizer
    dates = setting.dates
    about = localizer(N_("inbound calls and the share of lost ones (LCR), {dates}"), dates=dates)
    back = setting.answers[_called_back(both.volume.question)]
    all_called = bool(back.fact.numerator) and back.fact.value == 100
    titles = wording.titles(
        _headline(setting, both),
        f"{both.line}: {about}" if both.line else wording.capital(about),
        load.footnote(setting, both, localizer(N_("All clients were called back")) if all_called else ""),
        load.told(setting, both, N_("The largest share was lost {when}: {value}"), N_("Not one was lost")),
    )
    return load.picture(setting, both, titles, N_("LCR, %"), N_("Inbound calls, {unit}"))


def _called_back(asked: Question) -> Question:
    return Question("called_back", asked.period, asked.line)


def _headline(setting: Setting, both: Pair) -> str:
    localizer, rate = setting.localizer, both.rate
    first = load.volume_said(setting, both, planned=N_("calls at {share} of plan"), unplanned=N_("{value} calls"))
    lost = numbers.fact(localizer, rate)
    if not rate.fact.numerator:
        return f"{first},\n{localizer(N_('not one was lost'))}"
    if rate.plan is None:
        return f"{first},\n{localizer(N_('lost {lost}'), lost=lost)}"
    limit = numbers.plan(localizer, rate.metric, rate.plan)
    over = both.volume.execution is not None and both.volume.execution > 100 and rate.verdict is Verdict.MET
    if rate.verdict is Verdict.MISSED:
        form = N_("lost {lost}, over the limit of {limit}")
    else:
        form = N_("but lost only {lost}") if over else N_("lost {lost} with a limit of {limit}")
    return f"{first},\n{localizer(form, lost=lost, limit=limit)}"
