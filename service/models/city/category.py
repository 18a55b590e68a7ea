"""The tree of categories, with what each asks, needs and publishes."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, Json, Names, SmallKey


class ChoiceSpec(TypedDict):
    """Answer of a list, as stored. `danger`: whoever chooses it is shown the hotline at once."""

    key: str
    name: Names
    danger: NotRequired[bool]


class QuestionSpec(TypedDict):
    """Question about a report of a category, as stored; in the terms of Open311's service definitions."""

    code: str
    label: Names
    description: NotRequired[Names | None]
    datatype: str
    required: NotRequired[bool]
    order: NotRequired[int]
    values: NotRequired[list[ChoiceSpec]]


class Category(Base):
    """Node of the tree. `duplicates` is `{"radius_m", "window_hours", "action"}`."""

    __tablename__ = "category"
    __table_args__ = (
        CheckConstraint("publication in ('immediate', 'after_triage', 'never')", name="publication"),
    )

    id: Mapped[SmallKey]
    code: Mapped[str] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    name: Mapped[Names]
    description: Mapped[Names] = mapped_column(default=dict, server_default=text("'{}'"))
    icon: Mapped[str]
    keywords: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    questions: Mapped[list[QuestionSpec]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    duplicates: Mapped[Json]
    inspection_radius_m: Mapped[float] = mapped_column(default=100.0, server_default="100")
    evidence_required: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    publication: Mapped[str] = mapped_column(default="immediate", server_default="immediate")
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
