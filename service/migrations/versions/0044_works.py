"""Plans and works: tables of their own, and units that lead works alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_KIND = "ck_department_kind"

# Whoever moves a deadline or the status starts the looking anew; once done, ended or waiting nobody looks.
LOOK_AGAIN = """
CREATE FUNCTION work_warn_at() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  NEW.warn_at := CASE WHEN NEW.done_at IS NULL AND NEW.closed_at IS NULL AND NEW.paused_at IS NULL THEN
    least(NEW.amber_at, NEW.due_at) END;
  RETURN NEW;
END
$$
"""

LOOK_AGAIN_TRIGGER = """
CREATE TRIGGER work_warn_at
BEFORE INSERT OR UPDATE OF status, amber_at, due_at, paused_at, done_at, closed_at ON work
FOR EACH ROW EXECUTE FUNCTION work_warn_at()
"""


def upgrade() -> None:
    """New tables; nobody waits for them. The table of units is small."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f(_KIND), "department", type_="check")
    op.create_check_constraint(op.f(_KIND), "department", "kind in ('city', 'ward', 'company', 'body')")
    _plan()
    _plan_parent()
    _plan_row()
    _plan_read_mark()
    _plan_briefing()
    _plan_calendar()
    _work()
    _work_report()
    _work_deadline_step()
    _difficulty()
    _code_counter()
    op.execute(LOOK_AGAIN)
    op.execute(LOOK_AGAIN_TRIGGER)


