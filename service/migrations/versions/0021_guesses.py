"""Wrong codes counted at the account, and who asked for a code that signs a citizen in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A new table, and two columns that may be empty: codes are deleted after a day."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "code_tries",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_a_day", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_code_tries_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", "known", name=op.f("pk_code_tries")),
    )
    op.add_column("signin_code", sa.Column("asker_hash", sa.LargeBinary(), nullable=True))
    op.add_column("signin_code", sa.Column("same_as", sa.Uuid(), nullable=True))


def downgrade() -> None:
    """Without them."""
    op.drop_column("signin_code", "same_as")
    op.drop_column("signin_code", "asker_hash")
    op.drop_table("code_tries")
