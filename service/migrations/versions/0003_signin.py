"""Signing in: the second factor, accounts elsewhere, where a session is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Columns of staff and sessions, recovery codes, identities at a provider."""
    op.add_column("staff", sa.Column("totp_secret", sa.Text(), nullable=True))
    op.add_column("staff", sa.Column("totp_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("staff", sa.Column("totp_step", sa.BigInteger(), nullable=True))
    op.add_column("staff_session", sa.Column("address", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "recovery_code",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_recovery_code_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", "code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "staff_identity",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_identity_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_staff_identity")),
    )
    op.create_index(op.f("ix_staff_identity_staff_id"), "staff_identity", ["staff_id"])


def downgrade() -> None:
    """As before: everybody signs in by password alone."""
    op.drop_table("staff_identity")
    op.drop_table("recovery_code")
    op.drop_column("staff_session", "address")
    op.drop_column("staff", "totp_step")
    op.drop_column("staff", "totp_since")
    op.drop_column("staff", "totp_secret")
