"""Conversations on the desk: the list, one of them, and what a coordinator does there."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response

from service.domain.talks import desk as talks
from service.domain.talks.vault import Vault
from service.errors import AppError, NotFound
from service.i18n import N_
from service.pages.desk.desk import DeskVisit
from service.pages.shared.forms import FormDep
from service.pages.shared.visit import StaffVisit
from service.pages.staff.staffroom import draw_staff_page
from service.sending.channels import CHANNELS
from service.storage import StorageUnavailable

router = APIRouter(prefix="/desk/talks")

TALK_WORDS = {
    "bot": ("blue", "progress", N_("trợ lý đang trả lời")),
    "waiting_person": ("amber", "hand", N_("chờ người trả lời")),
    "person": ("purple", "user", N_("có người trả lời")),
    "closed": ("grey", "check", N_("đã khép lại")),
}
LINE_WORDS = {
    "waiting": N_("chờ gửi"),
    "claimed": N_("đang gửi"),
    "unknown": N_("không rõ đã gửi chưa"),
    "given_up": N_("không gửi được"),
}
CAUTION_WORDS = {
    "dmarc": N_("Máy chủ thư báo địa chỉ gửi có thể bị giả mạo. Trợ lý không trả lời thư này."),
    "charset": N_("Chữ trong thư có thể bị sai bảng mã. Hãy đọc bản gốc."),
    "winmail": N_("Thư có tệp winmail.dat của Outlook mà ở đây không mở được. Trợ lý đã xin gửi lại ảnh."),
    "encrypted": N_("Thư được mã hóa nên không đọc được. Trợ lý đã xin gửi lại thư không mã hóa."),
    "lost": N_("Không rõ câu trả lời cuối đã đến chưa vì máy gửi bị ngắt. Hãy xem lại và trả lời giúp."),
    "unsaid": N_("Không gửi được câu trả lời cuối. Hãy liên hệ bằng cách khác nếu có."),
    "bounced": N_("Thư trả lời không đến được hộp thư này."),
    "unplaced": N_("Trợ lý không tìm được nơi xảy ra. Nếu người gửi nhắn thêm chỗ, trợ lý ghi nhận tiếp."),
    "answered": N_("Trợ lý đã trả lời địa chỉ này đủ số lần trong ngày. Có thể bên kia cũng là máy trả lời."),
}
QUESTION_WORDS = {
    "what": N_("việc gì"),
    "where": N_("ở đâu"),
    "nearer": N_("chỗ nào trên đường ấy"),
    "ward": N_("phường, xã nào"),
    "kind": N_("loại nào"),
    "confirm": N_("có gửi không"),
    "more": N_("bổ sung hay việc mới"),
}


@router.get("")
async def table(visit: DeskVisit, show: Annotated[str, Query(max_length=10)] = "open") -> Response:
    """The conversations, those that wait for a person first; the list alone for a script."""
    wanted: talks.Show = "all" if show == "all" else "open"
    rows = await visit.run(talks.read_talks, _vault(visit), visit.staff.actor, wanted)
    context = {
        "rows": rows,
        "show": wanted,
        "talk_words": TALK_WORDS,
        "known_channels": CHANNELS,
    }
    return draw_staff_page(
        visit, "desk/talks/index.html", context, "staff/live.ts", part="desk/talks/_list.html"
    )


@router.get("/{talk}")
async def one(visit: DeskVisit, talk: UUID) -> Response:
    """Show one conversation; its messages alone for a script, which asks again and again."""
    return await _draw(visit, talk)


@router.get("/{talk}/files/{file}")
async def photo(visit: DeskVisit, talk: UUID, file: int) -> Response:
    """A photo of a conversation, for who reads it here."""
    found = await visit.run(talks.open_talk, _vault(visit), visit.staff.actor, talk, visit.now)
    named = [each for line in found.lines for each in line.files if each.id == file and each.object_key]
    if not named or named[0].object_key is None:
        raise NotFound(N_("Không có ảnh này."))
    try:
        stored = await visit.resources.storage.open(named[0].object_key)
        data = b"".join([piece async for piece in stored.chunks])
    except (FileNotFoundError, StorageUnavailable):
        raise NotFound(N_("Không có ảnh này.")) from None
    headers = {"cache-control": "private, no-store", "content-security-policy": "sandbox; default-src 'none'"}
    if named[0].kind != "photo":
        headers["content-disposition"] = f'attachment; filename="tep-{file}.bin"'
        headers["x-content-type-options"] = "nosniff"
    return Response(data, media_type=named[0].media_type, headers=headers)


@router.post("/{talk}")
async def act(visit: DeskVisit, talk: UUID, form: FormDep) -> Response:
    """Take over, answer, give back to the machine or close, as the button says."""
    what, actor = form.text("act"), visit.staff.actor
    try:
        if what == "say":
            vault = _vault(visit)
            await visit.run(talks.answer_person, vault, actor, talk, form.text("text"), visit.now)
        elif what == "machine":
            await visit.run(talks.give_to_machine, actor, talk, visit.now)
        elif what == "close":
            await visit.run(talks.close_talk, actor, talk)
        else:
            await visit.run(talks.take_talk, actor, talk, visit.now)
    except AppError as error:
        return await _draw(visit, talk, error=error, text=form.text("text"))
    return RedirectResponse(f"/desk/talks/{talk}#say" if what != "close" else "/desk/talks", status_code=303)


async def _draw(visit: StaffVisit, talk: UUID, error: AppError | None = None, text: str = "") -> Response:
    found = await visit.run(talks.open_talk, _vault(visit), visit.staff.actor, talk, visit.now)
    category = visit.reference.category_by_code.get(found.draft.kind)
    context = {
        "talk": found,
        "category": category,
        "talk_words": TALK_WORDS,
        "line_words": LINE_WORDS,
        "caution_words": CAUTION_WORDS,
        "question_words": QUESTION_WORDS,
        "known_channels": CHANNELS,
        "until": _answerable_until(visit, found.row),
        "typed": text,
    }
    part = "desk/talks/_lines.html"
    return draw_staff_page(visit, "desk/talks/one.html", context, "staff/live.ts", error=error, part=part)


def _answerable_until(visit: StaffVisit, row: talks.TalkRow) -> datetime | None:
    """Return until when the channel takes an answer; None where that has no end."""
    channel = CHANNELS.get(row.channel)
    window = channel.talk.window(visit.resources.settings) if channel and channel.talk else None
    return row.last_in_at + window if window else None


def _vault(visit: StaffVisit) -> Vault:
    return Vault(visit.resources.settings.secret)
