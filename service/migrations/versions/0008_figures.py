"""Tables of figures, and the downloads that workers make."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CONSUMER = """
INSERT INTO consumer (name, delivery, target, types, queue, batch, position)
SELECT 'figures', 'task', 'workers.figures.count', '{}', 'default', 1000, coalesce(max(position), 0) FROM event
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "figure_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_figure_day")),
    )
    # Read whole and often: compressing them would cost more than it saves.
    op.execute("ALTER TABLE figure_day ALTER facts SET STORAGE EXTERNAL, ALTER cells SET STORAGE EXTERNAL")
    op.create_table(
        "figure_state",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("took_ms", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_figure_state_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_state")),
    )
    op.execute("INSERT INTO figure_state (id) VALUES (1)")
    op.create_table(
        "download",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('reports', 'periodic')", name=op.f("ck_download_kind")),
        sa.CheckConstraint(
            "state in ('waiting', 'working', 'ready', 'failed')", name=op.f("ck_download_state")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_download_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download")),
    )
    op.create_index("ix_download_staff", "download", ["staff_id", "created_at"], unique=False)
    op.create_index(
        "ix_download_unmade",
        "download",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("state in ('waiting', 'working')"),
    )
    op.create_index("ix_download_expires", "download", ["expires_at"], unique=False)
    op.execute(CONSUMER)


def downgrade() -> None:
    op.execute("DELETE FROM consumer WHERE name = 'figures'")
    op.drop_table("download")
    op.drop_table("figure_state")
    op.drop_table("figure_day")
