"""Surveys of places before holidays and storms: the side of a work, its points, second looks at them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, SmallInteger, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from geo.columns import StoredShape
from service.models.shared.base import Base, BigKey, EnumText, one_of
from service.models.surveys.kinds import PointSource, PointState


class Survey(Base):
    """Side of the work that is a survey: what is looked for, on which days, where, by whom.

    `occasion` names the holiday or season that it was proposed for, as `tet:2026-02-17`: never two surveys of
    a kind for one of them. No `ward_ids` are the whole city.
    """

    __tablename__ = "survey"
    __table_args__ = (
        CheckConstraint("first <= last", name="days"),
        Index("uq_survey_occasion", "category_id", "occasion", unique=True),
    )

    work_id: Mapped[UUID] = mapped_column(ForeignKey("work.id", ondelete="CASCADE"), primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    first: Mapped[date]
    last: Mapped[date]
    occasion: Mapped[str | None]
    ward_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list, server_default=text("'{}'"))
    inspector_ids: Mapped[list[int]] = mapped_column(
        ARRAY(Integer), default=list, server_default=text("'{}'")
    )


class SurveyPoint(Base):
    """Place to look at. What was seen first counts: `body_hash` tells the same sight sent again.

    `about_id` is the report that the point was made from, `report_id` the one that its fault became.
    """

    __tablename__ = "survey_point"
    __table_args__ = (
        CheckConstraint(one_of("source", PointSource), name="source"),
        CheckConstraint(one_of("state", PointState), name="state"),
        CheckConstraint("(state = 'to_see') = (seen_at is null)", name="seen"),
        CheckConstraint("report_id is null or state = 'fault'", name="fault"),
        Index("uq_survey_point_position", "work_id", "position", unique=True),
        Index("ix_survey_point_about", "about_id", postgresql_where=text("about_id IS NOT NULL")),
        Index("ix_survey_point_report", "report_id", postgresql_where=text("report_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    work_id: Mapped[UUID] = mapped_column(ForeignKey("survey.work_id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    geom: Mapped[StoredShape] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    words: Mapped[str] = mapped_column(default="", server_default="")
    source: Mapped[PointSource] = mapped_column(EnumText(PointSource))
    ward_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    about_id: Mapped[UUID | None] = mapped_column(ForeignKey("report.id", ondelete="SET NULL"))
    inspector_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[PointState] = mapped_column(
        EnumText(PointState), default=PointState.TO_SEE, server_default=PointState.TO_SEE
    )
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    body_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey("report.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(default="", server_default="")


class SurveyLook(Base):
    """Look at a point that somebody had seen before: kept as a note, it changes nothing."""

    __tablename__ = "survey_look"
    __table_args__ = (
        CheckConstraint(one_of("state", PointState), name="state"),
        Index("uq_survey_look_body", "point_id", "staff_id", "body_hash", unique=True),
    )

    id: Mapped[BigKey]
    point_id: Mapped[UUID] = mapped_column(ForeignKey("survey_point.id", ondelete="CASCADE"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[PointState] = mapped_column(EnumText(PointState))
    note: Mapped[str] = mapped_column(default="", server_default="")
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    seen_at: Mapped[datetime]
    stored_at: Mapped[datetime]
