"""Tables of administration."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Entries changed by hand, changes to come, files of areas, keys of programmes."""
    op.create_table(
        "hand_change",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("staff_id", sa.Integer()),
        sa.PrimaryKeyConstraint("kind", "code", name="pk_hand_change"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_hand_change_staff_id"),
    )
    _planned()
    _uploads()
    _keys()


def _planned() -> None:
    op.create_table(
        "planned_change",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("payload", JSONB(), nullable=False),
        sa.Column("base_version", sa.Integer()),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("state", sa.Text(), server_default="planned", nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("problem", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_planned_change"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_planned_change_staff_id"),
        sa.CheckConstraint("kind in ('rule', 'rule_end', 'policy', 'areas')", name="kind"),
        sa.CheckConstraint("state in ('planned', 'done', 'failed', 'cancelled')", name="state"),
    )
    op.create_index(
        "ix_planned_change_due", "planned_change", ["due_at"], postgresql_where=sa.text("state = 'planned'")
    )


def _uploads() -> None:
    op.create_table(
        "area_upload",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("units", JSONB(), nullable=False),
        sa.Column("findings", JSONB(), nullable=False),
        sa.Column("in_force_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_area_upload"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_area_upload_staff_id"),
    )


def _keys() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.BigInteger()),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("revoked_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("staff_id", name="uq_api_key_staff_id"),
        sa.UniqueConstraint("session_id", name="uq_api_key_session_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_api_key_staff_id"),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name="fk_api_key_created_by"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["staff_session.id"], name="fk_api_key_session_id", ondelete="SET NULL"
        ),
        sa.CheckConstraint("scope in ('read', 'write')", name="scope"),
    )


def downgrade() -> None:
    """Without administration."""
    for table in ("api_key", "area_upload", "planned_change", "hand_change"):
        op.drop_table(table)
