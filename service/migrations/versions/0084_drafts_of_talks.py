"""Index by which a report finds the conversation that it was begun in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0084"
down_revision = "0083"
branch_labels = None
depends_on = None

_INDEX, _TABLE = "ix_conversation_draft", "conversation"


def upgrade() -> None:
    """Build it beside those who write; what a broken build left is dropped before."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '5s'")
        op.drop_index(op.f(_INDEX), table_name=_TABLE, if_exists=True, postgresql_concurrently=True)
        op.create_index(
            op.f(_INDEX),
            _TABLE,
            ["draft_report_id"],
            postgresql_where=sa.text("begun AND state <> 'closed'"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    """Drop the index: reports sent by the form are found when their sender writes again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f(_INDEX), table_name=_TABLE)
