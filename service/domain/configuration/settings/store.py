"""A group of settings read, compared and put in force, as every other change of the city is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.domain.city.config import CityConfig, read_config
from service.domain.city.reference import Reference
from service.domain.configuration.administration.changes import (
    EditStamp,
    differing_columns,
    lock_configuration,
    record_change,
    version_of,
)
from service.domain.configuration.cityfile.schema.base import CityFileModel
from service.domain.configuration.settings.groups import (
    GROUPS,
    AreaGroupSettings,
    DangerSettings,
    SignInSettings,
    SpamSettings,
    UnitNameSettings,
    WordSettings,
    keys_of,
    settings_values,
    stored_change,
)
from service.errors import Conflict, NotFound, invalid
from service.i18n import N_
from service.models import AuditEntry, City, Staff


@dataclass(frozen=True, slots=True)
class SettingsGroup:
    """A group as it is; `version` is what a change must have read. `by` and `at` are of its last change by
    hand, None where there was none.
    """

    group: str
    values: Mapping[str, object]
    version: str
    by: str | None = None
    at: datetime | None = None


class OutdatedSettings(Conflict):
    """Refusal of a change of what somebody else changed meanwhile; `current` is the group as it is now."""

    def __init__(self, current: SettingsGroup) -> None:
        super().__init__(
            N_("Người khác đã sửa mục này sau khi bạn mở. Cả hai bản ở bên dưới; hãy chọn rồi lưu."),
            extra={"version": current.version, "current": dict(current.values)},
        )
        self.current = current


def read_group(session: Session, group: str) -> SettingsGroup:
    """Return a group as it is now. Raises NotFound."""
    _check(group)
    city = session.scalars(select(City)).one()
    values = settings_values(group, read_config(city.config))
    by, at = _last_change(session, group)
    return SettingsGroup(group, values, version_of(values), by, at)


def read_change(group: str, values: Mapping[str, object]) -> CityFileModel:
    """Return a group's new values, checked. Raises NotFound, pydantic's ValidationError."""
    _check(group)
    return GROUPS[group].model_validate(values)


def preview_change(
    session: Session, reference: Reference, group: str, change: CityFileModel
) -> tuple[CityConfig, CityConfig]:
    """Return the configuration as it is and as it would be. Changes nothing. Raises Invalid."""
    _check_names(session, reference, group, change)
    city = session.scalars(select(City)).one()
    after = {**city.config, **stored_change(group, change)}
    return read_config(city.config), _read(after)


def put_group(
    session: Session,
    reference: Reference,
    stamp: EditStamp,
    group: str,
    change: CityFileModel,
    version: str,
) -> SettingsGroup:
    """Put a group's new values in force. Raises NotFound, Invalid; OutdatedSettings for a stale version.

    Saying again what is in force changes nothing, whatever the version.
    """
    _check(group)
    lock_configuration(session)
    city = session.scalars(select(City).with_for_update()).one()
    config = {**city.config, **stored_change(group, change)}
    before, after = settings_values(group, read_config(city.config)), settings_values(group, _read(config))
    old, new = differing_columns(before, after)
    if new:
        _check_names(session, reference, group, change)
        if version != version_of(before):
            raise OutdatedSettings(read_group(session, group))
        city.config = config
        record_change(session, stamp, "city.changed", ("city", city.code), before=old, after=new)
    return read_group(session, group)


def all_groups() -> Sequence[str]:
    """Return the codes of the groups, in their order."""
    return tuple(GROUPS)


def _check(group: str) -> None:
    if group not in GROUPS:
        raise NotFound(N_("Không có nhóm cài đặt này."))


def _check_names(session: Session, reference: Reference, group: str, change: CityFileModel) -> None:
    """Raises Invalid for a category or department that does not exist, or a number to call that is not in the
    list.
    """
    if isinstance(change, WordSettings):
        for code in change.masking.categories:
            if code not in reference.category_by_code:
                raise invalid(["masking", "categories"], N_("Không có loại phản ánh “{code}”."), code=code)
    if isinstance(change, SignInSettings | UnitNameSettings):
        _check_departments(reference, change)
    if isinstance(change, SpamSettings):
        for code in change.spam.phrases_allowed_in:
            if code not in reference.category_by_code:
                raise invalid(
                    ["spam", "phrases_allowed_in"], N_("Không có loại phản ánh “{code}”."), code=code
                )
    if isinstance(change, AreaGroupSettings):
        _check_wards(reference, change)
        _check_bound(session, reference, change)
    if isinstance(change, DangerSettings):
        _check_numbers(change)


def _check_wards(reference: Reference, change: AreaGroupSettings) -> None:
    for each in change.area_groups:
        if each.code in reference.ward_by_code:
            raise invalid(["area_groups"], N_("Mã “{code}” là của một phường, xã."), code=each.code)
        for code in each.wards:
            if code not in reference.ward_by_code:
                raise invalid(["area_groups"], N_("Không có phường, xã “{code}”."), code=code)


def _check_bound(session: Session, reference: Reference, change: AreaGroupSettings) -> None:
    """Raises Invalid where a group goes that an account is bound to, or that the directory's grants give."""
    kept = [each.code for each in change.area_groups]
    for grant in reference.config.sign_in.grants:
        if grant.area_group and grant.area_group not in kept:
            raise invalid(
                ["area_groups"],
                N_(
                    "Nhóm “{code}” được giao cho nhóm “{value}” của danh bạ. "
                    "Hãy đổi ở Quyền theo tài khoản của thành phố trước."
                ),
                code=grant.area_group,
                value=grant.value,
            )
    bound = select(Staff.area_group, Staff.name).where(Staff.area_group.is_not(None))
    row = session.execute(bound.where(Staff.area_group.not_in(kept)).order_by(Staff.name).limit(1)).first()
    if row:
        raise invalid(
            ["area_groups"],
            N_("Nhóm “{code}” đang giới hạn tài khoản của {name}. Hãy đổi tài khoản đó trước."),
            code=row.area_group,
            name=row.name,
        )


