"""The shape of `svodka.toml`, table by table, and why a setting cannot be what it is."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from bot.settings import FILE, ConfigTable
from digests.catalogue import BIWEEKLY
from metrics.relations.calls import FORMULAS
from metrics.units import DEFAULT_CURRENCY
from warehouse.messages import Message, UserError, note

LOG = logging.getLogger(__name__)

_KINDS = (
    (r"missing", note("it is missing")),
    (r"literal_error|enum", note("it may be {expected}")),
    (r"greater_than", note("it must be over {gt}")),
    (r"greater_than_equal", note("it must be at least {ge}")),
    (r"less_than", note("it must be under {lt}")),
    (r"less_than_equal", note("it must be at most {le}")),
    (r"(string_)?too_short", note("it is too short")),
    (r"(string_)?too_long", note("it is too long")),
    (r"string_type", note("text in quotes is wanted")),
    (r"int_.*", note("a whole number is wanted")),
    (r"(float|decimal|finite)_.*", note("a number is wanted")),
    (r"bool_.*", note("true or false is wanted")),
    (r"(dict|model|dataclass|mapping)_.*", note("a section of its own is wanted")),
    (r"(list|tuple|set|frozen_set)_type", note("a list in square brackets is wanted")),
    (r"date_.*", note("a date is wanted, as in 2026-06-30")),
    (r"time_.*", note("a time is wanted, as in 09:30")),
    (r"datetime_.*", note("a date and a time is wanted, as in 2026-06-30T09:30")),
)
"""The kinds of errors, as pydantic calls them."""
_OTHER = note("it cannot be that")


def setting_reason(error: Mapping[str, Any]) -> Message:
    """Return why, by one of pydantic's errors, whose own sentences are in English."""
    LOG.warning("a setting: %s", error["msg"])
    reason = next((words for kind, words in _KINDS if re.fullmatch(kind, error["type"])), _OTHER)
    given = {name: _listed(value) for name, value in error.get("ctx", {}).items()}
    return Message(reason.id, given)


def _listed(value: object) -> object:
    return value.replace(" or ", ", ").replace("'", '"') if isinstance(value, str) else value


class CentreConfig(ConfigTable):
    timezone: str = "UTC"
    """Where the centre's days begin: an IANA zone such as Europe/Moscow."""
    country: str | None = None
    """Whose public holidays count: an ISO code such as RU."""
    language: Literal["ru", "en"] = "ru"
    """What the digest and the program speak."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = DEFAULT_CURRENCY
    """What money is counted in: an ISO code such as RUB."""
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
            raise UserError(
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
                raise UserError(
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


class IndexScaleConfig(ConfigTable):
    promoters: float
    """From this score on an answer is for."""
    detractors: float
    """Up to this score an answer is against."""


class SurveysConfig(ConfigTable):
    csi: Literal["share_of_scale", "share_of_max"] = "share_of_scale"
    """What the satisfaction index takes of a score: its place on the scale, or its share of the highest score."""
    nps: IndexScaleConfig | None = None
    """Which scores count in the recommendation index where its scale is not 0-10."""
    mood: IndexScaleConfig | None = None
    """Which scores count in the smile index where its scale is not 0-10."""


class SmileConfig(ConfigTable):
    high: float | None = None
    """The smile index from which on an owner's smile is high; that of all owners together, if not given."""
    price_cut: Annotated[float, Field(gt=0)] = 1.0
    """What the offered price over the expected one is compared with."""
    price_good: Literal["low", "high"] = "low"
    """A price is good at or below the cut (`low`, who sells) or at or above it (`high`, who buys)."""


