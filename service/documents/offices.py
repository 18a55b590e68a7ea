"""Issuers of documents: what was entered for a unit, else the city's office as its folder says, else what a
department's name tells.
"""

from __future__ import annotations

from service.documents.form import BLANK, IssuingOffice
from service.domain.city.reference import DepartmentView, Reference
from service.domain.documents.offices import COMMITTEE, OfficeFacts, is_room, recipient_lines
from service.domain.documents.signing import BY_HEAD, DocumentSigning
from service.domain.queries.manage.signers import ACTING, AUTHORITY, DEPUTY, ORDER

_IN_FULL = "Ủy ban nhân dân "
_HEADS = (
    (COMMITTEE, "Chủ tịch"),
    ("Sở ", "Giám đốc"),
    ("Phòng ", "Trưởng phòng"),
    ("Trung tâm ", "Giám đốc"),
    ("Văn phòng ", "Chánh Văn phòng"),
)
_NOTHING = OfficeFacts()


def office_of(
    reference: Reference,
    department_id: int | None,
    signing: DocumentSigning = BY_HEAD,
    entered: OfficeFacts = _NOTHING,
) -> IssuingOffice:
    """Return who issues a document: the department, or the city's own office where none is meant.

    What was `entered` for it comes first; of the city's own office `administration` of the city's folder
    says the rest. `signing` says who signs, and which of the recipients are told.
    """
    department = reference.departments.get(department_id or 0)
    own = reference.department_by_code.get(reference.config.triage_department)
    if department is None or (own is not None and department.id == own.id):
        base = _city_office(reference, own)
    else:
        base = _department_office(reference, department)
    recipients = recipient_lines(reference, department_id, entered)
    chosen = recipients if signing.recipients is None else tuple(signing.recipients)
    return _signed(_overlaid(base, entered, chosen), signing, entered.collective)


def _city_office(reference: Reference, own: DepartmentView | None) -> IssuingOffice:
    frame = reference.config.administration
    return IssuingOffice(
        issuer=frame.issuer or (own.name["vi"] if own else reference.city_name["vi"]),
        superior=frame.superior or "",
        symbol=frame.symbol or "",
        place=frame.place or "",
        signs=frame.signs or "",
    )


def _department_office(reference: Reference, department: DepartmentView) -> IssuingOffice:
    """Return a department's office. A people's committee stands under nobody's name, signs for itself and
    writes from its own ward; a room of a department writes in the department's name.
    """
    above = reference.departments.get(department.parent_id or 0)
    if above is not None and is_room(department.name["vi"], above.name["vi"]):
        department = above
    frame, name = reference.config.administration, department.name["vi"]
    committee = name.startswith(COMMITTEE)
    ward = reference.ward_by_code.get(department.ward_code or "")
    return IssuingOffice(
        issuer=name_in_full(name),
        superior="" if committee else frame.superior or "",
        symbol="UBND" if committee else "",
        place=(ward.name if ward and committee else frame.place) or "",
        signs=next((title for start, title in _HEADS if name.startswith(start)), ""),
    )


def _overlaid(base: IssuingOffice, entered: OfficeFacts, recipients: tuple[str, ...]) -> IssuingOffice:
    return IssuingOffice(
        issuer=entered.issuer or base.issuer,
        superior=entered.superior or base.superior,
        symbol=entered.symbol or base.symbol,
        place=entered.place or base.place,
        signs=entered.head or base.signs,
        recipients=recipients,
        room=entered.room,
    )


def _signed(office: IssuingOffice, signing: DocumentSigning, collective: str) -> IssuingOffice:
    """Return the office with the lines of who signs: for a collective (TM.) first, then in whose place or by
    whose order.
    """
    lines = sign_lines(office.signs, signing.signs, signing.post)
    body = collective or (_IN_FULL.strip() if office.issuer.startswith(_IN_FULL) else "")
    if body and lines and signing.signs not in (ORDER, AUTHORITY):
        lines = [f"TM. {body}", *lines]
    return IssuingOffice(
        issuer=office.issuer,
        superior=office.superior,
        symbol=office.symbol,
        place=office.place,
        signs="\n".join(lines),
        recipients=office.recipients,
        signer=signing.signer,
        room=office.room,
    )


def name_in_full(name: str) -> str:
    """Return a unit's name as documents write it: “Ủy ban nhân dân phường …” for “UBND phường …”."""
    return _IN_FULL + name.removeprefix(COMMITTEE) if name.startswith(COMMITTEE) else name


def sign_lines(head: str, signs: str, post: str = "") -> list[str]:
    """Return who signs, a line each: `Giám đốc`; `KT. Giám đốc` above `Phó Giám đốc`; `Q. Giám đốc`; `TL.`
    and `TUQ.` above the `post` of who signs, which is left to be written where it was not said.
    """
    if not head and not post:
        return []
    if signs in (ORDER, AUTHORITY):
        return [f"{'TL.' if signs == ORDER else 'TUQ.'} {head or BLANK}", post or BLANK * 3]
    if signs == DEPUTY:
        return [f"KT. {head or BLANK}", post or f"Phó {head}"]
    if signs == ACTING:
        return [f"Q. {post or head}"]
    return [post or head]
