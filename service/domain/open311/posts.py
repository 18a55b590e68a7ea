"""A report that another system sends: its fields read, its sender remembered, a retry known again.

A retry has no id of its own. The report's id is made of what was sent, so that the one statement that stores
reports also knows the second of two equal ones, however many come at the same moment.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.orm import Session

from service.domain.city.questions import questions_of
from service.domain.city.reference import Reference
from service.domain.configuration.administration.keys import bounds_of_key
from service.domain.kernel.tokens import keyed_digest
from service.domain.open311.words import NO_SERVICE
from service.domain.people.sessions import recognise_session
from service.domain.reports.drafts import (
    ContactIn,
    LocationIn,
    SenderHashes,
    Submission,
    check_contact,
    check_submission,
)
from service.domain.reports.reports import Draft
from service.errors import FieldError, Forbidden, Invalid, NotFound
from service.i18n import N_

AGAIN = timedelta(hours=24)
"""How long the same words of the same system are taken for a retry."""

LONGEST, LONGEST_NAME = 4000, 200
NO_KEY = N_("Cần api_key được gửi phản ánh.")
REQUIRED = N_("Cần có {name} ({name} required).")
"""In every language with the word that programmes which check servers look for."""

UNREADABLE = N_("Giá trị này không đọc được.")
_SAID = {
    "string_too_long": N_("Dài quá {max_length} ký tự."),
    "float_parsing": N_("Cần một con số."),
    "finite_number": N_("Cần một con số hữu hạn."),
}
_FIELDS = ("service_code", "lat", "long", "description", "address_string", "address_id", "account_id")
_DEVICE = ("device_id", "deviceid")
_PEOPLE = ("email", "first_name", "last_name", "phone")


class SentByOpen311(Submission):
    """A report in the specification's length."""

    description: Annotated[str, Field(max_length=LONGEST)] = ""


@dataclass(frozen=True, slots=True)
class Integrator:
    """The account behind an API key, and how often the key may call."""

    staff_id: int
    key_id: int
    per_minute: int


def find_integrator(session: Session, token: str, *, now: datetime) -> Integrator:
    """Return whose key this is. Raises Forbidden unless it may write."""
    found = recognise_session(session, token, "bearer", at=now) if token else None
    bounds = bounds_of_key(session, found[1].id) if found is not None else None
    if found is None or bounds is None or bounds.scope != "write":
        raise Forbidden(NO_KEY)
    return Integrator(found[0].id, bounds.key_id, bounds.per_minute)


def read_post(
    reference: Reference,
    integrator: Integrator,
    sent: Sequence[tuple[str, str]],
    *,
    key: bytes,
    now: datetime,
    language: str,
    place: LocationIn | None = None,
) -> Draft:
    """Return the draft to store; `place` is where the address is, of a request without a position.

    Raises NotFound for a service that there is not, Invalid that names every wrong parameter in Open311's
    words.
    """
    plain = {name: value.strip() for name, value in sent if value.strip()}
    _need(plain, "service_code")
    known = reference.category_by_code.get(plain["service_code"])
    if known is None or not known.active:
        raise NotFound(NO_SERVICE, code=plain["service_code"][:100])
    attributes = _attributes(reference, plain["service_code"], sent)
    if place is None:
        _need(plain, "lat", "long")
    try:
        submission = SentByOpen311(
            category=plain["service_code"],
            description=plain.get("description", ""),
            location=place or LocationIn(lon=plain["long"], lat=plain["lat"]),
            address=plain.get("address_string", "")[:500],
            attributes=attributes,
            contact=readable_contact(reference, sent)[0],
        )
    except ValidationError as wrong:
        raise Invalid(UNREADABLE, errors=[_unreadable(each) for each in wrong.errors()]) from None
    device = next((plain[name] for name in _DEVICE if name in plain), "")
    who = f"{integrator.staff_id}:{device}"
    sender = SenderHashes(device_hash=keyed_digest(key, "sender", f"open311:{who}", 16) if device else None)
    try:
        draft = check_submission(
            reference,
            submission,
            now=now,
            language=language,
            channel="open311",
            staff_id=integrator.staff_id,
            sender=sender,
        )
    except Invalid as wrong:
        raise _in_their_words(wrong, attributes) from None
    return replace(draft, id=_identity(key, integrator, plain, attributes, draft))


