"""Partners: other systems that work on cases, what was handed to them and what they told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_STATES = "('waiting', 'sending', 'unknown', 'token', 'sent', 'done', 'refused', 'ended')"


def upgrade() -> None:
    """Three new tables."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "partner",
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        *(
            sa.Column(name, _TIME, nullable=True)
            for name in ("polled_until", "next_poll_at", "last_ok_at", "failing_since")
        ),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_partner_department_id_department")
        ),
        sa.PrimaryKeyConstraint("department_id", name=op.f("pk_partner")),
    )
    _hand_over()
    op.create_table(
        "partner_update",
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("remote_update_id", sa.Text(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_partner_update_department_id_department")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_partner_update_report_id_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("department_id", "remote_update_id", name=op.f("pk_partner_update")),
    )
    op.create_index("ix_partner_update_report", "partner_update", ["report_id"])


def downgrade() -> None:
    """Nothing is handed to other systems any more; what was handed over is forgotten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("partner_update")
    op.drop_table("hand_over")
    op.drop_table("partner")


def _hand_over() -> None:
    op.create_table(
        "hand_over",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("misses", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("next_at", _TIME, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("sent_at", _TIME, nullable=True),
        sa.Column("told_at", _TIME, nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(f"state in {_STATES}", name=op.f("ck_hand_over_state")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_hand_over_report_id_report"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_hand_over_department_id_department")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    op.create_index("uq_hand_over_turn", "hand_over", ["report_id", "department_id", "turn"], unique=True)
    due = sa.text("state IN ('waiting', 'sending', 'unknown', 'token')")
    op.create_index("ix_hand_over_due", "hand_over", ["next_at"], postgresql_where=due)
    op.create_index("ix_hand_over_remote", "hand_over", ["department_id", "remote_id"])
