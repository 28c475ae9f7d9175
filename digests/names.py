"""What metrics are called in tables and sentences, where their titles are too long."""

from __future__ import annotations

from digests.localizer import Localizer
from metrics.model import Metric


def metric_name(localizer: Localizer, metric: Metric) -> str:
    """A metric's name at the head of a column: its short one, if it has one."""
    name = metric.short
    return localizer(name.row if name else metric.title)


def metric_said(localizer: Localizer, metric: Metric) -> str:
    """A metric's name within a sentence."""
    name = metric.short
    return localizer(name.said) if name else in_sentence(localizer(metric.title))


def in_sentence(text: str) -> str:
    """Without its capital, unless it is a name or an abbreviation."""
    rest = text[1:]
    return text[:1].lower() + rest if rest == rest.lower() else text
