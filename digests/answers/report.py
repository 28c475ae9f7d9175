"""A report as it is asked for in a chat: the whole of it, or its workbook, of all lines or of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

from digests.answers.evaluate import narrowed
from digests.answers.view import View, scope_note
from digests.catalogue import REPORTS, analysis_of
from digests.compose import Report, make
from digests.document import Action, Actions, Attachment, Block, Heading, Paragraph, Picture, plain
from digests.model import ReportSpec, Slice, choose, short_form, usual_period
from digests.request import ReportRequest, Request, Shape, Verb, When, command
from metrics.periods import Period, last_half_month
from warehouse.messages import N_

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def blocks(view: View, request: Request) -> Iterator[Block]:
    """Yield a report; without a name, those there are. Raises UserError for what cannot or may not be asked."""
    asked = request.report
    if asked is None:
        yield from _listed(view)
        return
    spec = choose(view.reports[asked.key], dict(asked.chosen))
    period = request.when.period if request.when else usual_period(spec, view.calculator)
    line, filters = _line(view, asked, spec, period), narrowed(view, asked.filters)
    shown = short_form(spec) if asked.short and spec.short else spec
    if asked.shape is Shape.XLSX:
        made = make(view.session, spec, period, line=line, filters=filters, pictures=True)
        above = takewhile(lambda block: not (isinstance(block, Heading) and block.level > 1), made.document.blocks)
        yield from (block for block in above if not isinstance(block, Picture))
        yield _file(view, made, line)
    else:
        made = make(view.session, shown, period, line=line, filters=filters, pictures=asked.shape is not Shape.TEXT)
        yield from made.document.blocks
    yield from scope_note(view, map(view.metric, _metrics(view, spec, period)))
    own = REPORTS[spec.key].actions(view.session, made.result) if spec.key in REPORTS else ()
    yield Actions((*own, *_next(view, request, spec, line)))


def _listed(view: View) -> Iterator[Block]:
    localizer = view.localizer
    yield Heading(localizer(N_("Reports")), 1)
    for spec in view.reports.values():
        about = localizer(spec.question) if spec.question else ""
        yield Paragraph(plain(f"{localizer(spec.title)}: {about}" if about else localizer(spec.title)))
    yield Actions(
        tuple(
            Action(localizer(spec.title), command(Request(Verb.REPORT, report=ReportRequest(key))))
            for key, spec in view.reports.items()
        )
    )


def _line(view: View, asked: ReportRequest, spec: ReportSpec, period: Period) -> str | None:
    """The line that a report is asked of. Raises UserError for what is not open to who asks."""
    metrics = [view.metric(key) for key in sorted(_metrics(view, spec, period))]
    # A report of sales may say how many contacts there were at all.
    if asked.line is None and not (metrics and any(map(view.sees_whole, metrics))):
        raise view.refuse_whole()
    if asked.line is not None:
        view.check_lines((asked.line,))
    return asked.line


def _metrics(view: View, spec: ReportSpec, period: Period) -> set[str]:
    """The keys of all metrics that a report says anything of."""
    metrics = {figure.metric for figure in spec.figures} | {key for table in spec.tables for key in table.metrics}
    within = Slice(view.calculator, period, chosen=spec.chosen)
    return metrics | {question.metric for part in spec.analyses for question in analysis_of(part.key).questions(within)}


def _file(view: View, made: Report, line: str | None) -> Attachment:
    from digests.workbook import report_workbook  # not worth loading for a text

    spec, period = made.spec, made.period
    content = report_workbook(view.session, made.result, names=view.names, cover=made.document)
    dates = f"{period.first_day}" if period.first_day == period.last_day else f"{period.first_day}..{period.last_day}"
    name = "-".join(filter(None, (spec.key, line, dates)))
    return Attachment(f"{name}.xlsx", content, view.localizer(spec.title), _XLSX)


def _next(view: View, request: Request, spec: ReportSpec, line: str | None) -> Iterator[Action]:
    """What may be asked next: the workbook, the period before, one line."""
    asked = request.report or ReportRequest(spec.key)
    localizer = view.localizer
    if asked.short:
        yield Action(localizer(N_("The whole report")), command(replace(request, report=replace(asked, short=False))))
    if asked.shape is not Shape.XLSX:
        yield Action(localizer(N_("Excel")), command(replace(request, report=replace(asked, shape=Shape.XLSX))))
    if request.when and not spec.ahead:
        before = When("last half month", last_half_month(view.calculator.now, view.timezone))
        if before.period != request.when.period:
            yield Action(localizer(N_("The last half month")), command(replace(request, when=None)))
    if line is None and view.lines is None:
        for key, known in list(view.calculator.centre.lines.items())[:3]:
            yield Action(known.title, command(replace(request, report=replace(asked, line=key))))
