"""What the records of amoCRM mean: each of our tables as a statement over theirs and over what the lake has.

Relations of theirs are named as in `export`, those of the lake `known_deals` and so on; what is made are tables
`new_deals` and so on, whole rows that replace those of their keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from warehouse.ingest.cast import listed, literal, phone
from warehouse.messages import N_, UserError, nearest

if TYPE_CHECKING:
    import duckdb

SOURCE = "amocrm"
ADDED, CLOSED = f"{SOURCE}: lead_added", f"{SOURCE}: closed_at"
"""Entries of histories that are made of other things than a change of status: they may turn out otherwise later."""
WON, LOST = "142", "143"
"""The same in every pipeline: a status is known by its pipeline and its id."""

_KINDS = (
    ("не отвеч|недозвон", "no_answer"),
    ("не запис", "not_booked"),
    ("не приш|не яв", "no_show"),
    ("запис|назначен", "booked"),
    ("пришел|консультац|визит|показ|встреча провед", "came"),
    ("договор", "contract"),
    ("телефон|контакт получ", "phone"),
)
"""What the title of a status is taken for: the first that is found in it."""
_BESIDE = ("no_answer", "not_booked", "no_show", "lost")

ORIGIN = "field:UTM_SOURCE"
_FIELD_CAMPAIGN = "field:UTM_CAMPAIGN"


@dataclass(frozen=True)
class AmocrmOptions:
    """What an account keeps where, for each centre does it in its own way."""

    city: str = ""
    """Where a deal's city stands: `field:` and a name, id or code; `tag`; `pipeline`."""
    cities: tuple[str, ...] = ()
    """The tags that are cities."""
    origin: str = ORIGIN
    client: Literal["contact", "phone"] = "contact"
    """Whether contacts that share a phone number are one client, known by the number."""
    visits: Literal["stages", "tasks"] = "stages"
    """Whether appointments are entries into stages, or tasks of the type meeting."""
    visit_field: str = ""
    """The field of a lead with the date of its appointment."""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> AmocrmOptions:
        """Return options as they are written. Raises UserError for one that there is not, or that says nothing."""
        known = tuple(field.name for field in fields(cls))
        for name in given:
            if name not in known:
                raise UserError(
                    "The format {format} has no option {name}: its options are {known}.",
                    format=SOURCE,
                    name=name,
                    known=nearest(name, known),
                )
        cities = given.get("cities", ())
        if isinstance(cities, str):
            cities = tuple(city.strip() for city in cities.split(",") if city.strip())
        options = cls(**{**given, "cities": tuple(cities)})
        for name, words in (("client", ("contact", "phone")), ("visits", ("stages", "tasks"))):
            if getattr(options, name) not in words:
                raise UserError(
                    'The option {name} of amoCRM is one of {known}, not "{given}".',
                    name=name,
                    known=", ".join(words),
                    given=getattr(options, name),
                )
        for name, forms in (("city", ("tag", "pipeline")), ("origin", ("tag", "pipeline")), ("visit_field", ())):
            place = getattr(options, name)
            if place and place not in forms and not place.startswith("field:"):
                raise UserError(
                    'The option {name} of amoCRM says where it stands, as "field:UTM_SOURCE", not "{given}".',
                    name=name,
                    given=place,
                )
        if options.city == "tag" and not options.cities:
            raise UserError("Which tags are cities? Name them in the option cities, as Омск, Томск.")
        return options


