"""Did the load cost us clients, or time? A volume and a rate of the first line that has both."""

from __future__ import annotations

from dataclasses import dataclass

from charts.forms.panels import Columns, Panels, Pins, Trend
from charts.model import Amount
from digests.figures import Figure
from digests.numbers import capital
from digests.pictures import timeline, wording
from digests.pictures.reasons import reason
from digests.pictures.setting import Setting, known
from digests.pictures.timeline import cases_said, drawn, few_said, highest, points, printer, usual_said
from metrics.answers import Answer, Question, Verdict
from warehouse.messages import N_

_LOST = "lcr"


@dataclass(frozen=True)
class Sentences:
    """What is said of a volume and its rate: message ids. Of the rate `{fact}` and `{plan}` are known, of its worst
    part `{value}` and `{when}`.
    """

    about: str
    rate: str
    """The title of the rate's panel."""
    volume: str
    """The title of the volume's panel; takes the unit of its slots."""
    planned: str
    unplanned: str
    no_plan: str
    missed: str
    met: str
    unjudged: str
    worst: str
    met_over_plan: str = ""
    """The rate kept to its plan though the volume was over its own."""
    nothing: str = ""
    """Of a rate of 0, if that is worth a headline."""
    nothing_at_all: str = ""
    """The same as a whole sentence."""


@dataclass(frozen=True)
class VolumeAndRate:
    """The volume and the rate of a line."""

    volume: Answer
    rate: Answer
    line: str
    figures: tuple[Figure, Figure]


@dataclass(frozen=True)
class LoadPicture:
    """The picture of two metrics."""

    volume: str
    rate: str
    panel: type[Pins] | type[Trend]
    said: Sentences

    def questions(self, setting: Setting) -> list[Question]:
        """Return what the picture needs besides the digest's figures."""
        figures = _chosen(setting, self.volume, self.rate) or ()
        lost = [_called_back(figure) for figure in figures if figure.spec.metric == _LOST]
        return [*(setting.parts_asked(figure) for figure in figures), *lost]

    def build(self, setting: Setting) -> Panels | None:
        """Return the picture as plain data, or None if there is nothing to show."""
        both = _pair(setting, self.volume, self.rate)
        if both is None:
            return None
        localizer = setting.localizer
        about = localizer(self.said.about, dates=setting.dates)
        titles = wording.titles(
            _headline(setting, both, self.said),
            f"{both.line}: {about}" if both.line else capital(about),
            _footnote(setting, both, *_back(setting, both)),
            _spoken(setting, both, self.said),
        )
        volumes, rates = drawn(setting, both.volume, both.rate)
        text = printer(localizer, both.volume.metric, volumes)
        rate = self.panel(
            localizer(self.said.rate),
            points(both.rate.metric, rates, printer(localizer, both.rate.metric, rates)),
            limit(setting, both.rate),
            reason(setting, both.rate),
        )
        unit = timeline.per(setting, thousands=text.thousands)
        volume = Columns(localizer(self.said.volume, unit=unit), points(both.volume.metric, volumes, text))
        slots = timeline.drawn_slots(setting, volumes)
        return Panels(titles, wording.chart_labels(localizer), slots, (rate, volume))


CALLS = LoadPicture(
    "calls",
    _LOST,
    Pins,
    Sentences(
        about=N_("inbound calls and the share of lost ones (LCR), {dates}"),
        rate=N_("LCR, %"),
        volume=N_("Inbound calls, {unit}"),
        planned=N_("calls at {share} of plan"),
        unplanned=N_("{value} calls"),
        no_plan=N_("lost {lost}"),
        missed=N_("lost {lost}, over the limit of {limit}"),
        met=N_("lost {lost} with a limit of {limit}"),
        unjudged=N_("lost {lost} with a limit of {limit}"),
        worst=N_("The largest share was lost {when}: {value}"),
        met_over_plan=N_("but lost only {lost}"),
        nothing=N_("not one was lost"),
        nothing_at_all=N_("Not one was lost"),
    ),
)
CHATS = LoadPicture(
    "chats",
    "chat_aht",
    Trend,
    Sentences(
        about=N_("inbound chats and their handling time (AHT), {dates}"),
        rate=N_("AHT, seconds"),
        volume=N_("Inbound chats, {unit}"),
        planned=N_("chats at {share} of plan"),
        unplanned=N_("{value} chats"),
        no_plan=N_("AHT {fact}"),
        missed=N_("AHT over plan: {fact} against {plan}"),
        met=N_("AHT within plan: {fact} against {plan}"),
        unjudged=N_("AHT {fact} with a plan of {plan}"),
        worst=N_("The longest was {when}: {value}"),
    ),
)


def _chosen(setting: Setting, volume: str, rate: str) -> tuple[Figure, Figure] | None:
    """The first line that has figures of both, with data."""
    rates = {figure.spec.line: figure for figure in reversed(setting.of(rate)) if known(figure)}
    for figure in setting.of(volume):
        if known(figure) and figure.spec.line in rates:
            return figure, rates[figure.spec.line]
    return None


