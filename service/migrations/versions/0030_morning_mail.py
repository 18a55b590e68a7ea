"""Whether an account is told by e-mail in the morning how its work stands."""

from __future__ import annotations

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column with its default: no row is rewritten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE staff ADD COLUMN morning_mail boolean NOT NULL DEFAULT true")


def downgrade() -> None:
    """Drop it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE staff DROP COLUMN morning_mail")
