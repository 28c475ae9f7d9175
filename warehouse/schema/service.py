"""What clients were served by: contacts, tickets, people, surveys, costs, incidents; and what is known ahead."""

from __future__ import annotations

from warehouse.messages import N_
from warehouse.schema.columns import day, flag, integer, line, number, one_of, own_money, seconds, table, text, time

CALL_OUTCOMES = ("answered", "abandoned", "flow_out", "no_answer", "busy", "failed")
CALL_RESULTS = ("agreed", "refused", "call_back", "wrong_person")
CHAT_OUTCOMES = ("answered", "abandoned")
SURVEY_KINDS = ("csat", "csi", "nps", "mood", "other")
BOT_OUTCOMES = ("contained", "handed_over", "hung_up")
TICKET_EVENTS = ("created", "routed", "closed", "task_done", "reopened")
ACTIVITY_CATEGORIES = ("handling", "ready", "work", "break", "off")
INCIDENT_EVENTS = (
    *("started", "noticed", "complaint", "escalated", "taken", "cause", "message", "metric", "note", "fixed"),
    "resolved",
)
INCIDENT_LESSON_SECTIONS = ("well", "slow", "lucky", "condition", "prevent", "notice", "react")
SITES = ("own", "outsourced")
COST_KINDS = ("media", "agency", "staff", "telephony", "licence", "outsourcing", "compensation", "other")

CALLS = table(
    "calls",
    text("call_id", "this queue entry or attempt", key=True),
    text(
        "contact_id",
        "the customer's contact; a call queued again by a transfer has several rows",
        null="= call_id",
    ),
    one_of("direction", ("in", "out"), "inbound queue entry or outbound attempt", required=True),
    line(),
    time("started_at", "queue entry (in), dial (out)", required=True),
    time("ended_at", "end of the conversation or of the waiting", null="still open, if outcome is null too"),
    one_of(
        "outcome",
        CALL_OUTCOMES,
        "flow_out: left the queue by time-out, key or empty queue; the last three are for attempts",
        null="open; over 4 h old: unknown, out of every ratio and counted apart",
    ),
    seconds("wait_s", "queue entry to answer or loss"),
    seconds("talk_s", "talk time"),
    seconds("hold_s", "hold time"),
    seconds("wrap_s", "wrap-up time"),
    text("client_id", "known caller", null="anonymous"),
    text("agent_id", "who answered or dialled", null="nobody"),
    flag("is_target", "counts as target traffic", null="not target"),
    text("topic", "what it was about"),
    text("transferred_to", "line the agent handed the contact to", null="not transferred"),
    text("campaign", "campaign of an attempt"),
    text("origin", "source of traffic it came from"),
    one_of("result", CALL_RESULTS, "what an answered attempt came to, by a value map"),
    time="started_at",
    about="One row per queue entry of an inbound call, or per outbound attempt.",
)
CALLS.info["same_as"] = {"contact_id": ("call_id",)}
CALLS.info["fate"] = "outcome"
CALLS.info["lasts"] = ("wait_s", "talk_s", "hold_s")

CHATS = table(
    "chats",
    text("chat_id", "this chat", key=True),
    text("contact_id", "the customer's contact", null="= chat_id"),
    line(),
    text("channel", "site, telegram, whatsapp, ...", null="chat"),
    time("started_at", "queue entry", required=True),
    time("accepted_at", "an agent took it", null="not accepted"),
    time("ended_at", "end of the session", null="still open"),
    one_of("outcome", CHAT_OUTCOMES, "how it ended", null="open"),
    seconds("wrap_s", "wrap-up time"),
    text("client_id", "known client", null="anonymous"),
    text("agent_id", "who took it", null="nobody"),
    flag("is_target", "counts as target traffic", null="not target"),
    text("topic", "what it was about"),
    text("transferred_to", "line the agent handed the contact to", null="not transferred"),
    text("origin", "source of traffic it came from"),
    time="started_at",
    about="One row per chat. A session lasts from accepted_at to ended_at; sessions of one agent overlap.",
)
CHATS.info["fate"] = "outcome"
CHATS.info["same_as"] = {"contact_id": ("chat_id",)}

LEADS = table(
    "leads",
    text("lead_id", "this lead", key=True),
    line(),
    time("created_at", "when the lead came", required=True),
    text("client_id", "known client", null="anonymous"),
    text("origin", "channel or campaign"),
    flag("is_target", "counts as target traffic", null="not target"),
    time("first_contact_at", "first contact made", null="not yet"),
    time="created_at",
    about="One row per internet lead.",
)

