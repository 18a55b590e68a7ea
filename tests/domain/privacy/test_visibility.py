"""Hiding and showing: what changes with it, who may, and what remembers how it was."""

from __future__ import annotations

from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Text, select
from sqlalchemy.orm import Session

from service.domain.casework.citizens.comments import Remark, comment, comments_for
from service.domain.casework.citizens.participation import Reopening, Withdrawal, reopen_or_appeal, withdraw
from service.domain.casework.split import Split, split
from service.domain.city.reference import Reference
from service.domain.kernel.follower_secrets import follower_secret
from service.domain.privacy.erasure import Erasure, erase
from service.domain.privacy.replay import replay
from service.domain.privacy.visibility import (
    ReportVisibility,
    Visibility,
    decide_comment,
    decide_photo,
    decide_report,
)
from service.domain.publication.backlog import hide_withdrawn
from service.domain.publication.files import take_moves
from service.domain.publication.ledger import Action, entries_after
from service.domain.publication.publication import set_published
from service.domain.queries.detail import OwnReportView, report_view
from service.domain.queries.feed import FeedFilter, feed_item, read_feed
from service.domain.queries.photo_details import list_photos
from service.domain.relay import give_positions
from service.domain.reports.access import NOBODY, Asker, find_report
from service.domain.reports.events import FOLLOWER, SYSTEM
from service.domain.reports.lifecycle import StatusChange, move
from service.domain.reports.photos import add_photo, mark_ready, public_photos, publish_evidence
from service.domain.workspaces.downloads import orders
from service.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from service.models import (
    AuditEntry,
    Comment,
    Download,
    Event,
    FileMove,
    Follower,
    Hiding,
    PendingDeletion,
    Photo,
    Report,
    Status,
)
from tests.support.cleanups.stage import CleanupStage
from tests.support.factories import make_photo, make_report
from tests.support.people import KEY, Cast, reporter_of
from tests.support.photo_stage import new_photo
from tests.support.small_city import NOON

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WHY = "Lộ tên và số căn cước của một người"


def hide(session: Session, cast: Cast, report: Report, reason: str = WHY) -> Report:
    sent = ReportVisibility(hidden=True, reason=reason, version=report.version)
    return decide_report(session, cast.triage.asker, report.code, sent, NOON)


def show(session: Session, cast: Cast, report: Report) -> Report:
    sent = ReportVisibility(hidden=False, reason="Đã xem lại", version=report.version)
    return decide_report(session, cast.triage.asker, report.code, sent, NOON)


def types(session: Session, report: Report) -> list[str]:
    query = select(Event.type).where(Event.report_id == report.id).order_by(Event.id)
    return list(session.scalars(query))


def keys(session: Session, photo_id: UUID) -> tuple[str, str]:
    photo = session.get_one(Photo, photo_id)
    return photo.public_key, photo.thumbnail_key


def remark(session: Session, reference: Reference, asker: Asker, report: Report, text: str) -> UUID:
    said, _ = comment(session, reference, asker, report.id, Remark(text=text), NOON)
    return said.id


def test_a_hidden_report_is_gone_for_strangers_and_followers_and_comes_back(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "in_progress")
    follower = Follower(id=uuid4(), report_id=report.id, body_hash=b"", created_at=NOON)
    session.add(follower)
    session.flush()
    joined = Asker(secret=follower_secret(KEY, follower.id), key=KEY)
    before = report.version
    assert find_report(session, joined, report.code, now=NOON).actor is FOLLOWER

    hide(session, cast, report)

    assert (report.published, report.version) == (False, before + 1)
    for asker in (NOBODY, joined, cast.other_executor.asker, cast.other_department.asker):
        with pytest.raises(NotFound):
            find_report(session, asker, report.code, now=NOON)
    for asker in (reporter_of(report), cast.department.asker, cast.inspector.asker):
        assert find_report(session, asker, report.code, now=NOON).report is report

    show(session, cast, report)

    assert find_report(session, NOBODY, report.code, now=NOON).report.published
    assert types(session, report)[-2:] == ["report.hidden", "report.shown"]


