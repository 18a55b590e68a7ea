"""A report's timeline in words: what each event says to people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from service.domain.casework.citizens.comments import CommentView
from service.domain.queries.timeline import InsideEvent, TimelineEvent
from service.domain.queries.views import NamedCode, PhotoLinks
from service.i18n import N_, pick, translate
from service.i18n.wording import Tone, distance_words
from service.models import EventType
from service.pages.shared.claim_words import cable_facts


class TimelinePhoto(Protocol):
    """A photo as a timeline shows it."""

    @property
    def url(self) -> str: ...
    @property
    def thumbnail_url(self) -> str: ...


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """Entry of a timeline: `reply` official, `remark` a citizen's; `note` and `by` for staff alone.
    `aside` says who reads what not everybody does.
    """

    what: str
    at: datetime
    tone: Tone
    icon: str
    reason: str = ""
    reply: str = ""
    note: str = ""
    remark: str = ""
    photos: Sequence[TimelinePhoto] = ()
    by: str = ""
    aside: str = ""


@dataclass(frozen=True, slots=True)
class _Words:
    """Appearance of one type of event; `with_lead` is said instead where a department holds the case,
    `nameless` where the other report's code is not told, `moved` where the ward is another.
    """

    what: str
    tone: Tone
    icon: str
    with_lead: str = ""
    nameless: str = ""
    moved: str = ""


EVENT_WORDS: Mapping[EventType, _Words | None] = {
    EventType.RECEIVED: _Words(N_("Đã tiếp nhận"), "blue", "inbox"),
    EventType.TRIAGED: _Words(N_("Chờ điều phối viên xem xét"), "blue", "hand"),
    EventType.ASSIGNED: _Words(N_("Đã chuyển đơn vị"), "blue", "building", N_("Chuyển đến {lead}")),
    EventType.HANDED_ON: _Words(N_("Chuyển đơn vị khác"), "blue", "building", N_("Chuyển tiếp đến {lead}")),
    EventType.REFUSED: _Words(N_("Đơn vị trả lại để điều phối"), "blue", "undo"),
    EventType.ACCEPTED: _Words(N_("Bắt đầu xử lý"), "purple", "progress", N_("{lead} bắt đầu xử lý")),
    EventType.WAITING: _Words(
        N_("Đơn vị xử lý hỏi thêm người gửi"), "grey", "pause", N_("{lead} hỏi thêm người gửi")
    ),
    EventType.RESUMED: _Words(N_("Tiếp tục xử lý"), "purple", "progress"),
    EventType.RESOLVED: _Words(N_("Đã xử lý xong"), "green", "eye", N_("{lead} báo đã xử lý xong")),
    EventType.SENT_BACK: _Words(N_("Kiểm tra chưa đạt, phải làm lại"), "amber", "undo"),
    EventType.CLOSED: _Words(N_("Hoàn thành"), "green", "done"),
    EventType.REOPENED: _Words(N_("Được mở lại"), "amber", "refresh"),
    EventType.REJECTED: _Words(N_("Không tiếp nhận"), "neutral", "reject"),
    EventType.APPEALED: _Words(N_("Người gửi đề nghị xem lại"), "amber", "refresh"),
    EventType.MERGED: _Words(N_("Gộp vào một phản ánh đã có"), "neutral", "merge"),
    EventType.JOINED: _Words(
        N_("Gộp thêm phản ánh {duplicate}"), "neutral", "merge", nameless=N_("Gộp thêm một phản ánh khác")
    ),
    EventType.UNMERGED: _Words(N_("Hủy gộp, xử lý riêng"), "blue", "split"),
    EventType.PARTED: _Words(
        N_("Tách phản ánh {duplicate} ra xử lý riêng"),
        "neutral",
        "split",
        nameless=N_("Tách một phản ánh đã gộp ra xử lý riêng"),
    ),
    EventType.SPLIT: _Words(
        N_("Tách một việc thành phản ánh {into}"),
        "neutral",
        "split",
        nameless=N_("Tách một việc thành phản ánh khác"),
    ),
    EventType.SPLIT_OFF: _Words(
        N_("Được tách từ phản ánh {source}"), "neutral", "split", nameless=N_("Được tách từ phản ánh khác")
    ),
    EventType.WITHDRAWN: _Words(N_("Người gửi đã rút phản ánh"), "neutral", "undo"),
    EventType.EXTENDED: _Words(N_("Gia hạn xử lý"), "amber", "clock"),
    EventType.DEADLINE_WARNED: _Words(N_("Nhắc việc: sắp hết hạn xử lý"), "amber", "clock"),
    EventType.OVERDUE: _Words(N_("Quá hạn xử lý"), "red", "alert"),
    EventType.EMERGENCY: _Words(N_("Khẩn cấp: báo ngay điều phối viên trực"), "red", "alert"),
    EventType.EMERGENCY_TAKEN: _Words(N_("Điều phối viên đã nhận việc khẩn cấp"), "green", "check"),
    EventType.ERASED: _Words(N_("Đã xóa thông tin cá nhân theo yêu cầu"), "neutral", "shield"),
    EventType.HIDDEN: _Words(N_("Đã ẩn khỏi công khai"), "neutral", "lock"),
    EventType.SHOWN: _Words(N_("Hiện công khai trở lại"), "neutral", "eye"),
    EventType.PHOTO_HIDDEN: _Words(N_("Đã ẩn một ảnh"), "neutral", "lock"),
    EventType.PHOTO_SHOWN: _Words(N_("Đã cho hiện một ảnh"), "neutral", "eye"),
    EventType.COMMENT_HIDDEN: _Words(N_("Đã ẩn một ý kiến"), "neutral", "lock"),
    EventType.COMMENT_SHOWN: _Words(N_("Đã cho hiện lại một ý kiến"), "neutral", "eye"),
    EventType.PARTS_CHANGED: _Words(N_("Đổi đơn vị phối hợp, thực hiện"), "neutral", "users"),
    EventType.RECATEGORISED: _Words(N_("Sửa loại phản ánh: {after}"), "blue", "refresh"),
    EventType.RELOCATED: _Words(
        N_("Sửa vị trí phản ánh"), "blue", "pin", moved=N_("Sửa vị trí phản ánh: chuyển sang {ward}")
    ),
    EventType.RECOUNTED: _Words(N_("Tính lại thời hạn theo lịch nghỉ"), "amber", "clock"),
    EventType.EXECUTOR_ACCEPTED: _Words(N_("Đơn vị thực hiện nhận việc"), "purple", "check"),
    EventType.EXECUTOR_DECLINED: _Words(N_("Đơn vị thực hiện không nhận việc"), "amber", "undo"),
    EventType.NUMBER_CONFIRMED: _Words(N_("Đã xác nhận số điện thoại trên quảng cáo"), "neutral", "phone"),
    EventType.CLAIM_ASKED: _Words(N_("Hỏi các đơn vị có cáp: cáp của ai?"), "neutral", "question"),
    EventType.CLAIM_ANSWERED: _Words(N_("{company}: {claim}"), "neutral", "chat"),
    EventType.UNCLAIMED: _Words(
        N_("Không đơn vị nào nhận cáp này. {owner} tháo dỡ, hạn {until}"), "amber", "cable"
    ),
    EventType.CABLE_FINISHED: _Words(
        N_("{company} đã làm xong cáp trên tuyến {street}, đã kiểm tra"), "green", "cable"
    ),
    EventType.ENTRUSTED: _Words(N_("Giao việc trong đơn vị"), "neutral", "user"),
    EventType.EXTENSION_ASKED: _Words(N_("Đề nghị gia hạn"), "amber", "clock"),
    EventType.EXTENSION_DECLINED: _Words(N_("Không duyệt gia hạn"), "neutral", "clock"),
    EventType.REMINDED: _Words(N_("Đã nhắc người gửi trả lời"), "grey", "bell"),
    EventType.UNREACHED: _Words(
        N_("Tin cho người gửi không đến được, hãy liên hệ cách khác"), "amber", "alert"
    ),
    EventType.RATED: _Words(N_("Người gửi đánh giá: {verdict}"), "neutral", "star"),
    EventType.FOLLOW_UP_ASKED: _Words(N_("Đã hỏi lại người dân: chỗ này còn ổn không?"), "grey", "question"),
    EventType.FOLLOW_UP_ANSWERED: _Words(N_("Người dân trả lời: {lasting}"), "neutral", "chat"),
    # Told as the words themselves, or as the photo.
    EventType.COMMENT_ADDED: None,
    EventType.PHOTO_READY: None,
    EventType.NOTED: None,
    # Shown where it matters: on the desk, at the photo, among those who follow.
    EventType.DESK_FLAGGED: None,
    EventType.DESK_SETTLED: None,
    EventType.PHOTO_ADDED: None,
    EventType.PHOTO_RENDERED: None,
    EventType.PHOTO_FAILED: None,
    EventType.PHOTO_ORIGINAL_READ: None,
    EventType.FOLLOWED: None,
}
"""Every type of event in words, or None where it has no line of its own."""

_LINES: Mapping[str, _Words] = {type_: words for type_, words in EVENT_WORDS.items() if words}

VERDICTS = (
    N_("Rất không hài lòng"),
    N_("Không hài lòng"),
    N_("Chấp nhận được"),
    N_("Hài lòng"),
    N_("Rất hài lòng"),
)
"""The scores of a rating in words, from 1 to 5."""

_CODES = ("duplicate", "into", "source")
"""Where an event names another report."""

_ACCEPT_PASSED = N_("Nhắc việc: quá hạn tiếp nhận")
_TOLD: Mapping[str, str] = {
    "holder": N_("đơn vị xử lý"),
    "manager": N_("lãnh đạo đơn vị"),
    "city_manager": N_("lãnh đạo thành phố"),
    "triage": N_("điều phối viên"),
}
_MARKS: Mapping[str, str] = {
    "far": N_("Xa hơn mức cho phép."),
    "no_place": N_("Không có vị trí lúc kiểm tra."),
    "old_photo": N_("Ảnh không chụp ngay lúc kiểm tra."),
}
_PHOTOS: Mapping[str, str] = {
    "report": N_("Ảnh của người gửi"),
    "reply": N_("Ảnh bổ sung của người dân"),
    "evidence": N_("Ảnh của đơn vị xử lý"),
}
_COMMENTS: Mapping[str, tuple[str, Tone, str, str]] = {
    "remark": (N_("Người dân bổ sung"), "grey", "chat", "remark"),
    "answer": (N_("Người gửi trả lời"), "grey", "chat", "remark"),
    "question": (N_("Thành phố hỏi thêm"), "blue", "question", "reply"),
    "reply": (N_("Thành phố trả lời"), "purple", "chat", "reply"),
    "note": (N_("Ghi chú nội bộ"), "amber", "lock", "note"),
}
_NAMED = {"question": N_("{by} hỏi thêm"), "reply": N_("{by} trả lời")}
"""The same where it is known which department speaks."""


def build_timeline(
    events: Sequence[TimelineEvent],
    comments: Sequence[CommentView],
    photos: Sequence[PhotoLinks],
    *,
    brief: bool = False,
) -> list[TimelineEntry]:
    """Return the events in words, newest first; comments where they were made, photos under what they prove.

    `brief` names comments and photos without showing them.
    """
    by_id = {photo.id: photo for photo in photos}
    shown_elsewhere = {photo for event in events for photo in _evidence(event)}
    words = {comment.id: comment for comment in comments}
    entry_of = _brief_entry if brief else _full_entry
    entries = (_signed(entry_of(event, words, by_id, shown_elsewhere), event) for event in events)
    return [each for each in reversed(list(entries)) if each is not None]


def _signed(entry: TimelineEntry | None, event: TimelineEvent) -> TimelineEntry | None:
    """Return the entry with the colleague's name, where colleagues read it."""
    by = event.staff if isinstance(event, InsideEvent) else None
    return replace(entry, by=by) if entry and by else entry


