"""Reports up the line: their kinds, the report of each period, what units say for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Three tables of their own."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "report_kind",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("sections", JSONB(), nullable=False),
        sa.Column("unit_ids", ARRAY(sa.Integer()), nullable=False),
        sa.Column("due_days", sa.SmallInteger(), nullable=False),
        sa.Column("addressees", ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "period in ('month', 'quarter', 'half', 'year')", name=op.f("ck_report_kind_period")
        ),
        sa.CheckConstraint("due_days between 1 and 60", name=op.f("ck_report_kind_due_days")),
        _to("report_kind", "issuer_id", "department"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_kind")),
        sa.UniqueConstraint("code", name=op.f("uq_report_kind_code")),
    )
    _reports()


def downgrade() -> None:
    """Answers of units and figures that were frozen are forgotten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("unit_report", "periodic_report", "report_kind"):
        op.drop_table(table)


def _to(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _reports() -> None:
    op.create_table(
        "periodic_report",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("figures", JSONB(), nullable=True),
        sa.Column("merged_at", _TIME, nullable=True),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("first <= last", name=op.f("ck_periodic_report_days")),
        _to("periodic_report", "kind_id", "report_kind"),
        _to("periodic_report", "document_id", "official_document"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_periodic_report")),
        sa.UniqueConstraint("kind_id", "first", name=op.f("uq_periodic_report_kind_id_first")),
    )
    op.create_index("ix_periodic_report_days", "periodic_report", ["first", "last"])
    op.create_table(
        "unit_report",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Text(), server_default="", nullable=False)
            for name in ("results", "hindrances", "proposals")
        ),
        sa.Column("figures", JSONB(), nullable=True),
        sa.Column("sent_at", _TIME, nullable=True),
        sa.Column("sent_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        _to("unit_report", "report_id", "periodic_report", "CASCADE"),
        _to("unit_report", "unit_id", "department"),
        _to("unit_report", "sent_by", "staff"),
        sa.PrimaryKeyConstraint("report_id", "unit_id", name=op.f("pk_unit_report")),
    )
