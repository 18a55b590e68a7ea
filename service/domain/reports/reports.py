"""Reception: writing new reports, many in one statement. Checking a draft is `drafts.py`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.domain.kernel.codes import new_code
from service.domain.kernel.sql import AnyRow
from service.models import Event, EventType, ReceptionChannel, Report, Status

REPLAY_WINDOW = timedelta(hours=24)
"""How long a device that sent a report is told its secret again."""

ADDRESS_WINDOW = timedelta(minutes=10)
"""How long an address is told it, where no device was named, until the secret is used: others share it."""


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """Contact of a reporter; every field may be missing."""

    name: str | None
    phone: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A checked report, ready to be stored. `body_hash` tells a retry from another body, `consent` that a
    caller agreed to be written down.

    `staff_id` is the member of staff who reports, if it is one.
    """

    id: UUID
    code_prefix: str
    category_id: int
    description: str
    lon: float
    lat: float
    accuracy_m: float | None
    address: str
    occurred_at: datetime | None
    attributes: Mapping[str, object]
    channel: str
    language: str
    published: bool
    body_hash: bytes
    received_at: datetime
    contact: ContactDraft | None
    staff_id: int | None = None
    device_hash: bytes | None = None
    address_hash: bytes | None = None
    consent: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """Outcome of a draft: `stored` now, or there before; `same_body` false means another body.

    `tell_secret` says that this sender may be told the report's secret: id and body alone are public.
    """

    id: UUID
    code: str
    created_at: datetime
    stored: bool
    same_body: bool = True
    tell_secret: bool = True


_SUBMIT = text(f"""
WITH draft AS (
  SELECT * FROM jsonb_to_recordset(CAST(:drafts AS jsonb)) AS d(
    ordinal int, id uuid, code text, category_id int, description text, lon float8, lat float8,
    accuracy_m float8, address text, occurred_at timestamptz, attributes jsonb, channel text,
    language text, published bool,
    body_hash text, device text, address_of text, at timestamptz,
    has_contact bool, name text, phone text, email text, staff_id int, consent bool)
), stored AS (
  INSERT INTO report (id, code, category_id, description, location, accuracy_m, address, occurred_at,
                      attributes, channel, language, published, body_hash, device_hash, address_hash,
                      created_at, updated_at)
  SELECT id, code, category_id, description, ST_SetSRID(ST_MakePoint(lon, lat), 4326), accuracy_m, address,
         occurred_at, attributes, channel, language, published, decode(body_hash, 'hex'),
         decode(device, 'hex'), decode(address_of, 'hex'), at, at
  FROM draft
  ON CONFLICT DO NOTHING
  RETURNING id
), people AS (
  INSERT INTO contact (report_id, name, phone, email, consent_at)
  SELECT id, name, phone, email, CASE WHEN consent THEN at END
  FROM draft JOIN stored USING (id) WHERE has_contact
), written AS (
  INSERT INTO event (report_id, type, at, public, actor, staff_id, status, category_id, lon, lat, data)
  SELECT id, '{EventType.RECEIVED}', at, published,
         CASE WHEN channel = '{ReceptionChannel.OPEN311}' THEN 'integrator'
              WHEN staff_id IS NULL THEN 'reporter' ELSE 'staff' END,
         staff_id, '{Status.RECEIVED}', category_id, lon, lat,
         jsonb_build_object('to', '{Status.RECEIVED}', 'channel', channel)
  FROM draft JOIN stored USING (id) ORDER BY ordinal
)
SELECT id FROM stored
""")  # noqa: S608 - words of ours


