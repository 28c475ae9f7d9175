"""Answers of clients and reviews of contacts; what they are about comes from the contact where they do not say."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement, and_, not_, or_

from metrics.centre import IndexScale
from metrics.relations.base import Relation, Scope, flag
from metrics.relations.contacts import contact_facts
from warehouse.schema import QUALITY_REVIEWS, SURVEYS
from warehouse.sql import seconds_between

SURVEY, SCALE, SCORE, WAITED = "survey", "scale", "score", "waited"
SETTLED_AFTER_S = 72 * 3600.0
"""A question that nobody answered for so long is one that nobody will answer."""
_PROMOTES, _DETRACTS, _HIGHEST = 9.0, 6.0, 10.0
_WAITS = ((30.0, "0:00"), (60.0, "0:30"), (180.0, "1:00"), (300.0, "3:00"))


def survey_answers(scope: Scope) -> sa.Select[Any]:
    """One row per question put to a client, by when it was asked."""
    s = SURVEYS.c
    asked = sa.select(*(column for column in s if column.name != "source")).where(scope.has(s.sent_at))
    asked = asked.add_columns(
        # Whether there are questions of CSI at all: else it is read off CSAT.
        sa.func.max(flag(s.kind == "csi")).over().label("has_csi"),
        sa.func.count(s.score).over(partition_by=[s.client_id, s.kind]).label("of_client"),
    )
    rows = asked.subquery("asked")
    facts = contact_facts(scope, sa.select(s.contact_id).where(scope.has(s.sent_at), s.contact_id.is_not(None)))
    a, f = rows.c, facts.c
    answered = and_(a.score.is_not(None), sa.func.coalesce(a.answered_at, a.sent_at) <= scope.now)
    counts = flag(answered)
    waits = seconds_between(a.sent_at, scope.now) < SETTLED_AFTER_S
    told = or_(a.answered_at.is_(None), a.answered_at != a.sent_at)
    settled = and_(told, or_(counts == 1, not_(waits)))
    span = a.scale_high - a.scale_low
    scaled = and_(counts == 1, span > 0)
    surveys = scope.centre.surveys
    csi = and_(scaled, or_(a.kind == "csi", and_(a.kind == "csat", a.has_csi == 0)))
    share = a.score / a.scale_high if surveys.csi == "share_of_max" else (a.score - a.scale_low) / span
    return sa.select(
        scope.bucket(a.sent_at),
        a.sent_at.label("at"),
        a.survey_id,
        a.question,
        a.kind.label(SURVEY),
        (_plain(a.scale_low) + sa.literal("–") + _plain(a.scale_high)).label(SCALE),
        _plain(a.score).label(SCORE),
        a.scale_low,
        a.scale_high,
        sa.func.coalesce(a.line, f.line).label("line"),
        sa.func.coalesce(a.agent_id, f.agent).label("agent"),
        sa.func.coalesce(a.topic, f.topic).label("topic"),
        sa.func.coalesce(a.channel, f.channel).label("channel"),
        sa.case(*((f.wait_s <= below, label) for below, label in _WAITS), (f.wait_s.is_not(None), "5:00")).label(
            WAITED
        ),
        a.contact_id,
        sa.func.coalesce(a.client_id, f.client_id).label("client_id"),
        a.answered_at,
        counts.label("answered"),
        flag(and_(counts == 1, a.client_id.is_not(None), a.of_client > 1)).label("again"),
        flag(and_(told, not_(counts == 1), waits)).label("waiting"),
        flag(not_(told)).label("answers_only"),
        flag(settled).label("settled"),
        flag(and_(settled, counts == 1)).label("responded"),
        flag(and_(counts == 1, a.answered_at < a.sent_at)).label("answered_early"),
        flag(and_(scaled, a.kind == "csat")).label("csat_counts"),
        flag(and_(scaled, a.kind == "csat", 4 * (a.score - a.scale_low) >= 3 * span)).label("satisfied"),
        flag(csi).label("csi_counts"),
        flag(and_(csi, a.kind == "csat")).label("csi_of_csat"),
        sa.case((csi, share)).label("csi_share"),
        *_votes(a, counts == 1, "nps", surveys.nps),
        *_votes(a, counts == 1, "mood", surveys.mood),
    ).select_from(rows.outerjoin(facts, a.contact_id == f.contact_id))


def _votes(
    a: Any, answered: ColumnElement[bool], kind: str, declared: IndexScale | None
) -> tuple[ColumnElement[Any], ...]:
    """Return whether an answer counts in an index, its vote +1, 0 or -1, and whether its scale is undeclared."""
    usual = and_(a.scale_low == 0, a.scale_high == _HIGHEST)
    of_kind = and_(answered, a.kind == kind)
    votes = [(and_(of_kind, usual, a.score >= _PROMOTES), 1), (and_(of_kind, usual, a.score <= _DETRACTS), -1)]
    counts = and_(of_kind, usual)
    if declared:
        unusual = and_(of_kind, not_(usual))
        votes += [
            (and_(unusual, a.score >= declared.promoters), 1),
            (and_(unusual, a.score <= declared.detractors), -1),
        ]
        counts = of_kind
    return (
        flag(counts).label(f"{kind}_counts"),
        sa.case(*votes, else_=0).label(f"{kind}_vote"),
        flag(and_(of_kind, not_(usual), sa.false() if declared else sa.true())).label(f"{kind}_off_scale"),
    )


def _plain(number: ColumnElement[Any]) -> ColumnElement[str]:
    """A score as text: whole ones without a fraction."""
    whole = sa.cast(sa.cast(number, sa.BigInteger), sa.Text)
    return sa.case((number == sa.func.floor(number), whole), else_=sa.cast(number, sa.Text))


def reviews(scope: Scope) -> sa.Select[Any]:
    """One row per reviewed contact and form, its latest review, by when the contact was. Calibrations are left out."""
    q = QUALITY_REVIEWS.c
    latest = sa.func.row_number().over(
        partition_by=[sa.func.coalesce(q.contact_id, q.review_id), sa.func.coalesce(q.form, "")],
        order_by=[q.reviewed_at.desc(), q.review_id.desc()],
    )
    within = and_(scope.has(q.contact_at), q.reviewed_at <= scope.now)
    counted = (
        sa.select(*(column for column in q if column.name != "source"), latest.label("latest"))
        .where(within, or_(q.calibration.is_(None), q.calibration == sa.false()))
        .subquery("reviewed")
    )
    facts = contact_facts(scope, sa.select(q.contact_id).where(within, q.contact_id.is_not(None)))
    r, f = counted.c, facts.c
    critical = flag(r.critical == sa.true())
    quality = sa.case((critical == 1, 0.0), else_=r.score / sa.func.coalesce(r.max_score, 100.0))
    return (
        sa.select(
            scope.bucket(r.contact_at),
            r.contact_at.label("at"),
            r.review_id,
            sa.func.coalesce(r.line, f.line).label("line"),
            sa.func.coalesce(r.agent_id, f.agent).label("agent"),
            f.topic.label("topic"),
            sa.func.coalesce(r.channel, f.channel).label("channel"),
            r.contact_id,
            f.client_id,
            r.reviewed_at,
            critical.label("critical"),
            quality.label("quality"),
            (quality * quality).label("quality_squared"),
        )
        .select_from(counted.outerjoin(facts, r.contact_id == f.contact_id))
        .where(r.latest == 1)
    )


_BY = ("line", "agent", "topic", "channel")
_LINES = ("calls", "chats")
SURVEY_ANSWERS = Relation(
    "survey_answers",
    ("surveys",),
    survey_answers,
    (*_BY, SURVEY, SCALE, SCORE, WAITED),
    lines_from=("surveys", *_LINES),
)
REVIEWS = Relation("reviews", ("quality_reviews",), reviews, _BY, lines_from=("quality_reviews", *_LINES))
