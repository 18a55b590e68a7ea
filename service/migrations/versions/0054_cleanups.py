"""Clean-ups: what they have beside their works, series, sign-ups, things to be checked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_FORM = "form in ('cleanup', 'office', 'trees', 'launch', 'training')"
_OPEN_TO = "open_to in ('public', 'units')"


def upgrade() -> None:
    """New tables; nobody waits for them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _series()
    _cleanup()
    _signup()
    _check()


def downgrade() -> None:
    """Clean-ups are forgotten, their works and the events and messages about these too."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("cleanup_check", "cleanup_signup", "cleanup", "cleanup_series"):
        op.drop_table(table)
    op.execute("DELETE FROM message WHERE notice LIKE 'cleanup_%'")
    op.execute("DELETE FROM event WHERE type LIKE 'cleanup.%'")
    op.execute(
        "UPDATE work SET parent_id = NULL WHERE parent_id IN (SELECT id FROM work WHERE kind = 'cleanup')"
    )
    op.execute("DELETE FROM work WHERE kind = 'cleanup'")


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _flag(name: str, standard: str = "false") -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.text(standard), nullable=False)


def _key(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [other], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def _series() -> None:
    table = "cleanup_series"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("time", sa.Time(), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("on_holiday", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("open_to", sa.Text(), nullable=False),
        sa.Column("plan_row_id", sa.Integer()),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("support_ids", ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("geom", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column("meet_words", sa.Text(), nullable=False),
        _words("bring"),
        sa.Column("capacity", sa.Integer()),
        _flag("no_waste"),
        sa.Column("collector_id", sa.Integer()),
        _words("pickup_words"),
        _flag("active", "true"),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("created_by", sa.Integer()),
        sa.CheckConstraint(
            "on_holiday in ('keep', 'skip', 'before', 'after')", name=op.f(f"ck_{table}_on_holiday")
        ),
        sa.CheckConstraint(_FORM, name=op.f(f"ck_{table}_form")),
        sa.CheckConstraint(_OPEN_TO, name=op.f(f"ck_{table}_open_to")),
        sa.CheckConstraint("minutes between 15 and 720", name=op.f(f"ck_{table}_minutes")),
        sa.CheckConstraint("char_length(title) between 1 and 300", name=op.f(f"ck_{table}_title")),
        _key(table, "plan_row_id", "plan_row.id"),
        _key(table, "lead_id", "department.id"),
        _key(table, "collector_id", "department.id"),
        _key(table, "created_by", "staff.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index("ix_cleanup_series_lead", table, ["lead_id", "id"])


def _cleanup() -> None:
    table = "cleanup"
    op.create_table(
        table,
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Integer()),
        sa.Column("occurrence", sa.Date()),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("open_to", sa.Text(), nullable=False),
        sa.Column("ends_at", _TIME, nullable=False),
        sa.Column("meet_words", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer()),
        _words("bring"),
        sa.Column("tools", JSONB, server_default=sa.text("'[]'"), nullable=False),
        _flag("no_waste"),
        sa.Column("collector_id", sa.Integer()),
        _words("pickup_words"),
        sa.Column("sequence", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("announced_at", _TIME),
        sa.Column("walk_ins", sa.Integer(), server_default="0", nullable=False),
        sa.Column("people", sa.Integer()),
        sa.Column("units", JSONB, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("bags", sa.Integer()),
        sa.Column("kg", sa.Integer()),
        sa.Column("trees", sa.Integer()),
        sa.Column("drain_m", sa.Integer()),
        sa.Column("resulted_by", sa.Integer()),
        sa.Column("resulted_at", _TIME),
        sa.Column("contacts_erased_at", _TIME),
        sa.CheckConstraint(_FORM, name=op.f("ck_cleanup_form")),
        sa.CheckConstraint(_OPEN_TO, name=op.f("ck_cleanup_open_to")),
        sa.CheckConstraint(
            "capacity is null or capacity between 1 and 5000", name=op.f("ck_cleanup_capacity")
        ),
        sa.CheckConstraint("people is null or people >= 1", name=op.f("ck_cleanup_people")),
        _key(table, "work_id", "work.id", ondelete="CASCADE"),
        _key(table, "series_id", "cleanup_series.id"),
        _key(table, "collector_id", "department.id"),
        _key(table, "resulted_by", "staff.id"),
        sa.PrimaryKeyConstraint("work_id", name=op.f("pk_cleanup")),
    )
    op.create_index("ix_cleanup_ends", table, ["ends_at"])
    op.create_index(
        "ix_cleanup_contacts", table, ["ends_at"], postgresql_where=sa.text("contacts_erased_at IS NULL")
    )
    op.create_index(
        "uq_cleanup_occurrence",
        table,
        ["series_id", "occurrence"],
        unique=True,
        postgresql_where=sa.text("series_id IS NOT NULL"),
    )


def _signup() -> None:
    table = "cleanup_signup"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("people", sa.SmallInteger(), nullable=False),
        sa.Column("came", sa.SmallInteger()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text()),
        sa.Column("language", sa.Text(), server_default="vi", nullable=False),
        sa.Column("confirmed_at", _TIME),
        sa.Column("declined_at", _TIME),
        sa.Column("reminded_at", _TIME),
        sa.Column("created_at", _TIME, nullable=False),
        sa.CheckConstraint(
            "state in ('going', 'waiting', 'cancelled', 'came', 'absent')", name=op.f(f"ck_{table}_state")
        ),
        sa.CheckConstraint("people between 1 and 50", name=op.f(f"ck_{table}_people")),
        sa.CheckConstraint("came is null or came between 0 and 50", name=op.f(f"ck_{table}_came")),
        _key(table, "work_id", "cleanup.work_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("position", name=op.f(f"uq_{table}_position")),
    )
    op.create_index("ix_cleanup_signup_work", table, ["work_id", "position"])


def _check() -> None:
    table = "cleanup_check"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        _words("building"),
        sa.Column("unit_id", sa.Integer()),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        _words("note"),
        sa.Column("staff_id", sa.Integer()),
        sa.Column("at", _TIME),
        sa.CheckConstraint("state in ('open', 'done', 'not_needed')", name=op.f(f"ck_{table}_state")),
        _key(table, "work_id", "cleanup.work_id", ondelete="CASCADE"),
        _key(table, "unit_id", "department.id"),
        _key(table, "staff_id", "staff.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index("ix_cleanup_check_work", table, ["work_id", "position"])
