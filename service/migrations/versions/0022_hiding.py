"""What is hidden from the public, and public files that get new names by it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two new tables. Reports that were withdrawn before are hidden by `workers.privacy`, batch by batch."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "hiding",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cause in ('desk', 'withdrawn', 'privacy', 'erased', 'category')", name=op.f("ck_hiding_cause")
        ),
        sa.CheckConstraint("kind in ('report', 'photo', 'comment')", name=op.f("ck_hiding_kind")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_hiding_report_id_report"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_hiding_staff_id_staff")),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("pk_hiding")),
    )
    op.create_index("ix_hiding_report", "hiding", ["report_id"])
    op.create_table(
        "file_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("old_key", sa.Text(), nullable=False),
        sa.Column("new_keys", postgresql.ARRAY(sa.TEXT()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_move")),
    )
    op.create_index("ix_file_move_next_at", "file_move", ["next_at"])
    op.create_index("ix_file_move_report", "file_move", ["report_id"])


def downgrade() -> None:
    """Without hiding: what is hidden stays unpublished."""
    op.drop_table("file_move")
    op.drop_table("hiding")
