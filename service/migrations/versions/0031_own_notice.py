"""The bell: what concerns a colleague, whatever address they have."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of its own: it begins empty, nothing of the past rings."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "own_notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_own_notice_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_own_notice_report_id_report"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["staff.id"], name=op.f("fk_own_notice_by_id_staff"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_notice")),
        sa.UniqueConstraint("staff_id", "occasion", name=op.f("uq_own_notice_staff_id_occasion")),
    )
    op.create_index("ix_own_notice_staff", "own_notice", ["staff_id", "id"])
    op.create_index(
        "ix_own_notice_unread", "own_notice", ["staff_id"], postgresql_where=sa.text("read_at IS NULL")
    )
    op.create_index("ix_own_notice_at", "own_notice", ["at"])
    op.create_index("ix_own_notice_report_id", "own_notice", ["report_id"])
    op.create_index("ix_own_notice_by_id", "own_notice", ["by_id"])


def downgrade() -> None:
    """The bell falls silent."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("own_notice")
