"""`penalties.yaml`: what an act costs, by which decree and article, and when somebody last looked."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from service.domain.city.config import Code, Text
from service.domain.configuration.cityfile.schema.base import CityFileModel, NameByLanguage

Amount = Annotated[int, Field(ge=1, le=10_000_000_000)]


class PenaltyPart(CityFileModel):
    """Penalty for an act; without amounts the decree alone is named. Categories mean those below them too."""

    code: Code
    categories: Annotated[tuple[Code, ...], Field(min_length=1, max_length=50)]
    act: NameByLanguage
    decree: Text
    article: Text
    person_min: Amount | None = None
    person_max: Amount | None = None
    factor_organisation: Annotated[int, Field(ge=1, le=10)] = 1
    remedies: NameByLanguage | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    checked_on: date
    source: Text

    @model_validator(mode="after")
    def _ordered(self) -> PenaltyPart:
        if (self.person_min is None) != (self.person_max is None):
            raise ValueError("person_min and person_max go together: both, or neither")
        if self.person_min is not None and self.person_max is not None and self.person_min > self.person_max:
            raise ValueError("person_min is more than person_max")
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError("valid_from is after valid_to")
        return self

    def config(self) -> dict[str, object]:
        """Return the part as `City.config` keeps it."""
        said = self.model_dump(mode="json", exclude={"act", "remedies"})
        return said | {"act": self.act.spec(), "remedies": self.remedies.spec() if self.remedies else None}
