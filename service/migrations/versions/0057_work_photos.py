"""The consumer that has photos of works rendered."""

from __future__ import annotations

from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

_CONSUMER = """
INSERT INTO consumer (name, delivery, target, subject, types, queue, batch, position)
SELECT 'work photos', 'task', 'workers.photos.render_of_works', 'work', '{work.photo_added}', 'photos', 4,
       greatest(coalesce((SELECT max(position) FROM event), 0), coalesce((SELECT max(position) FROM consumer), 0))
"""


def upgrade() -> None:
    """The consumer begins at the newest event."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(_CONSUMER)


def downgrade() -> None:
    """Photos of works stay raw."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM consumer WHERE name = 'work photos'")
