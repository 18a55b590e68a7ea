"""Giving praise and criticism, and taking it back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints
from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from service.domain.cleanups.access import find_cleanup
from service.domain.kernel.audit import write_entry
from service.domain.people.staff import tidy_username
from service.domain.reports.drafts import StrictBody
from service.domain.works.acting import Hand
from service.domain.works.forms import Code
from service.domain.works.recording import record_commendation
from service.domain.works.units import unit_id
from service.errors import Conflict, Forbidden, NotFound, invalid
from service.i18n import N_
from service.models import (
    Commendation,
    CommendationForm,
    Movement,
    MovementState,
    Photo,
    Report,
    Role,
    Staff,
    Work,
)

GIVERS = frozenset({Role.MANAGER})
PRAISES = (CommendationForm.MERIT, CommendationForm.CERTIFICATE, CommendationForm.PRAISE)
MOST_A_DAY = 200
"""Commendations that one unit is given in a day."""
LEADERS = N_("Chỉ lãnh đạo của đơn vị hoặc của đơn vị cấp trên được khen, nhắc nhở.")
NONE = N_("Không có mục khen, nhắc nhở này.")
OLDEST = timedelta(days=3700)

FORM_NAMES = {
    CommendationForm.MERIT: N_("Bằng khen"),
    CommendationForm.CERTIFICATE: N_("Giấy khen"),
    CommendationForm.PRAISE: N_("Biểu dương"),
    CommendationForm.REMINDER: N_("Nhắc nhở"),
    CommendationForm.CRITICISM: N_("Phê bình"),
}


class NewCommendation(StrictBody):
    """Praise or criticism of a unit, or of a person of it; `id` is the client's, so that a retry is the same.

    Without `public` praise of a unit is public and all else is not. `cleanup` is the one that it is for;
    `photo` is one that everybody may see, shown instead of the clean-up's.
    """

    id: UUID
    unit: Code
    person: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] | None = None
    form: CommendationForm
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
    decision: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    decided_on: date | None = None
    public: bool | None = None
    cleanup: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)] | None = None
    movement: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)] | None = None
    photo: UUID | None = None


def give_commendation(hand: Hand, asked: NewCommendation) -> tuple[Commendation, bool]:
    """(the commendation, whether it is new). Given by leaders of the unit or of one above it.

    Raises Forbidden, NotFound, Conflict for an id that stands for another, Invalid: criticism is never
    public, nor is anything about a person.
    """
    unit = _unit(hand, asked.unit)
    person = _person(hand, unit, asked)
    praise = asked.form in PRAISES
    public = asked.public if asked.public is not None else praise and person is None
    if public and not praise:
        raise invalid(["public"], N_("Nhắc nhở và phê bình không bao giờ công khai."))
    if public and person is not None:
        raise invalid(["public"], N_("Khen cá nhân chỉ hiện trong đơn vị; công khai thì khen đơn vị."))
    on, today = asked.decided_on or hand.calendar.local(hand.now).date(), hand.calendar.local(hand.now).date()
    if not today - OLDEST <= on <= today:
        raise invalid(["decided_on"], N_("Ngày quyết định không được sau hôm nay."))
    work_id = None
    if asked.cleanup:
        work_id = find_cleanup(hand.session, hand.reference, asked.cleanup, hand.actor).work.id
    if asked.movement is not None:
        _check_movement(hand, unit, asked.movement)
    said = {
        "unit_id": unit,
        "staff_id": person,
        "form": asked.form,
        "words": asked.words,
        "decision": asked.decision,
        "decided_on": on,
        "public": public,
        "work_id": work_id,
        "movement_id": asked.movement,
        "photo_id": _photo(hand, asked.photo, public) if asked.photo else None,
    }
    known = hand.session.get(Commendation, asked.id)
    if known is not None:
        if known.given_by != hand.actor.staff_id or known.words != asked.words or known.unit_id != unit:
            raise Conflict(N_("Mã id này đã được dùng cho mục khác. Hãy tạo id mới."))
        return known, False
    _check_many(hand, unit)
    row = Commendation(id=asked.id, **said)
    keep_commendation(hand, row)
    return row, True


def keep_commendation(hand: Hand, row: Commendation) -> None:
    """Add a commendation that was decided, with its event and its line of the audit."""
    row.given_at, row.given_by = hand.now, hand.actor.staff_id
    hand.session.add(row)
    hand.session.flush()
    record_commendation(hand.session, row, actor=hand.actor, at=hand.now)
    _audit(hand, row, "added")


def withdraw_commendation(hand: Hand, id_: UUID) -> Commendation:
    """Take it back: it is shown to nobody any more. Again it changes nothing. Raises NotFound, Forbidden."""
    row = hand.session.get(Commendation, id_, with_for_update=True, populate_existing=True)
    if row is None or not (row.public or _within(hand, row.unit_id)):
        raise NotFound(NONE)
    if hand.actor.role not in GIVERS or not _within(hand, row.unit_id):
        raise Forbidden(LEADERS)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by = hand.now, hand.actor.staff_id
        hand.session.flush()
        _audit(hand, row, "removed")
    return row


def _unit(hand: Hand, code: str) -> int:
    if hand.actor.role not in GIVERS:
        raise Forbidden(LEADERS)
    unit = unit_id(hand.reference, code, "unit")
    if not _within(hand, unit):
        raise Forbidden(LEADERS)
    return unit


def _within(hand: Hand, unit: int) -> bool:
    return hand.actor.department_id is None or unit in hand.actor.departments


def _person(hand: Hand, unit: int, asked: NewCommendation) -> int | None:
    """Return the id. Raises Invalid for who is not of the unit, Forbidden for criticism from afar."""
    if not asked.person:
        return None
    mine = Staff.username == tidy_username(asked.person), Staff.department_id == unit, Staff.active
    found = hand.session.scalar(select(Staff.id).where(*mine))
    if found is None:
        raise invalid(["person"], N_("Đơn vị này không có người này."))
    if asked.form not in PRAISES and hand.actor.department_id != unit:
        raise Forbidden(N_("Chỉ lãnh đạo của chính đơn vị được nhắc nhở, phê bình người của mình."))
    return found


def _photo(hand: Hand, id_: UUID, public: bool) -> UUID:
    """Return the id of a photo that everybody may see. Raises Invalid, as where nobody reads the praise."""
    if not public or hand.session.scalar(select(Photo.id).where(Photo.id == id_, seen_by_all())) is None:
        raise invalid(["photo"], N_("Chỉ kèm được ảnh đang công khai, cho mục khen công khai."))
    return id_


def seen_by_all() -> ColumnElement[bool]:
    """Return the condition of photos that everybody may see, as their report or work is."""
    of_report = exists().where(Report.id == Photo.report_id, Report.published)
    of_work = exists().where(Work.id == Photo.work_id, Work.public)
    return and_(Photo.state == "ready", Photo.published.is_(True), or_(of_report, of_work))


def _check_movement(hand: Hand, unit: int, number: int) -> None:
    """Raise Invalid for a movement that there is not, or that the unit takes no part in."""
    movement = hand.session.get(Movement, number)
    units = {each for pool in movement.pools for each in pool["units"]} if movement is not None else set()
    if movement is None or movement.state == MovementState.DRAFT or unit not in units:
        raise invalid(["movement"], N_("Đơn vị này không tham gia phong trào."))


def _check_many(hand: Hand, unit: int) -> None:
    since = hand.now - timedelta(days=1)
    today = select(func.count()).where(Commendation.unit_id == unit, Commendation.given_at > since)
    if (hand.session.scalar(today) or 0) >= MOST_A_DAY:
        raise Conflict(N_("Hôm nay đơn vị này đã có quá nhiều mục."))


def _audit(hand: Hand, row: Commendation, verb: str) -> None:
    facts = {"form": str(row.form), "public": row.public, "unit_id": row.unit_id}
    name = f"commendation.{verb}"
    write_entry(hand.session, name, str(row.id), at=hand.now, staff_id=hand.actor.staff_id, after=facts)
