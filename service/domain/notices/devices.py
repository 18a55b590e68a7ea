"""Browsers that can be reached by push: which addresses and keys are taken, and whose a browser is."""

from __future__ import annotations

import binascii
import ipaddress
from base64 import urlsafe_b64decode
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from pydantic import Field
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.drafts import Strict
from service.errors import invalid
from service.i18n import N_
from service.models import PushDevice

_POINT, _AUTH = 65, 16
"""Bytes of an uncompressed point of P-256, and of the secret a browser makes."""


class Browser(Strict):
    """What `PushManager.subscribe` gives a page."""

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
    label: str = "",
) -> UUID:
    """The device's id; the same browser again is the same device, with its newest keys. Raises Invalid."""
    if endpoint_problem(browser.endpoint) or not _keys_fit(browser):
        raise invalid(["endpoint"], N_("Trình duyệt này không nhận được thông báo đẩy."))
    values = {
        "p256dh": browser.p256dh,
        "auth": browser.auth,
        "language": language,
        **({"staff_id": staff_id, "label": label[:200]} if staff_id is not None else {}),
    }
    row = insert(PushDevice).values(id=uuid4(), endpoint=browser.endpoint, created_at=now, **values)
    stored = row.on_conflict_do_update(index_elements=[PushDevice.endpoint], set_=values)
    return session.scalars(stored.returning(PushDevice.id)).one()


def devices_of(session: Session, staff_id: int) -> list[PushDevice]:
    """A colleague's browsers, the oldest first."""
    mine = select(PushDevice).where(PushDevice.staff_id == staff_id)
    return list(session.scalars(mine.order_by(PushDevice.created_at, PushDevice.id)))


def drop_device(session: Session, staff_id: int, device_id: UUID) -> None:
    """A colleague's browser is told nothing any more; nothing happens if it was not theirs."""
    session.execute(delete(PushDevice).where(PushDevice.id == device_id, PushDevice.staff_id == staff_id))


def endpoint_problem(endpoint: str) -> str:
    """Why an endpoint is refused before anything is looked up; empty when it may be asked."""
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
