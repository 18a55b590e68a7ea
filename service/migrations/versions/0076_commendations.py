"""Praise and criticism."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None

PRAISE = "'merit', 'certificate', 'praise'"


def upgrade() -> None:
    """A table of its own; nothing that grows is touched."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "commendation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("movement_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("work_id", sa.Uuid(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "form in ('merit', 'certificate', 'praise', 'reminder', 'criticism')",
            name=op.f("ck_commendation_form"),
        ),
        sa.CheckConstraint(
            f"not public or (form in ({PRAISE}) and staff_id is null)", name=op.f("ck_commendation_public")
        ),
        sa.CheckConstraint("char_length(words) between 1 and 1000", name=op.f("ck_commendation_words")),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["department.id"], name=op.f("fk_commendation_unit_id_department")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_commendation_staff_id_staff")),
        sa.ForeignKeyConstraint(
            ["work_id"], ["work.id"], name=op.f("fk_commendation_work_id_work"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["given_by"], ["staff.id"], name=op.f("fk_commendation_given_by_staff")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["staff.id"], name=op.f("fk_commendation_withdrawn_by_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commendation")),
        sa.UniqueConstraint("position", name=op.f("uq_commendation_position")),
    )
    op.create_index("ix_commendation_unit", "commendation", ["unit_id", "decided_on"])
    op.create_index(
        "ix_commendation_public",
        "commendation",
        ["decided_on"],
        postgresql_where=sa.text("public AND withdrawn_at IS NULL"),
    )


def downgrade() -> None:
    """Drop the commendations, and with them what was said."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("commendation")
