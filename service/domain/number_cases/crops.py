"""The crop of a number's newest poster, for who is asked about that number."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from service.domain.number_cases.access import find_request
from service.domain.number_cases.offence_history import newest_posters
from service.domain.numbers.crops import Crop, crop_of
from service.domain.reports.events import Actor
from service.errors import NotFound
from service.i18n import N_
from service.models import CarrierRequestNumber, Sighting


def find_request_crop(session: Session, actor: Actor, code: str, number_id: int) -> Crop:
    """Return the crop of a number of the request. Raises NotFound also for who may not know of it."""
    found = find_request(session, actor, code)
    requested = exists().where(
        CarrierRequestNumber.request_id == found.work.id, CarrierRequestNumber.number_id == number_id
    )
    poster = newest_posters(session, [number_id]).get(number_id)
    if poster is None or not session.scalar(select(requested)):
        raise NotFound(N_("Không có ảnh này."))
    return crop_of(session, session.get_one(Sighting, poster[0]))
