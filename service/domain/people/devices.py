"""Browsers that can be reached by push: which addresses and keys are taken, and whose a browser is."""

from __future__ import annotations

import binascii
import ipaddress
import re
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from pydantic import Field
from sqlalchemy import ColumnElement, delete, not_, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.reports.drafts import StrictBody
from service.errors import TooMany, invalid
from service.i18n import N_
from service.models import CleanupSignup, Message, PushDevice, StaffSession, Subscription

_POINT, _AUTH = 65, 16
"""Bytes of an uncompressed point of P-256, and of the secret a browser makes."""


KNOWN_SERVICES = (
    r"^https://((fcm|android)\.googleapis\.com|([a-z0-9-]+\.)*push\.services\.mozilla\.com"
    r"|([a-z0-9-]+\.)*notify\.windows\.com|([a-z0-9-]+\.)*push\.apple\.com)(:443)?/"
)
"""Push services of Chrome (and its kin), Firefox, Edge and Safari."""

MOST_OF_SITE, MOST_UNKNOWN = 20, 200
"""Browsers of citizens with another push service: of one domain, and in all."""


class Browser(StrictBody):
    """Subscription as `PushManager.subscribe` gives it to a page."""

    endpoint: Annotated[str, Field(min_length=10, max_length=1000)]
    p256dh: Annotated[str, Field(max_length=200)]
    auth: Annotated[str, Field(max_length=100)]


def keep_device(
    session: Session,
    browser: Browser,
    *,
    language: str,
    now: datetime,
    staff_id: int | None = None,
    session_id: int | None = None,
    label: str = "",
) -> UUID:
    """Return the device's id; the same browser again is the same device, with its newest keys. Raises
    Invalid.
    """
    if endpoint_problem(browser.endpoint) or not _keys_fit(browser):
        raise invalid(["endpoint"], N_("Trình duyệt này không nhận được thông báo đẩy."))
    if staff_id is None:
        _check_number(session, browser.endpoint)
    values = {
        "p256dh": browser.p256dh,
        "auth": browser.auth,
        "language": language,
        **(
            {"staff_id": staff_id, "session_id": session_id, "label": label[:200]}
            if staff_id is not None
            else {}
        ),
    }
    row = insert(PushDevice).values(id=uuid4(), endpoint=browser.endpoint, created_at=now, **values)
    stored = row.on_conflict_do_update(index_elements=[PushDevice.endpoint], set_=values)
    return session.scalars(stored.returning(PushDevice.id)).one()


def is_known_service(endpoint: str) -> bool:
    """Return whether an endpoint belongs to one of the push services that browsers are made with."""
    return re.match(KNOWN_SERVICES, endpoint) is not None


def _check_number(session: Session, endpoint: str) -> None:
    """Raises TooMany where strangers have named too many addresses of a push service nobody knows: each is
    asked at every event, and one that does not answer costs everybody's messages time.
    """
    host = urlsplit(endpoint).hostname or ""
    if is_known_service(endpoint) or _is_kept(session, endpoint):
        return
    site = ".".join(host.split(".")[-2:])
    foreign = select(PushDevice.id).where(PushDevice.staff_id.is_(None))
    same_site = foreign.where(PushDevice.endpoint.regexp_match(f"^https://([^/:]+[.])?{re.escape(site)}[/:]"))
    unknown = foreign.where(not_(PushDevice.endpoint.regexp_match(KNOWN_SERVICES)))
    for query, most in ((same_site, MOST_OF_SITE), (unknown, MOST_UNKNOWN)):
        if len(session.scalars(query.limit(most)).all()) >= most:
            raise TooMany(
                N_("Không nhận thêm trình duyệt dùng dịch vụ thông báo này. Hãy nhận tin qua email."),
                headers={"Retry-After": "86400"},
            )


def _is_kept(session: Session, endpoint: str) -> bool:
    return session.scalar(select(PushDevice.id).where(PushDevice.endpoint == endpoint)) is not None


def signed_in_devices(session: Session, staff_ids: Sequence[int], now: datetime) -> Sequence[PushDevice]:
    """Return these people's browsers in which they are signed in, the oldest first.

    A browser that was kept before sessions were written down with it counts while its owner is signed in
    anywhere.
    """
    if not staff_ids:
        return ()
    live = (
        select(StaffSession.id)
        .where(StaffSession.staff_id == PushDevice.staff_id, StaffSession.expires_at > now)
        .where(or_(PushDevice.session_id.is_(None), StaffSession.id == PushDevice.session_id))
    )
    theirs = select(PushDevice).where(PushDevice.staff_id.in_(staff_ids), live.exists())
    return session.scalars(theirs.order_by(PushDevice.created_at, PushDevice.id)).all()


def release_devices(session: Session, ended: ColumnElement[bool]) -> None:
    """Stop telling colleagues in the browsers of sessions that end (`ended`: a condition on StaffSession).

    A browser by which a citizen is told too stays for that; the colleague's messages to it go. A browser that
    no session was written down for goes with any session of its owner.
    """
    match = or_(PushDevice.session_id.is_(None), StaffSession.id == PushDevice.session_id)
    theirs = select(StaffSession.id).where(StaffSession.staff_id == PushDevice.staff_id, match, ended)
    ids = session.scalars(select(PushDevice.id).where(theirs.exists())).all()
    if not ids:
        return
    session.execute(delete(Message).where(Message.device_id.in_(ids), Message.staff_id.is_not(None)))
    alerts = select(Subscription.id).where(Subscription.device_id == PushDevice.id)
    signups = select(CleanupSignup.id).where(CleanupSignup.device_id == PushDevice.id)
    mine, wanted = PushDevice.id.in_(ids), or_(alerts.exists(), signups.exists())
    session.execute(update(PushDevice).where(mine, wanted).values(staff_id=None, session_id=None, label=""))
    session.execute(delete(PushDevice).where(mine, PushDevice.staff_id.is_not(None)))


def devices_of(session: Session, staff_id: int) -> list[PushDevice]:
    """Return a colleague's browsers, the oldest first."""
    query = select(PushDevice).where(PushDevice.staff_id == staff_id)
    return list(session.scalars(query.order_by(PushDevice.created_at, PushDevice.id)))


def drop_device(session: Session, staff_id: int, device_id: UUID) -> None:
    """Tell a colleague's browser nothing any more; nothing happens if it was not theirs."""
    session.execute(delete(PushDevice).where(PushDevice.id == device_id, PushDevice.staff_id == staff_id))


def endpoint_problem(endpoint: str) -> str:
    """Return why an endpoint is refused before anything is looked up; empty when it may be asked."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "endpoint is no address"
    if parts.scheme != "https" or parts.username or parts.password or port not in (None, 443, 8443):
        return "endpoint is not plain https"
    if "." not in host or host.endswith((".local", ".internal", ".localhost", ".localdomain", ".")):
        return "endpoint is not on the internet"
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return ""
    return "endpoint is a bare address"


def _keys_fit(browser: Browser) -> bool:
    point, auth = _decoded(browser.p256dh), _decoded(browser.auth)
    return len(point) == _POINT and point[0] == 4 and len(auth) == _AUTH


def _decoded(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""
