"""The configuration: `svodka.toml` checked by its shape and turned into what the lower rooms understand.

Every value may also come from the environment, as SVODKA_CENTRE__TIMEZONE does for [centre] timezone.
"""

from __future__ import annotations

import operator
import os
import tomllib
from collections.abc import Mapping
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, ValidationError, create_model

from bot.channels.platform import AnyPlatform, Platform, SettingsT
from bot.channels.registry import PLATFORMS
from bot.config.contests import ContestConfig, check_contests, spec_of
from bot.config.load import LoadConfig, load_of
from bot.config.model import (
    AlertsConfig,
    AskerConfig,
    BackupConfig,
    CentreConfig,
    ChannelsConfig,
    ComplaintsConfig,
    CorrectionsConfig,
    DepartmentConfig,
    DigestConfig,
    EditorialConfig,
    FigureConfig,
    HealthConfig,
    ImportConfig,
    LineConfig,
    LostClientsConfig,
    OperatorsConfig,
    PageConfig,
    PlansConfig,
    PostConfig,
    QuestionsConfig,
    ResolutionConfig,
    RoleConfig,
    SalesConfig,
    SectionConfig,
    ServiceLevelConfig,
    SmileConfig,
    StateConfig,
    SubscriptionsConfig,
    SurveysConfig,
    TicketsConfig,
    TimeConfig,
    setting_reason,
)
from bot.config.warehouse import AmocrmConfig, WarehouseConfig
from bot.settings import FILE, ConfigTable
from digests.catalogue import BIWEEKLY, REPORTS
from digests.contest.rating import ContestSpec
from digests.model import FigureSpec, Group, ReportSpec, Section, as_section
from metrics.catalogue import BUILT_IN, Catalogue
from metrics.catalogue.own import metric_from
from metrics.centre import Centre, IndexScale, Line, SalesRules, ServiceLevel, SmileRules, Surveys, TimeRules
from metrics.model import Metric
from warehouse.messages import UserError, nearest, note, toml_reason

__all__ = ["FILE", "AskerConfig", "Config", "RoleConfig", "config_class", "load"]


PREFIX = "SVODKA_"
"""What the names of our variables in the environment begin with."""
_OPTIONS = ("SVODKA_HOME", "SVODKA_NOW")
"""Those of them that are options of commands."""


