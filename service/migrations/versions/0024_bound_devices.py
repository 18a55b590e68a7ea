"""Colleagues' browsers bound to their sessions; keys that may read contacts; readings counted by person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_SESSION = "fk_push_device_session_id_staff_session"


def upgrade() -> None:
    """A column that may be empty; its key is checked without a lock that readers or writers wait for."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f("ck_api_key_scope"), "api_key", type_="check")
    op.create_check_constraint(op.f("ck_api_key_scope"), "api_key", "scope in ('read', 'contacts', 'write')")
    op.add_column("push_device", sa.Column("session_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f(_SESSION),
        "push_device",
        "staff_session",
        ["session_id"],
        ["id"],
        ondelete="CASCADE",
        postgresql_not_valid=True,
    )
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE push_device VALIDATE CONSTRAINT {_SESSION}")
        _build("ix_push_device_session_id", "push_device", ["session_id"])
        _build("ix_contact_reading_staff", "contact_reading", ["staff_id", "at"])


def downgrade() -> None:
    """Keys that read contacts only read again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("UPDATE api_key SET scope = 'read' WHERE scope = 'contacts'")
    op.drop_constraint(op.f("ck_api_key_scope"), "api_key", type_="check")
    op.create_check_constraint(op.f("ck_api_key_scope"), "api_key", "scope in ('read', 'write')")
    op.drop_index("ix_contact_reading_staff", "contact_reading")
    op.drop_index("ix_push_device_session_id", "push_device")
    op.drop_constraint(op.f(_SESSION), "push_device", type_="foreignkey")
    op.drop_column("push_device", "session_id")


def _build(name: str, table: str, columns: list[str]) -> None:
    """Anew where an earlier try was interrupted and left an index that is none."""
    op.drop_index(name, table_name=table, if_exists=True, postgresql_concurrently=True)
    op.create_index(name, table, columns, postgresql_concurrently=True)
