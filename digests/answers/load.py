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
from digests.load.reading import LoadRequest
from digests.load.remarks import remarks
from digests.load.supposed import before_and_after, changes_said, rests_on, told
from digests.load.tables import summary
from digests.load.what_if import WhatIf, what_if
from digests.load.wording import at, rounded
from digests.localizer import Localizer
from digests.numbers import capital
from digests.request import ReportRequest, Request, Shape, Verb, When, command
from metrics.answers import exact
from metrics.load import CALL, CHAT, ENTRIES
from metrics.periods import Period
from warehouse.messages import N_, Message, UserError


def reply(view: View, asked: LoadRequest) -> Document:
    """Return an answer. Raises UserError for what cannot be asked, or not by them."""
    asked = of_line(view, asked)
    title = view.localizer(N_("Load and people"))
    blocks = tuple(_supposed(view, asked) if asked.changes else _planned(view, asked))
    return Document(title, blocks, view.localizer.language)


def of_line(view: View, asked: LoadRequest) -> LoadRequest:
    """Return what is asked, of a line that may be seen: where there is but one, of that. Raises UserError."""
    metric = view.metric(ENTRIES[asked.channel])
    if asked.line is not None:
        view.check_lines((asked.line,))
        members = {asked.line, *view.calculator.centre.members(asked.line)}
        chats = view.calculator.catalogue.get(ENTRIES[CHAT])
        if (
            asked.channel == CALL
            and not members & {*view.lines_of(metric)}
            and members & {*view.calculator.coverage.lines_of(chats)}
        ):  # whoever asks about a line of chats alone means its chats
            return of_line(view, replace(asked, channel=CHAT, words=f"{asked.words} chats"))
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
    if plan.desk is not None:
        if isinstance(plan.desk, Message):
            raise UserError("The back office cannot be planned: {reason}.", reason=plan.desk)
        yield Headline(" ".join(map(localizer.say, summary(plan))))
        yield from filter(None, [attempt("load-forecast", partial(_forecast, view, plan), None)])
        yield _next_of_plan(view, asked, plan)
        return
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

    return render(view.localizer, "load-week", week(view.session, plan, plan.worst)) if plan.worst else None


def _forecast(view: View, plan: LoadPlan) -> Picture | None:
    from digests.pictures.load_forecast import forecast  # charts are not worth loading for a text
    from digests.pictures.setting import render

    return render(view.localizer, "load-forecast", forecast(view.session, plan, plan.shown)) if plan.shown else None


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

    return render(view.localizer, "load-whatif", supposed(view.session, found))


def _rows(localizer: Localizer, found: WhatIf) -> Iterator[tuple[str, str, str]]:
    """What the days are in numbers, before and after."""

    def number(value: float | None, decimals: int) -> str:
        return numbers.plain(localizer, exact(rounded(value, decimals)), decimals) if value is not None else "—"

    for each in before_and_after(found):
        yield localizer(each.title), number(each.before, each.decimals), number(each.after, each.decimals)


def _next_of_plan(view: View, asked: LoadRequest, plan: LoadPlan) -> Actions:
    localizer = view.localizer
    of_line = asked.line or (plan.worst.line if plan.worst and len(plan.lines) == 1 else None)
    actions = []
    if of_line is not None:
        day = asked.period.first_day
        said = f"{of_line} {day}"
        if asked.channel == CHAT:
            said = f"{said} chats"
        if announced := next((each.announced for each in plan.lines if each.announced), None):
            count = int(rounded(announced.clients))
            label = localizer(N_("What if +{n} clients?"), n=float(count))
            of_day = said.replace(str(day), str(announced.day))
            actions.append(Action(label, f"load {of_day} clients +{count}"))
        more = N_("What if +20% chats?") if asked.channel == CHAT else N_("What if +20% calls?")
        actions.append(Action(localizer(more), f"load {said} calls +20%"))
        actions.append(Action(localizer(N_("What if 2 people fewer?")), f"load {said} people -2"))
    else:
        known = [line for line in plan.lines if line.line][:3]
        actions += [Action(plan.titles[line.line or ""], f"load {line.line} {asked.words}") for line in known]
    return Actions((*actions, *_reports(view, asked, of_line)))


def _reports(view: View, asked: LoadRequest, line: str | None) -> Iterator[Action]:
    """The report of the same days, on a page and as a workbook."""
    localizer = view.localizer
    when = When(f"{asked.period.first_day}..{asked.period.last_day}", asked.period)
    channel = (("channel", asked.channel),) if asked.channel != CALL else ()
    report = ReportRequest("load", line, chosen=channel)
    for label, each in ((N_("The whole report"), report), (N_("Excel"), replace(report, shape=Shape.XLSX))):
        yield Action(localizer(label), command(Request(Verb.REPORT, when=when, report=each)))


def _next_of_what_if(view: View, asked: LoadRequest, found: WhatIf) -> Actions:
    localizer = view.localizer
    line = found.load.stream.line
    plain_words = f"{line} {asked.period.first_day}..{asked.period.last_day}" if line else asked.words
    if line and asked.channel == CHAT:
        plain_words = f"{plain_words} chats"
    actions = [Action(localizer(N_("Without it")), f"load {plain_words}")]
    runs = found.worst.after.remedy
    if runs and asked.window is None and not asked.changes_of("people"):
        worst = max(runs, key=lambda run: (run.people, run.hours))
        window = f"{at(worst.start)}-{at(worst.end)}"
        label = localizer(N_("+{n} from {first} to {end}?"), n=worst.people, first=at(worst.start), end=at(worst.end))
        actions.append(Action(label, f"load {asked.words} {window} people +{worst.people}"))
    if found.joins.tell and not asked.once:
        actions.append(Action(localizer(N_("As often as the others")), f"load {asked.words} x1"))
    return Actions((*actions, *_reports(view, asked, line)))
