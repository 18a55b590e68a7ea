"""Premises have an area, and somebody who answers for reports inside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0097"
down_revision = "0096"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two columns, empty; the table is small."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    area = Geometry("MULTIPOLYGON", srid=4326, spatial_index=False)
    op.add_column("premises", sa.Column("area", area, nullable=True))
    op.add_column("premises", sa.Column("head_id", sa.Integer(), nullable=True))
    op.create_foreign_key(op.f("fk_premises_head_id_staff"), "premises", "staff", ["head_id"], ["id"])


def downgrade() -> None:
    """Drop both: areas and who answered are lost."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("premises", "head_id")
    op.drop_column("premises", "area")
