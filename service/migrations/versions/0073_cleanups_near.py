"""A clean-up knows when people near by were told of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An empty column: nothing is rewritten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("cleanup", sa.Column("near_told_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop when people near by were told of a clean-up; the messages alone keep whom."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("cleanup", "near_told_at")
