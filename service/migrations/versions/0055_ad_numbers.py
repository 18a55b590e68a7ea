"""Telephone numbers of advertisements, where each was seen, and the consumer that has photos read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

_CONSUMER = """
INSERT INTO consumer (name, delivery, target, subject, types, queue, batch, position, receipts)
SELECT 'reading', 'task', 'workers.reading.read', 'event', '{photo.ready}', 'reading', 10,
       greatest(coalesce((SELECT max(position) FROM event), 0), coalesce((SELECT max(position) FROM consumer), 0)),
       true
"""
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Two tables of their own. The consumer begins at the newest event."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "ad_number",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("e164", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("first_seen", _TIME, nullable=True),
        sa.Column("last_seen", _TIME, nullable=True),
        sa.Column("sightings", sa.Integer(), server_default="0", nullable=False),
        sa.Column("places", sa.Integer(), server_default="0", nullable=False),
        sa.Column("wards", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.CheckConstraint("kind in ('mobile', 'landline', 'service')", name=op.f("ck_ad_number_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ad_number")),
        sa.UniqueConstraint("e164", name=op.f("uq_ad_number_e164")),
    )
    op.create_index(
        "ix_ad_number_seen", "ad_number", ["last_seen", "id"], postgresql_where=sa.text("sightings > 0")
    )
    _sighting()
    op.execute(_CONSUMER)


def downgrade() -> None:
    """No photo is read any more, and which numbers were seen is forgotten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM consumer WHERE name = 'reading'")
    op.drop_table("sighting")
    op.drop_table("ad_number")


def _sighting() -> None:
    op.create_table(
        "sighting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("number_id", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("quad", JSONB(), nullable=True),
        sa.Column("text_read", sa.Text(), server_default="", nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("state", sa.Text(), server_default="proposed", nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.Column("refused_why", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.CheckConstraint("by in ('reader', 'reporter', 'staff')", name=op.f("ck_sighting_by")),
        sa.CheckConstraint("state in ('proposed', 'confirmed', 'refused')", name=op.f("ck_sighting_state")),
        sa.CheckConstraint("(state = 'proposed') = (decided_at is null)", name=op.f("ck_sighting_decided")),
        sa.ForeignKeyConstraint(
            ["number_id"], ["ad_number.id"], name=op.f("fk_sighting_number_id_ad_number")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_sighting_report_id_report"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photo.id"], name=op.f("fk_sighting_photo_id_photo"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_sighting_decided_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
        sa.UniqueConstraint("number_id", "report_id", name=op.f("uq_sighting_number_id_report_id")),
    )
    op.create_index("ix_sighting_report", "sighting", ["report_id"])
    for name, columns, where in (
        ("ix_sighting_photo", ["photo_id"], "photo_id IS NOT NULL"),
        ("ix_sighting_proposed", ["created_at", "id"], "state = 'proposed'"),
    ):
        op.create_index(name, "sighting", columns, postgresql_where=sa.text(where))
