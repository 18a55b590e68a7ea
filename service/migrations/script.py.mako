"""${message}"""

# The code before this revision goes on running beside it, and a table may have a million rows: add columns
# nullable or with a constant default, build indexes CONCURRENTLY in an autocommit block, add constraints NOT VALID;
# rows are filled in later, in batches, by a worker; a next revision drops what nobody reads any more.

from __future__ import annotations

${imports if imports else ""}
import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
