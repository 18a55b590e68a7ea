"""Premises: buildings and the units in them, whose rosters are clean-ups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of its own, and an empty column of clean-ups; nothing is rewritten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "premises",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("geom", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column("buildings", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("char_length(name) between 1 and 200", name=op.f("ck_premises_name")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_premises_department_id_department")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_premises_created_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premises")),
        sa.UniqueConstraint("department_id", "name", name=op.f("uq_premises_department_id_name")),
    )
    op.add_column("cleanup", sa.Column("premises_id", sa.Integer(), nullable=True))
    op.execute(
        "ALTER TABLE cleanup ADD CONSTRAINT fk_cleanup_premises_id_premises "
        "FOREIGN KEY (premises_id) REFERENCES premises (id) NOT VALID"
    )
    op.execute("ALTER TABLE cleanup VALIDATE CONSTRAINT fk_cleanup_premises_id_premises")
    op.create_index(
        "ix_cleanup_premises",
        "cleanup",
        ["premises_id"],
        postgresql_where=sa.text("premises_id IS NOT NULL"),
    )


def downgrade() -> None:
    """The premises are gone; what was done there stays."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("cleanup", "premises_id")
    op.drop_table("premises")
