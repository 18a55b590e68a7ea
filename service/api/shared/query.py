"""Query parameters that many routes share."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class StrictQuery(BaseModel):
    """Query parameters; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid")

    lang: Literal["vi", "en"] | None = Field(None, description="The language of names and messages.")
