"""OpenID Connect: where a session was opened, what the provider was last heard to say."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """All of it may be missing: the code still running neither reads nor writes it."""
    op.add_column("staff_session", sa.Column("issuer", sa.Text(), nullable=True))
    op.add_column("staff_identity", sa.Column("id_token", sa.Text(), nullable=True))
    op.add_column("staff_identity", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("staff_identity", sa.Column("withheld_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """As before."""
    op.drop_column("staff_identity", "withheld_at")
    op.drop_column("staff_identity", "seen_at")
    op.drop_column("staff_identity", "id_token")
    op.drop_column("staff_session", "issuer")
