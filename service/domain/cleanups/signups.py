"""Signing up without an account: places and a waiting list, counted under one locked row."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.cleanups.access import CleanupWork, find_cleanup
from service.domain.cleanups.forms import NewSignup, SignupChange
from service.domain.cleanups.volunteer_notices import COMING, PLACED, ask_volunteer, seal_address, tell_some
from service.domain.kernel.tokens import is_signed, sign
from service.domain.notices.confirmation import tidy_email
from service.errors import Conflict, NotFound
from service.i18n import N_
from service.models import Audience, Cleanup, CleanupSignup, SignupState, WorkStatus

MOST = 3000
"""Sign-ups of one clean-up, those that were cancelled among them."""
MOST_WAITING = 200
_MAC = 16


@dataclass(frozen=True, slots=True)
class CleanupPlaces:
    """Numbers of people who come and who wait, and of free places; None without an end."""

    going: int
    waiting: int
    free: int | None


def signup_token(key: bytes, signup_id: UUID) -> str:
    """Return the secret that opens one's own sign-up."""
    mac = sign(key, "cleanup-signup", signup_id.bytes, _MAC)
    return urlsafe_b64encode(signup_id.bytes + mac).decode().rstrip("=")


def read_signup_token(key: bytes, token: str) -> UUID | None:
    """Return whose sign-up the secret opens, None for what we never made."""
    try:
        raw = urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
    except (NotBase64, ValueError):
        return None
    if len(raw) != 16 + _MAC:
        return None
    made = is_signed(key, "cleanup-signup", raw[:16], raw[16:], _MAC)
    return UUID(bytes=raw[:16]) if made else None


def call_sign(signup_id: UUID) -> str:
    """Return the few letters by which people say at the place which sign-up is theirs."""
    letters = "ACDEFGHKLMNPRTVXY3479"
    number, said = signup_id.int, ""
    for _ in range(4):
        number, rest = divmod(number, len(letters))
        said += letters[rest]
    return said


def count_signup_places(session: Session, side: Cleanup) -> CleanupPlaces:
    """Count the people of a clean-up; under its lock nobody changes them."""
    query = select(CleanupSignup.state, func.sum(CleanupSignup.people)).where(
        CleanupSignup.work_id == side.work_id
    )
    found = {row[0]: int(row[1]) for row in session.execute(query.group_by(CleanupSignup.state))}
    going = found.get(SignupState.GOING, 0)
    free = None if side.capacity is None else max(0, side.capacity - going)
    return CleanupPlaces(going, found.get(SignupState.WAITING, 0), free)


def sign_up(
    session: Session,
    reference: Reference,
    key: bytes,
    code: str,
    form: NewSignup,
    *,
    language: str,
    now: datetime,
) -> tuple[CleanupSignup, bool]:
    """Return (the sign-up, whether it is new): people who come, or wait where there is no place for all of
    them.

    Raises NotFound, Invalid for an address that is none, Conflict for what takes no sign-ups or an id that
    stands for others, TooMany for an address that was asked too often.
    """
    cleanup = find_cleanup(session, reference, code, lock=True)
    if known := session.get(CleanupSignup, form.id):
        if (known.work_id, known.people) != (cleanup.work.id, form.people):
            raise Conflict(N_("Mã id này đã được dùng cho lượt đăng ký khác. Hãy tạo id mới."))
        return known, False
    _check_open(cleanup, now)
    address = tidy_email(form.email) if form.email else ""
    places = count_signup_places(session, cleanup.side)
    total = session.scalar(select(func.count()).where(CleanupSignup.work_id == cleanup.work.id)) or 0
    waits = places.free is not None and form.people > places.free
    if total >= MOST or (waits and places.waiting + form.people > MOST_WAITING):
        raise Conflict(N_("Đợt ra quân này đã đủ người và đủ cả danh sách chờ."))
    signup = CleanupSignup(
        id=form.id,
        work_id=cleanup.work.id,
        people=form.people,
        state=SignupState.WAITING if waits else SignupState.GOING,
        sealed=seal_address(key, address) if address else None,
        language=language,
        created_at=now,
    )
    session.add(signup)
    session.flush()
    ask_volunteer(session, reference, key, cleanup, signup, now)
    return signup, True


