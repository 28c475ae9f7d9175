"""What a report that is declared here brings: its spec, and what belongs to it alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from digests.document import Action
from digests.model import Analysis, ReportSpec
from metrics.model import Metric
from warehouse.messages import Message

if TYPE_CHECKING:
    from digests.result import ReportResult, Session

ReportPicture: TypeAlias = "Callable[[Session, ReportResult], Any]"
"""From a report's result to a form of `charts` with finished data; None if there is nothing to show."""


def no_summary(_: Session, __: ReportResult) -> Iterable[Message]:
    """Return nothing: the figures speak for themselves."""
    return ()


def no_actions(_: Session, __: ReportResult) -> Iterable[Action]:
    """Return nothing: what may be asked next is the same for every report."""
    return ()


@dataclass(frozen=True)
class Declared:
    """A report with what belongs to it alone."""

    spec: ReportSpec
    metrics: tuple[Metric, ...] = ()
    """Those that it brings along; all others are in the catalogue of metrics."""
    analyses: Mapping[str, Analysis] = field(default_factory=dict)
    """By the keys of the parts that they compute."""
    pictures: Mapping[str, ReportPicture] = field(default_factory=dict)
    """By the keys that the spec names."""
    summary: Callable[[Session, ReportResult], Iterable[Message]] = no_summary
    """The finding and what else stands above everything, each a sentence that its rule has proved."""
    actions: Callable[[Session, ReportResult], Iterable[Action]] = no_actions
    """What may be done about what it found, as buttons."""


def declared(reports: Sequence[Declared]) -> dict[str, Declared]:
    """Return reports by their keys."""
    return {report.spec.key: report for report in reports}