RESERVATIONS = table(
    "reservations",
    text("reservation_id", "this reservation", key=True),
    time("reserved_at", "when it was made", required=True),
    text("agent_id", "who made it", null="nobody"),
    text("client_id", "for whom", null="unknown"),
    number("area_m2", "area in square metres, to 0.01"),
    number("price", "price"),
    flag("in_call", "made during a call"),
    text("call_id", "the call it was made in", null="none"),
    text("contact_id", "the contact it was made in", null="that of the call"),
    text("project", "housing project"),
    text("city", "city"),
    time("cancelled_at", "when it was cancelled; the day it was made on stays", null="stands"),
    time="reserved_at",
    about="One row per reservation.",
)

TICKET_EVENTS_TABLE = table(
    "ticket_events",
    text("event_id", "this event", key=True),
    text("ticket_id", "the ticket", required=True),
    time("at", "when it happened", required=True),
    one_of("kind", TICKET_EVENTS, "what happened", required=True),
    text("desk", "the desk it happened at"),
    text("agent_id", "who did it", null="nobody"),
    text("type", "type of the ticket"),
    text("topic", "topic"),
    text("subtopic", "subtopic"),
    text("client_id", "whose ticket it is", null="unknown"),
    text("contact_id", "the contact it was created from", null="not from a contact"),
    text("process", "the process it belongs to", null="topic → subtopic"),
    time("due_at", "when it is due", null="by the centre's rule", planned=True),
    time="at",
    about="One row per event of a Service Desk ticket.",
)
TICKET_EVENTS_TABLE.info["checks"] = (
    ("{kind} = 'created' AND {due_at} < {at}", N_("it is due before it was created")),
)

BOT_CALLS = table(
    "bot_calls",
    text("bot_call_id", "this call", key=True),
    text("contact_id", "the customer's contact: a handed-over call goes on in `calls`", null="= bot_call_id"),
    time("started_at", "connect", required=True),
    seconds("wait_s", "connect to the first prompt"),
    seconds("dialogue_s", "dialogue with the bot"),
    one_of("outcome", BOT_OUTCOMES, "contained: ended in the bot with an answer given", null="still in the bot"),
    text("handed_to", "line it was handed to", null="not handed over"),
    text("client_id", "known caller", null="anonymous"),
    time="started_at",
    about="One row per call that enters the voice bot.",
)
BOT_CALLS.info["same_as"] = {"contact_id": ("bot_call_id",)}
BOT_CALLS.info["fate"] = "outcome"
BOT_CALLS.info["lasts"] = ("wait_s", "dialogue_s")

ACTIVITIES = table(
    "activities",
    text("agent_id", "whose status", key=True),
    time("started_at", "start of the interval", key=True),
    time("ended_at", "end of the interval", null="lasts"),
    text("status", "the source's word"),
    one_of("category", ACTIVITY_CATEGORIES, "what kind of time, by a value map", required=True),
    text("line", "line the time was given to"),
    text("activity", "what the time went to: routing, warranty, general enquiries, ...", null="not marked"),
    text("channel", "whose work the time was: call, chat, ticket, lead", null="not told"),
    time="started_at",
    about="One row per status interval of an agent.",
)

AGENTS = table(
    "agents",
    text("agent_id", "this agent", key=True),
    text("name", "name"),
    text("team", "team"),
    text("line", "home line"),
    one_of("site", SITES, "own centre or outsourced"),
    time("active_from", "first day of work"),
    time("active_to", "last day of work", null="works on"),
    time=None,
    about="People, as a dimension.",
)

AGENT_MOVES = table(
    "agent_moves",
    text("agent_id", "who moved", key=True),
    time("from_at", "since when they are there", key=True),
    text("team", "team", null="as before"),
    text("line", "home line", null="as before"),
    one_of("site", SITES, "own centre or outsourced", null="as before"),
    time=None,
    about="Where people went. Before the first move `agents` holds; what happened counts where they were then.",
)

SURVEYS = table(
    "surveys",
    text("survey_id", "this questionnaire", key=True),
    text("question", "this question of it", key=True),
    one_of("kind", SURVEY_KINDS, "what the question measures, by a value map", required=True),
    number("scale_low", "lowest score of the scale", required=True),
    number("scale_high", "highest score of the scale", required=True),
    time("sent_at", "when it was asked", null="= answered_at: the source keeps answers only, no response rate"),
    time("answered_at", "when it was answered", null="not answered"),
    number("score", "the answer; one off its scale is rejected", null="not answered"),
    text("channel", "what it was about: call, chat, ticket, ...", null="that of its contact"),
    text("contact_id", "the contact it was about", null="unknown"),
    text("client_id", "who was asked", null="that of the contact"),
    text("agent_id", "whose work it was about", null="who answered the contact last"),
    text("deal_id", "the deal it was about", null="none"),
    text("line", "line it was about", null="that of the contact's last answered row"),
    text("topic", "topic it was about", null="that of the contact's last answered row"),
    time="sent_at",
    about="One row per question put to a client.",
)
SURVEYS.info["same_as"] = {"sent_at": ("answered_at",)}
SURVEYS.info["checks"] = (
    ("{sent_at} IS NULL AND {answered_at} IS NULL", N_("neither sent_at nor answered_at is given")),
    ("{scale_high} < {scale_low}", N_("the scale ends below its beginning")),
    ("{score} < {scale_low} OR {score} > {scale_high}", N_("the score is off its scale")),
)

