"""What is known ahead: the roster, how many clients are served, and what was forecast."""

from __future__ import annotations

from warehouse.messages import N_
from warehouse.schema.columns import number, one_of, table, text, time

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
