"""Alerts: being told of a ward, of a category, of what is around a place; made, listed, changed, ended."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlencode
from uuid import UUID

from pydantic import Field, FiniteFloat
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from geo.points import BBox
from service.domain.city.reference import Reference
from service.domain.notices import confirmation
from service.domain.notices.channels import Channels, masked_address
from service.domain.notices.confirmation import Mailbox, Pace
from service.domain.notices.kinds import NEVER
from service.domain.notices.preferences import resume_notices, stored_choices
from service.domain.people.devices import Browser, keep_device
from service.domain.reports.drafts import StrictBody, check_place
from service.errors import Conflict, NotFound, invalid
from service.i18n import N_, pick
from service.models import NoticeChannel, Subscription

MOST = 20
"""Alerts that one address or browser may have, those apart that others ask for in its name."""

RADII_M = (200, 500, 1000, 2000)


class AlertFilter(StrictBody):
    """Filter of an alert; at least one of category, ward and place."""

    category: Annotated[str, Field(max_length=100)] = ""
    ward: Annotated[str, Field(max_length=20)] = ""
    lon: FiniteFloat | None = None
    lat: FiniteFloat | None = None
    radius_m: Annotated[int, Field(ge=50, le=5000)] = 500
    pace: Literal["at_once", "daily"] = "daily"


@dataclass(frozen=True, slots=True)
class Alert:
    """Alert as its owner sees it; `feed` is the address of the same reports as Atom."""

    id: UUID
    category: str
    ward: str
    lon: float | None
    lat: float | None
    radius_m: int | None
    channel: str
    shown: str
    pace: str
    confirmed: bool
    feed: str


def owner_of(secret: str) -> bytes:
    """Return the hash kept of a browser's own key: enough to know it again."""
    return hashlib.sha256(b"alerts:" + secret.encode("utf-8", "surrogatepass")).digest()


def create(
    session: Session,
    channels: Channels,
    reference: Reference,
    filters: AlertFilter,
    to: Mailbox | Browser,
    *,
    owner: bytes,
    language: str,
    now: datetime,
    proven: str | None = None,
    asker: str = "",
) -> tuple[Alert, bool]:
    """Return (the alert, whether the address is asked first). The same filter again is the same alert.

    `proven` is the address that signed in here, the only one that need not be asked.
    Raises Invalid for a filter of nothing or about what does not exist, Conflict for too many, TooMany.
    """
    row = _row(session, reference, filters)
    row.owner_hash, row.language, row.created_at, row.pace = owner, language, now, filters.pace
    if isinstance(to, Browser):
        row.channel, row.device_id = NoticeChannel.PUSH, keep_device(session, to, language=language, now=now)
        row.recipient = str(row.device_id)
    else:
        row.channel, row.recipient = NoticeChannel.EMAIL, confirmation.tidy_email(to.email)
    mine = row.channel == NoticeChannel.PUSH or row.recipient == proven
    if known := _same(session, row):
        if mine or known.owner_hash == owner:
            known.pace, known.owner_hash = filters.pace, owner
        row = known
    else:
        _check_number(session, row)
        session.add(row)
    session.flush()
    if mine:
        confirmation.confirm(session, row.id, now)
        return as_alert(channels, reference, row), False
    if row.confirmed_at is not None and not _opted_out(session, row):
        return as_alert(channels, reference, row), False
    confirmation.ask_to_confirm(session, row, alert_facts(row), now, asker=asker)
    return as_alert(channels, reference, row), True


def alerts_of(
    session: Session,
    channels: Channels,
    reference: Reference,
    owner: bytes | None,
    address: tuple[str, str] | None,
) -> list[Alert]:
    """Return the alerts that this browser made, and those of an address that signed in."""
    return [as_alert(channels, reference, row) for row in _owned(session, owner, address)]


def change_alert(
    session: Session, owner: bytes | None, address: tuple[str, str] | None, alert_id: UUID, change: Pace
) -> None:
    """Set how often the alert tells; `never` ends it. Raises NotFound for one that is somebody else's."""
    row = next((each for each in _owned(session, owner, address) if each.id == alert_id), None)
    if row is None:
        raise NotFound(N_("Không có đăng ký nhận tin này."))
    if change.pace == NEVER:
        session.delete(row)
    else:
        row.pace = change.pace
        resume_notices(session, (row.channel, row.recipient))
    session.flush()


