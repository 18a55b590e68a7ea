"""Inspectors of a group of wards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0089"
branch_labels = None
depends_on = None

_RULE = "area_group is null or (role = 'inspector' and department_id is null)"


def upgrade() -> None:
    """A column that nobody has yet, and its rule; accounts are few."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("staff", sa.Column("area_group", sa.Text(), nullable=True))
    op.create_check_constraint(op.f("ck_staff_area_group"), "staff", _RULE)


def downgrade() -> None:
    """Inspectors of a group of wards have the whole city again: who may not is to be closed before."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f("ck_staff_area_group"), "staff", type_="check")
    op.drop_column("staff", "area_group")
