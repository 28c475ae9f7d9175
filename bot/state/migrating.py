"""Whether the state's tables are those of this program, and bringing them there.

Alembic is imported only when there is something to do: it takes longer than all the rest of opening a state.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from warehouse.messages import Mistake

_SCRIPTS = Path(__file__).parent / "migrations"


def newest() -> str:
    """The revision of this program: the number that the latest migration's file begins with."""
    return max(path.name for path in (_SCRIPTS / "versions").glob("[0-9]*.py")).partition("_")[0]


def revision_of(engine: sa.Engine) -> str | None:
    """The revision of a database; None for one that has no tables of ours."""
    try:
        with engine.connect() as connection:
            revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
            return revision
    except (sa.exc.OperationalError, sa.exc.ProgrammingError):
        return None


def is_due(revision: str | None) -> bool:
    """Whether a database must be migrated. Raises Mistake for one that a newer program has migrated."""
    if revision is not None and revision > newest():
        raise Mistake(
            "The bot's state was written by a newer Svodka (revision {theirs}; this one knows {ours}): install that "
            "one again, or put back an older state with svodka restore.",
            theirs=revision,
            ours=newest(),
        )
    return revision != newest()


def migrate(engine: sa.Engine, revision: str = "head") -> None:
    """Bring the tables to a revision."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
