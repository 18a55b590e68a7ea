"""A report's page: the secret that moves into a cookie, what each visitor may do, and that it is done."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from service.db import unit_of_work
from service.domain.kernel.codes import report_secret
from service.domain.relay import give_positions
from service.models import Report
from tests.imaging.pictures import encoded, quarters
from tests.pages.html import Page
from tests.support.site import HTML, KEY, Site


@pytest.fixture(autouse=True)
def _new_visitor(site: Site) -> None:
    site.client.cookies.clear()


def as_reporter(site: Site, code: str) -> str:
    """Open the page with the secret in the address, as the answer to a report does."""
    secret = report_secret(KEY.encode(), site.found(code).id)
    answer = site.client.get(f"/r/{code}?s={secret}&new=1", headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/r/{code}?new=1"
    return site.client.get(f"/r/{code}", headers=HTML).text


def actions(text: str) -> set[str]:
    """What the page offers to do; how one is told of it is `test_notices.py`."""
    found = {str(form.get("action")).split("/")[-1] for form in Page(text).all("form") if form.get("action")}
    return found - {"notices", "change"}


def test_secret_goes_into_a_cookie_of_this_page_alone(site: Site) -> None:
    code = site.code("in_progress")
    secret = report_secret(KEY.encode(), site.found(code).id)
    answer = site.client.get(f"/r/{code}?s={secret}", headers=HTML)
    [cookie] = [each for each in answer.headers.get_list("set-cookie") if each.startswith("secret=")]
    assert f"Path=/r/{code}" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert secret not in answer.headers["location"]
    assert secret not in site.client.get(f"/r/{code}", headers=HTML).text


def test_what_happens_once_the_page_is_drawn_is_heard_from_there_on(site: Site) -> None:
    code = site.code("in_progress")
    with unit_of_work(site.engine) as session:
        give_positions(session)  # what other tests left
    [track] = [each for each in Page(site.get(f"/r/{code}").text).all("div") if "data-track" in each]
    secret = report_secret(KEY.encode(), site.found(code).id)
    asked = {"authorization": f"Report {secret}"}
    url = f"/api/v1/reports/{code}/comments"
    assert site.client.post(url, json={"text": "Vẫn còn đó"}, headers=asked).status_code == 201
    with unit_of_work(site.engine) as session:
        give_positions(session)
    heard = site.get(f"/api/v1/feed?after={track['data-cursor']}").json()["items"]
    assert code in [each["report"]["code"] for each in heard]
    assert len(heard) < 10, "not from the beginning"


def test_wrong_secrets_open_nothing_and_are_not_kept(site: Site) -> None:
    code, other = site.code("in_progress"), site.code("closed")
    foreign = report_secret(KEY.encode(), site.found(other).id)
    answer = site.client.get(f"/r/{code}?s={foreign}", headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/r/{code}?broken=1")
    assert "set-cookie" not in answer.headers
    site.client.cookies.set("secret", foreign, path=f"/r/{code}")
    forgetting = site.client.get(f"/r/{code}", headers=HTML)
    assert forgetting.status_code == 303
    assert 'secret=""' in forgetting.headers["set-cookie"]


@pytest.mark.parametrize("mangled", ["{s}.", "{s}%0A", "{s}%3E", "%20{s}%20", "({s})", "{s}%E2%80%9D"])
def test_a_secret_with_something_stuck_to_it_still_opens(site: Site, mangled: str) -> None:
    code = site.code("in_progress")
    secret = report_secret(KEY.encode(), site.found(code).id)
    answer = site.client.get(f"/r/{code}?s={mangled.format(s=secret)}&fbclid=x", headers=HTML)
    assert answer.headers["location"] == f"/r/{code}?fbclid=x"
    assert any(each.startswith(f"secret={secret}") for each in answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize("cut", [slice(0, -3), slice(3, None), slice(0, 1)])
def test_a_secret_cut_short_leads_to_the_public_page_which_says_so(site: Site, cut: slice) -> None:
    code = site.code("in_progress")
    secret = report_secret(KEY.encode(), site.found(code).id)
    answer = site.client.get(f"/r/{code}?s={secret[cut]}", headers=HTML)
    assert answer.status_code == 303
    shown = site.client.get(answer.headers["location"], headers=HTML)
    assert shown.status_code == 200
    assert "Liên kết chưa trọn" in shown.text and code in shown.text


def test_addresses_that_are_permissions_are_kept_out_of_indexes(site: Site) -> None:
    code = site.code("in_progress")
    for path in (f"/r/{code}?s=abc", f"/r/{code}?x=1&s=abc", "/n/abc", "/alerts/confirm/abc"):
        answer = site.client.get(path, headers=HTML)
        assert "noindex" in answer.headers["x-robots-tag"], path
        assert answer.headers["referrer-policy"] == "no-referrer"
    assert "x-robots-tag" not in site.client.get(f"/r/{code}", headers=HTML).headers
    robots = site.client.get("/robots.txt")
    assert robots.headers["content-type"].startswith("text/plain") and "Disallow: /n/\n" in robots.text
    assert site.client.get("/favicon.ico").headers["content-type"] == "image/png"


def test_codes_are_read_as_people_type_them(site: Site) -> None:
    code = site.code("closed")
    typed = code.lower().replace("-", " ")
    assert site.get(f"/r?code={typed}").headers["location"] == f"/r/{code}"
    assert site.get(f"/r/{code.lower()}").headers["location"] == f"/r/{code}"
    assert site.get("/r?code=hello").status_code == 404


@pytest.mark.parametrize(
    ("status", "public", "own"),
    [
        ("assigned", {"follow", "flag"}, {"comment", "photos", "withdraw", "secret", "erase", "forget"}),
        ("in_progress", {"follow", "flag"}, {"comment", "photos", "secret", "erase", "forget"}),
        ("closed", {"flag"}, {"comment", "reopen", "rating", "secret", "erase", "forget"}),
        ("rejected", {"flag"}, {"comment", "reopen", "secret", "erase", "forget"}),
    ],
)
def test_what_is_offered(site: Site, status: str, public: set[str], own: set[str]) -> None:
    code = site.ended_now(status)
    assert actions(site.get(f"/r/{code}").text) == public
    offered = actions(as_reporter(site, code))
    assert own - {"rating"} <= offered <= own


def test_remark_is_shown_and_an_empty_one_is_refused_at_its_form(site: Site) -> None:
    code = site.code("in_progress")
    as_reporter(site, code)
    done = site.post(f"/r/{code}", f"/r/{code}/comment", {"text": "Rác đã tràn ra <b>đường</b>"})
    assert done.status_code == 303
    page = site.client.get(f"/r/{code}", headers=HTML).text
    assert "Rác đã tràn ra &lt;b&gt;đường&lt;/b&gt;" in page
    refused = site.post(f"/r/{code}", f"/r/{code}/comment", {"text": " "})
    assert refused.status_code == 422
    assert '<details class="fold" name="action" id="do-comment" open>' in refused.text


def test_following_gives_a_cookie_that_may_speak(site: Site) -> None:
    code = site.code("assigned")
    done = site.post(f"/r/{code}", f"/r/{code}/follow", {})
    assert done.status_code == 303
    page = site.client.get(f"/r/{code}", headers=HTML).text
    assert "Bạn đang theo dõi phản ánh này." in page
    assert "comment" in actions(page)
    assert code in site.client.get("/mine", headers=HTML).text
    assert site.post(f"/r/{code}", f"/r/{code}/forget", {}).headers["location"] == "/mine"
    assert code not in site.client.get("/mine", headers=HTML).text


def test_photo_is_added(site: Site) -> None:
    code = site.code("in_progress")
    as_reporter(site, code)
    before = site.photos(code)
    photo = encoded(quarters(size=(120, 90)), "PNG")
    path = f"/r/{code}/photos"
    assert site.post(f"/r/{code}", path, {}, files={"file": ("a.png", photo)}).status_code == 303
    assert site.photos(code) == before + 1
    refused = site.post(f"/r/{code}", path, {}, files={"file": ("a.txt", b"no photo")})
    assert refused.status_code == 415
    assert "không phải ảnh" in refused.text


def test_a_reporter_withdraws_without_a_reason(site: Site) -> None:
    code = site.code("assigned")
    as_reporter(site, code)
    assert site.post(f"/r/{code}", f"/r/{code}/withdraw", {"reason": ""}).status_code == 303
    assert site.found(code).status == "withdrawn"


def test_strangers_may_not_act_whatever_they_send(site: Site) -> None:
    code = site.code("in_progress")
    for path, data in (("withdraw", {}), ("rating", {"score": "5"}), ("reopen", {"reason": "x"})):
        answer = site.post(f"/r/{code}", f"/r/{code}/{path}", data)
        assert answer.status_code == 401, path
    assert site.found(code).status == "in_progress"


def test_nothing_is_done_without_the_token(site: Site) -> None:
    code = site.code("in_progress")
    as_reporter(site, code)
    for path in ("comment", "photos", "rating", "reopen", "withdraw", "follow", "forget"):
        assert site.client.post(f"/r/{code}/{path}", data={"text": "x"}, headers=HTML).status_code == 403


def test_the_part_that_lives_comes_without_the_page_around_it(site: Site) -> None:
    code = site.code("in_progress")
    part = site.get(f"/r/{code}", **{"HX-Request": "true"}).text
    assert "<html" not in part
    assert 'data-version="' in part


def test_rating_and_reopening(site: Site) -> None:
    code = site.ended_now("closed")
    as_reporter(site, code)
    if "rating" in actions(site.client.get(f"/r/{code}", headers=HTML).text):
        assert site.post(f"/r/{code}", f"/r/{code}/rating", {"score": "4", "comment": ""}).status_code == 303
    assert "rating" not in actions(site.client.get(f"/r/{code}", headers=HTML).text)
    again = site.post(f"/r/{code}", f"/r/{code}/reopen", {"reason": "Rác lại đầy"})
    assert again.status_code in (303, 409)
    assert (again.status_code == 303) == (site.found(code).status == "in_progress")


def test_reopening_with_a_photo_that_shows_why(site: Site) -> None:
    with unit_of_work(site.engine) as session:
        wanted = select(Report.code).where(Report.status == "closed", Report.published)
        code = session.scalars(wanted.order_by(Report.closed_at.desc()).limit(1)).one()
    as_reporter(site, code)
    assert "Đến hết " in site.client.get(f"/r/{code}", headers=HTML).text, "one reads until when"
    before, path = site.photos(code), f"/r/{code}/reopen"
    refused = site.post(f"/r/{code}", path, {"reason": "Vẫn còn"}, files={"file": ("a.txt", b"no photo")})
    assert refused.status_code == 415
    assert site.found(code).status == "closed", "nothing was done"
    photo = encoded(quarters(size=(120, 90)), "PNG")
    again = site.post(f"/r/{code}", path, {"reason": "Vẫn còn"}, files={"file": ("a.png", photo)})
    assert again.status_code == 303, again.text
    assert (site.found(code).status, site.photos(code)) == ("in_progress", before + 1)


def test_the_page_after_sending_has_a_code_to_scan(site: Site) -> None:
    code = site.code("in_progress")
    text = site.get(f"/r/{code}?new=1").text
    assert f'aria-label="Mã QR dẫn đến {site.settings.public_url}/r/{code}"' in text
    assert "style=" not in text
    assert text.count("data-version") == 1


def test_a_guessed_place_is_said_to_be_one(site: Site) -> None:
    code = site.code("assigned")
    for accuracy_m, said in ((2500, True), (15, False)):
        with unit_of_work(site.engine) as session:
            session.execute(update(Report).where(Report.code == code).values(accuracy_m=accuracy_m))
        page = site.client.get(f"/r/{code}", headers=HTML).text
        assert ("Vị trí trên bản đồ chỉ gần đúng" in page) is said
