"""Routing rules and deadline policies: versioned data, never changed once in force."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.models.shared.base import Base, Json, Names, SmallKey


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
    spec: Mapped[Json]
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
    spec: Mapped[Json]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
