"""Partners as administrators keep them: added, changed, paused, removed; part of the city's configuration.

A load of the city's folder treats them as every setting that was changed by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.domain.city.config import PartnerConfig, read_config
from service.domain.city.reference import Reference
from service.domain.configuration.administration.changes import (
    EditStamp,
    differing_columns,
    lock_configuration,
    mark_by_hand,
    same_version,
    version_of,
)
from service.domain.configuration.cityfile.schema.city import PartnerPart
from service.domain.kernel.audit import write_entry
from service.domain.partners.register import unknown_partner
from service.domain.partners.twin import TWIN_PATH
from service.domain.webhooks.register import ADDRESS_PROBLEMS
from service.errors import Conflict, FieldError, Invalid, invalid
from service.i18n import N_
from service.models import City, Department, HandOver, Partner
from service.models.ops.partner import HAND_OVER_LIVE, HandOverState
from service.network.outbound import OutboundRules

MOST_PARTNERS = 50


class PartnerChange(PartnerPart):
    """Partner as it is to be. `version` is the one that was read; none for a new one."""

    version: Annotated[str, Field(max_length=100)] | None = None

    def config(self) -> dict[str, object]:
        """Return the partner as `City.config` keeps it."""
        return self.model_dump(mode="json", exclude={"version"})


def partner_version(config: PartnerConfig) -> str:
    """Return what a form or programme must have read to change the partner."""
    return version_of(config.model_dump(mode="json"))


def put_partner(
    session: Session,
    reference: Reference,
    stamp: EditStamp,
    rules: OutboundRules,
    department: str | None,
    change: PartnerChange,
) -> PartnerConfig:
    """Make or change a partner; without `department` it is a new one.

    Raises NotFound, Invalid; Conflict for a stale version, and for a department that is a partner already.
    """
    lock_configuration(session)
    city, there = _city(session)
    before = there.get(department) if department is not None else None
    if department is not None and before is None:
        raise unknown_partner()
    _check(reference, rules, change, before, taken=change.department in there)
    after = change.config()
    if before is not None:
        if after == before.model_dump(mode="json"):
            return before
        same_version(change.version, partner_version(before))
    elif len(there) >= MOST_PARTNERS:
        raise Conflict(N_("Đã có {number} hệ thống. Hãy bỏ bớt trước."), number=MOST_PARTNERS)
    partners = {code: each.model_dump(mode="json") for code, each in there.items()}
    _store(session, city, stamp, list({**partners, change.department: after}.values()))
    old, new = differing_columns(before.model_dump(mode="json") if before else {}, after)
    action = "partner.changed" if before else "partner.added"
    _note(session, stamp, action, change.department, old if before else None, new)
    return PartnerConfig.model_validate(after)


def pause_partner(session: Session, stamp: EditStamp, department: str, *, paused: bool) -> PartnerConfig:
    """Have nothing handed over or asked for, or again. Saying what holds changes nothing. Raises NotFound."""
    lock_configuration(session)
    city, there = _city(session)
    if (before := there.get(department)) is None:
        raise unknown_partner()
    if before.enabled is not paused:
        return before
    after = before.model_copy(update={"enabled": not paused})
    partners = {code: each.model_dump(mode="json") for code, each in {**there, department: after}.items()}
    _store(session, city, stamp, list(partners.values()))
    _note(session, stamp, "partner.paused" if paused else "partner.resumed", department, None, None)
    return after


def remove_partner(session: Session, stamp: EditStamp, department: str) -> None:
    """Take a partner away with its key: the department works on its cases here. Raises NotFound."""
    lock_configuration(session)
    city, there = _city(session)
    if (before := there.pop(department, None)) is None:
        raise unknown_partner()
    _store(session, city, stamp, [each.model_dump(mode="json") for each in there.values()])
    row = session.scalar(select(Partner).where(Partner.department_id == _id_of(session, department)))
    if row is not None:
        row.secret, row.error, row.failing_since, row.last_ok_at = None, "", None, None
        with_it = (HandOver.department_id == row.department_id, HandOver.state.in_(HAND_OVER_LIVE))
        session.execute(update(HandOver).where(*with_it).values(state=HandOverState.ENDED))
    _note(session, stamp, "partner.removed", department, before.model_dump(mode="json"), None)


def _city(session: Session) -> tuple[City, dict[str, PartnerConfig]]:
    """Return the city's row, locked, and its partners by department."""
    city = session.scalars(select(City).with_for_update()).one()
    return city, {each.department: each for each in read_config(city.config).partners}


def _store(session: Session, city: City, stamp: EditStamp, partners: Sequence[Mapping[str, object]]) -> None:
    city.config, city.revision = {**city.config, "partners": list(partners)}, city.revision + 1
    mark_by_hand(session, stamp, "city", city.code)
    session.flush()


def _note(
    session: Session,
    stamp: EditStamp,
    action: str,
    department: str,
    before: Mapping[str, object] | None,
    after: Mapping[str, object] | None,
) -> None:
    write_entry(session, action, department, at=stamp.at, staff_id=stamp.staff_id, before=before, after=after)


def _check(
    reference: Reference,
    rules: OutboundRules,
    change: PartnerChange,
    before: PartnerConfig | None,
    *,
    taken: bool,
) -> None:
    """Raise Conflict for a department that has a partner, Invalid naming everything that is wrong."""
    if before is None and taken:
        raise Conflict(N_("Đơn vị này đã có hệ thống riêng."))
    if before is not None and change.department != before.department:
        raise invalid(["department"], N_("Đơn vị của một hệ thống không đổi được. Hãy bỏ rồi thêm mới."))
    errors: list[FieldError] = []
    department = reference.department_by_code.get(change.department)
    if department is None or (before is None and not department.active):
        errors.append(FieldError(("department",), N_("Hãy chọn một đơn vị đang hoạt động.")))
    if change.endpoint.startswith("/"):
        if change.endpoint.rstrip("/") != TWIN_PATH:
            errors.append(FieldError(("endpoint",), N_("Cần địa chỉ đầy đủ, bắt đầu bằng https.")))
    elif problem := rules.url_problem(change.endpoint):
        errors.append(FieldError(("endpoint",), ADDRESS_PROBLEMS[problem]))
    errors += [
        FieldError(("services",), N_("Không có mã “{code}”."), {"code": code})
        for code in change.services
        if code not in reference.category_by_code
    ]
    if errors:
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=errors)


def _id_of(session: Session, department: str) -> int | None:
    return session.scalar(select(Department.id).where(Department.code == department))
