"""An index of the messages that failed: what operators and administrators are shown of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_NAME = "ix_message_failing"


def upgrade() -> None:
    """Built beside the writers; anew where an earlier try was interrupted and left an index that is none."""
    with op.get_context().autocommit_block():
        op.drop_index(_NAME, table_name="message", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            _NAME,
            "message",
            ["created_at"],
            postgresql_where=sa.text("error <> '' AND state IN ('waiting', 'claimed', 'given_up')"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    """Lists of failures read the whole week again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(_NAME, "message")
