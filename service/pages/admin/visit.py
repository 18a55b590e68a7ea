"""Shared parts of the administrators' pages: access, the rules in force, answers to forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel

from service.db import async_unit_of_work
from service.domain.configuration.administration.changes import EditStamp
from service.domain.rules.rulebook import Rulebook
from service.errors import AppError
from service.i18n import N_, Language, language_in_use
from service.models import Role
from service.pages.admin.field_words import named_fields
from service.pages.shared.forms import FormDep, SentForm
from service.pages.shared.visit import StaffVisit
from service.pages.staff.staffroom import draw_staff_page, only
from service.web.dependencies import NowDep, ResourcesDep
from service.web.viewer import Colleague

R = TypeVar("R")
M = TypeVar("M", bound=BaseModel)

ADMINISTRATOR = only(Role.ADMINISTRATOR)
AdminDep = Annotated[Colleague, Depends(ADMINISTRATOR)]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the administration, as its menu names it."""

    path: str
    name: str
    icon: str
    about: str


SECTIONS: tuple[Section, ...] = (
    Section(
        "/admin/health",
        N_("Tình trạng hệ thống"),
        "signal",
        N_("Thư, tin nhắn, sao lưu, ổ đĩa, đơn vị vắng người"),
    ),
    Section("/admin/rules", N_("Quy tắc phân công"), "layers", N_("Việc gì, ở đâu, ai chủ trì, hạn bao lâu")),
    Section("/admin/policies", N_("Hạn xử lý"), "clock", N_("Bao lâu phải tiếp nhận, bao lâu phải xong")),
    Section("/admin/calendar", N_("Lịch nghỉ"), "calendar", N_("Ngày lễ, ngày nghỉ bù, ngày làm bù")),
    Section("/admin/due", N_("Xem trước hạn"), "eye", N_("Một phản ánh đến lúc này sẽ hạn khi nào, vì sao")),
    Section(
        "/admin/categories", N_("Các loại phản ánh"), "list", N_("Cây loại, câu hỏi, công khai, bằng chứng")
    ),
    Section("/admin/departments", N_("Các đơn vị"), "building", N_("Ai có thể nhận việc")),
    Section("/admin/people", N_("Các tài khoản"), "users", N_("Thêm, khóa, đổi vai trò, đặt lại mật khẩu")),
    Section("/admin/areas", N_("Ranh giới"), "map", N_("Tải lên, kiểm tra, xem trên bản đồ, áp dụng")),
    Section("/admin/templates", N_("Mẫu trả lời"), "chat", N_("Mẫu câu để soạn trả lời")),
    Section(
        "/admin/settings",
        N_("Cài đặt"),
        "filter",
        N_("Giờ làm việc, nhắc trễ, tin rác, từ bị che, màu sắc, văn bản"),
    ),
    Section("/admin/city", N_("Thành phố"), "home", N_("Kênh tiếp nhận, thời gian lưu, tổng đài")),
    Section("/admin/keys", N_("Mã truy cập API"), "lock", N_("Cho chương trình của đơn vị khác")),
    Section("/admin/webhooks", N_("Webhook"), "send", N_("Báo diễn biến công khai cho hệ thống khác")),
    Section(
        "/admin/partners", N_("Hệ thống khác"), "share", N_("Đơn vị làm việc bằng hệ thống riêng (Open311)")
    ),
    Section(
        "/admin/channels",
        N_("Kênh nhắn tin"),
        "chat",
        N_("Zalo, email, Facebook: mã truy cập, tin đến, lỗi, gửi thử"),
    ),
    Section(
        "/admin/scheduled-changes",
        N_("Thay đổi có hiệu lực sau"),
        "progress",
        N_("Thay đổi đang chờ đến giờ"),
    ),
    Section("/admin/audit", N_("Nhật ký"), "search", N_("Ai đổi gì, khi nào, từ gì thành gì")),
)


@dataclass(frozen=True, slots=True)
class AdminVisit(StaffVisit):
    """An administrator at a page, with what is in force at this very moment."""

    book: Rulebook

    @property
    def stamp(self) -> EditStamp:
        return EditStamp(self.staff.account.id, self.staff.account.name, self.now)

    @property
    def language(self) -> Language:
        return language_in_use.get()

    def draw(
        self,
        template: str,
        context: Mapping[str, object] | None = None,
        *,
        error: AppError | None = None,
        part: str | None = None,
    ) -> Response:
        """Draw a page of the administration; with `error`, its fields say what is wrong."""
        around = {
            "sections": SECTIONS,
            "done": self.request.query_params.get("done", ""),
            "wrong_fields": named_fields(error.errors) if error else "",
        }
        filled = {**around, **(context or {})}
        return draw_staff_page(self, template, filled, "staff/admin.ts", error=error, part=part)


async def get_admin_visit(
    request: Request, staff: AdminDep, resources: ResourcesDep, now: NowDep
) -> AdminVisit:
    """Return the visit of an administrator. Reads the city's revision, which another process may have raised
    a moment ago.
    """
    async with async_unit_of_work(resources.engine) as session:
        book = await session.run_sync(resources.rulebook.get)
    return AdminVisit(request, resources, book.reference, now, staff, book)


AdminVisitDep = Annotated[AdminVisit, Depends(get_admin_visit)]


@dataclass(frozen=True, slots=True)
class AdminForm:
    """A form that an administrator sent; its token is checked."""

    visit: AdminVisit
    form: SentForm


async def get_admin_form(visit: AdminVisitDep, form: FormDep) -> AdminForm:
    """Return the form, read once its sender is known to be an administrator."""
    return AdminForm(visit, form)


AdminFormDep = Annotated[AdminForm, Depends(get_admin_form)]


def redirect_to(path: str, done: str = "") -> Response:
    """Redirect to a page, which says what was `done`."""
    mark = "&" if "?" in path else "?"
    return RedirectResponse(f"{path}{mark}done={done}" if done else path, status_code=303)
