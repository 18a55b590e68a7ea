"""Volunteers are reminded in their browser."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0098"
down_revision = "0097"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column, empty, and an index of nothing yet."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("cleanup_signup", sa.Column("device_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_cleanup_signup_device_id_push_device"),
        "cleanup_signup",
        "push_device",
        ["device_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(
        "ix_cleanup_signup_device",
        "cleanup_signup",
        ["device_id"],
        postgresql_where=sa.text("device_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop the column: browsers are told no more, addresses still are."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("cleanup_signup", "device_id")
