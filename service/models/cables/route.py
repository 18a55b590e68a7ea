"""Routes of the undergrounding plan, and what each company does on them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from geo.columns import StoredShape
from service.models.cables.kinds import CableBlock, CableTask, Duct
from service.models.shared.base import Base, EnumText, SmallKey, one_of

_QUARTER = "~ '^20[0-9]{2}-Q[1-4]$'"


class CableRoute(Base):
    """Street, or a part of one, whose cables are to go underground by the end of a quarter (`2026-Q3`).

    `quarter_first` is the first promise and never changes. `key` are the folded names of street and ends: the
    same route is not made twice. `geom` is missing until somebody has drawn the line. What state a route is
    in follows from its sections.
    """

    __tablename__ = "cable_route"
    __table_args__ = (
        CheckConstraint(one_of("duct", Duct), name="duct"),
        CheckConstraint(f"quarter {_QUARTER} and quarter_first {_QUARTER}", name="quarter"),
        CheckConstraint("length_m > 0", name="length"),
        Index("ix_cable_route_geom", "geom", postgresql_using="gist"),
        Index("ix_cable_route_quarter", "quarter", "id"),
    )

    id: Mapped[SmallKey]
    key: Mapped[str] = mapped_column(unique=True)
    plan_row_id: Mapped[int | None] = mapped_column(ForeignKey("plan_row.id"))
    street: Mapped[str]
    from_words: Mapped[str] = mapped_column(default="", server_default="")
    to_words: Mapped[str] = mapped_column(default="", server_default="")
    geom: Mapped[StoredShape | None] = mapped_column(
        Geometry("MULTILINESTRING", srid=4326, spatial_index=False)
    )
    length_m: Mapped[int]
    ward_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list, server_default=text("'{}'"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    pole_owner_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    duct: Mapped[Duct] = mapped_column(EnumText(Duct), default=Duct.NONE, server_default=Duct.NONE)
    duct_owner_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    quarter: Mapped[str]
    quarter_first: Mapped[str]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    updated_at: Mapped[datetime]


class CableSection(Base):
    """Side of the work that is one company's part of a route.

    `metres` is what the company has there, `metres_done` what is finished, `old_removed_m` how much old
    cable is gone: less than all of it, and the section cannot be accepted. `block` says what is in the way,
    `block_words` who has to act, while the work waits.
    """

    __tablename__ = "cable_section"
    __table_args__ = (
        CheckConstraint(one_of("what", CableTask), name="what"),
        CheckConstraint(f"block is null or {one_of('block', CableBlock)}", name="block"),
        CheckConstraint("metres > 0 and metres_done >= 0 and old_removed_m >= 0", name="metres"),
        CheckConstraint("subscribers_left is null or subscribers_left >= 0", name="subscribers"),
        Index("uq_cable_section_part", "route_id", "company_id", "what", unique=True),
        Index("ix_cable_section_company", "company_id", "route_id"),
    )

    work_id: Mapped[UUID] = mapped_column(ForeignKey("work.id", ondelete="CASCADE"), primary_key=True)
    route_id: Mapped[int] = mapped_column(ForeignKey("cable_route.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    what: Mapped[CableTask] = mapped_column(EnumText(CableTask))
    metres: Mapped[int]
    metres_done: Mapped[int] = mapped_column(default=0, server_default="0")
    old_removed_m: Mapped[int] = mapped_column(default=0, server_default="0")
    subscribers_left: Mapped[int | None]
    block: Mapped[CableBlock | None] = mapped_column(EnumText(CableBlock))
    block_words: Mapped[str] = mapped_column(default="", server_default="")
