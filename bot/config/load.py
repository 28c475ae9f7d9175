"""The table `[load]`: what a centre promises, and by what its people are planned."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from bot.settings import FILE, ConfigTable
from metrics.centre import Load, LoadRules
from warehouse.messages import UserError

_HOURS = r"^([01]?\d|2[0-4])(:[03]0)?-([01]?\d|2[0-4])(:[03]0)?$"
_PERCENTS = ("sl", "occupancy_max", "occupancy_min", "shrinkage")


class LoadLineConfig(ConfigTable):
    sl: Annotated[float | None, Field(gt=0, le=99.9)] = None
    """Service level that people are planned for, per cent."""
    threshold_s: Annotated[float | None, Field(ge=0)] = None
    """Seconds within which it counts; that of [service_level], if not given."""
    occupancy_max: Annotated[float | None, Field(gt=0, le=100)] = None
    """Nobody is planned to be busier than so many per cent of the time."""
    occupancy_min: Annotated[float | None, Field(ge=0, le=100)] = None
    """People who are busy for less than so many per cent of the time are spare."""
    shrinkage: Annotated[float | None, Field(ge=0, lt=95)] = None
    """Per cent of paid time that nobody is there for contacts in; measured, if not given."""
    patience_s: Annotated[float | None, Field(gt=0)] = None
    """For how long callers wait before they hang up, on the mean; Erlang C without it."""
    patience: Literal["measured"] | None = None
    """Take the patience of callers from the records."""
    min_people: Annotated[int | None, Field(ge=0)] = None
    """So many are there while the line is open, however little comes."""
    hours: Annotated[str | None, Field(pattern=_HOURS)] = None
    """When the line is open, as 8-22 or 8:30-20; as contacts come, if not given."""

    @field_validator("hours")
    @classmethod
    def _open_for_some_time(cls, hours: str | None) -> str | None:
        if hours:
            opens, closes = hours_of(hours)
            if opens >= closes:
                raise UserError(
                    'In {file}, {place}: "{given}" ends before it begins: write the hours of one day, as 9-21.',
                    file=FILE,
                    place="load.hours",
                    given=hours,
                )
        return hours


class LoadChatConfig(ConfigTable):
    at_once: Annotated[float | None, Field(ge=1, le=20)] = None
    """How many chats one person is on at the same time; measured, if not given."""
    sl: Annotated[float | None, Field(gt=0, le=99.9)] = None
    """Service level that people for chats are planned for; without it, by their occupancy alone."""


class LoadDeskConfig(ConfigTable):
    due_days: Annotated[int, Field(ge=0, le=30)] = 2
    """Working days within which tickets are answered."""


class LoadConfig(LoadLineConfig):
    sl: Annotated[float, Field(gt=0, le=99.9)] = 80
    """Service level that people are planned for, per cent."""
    occupancy_max: Annotated[float, Field(gt=0, le=100)] = 90
    """Nobody is planned to be busier than so many per cent of the time."""
    occupancy_min: Annotated[float, Field(ge=0, le=100)] = 85
    """People who are busy for less are spare, per cent; a centre that keeps a reserve lowers it."""
    min_people: Annotated[int, Field(ge=0)] = 1
    """So many are there while a line is open, however little comes."""
    band: Annotated[float, Field(ge=50, le=95)] = 80
    """Per cent of outcomes that the band of a forecast is to hold."""
    weeks: Annotated[int, Field(ge=1, le=8)] = 4
    """How many weeks ahead are forecast."""
    week_hours: Annotated[float, Field(gt=0, le=168)] = 40
    """Hours a week of one full-time person."""
    pools: frozenset[str] = frozenset()
    """Groups of lines in which everybody takes everything: one queue."""
    lines: dict[str, LoadLineConfig] = Field(default={})
    """What is otherwise for a line, by key."""
    chat: LoadChatConfig = LoadChatConfig()
    """People for chats."""
    desk: LoadDeskConfig = LoadDeskConfig()
    """People for tickets."""


def hours_of(text: str) -> tuple[float, float]:
    """Return opening hours as numbers: `8:30-20` is 8.5 and 20."""
    opens, closes = (
        int(hour) + int(minute or 0) / 60 for hour, _, minute in (e.partition(":") for e in text.split("-"))
    )
    return opens, closes


def load_of(given: LoadConfig) -> Load:
    """Return the settings as the metrics have them: shares 0-1, and what a line has not is the centre's."""
    usual = _rules(given)
    return Load(
        usual,
        {key: _rules(given, own) for key, own in given.lines.items()},
        given.band / 100,
        given.weeks,
        given.week_hours,
        None if given.chat.sl is None else given.chat.sl / 100,
        given.chat.at_once,
        given.desk.due_days,
        given.pools,
    )


def _rules(*tables: LoadLineConfig) -> LoadRules:
    """The rules of several tables, the last one that says anything of a setting first."""
    said: dict[str, object] = {}
    for table in tables:
        own = {name: getattr(table, name) for name in LoadLineConfig.model_fields}
        said |= {name: value for name, value in own.items() if name in table.model_fields_set and value is not None}
    given = frozenset(said)
    values = {name: float(str(value)) / 100 if name in _PERCENTS else value for name, value in said.items()}
    values["hours"] = hours_of(str(said["hours"])) if "hours" in said else None
    values["patience_measured"] = values.pop("patience", None) is not None
    return LoadRules(**values, given=given)  # type: ignore[arg-type] # as the tables have checked
