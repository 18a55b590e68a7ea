"""Cases of numbers on advertisements, requests to carriers, who a number belongs to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_EVENTS = ("number.%", "request.%")


def upgrade() -> None:
    """New tables, and columns that may be empty; nobody waits for them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("ad_number", sa.Column("verified_at", _TIME, nullable=True))
    op.add_column("ad_number", sa.Column("carrier_id", sa.Integer(), nullable=True))
    op.add_column("ad_number", sa.Column("carrier_asked_on", sa.Date(), nullable=True))
    op.create_foreign_key(
        op.f("fk_ad_number_carrier_id_department"), "ad_number", "department", ["carrier_id"], ["id"]
    )
    _case()
    _request()
    _request_number()
    _subscriber()


def downgrade() -> None:
    """Cases and requests are forgotten, their works and the events about these too."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in (
        "subscriber_reading",
        "subscriber",
        "carrier_request_number",
        "carrier_request",
        "ad_number_case",
    ):
        op.drop_table(table)
    for types in _EVENTS:
        op.execute(f"DELETE FROM event WHERE type LIKE '{types}'")
    kinds = "('ad_number', 'carrier_request')"
    op.execute(
        f"UPDATE work SET parent_id = NULL WHERE parent_id IN (SELECT id FROM work WHERE kind IN {kinds})"
    )
    op.execute(f"DELETE FROM work WHERE kind IN {kinds}")
    for column in ("carrier_asked_on", "carrier_id", "verified_at"):
        op.drop_column("ad_number", column)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _key(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other.partition('.')[0]}")
    return sa.ForeignKeyConstraint([column], [other], name=name, ondelete=ondelete)


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _case() -> None:
    table = "ad_number_case"
    op.create_table(
        table,
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("number_id", sa.BigInteger(), nullable=False),
        sa.Column("running", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("offence", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("invited_on", sa.Date(), nullable=True),
        _words("invite_document"),
        sa.Column("appear_by", sa.Date(), nullable=True),
        *(_words(name) for name in ("basis", "statement", "remedy")),
        *(
            sa.Column(name, sa.Date(), nullable=True)
            for name in ("complied_on", "suspended_from", "suspended_to")
        ),
        _words("sanction_document"),
        sa.Column("fine_vnd", sa.BigInteger(), nullable=True),
        _check(table, "offence", "offence >= 1"),
        _check(table, "fine", "fine_vnd is null or fine_vnd >= 0"),
        _key(table, "work_id", "work.id", "CASCADE"),
        _key(table, "number_id", "ad_number.id"),
        sa.PrimaryKeyConstraint("work_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(
        "uq_ad_number_case_running", table, ["number_id"], unique=True, postgresql_where=sa.text("running")
    )
    op.create_index("ix_ad_number_case_number", table, ["number_id"])


def _request() -> None:
    table = "carrier_request"
    op.create_table(
        table,
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), server_default="portal", nullable=False),
        _words("basis"),
        _words("document"),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        _check(table, "purpose", "purpose in ('trace', 'warn', 'suspend', 'restore')"),
        _check(table, "channel", "channel in ('portal', 'letter', 'e-mail')"),
        _key(table, "work_id", "work.id", "CASCADE"),
        _key(table, "carrier_id", "department.id"),
        sa.PrimaryKeyConstraint("work_id", name=op.f(f"pk_{table}")),
    )
    op.create_index("ix_carrier_request_carrier", table, ["carrier_id"])


def _request_number() -> None:
    table = "carrier_request_number"
    answers = "'ours', 'ported', 'not_in_use', 'unregistered', 'new_owner', 'refused', 'none'"
    op.create_table(
        table,
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("number_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("ported_to", sa.Integer(), nullable=True),
        sa.Column("action", sa.Text(), server_default="none", nullable=False),
        sa.Column("action_on", sa.Date(), nullable=True),
        _words("note"),
        sa.Column("answered_at", _TIME, nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        _check(table, "answer", f"answer in ({answers})"),
        _check(table, "action", "action in ('warned', 'suspended', 'restored', 'none')"),
        _check(table, "answered", "(answer is null) = (answered_at is null)"),
        _key(table, "request_id", "carrier_request.work_id", "CASCADE"),
        _key(table, "number_id", "ad_number.id"),
        _key(table, "case_id", "ad_number_case.work_id", "SET NULL"),
        _key(table, "ported_to", "department.id"),
        _key(table, "answered_by", "staff.id"),
        sa.PrimaryKeyConstraint("request_id", "number_id", name=op.f(f"pk_{table}")),
    )
    op.create_index("ix_carrier_request_number_number", table, ["number_id"])


def _subscriber() -> None:
    op.create_table(
        "subscriber",
        sa.Column("number_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("erased_at", _TIME, nullable=True),
        _key("subscriber", "number_id", "ad_number.id"),
        _key("subscriber", "request_id", "carrier_request.work_id", "CASCADE"),
        sa.PrimaryKeyConstraint("number_id", "request_id", name=op.f("pk_subscriber")),
    )
    op.create_table(
        "subscriber_reading",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("number_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        _key("subscriber_reading", "number_id", "ad_number.id"),
        _key("subscriber_reading", "staff_id", "staff.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber_reading")),
    )
    op.create_index("ix_subscriber_reading_number", "subscriber_reading", ["number_id", "at"])
