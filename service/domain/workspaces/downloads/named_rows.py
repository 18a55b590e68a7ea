"""Lists of reports for an office: columns, values, title and file name, in the language in use."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from service.domain.city.reference import DepartmentView, Reference
from service.domain.deadlines.standing import seen_at
from service.domain.kernel.sql import AnyRow
from service.domain.kernel.texts import fold
from service.domain.queries.manage.outcomes import OUTCOMES
from service.domain.queries.manage.period_words import period_name, period_slug
from service.domain.queries.manage.selection import Selection, bounded_parameters, read_selection
from service.domain.reports.access import Asker
from service.domain.reports.filters import Params
from service.domain.workspaces.downloads.office import OFFICE_WRITERS, Column, Sheet
from service.i18n import N_, pick, translate
from service.i18n.wording import RECEPTION_WORDS, STATUSES
from service.models import ReceptionChannel, Status

DAY_S = 86_400
LAYOUT, OFFICE = "layout", "office"
"""What an order says of a list that is to be handed on: names instead of codes, ready to be printed."""
TITLES: Mapping[str, str] = {
    "reports": N_("Danh sách phản ánh"),
    "queue": N_("Hàng việc"),
    "desk": N_("Chờ điều phối"),
}


def is_office_file(params: Params, form: str) -> bool:
    """Return whether the file is one for an office; layers of maps are not."""
    return params.get(LAYOUT) == OFFICE and form in OFFICE_WRITERS


def list_sheet(reference: Reference, asker: Asker, params: Params, now: datetime) -> Sheet:
    """Return the frame of the list behind an address; who holds a case is told to staff alone."""
    zone = ZoneInfo(reference.timezone)
    own = asker.staff if params.get("list") == "manage" else None
    narrowed = filters_in_words(reference, bounded_parameters(reference, own, params) if own else params)
    made = translate(N_("Lập lúc {at}"), at=f"{now.astimezone(zone):%H:%M %d/%m/%Y}")
    filtered = translate(N_("Đã lọc theo: {filters}"), filters=" · ".join(narrowed))
    title = " – ".join(each for each in _named(reference, asker, params, now) if each)
    return Sheet(title, (filtered, made) if narrowed else (made,), _columns(inside=asker.staff is not None))


def list_filename(reference: Reference, asker: Asker, params: Params, now: datetime, form: str) -> str:
    """Return what the file of a list is called: what it holds, and its period or the day it was made."""
    title, _ = _named(reference, asker, params, now)
    selection = _selection(reference, asker, params, now)
    when = (
        period_slug(selection.period)
        if selection and selection.period
        else f"{now.astimezone(ZoneInfo(reference.timezone)):%d-%m-%Y}"
    )
    return f"{file_word(title)}-{when}.{form}"


def file_word(title: str) -> str:
    """Return a title as a part of a file's name: `Trễ hạn` → `tre-han`."""
    return re.sub("[^a-z0-9]+", "-", fold(title)).strip("-")


def _area_name(reference: Reference, code: str) -> str:
    """Return the name of a ward or a group of wards. Raises KeyError."""
    group = reference.area_group(code)
    return pick(group.name) if group else reference.ward_by_code[code].said_name


def filters_in_words(reference: Reference, filters: Params) -> list[str]:
    """Return what narrows a list as people read it: names of kinds, places, departments and statuses."""
    named: dict[str, Callable[[str], str]] = {
        "category": lambda code: pick(reference.category_by_code[code].name),
        "ward": lambda code: _area_name(reference, code),
        "department": lambda code: pick(reference.department_by_code[code].name),
        "status": lambda code: translate(STATUSES[Status(code)].name),
    }
    words = []
    for name, read_name in named.items():
        for code in str(filters.get(name) or "").split(","):
            with contextlib.suppress(KeyError, ValueError):
                words.append(read_name(code.strip()))
    if filters.get("overdue"):
        words.append(translate(N_("Trễ hạn")))
    if said := filters.get("q"):
        words.append(f"“{said}”")
    return words


def named_values(
    reference: Reference, row: AnyRow, now: datetime, base: str, *, inside: bool
) -> tuple[object, ...]:
    """Return the cells of one report, in the order of the columns."""
    mask, ward = reference.masking_of(row.category_id), reference.wards.get(row.ward_id or 0)
    late_s = (seen_at(row, now) - row.due_at).total_seconds() if row.due_at else 0
    helping = [name for each in row.support_ids if (name := _name(reference.departments.get(each)))]
    return (
        row.code,
        pick(reference.categories[row.category_id].name),
        translate(STATUSES[row.status].name),
        mask.text(row.description),
        mask.text(row.address),
        ward.said_name if ward else None,
        _name(reference.departments.get(row.lead_id or 0)),
        ", ".join(helping) or None,
        _name(reference.departments.get(row.executor_id or 0)),
        *((row.holder,) if inside else ()),
        translate(RECEPTION_WORDS[ReceptionChannel(row.channel)]),
        row.created_at,
        row.due_at,
        row.resolved_at,
        row.closed_at,
        late_s / DAY_S if late_s > 0 else None,
        f"{base}/r/{row.code}",
    )


def _columns(*, inside: bool) -> tuple[Column, ...]:
    holder = (Column(translate(N_("Người phụ trách")), width=12),) if inside else ()
    return (
        Column(translate(N_("Mã phản ánh")), width=13),
        Column(translate(N_("Loại")), width=14),
        Column(translate(N_("Trạng thái")), width=11),
        Column(translate(N_("Nội dung")), width=34),
        Column(translate(N_("Địa chỉ")), width=16),
        Column(translate(N_("Phường, xã")), width=12),
        Column(translate(N_("Đơn vị chủ trì")), width=17),
        Column(translate(N_("Đơn vị phối hợp")), width=15),
        Column(translate(N_("Đơn vị thực hiện")), width=16),
        *holder,
        Column(translate(N_("Kênh tiếp nhận")), width=11),
        Column(translate(N_("Nhận lúc")), "moment", 16),
        Column(translate(N_("Hạn xử lý")), "moment", 16),
        Column(translate(N_("Xử lý xong lúc")), "moment", 16),
        Column(translate(N_("Kết thúc lúc")), "moment", 16),
        Column(translate(N_("Trễ (ngày)")), "decimal", 7),
        Column(translate(N_("Địa chỉ trang theo dõi")), width=18),
    )


def _named(reference: Reference, asker: Asker, params: Params, now: datetime) -> tuple[str, str]:
    """Return what the list holds, and of which period."""
    selection = _selection(reference, asker, params, now)
    if selection is None:
        return translate(TITLES.get(str(params.get("list") or "reports"), TITLES["reports"])), ""
    title = OUTCOMES[selection.outcome].name if selection.outcome else TITLES["reports"]
    return translate(title), period_name(selection.period) if selection.period else ""


def _selection(reference: Reference, asker: Asker, params: Params, now: datetime) -> Selection | None:
    """Return what a manager's list holds; None for another list."""
    if params.get("list") != "manage" or asker.staff is None:
        return None
    return read_selection(reference, asker.staff, params, now)


def _name(view: DepartmentView | None) -> str | None:
    return pick(view.name) if view else None