def downgrade() -> None:
    """Plans and works are forgotten; bodies become units of the city, and lead nothing any more."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in (
        "code_counter",
        "difficulty",
        "work_deadline_step",
        "work_report",
        "work",
        "plan_calendar",
        "plan_briefing",
        "plan_read_mark",
        "plan_row",
        "plan_parent",
        "plan",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION work_warn_at()")
    op.execute("UPDATE department SET kind = 'city', active = false WHERE kind = 'body'")
    op.drop_constraint(op.f(_KIND), "department", type_="check")
    op.create_check_constraint(op.f(_KIND), "department", "kind in ('city', 'ward', 'company')")


def _plan() -> None:
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), server_default="", nullable=False),
        sa.Column("dated", sa.Date()),
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.Column("keeper_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date()),
        sa.Column("last", sa.Date()),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("public", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_key", sa.Text()),
        sa.Column("recipients", JSONB, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("warnings", ARRAY(TEXT), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("acknowledged_at", _TIME),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("created_by", sa.Integer()),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("in_force_at", _TIME),
        sa.Column("ended_at", _TIME),
        sa.Column("end_reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("state in ('draft', 'in_force', 'closed', 'dropped')", name=op.f("ck_plan_state")),
        sa.CheckConstraint("first is null or last is null or first <= last", name=op.f("ck_plan_days")),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_plan_created_by")),
        sa.ForeignKeyConstraint(["issuer_id"], ["department.id"], name=op.f("fk_plan_issuer_id")),
        sa.ForeignKeyConstraint(["keeper_id"], ["department.id"], name=op.f("fk_plan_keeper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("code", name=op.f("uq_plan_code")),
    )
    op.create_index("ix_plan_issuer", "plan", ["issuer_id"])
    op.create_index("ix_plan_state", "plan", ["state", "last", "id"])


def _plan_parent() -> None:
    op.create_table(
        "plan_parent",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer()),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("parent_id is not null or words <> ''", name=op.f("ck_plan_parent_named")),
        sa.CheckConstraint("parent_id <> plan_id", name=op.f("ck_plan_parent_other")),
        sa.ForeignKeyConstraint(["parent_id"], ["plan.id"], name=op.f("fk_plan_parent_parent_id")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_parent_plan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_parent")),
    )
    op.create_index(
        "ix_plan_parent_parent",
        "plan_parent",
        ["parent_id"],
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    op.create_index("ix_plan_parent_plan", "plan_parent", ["plan_id", "id"])
    op.create_index(
        "uq_plan_parent",
        "plan_parent",
        ["plan_id", "parent_id"],
        unique=True,
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )


def _plan_row() -> None:
    op.create_table(
        "plan_row",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("section_label", sa.Text(), server_default="", nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("lead_words", sa.Text(), server_default="", nullable=False),
        sa.Column("time_words", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("lead_id", sa.Integer()),
        sa.Column("support_ids", ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("everyone", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("first", sa.Date()),
        sa.Column("last", sa.Date()),
        sa.Column("repeats", sa.Text()),
        sa.Column("time", sa.Time()),
        sa.Column("on_holiday", sa.Text(), server_default="keep", nullable=False),
        sa.Column("key", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("indicator", sa.Text()),
        sa.Column("target", sa.Integer()),
        sa.Column("needs_photo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("unclear", ARRAY(TEXT), server_default=sa.text("'{}'"), nullable=False),
        sa.CheckConstraint(
            "on_holiday in ('keep', 'skip', 'before', 'after')", name=op.f("ck_plan_row_on_holiday")
        ),
        sa.CheckConstraint("first is null or last is null or first <= last", name=op.f("ck_plan_row_days")),
        sa.ForeignKeyConstraint(["lead_id"], ["department.id"], name=op.f("fk_plan_row_lead_id")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_row_plan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_row")),
        sa.UniqueConstraint("plan_id", "position", name=op.f("uq_plan_row_plan_id_position")),
    )


def _plan_read_mark() -> None:
    op.create_table(
        "plan_read_mark",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("read_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_read_mark_plan_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_plan_read_mark_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "staff_id", name=op.f("pk_plan_read_mark")),
    )


def _plan_briefing() -> None:
    op.create_table(
        "plan_briefing",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer()),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("staff_id", sa.Integer()),
        sa.Column("created_at", _TIME, nullable=False),
        sa.CheckConstraint("how in ('meeting', 'post', 'training')", name=op.f("ck_plan_briefing_how")),
        sa.CheckConstraint("people is null or people >= 0", name=op.f("ck_plan_briefing_people")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_briefing_plan_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_plan_briefing_staff_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["department.id"], name=op.f("fk_plan_briefing_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_briefing")),
    )
    op.create_index("ix_plan_briefing_plan", "plan_briefing", ["plan_id", "held_on", "id"])


def _plan_calendar() -> None:
    op.create_table(
        "plan_calendar",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_calendar_plan_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_plan_calendar_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "staff_id", name=op.f("pk_plan_calendar")),
        sa.UniqueConstraint("digest", name=op.f("uq_plan_calendar_digest")),
    )


def _work() -> None:
    op.create_table(
        "work",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("result", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("plan_row_id", sa.Integer()),
        sa.Column("occurrence", sa.Date()),
        sa.Column("unit_id", sa.Integer()),
        sa.Column("parent_id", sa.Uuid()),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("support_ids", ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("executor_id", sa.Integer()),
        sa.Column("keeper_id", sa.Integer(), nullable=False),
        sa.Column("director_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer()),
        sa.Column("starts_at", _TIME),
        sa.Column("due_at", _TIME),
        sa.Column("first_due_at", _TIME),
        sa.Column("amber_at", _TIME),
        sa.Column("warn_at", _TIME),
        sa.Column("paused_at", _TIME),
        sa.Column("extensions", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("ward_id", sa.Integer()),
        sa.Column("geom", Geometry("GEOMETRY", srid=4326, spatial_index=False)),
        sa.Column("needs_photo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("public", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("created_by", sa.Integer()),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("done_at", _TIME),
        sa.Column("closed_at", _TIME),
        sa.CheckConstraint(
            "kind in ('task', 'cleanup', 'survey', 'ad_number', 'carrier_request', 'cable_section', 'difficulty', 'award')",
            name=op.f("ck_work_kind"),
        ),
        sa.CheckConstraint("char_length(title) between 1 and 300", name=op.f("ck_work_title")),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_work_created_by")),
        sa.ForeignKeyConstraint(["director_id"], ["department.id"], name=op.f("fk_work_director_id")),
        sa.ForeignKeyConstraint(["executor_id"], ["department.id"], name=op.f("fk_work_executor_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["staff.id"], name=op.f("fk_work_holder_id")),
        sa.ForeignKeyConstraint(["keeper_id"], ["department.id"], name=op.f("fk_work_keeper_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["department.id"], name=op.f("fk_work_lead_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["work.id"], name=op.f("fk_work_parent_id")),
        sa.ForeignKeyConstraint(["plan_row_id"], ["plan_row.id"], name=op.f("fk_work_plan_row_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["department.id"], name=op.f("fk_work_unit_id")),
        sa.ForeignKeyConstraint(["ward_id"], ["area.id"], name=op.f("fk_work_ward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work")),
        sa.UniqueConstraint("code", name=op.f("uq_work_code")),
    )
    op.create_index(
        "ix_work_done",
        "work",
        ["done_at"],
        postgresql_where=sa.text("done_at IS NOT NULL AND closed_at IS NULL"),
    )
    op.create_index(
        "ix_work_executor_due",
        "work",
        ["executor_id", "due_at", "id"],
        postgresql_where=sa.text("executor_id IS NOT NULL AND closed_at IS NULL"),
    )
    op.create_index("ix_work_geom", "work", ["geom"], postgresql_using="gist")
    op.create_index(
        "ix_work_holder",
        "work",
        ["holder_id"],
        postgresql_where=sa.text("holder_id IS NOT NULL AND closed_at IS NULL"),
    )
    op.create_index("ix_work_kind", "work", ["kind", "created_at", "id"])
    op.create_index(
        "ix_work_lead_due", "work", ["lead_id", "due_at", "id"], postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_index(
        "ix_work_parent", "work", ["parent_id"], postgresql_where=sa.text("parent_id IS NOT NULL")
    )
    op.create_index(
        "ix_work_plan_row", "work", ["plan_row_id"], postgresql_where=sa.text("plan_row_id IS NOT NULL")
    )
    op.create_index(
        "ix_work_supports",
        "work",
        ["support_ids"],
        postgresql_using="gin",
        postgresql_where=sa.text("support_ids <> '{}'"),
    )
    op.create_index("ix_work_warn", "work", ["warn_at"], postgresql_where=sa.text("warn_at IS NOT NULL"))
    op.create_index(
        "uq_work_occurrence",
        "work",
        ["plan_row_id", "occurrence", "unit_id"],
        unique=True,
        postgresql_where=sa.text("plan_row_id IS NOT NULL AND kind = 'task'"),
        postgresql_nulls_not_distinct=True,
    )


def _work_report() -> None:
    op.create_table(
        "work_report",
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_work_report_report_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["work.id"], name=op.f("fk_work_report_work_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("work_id", "report_id", name=op.f("pk_work_report")),
    )
    op.create_index("ix_work_report_report", "work_report", ["report_id"])


def _work_deadline_step() -> None:
    op.create_table(
        "work_deadline_step",
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["work_id"], ["work.id"], name=op.f("fk_work_deadline_step_work_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("work_id", "step", "due_at", name=op.f("pk_work_deadline_step")),
    )


def _difficulty() -> None:
    op.create_table(
        "difficulty",
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("raised_by_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer()),
        sa.Column("plan_row_id", sa.Integer()),
        sa.Column("about_id", sa.Uuid()),
        sa.Column("report_id", sa.Uuid()),
        sa.Column("proposal", sa.Text(), server_default="", nullable=False),
        sa.Column("amount_vnd", sa.BigInteger()),
        sa.Column("items", JSONB, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("decision", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", sa.Integer()),
        sa.Column("decided_at", _TIME),
        sa.Column("document", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("kind in ('decision', 'means', 'coordination')", name=op.f("ck_difficulty_kind")),
        sa.CheckConstraint("amount_vnd is null or amount_vnd >= 0", name=op.f("ck_difficulty_amount")),
        sa.ForeignKeyConstraint(
            ["about_id"], ["work.id"], name=op.f("fk_difficulty_about_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_difficulty_decided_by")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_difficulty_plan_id")),
        sa.ForeignKeyConstraint(["plan_row_id"], ["plan_row.id"], name=op.f("fk_difficulty_plan_row_id")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["department.id"], name=op.f("fk_difficulty_raised_by_id")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_difficulty_report_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["work.id"], name=op.f("fk_difficulty_work_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("work_id", name=op.f("pk_difficulty")),
    )
    op.create_index("ix_difficulty_about", "difficulty", ["about_id"])
    op.create_index("ix_difficulty_plan", "difficulty", ["plan_id"])
    op.create_index("ix_difficulty_plan_row", "difficulty", ["plan_row_id"])
    op.create_index("ix_difficulty_report", "difficulty", ["report_id"])


def _code_counter() -> None:
    op.create_table(
        "code_counter",
        sa.Column("letters", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("letters", "year", name=op.f("pk_code_counter")),
    )