def make(
    connection: duckdb.DuckDBPyConnection,
    options: AmocrmOptions,
    zone: str,
    say: Callable[[str], str],
    *,
    anew: bool,
    is_last: bool,
) -> None:
    """Make the tables `new_...` of a portion of records. `zone` is the IANA zone of the centre's days.

    `anew`: what is made of the stages is made again for all deals, those of the lake too. `is_last`: no events follow
    that belong to these records, so that what no event tells of is taken from the cards.
    """
    affected = _AFFECTED + (_UNTOLD if is_last else "") + ("UNION SELECT deal_id FROM known_deals" if anew else "")
    connection.execute(f"SET TimeZone = {literal(zone)}")
    connection.execute(
        "CREATE OR REPLACE TEMP MACRO instant(s) AS CASE WHEN s > 0 THEN make_timestamp(s * 1000000) END"
    )
    for name, statement in (
        ("new_agents", _AGENTS),
        ("flags", _FLAGS),
        ("new_deals", _deals(options)),
        ("affected", affected),
        ("new_deal_clients", _DEAL_CLIENTS),
        ("new_deal_owners", _DEAL_OWNERS),
        ("history", _HISTORY),
        ("new_deal_stages", _deal_stages(is_last=is_last)),
        ("new_stages", _stages(say)),
        ("new_tasks", _TASKS),
        ("new_touches", _TOUCHES),
        ("new_visits", _visits_of_stages(options) if options.visits == "stages" else _VISITS_OF_TASKS),
    ):
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {statement}")


def field_values(place: str) -> str:
    """Return the SQL of the list of what stands in a place of a lead, `field:` and a name, id or code."""
    word = literal(place.removeprefix("field:"))
    return (
        f"list_filter(list_transform(flatten(list_transform(list_filter(custom_fields_values, lambda f: "
        f"{word} IN (f.field_name, f.field_code, f.field_id)), lambda f: f.values)), lambda v: trim(v.value)), "
        f"lambda v: v <> '')"
    )


def values_in(place: str, cities: tuple[str, ...] = ()) -> str:
    """Return the SQL of the list of what a lead says in a place; an empty one for no place."""
    if not place:
        return "CAST([] AS VARCHAR[])"
    if place == "tag":
        return f"list_filter(list_transform(_embedded.tags, lambda t: t.name), lambda t: t IN ({listed(cities)}))"
    if place == "pipeline":
        return "list_filter([pipeline_title], lambda p: p IS NOT NULL)"
    return field_values(place)


_AGENTS = f"""
    SELECT id AS agent_id, name, NULL AS team, NULL AS line, NULL AS site, NULL AS active_from, NULL AS active_to,
        '{SOURCE}' AS source
    FROM users ANTI JOIN known_agents ON known_agents.agent_id = users.id
"""

_FLAGS = """
    WITH merged AS (
        SELECT unnest(list_distinct(CAST(json_extract_string(value_before, '$..id') AS VARCHAR[]))) AS deal_id,
            entity_id AS merged_into, created_at, id
        FROM events WHERE type = 'entity_merged' AND entity_type = 'lead'
    ),
    gone AS (
        SELECT entity_id AS deal_id, type = 'lead_deleted' AS deleted, created_at AS told_at, id
        FROM events WHERE type IN ('lead_deleted', 'lead_restored')
        UNION ALL SELECT id, true, updated_at, '' FROM leads_deleted
        UNION ALL SELECT id, true, updated_at, '' FROM leads WHERE is_deleted
    )
    SELECT * FROM (SELECT deal_id, arg_max(deleted, row(coalesce(told_at, 0), id)) AS deleted FROM gone GROUP BY ALL)
    FULL JOIN (
        SELECT deal_id, arg_max(merged_into, row(created_at, id)) AS merged_into
        FROM merged WHERE deal_id <> merged_into GROUP BY ALL
    ) USING (deal_id)
"""
"""Of deals: whether they are deleted now, and what they were merged into."""