def _brief_entry(
    event: TimelineEvent,
    comments: Mapping[UUID, CommentView],
    photos: Mapping[UUID, PhotoLinks],
    shown_elsewhere: set[UUID],
) -> TimelineEntry | None:
    if event.type == EventType.COMMENT_ADDED:
        what, tone, picture, _ = _COMMENTS[event.data["kind"]]
        return TimelineEntry(translate(what), event.at, tone, picture)
    if event.type == EventType.PHOTO_READY:
        what = _PHOTOS[event.data["kind"]]
        return TimelineEntry(translate(what), event.at, "grey", "image")
    return _full_entry(event, comments, photos, shown_elsewhere)


def _full_entry(
    event: TimelineEvent,
    comments: Mapping[UUID, CommentView],
    photos: Mapping[UUID, PhotoLinks],
    shown_elsewhere: set[UUID],
) -> TimelineEntry | None:
    if event.type == EventType.COMMENT_ADDED:
        return _comment(event, comments)
    if event.type == EventType.PHOTO_READY:
        photo = photos.get(UUID(event.data["photo"]))
        if photo is None or photo.id in shown_elsewhere:
            return None
        return TimelineEntry(translate(_PHOTOS[photo.kind]), event.at, "grey", "image", photos=[photo])
    if event.type not in _LINES:
        return None
    what, tone, picture = words_for(event.type, event.lead, {**event.data, **_codes_inside(event)})
    if event.data.get("step"):
        return _warning(event, what, tone, picture)
    proof = [photos[each] for each in _evidence(event) if each in photos]
    reason = event.data.get("reason") or ""
    note = _inspected(event) or _among_colleagues(event)
    return TimelineEntry(what, event.at, tone, picture, reason=reason, note=note, photos=proof)


