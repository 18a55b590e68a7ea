"""Suspicion of spam: what is held, what honest people write and is not, and what a person's look changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.city.config import Spam
from service.domain.city.reference import Reference
from service.domain.reports.reports import ContactDraft, submit_many
from service.domain.routing.dispatch import route_many
from service.domain.routing.spam import read_spam_rules, web_links
from service.domain.rules.rulebook import Rulebook, load_rulebook
from service.models import Event, Report, SenderTrace
from tests.domain.casework.stage import Stage
from tests.support.factories import make_report
from tests.support.people import Cast
from tests.support.small_city import IN_W1, NOON, draft, make_small_city

HUE = yaml.safe_load((Path(__file__).parents[3] / "service/cities/hue/city.yaml").read_text(encoding="utf-8"))
RULES = read_spam_rules(Spam.model_validate(HUE["spam"]))
LONG = "Xe rác không vào hẻm ba ngày nay, mùi hôi bốc lên cả xóm không chịu nổi"

HONEST = [
    "Rác",
    "rac nhieu qua",
    "CÓ AI KHÔNG??? RÁC CẢ TUẦN RỒI!!!!",
    "Rác thải sinh hoạt chất đống trước cổng trường THCS Chu Văn An, đề nghị dọn gấp",
    "Tờ rơi cho vay tiền nhanh, không thế chấp dán kín cột điện, số 0905 123 456",
    "Có nhóm rải tờ rơi casino online ngay cổng chợ Đông Ba",
    "Cáp viễn thông võng sát mặt đường, xe tải qua là vướng. Xem ảnh https://maps.app.goo.gl/abc123",
    "Theo thông tin trên hue.gov.vn thì hôm nay thu gom mà chưa thấy xe https://stnmt.hue.gov.vn/lich",
    "Quán nhậu vca hát karaoke tới 2h sáng, mời các anh tới kiểm tra giùm. ĐT em 0914567890",
    "Đường ngập tới đầu gối, cống nghẹt do rác. Đã báo 2 lần: HUE-7K3M-92, HUE-9XPT-45 mà chưa ai làm",
    "Báo Tuổi Trẻ cũng đã đăng: tuoitre.vn/hue-ngap.html, mong thành phố xem lại",
    "Nhà tôi số 12/3 kiệt 45, trước nhà có ổ gà. facebook của tôi: facebook.com/nguyenvana",
    "Cây ngã đè lên dây điện ở ngã tư Hùng Vương - Bến Nghé, nguy hiểm quá",
    "Tôi bị mời chào việc nhẹ lương cao ở bến xe, có người phát tờ rơi ngoài cổng",
    "Nước thải xả thẳng ra sông An Cựu, cá chết trắng, hôi lắm. Xin cảm ơn!",
    "Đèn đường trụ 471/12 hỏng, tối om, tối nào cũng có tai nạn",
]
SPAM = [
    "NHÀ CÁI uy tín số 1, nổ hũ đổi thưởng, tài xỉu tặng 100k https://ku789.bet",
    "Vay tiền online giải ngân trong ngày, vay không thế chấp LH 0905123456 www.vaynhanh.top",
    "kiếm tiền tại nhà việc nhẹ lương cao click vào link http://bit.ly/xyz",
    "http://a.xyz http://b.xyz http://c.xyz",
]


@pytest.mark.parametrize("text", HONEST)
def test_what_honest_people_write_is_not_held(text: str) -> None:
    for path in (("litter",), ("illegal_ad", "illegal_ad.loan")):
        assert not RULES.score(text, path, copies=0).suspected


@pytest.mark.parametrize("text", SPAM)
def test_spam_is_held(text: str) -> None:
    assert RULES.score(text, ("litter",), copies=0).suspected


def test_whoever_reports_advertisements_may_quote_them() -> None:
    poster = "Poster: vay tiền online, giải ngân trong ngày, vay không thế chấp, nổ hũ"

    assert not RULES.score(poster, ("illegal_ad", "illegal_ad.loan"), copies=0).suspected
    assert RULES.score(poster, ("litter",), copies=0).suspected


def test_addresses_of_authorities_and_maps_are_no_sign() -> None:
    assert web_links("https://hue.gov.vn/tin và https://maps.app.goo.gl/x") == []
    assert web_links("xem gov.vn.bet và nguy.top/x") == ["gov.vn.bet", "nguy.top/x"]
    assert web_links("Gửi về thu.nguyen@gmail.com, lúc 8.30 sáng.Cảm ơn") == []


@pytest.fixture
def book(session: Session) -> Rulebook:
    make_small_city(session)
    return load_rulebook(session)


def send(session: Session, book: Rulebook, count: int, text: str = LONG, **sender: Any) -> list[Report]:
    """`count` reports, a minute and three hundred metres apart, routed together."""
    category = book.reference.category_by_code["litter"].id
    made = [
        draft(category, (IN_W1[0] + 0.003 * n, IN_W1[1]), at=NOON + timedelta(minutes=n), description=text)
        for n in range(count)
    ]
    receipts = submit_many(session, [replace(each, **sender) for each in made])
    route_many(session, book, [receipt.id for receipt in receipts], NOON + timedelta(hours=1))
    session.expire_all()
    return [session.get_one(Report, receipt.id) for receipt in receipts]


@pytest.mark.parametrize(
    "sender",
    [
        {"device_hash": b"d" * 16},
        {"address_hash": b"a" * 16},
        {"contact": ContactDraft("Lan", "+84905123456", None)},
        {"contact": ContactDraft(None, None, "lan@vidu.vn")},
    ],
    ids=["device", "address", "phone", "email"],
)
def test_the_fourth_copy_of_one_sender_is_held(
    session: Session, book: Rulebook, sender: dict[str, Any]
) -> None:
    reports = send(session, book, 5, **sender)

    assert [report.status for report in reports] == ["assigned"] * 3 + ["triage"] * 2
    held = reports[3]
    assert (held.triage_reason, held.published) == ("suspected_spam", False)
    told = session.scalars(
        select(Event).where(Event.report_id == held.id, Event.type == "report.triaged")
    ).one()
    assert not told.public
    assert told.private == {"points": 12, "signs": {"repeated": 12}}


def test_the_same_words_of_different_people_or_short_ones_are_not(session: Session, book: Rulebook) -> None:
    assert {report.status for report in send(session, book, 6)} == {"assigned"}
    assert {r.status for r in send(session, book, 6, "Rác", device_hash=b"e" * 16)} == {"assigned"}


def test_marks_and_signs_make_no_other_words(session: Session, book: Rulebook) -> None:
    for text in (
        LONG,
        LONG.upper() + "!!!",
        "xe rac khong vao hem ba ngay nay mui hoi boc len ca xom khong chiu noi",
    ):
        send(session, book, 1, text, device_hash=b"f" * 16)
    [last] = send(session, book, 1, device_hash=b"f" * 16)

    # All were sent at the same minute: which came first is decided by their ids.
    assert session.scalar(select(func.count()).where(SenderTrace.hash == b"f" * 16)) == 4
    assert last.status in ("assigned", "triage")


def test_what_a_person_lets_through_is_public_again(
    session: Session, reference: Reference, cast: Cast
) -> None:
    held: dict[str, Any] = {"triage_reason": "suspected_spam", "published": False}
    report = make_report(session, reference, "triage", ward_id=None, **held)
    rejected = make_report(session, reference, "triage", **held)
    stage = Stage(session, reference)

    stage.step(cast.triage, report, "assigned", lead="ward-W1")
    stage.step(cast.triage, rejected, "rejected", reason="Quảng cáo")

    assert (report.status, report.published, report.triage_reason) == ("assigned", True, None)
    assert (rejected.status, rejected.published) == ("rejected", False)


def test_without_settings_nothing_but_links_and_copies_counts() -> None:
    assert read_spam_rules(Spam()).score("nhà cái casino", ("litter",), copies=0).points == 0
