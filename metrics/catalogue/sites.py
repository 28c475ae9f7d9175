"""What the report of own and outsourced sites is computed from, besides the metrics that it compares."""

from __future__ import annotations

from metrics.model import Better, Count, Metric, Sum, Test, Unit, where
from warehouse.messages import N_

SITES = (
    Metric(
        "aht_squares",
        N_("Squares of handling times"),
        N_("Sum of the squares of the times that AHT is the mean of: how far they vary."),
        Unit.COUNT,
        Better.NEUTRAL,
        "calls",
        Sum("handle_squared", where("handled")),
        ("calls.talk_s",),
        listed=False,
    ),
    Metric(
        "qa_squares",
        N_("Squares of quality scores"),
        N_("Sum of the squares of the scores that the quality score is the mean of: how far they vary."),
        Unit.COUNT,
        Better.NEUTRAL,
        "reviews",
        Sum("quality_squared"),
        listed=False,
    ),
    Metric(
        "site_cost",
        N_("Cost of service by site"),
        N_("Costs of service that say which site they are for, without compensations, of days that are over."),
        Unit.MONEY,
        Better.NEUTRAL,
        "costs_of_sites",
        Sum("amount"),
        ("costs.site",),
        listed=False,
    ),
    *(
        Metric(
            key,
            title,
            about,
            Unit.COUNT,
            Better.NEUTRAL,
            "calls",
            Count((*where("answered"), test)),
            listed=False,
        )
        for key, title, about, test in (
            (
                "linked_client",
                N_("With a client"),
                N_("Answered calls of a known client."),
                Test("client_id", (), "known"),
            ),
            ("linked_topic", N_("With a topic"), N_("Answered calls with a topic."), Test("topic", (), "known")),
            (
                "linked_contact",
                N_("With a contact"),
                N_("Answered calls that share their contact with another row."),
                Test("joined", (True,)),
            ),
        )
    ),
)
