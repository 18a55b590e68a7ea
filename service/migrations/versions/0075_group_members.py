"""Colleagues known in the groups of companies; messages there that are about no single case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """A table of its own, and columns of one that has a row for each assignment to a company."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "group_member",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("code_until", _TIME, nullable=True),
        sa.Column("person_hash", sa.LargeBinary(), nullable=True),
        sa.Column("bound_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_member")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_group_member_staff_id")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_group_member_code_hash")),
        sa.UniqueConstraint("person_hash", name=op.f("uq_group_member_person_hash")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_group_member_staff_id_staff"), ondelete="CASCADE"
        ),
    )
    op.alter_column("group_post", "event_id", nullable=True)
    op.alter_column("group_post", "report_id", nullable=True)
    op.add_column("group_post", sa.Column("topic", sa.Text(), nullable=True))
    op.add_column("group_post", sa.Column("done_said_at", _TIME, nullable=True))
    op.add_column("group_post", sa.Column("done_said_by", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_group_post_done_said_by_staff"), "group_post", "staff", ["done_said_by"], ["id"]
    )
    op.create_unique_constraint(op.f("uq_group_post_group_id_topic"), "group_post", ["group_id", "topic"])
    op.create_check_constraint(
        op.f("ck_group_post_about"), "group_post", "(report_id IS NULL) <> (topic IS NULL)"
    )


def downgrade() -> None:
    """Nobody is known in a group; what was said of no single case is forgotten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f("ck_group_post_about"), "group_post")
    op.execute("DELETE FROM group_post WHERE report_id IS NULL")
    for column in ("done_said_by", "done_said_at", "topic"):
        op.drop_column("group_post", column)
    op.alter_column("group_post", "report_id", nullable=False)
    op.alter_column("group_post", "event_id", nullable=False)
    op.drop_table("group_member")
