"""Surveys: their side beside the works, points, second looks; reports may come from an inspection."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_CHANNELS = "'app', 'portal', 'email', 'facebook', 'zalo', 'phone', 'open311', 'walk_in', 'paper'"
_STATE = "state in ('to_see', 'ok', 'fault', 'not_found')"
_SOURCE = "source in ('report', 'repeated', 'route', 'pole', 'hand')"


def upgrade() -> None:
    """New tables; the rule of channels is changed without reading the reports (0072 does)."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _survey()
    _point()
    _look()
    _channels(f"{_CHANNELS}, 'inspection'")


def downgrade() -> None:
    """Surveys are forgotten, with their works and events; what they found counts as told by telephone."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("survey_look", "survey_point", "survey"):
        op.drop_table(table)
    op.execute("DELETE FROM event WHERE type LIKE 'survey.%' OR type = 'point.seen'")
    op.execute("DELETE FROM work WHERE kind = 'survey'")
    op.execute("UPDATE report SET channel = 'phone' WHERE channel = 'inspection'")
    _channels(_CHANNELS)


def _channels(names: str) -> None:
    op.execute(
        "ALTER TABLE report DROP CONSTRAINT ck_report_channel, "
        f"ADD CONSTRAINT ck_report_channel CHECK (channel in ({names})) NOT VALID"
    )


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _key(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [other], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def _survey() -> None:
    table = "survey"
    numbers = ARRAY(sa.Integer())
    op.create_table(
        table,
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("occasion", sa.Text()),
        sa.Column("ward_ids", numbers, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("inspector_ids", numbers, server_default=sa.text("'{}'"), nullable=False),
        sa.CheckConstraint("first <= last", name=op.f("ck_survey_days")),
        _key(table, "work_id", "work.id", ondelete="CASCADE"),
        _key(table, "category_id", "category.id"),
        sa.PrimaryKeyConstraint("work_id", name=op.f("pk_survey")),
    )
    op.create_index("uq_survey_occasion", table, ["category_id", "occasion"], unique=True)


def _point() -> None:
    table = "survey_point"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("geom", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
        _words("words"),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("ward_id", sa.Integer()),
        sa.Column("about_id", sa.Uuid()),
        sa.Column("inspector_id", sa.Integer()),
        sa.Column("state", sa.Text(), server_default="to_see", nullable=False),
        sa.Column("seen_at", _TIME),
        sa.Column("seen_by", sa.Integer()),
        sa.Column("body_hash", sa.LargeBinary()),
        sa.Column("report_id", sa.Uuid()),
        _words("note"),
        sa.CheckConstraint(_SOURCE, name=op.f(f"ck_{table}_source")),
        sa.CheckConstraint(_STATE, name=op.f(f"ck_{table}_state")),
        sa.CheckConstraint("(state = 'to_see') = (seen_at is null)", name=op.f(f"ck_{table}_seen")),
        sa.CheckConstraint("report_id is null or state = 'fault'", name=op.f(f"ck_{table}_fault")),
        _key(table, "work_id", "survey.work_id", ondelete="CASCADE"),
        _key(table, "ward_id", "area.id"),
        _key(table, "about_id", "report.id", ondelete="SET NULL"),
        _key(table, "inspector_id", "staff.id"),
        _key(table, "seen_by", "staff.id"),
        _key(table, "report_id", "report.id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index("uq_survey_point_position", table, ["work_id", "position"], unique=True)
    for column in ("about_id", "report_id"):
        name = f"ix_survey_point_{column.removesuffix('_id')}"
        op.create_index(name, table, [column], postgresql_where=sa.text(f"{column} IS NOT NULL"))


def _look() -> None:
    table = "survey_look"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        _words("note"),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.Column("stored_at", _TIME, nullable=False),
        sa.CheckConstraint(_STATE, name=op.f(f"ck_{table}_state")),
        _key(table, "point_id", "survey_point.id", ondelete="CASCADE"),
        _key(table, "staff_id", "staff.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index("uq_survey_look_body", table, ["point_id", "staff_id", "body_hash"], unique=True)
