"""“Dừng nhắn”: who wants no more news in a conversation gets none of its reports, until they say so."""

from __future__ import annotations

import re

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.domain.notices.kinds import NEVER
from service.domain.notices.preferences import store_choice
from service.domain.talks.dialogue.dialogue import DROPPED
from service.domain.talks.dialogue.intents import plain
from service.domain.talks.dialogue.state import DialogueState
from service.domain.talks.outgoing import BY_LETTER
from service.domain.talks.turn_acts import TurnContext, keep_state, reports_of
from service.i18n import N_
from service.models import NoticeChannel, NoticeChoice

STOPPED = N_(
    "Đã dừng báo tin về các phản ánh gửi ở đây. Muốn nhận lại, anh/chị nhắn “báo lại”. "
    "Khi cần phản ánh việc mới, anh/chị cứ nhắn."
)
RESUMED = N_("Đã báo tin trở lại: mọi bước xử lý sẽ được báo tại đây.")
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


def heed_wish(session: Session, context: TurnContext, state: DialogueState, text: str) -> bool:
    """Stop or take up again the news of the conversation's reports, where that is all somebody says; return
    whether it was. A report that is begun is dropped by it.
    """
    said = text.rpartition("\n")[2] if context.talk.channel in BY_LETTER else text
    reports, address = reports_of(session, context.talk), _address(context)
    if address is None:
        return False
    if wants_silence(said):
        for report in reports:
            store_choice(session, address, NEVER, now=context.now, report_id=report.id)
        keep_state(context, DialogueState(last_code=state.last_code))
        context.say(session, STOPPED if reports else DROPPED if state.begun else NOTHING_TOLD)
        return True
    if not reports or state.begun or not wants_news(said):
        return False
    ours = (NoticeChoice.channel == address[0], NoticeChoice.recipient == address[1])
    session.execute(delete(NoticeChoice).where(*ours, NoticeChoice.pace == NEVER))
    context.say(session, RESUMED)
    return True


def _address(context: TurnContext) -> tuple[NoticeChannel, str] | None:
    """Return where the person of the conversation is told of its reports."""
    talk = context.talk
    if talk.channel not in tuple(NoticeChannel):
        return None
    person = context.vault.open(talk.person).lower() if talk.channel in BY_LETTER else str(talk.id)
    return NoticeChannel(talk.channel), person
