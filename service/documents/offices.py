"""Issuers of documents: what was entered for a unit, else the city's office as its folder says, else what a
department's name tells.
"""

from __future__ import annotations

from service.documents.form import BLANK, IssuingOffice
from service.domain.city.reference import DepartmentView, Reference
from service.domain.documents.offices import OfficeFacts
from service.domain.queries.manage.signers import ACTING, AUTHORITY, DEPUTY, ORDER

_COMMITTEE, _IN_FULL = "UBND ", "Ủy ban nhân dân "
_HEADS = (
    (_COMMITTEE, "Chủ tịch"),
    ("Sở ", "Giám đốc"),
    ("Phòng ", "Trưởng phòng"),
    ("Trung tâm ", "Giám đốc"),
    ("Văn phòng ", "Chánh Văn phòng"),
)
_NOTHING = OfficeFacts()


def office_of(
    reference: Reference,
    department_id: int | None,
    signs: str = "",
    signer: str = "",
    entered: OfficeFacts = _NOTHING,
) -> IssuingOffice:
    """Return who issues a document: the department, or the city's own office where none is meant.

    What was `entered` for it comes first; of the city's own office `administration` of the city's folder
    says the rest. `signs` is one of `SIGNERS`, `signer` the name of who signs.
    """
    department = reference.departments.get(department_id or 0)
    own = reference.department_by_code.get(reference.config.triage_department)
    if department is None or (own is not None and department.id == own.id):
        base = _city_office(reference, own)
    else:
        base = _department_office(reference, department)
    return _signed(_overlaid(base, entered), signs, signer, entered.collective)


def _city_office(reference: Reference, own: DepartmentView | None) -> IssuingOffice:
    frame = reference.config.administration
    return IssuingOffice(
        issuer=frame.issuer or (own.name["vi"] if own else reference.city_name["vi"]),
        superior=frame.superior or "",
        symbol=frame.symbol or "",
        place=frame.place or "",
        signs=frame.signs or "",
        recipients=frame.recipients,
    )


def _department_office(reference: Reference, department: DepartmentView) -> IssuingOffice:
    """A people's committee stands under nobody's name, signs for itself and writes from its own ward."""
    frame, name = reference.config.administration, department.name["vi"]
    committee = name.startswith(_COMMITTEE)
    ward = reference.ward_by_code.get(department.ward_code or "")
    return IssuingOffice(
        issuer=_IN_FULL + name.removeprefix(_COMMITTEE) if committee else name,
        superior="" if committee else frame.superior or "",
        symbol="UBND" if committee else "",
        place=(ward.name if ward and committee else frame.place) or "",
        signs=next((title for start, title in _HEADS if name.startswith(start)), ""),
        recipients=() if committee else frame.recipients,
    )


def _overlaid(base: IssuingOffice, entered: OfficeFacts) -> IssuingOffice:
    told = tuple(
        f"{each['name']} ({each['purpose']})" if each.get("purpose") else str(each["name"])
        for each in entered.recipients
    )
    return IssuingOffice(
        issuer=entered.issuer or base.issuer,
        superior=entered.superior or base.superior,
        symbol=entered.symbol or base.symbol,
        place=entered.place or base.place,
        signs=entered.head or base.signs,
        recipients=told or base.recipients,
        room=entered.room,
    )


def _signed(office: IssuingOffice, signs: str, signer: str, collective: str) -> IssuingOffice:
    """The office with the lines of who signs: for a collective (TM.) first, then in whose place or by whose
    order.
    """
    lines = sign_lines(office.signs, signs)
    body = collective or (_IN_FULL.strip() if office.issuer.startswith(_IN_FULL) else "")
    if body and lines and signs not in (ORDER, AUTHORITY):
        lines = [f"TM. {body}", *lines]
    return IssuingOffice(
        issuer=office.issuer,
        superior=office.superior,
        symbol=office.symbol,
        place=office.place,
        signs="\n".join(lines),
        recipients=office.recipients,
        signer=signer,
        room=office.room,
    )


def sign_lines(head: str, signs: str) -> list[str]:
    """Return who signs, a line each: `Giám đốc`; `KT. Giám đốc` above `Phó Giám đốc`; `Q. Giám đốc`; `TL.`
    and `TUQ.` above a post that is left to be written.
    """
    if not head:
        return []
    if signs == DEPUTY:
        return [f"KT. {head}", f"Phó {head}"]
    if signs == ACTING:
        return [f"Q. {head}"]
    if signs in (ORDER, AUTHORITY):
        return [f"{'TL.' if signs == ORDER else 'TUQ.'} {head}", BLANK * 3]
    return [head]
