"""`svodka slack-manifest`: what Slack asks for when an app is made."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.channels.channel import CommandHelp
from bot.cli.options import AsJson, Home, project
from bot.cli.output import say, say_json
from digests.enquiry import Verb
from digests.wording import LANGUAGES, Words
from metrics.catalogue import Catalogue
from metrics.model import Metric
from warehouse.messages import N_, Mistake

_VERBS = {
    Verb.HELP: N_("What can be asked, with examples"),
    Verb.DIGEST: N_("The digest of a period"),
    Verb.WHY: N_("Why a number is as it is: what each hour, line or agent has given"),
    Verb.EXPLAIN: N_("What a metric is and how it is counted"),
    Verb.METRICS: N_("All metrics"),
    Verb.LINES: N_("All lines"),
    Verb.STATUS: N_("How fresh the data is"),
}
_MOST_ASKED = ("sl", "lcr", "aht", "asa", "calls", "chats", "leads", "target_in", "reserves", "transfers", "bot_calls")


def slack_manifest(
    url: Annotated[str | None, typer.Option("--url", help="Your https address, where slack.mode is http.")] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Print the manifest to make the Slack app from, with every command of this project."""
    import yaml

    from bot.channels.slack.manifest import manifest

    work = project(home, None)
    mode = work.config.slack.mode
    if mode == "http" and not (url or "").startswith("https://"):
        raise Mistake("slack.mode is http: name the address that Slack is to deliver to, as --url https://example.org.")
    made = manifest(commands_of(work.config.catalogue), work.words, mode, url)
    if as_json:
        say_json(made)
    else:
        say(yaml.safe_dump(made, allow_unicode=True, sort_keys=False, width=110).rstrip())


def commands_of(catalogue: Catalogue) -> list[CommandHelp]:
    """Every command, the most asked first: so it is the others that Slack's limit leaves to the umbrella."""
    languages = [Words(language) for language in LANGUAGES]

    def help_for(name: str, about: str) -> CommandHelp:
        return CommandHelp(name, {words.language: words(about) for words in languages})

    order = {key: n for n, key in enumerate(_MOST_ASKED)}
    metrics = sorted(catalogue, key=lambda metric: order.get(metric.key, len(order)))
    return [
        *(help_for(verb.value, about) for verb, about in _VERBS.items()),
        *(help_for(_short(metric), metric.title) for metric in metrics),
    ]


def _short(metric: Metric) -> str:
    """The shortest latin name of a metric: /target for target_in."""
    return min((name for name in (metric.key, *metric.aliases) if name.isascii()), key=len)