def find_signup(
    session: Session, code: str, signup_id: UUID, reference: Reference
) -> tuple[CleanupWork, CleanupSignup]:
    """Return a sign-up whose secret was shown. Raises NotFound."""
    cleanup = find_cleanup(session, reference, code)
    signup = session.get(CleanupSignup, signup_id)
    if signup is None or signup.work_id != cleanup.work.id:
        raise NotFound(N_("Không có lượt đăng ký này."))
    return cleanup, signup


def change_signup(
    session: Session,
    reference: Reference,
    key: bytes,
    code: str,
    signup_id: UUID,
    form: SignupChange | None,
    now: datetime,
) -> CleanupSignup:
    """Set another number of people, none at all without one; who waits moves up. The same again does nothing.

    Raises NotFound; Conflict where more people have no place, also no place to wait, or it is over.
    """
    cleanup = find_cleanup(session, reference, code, lock=True)
    signup = session.get(CleanupSignup, signup_id, populate_existing=True)
    if signup is None or signup.work_id != cleanup.work.id:
        raise NotFound(N_("Không có lượt đăng ký này."))
    if form is None and signup.state == SignupState.CANCELLED:
        return signup
    if signup.state not in COMING:
        raise Conflict(N_("Lượt đăng ký này đã hủy hoặc đã điểm danh nên không đổi được."))
    _check_open(cleanup, now)
    if form is None:
        signup.state = SignupState.CANCELLED
    else:
        places = count_signup_places(session, cleanup.side)
        more = form.people - signup.people
        if signup.state == SignupState.GOING and places.free is not None and more > places.free:
            raise Conflict(N_("Chỉ còn {free} chỗ, chưa thêm được ngần ấy người."), free=places.free)
        if signup.state == SignupState.WAITING and more > 0 and places.waiting + more > MOST_WAITING:
            raise Conflict(N_("Đợt ra quân này đã đủ người và đủ cả danh sách chờ."))
        signup.people = form.people
    session.flush()
    fill_places(session, reference, key, cleanup, now)
    return signup


def answer_address(session: Session, signup: CleanupSignup, *, confirmed: bool, now: datetime) -> None:
    """Keep an address's answer: yes to reminders, or that it was not them; then it is told nothing more."""
    if confirmed:
        signup.confirmed_at, signup.declined_at = signup.confirmed_at or now, None
    else:
        signup.declined_at, signup.confirmed_at = signup.declined_at or now, None
    session.flush()


def fill_places(
    session: Session, reference: Reference, key: bytes, cleanup: CleanupWork, now: datetime
) -> int:
    """Give free places to who waits, in their order, to each whose people all fit; each is told once."""
    if cleanup.work.status != WorkStatus.ANNOUNCED:
        return 0
    waiting = session.scalars(
        select(CleanupSignup)
        .where(CleanupSignup.work_id == cleanup.work.id, CleanupSignup.state == SignupState.WAITING)
        .order_by(CleanupSignup.position)
    ).all()
    free, moved = count_signup_places(session, cleanup.side).free, 0
    for signup in waiting:
        if free is not None and signup.people > free:
            continue
        signup.state = SignupState.GOING
        free = None if free is None else free - signup.people
        moved += 1
        tell_some(session, reference, key, cleanup, [signup], PLACED, f"placed:{signup.id}", now)
    session.flush()
    return moved


def _check_open(cleanup: CleanupWork, now: datetime) -> None:
    work, side = cleanup.work, cleanup.side
    if work.status == WorkStatus.CANCELLED:
        raise Conflict(N_("Đợt ra quân này đã hủy."), extra={"status_now": work.status})
    over = work.starts_at is None or work.starts_at <= now or work.status != WorkStatus.ANNOUNCED
    if over or side.open_to != Audience.PUBLIC:
        raise Conflict(
            N_("Đợt ra quân này đã bắt đầu nên không nhận đăng ký nữa. Bạn vẫn có thể đến tham gia."),
            extra={"status_now": work.status},
        )


def mail_proof(key: bytes, signup_id: UUID) -> str:
    """Return what stands in links of mails alone: who shows it reads the address that was given."""
    return (
        urlsafe_b64encode(sign(key, "cleanup-signup", b"mail" + signup_id.bytes, _MAC)).decode().rstrip("=")
    )


def is_mail_proof(key: bytes, signup_id: UUID, token: str) -> bool:
    """Return whether this came in a mail about the sign-up."""
    try:
        raw = urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
    except (NotBase64, ValueError):
        return False
    return is_signed(key, "cleanup-signup", b"mail" + signup_id.bytes, raw, _MAC)
