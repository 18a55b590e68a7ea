"""Updates that other systems sent by Open311, and photos that are to be fetched from where they lie."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Two new tables."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "sent_update",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sent_update_staff_id_staff")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_sent_update_report_id_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", "remote_id", name=op.f("pk_sent_update")),
        sa.UniqueConstraint("id", name=op.f("uq_sent_update_id")),
    )
    op.create_index("ix_sent_update_report", "sent_update", ["report_id"])
    op.create_table(
        "photo_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("next_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_photo_link_report_id_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_link")),
    )
    op.create_index("uq_photo_link_report_url", "photo_link", ["report_id", "url"], unique=True)
    op.create_index("ix_photo_link_next", "photo_link", ["next_at"])


def downgrade() -> None:
    """A retried update counts twice from then on, and photos that lie elsewhere are left there."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("photo_link")
    op.drop_table("sent_update")
