"""Routing rules and deadline policies: versioned data, never changed once in force."""

from __future__ import annotations

from datetime import datetime
from typing import (
    Literal,
    NotRequired,  # those that pydantic describes before Python 3.12
)

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from typing_extensions import TypedDict

from service.models.shared.base import Base, Names, SmallKey

TermUnit = Literal["hours", "working_hours", "working_days", "calendar_days"]
ConditionOp = Literal["equals", "in", "lt", "gt", "gte", "present", "absent"]
ConditionScalar = str | int | float | bool


class TermSpec(TypedDict):
    """Term as stored: an amount of a unit."""

    unit: TermUnit
    amount: int


class ExtensionSpec(TypedDict, total=False):
    """Limits of extending a case as stored; without `max_total` there is none in all."""

    max_count: int
    max_total: TermSpec | None
    approval: bool


class PolicySpec(TypedDict):
    """Deadline policy as stored: everything but its code."""

    accept: TermSpec
    resolve: TermSpec
    extension: NotRequired[ExtensionSpec | None]
    amber_ratio: NotRequired[float]
    hotline: NotRequired[bool]


class ConditionSpec(TypedDict):
    """Condition of a rule on the answer to the question `attribute`, as stored."""

    attribute: str
    op: ConditionOp
    value: NotRequired[ConditionScalar | list[ConditionScalar] | None]


class SelectorSpec(TypedDict):
    """Department by the answer to a question, as stored: `select` names the question."""

    select: str
    mapping: dict[str, str]


class RulePlace(TypedDict, total=False):
    """Part of a stored rule that most have not: `premises` narrows it to what lies inside of some."""

    place: str | None


class RuleSpec(RulePlace):
    """Routing rule as stored: everything but its key and validity; departments by code or selector."""

    categories: list[str]
    lead: str | SelectorSpec
    policy: str
    areas: NotRequired[list[str]]
    when: NotRequired[list[ConditionSpec]]
    supports: NotRequired[list[str | SelectorSpec]]
    executor: NotRequired[str | SelectorSpec | None]
    priority: NotRequired[int]


class RoutingRule(Base):
    """Version of a rule. `spec` is `service.domain.rules.rules.Rule` without its key and validity."""

    __tablename__ = "routing_rule"
    __table_args__ = (
        UniqueConstraint("number", "version"),
        Index("uq_routing_rule_current", "number", unique=True, postgresql_where=text("valid_to IS NULL")),
    )

    id: Mapped[SmallKey]
    number: Mapped[int]
    version: Mapped[int]
    name: Mapped[Names]
    spec: Mapped[RuleSpec] = mapped_column(JSONB)
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(default="", server_default="")


class DeadlinePolicy(Base):
    """Version of a policy. `spec` holds the terms for acceptance and resolution."""

    __tablename__ = "deadline_policy"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        Index("uq_deadline_policy_current", "code", unique=True, postgresql_where=text("valid_to IS NULL")),
    )

    id: Mapped[SmallKey]
    code: Mapped[str]
    version: Mapped[int]
    name: Mapped[Names]
    spec: Mapped[PolicySpec] = mapped_column(JSONB)
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
