"""Webhooks: receivers of public events, what waits for them, each try; and the consumer that gathers it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_CONSUMER = """
INSERT INTO consumer (name, delivery, target, subject, types, queue, batch, position, receipts)
SELECT 'webhooks', 'task', 'workers.webhooks.deliver', 'event', '{}', 'webhooks', 500,
       greatest(coalesce((SELECT max(position) FROM event), 0), coalesce((SELECT max(position) FROM consumer), 0)),
       true
"""
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Three tables of their own. The consumer begins at the newest event."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _webhook()
    _delivery()
    op.create_table(
        "webhook_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("ms", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["webhook_delivery.id"],
            name=op.f("fk_webhook_attempt_delivery_id_webhook_delivery"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempt")),
    )
    op.create_index("ix_webhook_attempt_delivery", "webhook_attempt", ["delivery_id", "id"])
    op.execute(_CONSUMER)


def downgrade() -> None:
    """Nobody is told by HTTP any more, and who was is forgotten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM consumer WHERE name = 'webhooks'")
    op.drop_table("webhook_attempt")
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")


def _webhook() -> None:
    lists: list[sa.Column[list[str]]] = [
        sa.Column(name, ARRAY(TEXT), server_default=sa.text("'{}'"), nullable=False)
        for name in ("types", "categories", "wards", "departments")
    ]
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("old_secret", sa.Text(), nullable=True),
        sa.Column("old_until", _TIME, nullable=True),
        *lists,
        sa.Column("state", sa.Text(), server_default="on", nullable=False),
        sa.Column("missed_from", sa.BigInteger(), nullable=True),
        sa.Column("hold_until", _TIME, nullable=True),
        sa.Column("failing_since", _TIME, nullable=True),
        sa.Column("last_ok_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('on', 'paused', 'gone', 'failing', 'full')", name=op.f("ck_webhook_state")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_webhook_created_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )


def _delivery() -> None:
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("replay", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("next_at", _TIME, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("done_at", _TIME, nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'claimed', 'done', 'given_up', 'cancelled')",
            name=op.f("ck_webhook_delivery_state"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_webhook_delivery_event_id_event"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhook.id"],
            name=op.f("fk_webhook_delivery_webhook_id_webhook"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
    )
    table = "webhook_delivery"
    op.create_index("uq_webhook_delivery_event", table, ["webhook_id", "event_id", "replay"], unique=True)
    due = sa.text("state IN ('waiting', 'claimed')")
    op.create_index(
        "ix_webhook_delivery_due", table, ["webhook_id", "next_at", "event_id"], postgresql_where=due
    )
    op.create_index("ix_webhook_delivery_log", table, ["webhook_id", "created_at", "id"])
    op.create_index("ix_webhook_delivery_event", table, ["event_id"])
    op.create_index("ix_webhook_delivery_created", table, ["created_at"])
