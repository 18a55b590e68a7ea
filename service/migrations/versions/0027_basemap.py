"""The background of the maps that is kept here: which archive is in force, and what is known of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column that may be empty: the code still running does not know it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("city", sa.Column("basemap", postgresql.JSONB(none_as_null=True), nullable=True))


def downgrade() -> None:
    """Without a basemap; its file stays in the storage."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("city", "basemap")
