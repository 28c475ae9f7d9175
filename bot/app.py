"""What the bot consists of, read from top to bottom: everything gets what it works with when it is made.

Who listens comes before who speaks: channels put what they hear into the inbox, and the router, which needs almost
everything else, takes it from there. Nothing is begun here; `bot.service` runs what this makes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.channels.protocol import AnyChannel, Front
from bot.channels.registry import open_channels
from bot.chat.answering import Answering
from bot.chat.context import Handler
from bot.chat.conversation import Conversation
from bot.chat.handlers.editorial import EditorialCommands, EditorialDialogue, EditorialInbox
from bot.chat.handlers.questions import (
    Back,
    Help,
    Questions,
    Status,
    StatusBlocks,
    Throttling,
    courtesies,
    shared_pictures,
    strangers,
    wordless,
)
from bot.chat.menu import command_names
from bot.chat.message import Inbox
from bot.chat.operator_commands import OperatorCommands, OperatorMessages
from bot.chat.router import Router
from bot.config import Config
from bot.corrections.notices import ORDER as CORRECTION
from bot.corrections.service import Corrections
from bot.crm.service import AmocrmPulls
from bot.delivery import poster as deliveries
from bot.delivery.pages import Pages
from bot.delivery.poster import Poster
from bot.editorial.approvals import Approvals
from bot.editorial.drafts import Drafts
from bot.editorial.publications import PublicationPreview
from bot.editorial.service import EditorialService
from bot.incidents.board import IncidentBoard
from bot.incidents.book import IncidentBook
from bot.incidents.commands import IncidentCommands
from bot.incidents.reading import IncidentReader
from bot.load.commands import LoadCommands
from bot.load.plan_approval import PlanApproval
from bot.operations.backups import Backups
from bot.operations.forecasts import ForecastKeeper
from bot.operations.operators import Operators
from bot.operations.watch import Heartbeat, Intervals, Watch, checks
from bot.project import Project
from bot.schedule.jobs import jobs_of
from bot.schedule.schedule import DecisionTrigger, Schedule
from bot.schedule.writers import DigestWriter
from bot.settings import Tokens
from bot.state.lease import Lease
from bot.state.store import State
from bot.subscriptions.wishes import StandingQuestions

if TYPE_CHECKING:
    from bot.operations.serving import HttpServer


@dataclass(frozen=True)
class App:
    """What is run."""

    inbox: Inbox
    channels: Sequence[AnyChannel]
    answering: Answering
    router: Router
    operators: Operators
    editors: Operators
    poster: Poster
    trigger: DecisionTrigger
    editorial: EditorialService
    schedule: Schedule
    corrections: Corrections
    standing: StandingQuestions
    incidents: IncidentBoard
    backups: Backups
    pulls: AmocrmPulls
    forecasts: ForecastKeeper
    watch: Watch
    pulse: Heartbeat
    servers: Sequence[HttpServer]


def compose(project: Project, tokens: Tokens, state: State, lease: Lease, intervals: Intervals = Intervals()) -> App:
    """Make everything there is on an open state. Raises UserError for what must be mended."""
    config, clock = project.config, project.clock
    answering = Answering(project, state, clock)

    inbox, conversation = Inbox(), Conversation(state)
    commands = command_names(config.catalogue, desk=config.has_editors)
    front = Front(inbox.ask, commands, config.centre.language, conversation.shown)
    channels = open_channels(config, tokens, front)
    operators = Operators(project, state, clock, channels)
    editors = Operators(project, state, clock, channels, chats=config.editorial.chats)
    pages = Pages(config.page, project.root, project.localizer)
    poster = Poster(state, channels, operators, project.localizer, pages=pages)

    jobs, trigger, preview = jobs_of(config, clock()), DecisionTrigger(), PublicationPreview(project)
    approvals = Approvals(project, state, jobs, preview, editors, operators, trigger)
    digests = DigestWriter(project, clock, approvals.columns)
    drafts = Drafts(project, state, jobs, poster, preview, editors, digests, lease.mine)
    editorial = EditorialService(project, state, channels, editors, approvals, drafts, trigger, lease.mine)
    schedule = Schedule(project, state, poster, operators, lease.mine, digests, approvals, editorial.standing)

    corrections = Corrections(project, state, channels, poster, operators, pages=pages)
    standing = StandingQuestions(project, state, answering, poster, channels, operators, lease.mine)
    backups = Backups(project, operators)

    book = IncidentBook(project, state)
    incidents = IncidentBoard(state, book, answering, poster, channels, clock, lease.mine)
    reader = IncidentReader(book, answering, pages)
    incident_commands = IncidentCommands(project, answering, book, incidents, reader, clock)

    operator_commands = {
        "backup": backups.ordered,
        "run": schedule.ordered,
        deliveries.PREFIX: deliveries.handler(poster),
        CORRECTION: corrections.ordered,
    }
    handlers = chat_handlers(
        config,
        answering,
        OperatorCommands(config, answering.access, operator_commands, operators.pressed),
        editorial=editorial,
        commands=(
            *standing.commands,
            incident_commands,
            LoadCommands(answering, PlanApproval(project, answering, clock)),
        ),
        status=(schedule.blocks, standing.blocks),
    )
    router = Router(project, state, answering, handlers, conversation, resuming=(incident_commands,))

    watched = checks(project, state, channels, answering, intervals.away_s)
    watch, pulse = Watch(watched, operators, intervals=intervals), Heartbeat()
    return App(
        inbox=inbox,
        channels=channels,
        answering=answering,
        router=router,
        operators=operators,
        editors=editors,
        poster=poster,
        trigger=trigger,
        editorial=editorial,
        schedule=schedule,
        corrections=corrections,
        standing=standing,
        incidents=incidents,
        backups=backups,
        pulls=AmocrmPulls(project, operators),
        forecasts=ForecastKeeper(project),
        watch=watch,
        pulse=pulse,
        servers=tuple(_servers(config, pulse, watch, pages)),
    )


def chat_handlers(
    config: Config,
    answering: Answering,
    operator_commands: OperatorCommands,
    *,
    editorial: EditorialInbox | None = None,
    commands: Sequence[Handler] = (),
    status: Sequence[StatusBlocks] = (),
) -> tuple[Handler, ...]:
    """Who answers what is said in chats: each is asked before those below, and what is passed on is theirs to answer.

    `commands` is what besides questions may be said by those whom we know, `status` what /status says.
    """
    return (
        *([EditorialDialogue(editorial)] if editorial else []),
        shared_pictures,
        Throttling(config.questions.per_minute),
        OperatorMessages(config.operators, answering, operator_commands),
        *([EditorialCommands(editorial)] if editorial else []),
        strangers,
        *commands,
        courtesies,
        wordless,
        Back(answering),
        Help(answering),
        Status(answering, status),
        Questions(answering),
    )


def _servers(config: Config, pulse: Heartbeat, watch: Watch, pages: Pages) -> Iterator[HttpServer]:
    if not config.health.listen and not config.page.listen:
        return
    from bot.operations.serving import HttpServer, health_routes, page_routes  # a web server takes a while to load

    if config.health.listen:
        yield HttpServer("health.listen", config.health.listen, health_routes(pulse, watch))
    if config.page.listen:
        yield HttpServer("page.listen", config.page.listen, page_routes(pages.directory))
