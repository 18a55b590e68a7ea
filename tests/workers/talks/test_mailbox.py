"""Letters by IMAP and SMTP on the loopback: from the mailbox to the report, and back into the thread."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from types import ModuleType

import pytest
from sqlalchemy import Engine, func, select, text

from service.db import unit_of_work
from service.domain.talks import idle_talks, inbox, tokens
from service.domain.talks.mailbox import begin_poll
from service.models import (
    ChannelToken,
    Comment,
    Conversation,
    InboxEntry,
    PendingDeletion,
    Photo,
    Report,
    Subscription,
    TalkMessage,
)
from service.models.talks.talk import InboxState
from service.sending.email.intake import imap
from tests.support.mail.imap_double import ImapBox, imap_server
from tests.support.mail.letters import CITY, LAN, photo, write
from tests.support.photo_stage import jpeg
from tests.support.sinks import Mailbox, mail_server
from tests.support.small_city import IN_W1
from tests.workers.talks.conftest import hire, workers_told

PLACE = f"{IN_W1[1]:.5f}, {IN_W1[0]:.5f}"


@dataclass
class Post:
    """The city's mailbox, its mail server, and the workers between them."""

    engine: Engine
    box: ImapBox
    out: Mailbox
    talks: ModuleType
    media: ModuleType
    mailbox: ModuleType
    now: datetime

    def work(self, *messages: EmailMessage | bytes) -> list[EmailMessage]:
        """Letters arrive, the workers run; what was answered."""
        before = len(self.out.mails)
        for each in messages:
            self.box.put(each if isinstance(each, bytes) else each.as_bytes())
        self.mailbox.poll()
        for _ in range(2):
            self.talks.read()
            self.media.fetch_files()
            self.now += timedelta(seconds=3)
        self.talks.send("email")
        return self.out.mails[before:]

    def rows(self, what: type[Report] | type[Conversation]) -> list[object]:
        with unit_of_work(self.engine) as session:
            return list(session.scalars(select(what).order_by(what.created_at)))

    def talk(self) -> Conversation:
        found = self.rows(Conversation)[-1]
        assert isinstance(found, Conversation)
        return found

    def reports(self) -> list[Report]:
        return [each for each in self.rows(Report) if isinstance(each, Report)]


@pytest.fixture
def post(
    worker_settings: dict[str, str], clean_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Post]:
    """A city that reads a mailbox."""
    with imap_server() as box, mail_server() as out:
        told = {
            "IMAP_URL": box.url,
            "SMTP_URL": out.url,
            "MAIL_FROM": f"Đường dây nóng <{CITY}>",
            "MAIL_INTAKE_ADDRESS": CITY,
            "MAIL_AUTHSERV_ID": "mx.hue.example",
        }
        talks, media, mailbox = workers_told(monkeypatch, told, "", ".media", ".mailbox")
        made = Post(clean_engine, box, out, talks, media, mailbox, datetime.now(UTC))
        hire(made, monkeypatch, talks, media, mailbox)
        yield made
        made.talks.delivery_of.cache_clear()


def answer_to(mail: EmailMessage, words: str, sender: str = LAN) -> EmailMessage:
    """What a mail programme makes of an answer."""
    headers = {"In-Reply-To": mail["Message-ID"], "References": mail["Message-ID"]}
    to = str(mail["Reply-To"] or mail["From"])
    return write(
        f"{words}\n\nVào 5 thg 5, 2026, DTTM đã viết:\n> câu hỏi",
        "Re: x",
        sender=sender,
        to=to,
        headers=headers,
    )


