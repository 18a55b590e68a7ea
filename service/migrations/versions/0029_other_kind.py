"""The category for what no other one names, in cities that were loaded before there was one."""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it where a city is loaded, and let running processes read the categories anew."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(
        """
        WITH added AS (
          INSERT INTO category (code, name, description, icon, keywords, questions, duplicates,
                                inspection_radius_m, evidence_required, publication, position, active)
          SELECT 'other', '{"vi": "Việc khác", "en": "Something else"}',
                 '{"vi": "Không có trong danh sách: viết bằng lời của bạn, điều phối viên sẽ chuyển đúng nơi.",
                   "en": "Not in the list: say it in your own words, a coordinator passes it on."}',
                 'other', '[]', '[]', '{"radius_m": 20, "window_hours": 72, "action": "ignore"}',
                 100, false, 'after_triage', (SELECT coalesce(max(position), 0) + 1 FROM category), true
          WHERE EXISTS (SELECT FROM city) AND NOT EXISTS (SELECT FROM category WHERE code = 'other')
          RETURNING id)
        UPDATE city SET revision = revision + 1 WHERE EXISTS (SELECT FROM added)
        """
    )


def downgrade() -> None:
    """Leave it: reports may be of this category."""
