"""Works in the calendars that staff subscribe to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A new table; nobody waits for it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "calendar_work",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", moment, nullable=False),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("gone_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_calendar_work_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["work.id"], name=op.f("fk_calendar_work_work_id_work"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", "work_id", name=op.f("pk_calendar_work")),
    )
    op.create_index("ix_calendar_work_work", "calendar_work", ["work_id"])


def downgrade() -> None:
    """Works are in nobody's calendar."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("calendar_work")