def test_the_reporter_reads_why(session: Session, reference: Reference, cast: Cast) -> None:
    report = make_report(session, reference, "in_progress")
    hide(session, cast, report)

    view = report_view(session, reference, reporter_of(report), report.code, now=NOON, public_url="")

    assert isinstance(view, OwnReportView) and view.own.hidden
    assert (view.own.hidden.cause, view.own.hidden.reason, view.own.hidden.by) == ("desk", WHY, None)


def test_each_decision_is_in_the_audit_and_the_ledger(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "in_progress")
    photo = make_photo(session, report, "report")
    said = remark(session, reference, reporter_of(report), report, "Gần trường học")
    hide(session, cast, report)
    show(session, cast, report)
    for hidden in (True, False):
        sent = Visibility(hidden=hidden, reason=WHY)
        decide_photo(session, cast.administrator.asker, photo, sent, NOON)
        decide_comment(session, cast.administrator.asker, said, sent, NOON)

    decided = AuditEntry.action.like("%.hidden") | AuditEntry.action.like("%.shown")
    audited = session.scalars(select(AuditEntry.action).where(decided).order_by(AuditEntry.id)).all()
    assert audited == [
        f"{kind}.{done}"
        for kind, done in (
            ("report", "hidden"),
            ("report", "shown"),
            ("photo", "hidden"),
            ("comment", "hidden"),
            ("photo", "shown"),
            ("comment", "shown"),
        )
    ]
    entered = [entry.action for entry in entries_after(session, 0, 100)]
    assert entered == [
        "hide_report",
        "show_report",
        "hide_photo",
        "hide_comment",
        "show_photo",
        "show_comment",
    ]


def test_a_second_reason_to_hide_a_photo_or_comment_is_told_the_first(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "in_progress")
    photo = make_photo(session, report, "report")
    said = remark(session, reference, reporter_of(report), report, "Gần trường học")
    first, other = (Visibility(hidden=True, reason=reason) for reason in (WHY, "Ảnh phản cảm"))
    for decide, subject in ((decide_photo, photo), (decide_comment, said)):
        for _ in range(2):
            decide(session, cast.triage.asker, subject, first, NOON)
        for asker, sent in ((cast.triage.asker, other), (cast.administrator.asker, first)):
            with pytest.raises(Conflict, match="đã được ẩn rồi"):
                decide(session, asker, subject, sent, NOON)
    assert set(session.scalars(select(Hiding.reason))) == {WHY}


@pytest.mark.parametrize(
    "name", ["department", "executor", "inspector", "manager", "other_department", "other_executor"]
)
def test_only_coordinators_and_administrators_decide(
    session: Session, reference: Reference, cast: Cast, name: str
) -> None:
    report = make_report(session, reference, "in_progress", executor="telecom")
    photo = make_photo(session, report, "report")
    said = remark(session, reference, reporter_of(report), report, "Gần trường học")
    asker = cast.everyone()[name].asker

    sent = ReportVisibility(hidden=True, reason=WHY, version=report.version)
    with pytest.raises(Forbidden):
        decide_report(session, asker, report.code, sent, NOON)
    with pytest.raises(Forbidden):
        decide_photo(session, asker, photo, Visibility(hidden=True, reason=WHY), NOON)
    with pytest.raises(Forbidden):
        decide_comment(session, asker, said, Visibility(hidden=True, reason=WHY), NOON)
    assert session.scalars(select(Hiding)).all() == []


