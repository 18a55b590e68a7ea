"""The unit that held a report when its first deadline passed, kept when it is handed on late."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None

FUNCTION = """
CREATE FUNCTION report_late_holder() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  granted interval;
  first_due timestamptz;
BEGIN
  IF OLD.resolved_at IS NOT NULL AND NEW.resolved_at IS NULL THEN
    DELETE FROM late_holder WHERE report_id = NEW.id;
    RETURN NULL;
  END IF;
  IF OLD.lead_id IS NULL OR OLD.lead_id IS NOT DISTINCT FROM NEW.lead_id OR OLD.due_at IS NULL
     OR OLD.resolved_at IS NOT NULL THEN
    RETURN NULL;
  END IF;
  SELECT sum((data ->> 'after')::timestamptz - (data ->> 'before')::timestamptz) INTO granted FROM event
  WHERE OLD.extensions > 0 AND report_id = OLD.id AND type = 'report.extended' AND id > coalesce(
    (SELECT max(id) FROM event WHERE report_id = OLD.id AND type = 'report.reopened'), 0);
  first_due := OLD.due_at - coalesce(granted, interval '0');
  IF first_due < NEW.updated_at AND (OLD.paused_at IS NULL OR first_due < OLD.paused_at) THEN
    INSERT INTO late_holder (report_id, unit_id, at) VALUES (OLD.id, OLD.lead_id, NEW.updated_at)
    ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER report_late_holder AFTER UPDATE OF lead_id, resolved_at ON report FOR EACH ROW
WHEN (OLD.lead_id IS DISTINCT FROM NEW.lead_id OR (OLD.resolved_at IS NOT NULL AND NEW.resolved_at IS NULL))
EXECUTE FUNCTION report_late_holder()
"""


def upgrade() -> None:
    """A small table and a trigger that fires when a report changes hands; what was handed on before is not
    looked for.
    """
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "late_holder",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_late_holder_report_id_report"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["department.id"], name=op.f("fk_late_holder_unit_id_department")
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_late_holder")),
    )
    op.create_index("ix_late_holder_unit", "late_holder", ["unit_id"])
    op.execute(FUNCTION)
    op.execute(TRIGGER)


def downgrade() -> None:
    """Delays are counted for who leads the report in the end."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER report_late_holder ON report")
    op.execute("DROP FUNCTION report_late_holder()")
    op.drop_table("late_holder")
