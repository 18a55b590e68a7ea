"""OpenID Connect: where a session was opened, by how much, what the provider was last heard to say."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The code still running neither reads nor writes any of it."""
    op.add_column("staff_session", sa.Column("issuer", sa.Text(), nullable=True))
    op.add_column(
        "staff_session", sa.Column("strong", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    # Keys of programmes have no second factor; people whose role wants one sign in anew.
    op.execute("UPDATE staff_session SET strong = true WHERE id IN (SELECT session_id FROM api_key)")
    op.add_column("staff_identity", sa.Column("id_token", sa.Text(), nullable=True))
    op.add_column("staff_identity", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("staff_identity", sa.Column("withheld_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """As before."""
    op.drop_column("staff_identity", "withheld_at")
    op.drop_column("staff_identity", "seen_at")
    op.drop_column("staff_identity", "id_token")
    op.drop_column("staff_session", "strong")
    op.drop_column("staff_session", "issuer")
