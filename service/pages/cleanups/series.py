"""Clean-ups that come again, for colleagues: making a series, changing it, having it pause and go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.cleanups.drafts import MAKERS
from service.domain.cleanups.forms import NewSeries, SeriesChange
from service.domain.cleanups.offices.premises import list_premises
from service.domain.cleanups.series import make_series
from service.domain.cleanups.series_changes import change_series
from service.domain.cleanups.series_view import (
    FORTNIGHT,
    MONTH,
    OTHER,
    WEEK,
    SeriesLine,
    rule_choice,
    view_series,
    write_rule,
)
from service.domain.plans.recurrence import WEEKDAYS
from service.domain.plans.rule_words import rule_words
from service.domain.works.actions import ActionContext
from service.errors import AppError, NotFound
from service.i18n import N_, translate
from service.i18n.wording import WEEKDAY_NAMES
from service.models import HolidayHandling
from service.pages.shared.forms import Fields, FormDep, SentForm, read
from service.pages.shared.kinds import departments_by_name
from service.pages.shared.visit import StaffVisit, StaffVisitDep, answer_form
from service.pages.staff.staffroom import draw_staff_page
from service.web.dependencies import WakeAfter, WithWorks

PATH = "/manage/cleanups/series"
router = APIRouter(prefix=PATH, dependencies=[WakeAfter, WithWorks])

MOST_DIGITS = 9
EVERY = {WEEK: N_("Mỗi tuần"), FORTNIGHT: N_("Hai tuần một lần"), MONTH: N_("Mỗi tháng")}
NTH = {
    "1": N_("đầu tiên trong tháng"),
    "2": N_("thứ hai trong tháng"),
    "3": N_("thứ ba trong tháng"),
    "4": N_("thứ tư trong tháng"),
    "-1": N_("cuối cùng trong tháng"),
}
HOLIDAYS = {
    HolidayHandling.BEFORE: N_("Làm ngày làm việc liền trước"),
    HolidayHandling.AFTER: N_("Làm ngày làm việc liền sau"),
    HolidayHandling.SKIP: N_("Bỏ lần đó"),
    HolidayHandling.KEEP: N_("Vẫn làm đúng ngày"),
}
TEXTS = ("title", "meet_words", "bring", "pickup_words", "time", "minutes", "capacity", "on_holiday")


@router.get("")
async def show_series(visit: StaffVisitDep, change: str = "") -> Response:
    """Return what comes again and the form that makes a series, or changes the one in `change`."""
    return await _draw(visit, change)


@router.post("")
async def keep_series(visit: StaffVisitDep, form: FormDep) -> Response:
    """Make a series, or change the one that the form was drawn with. Sent twice it is one."""
    change, key = form.text("series"), visit.resources.settings.secret

    def verb(ctx: ActionContext) -> None:
        body = _body(form)
        if not change:
            beside: dict[str, object] = {"lead": form.text("lead"), "open_to": form.text("open_to")}
            make_series(ctx, read(NewSeries, {**body, **beside}))
            return
        sent = {**body, "version": form.number("version")}
        change_series(ctx, key, _number(change), read(SeriesChange, sent))

    return await _do(visit, form, verb, change)


@router.post("/{series}/active")
async def pause_series(visit: StaffVisitDep, series: str, form: FormDep) -> Response:
    """Have a series pause, or go on."""
    sent = {"version": form.number("version"), "active": form.text("active") == "1"}
    key = visit.resources.settings.secret

    def verb(ctx: ActionContext) -> None:
        change_series(ctx, key, _number(series), read(SeriesChange, sent))

    return await _do(visit, form, verb, "")


def fill_series(line: SeriesLine) -> Fields:
    """Return the series as the form is filled in with it."""
    every, weekday, nth = rule_choice(line.rule)
    return Fields(
        {name: str(getattr(line, name)) for name in ("title", "meet_words", "bring", "pickup_words")}
        | {"series": str(line.id), "version": str(line.version), "rule": line.rule, "lead": line.lead}
        | {"every": every, "weekday": weekday, "nth": nth, "on_holiday": line.on_holiday}
        | {"first": f"{line.first:%d/%m/%Y}", "time": f"{line.time:%H:%M}", "minutes": str(line.minutes)}
        | {"lon": str(round(line.lon, 6)), "lat": str(round(line.lat, 6))}
        | {"capacity": str(line.capacity or ""), "collector": line.collector, "open_to": line.open_to}
        | {"no_waste": "1" if line.no_waste else "", "premises": str(line.premises_id or "")}
    )


def _body(form: SentForm) -> dict[str, object]:
    every = form.text("every")
    rule = write_rule(every, form.text("weekday"), form.text("nth"))
    return {
        **{name: form.text(name) for name in TEXTS},
        "rule": form.text("rule") if every == OTHER else rule,
        "first": form.day("first"),
        "minutes": form.whole_or_text("minutes"),
        "capacity": form.whole_or_text("capacity"),
        "location": {"lon": form.text("lon"), "lat": form.text("lat")},
        "collector": form.text("collector") or None,
        "no_waste": form.text("no_waste") == "1",
        "premises": form.number("premises") if form.text("premises") else None,
    }


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > MOST_DIGITS:
        raise NotFound(N_("Không có lịch lặp này."))
    return int(text)


async def _do(
    visit: StaffVisit, form: SentForm, verb: Callable[[ActionContext], None], change: str
) -> Response:
    return await answer_form(
        visit.act(verb), lambda error: _draw(visit, change, form.fields(), error), f"{PATH}?done=1"
    )


async def _draw(
    visit: StaffVisit, change: str, typed: Mapping[str, str] | None = None, error: AppError | None = None
) -> Response:
    lines = await visit.act(view_series)
    chosen = next((each for each in lines if str(each.id) == change and each.mine), None)
    if change and chosen is None:
        raise NotFound(N_("Không có lịch lặp này."))
    departments, mine = departments_by_name(visit.reference), visit.staff.actor.departments
    lon, lat = visit.reference.config.middle
    fresh = {"lon": str(lon), "lat": str(lat), "weekday": "SU", "time": "07:00", "minutes": "120"}
    filled = fill_series(chosen) if chosen else Fields({**fresh, "every": MONTH, "nth": "1"})
    context = {
        "lines": lines,
        "chosen": chosen,
        "names": {each.id: each.name for each in visit.reference.departments.values()},
        "rule_words": rule_words,
        "every": [(value, translate(words)) for value, words in EVERY.items()],
        "days": [(code, translate(words)) for code, words in zip(WEEKDAYS, WEEKDAY_NAMES, strict=True)],
        "day_names": WEEKDAY_NAMES,
        "nth": [(value, translate(words)) for value, words in NTH.items()],
        "holidays": [(value.value, translate(words)) for value, words in HOLIDAYS.items()],
        "may_make": visit.staff.account.role in MAKERS,
        "leads": [each for each in departments if each.id in mine or visit.staff.actor.of_city],
        "departments": departments,
        "premises": [(str(each.id), each.name) for each in await visit.act(list_premises) if each.mine],
        "typed": typed or filled,
    }
    return draw_staff_page(visit, "cleanups/series.html", context, error=error)
