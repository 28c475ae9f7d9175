"""Slack: asked by slash commands, mentions, private messages and buttons; answers in blocks and uploaded pictures."""
