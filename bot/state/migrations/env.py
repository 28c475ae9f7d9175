"""How Alembic runs our migrations: on the connection that `bot.state.store` hands over."""

from __future__ import annotations

from alembic import context

import bot.alerts.store
import bot.contests.ledger
import bot.corrections.ledger
import bot.editorial.store
import bot.incidents.store
import bot.subscriptions.store  # noqa: F401 - their tables are of the state, too
from bot.state.schema import METADATA

# SQLite alters a table by copying it: Alembic's batch mode.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
