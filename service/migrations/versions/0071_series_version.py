"""A series of clean-ups counts its changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column with a constant default: nothing is rewritten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("cleanup_series", sa.Column("version", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    """Changes are no longer counted."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("cleanup_series", "version")
