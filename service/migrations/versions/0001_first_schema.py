"""The first schema: extensions, functions, tables, and the consumers of the event log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


SEARCH = """
CREATE FUNCTION report_search(code text, description text, address text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = public, pg_catalog
AS $$
  SELECT to_tsvector('simple', unaccent('unaccent', lower(normalize(concat_ws(' ', code, description, address)))))
$$
"""

FOLD = """
CREATE FUNCTION fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = public, pg_catalog
AS $$ SELECT unaccent('unaccent', lower(normalize(value))) $$
"""

# Reception leaves `search` empty; routing (which rewrites the row anyway) and every later change of the words
# fill it.
FILL_SEARCH = """
CREATE FUNCTION report_search_fill() RETURNS trigger
LANGUAGE plpgsql
SET search_path = public, pg_catalog
AS $$
BEGIN
  NEW.search := report_search(NEW.code, NEW.description, NEW.address);
  RETURN NEW;
END
$$
"""

FILL_SEARCH_TRIGGER = """
CREATE TRIGGER report_search_fill BEFORE INSERT OR UPDATE OF description, address, routed_at ON report
FOR EACH ROW WHEN (NEW.routed_at IS NOT NULL) EXECUTE FUNCTION report_search_fill()
"""

# Which map tile of zoom 22 a place lies in, as a number along the Z-order curve (the bits of x and y by turns),
# so that a tile of any zoom is one range of numbers: 0x0000FFFF0000FFFF, 0x00FF00FF00FF00FF … spread the bits.
MAP_CELL = """
CREATE FUNCTION map_cell(lon float8, lat float8) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
  side float8 := 4194304;
  north float8 := asinh(tand(least(85.06, greatest(-85.06, lat)))) / pi();
  x bigint := least(side - 1, greatest(0, floor((lon + 180) / 360 * side)));
  y bigint := least(side - 1, greatest(0, floor((1 - north) / 2 * side)));
BEGIN
  x := (x | (x << 16)) & 281470681808895;
  x := (x | (x << 8)) & 71777214294589695;
  x := (x | (x << 4)) & 1085102592571150095;
  x := (x | (x << 2)) & 3689348814741910323;
  x := (x | (x << 1)) & 6148914691236517205;
  y := (y | (y << 16)) & 281470681808895;
  y := (y | (y << 8)) & 71777214294589695;
  y := (y | (y << 4)) & 1085102592571150095;
  y := (y | (y << 2)) & 3689348814741910323;
  y := (y | (y << 1)) & 6148914691236517205;
  RETURN x | (y << 1);
END
$$
"""

CONSUMERS = """
INSERT INTO consumer (name, delivery, target, types, queue, batch) VALUES
  ('routing', 'task', 'workers.routing.route_reports', '{report.received}', 'routing', 50),
  ('photos', 'task', 'workers.photos.render_photos', '{photo.added}', 'photos', 4),
  ('stream', 'channel', 'hientruong:feed', '{}', 'default', 1000)
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute(SEARCH)
    op.execute(FOLD)
    op.execute(MAP_CELL)
    op.create_table(
        "area",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("unit_kind", sa.Text(), nullable=False),
        sa.Column("other_names", sa.Text(), server_default="", nullable=False),
        sa.Column("geom", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=False),
        sa.Column("approximate", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
    )
    op.create_index("idx_area_geom", "area", ["geom"], unique=False, postgresql_using="gist")
    op.create_index(
        "uq_area_code_current", "area", ["code"], unique=True, postgresql_where=sa.text("valid_to IS NULL")
    )
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("kind in ('off', 'work')", name=op.f("ck_calendar_day_kind")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "category",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "description",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("icon", sa.Text(), nullable=False),
        sa.Column(
            "keywords",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column(
            "questions",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("duplicates", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("inspection_radius_m", sa.Double(), server_default="100", nullable=False),
        sa.Column("evidence_required", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("publication", sa.Text(), server_default="immediate", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint(
            "publication in ('immediate', 'after_triage', 'never')", name=op.f("ck_category_publication")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["category.id"], name=op.f("fk_category_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("code", name=op.f("uq_category_code")),
    )
    op.create_table(
        "city",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("code_prefix", sa.Text(), nullable=False),
        sa.Column("config", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "loaded",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_city_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city")),
    )
    op.create_table(
        "consumer",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), server_default="report", nullable=False),
        sa.Column("types", postgresql.ARRAY(sa.TEXT()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("queue", sa.Text(), server_default="default", nullable=False),
        sa.Column("batch", sa.Integer(), server_default="50", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint("delivery in ('task', 'channel')", name=op.f("ck_consumer_delivery")),
        sa.CheckConstraint("subject in ('report', 'event')", name=op.f("ck_consumer_subject")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_consumer")),
    )
    op.create_table(
        "deadline_policy",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("spec", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_policy")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_deadline_policy_code_version")),
    )
    op.create_index(
        "uq_deadline_policy_current",
        "deadline_policy",
        ["code"],
        unique=True,
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_table(
        "department",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("short_name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("ward_code", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint("kind in ('city', 'ward', 'company')", name=op.f("ck_department_kind")),
        sa.ForeignKeyConstraint(["parent_id"], ["department.id"], name=op.f("fk_department_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("code", name=op.f("uq_department_code")),
    )
    op.create_index(op.f("ix_department_ward_code"), "department", ["ward_code"], unique=False)
    op.create_table(
        "former_unit",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("area_code", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_former_unit_code")),
    )
    op.create_index(op.f("ix_former_unit_search"), "former_unit", ["search"], unique=False)
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "detail", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "routing_rule",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("spec", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rule")),
        sa.UniqueConstraint("number", "version", name=op.f("uq_routing_rule_number_version")),
    )
    op.create_index(
        "uq_routing_rule_current",
        "routing_rule",
        ["number"],
        unique=True,
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), server_default="vi", nullable=False),
        sa.Column("demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "role in ('triage', 'department', 'executor', 'inspector', 'manager', 'administrator')",
            name=op.f("ck_staff_role"),
        ),
        sa.CheckConstraint(
            "role not in ('department', 'executor') or department_id is not null", name=op.f("ck_staff_scope")
        ),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_staff_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("username", name=op.f("uq_staff_username")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_audit_entry_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), server_default="received", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("location", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column("lon", sa.Double(), sa.Computed("ST_X(location)", persisted=True), nullable=False),
        sa.Column("lat", sa.Double(), sa.Computed("ST_Y(location)", persisted=True), nullable=False),
        sa.Column(
            "cell",
            sa.BigInteger(),
            sa.Computed("map_cell(ST_X(location), ST_Y(location))", persisted=True),
            nullable=False,
        ),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column(
            "attributes",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("channel", sa.Text(), server_default="app", nullable=False),
        sa.Column("language", sa.Text(), server_default="vi", nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("published", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("search", postgresql.TSVECTOR(), nullable=True),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("secret_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ward_id", sa.Integer(), nullable=True),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("executor_id", sa.Integer(), nullable=True),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column("policy_id", sa.Integer(), nullable=True),
        sa.Column("routing", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("triage_reason", sa.Text(), nullable=True),
        sa.Column("duplicate_of_id", sa.Uuid(), nullable=True),
        sa.Column("routed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accept_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("amber_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extensions", sa.SmallInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "channel in ('app', 'portal', 'email', 'facebook', 'zalo', 'phone', 'open311')",
            name=op.f("ck_report_channel"),
        ),
        sa.CheckConstraint(
            "status in ('received', 'triage', 'assigned', 'in_progress', 'waiting', 'resolved', 'closed', 'rejected', 'duplicate', 'withdrawn')",
            name=op.f("ck_report_status"),
        ),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_report_category_id")),
        sa.ForeignKeyConstraint(["duplicate_of_id"], ["report.id"], name=op.f("fk_report_duplicate_of_id")),
        sa.ForeignKeyConstraint(["executor_id"], ["department.id"], name=op.f("fk_report_executor_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["staff.id"], name=op.f("fk_report_holder_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["department.id"], name=op.f("fk_report_lead_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["deadline_policy.id"], name=op.f("fk_report_policy_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["routing_rule.id"], name=op.f("fk_report_rule_id")),
        sa.ForeignKeyConstraint(["ward_id"], ["area.id"], name=op.f("fk_report_ward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("code", name=op.f("uq_report_code")),
    )
    op.create_index(
        "ix_report_category",
        "report",
        ["category_id", "status", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("status <> 'received'"),
    )
    op.create_index(
        "ix_report_cell",
        "report",
        ["cell"],
        unique=False,
        postgresql_include=["category_id", "status"],
        postgresql_where=sa.text("published AND status <> 'received'"),
    )
    op.create_index("ix_report_created", "report", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_report_deadline",
        "report",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_report_lead_due",
        "report",
        ["lead_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("lead_id IS NOT NULL"),
    )
    op.create_index(
        "ix_report_due",
        "report",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('received', 'triage', 'assigned', 'in_progress', 'waiting')"),
    )
    op.create_index(
        "ix_report_duplicate_of",
        "report",
        ["duplicate_of_id"],
        unique=False,
        postgresql_where=sa.text("duplicate_of_id IS NOT NULL"),
    )
    op.create_index(
        "ix_report_executor",
        "report",
        ["executor_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("executor_id IS NOT NULL"),
    )
    op.create_index(
        "ix_report_lead",
        "report",
        ["lead_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("lead_id IS NOT NULL"),
    )
    op.create_index("ix_report_location", "report", ["location"], unique=False, postgresql_using="gist")
    op.create_index(
        "ix_report_queue",
        "report",
        ["lead_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('received', 'triage', 'assigned', 'in_progress', 'waiting')"),
    )
    op.create_index("ix_report_search", "report", ["search"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_report_status",
        "report",
        ["status", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("status <> 'received'"),
    )
    op.create_index(
        "ix_report_triage",
        "report",
        ["created_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'triage'"),
    )
    op.create_index(
        "ix_report_unrouted",
        "report",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("status = 'received'"),
    )
    op.create_index("ix_report_updated", "report", ["updated_at", "id"], unique=False)
    op.create_index(
        "ix_report_ward",
        "report",
        ["ward_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("ward_id IS NOT NULL"),
    )
    op.create_table(
        "staff_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('cookie', 'bearer')", name=op.f("ck_staff_session_kind")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_session_token_hash")),
    )
    op.create_index(op.f("ix_staff_session_staff_id"), "staff_session", ["staff_id"], unique=False)
    op.create_table(
        "comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('remark', 'answer', 'question', 'reply', 'note')", name=op.f("ck_comment_kind")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_comment_report_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_comment_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index("ix_comment_report", "comment", ["report_id", "created_at"], unique=False)
    op.create_table(
        "contact",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_contact_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_email"), "contact", ["email"], unique=False)
    op.create_index(op.f("ix_contact_phone"), "contact", ["phone"], unique=False)
    op.create_table(
        "contact_reading",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_contact_reading_report_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_contact_reading_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_reading")),
    )
    op.create_index(op.f("ix_contact_reading_report_id"), "contact_reading", ["report_id"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("ward_id", sa.Integer(), nullable=True),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column(
            "data", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("private", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "actor in ('system', 'reporter', 'follower', 'staff', 'integrator')", name=op.f("ck_event_actor")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_event_report_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_event_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(
        "ix_event_feed_category",
        "event",
        ["category_id", "position"],
        unique=False,
        postgresql_where=sa.text("public AND position IS NOT NULL"),
    )
    op.create_index(
        "ix_event_feed_lead",
        "event",
        ["lead_id", "position"],
        unique=False,
        postgresql_where=sa.text("public AND position IS NOT NULL"),
    )
    op.create_index(
        "ix_event_feed_type",
        "event",
        ["type", "position"],
        unique=False,
        postgresql_where=sa.text("public AND position IS NOT NULL"),
    )
    op.create_index(
        "ix_event_feed_ward",
        "event",
        ["ward_id", "position"],
        unique=False,
        postgresql_where=sa.text("public AND position IS NOT NULL"),
    )
    op.create_index("ix_event_report", "event", ["report_id", "id"], unique=False)
    op.create_index(
        "ix_event_unplaced", "event", ["id"], unique=False, postgresql_where=sa.text("position IS NULL")
    )
    op.create_index(
        "uq_event_position",
        "event",
        ["position"],
        unique=True,
        postgresql_where=sa.text("position IS NOT NULL"),
    )
    op.create_table(
        "follower",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("merged_from_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), server_default="vi", nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["merged_from_id"], ["report.id"], name=op.f("fk_follower_merged_from_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_follower_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follower")),
    )
    op.create_index("ix_follower_report", "follower", ["report_id"], unique=False)
    op.create_index(
        "uq_follower_email",
        "follower",
        ["report_id", "email"],
        unique=True,
        postgresql_where=sa.text("email IS NOT NULL"),
    )
    op.create_index(
        "uq_follower_phone",
        "follower",
        ["report_id", "phone"],
        unique=True,
        postgresql_where=sa.text("phone IS NOT NULL"),
    )
    op.create_table(
        "photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="raw", nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("original_key", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("thumbnail_key", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exif_lon", sa.Double(), nullable=True),
        sa.Column("exif_lat", sa.Double(), nullable=True),
        sa.Column("distance_m", sa.Double(), nullable=True),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("published", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind in ('report', 'evidence', 'reply')", name=op.f("ck_photo_kind")),
        sa.CheckConstraint("state in ('raw', 'ready', 'failed')", name=op.f("ck_photo_state")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_photo_report_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_photo_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("report_id", "kind", "sha256", name=op.f("uq_photo_report_id_kind_sha256")),
    )
    op.create_index(
        "ix_photo_raw", "photo", ["created_at"], unique=False, postgresql_where=sa.text("state = 'raw'")
    )
    op.create_table(
        "rating",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("score between 1 and 5", name=op.f("ck_rating_score")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_rating_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_rating")),
    )
    op.create_table(
        "report_support",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_report_support_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_support_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "department_id", name=op.f("pk_report_support")),
    )
    op.create_index(
        op.f("ix_report_support_department_id"), "report_support", ["department_id"], unique=False
    )
    op.execute(FILL_SEARCH)
    op.execute(FILL_SEARCH_TRIGGER)
    op.execute(CONSUMERS)


def downgrade() -> None:
    op.drop_index(op.f("ix_report_support_department_id"), table_name="report_support")
    op.drop_table("report_support")
    op.drop_table("rating")
    op.drop_index("ix_photo_raw", table_name="photo", postgresql_where=sa.text("state = 'raw'"))
    op.drop_table("photo")
    op.drop_index("uq_follower_phone", table_name="follower", postgresql_where=sa.text("phone IS NOT NULL"))
    op.drop_index("uq_follower_email", table_name="follower", postgresql_where=sa.text("email IS NOT NULL"))
    op.drop_index("ix_follower_report", table_name="follower")
    op.drop_table("follower")
    op.drop_index("uq_event_position", table_name="event", postgresql_where=sa.text("position IS NOT NULL"))
    op.drop_index("ix_event_unplaced", table_name="event", postgresql_where=sa.text("position IS NULL"))
    op.drop_index("ix_event_report", table_name="event")
    op.drop_index(
        "ix_event_feed_ward", table_name="event", postgresql_where=sa.text("public AND position IS NOT NULL")
    )
    op.drop_index(
        "ix_event_feed_type", table_name="event", postgresql_where=sa.text("public AND position IS NOT NULL")
    )
    op.drop_index(
        "ix_event_feed_lead", table_name="event", postgresql_where=sa.text("public AND position IS NOT NULL")
    )
    op.drop_index(
        "ix_event_feed_category",
        table_name="event",
        postgresql_where=sa.text("public AND position IS NOT NULL"),
    )
    op.drop_table("event")
    op.drop_index(op.f("ix_contact_reading_report_id"), table_name="contact_reading")
    op.drop_table("contact_reading")
    op.drop_index(op.f("ix_contact_phone"), table_name="contact")
    op.drop_index(op.f("ix_contact_email"), table_name="contact")
    op.drop_table("contact")
    op.drop_index("ix_comment_report", table_name="comment")
    op.drop_table("comment")
    op.drop_index(op.f("ix_staff_session_staff_id"), table_name="staff_session")
    op.drop_table("staff_session")
    op.drop_index("ix_report_ward", table_name="report", postgresql_where=sa.text("ward_id IS NOT NULL"))
    op.drop_index("ix_report_updated", table_name="report")
    op.drop_index("ix_report_unrouted", table_name="report", postgresql_where=sa.text("status = 'received'"))
    op.drop_index("ix_report_triage", table_name="report", postgresql_where=sa.text("status = 'triage'"))
    op.drop_index("ix_report_status", table_name="report")
    op.drop_index("ix_report_search", table_name="report", postgresql_using="gin")
    op.drop_index(
        "ix_report_queue",
        table_name="report",
        postgresql_where=sa.text("status IN ('received', 'triage', 'assigned', 'in_progress', 'waiting')"),
    )
    op.drop_index("ix_report_location", table_name="report", postgresql_using="gist")
    op.drop_index("ix_report_lead", table_name="report", postgresql_where=sa.text("lead_id IS NOT NULL"))
    op.drop_index(
        "ix_report_executor", table_name="report", postgresql_where=sa.text("executor_id IS NOT NULL")
    )
    op.drop_index(
        "ix_report_duplicate_of", table_name="report", postgresql_where=sa.text("duplicate_of_id IS NOT NULL")
    )
    op.drop_index(
        "ix_report_due",
        table_name="report",
        postgresql_where=sa.text("status IN ('received', 'triage', 'assigned', 'in_progress', 'waiting')"),
    )
    op.drop_index("ix_report_created", table_name="report")
    op.drop_index("ix_report_category", table_name="report")
    op.drop_index("ix_report_cell", table_name="report")
    op.drop_index("ix_report_deadline", table_name="report")
    op.drop_index("ix_report_lead_due", table_name="report")
    op.drop_table("report")
    op.drop_table("audit_entry")
    op.drop_table("staff")
    op.drop_index(
        "uq_routing_rule_current", table_name="routing_rule", postgresql_where=sa.text("valid_to IS NULL")
    )
    op.drop_table("routing_rule")
    op.drop_table("heartbeat")
    op.drop_index(op.f("ix_former_unit_search"), table_name="former_unit")
    op.drop_table("former_unit")
    op.drop_index(op.f("ix_department_ward_code"), table_name="department")
    op.drop_table("department")
    op.drop_index(
        "uq_deadline_policy_current",
        table_name="deadline_policy",
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.drop_table("deadline_policy")
    op.drop_table("consumer")
    op.drop_table("city")
    op.drop_table("category")
    op.drop_table("calendar_day")
    op.drop_index("uq_area_code_current", table_name="area", postgresql_where=sa.text("valid_to IS NULL"))
    op.drop_index("idx_area_geom", table_name="area", postgresql_using="gist")
    op.drop_table("area")
    op.execute("DROP FUNCTION report_search_fill()")
    op.execute("DROP FUNCTION map_cell(float8, float8)")
    op.execute("DROP FUNCTION fold(text)")
    op.execute("DROP FUNCTION report_search(text, text, text)")
