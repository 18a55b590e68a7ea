"""Emulation: movements, their criteria, points of units, standings, comments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_POINTS = sa.Numeric(6, 1)


def upgrade() -> None:
    """Five tables of their own; nothing that grows is touched."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _movement()
    op.create_table(
        "criterion",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("movement_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("section", sa.Text(), server_default="", nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("points", _POINTS, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=True),
        sa.Column("formula", JSONB(), nullable=True),
        sa.Column("fewest", sa.Integer(), server_default="0", nullable=False),
        sa.Column("needs_proof", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "source in ('indicator', 'self', 'council', 'bonus', 'deduction')",
            name=op.f("ck_criterion_source"),
        ),
        sa.CheckConstraint("points > 0 and points <= 100", name=op.f("ck_criterion_points")),
        sa.CheckConstraint("(indicator is null) = (formula is null)", name=op.f("ck_criterion_formula")),
        _to("criterion", "movement_id", "movement", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
        sa.UniqueConstraint("movement_id", "position", name=op.f("uq_criterion_movement_id_position")),
    )
    _scores()
    _comments()


def downgrade() -> None:
    """Movements are forgotten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("comment_on_score", "standing", "score", "criterion", "movement"):
        op.drop_table(table)


def _to(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), server_default="", nullable=False) for name in names]


def _movement() -> None:
    op.create_table(
        "movement",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("keeper_id", sa.Integer(), nullable=True),
        *_words("decision"),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("pools", JSONB(), nullable=False),
        sa.Column("council", ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("claims_due", sa.Date(), nullable=True),
        sa.Column("comment_days", sa.SmallInteger(), server_default="7", nullable=False),
        *_words("forms"),
        sa.Column("public", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        *(
            sa.Column(name, _TIME, nullable=True)
            for name in ("freeze_at", "counted_at", "frozen_at", "commented_at", "announced_at")
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state in ('draft', 'open', 'self_scored', 'reviewed', 'commented', 'announced', 'closed')",
            name=op.f("ck_movement_state"),
        ),
        sa.CheckConstraint("first <= last", name=op.f("ck_movement_days")),
        sa.CheckConstraint("comment_days between 1 and 60", name=op.f("ck_movement_comment_days")),
        _to("movement", "issuer_id", "department"),
        _to("movement", "plan_id", "plan"),
        _to("movement", "keeper_id", "department"),
        _to("movement", "created_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movement")),
    )
    op.create_index("ix_movement_first", "movement", ["first", "id"])


def _scores() -> None:
    op.create_table(
        "score",
        sa.Column("movement_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("figure", JSONB(), nullable=True),
        sa.Column("by_formula", _POINTS, nullable=True),
        sa.Column("claimed", _POINTS, nullable=True),
        *_words("proof"),
        sa.Column("claimed_by", sa.Integer(), nullable=True),
        sa.Column("claimed_at", _TIME, nullable=True),
        sa.Column("given", _POINTS, nullable=True),
        *_words("why"),
        sa.Column("given_by", sa.Integer(), nullable=True),
        sa.Column("given_at", _TIME, nullable=True),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        _to("score", "movement_id", "movement", "CASCADE"),
        _to("score", "criterion_id", "criterion", "CASCADE"),
        _to("score", "unit_id", "department"),
        _to("score", "claimed_by", "staff"),
        _to("score", "given_by", "staff"),
        sa.PrimaryKeyConstraint("movement_id", "criterion_id", "unit_id", name=op.f("pk_score")),
    )
    op.create_table(
        "standing",
        sa.Column("movement_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("pool", sa.Text(), nullable=False),
        sa.Column("points", _POINTS, nullable=True),
        sa.Column("place", sa.SmallInteger(), nullable=True),
        sa.Column("parts", JSONB(), nullable=False),
        sa.Column("not_ranked", JSONB(), nullable=True),
        _to("standing", "movement_id", "movement", "CASCADE"),
        _to("standing", "unit_id", "department"),
        sa.PrimaryKeyConstraint("movement_id", "unit_id", name=op.f("pk_standing")),
    )


def _comments() -> None:
    op.create_table(
        "comment_on_score",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("movement_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        *_words("answer"),
        sa.Column("answered_at", _TIME, nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("changed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _to("comment_on_score", "movement_id", "movement", "CASCADE"),
        _to("comment_on_score", "unit_id", "department"),
        _to("comment_on_score", "criterion_id", "criterion", "CASCADE"),
        _to("comment_on_score", "by", "staff"),
        _to("comment_on_score", "answered_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_on_score")),
    )
    op.create_index("ix_comment_on_score_movement", "comment_on_score", ["movement_id", "unit_id"])
