"""How each unit writes its documents, and the register of those that were made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_WORDS = ("superior", "issuer", "symbol", "room", "place", "head", "collective")


def upgrade() -> None:
    """Two tables of their own."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "unit_office",
        sa.Column("department_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in _WORDS),
        sa.Column("recipients", JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=True),
        _to("unit_office", "department_id", "department"),
        _to("unit_office", "updated_by", "staff"),
        sa.PrimaryKeyConstraint("department_id", name=op.f("pk_unit_office")),
    )
    _register()


def downgrade() -> None:
    """Numbers, dates and signed files that clerks entered are forgotten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("official_document")
    op.drop_table("unit_office")


def _to(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _register() -> None:
    table = "official_document"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.Column("symbol", sa.Text(), server_default="", nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("number_year", sa.Integer(), nullable=True),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("numbered_at", _TIME, nullable=True),
        sa.Column("numbered_by", sa.Integer(), nullable=True),
        sa.Column("signed_key", sa.Text(), nullable=True),
        sa.Column("signed_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("signed_at", _TIME, nullable=True),
        sa.Column("signed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind in ('BC', 'KH', 'TTr', 'TB', 'BB', 'QĐ', 'GM', 'CV')",
            name=op.f("ck_official_document_kind"),
        ),
        sa.CheckConstraint("number is null or number > 0", name=op.f("ck_official_document_number")),
        sa.CheckConstraint("(number is null) = (dated is null)", name=op.f("ck_official_document_numbered")),
        sa.CheckConstraint(
            "signed_key is null or number is not null", name=op.f("ck_official_document_signed")
        ),
        _to(table, "issuer_id", "department"),
        _to(table, "plan_id", "plan", "SET NULL"),
        *(_to(table, name, "staff") for name in ("made_by", "numbered_by", "signed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official_document")),
    )
    op.create_index("ix_official_document_issuer", table, ["issuer_id", "id"])
    op.create_index(
        "ix_official_document_plan", table, ["plan_id", "id"], postgresql_where=sa.text("plan_id IS NOT NULL")
    )
    op.create_index(
        "uq_official_document_number",
        table,
        ["issuer_id", "symbol", "number_year", "number"],
        unique=True,
        postgresql_where=sa.text("number IS NOT NULL"),
    )
