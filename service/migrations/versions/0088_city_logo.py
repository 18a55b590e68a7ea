"""The city's logo."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0088"
down_revision = "0087"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A new table, and a column of the one city; nobody waits for it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "city_logo",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.SmallInteger(), nullable=False),
        sa.Column("height", sa.SmallInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_city_logo_staff_id_staff")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_city_logo")),
    )
    op.add_column("city", sa.Column("logo", sa.Text(), nullable=True))


def downgrade() -> None:
    """The service is known by its pin again."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("city", "logo")
    op.drop_table("city_logo")
