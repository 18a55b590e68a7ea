"""Notice that a message of a conversation told: each once, whoever dies meanwhile."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0093"
down_revision = "0092"
branch_labels = None
depends_on = None

_INDEX, _TABLE = "uq_talk_message_notice", "talk_message"


def upgrade() -> None:
    """Add an empty column, which writes no row; build its index beside those who write."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '5s'")
        op.execute(f"ALTER TABLE {_TABLE} ADD COLUMN IF NOT EXISTS notice_id uuid")
        op.drop_index(op.f(_INDEX), table_name=_TABLE, if_exists=True, postgresql_concurrently=True)
        op.create_index(
            op.f(_INDEX),
            _TABLE,
            ["notice_id"],
            unique=True,
            postgresql_where=sa.text("notice_id IS NOT NULL"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    """Drop both: a notice whose worker died is told again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f(_INDEX), table_name=_TABLE)
    op.drop_column(_TABLE, "notice_id")
