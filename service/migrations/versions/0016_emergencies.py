"""Emergencies that ring: what is told again until somebody takes it, who is on duty, and their mobile numbers.

`report.priority` has a constant default, so no row is rewritten; its indexes are built beside the running service.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing that is there is an emergency yet: what becomes one from now on rings."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(
        "report", sa.Column("priority", sa.SmallInteger(), server_default=sa.text("2"), nullable=False)
    )
    op.add_column("staff", sa.Column("phone", sa.Text(), nullable=True))
    _emergency()
    op.create_table(
        "duty",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("on_duty", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("hours", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_duty_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_duty")),
    )
    with op.get_context().autocommit_block():
        _build("ix_report_emergency", ["due_at", "id"], "priority = 1", ["status", "lead_id", "executor_id"])
        _build(
            "ix_report_desk_first",
            ["priority", "desk_since", "id"],
            "desk_since IS NOT NULL",
            ["desk_reasons"],
        )
        _build("ix_report_verify_first", ["priority", "resolved_at", "id"], "status = 'resolved'", None)
        op.drop_index("ix_report_desk", table_name="report", if_exists=True, postgresql_concurrently=True)


def downgrade() -> None:
    """Nothing rings; the desk is sorted by waiting time alone."""
    op.drop_table("duty")
    op.drop_table("emergency")
    op.drop_column("staff", "phone")
    op.create_index(
        "ix_report_desk",
        "report",
        ["desk_since", "id"],
        postgresql_include=["desk_reasons"],
        postgresql_where=sa.text("desk_since IS NOT NULL"),
    )
    op.drop_column("report", "priority")  # its indexes go with it


def _emergency() -> None:
    op.create_table(
        "emergency",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ring_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rung", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("reason in ('danger', 'policy', 'merged')", name=op.f("ck_emergency_reason")),
        sa.CheckConstraint("(taken_by is null) = (taken_at is null)", name=op.f("ck_emergency_taken")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_emergency_report_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["taken_by"], ["staff.id"], name=op.f("fk_emergency_taken_by")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_emergency")),
    )
    op.create_index(
        "ix_emergency_ring", "emergency", ["ring_at"], postgresql_where=sa.text("ring_at IS NOT NULL")
    )
    op.create_index(
        "ix_emergency_open",
        "emergency",
        ["since"],
        postgresql_where=sa.text("taken_at IS NULL AND ended_at IS NULL"),
    )
    op.create_index(op.f("ix_emergency_taken_by"), "emergency", ["taken_by"])


def _build(name: str, columns: list[str], where: str, include: list[str] | None) -> None:
    """Anew where an earlier try was interrupted and left an index that is none."""
    op.drop_index(name, table_name="report", if_exists=True, postgresql_concurrently=True)
    op.create_index(
        name,
        "report",
        columns,
        postgresql_include=include,
        postgresql_where=sa.text(where),
        postgresql_concurrently=True,
    )
