"""Series of clean-ups at premises."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An empty column of a small table; nothing is rewritten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("cleanup_series", sa.Column("premises_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_cleanup_series_premises_id_premises"), "cleanup_series", "premises", ["premises_id"], ["id"]
    )


def downgrade() -> None:
    """Series no longer say at which premises they are; their clean-ups keep it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("cleanup_series", "premises_id")
