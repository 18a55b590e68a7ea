"""Notices of the bell about works."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_KEY = "fk_own_notice_work_id_work"
_ABOUT = "ck_own_notice_about"


def upgrade() -> None:
    """A column that may be empty; what holds of every row is checked afterwards, while others write."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.alter_column("own_notice", "report_id", nullable=True)
    op.add_column("own_notice", sa.Column("work_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f(_KEY), "own_notice", "work", ["work_id"], ["id"], ondelete="CASCADE", postgresql_not_valid=True
    )
    either = "(report_id is null) <> (work_id is null)"
    op.create_check_constraint(op.f(_ABOUT), "own_notice", either, postgresql_not_valid=True)
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE own_notice VALIDATE CONSTRAINT {_KEY}")
        op.execute(f"ALTER TABLE own_notice VALIDATE CONSTRAINT {_ABOUT}")
        index, table = op.f("ix_own_notice_work_id"), "own_notice"
        op.drop_index(index, table_name=table, if_exists=True, postgresql_concurrently=True)
        op.create_index(index, table, ["work_id"], postgresql_concurrently=True)


def downgrade() -> None:
    """Forget what the bell told of works."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM own_notice WHERE work_id IS NOT NULL")
    op.drop_constraint(op.f(_ABOUT), "own_notice", type_="check")
    op.drop_column("own_notice", "work_id")
    op.alter_column("own_notice", "report_id", nullable=False)
