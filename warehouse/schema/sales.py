"""Where a contact becomes a sale: deals and their way through the stages, touches, tasks, visits, campaigns.

No table has a name or an address of a client: who they are, the CRM knows.
"""

from __future__ import annotations

from warehouse.messages import N_
from warehouse.schema.columns import flag, number, one_of, own_money, seconds, table, text, time

STAGE_KINDS = (
    *("incoming", "phone", "work", "booked", "came", "contract", "won", "after"),
    *("no_answer", "not_booked", "no_show", "lost"),
)
"""What a stage means: along the path in its order, then those at its side."""
TOUCH_CHANNELS = ("call", "sms", "message", "email", "meeting")
TOUCH_OUTCOMES = ("answered", "no_answer", "busy", "failed")
VISIT_KINDS = ("consultation", "contract", "other")
VISIT_OUTCOMES = ("came", "no_show", "cancelled", "moved")
PHONE_STATES = ("ok", "dead")

DEALS = table(
    "deals",
    text("deal_id", "this deal: a lead of amoCRM, an opportunity elsewhere", key=True),
    time("created_at", "when it was created", required=True),
    text("client_id", "its main contact", null="in no figure per client, counted"),
    text("pipeline", "the pipeline it is in now", null="its history decides"),
    text("stage", "the stage it stands in now", null="its history decides"),
    time("closed_at", "the source's own closing time", null="open; used only where the history lacks the closing"),
    number("amount", "its value in the centre's currency", null="in counts, not in money, counted"),
    text("currency", "its currency; another than the centre's is rejected", null="the centre's"),
    text("owner_id", "whose it is now, as in `agents`", null="nobody's"),
    text("origin", "source of traffic it came from"),
    text("campaign", "campaign it came from"),
    text("city", "city"),
    text("loss_reason", "why it was lost"),
    time("phone_at", "when a phone number was known", null="not known"),
    number("offer_price", "the price that was offered", null="not known: not told by its price, counted"),
    number(
        "reference_price", "what the client expected, or the market's price", null="not known: not told by it, counted"
    ),
    flag("deleted", "deleted: in no figure, counted", null="not deleted"),
    text("merged_into", "the deal it was merged into: in no figure, counted", null="not merged"),
    time="created_at",
    about="One row per deal of a CRM.",
)
DEALS.info["checks"] = (own_money("currency"), ("{merged_into} = {deal_id}", N_("it is merged into itself")))

DEAL_STAGES = table(
    "deal_stages",
    text("change_id", "this change; of changes within one second, the order", key=True),
    text("deal_id", "the deal", required=True),
    time("entered_at", "when it entered the stage", required=True),
    text("pipeline", "the pipeline it entered", required=True),
    text("stage", "the stage it entered", required=True),
    text("from_pipeline", "the pipeline it left", null="unknown"),
    text("from_stage", "the stage it left", null="unknown"),
    text("agent_id", "who moved it", null="a robot"),
    time="entered_at",
    about="One row per move of a deal to a stage. A deal that enters the stage it stands in has not moved.",
)

STAGES = table(
    "stages",
    text("pipeline", "the pipeline", key=True),
    text("stage", "this stage of it", key=True),
    text("title", "what people call it"),
    text("pipeline_title", "what people call the pipeline"),
    number("position", "its place along the path, a whole number", null="beside the path"),
    one_of("kind", STAGE_KINDS, "what it means, by a value map", required=True),
    text("implies", "the stage of the path that standing here proves", null="none; of no_show, the first booked one"),
    one_of("visit_kind", ("consultation", "contract"), "what is booked there", null="consultation"),
    number("stuck_after_days", "days after which a deal is stuck there", null="what most deals take"),
    time=None,
    about="Stages, as a dimension.",
)
STAGES.info["checks"] = (
    ("{position} <> round({position})", N_("the position is not a whole number")),
    ("{stuck_after_days} <= 0", N_("the days are not over 0")),
)

DEAL_OWNERS = table(
    "deal_owners",
    text("deal_id", "the deal", key=True),
    time("from_at", "since when it is theirs", key=True),
    text("owner_id", "whose it became", null="nobody's"),
    time=None,
    about="Whose a deal was. One without rows belongs to its present owner from the start.",
)

DEAL_CLIENTS = table(
    "deal_clients",
    text("deal_id", "the deal", key=True),
    text("client_id", "a contact of it", key=True),
    flag("is_main", "the main one"),
    time=None,
    about="Further contacts of deals: a spouse, a parent.",
)

