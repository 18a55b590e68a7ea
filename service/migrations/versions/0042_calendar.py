"""Calendars that staff subscribe to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two new tables; nobody waits for them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "calendar_token",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("last_used_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_calendar_token_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_calendar_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_token_digest")),
    )
    op.create_table(
        "calendar_entry",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", moment, nullable=False),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("gone_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_calendar_entry_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_calendar_entry_report_id_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", "report_id", name=op.f("pk_calendar_entry")),
    )
    op.create_index("ix_calendar_entry_report", "calendar_entry", ["report_id"])


def downgrade() -> None:
    """Addresses of calendars stop answering."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("calendar_entry")
    op.drop_table("calendar_token")
