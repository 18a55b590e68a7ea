"""Tables of notices: messages, subscriptions, push devices, choices; codes and sessions of citizens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# It begins at the end of the log: nobody wants to be told today of what happened before notices were there.
CONSUMER = """
INSERT INTO consumer (name, delivery, target, subject, types, queue, batch, position)
SELECT 'notices', 'task', 'workers.notices.tell', 'event', '{}', 'notices', 50,
       greatest(coalesce((SELECT max(position) FROM event), 0), coalesce((SELECT max(position) FROM consumer), 0))
"""


def upgrade() -> None:
    op.create_table(
        "citizen_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_citizen_session_token_hash")),
    )
    op.create_index("ix_citizen_session_target", "citizen_session", ["target"], unique=False)
    op.create_table(
        "signin_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signin_code")),
    )
    op.create_index("ix_signin_code_target", "signin_code", ["target", "created_at"], unique=False)
    op.create_table(
        "push_device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.Text(), nullable=False),
        sa.Column("auth", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), server_default="vi", nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_push_device_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_device")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_push_device_endpoint")),
    )
    op.create_index(op.f("ix_push_device_staff_id"), "push_device", ["staff_id"], unique=False)
    op.create_table(
        "notice_choice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("pace", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("pace in ('at_once', 'daily', 'never')", name=op.f("ck_notice_choice_pace")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_notice_choice_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_choice")),
        sa.UniqueConstraint(
            "recipient",
            "channel",
            "report_id",
            name="uq_notice_choice_recipient",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_notice_choice_report_id"), "notice_choice", ["report_id"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("follower_id", sa.Uuid(), nullable=True),
        sa.Column("reporter", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("ward_code", sa.Text(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("radius_m", sa.Integer(), nullable=True),
        sa.Column("zone", Geometry("POLYGON", srid=4326, spatial_index=False), nullable=True),
        sa.Column("language", sa.Text(), server_default="vi", nullable=False),
        sa.Column("pace", sa.Text(), server_default="at_once", nullable=False),
        sa.Column("owner_hash", sa.LargeBinary(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("pace in ('at_once', 'daily', 'never')", name=op.f("ck_subscription_pace")),
        sa.CheckConstraint(
            "report_id is not null or ward_code is not null or category_id is not null or zone is not null",
            name=op.f("ck_subscription_about"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_subscription_category_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["push_device.id"], name=op.f("fk_subscription_device_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["follower_id"], ["follower.id"], name=op.f("fk_subscription_follower_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_subscription_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    op.create_index(
        "ix_subscription_category",
        "subscription",
        ["category_id"],
        unique=False,
        postgresql_where=sa.text("ward_code IS NULL AND zone IS NULL"),
    )
    op.create_index(op.f("ix_subscription_device_id"), "subscription", ["device_id"], unique=False)
    op.create_index(op.f("ix_subscription_follower_id"), "subscription", ["follower_id"], unique=False)
    op.create_index(
        "ix_subscription_owner",
        "subscription",
        ["owner_hash"],
        unique=False,
        postgresql_where=sa.text("owner_hash IS NOT NULL"),
    )
    op.create_index("ix_subscription_recipient", "subscription", ["recipient", "channel"], unique=False)
    op.create_index(
        "ix_subscription_ward",
        "subscription",
        ["ward_code"],
        unique=False,
        postgresql_where=sa.text("ward_code IS NOT NULL"),
    )
    op.create_index("ix_subscription_zone", "subscription", ["zone"], unique=False, postgresql_using="gist")
    op.create_index(
        "uq_subscription_report",
        "subscription",
        ["report_id", "channel", "recipient"],
        unique=True,
        postgresql_where=sa.text("report_id IS NOT NULL"),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("follower_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("subscription_id", sa.Uuid(), nullable=True),
        sa.Column("digest_id", sa.Uuid(), nullable=True),
        sa.Column(
            "data", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fresh_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'claimed', 'collected', 'digested', 'sent', 'stale', 'given_up', 'dropped')",
            name=op.f("ck_message_state"),
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["push_device.id"], name=op.f("fk_message_device_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["message.id"], name=op.f("fk_message_digest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["follower_id"], ["follower.id"], name=op.f("fk_message_follower_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_message_report_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_message_staff_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_message_subscription_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint(
            "occasion", "channel", "recipient", name=op.f("uq_message_occasion_channel_recipient")
        ),
    )
    op.create_index(
        "ix_message_collected",
        "message",
        ["channel", "recipient"],
        unique=False,
        postgresql_where=sa.text("state = 'collected'"),
    )
    op.create_index("ix_message_created", "message", ["created_at"], unique=False)
    op.create_index(op.f("ix_message_device_id"), "message", ["device_id"], unique=False)
    op.create_index(
        "ix_message_digest",
        "message",
        ["digest_id"],
        unique=False,
        postgresql_where=sa.text("digest_id IS NOT NULL"),
    )
    op.create_index(
        "ix_message_due",
        "message",
        ["not_before"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'claimed')"),
    )
    op.create_index(op.f("ix_message_follower_id"), "message", ["follower_id"], unique=False)
    op.create_index("ix_message_recipient", "message", ["recipient"], unique=False)
    op.create_index(
        "ix_message_report",
        "message",
        ["report_id"],
        unique=False,
        postgresql_where=sa.text("report_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_message_staff_id"), "message", ["staff_id"], unique=False)
    op.create_index(op.f("ix_message_subscription_id"), "message", ["subscription_id"], unique=False)
    op.create_table(
        "sent_copy",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("times", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_sent_copy_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_sent_copy")),
    )
    op.create_index("ix_contact_email_folded", "contact", [sa.literal_column("lower(email)")], unique=False)
    op.create_index(
        "ix_follower_email_folded",
        "follower",
        [sa.literal_column("lower(email)")],
        unique=False,
        postgresql_where=sa.text("email IS NOT NULL"),
    )
    op.create_index(
        "ix_follower_phone",
        "follower",
        ["phone"],
        unique=False,
        postgresql_where=sa.text("phone IS NOT NULL"),
    )
    op.execute(CONSUMER)


def downgrade() -> None:
    op.execute("DELETE FROM consumer WHERE name = 'notices'")
    op.drop_index("ix_follower_phone", table_name="follower", postgresql_where=sa.text("phone IS NOT NULL"))
    op.drop_index(
        "ix_follower_email_folded", table_name="follower", postgresql_where=sa.text("email IS NOT NULL")
    )
    op.drop_index("ix_contact_email_folded", table_name="contact")
    op.drop_table("sent_copy")
    op.drop_index(op.f("ix_message_subscription_id"), table_name="message")
    op.drop_index(op.f("ix_message_staff_id"), table_name="message")
    op.drop_index(
        "ix_message_report", table_name="message", postgresql_where=sa.text("report_id IS NOT NULL")
    )
    op.drop_index("ix_message_recipient", table_name="message")
    op.drop_index(op.f("ix_message_follower_id"), table_name="message")
    op.drop_index(
        "ix_message_due", table_name="message", postgresql_where=sa.text("state IN ('waiting', 'claimed')")
    )
    op.drop_index(
        "ix_message_digest", table_name="message", postgresql_where=sa.text("digest_id IS NOT NULL")
    )
    op.drop_index(op.f("ix_message_device_id"), table_name="message")
    op.drop_index("ix_message_created", table_name="message")
    op.drop_index(
        "ix_message_collected", table_name="message", postgresql_where=sa.text("state = 'collected'")
    )
    op.drop_table("message")
    op.drop_index(
        "uq_subscription_report", table_name="subscription", postgresql_where=sa.text("report_id IS NOT NULL")
    )
    op.drop_index("ix_subscription_zone", table_name="subscription", postgresql_using="gist")
    op.drop_index(
        "ix_subscription_ward", table_name="subscription", postgresql_where=sa.text("ward_code IS NOT NULL")
    )
    op.drop_index("ix_subscription_recipient", table_name="subscription")
    op.drop_index(
        "ix_subscription_owner", table_name="subscription", postgresql_where=sa.text("owner_hash IS NOT NULL")
    )
    op.drop_index(op.f("ix_subscription_follower_id"), table_name="subscription")
    op.drop_index(op.f("ix_subscription_device_id"), table_name="subscription")
    op.drop_index(
        "ix_subscription_category",
        table_name="subscription",
        postgresql_where=sa.text("ward_code IS NULL AND zone IS NULL"),
    )
    op.drop_table("subscription")
    op.drop_index(op.f("ix_notice_choice_report_id"), table_name="notice_choice")
    op.drop_table("notice_choice")
    op.drop_index(op.f("ix_push_device_staff_id"), table_name="push_device")
    op.drop_table("push_device")
    op.drop_index("ix_signin_code_target", table_name="signin_code")
    op.drop_table("signin_code")
    op.drop_index("ix_citizen_session_target", table_name="citizen_session")
    op.drop_table("citizen_session")
