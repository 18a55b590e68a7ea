"""Conversations by e-mail: the raw letter's file, its thread, its writer, how far a mailbox was read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Columns without a value for what is there, and a small table."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("inbox", sa.Column("object_key", sa.Text(), nullable=True))
    op.add_column("conversation", sa.Column("sender_hash", sa.LargeBinary(), nullable=True))
    op.add_column("conversation", sa.Column("thread", sa.Text(), nullable=True))
    op.add_column("conversation", sa.Column("caution", sa.Text(), server_default="", nullable=False))
    op.add_column("talk_message", sa.Column("original", sa.Text(), nullable=True))
    op.create_table(
        "mailbox_mark",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=True),
        sa.Column("last_uid", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("polling_until", _TIME, nullable=True),
        sa.Column("polled_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_mailbox_mark")),
    )
    with op.get_context().autocommit_block():
        _index("ix_inbox_object_key", "inbox", "object_key", "object_key IS NOT NULL")
        _index("ix_conversation_sender", "conversation", "sender_hash", "sender_hash IS NOT NULL")
        _index("ix_talk_message_known", "talk_message", "external_id", "external_id IS NOT NULL AND outgoing")


def downgrade() -> None:
    """Without letters: what was written by e-mail, and how far mailboxes were read, is forgotten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, table in (
        ("ix_talk_message_known", "talk_message"),
        ("ix_conversation_sender", "conversation"),
        ("ix_inbox_object_key", "inbox"),
    ):
        op.drop_index(name, table_name=table)
    op.drop_table("mailbox_mark")
    op.drop_column("talk_message", "original")
    for column in ("caution", "thread", "sender_hash"):
        op.drop_column("conversation", column)
    op.drop_column("inbox", "object_key")


def _index(name: str, table: str, column: str, where: str) -> None:
    op.drop_index(name, table_name=table, if_exists=True, postgresql_concurrently=True)
    op.create_index(name, table, [column], postgresql_where=sa.text(where), postgresql_concurrently=True)
