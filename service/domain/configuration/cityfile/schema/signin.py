"""`sign_in` of `city.yaml`: what an OpenID provider says of a person, and the role it gives here."""

from __future__ import annotations

from pydantic import Field, model_validator

from service.domain.city.config import Claim, Code, RoleGrant, Text
from service.domain.configuration.cityfile.schema.base import CityFileModel, NameByLanguage
from service.models import BOUND_ROLES, WARD_ROLES


class GrantPart(RoleGrant, CityFileModel):
    """Grant of a role, held to where it can be given."""

    department: Code | None = None
    area_group: Code | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> GrantPart:
        if self.department and self.own_department:
            raise ValueError("either a department or own_department, not both")
        if self.role in BOUND_ROLES and not (self.department or self.own_department):
            raise ValueError(f"the role {self.role} needs a department, or own_department: true")
        if self.area_group and (self.role not in WARD_ROLES or self.department or self.own_department):
            raise ValueError(
                f"an area_group is for {' and '.join(WARD_ROLES)} alone, in place of a department"
            )
        return self


class SignInPart(CityFileModel):
    """The first grant that fits counts; who has none is refused and told to ask `contact`."""

    roles_claim: Claim = "groups"
    department_claim: Claim = "department"
    departments: dict[Text, Code] = Field(default_factory=dict)
    grants: tuple[GrantPart, ...] = ()
    contact: NameByLanguage | None = None

    def config(self) -> dict[str, object]:
        """Return the part as `City.config` keeps it."""
        said = self.model_dump(mode="json", exclude={"contact"})
        return {**said, "contact": self.contact.spec() if self.contact else None}
