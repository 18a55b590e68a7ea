"""Files that prove what units claim in movements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0096"
down_revision = "0095"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, empty: nobody waits for it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    name = op.f
    op.create_table(
        "score_proof",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("movement_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("size > 0", name=name("ck_score_proof_size")),
        sa.CheckConstraint("char_length(name) between 1 and 120", name=name("ck_score_proof_name")),
        sa.ForeignKeyConstraint(
            ["movement_id"],
            ["movement.id"],
            name=name("fk_score_proof_movement_id_movement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["criterion_id"],
            ["criterion.id"],
            name=name("fk_score_proof_criterion_id_criterion"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["department.id"], name=name("fk_score_proof_unit_id_department")
        ),
        sa.ForeignKeyConstraint(["added_by"], ["staff.id"], name=name("fk_score_proof_added_by_staff")),
        sa.PrimaryKeyConstraint("id", name=name("pk_score_proof")),
        sa.UniqueConstraint(
            "criterion_id",
            "unit_id",
            "sha256",
            name=name("uq_score_proof_criterion_id_unit_id_sha256"),
        ),
    )
    op.create_index("ix_score_proof_movement", "score_proof", ["movement_id"])
    op.create_index("ix_score_proof_key", "score_proof", ["key"], unique=True)


def downgrade() -> None:
    """Drop the table; its files are found as orphans."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("score_proof")
