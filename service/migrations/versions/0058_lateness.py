"""Indexes for managers and queues at size: what was done late by how late; the open cases with their priority."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

_LATE, _OPEN = "ix_report_done_late", "ix_report_open"
_HAS_PRIORITY = "ix_report_open_parts"
_IS_OPEN = "status IN ('received', 'triage', 'assigned', 'in_progress', 'waiting')"


def upgrade() -> None:
    """Built beside the writers; the index without the priority goes when the other is there."""
    _build(
        _LATE,
        [sa.text("(resolved_at - due_at)"), "id"],
        "resolved_at > due_at",
        ["created_at", "lead_id", "category_id", "ward_id"],
    )
    pressing = ["status", "paused_at", "amber_at", "holder_id", "priority"]
    _build(_HAS_PRIORITY, ["lead_id", "due_at", "id"], _IS_OPEN, pressing)
    _drop(_OPEN)


def downgrade() -> None:
    """Lists of what is late are sorted again, and queues counted from the rows."""
    _build(_OPEN, ["lead_id", "due_at", "id"], _IS_OPEN, ["status", "paused_at", "amber_at", "holder_id"])
    _drop(_HAS_PRIORITY)
    _drop(_LATE)


def _build(name: str, columns: Sequence[str | sa.TextClause], where: str, included: Sequence[str]) -> None:
    """Build anew where an earlier try was interrupted and left an index that is none."""
    _drop(name)
    with op.get_context().autocommit_block():
        op.create_index(
            name,
            "report",
            list(columns),
            postgresql_include=list(included),
            postgresql_where=sa.text(where),
            postgresql_concurrently=True,
        )


def _drop(name: str) -> None:
    with op.get_context().autocommit_block():
        op.drop_index(name, table_name="report", if_exists=True, postgresql_concurrently=True)
