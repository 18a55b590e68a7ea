"""The report itself; its photos, people and events have files of their own."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    SQLColumnExpression,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column
from typing_extensions import TypedDict  # the one that pydantic describes before Python 3.12

from geo.columns import StoredShape
from service.models.reports.channels import ReceptionChannel
from service.models.reports.emergency import ORDINARY
from service.models.reports.status import OPEN, Status
from service.models.shared.base import Base, EnumText, Json, listed, one_of

_OPEN = f"status IN ({listed(OPEN)})"
_ROUTED = f"status <> '{Status.RECEIVED}'"
_TO_VERIFY = f"status = '{Status.RESOLVED}'"
_CLOSED = f"status = '{Status.CLOSED}'"
_SUPPORTED = "support_ids <> '{}'"


class RuleVersion(TypedDict):
    """Version of a routing rule, as an account names it."""

    number: int
    version: int


class LostRule(RuleVersion):
    """Rule that fitted as well and lost: `why`, by which of its `own` facts against the winner's."""

    why: str
    own: int
    winner: int


class StoredSuspicion(TypedDict):
    """Report that this one may repeat: its code, how far it lies, what the category does then."""

    code: str
    distance_m: float
    action: str


class DecidedBy(TypedDict):
    """Person who decided in place of the rules."""

    role: str | None
    staff_id: int | None


class StoredRouting(TypedDict, total=False):
    """Account that a report keeps of its routing.

    `at` is ISO 8601 in UTC, `explanation` a sentence by language; `rule` is None where none was followed,
    `by` absent where the rules decided. `ward_distance_m` is how far outside of its ward the place lies.
    """

    at: str
    explanation: dict[str, str]
    rule: RuleVersion | None
    policy: str | None
    alternatives: list[LostRule]
    by: DecidedBy
    ward_distance_m: float
    suspicion: StoredSuspicion


class ReportChanges(TypedDict, total=False):
    """Columns of a report that change with a step of its life; those left out stay as they are."""

    lead_id: int | None
    executor_id: int | None
    support_ids: list[int]
    holder_id: int | None
    rule_id: int | None
    policy_id: int
    routing: StoredRouting
    due_at: datetime
    amber_at: datetime
    accept_due_at: datetime | None
    accepted_at: datetime | None
    paused_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    routed_at: datetime
    triage_reason: str | None
    desk_reasons: list[str]
    desk_since: datetime | None
    duplicate_of_id: UUID | None
    search: SQLColumnExpression[str]


