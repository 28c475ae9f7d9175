"""Does the bot hold the load? What it handled, how its calls ended, how long they waited."""

from __future__ import annotations

from dataclasses import replace

from charts.forms.panels import Columns, Panels, Parts, Pins, Share
from digests.figures import Figure
from digests.numbers import capital
from digests.pictures import load, timeline, wording
from digests.pictures.reasons import reason
from digests.pictures.setting import Setting, known
from digests.pictures.timeline import drawn, points, printer
from metrics.answers import Answer, Question, Verdict, share
from metrics.model import where
from warehouse.messages import N_

_HANDLED, _WAIT, _CORRECT = "bot_calls", "bot_wait", "bot_correct"
_OUTCOMES = (
    ("contained", N_("solved by the bot")),
    ("handed_over", N_("handed to an agent")),
    ("hung_up", N_("client hung up")),
)


def _chosen(setting: Setting) -> tuple[Figure, Figure] | None:
    handled = [figure for figure in setting.of(_HANDLED) if known(figure)]
    waits = [figure for figure in setting.of(_WAIT) if known(figure)]
    return (handled[0], waits[0]) if handled and waits else None


def _ended(handled: Figure, outcome: str) -> Question:
    return replace(handled.answer.question, filters=where(outcome))


def questions(setting: Setting) -> list[Question]:
    chosen = _chosen(setting)
    if not chosen:
        return []
    return [
        *(setting.parts_asked(figure) for figure in chosen),
        *(_ended(chosen[0], outcome) for outcome, _ in _OUTCOMES),
    ]


def build(setting: Setting) -> Panels | None:
    chosen = _chosen(setting)
    if not chosen:
        return None
    localizer = setting.localizer
    handled, wait = setting.in_parts(chosen[0]), setting.in_parts(chosen[1])
    calls, waits = drawn(setting, handled, wait)
    text = printer(localizer, handled.metric, calls)
    unit = timeline.per(setting, thousands=text.thousands)
    outcomes = _outcomes(setting, chosen[0])
    correct = [figure for figure in setting.of(_CORRECT) if known(figure)]
    notes = [
        *(
            localizer(N_("Correct handovers {share}"), share=wording.fact(localizer, figure.answer))
            for figure in correct[:1]
        ),
        localizer(N_("Average wait {wait}"), wait=wording.fact(localizer, wait)),
    ]
    titles = wording.titles(
        _headline(setting, handled, wait, outcomes),
        localizer(
            N_("Voice bot: how calls ended, the wait and calls {parts}, {dates}"),
            parts=timeline.by_said(localizer, setting.by),
            dates=setting.dates,
        ),
        wording.sentences(*notes, wording.data_as_of(localizer, setting.as_of(handled, wait))),
        [
            capital(", ".join(f"{each.name} {each.text}" for each in outcomes)),
            *reversed(notes),
        ],
    )
    panels = (
        Parts(localizer(N_("How the calls ended")), outcomes),
        Pins(
            localizer(N_("Wait for the bot's answer, seconds")),
            points(wait.metric, waits, printer(localizer, wait.metric, waits)),
            load.limit(setting, wait),
            reason(setting, wait),
        ),
        Columns(localizer(N_("Calls handled, {unit}"), unit=unit), points(handled.metric, calls, text)),
    )
    return Panels(titles, wording.chart_labels(localizer), timeline.drawn_slots(setting, calls), panels)


def _outcomes(setting: Setting, handled: Figure) -> tuple[Share, ...]:
    total = handled.answer.fact.value
    found = [(setting.answers[_ended(handled, outcome)].fact.value, name) for outcome, name in _OUTCOMES]
    if not total or any(value is None for value, _ in found):
        return ()
    made = []
    for value, name in found:
        part = share(value, total) or 0.0
        made.append(Share(setting.localizer(name), part / 100, wording.part(setting.localizer, part)))
    return tuple(made)


def _headline(setting: Setting, handled: Answer, wait: Answer, outcomes: tuple[Share, ...]) -> str:
    localizer = setting.localizer
    at = wording.until(localizer, setting.period, setting.as_of(handled, wait))
    assert handled.fact.value is not None
    noun = handled.metric.noun or ("call", "calls")
    calls = wording.counted(localizer, handled.metric, handled.fact.value, noun)
    first = localizer(N_("The bot took {calls}"), calls=f"{calls} {at}" if at else calls)
    waited = wording.fact(localizer, wait)
    if wait.verdict is Verdict.MISSED and wait.plan is not None:
        limit = wording.plan(localizer, wait.metric, wait.plan)
        return f"{first},\n{localizer(N_('the wait of {wait} is over the limit of {limit}'), wait=waited, limit=limit)}"
    if outcomes:
        return f"{first},\n{localizer(N_('solved {share} without an agent'), share=outcomes[0].text)}"
    return f"{first},\n{localizer(N_('the wait is {wait}'), wait=waited)}"
