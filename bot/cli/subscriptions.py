"""`svodka subscriptions`: who has what told to them, and what is watched."""

from __future__ import annotations

from bot.cli.options import AsJson, Home, Now, project
from bot.cli.output import say, say_json


def subscriptions(as_json: AsJson = False, home: Home = None, now: Now = None) -> None:
    """List subscriptions and alerts: whose they are, what they tell, and when. JSON has those that are ended, too."""
    from bot.alerts import book as alerts
    from bot.cli.terminal import show
    from bot.state.store import open_state
    from bot.subscriptions import book, listing
    from warehouse.messages import N_

    work = project(home, now)
    state = open_state(work.config.state.url, work.root)
    try:
        subscribed, watched = state.do(lambda c: (book.everything(c), alerts.everything(c)))
        episodes = state.do(alerts.episodes)
    finally:
        state.close()
    if as_json:
        say_json(listing.as_data(subscribed, watched, episodes, work.config, work.now))
    elif found := listing.as_document(subscribed, watched, episodes, work.config, work.now, work.words):
        show(found)
    else:
        say(work.words(N_("There are no subscriptions and no alerts: people make them in chats.")))