def _pair(setting: Setting, volume: str, rate: str) -> VolumeAndRate | None:
    figures = _chosen(setting, volume, rate)
    if figures is None:
        return None
    both = setting.in_parts(figures[0]), setting.in_parts(figures[1])
    return VolumeAndRate(*both, setting.line_title(figures[0]), figures)


def limit(setting: Setting, answer: Answer) -> Amount | None:
    """The ceiling of a rate: a limit, or a plan."""
    if answer.plan is None:
        return None
    name = N_("limit {plan}") if answer.metric.bound else N_("plan {plan}")
    return Amount(
        answer.plan, setting.localizer(name, plan=wording.plan(setting.localizer, answer.metric, answer.plan))
    )


def _footnote(setting: Setting, both: VolumeAndRate, *parts: str) -> str:
    """The totals, with what the frames are."""
    localizer, volume = setting.localizer, both.volume
    assert volume.fact.value is not None
    total = wording.value(localizer, volume.metric, volume.fact.value)
    told = localizer(N_("Total {total}"), total=total)
    if volume.plan is not None:
        plan = wording.plan(localizer, volume.metric, volume.plan)
        told = localizer(N_("Total {total}, plan (frame) {plan}"), total=total, plan=plan)
    elif both.figures[0].spec.plan:
        told = f"{told}, {localizer(N_('no plan'))}"
    _, rates = drawn(setting, both.volume, both.rate)
    few = few_said(localizer, setting.calculator.centre, rates)
    if both.rate.few and both.rate.plan is not None:
        few = localizer(N_("Not judged: {cases}"), cases=cases_said(localizer, both.rate.fact))
    spread = usual_said(localizer, both.rate.metric, rates)
    return wording.sentences(
        told, *parts, spread, few, wording.data_as_of(localizer, setting.as_of(both.volume, both.rate))
    )


def _volume_said(setting: Setting, both: VolumeAndRate, said: Sentences) -> str:
    """«Продажи: звонков 112 % плана», or how many they were; with the time, while the period goes on."""
    localizer, volume = setting.localizer, both.volume
    assert volume.fact.value is not None
    if volume.execution is not None:
        text = localizer(said.planned, share=setting.percent(volume.execution))
    else:
        text = localizer(said.unplanned, value=wording.value(localizer, volume.metric, volume.fact.value))
    at = wording.until(localizer, setting.period, setting.as_of(both.volume, both.rate))
    text = f"{text} {at}" if at else text
    return f"{both.line}: {text}" if both.line else capital(text)


def _spoken(setting: Setting, both: VolumeAndRate, said: Sentences) -> list[str]:
    """Totals, and the worst day of the rate, or that there was nothing bad at all."""
    localizer, volume, rate = setting.localizer, both.volume, both.rate
    assert volume.fact.value is not None
    total = wording.value(localizer, volume.metric, volume.fact.value)
    made = [localizer(N_("Total {total}"), total=total)]
    if volume.plan is not None:
        plan = wording.plan(localizer, volume.metric, volume.plan)
        made = [localizer(N_("Total {total} against a plan of {plan}"), total=total, plan=plan)]
    _, parts = drawn(setting, volume, rate)
    facts = timeline.comparable(rate.metric, setting.by, parts, setting.span.timezone)
    most = highest(facts)
    if said.nothing_at_all and not rate.fact.numerator:
        made.append(localizer(said.nothing_at_all))
    elif most:
        among = sum(fact is not None for fact in facts)
        when = timeline.parts_when(localizer, setting.by, parts, most, among, setting.span)
        value = wording.value(localizer, rate.metric, facts[most[0]] or 0.0)
        made.append(localizer(said.worst, value=value, when=when))
    return made


def _headline(setting: Setting, both: VolumeAndRate, said: Sentences) -> str:
    localizer, rate = setting.localizer, both.rate
    first = _volume_said(setting, both, said)
    if said.nothing and not rate.fact.numerator:
        return f"{first},\n{localizer(said.nothing)}"
    fact = wording.fact(localizer, rate)
    plan = wording.plan(localizer, rate.metric, rate.plan) if rate.plan is not None else ""
    return f"{first},\n{localizer(_verdict(both, said), fact=fact, lost=fact, plan=plan, limit=plan)}"


def _verdict(both: VolumeAndRate, said: Sentences) -> str:
    """What the headline says of the rate."""
    rate, execution = both.rate, both.volume.execution
    if rate.plan is None:
        return said.no_plan
    if rate.verdict is Verdict.MET and execution is not None and execution > 100 and said.met_over_plan:
        return said.met_over_plan
    return {Verdict.MISSED: said.missed, Verdict.MET: said.met}.get(rate.verdict, said.unjudged)


def _back(setting: Setting, both: VolumeAndRate) -> list[str]:
    """That all clients whose calls were lost were called back, where that is so."""
    lost = both.figures[1]
    if lost.spec.metric != _LOST:
        return []
    back = setting.answers[_called_back(lost)].fact
    return [setting.localizer(N_("All clients were called back"))] if back.numerator and back.value == 100 else []


def _called_back(lost: Figure) -> Question:
    asked = lost.answer.question
    return Question("called_back", asked.period, asked.line)
