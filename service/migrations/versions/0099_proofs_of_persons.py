"""Files of proof of persons."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0099"
down_revision = "0098"
branch_labels = None
depends_on = None

OLD = "uq_score_proof_criterion_id_unit_id_sha256"
NEW = "uq_score_proof_criterion_id_unit_id_staff_id_sha256"


def upgrade() -> None:
    """Add a column, empty; what is unique counts it. The table has some thousand rows a year at most."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("score_proof", sa.Column("staff_id", sa.Integer(), nullable=True))
    op.create_foreign_key(op.f("fk_score_proof_staff_id_staff"), "score_proof", "staff", ["staff_id"], ["id"])
    op.create_unique_constraint(
        op.f(NEW),
        "score_proof",
        ["criterion_id", "unit_id", "staff_id", "sha256"],
        postgresql_nulls_not_distinct=True,
    )
    op.drop_constraint(op.f(OLD), "score_proof")


def downgrade() -> None:
    """Drop the files of persons and the column; the files themselves are found as orphans."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM score_proof WHERE staff_id IS NOT NULL")
    op.create_unique_constraint(op.f(OLD), "score_proof", ["criterion_id", "unit_id", "sha256"])
    op.drop_constraint(op.f(NEW), "score_proof")
    op.drop_column("score_proof", "staff_id")
