"""Reminders of a sign-up by web push: asked for in the browser that gets them, without an address."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.cleanups.signups import find_signup
from service.domain.cleanups.volunteer_notices import COMING
from service.domain.people.devices import Browser, keep_device
from service.errors import Conflict
from service.i18n import N_
from service.models import CleanupSignup, PushDevice, Subscription


def remind_by_push(
    session: Session,
    reference: Reference,
    code: str,
    signup_id: UUID,
    browser: Browser | None,
    *,
    language: str,
    now: datetime,
) -> CleanupSignup:
    """Tell this browser of the sign-up from now on, instead of an address; None tells no browser any more.

    Raises NotFound, Conflict for a sign-up that is over, Invalid and TooMany as `keep_device`.
    """
    _, signup = find_signup(session, code, signup_id, reference)
    if browser is None:
        known, signup.device_id = signup.device_id, None
        session.flush()
        if known is not None:
            drop_unused(session, [known])
        return signup
    if signup.state not in COMING:
        raise Conflict(N_("Lượt đăng ký này đã hủy hoặc đã điểm danh nên không đổi được."))
    signup.device_id = keep_device(session, browser, language=language, now=now)
    session.flush()
    return signup


def drop_unused(session: Session, devices: list[UUID]) -> None:
    """Forget browsers of citizens that nothing else is told to."""
    mine = PushDevice.id.in_(devices), PushDevice.staff_id.is_(None)
    alerts = exists(select(Subscription.id).where(Subscription.device_id == PushDevice.id))
    signups = exists(select(CleanupSignup.id).where(CleanupSignup.device_id == PushDevice.id))
    session.execute(delete(PushDevice).where(*mine, ~alerts, ~signups))
