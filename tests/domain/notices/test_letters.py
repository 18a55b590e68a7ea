"""The words of messages: masked by the city's rule for every reader, a citizen's never quoted to others."""

from __future__ import annotations

from uuid import uuid4

import pytest
from lxml import html
from sqlalchemy.orm import Session

from service.domain.casework.case.words import say
from service.domain.city.reference import Reference
from service.domain.notices.letters import Letter, read_letters
from service.domain.reports.events import FOLLOWER, REPORTER, SYSTEM, Actor, record
from service.models import EventType, Message
from service.sending.compose import Composer
from tests.domain.city.city_configs import with_config
from tests.support.factories import make_report
from tests.support.people import KEY, Cast
from tests.support.small_city import NOON

WORDS = "Xác minh tại https://hue-xacminh.example/login hoặc gọi 0912 345 678, mail lan@vidu.vn, đồ vcl"
ADDRESS = "Nhà ông Tư, 5 Lê Lợi, ĐT 0905123456, xem evil.com"
READERS = ("reporter", "follower", "alert", "staff")


@pytest.fixture
def rules(reference: Reference) -> Reference:
    """The city's masking with a coarse word, and a category that shows telephone numbers."""
    masking = {"words": ["vcl"], "categories": {"illegal_ad": {"phones": False}}}
    return with_config(reference, masking=masking)


def letter_to(
    session: Session,
    reference: Reference,
    audience: str,
    actor: Actor,
    *,
    category: str = "litter",
    staff_id: int | None = None,
    comment: str | None = None,
) -> Letter:
    """The message by which `audience` hears of a step that `actor` explained with WORDS."""
    report = make_report(session, reference, "in_progress", category=category)
    report.address = ADDRESS
    event = record(session, report, EventType.REOPENED, actor=actor, at=NOON, data={"reason": WORDS})
    session.flush()
    data: dict[str, object] = {"type": event.type, "status": event.status, "reason": WORDS}
    if comment:
        data["comment"] = str(say(session, report, comment, WORDS, public=True, actor=actor, at=NOON).id)
    row = Message(
        id=uuid4(),
        occasion=f"event:{event.id}",
        channel="email",
        recipient="ai@vidu.vn",
        audience=audience,
        notice="staff_step" if audience == "staff" else "reopened",
        language="vi",
        report_id=report.id,
        event_id=event.id,
        staff_id=staff_id,
        data=data,
        state="waiting",
        not_before=NOON,
        fresh_until=NOON,
        created_at=NOON,
    )
    session.add(row)
    session.flush()
    [letter] = read_letters(session, reference, [row.id], NOON)
    return letter


def written(reference: Reference, letter: Letter) -> str:
    """All that leaves in the message, as one text."""
    made = Composer(reference, "https://city.example", KEY).compose(letter)
    return "\n".join((made.subject, made.text, made.html, made.short))


@pytest.mark.parametrize("audience", READERS)
@pytest.mark.parametrize("actor", [REPORTER, FOLLOWER, SYSTEM], ids=lambda actor: actor.kind)
def test_nothing_that_identifies_leaves_by_any_message(
    session: Session, rules: Reference, audience: str, actor: Actor
) -> None:
    letter = letter_to(session, rules, audience, actor)
    assert letter.about
    text = "\n".join((written(rules, letter), letter.about.address))

    for secret in ("0912", "345 678", "0905123456", "lan@vidu.vn", "vcl"):
        assert secret not in text
    assert "5 Lê Lợi" in text
    assert "evil.com" not in text, "the address is the reporter's words: no live link"


@pytest.mark.parametrize("audience", ["reporter", "follower", "alert"])
@pytest.mark.parametrize("actor", [REPORTER, FOLLOWER], ids=lambda actor: actor.kind)
def test_citizens_words_are_not_quoted_to_others(
    session: Session, rules: Reference, audience: str, actor: Actor
) -> None:
    text = written(rules, letter_to(session, rules, audience, actor))

    assert "Xác minh" not in text
    assert "hue-xacminh" not in text


def test_staff_read_citizens_words_without_a_live_link(session: Session, rules: Reference) -> None:
    text = written(rules, letter_to(session, rules, "staff", FOLLOWER))

    assert "hue-xacminh[.]example/login" in text
    assert "https://hue-xacminh" not in text


@pytest.mark.parametrize("audience", READERS)
def test_words_of_staff_are_quoted(session: Session, rules: Reference, cast: Cast, audience: str) -> None:
    letter = letter_to(session, rules, audience, cast.department.actor)

    assert letter.quote.startswith("Xác minh tại https://hue-xacminh.example/login hoặc gọi •••••••")


def test_a_reason_stands_by_its_step_and_not_behind_the_reporters_words(
    session: Session, rules: Reference, cast: Cast
) -> None:
    letter = letter_to(session, rules, "staff", cast.department.actor)
    made = Composer(rules, "https://city.example", KEY).compose(letter)

    for body in (made.text, made.html):
        assert 0 < body.index("Xác minh tại") < body.index("Người gửi viết:")


@pytest.mark.parametrize(("kind", "quoted"), [("remark", False), ("answer", False), ("reply", True)])
def test_a_comment_is_quoted_by_its_kind(session: Session, rules: Reference, kind: str, quoted: bool) -> None:
    letter = letter_to(session, rules, "follower", SYSTEM, comment=kind)

    assert bool(letter.quote) is quoted


def test_a_category_that_shows_numbers_shows_them_in_messages_too(
    session: Session, rules: Reference, cast: Cast
) -> None:
    letter = letter_to(session, rules, "follower", cast.department.actor, category="illegal_ad")

    assert "0912 345 678" in letter.quote
    assert "lan@vidu.vn" not in letter.quote
    assert letter.about
    assert "0905123456" in letter.about.address


def test_all_of_an_email_stands_in_landmarks(session: Session, rules: Reference, cast: Cast) -> None:
    letter = letter_to(session, rules, "reporter", cast.department.actor)
    made = Composer(rules, "https://city.example", KEY).compose(letter)
    body = html.document_fromstring(made.html).body

    assert [each.get("role") for each in body] == ["main", "contentinfo"]
    assert not (body.text or "").strip()