QUALITY_REVIEWS = table(
    "quality_reviews",
    text("review_id", "this review", key=True),
    text("contact_id", "the contact that was reviewed", null="unknown"),
    text("channel", "call, chat, ticket, ..."),
    text("line", "line of the contact", null="that of the contact's last answered row"),
    text("agent_id", "whose work was reviewed", null="who answered the contact last"),
    text("reviewer_id", "who reviewed it"),
    time("reviewed_at", "when it was reviewed", required=True),
    time("contact_at", "when the contact was", null="= reviewed_at"),
    number("score", "the score", required=True),
    number("max_score", "the highest score of the form", null="100"),
    flag("critical", "a fatal error: the review counts 0"),
    flag("calibration", "scored by several on purpose: in no figure"),
    text("form", "form it was reviewed by"),
    time="contact_at",
    about="One row per quality review of a contact.",
)
QUALITY_REVIEWS.info["same_as"] = {"contact_at": ("reviewed_at",)}
QUALITY_REVIEWS.info["checks"] = (
    ("{score} < 0 OR {score} > coalesce({max_score}, 100)", N_("the score is below 0 or over its maximum")),
    ("{max_score} <= 0", N_("the maximum is not over 0")),
)

COSTS = table(
    "costs",
    text("cost_id", "this cost", key=True),
    time("starts_on", "first day it is for", required=True),
    time("ends_on", "last day it is for, included", null="one day"),
    number("amount", "amount in the centre's currency; a refund is negative", required=True),
    text("currency", "its currency; another than the centre's is rejected", null="the centre's"),
    text("origin", "source of traffic it was paid for"),
    text("campaign", "campaign it was paid for"),
    text("city", "city"),
    one_of("kind", COST_KINDS, "what it was paid for, by a value map", required=True),
    text("channel", "channel it is for: call, chat, ticket, lead", null="shared out by workload"),
    text("line", "line it is for", null="the whole centre"),
    one_of("site", SITES, "site it is for", null="not told"),
    text("contact_id", "of a compensation: the contact it was for", null="none"),
    time=None,
    about="One row per cost. Without origin and campaign, and neither media nor agency, it is a cost of service.",
)
COSTS.info["checks"] = (own_money("currency"),)

INCIDENTS = table(
    "incidents",
    text("incident_id", "this incident's number", key=True),
    text("title", "what is the matter"),
    text("lines", "the lines it is of, separated by commas", null="the whole centre"),
    number("severity", "1 the worst, 2, 3"),
    time("started_at", "when it started", required=True),
    time("resolved_at", "when it was over", null="goes on"),
    text("chat", "where its timeline is kept"),
    text("author", "who wrote it down"),
    number("revision", "how often it was changed"),
    time("published_at", "when its post-mortem was published", null="not published"),
    time("revised_at", "when the post-mortem was last changed after that", null="never"),
    time="started_at",
    about="One row per incident.",
)
INCIDENTS.info["checks"] = (("{resolved_at} < {started_at}", N_("it is over before it started")),)

INCIDENT_EVENTS_TABLE = table(
    "incident_events",
    text("event_id", "this entry", key=True),
    text("incident_id", "the incident's number", required=True),
    time("at", "when it happened", required=True),
    one_of("kind", INCIDENT_EVENTS, "what happened", required=True),
    text("text", "what is said of it; of a message, its text"),
    text("author", "who wrote it", null="automatic"),
    flag("internal", "not for clients"),
    time("entered_at", "when it was written down"),
    time="at",
    about="One row per entry of an incident's timeline.",
)

DAY_MARK_KINDS = ("exclude", "holiday", "like")

