"""Raw deliveries know their conversation: they are erased with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column of a table that was made a step ago."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("inbox", sa.Column("conversation_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_inbox_conversation_id_conversation"),
        "inbox",
        "conversation",
        ["conversation_id"],
        ["id"],
        ondelete="SET NULL",
    )
    known = sa.text("conversation_id IS NOT NULL AND payload IS NOT NULL")
    op.create_index("ix_inbox_conversation", "inbox", ["conversation_id"], postgresql_where=known)


def downgrade() -> None:
    """Raw deliveries are erased by their age alone."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("inbox", "conversation_id")