class SalesConfig(ConfigTable):
    centre_pipelines: tuple[str, ...] = ()
    """The pipelines of the contact centre itself, by key: their deals stand in no city."""
    touch_lead_in_minutes: Annotated[float, Field(ge=0)] = 60
    """A call of a client without an open deal belongs to the deal that is created within this time."""
    window_days: Annotated[int, Field(ge=1)] = 30
    """A deal is given so many days to become a contract before months are compared."""
    hours: Annotated[str | None, Field(pattern=r"^([01]?\d|2[0-4])-([01]?\d|2[0-4])$")] = None
    """The hours of every day in which somebody sells, as `9-21`."""
    stop_share: Annotated[float, Field(ge=0, le=100)] = 1
    """Per cent of dials that end in an agreement, below which one more dial is not worth it."""

    @field_validator("hours")
    @classmethod
    def _open_for_some_time(cls, hours: str | None) -> str | None:
        if hours:
            opens, closes = map(int, hours.split("-"))
            if opens >= closes:
                raise UserError(
                    'In {file}, {place}: "{given}" ends before it begins: write the hours of one day, as 9-21.',
                    file=FILE,
                    place="sales.hours",
                    given=hours,
                )
        return hours


class TimeConfig(ConfigTable):
    forgotten_h: Annotated[float, Field(gt=0)] = 12
    """A status that lasts for more hours was forgotten, and is in no figure."""
    ready_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Waiting for more than this share of the time available is worth saying."""
    results: dict[Literal["routed", "closed", "task_done"], tuple[str, ...]] = Field(default={})
    """Which activities make which result."""

    @field_validator("results")
    @classmethod
    def _one_result_each(cls, results: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        made: dict[str, str] = {}
        for result, names in results.items():
            for name in names:
                if made.setdefault(name, result) != result:
                    raise UserError(
                        'In {file}, {place}: the activity "{given}" makes two results, {first} and {second}; '
                        "its time can be set against one.",
                        file=FILE,
                        place="time.results",
                        given=name,
                        first=made[name],
                        second=result,
                    )
        return results


class ResolutionConfig(ConfigTable):
    days: Annotated[int, Field(ge=1, le=31)] = 7
    """A contact is resolved if the same client has no other one on the same topic for so many days."""


class ComplaintsConfig(ConfigTable):
    types: Annotated[tuple[str, ...], Field(min_length=1)] = ("Жалоба",)
    """The types of tickets that are complaints."""


class TicketsConfig(ConfigTable):
    close_within_h: Annotated[float, Field(gt=0)] = 48
    """Hours within which a ticket is due that does not say when."""


class ChannelConfig(ConfigTable):
    threshold_s: Annotated[float, Field(ge=0)] = 60
    """Seconds within which a contact of the channel must be taken, inclusive."""


class ChannelsConfig(ConfigTable):
    chat: ChannelConfig = ChannelConfig()
    """Chats."""


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
    title_en: str | None = None
    """How it is called for those who read English; by its title, if not given."""
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
    title: str | None = None
    """Its heading; a report's own title, if not given."""
    groups: tuple[GroupConfig, ...] = ()
    """Its groups of figures."""
    report: str | None = None
    """A report whose short form it is, in place of groups."""


class DigestConfig(ConfigTable):
    title: str = BIWEEKLY.title
    """The digest's heading."""
    sections: tuple[SectionConfig, ...]
    """Its sections."""


class RoleConfig(ConfigTable):
    metrics: tuple[str, ...] = ("*",)
    """The metrics that may be asked for; * is all."""
    lines: tuple[str, ...] = ("*",)
    """The lines and groups of lines that may be asked for; * is all, and the whole centre."""
    overview: tuple[str, ...] = ()
    """The metrics that «как дела» and the morning brief begin with, in their order; empty: the usual ones."""
    sales: bool = False
    """Whether who may ask for some lines only may ask for deals, too, which have no line."""
    cities: tuple[str, ...] = ("*",)
    """The cities whose deals are seen; * is all."""
    pipelines: tuple[str, ...] = ("*",)
    """The pipelines whose deals are seen; * is all."""
    owners: tuple[str, ...] = ("*",)
    """Whose deals are seen, as agents of the records; * is everybody's."""
    names: bool = False
    """Whether agents are named; otherwise their shares and ranks show, without names."""
    operator: bool = False
    """Whether the bot takes orders, as the operators' chats give them."""
    editor: bool = False
    """Whether everything may be done at the editorial desk, as in the editors' chats."""
    plans: bool = False
    """Whether plans that the forecast makes are approved (/load plan)."""
    incident: Literal["none", "note", "lead"] = "none"
    """Incidents: nothing of them is written, notes in their timelines, or they are begun and ended too."""
    subscribe: Literal["none", "own", "chat"] = "own"
    """Subscriptions and alerts: none, their own in private, or those of chats too; a chat's role: by anybody there."""


