"""Recipients of documents, and the order of a worker that wrote one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Columns with a constant default of a small table; nothing is rewritten."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in ("recipients", "sent_to"):
        column = sa.Column(name, JSONB(), server_default=sa.text("'[]'"), nullable=False)
        op.add_column("official_document", column)
    op.add_column("official_document", sa.Column("download_id", sa.Uuid(), nullable=True))
    op.create_unique_constraint(
        op.f("uq_official_document_download_id"), "official_document", ["download_id"]
    )


def downgrade() -> None:
    """Documents no longer say whom they were sent to; their files keep the recipients."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in ("download_id", "sent_to", "recipients"):
        op.drop_column("official_document", name)