def _warning(event: TimelineEvent, what: str, tone: Tone, picture: str) -> TimelineEntry:
    """Return a deadline's warning, and who was told."""
    if event.data["step"] == "accept":
        what = translate(_ACCEPT_PASSED)
    circles = ", ".join(translate(_TOLD[each]) for each in event.data.get("to", ()) if each in _TOLD)
    return TimelineEntry(
        what, event.at, tone, picture, note=translate(N_("Đã báo: {who}."), who=circles) if circles else ""
    )


def _inspected(event: TimelineEvent) -> str:
    """Return what colleagues read of an inspection: how far from the place, and what was out of the
    ordinary.
    """
    found = (event.private or {}).get("inspection") if isinstance(event, InsideEvent) else None
    if not found:
        return ""
    sentences = []
    if found["distance_m"] is not None:
        far, most = (distance_words(found[key]) for key in ("distance_m", "radius_m"))
        sentences.append(translate(N_("Kiểm tra cách vị trí {far} (cho phép {most})."), far=far, most=most))
    sentences += [translate(_MARKS[each]) for each in found["marks"] if each in _MARKS]
    if found["explanation"]:
        sentences.append(translate(N_("Lý do: {why}"), why=found["explanation"]))
    return " ".join(sentences)


def _codes_inside(event: TimelineEvent) -> dict[str, object]:
    """Return the codes of unpublished reports that the event tells colleagues."""
    private = (event.private or {}) if isinstance(event, InsideEvent) else {}
    return {name: private[name] for name in _CODES if private.get(name)}


