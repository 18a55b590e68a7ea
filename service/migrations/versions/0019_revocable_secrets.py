"""Secrets that can be made anew (a generation is signed along), and indexes that count questions and SMS.

The columns have constant defaults, so no row is rewritten; the indexes are built beside the running service.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Secrets told before are of generation 0 and stay good."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("report", "follower"):
        op.add_column(
            table,
            sa.Column("secret_generation", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        )
    with op.get_context().autocommit_block():
        _build("ix_message_asked", "notice = 'confirm'")
        _build("ix_message_texted", "channel = 'sms'")


def downgrade() -> None:
    """Every secret is of generation 0 again: those made anew die, those they replaced are good again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in ("ix_message_texted", "ix_message_asked"):
        op.drop_index(name, table_name="message")
    for table in ("follower", "report"):
        op.drop_column(table, "secret_generation")


def _build(name: str, where: str) -> None:
    """Anew where an earlier try was interrupted and left an index that is none."""
    op.drop_index(name, table_name="message", if_exists=True, postgresql_concurrently=True)
    op.create_index(
        name, "message", ["created_at"], postgresql_where=sa.text(where), postgresql_concurrently=True
    )
