"""Sanctions of who a number belongs to: day, signer, basis, act, payment; the day on which the owner came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0095"
down_revision = "0094"
branch_labels = None
depends_on = None

_TABLE, _RULE = "ad_number_case", "ck_ad_number_case_sanction"
_DAYS, _TEXTS = ("appeared_on", "sanctioned_on", "paid_on"), ("sanction_signer", "sanction_basis", "act")


def upgrade() -> None:
    """Columns that are empty, and a rule that no row breaks: a fine was never entered."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in _DAYS:
        op.add_column(_TABLE, sa.Column(name, sa.Date(), nullable=True))
    for name in _TEXTS:
        op.add_column(_TABLE, sa.Column(name, sa.Text(), server_default="", nullable=False))
    rule = "sanction_document <> '' or sanctioned_on is null and fine_vnd is null and paid_on is null"
    op.create_check_constraint(op.f(_RULE), _TABLE, rule, postgresql_not_valid=True)
    op.execute(f"ALTER TABLE {_TABLE} VALIDATE CONSTRAINT {_RULE}")


def downgrade() -> None:
    """Drop the columns: whom somebody sanctioned and what was paid is lost, with the events about it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f(_RULE), _TABLE)
    for name in (*_TEXTS, *_DAYS):
        op.drop_column(_TABLE, name)
    types = "'number.appeared', 'number.sanctioned', 'number.annulled', 'number.paid'"
    op.execute(f"DELETE FROM own_notice WHERE type IN ({types})")
    op.execute(f"DELETE FROM event WHERE type IN ({types})")
