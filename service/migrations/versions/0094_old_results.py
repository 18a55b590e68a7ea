"""Clean-ups out of old lists are marked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0094"
down_revision = "0093"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark; a constant default rewrites nothing."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(
        "cleanup", sa.Column("from_old", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )


def downgrade() -> None:
    """Drop the mark: old results can no more be told from those that were given here."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("cleanup", "from_old")
