"""Issues keep what their makers want to know of them; and of which times a restored state knows nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("issues", sa.Column("memo", sa.Text))
    op.drop_table("contest_posts")
    op.create_table(
        "restores",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("known_to", sa.DateTime, nullable=False),
        sa.Column("restored_at", sa.DateTime, nullable=False),
    )
