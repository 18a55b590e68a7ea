"""Groups in which companies are told of their cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Tables of their own; nothing that is there is touched but by references to it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "company_group",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("linked_at", _TIME, nullable=True),
        sa.Column("last_in_at", _TIME, nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_group")),
        sa.UniqueConstraint("chat", name=op.f("uq_company_group_chat")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_company_group_department_id_department")
        ),
    )
    op.create_index(op.f("ix_company_group_department_id"), "company_group", ["department_id"])
    _posts()


def downgrade() -> None:
    """Without groups: what was told there is forgotten, the notes stay at their cases."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("group_post")
    op.drop_table("company_group")


def _posts() -> None:
    op.create_table(
        "group_post",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("not_before", _TIME, nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'claimed', 'sent', 'unknown', 'given_up')", name=op.f("ck_group_post_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_post")),
        sa.UniqueConstraint("group_id", "event_id", name=op.f("uq_group_post_group_id_event_id")),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["company_group.id"],
            name=op.f("fk_group_post_group_id_company_group"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_group_post_report_id_report"), ondelete="CASCADE"
        ),
    )
    due = sa.text("state IN ('waiting', 'claimed')")
    op.create_index("ix_group_post_due", "group_post", ["not_before"], postgresql_where=due)
    known = sa.text("external_id IS NOT NULL")
    op.create_index("ix_group_post_known", "group_post", ["external_id"], postgresql_where=known)
    op.create_index("ix_group_post_report_id", "group_post", ["report_id"])
