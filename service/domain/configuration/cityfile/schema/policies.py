"""`policies.yaml`: deadline policies, as `service.domain.deadlines.deadlines` counts them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from service.domain.city.config import Code
from service.domain.configuration.cityfile.schema.base import CityFileModel, NameByLanguage
from service.domain.deadlines.deadlines import MAX_AMOUNT, ExtensionLimit, Policy, Term, Unit
from service.models.city.rule import PolicySpec


class TermPart(CityFileModel):
    """An amount of a unit."""

    amount: Annotated[int, Field(ge=1, le=MAX_AMOUNT)]
    unit: Unit

    def term(self) -> Term:
        return Term(self.unit, self.amount)


class ExtensionPart(CityFileModel):
    """Limits of extending a case: how often, by how much in all, and whether a manager approves."""

    max_count: Annotated[int, Field(ge=0, le=20)]
    max_total: TermPart
    approval: bool = True

    def limit(self) -> ExtensionLimit:
        return ExtensionLimit(self.max_count, self.max_total.term(), self.approval)


class PolicyPart(CityFileModel):
    """Policy. `hotline`: the hotline is told at once of a case under it."""

    code: Code
    name: NameByLanguage
    accept: TermPart
    resolve: TermPart
    amber_ratio: Annotated[float, Field(gt=0, lt=1)] = 0.8
    extension: ExtensionPart | None = None
    hotline: bool = False

    def spec(self) -> PolicySpec:
        """Return what `DeadlinePolicy.spec` keeps."""
        limit = self.extension.limit() if self.extension else ExtensionLimit()
        accept, resolve = self.accept.term(), self.resolve.term()
        return Policy(self.code, accept, resolve, limit, self.amber_ratio, self.hotline).spec()
