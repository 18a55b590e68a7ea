"""Award dossiers beside the works that they are, and a photo beside praise."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None

PHOTO = "fk_commendation_photo_id_photo"


def upgrade() -> None:
    """A table of its own; one more column of the small table of praise."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "award",
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("movement_id", sa.Integer(), nullable=False),
        sa.Column("proposals", JSONB(), nullable=False),
        sa.Column("present", ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("document", sa.Text(), server_default="", nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("decision", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("granted", ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_id"], ["work.id"], name=op.f("fk_award_work_id_work"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["movement_id"], ["movement.id"], name=op.f("fk_award_movement_id_movement")),
        sa.PrimaryKeyConstraint("work_id", name=op.f("pk_award")),
    )
    op.create_index("ix_award_movement", "award", ["movement_id"])
    op.add_column("commendation", sa.Column("photo_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f(PHOTO), "commendation", "photo", ["photo_id"], ["id"], ondelete="SET NULL")
    op.create_index(
        "ix_commendation_photo",
        "commendation",
        ["photo_id"],
        postgresql_where=sa.text("photo_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop the award dossiers, with what councils proposed, and the photos beside praise."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_commendation_photo", table_name="commendation")
    op.drop_constraint(op.f(PHOTO), "commendation", type_="foreignkey")
    op.drop_column("commendation", "photo_id")
    op.drop_table("award")
