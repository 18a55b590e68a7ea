"""Words by which somebody wants no more news in a conversation, or wants them again."""

from __future__ import annotations

import re

from service.domain.talks.dialogue.intents import plain
from service.i18n import N_

STOPPED = N_(
    "Đã dừng báo tin về các phản ánh gửi ở đây. Muốn nhận lại, anh/chị nhắn “báo lại”. "
    "Khi cần phản ánh việc mới, anh/chị cứ nhắn."
)
RESUMED = N_("Đã bật lại báo tin: mọi bước xử lý sẽ được báo tại đây.")
NOTHING_TOLD = N_(
    "Dạ vâng. Trợ lý chỉ nhắn khi anh/chị nhắn trước; khi cần phản ánh, anh/chị cứ nhắn tại đây."
)

_WHOM = r"(?: (?:cho )?(?:toi|em|minh|tui|anh|chi|chau|con|me))?"
_NEWS = r"(?: (?:tin|tin nhan|thong bao))"
_STOP = re.compile(
    rf"(?:stop|unsubscribe|(?:please )?stop (?:messaging|texting|sending(?: messages)?){_WHOM}"
    rf"|no more messages|huy (?:dang ky|nhan tin)|(?:tat|ngung|dung) thong bao|(?:dung|ngung) bao nua"
    rf"|(?:dung|ngung) (?:co )?(?:nhan|lam phien){_NEWS}?{_WHOM}(?: nua)?"
    rf"|(?:dung|ngung|thoi|khoi|(?:khong|ko|k)(?: muon)?) (?:nhan|gui|bao){_NEWS}{_WHOM}(?: nua)?)"
)
_AGAIN = re.compile(rf"(?:bao|nhan tin|bao tin|gui tin) (?:lai|tro lai){_WHOM}|(?:re)?start|subscribe")
_MEANT_OTHERWISE = re.compile(r"\b(?:đúng|đụng|dựng|dụng|nhân|nhẫn|nhãn|bảo|bão)\b", re.IGNORECASE)
"""Words that are written like these without their marks."""


def wants_silence(text: str) -> bool:
    """Return whether somebody wants to be told no more: “dừng nhắn”, “đừng nhắn tin nữa”, “STOP”."""
    return _STOP.fullmatch(plain(text)) is not None and not _MEANT_OTHERWISE.search(text)


def wants_news(text: str) -> bool:
    """Return whether somebody wants to be told again: “báo lại”."""
    return _AGAIN.fullmatch(plain(text)) is not None and not _MEANT_OTHERWISE.search(text)
