"""Deadline policies as administrators change them; each change is a new version."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.casework.assignments import DEFAULT_POLICY
from service.domain.configuration.administration.changes import (
    EditStamp,
    holds_already,
    lock_configuration,
    record_change,
    same_version,
)
from service.domain.configuration.cityfile.schema.policies import PolicyPart
from service.errors import Conflict, NotFound
from service.i18n import N_
from service.models import DeadlinePolicy, RoutingRule
from service.models.city.rule import PolicySpec

KIND = "policy"


class PolicyChange(PolicyPart):
    """A policy to be put in force. `version` is the one it replaces; none for a new policy."""

    version: Annotated[int, Field(ge=1)] | None = None


def policies_in_force(session: Session) -> list[DeadlinePolicy]:
    """Return the policies in force, by code."""
    query = select(DeadlinePolicy).where(DeadlinePolicy.valid_to.is_(None)).order_by(DeadlinePolicy.code)
    return list(session.scalars(query))


def policy_history(session: Session, code: str) -> list[DeadlinePolicy]:
    """Return every version of a policy, the newest first. Raises NotFound."""
    query = select(DeadlinePolicy).where(DeadlinePolicy.code == code).order_by(DeadlinePolicy.version.desc())
    found = list(session.scalars(query))
    if not found:
        raise NotFound(N_("Không có thời hạn “{code}”."), code=code)
    return found


def rules_using_policy(session: Session, code: str) -> list[int]:
    """Return the numbers of the rules in force that give this policy."""
    query = select(RoutingRule.number).where(
        RoutingRule.valid_to.is_(None), RoutingRule.spec["policy"].astext == code
    )
    return list(session.scalars(query.order_by(RoutingRule.number)))


def check_policy(session: Session, code: str | None, change: PolicyChange) -> DeadlinePolicy | None:
    """Return the version in force that the change would replace; without `code` it is a new policy.

    Raises Conflict for a stale `version` or a code that is taken, NotFound.
    """
    current = _in_force(session, change.code)
    if code is None and current is not None:
        raise Conflict(N_("Mã “{code}” đã dùng cho một mục khác."), code=change.code)
    if code is not None and (code != change.code or current is None):
        raise NotFound(N_("Không có thời hạn “{code}”."), code=code)
    same_version(change.version, current.version if current else None)
    return current


def put_policy_in_force(
    session: Session, stamp: EditStamp, code: str | None, change: PolicyChange
) -> DeadlinePolicy:
    """Make the change the version in force. Reports keep the version they have. Raises as `check_policy`."""
    lock_configuration(session)
    name, spec = change.name.spec(), change.spec()
    there = _in_force(session, change.code) if code in (None, change.code) else None
    if there is not None and holds_already(there, {"name": name, "spec": spec}):
        return there
    current = check_policy(session, code, change)
    return _open(session, stamp, change.code, current, name, spec)


def restore_policy(
    session: Session, stamp: EditStamp, code: str, chosen: int, version: int
) -> DeadlinePolicy:
    """Put an old version in force again, as a new version. Raises NotFound and Conflict."""
    old = next((row for row in policy_history(session, code) if row.version == chosen), None)
    if old is None:
        raise NotFound(N_("Không có bản {version}."), version=chosen)
    return put_policy_in_force(
        session, stamp, code, policy_change_of(old).model_copy(update={"version": version})
    )


def end_policy(session: Session, stamp: EditStamp, code: str, version: int) -> DeadlinePolicy:
    """Take a policy out of force. Raises Conflict while rules give it, or for a stale version; NotFound."""
    lock_configuration(session)
    newest = policy_history(session, code)[0]
    if newest.valid_to is not None and newest.version == version:
        return newest
    same_version(version, newest.version if newest.valid_to is None else None)
    require_policy_unused(session, code)
    newest.valid_to = stamp.at
    record_change(session, stamp, "policy.ended", (KIND, code), before=policy_facts(newest))
    return newest


def _in_force(session: Session, code: str) -> DeadlinePolicy | None:
    query = select(DeadlinePolicy).where(DeadlinePolicy.valid_to.is_(None), DeadlinePolicy.code == code)
    return session.scalar(query)


def require_policy_unused(session: Session, code: str) -> None:
    """Raise Conflict for a policy that rules in force give, or that a person's choice falls back to."""
    if code == DEFAULT_POLICY:
        raise Conflict(
            N_("Thời hạn này dùng khi điều phối viên chuyển việc không theo quy tắc nào nên luôn cần có.")
        )
    if numbers := rules_using_policy(session, code):
        listed = ", ".join(str(number) for number in numbers)
        raise Conflict(
            N_("Các quy tắc {numbers} còn dùng thời hạn này. Hãy đổi chúng trước."), numbers=listed
        )


def policy_change_of(row: DeadlinePolicy) -> PolicyChange:
    """Return the change that would make the version."""
    extension = row.spec.get("extension")
    limited = extension if extension and extension.get("max_total") else None
    said = {**row.spec, "extension": limited}
    return PolicyChange.model_validate({**said, "code": row.code, "name": row.name, "version": row.version})


def policy_facts(row: DeadlinePolicy) -> dict[str, object]:
    """Return a version as the audit keeps it."""
    return {"version": row.version, "name": row.name, **row.spec}


def _open(
    session: Session,
    stamp: EditStamp,
    code: str,
    current: DeadlinePolicy | None,
    name: dict[str, str],
    spec: PolicySpec,
) -> DeadlinePolicy:
    newest = select(func.max(DeadlinePolicy.version)).where(DeadlinePolicy.code == code)
    version = (session.scalar(newest) or 0) + 1
    before = policy_facts(current) if current else None
    if current is not None:
        # Only one version may be open at a time, so the old one is closed first.
        current.valid_to = stamp.at
        session.flush()
    row = DeadlinePolicy(code=code, version=version, name=name, spec=spec, valid_from=stamp.at, valid_to=None)
    session.add(row)
    action = "policy.changed" if current else "policy.added"
    record_change(session, stamp, action, (KIND, code), before=before, after=policy_facts(row))
    return row
