"""Sightings of numbers out of offices' old lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0079"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of its own; nothing is rewritten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "old_sighting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("number_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("ward_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number_id"], ["ad_number.id"], name=op.f("fk_old_sighting_number_id_ad_number")
        ),
        sa.ForeignKeyConstraint(["ward_id"], ["area.id"], name=op.f("fk_old_sighting_ward_id_area")),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["department.id"], name=op.f("fk_old_sighting_unit_id_department")
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["staff.id"], name=op.f("fk_old_sighting_entered_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_old_sighting")),
        sa.UniqueConstraint(
            "number_id", "seen_at", "place", name=op.f("uq_old_sighting_number_id_seen_at_place")
        ),
    )
    op.create_index("ix_old_sighting_unit", "old_sighting", ["unit_id"])


def downgrade() -> None:
    """Drop the sightings out of old lists; numbers stay, with the old counts until they are next counted."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("old_sighting")