def submit_many(session: Session, drafts: Sequence[Draft]) -> list[Receipt]:
    """Store drafts with their contacts and events in one statement; answers stand in the drafts' order.

    A draft whose id is there already is not stored again (also when it stands twice in the batch): its
    receipt tells what was stored first and whether the body is the same. Nothing is committed here.

    Measured in PostgreSQL alone: 6,200 reports a second by one statement each, 16,000 and more by one for
    fifty; 3,700 by an INSERT a table.
    """
    receipts: dict[int, Receipt] = {}
    pending = dict(enumerate(drafts))
    while pending:
        first = {draft.id: index for index, draft in reversed(pending.items())}
        codes = {index: new_code(pending[index].code_prefix) for index in first.values()}
        rows = [{"ordinal": index, **_row(pending[index], codes[index])} for index in sorted(first.values())]
        stored = set(session.scalars(_SUBMIT, {"drafts": json.dumps(rows)}))
        for identity in stored:
            index = first[identity]
            draft = pending.pop(index)
            receipts[index] = Receipt(draft.id, codes[index], draft.received_at, stored=True)
        # What is left was there before, stands twice in the batch, or drew a code already taken: then again.
        for index, receipt in _look_up(session, pending).items():
            receipts[index] = receipt
            del pending[index]
    return [receipts[index] for index in range(len(drafts))]


def submit(session: Session, draft: Draft) -> Receipt:
    """Store one draft; see `submit_many`."""
    return submit_many(session, [draft])[0]


def _row(draft: Draft, code: str) -> dict[str, object]:
    contact = draft.contact
    return {
        "id": str(draft.id),
        "code": code,
        "category_id": draft.category_id,
        "description": draft.description,
        "lon": draft.lon,
        "lat": draft.lat,
        "accuracy_m": draft.accuracy_m,
        "address": draft.address,
        "occurred_at": draft.occurred_at.isoformat() if draft.occurred_at else None,
        "attributes": draft.attributes,
        "channel": draft.channel,
        "language": draft.language,
        "published": draft.published,
        "body_hash": draft.body_hash.hex(),
        "device": draft.device_hash.hex() if draft.device_hash else None,
        "address_of": draft.address_hash.hex() if draft.address_hash else None,
        "at": draft.received_at.isoformat(),
        "has_contact": contact is not None,
        "name": contact.name if contact else None,
        "phone": contact.phone if contact else None,
        "email": contact.email if contact else None,
        "consent": draft.consent,
        "staff_id": draft.staff_id,
    }


def _look_up(session: Session, drafts: Mapping[int, Draft]) -> dict[int, Receipt]:
    """Return receipts for the drafts whose ids are stored already."""
    if not drafts:
        return {}
    ids = {draft.id for draft in drafts.values()}
    known = {row.id: row for row in session.execute(select(*_KNOWN).where(Report.id.in_(ids)))}
    staff = _staff_of(session, [draft.id for draft in drafts.values() if draft.staff_id is not None])
    return {
        index: Receipt(
            draft.id,
            (row := known[draft.id]).code,
            row.created_at,
            stored=False,
            same_body=row.body_hash == draft.body_hash,
            tell_secret=_may_be_told(draft, row, staff.get(draft.id)),
        )
        for index, draft in drafts.items()
        if draft.id in known
    }


_KNOWN = (
    Report.id,
    Report.code,
    Report.created_at,
    Report.body_hash,
    Report.device_hash,
    Report.address_hash,
    Report.secret_used_at,
    Report.secret_generation,
)


def _staff_of(session: Session, ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return who of the staff sent these reports; those of citizens are left out."""
    if not ids:
        return {}
    sent = select(Event.report_id, Event.staff_id).where(
        Event.report_id.in_(ids), Event.type == EventType.RECEIVED, Event.staff_id.is_not(None)
    )
    return {row.report_id: row.staff_id for row in session.execute(sent)}


def _may_be_told(draft: Draft, row: AnyRow, sent_by: int | None) -> bool:
    """Return whether the draft comes from the sender of the stored report.

    An account that is signed in is the proof, or the device that it named; the address counts only where it
    named none, for a short while.
    """
    if row.secret_generation:  # made anew since: who has the right to that one has it
        return False
    age = draft.received_at - row.created_at
    if draft.staff_id is not None:
        return draft.staff_id == sent_by and age < REPLAY_WINDOW
    if row.device_hash is not None:
        return bool(draft.device_hash == row.device_hash and age < REPLAY_WINDOW)
    unused = row.secret_used_at is None
    same = row.address_hash is not None and draft.address_hash == row.address_hash
    return bool(unused and same and age < ADDRESS_WINDOW)