def test_strangers_and_reporters_hide_nothing(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "in_progress")
    photo = make_photo(session, report, "report")
    sent = Visibility(hidden=True, reason=WHY)
    with pytest.raises(Unauthenticated):
        decide_photo(session, NOBODY, photo, sent, NOON)
    with pytest.raises(Forbidden):
        decide_photo(session, reporter_of(report), photo, sent, NOON)
    with pytest.raises(NotFound):
        decide_photo(session, reporter_of(report), uuid4(), sent, NOON)


def test_hiding_needs_a_reason_and_the_newest_version(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "in_progress")
    with pytest.raises(Invalid):
        hide(session, cast, report, reason="  ")
    sent = ReportVisibility(hidden=True, reason=WHY, version=report.version + 5)
    with pytest.raises(Conflict) as stale:
        decide_report(session, cast.triage.asker, report.code, sent, NOON)
    assert stale.value.extra["version"] == report.version
    assert report.published


def test_the_same_decision_again_changes_nothing_and_another_is_a_conflict(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "in_progress")
    first = ReportVisibility(hidden=True, reason=WHY, version=report.version)
    for _ in range(2):
        decide_report(session, cast.triage.asker, report.code, first, NOON)
    assert types(session, report).count("report.hidden") == 1
    with pytest.raises(Conflict):
        hide(session, cast, report, reason="Vì lẽ khác")


def test_nothing_publishes_a_hidden_report_but_showing_it(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "closed", closed_at=NOON)
    hide(session, cast, report)

    reopen_or_appeal(session, reference, reporter_of(report), report.id, Reopening(reason="Còn rác"), NOON)
    set_published(session, report, True, actor=SYSTEM, now=NOON)

    assert (report.status, report.published) == ("in_progress", False)
    show(session, cast, report)
    assert report.published


def test_one_that_was_never_public_is_not_made_public_by_showing_it(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "in_progress", published=False)
    hide(session, cast, report)
    show(session, cast, report)
    assert not report.published
    public = select(Event.public).where(Event.report_id == report.id, Event.type == "report.hidden")
    assert session.scalars(public).all() == [False]


def test_every_file_gets_a_new_name_and_the_old_one_is_to_go(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "resolved")
    ready, raw = make_photo(session, report, "report"), make_photo(session, report, "report", state="raw")
    before = {photo: keys(session, photo) for photo in (ready, raw)}

    hide(session, cast, report)

    moves = {move.old_key: list(move.new_keys) for move in take_moves(session, NOON, 10)}
    assert set(moves) == {*before[ready], *before[raw]}
    assert [moves[key] for key in before[ready]] == [[key] for key in keys(session, ready)]
    assert [moves[key] for key in before[raw]] == [[], []]  # rendered under its new name
    assert not {*keys(session, ready), *keys(session, raw)} & set(moves)


def test_a_photo_hidden_while_it_is_rendered_is_not_ready_under_its_old_name(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "in_progress")
    photo = make_photo(session, report, "report", state="raw")
    old, _ = keys(session, photo)
    decide_photo(session, cast.triage.asker, photo, Visibility(hidden=True, reason=WHY), NOON)

    assert not mark_ready(session, photo, at=NOON, key=old)
    assert mark_ready(session, photo, at=NOON, key=keys(session, photo)[0])
    assert public_photos(session, [report.id]) == {}
    assert "photo.ready" not in types(session, report)


def test_a_hidden_photo_is_gone_wherever_a_split_copied_it(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "triage")
    photo = make_photo(session, report, "report")
    wish = Split(category="litter", description="Việc thứ hai", photos=[photo], version=report.version)
    made = split(session, reference, cast.triage.asker, report.code, wish, NOON)
    assert set(public_photos(session, [report.id, made.id])) == {report.id, made.id}

    decide_photo(session, cast.triage.asker, photo, Visibility(hidden=True, reason=WHY), NOON)
    assert public_photos(session, [report.id, made.id]) == {}
    decide_photo(session, cast.triage.asker, photo, Visibility(hidden=False), NOON)
    assert set(public_photos(session, [report.id, made.id])) == {report.id, made.id}


