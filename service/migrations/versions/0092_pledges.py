"""Pledges of units."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0092"
down_revision = "0091"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table of its own; nothing that grows is touched."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "pledge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("ward_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("char_length(words) between 1 and 500", name=op.f("ck_pledge_words")),
        sa.CheckConstraint("confirmed_at is null or done_on is not null", name=op.f("ck_pledge_confirmed")),
        sa.ForeignKeyConstraint(["unit_id"], ["department.id"], name=op.f("fk_pledge_unit_id_department")),
        sa.ForeignKeyConstraint(["ward_id"], ["area.id"], name=op.f("fk_pledge_ward_id_area")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["staff.id"], name=op.f("fk_pledge_confirmed_by_staff")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_pledge_made_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge")),
    )
    op.create_index("ix_pledge_unit", "pledge", ["unit_id", "until"])


def downgrade() -> None:
    """Drop the table: what units pledged is lost."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("pledge")