def _deals(options: AmocrmOptions) -> str:
    scheduled = field_values(options.visit_field) if options.visit_field else "CAST([] AS VARCHAR[])"
    return f"""
    WITH titles AS (SELECT id AS pipeline_id, name AS pipeline_title FROM pipelines),
    told AS (
        SELECT leads.*, {values_in(options.city, options.cities)} AS cities_,
            coalesce(nullif({values_in(options.origin, options.cities)}[1], ''), source_id) AS origin_,
            {values_in(_FIELD_CAMPAIGN)}[1] AS campaign_, {scheduled}[1] AS scheduled_,
            coalesce(loss_reasons.name, _embedded.loss_reason[1].name) AS loss_reason_,
            _embedded.contacts AS contacts_
        FROM leads LEFT JOIN titles USING (pipeline_id) LEFT JOIN loss_reasons ON loss_reasons.id = loss_reason_id
        WHERE leads.id IS NOT NULL AND created_at > 0
    ),
    theirs AS (
        SELECT id AS deal_id, instant(created_at) AS created_at,
            coalesce(list_filter(contacts_, lambda c: c.is_main)[1].id, contacts_[1].id) AS client_id,
            pipeline_id AS pipeline, status_id AS stage, instant(closed_at) AS closed_at, price AS amount,
            NULL AS currency, nullif(responsible_user_id, '0') AS owner_id, origin_ AS origin, campaign_ AS campaign,
            cities_[1] AS city, loss_reason_ AS loss_reason, len(cities_) AS cities_, scheduled_,
            list_transform(contacts_, lambda c: c.id) AS contacts_
        FROM told
    )
    SELECT theirs.*, known.* EXCLUDE ({_TOLD_OF_DEALS}),
        CASE WHEN flags.deleted THEN true END AS deleted, coalesce(flags.merged_into, known.merged_into) AS merged_into,
        '{SOURCE}' AS source, true AS told_
    FROM theirs LEFT JOIN known_deals known USING (deal_id) LEFT JOIN flags USING (deal_id)
    UNION ALL BY NAME
    SELECT known.* REPLACE (
        CASE WHEN coalesce(flags.deleted, known.deleted) THEN true END AS deleted,
        coalesce(flags.merged_into, known.merged_into) AS merged_into
    ), 0 AS cities_, false AS told_
    FROM known_deals known JOIN flags USING (deal_id) ANTI JOIN theirs USING (deal_id)
    """


_TOLD_OF_DEALS = """
    deal_id, created_at, client_id, pipeline, stage, closed_at, amount, currency, owner_id, origin, campaign, city,
    loss_reason, deleted, merged_into, source
"""
"""What is told of deals anew; all else that is known of them stays."""

_AFFECTED = """
    SELECT DISTINCT deal_id FROM (
        SELECT deal_id FROM new_deals UNION ALL SELECT entity_id FROM events WHERE entity_type = 'lead'
    )
"""
"""The deals whose histories may be other than before."""

_UNTOLD = f"""
    UNION SELECT deal_id FROM known_deals ANTI JOIN known_deal_stages USING (deal_id, stage)
    WHERE stage IN ('{WON}', '{LOST}') AND closed_at IS NOT NULL
"""
"""And those that are closed, and no entry tells it."""

_DEAL_CLIENTS = f"""
    SELECT DISTINCT deal_id, client_id, false AS is_main, '{SOURCE}' AS source
    FROM (SELECT deal_id, client_id AS main, unnest(contacts_) AS client_id FROM new_deals WHERE told_)
    WHERE client_id <> main
"""

_DEAL_OWNERS = f"""
    WITH changes AS (
        SELECT entity_id AS deal_id, instant(created_at) AS from_at, id,
            json_extract_string(value_after, '$[0].responsible_user.id') AS owner_id,
            json_extract_string(value_before, '$[0].responsible_user.id') AS before
        FROM events WHERE type = 'entity_responsible_changed' AND entity_type = 'lead' AND created_at > 0
    ),
    deals AS (
        SELECT deal_id, created_at FROM new_deals
        UNION ALL SELECT deal_id, created_at FROM known_deals ANTI JOIN new_deals USING (deal_id)
    ),
    first AS (
        SELECT deal_id, arg_min(struct_pack(owner := before), row(from_at, id)).owner AS owner_id
        FROM changes ANTI JOIN known_deal_owners USING (deal_id) GROUP BY ALL
    )
    SELECT deal_id, from_at, nullif(owner_id, '0') AS owner_id, '{SOURCE}' AS source FROM (
        SELECT deal_id, created_at AS from_at, owner_id, '' AS id FROM first JOIN deals USING (deal_id)
        WHERE owner_id IS NOT NULL
        UNION ALL SELECT deal_id, from_at, owner_id, id FROM changes
    ) QUALIFY row_number() OVER (PARTITION BY deal_id, from_at ORDER BY id DESC) = 1
"""

