"""A question in its reader's words: how it was understood, what changed in it, what a button asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.chat.questions.vocabulary import LINE, Name, Vocabulary
from digests.figures import value_title
from digests.localizer import Localizer
from digests.numbers import capital
from digests.request import End, Request, Selection, Shape, Verb, Versus, When
from metrics.dimensions import DIMENSIONS, by_said
from metrics.periods import to_local
from warehouse.messages import N_

_VERBS: Mapping[Verb, str] = {
    Verb.WHY: N_("why"),
    Verb.EXPLAIN: N_("what it is"),
    Verb.OVERVIEW: N_("overview"),
    Verb.BRIEF: N_("morning brief"),
    Verb.PLAN: N_("plan"),
    Verb.PACE: N_("pace"),
    Verb.DIGEST: N_("digest"),
    Verb.RATING: N_("rating"),
    Verb.REPORT: N_("report"),
    Verb.METRICS: N_("all metrics"),
    Verb.LINES: N_("all lines"),
    Verb.STATUS: N_("how fresh the data are"),
    Verb.HELP: N_("help"),
    Verb.START: N_("help"),
}
_VERSUS: Mapping[Versus, str] = {
    Versus.PLAN: N_("against the plan"),
    Versus.DAY: N_("against the day before"),
    Versus.WEEK: N_("against a week before"),
    Versus.MONTH: N_("against a month before"),
    Versus.YEAR: N_("against a year before"),
}
_ENDS: Mapping[End | None, str] = {
    None: N_("top {n}"),
    End.WORST: N_("the worst {n}"),
    End.BEST: N_("the best {n}"),
    End.MOST: N_("the {n} with the most"),
    End.LEAST: N_("the {n} with the least"),
}
_SHAPES: Mapping[Shape, str] = {
    Shape.TEXT: N_("as text"),
    Shape.CHART: N_("as a picture"),
    Shape.XLSX: N_("in Excel"),
}

_RELATIVE: Mapping[str, str] = {
    "today": N_("today"),
    "yesterday": N_("yesterday"),
    "day before yesterday": N_("the day before yesterday"),
    "week": N_("this week"),
    "last week": N_("last week"),
    "month": N_("this month"),
    "last month": N_("last month"),
    "quarter": N_("this quarter"),
    "last quarter": N_("last quarter"),
    "year": N_("this year"),
    "last year": N_("last year"),
    "wtd": N_("the week to date"),
    "mtd": N_("the month to date"),
    "qtd": N_("the quarter to date"),
    "ytd": N_("the year to date"),
}
_HOURS = re.compile(r" \d\d:\d\d-\d\d:\d\d$")
_ABSENT: Mapping[str, str] = {
    "line": N_("all lines"),
    "value": N_("without a filter"),
    "by": N_("as a whole"),
    "verb": N_("the figure itself"),
}
"""What is said where an aspect is not there any more; of the others nothing."""
_SAID_ALONE = ("verb", "top", "shape")
"""Of these it is said what they are now, and not in whose place."""


@dataclass(frozen=True)
class Wording:
    """Says questions to a reader; `vocabulary` is that of who asked, who learns no name from it that is not theirs."""

    vocabulary: Vocabulary
    localizer: Localizer
    relative: bool = False
    """Whether "last week" is said so, and not by its dates: of what is answered on other days too."""

    def question(self, request: Request) -> str:
        """Return «Service level, Inhouse, вчера, по часам»."""
        return ", ".join(filter(None, self._aspects(request).values()))

    def button(self, request: Request) -> str:
        """Return the same with a capital, as it stands on a button."""
        return capital(self.question(request))

    def changes(self, earlier: Request, later: Request) -> str:
        """Return what is otherwise in a later question: «вчера вместо сегодня»."""
        was, now = self._aspects(earlier), self._aspects(later)
        found = [self._change(aspect, was.get(aspect, ""), now.get(aspect, "")) for aspect in {**was, **now}]
        return "; ".join(filter(None, found))

    def _change(self, aspect: str, was: str, now: str) -> str:
        say = self.localizer
        if was == now:
            return ""
        if not now and aspect in _ABSENT:
            now = say(_ABSENT[aspect])
        if not now or aspect in _SAID_ALONE or not was:
            return now
        return say(N_("{new} instead of {old}"), new=now, old=was)

    def _aspects(self, request: Request) -> dict[str, str]:
        """Return what a question says of each of its aspects, in the order in which it is read."""
        selection, overview, report, rating = request.selection, request.overview, request.report, request.rating
        lines = selection.lines if selection else overview.lines if overview else ()
        filters = selection.filters if selection else ()
        if report:
            filters = (*report.filters, *(each for each in report.chosen if each[0] in DIMENSIONS))
        when = selection.when if selection else overview.when if overview else request.when
        versus = selection.versus if selection else overview.versus if overview else None
        shape = selection.shape if selection else overview.shape if overview else report.shape if report else Shape.AUTO
        if report and report.line:
            lines = (report.line,)
        return {
            "verb": "" if request.verb is Verb.FIGURE else self.localizer(_VERBS[request.verb]),
            "metric": self._metrics(selection.metrics) if selection else "",
            "report": self._report(report.key) if report else (rating.contest or "") if rating else "",
            "line": ", ".join(self._called(Name(LINE, line)) for line in lines),
            "value": ", ".join(self._called(Name(of, value)) for of, value in filters),
            "when": self.when(when) if when and request.verb is not Verb.EXPLAIN else "",
            "by": self.localizer.say(by_said(selection.by)) if selection and selection.by else "",
            "top": self._top(selection) if selection and selection.top is not None else "",
            "versus": self._versus(versus),
            "shape": self.localizer(_SHAPES[shape]) if shape is not Shape.AUTO else "",
        }

    def when(self, when: When) -> str:
        """Return a period as one says it in passing: «вчера», «1–15 июня», «май», «сегодня, 11:00–13:00»."""
        said, period = self._days(when), when.period
        if period.whole_days:
            return said
        start, end = (to_local(each, period.timezone) for each in (period.start, period.end))
        until = end.strftime("%H:%M").replace("00:00", "24:00")
        return self.localizer(N_("{dates}, {start}–{end}"), dates=said, start=start.strftime("%H:%M"), end=until)

    def _days(self, when: When) -> str:
        say, period, today = self.localizer, when.period, self.localizer.today
        if self.relative and (said := _RELATIVE.get(_HOURS.sub("", when.words))):
            return say(said)
        first, last = period.first_day, period.last_day
        if first == last and today is not None:
            if first == today:
                return say(N_("today"))
            if first == today - timedelta(days=1):
                return say(N_("yesterday"))
        if first.day == 1 and (last + timedelta(days=1)).day == 1:
            if (first.year, first.month) == (last.year, last.month):
                return say.month(first)
            if (first.month, last.month) == (1, 12) and first.year == last.year:
                return say(N_("the year {year}"), year=str(first.year))
        return say.days(period)

    def _metrics(self, keys: tuple[str, ...]) -> str:
        return ", ".join(self.localizer(self.vocabulary.catalogue.get(key).title) for key in keys)

    def _called(self, name: Name) -> str:
        called = self.vocabulary.called_in(self.localizer.language, name)
        return value_title(self.localizer, name.of, name.key) if called == name.key else called

    def _top(self, selection: Selection) -> str:
        return self.localizer(_ENDS[selection.end], n=selection.top)

    def _versus(self, versus: Versus | When | None) -> str:
        if isinstance(versus, When):
            return self.localizer(N_("against {dates}"), dates=self.when(versus))
        return self.localizer(_VERSUS[versus]) if versus else ""

    def _report(self, key: str) -> str:
        said = [name for name, of in self.vocabulary.reports.meanings.items() if of == key]
        return next((name for name in said if name != key), key)


def settled(request: Request, days: bool) -> Request:
    """Return a question with its relative periods as dates, if `days` have passed since it was asked."""
    if not days:
        return request
    selection, overview = request.selection, request.overview
    if selection:
        versus = selection.versus
        changed = replace(selection, when=_dated(selection.when))
        if isinstance(versus, When):
            changed = replace(changed, versus=_dated(versus))
        return replace(request, selection=changed)
    if overview:
        return replace(request, overview=replace(overview, when=_dated(overview.when)))
    return replace(request, when=_dated(request.when)) if request.when else request


def _dated(when: When) -> When:
    """The same period in words that mean it on any day."""
    period = when.period
    first, last = period.first_day.isoformat(), period.last_day.isoformat()
    words = first if first == last else f"{first}..{last}"
    if not period.whole_days and first == last:
        start, end = (to_local(each, period.timezone).strftime("%H:%M") for each in (period.start, period.end))
        words = f"{words} {start}-{end.replace('00:00', '24:00')}"
    return When(words, period)
