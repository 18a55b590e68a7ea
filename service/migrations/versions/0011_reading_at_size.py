"""Indexes for what is read at a million reports: counts of open cases, corrected and extended ones; larger batches
of routing.

Built while the service writes on: each by itself, outside a transaction. One that was cut short is built anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OPEN = "status IN ('received', 'triage', 'assigned', 'in_progress', 'waiting')"
TOLD = "type IN ('report.refused', 'report.handed_on', 'report.reopened')"


def upgrade() -> None:
    """Make the new ones, then drop the one that is contained in them."""
    op.execute("UPDATE consumer SET batch = 200 WHERE name = 'routing' AND batch = 50")
    with op.get_context().autocommit_block():
        _build("ix_event_told", "event", ["type", "report_id"], TOLD)
        _build("ix_event_recategorised", "event", ["report_id"], "data ? 'category_before'")
        _build("ix_report_extended", "report", ["created_at", "id"], "extensions > 0")
        _build("ix_report_open", "report", ["lead_id", "due_at", "id"], OPEN, PRESSING)
        op.drop_index("ix_report_queue", table_name="report", if_exists=True, postgresql_concurrently=True)


def downgrade() -> None:
    """As before."""
    op.execute("UPDATE consumer SET batch = 50 WHERE name = 'routing' AND batch = 200")
    with op.get_context().autocommit_block():
        _build("ix_report_queue", "report", ["lead_id", "due_at", "id"], OPEN)
        for name, table in (
            ("ix_report_open", "report"),
            ("ix_report_extended", "report"),
            ("ix_event_recategorised", "event"),
            ("ix_event_told", "event"),
        ):
            op.drop_index(name, table_name=table, if_exists=True, postgresql_concurrently=True)


PRESSING = ["status", "paused_at", "amber_at", "holder_id"]


def _build(name: str, table: str, columns: list[str], where: str, include: list[str] | None = None) -> None:
    op.drop_index(name, table_name=table, if_exists=True, postgresql_concurrently=True)
    op.create_index(
        name,
        table,
        columns,
        postgresql_where=sa.text(where),
        postgresql_include=include or [],
        postgresql_concurrently=True,
    )
