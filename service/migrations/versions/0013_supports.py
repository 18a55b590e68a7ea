"""The departments that support a case stand in the report itself: a department's queue finds the open ones among
a million by one index, where it had to look up every support it ever gave.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OPEN = "status IN ('received', 'triage', 'assigned', 'in_progress', 'waiting')"
SOME = "support_ids <> '{}'"

MOVE_IN = """
UPDATE report SET support_ids = kept.ids FROM (
  SELECT report_id, array_agg(department_id ORDER BY department_id) AS ids FROM report_support GROUP BY report_id
) AS kept WHERE report.id = kept.report_id
"""
MOVE_OUT = """
INSERT INTO report_support (report_id, department_id)
SELECT id, unnest(support_ids) FROM report WHERE support_ids <> '{}'
"""


def upgrade() -> None:
    """Reports that are changed meanwhile wait; a million takes some minutes."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(
        "report",
        sa.Column(
            "support_ids", postgresql.ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    op.execute("LOCK TABLE report_support IN SHARE MODE")
    op.execute(MOVE_IN)
    op.drop_table("report_support")
    with op.get_context().autocommit_block():
        _build("ix_report_supports", SOME)
        _build("ix_report_supports_open", f"{SOME} AND {OPEN}")


def downgrade() -> None:
    """As before: a row for each support."""
    op.create_table(
        "report_support",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_report_support_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_support_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "department_id", name=op.f("pk_report_support")),
    )
    op.create_index(op.f("ix_report_support_department_id"), "report_support", ["department_id"])
    op.execute(MOVE_OUT)
    op.drop_column("report", "support_ids")


def _build(name: str, where: str) -> None:
    op.drop_index(name, table_name="report", if_exists=True, postgresql_concurrently=True)
    op.create_index(
        name,
        "report",
        ["support_ids"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text(where),
        postgresql_concurrently=True,
    )
