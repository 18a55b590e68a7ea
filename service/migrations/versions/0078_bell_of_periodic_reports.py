"""Notices of the bell about reports up the line that a unit is asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None

_KEY = "fk_own_notice_periodic_id_periodic_report"
_ABOUT = "ck_own_notice_about"


def upgrade() -> None:
    """A column that may be empty; what holds of every row is checked afterwards, while others write."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("own_notice", sa.Column("periodic_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f(_KEY),
        "own_notice",
        "periodic_report",
        ["periodic_id"],
        ["id"],
        ondelete="CASCADE",
        postgresql_not_valid=True,
    )
    op.drop_constraint(op.f(_ABOUT), "own_notice", type_="check")
    one = "num_nonnulls(report_id, work_id, periodic_id) = 1"
    op.create_check_constraint(op.f(_ABOUT), "own_notice", one, postgresql_not_valid=True)
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE own_notice VALIDATE CONSTRAINT {_KEY}")
        op.execute(f"ALTER TABLE own_notice VALIDATE CONSTRAINT {_ABOUT}")
        index, table = op.f("ix_own_notice_periodic_id"), "own_notice"
        op.drop_index(index, table_name=table, if_exists=True, postgresql_concurrently=True)
        op.create_index(index, table, ["periodic_id"], postgresql_concurrently=True)


def downgrade() -> None:
    """Forget what the bell told of reports up the line."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM own_notice WHERE periodic_id IS NOT NULL")
    op.drop_constraint(op.f(_ABOUT), "own_notice", type_="check")
    op.drop_column("own_notice", "periodic_id")
    either = "(report_id is null) <> (work_id is null)"
    op.create_check_constraint(op.f(_ABOUT), "own_notice", either)
