"""Events, photos, messages and requests for more time of works, beside those of reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_ABOUT = (
    "CASE WHEN subject_kind = 'report' THEN report_id IS NOT NULL AND subject_id IS NULL "
    "AND category_id IS NOT NULL AND lon IS NOT NULL AND lat IS NOT NULL "
    "ELSE report_id IS NULL AND subject_id IS NOT NULL END"
)
_EITHER = "(report_id is null) <> (work_id is null)"
_KINDS = "kind in ('report', 'evidence', 'reply', 'before', 'after', 'document')"
_OLD_KINDS = "kind in ('report', 'evidence', 'reply')"
_SUBJECTS = "subject in ('report', 'event', 'work')"

_CHECKS = (
    ("event", "ck_event_subject", _ABOUT),
    ("photo", "ck_photo_kind", _KINDS),
    ("photo", "ck_photo_about", _EITHER),
    ("extension_request", "ck_extension_request_about", _EITHER),
)
_OF_WORKS = ("photo", "message", "extension_request")
_INDEXES = (
    ("ix_event_subject", "event", ["subject_id", "id"], False, "report_id IS NULL"),
    ("uq_photo_work", "photo", ["work_id", "kind", "sha256"], True, "work_id IS NOT NULL"),
    ("ix_message_work", "message", ["work_id"], False, "work_id IS NOT NULL"),
    (
        "uq_extension_request_open_work",
        "extension_request",
        ["work_id"],
        True,
        "state = 'open' AND work_id IS NOT NULL",
    ),
)


def upgrade() -> None:
    """Columns that may be empty; what holds of every row is checked afterwards, while others write."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("event", sa.Column("subject_kind", sa.Text(), server_default="report", nullable=False))
    op.add_column("event", sa.Column("subject_id", sa.Text(), nullable=True))
    for column in ("report_id", "category_id", "lon", "lat"):
        op.alter_column("event", column, nullable=True)
    for table in ("photo", "extension_request"):
        op.alter_column(table, "report_id", nullable=True)
    for table in _OF_WORKS:
        op.add_column(table, sa.Column("work_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{table}_work_id_work"),
            table,
            "work",
            ["work_id"],
            ["id"],
            ondelete="CASCADE",
            postgresql_not_valid=True,
        )
    op.drop_constraint(op.f("ck_photo_kind"), "photo", type_="check")
    for table, name, condition in _CHECKS:
        op.create_check_constraint(op.f(name), table, condition, postgresql_not_valid=True)
    op.drop_constraint(op.f("ck_consumer_subject"), "consumer", type_="check")
    op.create_check_constraint(op.f("ck_consumer_subject"), "consumer", _SUBJECTS)
    with op.get_context().autocommit_block():
        for table, name, _condition in _CHECKS:
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
        for table in _OF_WORKS:
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT fk_{table}_work_id_work")
        for name, table, columns, unique, where in _INDEXES:
            # Anew where an earlier try was interrupted and left an index that is none.
            op.drop_index(name, table_name=table, if_exists=True, postgresql_concurrently=True)
            op.create_index(
                name,
                table,
                columns,
                unique=unique,
                postgresql_where=sa.text(where),
                postgresql_concurrently=True,
            )


def downgrade() -> None:
    """Forget what works had in these tables: events, photos, messages, requests."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM consumer WHERE subject = 'work'")
    op.drop_constraint(op.f("ck_consumer_subject"), "consumer", type_="check")
    op.create_check_constraint(op.f("ck_consumer_subject"), "consumer", "subject in ('report', 'event')")
    op.execute("DELETE FROM event WHERE report_id IS NULL")
    for table in _OF_WORKS:
        op.execute(f"DELETE FROM {table} WHERE work_id IS NOT NULL")
    for name, table, _columns, _unique, _where in _INDEXES:
        op.drop_index(name, table)
    for table, name, _condition in _CHECKS:
        op.drop_constraint(op.f(name), table, type_="check")
    op.create_check_constraint(op.f("ck_photo_kind"), "photo", _OLD_KINDS, postgresql_not_valid=True)
    for table in _OF_WORKS:
        op.drop_column(table, "work_id")
    for table in ("photo", "extension_request"):
        op.alter_column(table, "report_id", nullable=False)
    for column in ("report_id", "category_id", "lon", "lat"):
        op.alter_column("event", column, nullable=False)
    op.drop_column("event", "subject_id")
    op.drop_column("event", "subject_kind")
