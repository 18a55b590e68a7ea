"""The demo's partner: one department has it, once, with the key that it asks for."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.demo.partner import demo_partner
from service.domain.city.reference import load_reference
from service.domain.partners.register import all_partners, key_of_partner
from service.domain.partners.twin import TWIN_KEY, TWIN_PATH
from service.models import City, Role, Staff
from tests.support.factories import found_city
from tests.support.people import KEY, make_cast
from tests.support.small_city import NOON


def test_one_department_works_in_the_other_system(session: Session) -> None:
    reference = found_city(session)
    make_cast(session, reference)
    assert not demo_partner(session, reference, KEY, at=NOON)  # no administrator of the demo
    session.scalars(select(Staff).where(Staff.role == Role.ADMINISTRATOR)).first().demo = True  # type: ignore[union-attr]
    before = session.scalars(select(City.revision)).one()
    assert demo_partner(session, reference, KEY, at=NOON)
    reference = load_reference(session)
    assert reference.revision == before + 1
    [partner] = all_partners(session, reference)
    assert (partner.config.endpoint, partner.has_key) == (TWIN_PATH, True)
    assert key_of_partner(session, KEY, partner.department_id) == TWIN_KEY
    assert not demo_partner(session, reference, KEY, at=NOON)  # and not twice
