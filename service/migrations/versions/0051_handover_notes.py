"""Notes from one shift of coordinators to the next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create a table of its own, empty."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "handover_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_by", sa.Integer(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_handover_note_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["read_by"], ["staff.id"], name=op.f("fk_handover_note_read_by_staff"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_note")),
    )
    op.create_index(
        "ix_handover_note_unread", "handover_note", ["id"], postgresql_where=sa.text("read_at IS NULL")
    )


def downgrade() -> None:
    """Drop the table: notes that nobody has read are lost."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("handover_note")