class AskerConfig(ConfigTable):
    id: str
    """Platform and id, `platform:id`, as the bot tells them to those whom it does not know."""
    role: str
    """What may be asked there: one of [roles]."""
    title: str | None = None
    """Whose it is, for those who read the configuration."""
    language: Literal["ru", "en"] | None = None
    """What is spoken there; the language of the question, if not given."""
    agent: str | None = None
    """Which agent of the records they are, for their own place in a contest."""


class StateConfig(ConfigTable):
    url: str = "sqlite:///state/svodka.db"
    """The database of what the bot remembers: any SQLAlchemy URL; a relative path lies in the project."""


class QuestionsConfig(ConfigTable):
    per_minute: Annotated[int, Field(ge=1)] = 20
    """Questions that a person may ask within a minute."""
    timeout_s: Annotated[float, Field(gt=0)] = 20
    """Seconds after which a question is given up with a sentence."""
    workers: Annotated[int, Field(ge=1, le=32)] = 4
    """Questions that are computed at the same time; the others wait."""


class OperatorsConfig(ConfigTable):
    chats: tuple[str, ...] = ()
    """Chats that are told what fails, and may give orders; `platform:id`."""
    language: Literal["ru", "en"] | None = None
    """What is spoken there; the centre's language, if not given."""


class HealthConfig(ConfigTable):
    listen: str | None = None
    """Where /healthz and /readyz are served, as 127.0.0.1:8080; nowhere, if not given."""


class PageConfig(ConfigTable):
    url: Annotated[str | None, Field(pattern=r"^https?://[^\s/]+(/[^\s]*)?$")] = None
    """Where the pages of posted reports are read, as https://digests.example.org/; without it posts link to none."""
    directory: str = "pages"
    """Where they are written, each under a name that cannot be guessed; a relative path lies in the project."""
    listen: str | None = None
    """Where the bot serves them itself, as 127.0.0.1:8081; nowhere, if not given: then another server does."""


class BackupConfig(ConfigTable):
    at: Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")] = "03:30"
    """When the state is backed up every day, by the centre's clock; empty: only by svodka backup."""
    keep: Annotated[int, Field(ge=1)] = 14
    """How many daily backups are kept; those made before a migration are counted apart."""
    directory: str = "backups"
    """Where they are kept; a relative path lies in the project."""


class SubscriptionsConfig(ConfigTable):
    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "09:30"
    """When a subscription comes that does not say so, by the centre's clock."""
    per_chat: Annotated[int, Field(ge=1)] = 20
    """Subscriptions that a person, or a chat, may have."""
    window_h: Annotated[float, Field(gt=0)] = 4
    """Hours after its time within which one that was missed is still posted, and says that it is late."""


