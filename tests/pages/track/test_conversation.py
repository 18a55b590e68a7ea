"""The conversation on a report's page: the question on top, rights that stay, badges, what comes after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from service.db import unit_of_work
from service.domain.casework.citizens.followers import Follow, add_follower
from service.domain.city.reference import load_reference
from service.domain.kernel.codes import report_secret
from service.domain.kernel.follower_secrets import follower_secret
from service.domain.reports.access import Asker
from service.domain.reports.events import SYSTEM, record
from service.models import Comment, EventType, FollowUp, Report, Status
from tests.imaging.pictures import encoded, quarters
from tests.pages.html import Page
from tests.support.site import HTML, KEY, Site

QUESTION = "Cho hỏi hẻm số mấy?"


@pytest.fixture(autouse=True)
def _new_visitor(site: Site) -> None:
    site.client.cookies.clear()


@pytest.fixture
def asked(site: Site) -> str:
    """A report that waits for its reporter."""
    with unit_of_work(site.engine) as session:
        found = select(Report).where(Report.status == Status.IN_PROGRESS, Report.published)
        report = session.scalars(found.order_by(Report.code.desc()).limit(1)).one()
        changed = {"status": Status.WAITING, "paused_at": datetime.now(UTC), "version": report.version + 1}
        session.execute(update(Report).where(Report.id == report.id).values(changed))
        session.refresh(report)
        record(
            session, report, EventType.WAITING, actor=SYSTEM, at=datetime.now(UTC), data={"reason": QUESTION}
        )
        return report.code


def secret_of(site: Site, code: str) -> str:
    return report_secret(KEY.encode(), site.found(code).id)


def as_reporter(site: Site, code: str) -> str:
    site.client.get(f"/r/{code}?s={secret_of(site, code)}", headers=HTML)
    return look(site, f"/r/{code}")


def look(site: Site, path: str) -> str:
    return site.client.get(path, headers=HTML).text


def forms(text: str) -> set[str]:
    return {str(form.get("action")).split("/")[-1] for form in Page(text).all("form") if form.get("action")}


def follower_of(site: Site, code: str) -> str:
    with unit_of_work(site.engine) as session:
        reference, now = load_reference(session), datetime.now(UTC)
        made, _ = add_follower(
            session, reference, Asker(key=KEY.encode()), code, Follow(), language="vi", now=now
        )
    return follower_secret(KEY.encode(), made)


def test_the_question_is_the_top_of_its_reporters_page(site: Site, asked: str) -> None:
    text = as_reporter(site, asked)
    assert text.index(QUESTION) < text.index('id="status-title"')
    assert "hỏi bạn" in text and "chưa có câu trả lời, phản ánh sẽ kết thúc" in text
    assert "Đang chờ bạn trả lời" in text
    assert {"answer"} <= forms(text) and "comment" not in forms(text)
    public = site.get(f"/r/{asked}").text
    assert "answer" not in forms(public) and "hỏi bạn" not in public


def test_badges_lead_to_the_question_and_go_once_it_is_answered(site: Site, asked: str) -> None:
    assert "data-news-count><span data-news-number>1<" not in site.get("/").text.replace("\n", "")
    as_reporter(site, asked)
    home = look(site, "/")
    assert f"Thành phố hỏi bạn về phản ánh {asked}" in home
    assert site.client.get("/mine/news").json() == {"count": 1, "questions": 1}
    for path in ("/", "/help", "/feed"):
        assert "data-news-number>1<" in look(site, path), path
    assert "Thành phố hỏi bạn, hãy trả lời" in look(site, "/mine")
    done = site.post(f"/r/{asked}", f"/r/{asked}/answer", {"text": "Hẻm 12"})
    assert done.headers["location"] == f"/r/{asked}?done=answer#top"
    shown = look(site, f"/r/{asked}?done=answer")
    assert "Đã gửi câu trả lời" in shown and "Hẻm 12" in shown
    assert "Chỉ người gửi và cán bộ đọc được." in shown
    assert site.found(asked).status == Status.IN_PROGRESS
    assert site.client.get("/mine/news").json()["count"] == 0
    assert "Hẻm 12" not in site.get(f"/r/{asked}").text


def test_an_answer_may_be_a_photo_alone_and_may_not_be_nothing(site: Site, asked: str) -> None:
    as_reporter(site, asked)
    refused = site.post(f"/r/{asked}", f"/r/{asked}/answer", {"text": "  "})
    assert refused.status_code == 422 and "Hãy viết câu trả lời hoặc thêm một ảnh." in refused.text
    photo = encoded(quarters(size=(120, 90)), "PNG")
    before = site.photos(asked)
    done = site.post(f"/r/{asked}", f"/r/{asked}/answer", {"text": ""}, files={"file": ("a.png", photo)})
    assert done.status_code == 303
    assert (site.found(asked).status, site.photos(asked)) == (Status.IN_PROGRESS, before + 1)


def test_an_answer_whose_id_looks_like_a_telephone_number_is_shown(site: Site, asked: str) -> None:
    secret = {"Authorization": f"Report {secret_of(site, asked)}"}
    said = {"id": "d0f0d742-0526-4208-9396-e55588415621", "text": "Đối diện số nhà 12"}
    assert site.client.post(f"/api/v1/reports/{asked}/comments", json=said, headers=secret).is_success
    assert "Đối diện số nhà 12" in as_reporter(site, asked)


def test_an_answer_that_comes_too_late_is_not_made_public(site: Site, asked: str) -> None:
    as_reporter(site, asked)
    with unit_of_work(site.engine) as session:
        session.execute(update(Report).where(Report.code == asked).values(status=Status.IN_PROGRESS))
    late = site.post(f"/r/{asked}", f"/r/{asked}/answer", {"text": "Nhà tôi số 5"})
    assert late.status_code == 409 and "Câu hỏi đã khép lại" in late.text
    with unit_of_work(site.engine) as session:
        assert not session.scalars(select(Comment).where(Comment.text == "Nhà tôi số 5")).all()


def test_following_ones_own_report_takes_no_rights(site: Site, asked: str) -> None:
    as_reporter(site, asked)
    site.client.get(f"/r/{asked}?s={follower_of(site, asked)}&followed=1", headers=HTML)
    text = look(site, f"/r/{asked}?followed=1")
    assert "Bạn đã báo việc này" in text and "Đã gửi. Cảm ơn bạn!" not in text
    assert {"answer", "erase"} <= forms(text)
    own = site.client.get(f"/r/{asked}/own")
    assert own.json() == {"secret": secret_of(site, asked), "role": "reporter"}
    assert own.headers["cache-control"] == "no-store"
    site.client.cookies.clear()
    assert site.client.get(f"/r/{asked}/own").json() == {"secret": None, "role": None}
    secret = follower_of(site, asked)
    site.client.get(f"/r/{asked}?s={secret}", headers=HTML)
    assert "Bạn đang theo dõi phản ánh này" in look(site, f"/r/{asked}?followed=1")
    assert site.client.get(f"/r/{asked}/own").json() == {"secret": secret, "role": "follower"}
    assert {"answer", "erase"} <= forms(as_reporter(site, asked)), "the stronger secret takes its place"


def test_who_follows_sees_news_until_they_look(site: Site) -> None:
    code = site.code("in_progress")
    site.client.get(f"/r/{code}?s={follower_of(site, code)}", headers=HTML)
    look(site, f"/r/{code}")
    assert site.client.get("/mine/news").json()["count"] == 0
    with unit_of_work(site.engine) as session:
        report = session.scalars(select(Report).where(Report.code == code)).one()
        record(session, report, EventType.EXTENDED, actor=SYSTEM, at=datetime.now(UTC))
    assert site.client.get("/mine/news").json() == {"count": 1, "questions": 0}
    assert "Có tin mới" in look(site, "/mine")
    look(site, f"/r/{code}")
    assert site.client.get("/mine/news").json()["count"] == 0


def test_a_list_that_was_made_up_tells_of_nobodys_questions(site: Site, asked: str) -> None:
    for entry in (asked, f"{asked}~0~", f"{asked}~0~{'0' * 12}", f"{asked}~x~y", f"{asked}~{'9' * 40}~"):
        site.client.cookies.clear()
        site.client.cookies.set("mine", entry)
        assert site.client.get("/mine/news").json()["count"] == 0, entry


def test_a_code_without_its_city_and_with_a_full_stop_is_found(site: Site) -> None:
    code = site.code("closed")
    short = code.split("-", 1)[1].lower()
    for typed in (short, f"{short}.", f"{code}.", f"mã {short}", short.replace("-", " ")):
        assert site.client.get("/r", params={"code": typed}).headers["location"] == f"/r/{code}", typed
    lost = site.client.get("/r", params={"code": "khong-phai"}, headers=HTML)
    assert lost.status_code == 404
    [field] = [each for each in Page(lost.text).all("input") if each.get("id") == "code-again"]
    assert field.get("value") == "khong-phai"
    assert 'id="code-again"' in site.get("/r/HUE-2222-22").text


def test_the_live_part_brings_everything_that_can_change(site: Site, asked: str) -> None:
    as_reporter(site, asked)
    part = site.client.get(f"/r/{asked}", headers={**HTML, "HX-Request": "true"}).text
    assert "<html" not in part
    assert {"answer", "erase", "forget"} <= forms(part)
    assert "Đơn vị chủ trì" in part and "data-latest=" in part


def test_a_report_shows_where_it_is_and_lets_photos_be_opened(site: Site) -> None:
    code = site.code("closed")
    report, text = site.found(code), site.get(f"/r/{code}").text
    assert f"/report/map.svg?lon={report.lon}&amp;lat={report.lat}" in text
    assert text.count("data-photo>") >= 1
    assert f"lon={report.lon}&amp;lat={report.lat}" in text and "Gửi phản ánh mới ở chỗ này" in text
    sheet = site.client.get(f"/report?category=litter&lon={report.lon}&lat={report.lat}", headers=HTML).text
    [form] = [each for each in Page(sheet).all("form") if "data-sheet" in each]
    lon, lat = str(form["data-place"]).split(",")
    assert (float(lon), float(lat)) == pytest.approx((report.lon, report.lat), abs=1e-5)


def test_some_time_after_the_end_one_is_asked_and_no_offers_a_new_report(site: Site) -> None:
    with unit_of_work(site.engine) as session:
        unasked = Report.id.not_in(select(FollowUp.report_id))
        wanted = select(Report).where(Report.status == "closed", Report.published, unasked)
        report = session.scalars(wanted.order_by(Report.closed_at).limit(1)).one()
        report.closed_at = datetime.now(UTC) - timedelta(days=16)
        code, report_id = report.code, report.id
    assert "lasts" not in forms(site.get(f"/r/{code}").text)
    site.client.cookies.clear()
    assert "lasts" in forms(as_reporter(site, code))
    assert site.post(f"/r/{code}", f"/r/{code}/lasts", {"lasts": "false"}).status_code == 303
    with unit_of_work(site.engine) as session:
        [row] = session.scalars(select(FollowUp).where(FollowUp.report_id == report_id)).all()
        assert (row.person, row.lasts) == ("reporter", False)
    text = look(site, f"/r/{code}")
    assert "Bạn đã trả lời: bị lại rồi." in text and "Hãy gửi một phản ánh mới" in text
    assert site.post(f"/r/{code}", f"/r/{code}/lasts", {"lasts": "maybe"}).status_code == 422
