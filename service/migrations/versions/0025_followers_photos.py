"""Which follower sent a photo: they have a number of their own and take none of the reporter's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column that may be empty; photos of before count as the reporter's."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("photo", sa.Column("follower_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    """Photos of followers count as the reporter's again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("photo", "follower_id")