class LoadAlertConfig(ConfigTable):
    line: str
    """The line whose days are looked at as they go."""
    channel: Literal["call", "chat"] = "call"
    """Whether its calls or its chats are."""
    chats: tuple[str, ...]
    """Who is warned of what its day will come to, `platform:id`: the chat of the shift."""
    quiet: Annotated[str | None, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$")] = None
    """Hours in which no warning begins to speak; those of [alerts], if not given."""


class AlertsConfig(ConfigTable):
    every_s: Annotated[float, Field(ge=1)] = 60
    """Seconds from one look at all alerts to the next."""
    for_m: Annotated[int, Field(ge=5, le=1440)] = 30
    """The last minutes of records that an alert is about, if it does not say."""
    min_events: Annotated[int, Field(ge=1)] = 5
    """Calls, chats or the like that a share or a mean must be over, for anything to be concluded."""
    stale_m: Annotated[int, Field(ge=1)] = 60
    """Records that end so many minutes ago, or a window ago, conclude nothing: the alert holds."""
    quiet: Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$")] = ""
    """Hours in which no alert begins to speak, if it does not say, as 22:00-08:00; none, if empty."""
    edit_m: Annotated[float, Field(gt=0)] = 5
    """Minutes from one change of a message to the next, while an alert goes on."""
    per_chat: Annotated[int, Field(ge=1)] = 20
    """Alerts that a person, or a chat, may have."""
    load: tuple[LoadAlertConfig, ...] = ()
    """Early warnings of the load of lines, by themselves."""


class EditorialConfig(ConfigTable):
    chats: tuple[str, ...] = ()
    """The editors' chats, `platform:id`: drafts go there, and whoever is in them may decide."""
    remind_days: Annotated[int, Field(ge=0, le=14)] = 2
    """Days before an issue on which those are reminded who owe a column; 0: nobody is."""
    remind_at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "10:00"
    """At what time on that day, by the centre's clock."""


class DepartmentConfig(ConfigTable):
    key: str
    """The department's name in commands: /story support."""
    title: str
    """How it is called; the title of a column that gives none."""
    aliases: tuple[str, ...] = ()
    """Other names for it in commands."""
    people: tuple[str, ...] = ()
    """Who owes its column and may write it; `platform:id`."""
    order: int | None = None
    """Its place among the columns, as `order` of a file is; as the departments are listed, if not given."""


class PostConfig(ConfigTable):
    key: str
    """The post's name, in lists and messages."""
    digest: str | None = None
    """Which of the digests; `biweekly`, if neither it nor a contest is named."""
    contest: str | None = None
    """Instead of a digest: the contest whose rating of the day is posted."""
    report: str | None = None
    """Instead of a digest: the report that is posted."""
    schedule: str | None = None
    """When, by the centre's clock: `1,16 10:00`, `09:30` (daily), `mon 09:00` or `weekdays 09:30`."""
    cron: str | None = None
    """When, as cron's five fields; instead of a schedule."""
    workday: Literal["next", "previous"] | None = None
    """Where a day off moves the post to: the next working day, or the previous one."""
    period: Literal["half_month", "month", "week", "day"] | None = None
    """What a digest is about: the last one that is over; as often as the schedule comes, if not given."""
    chats: tuple[str, ...] = ()
    """Where to: `platform:id`, with a topic `platform:id/topic`."""
    window_h: Annotated[float, Field(gt=0)] = 24
    """Hours after its time within which a post that was missed is still made, and says that it is late."""
    deadline_h: Annotated[float, Field(ge=0)] = 4
    """Hours after its time within which data that are not in are waited for."""
    on_gaps: Literal["post", "keep"] = "post"
    """If they are still not in by then: post with the gaps marked, or keep it and ask the operators."""
    approval: Literal["none", "editors"] = "none"
    """Whether the editors see a draft first and press Publish."""
    draft_h: Annotated[float, Field(gt=0)] = 3
    """Hours before its time at which the draft goes to the editors' chats."""
    draft_at: Annotated[str | None, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = None
    """Instead: the time of its day at which the draft goes there, by the centre's clock."""
    without_approval: Literal["figures", "hold"] = "hold"
    """If nobody has approved by its time: post the figures alone, without any column, or hold it."""


class CorrectionsConfig(ConfigTable):
    check_at: Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")] = "08:30"
    """When posted figures are compared with the records of the day, by the centre's clock; empty: only by hand."""
    days: Annotated[int, Field(ge=1)] = 7
    """For how many days after it was posted a digest is compared by itself."""
