"""Steps of the desk that wait some seconds, so that whoever took one by mistake can take it back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of its own, empty."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "held_step",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("request", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint("act in ('assign', 'reject', 'merge')", name=op.f("ck_held_step_act")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_held_step_report_id_report"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_held_step_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_held_step")),
    )
    op.create_index(
        "ix_held_step_due", "held_step", ["due_at"], postgresql_where=sa.text("failed_at IS NULL")
    )


def downgrade() -> None:
    """What still waits is not carried out: its cases are on the desk."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("held_step")
