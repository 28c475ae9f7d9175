"""The answer as a workbook, to count on with."""

from __future__ import annotations

from digests.answers.evaluate import AnswerSet
from digests.answers.view import View
from digests.document import Attachment
from warehouse.messages import N_

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attachment(view: View, answered: AnswerSet) -> Attachment:
    """The figures with their parts (or days), numerators, denominators, plans and definitions."""
    from digests.workbook import workbook  # not worth loading for a text

    figures = [result.figure for result in answered.results]
    answer = figures[0].answer
    content = workbook(view.calculator, view.plans, figures, answer.period, view.localizer)
    first, last = answer.period.first_day.isoformat(), answer.period.last_day.isoformat()
    dates = first if first == last else f"{first}..{last}"
    lines = "-".join(figure.spec.line for figure in figures if figure.spec.line) if len(figures) < 3 else ""
    name = "-".join(part for part in (answer.metric.key, lines, answer.question.part or "", dates) if part)
    title = view.localizer(N_("{metric}: numbers, plans and definitions"), metric=view.localizer(answer.metric.title))
    return Attachment(f"{_safe(name)}.xlsx", content, title, XLSX)


def _safe(name: str) -> str:
    """A file's name without anything that a file system or a chat would trip over."""
    return "".join(character if character.isalnum() or character in "-_.+" else "_" for character in name)
