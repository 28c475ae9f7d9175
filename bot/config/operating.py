"""Settings of whoever runs the bot: the operators' chats, its health, its backups."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.config.table import ConfigTable


class OperatorsConfig(ConfigTable):
    chats: tuple[str, ...] = ()
    """Chats that are told what fails, and may give orders: telegram:-100123 or slack:C024BE7LH."""
    language: Literal["ru", "en"] | None = None
    """What is spoken there; the centre's language, if not given."""


class HealthConfig(ConfigTable):
    listen: str | None = None
    """Where /healthz and /readyz are served, as 127.0.0.1:8080; nowhere, if not given."""


class BackupConfig(ConfigTable):
    at: Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")] = "03:30"
    """When the state is backed up every day, by the centre's clock; empty: only by svodka backup."""
    keep: Annotated[int, Field(ge=1)] = 14
    """How many daily backups are kept; those made before a migration are counted apart."""
    directory: str = "backups"
    """Where they are kept; a relative path lies in the project."""
