"""The desk: what needs a person and why, flags, saved filters, splits, reports entered for a caller."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BEFORE = "'app', 'portal', 'email', 'facebook', 'zalo', 'phone', 'open311'"
AFTER = f"{BEFORE}, 'walk_in', 'paper'"


def upgrade() -> None:
    """What waits for triage already is on the desk from then on."""
    _channels(AFTER)
    op.add_column("report", sa.Column("split_from_id", sa.Uuid(), nullable=True))
    op.add_column("report", sa.Column("desk_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "report",
        sa.Column("desk_reasons", postgresql.ARRAY(sa.TEXT()), server_default="{}", nullable=False),
    )
    op.create_foreign_key(op.f("fk_report_split_from_id"), "report", "report", ["split_from_id"], ["id"])
    op.execute(
        "UPDATE report SET desk_since = coalesce(routed_at, updated_at), "
        "desk_reasons = ARRAY[coalesce(triage_reason, 'by_hand')] WHERE status = 'triage'"
    )
    op.create_index(
        "ix_report_desk",
        "report",
        ["desk_since", "id"],
        postgresql_include=["desk_reasons"],
        postgresql_where=sa.text("desk_since IS NOT NULL"),
    )
    op.create_index(
        "ix_report_split_from",
        "report",
        ["split_from_id"],
        postgresql_where=sa.text("split_from_id IS NOT NULL"),
    )
    op.add_column("contact", sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True))
    _saved_filter()
    _report_flag()


def _saved_filter() -> None:
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_saved_filter_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("staff_id", "name", name=op.f("uq_saved_filter_staff_id_name")),
    )


def _report_flag() -> None:
    op.create_table(
        "report_flag",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("sender", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind in ('offensive', 'private', 'spam', 'false', 'other')", name=op.f("ck_report_flag_kind")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_flag_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_flag")),
        sa.UniqueConstraint("report_id", "sender", name=op.f("uq_report_flag_report_id_sender")),
    )
    op.create_index(
        "ix_report_flag_open",
        "report_flag",
        ["report_id"],
        postgresql_where=sa.text("settled_at IS NULL"),
    )


def downgrade() -> None:
    """What was entered at the counter or on paper counts as told by telephone."""
    op.drop_table("report_flag")
    op.drop_table("saved_filter")
    op.drop_column("contact", "consent_at")
    op.drop_index("ix_report_split_from", table_name="report")
    op.drop_index("ix_report_desk", table_name="report")
    for column in ("desk_reasons", "desk_since", "split_from_id"):
        op.drop_column("report", column)
    op.execute("UPDATE report SET channel = 'phone' WHERE channel IN ('walk_in', 'paper')")
    _channels(BEFORE)


def _channels(names: str) -> None:
    op.drop_constraint(op.f("ck_report_channel"), "report", type_="check")
    op.create_check_constraint(op.f("ck_report_channel"), "report", f"channel in ({names})")
