"""Settings of the numbers: the centre's clock and conventions, its lines, its digests."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from bot.config.table import FILE, ConfigTable
from digests.definition import BIWEEKLY
from metrics.relations.calls import FORMULAS
from warehouse.messages import Mistake


class CentreConfig(ConfigTable):
    timezone: str = "UTC"
    """Where the centre's days begin: an IANA zone such as Europe/Moscow."""
    country: str | None = None
    """Whose public holidays count: an ISO code such as RU."""
    language: Literal["ru", "en"] = "ru"
    """What the digest and the program speak."""
    extra_holidays: frozenset[date] = frozenset()
    """More days off than the country's."""
    working_days: frozenset[date] = frozenset()
    """Public holidays that are worked as usual."""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise Mistake(
                'In {file}, {place}: there is no time zone "{given}"; zones are named like Europe/Moscow.',
                file=FILE,
                place="centre.timezone",
                given=name,
            ) from None
        return name

    @field_validator("country")
    @classmethod
    def _known_country(cls, code: str | None) -> str | None:
        if code:
            from holidays.registry import EntityLoader  # its list of what it supports loads every country

            if code not in EntityLoader.get_country_codes(include_aliases=True):
                raise Mistake(
                    'In {file}, {place}: there is no calendar for "{given}"; countries are named like RU.',
                    file=FILE,
                    place="centre.country",
                    given=code,
                )
        return code


class ServiceLevelConfig(ConfigTable):
    formula: Literal[FORMULAS] = "abandons_in_threshold_ignored"  # type: ignore[valid-type]
    """Which of the six formulas counts; see the metrics page."""
    threshold_s: Annotated[float, Field(ge=0)] = 30
    """Seconds within which a call must be answered, inclusive."""
    short_abandon_s: Annotated[float, Field(ge=0)] = 5
    """Seconds up to which a lost call is a short one, for the formulas that tell them apart."""
    flow_outs_as_missed: bool = False
    """Count calls that left the queue by time-out or key as missed."""


class LostClientsConfig(ConfigTable):
    recovery_hours: Annotated[float, Field(gt=0)] = 24
    """A lost client is recovered by a conversation within so many hours."""


class PlansConfig(ConfigTable):
    execution_rounding: Literal["down", "half_up"] = "down"
    """How an execution is printed: down is 100 % only for a plan that is reached."""
    min_cases: Annotated[int, Field(ge=1)] = 30
    """A share or a mean of fewer cases (calls, clients) is printed with their number and without a verdict."""


class ImportConfig(ConfigTable):
    max_rejects: Annotated[float, Field(ge=0, le=1)] = 0.05
    """Share of bad rows over which nothing of a file is taken."""


class LineConfig(ConfigTable):
    title: str | None = None
    """How the line is called in texts; its key, if not given."""
    members: tuple[str, ...] = ()
    """The lines that a group of lines stands for."""
    aliases: tuple[str, ...] = ()
    """Other names it is asked for by."""
    threshold_s: Annotated[float | None, Field(ge=0)] = None
    """Its own service level threshold."""


class FigureConfig(ConfigTable):
    key: str
    """The figure's key, for scripts."""
    metric: str
    """What it shows: a metric's key."""
    line: str | None = None
    """Of which line or group of lines; all, if not given."""
    label: str | None = None
    """What stands before it; {line} is the line's title."""
    plan: bool = False
    """Whether a plan is expected, so that its absence is said."""
    show: Literal["fact", "execution"] = "fact"
    """The fact with its plan, or the execution alone."""
    remark: Literal["all_called_back"] | None = None
    """Say that all clients were called back, where it is computed true."""
    part_of: str | None = None
    """The figure above that this one is a part of."""


class GroupConfig(ConfigTable):
    title: str | None = None
    """A heading of its own."""
    figures: tuple[FigureConfig, ...]
    """Its figures, in the order they are printed."""


class SectionConfig(ConfigTable):
    title: str
    """Its heading."""
    groups: tuple[GroupConfig, ...]
    """Its groups of figures."""


class DigestConfig(ConfigTable):
    title: str = BIWEEKLY.title
    """The digest's heading."""
    sections: tuple[SectionConfig, ...]
    """Its sections."""
