"""Facts of messages about clean-ups, and where these lead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from service.domain.cleanups.signups import mail_proof, signup_token
from service.i18n.wording import exact


def cleanup_facts(data: Mapping[str, object], timezone: str) -> dict[str, object]:
    """Return when and where it is and for how many; all empty in messages about something else."""
    at = str(data.get("at") or "") if "cleanup" in data else ""
    return {
        "cleanup": data.get("title", "") if "cleanup" in data else "",
        "begins": exact(datetime.fromisoformat(at), timezone) if at else "",
        "meet": data.get("place", "") if "cleanup" in data else "",
        "people": data.get("people", 0),
        "waits": bool(data.get("waits")),
        "why": data.get("why", "") if "cleanup" in data else "",
    }


def cleanup_link(base: str, key: bytes, data: Mapping[str, object]) -> str:
    """Return the address of one's own sign-up, with what proves that the mailbox is read; for who has none,
    that of the clean-up.
    """
    if "signup" not in data:
        return f"{base}/cleanups/{data['cleanup']}"
    signup = UUID(str(data["signup"]))
    if data.get("push"):  # a browser reads no mailbox
        return f"{base}/cleanups/{data['cleanup']}/me?t={signup_token(key, signup)}"
    return f"{base}/cleanups/{data['cleanup']}/me?t={signup_token(key, signup)}&m={mail_proof(key, signup)}"
