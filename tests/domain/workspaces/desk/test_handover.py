"""Notes to the next shift stay on every coordinator's desk until somebody has read them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy.orm import Session

from service.domain.workspaces.desk import handover
from service.domain.workspaces.desk.handover import NewHandoverNote, leave_note, mark_note_read, unread_notes
from service.errors import Conflict, Forbidden, NotFound
from service.models import HandoverNote
from tests.support.people import Cast
from tests.support.small_city import NOON


def leave(session: Session, cast: Cast, text: str = "Gọi lại chị Hoa lúc 8 giờ") -> None:
    leave_note(session, cast.triage.actor, NewHandoverNote(text=text), NOON)
    session.flush()


def test_a_note_waits_for_whoever_reads_it_first(session: Session, cast: Cast) -> None:
    leave(session, cast)
    leave(session, cast, "Cầu Trường Tiền đang sửa")
    first, second = unread_notes(session)
    assert (first.text, first.by) == ("Gọi lại chị Hoa lúc 8 giờ", "Cán bộ triage")
    mark_note_read(session, cast.triage.actor, first.id, NOON)
    later = NOON + timedelta(hours=1)
    mark_note_read(session, cast.triage.actor, first.id, later)
    session.flush()
    assert [each.id for each in unread_notes(session)] == [second.id]
    assert session.get_one(HandoverNote, first.id).read_at == NOON


def test_a_note_is_of_triage_has_words_and_is_not_left_without_end(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Forbidden):
        leave_note(session, cast.department.actor, NewHandoverNote(text="x"), NOON)
    with pytest.raises(ValidationError):
        leave(session, cast, "\u200b")
    with pytest.raises(NotFound):
        mark_note_read(session, cast.triage.actor, 2**40, NOON)
    monkeypatch.setattr(handover, "MOST_UNREAD", 1)
    leave(session, cast)
    with pytest.raises(Conflict):
        leave(session, cast)
