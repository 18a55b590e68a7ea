"""The errors the service can answer with: a stable code, a status, and text a person can act on.

`title` and `detail` are Vietnamese sentences (the msgids of `service.i18n`); `params` fill their
placeholders. How they look as problem JSON, page or fragment is decided in `failures.py` alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from service.i18n import N_


@dataclass(frozen=True, slots=True)
class FieldError:
    """Fault at one place of the input: `loc` as in the request, `msg` a msgid, `given` the text that was
    refused where it is known, by which a form finds the field of a row.
    """

    loc: tuple[str | int, ...]
    msg: str
    params: Mapping[str, object] | None = None
    given: str | None = field(default=None, compare=False, repr=False)


class AppError(Exception):
    """Base of every expected refusal."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"
    title: ClassVar[str] = N_("Có lỗi xảy ra")

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
        **params: object,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})
        self.params = params


class Refused(AppError):
    """Any other refusal of HTTP itself (a method, a range); its status comes from the framework."""

    status, code, title = 400, "refused", N_("Yêu cầu không thực hiện được")


class Malformed(AppError):
    """The request cannot be read at all (a cursor, a header, a body that is no JSON)."""

    status, code, title = 400, "malformed", N_("Yêu cầu không đọc được")


class Unauthenticated(AppError):
    """Nobody is signed in, or the token or secret is not (or no longer) valid."""

    status, code, title = 401, "unauthenticated", N_("Cần đăng nhập")


class Forbidden(AppError):
    """Known, but not allowed."""

    status, code, title = 403, "forbidden", N_("Không được phép")


class NotFound(AppError):
    """Refusal of a thing that does not exist, or of which the asker may not know."""

    status, code, title = 404, "not_found", N_("Không tìm thấy")


class TooSlow(AppError):
    """The request's body did not come within its time; nothing was stored."""

    status, code, title = 408, "too_slow", N_("Gửi quá chậm")


class Conflict(AppError):
    """The state of things does not allow it: a stale version, a transition the life cycle lacks."""

    status, code, title = 409, "conflict", N_("Không thực hiện được lúc này")


class Gone(AppError):
    """Refusal of a thing that has been erased."""

    status, code, title = 410, "gone", N_("Không còn nữa")


class TooLarge(AppError):
    """More bytes, pixels or items than allowed."""

    status, code, title = 413, "too_large", N_("Quá lớn")


class UnsupportedMedia(AppError):
    """A kind of content that is not taken."""

    status, code, title = 415, "unsupported_media", N_("Loại tệp không được nhận")


class Invalid(AppError):
    """Readable, but a value is wrong; `errors` says which."""

    status, code, title = 422, "invalid", N_("Dữ liệu chưa đúng")


class WrongHost(AppError):
    """The request was meant for another name than this installation's."""

    status, code, title = 421, "wrong_host", N_("Sai địa chỉ")


class FormTooOld(Forbidden):
    """The form does not carry this browser's token: its page was opened long ago, or is of another site."""

    def __init__(self) -> None:
        super().__init__(N_("Trang này đã mở quá lâu. Hãy tải lại trang rồi làm lại."))


class PasswordChangeNeeded(Forbidden):
    """The password was given by an administrator: until it is changed it opens nothing else."""


class TooMany(AppError):
    """Too many requests; `Retry-After` says when to come back."""

    status, code, title = 429, "too_many", N_("Quá nhiều yêu cầu")


class Unavailable(AppError):
    """A part the service needs is away for now; nothing was stored."""

    status, code, title = 503, "unavailable", N_("Tạm thời gián đoạn")


def invalid(loc: Sequence[str | int], msg: str, **params: object) -> Invalid:
    """Return an `Invalid` about one place of the input."""
    return Invalid(N_("Vui lòng sửa các mục được nêu."), errors=[FieldError(tuple(loc), msg, params or None)])
