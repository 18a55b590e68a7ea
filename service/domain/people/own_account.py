"""Changes by members of staff to their own account: password, language, sessions. All of it is audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.kernel import audit
from service.domain.people.identities import id_token_of
from service.domain.people.sessions import end_own_session, end_session, end_sessions
from service.errors import NotFound, invalid
from service.i18n import LANGUAGES, N_
from service.models import Staff, StaffSession


@dataclass(frozen=True, slots=True)
class EndedSession:
    """Origin of an ended session that was opened elsewhere: the issuer, and its sealed last ID token."""

    issuer: str | None
    id_token: str | None


def own_row(session: Session, staff_id: int) -> Staff:
    """Return the row of the account."""
    return session.get_one(Staff, staff_id)


def change_password(session: Session, staff_id: int, password_hash: str, now: datetime, *, keep: int) -> int:
    """Change the password; every session but the one that asked ends. Return how many did."""
    account = own_row(session, staff_id)
    account.password_hash, account.must_change_password = password_hash, False
    ended = end_sessions(session, staff_id, but=keep)
    facts = {"sessions_ended": ended, "own": True}
    audit.write_entry(session, "staff.password", account.username, at=now, staff_id=staff_id, after=facts)
    return ended


def change_language(session: Session, staff_id: int, language: str, now: datetime) -> None:
    """Change the language of notices and pages. Raises Invalid for one there is not."""
    if language not in LANGUAGES:
        raise invalid(["language"], N_("Hãy chọn một ngôn ngữ trong danh sách."))
    account = own_row(session, staff_id)
    before, account.language = account.language, language
    if before != language:
        audit.write_entry(
            session,
            "staff.language",
            account.username,
            at=now,
            staff_id=staff_id,
            before={"language": before},
            after={"language": language},
        )


def sign_out(session: Session, session_id: int, now: datetime) -> EndedSession:
    """End the session that asks; nothing happens if it has ended already."""
    row = session.get(StaffSession, session_id)
    if row is None:
        return EndedSession(None, None)
    end_session(session, session_id)
    name, facts = own_row(session, row.staff_id).username, {"kind": row.kind}
    audit.write_entry(session, "signout", name, at=now, staff_id=row.staff_id, after=facts)
    return EndedSession(row.issuer, id_token_of(session, row.issuer, row.staff_id) if row.issuer else None)


def note_second_factor(session: Session, session_id: int) -> None:
    """Note that the session has shown a second factor."""
    session.get_one(StaffSession, session_id).strong = True


def end_own_other_session(session: Session, staff_id: int, session_id: int, now: datetime) -> None:
    """Sign one of one's own sessions out. Raises NotFound for one that is not one's own, or has ended."""
    if not end_own_session(session, staff_id, session_id):
        raise NotFound(N_("Phiên đăng nhập này đã kết thúc."))
    name, facts = own_row(session, staff_id).username, {"session": session_id}
    audit.write_entry(session, "staff.session_ended", name, at=now, staff_id=staff_id, after=facts)


def end_others(session: Session, staff_id: int, keep: int, now: datetime) -> int:
    """Sign every other session out; how many there were."""
    ended = end_sessions(session, staff_id, but=keep)
    name, facts = own_row(session, staff_id).username, {"sessions_ended": ended}
    audit.write_entry(session, "staff.sessions_ended", name, at=now, staff_id=staff_id, after=facts)
    return ended
