"""Requests for more time, reply templates, doubted rules; evidence is public once a step cites it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What was uploaded and never cited was shown by mistake.
HIDE_UNCITED = """
UPDATE photo SET published = false
WHERE kind = 'evidence' AND published AND NOT EXISTS (
  SELECT FROM event
  WHERE event.report_id = photo.report_id AND event.data -> 'evidence' ? photo.id::text
)
"""


def upgrade() -> None:
    op.create_table(
        "extension_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("amount", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state in ('open', 'approved', 'declined', 'lapsed')", name=op.f("ck_extension_request_state")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_extension_request_report_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["department.id"], name=op.f("fk_extension_request_lead_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_extension_request_staff_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_extension_request_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension_request")),
    )
    op.create_index(
        "uq_extension_request_open",
        "extension_request",
        ["report_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_extension_request_report", "extension_request", ["report_id", "id"])
    op.create_index(
        "ix_extension_request_waiting",
        "extension_request",
        ["lead_id", "asked_at"],
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "reply_template",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("text", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("categories", postgresql.ARRAY(sa.TEXT()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint(
            "kind in ('reply', 'question', 'resolution', 'rejection')", name=op.f("ck_reply_template_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_template")),
        sa.UniqueConstraint("code", name=op.f("uq_reply_template_code")),
    )
    op.create_table(
        "rule_refusal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_rule_refusal_report_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["routing_rule.id"], name=op.f("fk_rule_refusal_rule_id")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_rule_refusal_department_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_rule_refusal_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_refusal")),
    )
    op.create_index("ix_rule_refusal_rule", "rule_refusal", ["rule_id", "at"])
    op.create_index("ix_rule_refusal_at", "rule_refusal", ["at"])
    op.create_index(op.f("ix_rule_refusal_report_id"), "rule_refusal", ["report_id"])
    op.create_index(
        "ix_report_executor_queue",
        "report",
        ["executor_id", "due_at", "id"],
        postgresql_where=sa.text(
            "executor_id IS NOT NULL AND "
            "status IN ('received', 'triage', 'assigned', 'in_progress', 'waiting')"
        ),
    )
    op.execute(HIDE_UNCITED)


def downgrade() -> None:
    op.execute("UPDATE photo SET published = true WHERE kind = 'evidence' AND NOT published")
    op.drop_index("ix_report_executor_queue", "report")
    op.drop_table("rule_refusal")
    op.drop_table("reply_template")
    op.drop_table("extension_request")
