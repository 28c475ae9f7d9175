"""An answer about load: the plan of a line's days, or what becomes of them if something changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from digests import numbers
from digests.answers.view import View
from digests.document import Action, Actions, Block, Document, Heading, Headline, Note, Paragraph, Picture, Table, plain
from digests.figures import line_title
from digests.images import attempt
from digests.load.plan import LoadPlan, load_plan
from digests.load.remarks import remarks
from digests.load.supposed import changes_said, rests_on, told
from digests.load.tables import summary
from digests.load.what_if import LoadRequest, WhatIf, what_if
from digests.load.wording import at, rounded
from digests.localizer import Localizer
from digests.pictures.wording import capital
from digests.request import ReportRequest, Request, Shape, Verb, When, command
from metrics.answers import exact
from metrics.load.counts import CALL, ENTRIES
from metrics.load.queue import together
from metrics.periods import Period
from warehouse.messages import N_, UserError


def reply(view: View, asked: LoadRequest) -> Document:
    """Return an answer. Raises UserError for what cannot be asked, or not by them."""
    asked = _of_line(view, asked)
    title = view.localizer(N_("Load and people"))
    blocks = tuple(_supposed(view, asked) if asked.changes else _planned(view, asked))
    return Document(title, blocks, view.localizer.language)


def _of_line(view: View, asked: LoadRequest) -> LoadRequest:
    """What is asked, of a line that may be seen: where there is but one, of that."""
    metric = view.metric(ENTRIES[asked.channel])
    if asked.line is not None:
        view.check_lines((asked.line,))
        return asked
    seen = view.lines_of(metric)
    if len(seen) == 1:
        return replace(asked, line=seen[0], words=f"{seen[0]} {asked.words}")
    if view.has_lines(metric) and not view.sees_whole(metric):
        raise view.refuse_whole()
    return asked


def _planned(view: View, asked: LoadRequest) -> Iterator[Block]:
    localizer = view.localizer
    plan = load_plan(view.calculator, asked.channel, asked.line, asked.period, None)
    yield Heading(_heading(view, asked.line, asked.period), 1)
    line = plan.worst
    if line is None:
        problem = next((each.problem for each in plan.lines if each.problem), None)
        raise UserError("There is no forecast: {reason}.", reason=problem or N_("no data"))
    if len(plan.lines) > 1 and line.line:
        yield Paragraph(
            plain(
                localizer(
                    N_("Of {n} lines, the one to look at first: {line}."),
                    n=len(plan.lines),
                    line=plan.titles[line.line],
                )
            )
        )
    yield Headline(" ".join(map(localizer.say, summary(plan))))
    if said := [localizer.say(each) for each in remarks(plan, line)]:
        yield Note(" ".join(said))
    yield from filter(None, [attempt("load-week", partial(_week, view, plan), None)])
    yield _next_of_plan(view, asked, plan)


def _week(view: View, plan: LoadPlan) -> Picture | None:
    from digests.pictures.load_week import week  # charts are not worth loading for a text
    from digests.pictures.setting import render

    return render("load-week", week(view.session, plan, plan.worst)) if plan.worst else None


def _heading(view: View, line: str | None, period: Period) -> str:
    localizer = view.localizer
    about = line_title(view.calculator, line) if line else None
    dates = localizer.days(period)
    if period.first_day == period.last_day:
        dates = f"{localizer.weekday(period.first_day)}, {dates}"
    return ", ".join(filter(None, (localizer(N_("Load and people")), about, dates)))


def _supposed(view: View, asked: LoadRequest) -> Iterator[Block]:
    localizer = view.localizer
    found = what_if(view.calculator, asked)
    yield Heading(_heading(view, found.load.stream.line, asked.period), 1)
    said = " ".join(map(localizer.say, told(found)))
    yield Headline(f"{capital(changes_said(localizer, found))}: {said}")
    yield Table(
        (localizer(N_("Of the days asked for")), localizer(N_("before")), localizer(N_("after"))),
        tuple(_rows(localizer, found)),
    )
    yield Note(localizer.say(rests_on(found)))
    yield from filter(None, [attempt("load-whatif", partial(_picture, view, found), None)])
    yield _next_of_what_if(view, asked, found)


def _picture(view: View, found: WhatIf) -> Picture | None:
    from digests.pictures.load_whatif import supposed  # charts are not worth loading for a text
    from digests.pictures.setting import render

    return render("load-whatif", supposed(view.session, found))


def _rows(localizer: Localizer, found: WhatIf) -> Iterator[tuple[str, str, str]]:
    """What a day is in numbers, before and after; several days are added up, their shares are of the sums."""

    def number(value: float, decimals: int = 0) -> str:
        return numbers.plain(localizer, exact(rounded(value, decimals)), decimals) if value == value else "—"

    before, after = [day.before for day in found.days], [day.after for day in found.days]
    of_channel = N_("Calls") if found.asked.channel == CALL else N_("Contacts")
    came = number(found.contacts(after=False)), number(found.contacts(after=True))
    yield localizer(of_channel), *came
    needed = number(sum(each.need.hours for each in before), 1), number(sum(each.need.hours for each in after), 1)
    yield localizer(N_("Hours needed")), *needed
    queues = [[each.queue for each in days if each.queue] for days in (before, after)]
    if not all(len(of) == len(found.days) for of in queues):
        return
    lacking = number(found.short_hours(after=False), 1), number(found.short_hours(after=True), 1)
    yield localizer(N_("Hours short")), *lacking
    earlier, later = (together(of) for of in queues)
    yield localizer(N_("SL, %")), number(100 * earlier.level), number(100 * later.level)
    yield localizer(N_("Mean wait, s")), number(earlier.wait_s), number(later.wait_s)
    yield localizer(N_("Occupancy, %")), number(100 * earlier.occupancy), number(100 * later.occupancy)
    if later.losses > 0:
        yield localizer(N_("Hang up, %")), number(100 * earlier.losses), number(100 * later.losses)


def _next_of_plan(view: View, asked: LoadRequest, plan: LoadPlan) -> Actions:
    localizer = view.localizer
    of_line = asked.line or (plan.worst.line if plan.worst and len(plan.lines) == 1 else None)
    actions = []
    if of_line is not None:
        day = asked.period.first_day
        said = f"{of_line} {day}"
        actions.append(Action(localizer(N_("What if +20% calls?")), f"load {said} calls +20%"))
        actions.append(Action(localizer(N_("What if 2 people fewer?")), f"load {said} people -2"))
    else:
        known = [line for line in plan.lines if line.line][:3]
        actions += [Action(plan.titles[line.line or ""], f"load {line.line} {asked.words}") for line in known]
    dates = f"{asked.period.first_day}..{asked.period.last_day}"
    report = ReportRequest("load", of_line)
    when = When(dates, asked.period)
    actions.append(Action(localizer(N_("In full")), command(Request(Verb.REPORT, when=when, report=report))))
    workbook = ReportRequest("load", of_line, shape=Shape.XLSX)
    actions.append(Action(localizer(N_("Excel")), command(Request(Verb.REPORT, when=when, report=workbook))))
    return Actions(tuple(actions))


def _next_of_what_if(view: View, asked: LoadRequest, found: WhatIf) -> Actions:
    localizer = view.localizer
    line = found.load.stream.line
    plain_words = f"{line} {asked.period.first_day}..{asked.period.last_day}" if line else asked.words
    actions = [Action(localizer(N_("Without it")), f"load {plain_words}")]
    runs = found.worst.after.remedy
    if runs and asked.window is None and not asked.changes_of("people"):
        worst = max(runs, key=lambda run: (run.people, run.hours))
        window = f"{at(worst.start)}-{at(worst.end)}"
        label = localizer(N_("+{n} from {first} to {end}?"), n=worst.people, first=at(worst.start), end=at(worst.end))
        actions.append(Action(label, f"load {asked.words} {window} people +{worst.people}"))
    if found.joins.tell and not asked.once:
        actions.append(Action(localizer(N_("As often as the others")), f"load {asked.words} x1"))
    return Actions(tuple(actions))
