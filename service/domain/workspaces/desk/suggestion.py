"""Suggestion of the desk for a case, and the sentence that says why. Taking it is up to a person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.casework.case.case import Transition
from service.domain.casework.transitions import Filling
from service.domain.city.kind_search import OTHER, find_kinds
from service.domain.city.reference import Reference
from service.domain.reports.desk_marks import FLAGGED, REOPENED
from service.domain.rules.choice import Decision
from service.domain.rules.routing import decide
from service.domain.rules.rulebook import Rulebook, RulebookCache
from service.domain.rules.words import explain
from service.errors import Conflict, invalid
from service.i18n import N_, Language, pick, translate
from service.i18n.wording import distance_words
from service.models import ENDED_UNDONE, Event, EventType, Report, Status

Act = Literal["assign", "merge", "reject", "settle", "choose"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`act`: assign to `lead`, merge into `original`, reject for `reason`, settle; choose is none of them.

    `lead` is a department's code, `original` a tracking code, `kind` the category that the words speak of
    where their sender chose none.
    """

    act: Act
    sentence: str
    lead: str | None = None
    lead_name: str = ""
    supports: tuple[str, ...] = ()
    executor: str | None = None
    original: str | None = None
    reason: str = ""
    kind: str | None = None


_NEAR = N_("Giống {code}, gửi trước và cách {far}: có thể là cùng một việc.")
_OUTSIDE = N_("Vị trí nằm ngoài địa bàn các phường, xã của thành phố.")
_OUTSIDE_REASON = N_("Vị trí phản ánh nằm ngoài địa bàn thành phố. Vui lòng gửi tới địa phương nơi đó.")
_SPAM = N_("Có dấu hiệu tin rác. Hãy xem nội dung trước khi từ chối.")
_SPAM_REASON = N_("Nội dung không phải là phản ánh hiện trường.")
_REFUSED = N_("{lead} đã trả lại. {sentence}")
_REFUSED_CHOOSE = N_("{lead} đã trả lại, quy tắc không chỉ ra nơi nào khác. Hãy chọn đơn vị.")
_COMMITTEE = N_("Đề nghị {committee}, nơi xảy ra sự việc.")
_REOPENED = N_("Được mở lại; {lead} vẫn giữ và đang xử lý lại. Xác nhận là bạn đã xem.")
_REOPENED_CHOOSE = N_("Được mở lại. Xác nhận là bạn đã xem, hoặc chuyển đơn vị khác.")
_KIND = N_("Người gửi chọn “{other}”. Nội dung có vẻ nói về “{kind}”: sửa loại, quy tắc sẽ chỉ đơn vị.")
_NO_KIND = N_(
    "Người gửi chọn “{other}”. Không loại nào khớp nội dung: hãy đọc rồi chọn đơn vị hoặc sửa loại."
)
_FLAGGED = N_("Người dân báo nội dung không phù hợp. Hãy xem, rồi giữ lại hoặc từ chối.")


def suggest_assignment(
    session: Session, book: Rulebook, report: Report, language: Language
) -> Suggestion | None:
    """Return the suggestion for a report on the desk; None for one that is not."""
    reasons = report.desk_reasons
    if not reasons:
        return None
    if report.status == Status.TRIAGE:
        return _for_triage(session, book, report, language)
    if REOPENED in reasons:
        lead = _name(book.reference, report.lead_id, language)
        sentence = _REOPENED if lead else _REOPENED_CHOOSE
        return Suggestion("settle" if lead else "choose", translate(sentence, lead=lead))
    if FLAGGED in reasons:
        return Suggestion("choose", translate(_FLAGGED))
    return Suggestion("settle", translate(_REOPENED_CHOOSE))


def complete_suggestion(books: RulebookCache, change: Transition, seen: str | None = None) -> Filling:
    """Complete a request as the desk suggests: the lead with everybody who supports and carries out.

    `seen` is the lead that was suggested on the screen. It raises Invalid where none is suggested, Conflict
    where another is by now.
    """

    def fill(session: Session, report: Report) -> Transition:
        found = suggest_assignment(session, books.get(session), report, "vi")
        if found is None or found.lead is None:
            raise invalid(["lead"], N_("Quy tắc không chỉ ra đơn vị nào. Hãy chọn đơn vị."))
        if seen not in (None, found.lead):
            raise Conflict(N_("Quy tắc vừa đổi, gợi ý nay là {lead}. Hãy xem lại."), lead=found.lead_name)
        parts = {"lead": found.lead, "supports": list(found.supports), "executor": found.executor}
        return change.model_copy(update=parts)

    return fill


