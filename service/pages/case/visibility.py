"""Visibility of one case and its parts for the public, decided part by part from its page or the
desk: hide and show.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from service.domain.privacy import visibility
from service.domain.privacy.visibility import ReportVisibility, Visibility
from service.errors import AppError, invalid
from service.i18n import N_
from service.pages.case.case import CaseVisit, RefusedForm, draw_case_page, known_code
from service.pages.shared.forms import FormDep, read, read_id
from service.web.dependencies import WakeAfter
from service.web.takedown import ClearAfter

router = APIRouter(dependencies=[WakeAfter, ClearAfter])

FORM = "visibility"
NO_PART = N_("Không có phần này của phản ánh. Hãy tải lại trang.")


@router.post("/case/{code}/visibility")
async def decide(visit: CaseVisit, code: str, form: FormDep) -> Response:
    """Hide one part of the case or show it again, then back to where the form stood."""
    tidy = known_code(code)
    typed, asker, now = form.fields(), visit.staff.asker, visit.now
    sent = {"hidden": typed["hidden"], "reason": typed["reason"]}
    try:
        if (kind := typed["kind"]) == "report":
            change = read(ReportVisibility, {**sent, "version": typed["version"]})
            await visit.run(visibility.decide_report, asker, tidy, change, now)
        elif kind in ("photo", "comment"):
            act = visibility.decide_photo if kind == "photo" else visibility.decide_comment
            await visit.run(act, asker, read_id(form.text("id"), NO_PART), read(Visibility, sent), now)
        else:
            raise invalid(["kind"], N_("Hãy chọn một trong: {expected}."), expected="report, photo, comment")
    except AppError as error:
        return await draw_case_page(visit, tidy, RefusedForm(FORM, error, typed))
    return RedirectResponse(_back(tidy, typed), status_code=303)


def _back(code: str, typed: Mapping[str, object]) -> str:
    if typed.get("from") == "desk":
        return f"/desk?{urlencode({'case': code})}"
    done = "hidden" if typed.get("hidden") == "true" else "shown"
    return f"/case/{code}?done={done}#visibility"
