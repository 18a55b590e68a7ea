"""Initiatives, monthly readings and corrections of standings; praise names movements that there are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Four tables of their own. Praise that names no movement keeps its words and loses the number."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _initiatives()
    _readings()
    _corrections()
    op.execute(
        "UPDATE commendation SET movement_id = NULL WHERE movement_id IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM movement m WHERE m.id = commendation.movement_id)"
    )
    op.create_foreign_key(
        op.f("fk_commendation_movement_id_movement"), "commendation", "movement", ["movement_id"], ["id"]
    )


def downgrade() -> None:
    """Initiatives, readings and corrections are forgotten; praise keeps the numbers of its movements."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f("fk_commendation_movement_id_movement"), "commendation", type_="foreignkey")
    for table in ("standing_correction", "meter_reading", "initiative_vote", "initiative"):
        op.drop_table(table)


def _to(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _initiatives() -> None:
    op.create_table(
        "initiative",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("movement_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("author_ids", ARRAY(sa.Integer()), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=True),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), server_default="handed_in", nullable=False),
        sa.Column("handed_in_at", _TIME, nullable=False),
        sa.Column("handed_in_by", sa.Integer(), nullable=True),
        sa.Column("decision", sa.Text(), server_default="", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state in ('handed_in', 'recognised', 'declined')", name=op.f("ck_initiative_state")
        ),
        sa.CheckConstraint(
            "(state = 'handed_in') = (decided_at is null)", name=op.f("ck_initiative_decided")
        ),
        sa.CheckConstraint("char_length(title) between 1 and 300", name=op.f("ck_initiative_title")),
        _to("initiative", "movement_id", "movement", "CASCADE"),
        _to("initiative", "unit_id", "department"),
        _to("initiative", "handed_in_by", "staff"),
        _to("initiative", "decided_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative")),
    )
    op.create_index("ix_initiative_movement", "initiative", ["movement_id", "unit_id"])
    op.create_index(
        "ix_initiative_recognised",
        "initiative",
        ["applied_on", "unit_id"],
        postgresql_where=sa.text("state = 'recognised'"),
    )
    op.create_table(
        "initiative_vote",
        sa.Column("initiative_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("at", _TIME, nullable=False),
        _to("initiative_vote", "initiative_id", "initiative", "CASCADE"),
        _to("initiative_vote", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("initiative_id", "staff_id", name=op.f("pk_initiative_vote")),
    )


def _readings() -> None:
    op.create_table(
        "meter_reading",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("premises_id", sa.Integer(), nullable=True),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(10, 1), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("entered_at", _TIME, nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("replaced_at", _TIME, nullable=True),
        sa.CheckConstraint("what in ('kwh', 'm3', 'reams')", name=op.f("ck_meter_reading_what")),
        sa.CheckConstraint("extract(day from month) = 1", name=op.f("ck_meter_reading_month")),
        sa.CheckConstraint("value between 0 and 10000000", name=op.f("ck_meter_reading_value")),
        _to("meter_reading", "unit_id", "department"),
        _to("meter_reading", "premises_id", "premises"),
        _to("meter_reading", "entered_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meter_reading")),
    )
    op.create_index(
        "uq_meter_reading_current",
        "meter_reading",
        ["unit_id", "what", "month", sa.text("coalesce(premises_id, 0)")],
        unique=True,
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_index("ix_meter_reading_month", "meter_reading", ["month", "unit_id"])


def _corrections() -> None:
    op.create_table(
        "standing_correction",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("movement_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("was", sa.Numeric(6, 1), nullable=True),
        sa.Column("points", sa.Numeric(6, 1), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.CheckConstraint("points between 0 and 200", name=op.f("ck_standing_correction_points")),
        sa.CheckConstraint("char_length(why) between 1 and 1000", name=op.f("ck_standing_correction_why")),
        _to("standing_correction", "movement_id", "movement", "CASCADE"),
        _to("standing_correction", "unit_id", "department"),
        _to("standing_correction", "by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_correction")),
    )
    op.create_index("ix_standing_correction_movement", "standing_correction", ["movement_id", "unit_id"])