_HISTORY = f"""
    WITH told AS (
        SELECT id AS change_id, entity_id AS deal_id, instant(created_at) AS entered_at,
            json_extract_string(value_after, '$[0].lead_status.pipeline_id') AS pipeline,
            json_extract_string(value_after, '$[0].lead_status.id') AS stage,
            json_extract_string(value_before, '$[0].lead_status.pipeline_id') AS from_pipeline,
            json_extract_string(value_before, '$[0].lead_status.id') AS from_stage,
            nullif(created_by, '0') AS agent_id,
            CASE type WHEN 'lead_added' THEN '{ADDED}' ELSE '{SOURCE}' END AS source
        FROM events WHERE type IN ('lead_added', 'lead_status_changed') AND id IS NOT NULL AND created_at > 0
    )
    FROM told WHERE source = '{ADDED}' OR (
        stage IS NOT NULL AND pipeline IS NOT NULL
        AND row(pipeline, stage) IS DISTINCT FROM row(from_pipeline, from_stage)
    )
    UNION ALL
    SELECT * FROM known_deal_stages SEMI JOIN affected USING (deal_id) ANTI JOIN told USING (change_id)
    WHERE source <> '{CLOSED}'
"""
"""The entries of affected deals, those of the lake too; where one was added, the stage is still to be found."""


def _deal_stages(*, is_last: bool) -> str:
    """Histories, with the stage where a deal was added: where it went from first, or where it stands.

    A closing that no event tells of is the card's, once no event can tell of it any more.
    """
    told = "true" if is_last else f"deal_id IN (SELECT deal_id FROM known_deal_stages WHERE source = '{CLOSED}')"
    return f"""
    WITH changed AS (FROM history WHERE source <> '{ADDED}'),
    ends AS (
        SELECT deal_id, max(entered_at) AS last_at,
            arg_min(struct_pack(p := from_pipeline, s := from_stage), row(entered_at, change_id)) AS first,
            arg_max(struct_pack(p := pipeline, s := stage), row(entered_at, change_id)) AS last
        FROM changed GROUP BY ALL
    ),
    deals AS (
        SELECT deal_id, pipeline, stage, closed_at FROM new_deals
        UNION ALL
        SELECT deal_id, pipeline, stage, closed_at FROM known_deals SEMI JOIN affected USING (deal_id)
        ANTI JOIN new_deals USING (deal_id)
    ),
    added AS (
        SELECT change_id, deal_id, entered_at,
            CASE WHEN first.s IS NOT NULL THEN first.p ELSE deals.pipeline END AS pipeline,
            CASE WHEN first.s IS NOT NULL THEN first.s ELSE deals.stage END AS stage,
            NULL AS from_pipeline, NULL AS from_stage, agent_id, '{ADDED}' AS source
        FROM history LEFT JOIN ends USING (deal_id) LEFT JOIN deals USING (deal_id)
        WHERE source = '{ADDED}'
    ),
    closed AS (
        SELECT 'closed:' || deal_id AS change_id, deal_id, closed_at AS entered_at, deals.pipeline, deals.stage,
            last.p AS from_pipeline, last.s AS from_stage, NULL AS agent_id, '{CLOSED}' AS source
        FROM deals LEFT JOIN ends USING (deal_id)
        WHERE deals.stage IN ('{WON}', '{LOST}') AND closed_at IS NOT NULL AND {told}
            AND (last IS NULL OR last.s <> deals.stage AND last_at <= closed_at)
            AND NOT EXISTS (
                FROM added WHERE added.deal_id = deals.deal_id AND added.stage = deals.stage AND last IS NULL
            )
    )
    FROM changed UNION ALL FROM added WHERE stage IS NOT NULL AND pipeline IS NOT NULL UNION ALL FROM closed
    """


