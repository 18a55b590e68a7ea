"""An event keeps a digest of what was asked for, so that a retry is told from a second decision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty: no row is written anew."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("event", sa.Column("wish", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take the column away."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("event", "wish")
