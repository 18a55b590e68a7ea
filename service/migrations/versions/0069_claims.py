"""Claims: whose a reported cable is, and the poles that tell who hangs where."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_OPEN = sa.text("answer IS NULL AND closed_at IS NULL")


def upgrade() -> None:
    """New tables; nobody waits for them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _claim()
    _pole()


def downgrade() -> None:
    """Questions, answers and poles are forgotten, with the events of them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("pole")
    op.drop_table("claim")
    op.execute("DELETE FROM event WHERE type LIKE 'claim.%'")


def _key(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [other], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def _claim() -> None:
    table = "claim"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("asked_by", sa.Integer()),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("photo_id", sa.Uuid()),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_at", _TIME),
        sa.Column("answered_by", sa.Integer()),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("silent_at", _TIME),
        sa.Column("closed_at", _TIME),
        sa.CheckConstraint(
            "answer is null or answer in ('mine', 'not_mine', 'none')", name=op.f(f"ck_{table}_answer")
        ),
        sa.CheckConstraint("(answer is null) = (answered_at is null)", name=op.f(f"ck_{table}_answered")),
        sa.CheckConstraint("char_length(words) <= 2000", name=op.f(f"ck_{table}_words")),
        _key(table, "report_id", "report.id", ondelete="CASCADE"),
        _key(table, "company_id", "department.id"),
        _key(table, "asked_by", "staff.id"),
        _key(table, "answered_by", "staff.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("report_id", "company_id", name=op.f(f"uq_{table}_report_id_company_id")),
    )
    op.create_index("ix_claim_company_asked", table, ["company_id", "asked_at", "id"])
    op.create_index("ix_claim_due", table, ["due_at", "id"], postgresql_where=_OPEN)
    silent = sa.text("silent_at IS NOT NULL")
    op.create_index("ix_claim_silent", table, ["silent_at"], postgresql_where=silent)


def _pole() -> None:
    table = "pole"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("route_id", sa.Integer()),
        sa.Column("attached_ids", ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("seen_on", sa.Date()),
        sa.CheckConstraint("char_length(code) between 1 and 100", name=op.f(f"ck_{table}_code")),
        _key(table, "owner_id", "department.id"),
        _key(table, "route_id", "cable_route.id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("owner_id", "code", name=op.f(f"uq_{table}_owner_id_code")),
    )
    op.create_index("ix_pole_place", table, ["lat", "lon"])
    op.create_index(op.f("ix_pole_route_id"), table, ["route_id"])
