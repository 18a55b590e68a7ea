"""A report's page drawn, whole or the part that changes while one looks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import Request
from fastapi.responses import Response

from service.domain.city.danger_words import find_danger
from service.domain.city.penalties import penalties_in_force
from service.domain.city.questions import answer_words
from service.domain.city.reference import Reference
from service.domain.queries.tracking import Tracking
from service.domain.queries.views import ReportView
from service.domain.reports.photos import photo_links
from service.domain.rules.standing_words import deadline_words
from service.errors import AppError
from service.i18n import N_, language_in_use, pick, translate
from service.models import NoticeChannel
from service.pages.shared.cable_words import near_words
from service.pages.shared.cards import before_and_after, place_words
from service.pages.shared.kinds import FLAG_WORDS
from service.pages.shared.story import build_timeline
from service.pages.track.share_preview import preview, share_words, translation_link
from service.rendering.engine import page
from service.sending.channels import CHANNELS, offered
from service.sending.push import push_key
from service.web.dependencies import Resources

DONE_WORDS: Mapping[str, tuple[str, str]] = {
    "answer": (N_("Đã gửi câu trả lời"), N_("Đơn vị xử lý đã được báo và sẽ làm tiếp.")),
    "comment": (N_("Đã gửi ý kiến"), N_("Ý kiến của bạn ở ngay dưới đây.")),
    "photo": (N_("Đã nhận ảnh"), N_("Ảnh hiện ở đây sau khi được xử lý, thường trong ít giây.")),
    "follow": (N_("Bạn đang theo dõi phản ánh này"), N_("Có tin mới, mục “Của tôi” trên máy này sẽ báo.")),
    "rate": (N_("Cảm ơn bạn đã đánh giá"), ""),
    "reopen": (N_("Đã gửi yêu cầu"), N_("Lý do của bạn ở ngay dưới đây.")),
    "withdraw": (N_("Đã rút phản ánh"), ""),
    "show": (N_("Đã cho hiện ảnh"), ""),
    "erase": (N_("Đã xóa thông tin của bạn"), ""),
    "secret": (N_("Đã đổi liên kết riêng"), N_("Máy này giữ liên kết mới.")),
    "lasts": (N_("Cảm ơn bạn đã trả lời"), ""),
    "contact": (N_("Đã lưu cách liên hệ"), N_("Chỉ người xử lý phản ánh đọc được.")),
}
"""What is said at the top once an action was done, by its name in the address."""

CONTACT_WORDS: Mapping[str, str] = {
    "phone": N_("Số điện thoại chưa đúng, ví dụ đúng: 0905 123 456."),
    "email": N_("Địa chỉ email chưa đúng, ví dụ đúng: ten@vidu.vn."),
}
"""What was wrong with a contact that a report went without, by the name in the address."""

AGAIN_ZOOM = 17

FEWEST_COUNTED = 3
"""Others who saw the same are counted from this number on: fewer could be told apart."""


def draw(
    request: Request,
    reference: Reference,
    now: datetime,
    tracking: Tracking,
    error: AppError | None = None,
    failed: str = "",
    typed: Mapping[str, str] | None = None,
    cursor: str = "",
) -> Response:
    """Return the page or its part that changes; `failed` names the form that was refused, `error` says why,
    and `typed` is what stood in it. `cursor` is the feed's position that the page is at least as new as.
    """
    resources: Resources = request.app.state.resources
    title = pick(reference.category_by_code[tracking.view.category].name)
    answered = _outcome_in_address(request)
    filled = {
        **_about(reference, tracking, title, now),
        **answered,
        "danger": find_danger(reference.config.danger_words, tracking.view.description)
        if "new" in request.query_params
        else (),
        "again": f"/report?{urlencode(again_fields(tracking.view))}",
        "new_id": (typed or {}).get("id") or str(uuid4()),
        "known_channels": CHANNELS,
        "channels": offered(resources.settings),
        "push_key": push_key(resources.settings),
        "share": f"{resources.settings.public_url.rstrip('/')}/r/{tracking.view.code}",
        "share_text": share_words(tracking.view, title),
        "translation": _translation(request, tracking),
        "preview": preview(resources.settings.public_url, tracking.view, title),
        "reference": reference,
        "now": now,
        "error": error,
        "failed": failed,
        "typed": typed or {},
        "cursor": cursor,
        "islands": ["citizens/track.ts"],
        "contact_words": CONTACT_WORDS,
        "flag_choices": [(kind, translate(words)) for kind, words in FLAG_WORDS.items()],
    }
    return page(request, "track/index.html", filled, part="track/_live.html")


def again_fields(view: ReportView) -> dict[str, str | float]:
    """Return what the next report may begin with, without scripts; a phone knows more by the code."""
    place: dict[str, str | float] = {
        "lon": view.location.lon,
        "lat": view.location.lat,
        "z": AGAIN_ZOOM,
        "step": "form",
    }
    return {"again": view.code, "category": view.category, **place, "address": view.address}


def _about(reference: Reference, tracking: Tracking, title: str, now: datetime) -> dict[str, object]:
    """Return what the page tells of the report."""
    view = tracking.view
    question = tracking.question
    by_id = {photo.id: photo for photo in view.photos}
    emailed = any(each.confirmed and each.channel == NoticeChannel.EMAIL for each in tracking.watches)
    return {
        "report": view,
        "title": title,
        "role": tracking.role,
        "own": tracking.own,
        "may": tracking.may,
        "original": tracking.original_code,
        "finished_at": tracking.finished_at,
        "deadline": deadline_words(tracking.standing),
        "question": question,
        "last_chance": tracking.last_chance,
        "rough": tracking.rough,
        "elsewhere": tracking.elsewhere,
        "cables": [(each, near_words(reference, each)) for each in tracking.cables],
        "question_photos": [by_id[each] for each in question.photos if each in by_id] if question else [],
        "story": build_timeline(tracking.events, tracking.comments, view.photos),
        "pair": before_and_after(view),
        "place": place_words(view),
        "watches": tracking.watches,
        "emailed": emailed,
        "waiting": [photo_links(each, "") for each in tracking.waiting],
        "pending": tracking.pending,
        "answers": answer_words(reference, tracking.own.attributes, view.category) if tracking.own else (),
        "others": tracking.others if tracking.others >= FEWEST_COUNTED else min(tracking.others, 1),
        "follow_up": tracking.follow_up,
        "penalties": penalties_in_force(reference, now, view.category),
    }


def _translation(request: Request, tracking: Tracking) -> str:
    """Return where English readers have the page translated; empty for who reads Vietnamese, and for what a
    translator could not open.
    """
    if language_in_use.get() == "vi" or (tracking.own is not None and not tracking.own.published):
        return ""
    resources: Resources = request.app.state.resources
    accepted = request.headers.get("accept-language")
    return translation_link(resources.settings.public_url, tracking.view.code, accepted)


def _outcome_in_address(request: Request) -> dict[str, object]:
    """Return what the address says: that the report was just sent or followed, what was just done."""
    query = request.query_params
    done = DONE_WORDS.get(query.get("done", ""))
    return {
        "new": "new" in query,
        "followed": "followed" in query,
        "lost": query.get("lost", ""),
        "no_contact": [each for each in query.get("nocontact", "").split(",") if each in CONTACT_WORDS],
        "broken_link": "broken" in query,
        "outcome": query.get("told", ""),
        "flagged": query.get("done") == "flag",
        "done": query.get("done", "") if done else "",
        "done_words": [translate(each) if each else "" for each in done] if done else ["", ""],
    }
