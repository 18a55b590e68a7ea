"""Numbers on a report's advertisement: read by colleagues, confirmed, corrected, refused, entered by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.kernel.texts import tidy
from service.domain.numbers.extraction import SURE
from service.domain.numbers.registry import enter_number, recount_number
from service.domain.numbers.rights import decidable_report, readable_report
from service.domain.numbers.telephones import Telephone, of_e164
from service.domain.numbers.written import ANSWER, number_in_answer, typed_number
from service.domain.reports.access import Access, Asker
from service.domain.reports.drafts import StrictBody
from service.domain.reports.events import record
from service.errors import NotFound, invalid
from service.i18n import N_
from service.models import AdNumber, EventType, Photo, Sighting, SightingSource, SightingState

CORRECTED = "corrected"
LONGEST = 40


class SightingDecision(StrictBody):
    """Decision on a number that was read. Another `number` corrects it."""

    state: Literal["confirmed", "refused"]
    number: Annotated[str, Field(max_length=LONGEST)] | None = None
    why: Annotated[str, Field(max_length=200)] = ""


class NumberSeen(StrictBody):
    """A number that somebody reads on the advertisement with their own eyes."""

    number: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    photo_id: UUID | None = None


class SightingView(BaseModel):
    """A number on a report's advertisement. `sure` was read well or said by two; `typed` is what the citizen
    wrote too. `quad` are the corners on the photo as shares of its sides. The counters are of the number:
    confirmed on how many reports, at how many places, in how many wards.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    number_id: int
    number: str
    shown: str
    carrier: str
    by: SightingSource
    confidence: float | None
    sure: bool
    typed: bool
    state: SightingState
    photo_id: UUID | None
    quad: list[list[float]] | None
    sightings: int
    places: int
    wards: int
    first_seen: datetime | None
    decided_at: datetime | None
    refused_why: str


def list_sightings(session: Session, asker: Asker, name: str | UUID, *, now: datetime) -> list[SightingView]:
    """Return the numbers of a report, those that wait first. Raises as `readable_report`."""
    return sightings_of(session, readable_report(session, asker, name, now))


def sightings_of(session: Session, access: Access) -> list[SightingView]:
    """Return the numbers of a report that the asker may read."""
    rows = session.execute(
        select(Sighting, AdNumber)
        .join(AdNumber, AdNumber.id == Sighting.number_id)
        .where(Sighting.report_id == access.report.id)
        .order_by(Sighting.decided_at.is_not(None), Sighting.confidence.desc().nulls_last(), Sighting.id)
    ).all()
    typed = number_in_answer(access.report.attributes.get(ANSWER))
    return [sighting_view(sighting, number, typed) for sighting, number in rows]


def decide_sighting(
    session: Session, asker: Asker, sighting_id: int, decision: SightingDecision, *, now: datetime
) -> list[SightingView]:
    """Confirm, correct or refuse a number; return those of its report. What was decided so already stays.

    Raises NotFound, Forbidden, Invalid for a correction that is no number.
    """
    report_id = session.scalar(select(Sighting.report_id).where(Sighting.id == sighting_id))
    if report_id is None:
        raise NotFound(N_("Không có lần đọc này."))
    access = decidable_report(session, asker, report_id, now)
    query = select(Sighting).where(Sighting.id == sighting_id).with_for_update()
    sighting = session.scalars(query.execution_options(populate_existing=True)).one()
    if decision.number is not None and decision.state == "refused":
        raise invalid(["number"], N_("Số bị từ chối thì không sửa được. Hãy xác nhận số đã sửa."))
    if decision.number is None:
        _settle(session, access, sighting, SightingState(decision.state), tidy(decision.why), now)
        return sightings_of(session, access)
    right = typed_number(decision.number, "number")
    if right.e164 == session.get_one(AdNumber, sighting.number_id).e164:
        _settle(session, access, sighting, SightingState.CONFIRMED, "", now)
        return sightings_of(session, access)
    _settle(session, access, sighting, SightingState.REFUSED, CORRECTED, now)
    _confirm_seen(session, access, right, sighting.photo_id, sighting.quad, now)
    return sightings_of(session, access)


def enter_sighting(
    session: Session, asker: Asker, name: str | UUID, seen: NumberSeen, *, now: datetime
) -> list[SightingView]:
    """Confirm a number that a colleague reads themselves. Raises as `decide`; Invalid for another's photo."""
    access = decidable_report(session, asker, name, now)
    if seen.photo_id is not None:
        photo = session.get(Photo, seen.photo_id)
        if photo is None or photo.report_id != access.report.id:
            raise invalid(["photo_id"], N_("Ảnh này không thuộc phản ánh."))
    _confirm_seen(session, access, typed_number(seen.number, "number"), seen.photo_id, None, now)
    return sightings_of(session, access)


def _confirm_seen(
    session: Session,
    access: Access,
    number: Telephone,
    photo_id: UUID | None,
    quad: list[list[float]] | None,
    now: datetime,
) -> None:
    number_id = enter_number(session, number, now)
    query = select(Sighting).where(Sighting.number_id == number_id, Sighting.report_id == access.report.id)
    sighting = session.scalars(query.with_for_update()).first()
    if sighting is None:
        sighting = Sighting(
            number_id=number_id,
            report_id=access.report.id,
            photo_id=photo_id,
            by=SightingSource.STAFF,
            quad=quad,
            text_read=number.digits,
            state=SightingState.PROPOSED,
            created_at=now,
        )
        session.add(sighting)
    _settle(session, access, sighting, SightingState.CONFIRMED, "", now)


def _settle(
    session: Session, access: Access, sighting: Sighting, state: SightingState, why: str, now: datetime
) -> None:
    """Write what was decided, with the counters of the number in the same transaction."""
    if sighting.state == state:
        return
    sighting.state, sighting.refused_why = state, why
    sighting.decided_by, sighting.decided_at = access.actor.staff_id, now
    recount_number(session, sighting.number_id, now)
    if state == SightingState.CONFIRMED:
        # Without the number: everybody reads that there is one, and nobody which.
        record(session, access.report, EventType.NUMBER_CONFIRMED, actor=access.actor, at=now)


def sighting_view(sighting: Sighting, number: AdNumber, by_sender: Telephone | None) -> SightingView:
    """Return the read model of a number; `by_sender` is what the report's sender typed."""
    phone = of_e164(number.e164)
    typed = by_sender is not None and by_sender.e164 == number.e164
    own = {name: getattr(sighting, name) for name in SightingView.model_fields if hasattr(sighting, name)}
    counted = {name: getattr(number, name) for name in ("sightings", "places", "wards", "first_seen")}
    return SightingView(
        **own,
        **counted,
        number=phone.digits,
        shown=phone.shown,
        carrier=phone.carrier,
        typed=typed,
        sure=typed or (sighting.confidence or 0) >= SURE or sighting.by == SightingSource.STAFF,
    )
