"""What people take part with, kept decent and kept short: masking, suspicion of spam, erasure."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# A number of eight digits and more is nothing to find others by: it may be somebody's telephone.
WITHOUT_NUMBERS = r"""
CREATE FUNCTION without_numbers(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT regexp_replace(value, '\d(?:[ .()\u00a0\u00b7\u2013_-]{0,3}\d){6,}', ' ', 'g') $$
"""

FILL_SEARCH = """
CREATE OR REPLACE FUNCTION report_search_fill() RETURNS trigger
LANGUAGE plpgsql
SET search_path = public, pg_catalog
AS $$
DECLARE
  description text := without_numbers(NEW.description);
  address text := without_numbers(NEW.address);
BEGIN
  NEW.search := report_search(NEW.code, description, address);
  NEW.search_inside := CASE
    WHEN description IS DISTINCT FROM NEW.description OR address IS DISTINCT FROM NEW.address
    THEN report_search(NEW.code, NEW.description, NEW.address)
  END;
  RETURN NEW;
END
$$
"""

FILL_AGAIN = r"""
UPDATE report SET description = description
WHERE routed_at IS NOT NULL AND concat_ws(' ', description, address) ~ '\d(?:[ .()_-]{0,3}\d){6,}'
"""

FILL_AS_BEFORE = """
CREATE OR REPLACE FUNCTION report_search_fill() RETURNS trigger
LANGUAGE plpgsql
SET search_path = public, pg_catalog
AS $$
BEGIN
  NEW.search := report_search(NEW.code, NEW.description, NEW.address);
  RETURN NEW;
END
$$
"""


def upgrade() -> None:
    """Columns and tables for spam and erasure; a search that tells no numbers."""
    op.add_column("report", sa.Column("search_inside", postgresql.TSVECTOR(), nullable=True))
    op.add_column("report", sa.Column("device_hash", sa.LargeBinary(), nullable=True))
    op.add_column("report", sa.Column("address_hash", sa.LargeBinary(), nullable=True))
    op.create_index(
        "ix_report_search_inside",
        "report",
        ["search_inside"],
        postgresql_using="gin",
        postgresql_where=sa.text("search_inside IS NOT NULL"),
    )
    op.execute(WITHOUT_NUMBERS)
    op.execute(FILL_SEARCH)
    op.execute(FILL_AGAIN)
    op.add_column("photo", sa.Column("original_erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_photo_original", "photo", ["original_key"], postgresql_using="hash")
    _tables()


def _tables() -> None:
    op.create_table(
        "sender_trace",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('device', 'address', 'contact')", name=op.f("ck_sender_trace_kind")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_sender_trace_report_id_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "kind", name=op.f("pk_sender_trace")),
    )
    op.create_index("ix_sender_trace_hash", "sender_trace", ["hash", "text_hash", "at"])
    op.create_index("ix_sender_trace_at", "sender_trace", ["at"])
    op.create_table(
        "doomed_file",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_doomed_file")),
    )
    op.create_index(op.f("ix_doomed_file_next_at"), "doomed_file", ["next_at"])


def downgrade() -> None:
    """As before; what was erased stays erased."""
    op.drop_table("doomed_file")
    op.drop_table("sender_trace")
    op.drop_index("ix_photo_original", table_name="photo", postgresql_using="hash")
    op.drop_column("photo", "original_erased_at")
    op.execute(FILL_AS_BEFORE)
    op.execute("DROP FUNCTION without_numbers(text)")
    op.drop_index("ix_report_search_inside", table_name="report")
    op.drop_column("report", "address_hash")
    op.drop_column("report", "device_hash")
    op.drop_column("report", "search_inside")