class Report(Base):
    """Thing a citizen saw, at one place. `status` is written by `domain/reports/lifecycle.py` alone.

    `search` is filled by a trigger when the report is routed, so that reception stays lean; likewise reports
    still `received` are in none of the indexes by category, status or cell. `cell` numbers the map tiles of
    zoom 22 along a Z-order curve: a tile of any zoom is one range of it. `warn_at` is when the deadlines are
    looked at next to warn of them: a trigger sets it anew whenever a deadline or the status changes.
    `desk_since` is when the report came before the coordinator, for `desk_reasons` (`desk_marks.py`).
    `search` holds no long numbers: where there are any, `search_inside` does, for staff. `device_hash` and
    `address_hash` say whether two reports came from one sender, and not from whom. `support_ids` are the
    departments that support the lead, in ascending order; departments are never deleted.
    `former_ids` are those that had a part before and have none now, `former_executor_ids` the executors
    before: a trigger's.
    `priority` is 1 for an emergency, else 2: lists of staff sort by it first (`domain/emergencies/`).
    """

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint(one_of("status", Status), name="status"),
        CheckConstraint(one_of("channel", ReceptionChannel), name="channel"),
        Index("ix_report_created", "created_at", "id"),
        Index("ix_report_updated", "updated_at", "id"),
        Index("ix_report_location", "location", postgresql_using="gist"),
        Index("ix_report_search", "search", postgresql_using="gin"),
        Index(
            "ix_report_search_inside",
            "search_inside",
            postgresql_using="gin",
            postgresql_where=text("search_inside IS NOT NULL"),
        ),
        Index(
            "ix_report_category",
            "category_id",
            "status",
            "created_at",
            "id",
            postgresql_where=text(_ROUTED),
        ),
        Index("ix_report_ward", "ward_id", "created_at", "id", postgresql_where=text("ward_id IS NOT NULL")),
        Index("ix_report_status", "status", "created_at", "id", postgresql_where=text(_ROUTED)),
        Index("ix_report_lead", "lead_id", "created_at", "id", postgresql_where=text("lead_id IS NOT NULL")),
        Index(
            "ix_report_executor",
            "executor_id",
            "created_at",
            "id",
            postgresql_where=text("executor_id IS NOT NULL"),
        ),
        Index(
            "ix_report_open_parts",
            "lead_id",
            "due_at",
            "id",
            postgresql_include=["status", "paused_at", "amber_at", "holder_id", "priority"],
            postgresql_where=text(_OPEN),
        ),
        Index("ix_report_extended", "created_at", "id", postgresql_where=text("extensions > 0")),
        Index(
            "ix_report_executor_queue",
            "executor_id",
            "due_at",
            "id",
            postgresql_where=text(f"executor_id IS NOT NULL AND {_OPEN}"),
        ),
        Index("ix_report_due", "due_at", "id", postgresql_where=text(_OPEN)),
        Index(
            "ix_report_done_late",
            text("(resolved_at - due_at)"),
            "id",
            postgresql_include=["created_at", "lead_id", "category_id", "ward_id"],
            postgresql_where=text("resolved_at > due_at"),
        ),
        Index("ix_report_lead_due", "lead_id", "due_at", "id", postgresql_where=text("lead_id IS NOT NULL")),
        Index("ix_report_deadline", "due_at", "id", postgresql_where=text("due_at IS NOT NULL")),
        Index(
            "ix_report_cell",
            "cell",
            postgresql_include=["category_id", "status"],
            postgresql_where=text(f"published AND {_ROUTED}"),
        ),
        *(
            Index(
                name,
                column,
                postgresql_using="gin",
                postgresql_with={"fastupdate": "off"},
                postgresql_where=text(where),
            )
            for name, column, where in (
                ("ix_report_supports", "support_ids", _SUPPORTED),
                ("ix_report_supports_open", "support_ids", f"{_SUPPORTED} AND {_OPEN}"),
                ("ix_report_former", "former_ids", "former_ids <> '{}'"),
                ("ix_report_former_executor", "former_executor_ids", "former_executor_ids <> '{}'"),
            )
        ),
        Index(
            "ix_report_holder",
            "holder_id",
            "created_at",
            "id",
            postgresql_where=text("holder_id IS NOT NULL"),
        ),
        Index("ix_report_unrouted", "created_at", postgresql_where=text(f"status = '{Status.RECEIVED}'")),
        Index("ix_report_warn", "warn_at", postgresql_where=text("warn_at IS NOT NULL")),
        Index("ix_report_verify", "resolved_at", "id", postgresql_where=text(_TO_VERIFY)),
        Index("ix_report_closed", "closed_at", "id", postgresql_where=text(_CLOSED)),
        Index(
            "ix_report_verify_place",
            "location",
            postgresql_using="gist",
            postgresql_where=text(_TO_VERIFY),
        ),
        Index("ix_report_triage", "created_at", "id", postgresql_where=text(f"status = '{Status.TRIAGE}'")),
        Index(
            "ix_report_emergency",
            "due_at",
            "id",
            postgresql_include=["status", "lead_id", "executor_id"],
            postgresql_where=text("priority = 1"),
        ),
        Index(
            "ix_report_verify_first",
            "priority",
            "resolved_at",
            "id",
            postgresql_where=text(_TO_VERIFY),
        ),
        Index(
            "ix_report_desk_first",
            "priority",
            "desk_since",
            "id",
            postgresql_include=["desk_reasons"],
            postgresql_where=text("desk_since IS NOT NULL"),
        ),
        Index(
            "ix_report_split_from",
            "split_from_id",
            postgresql_where=text("split_from_id IS NOT NULL"),
        ),
        Index(
            "ix_report_duplicate_of",
            "duplicate_of_id",
            postgresql_where=text("duplicate_of_id IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    status: Mapped[Status] = mapped_column(
        EnumText(Status), default=Status.RECEIVED, server_default=Status.RECEIVED
    )
    description: Mapped[str] = mapped_column(default="", server_default="")
    address: Mapped[str] = mapped_column(default="", server_default="")
    location: Mapped[StoredShape] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    lon: Mapped[float] = mapped_column(Computed("ST_X(location)", persisted=True))
    lat: Mapped[float] = mapped_column(Computed("ST_Y(location)", persisted=True))
    cell: Mapped[int] = mapped_column(
        BigInteger, Computed("map_cell(ST_X(location), ST_Y(location))", persisted=True)
    )
    accuracy_m: Mapped[float | None]
    attributes: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    channel: Mapped[ReceptionChannel] = mapped_column(
        EnumText(ReceptionChannel), default=ReceptionChannel.APP, server_default=ReceptionChannel.APP
    )
    language: Mapped[str] = mapped_column(default="vi", server_default="vi")
    occurred_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    priority: Mapped[int] = mapped_column(SmallInteger, default=ORDINARY, server_default=text("2"))
    published: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    search: Mapped[str | None] = mapped_column(TSVECTOR)
    search_inside: Mapped[str | None] = mapped_column(TSVECTOR)

    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    device_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    address_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    secret_used_at: Mapped[datetime | None]
    secret_generation: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))

    ward_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    executor_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("routing_rule.id"))
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("deadline_policy.id"))
    routing: Mapped[StoredRouting | None] = mapped_column(JSONB)
    triage_reason: Mapped[str | None]
    duplicate_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("report.id"))
    split_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("report.id"))
    support_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list, server_default=text("'{}'"))
    former_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list, server_default=text("'{}'"))
    former_executor_ids: Mapped[list[int]] = mapped_column(
        ARRAY(Integer), default=list, server_default=text("'{}'")
    )
    desk_since: Mapped[datetime | None]
    desk_reasons: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))

    routed_at: Mapped[datetime | None]
    accept_due_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    amber_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    warn_at: Mapped[datetime | None]
    extensions: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