def as_alert(channels: Channels, reference: Reference, row: Subscription) -> Alert:
    """Return a subscription as its owner sees it, in the words of the city."""
    category = reference.categories.get(row.category_id or 0)
    ward = reference.ward_by_code.get(row.ward_code or "")
    feed = feed_address(
        category.code if category else "", row.ward_code or "", row.lon, row.lat, row.radius_m
    )
    return Alert(
        id=row.id,
        category=pick(category.name) if category else "",
        ward=ward.said_name if ward else "",
        lon=row.lon,
        lat=row.lat,
        radius_m=row.radius_m,
        channel=row.channel,
        shown=masked_address(channels, row.channel, row.recipient),
        pace=row.pace,
        confirmed=row.confirmed_at is not None,
        feed=feed,
    )


def feed_address(category: str, ward: str, lon: float | None, lat: float | None, radius_m: int | None) -> str:
    """Return the address of the alert's reports as Atom; around a place by the box that holds the circle."""
    parameters = {"category": category, "ward": ward}
    if lon is not None and lat is not None and radius_m:
        box = BBox(lon, lat, lon, lat).expanded(radius_m / 111_320)
        parameters["bbox"] = ",".join(f"{each:.5f}" for each in (box.west, box.south, box.east, box.north))
    query = {name: value for name, value in parameters.items() if value}
    return f"/feed.atom?{urlencode(query)}" if query else "/feed.atom"


def alert_facts(row: Subscription) -> dict[str, object]:
    """Return what the question to the address says of the alert."""
    return {"category": row.category_id, "ward": row.ward_code, "radius_m": row.radius_m}


def _row(session: Session, reference: Reference, filters: AlertFilter) -> Subscription:
    category = reference.category_by_code.get(filters.category) if filters.category else None
    if filters.category and (category is None or not category.active):
        raise invalid(["category"], N_("Không có loại phản ánh “{code}”."), code=filters.category)
    if filters.ward and filters.ward not in reference.ward_by_code:
        raise invalid(["ward"], N_("Không có phường, xã “{code}”."), code=filters.ward)
    row = Subscription(category_id=category.id if category else None, ward_code=filters.ward or None)
    if filters.lon is not None and filters.lat is not None:
        if message := check_place(reference, filters.lon, filters.lat):
            raise invalid(["lon"], message)
        row.lon, row.lat, row.radius_m = filters.lon, filters.lat, filters.radius_m
        point = func.ST_SetSRID(func.ST_MakePoint(filters.lon, filters.lat), 4326)
        circle = func.ST_Buffer(func.geography(point), filters.radius_m)
        row.zone = session.scalar(select(func.geometry(circle)))
    elif category is None and not filters.ward:
        raise invalid(["category"], N_("Hãy chọn ít nhất một: loại phản ánh, phường xã, hoặc một điểm."))
    return row


def _same(session: Session, row: Subscription) -> Subscription | None:
    """Return the stored alert that this row would repeat, if there is one."""
    compared = ("channel", "recipient", "category_id", "ward_code", "lon", "lat", "radius_m")
    same = [getattr(Subscription, name).is_not_distinct_from(getattr(row, name)) for name in compared]
    return session.scalar(select(Subscription).where(Subscription.report_id.is_(None), *same).limit(1))


def _opted_out(session: Session, row: Subscription) -> bool:
    chosen = stored_choices(session, [row.recipient], None).get((row.channel, row.recipient))
    return NEVER in (row.pace, chosen)


def _check_number(session: Session, row: Subscription) -> None:
    query = select(func.count()).where(
        Subscription.recipient == row.recipient,
        Subscription.channel == row.channel,
        Subscription.report_id.is_(None),
        or_(Subscription.confirmed_at.is_not(None), Subscription.owner_hash == row.owner_hash),
    )
    if (session.scalar(query) or 0) >= MOST:
        raise Conflict(N_("Đã có {most} đăng ký. Hãy bỏ bớt một đăng ký cũ."), most=MOST)


def _owned(session: Session, owner: bytes | None, address: tuple[str, str] | None) -> Sequence[Subscription]:
    ways = []
    if owner is not None:
        ways.append(Subscription.owner_hash == owner)
    if address is not None:
        ways.append((Subscription.channel == address[0]) & (Subscription.recipient == address[1]))
    if not ways:
        return ()
    query = select(Subscription).where(
        or_(*ways), Subscription.report_id.is_(None), Subscription.pace != NEVER
    )
    return session.scalars(query.order_by(Subscription.created_at, Subscription.id)).all()
