"""Links to the number on its poster, in the annex of a letter to a carrier: no account, thirty days.

Nothing is kept of a link: it says which letter, which poster and until which day, and is signed. It ends
earlier with the letter that is withdrawn, the number taken out of it, the reading refused, and the photo or
its report hidden.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.tokens import is_signed, sign
from service.domain.number_cases.access import find_request
from service.domain.number_cases.views import CarrierRequestView, tell_request
from service.domain.numbers.crops import Crop, crop_of
from service.domain.works.actions import ActionContext
from service.errors import Gone, NotFound
from service.i18n import N_
from service.models import CarrierRequestNumber, Hiding, Photo, Sighting, SightingState, Work, WorkStatus
from service.models.reports.photo import PhotoState

DAYS = 30
"""How long a link is good, the day on which the annex is made not counted."""

_MAC, _HEAD = 16, 28


@dataclass(frozen=True, slots=True)
class AnnexLinks:
    """Links of an annex by the id of their number, all good until the end of `until`."""

    until: date
    by_number: dict[int, str]


def tell_annex(ctx: ActionContext, code: str, key: bytes, base: str) -> tuple[CarrierRequestView, AnnexLinks]:
    """Return a request with the links of its annex below the address `base`; numbers whose photo cannot be
    shown have none. Raises NotFound also for who may not know of the request.
    """
    view = tell_request(ctx, find_request(ctx.session, ctx.actor, code))
    until = _today(ctx.reference, ctx.now) + timedelta(days=DAYS)
    posters = {each.sighting_id: each.id for each in view.numbers if each.sighting_id is not None}
    links = {}
    for sighting in _shown(ctx.session, view.id, list(posters)):
        head = view.id.bytes + sighting.id.to_bytes(8, "big") + until.toordinal().to_bytes(4, "big")
        token = urlsafe_b64encode(head + sign(key, "number-photo", head, _MAC)).decode().rstrip("=")
        links[posters[sighting.id]] = f"{base.rstrip('/')}/numbers/photos/{token}"
    return view, AnnexLinks(until, links)


def find_linked_crop(session: Session, reference: Reference, key: bytes, token: str, now: datetime) -> Crop:
    """Return what a link shows. Raises NotFound for a link that was never made or shows nothing any more,
    Gone for one that is older than DAYS.
    """
    try:
        raw = urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        raise _no_photo() from None
    head, mac = raw[:_HEAD], raw[_HEAD:]
    if len(raw) != _HEAD + _MAC or not is_signed(key, "number-photo", head, mac, _MAC):
        raise _no_photo()
    if _today(reference, now).toordinal() > int.from_bytes(head[24:], "big"):
        raise Gone(N_("Đường dẫn xem ảnh đã hết hạn. Hãy đề nghị cơ quan gửi công văn gửi lại phụ lục."))
    shown = _shown(session, UUID(bytes=head[:16]), [int.from_bytes(head[16:24], "big")])
    if not shown:
        raise _no_photo()
    return crop_of(session, shown[0])


def _shown(session: Session, request: UUID, sighting_ids: Sequence[int]) -> Sequence[Sighting]:
    """Return which of these posters show a number that the letter still asks about, nobody having hidden
    the photo or its report.
    """
    hidden = exists().where(
        or_(
            and_(Hiding.kind == "photo", Hiding.subject_id == Photo.id),
            and_(Hiding.kind == "report", Hiding.subject_id == Sighting.report_id),
        )
    )
    query = (
        select(Sighting)
        .join(Photo, Photo.id == Sighting.photo_id)
        .join(CarrierRequestNumber, CarrierRequestNumber.number_id == Sighting.number_id)
        .join(Work, Work.id == CarrierRequestNumber.request_id)
        .where(
            Sighting.id.in_(sighting_ids),
            Sighting.state == SightingState.CONFIRMED,
            Sighting.quad.is_not(None),
            Photo.state == PhotoState.READY,
            Photo.published,
            Work.id == request,
            Work.status != WorkStatus.WITHDRAWN,
            ~hidden,
        )
    )
    return session.scalars(query).all()


def _today(reference: Reference, now: datetime) -> date:
    return now.astimezone(ZoneInfo(reference.timezone)).date()


def _no_photo() -> NotFound:
    return NotFound(N_("Không có ảnh này."))
