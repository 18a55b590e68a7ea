"""The last day of a unit that was dissolved and the unit that took over; persons scored inside units."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0089"
down_revision = "0088"
branch_labels = None
depends_on = None

SUCCESSOR = "fk_department_successor_id_department"


def upgrade() -> None:
    """Columns of small tables, whose rows so far have none, and a table of its own."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("department", sa.Column("dissolved_on", sa.Date(), nullable=True))
    op.add_column("department", sa.Column("successor_id", sa.Integer(), nullable=True))
    op.create_foreign_key(op.f(SUCCESSOR), "department", "department", ["successor_id"], ["id"])
    op.add_column("criterion", sa.Column("applies_to", sa.Text(), server_default="unit", nullable=False))
    op.create_check_constraint(
        op.f("ck_criterion_applies_to"), "criterion", "applies_to in ('unit', 'person')"
    )
    _person_scores()


def downgrade() -> None:
    """Points of persons and the criteria they are for go, and so does when a unit ended and what came after."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("person_score")
    op.execute("DELETE FROM criterion WHERE applies_to = 'person'")
    op.drop_column("criterion", "applies_to")
    op.drop_constraint(op.f(SUCCESSOR), "department", type_="foreignkey")
    op.drop_column("department", "successor_id")
    op.drop_column("department", "dissolved_on")


def _person_scores() -> None:
    points, time = sa.Numeric(6, 1), sa.DateTime(timezone=True)
    keys = (
        ("criterion_id", "criterion", "CASCADE"),
        ("staff_id", "staff", None),
        ("unit_id", "department", None),
        ("given_by", "staff", None),
    )
    op.create_table(
        "person_score",
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("claimed", points, nullable=True),
        sa.Column("proof", sa.Text(), server_default="", nullable=False),
        sa.Column("claimed_at", time, nullable=True),
        sa.Column("given", points, nullable=True),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=True),
        sa.Column("given_at", time, nullable=True),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{other}.id"], name=op.f(f"fk_person_score_{column}_{other}"), ondelete=ondelete
            )
            for column, other, ondelete in keys
        ),
        sa.PrimaryKeyConstraint("criterion_id", "staff_id", name=op.f("pk_person_score")),
    )
    op.create_index("ix_person_score_staff", "person_score", ["staff_id"])
