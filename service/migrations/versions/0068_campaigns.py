"""Pages of campaigns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of its own; nothing that grows is touched."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", postgresql.JSONB(), nullable=False),
        sa.Column("lead", postgresql.JSONB(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) <= 60", name=op.f("ck_campaign_slug")
        ),
        sa.CheckConstraint("first <= last", name=op.f("ck_campaign_days")),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_campaign_created_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("slug", name=op.f("uq_campaign_slug")),
    )


def downgrade() -> None:
    """The pages are gone; what was cleaned stays."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("campaign")
