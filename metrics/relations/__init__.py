"""The relations that metrics aggregate, by name."""

from __future__ import annotations

from metrics.relations.activities import ACTIVITY, PERSON_DAYS, WORKLOAD
from metrics.relations.base import Relation, Scope, moments_of
from metrics.relations.calls import ATTEMPTS, BOT, HANDOVERS, INBOUND
from metrics.relations.campaigns import CAMPAIGN_AGREED, CAMPAIGN_DIALS, CAMPAIGN_MARKS, CAMPAIGN_ROWS
from metrics.relations.chains import CHAINS
from metrics.relations.chats import CHATS_IN, ENGAGED
from metrics.relations.clients import CLIENTS, CONTACTS_AND_CLIENTS
from metrics.relations.cohorts import DEAL_COHORTS, DEALS_AGAIN, DEALS_VISITED, FIRST_VISITS
from metrics.relations.deals import DEAL_MARKS, DEAL_STATES, RECEIPTS
from metrics.relations.events import CANCELLED, INCIDENTS_BY_START, LEADS_IN, RESERVED, TICKETS
from metrics.relations.forecasts import FORECAST_HALF_HOURS
from metrics.relations.funnel import (
    DEAL_PASSES,
    DEAL_STEPS,
    DURATIONS,
    RETURNS,
    STAGE_PASSES,
    STAGE_STEPS,
    TRANSITIONS,
)
from metrics.relations.lost import LOSSES_IN_CLIENTS, LOST_CALLS
from metrics.relations.marketing import COST_DAYS, MARKETED_SALES, MARKETING
from metrics.relations.service import CONTACTS, COSTS_OF_SITES, SERVICE
from metrics.relations.shifts import ADHERENCE, PLANNED_TIME
from metrics.relations.surveys import REVIEWS, SURVEY_ANSWERS
from metrics.relations.tasks import DONE_WINDOWS, TASK_WINDOWS, TASKS_DONE, TASKS_OVERDUE, WORK_OF_PEOPLE
from metrics.relations.tickets import CHASERS, CLOSINGS, CONTACTS_AND_COMPLAINTS, DUE_TICKETS, TICKET_LIVES
from metrics.relations.touches import (
    FIRST_TOUCHES,
    MARKS_TOUCHED,
    OUT_OF_REACH,
    TOUCH_GAPS,
    TOUCH_TO_STAGE,
    TOUCHES_IN,
)
from metrics.relations.transfers import ARRIVALS, PASSED, PASSED_IN, QUEUED, RECEIVED
from metrics.relations.visits import CONTRACTS_BOOKED, FIRST_MISSES, REBOOKINGS, VISIT_MARKS

RELATIONS: dict[str, Relation] = {
    relation.key: relation
    for relation in (
        INBOUND,
        ATTEMPTS,
        CLIENTS,
        CHATS_IN,
        ENGAGED,
        BOT,
        HANDOVERS,
        LEADS_IN,
        RESERVED,
        CANCELLED,
        TICKETS,
        ACTIVITY,
        PERSON_DAYS,
        WORKLOAD,
        PLANNED_TIME,
        ADHERENCE,
        FORECAST_HALF_HOURS,
        CONTACTS_AND_CLIENTS,
        SURVEY_ANSWERS,
        CONTACTS,
        SERVICE,
        COSTS_OF_SITES,
        REVIEWS,
        ARRIVALS,
        RECEIVED,
        QUEUED,
        PASSED,
        PASSED_IN,
        LOST_CALLS,
        LOSSES_IN_CLIENTS,
        CHAINS,
        TICKET_LIVES,
        CLOSINGS,
        DUE_TICKETS,
        CHASERS,
        CONTACTS_AND_COMPLAINTS,
        INCIDENTS_BY_START,
        DEAL_MARKS,
        DEAL_COHORTS,
        DEALS_VISITED,
        DEALS_AGAIN,
        DEAL_STATES,
        RECEIPTS,
        DEAL_PASSES,
        DEAL_STEPS,
        STAGE_PASSES,
        STAGE_STEPS,
        TRANSITIONS,
        RETURNS,
        DURATIONS,
        TOUCHES_IN,
        FIRST_TOUCHES,
        MARKS_TOUCHED,
        TOUCH_GAPS,
        TOUCH_TO_STAGE,
        OUT_OF_REACH,
        VISIT_MARKS,
        REBOOKINGS,
        FIRST_MISSES,
        FIRST_VISITS,
        CONTRACTS_BOOKED,
        TASKS_DONE,
        TASKS_OVERDUE,
        WORK_OF_PEOPLE,
        TASK_WINDOWS,
        DONE_WINDOWS,
        COST_DAYS,
        MARKETING,
        MARKETED_SALES,
        CAMPAIGN_ROWS,
        CAMPAIGN_DIALS,
        CAMPAIGN_AGREED,
        CAMPAIGN_MARKS,
    )
}

__all__ = ["RELATIONS", "Relation", "Scope", "moments_of"]
