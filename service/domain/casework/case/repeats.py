"""Telling a retry from a second decision: what was asked for is kept, as a digest, with the event it made."""

from __future__ import annotations

import hashlib
import json

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.kernel.texts import tidy
from service.domain.kernel.tokens import keyed_digest
from service.domain.reports.access import Access, Asker
from service.domain.reports.events import Actor
from service.models import Event, Report

_FREE = frozenset({"reason", "note", "public_reply", "answer", "text", "description"})
_TELLS_BY_ABSENCE = frozenset({"executor"})
"""Left out these stay as they are, as null they are taken away: the two are different requests."""


def request_digest(form: BaseModel, **more: object) -> str:
    """Return a digest of a request: equal for two that ask for the very same, whatever was left at its
    default.
    """
    request = {
        name: value for name, value in form.model_dump(mode="json").items() if value not in (None, "", [])
    }
    request |= {name: None for name in _TELLS_BY_ABSENCE & form.model_fields_set if name not in request}
    request |= {
        name: tidy(value) for name, value in request.items() if name in _FREE and isinstance(value, str)
    }
    # An empty list takes all of them away; null leaves them, as what is left out does.
    if isinstance(supports := getattr(form, "supports", None), list):
        request["supports"] = sorted(supports)
    payload = json.dumps({**request, **more}, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(payload.encode()).hexdigest()[:32]


def person_key(asker: Asker, access: Access) -> str:
    """Return what tells one citizen from another without saying who they are; colleagues go by
    their account.
    """
    actor = access.actor
    if actor.staff_id is not None:
        return f"staff:{actor.staff_id}"
    who = f"follower:{access.follower.id}" if access.follower else f"{actor.kind}:{asker.secret or ''}"
    return keyed_digest(asker.key, "person", who, 16).hex()


def mark_request(event: Event, repeat_key: str) -> Event:
    """Return the event, which now tells what was asked for."""
    event.repeat_key = repeat_key
    return event


def was_carried_out(session: Session, report: Report, actor: Actor, repeat_key: str) -> bool:
    """Return whether this very request of this person was carried out before: the answer to it was lost.

    A request names the version that was seen, so the same can never be meant a second time.
    """
    made = select(Event.id).where(
        Event.report_id == report.id,
        Event.actor == actor.kind,
        Event.repeat_key == repeat_key,
    )
    mine = Event.staff_id == actor.staff_id if actor.staff_id is not None else Event.staff_id.is_(None)
    return session.scalar(made.where(mine).limit(1)) is not None
