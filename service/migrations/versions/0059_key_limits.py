"""Keys of programmes have a limit of their own: calls a minute."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column with a default: keys are few, and none is written anew."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("api_key", sa.Column("per_minute", sa.Integer(), server_default="120", nullable=False))
    op.create_check_constraint(op.f("ck_api_key_per_minute"), "api_key", "per_minute between 1 and 6000")


def downgrade() -> None:
    """Keys are held up by the limits of their addresses alone; their own are forgotten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("api_key", "per_minute")
