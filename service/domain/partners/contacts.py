"""Contact of a reporter as a partner gets it: nothing, the name, or all of it, as the city decided."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.city.config import PartnerConfig
from service.domain.kernel.audit import write_entry
from service.models import Contact, Report


def contact_fields(session: Session, config: PartnerConfig, report: Report) -> dict[str, str]:
    """Return the fields of Open311 that say who reported; none unless the partner is to know.

    Vietnamese names begin with the family's: it is `last_name`.
    """
    if config.contact == "none":
        return {}
    contact = session.get(Contact, report.id)
    if contact is None or contact.erased_at is not None:
        return {}
    family, _, given = (contact.name or "").strip().partition(" ")
    found = {"last_name": family, "first_name": given}
    if config.contact == "all":
        found |= {"phone": contact.phone or "", "email": contact.email or ""}
    return {name: value for name, value in found.items() if value}


def note_contact_told(
    session: Session, config: PartnerConfig, report: Report, fields: dict[str, str], now: datetime
) -> None:
    """Write into the audit that a contact goes to another system: which parts of it, not what they say."""
    details = {"department": config.department, "parts": sorted(fields)}
    write_entry(session, "contact.handed_over", report.code, at=now, after=details)
