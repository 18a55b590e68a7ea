"""Shared parts of the administrators' pages: access, the rules in force, answers to forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from service.db import async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.configuration.administration.changes import EditStamp
from service.domain.rules.rulebook import Rulebook
from service.errors import AppError, NotFound, invalid
from service.i18n import N_, Language, language_in_use
from service.models import Role
from service.pages.shared.forms import FormDep
from service.pages.staff.staffroom import only, surroundings
from service.rendering.engine import page
from service.web.dependencies import NowDep, Resources, ResourcesDep
from service.web.failures import invalid_input
from service.web.validation import field_errors
from service.web.viewer import CSRF_FIELD, Colleague

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
    Section("/admin/templates", N_("Mẫu trả lời"), "chat", N_("Những câu cán bộ bắt đầu từ đó")),
    Section("/admin/city", N_("Thành phố"), "home", N_("Kênh tiếp nhận, thời gian lưu, tổng đài")),
    Section("/admin/keys", N_("Khóa API"), "lock", N_("Cho chương trình của đơn vị khác")),
    Section("/admin/scheduled-changes", N_("Hẹn giờ"), "progress", N_("Thay đổi đang chờ đến giờ")),
    Section("/admin/audit", N_("Nhật ký"), "search", N_("Ai đổi gì, khi nào, từ gì thành gì")),
)


@dataclass(frozen=True, slots=True)
class AdminPage:
    """An administrator at a page, with what is in force at this very moment."""

    request: Request
    resources: Resources
    staff: Colleague
    book: Rulebook
    now: datetime

    @property
    def reference(self) -> Reference:
        return self.book.reference

    @property
    def stamp(self) -> EditStamp:
        return EditStamp(self.staff.account.id, self.staff.account.name, self.now)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.reference.timezone)

    @property
    def language(self) -> Language:
        return language_in_use.get()

    async def run(self, act: Callable[..., R], *given: Any, **named: Any) -> R:
        """Return one domain function in a transaction of its own, committed before this returns."""
        async with async_unit_of_work(self.resources.engine) as session:
            done: R = await session.run_sync(act, *given, **named)
        return done

    def draw(
        self,
        template: str,
        context: Mapping[str, Any] | None = None,
        *,
        error: AppError | None = None,
        part: str | None = None,
    ) -> Response:
        """A page of the administration; with `error`, its fields say what is wrong."""
        around = surroundings(self.staff, self.reference, self.now, "staff/admin.ts")
        around |= {
            "sections": SECTIONS,
            "done": self.request.query_params.get("done", ""),
            "error": error,
            "fields": error.errors if error else (),
        }
        status = error.status if error else 200
        return page(self.request, template, {**around, **(context or {})}, part=part, status=status)


async def get_office(request: Request, staff: AdminDep, resources: ResourcesDep, now: NowDep) -> AdminPage:
    """The office. Other processes may have changed the city a moment ago, so its revision is asked for."""
    async with async_unit_of_work(resources.engine) as session:
        book = await session.run_sync(resources.rulebook.get)
    return AdminPage(request, resources, staff, book, now)


OfficeDep = Annotated[AdminPage, Depends(get_office)]


class Typed(dict[str, str]):
    """Fields of a form as typed; a field that did not come is empty, so that any form can be drawn again."""

    def __missing__(self, name: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Filled:
    """An office with a form that was sent; its token is checked."""

    office: AdminPage
    form: FormData

    def text(self, name: str) -> str:
        """Return one field, tidied; empty where it is missing."""
        value = self.form.get(name, "")
        return value.strip().replace("\r\n", "\n") if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """Every value of a field that may be there several times."""
        return [value for value in self.form.getlist(name) if isinstance(value, str) and value]

    def whole(self, name: str) -> int:
        """A whole number. Raises Invalid."""
        try:
            return int(self.text(name))
        except ValueError:
            raise invalid([name], N_("Cần một số nguyên.")) from None

    def moment(self, name: str) -> datetime:
        """A local date and time as a browser sends it. Raises Invalid."""
        try:
            at = datetime.fromisoformat(self.text(name))
        except ValueError:
            raise invalid([name], N_("Hãy chọn ngày và giờ.")) from None
        return at if at.tzinfo else at.replace(tzinfo=self.office.zone)

    def named(self, name: str) -> dict[str, Any]:
        """A name in two languages, from `<name>_vi` and `<name>_en`."""
        return {"vi": self.text(f"{name}_vi"), "en": self.text(f"{name}_en") or None}

    def fields(self) -> Typed:
        """Every single text, without the token."""
        return Typed({key: self.text(key) for key in self.form if key != CSRF_FIELD})


async def get_filled(office: OfficeDep, form: FormDep) -> Filled:
    """The form, read after its sender was let in."""
    return Filled(office, form)


FilledDep = Annotated[Filled, Depends(get_filled)]


def read(model: type[M], given: Mapping[str, Any]) -> M:
    """Return what was filled in, as `model`. Raises Invalid."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise invalid_input(field_errors(error.errors(include_url=False))) from None


def to(path: str, done: str = "") -> Response:
    """Back to a page after something was done, which it says."""
    mark = "&" if "?" in path else "?"
    return RedirectResponse(f"{path}{mark}done={done}" if done else path, status_code=303)


def not_here() -> NotFound:
    """For an address that names nothing."""
    return NotFound(N_("Không có trang hoặc mục này. Hãy xem lại địa chỉ."))
