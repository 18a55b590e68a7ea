"""Files of open data in force."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """One new table; the first night fills it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "open_file",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("first_at", _TIME, nullable=True),
        sa.Column("last_at", _TIME, nullable=True),
        sa.Column("made_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_open_file")),
    )


def downgrade() -> None:
    """No open data; its files stay in the store until they are deleted by hand."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("open_file")
