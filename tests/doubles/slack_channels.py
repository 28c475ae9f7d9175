"""What people see in the channels of the double of Slack."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.doubles.slack_blocks import shown

Json = dict[str, Any]
BOT = "UBOT"


@dataclass
class Message:
    """A message as a channel shows it; `to`: the only one who sees it."""

    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    thread: str | None = None
    to: str | None = None
    metadata: Json | None = None
    edited: bool = False

    @property
    def shown(self) -> str:
        """Its words, and its files by their titles."""
        said = shown(self.blocks) if self.blocks else self.text
        return "\n".join(filter(None, [said, *(f"<{file['title']}>" for file in self.files)]))

    @property
    def buttons(self) -> dict[str, tuple[str, str]]:
        """Buttons by what is written on them: their block and action."""
        rows = [block for block in self.blocks if block["type"] == "actions"]
        return {e["text"]["text"]: (row["block_id"], e["action_id"]) for row in rows for e in row["elements"]}


@dataclass
class Channel:
    id: str
    members: set[str] = field(default_factory=lambda: {BOT})
    archived: bool = False
    private: bool = False
    messages: list[Message] = field(default_factory=list)

    def of(self, user: str) -> list[Message]:
        return [message for message in self.messages if message.user == user]
