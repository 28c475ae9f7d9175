"""Settings of what is posted by itself: which digest or contest, when, where, and what if its data are not in."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.config.table import ConfigTable


class PostConfig(ConfigTable):
    key: str
    """The post's name, in lists and messages."""
    digest: str | None = None
    """Which of the digests; `biweekly`, if neither it nor a contest is named."""
    contest: str | None = None
    """Instead of a digest: the contest whose rating of the day is posted."""
    schedule: str | None = None
    """When, by the centre's clock: `1,16 10:00`, `09:30` (daily), `mon 09:00` or `weekdays 09:30`."""
    cron: str | None = None
    """When, as cron's five fields; instead of a schedule."""
    workday: Literal["next", "previous"] | None = None
    """Where a day off moves the post to: the next working day, or the previous one."""
    period: Literal["half_month", "month", "week", "day"] | None = None
    """What a digest is about: the last one that is over; as often as the schedule comes, if not given."""
    chats: tuple[str, ...] = ()
    """Where to: `telegram:-1001`, with a topic `telegram:-1001/5`, `slack:C024BE7LH`."""
    window_h: Annotated[float, Field(gt=0)] = 24
    """Hours after its time within which a post that was missed is still made, and says that it is late."""
    deadline_h: Annotated[float, Field(ge=0)] = 4
    """Hours after its time within which data that are not in are waited for."""
    on_gaps: Literal["post", "keep"] = "post"
    """If they are still not in by then: post with the gaps marked, or keep it and ask the operators."""
    approval: Literal["none", "editors"] = "none"
    """Whether the editors see a draft first and press Publish."""
    draft_h: Annotated[float, Field(gt=0)] = 3
    """Hours before its time at which the draft goes to the editors' chats."""
    draft_at: Annotated[str | None, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = None
    """Instead: the time of its day at which the draft goes there, by the centre's clock."""
    without_approval: Literal["figures", "hold"] = "hold"
    """If nobody has approved by its time: post the figures alone, without any column, or hold it."""


class CorrectionsConfig(ConfigTable):
    check_at: Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")] = "08:30"
    """When posted figures are compared with the records of the day, by the centre's clock; empty: only by hand."""
    days: Annotated[int, Field(ge=1)] = 7
    """For how many days after it was posted a digest is compared by itself."""
