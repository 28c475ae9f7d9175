"""Conversion: gross, by cohorts of deals and of first consultations, and within windows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from metrics.catalogue.deals import KINDS, column
from metrics.catalogue.visits import OUTCOME
from metrics.model import Better, Count, Metric, Ratio, Remark, Unit, where
from warehouse.messages import N_, note

_YOUNG = Remark(
    where("young"),
    note(
        "it is still growing: {n} deal is younger than {window_days} days",
        "it is still growing: {n} deals are younger than {window_days} days",
        n=0,
        window_days=30,
    ),
)
_UNTIMED = Remark(
    where("signed_untimed"),
    note("{n} sale without any time is in no period", "{n} sales without any time are in no period", n=0),
)


_SIGNED: Mapping[int, tuple[str, str]] = {
    14: (N_("Conversion within 14 days"), N_("Deals signed within 14 days, over deals at least 14 days old.")),
    30: (N_("Conversion within 30 days"), N_("Deals signed within 30 days, over deals at least 30 days old.")),
    60: (N_("Conversion within 60 days"), N_("Deals signed within 60 days, over deals at least 60 days old.")),
    90: (N_("Conversion within 90 days"), N_("Deals signed within 90 days, over deals at least 90 days old.")),
}
"""By the days of a window: what it is called, and what it is."""
_SIGNED_SINCE: Mapping[int, tuple[str, str]] = {
    days: (title, N_("Deals signed within so many days of their first consultation, over those as long ago."))
    for days, (title, _) in _SIGNED.items()
}
_CAME: Mapping[int, tuple[str, str]] = {
    14: (N_("Came within 14 days"), N_("Deals whose client came within 14 days, over deals at least 14 days old.")),
    30: (N_("Came within 30 days"), N_("Deals whose client came within 30 days, over deals at least 30 days old.")),
    60: (N_("Came within 60 days"), N_("Deals whose client came within 60 days, over deals at least 60 days old.")),
    90: (N_("Came within 90 days"), N_("Deals whose client came within 90 days, over deals at least 90 days old.")),
}


def _windows(
    prefix: str, relation: str, said: Mapping[int, tuple[str, str]], needs: tuple[str, ...], leave: int | None = None
) -> Iterator[Metric]:
    """Yield the share won within each window; but for one that is a metric of its own."""
    for days, (title, about) in said.items():
        if days != leave:
            fact = Ratio(Count(where(f"won_{days}")), Count(where(f"ripe_{days}")))
            yield column(f"{prefix}_{days}", title, about, relation, fact, Unit.PERCENT, needs)


CONVERSION = (
    Metric(
        key="conversion_gross",
        title=N_("Gross conversion"),
        about=N_("Contracts of the period over deals of the period, whichever deals they came of."),
        unit=Unit.PERCENT,
        better=Better.NEUTRAL,
        relation="deal_marks",
        fact=Ratio(Count(where("contract")), Count(where("created"))),
        needs=(KINDS,),
        aliases=("валовая", "валовая_конверсия"),
        phrases=("валовая конверсия", "конверсия валовая", "gross conversion", "conversion gross"),
        spread=False,
        decimals=1,
    ),
    Metric(
        key="conversion",
        title=N_("Conversion of the cohort"),
        about=N_("Deals created in the period that were signed by now, over deals created in the period."),
        unit=Unit.PERCENT,
        better=Better.FLOOR,
        relation="deal_cohorts",
        fact=Ratio(Count(where("won")), Count()),
        needs=(KINDS,),
        remarks=(_YOUNG, _UNTIMED),
        aliases=("конверсия", "когортная", "сквозная"),
        phrases=(
            "когортная конверсия",
            "сквозная конверсия",
            "конверсия в договор",
            "cohort conversion",
            "conversion of deals",
            "deal conversion",
        ),
        spread=False,
        decimals=1,
    ),
    Metric(
        key="conversion_window",
        title=N_("Conversion within 30 days"),
        about=N_("Deals signed within 30 days of their creation, over deals that are at least 30 days old."),
        unit=Unit.PERCENT,
        better=Better.FLOOR,
        relation="deal_cohorts",
        fact=Ratio(Count(where("won_30")), Count(where("ripe_30"))),
        needs=(KINDS,),
        aliases=("конверсия_30",),
        phrases=("конверсия за 30 дней", "conversion within 30 days", "30 day conversion"),
        spread=False,
        decimals=1,
    ),
    *_windows("conversion", "deal_cohorts", _SIGNED, (KINDS,), leave=30),
    column(
        "deals_won",
        N_("Signed by now"),
        N_("Deals created in the period that were signed by now."),
        "deal_cohorts",
        Count(where("won")),
        needs=(KINDS,),
    ),
    column("deals_born", N_("Deals created"), N_("Deals created in the period."), "deal_cohorts", Count()),
    column(
        "visits_first",
        N_("First consultations"),
        N_("Deals whose first consultation that was come to was in the period."),
        "first_visits",
        Count(),
        needs=(OUTCOME,),
    ),
    column(
        "visits_won",
        N_("Signed after the consultation"),
        N_("Deals whose first consultation was in the period that were signed by now, not before it."),
        "first_visits",
        Count(where("won")),
        needs=(KINDS, OUTCOME),
    ),
    *_windows("visit_conversion", "first_visits", _SIGNED_SINCE, (KINDS, OUTCOME)),
    column("deals_to_visit", N_("Deals created"), N_("Deals created in the period."), "deals_visited", Count()),
    column(
        "deals_visited",
        N_("Came by now"),
        N_("Deals created in the period whose client came to a consultation by now."),
        "deals_visited",
        Count(where("won")),
        needs=(OUTCOME,),
    ),
    *_windows("visited", "deals_visited", _CAME, (OUTCOME,)),
    column(
        "deals_again",
        N_("Deals of clients who had another"),
        N_("Deals created within 30 days after another one of the same client."),
        "deals_again",
        Count(),
    ),
)
