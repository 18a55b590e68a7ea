"""Page of one case on the coordinators' desk: its panes, and the words they use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from fastapi.responses import Response

from service.db import async_unit_of_work
from service.domain.city.questions import answer_words
from service.domain.city.reference import Reference
from service.domain.city.search.elsewhere import street_of_report
from service.domain.city.templates import rejection_sentences
from service.domain.privacy.visible_parts import read_parts
from service.domain.queries.views import ReportView
from service.domain.rules.standing_words import deadline_words
from service.domain.workspaces.casefile import CaseFile, changes_since, read_case_file
from service.domain.workspaces.desk.review import DeskReview, read_review
from service.errors import AppError, Conflict
from service.i18n import N_, language_in_use, pick
from service.i18n.wording import RECEPTION_WORDS
from service.pages.shared.kinds import FLAG_WORDS, department_choices, department_names, kind_choices
from service.pages.shared.story import build_timeline
from service.pages.shared.visit import StaffVisit
from service.pages.staff.staffroom import as_present, draw_staff_page
from service.web.presence import others

KIND_WORDS: Mapping[str, tuple[str, str, str]] = {
    "unrouted": (N_("Chưa có nơi nhận"), "question", "blue"),
    "outside": (N_("Ngoài địa bàn"), "map", "grey"),
    "duplicate": (N_("Nghi trùng"), "merge", "purple"),
    "spam": (N_("Nghi tin rác"), "trash", "amber"),
    "refused": (N_("Bị trả lại"), "undo", "red"),
    "reopened": (N_("Đã mở lại"), "refresh", "amber"),
    "appeal": (N_("Được đề nghị xem lại"), "chat", "amber"),
    "flagged": (N_("Bị báo vi phạm"), "flag", "red"),
}
"""Why a person is needed, in words, with its icon and colour."""
REJECTIONS: Sequence[str] = (
    N_("Vị trí phản ánh nằm ngoài địa bàn thành phố. Vui lòng gửi tới địa phương nơi đó."),
    N_("Nội dung không phải là phản ánh hiện trường."),
    N_("Nội dung và ảnh chưa đủ để biết sự việc ở đâu. Vui lòng gửi lại kèm ảnh và vị trí rõ hơn."),
    N_("Việc này đã có cơ quan khác giải quyết theo thẩm quyền, không thuộc phản ánh hiện trường."),
)
"""Sentences to begin with where the city has none of its own (templates of rejection)."""


_NO_CASE: Mapping[str, object] = {
    "file": None,
    "review": None,
    "elsewhere": None,
    "visible": None,
    "done": "",
    "others": (),
    "changed": (),
}

WORDS = ("reason", "note", "description")
"""What people write with a step, by its field."""


@dataclass(frozen=True, slots=True)
class RefusedStep:
    """A step that was refused: which one, why, and what had been typed."""

    act: str
    error: AppError
    typed: Mapping[str, str]

    @property
    def kept(self) -> list[str]:
        """Return the words that would be lost where the step is no longer there to be taken."""
        return [self.typed[name] for name in WORDS if self.typed.get(name)]


async def draw_case(
    visit: StaffVisit,
    code: str,
    *,
    done: str = "",
    refusal: RefusedStep | None = None,
    seen: int | None = None,
) -> Response:
    """Return the panes of one case as a fragment, with what was just done or refused, and what others did to
    it since the event `seen`.
    """
    opened = await open_case(visit, code, refusal=refusal, seen=seen)
    status = refusal.error.status if refusal else None
    return draw_staff_page(
        visit, "desk/_panes.html", {**opened, "done": done}, "staff/desk.ts", status=status
    )


async def open_case(
    visit: StaffVisit, code: str, *, refusal: RefusedStep | None = None, seen: int | None = None
) -> dict[str, object]:
    """Return what the panes are drawn from; no case where no code is given. Raises NotFound."""
    reference, resources, staff, now = visit.reference, visit.resources, visit.staff, visit.now
    empty: dict[str, object] = {**_NO_CASE, "refusal": refusal}
    if not code:
        return empty
    if refusal and refusal.error.status == Conflict.status and refusal.typed.get("seen", "").isdigit():
        seen = int(refusal.typed["seen"])
    async with async_unit_of_work(resources.engine) as session:
        book = await session.run_sync(resources.rulebook.get)
        file = await session.run_sync(read_case_file, reference, book, staff.asker, code, now=now)
        language = language_in_use.get()
        review = await session.run_sync(
            read_review, reference, book, staff.asker, file, now=now, language=language
        )
        known = file.seen if seen is None or seen > file.seen else seen
        visible = await session.run_sync(read_parts, staff.asker, code, now=now)
        sentences = await session.run_sync(rejection_sentences, reference, language)
        elsewhere = await session.run_sync(street_of_report, reference, book.locator, file.view.id)
        _, news = await session.run_sync(changes_since, reference, staff.asker, code, known, now)
    words = {"kind_words": KIND_WORDS, "channel_words": RECEPTION_WORDS, "flag_words": FLAG_WORDS}
    return {
        **empty,
        **words,
        "file": file,
        "review": review,
        "elsewhere": elsewhere,
        "deadline": deadline_words(file.standing),
        "visible": visible,
        "changed": build_timeline(news, [], [], brief=True),
        "others": await others(resources.redis, file.view.id, as_present(staff), now),
        "story": build_timeline(file.events, file.comments, file.view.photos),
        "answers": answer_words(reference, file.view.case.attributes, file.view.category),
        "title": title(reference, file.view),
        "titles": {each.id: title(reference, each) for each in _shown(review)},
        "departments": department_choices(reference),
        "department_names": department_names(reference),
        "categories": kind_choices(reference),
        "rejections": sentences or REJECTIONS,
        "points": _points(file, review),
        "new_id": str(uuid4()),
    }


def title(reference: Reference, view: ReportView) -> str:
    """Return what kind of thing it tells of."""
    return pick(reference.category_by_code[view.category].name)


def _shown(review: DeskReview) -> list[ReportView]:
    others_of = review.sender.others if review.sender else ()
    return [*review.twins, *review.nearby, *review.before, *others_of]


def _points(file: CaseFile, review: DeskReview) -> list[dict[str, object]]:
    """Return what the map shows: the case itself and what lies around it."""
    own = {
        "code": file.view.code,
        "kind": "own",
        "lon": file.view.location.lon,
        "lat": file.view.location.lat,
    }
    around = [
        {"code": each.code, "kind": kind, "lon": each.location.lon, "lat": each.location.lat}
        for kind, views in (("twin", review.twins), ("near", review.nearby), ("before", review.before))
        for each in views
    ]
    return [*around, own]