def _among_colleagues(event: TimelineEvent) -> str:
    """Return what stands in the private part of steps that only colleagues hear of."""
    private = (event.private or {}) if isinstance(event, InsideEvent) else {}
    if event.type in (EventType.ENTRUSTED, EventType.ACCEPTED):
        holder = private.get("holder")
        if event.type == EventType.ACCEPTED:
            return translate(N_("Người giữ: {name}."), name=holder) if holder else ""
        return translate(N_("Giao cho {name}."), name=holder) if holder else translate(N_("Bỏ phân công."))
    if event.type == EventType.EXECUTOR_ACCEPTED:
        return translate(N_("Hẹn có mặt lúc {at}."), at=event.data["arrives"])
    if event.type in (EventType.EXTENSION_ASKED, EventType.EXECUTOR_DECLINED):
        return str(private.get("reason", ""))
    if event.type == EventType.CLAIM_ANSWERED:
        return str(private.get("words", ""))
    return str(private.get("answer", "")) if event.type == EventType.EXTENSION_DECLINED else ""


def words_for(type_: str, lead: NamedCode | None, data: Mapping[str, Any]) -> tuple[str, Tone, str]:
    """Return what an event says, its colour and its shape; it has to be one with a line of its own."""
    words = _LINES[type_]
    if words.with_lead and lead:
        return translate(words.with_lead, lead=lead.name), words.tone, words.icon
    if words.nameless and not any(data.get(name) for name in _CODES):
        return translate(words.nameless), words.tone, words.icon
    if words.moved and data.get("ward"):
        return translate(words.moved, ward=data["ward"]), words.tone, words.icon
    filled = {name: data.get(name) for name in _CODES}
    if (score := int(data.get("score") or 0)) in range(1, 6):
        filled["verdict"] = translate(VERDICTS[score - 1])
    if "lasts" in data:
        filled["lasting"] = translate(N_("vẫn ổn") if data["lasts"] else N_("bị lại rồi"))
    filled |= cable_facts(data)
    if names := data.get("category_name"):
        filled["after"] = pick(names)
    sentence = translate(words.what, **filled)
    return sentence, words.tone, words.icon


def _comment(event: TimelineEvent, comments: Mapping[UUID, CommentView]) -> TimelineEntry | None:
    comment = comments.get(UUID(event.data["comment"]))
    if comment is None:
        return None
    what, tone, picture, field = _COMMENTS[comment.kind]
    reply, remark, note = (comment.text if field == each else "" for each in ("reply", "remark", "note"))
    text = (
        translate(_NAMED[comment.kind], by=comment.by)
        if comment.by and comment.kind in _NAMED
        else translate(what)
    )
    aside = translate(N_("Chỉ người gửi và cán bộ đọc được.")) if remark and not comment.public else ""
    return TimelineEntry(text, event.at, tone, picture, reply=reply, remark=remark, note=note, aside=aside)


def _evidence(event: TimelineEvent) -> list[UUID]:
    return [UUID(each) for each in event.data.get("evidence", ())]
