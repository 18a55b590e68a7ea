"""Answers to the question whether a closed report's place is still well, and the index that finds whom to ask."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of its own; the index is built without holding up writers."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "follow_up",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("lasts", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_follow_up_report_id_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "closed_at", "person", name=op.f("pk_follow_up")),
    )
    op.create_index("ix_follow_up_answered", "follow_up", ["answered_at"])
    with op.get_context().autocommit_block():
        # Anew where an earlier try was interrupted and left an index that is none.
        op.drop_index("ix_report_closed", "report", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            "ix_report_closed",
            "report",
            ["closed_at", "id"],
            postgresql_where=sa.text("status = 'closed'"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    """Nobody is asked any more, and what was answered is forgotten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_report_closed", "report")
    op.drop_table("follow_up")
