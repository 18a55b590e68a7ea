"""Entry point for every step of a case: lock it, check that this person may take it, call its verb."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.domain.casework import assignments, closure, progress, unmerge
from service.domain.casework.case.case import Case, Transition, stale_version
from service.domain.casework.case.context import CaseContext
from service.domain.casework.case.evidence import check_photos
from service.domain.casework.case.mentions import add_note
from service.domain.casework.case.repeats import mark_request, request_digest, was_carried_out
from service.domain.casework.case.words import say
from service.domain.casework.closure import find_report_id
from service.domain.casework.extension_requests import lapse
from service.domain.casework.merge import lock_in_order, original_of
from service.domain.kernel.texts import tidy
from service.domain.reports.access import Access, Asker, lock_report
from service.domain.reports.alarms import update_alarm
from service.domain.reports.edges import EDGES
from service.domain.reports.flags import settle_flags
from service.domain.reports.lifecycle import StatusChange, allowed, move, roles_of
from service.errors import FieldError, Forbidden, Invalid
from service.i18n import N_
from service.models import Event, EventType, Report, Role, Status

Verb = Callable[[Case], Event]
Filling = Callable[[Session, Report], Transition]
"""Completes a request by what is known of the case, once it is sure that it is the one the person saw."""

VERBS: Mapping[str, Verb] = {
    EventType.TRIAGED: closure.keep_on_desk,
    EventType.ASSIGNED: assignments.assign,
    EventType.HANDED_ON: assignments.hand_on,
    EventType.REFUSED: assignments.refuse,
    EventType.ACCEPTED: progress.accept_case,
    EventType.WAITING: progress.ask_reporter,
    EventType.RESUMED: progress.resume,
    EventType.RESOLVED: progress.resolve_case,
    EventType.CLOSED: closure.close,
    EventType.SENT_BACK: closure.send_back,
    EventType.REJECTED: closure.reject,
    EventType.MERGED: closure.merge,
    EventType.REOPENED: closure.reopen_case,
    EventType.APPEALED: closure.appeal,
    EventType.UNMERGED: unmerge.unmerge,
}

_EVENTS = {(edge.source, edge.target): edge.event for edge in EDGES}
_PARTS = frozenset({"supports", "executor"})
_OWN_FIELDS: Mapping[str, frozenset[str]] = {
    EventType.ASSIGNED: _PARTS | {"lead", "policy", "category"},
    EventType.HANDED_ON: _PARTS | {"lead"},
    EventType.ACCEPTED: _PARTS,
    EventType.MERGED: frozenset({"duplicate_of"}),
    EventType.REJECTED: frozenset({"privacy"}),
}
_SOME_NEED = frozenset[str]().union(*_OWN_FIELDS.values())


def transition(
    session: Session,
    ctx: CaseContext,
    name: str | UUID,
    request: Transition,
    filling: Filling | None = None,
) -> Report:
    """Take one step with a report, named by id or code; the very same by the same person again does nothing.

    `filling` completes the request before it is carried out. Raises NotFound; Forbidden outside the person's
    role or departments; Conflict for a stale version, also where an earlier request of their own made it
    so, and for a step that the life cycle does not have; Invalid for what the step needs or does not know.
    """
    reference, now = ctx.reference, ctx.now
    access = _lock(session, ctx.asker, name, request, now)
    report, actor = access.report, access.actor
    digest = request_digest(request, filled=filling is not None)
    if was_carried_out(session, report, actor, digest):
        return report
    if not roles_of(actor, report):
        raise Forbidden(N_("Phản ánh này không thuộc phần việc của bạn."))
    if request.version != report.version:
        raise stale_version(report, request.version)
    if filling is not None:
        request = filling(session, report)
    if request.to not in allowed(report, actor):
        move(session, report, StatusChange(request.to, actor, now))  # says why not
    event = _EVENTS[report.status, request.to]
    _check_fields(event, request)
    check_photos(session, report.id, request.evidence)
    mark_request(VERBS[event](Case(session, reference, ctx.books, report, actor, request, now)), digest)
    update_alarm(session, reference, report, now)
    lapse(session, report, now)
    if actor.role == Role.TRIAGE:
        settle_flags(session, report.id, now)
    if reply := tidy(request.public_reply):
        kind = "question" if request.to == Status.WAITING else "reply"
        say(session, report, kind, reply, public=True, actor=actor, at=now)
    if words := tidy(request.note):
        add_note(session, reference, report, words, actor=actor, at=now)
    session.flush()
    return report


def _lock(session: Session, asker: Asker, name: str | UUID, request: Transition, now: datetime) -> Access:
    if request.duplicate_of is not None:
        found = (find_report_id(session, asker, each, now) for each in (str(name), request.duplicate_of))
        lock_in_order(session, *(original_of(session, each) for each in found if each))
    elif request.to == Status.TRIAGE and (own := find_report_id(session, asker, str(name), now)):
        lock_in_order(session, own, original_of(session, own))
    return lock_report(session, asker, name, now=now)


def _check_fields(event: str, request: Transition) -> None:
    """Raises Invalid for a field that another kind of step would need: the person meant something else."""
    foreign = _SOME_NEED - _OWN_FIELDS.get(event, frozenset())
    wrong = [
        FieldError((field,), N_("Bước này không dùng mục này."))
        for field in sorted(foreign & request.model_fields_set)
        if getattr(request, field) is not None
    ]
    if wrong:
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=wrong)
