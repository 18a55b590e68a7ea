"""Words of carriers' answers, on pages and in workbooks."""

from __future__ import annotations

import re
from collections.abc import Mapping

from service.domain.kernel.texts import fold
from service.i18n import N_
from service.models import CarrierAction, CarrierAnswer, RequestPurpose

PURPOSE_WORDS: Mapping[RequestPurpose, str] = {
    RequestPurpose.TRACE: N_("Xác minh chủ thuê bao"),
    RequestPurpose.WARN: N_("Nhắc nhở chủ thuê bao"),
    RequestPurpose.SUSPEND: N_("Tạm ngừng cung cấp dịch vụ"),
    RequestPurpose.RESTORE: N_("Khôi phục dịch vụ"),
}
ANSWER_WORDS: Mapping[CarrierAnswer, str] = {
    CarrierAnswer.OURS: N_("Thuê bao của nhà mạng"),
    CarrierAnswer.PORTED: N_("Đã chuyển mạng"),
    CarrierAnswer.NOT_IN_USE: N_("Không sử dụng"),
    CarrierAnswer.UNREGISTERED: N_("Chưa có thông tin đăng ký"),
    CarrierAnswer.NEW_OWNER: N_("Đã có chủ mới"),
    CarrierAnswer.REFUSED: N_("Không cung cấp được"),
    CarrierAnswer.NONE: N_("Không cần trả lời nữa"),
}
ACTION_WORDS: Mapping[CarrierAction, str] = {
    CarrierAction.NONE: N_("Chưa làm gì"),
    CarrierAction.WARNED: N_("Đã nhắc nhở"),
    CarrierAction.SUSPENDED: N_("Đã tạm ngừng"),
    CarrierAction.RESTORED: N_("Đã khôi phục"),
}
_ALSO: Mapping[CarrierAnswer, tuple[str, ...]] = {
    CarrierAnswer.OURS: (
        "cua nha mang",
        "dung",
        "dung thue bao",
        "thuoc nha mang",
        "thuoc mang",
        "thue bao thuoc mang",
        "cua chung toi",
        "thue bao cua chung toi",
        "dang hoat dong",
        "dang su dung",
    ),
    CarrierAnswer.NOT_IN_USE: (
        "khong ton tai",
        "khong hoat dong",
        "khong con su dung",
        "khong con hoat dong",
        "ngung hoat dong",
        "da thu hoi",
        "da huy",
        "chua kich hoat",
    ),
    CarrierAnswer.UNREGISTERED: (
        "khong co thong tin",
        "khong co thong tin dang ky",
        "chua dang ky thong tin",
        "chua dang ky",
    ),
    CarrierAnswer.NEW_OWNER: ("chu moi", "da doi chu"),
    CarrierAnswer.REFUSED: ("tu choi",),
}
_PORTED = re.compile(r"(?:thue bao )?(?:da )?chuyen (?:sang )?mang\b")


def written_answer(text: str) -> CarrierAnswer | None:
    """Return the answer that a cell says, with or without marks, by its code too."""
    folded = fold(text)
    codes = {fold(str(each)): each for each in CarrierAnswer}
    names = {fold(name): each for each, name in ANSWER_WORDS.items()}
    also = {words: each for each, known in _ALSO.items() for words in known}
    found = codes.get(folded) or names.get(folded) or also.get(folded)
    if found is None and _PORTED.match(folded):
        found = CarrierAnswer.PORTED
    return None if found == CarrierAnswer.NONE else found


def written_action(text: str) -> CarrierAction | None:
    """Return the act that a cell says; an empty one says that nothing was done."""
    folded = fold(text)
    names = {fold(name): each for each, name in ACTION_WORDS.items()}
    codes = {fold(str(each)): each for each in CarrierAction}
    return (names.get(folded) or codes.get(folded)) if folded else CarrierAction.NONE
