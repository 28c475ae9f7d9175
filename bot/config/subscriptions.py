"""Settings of what people let themselves be told: subscriptions and alerts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.config.table import ConfigTable


class SubscriptionsConfig(ConfigTable):
    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "09:30"
    """When a subscription comes that does not say so, by the centre's clock."""
    per_chat: Annotated[int, Field(ge=1)] = 20
    """Subscriptions that a person, or a chat, may have."""
    window_h: Annotated[float, Field(gt=0)] = 4
    """Hours after its time within which one that was missed is still posted, and says that it is late."""


class AlertsConfig(ConfigTable):
    every_s: Annotated[float, Field(ge=1)] = 60
    """Seconds from one look at all alerts to the next."""
    for_m: Annotated[int, Field(ge=5, le=1440)] = 30
    """The last minutes of records that an alert is about, if it does not say."""
    min_events: Annotated[int, Field(ge=1)] = 5
    """Calls, chats or the like that a share or a mean must be over, for anything to be concluded."""
    stale_m: Annotated[int, Field(ge=1)] = 60
    """Records that end so many minutes ago, or a window ago, conclude nothing: the alert holds."""
    quiet: Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$")] = ""
    """Hours in which no alert begins to speak, if it does not say, as 22:00-08:00; none, if empty."""
    edit_m: Annotated[float, Field(gt=0)] = 5
    """Minutes from one change of a message to the next, while an alert goes on."""
    per_chat: Annotated[int, Field(ge=1)] = 20
    """Alerts that a person, or a chat, may have."""