DAY_MARKS = table(
    "day_marks",
    text("mark_id", "this mark", key=True),
    time("starts_on", "first local day it is for", required=True),
    time("ends_on", "last day it is for, included", null="one day"),
    text("line", "line or group of lines it is for", null="all lines"),
    text("channel", "channel it is for: call, chat, desk", null="all channels"),
    one_of(
        "kind",
        DAY_MARK_KINDS,
        "exclude: its records teach nothing; holiday; like: it ran as the weekday in like_weekday",
        required=True,
    ),
    number("like_weekday", "of a day that ran as another: 1 Monday ... 7 Sunday", null="none"),
    text("note", "why it is marked"),
    time=None,
    about="Days that are not like others. They count in every figure; the marked as exclude are in no usual value.",
)
DAY_MARKS.info["checks"] = (
    (
        "{kind} = 'like' AND ({like_weekday} IS NULL OR {like_weekday} NOT IN (1, 2, 3, 4, 5, 6, 7))",
        N_("like_weekday must be a number from 1 (Monday) to 7 (Sunday)"),
    ),
    ("{channel} NOT IN ('call', 'chat', 'desk')", N_("its channel must be call, chat or desk")),
)

INCIDENT_LESSONS = table(
    "incident_lessons",
    text("lesson_id", "this lesson", key=True),
    text("incident_id", "the incident's number", required=True),
    one_of(
        "section",
        INCIDENT_LESSON_SECTIONS,
        "what went well, where we were slow or lucky, which condition it took; the last three are actions",
        required=True,
    ),
    text("text", "what is learnt, or to be done", required=True),
    text("role", "who does an action: a role, not a name"),
    day("due_on", "until when", null="no day"),
    time("done_at", "when it was done", null="open"),
    time=None,
    about="One row per lesson of an incident's post-mortem.",
)

PLANS = table(
    "plans",
    text("metric", "metric's key", key=True),
    text("line", "line or group of lines", null="the whole centre"),
    text("granularity", "quarter, month, half_month or day", key=True),
    day("starts_on", "first local day of the period"),
    number("value", "the plan; percentages as 0-100", required=True),
    integer("revision", "1, 2, ...: the highest is in force, the others are kept"),
    time("loaded_at", "when it was loaded"),
    text("author", "who loaded it"),
    time=None,
    about="Plans by metric, line and period; revisions are kept.",
)

PLAN_WEIGHTS = table(
    "plan_weights",
    text("metric", "metric's key", key=True),
    text("line", "line, as in `plans`", null="the whole centre"),
    text("granularity", "as in `plans`", key=True),
    day("starts_on", "as in `plans`"),
    integer("revision", "the plan's revision they belong to"),
    integer("weekday", "0 Monday ... 6 Sunday, 7 a public holiday"),
    integer("hour", "local hour of the day, 0-23"),
    number("weight", "mean share of a normal week's volume that falls into this hour", required=True),
    time=None,
    about="How a plan was spread when it was first used; only an explicit respread changes it.",
)


SHIFT_KINDS = ("work", "break", "training", "meeting", "leave", "sick")
CHANNELS = ("call", "chat", "desk")
"""What work comes by that people are rostered for."""

SHIFTS = table(
    "shifts",
    text("shift_id", "this row of the roster", key=True),
    text("agent_id", "whose time it is", null="a place without a name, which counts as one person"),
    text("line", "line or group of lines it is for", null="home line of the agent"),
    one_of("channel", CHANNELS, "what the time is for", null="call"),
    time("starts_at", "when it starts", required=True, planned=True),
    time("ends_at", "when it ends, at most 24 h later", required=True, planned=True),
    one_of("kind", SHIFT_KINDS, "by a value map; what is not work is cut out of the same agent's work", null="work"),
    time="starts_at",
    about="Planned time of people. Rows of one agent that overlap count once.",
)
SHIFTS.info["checks"] = (
    ("{ends_at} <= {starts_at}", N_("it ends before it starts")),
    ("{ends_at} > {starts_at} + INTERVAL 24 HOUR", N_("it lasts for over 24 hours")),
)

CLIENT_BASE = table(
    "client_base",
    text("segment", "this part of the clients", key=True),
    time("starts_on", "since which local day there are so many", key=True),
    number("clients", "how many are served", required=True),
    text("line", "line that serves them", null="every line"),
    time("ends_on", "last day it holds, included", null="until the segment's next row"),
    time=None,
    about="How many clients are served: the sum over segments of the row in force.",
)
CLIENT_BASE.info["checks"] = (("{clients} < 0", N_("clients cannot be fewer than none")),)

FORECASTS = table(
    "forecasts",
    time("made_at", "when it was made", key=True),
    text("line", "line it is for", key=True),
    one_of("channel", CHANNELS, "what comes: call, chat, desk", key=True),
    time("starts_at", "beginning of the half hour", key=True, planned=True),
    number("value", "how much is to come", required=True),
    number("low", "lower bound of the band", null="not measured"),
    number("high", "upper bound of the band", null="not measured"),
    number("aht", "handling time it was made with, seconds"),
    text("method", "level, naive or day_model"),
    time="starts_at",
    about="Forecasts as they were made, kept for ever. The program writes them.",
)
