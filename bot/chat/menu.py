"""The commands as a platform's menu lists them: what is done, then the metrics, the most asked for first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.channels.protocol import CommandHelp
from bot.chat.questions.recurring import ALERT, ALERTS, SUBSCRIBE, SUBSCRIPTIONS
from bot.chat.questions.vocabulary import FAMILIES
from digests.localizer import LANGUAGES, Localizer
from digests.request import Verb
from metrics.catalogue import BUILT_IN, Catalogue
from metrics.model import Metric
from warehouse.messages import N_

_LONGEST_NAME, _LONGEST_ABOUT = 32, 100
_MOST = 100
"""Commands that a platform's menu takes."""

ABOUT_VERBS: dict[Verb, str] = {
    Verb.DIGEST: N_("The plan/fact digest of a period"),
    Verb.REPORT: N_("A report of a period: /report name june"),
    Verb.RATING: N_("The contest's rating; my place: /rating me"),
    Verb.WHY: N_("Why a metric is as it is: by hour, line, agent"),
    Verb.EXPLAIN: N_("What a metric is and how it is counted"),
    Verb.METRICS: N_("All metrics"),
    Verb.LINES: N_("All lines"),
    Verb.STATUS: N_("How fresh the records are, what is posted next"),
    Verb.HELP: N_("How to ask, with examples"),
}
"""What the commands beside the metrics do. `start` is the platforms' own, and `m` goes before a metric's name."""

ABOUT_DESK: dict[str, str] = {
    "story": N_("Your column for the coming issue: /story support"),
    "issue": N_("The coming issue, for its editors"),
    "done": N_("Send the column that you write"),
}
"""What is done where columns are written."""

ABOUT_TELLING: dict[str, str] = {
    SUBSCRIBE: N_("An answer on a schedule: /subscribe sl daily 09:30"),
    SUBSCRIPTIONS: N_("What is subscribed to here"),
    ALERT: N_("A message when a figure is out of bounds: /alert sl < 80% for 30m"),
    ALERTS: N_("What is watched here, and how it stands"),
}
"""Commands that have something told unasked."""

ABOUT_LOAD: dict[str, str] = {
    "load": N_("How many people a day needs, and what if: /load inhouse monday +20% calls"),
}

ABOUT_INCIDENTS: dict[str, str] = {
    "incident": N_("An incident minute by minute: /incident start 13:02 The site is down"),
}

_ABOUT_FAMILIES = {"desk": N_("Service Desk: tickets and tasks")}

_FIRST = (
    *("sl", "lcr", "calls", "aht", "asa", "chats", "leads", "target_in", "target_out"),
    *("reserves", "transfers", "bot_calls"),
)


def command_names(catalogue: Catalogue, *, desk: bool = False) -> list[CommandHelp]:
    """The menu: names of a-z, 0-9 and _, at most 32 long; what they do in every language, at most 100 long.

    `desk`: with the commands for columns and issues.
    """
    languages = tuple(map(Localizer, LANGUAGES))
    entries = (
        {verb.value: about for verb, about in ABOUT_VERBS.items()}
        | ABOUT_TELLING
        | ABOUT_INCIDENTS
        | ABOUT_LOAD
        | (ABOUT_DESK if desk else {})
    )
    for name, about in _metrics(catalogue):
        if re.fullmatch(r"[a-z0-9_]+", name) and len(name) <= _LONGEST_NAME:
            entries.setdefault(name, about)
    return [
        CommandHelp(name, {localizer.language: _cut(localizer(about)) for localizer in languages})
        for name, about in list(entries.items())[:_MOST]
    ]


def command_of(metric: Metric) -> str:
    """The command of a metric: its key, or its first alias, if that is short and latin."""
    first = metric.aliases[0] if metric.aliases else metric.key
    short = first if re.fullmatch(r"[a-z0-9_]+", first) and len(first) < len(metric.key) else metric.key
    return short.replace(".", "_")


def _metrics(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    first = [catalogue.get(key) for key in _FIRST if key in catalogue]
    families = [prefix for prefix in FAMILIES if any(metric.key.startswith(f"{prefix}_") for metric in catalogue)]
    for metric in first:
        yield command_of(metric), metric.title
    for prefix in families:
        yield prefix, _ABOUT_FAMILIES[prefix]
    # The centre's own before ours, of which a menu may not hold all.
    for metric in sorted(catalogue, key=lambda metric: metric in BUILT_IN):
        if metric.listed and metric not in first:
            yield command_of(metric), metric.title


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_ABOUT else text[: _LONGEST_ABOUT - 1] + "…"