def _check_numbers(change: DangerSettings) -> None:
    known = {each.phone for each in change.emergency_numbers}
    for phone in (each for danger in change.danger_words for each in danger.call):
        if phone not in known:
            raise invalid(
                ["danger_words"], N_("Số “{phone}” chưa có trong các số khẩn cấp ở trên."), phone=phone
            )


def _check_departments(reference: Reference, change: SignInSettings | UnitNameSettings) -> None:
    named: list[tuple[str, list[str]]]
    if isinstance(change, UnitNameSettings):
        named = [(code, ["unit_aliases"]) for code in change.unit_aliases.values()]
    else:
        granted = (each.department for each in change.sign_in.grants)
        named = [(code, ["sign_in", "grants"]) for code in granted if code]
        named += [(code, ["sign_in", "departments"]) for code in change.sign_in.departments.values()]
    for code, where in named:
        if code not in reference.department_by_code:
            raise invalid(where, N_("Không có đơn vị “{code}”."), code=code)
    for grant in change.sign_in.grants if isinstance(change, SignInSettings) else ():
        if grant.area_group and reference.area_group(grant.area_group) is None:
            where, told = ["sign_in", "grants"], N_("Không có nhóm phường, xã “{code}”.")
            raise invalid(where, told, code=grant.area_group)


def _read(config: Mapping[str, object]) -> CityConfig:
    """Raises Invalid where the whole could not be read again."""
    try:
        return CityConfig.model_validate({key: each for key, each in config.items() if each is not None})
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        raise invalid(first["loc"], first["msg"]) from wrong


def _last_change(session: Session, group: str) -> tuple[str | None, datetime | None]:
    """Return who changed a group last, and when, as the audit has it."""
    keys = keys_of(group)
    newest = session.execute(
        select(Staff.name, AuditEntry.at)
        .join(Staff, Staff.id == AuditEntry.staff_id)
        .where(AuditEntry.action == "city.changed", or_(*(AuditEntry.after.has_key(key) for key in keys)))
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).first()
    return (newest[0], newest[1]) if newest else (None, None)
