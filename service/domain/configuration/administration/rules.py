"""Routing rules as administrators change them: put in force, ended, taken back. Each is a new version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, NamedTuple

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.configuration.administration.changes import (
    EditStamp,
    holds_already,
    lock_configuration,
    record_change,
    same_version,
)
from service.domain.configuration.cityfile.schema.base import NameByLanguage
from service.domain.rules.drafts import RuleBody, rule_of_draft
from service.domain.rules.rulebook import Rulebook
from service.errors import NotFound, invalid
from service.i18n import N_
from service.models import Report, RoutingRule, RuleRefusal
from service.models.city.rule import RuleSpec

KIND = "rule"
MOST_REFUSALS = 20


class RuleRefusalRecord(NamedTuple):
    """A department refused a report that a rule had given it."""

    code: str
    department_id: int
    reason: str
    at: datetime


class RuleChange(RuleBody):
    """A rule to be put in force. `version` is the one it replaces; none for a new rule.

    `number` names a new rule, the next free one if it is not given; of a rule that is there it is in the
    address.
    """

    name: NameByLanguage
    version: Annotated[int, Field(ge=1)] | None = None
    number: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


def rules_in_force(session: Session) -> list[RoutingRule]:
    """Return the rules in force, by number."""
    query = select(RoutingRule).where(RoutingRule.valid_to.is_(None)).order_by(RoutingRule.number)
    return list(session.scalars(query))


def rule_history(session: Session, number: int) -> list[RoutingRule]:
    """Return every version of a rule, the newest first. Raises NotFound."""
    query = select(RoutingRule).where(RoutingRule.number == number).order_by(RoutingRule.version.desc())
    found = list(session.scalars(query))
    if not found:
        raise NotFound(N_("Không có quy tắc số {number}."), number=number)
    return found


def ended_rules(session: Session) -> list[RoutingRule]:
    """Return the last version of each rule that is in force no more."""
    newest = select(func.max(RoutingRule.id)).group_by(RoutingRule.number)
    query = select(RoutingRule).where(RoutingRule.id.in_(newest), RoutingRule.valid_to.is_not(None))
    return list(session.scalars(query.order_by(RoutingRule.number)))


def refusals_by_rule(session: Session) -> dict[int, int]:
    """Return by number how often departments said “not ours” to what the version in force had given them."""
    query = (
        select(RoutingRule.number, func.count())
        .join(RuleRefusal, RuleRefusal.rule_id == RoutingRule.id)
        .where(RoutingRule.valid_to.is_(None))
        .group_by(RoutingRule.number)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def rule_refusals(session: Session, rule_id: int) -> list[RuleRefusalRecord]:
    """Return the newest refusals of what one version had given, with the report and the words."""
    query = (
        select(Report.code, RuleRefusal.department_id, RuleRefusal.reason, RuleRefusal.at)
        .join(Report, Report.id == RuleRefusal.report_id)
        .where(RuleRefusal.rule_id == rule_id)
        .order_by(RuleRefusal.at.desc(), RuleRefusal.id.desc())
        .limit(MOST_REFUSALS)
    )
    return [RuleRefusalRecord(*row) for row in session.execute(query)]


def check_rule(
    session: Session, book: Rulebook, number: int | None, change: RuleChange
) -> tuple[int, RoutingRule | None, RuleSpec]:
    """Return the number of the changed rule, the version in force and the spec that would follow it.

    Raises Invalid naming every mistake, Conflict for a stale `version`, NotFound for a number never given.
    """
    if number is None:
        number = _new_number(session, change.number)
    else:
        rule_history(session, number)
    current = _current(session, number)
    same_version(change.version, current.version if current else None)
    return number, current, rule_of_draft(book, change, number, ("body",)).spec()


def put_rule_in_force(
    session: Session, book: Rulebook, stamp: EditStamp, number: int | None, change: RuleChange
) -> RoutingRule:
    """Make the change the version in force; the very same again is no new version. Raises as `check_rule`."""
    lock_configuration(session)
    name, there = change.name.spec(), _current(session, number or change.number or 0)
    if there is not None:
        spec = rule_of_draft(book, change, there.number, ("body",)).spec()
        if holds_already(there, {"name": name, "spec": spec}):
            return there
    number, current, spec = check_rule(session, book, number, change)
    return _open(session, stamp, number, name, spec, action="rule.changed" if current else "rule.added")


def end_rule(session: Session, stamp: EditStamp, number: int, version: int) -> RoutingRule:
    """Take a rule out of force; its versions are kept. Raises NotFound and Conflict."""
    lock_configuration(session)
    newest = rule_history(session, number)[0]
    if newest.valid_to is not None and newest.version == version:
        return newest
    current = _current(session, number)
    same_version(version, current.version if current else None)
    newest.valid_to = stamp.at
    record_change(session, stamp, "rule.ended", (KIND, str(number)), before=rule_facts(newest))
    return newest


def restore_rule(
    session: Session, book: Rulebook, stamp: EditStamp, number: int, chosen: int, version: int | None
) -> RoutingRule:
    """Put an old version in force again, as a new version. Raises as `check_rule`, for its mistakes of today.

    `version` is the one in force now, none where the rule was ended.
    """
    old = next((row for row in rule_history(session, number) if row.version == chosen), None)
    if old is None:
        raise NotFound(N_("Quy tắc {number} không có bản {version}."), number=number, version=chosen)
    change = rule_change_of(old).model_copy(update={"version": version})
    return put_rule_in_force(session, book, stamp, number, change)


def rule_facts(row: RoutingRule) -> dict[str, object]:
    """Return a version as the audit keeps it."""
    return {"version": row.version, "name": row.name, **row.spec}


def rule_change_of(row: RoutingRule) -> RuleChange:
    """Return the change that would make the version."""
    return RuleChange.model_validate({**row.spec, "name": row.name, "version": row.version})


def _new_number(session: Session, asked: int | None) -> int:
    highest = session.scalar(select(func.max(RoutingRule.number))) or 0
    if asked is None:
        return highest + 1
    if session.scalar(select(RoutingRule.id).where(RoutingRule.number == asked).limit(1)):
        raise invalid(["number"], N_("Số {number} đã dùng cho một quy tắc khác."), number=asked)
    return asked


def _current(session: Session, number: int) -> RoutingRule | None:
    query = select(RoutingRule).where(RoutingRule.number == number, RoutingRule.valid_to.is_(None))
    return session.scalar(query)


def _open(
    session: Session,
    stamp: EditStamp,
    number: int,
    name: Mapping[str, str],
    spec: RuleSpec,
    action: str,
) -> RoutingRule:
    current = _current(session, number)
    newest = select(func.max(RoutingRule.version)).where(RoutingRule.number == number)
    version = (session.scalar(newest) or 0) + 1
    before = rule_facts(current) if current else None
    if current is not None:
        # Only one version may be open at a time, so the old one is closed first.
        current.valid_to = stamp.at
        session.flush()
    row = RoutingRule(
        number=number,
        version=version,
        name=dict(name),
        spec=spec,
        valid_from=stamp.at,
        valid_to=None,
        created_by=stamp.name,
    )
    session.add(row)
    record_change(session, stamp, action, (KIND, str(number)), before=before, after=rule_facts(row))
    return row
