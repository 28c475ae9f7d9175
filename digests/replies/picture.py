"""The picture of an answer, where there is one. The only place that asks for pictures of single answers."""

from __future__ import annotations

from digests.document import Picture
from digests.enquiry import Verb
from digests.replies.asking import Answered
from digests.replies.view import View
from metrics.answers import Answer
from metrics.periods import days, to_local


def picture_of(view: View, answered: Answered) -> Picture | None:
    """The hours of the latest day in the records, for a figure of that day; None for anything else."""
    enquiry = answered.request.enquiry
    if enquiry is None or answered.request.verb is not Verb.FIGURE or len(answered.results) != 1:
        return None
    answer = answered.results[0].figure.answer
    if enquiry.by not in (None, "hour") or enquiry.filters or enquiry.top or not _latest_day(answer):
        return None
    from digests.pictures import answer_today  # matplotlib is not worth loading for a text

    return answer_today(view.reckoner, view.book, answer.metric.key, answer.question.line, view.words)


def _latest_day(answer: Answer) -> bool:
    """Whether the period is the day that the records end in; one that ends with them is over."""
    if answer.as_of is None or answer.period.start >= answer.as_of:
        return False
    day = to_local(answer.period.start, answer.period.timezone).date()
    return answer.period == days(day, day, answer.period.timezone) and answer.as_of <= answer.period.end