def _for_triage(session: Session, book: Rulebook, report: Report, language: Language) -> Suggestion:
    why = report.triage_reason
    if why == "suspected_duplicate" and (found := _original(session, report)):
        return found
    if why == "outside":
        return Suggestion("reject", translate(_OUTSIDE), reason=translate(_OUTSIDE_REASON))
    if why == "suspected_spam":
        return Suggestion("reject", translate(_SPAM), reason=translate(_SPAM_REASON))
    if why == "refused":
        return _after_refusal(session, book, report, language)
    decision = decide(book, report)
    sentence = explain(decision, book.names, language)
    if decision.rule is None or decision.lead is None:
        return _of_other(book.reference, report, language) or Suggestion("choose", sentence)
    return _as_decided(book.reference, decision, sentence, language)


def _of_other(reference: Reference, report: Report, language: Language) -> Suggestion | None:
    """Return the kind that the words of a report without one speak of; None for a report of a kind."""
    chosen = reference.categories[report.category_id]
    if chosen.code != OTHER:
        return None
    other = pick(chosen.name, language)
    found = next((each for each in find_kinds(reference, report.description) if each.code != OTHER), None)
    if found is None:
        return Suggestion("choose", translate(_NO_KIND, other=other))
    return Suggestion(
        "choose", translate(_KIND, other=other, kind=pick(found.name, language)), kind=found.code
    )


def _original(session: Session, report: Report) -> Suggestion | None:
    data = report.routing.get("suspicion") if report.routing else None
    if data is None:
        return None
    code = data["code"]
    status = session.scalar(select(Report.status).where(Report.code == code))
    if status is None or status in ENDED_UNDONE:
        return None
    far = distance_words(data["distance_m"])
    return Suggestion("merge", translate(_NEAR, code=code, far=far), original=code)


def _after_refusal(session: Session, book: Rulebook, report: Report, language: Language) -> Suggestion:
    """Suggest another department than the one that refused: the rule's, else the ward's committee."""
    given = Event.type.in_((EventType.ASSIGNED, EventType.HANDED_ON))
    steps = select(Event.data).where(Event.report_id == report.id, given)
    data = session.scalar(steps.order_by(Event.id.desc()).limit(1)) or {}
    refused_by = data.get("lead")
    decision = decide(book, report)
    who = _short(book.reference, refused_by, language)
    if decision.lead and decision.lead != refused_by:
        sentence = explain(decision, book.names, language)
        return _as_decided(book.reference, decision, _said(who, sentence), language)
    ward = book.reference.wards.get(report.ward_id) if report.ward_id else None
    committee = book.committees.get(ward.code) if ward else None
    if committee and committee != refused_by:
        sentence = translate(_COMMITTEE, committee=_short(book.reference, committee, language))
        return _to(book.reference, committee, _said(who, sentence), language)
    return Suggestion("choose", translate(_REFUSED_CHOOSE, lead=who))


def _said(refused_by: str, sentence: str) -> str:
    return translate(_REFUSED, lead=refused_by, sentence=sentence)


def _to(reference: Reference, code: str, sentence: str, language: Language) -> Suggestion:
    return Suggestion("assign", sentence, lead=code, lead_name=_short(reference, code, language))


def _as_decided(reference: Reference, decision: Decision, sentence: str, language: Language) -> Suggestion:
    """Return a request with everybody whom the rules name, not the lead alone."""
    found = _to(reference, decision.lead or "", sentence, language)
    return replace(found, supports=decision.supports, executor=decision.executor)


def _short(reference: Reference, code: str | None, language: Language) -> str:
    found = reference.department_by_code.get(code or "")
    return pick(found.short_name, language) or pick(found.name, language) if found else (code or "")


def _name(reference: Reference, department_id: int | None, language: Language) -> str:
    found = reference.departments.get(department_id or 0)
    return pick(found.short_name, language) or pick(found.name, language) if found else ""
