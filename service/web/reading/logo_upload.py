"""A logo as it is uploaded: read within bounds, and drawn anew in a child process."""

from __future__ import annotations

from collections.abc import Mapping

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import UploadFile

from service.errors import AppError, Invalid, TooLarge, Unavailable, UnsupportedMedia
from service.i18n import N_
from service.imaging.logo import LogoPicture
from service.imaging.refusal import PhotoRefused, Reason
from service.imaging.sandbox import SandboxFailed, logo_in_child

LOGO_BYTES = 4 << 20
_one_at_a_time = CapacityLimiter(1)
_BROKEN = (Invalid, N_("Không đọc được hình này, hoặc hình không có gì để thấy. Hãy chọn tệp khác."))
_REFUSED: Mapping[Reason, tuple[type[AppError], str]] = {
    Reason.EMPTY: (Invalid, N_("Tệp trống. Hãy chọn lại.")),
    Reason.TOO_LARGE: (TooLarge, N_("Biểu trưng nặng quá 4 MB. Hãy chọn tệp nhỏ hơn.")),
    Reason.NOT_A_PHOTO: (
        UnsupportedMedia,
        N_("Biểu trưng cần là hình PNG, JPEG hoặc WebP. SVG không nhận vì có thể chứa mã lệnh."),
    ),
    Reason.TOO_MANY_PIXELS: (TooLarge, N_("Hình có kích thước quá lớn. Hãy thu nhỏ rồi tải lên lại.")),
    Reason.BROKEN: _BROKEN,
}


async def read_logo_upload(file: UploadFile) -> LogoPicture:
    """Return the logo that a file shows. Raises the AppError that says why it is not taken."""
    data = await file.read(LOGO_BYTES + 1)
    if len(data) > LOGO_BYTES:
        raise _refusal(Reason.TOO_LARGE)
    try:
        return await to_thread.run_sync(logo_in_child, data, limiter=_one_at_a_time)
    except PhotoRefused as refused:
        raise _refusal(refused.reason) from refused
    except SandboxFailed:
        raise Unavailable(N_("Chưa xử lý được hình lúc này. Hãy thử lại sau ít phút.")) from None


def _refusal(reason: Reason) -> AppError:
    kind, sentence = _REFUSED.get(reason, _BROKEN)
    return kind(sentence)
