"""The ledger of what was erased, hidden or shown again: kept beside backups and replayed after a restore."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A new table; what was erased before cannot be known and is erased in older dumps by nobody."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "privacy_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_entry")),
    )
    op.create_index(op.f("ix_privacy_entry_subject"), "privacy_entry", ["subject_id"])


def downgrade() -> None:
    """Without a ledger."""
    op.drop_table("privacy_entry")
