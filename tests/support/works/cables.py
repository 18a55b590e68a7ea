"""Cables in a test: routes and sections as the routes of the API make and move them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from service.domain.cables.forms import NewRoute, RouteChange
from service.domain.cables.routes import change_route, make_route
from service.domain.number_cases.steps import take_step_of_kind
from service.domain.works.forms import WorkStep
from service.models import CableRoute, CableSection, Photo, Work
from tests.support.people import Person
from tests.support.works.stage import WorksStage

LINE = {"type": "LineString", "coordinates": [[107.52, 16.42], [107.5228, 16.42]]}
"""Some 300 m, west to east, in the west ward."""


def route_form(**said: object) -> dict[str, Any]:
    """A route of two companies for the third quarter."""
    sections = [{"company": "telecom", "metres": 300}, {"company": "sanitation"}]
    return {"street": "Điện Biên Phủ", "geometry": LINE, "quarter": "2026-Q3", "sections": sections, **said}


@dataclass
class CableStage(WorksStage):
    """One city whose cables go underground."""

    def route(self, person: Person, **said: object) -> CableRoute:
        """The person adds a route."""
        return make_route(self.ctx(person), NewRoute.model_validate(route_form(**said)))

    def change(self, person: Person, route: CableRoute, **said: object) -> CableRoute:
        """The person changes it."""
        body = RouteChange.model_validate({"version": route.version, **said})
        return change_route(self.ctx(person), route.id, body)

    def section(self, route: CableRoute, company: str = "telecom") -> Work:
        """The company's section."""
        mine = CableSection.route_id == route.id, CableSection.company_id == self.unit(company)
        return self.session.scalars(select(Work).join(CableSection).where(*mine)).one()

    def take(self, person: Person, work: Work, to: str, **said: Any) -> Work:
        """The person moves a section on."""
        body = WorkStep.model_validate({"to": to, "version": work.version, **said})
        return take_step_of_kind(self.ctx(person), work.code, body)

    def photo(self, work: Work, person: Person | None = None) -> str:
        """A photo of the work that was sent, by that person."""
        photo = Photo(
            id=uuid4(),
            work_id=work.id,
            staff_id=person.account.id if person else None,
            kind="evidence",
            sha256=uuid4().bytes,
            media_type="image/jpeg",
            size=10,
            width=10,
            height=10,
            original_key=f"original/{uuid4()}",
            public_key="public/x.jpg",
            thumbnail_key="public/y.jpg",
            published=False,
            created_at=self.now,
        )
        self.session.add(photo)
        self.session.flush()
        return str(photo.id)
