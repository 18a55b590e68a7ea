"""Cables: routes of the undergrounding plan, and the sections of companies beside their works."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_BLOCK = "block is null or block in ('capital', 'permit', 'duct', 'pavement', 'power', 'other')"
_QUARTER = "~ '^20[0-9]{2}-Q[1-4]$'"


def upgrade() -> None:
    """New tables; nobody waits for them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _route()
    _section()


def downgrade() -> None:
    """Routes and sections are forgotten, with their works, difficulties about these, events and bells."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("cable_section")
    op.drop_table("cable_route")
    op.execute("DELETE FROM event WHERE type LIKE 'cable.%'")
    op.execute("DELETE FROM work WHERE kind = 'cable_section'")


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _key(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [other], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def _route() -> None:
    table = "cable_route"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("plan_row_id", sa.Integer()),
        sa.Column("street", sa.Text(), nullable=False),
        _words("from_words"),
        _words("to_words"),
        sa.Column("geom", Geometry("MULTILINESTRING", srid=4326, spatial_index=False)),
        sa.Column("length_m", sa.Integer(), nullable=False),
        sa.Column("ward_ids", ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("pole_owner_id", sa.Integer()),
        sa.Column("duct", sa.Text(), server_default="none", nullable=False),
        sa.Column("duct_owner_id", sa.Integer()),
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("quarter_first", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("created_by", sa.Integer()),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.CheckConstraint("duct in ('none', 'planned', 'ready')", name=op.f("ck_cable_route_duct")),
        sa.CheckConstraint(
            f"quarter {_QUARTER} and quarter_first {_QUARTER}", name=op.f("ck_cable_route_quarter")
        ),
        sa.CheckConstraint("length_m > 0", name=op.f("ck_cable_route_length")),
        _key(table, "plan_row_id", "plan_row.id"),
        _key(table, "lead_id", "department.id"),
        _key(table, "pole_owner_id", "department.id"),
        _key(table, "duct_owner_id", "department.id"),
        _key(table, "created_by", "staff.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("key", name=op.f(f"uq_{table}_key")),
    )
    op.create_index("ix_cable_route_geom", table, ["geom"], postgresql_using="gist")
    op.create_index("ix_cable_route_quarter", table, ["quarter", "id"])


def _section() -> None:
    table = "cable_section"
    op.create_table(
        table,
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("route_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("metres", sa.Integer(), nullable=False),
        sa.Column("metres_done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("old_removed_m", sa.Integer(), server_default="0", nullable=False),
        sa.Column("subscribers_left", sa.Integer()),
        sa.Column("block", sa.Text()),
        _words("block_words"),
        sa.CheckConstraint("what in ('underground', 'tidy', 'remove_old')", name=op.f(f"ck_{table}_what")),
        sa.CheckConstraint(_BLOCK, name=op.f(f"ck_{table}_block")),
        sa.CheckConstraint(
            "metres > 0 and metres_done >= 0 and old_removed_m >= 0", name=op.f(f"ck_{table}_metres")
        ),
        sa.CheckConstraint(
            "subscribers_left is null or subscribers_left >= 0", name=op.f(f"ck_{table}_subscribers")
        ),
        _key(table, "work_id", "work.id", ondelete="CASCADE"),
        _key(table, "route_id", "cable_route.id"),
        _key(table, "company_id", "department.id"),
        sa.PrimaryKeyConstraint("work_id", name=op.f(f"pk_{table}")),
    )
    op.create_index("uq_cable_section_part", table, ["route_id", "company_id", "what"], unique=True)
    op.create_index("ix_cable_section_company", table, ["company_id", "route_id"])
