"""Contributions to clean-ups and campaigns, and trees that were planted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables of their own; nothing that grows is touched."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _contributions()
    _trees()


def downgrade() -> None:
    """Drop both tables: who gave what, and which trees are still alive, is lost."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("tree_group")
    op.drop_table("contribution")


def _contributions() -> None:
    op.create_table(
        "contribution",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("work_id", sa.Uuid(), nullable=True),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("giver", sa.Text(), server_default="", nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("receipt_no", sa.Text(), server_default="", nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind in ('cash', 'trees', 'tools', 'labour')", name=op.f("ck_contribution_kind")),
        sa.CheckConstraint("(work_id is null) <> (campaign_id is null)", name=op.f("ck_contribution_about")),
        sa.CheckConstraint(
            "case when kind = 'cash' then amount_vnd >= 1 and count is null "
            "else count >= 1 and amount_vnd is null end",
            name=op.f("ck_contribution_amount"),
        ),
        sa.CheckConstraint(
            "char_length(words) <= 300 and char_length(giver) <= 200", name=op.f("ck_contribution_words")
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["work.id"], name=op.f("fk_contribution_work_id_work"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_contribution_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["department.id"], name=op.f("fk_contribution_unit_id_department")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff.id"], name=op.f("fk_contribution_recorded_by_staff")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["staff.id"], name=op.f("fk_contribution_withdrawn_by_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
    )
    op.create_index("ix_contribution_work", "contribution", ["work_id", "received_on"])
    op.create_index("ix_contribution_campaign", "contribution", ["campaign_id", "received_on"])
    op.create_index(
        "ix_contribution_giver", "contribution", ["received_on"], postgresql_where=sa.text("giver <> ''")
    )


def _trees() -> None:
    op.create_table(
        "tree_group",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("species", sa.Text(), nullable=False),
        sa.Column("planted", sa.Integer(), nullable=False),
        sa.Column("geom", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column("alive", sa.Integer(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("checked_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "planted >= 1 and (alive is null or alive between 0 and planted)",
            name=op.f("ck_tree_group_planted"),
        ),
        sa.CheckConstraint("(alive is null) = (checked_on is null)", name=op.f("ck_tree_group_checked")),
        sa.CheckConstraint("char_length(species) between 1 and 100", name=op.f("ck_tree_group_species")),
        sa.ForeignKeyConstraint(
            ["work_id"], ["cleanup.work_id"], name=op.f("fk_tree_group_work_id_cleanup"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["checked_by"], ["staff.id"], name=op.f("fk_tree_group_checked_by_staff")),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_tree_group_created_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tree_group")),
    )
    op.create_index("ix_tree_group_work", "tree_group", ["work_id"])
