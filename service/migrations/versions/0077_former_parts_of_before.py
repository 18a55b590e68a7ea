"""Parts that departments had in cases before these were kept in the report: a bookmark in the event log.

Reports are filled afterwards, a few at a time beside the writers; whoever has no events has nothing to fill.
"""

from __future__ import annotations

from alembic import op

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One row that no relay reads; the task that fills takes it away once it has come to the end."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(
        "INSERT INTO consumer (name, delivery, target, enabled) "
        "SELECT 'former_parts', 'task', 'workers.administration.fill_former', false "
        "WHERE EXISTS (SELECT FROM event)"
    )


def downgrade() -> None:
    """Drop the consumer that filled former parts; what it filled stays, it is right in any case."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM consumer WHERE name = 'former_parts'")
