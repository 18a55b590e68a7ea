"""The demo's partner: the city's police work in a system of their own, which is inside the demo too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference, load_reference
from service.domain.configuration.administration.changes import EditStamp
from service.domain.partners.register import set_partner_key
from service.domain.partners.twin import TWIN_KEY, TWIN_PATH
from service.models import City, Role, Staff

DEPARTMENTS = ("catp", "so-ct", "city-cables")
"""The first that the city has works there."""


def demo_partner(session: Session, reference: Reference, key: bytes, *, at: datetime) -> bool:
    """Give one department the demo's other system; False where the city has partners, or no such unit."""
    code = next((each for each in DEPARTMENTS if each in reference.department_by_code), None)
    admins = select(func.min(Staff.id)).where(Staff.role == Role.ADMINISTRATOR, Staff.demo)
    admin = session.scalar(admins)
    if code is None or admin is None or reference.config.partners:
        return False
    city = session.scalars(select(City).with_for_update()).one()
    own = {"department": code, "endpoint": TWIN_PATH, "poll_minutes": 1}
    city.config, city.revision = {**city.config, "partners": [own]}, city.revision + 1
    session.flush()
    set_partner_key(session, load_reference(session), EditStamp(admin, "Demo", at), key, code, TWIN_KEY)
    return True