def _stages(say: Callable[[str], str]) -> str:
    title = "replace(lower(s.name), 'ё', 'е')"
    kinds = " ".join(f"WHEN regexp_matches({title}, '{words}') THEN '{kind}'" for words, kind in _KINDS)
    before, after = say(N_("stage {id} (deleted)")).split("{id}")
    return f"""
    WITH listed AS (
        SELECT pipeline, s.id AS stage, s.name AS title, pipeline_title, s.sort AS position,
            CASE WHEN s.id = '{WON}' THEN 'won' WHEN s.id = '{LOST}' THEN 'lost' WHEN s.type = 1 THEN 'incoming'
                {kinds} ELSE 'work' END AS kind
        FROM (
            SELECT id AS pipeline, name AS pipeline_title, unnest(_embedded.statuses) AS s FROM pipelines
        )
    ),
    gone AS (
        SELECT DISTINCT pipeline, stage, {literal(before)} || stage || {literal(after)} AS title,
            NULL AS pipeline_title, NULL AS position,
            CASE stage WHEN '{WON}' THEN 'won' WHEN '{LOST}' THEN 'lost' ELSE 'work' END AS kind
        FROM new_deal_stages ANTI JOIN listed USING (pipeline, stage) ANTI JOIN known_stages USING (pipeline, stage)
    ),
    theirs AS (FROM listed UNION ALL FROM gone)
    SELECT pipeline, stage, theirs.title, theirs.pipeline_title,
        CASE WHEN edited THEN known.position WHEN theirs.kind NOT IN ({listed(_BESIDE)}) THEN theirs.position
            END AS position,
        CASE WHEN edited THEN known.kind ELSE theirs.kind END AS kind,
        known.implies, known.visit_kind, known.stuck_after_days,
        CASE WHEN edited THEN known.source ELSE '{SOURCE}' END AS source
    FROM theirs LEFT JOIN (SELECT *, source <> '{SOURCE}' AS edited FROM known_stages) known USING (pipeline, stage)
    """


_TASKS = f"""
    WITH done AS (
        SELECT entity_id AS task_id, instant(max(created_at)) AS done_at
        FROM events WHERE type = 'task_completed' AND created_at > 0 GROUP BY ALL
    ),
    gone AS (SELECT entity_id AS task_id FROM events WHERE type = 'task_deleted'),
    local AS (SELECT *, CAST(to_timestamp(complete_till) AS TIMESTAMP) AS due FROM tasks WHERE id IS NOT NULL)
    SELECT t.id AS task_id, nullif(responsible_user_id, '0') AS agent_id,
        CASE WHEN entity_type = 'leads' THEN entity_id END AS deal_id,
        CASE WHEN entity_type = 'contacts' THEN entity_id END AS client_id,
        CASE task_type_id WHEN '1' THEN 'call' WHEN '2' THEN 'meeting' ELSE task_type_id END AS type,
        instant(t.created_at) AS created_at, instant(complete_till) AS due_at, duration AS duration_s,
        CASE WHEN strftime(due, '%H:%M') = '23:59' THEN true END AS all_day,
        CASE WHEN is_completed THEN coalesce(done_at, least(known.completed_at, instant(t.updated_at))) END
            AS completed_at,
        coalesce(instant(t.created_at), instant(complete_till)) AS at, '{SOURCE}' AS source,
        is_completed AND done_at IS NULL AND known.completed_at IS NULL AS approximate_
    FROM local t LEFT JOIN done ON done.task_id = t.id LEFT JOIN known_tasks known ON known.task_id = t.id
    WHERE coalesce(t.created_at, complete_till) > 0 AND t.id NOT IN (FROM gone)
    UNION ALL
    SELECT known.* REPLACE (done_at AS completed_at), false
    FROM known_tasks known JOIN done USING (task_id) ANTI JOIN tasks ON tasks.id = known.task_id
    WHERE task_id NOT IN (FROM gone)
"""

