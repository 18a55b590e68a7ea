"""Page of monthly readings: what units used of electricity, water and paper, and the form to enter it."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from service.db import DomainSession
from service.domain.city.city import load_calendar
from service.domain.emulation.entries import readings
from service.domain.emulation.entries.readings import METER_NAMES, METER_UNITS, MeterDraft
from service.domain.kernel.written_days import read_day
from service.domain.works.access import READERS
from service.errors import AppError, invalid
from service.i18n import N_, pick, translate
from service.pages.shared.forms import Fields, FormDep, SentForm, number_or_text, read
from service.pages.shared.visit import StaffVisit, StaffVisitDep, answer_form
from service.pages.staff.staffroom import draw_staff_page, only
from service.web.dependencies import WithWorks

router = APIRouter(dependencies=[WithWorks, Depends(only(*READERS))])

PATH = "/emulation/readings"


@router.get(PATH)
async def show_readings(visit: StaffVisitDep) -> Response:
    """Show the readings that one reads, and the form for people of a unit."""
    return await _draw(visit)


@router.post(PATH)
async def enter(visit: StaffVisitDep, form: FormDep) -> Response:
    """Enter a value, or correct one."""

    def run(session: DomainSession) -> None:
        body = {
            **{name: form.text(name) for name in ("unit", "what", "why")},
            "premises": form.whole_or_text("premises"),
            "month": _month(form),
            "value": number_or_text(form.text("value")),
            "replaces": form.number("replaces"),
        }
        calendar = load_calendar(session, visit.reference)
        who = visit.reference, calendar, visit.staff.actor
        readings.put_reading(session, *who, read(MeterDraft, body), visit.now)

    return await answer_form(visit.run(run), lambda error: _draw(visit, error, form), f"{PATH}?done=1")


def _month(form: SentForm) -> str:
    """Return a month as people or browsers write it, `05/2026`. Raises Invalid."""
    try:
        return f"{read_day('01/' + form.text('month')):%Y-%m}"
    except ValueError:
        raise invalid(["month"], N_("Cần một tháng, ví dụ 05/2026.")) from None


async def _draw(visit: StaffVisit, error: AppError | None = None, form: SentForm | None = None) -> Response:
    actor, reference = visit.staff.actor, visit.reference

    def run(session: DomainSession) -> dict[str, object]:
        month = readings.last_month(load_calendar(session, reference), visit.now)
        return {
            "items": readings.list_readings(session, reference, actor, None, month=month),
            "month": f"{month:%m/%Y}",
            "premises": readings.premises_of(session, actor.departments),
        }

    units = [each for each in reference.departments.values() if each.active]
    own = sorted((each.code, pick(each.name)) for each in units if readings.may_enter(actor, each.id))
    first = reference.departments.get(actor.department_id or 0)
    context = {
        **await visit.run(run),
        "units": own,
        "mine": first.code if first else "",
        "meters": [(each.value, translate(name)) for each, name in METER_NAMES.items()],
        "meter_names": METER_NAMES,
        "meter_units": METER_UNITS,
        "entered": form.fields() if form else Fields(),
    }
    return draw_staff_page(visit, "emulation/readings.html", context, error=error)
