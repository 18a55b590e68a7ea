"""Lists of numbers that are made known, and objections to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """New tables; nobody waits for them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _publication()
    _listing()
    _objection()


def downgrade() -> None:
    """Lists and objections are forgotten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("objection", "listing", "publication"):
        op.drop_table(table)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _key(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other.partition('.')[0]}")
    return sa.ForeignKeyConstraint([column], [other], name=name, ondelete=ondelete)


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _publication() -> None:
    table = "publication"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        _words("number"),
        sa.Column("dated", sa.Date(), nullable=True),
        _words("signer"),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("published_at", _TIME, nullable=True),
        sa.Column("published_by", sa.Integer(), nullable=True),
        _check(table, "state", "state in ('draft', 'published', 'withdrawn')"),
        _check(table, "two_people", "published_by is null or published_by <> created_by"),
        _check(table, "published", "(state = 'draft') = (published_at is null)"),
        _key(table, "lead_id", "department.id"),
        _key(table, "created_by", "staff.id"),
        _key(table, "published_by", "staff.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _listing() -> None:
    table = "listing"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("number_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        _words("decision"),
        sa.Column("decided_on", sa.Date(), nullable=True),
        *(_words(name) for name in ("signer", "basis", "words")),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("hidden_since", _TIME, nullable=True),
        sa.Column("withdrawn_at", _TIME, nullable=True),
        _words("withdrawn_why"),
        _check(
            table,
            "decided",
            "published_on is null or (decision <> '' and decided_on is not null"
            " and basis <> '' and signer <> '')",
        ),
        _check(table, "days", "published_on is null or until is not null and until >= published_on"),
        _key(table, "publication_id", "publication.id", "CASCADE"),
        _key(table, "number_id", "ad_number.id"),
        _key(table, "case_id", "ad_number_case.work_id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for column in ("case", "number", "publication"):
        op.create_index(f"ix_listing_{column}", table, [f"{column}_id"])
    shown = sa.text("published_on IS NOT NULL AND withdrawn_at IS NULL")
    op.create_index("ix_listing_shown", table, ["until"], postgresql_where=shown)


def _objection() -> None:
    table = "objection"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number_id", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("plausible", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _words("answer"),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("answered_at", _TIME, nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        _key(table, "number_id", "ad_number.id"),
        _key(table, "answered_by", "staff.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index("ix_objection_open", table, ["due_at"], postgresql_where=sa.text("answered_at IS NULL"))
    op.create_index("ix_objection_number", table, ["number_id"])