def test_a_letter_with_a_place_and_photos_becomes_one_report(post: Post) -> None:
    two = {"a.JPG": photo(1), "b.JPG": photo(2), "logo.JPG": jpeg(1)}
    logo = b"\x89PNG\r\n\x1a\n" + b"0" * 900
    letter = write(f"Loại litter ở {PLACE}", "Phản ánh", files=two, inline=logo)
    [answer] = post.work(letter)

    [report] = post.reports()
    assert (report.channel, round(report.lon, 4)) == ("email", round(IN_W1[0], 4))
    assert report.code in answer.get_content()
    assert answer["In-Reply-To"] == letter["Message-ID"]
    assert str(letter["Message-ID"]) in answer["References"]
    assert (answer["Auto-Submitted"], answer["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert answer["Subject"] == "Re: Phản ánh"
    assert "+k" in answer["Reply-To"]
    assert post.out.recipients == [LAN]
    with unit_of_work(post.engine) as session:
        assert session.scalar(select(func.count(Photo.id)).where(Photo.report_id == report.id)) == 2
        [wish] = session.scalars(select(Subscription).where(Subscription.report_id == report.id)).all()
        assert (wish.channel, wish.recipient) == ("email", LAN)
    assert post.box.seen == {1}


def test_what_is_missing_is_asked_once_and_the_answer_in_the_thread_completes_it(post: Post) -> None:
    [asked] = post.work(write("nhiều lắm", "litter"))
    assert "/talk/" in asked.get_content()
    assert post.reports() == []
    assert post.talk().begun
    [told] = post.work(answer_to(asked, f"ở {PLACE}"))
    [report] = post.reports()
    assert report.code in told.get_content()
    assert len(post.rows(Conversation)) == 1
    [added] = post.work(answer_to(told, "hôm nay vẫn còn nguyên"))
    assert report.code in added.get_content()
    with unit_of_work(post.engine) as session:
        assert [each.text for each in session.scalars(select(Comment))] == ["hôm nay vẫn còn nguyên"]


def test_another_address_does_not_speak_in_somebodys_conversation(post: Post) -> None:
    [asked] = post.work(write("nhiều lắm", "litter"))
    post.work(answer_to(asked, f"ở {PLACE}", sender="eve@example.org"))
    talks = post.rows(Conversation)
    assert len(talks) == 2
    with unit_of_work(post.engine) as session:
        theirs = select(TalkMessage.conversation_id).where(TalkMessage.outgoing.is_(False))
        assert len(set(session.scalars(theirs))) == 2


def test_the_same_letter_is_kept_once_also_when_the_mailbox_counts_anew(post: Post) -> None:
    letter = write(f"Loại litter ở {PLACE}")
    assert len(post.work(letter, letter)) == 1
    post.box.uidvalidity += 1
    assert post.work() == []
    with unit_of_work(post.engine) as session:
        assert session.scalar(select(func.count()).select_from(InboxEntry)) == 1
    assert len(post.reports()) == 1


def test_a_poller_that_died_between_storing_and_marking_makes_no_second_letter(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    post.box.put(write(f"Loại litter ở {PLACE}").as_bytes())
    with monkeypatch.context() as patch:
        patch.setattr(post.mailbox.mailbox, "advance_cursor", die)
        with pytest.raises(Killed):
            post.mailbox.poll()
    with unit_of_work(post.engine) as session:
        assert begin_poll(session, CITY, post.now) is None  # the dead one's turn is not over
    post.now += timedelta(minutes=4)
    assert len(post.work()) == 1
    assert len(post.reports()) == 1


def test_two_machines_that_answer_each_other_stop_and_robots_get_nothing(post: Post) -> None:
    answers = post.work(write("nhiều lắm", "litter"))
    for n in range(6):
        robot = answer_to(answers[-1], f"Cảm ơn bạn, phiếu số {n} đã được ghi nhận")
        answers += post.work(robot)
    assert len(answers) <= 3
    assert post.talk().state == "waiting_person"
    before = len(post.rows(Conversation))
    robots = [
        write("x", "vắng mặt", headers={"Auto-Submitted": "auto-replied"}),
        write("x", headers={"List-Id": "<a>"}),
    ]
    assert post.work(*robots) == []
    assert len(post.rows(Conversation)) == before


def test_an_absence_moves_nothing_and_a_letter_that_comes_back_is_shown(post: Post) -> None:
    [asked] = post.work(write("nhiều lắm", "litter"))
    away = answer_to(asked, "Tôi vắng mặt đến thứ Hai")
    away["Auto-Submitted"] = "auto-replied"
    assert post.work(away) == []
    assert post.talk().state == "bot"
    bounce = (
        "From: MAILER-DAEMON@mx\r\nTo: x\r\nSubject: no\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx\r\n\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {asked['Message-ID']}\r\n\r\n--b--\r\n"
    )
    assert post.work(bounce.encode()) == []
    assert (post.talk().state, post.talk().caution) == ("waiting_person", "bounced")


def test_a_forged_sender_is_left_to_people_and_a_large_letter_is_not_fetched(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = {"Authentication-Results": "mx.hue.example; dmarc=fail"}
    forged = write(f"Loại litter ở {PLACE}", headers=failed)
    assert post.work(forged) == []
    assert (post.talk().state, post.talk().caution) == ("waiting_person", "dmarc")
    assert post.reports() == []
    monkeypatch.setattr(post.mailbox, "MOST_BYTES", 5000)
    [answer] = post.work(write("x" * 6000, "litter", sender="minh@example.org"))
    assert "/talk/" in answer.get_content()
    assert post.box.fetched[-1].endswith("(BODY.PEEK[HEADER])")


def test_what_cannot_be_read_is_kept_and_stands_in_nobodys_way(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping = importlib.import_module("service.sending.email.intake.raw_letters")
    real = keeping.read_letter

    def read(raw: bytes, *rest: object, **options: object) -> object:
        if b"broken" in raw:
            raise RuntimeError
        return real(raw, *rest, **options)

    monkeypatch.setattr(keeping, "read_letter", read)
    assert len(post.work(write("broken"), write(f"Loại litter ở {PLACE}"))) == 1
    with unit_of_work(post.engine) as session:
        assert sorted(session.scalars(select(InboxEntry.state))) == [InboxState.UNREADABLE, InboxState.DONE]


def test_a_mailbox_that_is_away_is_red_until_it_answers(post: Post) -> None:
    post.box.down = True
    post.work()
    with unit_of_work(post.engine) as session:
        problem = session.get_one(ChannelToken, ("email", CITY)).problem
    assert problem.startswith("IMAP")
    assert "mat khau" not in problem
    post.box.down = False
    post.work()
    with unit_of_work(post.engine) as session:
        assert session.get_one(ChannelToken, ("email", CITY)).problem == ""


def test_words_writers_and_raw_letters_are_sealed_and_go_with_their_time(post: Post) -> None:
    post.work(write(f"Zimbarronimo litter ở {PLACE}"))
    with unit_of_work(post.engine) as session:
        for table in ("inbox", "conversation", "talk_message"):
            rows = "\n".join(session.scalars(text(f"SELECT row_to_json({table})::text FROM {table}")).all())
            assert LAN not in rows
            assert "zimbarronimo" not in rows.lower()
        key = session.scalars(select(InboxEntry.object_key)).one()
    assert key is not None
    assert b"imbarronimo" not in post.media.storage().get(key)
    with unit_of_work(post.engine) as session:
        assert inbox.erase_old_payloads(session, post.now + timedelta(days=31)) == 1
        assert session.get(PendingDeletion, key) is not None
        idle_talks.erase_talk(session, session.scalars(select(Conversation)).one(), post.now)
    talk = post.talk()
    assert (talk.person, talk.thread, talk.sender_hash) == (None, None, None)
    with unit_of_work(post.engine) as session:
        assert set(session.scalars(select(TalkMessage.external_id))) == {None}, "ids name who writes too"
    assert tokens.access_token is not None


@pytest.mark.skipif(shutil.which("dovecot") is None, reason="no dovecot on this machine")
def test_dovecot_itself_is_read(post: Post, tmp_path_factory: pytest.TempPathFactory) -> None:
    from tests.support.mail.dovecot import dovecot

    with dovecot(tmp_path_factory.mktemp("d")) as (url, deliver):
        letter = write("Rác ở Lê Lợi", files={"a.jpg": jpeg(3)}).as_bytes()
        deliver(letter)
        now = datetime.now(UTC)
        with imap.open_mailbox(url) as box:
            [uid] = box.uids_after(None, 0, now)
            assert box.size(uid) == len(letter.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
            raw = box.whole(uid)
            assert raw is not None
            assert raw.replace(b"\r\n", b"\n") == letter
            box.mark_seen(uid)
            assert box.uids_after(box.uidvalidity, uid, now) == []  # `n:*` names the last letter all the same
        wrong = url.replace("mat", "sai")
        with pytest.raises(imap.MailboxFailed, match="sign-in failed"):
            imap.open_mailbox(wrong).__enter__()


def test_what_cannot_be_opened_is_answered_and_marked(post: Post) -> None:
    packed = write(f"litter {PLACE}", "loại litter", files={"winmail.dat": b"x\x9f>\x22" * 9})
    [answer] = post.work(packed)
    [report] = post.reports()
    text_of = answer.get_content()
    assert "winmail.dat" in text_of and report.code in text_of
    assert (post.talk().state, post.talk().caution) == ("bot", "winmail")

    sealed = write("x", "loại litter", sender="Minh <minh@example.org>")
    sealed.replace_header("Content-Type", "application/pkcs7-mime; smime-type=enveloped-data")
    [asked] = post.work(sealed)
    assert "mã hóa" in asked.get_content() and "/talk/" in asked.get_content()
    assert (post.talk().state, post.talk().caution) == ("bot", "encrypted")
    assert len(post.reports()) == 1
