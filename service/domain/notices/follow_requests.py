"""Following a report with a contact: everybody may type an address, so each is asked before it is told."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.domain.casework.citizens import followers
from service.domain.casework.citizens.followers import Follow
from service.domain.city.reference import Reference
from service.domain.kernel.addresses import may_be_texted
from service.domain.kernel.follower_secrets import follower_secret
from service.domain.notices.channels import Address, Channels, contact_addresses
from service.domain.notices.report_subscriptions import ask_address
from service.domain.reports.access import Asker, lock_report
from service.errors import TooMany, invalid
from service.i18n import N_
from service.models import Follower


def follow(
    session: Session,
    channels: Channels,
    reference: Reference,
    asker: Asker,
    name: str | UUID,
    sent: Follow,
    *,
    language: str,
    now: datetime,
) -> tuple[UUID, bool]:
    """Return (the follower's id, whether they are new), and ask the addresses of a new one.

    Nothing is told to them before they said yes. An address that was asked too often today is not asked
    again, and nobody learns of it. Raises as `followers.add_follower`; Invalid for a number no SMS may go to.
    """
    found = _addresses(channels, reference, sent)
    follower_id, is_new = followers.add_follower(
        session, reference, asker, name, sent, language=language, now=now
    )
    if is_new and found:
        mine = Asker(secret=follower_secret(asker.key, follower_id), key=asker.key)
        access = lock_report(session, mine, session.get_one(Follower, follower_id).report_id, now=now)
        for address in found:
            # That it was asked too often today is nothing for whoever types it: they follow all the same.
            with suppress(TooMany):
                ask_address(session, access, address, language, now)
    return follower_id, is_new


def _addresses(channels: Channels, reference: Reference, sent: Follow) -> list[Address]:
    contact = followers.check_follow(reference, sent)
    if contact is None:
        return []
    if contact.phone and not may_be_texted(contact.phone, reference.config.region):
        raise invalid(["contact", "phone"], N_("Chỉ nhắn tin được đến số di động trong nước."))
    return list(contact_addresses(channels, contact))
