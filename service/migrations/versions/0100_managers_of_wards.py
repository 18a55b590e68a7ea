"""Managers of a group of wards."""

from __future__ import annotations

from alembic import op

revision = "0100"
down_revision = "0099"
branch_labels = None
depends_on = None

_NAME = "ck_staff_area_group"
_BEFORE = "area_group is null or (role = 'inspector' and department_id is null)"
_AFTER = "area_group is null or (role in ('inspector', 'manager') and department_id is null)"


def upgrade() -> None:
    """Another rule of a column; accounts are few."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f(_NAME), "staff", type_="check")
    op.create_check_constraint(op.f(_NAME), "staff", _AFTER)


def downgrade() -> None:
    """Managers of a group of wards are closed, since without it they would have the whole city."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(
        "UPDATE staff SET active = false, area_group = NULL WHERE role = 'manager' AND area_group IS NOT NULL"
    )
    op.drop_constraint(op.f(_NAME), "staff", type_="check")
    op.create_check_constraint(op.f(_NAME), "staff", _BEFORE)
