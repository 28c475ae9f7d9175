"""The reports that are declared here, a file each. Adding one is a file beside this one and a line below."""

from __future__ import annotations

from digests.catalogue.biweekly import BIWEEKLY
from digests.catalogue.campaign import CAMPAIGN
from digests.catalogue.channels import CHANNELS
from digests.catalogue.complaints import COMPLAINTS
from digests.catalogue.conversion import CONVERSION
from digests.catalogue.declared import Declared, ReportPicture, declared
from digests.catalogue.fcr import FCR
from digests.catalogue.funnel import FUNNEL
from digests.catalogue.incidents import INCIDENTS
from digests.catalogue.load import LOAD
from digests.catalogue.losses import LOSSES
from digests.catalogue.managers import MANAGERS
from digests.catalogue.marketing import MARKETING
from digests.catalogue.satisfaction import SATISFACTION
from digests.catalogue.sites import SITES
from digests.catalogue.stages import STAGES
from digests.catalogue.time import TIME
from digests.catalogue.touches import TOUCHES
from digests.catalogue.transfers import TRANSFERS
from digests.catalogue.visits import VISITS
from digests.model import Analysis

__all__ = ["BIWEEKLY", "REPORTS", "Declared", "ReportPicture", "analysis_of", "declared"]

REPORTS = declared(
    (
        Declared(BIWEEKLY),
        SATISFACTION,
        TIME,
        CHANNELS,
        SITES,
        TRANSFERS,
        LOAD,
        LOSSES,
        FCR,
        COMPLAINTS,
        INCIDENTS,
        CONVERSION,
        MARKETING,
        FUNNEL,
        STAGES,
        TOUCHES,
        MANAGERS,
        VISITS,
        CAMPAIGN,
    )
)
"""By key: what `svodka report KEY` and `/report KEY` know."""


def analysis_of(key: str) -> Analysis:
    """Return the analysis of a part by its key, whichever report has it. Raises KeyError if none has."""
    every = {name: analysis for report in REPORTS.values() for name, analysis in report.analyses.items()}
    return every[key]
