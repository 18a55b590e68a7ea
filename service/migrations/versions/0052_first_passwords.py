"""Passwords that an administrator gave: they open only the page that changes them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Passwords given before stay good until they are set anew."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(
        "staff",
        sa.Column("must_change_password", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )


def downgrade() -> None:
    """First passwords open everything again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("staff", "must_change_password")