class Config(ConfigTable):
    """All of `svodka.toml` but the tables of platforms, which `config_class` adds. Made by `load`."""

    model_config = ConfigDict(defer_build=True)

    clock: str | None = None
    """A moment to stand still at, for demonstrations."""
    centre: CentreConfig = CentreConfig()
    """The centre's clock, calendar and language."""
    service_level: ServiceLevelConfig = ServiceLevelConfig()
    """How service level is counted."""
    lost_clients: LostClientsConfig = LostClientsConfig()
    """When a lost client is recovered."""
    channels: ChannelsConfig = ChannelsConfig()
    """How soon contacts of a channel must be taken."""
    surveys: SurveysConfig = SurveysConfig()
    """How clients' answers are read."""
    smile: SmileConfig = SmileConfig()
    """When a price is good and a smile high, where both are told against conversion."""
    time: TimeConfig = TimeConfig()
    """How hours are read."""
    sales: SalesConfig = SalesConfig()
    """How deals are read."""
    load: LoadConfig = LoadConfig()
    """How load and people are planned."""
    fcr: ResolutionConfig = ResolutionConfig()
    """When a contact is resolved."""
    complaints: ComplaintsConfig = ComplaintsConfig()
    """Which tickets are complaints."""
    tickets: TicketsConfig = TicketsConfig()
    """When tickets are due."""
    plans: PlansConfig = PlansConfig()
    """How plans are printed."""
    imports: Annotated[ImportConfig, Field(alias="import")] = ImportConfig()
    """What an import puts up with."""
    lines: dict[str, LineConfig] = Field(default={})
    """Lines and groups of lines, by key."""
    metrics: tuple[dict[str, Any], ...] = ()
    """Metrics of the centre's own."""
    digests: dict[str, DigestConfig] = Field(default={})
    """Digests, by key."""
    contests: tuple[ContestConfig, ...] = ()
    """Contests, between people or teams."""
    state: StateConfig = StateConfig()
    """What the bot itself remembers."""
    questions: QuestionsConfig = QuestionsConfig()
    """How many questions are answered at once."""
    words: dict[str, str] = Field(default={})
    """Words of the centre's own, each with the words that it stands for in questions."""
    shifts: dict[str, str] = Field(default={})
    """What people call the centre's shifts, each with its hours: `"night shift" = "20:00-08:00"`."""
    roles: dict[str, RoleConfig] = Field(default={})
    """What may be asked, by role."""
    people: tuple[AskerConfig, ...] = ()
    """Who may ask, in private."""
    chats: tuple[AskerConfig, ...] = ()
    """The chats in which anybody may ask what the chat's role may."""
    operators: OperatorsConfig = OperatorsConfig()
    """Those who run the bot."""
    health: HealthConfig = HealthConfig()
    """Whether the bot lives and is ready, for machines."""
    page: PageConfig = PageConfig()
    """Pages of what was posted, to be opened from the post."""
    backup: BackupConfig = BackupConfig()
    """Copies of what the bot remembers."""
    posts: tuple[PostConfig, ...] = ()
    """What is posted by itself."""
    editorial: EditorialConfig = EditorialConfig()
    """Those who decide what is published."""
    departments: tuple[DepartmentConfig, ...] = ()
    """Departments that write columns."""
    corrections: CorrectionsConfig = CorrectionsConfig()
    """Posted figures that late records change."""
    subscriptions: SubscriptionsConfig = SubscriptionsConfig()
    """Questions that people have answered for them again and again."""
    alerts: AlertsConfig = AlertsConfig()
    """Figures that people have watched."""
    amocrm: AmocrmConfig = AmocrmConfig()
    """The centre's account of amoCRM, pulled into the records."""
    warehouse: WarehouseConfig = WarehouseConfig()
    """The centre's own database of records, read where it is."""

    def centre_of_lines(self, found: frozenset[str]) -> Centre:
        """The centre's conventions; lines found in the records stand for themselves."""
        configured = {
            key: Line(key, line.title or key, line.members, line.aliases, line.threshold_s, line.title_en or "")
            for key, line in self.lines.items()
        }
        level = self.service_level
        return Centre(
            timezone=self.centre.timezone,
            country=self.centre.country,
            extra_holidays=self.centre.extra_holidays,
            working_days=self.centre.working_days,
            lines=configured | {key: Line(key, key) for key in sorted(found) if key not in configured},
            service_level=ServiceLevel(
                level.formula, level.threshold_s, level.short_abandon_s, level.flow_outs_as_missed
            ),
            recovery_hours=self.lost_clients.recovery_hours,
            fcr_days=self.fcr.days,
            complaint_types=self.complaints.types,
            ticket_hours=self.tickets.close_within_h,
            chat_threshold_s=self.channels.chat.threshold_s,
            surveys=_surveys(self.surveys),
            smile=SmileRules(self.smile.high, self.smile.price_cut, self.smile.price_good),
            time=TimeRules(self.time.forgotten_h, self.time.ready_share, tuple(sorted(self.time.results.items()))),
            sales=_sales(self.sales),
            load=load_of(self.load),
            execution_rounding=self.plans.execution_rounding,
            min_cases=self.plans.min_cases,
        )

    def channel(self, platform: Platform[SettingsT]) -> SettingsT:
        """Return a platform's table; without one, all of it by default."""
        given = getattr(self, platform.key, None)
        return given if isinstance(given, platform.settings) else platform.settings()

    @property
    def has_editors(self) -> bool:
        """Whether columns are written in the chat, or drafts approved there."""
        return bool(self.departments or self.editorial.chats)

    @cached_property
    def catalogue(self) -> Catalogue:
        """Our metrics, those of reports and the centre's own. Raises UserError if one cannot work."""
        of_reports = (metric for report in REPORTS.values() for metric in report.metrics)
        own = (metric_from(fields) for fields in self.metrics)
        return _catalogue(_Metrics((*BUILT_IN, *of_reports, *own)))

    @cached_property
    def checked_contests(self) -> tuple[ContestConfig, ...]:
        """The contests. Raises UserError for the first that cannot be held."""
        check_contests(self.contests, self.catalogue)
        return self.contests

    def contest_spec(self, contest: ContestConfig, centre: Centre) -> ContestSpec:
        """A contest's definition."""
        return spec_of(contest, self.catalogue, centre)

    @property
    def all_figures(self) -> dict[str, FigureSpec]:
        """The figures of all digests by key; of two with one key, the first digest's."""
        specs = [self.digest(key) for key in (*self.digests, BIWEEKLY.key)]
        return {figure.key: figure for spec in reversed(specs) for figure in spec.figures}

    @property
    def reports(self) -> dict[str, ReportSpec]:
        """The reports that may be asked for by name: those declared, and the digests of the configuration."""
        return {key: report.spec for key, report in REPORTS.items()} | {key: self.digest(key) for key in self.digests}

    def report(self, name: str) -> ReportSpec:
        """A report by its key or another name of it. Raises UserError with those there are."""
        return _named(name, self.reports)

    def digest(self, key: str) -> ReportSpec:
        """A digest's definition, checked. Raises UserError if there is none, or if it names what does not exist."""
        if key not in self.digests and key != BIWEEKLY.key:
            known = tuple({*self.digests, BIWEEKLY.key})
            raise UserError('There is no digest "{given}". There are: {known}.', given=key, known=nearest(key, known))
        spec = _digest(key, self.digests[key], self.catalogue) if key in self.digests else BIWEEKLY
        keys: set[str] = set()
        for figure in spec.figures:
            self.catalogue.get(figure.metric)
            if figure.key in keys:
                raise UserError('The digest "{digest}" has two figures "{figure}".', digest=key, figure=figure.key)
            if figure.part_of and figure.part_of not in keys:
                raise UserError(
                    'The figure "{figure}" is a part of "{given}", which does not stand above it.',
                    figure=figure.key,
                    given=figure.part_of,
                )
            keys.add(figure.key)
        return spec