def test_a_works_photo_over_the_same_files_moves_with_those_of_a_hidden_report(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "triage")
    mine = session.get_one(Photo, make_photo(session, report, "report"))
    work = CleanupStage(session, reference).make(cast.other_department).work
    files = {name: getattr(mine, name) for name in ("original_key", "public_key", "thumbnail_key")}
    session.add(
        Photo(
            id=UUID(int=1),
            work_id=work.id,
            kind="after",
            state="ready",
            sha256=b"w" * 32,
            media_type="image/jpeg",
            size=1,
            width=1,
            height=1,
            created_at=NOON,
            **files,
        )
    )
    session.flush()
    hide(session, cast, report)
    moves = session.scalars(select(FileMove).where(FileMove.old_key == files["public_key"])).one()
    assert (moves.report_id, len(moves.new_keys)) == (report.id, 2)


def test_hiding_a_report_leaves_a_copied_photo_public_under_another_name(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "triage")
    photo = make_photo(session, report, "report")
    old = keys(session, photo)
    wish = Split(category="litter", description="Việc thứ hai", photos=[photo], version=report.version)
    made = split(session, reference, cast.triage.asker, report.code, wish, NOON)

    hide(session, cast, report)

    [copy] = public_photos(session, [made.id])[made.id]
    assert copy.public_key != old[0]
    moves = session.scalars(select(FileMove).where(FileMove.old_key == old[0])).one()
    assert sorted(moves.new_keys) == sorted([keys(session, photo)[0], copy.public_key])


def test_evidence_cited_while_hidden_is_shown_with_it(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "in_progress")
    photo = make_photo(session, report, "evidence", published=False)
    decide_photo(session, cast.triage.asker, photo, Visibility(hidden=True, reason=WHY), NOON)
    publish_evidence(session, report, [photo], NOON)
    assert public_photos(session, [report.id]) == {}
    decide_photo(session, cast.triage.asker, photo, Visibility(hidden=False), NOON)
    assert [view.id for view in public_photos(session, [report.id])[report.id]] == [photo]


def test_a_followers_photo_waits_for_the_reporter_or_the_desk(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "in_progress")
    for number, decider in enumerate((reporter_of(report), cast.triage.asker)):
        new = new_photo(f"picture {number}".encode())
        photo, _ = add_photo(session, report.id, new, actor=FOLLOWER, at=NOON, zone=ZONE)
        mark_ready(session, photo.id, at=NOON, key=photo.public_key)
        assert photo.id not in {view.id for view in public_photos(session, [report.id]).get(report.id, [])}
        seen, _ = list_photos(session, reporter_of(report), report.id, now=NOON)
        assert [each.waits for each in seen if each.id == photo.id] == [True]

        decide_photo(session, decider, photo.id, Visibility(hidden=False), NOON)

        assert photo.id in {view.id for view in public_photos(session, [report.id])[report.id]}
    assert types(session, report).count("photo.ready") == 2


def test_what_the_desk_refused_is_not_the_reporters_to_show(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "in_progress")
    photo, _ = add_photo(session, report.id, new_photo(b"x"), actor=FOLLOWER, at=NOON, zone=ZONE)
    decide_photo(session, cast.triage.asker, photo.id, Visibility(hidden=True, reason=WHY), NOON)
    with pytest.raises(Forbidden):
        decide_photo(session, reporter_of(report), photo.id, Visibility(hidden=False), NOON)


@pytest.mark.parametrize("status", ["closed", "rejected", "duplicate", "withdrawn"])
def test_citizens_add_no_photos_after_the_end(session: Session, reference: Reference, status: str) -> None:
    report = make_report(session, reference, status)
    with pytest.raises(Conflict):
        add_photo(session, report.id, new_photo(b"x"), actor=FOLLOWER, at=NOON, zone=ZONE)


