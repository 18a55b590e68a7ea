"""Issuers of documents: the city's office as its folder says, or a department by what its name is."""

from __future__ import annotations

from service.documents.form import IssuingOffice
from service.domain.city.reference import DepartmentView, Reference
from service.domain.queries.manage.signers import DEPUTY

_COMMITTEE, _IN_FULL = "UBND ", "Ủy ban nhân dân "
_HEADS = (
    (_COMMITTEE, "Chủ tịch"),
    ("Sở ", "Giám đốc"),
    ("Phòng ", "Trưởng phòng"),
    ("Trung tâm ", "Giám đốc"),
)


def office_of(
    reference: Reference, department_id: int | None, signs: str = "", signer: str = ""
) -> IssuingOffice:
    """Return who issues the report: the department whose figures they are, else the city's own office; all
    that is more than a name stands in `administration` of the city's folder. `signs` DEPUTY is the deputy
    in place of the head; `signer` is the name of who signs.
    """
    frame = reference.config.administration
    department = reference.departments.get(department_id or 0)
    if department is not None:
        return _department_office(reference, department, signs, signer)
    known = reference.department_by_code.get(reference.config.triage_department)
    default = known.name["vi"] if known else reference.city_name["vi"]
    return IssuingOffice(
        issuer=frame.issuer or default,
        superior=frame.superior or "",
        symbol=frame.symbol or "",
        place=frame.place or "",
        signs=_lines(frame.signs or "", signs),
        recipients=frame.recipients,
        signer=signer,
    )


def _department_office(
    reference: Reference, department: DepartmentView, signs: str, signer: str
) -> IssuingOffice:
    """A people's committee stands under nobody's name, signs for itself and writes from its own ward."""
    frame, name = reference.config.administration, department.name["vi"]
    committee = name.startswith(_COMMITTEE)
    ward = reference.ward_by_code.get(department.ward_code or "")
    head = _lines(next((title for start, title in _HEADS if name.startswith(start)), ""), signs)
    return IssuingOffice(
        issuer=_IN_FULL + name.removeprefix(_COMMITTEE) if committee else name,
        superior="" if committee else frame.superior or "",
        symbol="UBND" if committee else "",
        place=(ward.name if ward and committee else frame.place) or "",
        signs="\n".join(["TM. Ủy ban nhân dân", head]) if committee else head,
        recipients=frame.recipients,
        signer=signer,
    )


def _lines(head: str, signs: str) -> str:
    """Return who signs, a line each: `Giám đốc`, or `KT. Giám đốc` above `Phó Giám đốc`."""
    return f"KT. {head}\nPhó {head}" if head and signs == DEPUTY else head
