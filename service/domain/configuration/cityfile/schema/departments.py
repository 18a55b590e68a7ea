"""`departments.yaml`: who can hold a case."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from service.domain.city.config import Code
from service.domain.configuration.cityfile.schema.base import CityFileModel, NameByLanguage


class DepartmentPart(CityFileModel):
    """Department. Ward committees follow from the areas; they stand here only to be named otherwise."""

    code: Code
    name: NameByLanguage
    short_name: NameByLanguage | None = None
    kind: Literal["city", "ward", "company", "body"]
    parent: Code | None = None
    ward: Code | None = None
    phone: Annotated[str, StringConstraints(pattern=r"^[+0-9][0-9 .-]{2,20}$")] | None = None
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None