def test_a_hidden_comment_is_absent_but_for_colleagues(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "in_progress", executor="telecom")
    said = remark(session, reference, reporter_of(report), report, "Ông A ở nhà số 5 đổ rác")
    decide_comment(session, cast.triage.asker, said, Visibility(hidden=True, reason=WHY), NOON)

    def read(asker: Asker) -> list[UUID]:
        return [each.id for each in comments_for(session, asker, report.id, NOON, reference)]

    assert read(NOBODY) == read(reporter_of(report)) == read(cast.executor.asker) == []
    assert read(cast.department.asker) == read(cast.triage.asker) == [said]
    decide_comment(session, cast.triage.asker, said, Visibility(hidden=False), NOON)
    assert read(NOBODY) == [said]


def test_a_withdrawn_report_is_its_reporters_alone(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "assigned")
    withdraw(session, reporter_of(report), report.id, Withdrawal(), NOON)
    with pytest.raises(NotFound):
        find_report(session, NOBODY, report.code, now=NOON)
    view = report_view(session, reference, reporter_of(report), report.code, now=NOON, public_url="")
    assert isinstance(view, OwnReportView) and view.own.hidden and view.own.hidden.cause == "withdrawn"


def test_what_was_withdrawn_in_earlier_days_is_hidden_once(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "withdrawn")
    assert report.published
    assert [hide_withdrawn(session, NOON, 10), hide_withdrawn(session, NOON, 10)] == [1, 0]
    assert not report.published


def positions(session: Session, reference: Reference, wanted: FeedFilter) -> list[int]:
    return [row.position for row in read_feed(session, reference, wanted, after=0, limit=200).rows]


