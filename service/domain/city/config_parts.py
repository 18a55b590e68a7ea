"""Words that the parts of a city's configuration are made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=60)]
"""A word for machines: small letters, digits, `_`, `-` and `.`."""
Names = dict[str, str]
"""A name by language: `{"vi": …, "en": …}`; `vi` is always there."""


class ConfigPart(BaseModel):
    """Part of the stored configuration: keys of other versions are ignored, values do not change."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class AreaGroup(ConfigPart):
    """Set of wards with a name, such as the urban ones: `wards` are codes."""

    code: Code
    name: Names
    wards: tuple[str, ...]