_TOUCHES = f"""
    WITH notes AS (
        SELECT *, entity_id AS deal_id, NULL AS client_id FROM leads_notes
        UNION ALL SELECT *, NULL, entity_id FROM contacts_notes
    ),
    people AS (SELECT lower(trim(name)) AS name, any_value(id) AS id FROM users GROUP BY ALL HAVING count(*) = 1),
    calls AS (
        SELECT notes.*, params.duration AS lasted, {phone("params.phone")} AS number,
            CASE WHEN params.call_status IN (2, 4) THEN 'answered' WHEN params.call_status IN (1, 3, 6) THEN 'no_answer'
                WHEN params.call_status = 5 THEN 'failed' WHEN params.call_status = 7 THEN 'busy'
                WHEN params.duration > 0 THEN 'answered' ELSE 'no_answer' END AS outcome,
            nullif(trim(params.call_responsible), '') AS caller
        FROM notes WHERE note_type IN ('call_in', 'call_out')
    )
    SELECT 'note:' || n.id AS touch_id, instant(created_at) AS at, 'call' AS channel, n.note_type[6:] AS direction,
        outcome, CASE outcome WHEN 'answered' THEN lasted ELSE 0 END AS duration_s, client_id, deal_id,
        nullif(coalesce(people.id, caller, responsible_user_id), '0') AS agent_id, NULL AS is_auto,
        -- A call on a contact and on its lead is written in the same second, with the same length and number.
        coalesce(nullif(params.uniq, ''), CASE WHEN number IS NOT NULL
            THEN 'made:' || md5(concat_ws('|', n.note_type, created_at, lasted, number)) END) AS call_id,
        '{SOURCE}' AS source
    FROM calls n LEFT JOIN people ON people.name = lower(caller)
    WHERE n.id IS NOT NULL AND created_at > 0
    UNION ALL
    SELECT 'note:' || id, instant(created_at), CASE WHEN note_type LIKE 'sms%' THEN 'sms' ELSE 'email' END,
        CASE WHEN note_type = 'sms_in' OR params.income THEN 'in' ELSE 'out' END AS way, NULL, NULL, client_id, deal_id,
        nullif(responsible_user_id, '0'), CASE WHEN created_by = '0' AND way = 'out' THEN true END, NULL, '{SOURCE}'
    FROM notes WHERE note_type IN ('sms_in', 'sms_out', 'amomail_message') AND id IS NOT NULL AND created_at > 0
    UNION ALL
    SELECT 'event:' || id, instant(created_at), 'message',
        CASE type WHEN 'incoming_chat_message' THEN 'in' ELSE 'out' END AS way, NULL, NULL,
        CASE entity_type WHEN 'contact' THEN entity_id END, CASE entity_type WHEN 'lead' THEN entity_id END,
        CASE WHEN way = 'out' THEN nullif(created_by, '0') END,
        CASE WHEN created_by = '0' AND way = 'out' THEN true END, NULL, '{SOURCE}'
    FROM events WHERE type IN ('incoming_chat_message', 'outgoing_chat_message') AND created_at > 0
    UNION ALL
    SELECT 'task:' || task_id, completed_at, 'meeting', 'out', NULL, NULL, client_id, deal_id, agent_id, NULL, NULL,
        '{SOURCE}'
    FROM new_tasks WHERE type = 'meeting' AND completed_at IS NOT NULL
"""


