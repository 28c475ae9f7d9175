"""Did the load cost time? Chats and their handling time of the first line that has both."""

from __future__ import annotations

from charts.model import Load
from digests.pictures import load, numbers, wording
from digests.pictures.load import Pair
from digests.pictures.setting import Setting
from metrics.answers import Question
from metrics.verdict import Verdict
from warehouse.messages import N_

_VOLUME, _RATE = "chats", "chat_aht"


def questions(setting: Setting) -> list[Question]:
    return load.questions(setting, _VOLUME, _RATE)


def build(setting: Setting) -> Load | None:
    both = load.pair(setting, _VOLUME, _RATE)
    if both is None:
        return None
    localizer = setting.localizer
    about = localizer(N_("inbound chats and their handling time (AHT), {dates}"), dates=setting.dates)
    titles = wording.titles(
        _headline(setting, both),
        f"{both.line}: {about}" if both.line else wording.capital(about),
        load.footnote(setting, both),
        load.told(setting, both, N_("The longest was {when}: {value}")),
    )
    return load.picture(setting, both, titles, N_("AHT, seconds"), N_("Inbound chats, {unit}"))


def _headline(setting: Setting, both: Pair) -> str:
    localizer, rate = setting.localizer, both.rate
    first = load.volume_said(setting, both, planned=N_("chats at {share} of plan"), unplanned=N_("{value} chats"))
    fact = numbers.fact(localizer, rate)
    if rate.plan is None:
        return f"{first},\n{localizer(N_('AHT {fact}'), fact=fact)}"
    plan = numbers.plan(localizer, rate.metric, rate.plan)
    forms = {
        Verdict.MISSED: N_("AHT over plan: {fact} against {plan}"),
        Verdict.MET: N_("AHT within plan: {fact} against {plan}"),
    }
    form = forms.get(rate.verdict, N_("AHT {fact} with a plan of {plan}"))
    return f"{first},\n{localizer(form, fact=fact, plan=plan)}"