def test_events_of_a_hidden_report_keep_their_places_and_say_its_code_alone(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report, other = make_report(session, reference, "assigned"), make_report(session, reference, "assigned")
    move(session, other, StatusChange(Status.REJECTED, cast.triage.actor, NOON, reason="Ngoài phạm vi"))
    give_positions(session)
    filters = [FeedFilter(), FeedFilter(categories=frozenset({"litter"}))]
    before = [positions(session, reference, wanted) for wanted in filters]

    hide(session, cast, report)
    give_positions(session)

    for wanted, known in zip(filters, before, strict=True):
        after = positions(session, reference, wanted)
        assert after[: len(known)] == known and len(after) == len(known) + 1
    rows = read_feed(session, reference, FeedFilter(), after=0, limit=200).rows
    items = [feed_item(reference, row, str, "https://x.vn").model_dump(mode="json") for row in rows]
    own = [item for item in items if item["report"]["code"] == report.code]
    assert len(own) == 2
    assert {str({**item, "cursor": ""}) for item in own} == {
        str(
            {
                "cursor": "",
                "type": "report.hidden",
                "at": NOON.isoformat().replace("+00:00", "Z"),
                "report": {"code": report.code},
                "data": {},
            }
        )
    }

    show(session, cast, report)
    give_positions(session)
    rows = read_feed(session, reference, FeedFilter(), after=0, limit=200).rows
    items = [feed_item(reference, row, str, "https://x.vn").model_dump(mode="json") for row in rows]
    told = [(i["type"], set(i["report"])) for i in items if i["report"]["code"] == report.code]
    assert told[0][0] == "report.received" and "location" in told[0][1]
    assert told[1:] == [("report.hidden", {"code"}), ("report.shown", {"code"})]


def test_a_made_file_is_made_anew(session: Session, reference: Reference, cast: Cast) -> None:
    report = make_report(session, reference, "in_progress")
    key, later = "original/download/a-1.csv", NOON.replace(year=2099)
    file = Download(
        id=uuid4(),
        kind="reports",
        format="csv",
        asked={},
        language="vi",
        state="ready",
        key=key,
        created_at=NOON,
        expires_at=later,
    )
    session.add(file)
    session.flush()
    hide(session, cast, report)
    session.refresh(file)
    assert (file.state, file.key) == ("waiting", None)
    assert key in session.scalars(select(PendingDeletion.key)).all()


def test_who_makes_the_old_file_does_not_finish_it_as_the_new_one(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "in_progress")
    asked = orders.order_download(session, None, "reports", "csv", {"q": "ẩn"}, language="vi", now=NOON)
    old = orders.claim_download(session, now=NOON)
    assert old and old.id == asked.id
    hide(session, cast, report)
    new = orders.claim_download(session, now=NOON)
    assert new and new.id == asked.id
    assert new.key != old.key
    assert not orders.finish_download(session, old, 3, 100, now=NOON)
    assert orders.finish_download(session, new, 2, 80, now=NOON)


WRITTEN, OURS = {"description", "address"}, {"code", "language", "triage_reason"}


def test_every_text_of_a_report_is_erased_with_its_words_or_none_of_the_citizens(
    session: Session, reference: Reference
) -> None:
    texts = {column.key for column in Report.__table__.columns if type(column.type) is Text}
    assert texts == WRITTEN | OURS, "decide: may it tell of a person?"
    report = make_report(session, reference, "in_progress")
    for name in WRITTEN:
        setattr(report, name, "Ông A, 12 Lê Lợi")

    erase(session, reporter_of(report), report.code, Erasure(words=True), NOON)

    session.expire_all()
    assert {getattr(report, name) for name in WRITTEN} == {""}


def test_erasing_words_leaves_the_case_and_nothing_of_what_was_said(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = make_report(session, reference, "in_progress")
    report.address, report.description = "12 Lê Lợi", "Ông A đổ rác"
    photo = make_photo(session, report, "report")
    proof = make_photo(session, report, "evidence", staff_id=cast.department.account.id)
    remark(session, reference, reporter_of(report), report, "Ông A lại đổ")
    move(session, report, StatusChange(Status.REJECTED, cast.triage.actor, NOON, reason="Ngoài phạm vi"))
    reopen_or_appeal(
        session, reference, reporter_of(report), report.id, Reopening(reason="Ông A vẫn đổ"), NOON
    )
    files = {*keys(session, photo), session.get_one(Photo, photo).original_key}

    done = erase(session, reporter_of(report), report.code, Erasure(words=True), NOON)

    session.expire_all()
    assert done.words
    assert (report.description, report.address, report.published) == ("", "", False)
    assert session.get(Photo, photo) is None and session.get(Photo, proof) is not None
    assert session.scalars(select(Comment)).all() == []
    reasons = select(Event.data["reason"].astext).where(
        Event.report_id == report.id, Event.actor == "reporter"
    )
    assert set(session.scalars(reasons)) == {None}
    gone = {*session.scalars(select(FileMove.old_key)), *session.scalars(select(PendingDeletion.key))}
    assert files <= gone
    assert report.status == "triage"
    again = erase(session, reporter_of(report), report.code, Erasure(words=True), NOON)
    assert not again.words


def test_a_restore_repeats_what_was_hidden_and_shown(session: Session, reference: Reference) -> None:
    hidden, shown = (
        make_report(session, reference, "in_progress"),
        make_report(session, reference, "assigned"),
    )
    photo = make_photo(session, hidden, "report")
    entries = [
        (Action.HIDE_REPORT, hidden.id, NOON),
        (Action.HIDE_PHOTO, photo, NOON),
        (Action.HIDE_REPORT, shown.id, NOON),
        (Action.SHOW_REPORT, shown.id, NOON),
        (Action.HIDE_COMMENT, uuid4(), NOON),
    ]
    assert replay(session, entries, NOON) == 5
    assert (hidden.published, shown.published) == (False, True)
    assert not session.get_one(Photo, photo).published
    assert [entry.action for entry in entries_after(session, 0, 100)] == [each[0] for each in entries]
    assert replay(session, entries, NOON) == 0
