"""Reports that are made by themselves on the first day after a period."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the subscriptions, and what was made for them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "report_subscription",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("files", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "period in ('month', 'quarter', 'year')", name=op.f("ck_report_subscription_period")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_report_subscription_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", "period", name=op.f("pk_report_subscription")),
    )
    op.create_table(
        "scheduled_report",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("files", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_scheduled_report_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", "period", "first", name=op.f("pk_scheduled_report")),
    )


def downgrade() -> None:
    """Nobody is sent a report by itself any more."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("scheduled_report")
    op.drop_table("report_subscription")
