"""The strict base of every model of the folder, and the kinds of values they share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from service.domain.city.config import Text

Metres = Annotated[float, Field(gt=0, le=100_000)]


class CityFileModel(BaseModel):
    """Unknown keys are refused, numbers are finite, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class NameByLanguage(CityFileModel):
    """A name by language; Vietnamese is always there."""

    vi: Text
    en: Text | None = None

    def spec(self) -> dict[str, str]:
        """Return `{"vi": …, "en": …}` as tables keep it; the Vietnamese name stands in for a missing
        English one.
        """
        return {"vi": self.vi, "en": self.en or self.vi}
