"""Number cases, requests to carriers with an answer for each number, and who a number belongs to."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.numbers.kinds import CarrierAction, CarrierAnswer, RequestChannel, RequestPurpose
from service.models.shared.base import Base, BigKey, EnumText, one_of


class AdNumberCase(Base):
    """Side of the work that is a number's case. A number has one that is `running`; `offence` counts those
    within a year of each other. Days are the city's; documents are named as their papers are numbered. `act`
    is the penalty that a sanction is by; without a fine the owner was warned.
    """

    __tablename__ = "ad_number_case"
    __table_args__ = (
        CheckConstraint("offence >= 1", name="offence"),
        CheckConstraint("fine_vnd is null or fine_vnd >= 0", name="fine"),
        CheckConstraint(
            "sanction_document <> '' or sanctioned_on is null and fine_vnd is null and paid_on is null",
            name="sanction",
        ),
        Index("uq_ad_number_case_running", "number_id", unique=True, postgresql_where=text("running")),
        Index("ix_ad_number_case_number", "number_id"),
    )

    work_id: Mapped[UUID] = mapped_column(ForeignKey("work.id", ondelete="CASCADE"), primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("ad_number.id"))
    running: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    offence: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    invited_on: Mapped[date | None]
    invite_document: Mapped[str] = mapped_column(default="", server_default="")
    appear_by: Mapped[date | None]
    appeared_on: Mapped[date | None]
    basis: Mapped[str] = mapped_column(default="", server_default="")
    statement: Mapped[str] = mapped_column(default="", server_default="")
    remedy: Mapped[str] = mapped_column(default="", server_default="")
    complied_on: Mapped[date | None]
    suspended_from: Mapped[date | None]
    suspended_to: Mapped[date | None]
    sanction_document: Mapped[str] = mapped_column(default="", server_default="")
    sanctioned_on: Mapped[date | None]
    sanction_signer: Mapped[str] = mapped_column(default="", server_default="")
    sanction_basis: Mapped[str] = mapped_column(default="", server_default="")
    act: Mapped[str] = mapped_column(default="", server_default="")
    fine_vnd: Mapped[int | None] = mapped_column(BigInteger)
    paid_on: Mapped[date | None]


class CarrierRequest(Base):
    """Side of the work that is a request to a carrier; the work's executor is that carrier."""

    __tablename__ = "carrier_request"
    __table_args__ = (
        CheckConstraint(one_of("purpose", RequestPurpose), name="purpose"),
        CheckConstraint(one_of("channel", RequestChannel), name="channel"),
        Index("ix_carrier_request_carrier", "carrier_id"),
    )

    work_id: Mapped[UUID] = mapped_column(ForeignKey("work.id", ondelete="CASCADE"), primary_key=True)
    carrier_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    purpose: Mapped[RequestPurpose] = mapped_column(EnumText(RequestPurpose))
    channel: Mapped[RequestChannel] = mapped_column(EnumText(RequestChannel), server_default="portal")
    basis: Mapped[str] = mapped_column(default="", server_default="")
    document: Mapped[str] = mapped_column(default="", server_default="")
    sent_on: Mapped[date | None]
    answered_on: Mapped[date | None]


class CarrierRequestNumber(Base):
    """Number that a request asks about, with the carrier's answer; `ported_to` is the carrier it went to."""

    __tablename__ = "carrier_request_number"
    __table_args__ = (
        CheckConstraint(one_of("answer", CarrierAnswer), name="answer"),
        CheckConstraint(one_of("action", CarrierAction), name="action"),
        CheckConstraint("(answer is null) = (answered_at is null)", name="answered"),
        Index("ix_carrier_request_number_number", "number_id"),
    )

    request_id: Mapped[UUID] = mapped_column(
        ForeignKey("carrier_request.work_id", ondelete="CASCADE"), primary_key=True
    )
    number_id: Mapped[int] = mapped_column(ForeignKey("ad_number.id"), primary_key=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("ad_number_case.work_id", ondelete="SET NULL"))
    answer: Mapped[CarrierAnswer | None] = mapped_column(EnumText(CarrierAnswer))
    ported_to: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    action: Mapped[CarrierAction] = mapped_column(EnumText(CarrierAction), server_default="none")
    action_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="", server_default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Subscriber(Base):
    """NumberOwner of a number as a carrier named them. `sealed` is name, address and paper, encrypted; it is
    erased a time after the case's end.
    """

    __tablename__ = "subscriber"

    number_id: Mapped[int] = mapped_column(ForeignKey("ad_number.id"), primary_key=True)
    request_id: Mapped[UUID] = mapped_column(
        ForeignKey("carrier_request.work_id", ondelete="CASCADE"), primary_key=True
    )
    sealed: Mapped[str | None]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class SubscriberReading(Base):
    """Reading of who a number belongs to: who, when, why."""

    __tablename__ = "subscriber_reading"
    __table_args__ = (Index("ix_subscriber_reading_number", "number_id", "at"),)

    id: Mapped[BigKey]
    number_id: Mapped[int] = mapped_column(ForeignKey("ad_number.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    purpose: Mapped[str]
