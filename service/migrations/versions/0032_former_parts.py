"""Departments that once had a part in a case stand in the report: they find and read it after it was handed on.

A trigger keeps it from now on; of what was before, the event log knows who led. Holders get the index their lists go by.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

COLUMNS = ("former_ids", "former_executor_ids")

KEEP = """
CREATE FUNCTION report_former() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.former_ids := ARRAY(
    SELECT DISTINCT gone FROM unnest(NEW.former_ids || OLD.support_ids || OLD.lead_id || OLD.executor_id) AS gone
    WHERE gone IS NOT NULL AND gone IS DISTINCT FROM NEW.lead_id AND gone IS DISTINCT FROM NEW.executor_id
      AND NOT gone = ANY (NEW.support_ids)
    ORDER BY gone);
  IF OLD.executor_id IS NOT NULL AND OLD.executor_id IS DISTINCT FROM NEW.executor_id THEN
    NEW.former_executor_ids := array_remove(NEW.former_executor_ids, OLD.executor_id) || OLD.executor_id;
  END IF;
  RETURN NEW;
END $$
"""
TRIGGER = """
CREATE TRIGGER report_former BEFORE UPDATE OF lead_id, executor_id, support_ids ON report FOR EACH ROW
WHEN (OLD.lead_id IS DISTINCT FROM NEW.lead_id OR OLD.executor_id IS DISTINCT FROM NEW.executor_id
      OR OLD.support_ids IS DISTINCT FROM NEW.support_ids)
EXECUTE FUNCTION report_former()
"""


def upgrade() -> None:
    """Empty columns and a trigger: no row is touched. What was handed on before is known from the log alone."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in COLUMNS:
        op.add_column(
            "report",
            sa.Column(name, postgresql.ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
        )
    op.execute(KEEP)
    op.execute(TRIGGER)
    with op.get_context().autocommit_block():
        for name in COLUMNS:
            _build(f"ix_report_{name.removesuffix('_ids')}", name, f"{name} <> '{{}}'", using="gin")
        _build("ix_report_holder", "holder_id", "holder_id IS NOT NULL", "created_at", "id")


def downgrade() -> None:
    """Drop trigger, columns and index: former parts are known from the event log alone."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_report_holder", table_name="report")
    op.execute("DROP TRIGGER report_former ON report")
    op.execute("DROP FUNCTION report_former()")
    for name in reversed(COLUMNS):
        op.drop_column("report", name)


def _build(name: str, column: str, where: str, *more: str, using: str = "btree") -> None:
    op.drop_index(name, table_name="report", if_exists=True, postgresql_concurrently=True)
    op.create_index(
        name,
        "report",
        [column, *more],
        postgresql_using=using,
        postgresql_with={"fastupdate": "off"} if using == "gin" else {},
        postgresql_where=sa.text(where),
        postgresql_concurrently=True,
    )