def _visits_of_stages(options: AmocrmOptions) -> str:
    """Each entry into a stage of bookings opens a visit; what comes of it is the next entry that tells."""
    # The card has the last appointment: a field of dates holds seconds since 1970, or a text that says when.
    scheduled = (
        "CASE WHEN regexp_full_match(scheduled_, '\\d{9,11}') THEN instant(CAST(scheduled_ AS BIGINT)) "
        "ELSE make_timestamp(epoch_us(TRY_CAST(scheduled_ AS TIMESTAMPTZ))) END"
    )
    return f"""
    WITH kinds AS (
        SELECT pipeline, stage, kind, visit_kind FROM new_stages
        UNION ALL SELECT pipeline, stage, kind, visit_kind FROM known_stages
        ANTI JOIN new_stages USING (pipeline, stage)
    ),
    entries AS (
        SELECT change_id, deal_id, entered_at, agent_id, kind, visit_kind
        FROM new_deal_stages JOIN kinds USING (pipeline, stage) WHERE kind IN ('booked', 'came', 'no_show')
    ),
    ways AS (
        SELECT *, lead(kind) OVER way AS next, lead(entered_at) OVER way AS next_at,
            lag(kind) OVER way AS before, lag(change_id) OVER way AS replaced,
            count(*) FILTER (kind = 'booked') OVER (
                PARTITION BY deal_id ORDER BY entered_at, change_id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
            ) = 0 AS is_last
        FROM entries WINDOW way AS (PARTITION BY deal_id ORDER BY entered_at, change_id)
    ),
    appointed AS (SELECT deal_id, {scheduled} AS scheduled_at FROM new_deals WHERE scheduled_ IS NOT NULL)
    SELECT 'stage:' || change_id AS visit_id, deal_id, coalesce(d.client_id, k.client_id) AS client_id,
        coalesce(ways.visit_kind, 'consultation') AS kind,
        entered_at AS booked_at,
        CASE WHEN is_last AND a.scheduled_at >= entered_at THEN a.scheduled_at
            ELSE known.scheduled_at END AS scheduled_at,
        CASE next WHEN 'booked' THEN 'moved' ELSE next END AS outcome, next_at AS outcome_at,
        NULL AS confirmed_at, CASE before WHEN 'booked' THEN 'stage:' || replaced END AS moved_from,
        coalesce(d.city, k.city) AS city, ways.agent_id, NULL AS campaign, entered_at AS at, '{SOURCE}' AS source
    FROM ways LEFT JOIN new_deals d USING (deal_id) LEFT JOIN known_deals k USING (deal_id)
    LEFT JOIN appointed a USING (deal_id) LEFT JOIN known_visits known ON known.visit_id = 'stage:' || change_id
    WHERE ways.kind = 'booked'
    """


_VISITS_OF_TASKS = f"""
    SELECT 'task:' || task_id AS visit_id, deal_id, client_id, 'consultation' AS kind, created_at AS booked_at,
        due_at AS scheduled_at, CASE WHEN completed_at IS NOT NULL THEN 'came' END AS outcome,
        completed_at AS outcome_at, NULL AS confirmed_at, NULL AS moved_from, NULL AS city, agent_id,
        NULL AS campaign, coalesce(created_at, due_at) AS at, '{SOURCE}' AS source
    FROM new_tasks WHERE type = 'meeting'
"""


KINDS = """
    SELECT md5(string_agg(concat_ws('|', pipeline, stage, kind, visit_kind), ',' ORDER BY pipeline, stage))
    FROM known_stages
"""
"""What stages mean, in a few letters: whether somebody has said otherwise since visits were made of them."""


def links(options: AmocrmOptions) -> str:
    """Return the SQL of which ids are those of one client: contacts that were merged, or that share a phone number."""
    merged = f"""
        SELECT alias, arg_max(entity_id, row(created_at, id)) AS client_id, '{SOURCE}' AS source FROM (
            SELECT unnest(list_distinct(CAST(json_extract_string(value_before, '$..id') AS VARCHAR[]))) AS alias, *
            FROM events WHERE type = 'entity_merged' AND entity_type = 'contact'
        ) WHERE alias <> entity_id GROUP BY alias
    """
    if options.client == "contact":
        return merged
    numbers = f"list_transform({field_values('field:PHONE')}, lambda n: {phone('n')})"
    return f"""
        {merged} UNION ALL SELECT unnest(list_prepend(id, numbers)) AS alias, numbers[1], '{SOURCE}' AS source FROM (
            SELECT id, list_distinct(list_filter({numbers}, lambda n: n IS NOT NULL)) AS numbers FROM contacts
        ) WHERE len(numbers) > 0
    """
