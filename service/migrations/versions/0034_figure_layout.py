"""Layout of the counted records, so that earlier days are counted anew; the names of files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns that code still running does not know; the new code's worker counts every day anew."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("figure_state", sa.Column("layout", sa.SmallInteger(), server_default="1", nullable=False))
    op.add_column("download", sa.Column("name", sa.Text(), nullable=True))


def downgrade() -> None:
    """Have everything counted anew by the code before, whose scores have no bits above them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("download", "name")
    op.drop_column("figure_state", "layout")
    op.execute("UPDATE figure_state SET timezone = NULL")
