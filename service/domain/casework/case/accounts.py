"""The account a report keeps of a decision that a person took: who, what, and what the rules say to it."""

from __future__ import annotations

from service.domain.casework.case.assignment import Assignment
from service.domain.casework.case.case import Case
from service.domain.city.reference import DepartmentView
from service.domain.rules.choice import Decision
from service.domain.rules.routing import routing_account
from service.domain.rules.rulebook import Rulebook
from service.domain.rules.words import explain
from service.i18n import LANGUAGES, N_, Language, pick, translate
from service.models import Role
from service.models.reports.report import StoredRouting

_FOLLOWED = N_("{who} chuyển theo quy tắc. {rule}.")
_CHOSEN = N_("{who} quyết định: {parts}. Quy tắc gợi ý khác. {rule}.")
_NO_RULE = N_("{who} quyết định: {parts}. Không có quy tắc nào cho việc này.")
_LEADS, _SUPPORT, _EXECUTES = N_("{who} chủ trì"), N_("{who} phối hợp"), N_("{who} thực hiện")
_COORDINATOR, _DEPARTMENT = N_("Điều phối viên"), N_("{lead} (đơn vị chủ trì trước)")


def account_of(
    case: Case,
    book: Rulebook,
    decision: Decision,
    assignment: Assignment,
    *,
    policy: str | None,
    followed: bool,
) -> StoredRouting:
    """Return what the report keeps of this decision, in place of what it kept of the one before."""
    before = case.report.routing or StoredRouting()
    routing = routing_account(book, decision, case.now)
    data: StoredRouting = {
        **_found_out(before),
        **routing,
        "policy": policy,
        "by": {"role": case.actor.role, "staff_id": case.actor.staff_id},
        "explanation": {
            language: _sentence(case, book, decision, assignment, followed, language)
            for language in LANGUAGES
        },
    }
    return data if followed else {**data, "rule": None}


def _found_out(before: StoredRouting) -> StoredRouting:
    """Return what routing found out about the place and its like: it stays true whoever decides."""
    stays: StoredRouting = {}
    if "ward_distance_m" in before:
        stays["ward_distance_m"] = before["ward_distance_m"]
    if "suspicion" in before:
        stays["suspicion"] = before["suspicion"]
    return stays


def _sentence(
    case: Case, book: Rulebook, decision: Decision, assignment: Assignment, followed: bool, language: Language
) -> str:
    lead = case.reference.departments.get(case.report.lead_id or 0)
    who = translate(_COORDINATOR, language)
    if case.actor.role != Role.TRIAGE and lead is not None:
        who = translate(_DEPARTMENT, language, lead=_named(lead, language))
    rule = explain(decision, book.names, language)
    if followed:
        return translate(_FOLLOWED, language, who=who, rule=rule)
    sentences = _parts(assignment, language)
    if decision.rule is None:
        return translate(_NO_RULE, language, who=who, parts=sentences)
    return translate(_CHOSEN, language, who=who, parts=sentences, rule=rule)


def _parts(assignment: Assignment, language: Language) -> str:
    sentences = (
        [translate(_LEADS, language, who=_named(assignment.lead, language))] if assignment.lead else []
    )
    sentences += [translate(_SUPPORT, language, who=_named(each, language)) for each in assignment.supports]
    if assignment.executor:
        sentences.append(translate(_EXECUTES, language, who=_named(assignment.executor, language)))
    return ", ".join(sentences)


def _named(department: DepartmentView, language: Language) -> str:
    return pick(department.short_name, language) or pick(department.name, language)
