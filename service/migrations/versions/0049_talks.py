"""Conversations with citizens on their own channels: what came in, what was said, files, tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def _key(table: str) -> tuple[sa.Column[int], sa.PrimaryKeyConstraint]:
    column: sa.Column[int] = sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)
    return column, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _to(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _text(name: str, default: str | None = None, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=nullable)


def upgrade() -> None:
    """Tables of their own; nothing that is there is touched but by references to it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    key, primary = _key("inbox")
    op.create_table(
        "inbox",
        key,
        _text("channel"),
        _text("account"),
        _text("external_id"),
        _text("payload", nullable=True),
        sa.Column("received_at", _TIME, nullable=False),
        _text("state", "new"),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        _text("error", ""),
        sa.CheckConstraint("state in ('new', 'done', 'bad')", name=op.f("ck_inbox_state")),
        sa.UniqueConstraint(
            "channel", "account", "external_id", name=op.f("uq_inbox_channel_account_external_id")
        ),
        primary,
    )
    op.create_index("ix_inbox_new", "inbox", ["id"], postgresql_where=sa.text("state = 'new'"))
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])
    _conversation()
    _message()
    _file()
    op.create_table(
        "conversation_report",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        _to("conversation_report", "conversation_id", "conversation", "CASCADE"),
        _to("conversation_report", "report_id", "report", "CASCADE"),
        sa.PrimaryKeyConstraint("conversation_id", "report_id", name=op.f("pk_conversation_report")),
    )
    op.create_index("ix_conversation_report_report_id", "conversation_report", ["report_id"])
    op.create_table(
        "channel_token",
        _text("channel"),
        _text("account"),
        _text("access", nullable=True),
        _text("refresh", nullable=True),
        sa.Column("expires_at", _TIME, nullable=True),
        sa.Column("refreshed_at", _TIME, nullable=True),
        sa.Column("refreshing_until", _TIME, nullable=True),
        _text("problem", ""),
        sa.Column("problem_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("channel", "account", name=op.f("pk_channel_token")),
    )


def downgrade() -> None:
    """Without conversations: what citizens wrote there and the channels' tokens are gone."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in (
        "channel_token",
        "conversation_report",
        "talk_file",
        "talk_message",
        "conversation",
        "inbox",
    ):
        op.drop_table(table)


def _conversation() -> None:
    table = "conversation"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        _text("channel"),
        _text("account"),
        _text("person", nullable=True),
        sa.Column("person_hash", sa.LargeBinary(), nullable=False),
        _text("name", nullable=True),
        _text("state", "bot"),
        _text("draft", nullable=True),
        sa.Column("draft_report_id", sa.Uuid(), nullable=False),
        sa.Column("begun", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        _text("language", "vi"),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("last_in_at", _TIME, nullable=False),
        sa.Column("last_out_at", _TIME, nullable=True),
        sa.Column("answer_at", _TIME, nullable=True),
        sa.Column("erased_at", _TIME, nullable=True),
        sa.CheckConstraint(
            "state in ('bot', 'waiting_person', 'person', 'closed')", name=op.f("ck_conversation_state")
        ),
        _to(table, "holder_id", "staff", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
    )
    op.create_index(
        "uq_conversation_open",
        table,
        ["channel", "account", "person_hash"],
        unique=True,
        postgresql_where=sa.text("state <> 'closed'"),
    )
    set_ = sa.text("answer_at IS NOT NULL")
    op.create_index("ix_conversation_answer", table, ["answer_at"], postgresql_where=set_)
    op.create_index("ix_conversation_last_in", table, ["last_in_at"])
    held = sa.text("holder_id IS NOT NULL")
    op.create_index("ix_conversation_holder", table, ["holder_id"], postgresql_where=held)


def _message() -> None:
    table = "talk_message"
    key, primary = _key(table)
    op.create_table(
        table,
        key,
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("outgoing", sa.Boolean(), nullable=False),
        _text("external_id", nullable=True),
        sa.Column("at", _TIME, nullable=False),
        _text("kind"),
        _text("text", nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        _text("state"),
        _text("error", ""),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("not_before", _TIME, nullable=True),
        sa.CheckConstraint(
            "state in ('read', 'unread', 'waiting', 'claimed', 'sent', 'unknown', 'given_up')",
            name=op.f("ck_talk_message_state"),
        ),
        _to(table, "conversation_id", "conversation", "CASCADE"),
        _to(table, "staff_id", "staff", "SET NULL"),
        primary,
    )
    op.create_index("ix_talk_message_conversation", table, ["conversation_id", "at", "id"])
    due = sa.text("state IN ('waiting', 'claimed')")
    op.create_index("ix_talk_message_due", table, ["not_before"], postgresql_where=due)
    known = sa.text("external_id IS NOT NULL")
    op.create_index(
        "ix_talk_message_external", table, ["conversation_id", "external_id"], postgresql_where=known
    )
    op.create_index("ix_talk_message_staff_id", table, ["staff_id"])


def _file() -> None:
    table = "talk_file"
    key, primary = _key(table)
    op.create_table(
        table,
        key,
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        _text("url", nullable=True),
        _text("kind"),
        _text("state", "new"),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        _text("object_key", nullable=True),
        _text("media_type", ""),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        _text("why_not", ""),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("next_at", _TIME, nullable=False),
        sa.CheckConstraint(
            "state in ('new', 'kept', 'attached', 'refused')", name=op.f("ck_talk_file_state")
        ),
        _to(table, "message_id", "talk_message", "CASCADE"),
        _to(table, "report_id", "report", "SET NULL"),
        primary,
    )
    op.create_index("ix_talk_file_message", table, ["message_id"])
    op.create_index("ix_talk_file_due", table, ["id"], postgresql_where=sa.text("state = 'new'"))
    known = sa.text("report_id IS NOT NULL")
    op.create_index("ix_talk_file_report", table, ["report_id"], postgresql_where=known)
