"""What people read in a chat, a mail, an SMS: all that was asked, until when, what to do; no cut unmarked."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from service.domain.city.reference import Reference
from service.domain.notices.kinds import CITIZENS
from service.domain.notices.letters import Letter, LetterReport
from service.models import NoticeAudience, NoticeChannel
from service.sending.compose import LONGEST_QUOTE, Composer
from service.sending.envelope import Envelope
from service.sending.sms_text import parts
from tests.support.people import KEY
from tests.support.small_city import NOON

QUESTION = (
    "Anh/chị cho biết dây cáp thòng này trước cửa nhà số mấy, là dây to màu đen hay dây nhỏ, có chạm xuống "
    "mặt đường không, để chúng tôi báo đúng đơn vị sở hữu đến xử lý? Nếu được xin gửi thêm ảnh chụp gần thẻ "
    "treo trên dây."
)
NOTICES = sorted({each.name for each in CITIZENS.values()} | {"received", "reply"})


def composed(
    reference: Reference, notice: str, channel: NoticeChannel, quote: str = "", language: str = "vi"
) -> Envelope:
    status = {"asked": "waiting", "resolved": "resolved", "rejected": "rejected"}.get(notice, "closed")
    report = LetterReport(
        id=uuid4(),
        code="SML-7K3M-92",
        category_id=next(iter(reference.categories)),
        ward_id=next(iter(reference.wards)),
        lead_id=next(iter(reference.departments)),
        address="Kiệt 131 Trần Phú",
        description="Cáp thòng",
        status=status,
        due_at=NOON + timedelta(days=3),
        published=True,
        paused_at=NOON,
        closed_at=NOON,
    )
    data = {
        "status": status,
        "own": str(report.id),
        "after": NOON.isoformat(),
        "company_name": {"vi": "Công ty Điện thoại", "en": "Phone company"},
        "street": "Lê Lợi",
    }
    letter = Letter(
        id=uuid4(),
        channel=channel,
        recipient="x",
        audience=NoticeAudience.REPORTER,
        notice=notice,
        language=language,
        at=NOON,
        fresh_until=NOON,
        data=data,
        about=report,
        quote=quote,
    )
    return Composer(reference, "https://phananh.example.vn", KEY).compose(letter)


def test_a_chat_asks_the_whole_question_and_says_where_and_until_when_to_answer(reference: Reference) -> None:
    said = composed(reference, "asked", NoticeChannel.ZALO, QUESTION).chat
    assert f"“{QUESTION}”" in said
    assert "trả lời ngay tại đây" in said and "Nếu trước ngày" in said
    assert "trả lời ngay tại đây" not in composed(reference, "asked", NoticeChannel.EMAIL, QUESTION).text


def test_a_chat_says_what_to_do_when_it_is_closed_and_asks_whether_it_lasts(reference: Reference) -> None:
    assert "bạn có thể mở lại trước ngày" in composed(reference, "closed", NoticeChannel.FACEBOOK).chat
    assert composed(reference, "follow_up", NoticeChannel.ZALO).chat.count("/lasts?lasts=") == 2
    assert composed(reference, "closed", NoticeChannel.EMAIL).chat == ""


def test_a_mail_puts_the_question_before_what_follows_from_it(reference: Reference) -> None:
    mail = composed(reference, "asked", NoticeChannel.EMAIL, QUESTION)
    for words in (mail.text, mail.html):
        assert words.index("Anh/chị cho biết") < words.index("Nếu trước ngày")
    assert "\n\n\n" not in mail.text
    assert f".\n\n“{QUESTION}”\n\nNếu trước ngày" in mail.text


def test_what_is_cut_is_cut_between_words_and_marked(reference: Reference) -> None:
    short = composed(reference, "reply", NoticeChannel.PUSH, f"{QUESTION} {QUESTION}").short
    shown = short.partition("“")[2].removesuffix("…”")
    assert short.endswith("…”") and len(shown) <= LONGEST_QUOTE
    assert f"{QUESTION} {QUESTION}".startswith(f"{shown} ")
    sms = composed(reference, "reply", NoticeChannel.SMS, QUESTION).sms
    assert '..." https://' in sms


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("notice", NOTICES)
def test_every_notice_is_an_sms_of_two_parts_with_its_link_whole(
    reference: Reference, notice: str, language: str
) -> None:
    long = composed(reference, notice, NoticeChannel.SMS, QUESTION * 3, language)
    assert parts(long.sms) <= 2
    assert long.sms.endswith(long.link) and long.sms.isascii()