class _Metrics(tuple[Metric, ...]):
    """Metrics that are the same if each of them is the same object: what they are made of cannot be hashed."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Metrics) and len(self) == len(other) and all(map(operator.is_, self, other))

    def __hash__(self) -> int:
        return hash(tuple(map(id, self)))


@lru_cache(4)
def _catalogue(metrics: _Metrics) -> Catalogue:
    """Return the same catalogue for the same metrics: what is worked out of it is worked out once in a process."""
    return Catalogue(metrics)


def _sales(given: SalesConfig) -> SalesRules:
    hours = None
    if given.hours:
        opens, closes = (float(hour) for hour in given.hours.split("-"))
        hours = (opens, closes)
    return SalesRules(given.centre_pipelines, given.touch_lead_in_minutes, given.window_days, hours, given.stop_share)


def _surveys(given: SurveysConfig) -> Surveys:
    nps, mood = (IndexScale(scale.promoters, scale.detractors) if scale else None for scale in (given.nps, given.mood))
    return Surveys(given.csi, nps, mood)


def declared_report(name: str) -> ReportSpec:
    """A report that is no digest of the configuration. Raises UserError with those there are."""
    return _named(name, {key: report.spec for key, report in REPORTS.items() if report.spec.short})


def _named(name: str, reports: Mapping[str, ReportSpec]) -> ReportSpec:
    wanted = name.casefold()
    for spec in reports.values():
        if wanted in (spec.key, *(alias.casefold() for alias in spec.aliases)):
            return spec
    known = tuple(reports)
    raise UserError('There is no report "{given}". There are: {known}.', given=name, known=nearest(name, known))


def config_class(base: type[Config] = Config) -> type[Config]:
    """Return the shape of the whole file, with a table for each platform that is registered."""
    return _with_tables(base, tuple(PLATFORMS.values()))


@cache
def _with_tables(base: type[Config], platforms: tuple[AnyPlatform, ...]) -> type[Config]:
    tables: dict[str, Any] = {
        each.key: (each.settings, Field(default=each.settings(), description=each.about)) for each in platforms
    }
    return create_model("Config", __base__=base, __module__=__name__, **tables)


def load(path: Path) -> Config:
    """The configuration of a file. Raises UserError, naming the place, for what is not as it should be."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise UserError(
            'There is no {file} in {directory}: run "svodka init" there, or name the project with --home.',
            file=FILE,
            directory=str(path.parent),
        ) from None
    except UnicodeDecodeError:
        raise UserError("{file} cannot be read: {reason}.", file=FILE, reason=note("it is not UTF-8 text")) from None
    except tomllib.TOMLDecodeError as error:
        raise UserError("{file} cannot be read: {reason}.", file=FILE, reason=toml_reason(error)) from None
    try:
        return _from(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise UserError("In {file}, there is no setting {place}.", file=FILE, place=place) from None
        raise UserError("In {file}, {place}: {reason}.", file=FILE, place=place, reason=setting_reason(first)) from None


def _from(data: dict[str, Any]) -> Config:
    """Return the configuration of the file's values and those of the environment."""
    if any(name.upper().startswith(PREFIX) and name.upper() not in _OPTIONS for name in os.environ):
        from bot.config.environment import EnvironmentConfig

        return config_class(EnvironmentConfig)(**data)
    return config_class()(**data)


def _digest(key: str, config: DigestConfig, catalogue: Catalogue) -> ReportSpec:
    ours = {figure.key: figure for figure in BIWEEKLY.figures}

    def figure(given: FigureConfig) -> FigureSpec:
        known = ours.get(given.key)
        label = given.label or (known.label if known else catalogue.get(given.metric).title)
        return FigureSpec(
            given.key, given.metric, given.line, label, given.plan, given.show, given.remark, given.part_of
        )

    def section(given: SectionConfig) -> Section:
        if (given.report is None) is not bool(given.groups):
            raise UserError('In the digest "{digest}", a section has either groups or a report.', digest=key)
        if given.report is None:
            if given.title is None:
                raise UserError('In the digest "{digest}", a section has no title.', digest=key)
            groups = tuple(Group(tuple(map(figure, group.figures)), group.title) for group in given.groups)
            return Section(given.title, groups)
        return as_section(declared_report(given.report), given.title)

    return ReportSpec(key, config.title, tuple(map(section, config.sections)), pictures=BIWEEKLY.pictures)
