"""Actions over several cases of the queue: each case its own transaction, and its own line of result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from service.db import DomainSession
from service.domain.casework.case.case import Transition
from service.domain.casework.case.context import CaseContext
from service.domain.casework.holders import HolderChange, entrust
from service.domain.casework.transitions import transition
from service.domain.kernel.codes import tidy_code
from service.errors import AppError, invalid
from service.i18n import N_, translate
from service.models import Status
from service.pages.queue.queue import BulkActionResult, QueueFiltersDep, QueueVisit, draw_queue
from service.pages.shared.forms import FormDep, SentForm
from service.pages.shared.visit import StaffVisit
from service.web.dependencies import WakeAfter
from service.web.takedown import ClearAfter

router = APIRouter(dependencies=[WakeAfter, ClearAfter])

MOST = 100

Act = Callable[[DomainSession, str, int], str]
"""Acts, with a session, on the case of that code as it was in that version; says what was done."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Ticked line: the case, and the version that was on the screen."""

    code: str
    version: int


@router.post("/queue/bulk")
async def bulk(visit: QueueVisit, filters: QueueFiltersDep, form: FormDep) -> Response:
    """Accept, hand on or give away what was ticked; each line tells what became of it."""
    typed = {name: form.text(name) for name in ("act", "lead", "reason", "holder")}
    reference, staff, resources, now = visit.reference, visit.staff, visit.resources, visit.now

    def act(session: DomainSession, code: str, version: int) -> str:
        if typed["act"] == "holder":
            change = HolderChange(holder=typed["holder"] or None, version=version)
            entrust(session, reference, staff.asker, code, change, now)
            return translate(N_("Đã giao"))
        step = _step(typed, version)
        transition(session, CaseContext(reference, resources.rulebook, staff.asker, now), code, step)
        return translate(N_("Đã tiếp nhận") if step.to == Status.IN_PROGRESS else N_("Đã chuyển đơn vị"))

    results = [await _one(visit, act, chosen) for chosen in _chosen(form)]
    if not results:
        results = [BulkActionResult("", False, translate(N_("Hãy đánh dấu ít nhất một phản ánh.")))]
    done = all(each.good for each in results)
    return await draw_queue(visit, filters, results, None if done else typed)


async def _one(visit: StaffVisit, act: Act, chosen: Chosen) -> BulkActionResult:
    try:
        text = await visit.run(act, chosen.code, chosen.version)
    except AppError as error:
        sentences = [translate(each.msg, **(each.params or {})) for each in error.errors]
        return BulkActionResult(
            chosen.code, False, " ".join(sentences) or translate(error.detail, **error.params)
        )
    return BulkActionResult(chosen.code, True, text)


def _step(typed: dict[str, str], version: int) -> Transition:
    if typed["act"] == "accept":
        return Transition(to=Status.IN_PROGRESS, version=version)
    if typed["act"] == "hand_on":
        if not typed["lead"]:
            raise invalid(["lead"], N_("Cần chọn đơn vị chủ trì."))
        return Transition(
            to=Status.ASSIGNED, lead=typed["lead"], reason=typed["reason"][:2000], version=version
        )
    raise invalid(["act"], N_("Hãy chọn việc cần làm."))


def _chosen(form: SentForm) -> list[Chosen]:
    """Return the ticked lines, each case once; what is no line of ours is left out."""
    found: dict[str, Chosen] = {}
    for value in form.texts("case")[:MOST]:
        code, _, version = value.partition(":")
        tidy = tidy_code(code)
        if tidy and version.isdecimal() and 0 < int(version) < 2**31:
            found[tidy] = Chosen(tidy, int(version))
    return list(found.values())