CLIENT_ALIASES = table(
    "client_aliases",
    text("alias", "an id that a client goes by as well", key=True),
    text("client_id", "the client", required=True),
    time=None,
    about="One client under several ids: contacts that were merged, a CRM's id for a phone number.",
)
CLIENT_ALIASES.info["checks"] = (("{alias} = {client_id}", N_("it is an alias of itself")),)

TOUCHES = table(
    "touches",
    text("touch_id", "this touch", key=True),
    time("at", "when it was", required=True),
    one_of("channel", TOUCH_CHANNELS, "how", required=True),
    one_of("direction", ("in", "out"), "who wrote or called: the client (in) or we (out)", required=True),
    one_of("outcome", TOUCH_OUTCOMES, "of a call, what became of it", null="no call"),
    seconds("duration_s", "length of the conversation"),
    text("client_id", "the client", null="that of the deal"),
    text("deal_id", "the deal", null="logged on the client only"),
    text("agent_id", "who called, wrote or met", null="nobody"),
    flag("is_auto", "sent by a robot"),
    text("call_id", "the telephony's id of the call: one call written twice is one touch", null="one of its own"),
    time="at",
    about="One row per contact with a client that a CRM knows of. A call log goes in here too.",
)

TASKS = table(
    "tasks",
    text("task_id", "this task", key=True),
    text("agent_id", "whose it is", null="nobody's"),
    text("deal_id", "the deal", null="about none"),
    text("client_id", "the client", null="that of the deal"),
    text("type", "type of the task"),
    time("created_at", "when it was set", null="unknown"),
    time("due_at", "when it is due", null="at no time", planned=True),
    seconds("duration_s", "time set aside for it", null="none"),
    flag("all_day", "due at no hour of its day"),
    time("completed_at", "when it was done", null="open"),
    time("at", "the first that is known of it: when it was set, else when it is due", planned=True),
    time="at",
    about="One row per task of somebody.",
)
TASKS.info["same_as"] = {"at": ("created_at", "due_at")}
TASKS.info["checks"] = (
    ("coalesce({at}, {created_at}, {due_at}) IS NULL", N_("neither created_at nor due_at is given")),
)

VISITS = table(
    "visits",
    text("visit_id", "this visit", key=True),
    text("deal_id", "the deal", null="of none"),
    text("client_id", "the client", null="that of the deal"),
    one_of("kind", VISIT_KINDS, "what it is for", null="consultation"),
    time("booked_at", "when it was booked", null="came unbooked"),
    time("scheduled_at", "when it is to be", null="unknown", planned=True),
    one_of("outcome", VISIT_OUTCOMES, "what became of it", null="not known yet"),
    time("outcome_at", "since when that is known", null="not known yet"),
    time("confirmed_at", "when the client confirmed it", null="not confirmed"),
    text("moved_from", "the visit it replaces", null="none"),
    text("city", "city"),
    text("agent_id", "who booked it", null="nobody"),
    text("campaign", "campaign it was booked in", null="that of its client or deal"),
    time("at", "the first that is known of it: booking, else appointment, else outcome", planned=True),
    time="at",
    about="One row per appointment of a client, or visit without one.",
)
VISITS.info["same_as"] = {"at": ("booked_at", "scheduled_at", "outcome_at")}
VISITS.info["checks"] = (
    (
        "coalesce({at}, {booked_at}, {scheduled_at}, {outcome_at}) IS NULL",
        N_("none of booked_at, scheduled_at and outcome_at is given"),
    ),
    ("{moved_from} = {visit_id}", N_("it replaces itself")),
)

CAMPAIGN_CLIENTS = table(
    "campaign_clients",
    text("row_id", "this row of a list", key=True),
    text("campaign", "the campaign", required=True),
    text("list", "the list it came in"),
    text("client_id", "the client", null="no number that can be dialled"),
    one_of("phone_state", PHONE_STATES, "whether the number lives", null="ok"),
    text("stop_reason", "why the client may not be called", null="may be called"),
    text("segment", "segment"),
    text("script", "script they are talked to by"),
    time("loaded_at", "when the list was handed over", required=True),
    time("data_updated_at", "when what is known of the client was brought up to date", null="not"),
    time="loaded_at",
    about="One row per row of a campaign's lists as they were handed over, duplicates included.",
)

SALES_TABLES = (
    DEALS,
    DEAL_STAGES,
    STAGES,
    DEAL_OWNERS,
    DEAL_CLIENTS,
    CLIENT_ALIASES,
    TOUCHES,
    TASKS,
    VISITS,
    CAMPAIGN_CLIENTS,
)
"""What a CRM and its campaigns fill."""
