"""`svodka jobs`: what is posted by itself, when next, and what became of the last."""

from __future__ import annotations

from bot.cli.options import AsJson, Home, Now, project
from bot.cli.output import say, say_json


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
        known = state.do(lambda connection: listing.known(connection, posts))
        waiting = state.do(lambda connection: standing(connection, posts, work.now))
    finally:
        state.close()
    if as_json:
        say_json({"jobs": listing.rows(posts, known, work.now, waiting)})
    elif posts:
        rows = tuple(listing.blocks(posts, known, work.now, work.words, waiting))
        show(Document("", rows, work.words.language))
    else:
        say(work.words(N_("Nothing is posted by itself: add [[posts]] to {file}."), file="svodka.toml"))
