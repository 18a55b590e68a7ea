"""Hot spots: what was proposed for a clean-up and what it changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

_STATES = "'open', 'planned', 'cleaned', 'measured', 'cured', 'relapsed'"


def upgrade() -> None:
    """A table of its own; nothing that grows is touched."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "hotspot",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("ward_id", sa.Integer(), nullable=True),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("work_id", sa.Uuid(), nullable=True),
        sa.Column("cleaned_on", sa.Date(), nullable=True),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("after", sa.Integer(), nullable=True),
        sa.Column("control_before", sa.Integer(), nullable=True),
        sa.Column("control_after", sa.Integer(), nullable=True),
        sa.Column("lasting", sa.Integer(), nullable=True),
        sa.Column("measured_on", sa.Date(), nullable=True),
        sa.CheckConstraint(f"state in ({_STATES})", name=op.f("ck_hotspot_state")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_hotspot_category_id"), ondelete=None
        ),
        sa.ForeignKeyConstraint(["ward_id"], ["area.id"], name=op.f("fk_hotspot_ward_id")),
        sa.ForeignKeyConstraint(
            ["work_id"], ["work.id"], name=op.f("fk_hotspot_work_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hotspot")),
    )
    op.create_index("uq_hotspot_list", "hotspot", ["found_on", "category_id", "cell"], unique=True)
    op.create_index("ix_hotspot_work", "hotspot", ["work_id"])
    op.create_index("ix_hotspot_cleaned", "hotspot", ["cleaned_on"])


def downgrade() -> None:
    """Hot spots and their measures are forgotten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("hotspot")
