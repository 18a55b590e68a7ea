"""Assignment of departments to a case: codes of a request into departments, and the data of its event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.casework.case.case import Case
from service.domain.city.reference import DepartmentView, Reference
from service.domain.rules.choice import Decision
from service.domain.rules.routing import set_supports
from service.errors import invalid
from service.i18n import N_
from service.models import EventData, Report
from service.models.reports.event_data import PartsData
from service.models.reports.report import ReportChanges


@dataclass(frozen=True, slots=True)
class Assignment:
    """The departments of a case. Each plays one part."""

    lead: DepartmentView | None
    supports: tuple[DepartmentView, ...]
    executor: DepartmentView | None

    def columns(self) -> ReportChanges:
        """Return lead and executor as changes of a move."""
        return {
            "lead_id": self.lead.id if self.lead else None,
            "executor_id": self.executor.id if self.executor else None,
        }

    def event_data(self) -> EventData:
        """Return the assignment as data of the public event."""
        parts = self.codes()
        return {"lead": parts["lead"], "supports": parts["supports"], "executor": parts["executor"]}

    def codes(self) -> PartsData:
        """Return the codes of the departments by the part each plays."""
        return {
            "lead": self.lead.code if self.lead else None,
            "supports": [support.code for support in self.supports],
            "executor": self.executor.code if self.executor else None,
        }


def requested_assignment(case: Case, decision: Decision | None = None) -> Assignment:
    """Return the assignment after the request; what it leaves out is as the decision has it, else stays,
    but for departments that now play another part.

    Raises Invalid for a code that nobody active has, and for a department given two parts.
    """
    request, reference = case.request, case.reference
    lead = _by_code(reference, request.lead, "lead") or _by_id(reference, case.report.lead_id)
    if "executor" in request.model_fields_set:
        executor = _by_code(reference, request.executor, "executor")
    else:
        executor = _executor(case, decision)
        executor = None if executor == lead else executor
    if executor is not None and executor == lead:
        raise invalid(["executor"], N_("Mỗi đơn vị chỉ giữ một vai trong một phản ánh."))
    if request.supports is None:
        supports_left = _kept_supports(case, decision)
        return Assignment(
            lead, tuple(each for each in supports_left if each not in (lead, executor)), executor
        )
    return Assignment(lead, _supports(reference, request.supports, (lead, executor)), executor)


def _executor(case: Case, decision: Decision | None) -> DepartmentView | None:
    if decision is None:
        return _by_id(case.reference, case.report.executor_id)
    return case.reference.department_by_code.get(decision.executor or "")


def _kept_supports(case: Case, decision: Decision | None) -> list[DepartmentView]:
    if decision is None:
        return current_supports(case.reference, case.report)
    return [case.reference.department_by_code[code] for code in decision.supports]


def store_supports(case: Case, assignment: Assignment) -> None:
    """Make these the departments that support the case."""
    set_supports(case.report, [each.id for each in assignment.supports])


def current_supports(reference: Reference, report: Report) -> list[DepartmentView]:
    """Return the departments that support the case, by code."""
    return sorted((reference.departments[each] for each in report.support_ids), key=lambda view: view.code)


def _supports(
    reference: Reference, codes: Sequence[str], taken: tuple[DepartmentView | None, ...]
) -> tuple[DepartmentView, ...]:
    found: dict[str, DepartmentView] = {}
    for index, code in enumerate(codes):
        view = _known(reference, code, ["supports", index])
        if view in taken:
            raise invalid(["supports", index], N_("Mỗi đơn vị chỉ giữ một vai trong một phản ánh."))
        found[code] = view
    return tuple(found.values())


def _by_code(reference: Reference, code: str | None, field: str) -> DepartmentView | None:
    return _known(reference, code, [field]) if code is not None else None


def _by_id(reference: Reference, department_id: int | None) -> DepartmentView | None:
    return reference.departments.get(department_id) if department_id is not None else None


def _known(reference: Reference, code: str, loc: list[str | int]) -> DepartmentView:
    view = reference.department_by_code.get(code)
    if view is None or not view.active:
        raise invalid(loc, N_("Không có đơn vị “{code}”."), code=code)
    return view
