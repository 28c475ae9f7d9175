"""Showing a part in place of one that was posted, by the receipt that was kept of it."""

from __future__ import annotations

from bot.channels.delivery import DeliveryFailed, NotEditable, Place, Trace
from bot.channels.reasons import Reason
from bot.channels.slack.render import Files, Part
from bot.channels.slack.send import Sender, Sent

_GONE = "message_not_found"
_REFUSED = frozenset({_GONE, "cant_update_message", "edit_window_closed"})


async def edited(sender: Sender, place: Place, receipt: Trace, part: Part) -> None:
    """Change the message of a receipt. Raises as Channel.edit."""
    if isinstance(part, Files) or receipt.get("files"):
        raise NotEditable("Slack does not replace files", Reason.NO_FILES)
    if not receipt.get("ts"):
        raise NotEditable("no ts in the receipt", Reason.NO_MESSAGE)
    try:
        await sender.edit(place, Sent(receipt["ts"]), part)
    except DeliveryFailed as failure:
        if str(failure) in _REFUSED:
            raise NotEditable(str(failure), failure.reason, gone=str(failure) == _GONE) from failure
        raise
