"""Tables of inspection, and what warnings of deadlines lean on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Whoever moves a deadline or the case starts the looking anew; in `waiting` the clock stands and nobody looks.
# Reception inserts and never updates these columns, so that it does not pay for this.
LOOK_AGAIN = """
CREATE FUNCTION report_warn_at() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  NEW.warn_at := CASE WHEN NEW.status IN ('triage', 'assigned', 'in_progress') THEN
    least(NEW.amber_at, NEW.due_at, CASE WHEN NEW.status = 'assigned' THEN NEW.accept_due_at END) END;
  RETURN NEW;
END
$$
"""

LOOK_AGAIN_TRIGGER = """
CREATE TRIGGER report_warn_at BEFORE UPDATE OF status, amber_at, due_at, accept_due_at ON report
FOR EACH ROW EXECUTE FUNCTION report_warn_at()
"""

# Of cases that were there before, only what is still to come is told: nobody wants a year's warnings in a night.
FIRST_LOOK = """
UPDATE report SET warn_at = CASE WHEN amber_at > now() THEN amber_at WHEN due_at > now() THEN due_at END
WHERE status IN ('triage', 'assigned', 'in_progress') AND due_at > now()
"""


def upgrade() -> None:
    op.add_column("report", sa.Column("warn_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(LOOK_AGAIN)
    op.execute(LOOK_AGAIN_TRIGGER)
    op.execute(FIRST_LOOK)
    _indexes()
    op.create_table(
        "inspection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("photo_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("accuracy_m", sa.Float(), nullable=True),
        sa.Column("distance_m", sa.Float(), nullable=True),
        sa.Column(
            "marks", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
        sa.Column("explanation", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("verdict in ('passed', 'failed')", name=op.f("ck_inspection_verdict")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_inspection_report_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_inspection_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
    )
    op.create_index("ix_inspection_report", "inspection", ["report_id", "stored_at"])
    op.create_table(
        "deadline_step",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_deadline_step_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "step", "due_at", name=op.f("pk_deadline_step")),
    )


def _indexes() -> None:
    op.create_index("ix_report_warn", "report", ["warn_at"], postgresql_where=sa.text("warn_at IS NOT NULL"))
    resolved = sa.text("status = 'resolved'")
    op.create_index("ix_report_verify", "report", ["resolved_at", "id"], postgresql_where=resolved)
    op.create_index(
        "ix_report_verify_place",
        "report",
        ["location"],
        postgresql_using="gist",
        postgresql_where=resolved,
    )


def downgrade() -> None:
    op.drop_table("deadline_step")
    op.drop_index("ix_inspection_report", table_name="inspection")
    op.drop_table("inspection")
    for name in ("ix_report_verify_place", "ix_report_verify", "ix_report_warn"):
        op.drop_index(name, table_name="report")
    op.execute("DROP TRIGGER report_warn_at ON report")
    op.execute("DROP FUNCTION report_warn_at()")
    op.drop_column("report", "warn_at")
