"""What a consumer was handed stays noted until its task gives a receipt: telling people leaves no other trace."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From now on; what was handed on before is done."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("consumer", sa.Column("receipts", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "handed_over",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer"],
            ["consumer.name"],
            name=op.f("fk_handed_over_consumer_consumer"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consumer", "subject", name=op.f("pk_handed_over")),
    )
    op.create_index(op.f("ix_handed_over_at"), "handed_over", ["at"])
    op.execute("UPDATE consumer SET receipts = true WHERE name = 'notices'")


def downgrade() -> None:
    """As before: a lost task is a lost message."""
    op.drop_table("handed_over")
    op.drop_column("consumer", "receipts")
