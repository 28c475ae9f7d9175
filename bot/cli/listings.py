"""`svodka jobs`, `svodka deliveries`, `svodka subscriptions`: what is posted, what became of it, who asked for it."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.terminal import AsJson, Home, Now, project, say, say_json
from bot.project import parse_moment
from warehouse.messages import UserError


def jobs(as_json: AsJson = False, home: Home = None, now: Now = None) -> None:
    """List the posts: when each comes next, and what became of the last."""
    from bot.cli.terminal import show
    from bot.editorial.drafts import standing
    from bot.schedule import listing
    from bot.schedule.jobs import jobs_of
    from bot.state.store import open_state
    from digests.document import Document
    from warehouse.messages import N_

    work = project(home, now)
    posts = jobs_of(work.config, work.now)
    state = open_state(work.config.state.url, work.root)
    try:
        known = state.do(listing.known, posts)
        waiting = state.do(standing, posts, work.now)
    finally:
        state.close()
    if as_json:
        say_json({"jobs": listing.rows(posts, known, work.now, waiting)})
    elif posts:
        rows = tuple(listing.blocks(posts, known, work.now, work.localizer, waiting))
        show(Document("", rows, work.localizer.language))
    else:
        say(work.localizer(N_("Nothing is posted by itself: add [[posts]] to {file}."), file="svodka.toml"))


def deliveries(
    since: Annotated[str | None, typer.Option("--since", help="Only what was begun since: 2026-06-16T12:00.")] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a line for each part, for a spreadsheet.")] = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Show what was posted into which chats, which parts arrived, and why others did not."""
    from bot.cli.terminal import show
    from bot.delivery import listing
    from bot.state.store import open_state

    if as_json and as_csv:
        raise UserError("--json and --csv exclude each other: choose one.")
    work = project(home, now)
    moment = parse_moment(since, work.timezone) if since else None
    state = open_state(work.config.state.url, work.root)
    try:
        found = state.do(listing.listed, moment)
    finally:
        state.close()
    if as_json:
        say_json(listing.as_data(found, work.localizer))
    elif as_csv:
        say(listing.as_csv(found, work.localizer))
    else:
        show(listing.as_document(found, work.localizer))


def subscriptions(as_json: AsJson = False, home: Home = None, now: Now = None) -> None:
    """List subscriptions and alerts: whose they are, what they tell, and when. JSON has those that are ended, too."""
    from bot.alerts import store as alerts
    from bot.cli.terminal import show
    from bot.state.store import open_state
    from bot.subscriptions import listing, store
    from warehouse.messages import N_

    work = project(home, now)
    state = open_state(work.config.state.url, work.root)
    try:
        subscribed, watched = state.do(store.everything), state.do(alerts.everything)
        episodes = state.do(alerts.episodes)
    finally:
        state.close()
    if as_json:
        say_json(listing.as_data(subscribed, watched, episodes, work.config, work.now))
    elif found := listing.as_document(subscribed, watched, episodes, work.config, work.now, work.localizer):
        show(found)
    else:
        say(work.localizer(N_("There are no subscriptions and no alerts: people make them in chats.")))


def questions(
    days: Annotated[int, typer.Option("--days", min=1, help="So many days back.")] = 30,
    as_json: AsJson = False,
    home: Home = None,
    now: Now = None,
) -> None:
    """Show what people asked and did not get, by kind, without who asked."""
    from datetime import timedelta

    from bot.chat import unanswered
    from bot.cli.terminal import show
    from bot.state.store import open_state

    work = project(home, now)
    since = work.now - timedelta(days=days)
    state = open_state(work.config.state.url, work.root)
    try:
        found = state.do(unanswered.questions, since)
    finally:
        state.close()
    if as_json:
        say_json(unanswered.as_data(found, since))
    else:
        show(unanswered.as_document(found, since, work.localizer))