def sent_later(key: bytes, draft: Draft, before: datetime) -> Draft:
    """Return the draft under the id that follows on a report of the same words that is older than a retry."""
    later = keyed_digest(key, "sender", f"open311-again:{draft.id}:{before.isoformat()}", 16)
    return replace(draft, id=UUID(bytes=later, version=4))


def _identity(
    key: bytes,
    integrator: Integrator,
    plain: Mapping[str, str],
    attributes: Mapping[str, object],
    draft: Draft,
) -> UUID:
    # All that was sent but who reports and how: a retry may leave that out or mask it.
    data = {name: plain.get(name, "") for name in _FIELDS if name not in ("lat", "long")}
    given = {name: value for name, value in plain.items() if name.startswith("attribute[")}
    place = f"{draft.lon:.6f},{draft.lat:.6f}"
    parts = [integrator.staff_id, data, given, attributes, place, plain.get("fixmystreet_id", "")]
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()
    return UUID(bytes=keyed_digest(key, "sender", f"open311-post:{digest}", 16), version=4)


def _attributes(reference: Reference, code: str, sent: Sequence[tuple[str, str]]) -> dict[str, object]:
    """Return the answers to the city's questions, as `attribute[code]` or `attribute[code][]`; what other
    systems add of their own (`external_id` and the like) is no answer.
    """
    view = reference.category_by_code.get(code)
    kinds = {each["code"]: each["datatype"] for each in questions_of(reference, view)} if view else {}
    answers: dict[str, list[str]] = {}
    for name, value in sent:
        if not name.startswith("attribute["):
            continue
        question = name.removeprefix("attribute[").removesuffix("[]").removesuffix("]")
        if question in kinds and value.strip():
            answers.setdefault(question, []).append(value.strip())
    return {
        name: values if kinds[name] == "multivaluelist" else values[-1] for name, values in answers.items()
    }


def readable_contact(reference: Reference, sent: Sequence[tuple[str, str]]) -> tuple[ContactIn | None, bool]:
    """Return (the reporter's contact, whether part of it was left out): a wrong number stops no report."""
    plain = {name: value.strip() for name, value in sent if value.strip()}
    people = {name: plain[name] for name in _PEOPLE if plain.get(name, "-") != "-"}
    whole = " ".join(people[part] for part in ("last_name", "first_name") if part in people)[:LONGEST_NAME]
    name = whole.encode(errors="replace").decode() or None
    kept: dict[str, str] = {}
    for each in ("phone", "email"):
        errors: list[FieldError] = []
        if given_value := people.get(each):
            try:
                check_contact(reference, ContactIn.model_validate({each: given_value}), errors)
            except ValidationError:
                continue
            kept |= {} if errors else {each: given_value}
    left = len(kept) < len({"phone", "email"} & people.keys())
    found = ContactIn(name=name, phone=kept.get("phone"), email=kept.get("email"))
    return (found if name or kept else None), left


def _need(plain: Mapping[str, str], *names: str) -> None:
    missing = [_required(name) for name in names if name not in plain]
    if missing:
        raise Invalid(REQUIRED, errors=missing)


def _required(name: str) -> FieldError:
    return FieldError((name,), REQUIRED, {"name": name})


_THEIR_NAMES = {
    "category": "service_code",
    "location": "lat",
    "lon": "long",
    "address": "address_string",
    "name": "first_name",
}


def _unreadable(found: ErrorDetails) -> FieldError:
    last = str(found["loc"][-1]) if found["loc"] else ""
    message = _SAID.get(found["type"], UNREADABLE)
    return FieldError((_THEIR_NAMES.get(last, last),), message, found.get("ctx"))


def _in_their_words(wrong: Invalid, attributes: Mapping[str, object]) -> Invalid:
    errors = []
    for each in wrong.errors:
        if each.loc[0] == "attributes" and each.loc[-1] not in attributes:
            errors.append(_required(str(each.loc[-1])))
        else:
            last = str(each.loc[-1])
            errors.append(FieldError((_THEIR_NAMES.get(last, last),), each.msg, each.params))
    return Invalid(wrong.detail, errors=errors)
