"""The desk: steps that can be taken back for some seconds, cases that somebody has taken or put off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables of their own, empty."""
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
    op.create_table(
        "desk_keeping",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("put_off_by", sa.Integer(), nullable=True),
        sa.Column("put_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_desk_keeping_report_id_report"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["taken_by"], ["staff.id"], name=op.f("fk_desk_keeping_taken_by_staff"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["put_off_by"], ["staff.id"], name=op.f("fk_desk_keeping_put_off_by_staff"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_desk_keeping")),
    )


def downgrade() -> None:
    """Drop both tables: held steps are not carried out, and their cases stay on the desk."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("desk_keeping")
    op.drop_table("held_step")
