"""Help: what can be said, with examples that have answers here, for who asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from digests.answers.evaluate import AnswerSet, evaluate
from digests.answers.view import View, day_of
from digests.document import Action, Actions, Block, Bullets, Heading, Item, Note, Paragraph, Span, plain
from digests.request import Request, Selection, Verb, Versus, When, command, quoted
from metrics.answers import worst_first
from metrics.coverage import divisible
from metrics.dimensions import TIME_PARTS, by_said
from metrics.model import Better, Metric, Unit
from metrics.periods import Period, days, half_month, month_end, to_local
from metrics.relations import RELATIONS
from metrics.why import Why
from warehouse.messages import N_, UserError

_FIRST = ("sl", "lcr", "aht", "calls", "chats", "leads", "target_in", "bot_calls", "desk_routed")
"""What people ask for most, from which examples are chosen."""
_TRIED = 4
"""So many metrics are tried for an example of a kind; what none of them answers is not shown."""
_FILLED = {"agent": "agent_id", "topic": "topic"}
"""The columns without which nothing can be broken down by a dimension."""
_BOUNDS = {Unit.PERCENT: "80%", Unit.SECONDS: "300 s", Unit.COUNT: "100"}


@dataclass(frozen=True)
class _Example:
    """What to type without a slash, what comes, and the request that it is."""

    text: str
    about: str
    request: Request

    @property
    def item(self) -> Item:
        return Item((Span(f"/{self.text}", code=True), *plain(f" \N{EM DASH} {self.about}")))

    @property
    def action(self) -> Action:
        return Action(f"/{self.text}", command(self.request))


def start(view: View) -> Iterator[Block]:
    """A greeting, one thing to try, and where to read on."""
    localizer = view.localizer
    yield Heading(localizer(N_("Svodka: the contact centre's numbers, in this chat")), 1)
    yield Paragraph(plain(localizer(N_("Type what you want to know: a metric, a line, a period. The order is free."))))
    found = _examples(view)[:3]
    if found:
        yield Bullets(tuple(example.item for example in found))
    yield Paragraph(plain(localizer(N_("/help tells the rest, /metrics and /lines what there is."))))
    yield Actions(tuple(example.action for example in found))


def help_(view: View) -> Iterator[Block]:
    """The language by examples, then its words."""
    localizer = view.localizer
    yield Heading(localizer(N_("How to ask")), 1)
    form = N_("/metric, line, period, breakdown, comparison: in any order after the metric, in Russian or in English.")
    yield Paragraph(plain(localizer(form)))
    found = _examples(view)
    if found:
        yield Bullets(tuple(example.item for example in found))
    else:
        yield Paragraph(plain(localizer(N_("There are no records yet: nothing can be asked so far."))))
    yield Heading(localizer(N_("Words")), 2)
    yield Bullets(
        tuple(Item((Span(f"{name}: ", strong=True), *plain(text))) for name, text in _words_of_questions(view))
    )
    yield Heading(localizer(N_("Commands")), 2)
    yield Bullets(
        tuple(Item((Span(name, code=True), *plain(f" \N{EM DASH} {text}"))) for name, text in _commands(view, found))
    )
    yield Note(localizer(N_("A metric alone shows today: all lines against their plans.")))
    yield Actions(tuple(example.action for example in found[:4]))


def _words_of_questions(view: View) -> Iterator[tuple[str, str]]:
    """The words of a question, by what they say."""
    localizer, known = view.localizer, _known(view)
    last = _day(view, known[0])[0].period.first_day if known else day_of(view).first_day
    dates = localizer.dates(half_month(last.replace(day=1), view.calculator.centre.timezone))
    period = N_("today, yesterday, week, last week, month, qtd, ytd, {dates}, last 14 days")
    yield localizer(N_("Period")), localizer(period, dates=dates)
    yield localizer(N_("Time of day")), "11:00-13:00"
    ways = ", ".join(localizer.say(by_said(by)) for by in (*TIME_PARTS, *_dimensions(view, known)))
    yield localizer(N_("Breakdown")), localizer(N_("{ways}; top 5"), ways=ways)
    yield localizer(N_("Comparison")), localizer(N_("vs yesterday, vs last week, vs last month, vs last year, vs plan"))
    yield localizer(N_("Form")), localizer(N_("text, chart, xlsx"))


def _dimensions(view: View, known: Sequence[Metric]) -> Iterator[str]:
    """What can be broken down by besides time: what the records have of it."""
    if any(view.lines_of(metric) for metric in known):
        yield "line"
    for dimension, column in _FILLED.items():
        having = [metric for metric in known if dimension in view.calculator.catalogue.dimensions(metric)]
        leaves = [leaf for metric in having for leaf in view.calculator.catalogue.leaves(metric)]
        if any(column in view.calculator.records.filled(RELATIONS[leaf.relation].tables[0]) for leaf in leaves):
            yield dimension


def _commands(view: View, found: Sequence[_Example]) -> Iterator[tuple[str, str]]:
    """The commands that are open to who asks, with what they do."""
    localizer = view.localizer
    if view.lines is None and view.metrics is None:
        yield "/digest", localizer(N_("the latest digest"))
    if view.subscribes and (figure := next(_one_figure(view, found), None)):
        asked, bound = figure
        again = N_("an answer on a schedule: {example}; /subscriptions lists them")
        yield "/subscribe", localizer(again, example=f"/subscribe {asked} daily 09:30")
        beyond = N_("a message when a figure is out of bounds: {example}; /alerts lists them")
        yield "/alert", localizer(beyond, example=f"/alert {asked} {bound} for 30m")
    if view.incidents:
        incident = N_("an incident minute by minute, together: {example}; /incident lists them")
        yield "/incident start", localizer(incident, example="/incident start 13:02 …")
    yield "/metrics", localizer(N_("what can be asked for"))
    yield "/lines", localizer(N_("the lines and their names"))
    yield "/status", localizer(N_("how fresh the records are"))


def _one_figure(view: View, found: Sequence[_Example]) -> Iterator[tuple[str, str]]:
    """The figures among the examples that are one number, with a bound that each might be watched for."""
    for example in found:
        selection = example.request.selection
        metric = view.calculator.catalogue.get(selection.metric) if selection else None
        if metric is None or selection is None or metric.unit not in _BOUNDS or selection.when.words != "today":
            continue  # what ended long ago is not waited for
        if len(selection.lines) == 1 or (view.lines is None and not view.lines_of(metric)):
            named = " ".join((metric.key, *map(quoted, selection.lines)))
            bound = "5%" if metric.bound and metric.unit is Unit.PERCENT else _BOUNDS[metric.unit]
            yield named, f"{'<' if metric.better is Better.FLOOR else '>'} {bound}"


def _known(view: View) -> list[Metric]:
    """The metrics that have answers here for who asks, the most asked for first."""
    known = {
        metric.key: metric
        for metric in view.calculator.catalogue
        if view.answers(metric) and view.calculator.coverage.knows(metric)
    }
    return [known[key] for key in _FIRST if key in known] + [known[key] for key in known if key not in _FIRST]


def _examples(view: View) -> list[_Example]:
    """Of each kind of question the first that has an answer: over what has records today, or had lately."""
    known = _known(view)
    if not known:
        return []
    # One metric is not enough to show: the second kinds begin with the next.
    turned = [*known[1:], known[0]]
    kinds = (
        _of_lines(view, known[:_TRIED]),
        _of_a_line(view, known[:_TRIED]),
        _by_hour(view, known[:_TRIED]),
        _compared(view, turned[:_TRIED]),
        _of_people(view, known),
        _why(view, known[:_TRIED]),
        _explained(view, known[:1]),
    )
    return [found for kind in kinds if (found := next(kind, None))]


def _of_lines(view: View, known: Sequence[Metric]) -> Iterator[_Example]:
    for metric in known:
        at, said = _day(view, metric)
        found = (
            _answer(view, Request(Verb.FIGURE, Selection(metric.key, at))) if len(view.lines_of(metric)) > 1 else None
        )
        if found:
            planned = any(result.figure.answer.plan is not None for result in found.results)
            about = N_("all lines against their plans") if planned else N_("all lines side by side")
            yield _example(view, found, f"{metric.key} {said}", about)


def _of_a_line(view: View, known: Sequence[Metric]) -> Iterator[_Example]:
    for metric in known:
        at, said = _day(view, metric)
        lines, named = _line(view, metric)
        if found := _answer(view, Request(Verb.FIGURE, Selection(metric.key, at, lines))):
            planned = found.results[0].figure.answer.plan is not None
            about = N_("one number, with its plan") if planned else N_("one number")
            yield _example(view, found, f"{metric.key} {named} {said}", about)


def _by_hour(view: View, known: Sequence[Metric]) -> Iterator[_Example]:
    for metric in known:
        at, said = _day(view, metric)
        lines, named = _line(view, metric)
        if found := _answer(view, Request(Verb.FIGURE, Selection(metric.key, at, lines, by="hour"))):
            yield _example(view, found, f"{metric.key} {named} {said} {_by(view, 'hour')}", N_("hour by hour"))


def _compared(view: View, known: Sequence[Metric]) -> Iterator[_Example]:
    for metric in known:
        at, said = _day(view, metric)
        lines, named = _line(view, metric)
        found = _answer(view, Request(Verb.FIGURE, Selection(metric.key, at, lines, versus=Versus.WEEK)))
        if found and all(result.reference and result.reference.fact.value is not None for result in found.results):
            text = f"{metric.key} {named} {said} {view.localizer(N_('vs last week'))}"
            yield _example(view, found, text, N_("against the same time a week ago"))


def _of_people(view: View, known: Sequence[Metric]) -> Iterator[_Example]:
    """A level first: who stands out in it is worth a look. Where a day has too few cases, the week or the month."""
    having = [metric for metric in known if "agent" in view.calculator.catalogue.dimensions(metric)]
    for metric in sorted(having, key=lambda metric: not worst_first(metric))[:_TRIED]:
        lines, named = _line(view, metric)
        for at, said in _spans(view, metric):
            found = _answer(view, Request(Verb.FIGURE, Selection(metric.key, at, lines, by="agent", top=5)))
            people = [point for point in found.results[0].figure.answer.points if point.segment] if found else []
            if found and found.results[0].ranked and len(people) > 1:
                yield _example(
                    view, found, f"{metric.key} {named} {said} {_by(view, 'agent')} top 5", N_("who stands out")
                )


def _why(view: View, known: Sequence[Metric]) -> Iterator[_Example]:
    for metric in known:
        if divisible(view.calculator.catalogue, metric) is not None:
            continue
        at, said = _day(view, metric)
        lines, named = _line(view, metric)
        usual = Versus.WEEK if metric.better is Better.NEUTRAL else Versus.PLAN
        for versus in dict.fromkeys((usual, Versus.WEEK)):
            found = _answer(view, Request(Verb.WHY, Selection(metric.key, at, lines, versus=versus)))
            if found and isinstance(found.why, Why) and len(found.why.parts) > 1:
                against = "" if versus is usual else view.localizer(N_("vs last week"))
                asked = replace(found, request=Request(Verb.WHY, Selection(metric.key, at, lines, versus=versus)))
                yield _example(view, asked, f"why {metric.key} {named} {said} {against}", N_("who made the difference"))


def _explained(view: View, known: Sequence[Metric]) -> Iterator[_Example]:
    for metric in known:
        if found := _answer(view, Request(Verb.EXPLAIN, Selection(metric.key, When("today", day_of(view))))):
            yield _example(view, found, f"explain {metric.key}", N_("what it is and where it comes from"))


def _answer(view: View, asked: Request) -> AnswerSet | None:
    """What comes of a request, where something does."""
    try:
        found = evaluate(view, asked)
    except UserError:
        return None
    known = any(result.figure.answer.fact.value is not None for result in found.results)
    return found if known or asked.verb is Verb.EXPLAIN else None


def _example(view: View, found: AnswerSet, text: str, about: str) -> _Example:
    return _Example(" ".join(text.split()), view.localizer(about), found.request)


def _by(view: View, dimension: str) -> str:
    return view.localizer.say(by_said(dimension))


def _line(view: View, metric: Metric) -> tuple[tuple[str, ...], str]:
    """A line to ask about and how it is written: one with a plan first, since it says more; none where it has none."""
    lines = view.lines_of(metric)
    planned = [line for line in lines if view.spec(metric, line).plan]
    return next((((line,), quoted(line)) for line in planned or lines), ((), ""))


def _spans(view: View, metric: Metric) -> Iterator[tuple[When, str]]:
    """The day of the examples, the seven days up to it, and its month."""
    at, said = _day(view, metric)
    yield at, said
    day, zone = at.period.first_day, at.period.timezone
    week, month = days(day - timedelta(days=6), day, zone), days(day.replace(day=1), month_end(day), zone)
    yield (
        (When("last 7 days", week), view.localizer(N_("last 7 days")))
        if at.words == "today"
        else (_when(week), _when(week).words)
    )
    yield _when(month), _when(month).words


def _day(view: View, metric: Metric) -> tuple[When, str]:
    """Today, or the last day that there are records of, with the words that ask for it."""
    today, known_to = day_of(view), view.calculator.coverage.as_of(metric)
    if known_to is None or known_to > today.start:
        return When("today", today), view.localizer(N_("today"))
    zone = today.timezone
    last = to_local(known_to - timedelta(microseconds=1), zone).date()
    return _when(days(last, last, zone)), last.isoformat()


def _when(period: Period) -> When:
    first, last = period.first_day.isoformat(), period.last_day.isoformat()
    return When(first if first == last else f"{first}..{last}", period)
